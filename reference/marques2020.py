"""Golden values of V1's tuning properties from Brain-Score's own code: Marques2020 (brainscore_vision 2.4.2).

Gratings are drawn by the class that drew the published ones, and hashed. Properties, receptive fields, the scale to
spikes/s, scores and ceilings come from brainscore_vision's PropertiesBenchmark, run on model neurons: responses that a
formula gives (nobody's), see `ModelNeurons`. The histograms are those that its packaging scripts hold. Nothing is fetched.
Its bootstrap draws from numpy's global generator, which is seeded here before every comparison.

Writes reference/golden/marques2020.json.

Usage: python reference/marques2020.py
"""

import hashlib
import json
import os
import sys
import types
import warnings
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

os.environ["RESULTCACHING_DISABLE"] = "1"  # results of another run would be taken for this one's
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import brainscore_vision  # noqa: E402
from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly, PropertyAssembly  # noqa: E402
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet  # noqa: E402
from brainscore_vision.benchmark_helpers import properties_common  # noqa: E402
from brainscore_vision.metrics.distribution_similarity import NeuronalPropertyCeiling  # noqa: E402
from brainscore_vision.metrics.distribution_similarity.metric import (  # noqa: E402
    BootstrapDistributionSimilarity,
    ks_similarity,
)

OUTPUT = Path(__file__).resolve().parent / "golden" / "marques2020.json"
PACKAGING = Path(brainscore_vision.__file__).parent / "data" / "marques2020" / "data_packaging"
BENCHMARKS = "brainscore_vision.benchmarks.marques2020.benchmarks"

# The packaging scripts are no modules of the package, and import what only writing and showing pictures needs.
sys.path.insert(0, str(PACKAGING))
for absent in ("imageio", "matplotlib", "matplotlib.pyplot"):
    sys.modules.setdefault(absent, types.ModuleType(absent))
gen_stim = import_module("marques_gen_stim")
stim_common = import_module("marques_stim_common")

SETS = {
    "receptive_field": "Marques2020_receptive_field",
    "orientation": "Marques2020_orientation",
    "spatial_frequency": "Marques2020_spatial_frequency",
    "size": "Marques2020_size",
}
COLUMNS = ["position_y", "position_x", "contrast", "radius", "spatial_frequency", "orientation", "phase"]
# property → module of the benchmark, its function, module of the data
PROPERTIES = {
    "preferred_orientation": ("devalois1982a", "devalois1982a_properties", "marques_devalois1982a"),
    "peak_spatial_frequency": ("devalois1982b", "devalois1982b_properties", "marques_devalois1982b"),
    "spatial_frequency_bandwidth": ("schiller1976", "schiller1976_properties", "marques_schiller1976c"),
    "spatial_frequency_selective": ("schiller1976", "schiller1976_properties", "marques_schiller1976c"),
    "surround_suppression_index": ("cavanaugh2002a", "cavanaugh2002_properties", "marques_cavanaugh2002a"),
    "strongly_suppressed": ("cavanaugh2002a", "cavanaugh2002_properties", "marques_cavanaugh2002a"),
    "grating_summation_field": ("cavanaugh2002a", "cavanaugh2002_properties", "marques_cavanaugh2002a"),
    "surround_diameter": ("cavanaugh2002a", "cavanaugh2002_properties", "marques_cavanaugh2002a"),
    "surround_grating_summation_field_ratio": (
        "cavanaugh2002a",
        "cavanaugh2002_properties",
        "marques_cavanaugh2002a",
    ),
}
SET_OF = {
    "marques_devalois1982a": "orientation",
    "marques_devalois1982b": "spatial_frequency",
    "marques_schiller1976c": "spatial_frequency",
    "marques_cavanaugh2002a": "size",
}
UNITS = 160


# ------------------------------------------------------------------------------------------------------------- stimuli


def combinations(positions, radii, frequencies, orientations, phases) -> np.ndarray:
    """Rows in the order that properties_common asserts; the packaging script's own order of receptive fields is another."""
    rows = [
        (y, x, 1, radius, frequency, orientation, phase)
        for y in positions
        for x in positions
        for radius in radii
        for frequency in frequencies
        for orientation in orientations
        for phase in phases
    ]
    return np.array(rows, dtype=np.float64)


