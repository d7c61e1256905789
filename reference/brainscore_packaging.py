"""Assemblies as Brain-Score's own packaging writes them, and what its own loading reads back.

Nothing here computes an answer: values are made up (nobody's recordings), brainscore_core's package_data_assembly_locally
and write_netcdf write the files, and AssemblyLoader (xarray) reads them again. Two are written by xarray and h5py
alone, because the packaging of today no longer makes what they stand for: a coordinate that is an index, and numbers of
the other byte order; some headers without data by netCDF4.

Writes src/benchmark/neural/golden/*.nc, stimulus_made_Up2026.csv and .zip, and expected.json; and npy.json, arrays as
numpy writes and reads them.

Usage: python reference/brainscore_packaging.py
"""

import base64
import io
import json
import shutil
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import pandas as pd
import xarray as xr
from PIL import Image

warnings.simplefilter("ignore")

from brainscore_core.supported_data_standards.brainio.assemblies import (  # noqa: E402
    AssemblyLoader,
    DataAssembly,
    NeuroidAssembly,
    get_metadata,
)
from brainscore_core.supported_data_standards.brainio.packaging import (  # noqa: E402
    package_data_assembly_locally,
    package_stimulus_set_locally,
    write_netcdf,
)
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet  # noqa: E402

OUTPUT = Path(__file__).resolve().parent.parent / "src" / "benchmark" / "neural" / "golden"


def made_up(shape, seed, dtype="float64"):
    """u/2²³ − 1 with u from x ← 1664525 x + 1013904223 mod 2³² (its upper 24 bits), in C order; integers are ⌊10 value⌋."""
    values, state = [], seed
    for _ in range(int(np.prod(shape))):
        state = (1664525 * state + 1013904223) % 2**32
        values.append((state >> 8) / 2**23 - 1)
    values = np.array(values).reshape(shape)
    return (np.floor(10 * values) if np.dtype(dtype).kind == "i" else values).astype(dtype)


STIMULI, REPETITIONS = 6, 3
IDS = ["im0", "im1", "größe", "im 3", "π4", "im5"]


