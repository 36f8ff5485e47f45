# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of many small JPEGs that all differ: SPLIT/CLASS/NNNN/NAME.jpg, 1,000 files in a folder.

Usage: make_pictures.py FOLDER [COUNT]     COUNT is 1,000,000 unless given (about 5 GB of disk)

A few hundred mosaics are encoded once (baseline, one DC coefficient a block); each file is one of them with other
quantiser steps, which change its colours, and a comment of its own, which changes its hash and its length.
"""
import os
import random
import struct
import sys

PER_FOLDER = 1000
MOSAICS = 240
SIZES = ((64, 48), (48, 64), (96, 64), (64, 64), (128, 96))
CLASSES = ("bark", "brick", "cloud", "glass", "gravel", "leaf", "moss", "sand", "water", "wood")
SPLITS = (("train", 8), ("val", 1), ("test", 1))  # folders of ten
# The DC code lengths of ITU-T T.81, tables K.3 and K.4; the AC tables hold the end of a block alone.
DC_COUNTS = ((0, 1, 5, 1, 1, 1, 1, 1, 1), (0, 3, 1, 1, 1, 1, 1, 1, 1))


def segment(marker, payload):
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def dc_codes(counts):
    codes, code, symbol = {}, 0, 0
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            codes[symbol] = (code, length)
            code, symbol = code + 1, symbol + 1
        code <<= 1
    return codes


def scan_bytes(planes):
    """The entropy-coded blocks: planes[component][block] are quantised DC values."""
    tables = [dc_codes(DC_COUNTS[0]), dc_codes(DC_COUNTS[1]), dc_codes(DC_COUNTS[1])]
    bits, before = [], [0, 0, 0]
    for block in zip(*planes):
        for component, value in enumerate(block):
            step = value - before[component]
            before[component] = value
            size = abs(step).bit_length()
            code, length = tables[component][size]
            bits.append(format(code, f"0{length}b"))
            if size:
                bits.append(format(step if step > 0 else step + (1 << size) - 1, f"0{size}b"))
            bits.append("0")  # no AC coefficient
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")


def mosaic(chance):
    """A picture as the bytes before and after its quantiser tables and comment."""
    width, height = chance.choice(SIZES)
    blocks = (width // 8) * (height // 8)
    planes = []
    for spread in (30, 14, 14):
        centre, values = chance.randint(-spread, spread), []
        for _ in range(blocks):
            centre = max(-3 * spread, min(3 * spread, centre + chance.randint(-spread // 2, spread // 2)))
            values.append(centre)
        planes.append(values)
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes((1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1))
    rest = segment(0xC0, frame)
    for number, counts in enumerate(DC_COUNTS):
        rest += segment(0xC4, bytes((number,)) + bytes(counts) + bytes(16 - len(counts)) + bytes(range(sum(counts))))
        rest += segment(0xC4, bytes((0x10 | number, 1)) + bytes(15) + b"\x00")
    rest += segment(0xDA, bytes((3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)))
    return rest + scan_bytes(planes) + b"\xff\xd9"


def write_folder(top, folder, count, mosaics):
    shares = [split for split, share in SPLITS for _ in range(share)]
    place = os.path.join(top, shares[folder % 10], CLASSES[folder // 10 % len(CLASSES)], f"{folder:04d}")
    os.makedirs(place)
    chance = random.Random(folder)
    for index in range(count):
        number = folder * PER_FOLDER + index
        steps = [bytes((table, chance.randint(6, 20))) + bytes((16,)) * 63 for table in (0, 1)]
        comment = f"picture {number} ".encode() + b"." * chance.randint(0, 900)
        data = (b"\xff\xd8" + segment(0xFE, comment) + segment(0xDB, steps[0]) + segment(0xDB, steps[1])
                + chance.choice(mosaics))
        name = f"{chance.choice(('north', 'south', 'east', 'west'))}-{number:07d}.jpg"
        file = os.open(os.path.join(place, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(file, data)
        os.close(file)


def main():
    top, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    chance = random.Random(4)
    mosaics = [mosaic(chance) for _ in range(MOSAICS)]
    for folder in range(-(-count // PER_FOLDER)):
        write_folder(top, folder, min(PER_FOLDER, count - folder * PER_FOLDER), mosaics)
    print(f"{count} pictures in {top}")


main()
