"""Golden scores of pls and ridge on recordings of macaque V4, from Brain-Score's own code. The subject is the pictures' pixels.

Responses are those of Cowley et al. 2023, session 210325 (github.com/cowleygroup/V4_compact_models), of which only scores
are kept here. A stimulus's features are 2,000 of its decoded RGB bytes: 0, 18, 36 and so on in C order. `double` is the same
in float64: scikit-learn's Ridge and the centring of test stimuli keep float32. `reordered` is how far a split's median moves
at most when ridge's features are put in another order, which changes nothing but the rounding.

Writes reference/golden/brainscore-macaque.json. Two minutes on two cores.

Usage: python reference/brainscore_macaque.py ../shared/data/macaque-v4/cowley2023-210325.zip
"""

import csv
import io
import json
import sys
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.cross_decomposition import PLSRegression

warnings.simplefilter("ignore")

from brainscore_regressions import assembly  # noqa: E402
from brainscore_vision import metric_registry  # noqa: E402

OUTPUT = Path(__file__).resolve().parent / "golden" / "brainscore-macaque.json"
FEATURES, STEP = 2000, 18
REORDERINGS = 10


def score(metric, x, y, ids) -> dict:
    source = assembly(x, ids, [f"f{j}" for j in range(x.shape[1])], ["-"] * len(ids))
    target = assembly(y, ids, [f"{j:02d}" for j in range(y.shape[1])], ["-"] * len(ids))
    found = metric_registry[metric](crossvalidation_kwargs=dict(stratification_coord=None))(source, target)
    medians = found.raw.median("neuroid").values
    return {"value": float(found), "error": float(found.attrs["error"]), "medians": medians.tolist()}


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("stimuli.csv").decode())))
        responses = np.load(io.BytesIO(archive.read("responses.npy"))).astype(np.float64)
        pixels = [np.asarray(Image.open(io.BytesIO(archive.read(f"stimuli/{row['filename']}"))).convert("RGB"))
                  for row in rows]
    x = np.stack([image.ravel()[: STEP * FEATURES : STEP] for image in pixels]).astype(np.float32)
    y = np.nanmean(responses, axis=2)
    ids = [row["stimulus_id"] for row in rows]
    metrics = {}
    for metric in ("pls", "ridge"):
        metrics[metric] = {**score(metric, x, y, ids), "double": score(metric, x.astype(np.float64), y, ids)}
    medians = np.array(metrics["ridge"]["medians"])
    again = [score("ridge", x[:, np.random.RandomState(seed).permutation(FEATURES)], y, ids)["medians"]
             for seed in range(REORDERINGS)]
    metrics["ridge"]["reordered"] = float(np.abs(np.array(again) - medians).max())
    train = 576
    fit = PLSRegression(n_components=25, scale=False).fit(x[:train], y[:train])
    golden = {
        "made_by": "reference/brainscore_macaque.py",
        "versions": {name: version(name) for name in ("brainscore_vision", "numpy", "scikit-learn", "Pillow")},
        "metrics": metrics,
        "iterations": list(map(int, fit.n_iter_)),  # of the first 576 stimuli
    }
    OUTPUT.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
