"""Golden values for src/stimuli/resize.ts, screen.ts, jpeg-resave.ts and tensor.ts.

Source pictures come from integer formulas that the tests repeat (src/stimuli/testing.ts), so that only digests are
stored. Resizing and re-saving are Pillow's; screen placement is Brain-Score's own function; tensors are torchvision's
arithmetic (ToTensor, Normalize) in numpy float32.

    pip install pillow==12.3.0 numpy==2.4.6        # libjpeg-turbo 3.1.4.1
    python reference/pillow_pixels.py
"""
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import PIL
from numpy import round as npround
from PIL import Image

GOLDEN = Path(__file__).parent.parent / "src" / "stimuli" / "golden"
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def noise(width, height, seed):
    """The high bytes of x -> 1103515245 x + 12345 mod 2^31, pixel after pixel."""
    out, x = bytearray(), seed
    for _ in range(width * height * 3):
        x = (1103515245 * x + 12345) & 0x7FFFFFFF
        out.append(x >> 16 & 255)
    return np.frombuffer(bytes(out), np.uint8).reshape(height, width, 3)


def waves(width, height, seed):
    """Slanted triangle waves that reach 0 and 255 and stay there for a while: smooth, with saturated patches."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    t = (x * (3 + seed) + y * (5 + 2 * seed) + c * 90) % 720
    return np.clip(np.abs(t - 360) - 50, 0, 255).astype(np.uint8)


PICTURES = {"noise": noise, "waves": waves}



def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def resizes():
    sizes = [(256, 256, 224, 224), (300, 200, 224, 224), (100, 60, 224, 224), (37, 53, 16, 16), (224, 500, 224, 224), (7, 7, 3, 3),
             (1, 1, 5, 7), (5, 7, 1, 1), (1, 40, 9, 9), (40, 1, 9, 9), (2, 2, 3, 3), (3, 2, 2, 3), (333, 17, 17, 333), (64, 64, 64, 63), (64, 64, 63, 64),
             (64, 64, 64, 64), (512, 512, 224, 224), (571, 457, 224, 224), (13, 11, 299, 299), (641, 3, 2, 641), (99, 101, 98, 102)]
    for width, height, to_width, to_height in sizes:
        for picture in PICTURES:
            source = PICTURES[picture](width, height, 1)
            for name, kernel in FILTERS.items():
                result = np.array(Image.fromarray(source).resize((to_width, to_height), kernel))
                yield {"picture": picture, "from": [width, height], "to": [to_width, to_height], "filter": name, "rgb": digest(result)}


def placed(image, source, target, form):
    """brainscore_vision/benchmark_helpers/screen.py:76-127, saved to memory instead of a folder."""
    if source == target:
        return image
    ratio = target / source
    image_size = np.array(image.size)
    target_size = tuple(int(npround(ratio * side)) for side in image_size)
    if ratio >= 1:
        canvas = Image.new("RGB", target_size, "gray")
        offset = npround((np.array(target_size) - image_size) / 2).astype(int)
        canvas.paste(image, tuple(offset.tolist()))
    else:
        left, upper = npround((image_size - target_size) / 2).astype(int).tolist()
        canvas = image.crop((left, upper, left + target_size[0], upper + target_size[1]))
    out = io.BytesIO()
    canvas.save(out, form)
    return Image.open(out)


def screens():
    for width, height, source, target in [(256, 256, 8, 8.8), (25, 25, 10, 11), (50, 40, 7, 8), (34, 25, 3, 8), (52, 51, 18, 8), (11, 7, 8, 5), (5, 5, 10, 11),
                                          (33, 18, 8, 8), (100, 75, 17.70753, 8), (64, 64, 10, 9), (65, 63, 10, 9), (16, 16, 4, 8), (3, 3, 8, 5), (2, 2, 8, 9), (1, 1, 4, 8)]:
        for picture in PICTURES:
            for mode in ("RGB", "L"):
                for form in ("png", "bmp", "jpeg"):
                    array = PICTURES[picture](width, height, 2)
                    image = Image.fromarray(array if mode == "RGB" else array[:, :, 0])
                    result = placed(image, source, target, form).convert("RGB")
                    yield {"picture": picture, "size": [width, height], "mode": mode, "format": form, "source": source, "target": target,
                           "placed": list(result.size), "rgb": digest(np.array(result))}


def resaves():
    """Save at Pillow's defaults and open again: every small width and height, and larger pictures."""
    for width, height in [(w, h) for w in range(1, 20) for h in (1, 2, 5, 16, 17)] + [(123, 77), (128, 96), (200, 133)]:
        for picture in PICTURES:
            for mode in ("RGB", "L"):
                array = PICTURES[picture](width, height, width)
                out = io.BytesIO()
                Image.fromarray(array if mode == "RGB" else array[:, :, 0]).save(out, "JPEG")
                yield {"picture": picture, "size": [width, height], "mode": mode, "rgb": digest(np.array(Image.open(out).convert("RGB")))}


