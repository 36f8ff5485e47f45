#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the imaging tests and what Pillow makes of them.

    python3 -m venv venv && venv/bin/pip install pillow numpy xxhash
    venv/bin/python make_pictures.py

pictures/        one small file for each way of storing a picture
pictures.json    for each: upright size and XXH3-64 of the RGB pixels, as
                 ImageOps.exif_transpose(Image.open(f)).convert('RGB') gives them; 16-bit files are rounded to 8 bits
                 by round(value / 257) here, because Pillow cuts or clips them
reduced.json     large.jpg decoded at 1/2, 1/4 and 1/8 (Image.draft)
*.rgb            the RGB pixels of the two CMYK pictures
malformed.json   300 ways to break them (seed 20261123) with Pillow's verdict on each
"""
import io
import json
import pathlib
import random
import struct
import zlib

import numpy as np
import xxhash
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
OUT = HERE / "pictures"
EXPECTED = {}


def scene(width=53, height=37, seed=1):
    """Smooth colours, an edge and some noise; no symmetry."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / width
    green = 255 * y / height
    blue = 128 + 100 * np.sin(x / 5 + y / 9)
    picture = np.stack([red, green, blue], 2)
    picture[4:12, 3:20] = (250, 30, 40)
    picture[20:30, 30:33] = (10, 240, 250)
    picture += rng.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def digest(pixels):
    return xxhash.xxh3_64_hexdigest(np.ascontiguousarray(pixels, np.uint8).tobytes())


