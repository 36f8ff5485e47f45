# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and prints its wall time and the peak sum of PSS (proportional set size) of its process tree.

Usage: process_memory.py COMMAND [ARGUMENT...]      samples /proc/PID/smaps_rollup every 100 ms
"""
import os
import subprocess
import sys
import time


def children(pid):
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in open(f"/proc/{pid}/task/{task}/children").read().split():
            found += children(int(child))
    return found


def pss_kib(pid):
    for line in open(f"/proc/{pid}/smaps_rollup"):
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def main():
    start = time.monotonic()
    process = subprocess.Popen(sys.argv[1:])
    peak = 0
    while process.poll() is None:
        total = 0
        try:
            for pid in children(process.pid):
                try:
                    total += pss_kib(pid)
                except OSError:
                    pass
        except OSError:
            pass
        peak = max(peak, total)
        time.sleep(0.1)
    print(f"exit {process.returncode}, {time.monotonic() - start:.1f} s, peak PSS of the process tree {peak / 1024:.0f} MiB",
          file=sys.stderr)
    return process.returncode


sys.exit(main())
