#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens every safetensors file below a folder with the real package, and its bytes by a reader of thirty lines.

    python3 tests/peers/safetensors_check.py FOLDER      (PyPI: safetensors, numpy)

Names, types, shapes and bytes must agree, and `__metadata__` must have "format". Without any such file the check fails.
"""
import json
import pathlib
import sys

import safetensors
from safetensors import safe_open

TYPES = {"uint8": "U8", "int32": "I32", "int64": "I64", "float16": "F16", "float32": "F32", "float64": "F64"}


def entries(data):
    length = int.from_bytes(data[:8], "little")
    assert length % 8 == 0, "the header's length"
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    return header, data[8 + length:]


def check(path):
    header, body = entries(path.read_bytes())
    with safe_open(str(path), framework="numpy") as file:
        assert (file.metadata() or {}).get("format"), "the metadata's format"
        assert set(file.keys()) == set(header), "the names"
        for name in file.keys():
            array = file.get_tensor(name)
            begin, end = header[name]["data_offsets"]
            assert list(array.shape) == header[name]["shape"], name
            assert TYPES.get(str(array.dtype)) == header[name]["dtype"], name
            assert array.tobytes() == body[begin:end], name
    return len(header)


def main(folder):
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        sys.exit(f"{folder}: no safetensors file to check")
    tensors = 0
    for path in files:
        try:
            tensors += check(path)
        except AssertionError as problem:
            sys.exit(f"{path}: {problem} differs")
    print(f"safetensors {safetensors.__version__} reads {len(files)} files, {tensors} tensors, byte for byte.")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
