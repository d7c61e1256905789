"""Golden values for src/stimuli/decode.ts: the RGB that Brain-Score's load_image hands to a network, file by file.

Writes small images of every format and mode that a stimulus set may hold into src/stimuli/golden/images/, what Pillow
makes of them into src/stimuli/golden/decode.json, and what Pillow says to damaged copies of them into damaged.json.
The damaged copies are not stored: each is described by an edit that the test repeats.

    pip install pillow==12.3.0 numpy==2.4.6        # libjpeg-turbo 3.1.4.1, libwebp 1.6.0, zlib-ng 2.3.3
    python reference/pillow_decode.py
"""
import hashlib
import io
import json
import re
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

GOLDEN = Path(__file__).parent.parent / "src" / "stimuli" / "golden"
IMAGES = GOLDEN / "images"
warnings.simplefilter("ignore")


def pixels(width, height, channels, seed, smooth=True):
    """Made-up pixels: a coarse random picture enlarged (what codecs are made for), or noise."""
    random = np.random.RandomState(seed)
    if not smooth:
        return random.randint(0, 256, (height, width, channels)).astype(np.uint8)
    planes = [
        np.array(Image.fromarray(random.randint(0, 256, (height // 6 + 2, width // 6 + 2)).astype(np.uint8)).resize((width, height), Image.BICUBIC))
        for _ in range(channels)
    ]
    return np.stack(planes, axis=-1)


def load_image(source):
    """brainscore_vision/model_helpers/activations/pytorch.py:122-132, and convert("RGB") for what it returns as is."""
    with Image.open(source) as image:
        if any(letter in image.mode for letter in "LAP"):
            canvas = Image.new("RGB", image.size)
            canvas.paste(image)
            return canvas
        return image.convert("RGB")


# ---------------------------------------------------------------------------------------------------------------- PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Samples of one scan line as PNG packs them."""
    flat = samples.reshape(-1)
    if depth == 16:
        return flat.astype(">u2").tobytes()
    if depth == 8:
        return flat.astype(np.uint8).tobytes()
    bits = "".join(format(int(value), f"0{depth}b") for value in flat)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def filtered(line, previous, kind, step):
    out = bytearray([kind])
    for i, value in enumerate(line):
        a = line[i - step] if i >= step else 0
        b = previous[i]
        c = previous[i - step] if i >= step else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) & 255)
    return bytes(out)


def png(samples, depth, colour, interlace=False, palette=None, trns=None, extra=b"", idat=4096):
    """samples: height × width × channels. All five filters take turns."""
    height, width, channels = samples.shape
    step = max(1, channels * depth // 8)
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] if interlace else [(0, 0, 1, 1)]
    raw, turn = b"", 0
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        if part.shape[0] == 0 or part.shape[1] == 0:
            continue
        previous = bytes(len(packed(part[0], depth)))
        for row in part:
            line = packed(row, depth)
            raw += filtered(line, previous, turn % 5, step)
            previous, turn = line, turn + 1
    data = zlib.compress(raw, 9)
    return b"".join([
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlace))),
        extra,
        chunk(b"PLTE", palette.tobytes()) if palette is not None else b"",
        chunk(b"tRNS", trns) if trns is not None else b"",
        *[chunk(b"IDAT", data[i:i + idat]) for i in range(0, len(data), idat)],
        chunk(b"IEND", b""),
    ])


def indexed(width, height, colours, seed):
    return np.random.RandomState(seed).randint(0, colours, (height, width, 1))


def palette(colours, seed):
    return np.random.RandomState(seed).randint(0, 256, (colours, 3)).astype(np.uint8)


