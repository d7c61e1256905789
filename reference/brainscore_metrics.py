"""Golden values of every behavioural metric and ceiling from Brain-Score's own code, on made-up tables.

The tables are seeded and nobody's data. They hold what breaks a port: ties, missing values, conditions that some people
never had, unequal numbers of trials, ids out of order. Nothing here computes a score: metrics are brainscore_vision's
classes, and where a benchmark computes its score itself (Coggan 2024, Ferguson 2024, Hebart 2023, Hermann 2020,
Rajalingham 2018) its own __call__ or functions run, on a stub of a model that gives the answers of the table.

Writes reference/golden/brainscore-metrics.json: one case per metric and table, with the metric's options as Gapscope
names them, the subject's answers or probabilities, people's responses, and the value, error, ceiling and score that came
out. NaN and infinities are the strings "NaN", "Infinity", "-Infinity".

Usage: python reference/brainscore_metrics.py
"""

import contextlib
import io
import json
import warnings
from importlib.metadata import version
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")  # means of nothing and constant inputs are part of what is recorded

from brainscore_core.metrics import Score  # noqa: E402
from brainscore_core.supported_data_standards.brainio.assemblies import (  # noqa: E402
    BehavioralAssembly,
    PropertyAssembly,
)
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet  # noqa: E402
from brainscore_vision.benchmark_helpers import bound_score  # noqa: E402
from brainscore_vision.benchmarks.baker2022 import benchmark as baker  # noqa: E402
from brainscore_vision.benchmarks.coggan2024_behavior import benchmark as coggan  # noqa: E402
from brainscore_vision.benchmarks.ferguson2024 import benchmark as ferguson  # noqa: E402
from brainscore_vision.benchmarks.hebart2023 import benchmark as hebart  # noqa: E402
from brainscore_vision.benchmarks.hermann2020 import benchmark as hermann  # noqa: E402
from brainscore_vision.benchmarks.malania2007 import benchmark as malania  # noqa: E402
from brainscore_vision.benchmarks.rajalingham2018.benchmarks import benchmark as rajalingham  # noqa: E402
from brainscore_vision.metrics.accuracy.metric import Accuracy  # noqa: E402
from brainscore_vision.metrics.accuracy_distance.metric import AccuracyDistance  # noqa: E402
from brainscore_vision.metrics.baker_accuracy_delta.metric import BakerAccuracyDelta  # noqa: E402
from brainscore_vision.metrics.error_consistency.metric import ErrorConsistency  # noqa: E402
from brainscore_vision.metrics.i1i2 import metric as i1i2  # noqa: E402
from brainscore_vision.metrics.maniquet2024_metrics.metric import ConfusionSimilarity, TasksConsistency  # noqa: E402
from brainscore_vision.metrics.threshold import metric as thresholds  # noqa: E402
from brainscore_vision.metrics.value_delta.metric import ValueDelta  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-metrics.json"


