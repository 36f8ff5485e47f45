#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the ONNX file of a package by the programs that will read it.

    python3 tests/peers/onnx_check.py PACKAGE_FOLDER      (PyPI: onnx, onnxruntime, numpy)

onnx.checker with full_check, shape inference, and onnxruntime's logits on the golden samples against those in
golden.safetensors: at most 1e-4 apart, for all samples at once and one by one. Exit code 1 where anything fails.
"""
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime

TOLERANCE = 1e-4


def read_safetensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    types = {"U8": numpy.uint8, "F32": numpy.float32}
    return {name: numpy.frombuffer(data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]],
                                   types[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def main(folder):
    path = folder / "model.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.shape_inference.infer_shapes(onnx.load(str(path)), strict_mode=True, data_prop=True)
    assert model.opset_import[0].version == 17 and model.ir_version == 8
    initialisers = {i.name for i in model.graph.initializer}
    assert not initialisers & {i.name for i in model.graph.input}, "initialisers are listed as inputs"

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    meta = session.get_modelmeta().custom_metadata_map
    prepare = json.loads(meta["preprocess"])
    assert json.loads(meta["labels"]) == (folder / "labels.txt").read_text().splitlines()
    golden = read_safetensors(folder / "golden.safetensors")
    pixels = (golden["pixels"].astype(numpy.float64) - prepare["mean"]) / prepare["scale"]
    batch = pixels.astype(numpy.float32).transpose(0, 3, 1, 2)
    name = session.get_inputs()[0].name
    together = session.run(["logits"], {name: batch})[0]
    single = numpy.concatenate([session.run(["logits"], {name: one[None]})[0] for one in batch])
    difference = max(float(numpy.abs(x - golden["logits"]).max()) for x in (together, single))
    print(json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "samples": len(batch),
                      "nodes": len(model.graph.node), "largest_difference": difference}))
    return 0 if difference <= TOLERANCE else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1])))
