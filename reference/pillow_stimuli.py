"""Golden values for the real stimuli of Geirhos 2021 "edge": Pillow's pixels, and Pillow's bicubic resize to
256 x 256, which is what Brain-Score's model of pixels sees.

Stores the first 16 digits of each SHA-256. The stimuli themselves are not part of this project; the test that reads
these values is skipped where they are missing.

    pip install pillow==12.3.0
    python reference/pillow_stimuli.py ../shared/data/geirhos2021-edge/geirhos2021-edge.zip
"""
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import PIL
from PIL import Image

GOLDEN = Path(__file__).parent.parent / "src" / "stimuli" / "golden" / "geirhos2021-edge.json"


def load_image(source):
    """brainscore_vision/model_helpers/activations/pytorch.py:122-132."""
    with Image.open(source) as image:
        if any(letter in image.mode for letter in "LAP"):
            canvas = Image.new("RGB", image.size)
            canvas.paste(image)
            return canvas
        return image.convert("RGB")


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()[:16]


with zipfile.ZipFile(sys.argv[1]) as archive:
    images = {name: load_image(io.BytesIO(archive.read(name))) for name in sorted(archive.namelist()) if name.endswith(".png")}
lines = ",\n".join(f'"{name}": ["{digest(image)}", "{digest(image.resize((256, 256), Image.BICUBIC))}"]' for name, image in images.items())
GOLDEN.write_text(f'{{"pillow": "{PIL.__version__}", "images": {{\n{lines}\n}}}}\n')