def presentations(ids=IDS):
    """Coordinates of 6 stimuli × 3 repetitions, shuffled: strings, ints, bools and a float with a missing value."""
    order = [(7 * i) % (STIMULI * REPETITIONS) for i in range(STIMULI * REPETITIONS)]
    stimulus = [i // REPETITIONS for i in order]
    return {
        "stimulus_id": ("presentation", [ids[s] for s in stimulus]),
        "repetition": ("presentation", [i % REPETITIONS for i in order]),
        "block": ("presentation", [i % 2 == 0 for i in order]),
        "reaction": ("presentation", [np.nan if i == 4 else i / 8 for i in order]),
    }


def neuroids(n, regions=("V4", "IT")):
    return {
        "neuroid_id": ("neuroid", [f"site-{i}" for i in range(n)]),
        "region": ("neuroid", [regions[i % len(regions)] for i in range(n)]),
        "animal": ("neuroid", ["Anna" if i < 2 else "Bert" for i in range(n)]),
        "column": ("neuroid", list(range(10, 10 + n))),
    }


BINS = {"time_bin_start": ("time_bin", [70, 170]), "time_bin_end": ("time_bin", [170, 270])}


def three_dimensions():
    values = made_up((STIMULI * REPETITIONS, 5, 2), 1)
    values[4, 3, 0] = np.nan
    coords = {**presentations(), **neuroids(5), **BINS}
    return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def other_order():
    coords = {**presentations(), **neuroids(4)}
    return NeuroidAssembly(made_up((4, STIMULI * REPETITIONS), 2, "float32"), coords=coords, dims=["neuroid", "presentation"])


def integers():
    coords = {**presentations(list(range(STIMULI))), **neuroids(4, ["V4"])}
    return NeuroidAssembly(made_up((18, 4), 3, "int16"), coords=coords, dims=["presentation", "neuroid"])


def lone_coordinates():
    """A dimension's only coordinate becomes its index and is written without its name."""
    coords = {"stimulus_id": ("presentation", IDS), "region": ("presentation", ["V4"] * STIMULI), "neuroid_id": ("neuroid", [3, 1, 2])}
    return NeuroidAssembly(made_up((STIMULI, 3), 4), coords=coords, dims=["presentation", "neuroid"])


def legacy():
    coords = {**presentations(), **neuroids(3)}
    coords["image_id"] = coords.pop("stimulus_id")
    return DataAssembly(made_up((18, 3), 5), coords=coords, dims=["presentation", "neuroid"])


def similarities():
    """Repeated dimensions: presentation × presentation × neuroid, a neuroid being a subject's region."""
    values = made_up((4, STIMULI, STIMULI), 6)
    values = (values + values.transpose(0, 2, 1)) / 2
    values[:, range(STIMULI), range(STIMULI)] = 1
    coords = {
        "stimulus_id": ("presentation", IDS),
        "object_name": ("presentation", list("aabbcc")),
        "subject": ("neuroid", ["one", "one", "two", "two"]),
        "region": ("neuroid", ["V4", "IT", "V4", "IT"]),
    }
    return xr.DataArray(values.transpose(1, 2, 0), coords=coords, dims=["presentation", "presentation", "neuroid"])


def guide():
    """The example of docs/guide.md: 4 stimuli × 2 repetitions, of which nothing else differs."""
    coords = {
        "stimulus_id": ("presentation", [f"edge{i}" for i in [1, 2, 3, 4, 1, 2, 3, 4]]),
        "repetition": ("presentation", [0] * 4 + [1] * 4),
        **neuroids(4),
        **BINS,
    }
    values = np.concatenate([made_up((4, 4, 2), 8)] * 2) + made_up((8, 4, 2), 9) / 4
    return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def answers():
    coords = {"stimulus_id": ("presentation", IDS), "subject": ("presentation", [f"s{i}" for i in range(STIMULI)])}
    return DataAssembly(np.array(list("abcabc"), dtype=object), coords=coords, dims=["presentation"])


def plain(value):
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value


def described(assembly) -> dict:
    """Every coordinate as Brain-Score's code walks them, and the values (NaN as null)."""
    coords = {}
    for name, dims, values in get_metadata(assembly, include_indexes=False):
        coords[name] = {"dim": list(dims)[0], "values": [plain(value) for value in np.asarray(values)]}
    for dim in assembly.dims:  # an index of one coordinate, which has lost its name
        if dim in assembly.coords and not isinstance(assembly.indexes[dim], pd.MultiIndex):
            coords[dim] = {"dim": dim, "values": [plain(value) for value in assembly[dim].values]}
    values = assembly.values
    return {
        "dims": list(assembly.dims),
        "shape": list(assembly.shape),
        "coords": coords,
        "values": [plain(value) for value in values.ravel()],
    }


def read_back(path) -> dict:
    return described(AssemblyLoader(cls=DataAssembly, file_path=path).load())


def stimulus_set(folder: Path) -> None:
    pictures = {}
    for i, stimulus in enumerate(IDS):
        pictures[stimulus] = folder / f"{i}.png"
        Image.new("RGB", (8, 8), (20 * i, 90, 160)).save(pictures[stimulus])
    stimuli = StimulusSet(pd.DataFrame({
        "stimulus_id": IDS,
        "object_name": list("aabbcc"),
        "stimulus_path_within_store": [f"picture{i}" for i in range(STIMULI)],
    }))
    stimuli.stimulus_paths = pictures
    package_stimulus_set_locally(stimuli, "made.Up2026", folder)
    # The packaging writes columns in the order of a Python set, another on every run.
    columns = pd.read_csv(folder / "stimulus_made_Up2026.csv")[["stimulus_id", "object_name", "filename"]]
    columns.to_csv(OUTPUT / "stimulus_made_Up2026.csv", index=False)
    shutil.copy(folder / "stimulus_made_Up2026.zip", OUTPUT)


ARRAYS = {
    "float64": made_up((3, 4), 11),
    "float32": made_up((3, 4), 12, "float32"),
    "float16": made_up((3, 4), 13, "float16"),
    "big endian float64": made_up((3, 4), 14).astype(">f8"),
    "big endian float32": made_up((3, 4), 15).astype(">f4"),
    "big endian float16": made_up((3, 4), 16).astype(">f2"),
    "Fortran order": np.asfortranarray(made_up((3, 4), 17)),
    "Fortran order, three dimensions": np.asfortranarray(made_up((3, 4, 2), 18, "float32")),
    "float16, what is special": np.array([0, -0.0, 6e-8, 6.1e-5, 65504, np.inf, -np.inf, np.nan], dtype="float16"),
    "int16": made_up((3, 4), 19, "int16"),
    "uint8": np.arange(6, dtype="uint8").reshape(2, 3),
    "int64": made_up((2, 3), 20, "int64"),
    "one dimension": made_up((5,), 21),
    "none of them": np.zeros((0, 4)),
}


def special(value):
    return float(value) if np.isfinite(value) else str(value)


def npy() -> dict:
    files = []
    for name, array in ARRAYS.items():
        for version_ in [(1, 0), (2, 0), (3, 0)] if name == "float64" else [None]:
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=version_)
            back = np.load(io.BytesIO(buffer.getvalue()))
            files.append({
                "name": name if version_ is None else f"{name}, version {version_[0]}",
                "base64": base64.b64encode(buffer.getvalue()).decode(),
                "shape": list(back.shape),
                "values": [special(value) for value in back.astype("float64").ravel()],
            })
    return {"made_by": "reference/brainscore_packaging.py", "numpy": version("numpy"), "files": files}


