#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads the event files of a run with TensorBoard's own EventAccumulator.

    python3 tests/peers/tensorboard_check.py RUN_FOLDER      (PyPI: tensorboard)

Every scalar must be finite or a value that was written as such, steps must rise within each tag, and where the run has a
metrics.log its values must be those that TensorBoard shows (as float32). Without a scalar the check fails.
"""
import pathlib
import struct
import sys

import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

MARK = b"\xf1REC"


def payloads(data):
    """The payloads of a metrics.log (core/storage/FORMAT.md) in which nothing is damaged."""
    assert data[:8] == b"TYMETR1\n", "the beginning of metrics.log"
    position = 8
    while position < len(data):
        assert data[position:position + 4] == MARK, f"byte {position} of metrics.log"
        (length,) = struct.unpack_from("<I", data, position + 4)
        yield data[position + 20:position + 20 + length]
        position += 20 + length


def logged(path):
    """{tag: {step: value}} of a metrics.log."""
    rows = []
    for payload in payloads(path.read_bytes()):
        if payload[0] == 2:
            (step,) = struct.unpack_from("<q", payload, 1)
            rows = [row for row in rows if row[0] <= step]
        elif payload[0] == 1:
            step, _, count = struct.unpack_from("<qqH", payload, 1)
            position = 19
            for _ in range(count):
                (length,) = struct.unpack_from("<H", payload, position)
                name = payload[position + 2:position + 2 + length].decode()
                (value,) = struct.unpack_from("<d", payload, position + 2 + length)
                rows.append((step, name, value))
                position += 10 + length
    series = {}
    for step, name, value in rows:
        series.setdefault(name, {})[step] = value
    return series


def single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def main(folder):
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    accumulator.Reload()
    tags = accumulator.Tags()["scalars"]
    count = compared = 0
    log = folder / "metrics.log"
    series = logged(log) if log.exists() else {}
    for tag in tags:
        events = accumulator.Scalars(tag)
        steps = [event.step for event in events]
        if steps != sorted(set(steps)):
            sys.exit(f"{tag}: steps do not rise")
        count += len(events)
        for event in events:
            expected = series.get(tag, {}).get(event.step)
            if expected is None:
                continue
            compared += 1
            if event.value != single(expected) and not (expected != expected and event.value != event.value):
                sys.exit(f"{tag}, step {event.step}: {event.value}, metrics.log has {expected}")
    if count == 0:
        sys.exit(f"{folder}: no scalar to check")
    print(f"tensorboard {tensorboard.__version__} reads {count} scalars of {len(tags)} tags; "
          f"{compared} agree with metrics.log.")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
