"""The deterministic weights and images on which reference networks and ours are compared, and the golden files.

A value depends on its tensor's name, its place in C order and the tensor's shape, and on nothing else: no seed, no
state, no random library. src/testing/generator.ts computes the same float32 values, so that a golden file of some
kilobytes stands for a checkpoint of some hundred megabytes. The values are those of no trained network.

The bits come from FNV-1a of the name and the mixer lowbias32 (C. Wellons, “Prospecting for hash functions”, 2018).

Imported by the scripts that make golden taps; needs numpy alone (torch modules are taken as they come). Run by itself
it writes reference/golden/generator.json, on which generator.ts is tested.
"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "src/models/architectures/golden"
SAMPLES = 24
GAIN = 2.0  # a kernel's variance times its fan-in; 2 suits a rectified network (He et al. 2015)
EMBEDDINGS = ("cls_token", "class_token", "pos_embed", "positional")


# ------------------------------------------------------------------------------------------------- values from a name


def fnv1a(name: str) -> int:
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def noise(name: str, count: int) -> np.ndarray:
    """`count` values in [-1, 1), float64: multiples of 2^-31, evenly spread."""
    x = np.arange(count, dtype=np.uint32)
    x += np.uint32(fnv1a(name))
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return 2.0 * (x / 4294967296.0) - 1.0


def generate(name: str, shape, hwio: bool = False, gain: float = GAIN) -> np.ndarray:
    """The tensor `name` of a checkpoint, float32. `hwio`: kernels have their outputs last, as TensorFlow's do."""
    v = noise(name, math.prod(shape))
    if name.endswith(("running_var", "moving_variance", ".var")):
        v = 1.0 + 0.5 * v
    elif name.endswith(("running_mean", "moving_mean")):
        v = 0.1 * v
    elif any(part in name for part in EMBEDDINGS):
        v = 0.1 * v
    elif len(shape) <= 1:
        v = 1.0 + 0.2 * v if name.endswith(("weight", "gamma")) else 0.1 * v
    else:
        fan_in = math.prod(shape[:-1] if hwio else shape[1:])
        v = v * math.sqrt(3.0 * gain / fan_in)
    return v.astype(np.float32).reshape(shape)


def image(k: int, shape) -> np.ndarray:
    """Image 0 or 1, float32 in [-2, 2): about as wide as normalised pixels."""
    return (2.0 * noise(f"image{k}", math.prod(shape))).astype(np.float32).reshape(shape)


def images(shape) -> np.ndarray:
    """Both images, 2 × shape."""
    return np.stack([image(0, shape), image(1, shape)])


# ------------------------------------------------------------------------------------------------------ torch modules


def fill(module, prefix: str = "", gain: float = GAIN) -> dict[str, list[int]]:
    """Generates every floating-point tensor of a torch module's state_dict, in place, and gives names and shapes.

    `prefix` is taken off the names first; it stands in the author's file and not in ours. Counters
    (num_batches_tracked) take no part in inference and are left out.
    """
    shapes = {}
    for name, tensor in module.state_dict().items():
        if not tensor.is_floating_point():
            continue
        name = name.removeprefix(prefix)
        shapes[name] = list(tensor.shape)
        tensor.copy_(tensor.new_tensor(generate(name, tensor.shape, gain=gain)))
    return shapes


def run(module, x: np.ndarray, taps: dict[str, str | tuple[str, int]]) -> dict[str, np.ndarray]:
    """Outputs of submodules for a batch: tap's name → module's name, or module's name and number of the call.

    Of a module that is called several times the last output counts, as with Brain-Score's hooks. One image at a time,
    so that memory stays small.
    """
    import torch

    torch.set_num_threads(1)
    places = {tap: (place, -1) if isinstance(place, str) else place for tap, place in taps.items()}
    modules = dict(module.named_modules())
    collected: dict[str, list[np.ndarray]] = {tap: [] for tap in taps}
    for one in x:
        calls: dict[str, list[np.ndarray]] = {name: [] for name, _ in places.values()}

        def hook(name):
            # A copy: an in-place rectifier that follows would change the output.
            return lambda _module, _inputs, output: calls[name].append(output.detach().clone().numpy())

        handles = [modules[name].register_forward_hook(hook(name)) for name in calls]
        with torch.no_grad():
            module.eval()(torch.from_numpy(one[None]))
        for handle in handles:
            handle.remove()
        for tap, (name, call) in places.items():
            collected[tap].append(calls[name][call])
    return {tap: np.concatenate(values) for tap, values in collected.items()}


