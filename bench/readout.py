"""scikit-learn's side of bench/readout.ts: the same made-up features, fitted as Brain-Score fits them.

Usage: python bench/readout.py STIMULI FEATURES CLASSES
Prints {seconds, iterations, probabilities, memory, double?} as JSON; `double` is the same iteration in float64 and is
left out above 50 million values, where it takes gigabytes. Needs numpy and scikit-learn below 1.8 (multi_class).
"""

import json
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
STIMULI, FEATURES, CLASSES = map(int, sys.argv[1:4])
SHARED = 4


def noise(numbers) -> np.ndarray:
    """lowbias32 (C. Wellons, “Prospecting for hash functions”, 2018) of each number, in [-1, 1)."""
    x = np.asarray(numbers, dtype=np.uint64).astype(np.uint32)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return (x ^ (x >> np.uint32(16))) / 2.0**31 - 1


def make(first: int, rows: int) -> np.ndarray:
    columns = np.arange(FEATURES, dtype=np.uint64)
    shared = [noise(3_600_000_000 + s * FEATURES + columns) for s in range(SHARED)]
    centres = [noise(3_000_000_000 + c * FEATURES + columns) for c in range(CLASSES)]
    values = np.empty((rows, FEATURES), dtype=np.float32)
    for i in range(rows):
        row = first + i
        value = noise(row * FEATURES + columns) + 0.25 * centres[row % CLASSES]
        for s in range(SHARED):
            value = value + noise(3_500_000_000 + row * SHARED + s) * shared[s]
        values[i] = value
    return values


def fit(standardised, scaler, labels, tested, dtype) -> dict:
    start = time.perf_counter()
    model = LogisticRegression(multi_class="multinomial", solver="newton-cg", C=1e-3)
    model.fit(standardised.astype(dtype, copy=False), labels)
    seconds = time.perf_counter() - start
    probabilities = model.predict_proba(scaler.transform(tested).astype(dtype))
    return {"seconds": seconds, "iterations": int(model.n_iter_[0]), "probabilities": probabilities.ravel().tolist()}


def main() -> None:
    features, tested = make(0, STIMULI), make(STIMULI, 8)
    labels = np.arange(STIMULI) % CLASSES
    start = time.perf_counter()
    scaler = StandardScaler().fit(features)
    standardised = scaler.transform(features)
    scaling = time.perf_counter() - start
    result = fit(standardised, scaler, labels, tested, np.float32)
    result["seconds"] += scaling
    result["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if STIMULI * FEATURES <= 50_000_000:
        result["double"] = fit(standardised, scaler, labels, tested, np.float64)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
