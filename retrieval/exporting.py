# torch must not be imported to serve.
# ruff: noqa: PLC0415
"""`python -m retrieval.exporting FOLDER`: exports the packaged model, in a process of its own.

torch and what it needs take 700 MB that a process never gives back; so whoever serves
lets another process do it.  What goes wrong is the last line on
standard error, a sentence for whoever started the program.
"""

import json
import logging
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from retrieval import adapter
from retrieval.embedding import PackagedEmbeddings
from retrieval.errors import ModelNotUsable
from retrieval.model.exported import (
    EXPORT_FORMAT,
    EXPORT_NAME,
    FILES,
    LEAST_PARITY,
    REFUSED,
    is_sound,
)
from retrieval.model.weights import WEIGHTS_SHA256, adapted_reference, file_sha256, packaged_weights

# A build takes about half a minute; a machine that is ten times slower still gets there.
_LOCK_TIMEOUT_SECONDS = 600
_PROBES = (
    "Human rights due diligence before the sale.",
    "A reseller asks for forty phone-extraction kits and will not say who the end-user is. " * 20,
)


def export(folder: Path) -> None:
    """Fill *folder* with an export, unless another process has done so meanwhile.

    Raises:
        ModelNotUsable: It can't be made here.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Held here and not by whoever waits for us, who may be killed meanwhile.
        with FileLock(f"{folder}.lock", timeout=_LOCK_TIMEOUT_SECONDS):
            if not is_sound(folder):
                _export(packaged_weights(), folder)
    except Timeout as error:
        raise ModelNotUsable(
            f"Another process has been exporting the embedding model into {folder} for more than "
            f"{_LOCK_TIMEOUT_SECONDS} seconds. Stop it and start again."
        ) from error
    except OSError as error:
        raise ModelNotUsable(
            f"The embedding model can't be exported into {folder}: "
            f"{error.strerror or error}. Make sure that {folder.parent} can be written to and has "
            "300 MB free."
        ) from error


def _export(source: Path, folder: Path) -> None:
    """Export *source* into *folder*; the manifest is put in place last, so it vouches for all."""
    for orphan in folder.glob(".export-*"):
        shutil.rmtree(orphan, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
        aside = Path(made)
        shutil.copyfile(source / "tokenizer.json", aside / "tokenizer.json")
        reference = adapted_reference(source)
        _write_onnx(reference, aside / "whole.onnx")
        _set_apart(aside / "whole.onnx", aside)
        _prove(reference, PackagedEmbeddings(aside).embed_documents)
        manifest = {
            "format": EXPORT_FORMAT,
            "model": EXPORT_NAME,
            "source_sha256": WEIGHTS_SHA256,
            "adapter_sha256": adapter.digest(),
            "onnx_sha256": file_sha256(aside / "model.onnx"),
            "data_sha256": file_sha256(aside / "model.data"),
        }
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        for name in FILES:
            (aside / name).replace(folder / name)


def _set_apart(whole: Path, folder: Path) -> None:
    """Write *whole* again into *folder*, the weights in a file beside the graph.

    Such a file is mapped into memory, not read: loading takes a third of the time, and of the
    table of words only the rows in use take memory.  Nothing depends on this machine's processor.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folder / "model.onnx")
    prefix = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{prefix}_file_name", "model.data")
    options.add_session_config_entry(f"{prefix}_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(whole), options, providers=["CPUExecutionProvider"])


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


def main() -> None:
    """Export into the folder named on the command line."""
    logging.disable(logging.WARNING)
    try:
        export(Path(sys.argv[1]))
    except ModelNotUsable as error:
        sys.stderr.write("\n" + " ".join(str(error).split()) + "\n")
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
