"""Golden values of similarity metrics and ceilings of recordings, from Brain-Score's own code on made-up data.

Nothing here computes an answer: activations and recordings are made up (nobody's data), and brainscore_vision's metrics,
ceilings and benchmarks do the rest; where a benchmark computes its score itself (Bracci 2019, Coggan 2024, Islam 2021,
RSABenchmark) its own functions or __call__ run, on a stub of a model that has looked already. Random numbers and ranks
are numpy's, Python's and scipy's.

Inputs are made of integers from lcg() by operations that are exact in float64, so that a test makes the very same ones
from the few numbers that are recorded: see `features` (brainscore_readouts.py) and `Recordings`.

scipy must be 1.14.1, which Brain-Score's lock file pins: the pearsonr of 1.13 refuses NaN.

Writes reference/golden/brainscore-similarities.json. NaN and infinities are the strings
"NaN", "Infinity", "-Infinity".

Usage: python reference/brainscore_similarities.py [FOLDER]
With FOLDER (../shared/data) the ceilings of the published recordings there are recorded too, else they are kept.
"""

import contextlib
import io
import json
import random
import sys
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from scipy.stats import rankdata, spearmanr

warnings.simplefilter("ignore")  # constant inputs and means of nothing are part of what is recorded

from brainscore_core.supported_data_standards.brainio.assemblies import DataAssembly, NeuroidAssembly  # noqa: E402
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet  # noqa: E402
from brainscore_vision import load_metric  # noqa: E402
from brainscore_vision.benchmark_helpers.neural_common import RSABenchmark, average_repetition  # noqa: E402
from brainscore_vision.benchmarks.bracci2019 import benchmark as bracci  # noqa: E402
from brainscore_vision.benchmarks.coggan2024_fMRI import benchmark as coggan  # noqa: E402
from brainscore_vision.benchmarks.islam2021 import benchmark as islam  # noqa: E402
from brainscore_vision.metrics.cka.metric import CKA, CKACrossValidated  # noqa: E402
from brainscore_vision.metrics.dimensionality.metric import Dimensionality  # noqa: E402
from brainscore_vision.metrics.internal_consistency.ceiling import InternalConsistency  # noqa: E402
from brainscore_vision.metrics.predictor_consistency.ceiling import SplitHalfPredictorConsistency  # noqa: E402
from brainscore_vision.metrics.rdm.metric import RDM, RDMCrossValidated, RDMMetric, RDMSimilarity  # noqa: E402
from brainscore_vision.metrics.rsa_ceiling.ceiling import RSACeiling  # noqa: E402

from brainscore_readouts import features  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-similarities.json"