def whole() -> dict:
    """Brain-Score's parameters."""
    g = gen_stim
    parameters = {name: g.GRAT_PARAMS[identifier] for name, identifier in SETS.items()}
    ordered = combinations(g.POS_rf, g.RADIUS_rf, g.SF_rf, g.ORIENTATION_rf, g.PHASE_rf)
    assert sorted(map(tuple, ordered)) == sorted(map(tuple, parameters["receptive_field"]))
    return {**parameters, "receptive_field": ordered}


def reduced() -> dict:
    """Those of src/stimuli/gratings.ts (REDUCED)."""
    g, phases = gen_stim, [0, 90, 180, 270]
    frequencies = g.SF[[8, 12]]
    return {
        "receptive_field": combinations(np.arange(-1, 2.5, 0.5), g.RADIUS_rf, g.SF_rf, [0, 90], g.PHASE_rf),
        "orientation": np.concatenate([combinations(g.POS, [3 / 2 / f], [f], g.ORIENTATION, phases) for f in frequencies]),
        "spatial_frequency": combinations(g.POS, [0.75], g.SF[::2], [0, 90], phases),
        "size": combinations(g.POS, g.RADIUS, frequencies, [0, 90], phases),
    }


def stimulus_set(identifier: str, parameters: np.ndarray | None) -> StimulusSet:
    if parameters is None:
        stimuli = StimulusSet(pd.DataFrame({"stimulus_id": ["0"], "degrees": [12]}))
    else:
        stimuli = StimulusSet(pd.DataFrame(parameters, columns=COLUMNS))
        stimuli["stimulus_id"] = [str(i) for i in range(len(stimuli))]
        stimuli["degrees"] = 12
    stimuli.identifier = identifier
    return stimuli


def picture_hashes(parameters: np.ndarray, every: int) -> list[str]:
    hashes = []
    for y, x, contrast, radius, frequency, orientation, phase in parameters[::every]:
        grating = stim_common.Grating(
            width=12, pos=[y, x], contrast=contrast, rad=radius, sf=frequency, orientation=orientation, phase=phase,
            size_px=[gen_stim.SIZE_PX, gen_stim.SIZE_PX],
        )  # fmt: skip
        grating.update_stimulus()
        hashes.append(hashlib.sha256(grating.stimulus.astype(np.uint8).tobytes()).hexdigest()[:16])
    return hashes


# ------------------------------------------------------------------------------------------------------- model neurons


