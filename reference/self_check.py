"""What the self-check's network answers: src/models/self-check.ts in plain numpy, in float64.

Writes src/models/golden/self-check.json. Needs numpy 2.4.6 and scipy 1.17.1 (for erf). Every operator is written out from its
definition; nothing here knows ONNX.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.special import erf

ROOT = Path(__file__).resolve().parent.parent
COUNT, SIDE = 2, 32
MASK = 0xFFFFFFFF


def series(number, length):
    """Multiples of 1/256 between -1 and 1, by the rule of self-check.ts."""
    values = []
    for i in range(length):
        bits = ((i + 1) * 0x9E3779B1 & MASK) ^ ((number + 1) * 0x85EBCA77 & MASK)
        bits = (bits ^ (bits >> 15)) * 0x2C1B3C6D & MASK
        bits = (bits ^ (bits >> 13)) * 0x297A2D39 & MASK
        values.append(((bits >> 24) - 127.5) / 128)
    return np.array(values)


drawn = 0


def weight(scale, *shape):
    global drawn
    drawn += 1
    return scale * series(drawn, int(np.prod(shape))).reshape(shape)


def around(size):
    global drawn
    drawn += 1
    return 1 + series(drawn, size) / 4


def padded(x, top, left, bottom, right, value=0.0):
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def windows(x, kernel, stride):
    """N x C x height x width x kernel x kernel."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(2, 3))
    return view[:, :, ::stride, ::stride]


def conv(x, w, bias=None, stride=1, pads=(0, 0, 0, 0), groups=1):
    kernel = w.shape[2]
    parts = []
    for own, filters in zip(np.split(padded(x, *pads), groups, axis=1), np.split(w, groups)):
        parts.append(np.einsum("nchwij,ocij->nohw", windows(own, kernel, stride), filters))
    y = np.concatenate(parts, axis=1)
    return y if bias is None else y + bias[:, None, None]


def layer_norm(x, scale, shift, epsilon):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * scale + shift


def softmax(x):
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def linear(x, w, bias):
    return x @ w.T + bias


def answers(image):
    global drawn
    drawn = 0
    x = conv(image, weight(1 / 4, 16, 3, 5, 5), weight(1 / 4, 16), stride=2, pads=(2, 1, 1, 2))
    scale, shift, mean, variance = around(16), weight(1 / 2, 16), weight(1 / 4, 16), around(16)
    each = (slice(None), None, None)
    x = (x - mean[each]) / np.sqrt(variance[each] + 1e-5) * scale[each] + shift[each]
    pooled = windows(padded(np.maximum(x, 0), 1, 1, 1, 1, -np.inf), 3, 2).max(axis=(4, 5))

    grouped = conv(pooled, weight(1 / 4, 16, 4, 3, 3), weight(1 / 4, 16), pads=(1, 1, 1, 1), groups=4)
    gated = np.clip(grouped / (1 + np.exp(-grouped)), 0, 6)
    single = conv(gated, weight(1 / 2, 16, 1, 3, 3), weight(1 / 4, 16), stride=2, pads=(1, 1, 1, 1), groups=16)
    shortcut = conv(pooled, weight(1 / 4, 16, 16, 1, 1), stride=2)
    averaged = windows(pooled, 2, 2).mean(axis=(4, 5))
    convolution = np.concatenate([single + shortcut, averaged], axis=1)

    tokens = convolution.reshape(-1, 32, 16).transpose(0, 2, 1)
    every = layer_norm(tokens, around(32), weight(1 / 4, 32), 1e-6)
    every = linear(every, weight(1 / 4, 96, 32), weight(1 / 4, 96))
    query, key, value = (part.reshape(-1, 16, 2, 16).transpose(0, 2, 1, 3) for part in np.split(every, 3, axis=2))
    attended = softmax(query @ key.transpose(0, 1, 3, 2) / 4) @ value
    merged = attended.transpose(0, 2, 1, 3).reshape(-1, 16, 32)
    attention = tokens + linear(merged, weight(1 / 4, 32, 32), weight(1 / 4, 32))

    hidden = layer_norm(attention, around(32), weight(1 / 4, 32), 1e-6)
    hidden = linear(hidden, weight(1 / 4, 64, 32), weight(1 / 4, 64))
    hidden = hidden / 2 * (1 + erf(hidden / np.sqrt(2)))
    blended = attention + linear(hidden, weight(1 / 8, 32, 64), weight(1 / 4, 32))
    logits = linear(blended.mean(axis=1), weight(1 / 4, 10, 32), weight(1 / 4, 10))
    return {"convolution": convolution, "attention": attention, "logits": logits}


def main():
    image = series(0, COUNT * 3 * SIDE * SIDE).reshape(COUNT, 3, SIDE, SIDE)
    found = answers(image)
    for tap, values in found.items():
        print(tap, values.shape, "of which not 0:", np.count_nonzero(values), "largest", np.abs(values).max())
    outputs = [{"tap": tap, "values": [float(f"{v:.8g}") for v in values.ravel()]} for tap, values in found.items()]
    golden = {
        "made_by": "reference/self_check.py",
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "outputs": outputs,
    }
    (ROOT / "src/models/golden/self-check.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