def tensors():
    specs = {
        "imagenet": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 1),
        "inception": ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], 1),
        "bytes": ([123.68, 116.779, 103.939], [1.0, 1.0, 1.0], 255),
    }
    values = np.arange(256, dtype=np.uint8)
    for name, (mean, std, high) in specs.items():
        pixels = values.astype(np.float32)
        scaled = pixels / np.float32(255) if high == 1 else pixels
        for channel in range(3):
            result = (scaled - np.float32(mean[channel])) / np.float32(std[channel])
            assert result.dtype == np.float32
            yield {"spec": name, "mean": mean, "std": std, "range": [0, high], "channel": channel,
                   "bits": {str(v): int(result[v : v + 1].view(np.uint32)[0]) for v in (0, 1, 2, 77, 128, 200, 254, 255)},
                   "all": hashlib.sha256(result.astype("<f4").tobytes()).hexdigest()}


def crops():
    """torchvision.transforms Resize(short side) and CenterCrop((height, width)) on PIL images (functional.py, _functional_pil.py)."""
    for width, height, short, size in [(300, 200, 256, (224, 224)), (200, 300, 256, (224, 224)), (100, 75, 256, (224, 224)), (64, 64, 61, (32, 40)),
                                       (333, 250, 37, (32, 31)), (50, 20, 10, (16, 12)), (7, 3, 9, (8, 8))]:
        image = Image.fromarray(noise(width, height, 3))
        small, large = (width, height) if width <= height else (height, width)
        resized = (short, int(short * large / small)) if width <= height else (int(short * large / small), short)
        if resized != image.size:
            image = image.resize(resized, Image.BILINEAR)
        crop_height, crop_width = size
        if crop_width > image.width or crop_height > image.height:
            left = (crop_width - image.width) // 2 if crop_width > image.width else 0
            top = (crop_height - image.height) // 2 if crop_height > image.height else 0
            right = (crop_width - image.width + 1) // 2 if crop_width > image.width else 0
            bottom = (crop_height - image.height + 1) // 2 if crop_height > image.height else 0
            canvas = Image.new("RGB", (image.width + left + right, image.height + top + bottom))
            canvas.paste(image, (left, top))
            image = canvas
        top, left = int(round((image.height - crop_height) / 2.0)), int(round((image.width - crop_width) / 2.0))
        image = image.crop((left, top, left + crop_width, top + crop_height))
        yield {"from": [width, height], "short_side": short, "size": size, "rgb": digest(np.array(image))}


def check_what_screen_notes_say():
    """screenNotes is silent where saving loses nothing: PNG, BMP, GIFs cropped, or padded with 256 colours at most.

    Left out are files whose pixels point beyond their palette, which Pillow packs into too few bits when it saves.
    """
    unsupported = json.loads((GOLDEN / "decode.json").read_text())["unsupported"]
    for path in sorted((GOLDEN / "images").iterdir()):
        form = path.suffix[1:]
        if form == "jpeg" or path.stem in unsupported or path.stem.endswith(("-short", "-none", "short-palette")):
            continue
        for target in (5, 12):
            with Image.open(path) as image:
                saved = rgb(placed(image.copy(), 8, target, form)) if min(image.size) > 3 else None
            if saved is None:
                continue
            with Image.open(path) as image:
                exact = rgb(placed(rgb_image(image), 8, target, "png"))
            lossy = form == "webp" or (form == "gif" and len(np.unique(exact.reshape(-1, 3), axis=0)) > 256)
            assert np.array_equal(saved, exact) != lossy, (path.stem, target)


def rgb_image(image):
    """pytorch.py, load_image."""
    canvas = Image.new("RGB", image.size)
    canvas.paste(image)
    return canvas


def rgb(image):
    return np.array(rgb_image(image))


def whole_crops():
    """torchvision.transforms Resize((height, width)) and CenterCrop, as custom_model_cv_18_dagger_408 has them (its model.py)."""
    for width, height, (rows, columns), size in [(300, 200, (256, 256), (224, 224)), (90, 130, (256, 256), (224, 224)), (50, 20, (21, 33), (16, 12))]:
        image = Image.fromarray(noise(width, height, 3)).resize((columns, rows), Image.BILINEAR)
        top, left = int(round((rows - size[0]) / 2.0)), int(round((columns - size[1]) / 2.0))
        image = image.crop((left, top, left + size[1], top + size[0]))
        yield {"from": [width, height], "resized": [rows, columns], "size": size, "rgb": digest(np.array(image))}


def main():
    check_what_screen_notes_say()
    groups = {"resizes": resizes(), "screens": screens(), "resaves": resaves(), "tensors": tensors(), "crops": crops()}
    groups["whole_crops"] = whole_crops()
    parts = [f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]" for name, cases in groups.items()]
    (GOLDEN / "pixels.json").write_text(f'{{"pillow": "{PIL.__version__}",\n' + ",\n".join(parts) + "}\n")


if __name__ == "__main__":
    main()
