"""Golden values of the regression metrics from Brain-Score's own code, of scikit-learn's splits and of its PLS iterations.

Nothing here computes an answer: metrics are brainscore_vision's, splits and fits scikit-learn's. Activations and responses
are made up (nobody's), from the generator of brainscore_readouts.py and from `wave`, the formula of the published test
vectors, so that a test can make the very same ones: see `recordings`.

Brain-Score's Ridge and LinearRegression keep float32 activations in float32 (PLS only while it centres test stimuli), and LinearRegression leaves it to rounding
whether a direction that centring took away counts. Where that moves an answer, `double` is the same metric on the same
activations in float64 (for least squares with a cut that leaves the direction out), and `reordered` how far Brain-Score's
own correlations move at most when features are put in another order and stimuli are named otherwise, which changes nothing
but the rounding.

Writes reference/golden/brainscore-regressions.json.

Usage: python reference/brainscore_regressions.py
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")  # convergence and constant inputs are part of what is recorded

import scipy.linalg  # noqa: E402
from sklearn.cross_decomposition import PLSRegression  # noqa: E402
from sklearn.linear_model import RidgeCV  # noqa: E402
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit  # noqa: E402

from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly  # noqa: E402
from brainscore_vision import metric_registry  # noqa: E402
from brainscore_vision.metric_helpers.xarray_utils import XarrayRegression  # noqa: E402
from brainscore_vision.metrics import regression_correlation  # noqa: E402, F401  (registers the metrics)
from brainscore_vision.metrics.regression_correlation.metric import (  # noqa: E402
    ALPHA_LIST,
    CrossRegressedCorrelation,
    TrainTestSplitCorrelation,
    pearsonr_correlation,
)
from brainscore_readouts import features, lcg, plain  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-regressions.json"
REORDERINGS = 10


def wave(n: int, m: int, k: float) -> np.ndarray:
    """The published vectors' deterministic matrix; i and j count from 1."""
    i, j = np.meshgrid(np.arange(1, n + 1), np.arange(1, m + 1), indexing="ij")
    return np.sin(0.37 * i * k + 1.91 * j + 0.113 * i * j * (k + 1)) + 0.3 * np.cos(0.05 * i * i * k + j)


def recordings(n, p, m, seed, dtype="float64", classes=4, signal=0.0, spread=1, noise=0.5, constant=(), relu=False,
               repeat=None, dead=()):
    """Activations n × p of `features` (groups are i mod classes), below 0 set to 0 with `relu`, features from `repeat` on
    the same as the first ones, those of `dead` all 3. Responses n × m: of site j the features (7 j) mod p, (7 j + 3) mod p
    and (7 j + 11) mod p of the float64 activations, once, twice and by a half, added in this order, and `noise` times
    u/2²³ − 1 of lcg(seed + 1), row by row; sites `constant` are all 1."""
    x = features(n, p, seed, "float64", groups=[i % classes for i in range(n)], signal=signal, spread=spread)
    if relu:
        x = np.maximum(x, 0)
    if repeat is not None:
        x = x[:, np.arange(p) % repeat]
    x[:, list(dead)] = 3
    numbers = lcg(seed + 1)
    y = np.empty((n, m))
    for i in range(n):
        for j in range(m):
            a, b, c = (x[i, (7 * j + shift) % p] for shift in (0, 3, 11))
            y[i, j] = a + 2 * b + 0.5 * c + noise * (next(numbers) / 2**23 - 1)
    y[:, list(constant)] = 1
    return x.astype(dtype), y


def assembly(values, ids, names, labels, time_bins=None):
    coords = {
        "stimulus_id": ("presentation", list(ids)),
        "object_name": ("presentation", list(labels)),
        "neuroid_id": ("neuroid", list(names)),
        "region": ("neuroid", ["IT"] * values.shape[1]),
    }
    dims = ["presentation", "neuroid"]
    if time_bins is not None:
        dims.append("time_bin")
        coords["time_bin_start"] = ("time_bin", [start for start, _ in time_bins])
        coords["time_bin_end"] = ("time_bin", [end for _, end in time_bins])
    return NeuroidAssembly(values, coords=coords, dims=dims)


def identifiers(n: int, seed=None) -> list[str]:
    """Of the stimuli, in the order of the activations."""
    numbers = range(n) if seed is None else np.random.RandomState(seed).permutation(n)
    return [f"s{i:03d}" for i in numbers]


