#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Out-of-sample probabilities of scikit-learn's logistic regression for tst_linear_probe.

Every group is a fold of its own there, so the assignment of groups to folds does not matter.

    python3 tests/data/engine/make_probe.py > tests/data/engine/probe.json    (scikit-learn 1.9, numpy)
"""
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(4)
cases = []
for classes, count, size, groups, ridge in ((3, 60, 8, 5, 1.0), (2, 40, 12, 4, 0.1), (4, 48, 6, 3, 25.0)):
    labels = random.integers(0, classes, count)
    centres = random.normal(size=(classes, size))
    rows = np.round(centres[labels] + 1.5 * random.normal(size=(count, size)), 3)
    rows[:, 0] = 2.5  # a constant column must do no harm
    group = np.arange(count) % groups
    probabilities = np.zeros((count, classes))
    for train, test in LeaveOneGroupOut().split(rows, labels, group):
        scaler = StandardScaler().fit(rows[train])
        # Two classes: scikit-learn has one weight vector w, a softmax has w / 2 and -w / 2 with half the penalty.
        model = LogisticRegression(C=(2 if classes == 2 else 1) / ridge, tol=1e-12, max_iter=10000).fit(scaler.transform(rows[train]), labels[train])
        probabilities[test] = model.predict_proba(scaler.transform(rows[test]))
    cases.append({"classes": classes, "ridge": ridge, "folds": groups, "rows": rows.tolist(), "labels": labels.tolist(),
                  "groups": [f"g{g}" for g in group], "probabilities": np.round(probabilities, 9).tolist()})
print(json.dumps({"sklearn": sklearn.__version__, "cases": cases}))
