"""Golden values of the readouts from Brain-Score's own code: the probabilities and odd-one-out tasks.

Nothing here computes an answer: features are made up (nobody's activations), and brainscore_vision's
ProbabilitiesMapping (StandardScaler and LogisticRegression of scikit-learn) and OddOneOut do the rest. So is the line
search within the fit recorded alone, from scipy, because well-behaved data seldom need its later steps.

Features are made of integers from lcg() by operations that are exact, or correctly rounded, in float64, so that a test
can make the very same ones: see `features`.

Writes reference/golden/brainscore-readouts.json.

Usage: python reference/brainscore_readouts.py
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")  # convergence warnings are part of what is recorded (iterations)

from scipy.optimize._dcsrch import DCSRCH  # noqa: E402
from scipy.optimize._linesearch import scalar_search_wolfe2  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly  # noqa: E402
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet  # noqa: E402
from brainscore_vision.model_helpers.brain_transformation.behavior import (  # noqa: E402
    OddOneOut,
    ProbabilitiesMapping,
)
from brainscore_vision.model_interface import BrainModel  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-readouts.json"


def lcg(seed: int):
    """x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes); yields the upper 24 bits, an integer."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield state >> 8


def features(rows: int, columns: int, seed: int, dtype: str, groups=None, signal=0.0, spread=1, constant=()):
    """rows × columns values u/2²³ − 1 from lcg(seed), row by row. With `signal`, that many times the value that
    lcg(1000 + group) has for the column is added to the rows of each group; column j is then multiplied by
    spread^(j mod 4), and the columns `constant` are all 3. uint8 takes ⌊256·(u/2²⁴)⌋ instead."""
    numbers = lcg(seed)
    u = np.array([next(numbers) for _ in range(rows * columns)], dtype=np.float64).reshape(rows, columns)
    if dtype == "uint8":
        return np.floor(256 * (u / 2**24)).astype(np.uint8)
    values = u / 2**23 - 1
    if signal:
        centres = {}
        for i, group in enumerate(groups):
            if group not in centres:
                own = lcg(1000 + group)
                centres[group] = np.array([next(own) / 2**23 - 1 for _ in range(columns)])
            values[i] = values[i] + signal * centres[group]
    values = values * np.array([float(spread) ** (j % 4) for j in range(columns)])
    values[:, list(constant)] = 3
    return values.astype(dtype)


class Activations:
    """In place of an activations model: knows the features of each stimulus."""

    identifier = "made up"

    def __init__(self, *sets):
        self.features = {}
        for stimuli, values in sets:
            self.features.update(zip(stimuli["stimulus_id"], values))

    def __call__(self, stimuli, layers, number_of_trials=1, require_variance=False):
        values = np.stack([self.features[stimulus_id] for stimulus_id in stimuli["stimulus_id"]])
        coords = {column: ("presentation", stimuli[column].values) for column in stimuli.columns}
        coords.setdefault("stimulus_row", ("presentation", range(len(stimuli))))
        return NeuroidAssembly(
            values,
            coords={
                **coords,
                "neuroid_id": ("neuroid", range(values.shape[1])),
                "neuroid_num": ("neuroid", range(values.shape[1])),
            },
            dims=["presentation", "neuroid"],
        )


def stimulus_set(prefix: str, n: int, **columns) -> StimulusSet:
    stimuli = StimulusSet(pd.DataFrame({"stimulus_id": [f"{prefix}{i}" for i in range(n)], **columns}))
    stimuli.identifier = prefix
    return stimuli


