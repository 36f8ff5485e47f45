# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels through a project and back, held against pycocotools: labels_check.py TRAINYARD FOLDER

Makes a COCO dataset of boxes, polygons and masks in both forms of run lengths, imports it, exports it, and compares
every annotation's pixels, area and box as pycocotools sees them."""
import json
import os
import shutil
import subprocess
import sys

import numpy as np
from PIL import Image
from pycocotools import mask as masks
from pycocotools.coco import COCO

WIDTH, HEIGHT, PICTURES, PER_PICTURE = 90, 70, 20, 15


def run(*arguments):
    result = subprocess.run(arguments, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {result.returncode}\n{result.stderr}")
    return json.loads(result.stdout.splitlines()[-1]) if "--json" in arguments else None


def annotation(rng, number, image):
    x, y = rng.integers(0, 50), rng.integers(0, 40)
    w, h = rng.integers(3, 30), rng.integers(3, 25)
    result = {"id": number, "image_id": image, "category_id": int(rng.choice([3, 18, 44])), "iscrowd": 0}
    kind = number % 4
    if kind == 0:
        result["bbox"] = [float(x), float(y), float(w), float(h)]
        result["area"] = float(w * h)
    elif kind == 1:
        ring = [x, y, x + w, y + h / 3, x + w * .7, y + h, x + w / 4, y + h * .8]
        result["segmentation"] = [[float(v) for v in ring]]
        rle = masks.merge(masks.frPyObjects(result["segmentation"], HEIGHT, WIDTH))
        result["bbox"] = masks.toBbox(rle).tolist()
        result["area"] = float(masks.area(rle))
    else:
        pixels = np.zeros((HEIGHT, WIDTH), np.uint8, order="F")
        pixels[y:y + h, x:x + w] = rng.integers(0, 2, (h, w))
        pixels[y, x] = 1
        rle = masks.encode(pixels)
        result["bbox"] = masks.toBbox(rle).tolist()
        result["area"] = float(masks.area(rle))
        if kind == 2:
            result["segmentation"] = {"size": [HEIGHT, WIDTH], "counts": rle["counts"].decode()}
        else:
            runs, value, flat = [0], 0, pixels.flatten(order="F")
            for pixel in flat:
                if pixel != value:
                    runs.append(0)
                    value = pixel
                runs[-1] += 1
            result["segmentation"] = {"size": [HEIGHT, WIDTH], "counts": runs}
            result["iscrowd"] = 1
    return result


def make(folder):
    rng = np.random.default_rng(5)
    os.makedirs(folder + "/images")
    os.makedirs(folder + "/annotations")
    data = {"images": [], "annotations": [], "categories": [
        {"id": i, "name": f"thing {i}"} for i in (3, 18, 44)]}
    for i in range(PICTURES):
        name = f"{i:012d}.png"
        Image.fromarray(rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)).save(f"{folder}/images/{name}")
        data["images"].append({"id": 100 + i, "file_name": name, "width": WIDTH, "height": HEIGHT})
        for k in range(PER_PICTURE):
            data["annotations"].append(annotation(rng, len(data["annotations"]) + 1, 100 + i))
    with open(folder + "/annotations/instances.json", "w", encoding="utf-8") as file:
        json.dump(data, file)


def key(coco, entry):
    name = coco.cats[entry["category_id"]]["name"]
    rle = coco.annToRLE(entry) if entry.get("segmentation") else None
    pixels = masks.decode(rle).tobytes() if rle else b""
    return (entry["image_id"], name, entry["iscrowd"], pixels, tuple(round(v, 6) for v in entry["bbox"]) if not rle else ())


def main():
    program, folder = sys.argv[1], sys.argv[2]
    shutil.rmtree(folder, ignore_errors=True)
    make(folder + "/given")
    run(program, "init", folder + "/project")
    read = run(program, "import", folder + "/given", "--project", folder + "/project", "--json")
    assert read["labels"]["added"] == PICTURES * PER_PICTURE, read
    run(program, "export-dataset", folder + "/written", "--format", "coco", "--project", folder + "/project", "--json")
    given = COCO(folder + "/given/annotations/instances.json")
    written = COCO(folder + "/written/annotations/instances.json")
    a = sorted(key(given, entry) for entry in given.anns.values())
    b = sorted(key(written, entry) for entry in written.anns.values())
    assert a == b, "pixels differ"
    assert {c["id"]: c["name"] for c in given.cats.values()} == {c["id"]: c["name"] for c in written.cats.values()}
    wrong = 0
    for entry in written.anns.values():
        rle = written.annToRLE(entry) if entry.get("segmentation") else None
        if isinstance(entry.get("segmentation"), dict):
            wrong += masks.area(rle) != entry["area"] or masks.toBbox(rle).tolist() != entry["bbox"]
    assert wrong == 0, f"{wrong} areas or boxes differ"
    print(f"pycocotools sees the same {len(a)} annotations, areas and boxes in {len(written.imgs)} pictures")


main()
