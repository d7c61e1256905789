"""Golden taps of HMAX, on generated patches and images.

Brain-Score's `hmax` is a copy of van Vliet's pytorch_hmax, which has no licence, so this is written from its description
and from Serre, Oliva & Poggio 2007; how it was checked once against Brain-Score's file is in reference/README.md. The
patches are what scipy.io.loadmat gives for the variable `patches` of universal_patch_set.mat: patch set k is a matrix of
size·size·4 rows (orientation, column, row; row fastest) and 400 columns.

Writes src/models/architectures/golden/hmax.json.
Usage: python reference/hmax.py
"""

import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d

from generator import generate, images, write_golden

ORIENTATIONS = (90, -45, 0, 45)
SIZES = range(7, 38, 2)
WAVELENGTHS = [4 - 0.05 * i for i in range(16)]


def gabor(size: int, wavelength: float, orientation: float) -> np.ndarray:
    lam = size * 2 / wavelength
    x, y = np.mgrid[:size, :size] - size // 2
    theta = np.deg2rad(orientation + 90)
    u, v = x * np.cos(theta) + y * np.sin(theta), -x * np.sin(theta) + y * np.cos(theta)
    g = np.exp(-(u**2 + 0.3**2 * v**2) / (2 * (0.8 * lam) ** 2)) * np.cos(2 * np.pi * u / lam)
    g[np.sqrt(x**2 + y**2) > size / 2] = 0
    g -= g.mean()
    return g / np.sqrt((g**2).sum())


def s1(image: torch.Tensor, size: int, wavelength: float) -> torch.Tensor:
    filters = torch.tensor(np.stack([gabor(size, wavelength, o) for o in ORIENTATIONS])[:, None], dtype=torch.float32)
    norm = conv2d(image**2, torch.ones(1, 1, size, size), padding=size // 2).sqrt()
    norm[norm == 0] = 1
    return conv2d(image, filters, padding=size // 2).abs() / norm


def c1(pair: list[torch.Tensor], pool: int) -> torch.Tensor:
    return max_pool2d(torch.maximum(*pair), pool, pool // 2, pool // 2)


def s2(c: torch.Tensor, patches: np.ndarray) -> torch.Tensor:
    """Gaussian tuning to patches × orientation × row × column."""
    size = patches.shape[-1]
    p = torch.tensor(patches, dtype=torch.float32)
    energy = conv2d((c**2).sum(1, keepdim=True), torch.ones(1, 1, size, size), padding=size // 2)
    squares = torch.tensor((patches**2).sum((1, 2, 3)), dtype=torch.float32)[:, None, None]
    return torch.exp(-(energy - 2 * conv2d(c, p, padding=size // 2) + squares) / 2)


def hmax(x: np.ndarray, patch_sets: list[np.ndarray]) -> list[np.ndarray]:
    """c2_0 … c2_7 of images N × 3 × 224 × 224: each N × 400."""
    image = torch.from_numpy(x).mean(1, keepdim=True)
    simple = [s1(image, size, wavelength) for size, wavelength in zip(SIZES, WAVELENGTHS)]
    complex_ = [c1(simple[2 * j : 2 * j + 2], 8 + 2 * j) for j in range(8)]
    answers = []
    for k, rows in enumerate(patch_sets):
        size = 2 * (k + 1)
        patches = rows.astype(np.float64).reshape(4, size, size, 400).transpose(3, 0, 2, 1)
        answers.append(torch.stack([s2(c, patches).amax((2, 3)) for c in complex_]).amax(0).numpy())
    return answers


if __name__ == "__main__":
    torch.set_num_threads(1)
    tensors = {f"patches[{k}]": [(2 * k + 2) ** 2 * 4, 400] for k in range(8)}
    x = images([3, 224, 224])
    answers = hmax(x, [generate(name, shape) for name, shape in tensors.items()])
    taps = {f"c2_{k}": answer for k, answer in enumerate(answers)}
    write_golden("hmax", "reference/hmax.py", {"torch": torch.__version__}, x.shape[1:], tensors, taps)
