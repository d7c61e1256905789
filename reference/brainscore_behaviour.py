"""Golden values of the behavioural track from Brain-Score's own code: error consistency, accuracy, the label task.

Nothing here computes a score: the tables are made up (seeded, and no primate data) or read from a recorded data set,
and brainscore_vision's ErrorConsistency, Accuracy, bound_score and LabelBehavior do the rest.

Writes reference/golden/brainscore-behaviour.json. NaN and infinities are written as the strings "NaN", "Infinity",
"-Infinity".

Usage: python reference/brainscore_behaviour.py [FOLDER]
FOLDER is geirhos2021-edge: geirhos2021-edge.zip and the recorded subjects edge-*.csv. Without it that block is left
out.
"""

import io
import json
import sys
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")  # 0/0 in kappa and overflow in softmax are what is being recorded

from brainscore_core.metrics import Score  # noqa: E402
from brainscore_core.supported_data_standards.brainio.assemblies import (  # noqa: E402
    BehavioralAssembly,
    NeuroidAssembly,
)
from brainscore_vision.benchmark_helpers import bound_score  # noqa: E402
from brainscore_vision.metrics.accuracy.metric import Accuracy  # noqa: E402
from brainscore_vision.metrics.error_consistency.metric import ErrorConsistency  # noqa: E402
from brainscore_vision.model_helpers.brain_transformation.behavior import LabelBehavior  # noqa: E402
from brainscore_vision.model_interface import BrainModel  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-behaviour.json"


# ------------------------------------------------------------------------------------------------ tables of decisions


class Decisions:
    """A stimulus set, one model's answer to each stimulus, and people's trials in the order they were made."""

    def __init__(self, name: str, stimuli: pd.DataFrame, model: list, trials: pd.DataFrame):
        self.name, self.stimuli, self.model = name, stimuli, model
        self.trials = trials.merge(stimuli, on="stimulus_id", how="left", sort=False)

    def model_assembly(self) -> BehavioralAssembly:
        """As LabelBehavior returns it: choice × presentation with one row, in stimulus-set order."""
        coords = {column: ("presentation", self.stimuli[column].values) for column in self.stimuli.columns}
        return BehavioralAssembly([self.model], coords=coords, dims=["choice", "presentation"])

    def people_assembly(self) -> BehavioralAssembly:
        columns = [column for column in self.trials.columns if column != "response"]
        coords = {column: ("presentation", self.trials[column].values) for column in columns}
        return BehavioralAssembly(self.trials["response"].values, coords=coords, dims=["presentation"])


def error_consistency(decisions: Decisions) -> dict:
    metric = ErrorConsistency()
    raw = metric(decisions.model_assembly(), decisions.people_assembly())
    ceiling = metric.ceiling(decisions.people_assembly())
    score = Score(raw / ceiling)
    bound_score(score)
    return {
        "raw": number(raw),
        "error": number(raw.attrs["error"]),
        "cells": cells(raw.attrs["raw"], ["subject", "condition"]),
        "ceiling": number(ceiling),
        "ceiling_error": number(ceiling.attrs["error"]),
        "ceiling_cells": cells(ceiling.attrs["raw"], ["subject_left", "subject_right", "condition"]),
        "score": number(score),
    }


def accuracy(decisions: Decisions) -> dict:
    """As the engineering benchmarks call it: the model's answers against the truth of the stimulus set."""
    score = Accuracy()(decisions.model_assembly(), target=decisions.stimuli["truth"].values)
    return {"raw": number(score), "error": number(score.attrs["error"])}


def cells(raw: Score, coords: list[str]) -> list[list]:
    """[coordinate values…, kappa] of every subject (or pair) × condition."""
    frame = raw.transpose("subject", "condition")
    columns = {name: frame[name].values for name in coords if name != "condition"}
    return [
        [*(plain(values[i]) for values in columns.values()), plain(condition), number(frame.values[i, j])]
        for i in range(frame.shape[0])
        for j, condition in enumerate(frame["condition"].values)
    ]


