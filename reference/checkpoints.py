"""Small checkpoints made by the libraries themselves, and what those libraries read back from them.

Nothing here is a trained network's; the numbers are chosen to show mistakes of reading: every place has another value,
storages are shared by views with offsets and strides, and there are scalars, empty tensors and every dtype.

Writes src/models/checkpoints/golden/. Each command needs one library, and replaces its own files and their entries of
expected.json: per file its container, its plain values and its tensors, each with dtype, shape and the SHA-256 of its
values as float32 in C order (none where the numbers are not real ones).

    python reference/checkpoints.py torch         (torch 1.13, dill)
    python reference/checkpoints.py safetensors   (safetensors)
    python reference/checkpoints.py mat           (scipy, octave-cli)
    python reference/checkpoints.py tensorflow    (tensorflow)
"""

import argparse
import gzip
import hashlib
import io
import json
import pickle
import random
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "src/models/checkpoints/golden"
INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
DTYPES = ("float16", "float32", "float64", *INTEGERS, "bool")


def facts(dtype: str, shape, values: np.ndarray | None) -> dict:
    """`values`: of any dtype that numpy casts to float32; None where the numbers are not real ones."""
    if values is None:
        return {"dtype": dtype, "shape": list(shape), "sha256": None}
    floats = np.ascontiguousarray(values, dtype=np.float32)
    if np.isnan(floats).any():
        raise ValueError("the bits of NaN depend on who casts them")
    return {"dtype": dtype, "shape": list(shape), "sha256": hashlib.sha256(floats.astype("<f4").tobytes()).hexdigest()}


def replace_golden(pattern: str, made_by: dict, entries: dict) -> None:
    """Replaces the entries of expected.json whose file names match `pattern`: one tensor a line."""
    path = GOLDEN / "expected.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known = {name: entry for name, entry in known.items() if not re.match(pattern, name)}
    for name, (container, tensors, *values) in entries.items():
        entry = {"made_by": made_by, "container": container, "values": values[0] if values else None}
        known[name] = {**entry, "tensors": tensors}
    files = []
    for name, entry in sorted(known.items()):
        lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in entry["tensors"].items())
        head = ", ".join(f"{json.dumps(k)}: {json.dumps(entry[k])}" for k in ("made_by", "container", "values"))
        files.append(f'{json.dumps(name)}: {{{head}, "tensors": {{\n{lines}\n}}}}')
    path.write_text("{\n" + ",\n".join(files) + "\n}\n")
    for name in entries:
        print(f"{name}: {(GOLDEN / name).stat().st_size} bytes, {len(entries[name][1])} tensors")


def ramp(*shape: int) -> np.ndarray:
    """float64; no two places have one value, and float32 holds them all."""
    return (np.arange(np.prod(shape, dtype=int)) * 0.375 - 1.5).reshape(shape)


def halves() -> np.ndarray:
    """Every seventh bit pattern of 16 bits, uint16."""
    return np.arange(0, 65536, 7, dtype=np.uint16)


# --------------------------------------------------------------------------------------------------------------- torch


class Python2Pickler(pickle._Pickler):
    """Writes text as Python 2 wrote its str: BINSTRING, which Python 3 reads and no longer writes."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_str(self, text):
        data = text.encode()
        head = b"U" + bytes([len(data)]) if len(data) < 256 else b"T" + len(data).to_bytes(4, "little")
        self.write(head + data)
        self.memoize(text)

    dispatch[str] = save_str


class ViewPickler(pickle._Pickler):
    """Describes every storage as a view of itself that begins at its third number, as PyTorch before 0.4 did views."""

    def __setattr__(self, name, value):
        if name == "persistent_id":
            identify = value
            value = lambda thing: self.as_view(identify(thing))  # noqa: E731
        super().__setattr__(name, value)

    @staticmethod
    def as_view(identifier):
        if identifier is None or identifier[0] != "storage":
            return identifier
        kind, storage, key, device, numel, _ = identifier
        return kind, storage, key, device, numel, (f"view of {key}", 3, numel - 3)


def pickling(pickler):
    """A module in pickle's place, as torch.save takes one."""
    module = argparse.Namespace(**{name: getattr(pickle, name) for name in dir(pickle) if not name.startswith("__")})
    module.Pickler = pickler
    module.dump = lambda obj, file, protocol=None: pickler(file, protocol).dump(obj)
    module.__name__ = "pickle"
    return module


