"""Golden taps of the panel's vision transformers, on generated weights and images: every part of the network at the
published depth and a width that continuous integration can afford, and once at full size.

CrossViT is timm's, ViT is lukemelas's (the package pytorch-pretrained-vit). Two blocks of ViT are also run as
transformers' and as timm's module, filled under the names that these have for the same tensors.

Writes src/models/architectures/golden/<name>.json for each name given (default: all but the two of full size, which need
some minutes and 4 GB).
Usage: python reference/vision_transformers.py [crossvit] [crossvit-full] [vit] [vit-full] [vit-timm] [vit-transformers]
"""

import sys
from importlib.metadata import version

import timm
import torch
from pytorch_pretrained_vit import ViT
from pytorch_pretrained_vit.configs import PRETRAINED_MODELS
from timm.models.crossvit import CrossVit
from timm.models.vision_transformer import VisionTransformer
from transformers import ViTConfig, ViTForImageClassification

from generator import fill, images, run, write_golden

VERSIONS = {"torch": torch.__version__}
CROSSVIT_TAPS = {
    "blocks.0.blocks.0.0.norm2",
    "blocks.0.blocks.1.5.norm2",
    "blocks.0.revert_projs.0.2",
    "blocks.1.blocks.1.4.norm2",  # committed for every region
    "blocks.2.blocks.0.0.norm2",
    "blocks.2.revert_projs.1.2",
    "head.0",
    "head.1",
}
VIT_BLOCKS = (0, 2, 6, 16, 23)  # those committed, and the readout


def crossvit(name: str, module) -> None:
    tensors = fill(module)
    x = images([3, 224, 224])
    write_golden(
        name,
        "reference/vision_transformers.py",
        VERSIONS | {"timm": version("timm")},
        x.shape[1:],
        tensors,
        run(module, x, {tap: tap for tap in sorted(CROSSVIT_TAPS)}),
    )


def small_crossvit():
    return CrossVit(
        img_size=408,
        img_scale=(1.0, 384 / 408),
        patch_size=(12, 16),
        embed_dim=(28, 56),
        depth=((1, 6, 0),) * 3,
        num_heads=(7, 7),
        mlp_ratio=(3, 3, 1),
        multi_conv=True,
    )


def vit(name: str, module, taps: dict[str, str], versions: dict, size: int = 384) -> None:
    tensors = fill(module)
    x = images([3, size, size])
    made_by = "reference/vision_transformers.py"
    write_golden(name, made_by, VERSIONS | versions, x.shape[1:], tensors, run(module, x, taps))


def lukemelas(width: int):
    PRETRAINED_MODELS["reduced"] = {
        "config": PRETRAINED_MODELS["L_32"]["config"] | {"dim": width, "ff_dim": 4 * width},
        "image_size": (384, 384),
        "num_classes": 1000,
    }
    return ViT("reduced", pretrained=False)


def lukemelas_vit(name: str, width: int) -> None:
    taps = {f"transformer.blocks.{i}.pwff.fc2": f"transformer.blocks.{i}.pwff.fc2" for i in VIT_BLOCKS} | {"fc": "fc"}
    vit(name, lukemelas(width), taps, {"pytorch-pretrained-vit": version("pytorch-pretrained-vit")})


# Two blocks of four heads on 64 × 64 pixels: what is compared is the names.
SMALL = {"image_size": 64, "patch_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}


def timm_vit() -> None:
    module = VisionTransformer(
        img_size=SMALL["image_size"],
        patch_size=SMALL["patch_size"],
        embed_dim=32,
        depth=SMALL["num_hidden_layers"],
        num_heads=SMALL["num_attention_heads"],
    )
    taps = {f"transformer.blocks.{i}.pwff.fc2": f"blocks.{i}.mlp.fc2" for i in range(2)} | {"fc": "head"}
    vit("vit-timm", module, taps, {"timm": timm.__version__}, SMALL["image_size"])


def transformers_vit() -> None:
    config = ViTConfig(**SMALL, hidden_size=32, intermediate_size=128, num_labels=1000, layer_norm_eps=1e-6)
    taps = {f"transformer.blocks.{i}.pwff.fc2": f"vit.encoder.layer.{i}.output.dense" for i in range(2)}
    taps["fc"] = "classifier"
    module = ViTForImageClassification(config)
    vit("vit-transformers", module, taps, {"transformers": version("transformers")}, SMALL["image_size"])


MADE = {
    "crossvit": lambda: crossvit("crossvit", small_crossvit()),
    "vit": lambda: lukemelas_vit("vit", 64),
    "vit-timm": timm_vit,
    "vit-transformers": transformers_vit,
    "crossvit-full": lambda: crossvit("crossvit-full", timm.create_model("crossvit_18_dagger_408")),
    "vit-full": lambda: lukemelas_vit("vit-full", 1024),
}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or [name for name in MADE if not name.endswith("-full")]:
        MADE[wanted]()