def sides(x, y, order, classes, seed=None, time_bins=None):
    """Source in the order of the activations; target in the order `order` of them. Sites are named so that their ids do
    not stand sorted. With a seed, stimuli are named otherwise and features stand in another order."""
    n = len(x)
    ids = identifiers(n, seed)
    labels = ["abcdefgh"[i % classes] for i in range(n)]
    columns = np.arange(x.shape[1]) if seed is None else np.random.RandomState(seed + 1000).permutation(x.shape[1])
    source = assembly(x[:, columns], ids, [f"f{c}" for c in columns], labels, time_bins)
    sites = [f"site{(5 * j) % y.shape[1]}-{j}" for j in range(y.shape[1])]
    target = assembly(y[order], [ids[i] for i in order], sites, [labels[i] for i in order], time_bins)
    return source, target, sites


class CutLeastSquares:
    """LinearRegression's solver with a cut above rounding."""

    def fit(self, x, y):
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        self.x_mean, self.y_mean = x.mean(axis=0), y.mean(axis=0)
        self.coefficients = scipy.linalg.lstsq(x - self.x_mean, y - self.y_mean, cond=1e-10)[0]

    def predict(self, x):
        return (np.asarray(x, dtype=np.float64) - self.x_mean) @ self.coefficients + self.y_mean


def cut(name, options):
    regression = XarrayRegression(CutLeastSquares())
    if name.endswith("_split"):
        return TrainTestSplitCorrelation(regression=regression, correlation=pearsonr_correlation())
    return CrossRegressedCorrelation(regression=regression, correlation=pearsonr_correlation(),
                                     crossvalidation_kwargs=options)


def run(name, options, source, target, sites, how=None):
    metric = how or metric_registry[name]
    score = metric(crossvalidation_kwargs=options)(source, target) if how is None else how(source, target)
    raw = score.raw.transpose("split", "neuroid")
    if "reverse" not in name:
        raw = raw.isel(neuroid=[list(raw["neuroid_id"].values).index(site) for site in sites])
    medians = np.nanmedian(raw.values, axis=1)
    answer = {"value": float(score), "error": float(score.attrs["error"]), "medians": medians.tolist()}
    return answer, raw.values


CROSS = [
    # metric, data, cross-validation
    ("pls", dict(n=60, p=40, m=5, signal=0.5), {}),
    ("pls", dict(n=80, p=300, m=12, signal=0.5, spread=3), dict(stratification_coord=None)),
    ("pls", dict(n=80, p=200, m=12, dtype="float32", relu=True, signal=1.0), dict(random_state=5)),
    ("pls", dict(n=120, p=150, m=1, signal=0.5), dict(stratification_coord=None)),
    ("pls", dict(n=60, p=100, m=8, constant=[2, 5]), {}),
    ("pls", dict(n=60, p=100, m=6, dtype="float32", dead=[0, 3, 77]), dict(splits=4, test_size=0.25, train_size=0.6)),
    ("pls", dict(n=70, p=60, m=7), dict(kfold=True)),
    ("pls", dict(n=70, p=60, m=7), dict(kfold=True, splits=5, stratification_coord=None)),
    ("pls", dict(n=40, p=80, m=90, signal=0.3), dict(splits=3)),
    ("pls", dict(n=60, p=80, m=6), dict(splits=3, train_size=40, test_size=10, stratification_coord=None)),
    ("pls", dict(n=60, p=80, m=6), dict(split_coord="object_name", stratification_coord=None, splits=3,
                                        train_size=0.7, unique_split_values=True)),
    ("ridge", dict(n=60, p=40, m=5, signal=0.5), {}),
    ("ridge", dict(n=80, p=300, m=9, dtype="float32", relu=True), dict(stratification_coord=None)),
    ("ridge", dict(n=100, p=30, m=4, dtype="float32", spread=10), {}),
    ("linear_predictivity", dict(n=80, p=40, m=5, signal=0.5), {}),
    ("linear_predictivity", dict(n=80, p=30, m=5, dtype="float32"), dict(splits=3)),
    ("linear_predictivity", dict(n=60, p=120, m=5), dict(splits=3)),
    ("linear_predictivity", dict(n=60, p=200, m=5, dtype="float32", relu=True), dict(splits=3)),
    ("linear_predictivity", dict(n=60, p=30, m=5, repeat=10), dict(splits=3)),
    ("neuron_to_neuron", dict(n=60, p=40, m=5), {}),
    ("neuron_to_neuron", dict(n=60, p=120, m=8, dtype="float32", repeat=40, relu=True, dead=[0, 1]), {}),
    ("neuron_to_neuron", dict(n=60, p=120, m=8, repeat=40, relu=True), dict(stratification_coord=None)),
    ("reverse_pls", dict(n=60, p=50, m=30, signal=0.5), {}),
    ("reverse_pls", dict(n=60, p=130, m=30, dtype="float32", relu=True, dead=[0, 1, 9]), dict(splits=4)),
]