def torch_tensors(value, name: str = "") -> dict:
    """What the readers are to find: the strided tensors of nested dictionaries; not the state of optimizers."""
    import torch

    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or value.is_quantized:
            return {}
        dtype = str(value.dtype).removeprefix("torch.")
        real = not value.is_complex()
        values = value.detach().to(torch.float32).numpy() if real else None
        return {name: facts(dtype if real else "other", value.shape, values)}
    if not isinstance(value, dict) or {"state", "param_groups"} <= value.keys():
        return {}
    found = {}
    for key, entry in value.items():
        if isinstance(key, (str, int)):
            found |= torch_tensors(entry, f"{name}.{key}" if name else str(key))
    return found


def torch_values(value, name: str = "") -> dict:
    """The text, numbers and truth values beside them."""
    if not isinstance(value, dict):
        return {name: value} if type(value) in (str, int, float, bool, type(None)) else {}
    found = {}
    if not {"state", "param_groups"} <= value.keys():
        for key, entry in value.items():
            found |= torch_values(entry, f"{name}.{key}" if name else str(key))
    return found


def torch_files() -> None:
    from collections import OrderedDict, defaultdict

    import dill
    import torch

    def tensor(*shape: int):
        return torch.from_numpy(ramp(*shape)).float()

    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    optimizer = torch.optim.Adam(network.parameters())
    network(tensor(2, 3, 5, 5)).square().sum().backward()
    optimizer.step()
    training = {
        "epoch": 20,
        "arch": "tiny",
        "resumed": False,
        "notes": {"of": {"lr": 0.1, "large": 2**40, "nothing": None}, "é": "ü"},
        "args": argparse.Namespace(lr=0.1),
        "best": np.float64(0.5),
        "curve": np.arange(3.0),
        "state_dict": OrderedDict((f"module.{name}", value) for name, value in network.state_dict().items()),
        "optimizer": optimizer.state_dict(),
        "when": (2**70, -(2**40), None, True, 1.5, b"bytes", {1, 2}, [tensor(2)]),
        "flags": {"k_exc": 25, 3: tensor(2, 2)},
        "counts": defaultdict(int, {"a": tensor(3)}),
    }

    base = tensor(4, 6)
    attributed = tensor(2, 3)
    attributed.origin = "somewhere"
    views = {
        "whole": base,
        "transposed": base.t(),
        "row": base[2],
        "column": base[:, 3],
        "inner": base[1:3, 1:5],
        "stepped": base[::2, ::3],
        "repeated": base[0, :3].expand(5, 3),
        "permuted": tensor(2, 3, 4, 5).permute(3, 0, 2, 1),
        "channels_last": tensor(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        "diagonal": base[:4, :4].diagonal(),
        "one_column": base[:, :1],
        "scalar": torch.tensor(2.5),
        "inner_scalar": base[3, 5],
        "empty": torch.zeros(0, 3),
        "empty_view": base[4:],
        "parameter": torch.nn.Parameter(tensor(3, 2)),
        "attributed": attributed,
    }

    integers = torch.tensor([[0, 1, -1, 100], [127, -128, 5, 7]])
    bits = torch.from_numpy(halves().view(np.int16))
    half = bits.view(torch.float16)
    brain = bits[::16].clone().view(torch.bfloat16)
    dtypes = {
        "half": half[~half.isnan()],
        "bfloat16": brain[~brain.isnan()],
        "float": torch.tensor([float("inf"), -0.0, 1e-45, 3.4e38]),
        "double": torch.tensor([0.1, 1e300, -1e-300, 1 + 2**-24], dtype=torch.float64),
        "byte": integers.abs().to(torch.uint8),
        **{str(dtype): integers.to(dtype) for dtype in (torch.int8, torch.int16, torch.int32)},
        "long": torch.tensor([2**24 + 1, -(2**52) - 1, 0]),
        "bool": integers > 3,
        "complex": torch.tensor([1 + 2j]),
        "sparse": torch.eye(3).to_sparse(),
        "quantised": torch.quantize_per_tensor(tensor(4), 0.1, 10, torch.quint8),
    }

    class Unknown:
        """A class that only dill can name; its pickle holds code."""

        def __init__(self, network):
            self.network = network

    def adversary(x):
        return x + 1

    def step():
        return 3

    for function in (Unknown.__init__, adversary, step):  # not the path on this machine
        function.__code__ = function.__code__.replace(co_filename=Path(__file__).name)
    dilled = {"model": {f"module.model.{k}": v for k, v in network.state_dict().items()}}
    dilled |= {"attack": adversary, "trainer": Unknown(tensor(2)), "step": step}

    dill.settings["recurse"] = True  # what a function uses, and not all of this script
    old = {"_use_new_zipfile_serialization": False}
    files = {
        "torch-zip-training.pth": (training, {}),
        "torch-zip-views.pth": (views, {}),
        "torch-zip-dtypes.pth": (dtypes, {}),
        "torch-zip-protocol4.pth": (training, {"pickle_protocol": 4}),
        "torch-legacy-training.pth": (training, old),
        "torch-legacy-views.pth": (views, old),
        "torch-legacy-dtypes.pth": (dtypes, old),
        "torch-legacy-protocol4.pth": (training, {**old, "pickle_protocol": 4}),
        "torch-legacy-python2.pth": (
            {"state_dict": training["state_dict"]},
            {**old, "pickle_module": pickling(Python2Pickler)},
        ),
        "torch-legacy-storage-views.pth": (
            {"a": tensor(12)[:5], "b": tensor(3, 4)[:2].t()},
            {**old, "pickle_module": pickling(ViewPickler)},
        ),
        "torch-legacy-dill.pth": (dilled, {**old, "pickle_module": dill}),
    }
    entries = {}
    for name, (contents, options) in files.items():
        torch.save(contents, GOLDEN / name, **options)
        opener = {"pickle_module": dill} if "dill" in name else {}
        read = torch.load(GOLDEN / name, map_location="cpu", **opener)
        container = "torch-zip" if "zip" in name else "torch-legacy"
        entries[name] = (container, torch_tensors(read), torch_values(read))
    replace_golden("torch-", {"torch": torch.__version__, "dill": dill.__version__}, entries)


# --------------------------------------------------------------------------------------------------------- safetensors


def safetensors_files() -> None:
    import safetensors
    import safetensors.numpy

    arrays = {"layer.weight": np.float32(ramp(4, 3, 2)), "scalar": np.array(2.5, np.float32), "empty": ramp(0, 3)}
    for dtype in DTYPES:
        limit = 2**20 if np.dtype(dtype).itemsize > 2 or dtype.startswith("float") else 100
        values = np.array([[0, 1, 2], [limit - 1, 57, 3]])
        arrays[f"of {dtype}"] = values.astype(dtype) if dtype != "float16" else halves()[:3000].view(np.float16)
    name = "safetensors.safetensors"
    safetensors.numpy.save_file(arrays, GOLDEN / name, metadata={"format": "np", "made": "up"})
    read = safetensors.numpy.load_file(GOLDEN / name)
    tensors = {key: facts(value.dtype.name, value.shape, value) for key, value in sorted(read.items())}
    with safetensors.safe_open(GOLDEN / name, "np") as file:
        entry = ("safetensors", tensors, file.metadata())
    replace_golden("safetensors", {"safetensors": safetensors.__version__}, {name: entry})


# ----------------------------------------------------------------------------------------------------------------- mat


def mat_tensors(value: np.ndarray, name: str) -> dict:
    """Numeric arrays, and those of cell arrays, counted in MATLAB's order. Text and structures are passed over."""
    import scipy.sparse

    if scipy.sparse.issparse(value):
        return {name: facts("other", value.shape, None)}
    if value.dtype == object:
        found = {}
        for i, cell in enumerate(value.ravel(order="F")):
            found |= mat_tensors(cell, f"{name}[{i}]")
        return found
    if value.dtype.kind == "c":
        return {name: facts("other", value.shape, None)}
    return {name: facts(value.dtype.name, value.shape, value)} if value.dtype.kind in "fiub" else {}


def mat_files() -> None:
    import scipy
    import scipy.io
    import scipy.sparse

    def cells(*values):
        out = np.empty((1, len(values)), dtype=object)
        out[0, :] = values
        return out

    patches = {
        # The layout of universal_patch_set.mat: a row of cells, each size·size·4 × patches; see hmax.py.
        "patches": cells(*(ramp(size * size * 4, 5) + 100 * size for size in (2, 4, 6))),
        "patchSizes": np.array([[2, 4, 6], [2, 4, 6], [4, 4, 4], [5, 5, 5]], dtype=np.float64),
    }
    classes = {
        **{f"of_{dtype}": np.arange(6).reshape(2, 3).astype(dtype) for dtype in DTYPES if dtype != "float16"},
        "scalar": np.array([[2.5]]),
        "cube": ramp(2, 3, 4),
        "empty": np.zeros((0, 3)),
        "complex_numbers": np.array([[1 + 2j]]),
        "sparse": scipy.sparse.csc_matrix(np.eye(3)),
        "text": "text",
        "structure": {"field": np.arange(3.0)},
        "nested": cells(cells(ramp(2, 2), "text"), ramp(1, 3), np.zeros((0, 0))),
        "grid": np.array([[ramp(1, 1), ramp(1, 2)], [ramp(2, 1), ramp(1, 3)]], dtype=object),
    }
    # MATLAB and Octave store doubles as the smallest integers that hold them, and Octave has strings of its own.
    octave = """
      patches = {reshape(1:12, 3, 4), reshape(-3:2, 2, 3) * 1000, 1e6 * ones(2), [0.5 1], single([1 2 3])};
      flag = [true false]; empty = {}; text = 'text'; range = 1:5; whole = int8([1 -2; 3 4]);
    """
    for name, version in {"mat-octave-v7.mat": "-v7", "mat-octave-v6.mat": "-v6"}.items():
        code = f"{octave} save('{version}', '{GOLDEN / name}', 'patches', 'flag', 'empty', 'text', 'range', 'whole');"
        subprocess.run(["octave-cli", "--no-init-file", "--eval", code], check=True)
    written = {
        "mat-patches.mat": (patches, True),
        "mat-patches-raw.mat": (patches, False),
        "mat-classes.mat": (classes, True),
        "mat-classes-raw.mat": (classes, False),
    }
    for name, (variables, compressed) in written.items():
        scipy.io.savemat(GOLDEN / name, variables, do_compression=compressed)
    entries = {}
    for path in sorted(GOLDEN.glob("mat-*.mat")):
        tensors = {}
        for name, value in scipy.io.loadmat(path).items():
            if not name.startswith("__"):
                tensors |= mat_tensors(value, name)
        entries[path.name] = ("mat", tensors)
    octave_version = subprocess.run(["octave-cli", "--version"], capture_output=True, text=True, check=True).stdout
    versions = {"scipy": scipy.__version__, "octave": octave_version.split()[3]}
    replace_golden("mat-", versions, entries)


# ---------------------------------------------------------------------------------------------------------- tensorflow


def tar(folder: Path, format: int) -> bytes:
    """The checkpoint's folder, without the dates and owners of this machine."""

    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
        return member

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        archive.add(folder, arcname=folder.name, filter=anonymous)
    return out.getvalue()


def tensorflow_files() -> None:
    import tensorflow as tf

    def save(prefix: Path, tensors: dict, slices: dict = {}) -> None:
        names = sorted(tensors)
        tf.raw_ops.SaveV2(
            prefix=str(prefix),
            tensor_names=names,
            shape_and_slices=[slices.get(name, "") for name in names],
            tensors=[tensors[name] for name in names],
        )

    def expected(prefix: Path) -> dict:
        reader = tf.train.load_checkpoint(str(prefix))
        shapes, dtypes, found = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map(), {}
        for name, shape in sorted(shapes.items()):
            dtype = dtypes[name].name
            known = dtype in (*DTYPES, "bfloat16") and name not in partitioned
            values = reader.get_tensor(name).astype(np.float32) if known else None
            found[name] = facts(dtype if known else "other", shape, values)
        return found

    partitioned = {"partitioned"}
    kinds = {f"kinds/{dtype}": tf.constant(np.arange(6).reshape(2, 3).astype(dtype)) for dtype in DTYPES}
    some = kinds | {
        "encode1/conv/weights": tf.constant(ramp(3, 3, 2, 4), tf.float32),
        "encode1/batch_normalization/gamma": tf.constant(ramp(4), tf.float32),
        "global_step": tf.constant(2**40 + 1, tf.int64),
        "empty": tf.zeros((0, 3)),
        "kinds/bfloat16": tf.constant(ramp(2, 3), tf.bfloat16),
        "kinds/complex": tf.constant([1 + 2j], tf.complex64),
        "kinds/text": tf.constant(["text", "more"]),
        "partitioned": tf.constant(ramp(2, 3), tf.float32),
    }
    # Names that share no beginnings and much else: an index of several blocks, which gzip makes small again.
    many = {f"{i:04d}/" + "block" * 60: tf.constant([i, i + 0.5], tf.float32) for i in range(1200)}
    random.seed(0)
    entries = {}
    with tempfile.TemporaryDirectory() as scratch:
        one = Path(scratch) / "one"
        one.mkdir()
        save(one / "model.ckpt-10", some, {"partitioned": "4 3 2,2:-"})
        (one / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-10"\n')
        (GOLDEN / "tf-bundle.tar").write_bytes(tar(one, tarfile.USTAR_FORMAT))
        entries["tf-bundle.tar"] = ("tf-bundle", expected(one / "model.ckpt-10"))

        two = Path(scratch) / "two"
        two.mkdir()
        save(Path(scratch) / "a", {"a/x": tf.constant(ramp(3, 2), tf.float32), "a/y": tf.constant([7], tf.int32)})
        save(Path(scratch) / "b", {"b/x": tf.constant(ramp(5), tf.float64)})
        prefixes = [str(Path(scratch) / name) for name in "ab"]
        tf.raw_ops.MergeV2Checkpoints(
            checkpoint_prefixes=prefixes, destination_prefix=str(two / "model"), delete_old_dirs=False
        )
        (GOLDEN / "tf-shards.tar").write_bytes(tar(two, tarfile.GNU_FORMAT))
        entries["tf-shards.tar"] = ("tf-bundle", expected(two / "model"))

        big = Path(scratch) / "big"
        big.mkdir()
        save(big / "model", many)
        (GOLDEN / "tf-blocks.tar.gz").write_bytes(gzip.compress(tar(big, tarfile.PAX_FORMAT), mtime=0))
        everything = expected(big / "model")
        for name, value in everything.items():
            if value["shape"] != [2]:
                raise ValueError(name)
        entries["tf-blocks.tar.gz"] = ("tf-bundle", dict(random.sample(sorted(everything.items()), 12)))
    replace_golden("tf-", {"tensorflow": tf.__version__}, entries)


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    commands = {
        "torch": torch_files,
        "safetensors": safetensors_files,
        "mat": mat_files,
        "tensorflow": tensorflow_files,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"Usage: python reference/checkpoints.py {'|'.join(commands)}")
    commands[sys.argv[1]]()