class Recordings:
    """Made-up responses of `m` sites to `n` stimuli, repeated.

    The response of a site (and time bin) is features(n, m · bins, seed), with the labels i mod 4 and `signal`, plus
    `noise` times features(n, m · bins, seed + 1 + repetition); with `levels` it is then rounded down to that many
    steps per unit, which makes ties. `presentations` are [stimulus, repetition] in the order in which they stand;
    `missing` are [stimulus, repetition, site] without a value, −1 standing for all; sites in `constant` are 0.5.
    """

    def __init__(self, n, m, repetitions=1, bins=1, seed=1, signal=1, noise=0.5, levels=None, order=1, absent=(),
                 missing=(), constant=(), ids="text", coords=("stimulus_id", "object_name"), subjects=None,
                 voxels=None):
        self.n, self.m, self.bins = n, m, bins
        every = [[i, r] for r in range(repetitions) for i in range(n) if [i, r] not in [list(a) for a in absent]]
        self.presentations = [every[k] for k in np.random.RandomState(order).permutation(len(every))]
        self.repetitions = repetitions
        self.recipe = {
            "n": n, "m": m, "bins": bins, "seed": seed, "signal": signal, "noise": noise, "levels": levels,
            "presentations": self.presentations, "missing": [list(cell) for cell in missing],
            "constant": list(constant), "ids": ids, "coords": list(coords), "subjects": subjects, "voxels": voxels,
        }
        labels = [i % 4 for i in range(n)]
        base = features(n, m * bins, seed, "float64", groups=labels, signal=signal)
        trials = [base + noise * features(n, m * bins, seed + 1 + r, "float64") for r in range(repetitions)]
        if levels is not None:
            trials = [np.floor(trial * levels) / levels for trial in trials]
        trials = np.array(trials).reshape(repetitions, n, m, bins)
        trials[:, :, list(constant)] = 0.5
        for stimulus, repetition, site in missing:
            every_of = lambda place: slice(None) if place == -1 else place  # noqa: E731
            trials[every_of(repetition), every_of(stimulus), every_of(site)] = np.nan
        self.values = np.array([trials[r, i] for i, r in self.presentations])
        self.ids = [self.name(i) for i, _ in self.presentations]

    def name(self, i):
        """Sorted neither as the stimuli stand nor, as text, as the numbers."""
        number = (11 * i + 3) % self.n + 5
        return number if self.recipe["ids"] == "numbers" else f"s{number}"

    @property
    def columns(self) -> dict:
        """Coordinates of presentations, in the order in which the assembly names them; `half` or `repetition` last."""
        made = {
            "stimulus_id": self.ids,
            "object_name": [f"object {i % 4}" for i, _ in self.presentations],
            "image_id": [f"image {-i % self.n:02}" for i, _ in self.presentations],
            "half": [r % 2 for _, r in self.presentations],
        }
        chosen = {name: made[name] for name in self.recipe["coords"]}
        if self.repetitions == 1 or "half" in chosen:
            return chosen
        return {**chosen, "repetition": [r for _, r in self.presentations]}

    def assembly(self) -> NeuroidAssembly:
        neuroids = {"neuroid_id": list(range(self.m)), "region": ["made up"] * self.m}
        for name in ("subjects", "voxels"):
            if self.recipe[name] is not None:
                neuroids[name.replace("subjects", "subject")] = self.recipe[name]
        coords = {
            **{name: ("presentation", values) for name, values in self.columns.items()},
            **{name: ("neuroid", values) for name, values in neuroids.items()},
        }
        if self.bins == 1:
            return NeuroidAssembly(self.values[:, :, 0], coords=coords, dims=["presentation", "neuroid"])
        times = {"time_bin_start": [70 + 10 * b for b in range(self.bins)],
                 "time_bin_end": [80 + 10 * b for b in range(self.bins)]}
        coords.update({name: ("time_bin", values) for name, values in times.items()})
        return NeuroidAssembly(self.values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


class Model:
    """Made-up activations of the stimuli of recordings, in another order; of four classes, as the recordings are."""

    def __init__(self, recordings: Recordings, p, seed=101, signal=1, dtype="float64", spread=1, order=2, constant_row=None):
        n = recordings.n
        self.order = np.random.RandomState(order).permutation(n).tolist()
        self.recipe = {"p": p, "seed": seed, "signal": signal, "dtype": dtype, "spread": spread, "order": self.order,
                       "constant_row": constant_row}
        labels = [i % 4 for i in self.order]
        self.values = features(n, p, seed, dtype, groups=labels, signal=signal, spread=spread)
        if constant_row is not None:
            self.values[constant_row] = 0.25
        self.stimuli = pd.DataFrame({
            "stimulus_id": [recordings.name(i) for i in self.order],
            "object_name": [f"object {i % 4}" for i in self.order],
        })

    def assembly(self) -> NeuroidAssembly:
        p = self.values.shape[1]
        coords = {
            **{name: ("presentation", self.stimuli[name].values) for name in self.stimuli.columns},
            "neuroid_id": ("neuroid", [f"unit {j}" for j in range(p)]),
            "neuroid_num": ("neuroid", list(range(p))),
        }
        return NeuroidAssembly(self.values, coords=coords, dims=["presentation", "neuroid"])


class Looking:
    """A model that has looked already."""

    def __init__(self, assembly):
        self.assembly = assembly

    def start_recording(self, *_, **__):
        pass

    def visual_degrees(self):
        return 8

    def look_at(self, *_, **__):
        return self.assembly


# ------------------------------------------------------------------------------------------------------------ averaging


def averages() -> list[dict]:
    cases = {
        "by id": Recordings(9, 3, repetitions=3),
        "another coordinate first": Recordings(9, 3, repetitions=3, coords=("object_name", "stimulus_id")),
        "ids that are numbers": Recordings(9, 3, repetitions=3, ids="numbers", coords=("stimulus_id",)),
        "missing values, unequal repetitions, time bins": Recordings(
            9, 3, repetitions=4, bins=2, absent=[(0, 1), (0, 2), (5, 3)], missing=[(2, 1, 0), (3, -1, 1), (-1, 0, 2)]),
        "nothing to average": Recordings(9, 3, coords=("image_id", "stimulus_id")),
    }
    results = []
    for name, recordings in cases.items():
        averaged = average_repetition(recordings.assembly())
        results.append({
            "name": name,
            "recordings": recordings.recipe,
            "stimulus_id": plain(averaged["stimulus_id"].values.tolist()),
            "object_name": averaged["object_name"].values.tolist() if "object_name" in recordings.recipe["coords"] else None,
            "values": numbers(averaged.values.ravel()),
        })
    return results


# -------------------------------------------------------------------------------------------------------------- metrics

METRICS = {
    "cka": lambda **how: CKA(),
    "cka_biased": lambda **how: CKA(unbiased=False),
    "cka_cv": lambda **how: CKACrossValidated(crossvalidation_kwargs=how),
    "rdm": lambda **how: RDMMetric(),
    "rdm_cv": lambda **how: RDMCrossValidated(crossvalidation_kwargs=how),
}


def metrics() -> list[dict]:
    plain_ = Recordings(24, 7)
    wide = Recordings(40, 12, seed=5)
    numeric = Recordings(30, 6, ids="numbers", order=4, seed=9)
    ties = Recordings(16, 8, levels=1, noise=1, seed=3)
    gaps = Recordings(12, 5, missing=[(4, -1, 2)])
    cases = []
    for name, recordings, model in [
        ("orders differ", plain_, Model(plain_, 50)),
        ("fewer features than stimuli", wide, Model(wide, 9)),
        ("ids that are numbers", numeric, Model(numeric, 64, seed=77, order=8)),
        ("features of very different size", wide, Model(wide, 80, spread=100, seed=31)),
        ("no relation", wide, Model(wide, 30, signal=0, seed=55)),
        ("ties", ties, Model(ties, 32)),
        ("a site without a value", gaps, Model(gaps, 20)),
        ("a stimulus that nothing answers", plain_, Model(plain_, 16, constant_row=3)),
        ("four stimuli", Recordings(4, 5), Model(Recordings(4, 5), 11)),
        ("three stimuli", Recordings(3, 5), Model(Recordings(3, 5), 11)),
        ("one site", Recordings(20, 1, signal=0), Model(Recordings(20, 1, signal=0), 11)),
    ]:
        for metric in ("cka", "cka_biased", "rdm"):
            if (metric, name) == ("cka", "three stimuli"):
                continue  # refused: the estimate divides by zero
            cases.append(metric_case(name, metric, recordings, model))
    single = Model(wide, 200, dtype="float32", seed=12)
    for metric in ("cka", "cka_biased", "rdm"):
        cases.append(metric_case("float32", metric, wide, single, precision="single"))
    # The model `pixels` keeps bytes, and numpy multiplies bytes modulo 256.
    bytes_ = Model(wide, 300, dtype="uint8", seed=13)
    for metric in ("cka", "cka_biased", "rdm", "cka_cv"):
        cases.append(metric_case("bytes", metric, wide, bytes_, {} if metric == "cka_cv" else None))
    for metric in ("cka_cv", "rdm_cv"):
        for name, recordings, how in [
            ("stratified", wide, {}),
            ("not stratified", wide, {"stratification_coord": None}),
            ("small subsets", wide, {"test_size": 0.3, "splits": 4, "random_state": 7}),
            ("ids that are numbers", numeric, {"stratification_coord": None, "test_size": 20}),
            ("training size", wide, {"stratification_coord": None, "test_size": 12, "train_size": 0.25}),
        ]:
            cases.append(metric_case(name, metric, recordings, Model(recordings, 40), how))
    return cases


def metric_case(name, metric, recordings, model, how=None, precision="double") -> dict:
    with contextlib.redirect_stderr(io.StringIO()):
        score = METRICS[metric](**(how or {}))(model.assembly(), average_repetition(recordings.assembly()))
    crossvalidated = {} if how is None else {"error": number(score.error), "splits": numbers(score.raw.values)}
    return {"name": name, "metric": metric, "recordings": recordings.recipe, "model": model.recipe,
            "options": how or {}, "precision": precision, "value": number(score), **crossvalidated}


def similarity_data() -> list[dict]:
    """RSABenchmark's way with subjects, on their responses; and the matrices themselves as data, made by RDM."""
    cases = []
    for name, recordings in [
        ("three subjects", Recordings(20, 9, seed=4, subjects=["b", "a", "c"] * 3)),
        ("ties", Recordings(12, 16, seed=6, levels=1, noise=1, subjects=["a"] * 8 + ["b"] * 8)),
        ("a subject with a gap", Recordings(12, 6, seed=8, missing=[(3, -1, 4)], subjects=["a", "a", "a", "b", "b", "b"])),
    ]:
        data = average_repetition(recordings.assembly())
        model = Model(recordings, 45, seed=17)
        benchmark = RSABenchmark.__new__(RSABenchmark)
        subjects = sorted(set(recordings.recipe["subjects"]))
        rdms = {subject: RDM()(data.sel(neuroid=data["subject"] == subject)) for subject in subjects}
        each = [float(RDMSimilarity()(RDM()(model.assembly()), rdms[subject])) for subject in subjects]
        benchmark._assembly = data
        benchmark._rdm, benchmark._similarity = RDM(), RDMSimilarity()
        benchmark._visual_degrees, benchmark._number_of_trials, benchmark.region = 8, 1, "IT"
        benchmark._ceiling_func = None
        ceiling = RSACeiling()(data)
        raw = ceiled_raw(benchmark, model.assembly(), ceiling)
        cases.append({
            "name": name, "recordings": recordings.recipe, "model": model.recipe,
            "value": number(raw), "subjects": subjects, "each": numbers(each),
            "ceiling": number(ceiling), "lower_bound": number(ceiling.attrs["lower_bound_loo"]),
        })
    return cases


def ceiled_raw(benchmark, assembly, ceiling):
    """The raw score of RSABenchmark.__call__, whose placing on the screen is left out: nothing is looked at."""
    stimulus_set = StimulusSet(pd.DataFrame({"stimulus_id": assembly["stimulus_id"].values}))
    stimulus_set.identifier = "made up"
    data = benchmark._assembly
    data = data.assign_coords(time_bin="one")
    data.attrs["stimulus_set"] = stimulus_set
    benchmark._assembly = data
    type(benchmark).ceiling = property(lambda self: ceiling)
    return benchmark(Looking(assembly)).raw


# ------------------------------------------------------------------------------------------------------------- ceilings


def ceilings() -> list[dict]:
    cases = []
    for name, recordings, how in [
        ("four repetitions", Recordings(14, 5, repetitions=4), {}),
        ("two repetitions: every split is the same", Recordings(14, 5, repetitions=2), {}),
        ("an odd number of repetitions", Recordings(14, 6, repetitions=5, seed=21), {}),
        ("many repetitions, even number of sites", Recordings(10, 4, repetitions=11, seed=22), {}),
        ("sites without values, and always the same", Recordings(
            12, 7, repetitions=4, missing=[(-1, -1, 2), (3, -1, 5)], constant=[4]), {}),
        ("repetitions without values", Recordings(
            12, 4, repetitions=6, missing=[(0, 1, -1), (0, 4, -1), (7, 5, -1), (2, 0, 1)]), {}),
        ("a half without a stimulus", Recordings(12, 4, repetitions=4, missing=[(0, 1, -1), (0, 2, -1)]), {}),
        ("repetitions that were not shown", Recordings(12, 4, repetitions=8, absent=[(0, 1), (5, 7), (6, 0)]), {}),
        ("negative consistency", Recordings(14, 5, repetitions=2, seed=23, noise=8), {}),
        ("ties", Recordings(16, 4, repetitions=4, levels=2), {}),
        ("ids that are numbers", Recordings(14, 5, repetitions=4, ids="numbers", order=9), {}),
        ("another coordinate", Recordings(14, 5, repetitions=2, coords=("stimulus_id", "half")), {"split_coord": "half"}),
    ]:
        with contextlib.redirect_stderr(io.StringIO()):
            score = InternalConsistency(**how)(recordings.assembly())
        cases.append({
            "name": name, "ceiling": "internal_consistency", "recordings": recordings.recipe, "options": how,
            "value": number(score), "error": number(score.error),
            "sites": numbers(score.raw.sortby("neuroid_id").mean("split").values),
        })
    cases.append(temporal("three time bins", Recordings(12, 4, repetitions=4, bins=3, seed=31)))
    cases.append(temporal("gaps", Recordings(12, 4, repetitions=5, bins=2, seed=32, missing=[(-1, -1, 1), (2, 1, 0)])))
    for name, recordings in [
        ("four repetitions", Recordings(14, 5, repetitions=4, coords=("stimulus_id", "image_id"))),
        ("unequal repetitions", Recordings(16, 5, repetitions=5, seed=41, coords=("stimulus_id", "image_id"),
                                           absent=[(0, 1), (0, 2), (3, 4), (8, 0), (8, 1), (8, 2), (8, 3)])),
        ("missing values", Recordings(14, 6, repetitions=4, seed=42, coords=("image_id", "stimulus_id"),
                                      missing=[(-1, -1, 1), (2, 0, 3), (3, -1, 4), (4, 1, -1)])),
        ("always the same", Recordings(14, 4, repetitions=4, seed=43, constant=[0, 2], coords=("image_id", "stimulus_id"))),
        ("many repetitions", Recordings(12, 3, repetitions=30, seed=44, coords=("image_id", "stimulus_id"))),
        ("ties", Recordings(12, 3, repetitions=4, levels=1, seed=45, coords=("image_id", "stimulus_id"))),
    ]:
        score = SplitHalfPredictorConsistency()(recordings.assembly())
        cases.append({
            "name": name, "ceiling": "predictor_consistency", "recordings": recordings.recipe, "options": {},
            "value": number(score), "error": number(score.attrs["error"]),
            "sites": numbers(np.nanmean(score.attrs["raw"].values, axis=0)),
        })
    return cases


def temporal(name: str, recordings: Recordings) -> dict:
    """One time bin after the other, as PerTime does it."""
    assembly = recordings.assembly()
    scores = []
    for b in range(recordings.bins):
        with contextlib.redirect_stderr(io.StringIO()):
            scores.append(InternalConsistency()(assembly.isel(time_bin=b)))
    return {"name": name, "ceiling": "internal_consistency_temporal", "recordings": recordings.recipe, "options": {},
            "value": number(np.mean([float(score) for score in scores])), "bins": numbers(scores),
            "bin_errors": numbers([score.error for score in scores])}


# ----------------------------------------------------------------------------------------------------------- benchmarks


def coggan_cases() -> list[dict]:
    """Recordings of five subjects give the subjects' similarities; the model's large units are features · 8^(j mod 4)."""
    cases = []
    for name, how in [("float64", {}), ("float32", {"dtype": "float32"}), ("one class", {"signal": 0, "seed": 9})]:
        recordings = Recordings(24, 40, seed=51, subjects=[f"person {j % 5}" for j in range(40)])
        data = average_repetition(recordings.assembly())
        model = Model(recordings, 400, spread=8, order=1, **how)
        order = [data["stimulus_id"].values.tolist().index(stimulus) for stimulus in model.stimuli["stimulus_id"]]
        subjects = sorted(set(recordings.recipe["subjects"]))
        values = [np.corrcoef(data.sel(neuroid=data["subject"] == subject).values[order]) for subject in subjects]
        people = DataAssembly(np.stack(values, axis=2), dims=["presentation", "presentation", "subject"], coords={
            "subject": ("subject", subjects), "region": ("subject", ["V1"] * len(subjects))})
        rsm = coggan.RSA(model.assembly(), "neuroid")
        score, ceiling = coggan.get_score(rsm, people), coggan.get_ceiling(people)
        cases.append({
            "name": name, "recordings": recordings.recipe, "model": model.recipe, "precision": "single" if how.get("dtype") else "double",
            "value": number(score), "each": numbers(score.attrs["raw"]), "ceiling": number(ceiling),
            "row": numbers(rsm.values[0]),
            "score": number(coggan.ceiler(score, ceiling)),
        })
    return cases


def bracci_cases() -> list[dict]:
    cases = []
    for name, how in [
        ("as many voxels in all", dict(m=18, subjects=["c", "a", "b"] * 6, voxels=[j // 3 for j in range(18)])),
        ("unequal numbers of voxels, gaps", dict(
            m=17, subjects=["a"] * 6 + ["b"] * 5 + ["c"] * 6, voxels=[*range(6), *range(5), *range(6)],
            missing=[(4, -1, 2), (-1, -1, 7), (9, -1, 0)])),
    ]:
        m = how.pop("m")
        recordings = Recordings(15, m, seed=61, coords=("stimulus_id", "object_name"), **how)
        data = average_repetition(recordings.assembly())
        model = Model(recordings, 33)
        benchmark = bracci._Bracci2019RSA.__new__(bracci._Bracci2019RSA)
        benchmark._metric = RDMMetric()
        centred = benchmark._center_data_by_subject(data)
        for column in ("stimulus_name", "exemplar_number", "image_label", "image_group"):
            centred = centred.assign_coords({column: ("presentation", centred["stimulus_id"].values)})
        averaged = benchmark._average_voxels_across_subjects(centred)
        cases.append({
            "name": name, "recordings": recordings.recipe, "model": model.recipe,
            "value": number(benchmark._metric(model.assembly(), averaged)),
            "ceiling": number(benchmark._get_human_ceiling(centred)),
        })
    return cases


def islam_cases() -> list[dict]:
    """Twenty shapes of two images each, in five textures."""
    rows = [(shape, image, texture) for shape in range(20) for image in range(2) for texture in range(5)]
    rows = [rows[k] for k in np.random.RandomState(3).permutation(len(rows))]
    stimuli = StimulusSet(pd.DataFrame({
        "stimulus_id": [f"s{i}" for i in range(len(rows))],
        "shape": [f"shape {shape:02}" for shape, _, _ in rows],
        "texture": [f"texture {texture}" for _, _, texture in rows],
        "original_image_id": [f"{shape}-{image}" for shape, image, _ in rows],
    }))
    p, seed = 200, 71
    values = features(len(rows), p, seed, "float64", groups=[shape for shape, _, _ in rows], signal=1)
    assembly = NeuroidAssembly(values.T, dims=["neuroid", "presentation"], coords={
        "neuroid_id": ("neuroid", list(range(p))), "layer": ("neuroid", ["made up"] * p),
        **{name: ("presentation", stimuli[name].values) for name in stimuli.columns},
    })
    shares, pairs = {}, None
    for factor in ("shape", "texture", "residual"):
        benchmark = islam._Islam2021Dimensionality.__new__(islam._Islam2021Dimensionality)
        benchmark.stimulus_set, benchmark.region, benchmark.deterministic = stimuli, "IT", True
        benchmark._metric = Dimensionality(factor)
        with contextlib.redirect_stderr(io.StringIO()):
            shares[factor] = number(benchmark(Looking(assembly)))
            benchmark.set_generator()
            factors, _, partners = benchmark.get_assembly_sets(assembly)
        pairs = [[str(f), int(str(s)[1:])] for f, s in zip(factors, partners["stimulus_id"].values)]
    return [{
        "p": p, "seed": seed, "groups": [shape for shape, _, _ in rows],
        "columns": {name: stimuli[name].tolist() for name in ("shape", "texture", "original_image_id")},
        "pairs": pairs, "shares": shares,
    }]


# ---------------------------------------------------------------------------------------------------- numbers and ranks


def draws() -> dict:
    """One generator's draws, one after the other; Python's draw more than 624 words, so that the state is made anew."""
    pcg = []
    for seed in (0, 1, 99, 2**32 - 1):
        generator = np.random.default_rng(seed)
        pcg.append({"seed": seed, "permutations": [
            generator.permutation(np.arange(n)).tolist() for n in (1, 2, 5, 7, 64, 65, 28, 300, 3)]})
    python = []
    for seed in (0, 1751, 2**32 - 1):
        generator = random.Random(seed)
        python.append({"seed": seed, "choices": [[n, generator.choice(range(n))] for n in [2, 19, 4, 1, 1000, 3] * 150]})
    return {"pcg64": pcg, "python": python}


def ranks() -> list[dict]:
    generator = np.random.RandomState(5)
    pairs = [
        (generator.randn(30), generator.randn(30)),
        (generator.randint(0, 4, 40), generator.randint(0, 3, 40)),
        ([1, 2, 3, 4], [4, 3, 2, 1]),
        ([0.0, -0.0, 1], [1, 2, 2]),
        ([1, 1, 1], [1, 2, 3]),
        ([5, 3], [1, 9]),
        ([np.inf, 1, -np.inf], [3, 2, 1]),
    ]
    return [{"a": numbers(a), "b": numbers(b), "ranks": numbers(rankdata(a)), "spearman": number(spearmanr(a, b)[0])}
            for a, b in pairs]


# ------------------------------------------------------------------------------------------------------ published data


def published(folder: Path) -> dict:
    """Ceilings of the packages of macaque V4 (Cowley et al.) and of human IT (Kriegeskorte et al. 2008)."""
    with zipfile.ZipFile(folder / "macaque-v4/cowley2023-210325.zip") as archive:
        responses = np.load(io.BytesIO(archive.read("responses.npy"))).astype(float)
        ids = pd.read_csv(io.BytesIO(archive.read("stimuli.csv")))["stimulus_id"].tolist()
    n, m, repetitions = responses.shape
    coords = {
        "stimulus_id": ("presentation", np.tile(ids, repetitions)),
        "repetition": ("presentation", np.repeat(range(repetitions), n)),
        "neuroid_id": ("neuroid", list(range(m))),
        "region": ("neuroid", ["V4"] * m),
    }
    assembly = NeuroidAssembly(responses.transpose(2, 0, 1).reshape(-1, m), coords=coords, dims=["presentation", "neuroid"])
    with contextlib.redirect_stderr(io.StringIO()):
        consistency = InternalConsistency()(assembly)
    predictor = SplitHalfPredictorConsistency(image_level="stimulus_id")(assembly)
    with zipfile.ZipFile(folder / "objects92/objects92.zip") as archive:
        human = np.load(io.BytesIO(archive.read("human/human-it.npy"))).astype(float)
        macaque = np.load(io.BytesIO(archive.read("macaque/macaque-it.npy"))).astype(float)
    # RSACeiling asks for responses; given matrices as if they were subjects' responses, its `rdm` hands them through.
    people = NeuroidAssembly(
        np.concatenate(list(human), axis=1), dims=["presentation", "neuroid"], coords={
            "stimulus_id": ("presentation", list(range(human.shape[1]))), "object": ("presentation", [""] * human.shape[1]),
            "subject": ("neuroid", np.repeat(range(len(human)), human.shape[1])),
            "neuroid_id": ("neuroid", list(range(len(human) * human.shape[1])))})
    bounds = RSACeiling(rdm=lambda subject: subject)(people)
    upper = np.triu_indices(human.shape[1], 1)
    return {
        "macaque_v4": {"value": number(consistency), "error": number(consistency.error),
                       "predictor_consistency": number(predictor), "predictor_error": number(predictor.attrs["error"])},
        "objects92": {"ceiling": number(bounds), "lower_bound": number(bounds.attrs["lower_bound_loo"]),
                      "macaque_to_people": numbers([spearmanr(macaque[upper], person[upper])[0] for person in human])},
    }


def number(value) -> float | str:
    value = float(value)
    if np.isnan(value):
        return "NaN"
    return value if np.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def numbers(values) -> list:
    return [number(value) for value in values]


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def main() -> None:
    assert scipy.__version__ == "1.14.1", f"scipy is {scipy.__version__}; see above"
    if len(sys.argv) > 1:
        real = published(Path(sys.argv[1]))
    else:
        real = json.loads(OUTPUT.read_text())["published"]
    golden = {
        "made_by": "reference/brainscore_similarities.py",
        "versions": {**{name: version(name) for name in ("brainscore_vision", "brainscore_core", "numpy", "pandas", "xarray")},
                     "scipy": scipy.__version__},
        "note": "Activations and recordings are made up with seeds; nobody's brain or network has them. “published” alone is of real recordings.",
        "averages": averages(),
        "metrics": metrics(),
        "similarity_data": similarity_data(),
        "ceilings": ceilings(),
        "coggan": coggan_cases(),
        "bracci": bracci_cases(),
        "islam": islam_cases(),
        "draws": draws(),
        "ranks": ranks(),
        "published": real,
    }
    text = json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)
    OUTPUT.write_text(text + "\n")
    print(len(text))


if __name__ == "__main__":
    main()