def shared_table() -> Decisions:
    """Nine stimuli that can be worked out by hand."""
    stimuli = pd.DataFrame({
        "stimulus_id": range(9),
        "truth": ["dog", "cat", "chair"] * 3,
        "condition": [1, 1, 1, 2, 2, 2, 3, 3, 3],
    })
    answers = {
        "A": "dog cat chair cat dog dog dog dog chair",
        "B": "cat cat chair cat dog cat chair cat cat",
        "C": "dog cat chair dog cat chair dog cat chair",
    }
    trials = pd.concat([
        pd.DataFrame({"stimulus_id": range(9), "subject": subject, "response": line.split()})
        for subject, line in answers.items()
    ])
    return Decisions("shared table", stimuli, answers["A"].split(), trials)


LABELS = ["airplane", "bear", "cat", "dog", "oven"]


def made_up(name, seed, ids, conditions, subjects, model=0.6, people=0.8, others=(), order="interleaved") -> Decisions:
    """Seeded random decisions; nobody made them.

    `ids` are the stimulus ids, `conditions` the condition of each. `model` and each of `people` are the probability of
    a right answer, or a function of condition giving it. `others` are answers that match no choice.
    """
    random = np.random.RandomState(seed)
    truth = random.choice(LABELS, len(ids))
    stimuli = pd.DataFrame({"stimulus_id": ids, "truth": truth, "condition": conditions})

    def answer(right: str, condition, skill) -> str:
        p = skill(condition) if callable(skill) else skill
        if random.rand() < p:
            return right
        return random.choice([label for label in [*LABELS, *others] if label != right])

    def answers(skill) -> list[str]:
        return [answer(right, condition, skill) for right, condition in zip(truth, stimuli["condition"])]

    skills = people if isinstance(people, list) else [people] * len(subjects)
    trials = pd.concat([
        pd.DataFrame({"stimulus_id": ids, "subject": [subject] * len(ids), "response": answers(skill)})
        for subject, skill in zip(subjects, skills)
    ])
    if order == "interleaved":
        trials = trials.iloc[random.permutation(len(trials))]
    return Decisions(name, stimuli, answers(model), trials)


def made_up_tables() -> list[Decisions]:
    def people(n):
        return [f"subject-{i + 1}" for i in range(n)]  # subject-10 sorts before subject-2

    def first_condition_right(condition):
        return 1.0 if condition == 1 else 0.5

    return [
        made_up("3 people, one condition, integer ids", 1, list(range(1, 25)), [0] * 24, people(3)),
        made_up("5 people, 3 integer conditions, ids in falling order", 2, list(range(36, 0, -1)), [1, 10, 2] * 12,
                people(5), model=0.4),
        made_up("12 people, 5 text conditions, text ids", 3,
                [f"{prefix}{i}" for i in range(10) for prefix in ("b", "B", "_", "é")],
                (["c05", "c10", "c100", "c30", "c50"] * 8), people(12), people=0.7),
        # As text: xarray cannot select by a float level, which is why benchmarks/geirhos2021 casts conditions to str.
        made_up("integer people, conditions of unequal size that are numbers as text", 4,
                [100 + 7 * i for i in range(30)], ["0.0"] * 12 + ["0.5"] * 8 + ["2.5"] * 6 + ["10.0"] * 4,
                [11, 2, 1, 30], people=[0.9, 0.8, 0.5, 0.6]),
        made_up("answers that match no choice", 5, [f"s{i}" for i in range(24)], ["x", "y"] * 12, people(4),
                others=("na", "", "Dog")),
        made_up("always right, always wrong, and between", 6, list(range(20)), [1] * 10 + [2] * 10, people(5),
                people=[1.0, 0.0, 0.5, 0.9, 1.0]),
        made_up("always right in one condition, the model too", 7, list(range(24)), [1, 2, 3] * 8, people(4),
                model=first_condition_right, people=[first_condition_right, 1.0, 0.7, first_condition_right]),
        made_up("model always right: undefined against the perfect, zero against the rest", 8, list(range(16)),
                [1, 2] * 8, people(3), model=1.0, people=[1.0, 0.6, 1.0]),
        made_up("everybody always right: undefined throughout", 9, list(range(8)), [1, 2] * 4, people(3), model=1.0,
                people=1.0),
        opposite(),
        made_up("2 people in blocks, one stimulus in a condition", 11, list(range(9)), ["a"] * 8 + ["b"], people(2),
                order="blocks"),
    ]