def lcg(seed: int):
    """x ← 1664525 x + 1013904223 mod 2³² (Numerical Recipes); yields the upper 24 bits as a number in [0, 1)."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield (state >> 8) / 2**24


class ModelNeurons:
    """Neurons with an envelope in space, tuning to frequency and orientation, a phase, and a surround that divides.

    src/testing/model-neurons.ts computes the same. Two thirds look at the gratings; one in twenty is only ever inhibited
    and one in twenty hardly responds.
    """

    identifier = "model neurons"

    def __init__(self, units: int, seed: int):
        u = lcg(seed)
        draw = np.array([[next(u) for _ in range(12)] for _ in range(units)]).T
        self.unit = np.arange(units)
        spread = np.where(self.unit % 3 < 2, 0.3, 5.0)
        self.x = 0.5 + (draw[0] - 0.5) * spread
        self.y = 0.5 + (draw[1] - 0.5) * spread
        self.size = 0.15 + 0.6 * draw[2]
        self.frequency = -1.5 + 5 * draw[3]  # octaves
        self.octaves = 0.5 + 1.5 * draw[4]
        self.orientation = 180 * draw[5]
        self.sharpness = 3 * draw[6]
        self.modulation = draw[7]
        self.phase = 360 * draw[8]
        self.surround = 3 * draw[9] ** 2
        self.gain = 0.05 + 3 * draw[10]
        self.gain = np.where(self.unit % 20 == 19, -self.gain, np.where(self.unit % 20 == 18, 0.02 * self.gain, self.gain))
        self.base = 0.3 * (draw[11] - 0.3)

    def responses(self, stimuli: StimulusSet) -> np.ndarray:
        """Stimuli × units, float64."""
        if "radius" not in stimuli:
            return np.tile(self.base, (len(stimuli), 1))
        y, x, _, radius, frequency, orientation, phase = (stimuli[name].values[:, None] for name in COLUMNS)
        near = np.exp(-((x - self.x) ** 2 + (y - self.y) ** 2) / (2 * self.size**2 + radius**2))
        center = 1 - np.exp(-(radius**2) / (2 * self.size**2))
        surround = 1 - np.exp(-(radius**2) / (18 * self.size**2))
        octaves = (np.log2(frequency) - self.frequency) / self.octaves
        turn = np.cos((orientation - self.orientation) / 90 * np.pi)
        tuned = np.exp(-(octaves**2) / 2 + self.sharpness * (turn - 1))
        wave = 1 - self.modulation + 1.5 * self.modulation * np.cos((phase - self.phase) / 180 * np.pi)
        return self.base + self.gain * near * center / (1 + self.surround * surround) * tuned * wave

    # what Brain-Score asks of a model

    def start_recording(self, region, time_bins):
        assert region == "V1" and time_bins == [(70, 170)]

    def visual_degrees(self):
        return 8

    def look_at(self, stimuli, number_of_trials=1):
        coords = {column: ("presentation", stimuli[column].values) for column in stimuli.columns}
        neuroids = {"neuroid_id": ("neuroid", self.unit), "neuroid_num": ("neuroid", self.unit)}
        values = self.responses(stimuli)
        return NeuroidAssembly(values, coords={**coords, **neuroids}, dims=["presentation", "neuroid"])


# ------------------------------------------------------------------------------------------------------------- answers


def data_of(module: str, stimuli: StimulusSet) -> PropertyAssembly:
    assembly = PropertyAssembly(import_module(module).collect_data())
    assembly.attrs["stimulus_set"] = stimuli
    return assembly


def answers(model: ModelNeurons, parameters: dict) -> dict:
    sets = {identifier: stimulus_set(identifier, parameters[name]) for name, identifier in SETS.items()}
    sets["Marques2020_blank"] = stimulus_set("Marques2020_blank", None)
    brainscore_vision.load_stimulus_set = sets.__getitem__
    properties_common.place_on_screen = lambda stimuli, target_visual_degrees: stimuli
    fields, _ = properties_common.map_receptive_field_locations(model_identifier="m", model=model, region="V1")
    kept = properties_common.filter_receptive_fields(
        model_identifier="m", model=model, region="V1", pos=np.array([0.5, 0.5])
    )
    scale = properties_common.firing_rates_affine(model_identifier="m", model=model, region="V1")
    result = {
        "y": numbers(fields.values[:, 0]),
        "x": numbers(fields.values[:, 1]),
        "kept": [int(unit) for unit in kept],
        "slope": float(scale.values[0]),
        "offset": float(scale.values[1]),
        "properties": {},
    }
    for name, (benchmark, function, module) in PROPERTIES.items():
        np.random.seed(0)
        assembly = data_of(module, sets[SETS[SET_OF[module]]])
        metric = BootstrapDistributionSimilarity(property_name=name)
        found = {}

        def compute(model_identifier, responses, baseline):
            of = getattr(import_module(f"{BENCHMARKS}.{benchmark}_benchmark"), function)
            properties = of(model_identifier=model_identifier, responses=responses, baseline=baseline)
            found["values"] = numbers(properties.sel(neuronal_property=name).values)
            np.random.seed(0)
            return properties

        class Benchmark(properties_common.PropertiesBenchmark):
            """With the raw score and the ceiling kept, each drawn from the seed."""

        def ceiling(assembly):
            np.random.seed(0)
            found["ceiling"] = NeuronalPropertyCeiling(metric)(assembly)
            return found["ceiling"]

        score = Benchmark(
            identifier=f"golden-{name}", assembly=assembly, neuronal_property=compute, similarity_metric=metric,
            timebins=[(70, 170)], parent="V1", ceiling_func=ceiling, version=1,
        )(model)  # fmt: skip
        raw = score.attrs["raw"]
        shares = np.histogram(np.clip(found["values"], *metric.bins[[0, -1]]), bins=metric.bins)[0]
        result["properties"][name] = {
            "values": [None if np.isnan(value) else value for value in found["values"]],
            "raw": float(raw),
            "error": float(raw.attrs["error"]),
            "ceiling": float(found["ceiling"]),
            "ceiling_error": float(found["ceiling"].attrs["error"]),
            "score": float(score),
            "exact": float(ks_similarity(shares / shares.sum(), metric.data_hist)),
        }
    return result


def histogram(name: str) -> dict:
    """As the packaging script's assembly gives it back; a cell without the property is NaN there."""
    assembly = import_module(PROPERTIES[name][2]).collect_data()
    values = assembly.sel(neuronal_property=name).values
    bins = assembly.attrs[f"{name}_bins"]
    return {
        "edges": [float(edge) for edge in bins],
        "counts": [int(count) for count in np.histogram(values, bins=bins)[0]],
        "undefined_cells": int(np.isnan(values).sum()),
    }


