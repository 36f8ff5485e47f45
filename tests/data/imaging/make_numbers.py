#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes resize.json (Pillow) and perceptual_hash.json (numpy and scipy, written for this file alone).

    python3 -m venv venv && venv/bin/pip install pillow numpy scipy xxhash
    venv/bin/python make_numbers.py
"""
import json
import pathlib

import numpy as np
import xxhash
from PIL import Image
from scipy.fft import dctn

HERE = pathlib.Path(__file__).parent


def pattern(width, height):
    """What the tests compute, too: no file is needed."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.int64)
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 251) % 256).astype(np.uint8)


def digest(pixels):
    return xxhash.xxh3_64_hexdigest(np.ascontiguousarray(pixels).tobytes())


def resizes():
    sizes = [((53, 37), (20, 15)), ((53, 37), (200, 100)), ((53, 37), (53, 10)), ((53, 37), (17, 37)),
             ((400, 300), (192, 144)), ((3, 2), (7, 5)), ((1, 1), (4, 4)), ((1000, 2), (10, 1)), ((53, 37), (53, 37)),
             ((640, 480), (224, 224))]
    rows = []
    for (w, h), (to_w, to_h) in sizes:
        resized = Image.fromarray(pattern(w, h)).resize((to_w, to_h), Image.Resampling.BILINEAR)
        rows.append({"from": [w, h], "to": [to_w, to_h], "pixels": digest(np.asarray(resized))})
    return rows


def perceptual_hash(pixels):
    luma = pixels.astype(np.float64) @ np.array([299, 587, 114]) / 1000
    height, width = luma.shape
    # Every pixel becomes 32 x 32 of its kind, so that 32 x 32 areas divide the picture evenly.
    fine = np.repeat(np.repeat(luma, 32, 0), 32, 1)
    means = fine.reshape(32, height, 32, width).mean((1, 3))
    block = dctn(means, type=2)[:8, :8].reshape(-1)
    block[np.abs(block) < 1e-6] = 0
    median = np.median(block[1:])
    value = 0
    for coefficient in block:
        value = value << 1 | int(coefficient > median)
    return value


def hashes():
    rows = []
    for width, height in ((53, 37), (400, 300), (32, 32), (17, 90), (8, 8), (1, 1), (5, 3), (33, 31)):
        rows.append({"size": [width, height], "hash": f"{perceptual_hash(pattern(width, height)):016x}"})
    return rows


def main():
    for name, rows in (("resize.json", resizes()), ("perceptual_hash.json", hashes())):
        (HERE / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main()
