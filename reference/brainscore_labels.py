"""Asks Brain-Score which ImageNet classes a choice of the label task stands for, and names those classes.

Writes
  src/models/golden/label-indices.json   every index set of LabelToImagenetIndices, and what spellings resolve to
  src/models/imagenet.json               the 1,000 WordNet ids in ILSVRC 2012 order, and the first WordNet lemma of each

Usage: python reference/brainscore_labels.py TIMM_WHEEL   (the wheel is only read as an archive, for its WordNet list)
"""

import json
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from brainscore_vision.model_helpers.brain_transformation import behavior

ROOT = Path(__file__).resolve().parent.parent
SUFFIX = "_indices"

# How benchmarks and people may spell a choice. None where Brain-Score raises AttributeError.
SPELLINGS = [
    "Airplane", "sewing machine", "SEWING MACHINE", " boot ", "sewingmachine", "sewing_machine", "sewing-machine",
    "aeroplane", "motorbike", "car", "dogs", "", "tench", "constructor",
]


def resolve(label: str) -> list[int] | None:
    try:
        return behavior.LabelToImagenetIndices.label_to_indices(label)
    except AttributeError:
        return None


def label_sets() -> dict:
    attributes = vars(behavior.LabelToImagenetIndices).items()
    names = [name for name, value in attributes if name.endswith(SUFFIX) and isinstance(value, list)]
    keys = [name.removesuffix(SUFFIX) for name in names]
    # The sets of Kato 2026 have keys of their own (kato2026_bird …), for a benchmark after the 2024 competition.
    kept = [key for key in keys if not key.startswith("kato2026_")]
    return {
        "source": f"brainscore_vision {version('brainscore_vision')}, LabelToImagenetIndices.label_to_indices",
        "left_out": "kato2026_*",
        "sets": {key: resolve(key) for key in kept},
        "spellings": {label: resolve(label) for label in SPELLINGS},
    }


def classes(timm_wheel: str) -> dict:
    file = Path(behavior.__file__).with_name("imagenet_classes.txt")
    synsets = file.read_text().split()
    with zipfile.ZipFile(timm_wheel) as wheel:
        def read(name: str) -> list[str]:
            return wheel.read(f"timm/data/_info/{name}").decode().splitlines()

        assert read("imagenet_synsets.txt") == synsets, "Brain-Score and timm order the classes differently"
        lemmas = dict(line.split("\t") for line in read("imagenet_synset_to_lemma.txt"))
    return {"synsets": synsets, "names": [lemmas[synset].split(",")[0].strip() for synset in synsets]}


def write(path: str, content: dict, **how) -> None:
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_text(json.dumps(content, ensure_ascii=False, **how) + "\n")


if __name__ == "__main__":
    write("src/models/golden/label-indices.json", label_sets())
    write("src/models/imagenet.json", classes(sys.argv[1]), indent=2)
