# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes evaluation_goldens.json: answers of scipy and scikit-learn to what core/evaluation computes.

    python make_evaluation_goldens.py > evaluation_goldens.json      (scipy 1.17, scikit-learn 1.9, numpy)
"""
import json
import warnings

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261124)


def wilson(p, n):
    """The roots of (p - q)^2 = z^2 q (1 - q) / n, which is what the closed form solves."""
    z = stats.norm.ppf(0.975)
    f = lambda q: (p - q) ** 2 - z * z * q * (1 - q) / n
    low = 0.0 if p == 0 else optimize.brentq(f, 0, p - (p == 1) * 1e-6, xtol=1e-15)
    high = 1.0 if p == 1 else optimize.brentq(f, p + (p == 0) * 1e-6, 1, xtol=1e-15)
    return [low, high]


def cluster_error(x, groups):
    """Standard error of a mean from the sandwich estimator of a regression on a constant."""
    x = np.asarray(x, float)
    units = sorted(set(groups))
    design = np.array([[g == u for u in units] for g in groups], float)
    meat = design.T @ (x - x.mean())
    return float(np.sqrt(len(units) / (len(units) - 1) * (meat @ meat)) / len(x))


def classification_case(n, classes, unit_count):
    truth = rng.integers(0, classes, n)
    logits = rng.normal(0, 1, (n, classes)).astype(np.float32)
    logits[np.arange(n), truth] += 0.8
    answer = logits.argmax(1)
    groups = ["" if unit_count == 0 else f"u{g}" for g in rng.integers(0, max(unit_count, 1), n)]
    right = (truth == answer).astype(float)
    own = groups if unit_count else [str(i) for i in range(n)]
    names = list(range(classes))
    p, r, f, s = metrics.precision_recall_fscore_support(truth, answer, labels=names, zero_division=np.nan)
    clean = lambda values: [None if np.isnan(v) else float(v) for v in values]
    present = [c for c in names if c in truth or c in answer]
    probability = special.softmax(logits.astype(float), axis=1)
    return {
        "truth": truth.tolist(), "logits": [[float(v) for v in row] for row in logits], "groups": groups,
        "accuracy": metrics.accuracy_score(truth, answer),
        "confusion": metrics.confusion_matrix(truth, answer, labels=names).tolist(),
        "precision": clean(p), "recall": clean(r),
        "f1": [float(f[c]) if c in present else None for c in names], "support": s.tolist(),
        "macro_f1": metrics.f1_score(truth, answer, labels=present, average="macro", zero_division=0),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, answer),
        "log_loss": metrics.log_loss(truth, probability, labels=names),
        "standard_error": cluster_error(right, own), "units": len(set(own)),
    }


def mcnemar(b, c):
    if b + c < 25:
        return stats.binomtest(b, b + c).pvalue if b + c else 1.0
    return stats.chi2.sf((abs(b - c) - 1) ** 2 / (b + c), 1)


pairs = [(0, 0), (0, 1), (3, 12), (10, 20), (0, 24), (12, 12), (12, 13), (1, 30), (40, 70), (5, 6), (200, 260)]
print(json.dumps({
    "wilson": [[p, n, *wilson(p, n)] for p, n in [(0.9, 100), (0, 50), (1, 7), (0.5, 1), (0.25, 12.75), (0.001, 30000)]],
    "beta": [[a, b, x, special.betainc(a, b, x)] for a, b, x in
             [(0.5, 0.5, 0.3), (2, 3, 0.5), (10, 0.5, 0.99), (150, 0.5, 0.98), (1e4, 0.5, 0.9995), (0.5, 40, 0.01)]],
    "student": [[t, v, 2 * stats.t.sf(abs(t), v)] for t, v in
                [(0, 3), (1, 1), (-2.5, 4), (2.0, 29), (3.3, 199), (12, 10), (1.959964, 1e6), (5, 2)]],
    "student_point": [[p, v, stats.t.isf(p / 2, v)] for p, v in [(0.05, 1), (0.05, 9), (0.05, 199), (0.01, 4), (0.5, 3)]],
    "chi2": [[x, stats.chi2.sf(x, 1)] for x in [0.0, 0.5, 2.7, 3.841458820694124, 20.0]],
    "mcnemar": [[b, c, mcnemar(b, c)] for b, c in pairs],
    "classification": [classification_case(*shape) for shape in
                       [(60, 3, 0), (60, 3, 12), (40, 7, 0), (25, 2, 5), (6, 4, 3)]],
}, indent=None, separators=(",", ":")))