class Case:
    """A subject's answers to a stimulus set and people's trials, as tables.

    `answers` is a label per stimulus, or a table of probabilities whose columns are the choices in their order.
    `responses` have the stimulus's columns merged on, as Brain-Score's packaging does it.
    """

    def __init__(self, name: str, stimuli: pd.DataFrame, answers, trials: pd.DataFrame):
        self.name, self.stimuli, self.answers = name, stimuli, answers
        shared = [c for c in stimuli.columns if c == "stimulus_id" or c not in trials.columns]
        merge = "stimulus_id" in trials.columns
        self.responses = trials.merge(stimuli[shared], on="stimulus_id", how="left", sort=False) if merge else trials

    @property
    def labels(self) -> np.ndarray:
        """The answers; of probabilities the likeliest choice."""
        if isinstance(self.answers, pd.DataFrame):
            return self.answers.columns.values[np.argmax(self.answers.values, axis=1)]
        return np.array(self.answers, dtype=str)

    def choice_assembly(self, rename=None) -> BehavioralAssembly:
        stimuli = self.stimuli.rename(columns=rename or {})
        coords = {column: ("presentation", stimuli[column].values) for column in stimuli.columns}
        return BehavioralAssembly([self.labels], coords=coords, dims=["choice", "presentation"])

    def probability_assembly(self, rename=None) -> BehavioralAssembly:
        stimuli = self.stimuli.rename(columns=rename or {})
        coords = {column: ("presentation", stimuli[column].values) for column in stimuli.columns}
        coords["choice"] = ("choice", list(self.answers.columns))
        return BehavioralAssembly(self.answers.values, coords=coords, dims=["presentation", "choice"])

    def people(self, values="response", rename=None) -> BehavioralAssembly:
        responses = self.responses.rename(columns=rename or {})
        data = responses["response"] == responses["truth"] if values == "correct" else responses[values]
        columns = [column for column in responses.columns if column != values]
        coords = {column: ("presentation", responses[column].values) for column in columns}
        return BehavioralAssembly(data.values, coords=coords, dims=["presentation"])

    def record(self, metric: str, options: dict, value, ceiling=None, score=None, **more) -> dict:
        probabilities = isinstance(self.answers, pd.DataFrame)
        return {
            "name": self.name,
            "metric": metric,
            "options": options,
            "stimuli": columns_of(self.stimuli),
            **({"choices": list(self.answers.columns), "probabilities": numbers(self.answers.values)}
               if probabilities else {"answers": [str(answer) for answer in self.answers]}),
            "responses": columns_of(self.responses),
            "value": number(value),
            **attribute(value, "error", "error"),
            **({} if ceiling is None else {"ceiling": number(ceiling), **attribute(ceiling, "error", "ceiling_error")}),
            **({} if score is None else {"score": number(score)}),
            **more,
        }


class Answering:
    """A model that has looked already."""

    def __init__(self, assembly):
        self.assembly = assembly

    def start_task(self, *_, **__):
        pass

    def visual_degrees(self):
        return 8

    def look_at(self, *_, **__):
        return self.assembly


def benchmark_of(cls, **attributes):
    """A benchmark without its constructor, which would load its data."""
    benchmark = cls.__new__(cls)
    for name, value in attributes.items():
        setattr(benchmark, name, value)
    return benchmark


def stimulus_set(frame: pd.DataFrame, identifier: str) -> StimulusSet:
    stimuli = StimulusSet(frame)
    stimuli.identifier = identifier
    return stimuli


def unplaced(stimulus_set, **_):
    """In the place of place_on_screen: there are no pictures here."""
    return stimulus_set


# ------------------------------------------------------------------------------------------------------------- tables

LABELS = ["dog", "cat", "bear", "chair"]


def decide(random, truth, skill, others=()):
    """An answer for each truth, right with the probability `skill`."""
    choices = [*LABELS, *others]
    return [t if random.rand() < skill else random.choice([c for c in choices if c != t]) for t in truth]


def soft(random, truth, labels, sharpness, ties=0):
    """Probabilities that favour the truth; in `ties` rows the two likeliest are equal, to the last bit."""
    scores = random.randn(len(truth), len(labels)) + sharpness * np.array([[t == c for c in labels] for t in truth])
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    for row in range(ties):
        i, j = np.argsort(p[row])[-2:]
        p[row, [i, j]] = (p[row, i] + p[row, j]) / 2
    return pd.DataFrame(p, columns=labels)


def everybody(random, ids, truth, skills, others=()):
    return pd.concat([
        pd.DataFrame({"stimulus_id": ids, "subject": subject, "response": decide(random, truth, skill, others)})
        for subject, skill in skills.items()
    ])


def shuffled(random, frame):
    return frame.iloc[random.permutation(len(frame))].reset_index(drop=True)


# ------------------------------------------------------------------------------------------- accuracies and confusions


def accuracy_cases():
    random = np.random.RandomState(100)
    stimuli = pd.DataFrame({"stimulus_id": [f"s{i}" for i in range(14)], "truth": random.choice(LABELS, 14)})
    case = Case("probabilities with ties", stimuli, soft(random, stimuli.truth, LABELS, 1, ties=5),
                everybody(random, stimuli.stimulus_id, stimuli.truth, {"a": 0.8}))
    yield case.record("accuracy", {}, Accuracy()(case.labels, case.stimuli.truth.values))


