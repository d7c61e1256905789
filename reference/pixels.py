"""Golden values for src/models/pixels.ts: what Brain-Score's PixelModel makes of two pictures, which are stored as PNG,
opened, converted to RGB and resized with Pillow's default filter (brainscore_vision/models/pixels/model.py, _parse_image).

Writes src/models/golden/pixels.json.

    pip install pillow==12.3.0 numpy==2.4.6
    python reference/pixels.py
"""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

from pillow_pixels import PICTURES

GOLDEN = Path(__file__).parent.parent / "src/models/golden/pixels.json"


def features(picture: np.ndarray) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return np.array(Image.open(file).convert("RGB").resize((256, 256)))


def pictures():
    for name, width, height in [("noise", 300, 200), ("waves", 100, 180)]:
        values = features(PICTURES[name](width, height, 1))
        assert values.dtype == np.uint8 and values.size == 196608
        yield {
            "picture": name,
            "size": [width, height],
            "first": [int(value) for value in values.ravel()[:6]],
            "features": hashlib.sha256(values.tobytes()).hexdigest(),
        }


golden = {"made_by": "reference/pixels.py", "versions": {"pillow": PIL.__version__}, "pictures": list(pictures())}
GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")
