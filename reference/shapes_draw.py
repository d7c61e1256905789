"""Draws the embedded example: nine shapes that any child can name, each drawn in four ways, and packs the benchmark.

The drawings are ours and made by this script alone; nobody's answers to them are in the package. Every drawing (a shape
with a place, size, tilt and pair of colours) is drawn in all four conditions, so that they differ in nothing else:
  filled     the shape in one flat colour, which is all that the network of shapes_network.py was trained on
  outline    its contour as a line
  dotted     its contour as dots
  textured   stripes on a ground of dots, in the same two colours, each covering one half: of equal mean luminance

Writes public/examples/shapes/shapes.zip, byte for byte the same on every run with the same Pillow.

Usage: python reference/shapes_draw.py
"""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

OUTPUT = Path(__file__).resolve().parent.parent / "public" / "examples" / "shapes"
LABELS = ["arrow", "circle", "cross", "heart", "house", "moon", "square", "star", "triangle"]
CONDITIONS = ["filled", "outline", "dotted", "textured"]
EXEMPLARS = 10
TEST_SEED, TRAINING_SEED = 2024, 1  # drawings of the benchmark and of the training set come from different streams

SIZE = 96  # pixels
FINE = 6  # supersampling
SHADES = 4  # between the two colours of a picture
MARGIN = 5  # pixels left free around a shape
RADIUS = (31.0, 40.0)  # of the circle around a shape, in pixels
TILT = 14.0  # degrees, either way
LINE = 2.6  # width of the outline, in pixels
DOT, DOT_SPACING = 1.75, 6.6  # radius and distance of dots, in pixels
STRIPES, DOTS = 4.4, 4.8  # periods of the two textures, in pixels

DEEP = ["#1d3557", "#16606b", "#2d5a44", "#8f2d3b", "#563a5c", "#9a4a1c", "#3d4a5c", "#1f2a30"]
PALE = ["#f7f2e8", "#edf3f1", "#f6ebe6", "#e9eff7", "#f3f1dc", "#f1edf5"]


# ------------------------------------------------------------------------------------------------------------ contours


def around(n: int, radius=1.0, start=-90.0) -> np.ndarray:
    angles = np.deg2rad(start + 360 * np.arange(n) / n)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.reshape(radius, (-1, 1))


def heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    return np.stack([16 * np.sin(t) ** 3, -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))], 1)


def moon() -> np.ndarray:
    """A crescent: the unit circle without a smaller one to its right; both arcs end in the tips."""
    offset, inner = 0.52, 0.80
    x = (1 + offset**2 - inner**2) / (2 * offset)
    tip = np.arctan2(np.sqrt(1 - x**2), x)
    inner_tip = np.arctan2(np.sin(tip), x - offset)
    outer_arc = np.linspace(tip, 2 * np.pi - tip, 80)
    inner_arc = np.linspace(2 * np.pi - inner_tip, inner_tip, 60)[1:-1]
    return np.concatenate([
        np.stack([np.cos(outer_arc), np.sin(outer_arc)], 1),
        np.stack([offset + inner * np.cos(inner_arc), inner * np.sin(inner_arc)], 1),
    ])


POLYGONS = {
    "arrow": [(-1, -0.3), (0.1, -0.3), (0.1, -0.8), (1, 0), (0.1, 0.8), (0.1, 0.3), (-1, 0.3)],
    "cross": [(-1, -1), (1, -1), (1, -3), (3, -3), (3, -1), (5, -1), (5, 1), (3, 1), (3, 3), (1, 3), (1, 1), (-1, 1)],
    "house": [(-0.8, 0.85), (-0.8, -0.15), (0, -0.9), (0.3, -0.62), (0.3, -0.9), (0.55, -0.9), (0.55, -0.385),
              (0.8, -0.15), (0.8, 0.85)],
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
}


def contour(label: str) -> tuple[np.ndarray, list[int]]:
    """Points of a closed contour inside the unit circle, y downwards, and which of them are corners."""
    if label in POLYGONS:
        points = np.array(POLYGONS[label], dtype=float)
        corners = list(range(len(points)))
    elif label == "triangle":
        points, corners = around(3), [0, 1, 2]
    elif label == "star":
        points, corners = around(10, np.tile([1.0, 0.43], 5)), list(range(10))
    elif label == "circle":
        points, corners = around(120), []
    elif label == "heart":
        points, corners = heart(), [0, 60]
    else:
        points, corners = moon(), [0, 79]
    points = points - (points.min(0) + points.max(0)) / 2
    return points / np.linalg.norm(points, axis=1).max(), corners


def evenly(points: np.ndarray, corners: list[int], spacing: float) -> np.ndarray:
    """Points about `spacing` apart along a closed contour, with one on every corner."""
    starts = corners or [0]
    placed = []
    for start, end in zip(starts, [*starts[1:], starts[0] + len(points)]):
        piece = points[np.arange(start, end + 1) % len(points)]
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(piece, axis=0), axis=1))])
        steps = max(1, round(length[-1] / spacing))
        at = np.linspace(0, length[-1], steps, endpoint=False)
        placed.append(np.stack([np.interp(at, length, piece[:, 0]), np.interp(at, length, piece[:, 1])], 1))
    return np.concatenate(placed)


# ------------------------------------------------------------------------------------------------------------ drawings


@dataclass
class Drawing:
    """A shape in its place. Lengths are in pixels of the finished picture."""

    label: str
    points: np.ndarray
    corners: list[int]
    figure: np.ndarray
    ground: np.ndarray
    stripes: float  # direction across the figure's stripes, in degrees
    phases: np.ndarray


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=float)


