"""Trains shapes-net, the small network of the embedded example, on filled shapes alone, and records what it answers.

A plain convolutional network (three convolutions, one hidden layer) in numpy. It sees drawings of shapes_draw.py of the
condition `filled`, of another random stream than the benchmark's, with flips, small shifts, and changes of brightness,
contrast and noise. The other three conditions are not looked at before expected.json is written: nothing is chosen, and
nothing stopped, by them.

Writes into public/examples/shapes:
  shapes-net.onnx   opset 17, input N×3×64×64, logits N×9, every layer's output named
  card.json         its model card
  expected.json     onnxruntime's logits and answers for every stimulus of shapes.zip (Pillow's bilinear resize), and
                    the accuracy by condition

Usage: OPENBLAS_NUM_THREADS=1 python reference/shapes_network.py [--keep]
--keep does not train: it takes the committed network and writes card.json and expected.json anew.
"""

import csv
import io
import json
import sys
import zipfile
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

import shapes_draw
from shapes_draw import CONDITIONS, LABELS, OUTPUT, TRAINING_SEED, draw, make_drawing

SIDE = 64
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]
TRAINING, VALIDATION = range(1, 601), range(100_001, 100_041)  # drawings of each shape
EPOCHS, BATCH, RATE, DECAY = 14, 64, 1.5e-3, 1e-4
NETWORK = OUTPUT / "shapes-net.onnx"


# ------------------------------------------------------------------------------------------------------ the pictures


def pixels(image: Image.Image) -> np.ndarray:
    """SIDE × SIDE × 3, 8 bits: Pillow's bilinear resize of the whole picture."""
    return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.BILINEAR))


def normalise(images: np.ndarray) -> np.ndarray:
    """N × H × W × 3 of 0…1 → N × 3 × H × W, float32, as torchvision's ToTensor and Normalize."""
    scaled = (images.astype(np.float32) - np.float32(MEAN)) / np.float32(STD)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))


def filled(numbers) -> tuple[np.ndarray, np.ndarray]:
    images = [pixels(draw(make_drawing(label, TRAINING_SEED, n), "filled")) for label in LABELS for n in numbers]
    return np.stack(images), np.repeat(np.arange(len(LABELS)), len(numbers))


