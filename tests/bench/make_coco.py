#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A COCO dataset of small pictures: make_coco.py DIR [PICTURES] [ANNOTATIONS].

Half of the annotations are polygons of eight corners, the others boxes; the pictures are copies of one JPEG
that differ in a few bytes."""
import os
import random
import struct
import sys
import zlib


def png(number):
    width, height = 64, 48
    rng = random.Random(number)
    row = bytes([0]) + bytes(rng.randrange(256) for _ in range(16)) * (width * 3 // 16)
    raw = zlib.compress(row * height, 1)

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", raw) + chunk(b"IEND", b"")


def main():
    folder = sys.argv[1]
    pictures = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    annotations = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    os.makedirs(folder + "/images", exist_ok=True)
    os.makedirs(folder + "/annotations", exist_ok=True)
    for i in range(pictures):
        with open(f"{folder}/images/{i:012d}.png", "wb") as file:
            file.write(png(i))
    rng = random.Random(7)
    with open(folder + "/annotations/instances_train.json", "w", encoding="ascii") as file:
        file.write('{"info": {"description": "made"}, "licenses": [], "images": [')
        file.write(",".join(f'{{"id":{i},"file_name":"{i:012d}.png","width":64,"height":48}}'
                            for i in range(pictures)))
        file.write('], "annotations": [')
        for i in range(annotations):
            x, y = rng.uniform(0, 40), rng.uniform(0, 30)
            w, h = rng.uniform(4, 20), rng.uniform(4, 16)
            outline = ""
            if i % 2:
                points = [(x + w * a, y + h * b) for a, b in ((.3, 0), (.7, 0), (1, .3), (1, .7), (.7, 1), (.3, 1),
                                                             (0, .7), (0, .3))]
                outline = "[" + ",".join(f"{px:.2f},{py:.2f}" for px, py in points) + "]"
            file.write(("," if i else "") + f'{{"segmentation":[{outline}],"area":{w * h:.2f},"iscrowd":0,'
                       f'"image_id":{i % pictures},"bbox":[{x:.2f},{y:.2f},{w:.2f},{h:.2f}],'
                       f'"category_id":{i % 80 + 1},"id":{i + 1}}}')
        file.write('], "categories": [')
        file.write(",".join(f'{{"supercategory":"thing{i % 12}","id":{i},"name":"class {i}"}}'
                            for i in range(1, 81)))
        file.write("]}")


main()
