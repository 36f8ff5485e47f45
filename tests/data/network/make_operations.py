#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes operations.json: every catalogue operation computed by PyTorch in float64.

    /usr/bin/python3 tests/data/network/make_operations.py    (Debian: python3-torch 1.13.1)
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(7)
cases = []


def rand(*shape):
    return (torch.randn(*shape, dtype=torch.float64) * 100).round() / 100


def packed(tensor):
    return {"shape": list(tensor.shape), "values": tensor.reshape(-1).tolist()}


def case(kind, inputs, output, parameters=None, attributes=None):
    cases.append({"type": kind, "attributes": attributes or {}, "inputs": [packed(x) for x in inputs],
                  "parameters": {k: packed(v) for k, v in (parameters or {}).items()}, "output": packed(output)})


def same(x, kernel, stride, value=0.0):
    """TensorFlow's documentation of SAME, by hand."""
    pads = []
    for n, k in ((x.shape[3], kernel[1]), (x.shape[2], kernel[0])):
        total = max(k - stride, 0) if n % stride == 0 else max(k - n % stride, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def conv(size, weight, stride, padding, groups, has_bias):
    x, w = rand(*size), rand(*weight)
    b = rand(weight[0]) if has_bias else None
    padded = same(x, weight[2:], stride) if padding == "same" else F.pad(
        x, [padding[1], padding[3], padding[0], padding[2]])
    parameters = {"weight": w} if b is None else {"weight": w, "bias": b}
    case("conv2d", [x], F.conv2d(padded, w, b, stride=stride, groups=groups), parameters,
         {"stride": stride, "padding": padding, "groups": groups})


conv((2, 3, 5, 6), (4, 3, 3, 3), 1, [1, 1, 1, 1], 1, True)
conv((1, 4, 6, 8), (4, 1, 5, 5), 2, "same", 4, False)
conv((1, 2, 7, 5), (4, 1, 3, 3), 2, "same", 2, True)
conv((2, 3, 4, 4), (5, 3, 1, 1), 1, [0, 0, 0, 0], 1, False)
conv((1, 2, 6, 6), (2, 2, 2, 3), 2, [0, 2, 1, 0], 1, False)
conv((1, 1, 3, 3), (1, 1, 5, 5), 3, "same", 1, False)

x, c = rand(2, 3, 2, 2), 3
p = {"weight": rand(c), "bias": rand(c), "mean": rand(c), "variance": rand(c).abs() + 0.1}
for epsilon in (1e-5, 1e-3):
    case("batch-norm", [x], F.batch_norm(x, p["mean"], p["variance"], p["weight"], p["bias"], False, 0.1, epsilon), p,
         {"epsilon": epsilon, "momentum": 0.01})
x = rand(3, 4)
p = {k: (rand(4).abs() + 0.1) for k in ("weight", "bias", "mean", "variance")}
case("batch-norm", [x], F.batch_norm(x, p["mean"], p["variance"], p["weight"], p["bias"], False, 0.1, 1e-5), p)

x = rand(2, 9) * 5
case("relu", [x], F.relu(x))
case("relu6", [x], F.relu6(x))
case("gelu", [x], F.gelu(x))
case("scale", [x], x * -0.375, attributes={"factor": -0.375})
a, b = rand(2, 3, 2, 2), rand(2, 3, 1, 1)
case("add", [x, x.flip(0)], x + x.flip(0))
case("add", [a, b], a + b)
case("multiply", [b, a], a * b)
a, b = rand(2, 1, 3), rand(1, 4, 3)
case("multiply", [a, b], a * b)

x = rand(2, 2, 6, 5) - 3
case("max-pool", [x], F.max_pool2d(x, 2, 2), attributes={"kernel": 2, "stride": 2, "padding": [0, 0, 0, 0]})
case("max-pool", [x], F.max_pool2d(x, 3, 2, 1), attributes={"kernel": 3, "stride": 2, "padding": [1, 1, 1, 1]})
case("max-pool", [x], F.max_pool2d(same(x, (3, 3), 2, -math.inf), 3, 2),
     attributes={"kernel": 3, "stride": 2, "padding": "same"})
case("global-average-pool", [x], F.adaptive_avg_pool2d(x, 1))
case("flatten", [x], x.flatten(1))

x, w, b = rand(2, 3, 4), rand(5, 4), rand(5)
case("linear", [x], F.linear(x, w, b), {"weight": w, "bias": b})
case("linear", [x[0]], F.linear(x[0], w), {"weight": w})
case("dropout", [x], F.dropout(x, 0.3, training=False), attributes={"rate": 0.3})
case("drop-path", [x], x, attributes={"rate": 0.1})
case("softmax", [x * 20], torch.softmax(x * 20, -1))
case("softmax", [x], torch.softmax(x, 1), attributes={"axis": 1})
case("softmax", [x], torch.softmax(x, 0), attributes={"axis": -3})
p = {"weight": rand(4), "bias": rand(4)}
case("layer-norm", [x], F.layer_norm(x, (4,), p["weight"], p["bias"], 1e-5), p)
case("layer-norm", [x], F.layer_norm(x, (4,), p["weight"], p["bias"], 1e-3), p, {"epsilon": 1e-3})
a, b = rand(2, 2, 3, 4), rand(2, 2, 4, 5)
case("matmul", [a, b], a @ b)
case("transpose", [a], a.permute(0, 2, 3, 1), attributes={"order": [0, 2, 3, 1]})
case("transpose", [a], a.permute(3, 1, 0, 2), attributes={"order": [3, 1, 0, 2]})
case("reshape", [a], a.reshape(2, 2, 12), attributes={"shape": [0, 0, -1]})
case("reshape", [a], a.reshape(4, 3, 4), attributes={"shape": [-1, 3, 4]})

target = pathlib.Path(__file__).with_name("operations.json")
target.write_text(json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(len(cases), "cases,", target.stat().st_size, "bytes")
