#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes onnxruntime.json: what onnxruntime computes from our ONNX files of the test networks.

    trainyard_release_samples onnx FOLDER      (from the build; needs TRAINYARD_SOURCE_DIR)
    python3 tests/data/release/make_onnxruntime.py FOLDER      (PyPI: onnx 1.23.2, onnxruntime 1.32.0, numpy)

Every file in the folder also goes through onnx.checker and shape inference, and each operation's file through
onnxruntime against PyTorch's answer.
"""
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])
network = here.parent / "network"


def array(value):
    return numpy.array(value["values"], numpy.float32).reshape(value["shape"])


def packed(value):
    return {"shape": list(value.shape), "values": [float(x) for x in value.reshape(-1)]}


def run(name, inputs):
    path = str(folder / (name + ".onnx"))
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    outputs = [o.name for o in session.get_outputs()]
    return dict(zip(outputs, session.run(outputs, inputs)))


worst = 0.0
cases = json.loads((network / "operations.json").read_text())["cases"]
for index, case in enumerate(cases):
    if not case["type"].startswith("drop"):
        inputs = dict(zip("ab", map(array, case["inputs"])))
        difference = numpy.abs(run(f"{case['type']}-{index}", inputs)["out"] - array(case["output"])).max()
        worst = max(worst, float(difference))
print(len(cases), "operations, largest difference of onnxruntime to PyTorch", worst)
assert worst < 1e-5

runs = json.loads((network / "attention.json").read_text())["runs"]
attention = [{k: packed(v) for k, v in run("attention", {"tokens": array(r["tokens"])}).items()} for r in runs]
generator = numpy.random.default_rng(3)
tiny = numpy.round(generator.standard_normal((2, 3, 8, 8)), 2).astype(numpy.float32)
answer = {"input": packed(tiny)} | {k: packed(v) for k, v in run("tiny", {"input": tiny}).items()}
(here / "onnxruntime.json").write_text(json.dumps(
    {"onnxruntime": onnxruntime.__version__, "attention": attention, "tiny": answer}, separators=(",", ":")) + "\n")
