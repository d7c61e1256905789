"""Golden values of src/numerics from numpy and scipy: RandomState, the normal distribution, Pearson's r, medians.

Writes reference/golden/numpy-numerics.json. NaN and infinities are the strings "NaN", "Infinity", "-Infinity".

Usage: python reference/numpy_numerics.py
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.stats import norm, pearsonr, sem

warnings.simplefilter("ignore")  # correlations of constants are part of what is recorded

OUTPUT = Path(__file__).resolve().parent / "golden" / "numpy-numerics.json"


def draws(seed: int) -> dict:
    """One generator's draws, one after the other: 1,300 words and more, so that the state is made anew twice."""
    random = np.random.RandomState(seed)
    letters = list("abcdefghijk")
    shuffled = letters.copy()
    random.shuffle(shuffled)
    return {
        "seed": seed,
        "shuffle": shuffled,
        "choice": random.choice(letters, 4, replace=False).tolist(),
        "permutations": [random.permutation(n).tolist() for n in (0, 1, 2, 7, 64, 65, 700, 10)],
    }


def normal() -> dict:
    p = np.concatenate([[0, 1, -0.1, 1.1, np.nan, 0.5, 0.075, 0.925], np.logspace(-300, -1, 60),
                        np.linspace(0.01, 0.99, 50), 1 - np.logspace(-15, -1, 30)])
    x = np.concatenate([[np.nan, np.inf, -np.inf, 0], np.linspace(-9, 9, 91)])
    return {"p": numbers(p), "ppf": numbers(norm.ppf(p)), "x": numbers(x), "cdf": numbers(norm.cdf(x))}


def vectors() -> list[dict]:
    random = np.random.RandomState(7)
    pairs = [
        (random.randn(40), random.randn(40)),
        (1e8 + random.randn(12), random.randn(12)),
        ([1, 2, 2, 3], [4, 4, 5, 9]),
        ([1, 2], [5, 3]),
        ([3, 3, 3], [1, 2, 3]),
        ([1, 2, np.nan], [1, 2, 3]),
    ]
    return [{"a": numbers(a), "b": numbers(b), "pearson": number(correlation(a, b)), "nanmedian": number(np.nanmedian(a)),
             "sem": number(sem(a))} for a, b in pairs]


def correlation(a, b) -> float:
    """scipy's; where it refuses a NaN, numpy's."""
    return pearsonr(a, b)[0] if np.isfinite(a).all() else np.corrcoef(a, b)[0, 1]


def number(value) -> float | str:
    value = float(value)
    if np.isnan(value):
        return "NaN"
    return value if np.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def numbers(values) -> list:
    return [number(value) for value in values]


def main() -> None:
    golden = {
        "made_by": "reference/numpy_numerics.py",
        "versions": {name: version(name) for name in ("numpy", "scipy")},
        "random_state": [draws(seed) for seed in (0, 1, 99, 2**32 - 1)],
        "normal": normal(),
        "vectors": vectors(),
    }
    OUTPUT.write_text(json.dumps(golden, allow_nan=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