def error_consistency_cases():
    random = np.random.RandomState(110)
    stimuli = pd.DataFrame({"stimulus_id": random.permutation(24), "truth": random.choice(LABELS, 24),
                            "condition": ["a"] * 15 + ["b"] * 8 + ["c"]})
    skills = {"p1": 0.9, "p10": 0.5, "p2": 1.0}
    trials = shuffled(random, everybody(random, stimuli.stimulus_id, stimuli.truth, skills, others=["na"]))
    case = Case("probabilities with ties, conditions of unequal size", stimuli,
                soft(random, stimuli.truth, LABELS, 1, ties=8), trials)
    metric = ErrorConsistency()
    value, ceiling = metric(case.choice_assembly(), case.people()), metric.ceiling(case.people())
    yield case.record("error_consistency", {}, value, ceiling)


def accuracy_distance_cases():
    metric = AccuracyDistance()
    random = np.random.RandomState(120)
    stimuli = pd.DataFrame({
        "stimulus_id": random.permutation(30), "truth": random.choice(LABELS, 30),
        "size": random.choice([1, 2, 10], 30), "surface": ["rough"] * 20 + ["smooth"] * 10,
    })
    skills = {3: 0.95, 1: 0.4, 20: 0.5, 4: 0.5, 100: 1.0, 5: 0.0}
    trials = shuffled(random, everybody(random, stimuli.stimulus_id, stimuli.truth, skills, others=["na"]))
    case = Case("six people, ties of accuracy, always right, always wrong", stimuli,
                decide(random, stimuli.truth, 0.5), trials)
    for variables in ([], ["surface"], ["size"], ["size", "surface"]):
        value = metric(case.choice_assembly(), case.people(), variables=tuple(variables))
        yield case.record("accuracy_distance", {"variables": variables}, value, metric.ceiling(case.people()))
    case = Case("probabilities with ties", stimuli, soft(random, stimuli.truth, LABELS, 1, ties=9), trials)
    yield case.record("accuracy_distance", {}, metric(case.choice_assembly(), case.people()),
                      metric.ceiling(case.people()))


def value_delta_cases():
    random = np.random.RandomState(130)
    stimuli = pd.DataFrame({"stimulus_id": range(20), "truth": random.choice(LABELS, 20)})
    trials = everybody(random, stimuli.stimulus_id, stimuli.truth, {"a": 0.9, "b": 0.3})
    trials = pd.concat([trials, trials.iloc[:7]])  # unequal numbers of trials
    case = Case("unequal trials", stimuli, decide(random, stimuli.truth, 0.4), trials)
    people = case.responses.assign(correct=case.responses.response == case.responses.truth)
    for scale in (1.0, 0.75, 12.0):
        value = ValueDelta(scale=scale)(
            float(np.mean(case.labels == stimuli.truth)), float(people.groupby("subject").correct.mean().mean()))
        del value.attrs["error"]  # NaN in Brain-Score: there is none
        yield case.record("value_delta", {"scale": scale}, value)