def opposite() -> Decisions:
    """A model that errs where people do not: the mean kappa is negative and its absolute value is the score."""
    decisions = made_up("a model that errs where people are right", 10, list(range(24)), [1, 2] * 12,
                        [f"subject-{i + 1}" for i in range(3)], people=0.6)
    first = decisions.trials[decisions.trials["subject"] == "subject-1"].set_index("stimulus_id")["response"]
    decisions.model = [
        "keyboard" if first[row.stimulus_id] == row.truth else row.truth for row in decisions.stimuli.itertuples()
    ]
    return decisions


def with_inputs(decisions: Decisions) -> dict:
    columns = ["stimulus_id", "subject", "response"]
    return {
        "name": decisions.name,
        "stimuli": decisions.stimuli.to_dict("list"),
        "model": list(map(str, decisions.model)),
        "responses": decisions.trials[columns].to_dict("list"),
        "error_consistency": error_consistency(decisions),
        "accuracy": accuracy(decisions),
    }


def geirhos_edge(folder: Path) -> list[dict]:
    """Scores of the recorded networks on the real data; the data themselves are not copied."""
    with zipfile.ZipFile(folder / "geirhos2021-edge.zip") as archive:
        stimuli = pd.read_csv(io.BytesIO(archive.read("stimuli.csv")))
        trials = pd.read_csv(io.BytesIO(archive.read("responses.csv")), keep_default_na=False)
    stimuli = stimuli[["stimulus_id", "truth", "condition"]]
    results = []
    for file in sorted(folder.glob("edge-*.csv")):
        answers = pd.read_csv(file, keep_default_na=False).set_index("stimulus_id")["response"]
        decisions = Decisions(
            file.stem.removeprefix("edge-"), stimuli, answers.loc[stimuli["stimulus_id"]].tolist(),
            trials[["stimulus_id", "subject", "response"]],
        )
        result = {"subject": decisions.name, **error_consistency(decisions), "accuracy": accuracy(decisions)}
        if results:  # the ceiling is the people's alone: its pairs are written once
            assert result.pop("ceiling_cells") == results[0]["ceiling_cells"]
        results.append(result)
    return results


# ------------------------------------------------------------------------------------------------------ the label task

CHOICES = {
    "geirhos": ["airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat", "chair", "clock", "dog",
                "elephant", "keyboard", "knife", "oven", "truck"],
    "baker": ["bear", "bunny", "cat", "elephant", "frog", "lizard", "tiger", "turtle", "wolf"],
    "scialom": ["banana", "beanie", "binoculars", "boot", "bowl", "cup", "glasses", "lamp", "pan", "sewing machine",
                "shovel", "truck"],
    # In an order that is not sorted, and with other spellings, as a benchmark might pass them.
    "unsorted": ["Dog", "cat", "Sewing Machine", "aeroplane", "motorbike", "bus"],
}


