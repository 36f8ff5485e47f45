# SPDX-License-Identifier: GPL-3.0-or-later
# Makes label_doubts.json: confident learning (Northcutt, Jiang, Chuang 2021, equations 1 and 2) in numpy on made-up
# probabilities with 15 % wrong labels: python3 make_label_doubts.py
import json
import pathlib

import numpy as np

rng = np.random.default_rng(7)
count, classes = 120, 4
truth = rng.integers(0, classes, count)
labels = np.where(rng.random(count) < 0.15, rng.integers(0, classes, count), truth)
logits = rng.normal(0, 1, (count, classes))
logits[np.arange(count), truth] += 2
p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
p = np.round(p, 5)

thresholds = np.array([p[labels == k, k].mean() for k in range(classes)])
reached = np.where(p >= thresholds, p, -np.inf)
found = []
for i in range(count):
    if np.isinf(reached[i]).all():
        continue
    j = int(reached[i].argmax())
    if j != labels[i]:
        found.append((float(p[i, labels[i]]), i, int(labels[i]), j))
found.sort()
path = pathlib.Path(__file__).with_name("label_doubts.json")
path.write_text(json.dumps({"labels": labels.tolist(), "probabilities": p.tolist(),
                            "doubts": [{"item": i, "label": a, "suggested": b, "self": s} for s, i, a, b in found]}) + "\n")
print(len(found))
