# SPDX-License-Identifier: GPL-3.0-or-later
"""Our exports in the hands of the tools that own the formats: label_tools_check.py TRAINYARD FOLDER

Makes pictures with boxes and outlines, imports them as COCO, exports YOLO, LabelMe and CVAT, and compares the
numbers that supervision, labelme and datumaro read."""
import json
import os
import shutil
import subprocess
import sys
import warnings

import numpy as np
from PIL import Image

warnings.filterwarnings("ignore")
WIDTH, HEIGHT, PICTURES, PER_PICTURE = 97, 71, 12, 9


def run(*arguments):
    result = subprocess.run(arguments, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {result.returncode}\n{result.stderr}")


def make(folder, outlines):
    rng = np.random.default_rng(5)
    os.makedirs(folder + "/images")
    data = {"images": [], "annotations": [], "categories": [{"id": i, "name": n} for i, n in ((3, "cat"), (5, "traffic light"))]}
    for i in range(PICTURES):
        name = f"picture {i}.png"
        Image.fromarray(rng.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)).save(f"{folder}/images/{name}")
        data["images"].append({"id": i + 1, "file_name": name, "width": WIDTH, "height": HEIGHT})
        for _ in range(PER_PICTURE):
            x, y, w, h = (float(v) for v in rng.uniform((0, 0, 5, 5), (50, 40, 40, 30)).round(2))
            entry = {"id": len(data["annotations"]) + 1, "image_id": i + 1, "category_id": int(rng.choice([3, 5])),
                     "iscrowd": 0, "bbox": [x, y, w, h], "area": w * h}
            if outlines:
                entry["segmentation"] = [[x, y, x + w, y + h / 4, x + w / 2, y + h]]
            data["annotations"].append(entry)
    with open(folder + "/instances.json", "w", encoding="utf-8") as file:
        json.dump(data, file)
    names = {c["id"]: c["name"] for c in data["categories"]}
    files = {p["id"]: p["file_name"] for p in data["images"]}
    return sorted((files[a["image_id"]], names[a["category_id"]],
                   tuple(a["segmentation"][0] if outlines else (a["bbox"][0], a["bbox"][1], a["bbox"][0] + a["bbox"][2],
                                                                a["bbox"][1] + a["bbox"][3]))) for a in data["annotations"])


def close(given, read, what, tolerance=1e-3):
    read = sorted(read)
    assert len(given) == len(read), f"{what}: {len(read)} of {len(given)}"
    # Sorting by float32 numbers may swap neighbours: match each by its nearest.
    rest = list(read)
    for name, label, numbers in given:
        found = [r for r in rest if r[0] == name and r[1] == label and len(r[2]) == len(numbers)
                 and max(abs(a - b) for a, b in zip(r[2], numbers)) <= tolerance]
        assert found, f"{what}: nothing like {name} {label} {numbers}"
        rest.remove(found[0])


def through_yolo(folder):
    import supervision as sv
    data = sv.DetectionDataset.from_yolo(images_directory_path=folder + "/images", annotations_directory_path=folder + "/labels",
                                         data_yaml_path=folder + "/data.yaml")
    return [(os.path.basename(path), data.classes[c], tuple(float(v) for v in box))
            for path, _, found in data for box, c in zip(found.xyxy, found.class_id)]


def through_labelme(folder):
    from labelme._label_file import _load_shape_json_obj
    read = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                data = json.load(file)
            for shape in map(_load_shape_json_obj, data.get("shapes", [])):
                read.append((data["imagePath"], shape["label"], tuple(v for point in shape["points"] for v in point)))
    return read


def through_datumaro(folder, format_name):
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset
    data = Dataset.import_from(folder, format_name)
    labels = data.categories()[AnnotationType.label]
    read = []
    for item in data:
        for each in item.annotations:
            if each.type == AnnotationType.bbox:
                read.append((os.path.basename(item.id) + ".png", labels[each.label].name,
                             (each.x, each.y, each.x + each.w, each.y + each.h)))
            elif each.type == AnnotationType.polygon:
                read.append((os.path.basename(item.id) + ".png", labels[each.label].name, tuple(each.points)))
    return read


def main():
    program, folder = sys.argv[1], sys.argv[2]
    shutil.rmtree(folder, ignore_errors=True)
    passed = []
    for outlines in (False, True):
        kind = "outlines" if outlines else "boxes"
        base = f"{folder}/{kind}"
        given = make(base + "/given", outlines)
        run(program, "init", base + "/project")
        run(program, "import", base + "/given", "--project", base + "/project")
        readers = [("labelme", "labelme", through_labelme, 1e-6),
                   ("cvat", "datumaro", lambda f: through_datumaro(f, "cvat"), 0.01)]
        if not outlines:
            readers.append(("yolo", "supervision", through_yolo, 1e-3))
        for format_name, tool, reader, tolerance in readers:
            out = f"{base}/{format_name}"
            run(program, "export-dataset", out, "--format", format_name, "--project", base + "/project")
            close(given, reader(out), f"{format_name} by {tool}", tolerance)
            passed.append(f"{format_name} ({kind}, {tool})")
    print("the same numbers: " + ", ".join(passed))


main()
