"""Golden values of src/numerics/proportion.ts: scipy's Wilson intervals of shares, 95 %, without correction.

Writes reference/golden/proportions.json.

Usage: python reference/proportions.py
"""

import json
from importlib.metadata import version
from pathlib import Path

from scipy.stats import binomtest

OUTPUT = Path(__file__).resolve().parent / "golden" / "proportions.json"
CASES = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 29), (15, 148), (81, 263), (66, 160), (159, 160), (2500, 5000), (4999, 5000)]


def wilson(k: int, n: int) -> dict:
    interval = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
    return {"k": k, "n": n, "low": float(interval.low), "high": float(interval.high)}


if __name__ == "__main__":
    golden = {"made_by": "reference/proportions.py", "versions": {"scipy": version("scipy")}, "wilson": [wilson(k, n) for k, n in CASES]}
    OUTPUT.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