def order_of(n: int) -> list[int]:
    """The target's order: every seventh stimulus, n not being a multiple of 7; else every eleventh."""
    step = 7 if n % 7 else 11
    return [(step * i) % n for i in range(n)]


def cross(metric, data, options) -> dict:
    seed = 1 + sum(map(ord, metric + json.dumps(data)))
    classes = data.get("classes", 4)
    x, y = recordings(seed=seed, **data)
    order = order_of(len(x))
    answer, raw = run(metric, options, *sides(x, y, order, classes))
    case = {"metric": metric, "data": {**data, "seed": seed}, "options": options, **answer,
            "first": raw[0][:12].tolist()}
    kept = metric in ("pls", "ridge", "linear_predictivity") and data.get("dtype") == "float32"
    undetermined = metric == "linear_predictivity" and data["p"] >= len(x) * 0.9
    redundant = metric == "linear_predictivity" and "repeat" in data
    if not (kept or undetermined or redundant):
        return case
    source, target, sites = sides(x.astype(np.float64), y, order, classes)
    least_squares = cut(metric, options) if undetermined or redundant else None
    double, double_raw = run(metric, options, source, target, sites, least_squares)
    spread = 0.0
    for again in range(REORDERINGS):
        _, other = run(metric, options, *sides(x, y, order, classes, seed=again))
        spread = max(spread, np.nanmax(np.abs(other - raw)))
    return {**case, "double": {**double, "first": double_raw[0][:12].tolist()}, "reordered": float(spread)}


FIXED = [
    ("pls_split", {}), ("ridge_split", {}), ("linear_predictivity_split", {}), ("neuron_to_neuron_split", {}),
    ("ridgecv_split", {}), ("dual_ridge_split", {}), ("dual_ridgecv_split", {}),
    ("ridgecv_split", dict(alphas=[0.5, 5.0, 50.0])), ("reverse_pls_split", {}),
]


def fixed(metric, options, n=70, p=90, m=28, **data) -> dict:
    """Every fifth stimulus is for testing."""
    seed = 1 + sum(map(ord, metric))
    x, y = recordings(n=n, p=p, m=m, seed=seed, signal=0.5, noise=4.0, **data)
    source, target, sites = sides(x, y, list(range(n)), 4)
    test = np.arange(n) % 5 == 4
    parts = dict(source_train=source[~test], source_test=source[test],
                 target_train=target[~test], target_test=target[test])
    score = metric_registry[metric](**options)(**parts)
    alpha = score.raw.attrs.get("alpha")
    if metric.startswith("linear"):
        score = cut(metric, options)(**parts)
    raw = score.raw
    if "reverse" not in metric:
        raw = raw.isel(neuroid=[list(raw["neuroid_id"].values).index(site) for site in sites])
    return {"metric": metric, "options": options, "data": dict(n=n, p=p, m=m, seed=seed, signal=0.5, noise=4.0, **data),
            "value": float(score), "first": raw.values[:12].tolist(), "alpha": None if alpha is None else float(alpha),
            "error": float(score.attrs["error"]) if "error" in score.attrs else None}


def spanning(metric, n=40, p=50, m=5, bins=3, static=False) -> dict:
    """Time bins 50 ms wide; a static subject gives its first bin's activations in each. Responses of bin b are those of
    seed + 2 b."""
    seed = 1 + sum(map(ord, metric)) + 100 * static
    pairs = [recordings(n=n, p=p, m=m, seed=seed + 2 * b, signal=0.5) for b in range(bins)]
    x = np.stack([pairs[0 if static else b][0] for b in range(bins)], axis=-1)
    y = np.stack([values for _, values in pairs], axis=-1)
    time_bins = [(50 * b, 50 * b + 50) for b in range(bins)]
    source, target, sites = sides(x, y, order_of(n), 4, time_bins=time_bins)
    score = metric_registry[metric](crossvalidation_kwargs=dict(splits=3))(source, target)
    raw = score.raw.transpose("split", "time_bin", "neuroid")
    raw = raw.isel(neuroid=[list(raw["neuroid_id"].values).index(site) for site in sites])
    return {"metric": metric, "data": dict(n=n, p=p, m=m, seed=seed, signal=0.5), "bins": bins, "static": static,
            "per_bin": score.values.tolist(), "error_per_bin": score.attrs["error"].values.tolist(),
            "raw": raw.values.tolist()}