def baker_cases():
    for seed, n, types in ((140, 9, ["w", "f"]), (141, 12, ["w", "o"]), (142, 2, ["w", "f"])):
        random = np.random.RandomState(seed)
        stimuli = pd.DataFrame({
            "stimulus_id": [f"i{i}" for i in range(63)], "truth": (LABELS * 16)[:63],
            "image_type": ["wfwofow"[i // 4 % 7] for i in range(63)],
        })
        stimuli["animal"] = stimuli.truth
        skill = {"w": 0.95, "f": 0.6, "o": 0.5}
        trials = []
        for subject in random.permutation(np.arange(1, n + 1)):  # people who saw half of the stimuli, or most of them
            seen = stimuli.iloc[random.permutation(63)[: random.randint(30, 60)]]
            response = [decide(random, [t], skill[k])[0] for t, k in zip(seen.truth, seen.image_type)]
            trials.append(pd.DataFrame({"stimulus_id": seen.stimulus_id, "subject": subject, "response": response}))
        answers = [decide(random, [t], skill[k] - 0.1)[0] for t, k in zip(stimuli.truth, stimuli.image_type)]
        case = Case(f"{n} people who saw different stimuli, {'/'.join(types)}", stimuli, answers, pd.concat(trials))
        metric = BakerAccuracyDelta(image_types=types)
        value = metric(case.choice_assembly(), case.people("correct"))
        ceiling = baker.SplitHalvesConsistencyBaker(metric, 100, "subject", types)(case.people("correct"))
        score = Score(value / ceiling)
        bound_score(score)
        yield case.record("baker_accuracy_delta", {"image_types": types}, value, ceiling, score)


TASKS = ["control", "clutter_heavy", "clutter_light", "scrambling_highpass", "scrambling_lowpass",
         "occlusion_few_large_blobs_high", "occlusion_few_large_deletion_high",
         "occlusion_many_small_partial_viewing_low", "occlusion_few_large_partial_viewing_low", "control_scrambled"]


def maniquet_cases():
    for seed, ties in ((150, 0), (151, 30)):
        random = np.random.RandomState(seed)
        mapping = TasksConsistency()._map_human_to_dnn_categories
        kinds = sorted({mapping(task) for task in TASKS})
        stimuli = pd.DataFrame([
            {"stimulus_id": f"{kind[0]}-{kind[1]}-{i}", "truth": random.choice(LABELS), "manipulation": kind[0],
             "manipulation_details": kind[1]}
            for kind in kinds for i in range(random.randint(5, 14))
        ])
        trials = []
        for row in stimuli.itertuples():
            tasks = [t for t in TASKS if mapping(t) == (row.manipulation, row.manipulation_details)]
            for subject in range(random.randint(1, 5)):
                task = random.choice(tasks)
                skill = 0.3 + 0.6 * (TASKS.index(task) % 5) / 4
                trials.append({"stimulus_id": row.stimulus_id, "subject": subject, "task": task,
                               "response": decide(random, [row.truth], skill, others=["none"])[0]})
        answers = soft(random, stimuli.truth, ["cat", "chair", "dog", "bear"], 1.2, ties)
        case = Case(f"unequal trials, {ties} ties", stimuli, answers, pd.DataFrame(trials))
        source = case.probability_assembly({"truth": "image_label"})
        people = case.people("subject", {"truth": "image_label", "response": "prediction"})
        yield case.record("confusion_similarity", {}, ConfusionSimilarity()(source, people))
        yield case.record("tasks_consistency", {}, TasksConsistency()(source, people))


# ------------------------------------------------------------------------------------------------------ i1, i2n, o1, o2


def objectome(seed, images, trials_of, ties, zero):
    """Two-alternative trials: sample and distractor are offered, and one of them is chosen."""
    random = np.random.RandomState(seed)
    truth = [LABELS[i % 4] for i in range(images)]
    stimuli = pd.DataFrame({"stimulus_id": [f"im{i}" for i in random.permutation(images)], "truth": truth})
    trials = []
    for row in stimuli.itertuples():
        for _ in range(trials_of(random)):
            distractor = random.choice([label for label in LABELS if label != row.truth])
            wrong = random.rand() < 0.1 + 0.35 * ((LABELS.index(distractor) * 3 + int(row.stimulus_id[2:])) % 5) / 4
            trials.append({"stimulus_id": row.stimulus_id, "subject": random.randint(4), "sample_obj": row.truth,
                           "dist_obj": distractor, "response": distractor if wrong else row.truth})
    answers = soft(random, truth, ["cat", "chair", "dog", "bear"], 1.5, ties)
    for row in range(zero):  # a choice that is out of the question: the false-alarm rate is 0 and its z infinite
        worst = np.argmin(answers.values[-1 - row])
        answers.iloc[-1 - row, worst] = 0.0
    return stimuli, answers, shuffled(random, pd.DataFrame(trials))


def i1i2_cases():
    metrics = {"i1": i1i2.I1, "i2n": i1i2.I2n, "o1": i1i2.O1, "o2": i1i2.O2}
    for name, arguments, repetitions in (
        ("unequal trials, ties, impossible choices", (160, 12, lambda r: r.randint(70, 90), 3, 2), 2),
        ("four repetitions, an odd number of trials", (161, 8, lambda r: r.randint(80, 100), 0, 0), 4),
    ):
        stimuli, answers, trials = objectome(*arguments)
        for metric_name, metric in metrics.items():
            case = Case(name, stimuli, answers, trials)
            run = metric(repetitions=repetitions)
            untold = stimuli.drop(columns="truth").assign(order=range(len(stimuli)))  # the metric adds people's truth
            source = Case(name, untold, answers, trials.assign(truth="")).probability_assembly()
            value, ceiling = run(source, case.people()), run.ceiling(case.people())
            benchmark = benchmark_of(rajalingham._DicarloRajalingham2018, _metric=run)
            score = benchmark.ceil_score(value, ceiling)
            yield case.record(
                metric_name, {"repetitions": repetitions}, value, ceiling, score, score_error=number(score.attrs["error"]),
                repetitions=numbers(value.attrs["raw"].values), ceiling_repetitions=numbers(ceiling.attrs["raw"].values))
    # So few trials that each half lacks cells which the other has.
    stimuli, answers, trials = objectome(162, 16, lambda r: r.randint(10, 16), 0, 0)
    case = Case("few trials: missing cells, left out by skipna", stimuli, answers, trials)
    for metric_name in ("i1", "i2n"):
        ceiling = metrics[metric_name]().ceiling(case.people(), skipna=True)
        yield case.record(metric_name, {"skipna": True}, np.nan, ceiling, no_value=True)


# --------------------------------------------------------------------------------------------------------- thresholds


def two_choices(random, x, rate, trials):
    """`trials(i)` stimuli at each x, with probabilities that are right at the rate `rate(x)`."""
    rows, p = [], []
    for i, value in enumerate(x):
        n = trials(i)
        right = np.arange(n) < round(n * rate(i))
        for k in range(n):
            label = ["left", "right"][(i + k) % 2]
            confidence = 0.5 + 0.45 * random.rand() if right[k] else 0.45 * random.rand()
            rows.append({"stimulus_id": f"x{i}-{k}", "truth": label, "offset": value})
            p.append([confidence, 1 - confidence] if label == "right" else [1 - confidence, confidence])
    order = random.permutation(len(rows))
    stimuli = pd.DataFrame(rows).iloc[order].reset_index(drop=True)
    return stimuli, pd.DataFrame(np.array(p)[order], columns=["right", "left"])


def sigmoid(x, middle, slope, lapse=0.05):
    return lambda i: 0.5 + (0.5 - lapse) / (1 + np.exp(-slope * (x[i] - middle)))


def threshold_cases():
    people = pd.DataFrame({"subject": ["s1", "s2", "s10", "s3", "s4"], "threshold": [22.0, 35.5, 22.0, 18.25, 60.0]})
    x = [5, 10, 20, 30, 45, 60, 90, 120]
    falling = [0.5, 0.62, 0.8, 0.9, 0.95, 0.9, 0.6, 0.5]
    tables = [
        ("unequal trials", 170, x, sigmoid(x, 30, 0.12), lambda i: 12 + 5 * (i % 3), {"threshold_accuracy": 0.75}),
        ("at the inflection", 171, x, sigmoid(x, 40, 0.08), lambda i: 20 + i, {}),
        ("rates that fall again", 172, x, lambda i: falling[i], lambda i: 20, {"threshold_accuracy": 0.75}),
        ("accuracy too low", 173, x, lambda i: 0.5, lambda i: 20, {"threshold_accuracy": 0.75}),
        ("no relation: R² too low", 174, x, lambda i: [0.7, 0.6, 0.75, 0.6][i % 4], lambda i: 20,
         {"threshold_accuracy": 0.75}),
        ("falls from the start", 175, x, lambda i: [0.95, 0.9, 0.55, 0.6, 0.5, 0.55, 0.5, 0.6][i], lambda i: 20,
         {"threshold_accuracy": 0.75}),
        ("beyond the largest x", 176, x, sigmoid(x, 118, 0.03), lambda i: 40,
         {"threshold_accuracy": 0.9, "required_accuracy": 0.5}),
    ]
    for name, seed, values, rate, trials, options in tables:
        random = np.random.RandomState(seed)
        stimuli, answers = two_choices(random, values, rate, trials)
        case = Case(name, stimuli, answers, people)
        arguments = {"independent_variable": "offset", **options}
        target = PropertyAssembly(people.threshold.values, coords={"subject": ("subject", people.subject.values)},
                                  dims=["subject"])
        found = thresholds.Threshold(**arguments).compute_threshold(
            case.probability_assembly({"truth": "image_label"}), "offset")
        metric = thresholds.Threshold(**arguments)
        value = metric(case.probability_assembly({"truth": "image_label"}), target)
        yield case.record("threshold", arguments, value, thresholds.Threshold(**arguments).ceiling(target),
                          threshold="fit_fail" if isinstance(found, str) else number(found))


def threshold_elevation_cases():
    people = pd.DataFrame({
        "subject": ["s1", "s2", "s10", "s3", "s4"] * 2,
        "condition": ["flat"] * 5 + ["flanked"] * 5,
        "threshold": [20.0, 25.0, 16.0, 22.0, 40.0, 30.0, np.nan, 40.0, 33.0, 90.0],
    })
    x = [5, 10, 20, 30, 45, 60, 90, 120]
    for name, seed, options in (("one person lacks the test", 180, {"threshold_accuracy": 0.75}),
                                ("at the baseline's inflection", 181, {}),
                                ("no threshold in the test", 182, {"threshold_accuracy": 0.75})):
        random = np.random.RandomState(seed)
        flat, p_flat = two_choices(random, x, sigmoid(x, 22, 0.15), lambda i: 20 + i)
        rate = (lambda i: 0.5) if "no threshold" in name else sigmoid(x, 45, 0.07)
        flanked, p_flanked = two_choices(random, x, rate, lambda i: 25 - i)
        parts = []
        for condition, stimuli, p in (("flat", flat, p_flat), ("flanked", flanked, p_flanked)):
            parts.append(stimuli.assign(condition=condition, stimulus_id=condition + stimuli.stimulus_id))
        stimuli, answers = pd.concat(parts, ignore_index=True), pd.concat([p_flat, p_flanked], ignore_index=True)
        order = random.permutation(len(stimuli))
        case = Case(name, stimuli.iloc[order].reset_index(drop=True), answers.iloc[order].reset_index(drop=True), people)
        arguments = {"independent_variable": "offset", "baseline_condition": "flat", "test_condition": "flanked",
                     **options}
        whole = case.probability_assembly({"truth": "image_label"})
        source = {condition: whole[whole["condition"] == condition] for condition in ("flat", "flanked")}

        def of(condition):
            own = people[people.condition == condition]
            return PropertyAssembly(own.threshold.values, coords={
                "subject": ("subject", own.subject.values), "order": ("subject", range(len(own)))}, dims=["subject"])

        condition_assembly, baseline_assembly = malania.filter_baseline_subjects(of("flanked"), of("flat"))
        target = {"baseline_assembly": baseline_assembly, "condition_assembly": condition_assembly}
        value = thresholds.ThresholdElevation(**arguments)(source, target)
        ceiling = thresholds.ThresholdElevation(**arguments).ceiling(target)
        yield case.record("threshold_elevation", arguments, value, ceiling)


# ------------------------------------------------------------------- benchmarks that compute their scores themselves


def coggan_cases():
    for name, seed, constant in (("a person lacks a condition, unequal trials", 190, False),
                                 ("a person is always right: undefined, and skipped in the value alone", 191, True)):
        random = np.random.RandomState(seed)
        rows = []
        for subject in (3, 1, 12, 2, 5):
            for kind in ("bars", "mesh", "blob"):
                for colour in ("black", "white"):
                    if subject == 12 and (kind, colour) == ("mesh", "white"):
                        continue
                    for _ in range(random.randint(4, 12)):
                        rows.append({"subject": subject, "occluder_type": kind, "occluder_color": colour})
        trials = shuffled(random, pd.DataFrame(rows))
        trials["stimulus_id"] = [f"t{i}" for i in range(len(trials))]
        trials["truth"] = random.choice(LABELS, len(trials))
        skill = {"bars": 0.85, "mesh": 0.6, "blob": 0.4}
        trials["response"] = [
            t if constant and s == 2 else decide(random, [t], skill[k] + 0.1 * (c == "black"))[0]
            for s, t, k, c in zip(trials.subject, trials.truth, trials.occluder_type, trials.occluder_color)
        ]
        stimuli = trials[["stimulus_id", "truth", "occluder_type", "occluder_color"]]
        sharpness = {"bars": 2.5, "mesh": 1, "blob": 0}
        answers = pd.concat([soft(random, [t], ["cat", "chair", "dog", "bear"], sharpness[k])
                             for t, k in zip(trials.truth, trials.occluder_type)], ignore_index=True)
        case = Case(name, stimuli, answers, trials[["stimulus_id", "subject", "response"]])
        full = case.responses.assign(visibility=0.5, object_class=case.responses.truth,
                                     human_accuracy=(case.responses.response == case.responses.truth).astype(float))
        full_case = Case(name, stimuli, answers, full)
        assembly = full_case.people()
        assembly.attrs["stimulus_set"] = stimulus_set(stimuli.copy(), "coggan")
        kept = {}

        def keep(performance):
            kept["ceiling"] = coggan.get_noise_ceiling(performance)
            return kept["ceiling"]

        benchmark = benchmark_of(coggan.Coggan2024_behavior_ConditionWiseAccuracySimilarity, _fitting_stimuli=None,
                                 _assembly=assembly, _visual_degrees=10, _number_of_trials=1, _ceiling_func=keep)
        with mock.patch.object(coggan, "place_on_screen", unplaced):
            score = benchmark(Answering(case.probability_assembly()))
        yield case.record("condition_wise_accuracy_similarity", {"conditions": ["occluder_type", "occluder_color"]},
                          score.attrs["raw"], kept["ceiling"], score)


def ferguson_cases():
    for name, seed, first, experiment in (
        ("unequal trials, a person lacks a condition", 200, "oddball", "circle_line"),
        ("the first column is the other label: decisions are inverted", 201, "same", "juncture"),
    ):
        random = np.random.RandomState(seed)
        numbers_ = np.tile(np.arange(24), 2)
        nums = {**{i: 1.0 for i in (0, 1, 6, 7, 12, 13, 18, 19)}, **{i: 5.0 for i in (2, 3, 8, 9, 14, 15, 20, 21)}}
        stimuli = pd.DataFrame({
            "stimulus_id": [f"f{i}" for i in range(48)], "image_number": numbers_,
            "truth": np.where(numbers_ % 2 == 0, "oddball", "same"), "block": ["first"] * 24 + ["second"] * 24,
            "distractor_nums": [nums.get(i, 11.0) for i in numbers_],
        })
        skill = {("first", 1.0): 0.9, ("first", 5.0): 0.8, ("first", 11.0): 0.65,
                 ("second", 1.0): 0.95, ("second", 5.0): 0.9, ("second", 11.0): 0.85}
        trials = []
        for subject in range(5):
            for row in stimuli.itertuples():
                if subject == 3 and row.block == "first" and row.distractor_nums == 5.0:
                    continue
                for _ in range(random.randint(1, 4)):
                    right = random.rand() < skill[(row.block, row.distractor_nums)]
                    other = "same" if row.truth == "oddball" else "oddball"
                    trials.append({"stimulus_id": row.stimulus_id, "subject": f"p{subject}",
                                   "response": row.truth if right else other})
        choices = [first, "same" if first == "oddball" else "oddball"]
        answers = soft(random, stimuli.truth, choices, 1, ties=4)
        case = Case(name, stimuli, answers, shuffled(random, pd.DataFrame(trials)))
        people = case.responses.assign(trial_type="normal", participant_id=case.responses.subject,
                                       distractor_nums=case.responses.distractor_nums.astype(str),
                                       correct=case.responses.response == case.responses.truth)
        assembly = Case(name, stimuli, answers, people).people()
        metric = ValueDelta(scale=0.75)
        without = stimuli.drop(columns="distractor_nums").rename(columns={"truth": "image_label"})
        model = ferguson.process_model_choices(Case(name, without, answers, people).probability_assembly())
        integrals = [ferguson.get_integral_data(a, experiment)["integral"] for a in (model, assembly)]
        value = metric(*integrals)
        del value.attrs["error"]  # NaN in Brain-Score: there is none
        with contextlib.redirect_stdout(io.StringIO()), mock.patch.object(ferguson, "tqdm", lambda loop: loop):
            ceiling = ferguson.calculate_ceiling(False, experiment, assembly, metric, num_loops=500)
        score = Score(min(max(value / ceiling, 0), 1))
        yield case.record("ferguson_value_delta", {"lapse_rate": ferguson.LAPSE_RATES[experiment]}, value, ceiling, score,
                          integrals=[number(i) for i in integrals])


def hebart_cases():
    random = np.random.RandomState(210)
    triplets = [[int(i) for i in random.permutation(12)[:3]] for _ in range(40)]
    triplets += [triplets[0], triplets[1]]  # two that were shown twice
    stimuli = pd.DataFrame(triplets, columns=["a", "b", "c"])
    answer_of = {}
    answers = [answer_of.setdefault(tuple(t), t[random.choice([0, 1, 2, 2])]) for t in triplets]
    trials = stimuli.assign(subject=[f"p{i % 5}" for i in range(len(triplets))], response=stimuli.c)
    case = Case("triplets shown twice", stimuli, answers, trials)
    assembly = BehavioralAssembly(stimuli.c.values, dims=["presentation"], coords={
        f"image_{i + 1}": ("presentation", stimuli[column].values) for i, column in enumerate("abc")})
    assembly = assembly.assign_coords(trial=("presentation", range(len(triplets))))
    images = stimulus_set(pd.DataFrame({"stimulus_id": range(12)}), "hebart")
    benchmark = benchmark_of(hebart.Hebart2023Match, _assembly=assembly, _stimulus_set=images, _visual_degrees=8,
                             _number_of_trials=1)
    chosen = BehavioralAssembly([answers], coords={"stimulus_id": ("presentation", ["|".join(map(str, t)) for t in triplets]),
                                                   "trial": ("presentation", range(len(triplets)))},
                                dims=["choice", "presentation"])
    with mock.patch.object(hebart, "place_on_screen", unplaced), \
            mock.patch.object(hebart.Hebart2023Match, "ceiling", Score(0.6767)):
        score = benchmark(Answering(chosen))
    yield case.record("odd_one_out_accuracy", {}, score.attrs["raw"], None, score, constant_ceiling=0.6767)


def hermann_cases():
    random = np.random.RandomState(220)
    shape, texture = random.choice(LABELS, 40), random.choice(LABELS, 40)  # about ten of the same category
    stimuli = pd.DataFrame({"stimulus_id": range(40), "truth": shape, "original_image_category": shape,
                            "conflict_image_category": texture})
    answers = [random.choice([s, t, random.choice(LABELS)]) for s, t in zip(shape, texture)]
    case = Case("stimuli without a conflict, answers that name neither", stimuli, answers,
                everybody(random, stimuli.stimulus_id, shape, {"a": 0.9}))
    matches = {
        name: benchmark_of(hermann._Hermann2020Match, _stimulus_set=stimulus_set(stimuli.copy(), "hermann"),
                           _metric=Accuracy(), _number_of_trials=1, _stimulus_column=column)
        for name, column in (("shape_benchmark", "original_image_category"),
                             ("texture_benchmark", "conflict_image_category"))
    }
    benchmark = benchmark_of(hermann.Hermann2020cueconflictShapeBias, **matches)
    yield case.record("shape_bias", {}, benchmark(Answering(case.choice_assembly())))


# ------------------------------------------------------------------------------------------------------------- writing


def number(value) -> float | str:
    value = float(value)
    if np.isnan(value):
        return "NaN"
    return value if np.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def numbers(values):
    return [numbers(v) for v in values] if np.ndim(values) else number(values)


def plain(value):
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and np.isnan(value) else value


def columns_of(frame: pd.DataFrame) -> dict:
    return {column: [plain(value) for value in frame[column]] for column in frame.columns}


def attribute(value, name: str, key: str) -> dict:
    attributes = getattr(value, "attrs", {})
    return {key: number(attributes[name])} if name in attributes else {}


GROUPS = [accuracy_cases, error_consistency_cases, accuracy_distance_cases, value_delta_cases, baker_cases,
          maniquet_cases, i1i2_cases, threshold_cases, threshold_elevation_cases, coggan_cases, ferguson_cases,
          hebart_cases, hermann_cases]


def main() -> None:
    cases = []
    for group in GROUPS:
        cases.extend(group())
        print(group.__name__, len(cases))
    golden = {
        "made_by": "reference/brainscore_metrics.py",
        "versions": {name: version(name) for name in
                     ("brainscore_vision", "brainscore_core", "numpy", "pandas", "xarray", "scipy", "scikit-learn",
                      "sympy")},
        "note": "The tables are made up with seeds; nobody made these decisions.",
        "cases": cases,
    }
    text = json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)
    OUTPUT.write_text(text + "\n")


if __name__ == "__main__":
    main()