def make_drawing(label: str, seed: int, number: int) -> Drawing:
    shape = LABELS.index(label)
    random = np.random.default_rng([seed, shape, number])
    radius = random.uniform(*RADIUS)
    tilt = np.deg2rad(random.uniform(-TILT, TILT))
    room = SIZE / 2 - MARGIN - radius
    centre = SIZE / 2 + random.uniform(-room, room, 2)
    points, corners = contour(label)
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    # In turn rather than at random: ten drawings of a shape then show all the colours, and no colour tells a shape.
    deep, pale = rgb(DEEP[(5 * shape + 3 * number) % len(DEEP)]), rgb(PALE[(shape + number) % len(PALE)])
    light_on_dark = random.random() < 0.3
    return Drawing(
        label, points @ turn * radius + centre, corners,
        figure=pale if light_on_dark else deep, ground=deep if light_on_dark else pale,
        stripes=random.choice([0.0, 45.0, 90.0, 135.0]) + random.uniform(-8, 8), phases=random.random(3),
    )


def mask(drawing: Drawing, condition: str) -> np.ndarray:
    """Where the figure's colour is, 0 or 1 on the fine grid."""
    fine = Image.new("1", (SIZE * FINE, SIZE * FINE))
    pen = ImageDraw.Draw(fine)
    at = [tuple(point) for point in drawing.points * FINE]
    if condition in ("filled", "textured"):
        pen.polygon(at, fill=1)
    elif condition == "outline":
        pen.line([*at, at[0], at[1]], fill=1, width=round(LINE * FINE), joint="curve")
    else:
        for x, y in evenly(drawing.points, drawing.corners, DOT_SPACING) * FINE:
            pen.ellipse([x - DOT * FINE, y - DOT * FINE, x + DOT * FINE, y + DOT * FINE], fill=1)
    inside = np.asarray(fine)
    if condition != "textured":
        return inside
    figure, ground = striped(drawing.stripes, drawing.phases[0]), dotted(drawing.stripes + 30, drawing.phases[1:])
    return np.where(inside, figure, ground)


def across(degrees: float) -> np.ndarray:
    """How far every point of the fine grid lies in a direction, in pixels."""
    y, x = np.mgrid[: SIZE * FINE, : SIZE * FINE] / FINE
    return x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))


def striped(degrees: float, phase: float) -> np.ndarray:
    return (across(degrees) / STRIPES + phase) % 1 < 0.5


def dotted(degrees: float, phases: np.ndarray) -> np.ndarray:
    """A square lattice of discs that cover one half."""
    u = (across(degrees) / DOTS + phases[0]) % 1 - 0.5
    v = (across(degrees + 90) / DOTS + phases[1]) % 1 - 0.5
    return u**2 + v**2 < 0.5 / np.pi


def draw(drawing: Drawing, condition: str) -> Image.Image:
    """SIZE × SIZE, RGB; every pixel is the mean of FINE × FINE, in steps of 1/SHADES so that the files stay small."""
    cover = np.rint(mask(drawing, condition).reshape(SIZE, FINE, SIZE, FINE).mean((1, 3)) * SHADES)[..., None] / SHADES
    return Image.fromarray(np.rint(drawing.ground + (drawing.figure - drawing.ground) * cover).astype(np.uint8))


# --------------------------------------------------------------------------------------------------------- the package

MANIFEST = {
    "format": "gapscope-benchmark",
    "format_version": 1,
    "identifier": "Shapes-accuracy",
    "version": 1,
    "title": "Nine shapes in four drawings (made by a script; no human data)",
    "description": (
        "An example of what a benchmark can show: 90 drawings of nine shapes, each filled, outlined, dotted and "
        "textured. shapes-net, the network that comes with it, was trained on filled shapes alone. The pictures were drawn by a "
        "script. There are no human or other primate data here: the subject “drawer” in responses.csv is what was "
        "drawn, that is, the truth, and the ceiling is 1 by definition. Guessing gives 1/9."
    ),
    "authors": ["The Gapscope authors"],
    "licence": "CC0-1.0",
    "stimulus_set": {"identifier": "Shapes", "table": "stimuli.csv", "images": "stimuli/", "visual_degrees": None},
    "task": {"name": "label", "choices": LABELS},
    "number_of_trials": 1,
    "data": {"table": "responses.csv"},
    "metric": {"name": "accuracy"},
    "ceiling": {"name": "constant", "options": {"value": 1}},
}


def stimuli() -> list[tuple[dict, Image.Image]]:
    """Every row of the stimulus table with its picture."""
    rows = []
    for condition in CONDITIONS:
        for label in LABELS:
            for number in range(1, EXEMPLARS + 1):
                drawing = f"{label}-{number:02}"
                row = {
                    "stimulus_id": f"{drawing}-{condition}", "filename": f"{drawing}-{condition}.png",
                    "image_label": label, "truth": label, "condition": condition, "drawing": drawing,
                }
                rows.append((row, draw(make_drawing(label, TEST_SEED, number), condition)))
    return rows


def table(rows: list[dict]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def main() -> None:
    drawn = stimuli()
    rows = [row for row, _ in drawn]
    responses = [
        {"stimulus_id": row["stimulus_id"], "subject": "drawer", "response": row["truth"]} for row in rows
    ]
    files = {
        "benchmark.json": (json.dumps(MANIFEST, indent=2, ensure_ascii=False) + "\n").encode(),
        "stimuli.csv": table(rows),
        "responses.csv": table(responses),
        **{f"stimuli/{row['filename']}": png(image) for row, image in drawn},
    }
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(OUTPUT / "shapes.zip", "w") as package:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            package.writestr(entry, data, zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
