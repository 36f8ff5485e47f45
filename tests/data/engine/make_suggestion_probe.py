#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probabilities of scikit-learn's logistic regression with ridge 3 on rows of length 10, for tst_suggestion_probe.

    python3 tests/data/engine/make_suggestion_probe.py > tests/data/engine/suggestion_probe.json   (scikit-learn 1.9, numpy)
"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(11)
cases = []
for classes, known, asked, size in ((2, 4, 6, 12), (3, 40, 10, 16), (5, 60, 12, 24)):
    labels = np.concatenate([np.arange(known) % classes, random.integers(0, classes, asked)])
    centres = np.abs(random.normal(size=(classes, size)))
    rows = np.round(np.abs(centres[labels] + 0.7 * random.normal(size=(known + asked, size))), 3)
    unit = 10 * rows / np.linalg.norm(rows, axis=1, keepdims=True)
    # Two classes: scikit-learn has one weight vector w, a softmax has w / 2 and -w / 2 with half the penalty.
    model = LogisticRegression(C=(2 if classes == 2 else 1) / 3, tol=1e-12, max_iter=10000).fit(unit[:known], labels[:known])
    cases.append({"classes": classes, "known": known, "rows": rows.tolist(), "labels": labels.tolist(),
                  "probabilities": np.round(model.predict_proba(unit[known:]), 7).tolist()})
print(json.dumps({"sklearn": sklearn.__version__, "cases": cases}))