def augment(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """8-bit pictures → 0…1, each flipped, shifted, brightened and made noisy at random."""
    out = np.empty(images.shape, np.float32)
    for i, image in enumerate(images):
        if random.random() < 0.5:
            image = image[:, ::-1]
        dy, dx = random.integers(0, 7, 2)
        image = np.pad(image, ((3, 3), (3, 3), (0, 0)), mode="edge")[dy : dy + SIDE, dx : dx + SIDE] / 255
        contrast, brightness = random.uniform(0.75, 1.25), random.uniform(-0.1, 0.1)
        out[i] = (image - 0.5) * contrast + 0.5 + brightness + random.normal(0, 0.02, image.shape)
    return np.clip(out, 0, 1)


# ------------------------------------------------------------------------------------------------------- the network

# name: (outputs, inputs, kernel, stride); each is followed by a rectifier and 2 × 2 maximum pooling
CONVOLUTIONS = {"conv1": (16, 3, 5, 2), "conv2": (32, 16, 3, 1), "conv3": (48, 32, 3, 1)}
HIDDEN, FLAT = 48, 48 * 4 * 4


def initial(random: np.random.Generator) -> dict[str, np.ndarray]:
    def he(*shape) -> np.ndarray:
        return (random.normal(0, 1, shape) * np.sqrt(2 / np.prod(shape[1:]))).astype(np.float32)

    shapes = {name: (o, i, k, k) for name, (o, i, k, _) in CONVOLUTIONS.items()}
    shapes |= {"fc1": (HIDDEN, FLAT), "logits": (len(LABELS), HIDDEN)}
    weights = {f"{name}.weight": he(*shape) for name, shape in shapes.items()}
    return weights | {f"{name}.bias": np.zeros(shape[0], np.float32) for name, shape in shapes.items()}


def convolve(x, weight, bias, stride):
    o, i, k, _ = weight.shape
    padded = np.pad(x, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    n, _, h, w = windows.shape[:4]
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * w, i * k * k)
    out = (columns @ weight.reshape(o, -1).T + bias).reshape(n, h, w, o).transpose(0, 3, 1, 2)

    def backward(d, inputs_too):
        n, o, h, w = d.shape
        rows = d.transpose(0, 2, 3, 1).reshape(-1, o)
        grads = (rows.T @ columns).reshape(weight.shape), rows.sum(0)
        if not inputs_too:
            return grads, None
        spread = (rows @ weight.reshape(o, -1)).reshape(n, h, w, i, k, k)
        dx = np.zeros_like(padded)
        for a in range(k):
            for b in range(k):
                at = (..., slice(a, a + h * stride, stride), slice(b, b + w * stride, stride))
                dx[at] += spread[..., a, b].transpose(0, 3, 1, 2)
        return grads, dx[:, :, k // 2 : -(k // 2), k // 2 : -(k // 2)]

    return out, backward


def rectify_and_pool(x):
    n, c, h, w = x.shape
    tiles = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // 2, w // 2, 4)
    best = tiles.argmax(-1)[..., None]
    top = np.take_along_axis(tiles, best, -1)
    out = np.maximum(top, 0)[..., 0]

    def backward(d):
        back = np.zeros_like(tiles)
        np.put_along_axis(back, best, d[..., None] * (top > 0), -1)
        return back.reshape(n, c, h // 2, w // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(x.shape)

    return out, backward


def step(weights, x, truth):
    """Mean cross-entropy and its gradient."""
    n = len(x)
    tape = []
    for name, (_, _, _, stride) in CONVOLUTIONS.items():
        x, convolution = convolve(x, weights[f"{name}.weight"], weights[f"{name}.bias"], stride)
        x, pooling = rectify_and_pool(x)
        tape.append((name, convolution, pooling))
    flat = x.reshape(n, -1)
    hidden = np.maximum(flat @ weights["fc1.weight"].T + weights["fc1.bias"], 0)
    logits = hidden @ weights["logits.weight"].T + weights["logits.bias"]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = -np.log(p[np.arange(n), truth] + 1e-12).mean()

    d = p.copy()
    d[np.arange(n), truth] -= 1
    d /= n
    grads = {"logits.weight": d.T @ hidden, "logits.bias": d.sum(0)}
    d = (d @ weights["logits.weight"]) * (hidden > 0)
    grads |= {"fc1.weight": d.T @ flat, "fc1.bias": d.sum(0)}
    d = (d @ weights["fc1.weight"]).reshape(x.shape)
    for name, convolution, pooling in reversed(tape):
        (grads[f"{name}.weight"], grads[f"{name}.bias"]), d = convolution(pooling(d), name != "conv1")
    return loss, grads


def train() -> dict[str, np.ndarray]:
    """Adam with decoupled weight decay and a cosine schedule, for a fixed number of epochs."""
    random = np.random.default_rng(0)
    images, truth = filled(TRAINING)
    weights = initial(random)
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    steps, t = EPOCHS * (len(truth) // BATCH), 0
    for epoch in range(EPOCHS):
        order, losses = random.permutation(len(truth)), []
        for start in range(0, len(truth) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            loss, grads = step(weights, normalise(augment(images[batch], random)), truth[batch])
            losses.append(loss)
            t += 1
            rate = RATE * 0.5 * (1 + np.cos(np.pi * t / steps))
            for name, grad in grads.items():
                first[name] = 0.9 * first[name] + 0.1 * grad
                second[name] = 0.999 * second[name] + 0.001 * grad**2
                update = first[name] / (1 - 0.9**t) / (np.sqrt(second[name] / (1 - 0.999**t)) + 1e-8)
                weights[name] = (weights[name] - rate * (update + DECAY * weights[name])).astype(np.float32)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)
    return weights


def export(weights: dict[str, np.ndarray]) -> None:
    nodes, x = [], "input"
    for number, (name, (_, _, k, stride)) in enumerate(CONVOLUTIONS.items(), 1):
        relu, pool = f"relu{number}", f"pool{number}"
        nodes += [
            helper.make_node("Conv", [x, f"{name}.weight", f"{name}.bias"], [name], name, kernel_shape=[k, k],
                             pads=[k // 2] * 4, strides=[stride, stride]),
            helper.make_node("Relu", [name], [relu], relu),
            helper.make_node("MaxPool", [relu], [pool], pool, kernel_shape=[2, 2], strides=[2, 2]),
        ]
        x = pool
    nodes += [
        helper.make_node("Flatten", [x], ["flat"], "flat", axis=1),
        helper.make_node("Gemm", ["flat", "fc1.weight", "fc1.bias"], ["fc1"], "fc1", transB=1),
        helper.make_node("Relu", ["fc1"], ["relu4"], "relu4"),
        helper.make_node("Gemm", ["relu4", "logits.weight", "logits.bias"], ["logits"], "logits", transB=1),
    ]
    graph = helper.make_graph(
        nodes, "shapes-net",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(LABELS)])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8, producer_name="gapscope")
    onnx.checker.check_model(model, full_check=True)
    NETWORK.write_bytes(model.SerializeToString())


# ----------------------------------------------------------------------------------------------- card and expectations


def card() -> dict:
    return {
        "identifier": "shapes-net",
        "title": "shapes-net, a small network trained on filled shapes alone",
        "licence": "CC0-1.0",
        "notes": [
            f"Three convolutions and one hidden layer, trained by reference/shapes_network.py on {len(TRAINING)} "
            "filled drawings of each of nine shapes. It has never seen an outline, dots or textures. It is an example, not a "
            "model of vision; its regions are its layers in order, committed by depth alone."
        ],
        "onnx": NETWORK.name,
        "input": {
            "size": [SIDE, SIDE], "mean": MEAN, "std": STD, "layout": "NCHW", "range": [0, 1], "resize": "bilinear",
        },
        "logits": {"output": "logits", "labels": LABELS},
        "readout": {"output": "fc1"},
        "regions": {"V1": "relu1", "V2": "relu2", "V4": "relu3", "IT": "fc1"},
        "visual_degrees": 8,
    }


def logits_of(session: onnxruntime.InferenceSession, images: list[Image.Image]) -> np.ndarray:
    batch = np.stack([pixels(image) for image in images]).astype(np.float32) / np.float32(255)
    return session.run(["logits"], {"input": normalise(batch)})[0]


def expected(session: onnxruntime.InferenceSession) -> dict:
    with zipfile.ZipFile(OUTPUT / "shapes.zip") as package:
        rows = list(csv.DictReader(io.StringIO(package.read("stimuli.csv").decode())))
        images = [Image.open(io.BytesIO(package.read(f"stimuli/{row['filename']}"))) for row in rows]
        logits = logits_of(session, images)
    answers = [LABELS[i] for i in logits.argmax(1)]
    correct = np.array([row["truth"] == answer for row, answer in zip(rows, answers)])
    condition = np.array([row["condition"] for row in rows])
    return {
        "made_by": "reference/shapes_network.py",
        "versions": {"onnxruntime": version("onnxruntime"), "Pillow": version("Pillow"), "numpy": version("numpy")},
        "note": "What shapes-net answers. Not human data.",
        "labels": LABELS,
        "accuracy": {
            "all": float(correct.mean()),
            **{name: float(correct[condition == name].mean()) for name in CONDITIONS},
        },
        "stimuli": {
            row["stimulus_id"]: {"answer": answer, "logits": [float(f"{value:.7g}") for value in line]}
            for row, answer, line in zip(rows, answers, logits)
        },
    }


def main() -> None:
    if "--keep" not in sys.argv:
        export(train())
    session = onnxruntime.InferenceSession(str(NETWORK), providers=["CPUExecutionProvider"])
    held_out = [(label, draw(make_drawing(label, TRAINING_SEED, n), "filled")) for label in LABELS for n in VALIDATION]
    answers = logits_of(session, [image for _, image in held_out]).argmax(1)
    print("held-out filled:", np.mean([LABELS[a] == label for a, (label, _) in zip(answers, held_out)]))
    (OUTPUT / "card.json").write_text(json.dumps(card(), indent=2, ensure_ascii=False) + "\n")
    golden = expected(session)
    print(golden["accuracy"])
    stimuli = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in golden.pop("stimuli").items())
    head = json.dumps(golden, ensure_ascii=False)[:-1]
    (OUTPUT / "expected.json").write_text(f'{head}, "stimuli": {{\n{stimuli}\n}}}}\n')


if __name__ == "__main__":
    main()