def vectors() -> dict:
    """The published vectors T9–T18."""
    n = 60
    x = wave(n, 40, 1)
    y = x[:, :12] @ wave(12, 5, 2) / 3 + 0.5 * wave(n, 5, 3)

    def cross_validated(metric, y, options, dtype="float64"):
        source, target, sites = sides(x.astype(dtype), y, list(range(n)), 3)
        answer, raw = run(metric, options, source, target, sites)
        return {**answer, "first": raw[0][:12].tolist()}

    flat = y.copy()
    flat[:, 2] = 1
    single = {f"{metric} in float32": cross_validated(metric, y, {}, "float32")
              for metric in ("pls", "ridge", "linear_predictivity")}
    train, test, weights = wave(50, 80, 1), wave(20, 80, 1.5), wave(80, 4, 2)
    both = np.concatenate([train, test])
    y_both = np.concatenate([train @ weights / 9 + 0.2 * wave(50, 4, 3), test @ weights / 9 + 0.2 * wave(20, 4, 3.3)])
    source, target, sites = sides(both, y_both, list(range(70)), 3)
    splits = {}
    for metric, _ in FIXED[:7]:
        how = cut(metric, {}) if metric.startswith("linear") else metric_registry[metric]()  # 80 features, 50 stimuli
        score = how(source_train=source[:50], source_test=source[50:],
                    target_train=target[:50], target_test=target[50:])
        splits[metric] = {"value": float(score), "alpha": score.raw.attrs.get("alpha")}
    rs = np.random.RandomState(0)
    x_cv = rs.randn(30, 80)
    y_cv = x_cv[:, :4] @ rs.randn(4, 3) + 2 * rs.randn(30, 3)
    chosen = RidgeCV(alphas=ALPHA_LIST).fit(x_cv, y_cv)
    return {
        "T9": cross_validated("pls", y, {}), "T10": cross_validated("ridge", y, {}),
        "T11": cross_validated("linear_predictivity", y, {}), "T12": cross_validated("neuron_to_neuron", y, {}),
        "T13": cross_validated("pls", y, dict(stratification_coord=None)), "T14": cross_validated("pls", flat, {}),
        "T15": cross_validated("reverse_pls", np.hstack([y, wave(n, 25, 4)]), {}), "float32": single, "T16": splits,
        "T17": {"x": x_cv.ravel().tolist(), "y": y_cv.ravel().tolist(), "alpha": float(chosen.alpha_), "mse": float(-chosen.best_score_),
                "predicted": chosen.predict(x_cv).ravel().tolist()},
        "T18": list(map(float, ALPHA_LIST)),
    }


PLS = [
    dict(n=60, p=40, m=5, signal=0.5), dict(n=90, p=400, m=30, signal=1.0, spread=2),
    dict(n=120, p=600, m=60, relu=True, noise=2.0), dict(n=50, p=500, m=70, noise=2.0),
    dict(n=100, p=300, m=20, signal=2.0, classes=7, dtype="float32"), dict(n=200, p=64, m=40, noise=1.0),
]


def iterations(**data) -> dict:
    """scikit-learn's own iteration counts, and predictions of the last tenth of the stimuli from the others."""
    seed = 1 + sum(map(ord, json.dumps(data)))
    x, y = recordings(seed=seed, **data)
    train = len(x) - len(x) // 10
    fit = PLSRegression(n_components=25, scale=False).fit(x[:train], y[:train])
    return {"data": {**data, "seed": seed}, "iterations": list(map(int, fit.n_iter_)),
            "predicted": fit.predict(x[train:].astype(np.float64))[:, :5].tolist()}


