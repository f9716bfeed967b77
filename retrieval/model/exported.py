"""The packaged model exported to ONNX, once per data folder, proved before anybody can load it.

onnxruntime serves what was exported, so that answering a question imports no torch, which costs
seconds and hundreds of megabytes; nor does the first start, since `retrieval.exporting` runs in a
process of its own.  An install without torch serves too, if its data folder was given the exported
files.  A manifest beside them has their digests: what is missing or damaged is exported again.
"""

import json
import subprocess
import sys
from pathlib import Path

from retrieval import adapter
from retrieval.errors import ModelNotUsable
from retrieval.model.weights import TOKENIZER_SHA256, WEIGHTS_SHA256, file_sha256, packaged_weights

EXPORT_FORMAT = 2
"""Raise it when pooling, precision or truncation changes: every vector then changes too."""

EXPORT_NAME = "all-MiniLM-L6-v2-fp32"

FILES = ("model.data", "model.onnx", "tokenizer.json", "manifest.json")
"""What an export is made of, in the order in which it is put in place."""

LEAST_PARITY = 0.9999
"""Least cosine between an exported vector and the reference's before an export is kept."""

REFUSED = 3
"""Exit status of `retrieval.exporting` where its last line says why."""

_PROGRAM = Path(__file__).resolve().parents[2]

_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from retrieval.exporting import main; main()"
)
"""`-m` would look where it is started, which may be anywhere."""


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
        # Exports of before have all in one file.
        and manifest.get("data_sha256") == file_sha256(folder / "model.data")
        and file_sha256(folder / "tokenizer.json") == TOKENIZER_SHA256
    )


def export_once(folder: Path) -> None:
    """Fill *folder* with an export, unless another process has done so meanwhile.

    Args:
        folder: Where it goes.

    Raises:
        ModelNotUsable: It can't be made here.
    """
    packaged_weights()  # what is not there is said without starting anything
    # Our own program, started as this one was.
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _START, str(_PROGRAM), str(folder.resolve())],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, errors="replace", check=False)
    if ended.returncode == 0:
        return
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    if ended.returncode == REFUSED and lines:
        raise ModelNotUsable(lines[-1])
    raise ModelNotUsable(
        f"The process that exports the embedding model into {folder} ended with status "
        f"{ended.returncode} ({lines[-1] if lines else 'it said nothing'}). It needs 1 GB of "
        "memory for half a minute; make sure that there is as much, and start again."
    )
