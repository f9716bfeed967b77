# torch must not be imported to serve.
# ruff: noqa: PLC0415
"""Small changes to the packaged model's weights, and a head that reads what clauses tell.

The packaged model was trained on the web's questions; what our asks and exemplars mean it can
only guess.  `retrieval.training.tuning` learns a change of low rank to each of its linear layers
(LoRA), some six megabytes in all, and a linear head over the vectors of clauses.  Both lie in
`adapter.safetensors` beside this module.  The changes are added to the weights when the model is
exported, so serving costs nothing more.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelNotUsable
from retrieval.guidance import Fact

FILE = Path(__file__).with_name("adapter.safetensors")
WISHES = FILE.with_name("wishes.safetensors")
"""A head of one row, which hears what a message wants; `retrieval.training.wishing` learned it."""

RANK = 64
"""Of the change to each layer."""
SCALE = 2.0
"""By which the change is multiplied."""


@dataclass(frozen=True)
class Head:
    """A linear layer from a clause's vector to the log-odds that it states each value."""

    labels: tuple[tuple[Fact, str], ...]
    weights: NDArray[np.float32]
    """One row for each label."""
    bias: NDArray[np.float32]


@lru_cache(maxsize=1)
def digest() -> str:
    """SHA-256 of the adapter's file.

    Raises:
        ModelNotUsable: It is missing.
    """
    try:
        return hashlib.sha256(FILE.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error}), so the embedding model would not be ours. Install "
            "the project again."
        ) from error


def head(file: Path | None = None) -> Head:
    """The reading head, of the adapter in force or of another *file*.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    from safetensors import safe_open

    file = file or FILE
    try:
        with safe_open(file, framework="numpy") as tensors:
            labels = json.loads(tensors.metadata()["labels"])
            weights, bias = tensors.get_tensor("head.weight"), tensors.get_tensor("head.bias")
    except Exception as error:
        raise ModelNotUsable(
            f"{file} can't be read ({error}). Install the project again."
        ) from error
    return Head(tuple((Fact(fact), value) for fact, value in labels),
                weights.astype(np.float32), bias.astype(np.float32))


def merge(transformer: Any) -> None:
    """Add the changes to the weights of *transformer*, a BERT of the packaged model's shape.

    Raises:
        ModelNotUsable: The file is missing, damaged, or made for another model.
    """
    import torch
    from safetensors.torch import load_file

    try:
        tensors = load_file(FILE)
        with torch.no_grad():
            for name in sorted(n.removesuffix(".A") for n in tensors if n.endswith(".A")):
                layer = transformer.get_submodule(name)
                a, b = tensors[f"{name}.A"].float(), tensors[f"{name}.B"].float()
                layer.weight += SCALE * (b @ a)
    except Exception as error:
        raise ModelNotUsable(
            f"{FILE} doesn't fit the embedding model ({error}). Install the project and the "
            "model's package again, in the versions that belong together."
        ) from error
