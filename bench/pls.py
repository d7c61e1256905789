"""scikit-learn's side of bench/pls.ts: one split of ten, on the same made-up activations and responses.

Usage: python bench/pls.py STIMULI FEATURES SITES
Prints {seconds, iterations, predicted, memory} as JSON; `seconds` is PLSRegression's fit and predict. Needs numpy and
scikit-learn.
"""

import json
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import ShuffleSplit

from readout import noise

warnings.simplefilter("ignore")
STIMULI, FEATURES, SITES = map(int, sys.argv[1:4])
SHARED = 16


def main() -> None:
    columns = np.arange(FEATURES, dtype=np.uint64)
    factors = noise(np.arange(STIMULI * SHARED) + 3_500_000_000).reshape(STIMULI, SHARED)
    directions = noise(np.arange(SHARED * FEATURES, dtype=np.uint64) + 3_600_000_000).reshape(SHARED, FEATURES)
    loadings = noise(np.arange(SHARED * SITES) + 3_700_000_000).reshape(SHARED, SITES)
    x = np.empty((STIMULI, FEATURES), dtype=np.float32)
    y = noise(np.arange(STIMULI * SITES) + 3_800_000_000).reshape(STIMULI, SITES)
    for i in range(STIMULI):
        values = noise(i * FEATURES + columns)
        for s in range(SHARED):
            values = values + factors[i, s] / (s + 1) * directions[s]
            y[i] = y[i] + factors[i, s] / (s + 1) * loadings[s]
        x[i] = np.maximum(values, 0)
    train, test = next(ShuffleSplit(n_splits=10, train_size=0.9, random_state=1).split(x))
    train, test = np.sort(train), np.sort(test)
    start = time.perf_counter()
    fit = PLSRegression(n_components=25, scale=False).fit(x[train], y[train])
    predicted = fit.predict(x[test])
    seconds = time.perf_counter() - start
    print(json.dumps({
        "seconds": seconds,
        "iterations": list(map(int, fit.n_iter_)),
        "predicted": predicted.ravel().tolist(),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