PROBABILITIES = [
    # name, stimuli, features, classes, dtype, C, and how features are made
    ("more stimuli than features", dict(n=60, p=12, k=3)),
    ("more features than stimuli", dict(n=24, p=300, k=4)),
    ("as many features as stimuli", dict(n=30, p=30, k=3)),
    ("two classes, more stimuli", dict(n=40, p=8, k=2)),
    ("two classes, more features", dict(n=16, p=120, k=2)),
    ("sixteen classes", dict(n=160, p=500, k=16, signal=0.5)),
    ("constant features", dict(n=20, p=60, k=3, constant=[0, 7, 59])),
    ("features of very different size", dict(n=36, p=90, k=3, spread=1000)),
    ("C = 1, more features", dict(n=24, p=200, k=3, C=1.0)),
    ("C = 1, more stimuli", dict(n=80, p=10, k=4, C=1.0)),
    ("C = 1000, not separable", dict(n=80, p=6, k=3, C=1000.0)),
    ("C = 10000, separable", dict(n=20, p=100, k=3, C=1e4, signal=1.0)),
    ("C = 1e6, separable, few features", dict(n=60, p=5, k=3, C=1e6, signal=2.0)),
    ("strong classes", dict(n=50, p=400, k=5, signal=1.0)),
    ("strong classes, many features", dict(n=40, p=6000, k=4, signal=0.3)),
    ("one class of a single stimulus", dict(n=21, p=50, k=3, labels=[0] * 10 + [1] * 10 + [2])),
    ("equal stimuli of different classes", dict(n=12, p=40, k=3, repeat=4)),
    ("float32, more features", dict(n=40, p=600, k=4, dtype="float32", signal=0.3)),
    ("float32, more stimuli", dict(n=120, p=20, k=4, dtype="float32", signal=0.3)),
    ("float32, features of very different size", dict(n=36, p=200, k=3, dtype="float32", spread=1000)),
    ("float32, very many features", dict(n=60, p=20000, k=5, dtype="float32", signal=0.2)),
    ("bytes, more features", dict(n=24, p=300, k=3, dtype="uint8")),
    ("bytes, more stimuli", dict(n=50, p=12, k=3, dtype="uint8")),
    # Nearly flat long before it ends: where it ends hangs on rounding in float64 too.
    ("three stimuli, very many features", dict(n=3, p=20000, k=2, labels=[0, 0, 1], flat=True)),
    ("float32, three stimuli, very many features", dict(n=3, p=20000, k=2, labels=[0, 0, 1], dtype="float32", flat=True)),
]
NAMES = ["dog", "cat", "bear", "airplane"] + [f"label {i}" for i in range(4, 16)]
TESTED = 6


