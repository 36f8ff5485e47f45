#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every HDF5 file below a project by h5py, and the same bytes by the description in its user block.

    python3 tests/peers/hdf5_check.py RUN_OR_PROJECT_FOLDER      (PyPI: h5py, numpy, xxhash)

Each array must be contiguous, lie where the description says, and have the XXH3 that it says; a pack's pixels must have the
checksums in its own list. Without any such file the check fails. Exit code 1 where anything differs.
"""
import json
import pathlib
import sys

import h5py
import numpy
import xxhash

MARK = b"trainyard-block 1 "


def description(path):
    data = path.read_bytes()
    line, rest = data.split(b"\n", 1)
    digest, length = line[len(MARK):].decode().split(" ")
    text = rest[: int(length)]
    assert line.startswith(MARK) and xxhash.xxh3_64_hexdigest(text) == digest, "the description's checksum"
    return data, json.loads(text)


def check_columns(data, block, file):
    assert xxhash.xxh3_64_hexdigest(data[block["block"]:]) == block["rest"], "the checksum of all arrays"
    for column in block["columns"]:
        names = ["/bytes", "/ends"] if column["type"] == "text" else [""]
        for suffix, (offset, size, digest) in zip(names, column["arrays"]):
            dataset = file[column["name"] + suffix]
            values = dataset[()]
            assert values.tobytes() == data[offset:offset + size], column["name"]
            assert dataset.chunks is None and values.nbytes == size, column["name"]
            assert xxhash.xxh3_64_hexdigest(values.tobytes()) == digest, column["name"]
            assert dataset.attrs["xxh3"].decode() == digest, column["name"]
        if column["type"] != "text":
            assert file[column["name"]].dtype == numpy.dtype(column["type"]), column["name"]
    return len(block["columns"])


def check_pack(data, block, file):
    pixels = file["pixels"]
    assert list(pixels.shape) == block["shape"] and pixels.dtype == numpy.uint8 and pixels.chunks is None
    assert pixels.shape[0] == 0 or pixels.id.get_offset() == block["pixels"], "the place of the pixels"
    for row, digest in enumerate(file["xxh3"][()]):
        assert xxhash.xxh3_64_intdigest(pixels[row].tobytes()) == digest, f"row {row}"
    for name in ("item", "xxh3"):
        offset, digest = block[name]
        values = file[name][()].tobytes()
        assert data[offset:offset + len(values)] == values and xxhash.xxh3_64_hexdigest(values) == digest, name
    return pixels.shape[0]


def main(folder):
    if folder.parent.name == "runs":
        folder = folder.parent.parent
    files = rows = 0
    for path in sorted(folder.rglob("*.h5")):
        data, block = description(path)
        with h5py.File(path, "r") as file:
            check = check_pack if block["kind"] == "pack" else check_columns
            try:
                rows += check(data, block, file)
            except AssertionError as problem:
                sys.exit(f"{path}: {problem}")
        files += 1
    if files == 0:
        sys.exit(f"{folder}: no HDF5 file to check")
    print(f"h5py {h5py.__version__} reads {files} files, {rows} columns and pack rows, byte for byte.")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