# -------------------------------------------------------------------------------------------------------- golden files


def number(value) -> float:
    """Seven significant digits: rather more than any comparison asks."""
    return float(f"{float(value):.7g}")


def summary(tap: str, value: np.ndarray, samples: int = SAMPLES) -> dict:
    """A tap's values (2 × shape) as statistics, samples and a random projection.

    indices: places in C order, drawn from the tap's name. projection: sum(x · noise(tap)) / sqrt(size), which
    moves when any value moves, wherever it lies. std is the population's.
    """
    shape = value.shape[1:]
    size = math.prod(shape)
    bits = (noise(f"samples of {tap}", samples) + 1.0) / 2.0
    indices = sorted({int(u * size) for u in bits})
    direction = noise(tap, size)
    rows = value.reshape(len(value), size).astype(np.float64)
    if not np.isfinite(rows).all():
        raise ValueError(f"{tap} is not finite")
    return {
        "shape": list(shape),
        "indices": indices,
        "images": [
            {
                "max": number(np.abs(row).max()),
                "mean": number(row.mean()),
                "std": number(row.std()),
                "projection": number(row @ direction / math.sqrt(size)),
                "samples": [number(row[i]) for i in indices],
            }
            for row in rows
        ],
    }


def write_golden(
    name: str,
    made_by: str,
    versions: dict,
    input_shape,
    tensors: dict,
    taps: dict,
    note: str = "",
    samples: int = SAMPLES,
) -> None:
    """Writes src/models/architectures/golden/<name>.json: one tensor and one tap a line."""
    head = {"made_by": made_by, "versions": versions, "note": note or "Generated weights, of no trained network."}
    head["input"] = list(input_shape)
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines.append('"tensors": {\n' + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in tensors.items()) + "\n}")
    summaries = {tap: summary(tap, value, samples) for tap, value in taps.items()}
    lines.append('"taps": {\n' + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in summaries.items()) + "\n}")
    text = "{" + ",\n".join(lines) + "}\n"
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / f"{name}.json").write_text(text)
    print(f"{name}.json, {len(text)} bytes")
    for tap, value in taps.items():
        print(f"  {tap:40} {str(value.shape[1:]):20} max {np.abs(value).max():.4g} std {value.std():.4g}")


# ----------------------------------------------------------------------------------------- what generator.ts must equal

CASES = [
    ("features.0.weight", [64, 3, 11, 11], False, 2.0),
    ("encode1/weights", [7, 7, 3, 64], True, 2.0),
    ("layer1.0.bn1.weight", [70], False, 2.0),
    ("encode1/batch_normalization/gamma", [64], False, 2.0),
    ("layer1.0.bn1.bias", [70], False, 2.0),
    ("layer1.0.bn1.running_mean", [70], False, 2.0),
    ("layer1.0.bn1.running_var", [70], False, 2.0),
    ("encode1/batch_normalization/moving_mean", [64], False, 2.0),
    ("encode1/batch_normalization/moving_variance", [64], False, 2.0),
    ("class_token", [1, 1, 80], False, 2.0),
    ("pos_embed_0", [1, 9, 20], False, 2.0),
    ("positional_embedding.pos_embedding", [1, 9, 20], False, 2.0),
    ("fc.weight", [300, 200], False, 2.0),
    ("layer1.conv_f.weight", [256, 2, 3, 3], False, 1.0),
]


def main() -> None:
    def digest(values: np.ndarray) -> str:
        return hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()

    golden = {
        "made_by": "reference/generator.py",
        "tensors": [
            {
                "name": name,
                "shape": shape,
                "hwio": hwio,
                "gain": gain,
                "first": [float(value) for value in generate(name, shape, hwio, gain).ravel()[:3]],
                "sha256": digest(generate(name, shape, hwio, gain)),
            }
            for name, shape, hwio, gain in CASES
        ],
        "images": {"shape": [3, 40, 30], "sha256": digest(images([3, 40, 30]))},
    }
    (ROOT / "reference/golden/generator.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
