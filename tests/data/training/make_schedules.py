# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning rates of PyTorch's schedulers, for tst_schedule. Run: python3 make_schedules.py > schedules.json (torch 2.15)."""
import json

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, OneCycleLR, SequentialLR


def rates(peak, total, make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = make(optimizer)
    values = []
    for _ in range(total):
        values.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return values


def warm_cosine(optimizer, total, warmup):
    cosine = CosineAnnealingLR(optimizer, T_max=total - warmup)
    if warmup == 0:
        return cosine
    warm = LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
    return SequentialLR(optimizer, [warm, cosine], milestones=[warmup])


cases = []
for peak, total, share in ((0.1, 20, 0.0), (1e-3, 60, 0.1), (0.4, 37, 0.27)):
    cases.append({"schedule": "cosine", "peak": peak, "total": total, "warmupShare": share,
                  "rates": rates(peak, total, lambda o: warm_cosine(o, total, round(share * total)))})
for peak, total, share in ((0.2, 40, 0.25), (1e-3, 17, 0.3), (0.05, 5, 0.1)):
    def one_cycle(optimizer):
        return OneCycleLR(optimizer, max_lr=peak, total_steps=total, pct_start=share)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak, momentum=0.9)
    scheduler = one_cycle(optimizer)
    values = []
    for step in range(total):
        values.append(scheduler.get_last_lr()[0])
        if step + 1 < total:
            optimizer.step()
            scheduler.step()
    cases.append({"schedule": "one-cycle", "peak": peak, "total": total, "warmupShare": share, "rates": values})
print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=0))
