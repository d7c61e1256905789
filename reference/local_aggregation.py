"""Golden values that TensorFlow gives: the ResNet-18 of local aggregation on generated weights and images, and TF 1's
bilinear resizing, which Brain-Score's wrapper of that network used.

The authors' code (neuroailab/unsup_vvs, no licence file) needs TensorFlow 1 with tf.contrib, so the encoder is written
here from its description, with TensorFlow's own convolutions, padding and normalisation; how it was checked once
against the authors' own file is in reference/README.md. Activations are channels last and stored channels first.

Writes src/models/architectures/golden/resnet18-la.json and src/stimuli/golden/tf1-bilinear.json.

    pip install tensorflow-cpu==2.15.1 pillow==12.3.0
    python reference/local_aggregation.py
"""

import hashlib
import json

import numpy as np
import tensorflow as tf

from generator import ROOT, generate, images, write_golden
from pillow_pixels import PICTURES

VERSIONS = {"tensorflow": tf.__version__}
WIDTHS = {2: 64, 3: 64, 4: 128, 5: 128, 6: 256, 7: 256, 8: 512, 9: 512}


class Encoder:
    def __init__(self):
        self.tensors: dict[str, list[int]] = {}

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        self.tensors[name] = list(shape)
        return generate(name, shape, hwio=True)

    def conv(self, x, name: str, out: int, size: int, stride: int = 1, padding: str = "SAME"):
        """Convolution, bias, normalisation."""
        x = tf.nn.conv2d(x, self.tensor(f"{name}/weights", size, size, x.shape[-1], out), stride, padding)
        x = tf.nn.bias_add(x, self.tensor(f"{name}/bias", out))
        norm = {part: self.tensor(f"{name}/batch_normalization/{part}", out) for part in NORM}
        return tf.compat.v1.nn.fused_batch_norm(x, *norm.values(), epsilon=1e-5, is_training=False)[0]

    def block(self, x, name: str, out: int):
        stride = 1 if x.shape[-1] == out else 2
        y = tf.nn.relu(self.conv(x, f"{name}/conv_0", out, 3, stride))
        y = self.conv(y, f"{name}/conv_1", out, 3)
        return tf.nn.relu(y + (x if stride == 1 else self.conv(x, f"{name}/transfer", out, 1, stride)))

    def __call__(self, x) -> dict:
        taps = {"encode_1.conv": tf.nn.relu(self.conv(x, "encode1", 64, 7, 2, "VALID"))}
        taps["encode_1"] = x = tf.nn.max_pool2d(taps["encode_1.conv"], 3, 2, "SAME")
        for layer, out in WIDTHS.items():
            taps[f"encode_{layer}"] = x = self.block(x, f"encode{layer}", out)
        return taps


NORM = ("gamma", "beta", "moving_mean", "moving_variance")


def taps() -> None:
    encoder = Encoder()
    x = images([3, 224, 224])
    values = {tap: value.numpy().transpose(0, 3, 1, 2) for tap, value in encoder(x.transpose(0, 2, 3, 1)).items()}
    write_golden("resnet18-la", "reference/local_aggregation.py", VERSIONS, x.shape[1:], encoder.tensors, values)


SIZES = [
    (256, 256, 224, 224),
    (300, 200, 224, 224),
    (37, 53, 16, 24),
    (100, 60, 224, 224),
    (1, 1, 5, 7),
    (7, 7, 3, 3),
    (40, 30, 40, 30),
]


def resizes():
    """tf.image.resize_images of TF 1, as the wrapper called it, and then (x / 255 - mean) / std."""
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    for width, height, to_width, to_height in SIZES:
        picture = PICTURES["noise"](width, height, 1)
        scaled = tf.compat.v1.image.resize_images(picture, (to_height, to_width))
        normalised = (tf.cast(scaled, tf.float32) / 255 - mean) / std
        values = np.ascontiguousarray(normalised.numpy())
        yield {
            "from": [width, height],
            "to": [to_width, to_height],
            "first": [float(value) for value in values.ravel()[:6]],
            "last": [float(value) for value in values.ravel()[-6:]],
            "sha256": hashlib.sha256(values.astype("<f4").tobytes()).hexdigest(),
        }


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    taps()
    golden = {"made_by": "reference/local_aggregation.py", "versions": VERSIONS, "picture": "noise, seed 1"}
    golden["resizes"] = list(resizes())
    (ROOT / "src/stimuli/golden/tf1-bilinear.json").write_text(json.dumps(golden, indent=1) + "\n")
