"""Golden values of the bootstrap intervals: scipy's own, and scores of Brain-Score's own code on the same draws.

Nothing here is primate data: the decisions are made up with seeds, by whole numbers that a test can make again (`made_up`).

`accuracy` is scipy.stats.bootstrap itself, and so is `paired`, the difference of two accuracies on the same draws. For `error_consistency` the draws are numpy's RandomState.randint, stimuli within
conditions first and people after them, and each draw is scored by brainscore_vision's ErrorConsistency and bound_score:
the raw value with the people drawn, the ceiling with all of them.

With `--coverage` it writes nothing and prints how often such intervals hold the true score of a simulation, for several
ways to treat people and the ceiling (docs/decisions/0009-bootstrap.md); ten seconds. Without, it takes some minutes.

Writes reference/golden/bootstrap.json.

Usage: python reference/bootstrap.py [--coverage]
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

warnings.simplefilter("ignore")  # 0/0 in kappa is what is being counted

OUTPUT = Path(__file__).resolve().parent / "golden" / "bootstrap.json"
DRAWS = 1000


def made_up(seed: int, conditions: list[int], model: int, people: list[int]):
    """Correctness of a model and of people, stimuli in order of condition. `conditions`: how many stimuli each has; `model`
    and `people`: per cent right. Each stimulus has a difficulty of −30 to 29 that is the same for everybody."""
    random = np.random.RandomState(seed)
    n = sum(conditions)
    difficulty = random.randint(0, 60, n) - 30
    right = [random.randint(0, 100, n) < skill - difficulty for skill in [model, *people]]
    return right[0], right[1:], np.repeat(np.arange(len(conditions)), conditions)


ACCURACY = [
    # seed of the data, of the draws, stimuli, per cent right, ceiling
    dict(seed=1, draw_seed=11, n=40, model=60, ceiling=1.0),
    dict(seed=2, draw_seed=12, n=160, model=30, ceiling=0.87125),
    dict(seed=3, draw_seed=4294967295, n=12, model=85, ceiling=0.5),
    dict(seed=4, draw_seed=0, n=5, model=50, ceiling=1.0),
]


def accuracy(seed, draw_seed, n, model, ceiling) -> dict:
    right, _, _ = made_up(seed, [n], model, [])
    found = stats.bootstrap(
        (right.astype(float),), np.mean, n_resamples=DRAWS, confidence_level=0.95, method="percentile",
        random_state=np.random.RandomState(draw_seed),
    ).confidence_interval
    return {"seed": seed, "draw_seed": draw_seed, "n": n, "model": model, "ceiling": ceiling,
            "low": float(found.low / ceiling), "high": float(found.high / ceiling)}


PAIRED = [
    # the first is `model`, the second the one of `people`
    dict(seed=10, draw_seed=31, n=60, model=60, other=45, ceiling=0.8),
    dict(seed=11, draw_seed=32, n=25, model=40, other=80, ceiling=1.0),
]


def paired(seed, draw_seed, n, model, other, ceiling) -> dict:
    first, (second,), _ = made_up(seed, [n], model, [other])
    found = stats.bootstrap(
        (first.astype(float), second.astype(float)), lambda a, b: np.mean(a) - np.mean(b), n_resamples=DRAWS, paired=True,
        vectorized=False, confidence_level=0.95, method="percentile", random_state=np.random.RandomState(draw_seed),
    ).confidence_interval
    return {"seed": seed, "draw_seed": draw_seed, "n": n, "model": model, "other": other, "ceiling": ceiling,
            "low": float(found.low / ceiling), "high": float(found.high / ceiling)}


CONSISTENCY = [
    dict(name="two conditions, four people", seed=5, draw_seed=21, conditions=[14, 10], model=60, people=[80, 70, 75, 60]),
    dict(name="one condition, two people", seed=6, draw_seed=22, conditions=[30], model=50, people=[70, 55]),
    dict(name="too many draws undefined", seed=9, draw_seed=24, conditions=[4], model=70, people=[80, 95]),
    dict(name="one person, a constant ceiling", seed=8, draw_seed=25, conditions=[9, 9], model=60, people=[75], constant=0.4),
]


def consistency(name, seed, draw_seed, conditions, model, people, constant=None) -> dict:
    from brainscore_core.metrics import Score
    from brainscore_core.supported_data_standards.brainio.assemblies import BehavioralAssembly
    from brainscore_vision.benchmark_helpers import bound_score
    from brainscore_vision.metrics.error_consistency.metric import ErrorConsistency

    metric = ErrorConsistency()
    right, peoples, condition = made_up(seed, conditions, model, people)
    n, m = len(condition), len(people)

    def assembly(rows, whose):
        """Decisions on the stimuli at `rows` under new ids; `whose` people, or None for the model."""
        observers = [right] if whose is None else [peoples[person] for person in whose]
        frame = pd.concat([
            pd.DataFrame({"stimulus_id": range(n), "subject": k, "truth": "a", "condition": condition[rows],
                          "response": np.where(observer[rows], "a", "b")})
            for k, observer in enumerate(observers)
        ])
        coords = {name: ("presentation", frame[name].values) for name in ("stimulus_id", "truth", "condition")}
        if whose is None:
            return BehavioralAssembly([frame["response"].values], coords=coords, dims=["choice", "presentation"])
        coords["subject"] = ("presentation", frame["subject"].values)
        return BehavioralAssembly(frame["response"].values, coords=coords, dims=["presentation"])

    def score(rows, whose) -> tuple[float, float]:
        """Unbounded, and within [0, 1]."""
        raw = metric(assembly(rows, None), assembly(rows, whose))
        ceiling = metric.ceiling(assembly(rows, range(m))) if constant is None else constant
        result = Score(raw / ceiling)
        unbounded = float(result.values)
        bound_score(result)
        return unbounded, float(result.values)

    random = np.random.RandomState(draw_seed)
    strata = [np.flatnonzero(condition == value) for value in range(len(conditions))]
    scores = []
    for _ in range(DRAWS):
        rows = np.concatenate([stratum[random.randint(0, len(stratum), len(stratum))] for stratum in strata])
        whose = random.randint(0, m, m) if m > 1 else np.arange(m)
        scores.append(score(rows, whose))
    scores = np.array(scores)
    defined = scores[np.isfinite(scores[:, 0])]
    low, high = np.percentile(defined, [2.5, 97.5], axis=0)
    return {
        "name": name, "seed": seed, "draw_seed": draw_seed, "conditions": conditions, "model": model, "people": people,
        **({} if constant is None else {"constant": constant}),
        "undefined": int(len(scores) - len(defined)),
        "unbounded": [float(low[0]), float(high[0])], "bounded": [float(low[1]), float(high[1])],
    }


def integers(seed: int, ends: list[int]) -> dict:
    random = np.random.RandomState(seed)
    return {"seed": seed, "ends": ends, "values": [random.randint(0, end, 5).tolist() for end in ends]}


# ----------------------------------------------------------------------------------------------------------- coverage


def observers(random, n: int, m: int):
    """Correctness of m people and a model on n stimuli: a difficulty that people share and the model half shares, people of
    different ability, and noise."""
    difficulty, ability = random.normal(size=n), 1 + 0.3 * random.normal(size=m)
    people = difficulty[:, None] + ability + random.normal(size=(n, m)) > 0
    return people.astype(float), (0.4 * difficulty + random.normal(size=n) > 0).astype(float)


def kappas(people, model, weights):
    """Of the model with each person, and of all pairs of people, for every row of stimulus weights that sum to n."""
    n, m = people.shape
    a, b = weights @ people / n, (weights @ model / n)[:, None]
    both = np.einsum("dn,ni,nj->dij", weights, people, people, optimize=True) / n
    left, right = np.triu_indices(m, 1)

    def kappa(both_right, one, other):
        expected = one * other + (1 - one) * (1 - other)
        return (1 - one - other + 2 * both_right - expected) / (1 - expected)

    return kappa((weights * model) @ people / n, a, b), kappa(both[:, left, right], a[:, left], a[:, right])


def coverage(n: int, m: int, sets=400, draws=300) -> None:
    population = kappas(*observers(np.random.RandomState(0), 30000, 300), np.ones((1, 30000)))
    truth = np.nanmean(population[0]) / np.nanmean(population[1])
    pairs = np.triu_indices(m, 1)
    held, width = {}, {}
    for seed in range(sets):
        random = np.random.RandomState(seed + 1)
        model, pair = kappas(*observers(random, n, m), random.multinomial(n, np.ones(n) / n, draws).astype(float))
        persons = random.multinomial(m, np.ones(m) / m, draws).astype(float)
        joint, ceiling = np.nansum(model * persons, 1) / m, np.nanmean(pair, 1)
        apart = persons[:, pairs[0]] * persons[:, pairs[1]]
        itself = (persons * (persons - 1) / 2).sum(1)
        ways = {
            "stimuli": np.nanmean(model, 1) / ceiling,
            "stimuli and people; the ceiling's people as they are": joint / ceiling,
            "stimuli and people; no pair of a person with itself": joint * apart.sum(1) / np.nansum(pair * apart, 1),
            "stimuli and people; with such pairs": joint * (apart.sum(1) + itself) / (np.nansum(pair * apart, 1) + itself),
        }
        for way, scores in ways.items():
            low, high = np.nanpercentile(scores, [2.5, 97.5])
            held.setdefault(way, []).append(low <= truth <= high)
            width.setdefault(way, []).append(high - low)
    print(f"{n} stimuli, {m} people, true score {truth:.3f}, {sets} data sets of {draws} draws")
    for way in held:
        print(f"  {np.mean(held[way]):6.1%}  median width {np.nanmedian(width[way]):.2f}  {way}")


def accuracy_coverage(n: int, share: float) -> None:
    """Exactly, for infinitely many draws: those of k right answers in n have n·accuracy binomial with k/n."""
    right = np.arange(n + 1)
    low, high = (stats.binom.ppf(q, n, right / n) / n for q in (0.025, 0.975))
    held = stats.binom.pmf(right, n, share)[(low <= share) & (share <= high)].sum()
    print(f"accuracy {share} on {n} stimuli: {held:6.1%}")


def main() -> None:
    if "--coverage" in sys.argv:
        for n, m in [(160, 10), (160, 4), (40, 10), (20, 10), (10, 10)]:
            coverage(n, m)
        for n in (10, 20, 30, 40, 80):
            for share in (0.1, 0.5, 0.9):
                accuracy_coverage(n, share)
        return
    golden = {
        "made_by": "reference/bootstrap.py",
        "versions": {name: version(name) for name in ("brainscore_vision", "brainscore_core", "numpy", "scipy")},
        "note": "The decisions are made up with seeds; nobody made them.",
        "integers": [integers(seed, [1, 2, 3, 10, 160, 256, 257, 100000]) for seed in (0, 7, 4294967295)],
        "accuracy": [accuracy(**case) for case in ACCURACY],
        "paired": [paired(**case) for case in PAIRED],
        "error_consistency": [consistency(**case) for case in CONSISTENCY],
    }
    OUTPUT.write_text(json.dumps(golden, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