def undefined_draws() -> list[dict]:
    """Values of which so many are undefined that draws have none, at either side of what is given up."""
    data = PropertyAssembly(import_module("marques_devalois1982a").collect_data())[:4]
    cases = []
    for defined, of in ((1, 40), (3, 7), (4, 9), (3, 5)):
        values = np.full((of, 1), np.nan)
        values[:defined, 0] = 10.0
        coords = {"neuroid_id": ("neuroid", range(of)), "region": ("neuroid", ["V1"] * of)}
        model = PropertyAssembly(
            values, coords={**coords, "neuronal_property": ["preferred_orientation"]}, dims=["neuroid", "neuronal_property"]
        )
        np.random.seed(0)
        score = BootstrapDistributionSimilarity("preferred_orientation")(model, data.copy())
        cases.append({"defined": defined, "of": of, "value": float(score), "error": float(score.attrs["error"])})
    return cases


def numbers(values) -> list[float]:
    return [float(value) for value in values]


def finite(value):
    """JSON has no NaN."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and np.isnan(value) else value


def main() -> None:
    protocols = {"whole": whole(), "reduced": reduced()}
    golden = {
        "made_by": "reference/marques2020.py",
        "versions": {name: version(name) for name in ("brainscore-vision", "numpy", "scipy", "xarray")},
        "note": "Responses of model neurons, which a formula gives: of no animal and of no network.",
        "gratings": {
            protocol: {
                name: {
                    "count": len(rows),
                    "every": every,
                    "parameters": [numbers(row) for row in rows[::every]],
                    "sha256": picture_hashes(rows, every),
                }
                for name, rows in sets.items()
            }
            for (protocol, sets), every in zip(protocols.items(), (97, 23))
        },
        "histograms": {name: histogram(name) for name in PROPERTIES},
        "neurons": {"units": UNITS, "seed": 1},
        "answers": {protocol: answers(ModelNeurons(UNITS, 1), sets) for protocol, sets in protocols.items()},
        "undefined_draws": undefined_draws(),
    }
    OUTPUT.write_text(json.dumps(finite(golden)) + "\n")
    print(f"{OUTPUT.name}, {OUTPUT.stat().st_size} bytes")
    for protocol, found in golden["answers"].items():
        print(f"{protocol}: {len(found['kept'])} of {UNITS} kept, slope {found['slope']:.3f}, offset {found['offset']:.3f}")
        for name, one in found["properties"].items():
            missing = sum(value is None for value in one["values"])
            print(
                f"  {name:40} {len(one['values']):4} values, {missing:3} undefined, raw {one['raw']:.4f}"
                f" exact {one['exact']:.4f} ceiling {one['ceiling']:.4f}"
            )
    print(golden["undefined_draws"])


if __name__ == "__main__":
    main()
