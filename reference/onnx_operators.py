"""Every operator that ONNX Runtime has a definition of, by domain: src/models/operators.json.

A network that asks for another is refused before a session is made of it (src/models/onnx-checks.ts). Domains that the
runtime uses within itself alone are left out.

Usage: python reference/onnx_operators.py
"""

import json
from importlib.metadata import version
from pathlib import Path

from onnxruntime.capi.onnxruntime_pybind11_state import get_all_operator_schema

OUTPUT = Path(__file__).parents[1] / "src/models/operators.json"
DOMAINS = ["", "ai.onnx.ml", "com.microsoft"]

names: dict[str, set[str]] = {}
for schema in get_all_operator_schema():
    names.setdefault(schema.domain, set()).add(schema.name)

made = {
    "made_by": "reference/onnx_operators.py",
    "versions": {"onnxruntime": version("onnxruntime")},
    "operators": {domain: " ".join(sorted(names[domain])) for domain in DOMAINS},
}
OUTPUT.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
