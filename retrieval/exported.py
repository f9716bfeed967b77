# torch must not be imported to serve.
# ruff: noqa: PLC0415
"""The packaged model exported to ONNX, once per data folder, proved before anybody can load it.

onnxruntime serves what was exported, so that answering a question imports no torch, which costs
seconds and hundreds of megabytes.  An install without torch serves too, if its data folder was
given the exported files.  A manifest beside them has their digests: what is missing or damaged is
exported again.
"""

import json
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from retrieval import adapter
from retrieval.errors import ModelNotUsable
from retrieval.weights import (
    TOKENIZER_SHA256,
    WEIGHTS_SHA256,
    adapted_reference,
    file_sha256,
    packaged_weights,
)

EXPORT_FORMAT = 2
"""Raise it when pooling, precision or truncation changes: every vector then changes too."""

LEAST_PARITY = 0.9999
"""Least cosine between an exported vector and the reference's before an export is kept."""

Serve = Callable[[Path], Callable[[list[str]], list[list[float]]]]
"""Gives what embeds texts with the export in a folder."""

EXPORT_NAME = "all-MiniLM-L6-v2-fp32"
# A build takes about half a minute; a machine that is ten times slower still gets there.
_LOCK_TIMEOUT_SECONDS = 600
_PROBES = (
    "Human rights due diligence before the sale.",
    "A reseller asks for forty phone-extraction kits and will not say who the end-user is. " * 20,
)


def is_sound(folder: Path) -> bool:
    """Whether *folder* holds a whole export of exactly these weights."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(manifest, dict)
        and manifest.get("format") == EXPORT_FORMAT
        and manifest.get("source_sha256") == WEIGHTS_SHA256
        and manifest.get("adapter_sha256") == adapter.digest()
        and manifest.get("onnx_sha256") == file_sha256(folder / "model.onnx")
        and file_sha256(folder / "tokenizer.json") == TOKENIZER_SHA256
    )


def export_once(folder: Path, serve: Serve) -> None:
    """Fill *folder* with an export, unless another process has done so meanwhile.

    Args:
        folder: Where it goes.
        serve: Serves an export, so that it can be compared with its source.

    Raises:
        ModelNotUsable: It can't be made here.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=_LOCK_TIMEOUT_SECONDS):
            if not is_sound(folder):
                _export(packaged_weights(), folder, serve)
    except Timeout as error:
        raise ModelNotUsable(
            f"Another process has been exporting the embedding model into {folder} for more than "
            f"{_LOCK_TIMEOUT_SECONDS} seconds. Stop it and start again."
        ) from error
    except OSError as error:
        raise ModelNotUsable(
            f"The embedding model can't be exported into {folder}: {error}. Make sure that the "
            "data folder can be written to and has 200 MB free."
        ) from error


def _export(source: Path, folder: Path, serve: Serve) -> None:
    """Export *source* into *folder*; the manifest is put in place last, so it vouches for all."""
    for orphan in folder.glob(".export-*"):
        shutil.rmtree(orphan, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
        aside = Path(made)
        shutil.copyfile(source / "tokenizer.json", aside / "tokenizer.json")
        reference = adapted_reference(source)
        _write_onnx(reference, aside / "model.onnx")
        _prove(reference, serve(aside))
        manifest = {
            "format": EXPORT_FORMAT,
            "model": EXPORT_NAME,
            "source_sha256": WEIGHTS_SHA256,
            "adapter_sha256": adapter.digest(),
            "onnx_sha256": file_sha256(aside / "model.onnx"),
        }
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        for name in ("model.onnx", "tokenizer.json", "manifest.json"):
            (aside / name).replace(folder / name)


def _write_onnx(reference: Any, target: Path) -> None:
    import torch

    class TokenVectors(torch.nn.Module):
        """The transformer alone; pooling stays outside, where it can be read."""

        def __init__(self, model: torch.nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(
            self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor
        ) -> torch.Tensor:
            out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=kinds)
            tokens: torch.Tensor = out.last_hidden_state
            return tokens

    ids = torch.tensor([[101, 2529, 2916, 102], [101, 102, 0, 0]])
    mask = (ids != 0).long()
    axes = {0: "texts", 1: "tokens"}
    names = ["input_ids", "attention_mask", "token_type_ids"]
    # The tracer warns of its own age and of padding that it takes for constant; `_prove` and the
    # parity test show that the result holds for any length.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenVectors(reference[0].model).eval(),
            (ids, mask, torch.zeros_like(ids)),
            str(target),
            input_names=names,
            output_names=["tokens"],
            dynamic_axes=dict.fromkeys([*names, "tokens"], axes),
            opset_version=17,
            dynamo=False,
        )


def _prove(reference: Any, embed: Callable[[list[str]], list[list[float]]]) -> None:
    """Compare the export with the reference before anybody can load it."""
    ours = np.array(embed(list(_PROBES)))
    theirs = np.array(reference.encode(list(_PROBES), normalize_embeddings=True))
    least = float((ours * theirs).sum(axis=1).min())
    if least < LEAST_PARITY:
        raise ModelNotUsable(
            f"The exported embedding model differs from its source (cosine {least:.5f}, at least "
            f"{LEAST_PARITY} expected), so it was not kept. Install the pinned versions of torch "
            "and transformers."
        )
