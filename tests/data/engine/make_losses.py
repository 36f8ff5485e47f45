#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses of short training runs and states of optimizers, from PyTorch alone, for tst_training and tst_optimizer.

The network (resnet-small), its first weights, the pictures and the order of the batches are written down here again from
the documents (FORMAT.md of core/network, comments of core/base/random.h), with nothing taken from the program.

    python3 tests/data/engine/make_losses.py > tests/data/engine/losses.json    (torch 2.15, numpy)
"""
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

MASK = (1 << 64) - 1
SHUFFLE, INITIALISE, SAMPLE = 1, 3, 6
EDGE, CLASSES, TRAIN, VALIDATION = 16, 3, 50, 12
torch.use_deterministic_algorithms(True)


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def mix_all(x):
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def draws(seed, purpose, epoch, index, count):
    key = mix(mix(mix(mix(seed) ^ purpose) ^ epoch) ^ index)
    return mix_all(np.uint64(key) ^ np.arange(count, dtype=np.uint64))


def uniforms(*key):
    return (draws(*key) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def permutation(count, seed, epoch):
    order = list(range(count))
    numbers = draws(seed, SHUFFLE, epoch, MASK, count)
    for place, i in enumerate(range(count, 1, -1)):
        other = (int(numbers[place]) * i) >> 64
        order[i - 1], order[other] = order[other], order[i - 1]
    return order


def name_key(name):
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & MASK
    return key


def first_weights(name, shape, seed):
    count = int(np.prod(shape))
    fan_in = count / shape[0]
    if name == "fc.weight":
        bound = 1 / np.sqrt(fan_in)
        values = -bound + 2 * bound * uniforms(seed, INITIALISE, name_key(name), 0, count)
    else:
        u = uniforms(seed, INITIALISE, name_key(name), 0, 2 * count)
        values = np.sqrt(-2 * np.log(1 - u[0::2])) * np.cos(2 * np.pi * u[1::2]) * np.sqrt(2 / fan_in)
    return torch.tensor(values.astype(np.float32).reshape(shape))


class Convolution(nn.Module):
    def __init__(self, conv, bn, i, o):
        super().__init__()
        self.names = (conv, bn)
        self.conv = nn.Conv2d(i, o, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(o)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class ResnetSmall(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [("stem.conv", "stem.bn", 3, 32), ("layer1.conv", "layer1.bn", 32, 64),
                  ("layer1.residual.conv1", "layer1.residual.bn1", 64, 64),
                  ("layer1.residual.conv2", "layer1.residual.bn2", 64, 64), ("layer2.conv", "layer2.bn", 64, 128),
                  ("layer3.conv", "layer3.bn", 128, 192),
                  ("layer3.residual.conv1", "layer3.residual.bn1", 192, 192),
                  ("layer3.residual.conv2", "layer3.residual.bn2", 192, 192)]
        self.layers = nn.ModuleList(Convolution(*layer) for layer in layers)
        self.fc = nn.Linear(192, CLASSES)

    def forward(self, x):
        stem, c1, r1, r2, c2, c3, r3, r4 = self.layers
        x = F.max_pool2d(c1(stem(x)), 2)
        x = r2(r1(x)) + x
        x = F.max_pool2d(c2(x), 2)
        x = F.max_pool2d(c3(x), 2)
        x = r4(r3(x)) + x
        return self.fc(x.mean((2, 3)))

    def initialise(self, seed):
        with torch.no_grad():
            for layer in self.layers:
                layer.conv.weight.copy_(first_weights(layer.names[0] + ".weight", layer.conv.weight.shape, seed))
            self.fc.weight.copy_(first_weights("fc.weight", self.fc.weight.shape, seed))
            self.fc.bias.zero_()


def pictures(first, count):
    """Item i of class i % 3: noise, and the channel of its class is brighter."""
    rows = []
    for item in range(first, first + count):
        pixels = (draws(5, SAMPLE, 0, item, EDGE * EDGE * 3) % np.uint64(128)).astype(np.uint8).reshape(EDGE, EDGE, 3)
        pixels[:, :, item % CLASSES] += 16
        rows.append(pixels)
    mean = np.array([123.675, 116.28, 103.53])
    scale = np.array([58.395, 57.12, 57.375])
    values = (np.stack(rows).astype(np.float64) - mean) / scale
    return torch.tensor(values.transpose(0, 3, 1, 2), dtype=torch.float32)


def batches(seed, epoch, size):
    order = permutation(TRAIN, seed, epoch)
    steps = -(-TRAIN // size)
    if TRAIN % size == 1 and steps > 1:
        steps -= 1
    return [order[b * size:(b + 1) * size if b + 1 < steps else TRAIN] for b in range(steps)]


def one_run(case):
    network = ResnetSmall()
    network.initialise(case["seed"])
    labels = torch.arange(TRAIN + VALIDATION) % CLASSES
    inputs = pictures(0, TRAIN + VALIDATION)
    steps_per_epoch = len(batches(case["seed"], 0, case["batch-size"]))
    total = steps_per_epoch * case["epochs"]
    if case["optimizer"] == "adamw":
        optimizer = torch.optim.AdamW(network.parameters(), lr=case["learning-rate"], weight_decay=case["weight-decay"])
    else:
        optimizer = torch.optim.SGD(network.parameters(), lr=case["learning-rate"], momentum=case["momentum"],
                                    weight_decay=case["weight-decay"], nesterov=case["nesterov"])
    if case["schedule"] == "one-cycle":
        scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=case["learning-rate"], total_steps=total + 1,
                                                        pct_start=case["warmup-share"], cycle_momentum=False)
        scheduler.total_steps = total
        scheduler._schedule_phases[0]["end_step"] = case["warmup-share"] * total - 1
        scheduler._schedule_phases[1]["end_step"] = total - 1
    else:
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total)
    weight = None
    if case["class-weights"]:
        counts = torch.bincount(labels[:TRAIN], minlength=CLASSES).float()
        weight = TRAIN / (CLASSES * counts)
    result = {"losses": [], "norms": [], "validation": []}
    for epoch in range(case["epochs"]):
        network.train()
        for batch in batches(case["seed"], epoch, case["batch-size"]):
            optimizer.zero_grad()
            loss = F.cross_entropy(network(inputs[batch]), labels[batch], weight=weight,
                                   label_smoothing=case["label-smoothing"])
            loss.backward()
            norm = torch.sqrt(sum(p.grad.double().square().sum() for p in network.parameters()))
            result["losses"].append(loss.item())
            result["norms"].append(norm.item())
            optimizer.step()
            if len(result["losses"]) < total:
                scheduler.step()
        network.eval()
        with torch.no_grad():
            result["validation"].append(F.cross_entropy(network(inputs[TRAIN:]), labels[TRAIN:]).item())
    return result


def optimizer_run(case):
    count, steps = 37, 25
    parameter = torch.tensor(2 * uniforms(3, SAMPLE, 1, 0, count) - 1, dtype=torch.float32, requires_grad=True)
    if case["optimizer"] == "adamw":
        optimizer = torch.optim.AdamW([parameter], lr=case["learning-rate"], weight_decay=case["weight-decay"])
    else:
        optimizer = torch.optim.SGD([parameter], lr=case["learning-rate"], momentum=case["momentum"],
                                    weight_decay=case["weight-decay"], nesterov=case["nesterov"])
    for step in range(steps):
        parameter.grad = torch.tensor(2 * uniforms(3, SAMPLE, 2, step, count) - 1, dtype=torch.float32)
        optimizer.step()
    return {"count": count, "steps": steps, "weights": parameter.tolist()}


RUNS = [
    {"name": "adamw, cosine", "optimizer": "adamw", "schedule": "cosine", "learning-rate": 1e-3, "weight-decay": 0.05,
     "momentum": 0.9, "nesterov": False, "warmup-share": 0.0, "batch-size": 10, "epochs": 4, "seed": 11,
     "class-weights": False, "label-smoothing": 0.0},
    {"name": "sgd, one-cycle, smoothing, class weights", "optimizer": "sgd", "schedule": "one-cycle",
     "learning-rate": 0.02, "weight-decay": 5e-4, "momentum": 0.9, "nesterov": True, "warmup-share": 0.3,
     "batch-size": 7, "epochs": 3, "seed": 12, "class-weights": True, "label-smoothing": 0.1},
]
OPTIMIZERS = [
    {"name": "adamw", "optimizer": "adamw", "learning-rate": 0.01, "weight-decay": 0.1, "momentum": 0.9, "nesterov": False},
    {"name": "sgd", "optimizer": "sgd", "learning-rate": 0.1, "weight-decay": 0.01, "momentum": 0.9, "nesterov": False},
    {"name": "sgd nesterov", "optimizer": "sgd", "learning-rate": 0.1, "weight-decay": 0.01, "momentum": 0.8,
     "nesterov": True},
    {"name": "sgd without momentum", "optimizer": "sgd", "learning-rate": 0.1, "weight-decay": 0.0, "momentum": 0.0,
     "nesterov": False},
]
print(json.dumps({"torch": torch.__version__,
                  "runs": [case | one_run(case) for case in RUNS],
                  "optimizers": [case | optimizer_run(case) for case in OPTIMIZERS]}, indent=0))