def probabilities(name, n, p, k, dtype="float64", C=1e-3, labels=None, repeat=None, flat=False, **how) -> dict:
    if labels is None:
        labels = [(5 * i + i // k) % k for i in range(n)]
    seed = 1 + sum(map(ord, name))
    values = features(n, p, seed, dtype, groups=labels, **how)
    if repeat is not None:
        values = values[np.arange(n) % repeat]
    test_how = {key: value for key, value in how.items() if key in ("spread", "constant")}
    tested = features(TESTED, p, seed + 1, dtype, **test_how)
    fitting = stimulus_set("fit", n, image_label=[NAMES[label] for label in labels])
    test = stimulus_set("test", TESTED, condition=range(TESTED))
    mapping = ProbabilitiesMapping("made up", Activations((fitting, values), (test, tested)), layer="readout")
    mapping.classifier = ProbabilitiesMapping.ProbabilitiesClassifier(classifier_c=C)
    mapping.start_task(BrainModel.Task.probabilities, fitting)
    answer = mapping.look_at(test)
    assert answer.dims == ("presentation", "choice")
    rounding = {}
    if flat:
        rounding = {"reordered": reordered(mapping.classifier, values, fitting, tested)}
    elif dtype == "float32":
        rounding = single_precision(mapping.classifier, values, fitting, tested)
    return {
        "name": name,
        "n": n, "p": p, "k": k, "dtype": dtype, "C": C, "seed": seed, "labels": labels,
        "repeat": repeat, **how,
        "choices": answer["choice"].values.tolist(),
        "iterations": int(mapping.classifier._classifier.n_iter_[0]),
        "probabilities": answer.values.astype(np.float64).tolist(),
        **rounding,
    }


REORDERINGS = 100


def single_precision(classifier, values, fitting, tested) -> dict:
    """How far float32 features fix the answer. scikit-learn iterates in float32 then, and its stopping rules and step
    lengths read the rounding. `double`: the same standardised features, iterated in float64."""
    scaler = classifier._scaler
    labels, mapping = classifier.labels_to_indices(fitting["image_label"].values)
    double = clone(classifier._classifier).fit(scaler.transform(values).astype(np.float64), labels)
    return {
        "double": {
            "iterations": int(double.n_iter_[0]),
            "probabilities": double.predict_proba(scaler.transform(tested).astype(np.float64)).tolist(),
        },
        "reordered": reordered(classifier, values, fitting, tested),
    }


def reordered(classifier, values, fitting, tested) -> float:
    """How far the answers of Brain-Score's classifier move at most when stimuli and features are put in another order,
    which changes nothing but the rounding."""
    labels, mapping = classifier.labels_to_indices(fitting["image_label"].values)

    def answer(rows, columns):
        scaler = StandardScaler().fit(values[rows][:, columns])
        fit, test = scaler.transform(values[rows][:, columns]), scaler.transform(tested[:, columns])
        return clone(classifier._classifier).fit(fit, np.array(labels)[rows]).predict_proba(test)

    first = answer(np.arange(values.shape[0]), np.arange(values.shape[1]))
    spread = 0.0
    for seed in range(REORDERINGS):
        random = np.random.RandomState(seed)
        rows, columns = random.permutation(values.shape[0]), random.permutation(values.shape[1])
        spread = max(spread, np.abs(answer(rows, columns) - first).max())
    return float(spread)


ODD_ONE_OUT = [
    # name, stimuli, features, dtype, measure, number of triplets
    ("float32", dict(n=12, p=40)),
    ("float32, cosine", dict(n=12, p=40, measure="cosine")),
    ("float32, many features", dict(n=15, p=5000)),
    ("bytes, modulo 256", dict(n=12, p=300, dtype="uint8")),
    ("bytes, cosine", dict(n=12, p=300, dtype="uint8", measure="cosine")),
    ("float64", dict(n=10, p=30, dtype="float64")),
    ("equal stimuli: every similarity ties", dict(n=6, p=20, repeat=1)),
    ("pairs of equal stimuli", dict(n=8, p=20, repeat=4)),
    ("ids that are numbers", dict(n=12, p=40, ids="numbers")),
    ("features that are all zero, cosine", dict(n=4, p=5, repeat=1, zero=True, measure="cosine")),
]


def odd_one_out(name, n, p, dtype="float32", measure="dot", repeat=None, ids="text", zero=False) -> dict:
    seed = 1 + sum(map(ord, name))
    values = features(n, p, seed, dtype)
    if repeat is not None:
        values = values[np.arange(n) % repeat]
    if zero:
        values = np.zeros_like(values)
    stimulus_ids = [(7 * i) % n + 5 if ids == "numbers" else f"s{(7 * i) % n}" for i in range(n)]
    random = lcg(seed + 1)
    triplets = []
    while len(triplets) < 40:
        triplet = [stimulus_ids[next(random) % n] for _ in range(3)]
        if len(set(triplet)) == 3:
            triplets.append(triplet)
    rows = StimulusSet(pd.DataFrame({"stimulus_id": [stimulus for triplet in triplets for stimulus in triplet]}))
    rows.identifier = "triplets"
    model = Activations((pd.DataFrame({"stimulus_id": stimulus_ids}), values))
    task = OddOneOut("made up", model, layer="readout")
    task.set_similarity_measure(measure)
    task.start_task(BrainModel.Task.odd_one_out)
    answer = task.look_at(rows)
    assert answer.dims == ("choice", "presentation")
    return {
        "name": name,
        "n": n, "p": p, "dtype": dtype, "measure": measure, "seed": seed, "repeat": repeat, "zero": zero,
        "stimulus_ids": stimulus_ids,
        "triplets": triplets,
        "presentations": answer["presentation"].values.tolist(),  # a coordinate that is alone takes its dimension's name
        "choices": answer.values[0].tolist(),
    }


# Functions of the step whose line search takes every kind of step; Moré & Thuente's first (1994, 5.1) among them.
LINES = {
    "quadratic": (lambda t: (t - 3) * (t - 3), lambda t: 2 * (t - 3)),
    "quartic": (lambda t: t * t * t * t - 4 * t, lambda t: 4 * t * t * t - 4),
    "More-Thuente 1": (lambda t: -t / (t * t + 2), lambda t: (t * t - 2) / ((t * t + 2) * (t * t + 2))),
    "two valleys": (lambda t: t * t * t * t - 5 * t * t * t + 7 * t * t - 3.4 * t,
                    lambda t: 4 * t * t * t - 15 * t * t + 14 * t - 3.4),
    "falling for ever": (lambda t: -t, lambda t: -1.0 + 0 * t),
    "rising": (lambda t: t, lambda t: 1.0 + 0 * t),
    "near": (lambda t: (t - 0.1) * (t - 0.1) * (1 + t * t), lambda t: 2 * (t - 0.1) * (1 + t * t) + 2 * t * (t - 0.1) * (t - 0.1)),
    "sharp": (lambda t: np.sqrt((t - 0.13) * (t - 0.13) + 1e-6), lambda t: (t - 0.13) / np.sqrt((t - 0.13) * (t - 0.13) + 1e-6)),
    "flat and steep": (lambda t: (t - 1) * (t - 1) * (t - 1) * (t - 1) * 1e-3 + 0.01 * t * (t - 2),
                       lambda t: 4e-3 * (t - 1) * (t - 1) * (t - 1) + 0.02 * (t - 1)),
}
FIRST_STEPS = [1e-9, 1e-6, 1e-3, 0.02, 0.1, 0.4, 1.0, 2.5, 7.0, 30.0, 50.0, 60.0]


def bracketing(value, slope, first):
    """[first trial, step or null, steps tried]; None where the slope does not fall or no first trial can be set."""
    tried = []

    def phi(step):
        tried.append(step)
        return value(step)

    if not slope(0.0) < 0 or first > 1:
        return None
    before = value(0.0) - first * slope(0.0) / 2.02
    step = scalar_search_wolfe2(phi, slope, value(0.0), before, slope(0.0), 1e-4, 0.9)[0]
    return [float(tried[0]), None if step is None else float(step), len(tried)]


def line_searches() -> list[dict]:
    """The step that scipy's line search accepts, or null, and how many steps it tries, with its own constants; and the step
    of its other search, whose first trial is given through the value before (old_phi0)."""
    results = []
    for name, (value, slope) in LINES.items():
        for first in FIRST_STEPS:
            tried = []

            def phi(step):
                tried.append(step)
                return value(step)

            search = DCSRCH(phi, slope, 1e-4, 0.9, 1e-14, 1e-8, 50)
            step, *_ = search(first, phi0=value(0.0), derphi0=slope(0.0), maxiter=100)
            results.append({"line": name, "first": first, "step": None if step is None else float(step),
                            "tried": len(tried), "bracketing": bracketing(value, slope, first)})
    return results


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def main() -> None:
    golden = {
        "made_by": "reference/brainscore_readouts.py",
        "versions": {name: version(name) for name in
                     ("brainscore_vision", "brainscore_core", "numpy", "pandas", "scipy", "scikit-learn")},
        "note": "The features are made up with seeds; no model has them.",
        "probabilities": [probabilities(name, **how) for name, how in PROBABILITIES],
        "odd_one_out": [odd_one_out(name, **how) for name, how in ODD_ONE_OUT],
        "line_search": line_searches(),
    }
    text = json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)
    OUTPUT.write_text(text + "\n")


if __name__ == "__main__":
    main()
