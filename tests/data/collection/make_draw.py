# SPDX-License-Identifier: GPL-3.0-or-later
# Makes draw.json: which boxes of class "many" the draw of the crop import takes (PyPI xxhash): python3 make_draw.py
import json
import pathlib

import xxhash

boxes = [(i, number) for i in range(6) for number in (1, 2)]
boxes.sort(key=lambda box: xxhash.xxh3_64_intdigest(b"p%d.jpg\0%d" % box, seed=5))
names = sorted("p%d-%d.jpg" % box for box in boxes[:8])
path = pathlib.Path(__file__).with_name("draw.json")
path.write_text(json.dumps({"seed": 5, "per_class": 8, "many": names}) + "\n")
