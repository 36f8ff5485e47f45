# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes geometry_goldens.json: answers of shapely, pycocotools and OpenCV to what core/labels computes.

    python make_geometry_goldens.py > geometry_goldens.json   (shapely 2.2, pycocotools 2.0.11, OpenCV 5.0, numpy)

Coordinates are multiples of 1/16, so that Clipper's grid of 2^-16 rounds none of them.
"""
import json
import math

import cv2
import numpy as np
import shapely
from pycocotools import mask as coco
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon

rng = np.random.default_rng(20261125)


def snapped(values):
    return [[round(x * 16) / 16, round(y * 16) / 16] for x, y in values]


def star(cx, cy, radius, count):
    """A ring that does not cross itself."""
    angles = np.sort(rng.uniform(0, 2 * math.pi, count))
    radii = rng.uniform(0.5, 1, count) * radius
    return snapped([(cx + r * math.cos(a), cy + r * math.sin(a)) for a, r in zip(angles, radii)])


def valid_star(*arguments):
    while True:
        ring = star(*arguments)
        if Polygon(ring).is_valid and Polygon(ring).contains(Point(arguments[0], arguments[1]).buffer(arguments[2] / 5)):
            return ring


def polygon(parts):
    """One or two parts that do not touch, each with a hole."""
    result = []
    for part in range(parts):
        cx, cy = 30 + 60 * part + rng.uniform(-3, 3), 40 + rng.uniform(-15, 15)
        hole = valid_star(cx, cy, 5, 5) if rng.random() < 0.7 else None
        result.append({"outline": valid_star(cx, cy, 26, int(rng.integers(5, 14))), "holes": [hole] if hole else []})
    return result


def shape(parts):
    return shapely.unary_union([Polygon(p["outline"], p["holes"]) for p in parts])


def booleans():
    for _ in range(26):
        left, right = polygon(int(rng.integers(1, 3))), polygon(int(rng.integers(1, 3)))
        for part in right:
            shift = rng.integers(-160, 160, 2) / 16
            for ring in [part["outline"]] + part["holes"]:
                for vertex in ring:
                    vertex[0] += shift[0]
                    vertex[1] += shift[1]
            break
        a, b = shape(left), shape(right)
        yield {"left": left, "right": right, "area": a.area, "perimeter": sum(
            Polygon(p["outline"]).length + sum(Polygon(h).length for h in p["holes"]) for p in left),
            "union": a.union(b).area, "difference": a.difference(b).area, "intersection": a.intersection(b).area}


def places():
    for _ in range(6):
        parts = polygon(2)
        whole = shape(parts)
        points = rng.uniform(0, 110, (25, 2)).round(3).tolist()
        yield {"polygon": parts, "points": points, "inside": [bool(whole.contains(Point(p))) for p in points],
               "distance": [whole.boundary.distance(Point(p)) for p in points]}


def pixels():
    """The bits of the pixels whose centres shapely finds inside, row by row."""
    for _ in range(6):
        # Off the grid of the others, so that no edge leads through the centre of a pixel.
        off = lambda ring: [[x + 1 / 32, y + 1 / 64] for x, y in ring]
        parts = [{"outline": off(p["outline"]), "holes": [off(h) for h in p["holes"]]} for p in polygon(2)]
        whole = shape(parts)
        bits = "".join("1" if whole.contains(Point(x + 0.5, y + 0.5)) else "0" for y in range(60) for x in range(100))
        yield {"polygon": parts, "width": 100, "height": 60, "bits": f"{int(bits, 2):x}"}


def rotated():
    for _ in range(30):
        boxes = [[round(float(v), 2) for v in (rng.uniform(20, 40), rng.uniform(20, 40), rng.uniform(5, 30), rng.uniform(5, 30),
                                               rng.uniform(-180, 180))] for _ in range(2)]
        a, b = (affinity.translate(affinity.rotate(shapely.box(-w / 2, -h / 2, w / 2, h / 2), angle, origin=(0, 0)), x, y)
                for x, y, w, h, angle in boxes)
        yield {"boxes": boxes, "iou": a.intersection(b).area / a.union(b).area}


def runs():
    for index in range(30):
        height, width = int(rng.integers(1, 24)), int(rng.integers(1, 24))
        bits = (rng.random((height, width)) < rng.choice([0.1, 0.5, 0.9])).astype(np.uint8)
        if index % 3 == 0:  # long runs, so that the differences in the string become large and negative
            height, width = int(rng.integers(200, 400)), int(rng.integers(100, 300))
            bits = np.zeros((height, width), np.uint8)
            cv2.ellipse(bits, (width // 2, height // 2), (width // 3, height // 3), 30, 0, 360, 1, -1)
            cv2.circle(bits, (width // 2, height // 2), 9, 0, -1)
        encoded = coco.encode(np.asfortranarray(bits))
        column = np.concatenate([[0], bits.flatten("F"), [2]])
        counts = np.diff(np.flatnonzero(np.diff(column, prepend=9))).tolist()
        if bits.flatten("F")[0] == 0:  # the leading 0 that was put before joins a first run of unset pixels
            counts[0] -= 1
        else:
            counts[0] = 0
        parts, _ = cv2.connectedComponents(bits, connectivity=4)
        padded = np.pad(1 - bits, 1, constant_values=1).astype(np.uint8)
        background, _ = cv2.connectedComponents(padded, connectivity=8)
        yield {"width": width, "height": height, "counts": counts, "string": encoded["counts"].decode(),
               "area": int(coco.area(encoded)), "box": coco.toBbox(encoded).tolist(), "parts": parts - 1,
               "backgrounds": background - 1}


def lines():
    for _ in range(12):
        line = np.cumsum(rng.uniform(-4, 4, (30, 2)) + [4, 0], axis=0).round(3).tolist()
        tolerance = float(rng.integers(8, 64) / 16)
        yield {"line": line, "tolerance": tolerance,
               "simplified": [list(c) for c in LineString(line).simplify(tolerance, preserve_topology=False).coords]}


def rectangles():
    for _ in range(20):
        points = (rng.integers(0, 800, (int(rng.integers(4, 30)), 2)) / 16).tolist()
        (_, (width, height), _) = cv2.minAreaRect(np.array(points, np.float32))
        yield {"points": points, "area": width * height, "hull": shapely.MultiPoint(points).convex_hull.area}


if __name__ == "__main__":
    goldens = {f.__name__: list(f()) for f in (booleans, places, pixels, rotated, runs, lines, rectangles)}
    print("{")
    print(",\n".join(f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]"
                     for name, rows in goldens.items()))
    print("}")