def refusals() -> dict:
    """What Brain-Score raises where a score cannot be had."""
    x, y = recordings(n=60, p=20, m=5, seed=3)
    wide, _ = recordings(n=60, p=40, m=5, seed=3)
    missing = y.copy()
    missing[4, 2] = np.nan
    order = order_of(60)
    found = {}

    def attempt(name, metric, source, target):
        try:
            metric_registry[metric]()(source, target)
            found[name] = None
        except Exception as error:
            found[name] = type(error).__name__

    source, target, _ = sides(x, y, order, 4)
    attempt("fewer features than components", "pls", source, target)
    source, target, _ = sides(wide, missing, order, 4)
    attempt("a missing response", "pls", source, target)
    source, target, _ = sides(wide, y, order[:-1] + order[:1], 4)
    attempt("a repeated stimulus", "pls", source, target)
    flat = y.copy()
    flat[:, 2] = 1
    source, target, _ = sides(wide, flat, order, 4)
    attempt("a constant site", "neuron_to_neuron", source, target)
    source, target, _ = sides(wide[:12], y[:12], order_of(12), 6)
    attempt("more classes than test stimuli", "pls", source, target)
    return found


def splits() -> list[dict]:
    cases = []
    for n in (4, 5, 10, 20, 29, 53, 135, 640):
        for sizes in (dict(train_size=0.9), dict(train_size=0.5), dict(test_size=0.1), dict(train_size=0.6, test_size=0.3),
                      dict(train_size=3, test_size=1)):
            for seed in (0, 1):
                splitter = ShuffleSplit(n_splits=2, random_state=seed, **sizes)
                cases.append(split_case("ShuffleSplit", splitter, np.zeros(n), None, dict(splits=2, seed=seed, **sizes)))
        if n >= 5:
            cases.append(split_case("KFold", KFold(n_splits=5, shuffle=True, random_state=1), np.zeros(n), None,
                                    dict(splits=5, seed=1)))
    labellings = [["abc"[i % 3] for i in range(30)], list("x" * 7 + "y" * 13 + "z" * 21 + "w" * 12),
                  ["cba"[i % 3] if i < 50 else "d" for i in range(60)], [(3 * i) % 7 for i in range(64)],
                  ["b"] * 10 + ["a"] * 10, ["a"] * 9 + ["b"]]
    for labels in labellings:
        for sizes in (dict(train_size=0.9), dict(test_size=0.5), dict(train_size=0.5, test_size=0.3)):
            for seed in (1, 4):
                splitter = StratifiedShuffleSplit(n_splits=3, random_state=seed, **sizes)
                try:
                    cases.append(split_case("StratifiedShuffleSplit", splitter, np.zeros(len(labels)), labels,
                                            dict(splits=3, seed=seed, **sizes)))
                except ValueError:
                    cases.append({"splitter": "StratifiedShuffleSplit", "labels": labels,
                                  "options": dict(splits=3, seed=seed, **sizes), "refused": True})
        for folds in (2, 4):
            splitter = StratifiedKFold(n_splits=folds, shuffle=True, random_state=1)
            cases.append(split_case("StratifiedKFold", splitter, np.zeros(len(labels)), labels,
                                    dict(splits=folds, seed=1)))
    return cases


def split_case(name, splitter, x, labels, options) -> dict:
    """Of large sets the first and the last indices stand for the rest, with the sum of index times place."""
    def short(indices):
        indices = [int(i) for i in indices]
        if len(indices) <= 24:
            return indices
        return {"head": indices[:8], "tail": indices[-4:], "length": len(indices),
                "check": sum(place * index for place, index in enumerate(indices, 1))}

    found = [[short(train), short(test)] for train, test in splitter.split(x, labels)]
    return {"splitter": name, "n": len(x), "labels": labels, "options": options, "sets": found}


def main() -> None:
    golden = {
        "made_by": "reference/brainscore_regressions.py",
        "versions": {name: version(name) for name in
                     ("brainscore_vision", "brainscore_core", "numpy", "xarray", "scipy", "scikit-learn")},
        "note": "Activations and responses are made up with seeds; no model and no monkey has them.",
        "vectors": vectors(),
        "cross": [cross(*case) for case in CROSS],
        "fixed": [fixed(*case) for case in FIXED],
        "spanning": [spanning(metric, static=static) for metric in ("spantime_pls", "spantime_ridge")
                     for static in (False, True)],
        "pls": [iterations(**data) for data in PLS],
        "refusals": refusals(),
        "splits": splits(),
    }
    text = json.dumps(golden, ensure_ascii=False, allow_nan=True, separators=(",", ":"), default=plain)
    OUTPUT.write_text(text.replace("NaN", '"NaN"') + "\n")


if __name__ == "__main__":
    main()