def png_files():
    files = {}
    for depth in (1, 2, 4, 8):
        for interlace in (False, True):
            suffix = "-interlaced" if interlace else ""
            files[f"png-grey{depth}{suffix}"] = png(indexed(21, 13, 1 << depth, depth), depth, 0, interlace)
            files[f"png-palette{depth}{suffix}"] = png(indexed(21, 13, 1 << depth, depth + 9), depth, 3, interlace, palette(1 << depth, depth), b"\x00\x80")
    for colour, name, channels in ((2, "rgb", 3), (4, "la", 2), (6, "rgba", 4)):
        for interlace in (False, True):
            suffix = "-interlaced" if interlace else ""
            files[f"png-{name}8{suffix}"] = png(pixels(19, 11, channels, channels), 8, colour, interlace)
            deep = np.random.RandomState(channels).randint(0, 65536, (11, 19, channels))
            files[f"png-{name}16{suffix}"] = png(deep, 16, colour, interlace)
    transparent = pixels(16, 16, 4, 77)
    transparent[:8, :, 3] = 0
    files["png-rgba8-colour-under-alpha-0"] = png(transparent, 8, 6)
    files["png-rgb8-trns"] = png(pixels(9, 9, 3, 5), 8, 2, trns=struct.pack(">HHH", 1, 2, 3))
    files["png-grey8-trns"] = png(pixels(9, 9, 1, 5), 8, 0, trns=struct.pack(">H", 7))
    files["png-palette8-short"] = png(indexed(20, 12, 256, 3), 8, 3, palette=palette(7, 3))
    files["png-palette8-none"] = png(indexed(20, 12, 256, 4), 8, 3)
    files["png-rgb8-gamma-chroma"] = png(
        pixels(9, 9, 3, 6), 8, 2, extra=chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sRGB", b"\0") + chunk(b"tEXt", b"bad keyword\xff\0\xfe"))
    files["png-rgb8-many-idat"] = png(pixels(30, 20, 3, 8, smooth=False), 8, 2, idat=97)
    for width, height in ((1, 1), (1, 7), (7, 1), (3, 2), (5, 5)):
        files[f"png-rgb8-{width}x{height}-interlaced"] = png(pixels(width, height, 3, width), 8, 2, True)
        files[f"png-grey1-{width}x{height}-interlaced"] = png(indexed(width, height, 2, width), 1, 0, True)
    return files


# ------------------------------------------------------------------------------------------------------ JPEG and WebP

def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg_files():
    files = {}
    rgb = Image.fromarray(pixels(45, 35, 3, 21))
    for progressive in (False, True):
        for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
            files[f"jpeg-{'progressive' if progressive else 'baseline'}-{name}"] = saved(rgb, "JPEG", quality=82, progressive=progressive, subsampling=subsampling)
        grey = Image.fromarray(pixels(33, 18, 1, 22)[:, :, 0])
        files[f"jpeg-{'progressive' if progressive else 'baseline'}-grey"] = saved(grey, "JPEG", quality=70, progressive=progressive)
    files["jpeg-restart"] = saved(rgb, "JPEG", quality=75, restart_marker_blocks=2)
    files["jpeg-adobe-rgb"] = saved(rgb, "JPEG", quality=90, keep_rgb=True)
    files["jpeg-1x1"] = saved(rgb.resize((1, 1)), "JPEG")
    files["jpeg-3x2"] = saved(rgb.resize((3, 2)), "JPEG")
    files["jpeg-17x16"] = saved(rgb.resize((17, 16)), "JPEG")
    files["jpeg-noise-quality-20"] = saved(Image.fromarray(pixels(40, 24, 3, 24, smooth=False)), "JPEG", quality=20)
    files["jpeg-stray-bytes"] = files["jpeg-baseline-420"][:-2] + b"\0\0\0" + files["jpeg-baseline-420"][-2:]
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees; Pillow's open and Brain-Score leave the pixels as they are stored
    files["jpeg-exif-orientation-6"] = saved(rgb, "JPEG", exif=exif, comment=b"\xff\xd8 not an image")
    return files


def webp_files():
    rgb = Image.fromarray(pixels(37, 29, 3, 31))
    rgba = pixels(24, 21, 4, 32)
    rgba[:7, :, 3] = 0
    rgba = Image.fromarray(rgba)
    return {
        "webp-lossy": saved(rgb, "WEBP", quality=70),
        "webp-lossless": saved(rgb, "WEBP", lossless=True),
        "webp-lossy-alpha": saved(rgba, "WEBP", quality=80),
        "webp-lossless-alpha": saved(rgba, "WEBP", lossless=True, exact=True),
        "webp-lossless-alpha-inexact": saved(rgba, "WEBP", lossless=True),
        "webp-lossy-exif": saved(rgb, "WEBP", quality=60, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"),
        "webp-1x1": saved(rgb.resize((1, 1)), "WEBP", lossless=True),
    }


# ---------------------------------------------------------------------------------------------------------------- GIF

def lzw(indices, bits):
    """GIF's LZW, with growing codes and a clear code when the table is full."""
    clear, end = 1 << bits, (1 << bits) + 1
    out, buffer, filled = bytearray(), 0, 0
    size = bits + 1

    def emit(code):
        nonlocal buffer, filled
        buffer |= code << filled
        filled += size
        while filled >= 8:
            out.append(buffer & 255)
            buffer >>= 8
            filled -= 8

    table = {(i,): i for i in range(clear)}
    following = end + 1
    emit(clear)
    prefix = ()
    for index in indices:
        longer = prefix + (int(index),)
        if longer in table:
            prefix = longer
            continue
        emit(table[prefix])
        if following < 4096:
            table[longer] = following
            following += 1
            if following > (1 << size) and size < 12:
                size += 1
        else:
            emit(clear)
            size = bits + 1
            table = {(i,): i for i in range(clear)}
            following = end + 1
        prefix = (int(index),)
    if prefix:
        emit(table[prefix])
    emit(end)
    if filled:
        out.append(buffer & 255)
    return bytes([bits]) + b"".join(bytes([len(out[i:i + 255])]) + out[i:i + 255] for i in range(0, len(out), 255)) + b"\0"


def gif(screen, frames, colours=None, background=0, version=b"GIF89a"):
    def bits(table):
        return max(1, (len(table) - 1).bit_length())

    def table_bytes(table):
        return table.tobytes() + bytes(3 * ((1 << bits(table)) - len(table)))

    out = version + struct.pack("<HHBBB", *screen, (0x80 | (bits(colours) - 1)) if colours is not None else 0, background, 0)
    out += table_bytes(colours) if colours is not None else b""
    for frame in frames:
        indices, local = frame["indices"], frame.get("local")
        if "transparent" in frame:
            out += b"\x21\xf9\x04" + struct.pack("<BHB", 1 | frame.get("disposal", 0) << 2, 5, frame["transparent"]) + b"\0"
        if "comment" in frame:
            out += b"\x21\xfe" + bytes([len(frame["comment"])]) + frame["comment"] + b"\0"
        height, width = indices.shape
        if frame.get("interlace"):
            indices = np.concatenate([indices[0::8], indices[4::8], indices[2::4], indices[1::2]])
        out += b"," + struct.pack("<HHHHB", *frame.get("at", (0, 0)), width, height,
                                  (0x40 if frame.get("interlace") else 0) | ((0x80 | (bits(local) - 1)) if local is not None else 0))
        out += table_bytes(local) if local is not None else b""
        depth = bits(local if local is not None else colours if colours is not None else np.zeros(256))
        out += lzw(indices.reshape(-1), max(2, depth))
    return out + b";"


def gif_files():
    flat = lambda width, height, colours, seed: indexed(width, height, colours, seed)[:, :, 0]
    p16, p5, p256 = palette(16, 41), palette(5, 42), palette(256, 43)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    return {
        "gif-global": gif((23, 17), [{"indices": flat(23, 17, 16, 1)}], p16),
        "gif-transparent": gif((23, 17), [{"indices": flat(23, 17, 16, 2), "transparent": 3}], p16),
        "gif-local-palette": gif((12, 9), [{"indices": flat(12, 9, 5, 3), "local": p5}], p16),
        "gif-local-palette-only": gif((12, 9), [{"indices": flat(12, 9, 5, 3), "local": p5}]),
        "gif-offset": gif((20, 15), [{"indices": flat(9, 6, 16, 4), "at": (4, 5)}], p16, background=9),
        "gif-offset-transparent": gif((20, 15), [{"indices": flat(9, 6, 16, 5), "at": (4, 5), "transparent": 7}], p16, background=9),
        "gif-offset-local": gif((20, 15), [{"indices": flat(9, 6, 5, 5), "at": (11, 9), "local": p5, "transparent": 2}], p16),
        "gif-beyond-screen": gif((10, 8), [{"indices": flat(9, 6, 16, 6), "at": (4, 5), "transparent": 1}], p16),
        "gif-interlaced": gif((23, 19), [{"indices": flat(23, 19, 256, 7), "interlace": True}], p256),
        "gif-grey-ramp": gif((23, 19), [{"indices": flat(23, 19, 256, 8)}], ramp),
        "gif-no-palette": gif((9, 9), [{"indices": flat(9, 9, 256, 9)}]),
        "gif-short-palette": gif((9, 9), [{"indices": flat(9, 9, 4, 10)}], palette(2, 44)),
        "gif-full-table": gif((90, 80), [{"indices": flat(90, 80, 256, 11)}], p256),
        "gif-runs": gif((90, 80), [{"indices": np.zeros((80, 90), int)}], p16),
        "gif-87a": gif((9, 9), [{"indices": flat(9, 9, 16, 12)}], p16, version=b"GIF87a"),
        "gif-animated": gif((12, 9), [{"indices": flat(12, 9, 16, 13), "comment": b"first, the rest ignored", "transparent": 5, "disposal": 2},
                                      {"indices": flat(5, 4, 5, 14), "at": (3, 3), "local": p5, "transparent": 0}], p16),
        "gif-by-pillow": saved(Image.fromarray(pixels(31, 22, 3, 45)).quantize(40), "GIF"),
    }


# ---------------------------------------------------------------------------------------------------------------- BMP

def bmp(width, height, bits, rows, compression=0, colours=b"", masks=b"", header=40, top_down=False, used=0):
    """rows: packed lines from the top, not padded."""
    lines = [row + bytes(-len(row) % 4) for row in (rows if top_down else rows[::-1])]
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression, 0, 2835, 2835, used, 0)
        info += masks[:header - 40] + bytes(max(0, header - 40 - len(masks)))
        masks = masks[max(0, header - 40):] if header == 40 else b""
    body = info + masks + colours
    data = b"".join(lines)
    return b"BM" + struct.pack("<IHHI", 14 + len(body) + len(data), 0, 0, 14 + len(body)) + body + data


def quads(table):
    return b"".join(bytes([blue, green, red, 0]) for red, green, blue in table.tolist())


def bmp_files():
    rgb, rgba = pixels(13, 9, 3, 51), pixels(13, 9, 4, 52)
    bgr = [row[:, ::-1].tobytes() for row in rgb]
    rows32 = lambda array, order: [row[:, order].tobytes() for row in array]
    index = lambda bits, seed: [packed(row, bits) for row in indexed(13, 9, 1 << bits, seed)]
    sixteen = np.random.RandomState(53).randint(0, 65536, (9, 13)).astype("<u2")
    field = lambda *masks: struct.pack(f"<{len(masks)}I", *masks)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    return {
        "bmp-24": bmp(13, 9, 24, bgr),
        "bmp-24-top-down": bmp(13, 9, 24, bgr, top_down=True),
        "bmp-24-os2": bmp(13, 9, 24, bgr, header=12),
        "bmp-32": bmp(13, 9, 32, rows32(rgba, [2, 1, 0, 3])),
        "bmp-32-fields-bgrx": bmp(13, 9, 32, rows32(rgba, [2, 1, 0, 3]), 3, masks=field(0xFF0000, 0xFF00, 0xFF)),
        "bmp-32-fields-bgra": bmp(13, 9, 32, rows32(rgba, [2, 1, 0, 3]), 3, masks=field(0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=108),
        "bmp-32-fields-rgba": bmp(13, 9, 32, rgba_rows(rgba), 3, masks=field(0xFF, 0xFF00, 0xFF0000, 0xFF000000), header=124),
        "bmp-32-fields-xbgr": bmp(13, 9, 32, rows32(rgba, [3, 2, 1, 0]), 3, masks=field(0xFF000000, 0xFF0000, 0xFF00, 0), header=56),
        "bmp-16-555": bmp(13, 9, 16, [row.tobytes() for row in sixteen]),
        "bmp-16-565": bmp(13, 9, 16, [row.tobytes() for row in sixteen], 3, masks=field(0xF800, 0x7E0, 0x1F)),
        "bmp-8": bmp(13, 9, 8, index(8, 54), colours=quads(palette(256, 54))),
        "bmp-8-short": bmp(13, 9, 8, [packed(row, 8) for row in indexed(13, 9, 20, 55)], colours=quads(palette(10, 55)), used=10),
        "bmp-8-grey": bmp(13, 9, 8, index(8, 56), colours=quads(ramp)),
        "bmp-8-os2": bmp(13, 9, 8, index(8, 54), colours=palette(256, 57).tobytes(), header=12),
        "bmp-4": bmp(13, 9, 4, index(4, 58), colours=quads(palette(16, 58))),
        "bmp-1": bmp(13, 9, 1, index(1, 59), colours=quads(palette(2, 59))),
        "bmp-1-black-white": bmp(13, 9, 1, index(1, 60), colours=quads(np.array([[0, 0, 0], [255, 255, 255]]))),
        "bmp-by-pillow-rgba": saved(Image.fromarray(rgba), "BMP"),
        "bmp-by-pillow-l": saved(Image.fromarray(rgb[:, :, 0]), "BMP"),
    }


def rgba_rows(array):
    return [row.tobytes() for row in array]


def verdict(data):
    """What Pillow makes of bytes: format, mode, size and the digest of the RGB, or what it says against them."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            head = {"format": image.format.lower(), "mode": image.mode, "width": image.width, "height": image.height}
        return head | {"rgb": hashlib.sha256(load_image(io.BytesIO(data)).tobytes()).hexdigest()}
    except Exception as error:  # whatever Pillow throws is its verdict
        # The message names an address in memory, which differs from run to run.
        return {"refused": re.sub(r" <_io.*>", "", f"{type(error).__name__}: {error}")[:120]}


def damages(data):
    """Edits that the test repeats: cut to a length, or XOR one byte."""
    size = len(data)
    for length in sorted({0, 1, 5, 11, 16, 24, 30, size // 4, size // 2, 3 * size // 4, size - 20, size - 13, size - 12, size - 5, size - 3, size - 2, size - 1}):
        if 0 <= length < size:
            yield {"cut": length}
    random = np.random.RandomState(size)
    for _ in range(12):
        yield {"at": int(random.randint(0, size)), "xor": int(1 << random.randint(0, 8))}


def damaged(data, edit):
    if "cut" in edit:
        return data[:edit["cut"]]
    return data[:edit["at"]] + bytes([data[edit["at"]] ^ edit["xor"]]) + data[edit["at"] + 1:]


def main():
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.iterdir():
        old.unlink()
    rgb = Image.fromarray(pixels(16, 12, 3, 61))
    good = png_files() | jpeg_files() | webp_files() | gif_files() | bmp_files()
    # What is refused though Pillow reads it: what Brain-Score itself cannot feed to a network, or an animation.
    unsupported = {
        "png-grey16": png(np.random.RandomState(1).randint(0, 65536, (9, 9, 1)), 16, 0),
        "jpeg-cmyk": saved(rgb.convert("CMYK"), "JPEG"),
        "webp-animated": saved(rgb, "WEBP", save_all=True, append_images=[rgb.rotate(180)], duration=50),
        "bmp-rle8": b"BM" + struct.pack("<IHHI", 14 + 40 + 8 + 8, 0, 0, 62) + struct.pack("<IiiHHIIiiII", 40, 4, 2, 1, 8, 1, 8, 0, 0, 2, 0) + quads(palette(2, 1)) + bytes([4, 1, 0, 0, 4, 0, 0, 1]),
    }
    for name, data in (good | unsupported).items():
        (IMAGES / f"{name}.{name.split('-')[0]}").write_bytes(data)
    accepted = {name: verdict(data) for name, data in good.items()}
    refused = {name: verdict(data) for name, data in unsupported.items()}
    assert all("rgb" in value for value in accepted.values()), [(k, v) for k, v in accepted.items() if "rgb" not in v]
    (GOLDEN / "decode.json").write_text(json.dumps({"pillow": PIL.__version__, "images": accepted, "unsupported": sorted(refused)}, indent=1) + "\n")
    some = ["png-rgb8", "png-rgb8-many-idat", "png-palette4-interlaced", "jpeg-baseline-420", "jpeg-progressive-420", "jpeg-baseline-grey", "jpeg-restart",
            "webp-lossy", "webp-lossless-alpha", "webp-lossy-alpha", "gif-transparent", "gif-interlaced", "bmp-24", "bmp-8"]
    cases = [{"image": name, **edit, **verdict(damaged(good[name], edit))} for name in some for edit in damages(good[name])]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (GOLDEN / "damaged.json").write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n{lines}\n]}}\n')


main()