def write(name: str, content: dict) -> None:
    (OUTPUT / name).write_text(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")


def main() -> None:
    for old in OUTPUT.glob("*"):
        old.unlink()
    expected = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stimulus_set(folder)
        package_data_assembly_locally(three_dimensions(), "made.Up2026", "made.Up2026", downloads_path=folder)
        shutil.copy(folder / "assy_made_Up2026.nc", OUTPUT)
    for name, assembly, options in [
        ("other-order.nc", other_order(), {}),
        ("integers.nc", integers(), {}),
        ("lone-coordinates.nc", lone_coordinates(), {}),
        ("legacy.nc", legacy(), {"compress": False}),
        ("similarities.nc", similarities(), {}),
        ("answers.nc", answers(), {}),
        ("guide.nc", guide(), {}),
    ]:
        assembly.attrs["stimulus_set_identifier"] = "made.Up2026"
        write_netcdf(assembly, OUTPUT / name, **options)
    # A group beside the assembly, as `extras` are written.
    write_netcdf(integers(), OUTPUT / "group.nc")
    write_netcdf(legacy(), OUTPUT / "group.nc", append=True, group="extra")
    # An index by the dimension's own name, and numbers of the other byte order.
    indexed = xr.DataArray(made_up((STIMULI, 3), 7), dims=["presentation", "neuroid"],
                           coords={"presentation": IDS, "neuroid_id": ("neuroid", ["a", "b", "c"])}, name="rates")
    indexed.to_netcdf(OUTPUT / "indexed.nc")
    with h5py.File(OUTPUT / "indexed.nc", "a") as file:
        del file["rates"]
        rates = file.create_dataset("rates", data=made_up((STIMULI, 3), 7).astype(">f8"), fletcher32=True)
        rates.attrs["coordinates"] = "neuroid_id"
        for axis, dim in enumerate(["presentation", "neuroid"]):
            rates.dims[axis].attach_scale(file[dim])
    # Nothing is written to these; their headers alone speak of gigabytes.
    for name, sizes, chunks in [
        ("huge.nc", (2**20, 2**12), (1024, 64)),
        ("huge-chunk.nc", (2**13, 2**13), (2**13, 2**13)),
        ("huge-unwritten.nc", (2**13, 2**13), (1024, 64)),
    ]:
        with netCDF4.Dataset(OUTPUT / name, "w") as file:
            for dim, size in zip(["presentation", "neuroid"], sizes):
                file.createDimension(dim, size)
            file.createVariable("data", "f8", ("presentation", "neuroid"), zlib=True, chunksizes=chunks)
    for path in sorted(OUTPUT.glob("*.nc")):
        if path.name.startswith("huge"):
            continue
        try:
            expected[path.name] = read_back(path)
        except Exception as error:  # what Brain-Score itself cannot load, but a person may have
            expected[path.name] = {"error": type(error).__name__}
    write("expected.json", {
        "made_by": "reference/brainscore_packaging.py",
        "versions": {name: version(name) for name in ("brainscore_core", "numpy", "pandas", "xarray", "netCDF4", "h5py")},
        "note": "The values are made up; they are nobody's recordings.",
        "files": expected,
    })
    write("npy.json", npy())


if __name__ == "__main__":
    main()