def upright(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


def keep(name, data, pixels=None):
    (OUT / name).write_bytes(data)
    pixels = upright(data) if pixels is None else pixels
    EXPECTED[name] = {"width": pixels.shape[1], "height": pixels.shape[0], "pixels": digest(pixels)}


def save(name, image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    keep(name, buffer.getvalue())


def exif(orientation, order="<"):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + mark + struct.pack(order + "IHHHIHHI", 8, 1, 274, 3, 1, orientation, 0, 0)


def jpegs():
    rgb = Image.fromarray(scene())
    for name, sub in (("444", 0), ("422", 1), ("420", 2)):
        save(f"rgb_{name}.jpg", rgb, format="JPEG", quality=90, subsampling=sub)
    save("grey.jpg", rgb.convert("L"), format="JPEG", quality=90)
    save("progressive.jpg", rgb, format="JPEG", quality=85, progressive=True)
    save("restart.jpg", rgb, format="JPEG", quality=85, restart_marker_rows=1)
    save("cmyk.jpg", rgb.convert("CMYK"), format="JPEG", quality=90)
    for orientation in range(1, 9):
        order = "<" if orientation % 2 else ">"
        save(f"exif_{orientation}.jpg", Image.fromarray(scene(40, 20)), format="JPEG", quality=90,
             exif=exif(orientation, order))
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    save("xmp_6.jpg", Image.fromarray(scene(40, 20)), format="JPEG", quality=90, xmp=packet)
    save("large.jpg", Image.fromarray(scene(400, 300, 2)), format="JPEG", quality=75)


def cmyk_with_black():
    """CMYK as scanners write it, with black in a plane of its own; the RGB pixels are kept, because the promise is
    "within 2"."""
    picture = scene()
    black = (255 - picture.max(2)) // 2
    cmyk = Image.fromarray(np.concatenate([255 - picture, black[:, :, None]], 2).astype(np.uint8), "CMYK")
    for name, form, options in (("cmyk_black.jpg", "JPEG", {"quality": 90}), ("cmyk_black.tif", "TIFF", {})):
        save(name, cmyk, format=form, **options)
        rgb = upright((OUT / name).read_bytes())
        del EXPECTED[name]
        (HERE / (name + ".rgb")).write_bytes(rgb.tobytes())


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(rows, bits, colour, interlaced=False, before=b"", after=b""):
    """A PNG of samples [height, width, channels] by the specification, for what Pillow cannot write."""
    def packed(part):
        out = b""
        for row in part:
            flat = row.reshape(-1)
            if bits == 16:
                line = flat.astype(">u2").tobytes()
            elif bits == 8:
                line = flat.astype(np.uint8).tobytes()
            else:
                binary = "".join(format(int(v), f"0{bits}b") for v in flat)
                binary += "0" * (-len(binary) % 8)
                line = int(binary, 2).to_bytes(len(binary) // 8, "big")
            out += b"\0" + line
        return out
    height, width = rows.shape[:2]
    if interlaced:
        parts = (rows[y0::dy, x0::dx] for x0, y0, dx, dy in PASSES)
        body = b"".join(packed(part) for part in parts if part.size)
    else:
        body = packed(rows)
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", zlib.compress(body)) + after
            + chunk(b"IEND", b""))


def to8(samples):
    rounded = (samples.astype(np.int64) + 128) // 257
    return rounded if rounded.shape[2] == 3 else np.repeat(rounded[:, :, :1], 3, 2)


def pngs():
    picture = scene()
    rgb = Image.fromarray(picture)
    alpha = Image.fromarray(scene(53, 37, 5)[:, :, 2])
    save("rgb.png", rgb, format="PNG")
    rgba = rgb.copy()
    rgba.putalpha(alpha)
    save("rgba.png", rgba, format="PNG")
    grey_alpha = rgb.convert("L")
    grey_alpha.putalpha(alpha)
    save("la.png", grey_alpha, format="PNG")
    grey = np.asarray(rgb.convert("L"))[:, :, None]
    for bits in (1, 2, 4, 8):
        keep(f"grey{bits}.png", png(grey >> (8 - bits), bits, 0))
    for bits, colours in ((1, 2), (2, 4), (4, 16), (8, 200)):
        save(f"palette{bits}.png", rgb.quantize(colours), format="PNG", bits=bits)
    save("palette_transparent.png", rgb.quantize(16), format="PNG", transparency=3)
    rng = np.random.default_rng(3)
    wide = picture.astype(np.uint16) * 257 + rng.integers(-128, 129, picture.shape)
    wide = np.clip(wide.astype(np.int64), 0, 65535)
    keep("rgb16.png", png(wide, 16, 2), to8(wide))
    keep("grey16.png", png(wide[:, :, :1], 16, 0), to8(wide[:, :, :1]))
    keep("rgba16.png", png(np.concatenate([wide, wide[:, :, :1]], 2), 16, 6), to8(wide))
    keep("interlaced.png", png(picture, 8, 2, interlaced=True))
    keep("interlaced_grey4.png", png(grey >> 4, 4, 0, interlaced=True))
    tiny = scene(40, 20)
    keep("exif_6.png", png(tiny, 8, 2, before=chunk(b"eXIf", exif(6)[6:])))
    keep("exif_8_late.png", png(tiny, 8, 2, after=chunk(b"eXIf", exif(8, ">")[6:])))
    keep("text.png", png(tiny, 8, 2, before=chunk(b"tEXt", b"Comment\0a text")))


def bit_fields(picture, bits, masks):
    """A BMP of 16 or 32 bits with bit fields; `masks` are for red, green and blue."""
    def shifted(channel, mask):
        width = bin(mask).count("1")
        low = (mask & -mask).bit_length() - 1
        return (channel.astype(np.uint32) >> (8 - width)) << low
    pixels = sum(shifted(picture[:, :, c], masks[c]) for c in range(3))
    kind = "<u2" if bits == 16 else "<u4"
    rows = b"".join(row.astype(kind).tobytes() + b"\0" * (-row.size * bits // 8 % 4) for row in pixels[::-1])
    head = b"BM" + struct.pack("<IHHI", 66 + len(rows), 0, 0, 66)
    height, width = picture.shape[:2]
    return (head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 3, len(rows), 0, 0, 0, 0)
            + struct.pack("<III", *masks) + rows)


def rle8(indices, palette):
    """A BMP with run-length coding: every row as runs."""
    height, width = indices.shape
    body = b""
    for row in indices[::-1]:
        x = 0
        while x < width:
            run = 1
            while x + run < width and run < 255 and row[x + run] == row[x]:
                run += 1
            body += bytes([run, row[x]])
            x += run
        body += b"\0\0"
    body += b"\0\1"
    colours = b"".join(bytes([b, g, r, 0]) for r, g, b in palette)
    offset = 54 + len(colours)
    head = b"BM" + struct.pack("<IHHI", offset + len(body), 0, 0, offset)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, len(palette), 0) + colours + body


def bmps():
    picture = scene()
    rgb = Image.fromarray(picture)
    save("rgb.bmp", rgb, format="BMP")
    save("grey.bmp", rgb.convert("L"), format="BMP")
    save("palette.bmp", rgb.quantize(30), format="BMP")
    save("one_bit.bmp", rgb.convert("1"), format="BMP")
    save("rgba.bmp", rgb.convert("RGBA"), format="BMP")
    quantized = rgb.quantize(12, dither=Image.Dither.NONE)
    palette = np.asarray(quantized.getpalette()[:36]).reshape(-1, 3)
    keep("rle8.bmp", rle8(np.asarray(quantized), palette))
    keep("fields_565.bmp", bit_fields(picture, 16, (0xF800, 0x07E0, 0x001F)))
    keep("fields_32.bmp", bit_fields(picture, 32, (0xFF0000, 0xFF00, 0xFF)))
    save("palette4.bmp", rgb.quantize(12), format="BMP")
    rows = b"".join(row[:, ::-1].tobytes() + b"\0" * (-row.size % 4) for row in picture)
    head = b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54)
    keep("top_down.bmp", head + struct.pack("<IiiHHIIiiII", 40, 53, -37, 1, 24, 0, len(rows), 0, 0, 0, 0) + rows)


def gifs():
    rgb = Image.fromarray(scene())
    flat = rgb.quantize(64)
    save("plain.gif", flat, format="GIF", interlace=0)
    save("interlaced.gif", flat, format="GIF", interlace=1)
    save("transparent.gif", flat, format="GIF", transparency=5)
    save("grey.gif", rgb.convert("L"), format="GIF")
    frames = [Image.fromarray(scene(30, 20, seed)).quantize(32) for seed in (1, 2, 3)]
    save("animated.gif", frames[0], format="GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    # The first picture covers a part of the screen: 30 x 20 at (5, 3) of 53 x 37.
    buffer = io.BytesIO()
    frames[0].save(buffer, format="GIF", interlace=0)
    data = bytearray(buffer.getvalue())
    data[6:10] = struct.pack("<HH", 53, 37)
    at = 13 + (3 << ((data[10] & 7) + 1))
    assert data[at] == 0x2C or data[at] == 0x21
    while data[at] == 0x21:
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    data[at + 1:at + 5] = struct.pack("<HH", 5, 3)
    keep("part.gif", bytes(data))


def tiffs():
    picture = scene()
    rgb = Image.fromarray(picture)
    save("plain.tif", rgb, format="TIFF")
    save("lzw.tif", rgb, format="TIFF", compression="tiff_lzw")
    save("deflate.tif", rgb, format="TIFF", compression="tiff_adobe_deflate")
    save("grey.tif", rgb.convert("L"), format="TIFF")
    rgba = rgb.copy()
    rgba.putalpha(Image.fromarray(scene(53, 37, 5)[:, :, 2]))
    save("rgba.tif", rgba, format="TIFF")
    save("palette.tif", rgb.quantize(40), format="TIFF")
    save("one_bit.tif", rgb.convert("1"), format="TIFF", compression="group4")
    rng = np.random.default_rng(4)
    wide = np.clip(picture[:, :, :1].astype(np.int64) * 257 + rng.integers(-128, 129, picture[:, :, :1].shape), 0, 65535)
    buffer = io.BytesIO()
    Image.fromarray(wide[:, :, 0].astype(np.uint16)).save(buffer, format="TIFF")
    keep("grey16.tif", buffer.getvalue(), to8(wide))
    for orientation in range(1, 9):
        save(f"exif_{orientation}.tif", Image.fromarray(scene(40, 20)), format="TIFF", tiffinfo={274: orientation})
    small = Image.fromarray(scene(40, 20))
    save("exif_6_grey.tif", small.convert("L"), format="TIFF", tiffinfo={274: 6})
    save("exif_7_rgba.tif", small.convert("RGBA"), format="TIFF", tiffinfo={274: 7})
    save("exif_8_palette.tif", small.quantize(20), format="TIFF", tiffinfo={274: 8})
    save("exif_5_one_bit.tif", small.convert("1"), format="TIFF", compression="group4", tiffinfo={274: 5})
    save("jpeg.tif", rgb, format="TIFF", compression="jpeg", quality=90)
    save("cmyk.tif", rgb.convert("CMYK"), format="TIFF")


def webps():
    rgb = Image.fromarray(scene())
    save("lossy.webp", rgb, format="WEBP", quality=80)
    save("lossless.webp", rgb, format="WEBP", lossless=True)
    rgba = rgb.copy()
    rgba.putalpha(Image.fromarray(np.full((37, 53), 200, np.uint8)))
    save("rgba.webp", rgba, format="WEBP", lossless=True, exact=True)
    save("exif_6.webp", Image.fromarray(scene(40, 20)), format="WEBP", quality=80, exif=exif(6))
    frames = [Image.fromarray(scene(30, 20, seed)) for seed in (1, 2)]
    save("animated.webp", frames[0], format="WEBP", save_all=True, append_images=frames[1:], lossless=True)
    clear = [frame.convert("RGBA") for frame in frames]
    clear[0].putalpha(Image.fromarray(np.where(scene(30, 20)[:, :, 0] > 90, 255, 0).astype(np.uint8)))
    save("animated_rgba.webp", clear[0], format="WEBP", save_all=True, append_images=clear[1:], lossless=True, exact=True)
    save("animated_lossy.webp", frames[0], format="WEBP", save_all=True, append_images=frames[1:], quality=80)


def pnms():
    picture = scene()
    rgb = Image.fromarray(picture)
    save("rgb.ppm", rgb, format="PPM")
    save("grey.pgm", rgb.convert("L"), format="PPM")
    save("bits.pbm", rgb.convert("1"), format="PPM")
    text = " ".join(str(v) for v in picture.reshape(-1))
    keep("text.ppm", b"P3\n# a comment\n53 37 # another\n255\n" + text.encode() + b"\n")
    wide = picture[:, :, :1].astype(np.int64) * 257
    keep("grey16.pgm", b"P5\n53 37\n65535\n" + wide.astype(">u2").tobytes(), to8(wide))


def verdict(data):
    try:
        pixels = upright(data)
        return {"pixels": digest(pixels), "width": pixels.shape[1], "height": pixels.shape[0]}
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as problem:
        return {"rejected": type(problem).__name__}
    except Exception as problem:  # noqa: BLE001 - an error of Pillow's own is no verdict
        return {"failed": type(problem).__name__}


def bomb(name, width, height):
    data = bytearray((OUT / name).read_bytes())
    if name.endswith(".png"):
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    elif name.endswith(".jpg"):
        at = data.index(b"\xff\xc0")
        data[at + 5:at + 9] = struct.pack(">HH", min(height, 65535), min(width, 65535))
    elif name.endswith(".bmp"):
        data[18:26] = struct.pack("<ii", width, height)
    elif name.endswith(".gif"):
        data[6:10] = struct.pack("<HH", min(width, 65535), min(height, 65535))
    return bytes(data)


def malformed():
    rng = random.Random(20261123)
    names = sorted(n for n in EXPECTED if n != "large.jpg" and "16" not in n and "cmyk" not in n)
    cases = []
    for index in range(300):
        name = rng.choice(names)
        data = bytearray((OUT / name).read_bytes())
        kind = ("cut", "cut", "flip", "flip", "flip", "rename")[index % 6]
        case = {"file": name, "kind": kind}
        if index % 30 == 29:
            name = rng.choice(["rgb.png", "rgb_420.jpg", "rgb.bmp", "plain.gif"])
            width, height = rng.choice([(60000, 60000), (30000, 30000), (65535, 12000)])
            case = {"file": name, "kind": "bomb", "patches": []}
            before = (OUT / name).read_bytes()
            data = bytearray(bomb(name, width, height))
            case["patches"] = [[i, data[i]] for i in range(len(data)) if data[i] != before[i]]
            case["width"], case["height"] = width, height
            cases.append(case)
            continue
        if kind == "cut":
            case["length"] = rng.randrange(len(data))
            data = data[:case["length"]]
        elif kind == "flip":
            case["bits"] = sorted(rng.randrange(len(data) * 8) for _ in range(rng.choice([1, 1, 2, 8])))
            for bit in case["bits"]:
                data[bit // 8] ^= 1 << (bit % 8)
        else:
            case["ending"] = rng.choice([".jpg", ".png", ".bmp", ".txt", ".gif", ".webp"])
        case["pillow"] = verdict(bytes(data))
        cases.append(case)
    return cases


def reduced():
    found = {}
    for reduction in (2, 4, 8):
        image = Image.open(OUT / "large.jpg")
        image.draft("RGB", (400 // reduction, 300 // reduction))
        pixels = np.asarray(image)
        found[str(reduction)] = {"width": pixels.shape[1], "height": pixels.shape[0], "pixels": digest(pixels)}
    return found


def main():
    OUT.mkdir(exist_ok=True)
    cmyk_with_black()
    for make in (jpegs, pngs, bmps, gifs, tiffs, webps, pnms):
        make()
    (HERE / "pictures.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")
    (HERE / "reduced.json").write_text(json.dumps(reduced(), indent=1) + "\n")
    lines = ",\n".join(json.dumps(case) for case in malformed())
    (HERE / "malformed.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