def lcg(seed: int):
    """x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes); yields the upper 24 bits, an integer."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield state >> 8


def logit_rows() -> list[dict]:
    """How each row of 1,000 logits is made. `fill`: a constant; or with `seed` and `low`, `high`,
    low + (high − low) · u / 2²⁴ in float64 and then rounded to float32, u from lcg(seed); or with `seed` and `levels`,
    u mod levels. `set` then replaces single logits."""

    def random(seed, low=-10, high=10):
        return {"seed": seed, "low": low, "high": high}

    rows = [{"name": f"random {seed}", "fill": random(seed)} for seed in range(1, 15)]
    rows += [{"name": f"flat {seed}", "fill": random(seed, 0, 0.01)} for seed in range(21, 25)]
    rows += [{"name": f"four levels {seed}", "fill": {"seed": seed, "levels": 4}} for seed in range(31, 35)]
    rows += [{"name": f"all {value}", "fill": value} for value in (0, 1, -3, 0.1, 20)]
    rows += [
        {"name": "tie of classes of one index each", "fill": 0, "set": [[404, 6], [499, 6], [766, 6]]},
        {"name": "tie of single class and mean of two", "fill": 0, "set": [[404, 6], [444, 6], [671, 6]]},
        {"name": "shared index 286, cat and tiger", "fill": 0, "set": [[286, 9]]},
        {"name": "top class in no choice", "fill": random(41), "set": [[0, 15]]},
        {"name": "large, not overflowing", "fill": random(42, 60, 80)},
        {"name": "one logit overflows, in cat", "fill": random(43), "set": [[283, 89]]},
        {"name": "one logit overflows, in no choice", "fill": random(44), "set": [[0, 89]]},
        {"name": "two logits overflow, bear and truck", "fill": random(45), "set": [[295, 100], [864, 200]]},
        {"name": "just below overflow, 88.7", "fill": 0, "set": [[294, 88.7]]},
        {"name": "just above overflow, 88.73", "fill": 0, "set": [[294, 88.73]]},
        {"name": "every term finite, the sum overflows", "fill": random(46, 85, 87)},
        {"name": "every exponential is zero", "fill": -200},
        {"name": "exponentials are subnormal", "fill": random(47, -103, -95)},
        {"name": "minus infinity in dog", "fill": random(48), "set": [[207, "-Infinity"]]},
        {"name": "NaN in dog", "fill": random(49), "set": [[207, "NaN"]]},
        {"name": "NaN in no choice", "fill": random(50), "set": [[0, "NaN"]]},
        {"name": "infinity in no choice", "fill": random(51), "set": [[0, "Infinity"]]},
    ]
    return rows


def logits_of(row: dict) -> np.ndarray:
    fill = row["fill"]
    if not isinstance(fill, dict):
        values = [float(fill)] * 1000
    else:
        numbers = lcg(fill["seed"])
        integers = [next(numbers) for _ in range(1000)]
        if "levels" in fill:
            values = [float(u % fill["levels"]) for u in integers]
        else:
            values = [fill["low"] + (fill["high"] - fill["low"]) * (u / 2**24) for u in integers]
    for index, value in row.get("set", []):
        values[index] = float(value)
    return np.array(values, dtype=np.float64).astype(np.float32)


def label_task() -> dict:
    rows = logit_rows()
    logits = np.stack([logits_of(row) for row in rows])
    assembly = NeuroidAssembly(
        logits,
        coords={
            "stimulus_id": ("presentation", [row["name"] for row in rows]),
            "row": ("presentation", range(len(rows))),
            "neuroid_id": ("neuroid", range(1000)),
            "neuroid_num": ("neuroid", range(1000)),
        },
        dims=["presentation", "neuroid"],
    )

    def decide(choices) -> tuple[BehavioralAssembly, list[np.ndarray]]:
        behaviour = LabelBehavior("reference", activations_model=None)
        behaviour.start_task(BrainModel.Task.label, choices)
        means: list[np.ndarray] = []

        def mean_and_keep(values, axis):
            means.append(np.mean(values, axis=axis))
            return means[-1]

        behaviour.aggregation = mean_and_keep  # np.mean, and what it gave is kept
        return behaviour.logits_to_choice(assembly), means

    result: dict = {"rows": rows, "choices": CHOICES, "decisions": {}}
    for name, choices in CHOICES.items():
        answers, means = decide(choices)
        probabilities = np.transpose(means)
        assert probabilities.dtype == np.float32 and answers.shape == (1, len(rows))
        result["decisions"][name] = {
            "answers": answers.values[0].tolist(),
            "probabilities": [[number32(p) for p in row] for row in probabilities],
        }
    imagenet, _ = decide("imagenet")
    result["decisions"]["imagenet"] = {
        "answers": imagenet.values[0].tolist(),
        "logit": imagenet["logit"].values.tolist(),
    }
    return result


# ------------------------------------------------------------------------------------------------------------- writing


def number(value) -> float | str:
    value = float(value)
    if np.isnan(value):
        return "NaN"
    return value if np.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def number32(value: np.float32) -> float | str:
    """The shortest decimal that rounds to this float32."""
    return number(str(value)) if np.isfinite(value) else number(value)


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def main() -> None:
    golden = {
        "made_by": "reference/brainscore_behaviour.py",
        "versions": {name: version(name) for name in
                     ("brainscore_vision", "brainscore_core", "numpy", "pandas", "xarray", "scipy", "scikit-learn")},
        "note": "The tables are made up with seeds; nobody made these decisions. Only geirhos_edge comes from people.",
        "tables": [with_inputs(decisions) for decisions in [shared_table(), *made_up_tables()]],
        "label_task": label_task(),
    }
    if len(sys.argv) > 1:
        golden["geirhos_edge"] = geirhos_edge(Path(sys.argv[1]))
    OUTPUT.parent.mkdir(exist_ok=True)
    text = json.dumps(golden, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=plain)
    OUTPUT.write_text(text + "\n")


if __name__ == "__main__":
    main()
