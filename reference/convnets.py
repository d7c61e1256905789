"""Golden taps of the panel's convolutional networks: every layer that our drawings offer, on generated weights and images.

alexnet and resnet50 are torchvision's and mobilenet-v2 is transformers'. CORnet-S and VOneResNet-50 are published under
the GPL and GRCNN-55 as a script of its authors' repository, so these three are written here from the papers and from the
names and shapes in the checkpoints; how they were checked once against the authors' own code is in reference/README.md.

Writes src/models/architectures/golden/<name>.json for each name given (default: all).
Usage: python reference/convnets.py [alexnet] [resnet50] [cornet-s] [voneresnet50] [mobilenet-v2] [grcnn]
"""

import sys
from importlib.metadata import version

import torch
import torchvision
from torch import nn
from torchvision.models.resnet import Bottleneck

from generator import GAIN, SAMPLES, fill, images, run, write_golden

TORCH = {"torch": torch.__version__, "torchvision": torchvision.__version__}


def conv(into: int, out: int, kernel: int, stride: int = 1, groups: int = 1, bias: bool = False) -> nn.Conv2d:
    """Padded so that stride 1 keeps the size."""
    return nn.Conv2d(into, out, kernel, stride, kernel // 2, groups=groups, bias=bias)


# ------------------------------------------------------------------------------------------------------------- CORnet-S


class CORnetV1(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = conv(3, 64, 7, stride=2), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.conv2, self.norm2 = conv(64, 64, 3), nn.BatchNorm2d(64)
        self.output = nn.Identity()

    def forward(self, x):
        x = self.pool(torch.relu(self.norm1(self.conv1(x))))
        return self.output(torch.relu(self.norm2(self.conv2(x))))


class CORnetArea(nn.Module):
    """A bottleneck that runs `times` times with the same convolutions and a normalisation of its own each time."""

    def __init__(self, into: int, out: int, times: int, scale: int = 4):
        super().__init__()
        self.times, wide = times, scale * out
        self.conv_input = conv(into, out, 1)
        self.skip, self.norm_skip = conv(out, out, 1, stride=2), nn.BatchNorm2d(out)
        self.conv1, self.conv2, self.conv3 = conv(out, wide, 1), conv(wide, wide, 3), conv(wide, out, 1)
        self.output = nn.Identity()
        for t in range(times):
            for number, channels in (1, wide), (2, wide), (3, out):
                self.add_module(f"norm{number}_{t}", nn.BatchNorm2d(channels))

    def forward(self, x):
        x = self.conv_input(x)
        for t in range(self.times):
            norm1, norm2, norm3 = (self.get_submodule(f"norm{number}_{t}") for number in (1, 2, 3))
            skip = self.norm_skip(self.skip(x)) if t == 0 else x
            x = torch.relu(norm1(self.conv1(x)))
            x = torch.conv2d(x, self.conv2.weight, stride=2 if t == 0 else 1, padding=1)
            x = norm3(self.conv3(torch.relu(norm2(x))))
            x = self.output(torch.relu(x + skip))
        return x


class CORnetS(nn.Module):
    """Kubilius et al. 2019, arXiv 1909.06161."""

    TIMES = {"V1": 1, "V2": 2, "V4": 4, "IT": 2}

    def __init__(self):
        super().__init__()
        self.V1 = CORnetV1()
        self.V2, self.V4, self.IT = CORnetArea(64, 128, 2), CORnetArea(128, 256, 4), CORnetArea(256, 512, 2)
        self.decoder = nn.Sequential()
        self.decoder.add_module("avgpool", nn.AdaptiveAvgPool2d(1))
        self.decoder.add_module("flatten", nn.Flatten())
        self.decoder.add_module("linear", nn.Linear(512, 1000))
        self.decoder.add_module("output", nn.Identity())

    def forward(self, x):
        return self.decoder(self.IT(self.V4(self.V2(self.V1(x)))))


# -------------------------------------------------------------------------------------------------------- VOneResNet-50


class VOneBlock(nn.Module):
    """Simple and complex cells of V1 over a bank of Gabor filters, without noise."""

    SIMPLE, COMPLEX, EXCITATION = 256, 256, 25.0

    def __init__(self):
        super().__init__()
        self.simple_conv_q0 = nn.Conv2d(3, self.SIMPLE + self.COMPLEX, 25, 4, 12, bias=False)
        self.simple_conv_q1 = nn.Conv2d(3, self.SIMPLE + self.COMPLEX, 25, 4, 12, bias=False)

    def forward(self, x):
        q0, q1 = self.simple_conv_q0(x), self.simple_conv_q1(x)
        simple = torch.relu(q0[:, : self.SIMPLE])
        energy = torch.sqrt(q0[:, self.SIMPLE :] ** 2 + q1[:, self.SIMPLE :] ** 2) / 2**0.5
        return torch.relu(self.EXCITATION * torch.cat([simple, energy], 1))


class VOneResNet50(nn.Module):
    """Dapello et al. 2020, NeurIPS 33: a ResNet-50 whose stem is a model of V1."""

    def __init__(self):
        super().__init__()
        self.vone_block = VOneBlock()
        self.bottleneck = conv(512, 64, 1)
        resnet = torchvision.models.resnet50()
        self.model = nn.Sequential()
        for name in "layer1", "layer2", "layer3", "layer4", "avgpool", "flatten", "fc":
            self.model.add_module(name, nn.Flatten() if name == "flatten" else getattr(resnet, name))

    def forward(self, x):
        return self.model(self.bottleneck(self.vone_block(x)))


# ------------------------------------------------------------------------------------------------------------- GRCNN-55


class GRCL(nn.Module):
    """A gated recurrent convolution layer of `into` → 4·`narrow` channels, and its down-sampling where there is one."""

    def __init__(self, into: int, narrow: int, times: int, down: bool, groups: int = 32):
        super().__init__()
        self.times, self.down, wide = times, down, 4 * narrow
        norm = nn.BatchNorm2d
        self.bn_f, self.conv_f = norm(into), conv(into, wide, 3, groups=groups)
        self.bn_g_f, self.conv_g_f = norm(into), conv(into, wide, 1, groups=groups, bias=True)
        self.conv_g_r = conv(wide, wide, 1, groups=groups)
        for t in range(1, times + 1):
            steps = [norm(wide), nn.ReLU(), conv(wide, narrow, 1), norm(narrow), nn.ReLU(), conv(narrow, narrow, 3)]
            steps += [norm(narrow), nn.ReLU(), conv(narrow, wide, 1)]
            self.add_module(f"iter_{t}", nn.Sequential(*steps))
            self.add_module(f"iter_g_{t}", nn.Sequential(norm(wide), nn.ReLU()))
        if down:
            self.d_bn, self.d_conv = norm(wide), conv(wide, wide, 1)
            self.d_bn_1, self.d_conv_1 = norm(wide), conv(wide, narrow, 1)
            self.d_bn_3, self.d_conv_3 = norm(narrow), conv(narrow, narrow, 3, stride=2)
            self.d_conv_1e = conv(narrow, wide, 1)

    def forward(self, x):
        state = self.conv_f(torch.relu(self.bn_f(x)))
        gate_forward = self.conv_g_f(torch.relu(self.bn_g_f(x)))
        for t in range(1, self.times + 1):
            gate = torch.sigmoid(self.conv_g_r(self.get_submodule(f"iter_g_{t}")(state)) + gate_forward)
            state = self.get_submodule(f"iter_{t}")(state) * gate + state
        if not self.down:
            return state
        pooled = self.d_conv(nn.functional.avg_pool2d(torch.relu(self.d_bn(state)), 2))
        strided = self.d_conv_3(torch.relu(self.d_bn_3(self.d_conv_1(torch.relu(self.d_bn_1(state))))))
        return pooled + self.d_conv_1e(strided)


class GRCNN55(nn.Module):
    """Wang & Hu 2021, arXiv 2106.02859."""

    TIMES = {"layer1": 3, "layer2": 3, "layer3": 4, "layer4": 3}

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, stride=2), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.conv2 = conv(64, 64, 3)
        into = 64
        for (name, times), narrow in zip(self.TIMES.items(), (64, 128, 256, 512)):
            self.add_module(name, GRCL(into, narrow, times, down=name != "layer4"))
            into = 4 * narrow
        self.lastact = nn.Sequential(nn.BatchNorm2d(2048), nn.ReLU())
        self.avgpool = nn.AvgPool2d(7)
        self.classifier = nn.Linear(2048, 1000)

    def forward(self, x):
        x = self.conv2(self.pool(torch.relu(self.bn1(self.conv1(x)))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.classifier(self.avgpool(self.lastact(x)).flatten(1))


# ----------------------------------------------------------------------------------------------------------- the goldens


def same(*names: str) -> dict[str, str]:
    """Taps that carry their modules' names."""
    return {name: name for name in names}


def bottlenecks(model: nn.Module) -> dict[str, str]:
    """Of each residual block: the last convolution and the projection before normalisation, and the block's output."""
    taps = {}
    for name, module in model.named_modules():
        if isinstance(module, Bottleneck):
            inner = [f"{name}.conv3", *([f"{name}.downsample.0"] if module.downsample is not None else []), name]
            taps |= same(*inner)
    return taps


def write(
    name: str,
    model: nn.Module,
    taps: dict,
    versions: dict,
    column: int = 0,
    samples: int = SAMPLES,
    gain: float = GAIN,
) -> None:
    """`column`: where the classifier's wanted outputs begin."""
    tensors = fill(model, gain=gain)
    values = run(model, images([3, 224, 224]), taps)
    if column > 0:
        values["classifier"] = values["classifier"][:, column:]
    write_golden(name, "reference/convnets.py", versions, [3, 224, 224], tensors, values, samples=samples)


def alexnet() -> None:
    model = torchvision.models.alexnet()
    leaves = [f"features.{i}" for i in range(13)] + [f"classifier.{i}" for i in (1, 2, 4, 5, 6)]
    write("alexnet", model, same(*leaves), TORCH)


def resnet50() -> None:
    model = torchvision.models.resnet50()
    write("resnet50", model, same("conv1") | bottlenecks(model) | same("avgpool", "fc"), TORCH)


def cornet_s() -> None:
    calls = {f"{a}.output-t{t}": (f"{a}.output", t) for a, times in CORnetS.TIMES.items() for t in range(times)}
    taps = calls | {"decoder.avgpool-t0": "decoder.avgpool", "decoder.output": "decoder.output"}
    write("cornet-s", CORnetS(), taps, {"torch": TORCH["torch"]})


def voneresnet50() -> None:
    model = VOneResNet50()
    taps = same("vone_block", "bottleneck") | bottlenecks(model) | same("model.avgpool", "model.fc")
    write("voneresnet50", model, taps, TORCH)


def mobilenet_v2() -> None:
    from transformers import MobileNetV2Config, MobileNetV2ForImageClassification

    # The other options of google/mobilenet_v2_1.4_224 are the defaults.
    model = MobileNetV2ForImageClassification(MobileNetV2Config(depth_multiplier=1.4, num_labels=1001))
    blocks = [f"mobilenet_v2.layer.{i}" for i in range(16)]
    taps = same("mobilenet_v2.conv_stem", *blocks, "mobilenet_v2.pooler", "classifier")
    # Column 0 is a background class that Brain-Score drops from the readout too (models/mobilenet_v2_1_4_224).
    write("mobilenet-v2", model, taps, {"torch": TORCH["torch"], "transformers": version("transformers")}, column=1)


def grcnn() -> None:
    """conv_g_r runs once an iteration: its last output counts.

    A gain of 1 keeps the gates' logits near 0. At 2 they reach hundreds, the gates become steps, and the network is too
    ill-conditioned to compare: PyTorch's own float32 then differs from its float64 by 0.07 of layer4's maximum.
    """
    taps = ["conv1", "conv2"]
    for layer, times in GRCNN55.TIMES.items():
        taps += [f"{layer}.{name}" for name in ("conv_f", "conv_g_f", "conv_g_r")]
        taps += [f"{layer}.{name}" for t in range(1, times + 1) for name in (f"iter_g_{t}.1", f"iter_{t}.3", f"iter_{t}.8")]
        if layer != "layer4":
            taps += [f"{layer}.d_conv_1", f"{layer}.d_conv_3", f"{layer}.d_conv_1e"]
        taps.append(layer)
    taps += ["lastact.1", "classifier"]
    write("grcnn", GRCNN55(), same(*taps), {"torch": TORCH["torch"]}, samples=12, gain=1.0)


NETWORKS = {
    "alexnet": alexnet,
    "resnet50": resnet50,
    "cornet-s": cornet_s,
    "voneresnet50": voneresnet50,
    "mobilenet-v2": mobilenet_v2,
    "grcnn": grcnn,
}

if __name__ == "__main__":
    for network in sys.argv[1:] or NETWORKS:
        NETWORKS[network]()
