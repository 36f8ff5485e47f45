#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes attention.json: a transformer block as a NetworkSpec, with weights and PyTorch's float64 answers.

The graph has two outputs, a parameter that two operations share, and a length T that is known only when it runs.

    /usr/bin/python3 tests/data/network/make_attention.py    (Debian: python3-torch 1.13.1)
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(11)
WIDTH, HEADS, HIDDEN = 8, 2, 12
HEAD = WIDTH // HEADS


def rand(*shape, deviation=1.0):
    return (torch.randn(*shape, dtype=torch.float64) * deviation * 1000).round() / 1000


def packed(tensor):
    return {"shape": list(tensor.shape), "values": tensor.reshape(-1).tolist()}


weights = {}
for name in ("norm1", "norm2"):
    weights[name + ".weight"], weights[name + ".bias"] = 1 + rand(WIDTH, deviation=0.2), rand(WIDTH, deviation=0.2)
for name in ("query", "key", "value", "shared"):
    weights[name + ".weight"], weights[name + ".bias"] = rand(WIDTH, WIDTH, deviation=0.4), rand(WIDTH, deviation=0.1)
weights["up.weight"], weights["up.bias"] = rand(HIDDEN, WIDTH, deviation=0.4), rand(HIDDEN, deviation=0.1)
weights["down.weight"], weights["down.bias"] = rand(WIDTH, HIDDEN, deviation=0.4), rand(WIDTH, deviation=0.1)

operations = []


def op(name, kind, inputs, output=None, parameters=None, attributes=None, **more):
    entry = {"name": name, "type": kind, "inputs": inputs, "outputs": [output or name]}
    if parameters:
        entry["parameters"] = parameters
    if attributes:
        entry["attributes"] = attributes
    entry.update(more)
    operations.append(entry)


def layer(name, kind, source, prefix=None, output=None, **more):
    prefix = prefix or name
    op(name, kind, [source], output, {"bias": prefix + ".bias", "weight": prefix + ".weight"}, **more)


layer("norm1", "layer-norm", "tokens", attributes={"epsilon": 1e-5}, block="attention")
for name, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
    layer(name, "linear", "norm1", block="attention")
    op(name + ".split", "reshape", [name], attributes={"shape": [0, 0, HEADS, HEAD]}, block="attention")
    op(name + ".heads", "transpose", [name + ".split"], attributes={"order": order}, block="attention")
op("products", "matmul", ["query.heads", "key.heads"], block="attention")
op("scaled", "scale", ["products"], attributes={"factor": HEAD ** -0.5}, block="attention")
op("weights", "softmax", ["scaled"], attributes={"axis": -1}, block="attention")
op("weights.dropout", "dropout", ["weights"], attributes={"rate": 0.1}, block="attention", train_only=True)
op("mixed", "matmul", ["weights.dropout", "value.heads"], block="attention")
op("mixed.order", "transpose", ["mixed"], attributes={"order": [0, 2, 1, 3]}, block="attention")
op("mixed.join", "reshape", ["mixed.order"], attributes={"shape": [0, 0, -1]}, block="attention")
layer("project", "linear", "mixed.join", prefix="shared", block="attention")
op("residual1", "add", ["project", "tokens"])
layer("norm2", "layer-norm", "residual1", attributes={"epsilon": 1e-5})
layer("up", "linear", "norm2")
op("gelu", "gelu", ["up"])
layer("down", "linear", "gelu")
op("states", "add", ["down", "residual1"])
layer("scores", "linear", "states", prefix="shared")

spec = {
    "format": "trainyard-network", "version": 1, "name": "attention-block",
    "inputs": [{"name": "tokens", "shape": ["N", "T", WIDTH]}],
    "outputs": [{"name": "states", "shape": ["N", "T", WIDTH]}, {"name": "scores", "shape": ["N", "T", WIDTH]}],
    "parameters": [{"name": k, "shape": list(v.shape),
                    "initialiser": "uniform-fan-in" if v.dim() == 2 else "ones" if k.startswith("norm") and k.endswith("weight") else "zeros"}
                   for k, v in weights.items()],
    "operations": operations,
    "preprocess": {"width": 0, "height": 0, "resize": "stretch", "fill": 127, "mean": [127.0] * 3, "scale": [128.0] * 3},
    "postprocess": [], "labels": [],
}


def run(x):
    def lin(name, value):
        return F.linear(value, weights[name + ".weight"], weights[name + ".bias"])

    def norm(name, value):
        return F.layer_norm(value, (WIDTH,), weights[name + ".weight"], weights[name + ".bias"], 1e-5)

    n, t, _ = x.shape
    y = norm("norm1", x)
    q, k, v = (lin(name, y).view(n, t, HEADS, HEAD).transpose(1, 2) for name in ("query", "key", "value"))
    a = torch.softmax(q @ k.transpose(2, 3) / HEAD ** 0.5, -1) @ v
    x = x + lin("shared", a.transpose(1, 2).reshape(n, t, WIDTH))
    x = x + lin("down", F.gelu(lin("up", norm("norm2", x))))
    return x, lin("shared", x)


runs = []
for batch, length in ((2, 4), (1, 7)):
    tokens = rand(batch, length, WIDTH)
    states, scores = run(tokens)
    runs.append({"tokens": packed(tokens), "states": packed(states), "scores": packed(scores)})

target = pathlib.Path(__file__).with_name("attention.json")
target.write_text(json.dumps({"torch": torch.__version__, "spec": spec,
                              "weights": {k: packed(v) for k, v in weights.items()}, "runs": runs},
                             separators=(",", ":")) + "\n")
print(target.stat().st_size, "bytes")
