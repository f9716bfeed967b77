# What is imported depends on the settings.
# ruff: noqa: PLC0415
"""Text to unit vectors: the packaged model, or another that the settings name.

Nothing here reaches the network for the packaged model.  Every file is checked against a
digest each time it is loaded: the weights against the one of their original release
(`retrieval.model.weights`), the exported ones against a manifest beside them
(`retrieval.model.exported`). What can't be exported is reported as `ModelNotUsable`.

Vectors of two models, or of one model embedded in two ways, can't be compared.  `recipe`
names the way, and is part of every release's digest.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter
from retrieval.errors import EmbeddingsAway, ModelNotUsable
from retrieval.model.exported import EXPORT_FORMAT, EXPORT_NAME, export_once, is_sound
from retrieval.model.passes import Pass, Passes, Span
from retrieval.model.vectors import UnitEmbeddings, Vectors, unit
from retrieval.model.weights import TOKENIZER_SHA256, WEIGHTS_SHA256, file_sha256, load_reference

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

MAX_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is ignored."""

_T = TypeVar("_T")
_BATCH = 32
_FEW = 4
"""So many questions at most are taken for those of one turn."""
_VENDOR = re.compile(r"[a-z][a-z0-9_]+:.+")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def open_embeddings(
    name: str | None, data_dir: Path, model_dir: Path | None = None
) -> UnitEmbeddings:
    """Open the model that *name* stands for.

    Args:
        name: None for the packaged model; the folder or hub id (`owner/model`) of a
            sentence-transformers model; or `vendor:model` for one that LangChain knows.
        data_dir: Where the packaged model's export is kept.
        model_dir: Holds an export made beforehand, in place of *data_dir*; only read.

    Raises:
        ModelNotUsable: It is missing, damaged, or *name* means nothing.
    """
    if not name:
        return PackagedEmbeddings.open(data_dir, model_dir)
    insist_on_name(name)
    if Path(name).is_dir():
        return _open_reference(name, f"folder:{_digest_of_folder(Path(name))}")
    return _open_vendor(name) if _VENDOR.fullmatch(name) else _open_reference(name, None)


def insist_on_name(name: str) -> None:
    """Make sure that *name* may stand for a model, without opening any.

    Raises:
        ModelNotUsable: It is neither a folder, nor a hub id, nor `vendor:model`.
    """
    is_hub_id = _HUB_ID.fullmatch(name) and not name.startswith(".")
    if Path(name).is_dir() or _VENDOR.fullmatch(name) or is_hub_id:
        return
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
        # Read when onnxruntime is imported, which else keeps an id of this machine in the home
        # folder and sends its maker what it runs on; its own switch comes too late for that.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena never gives back what the largest batch took, 180 MB.  Queries are as fast
        # without it.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The file asks for 128 tokens, always padded; the model itself reads 256.
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._passes = Passes(self._pass)

    @classmethod
    def open(cls, data_dir: Path, model_dir: Path | None = None) -> Self:
        """Serve the export in *data_dir*, making it first if it is missing or damaged.

        With a *model_dir* the export there is served, and nothing is made.

        Raises:
            ModelNotUsable: There is no sound export and none can be made here.
        """
        folder = (model_dir or data_dir / "models") / EXPORT_NAME
        if model_dir is not None and not is_sound(folder):
            raise ModelNotUsable(
                f"{folder} holds no whole export of the embedding model that this version serves. "
                "Run 'advisor model export FOLDER' with this version where requirements/lock.txt "
                "is installed and set ADVISOR_MODEL_DIR to that folder, or leave it out to use "
                "the data folder."
            )
        if not is_sound(folder):
            export_once(folder)
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
        row: list[float] = self._passes.of(text.strip()).mean.tolist()
        return row

    def embed_queries(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed questions: the few of a turn one by one, as they may be held, many in batches."""
        if len(texts) > _FEW:
            return self.embed_documents(list(texts))
        return [self.embed_query(text) for text in texts]

    def token_vectors(self, texts: Sequence[str]) -> list[tuple[Vectors, list[Span]]]:
        """For each of *texts* a vector a token, and the characters that each token stands for."""
        return [self._token_vectors(text) for text in texts]

    def _token_vectors(self, text: str) -> tuple[Vectors, list[Span]]:
        made, begin = self._passes.of(text.strip()), len(text) - len(text.lstrip())
        # What stands for no characters, such as the beginning, is empty wherever it lies.
        return made.tokens, [(begin + first, begin + last) for first, last in made.spans]

    def _pass(self, text: str) -> Pass:
        encoded = self._tokenizer.encode_batch([text])
        vectors, mask = self._run(encoded)
        vectors.setflags(write=False)
        return Pass(vectors[0], tuple(encoded[0].offsets), _pooled(vectors, mask)[0])

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
    return unit(means)


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

    def __init__(self, embeddings: "Embeddings", recipe: str) -> None:
        self._embeddings = embeddings
        self._recipe = recipe

    @property
    def recipe(self) -> str:
        return self._recipe

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return _rows(self._asked(self._embeddings.embed_documents, texts)) if texts else []

    def embed_query(self, text: str) -> list[float]:
        return _rows([self._asked(self._embeddings.embed_query, text)])[0]

    def _asked(self, embed: Callable[[_T], Any], what: _T) -> Any:
        try:
            return embed(what)
        except Exception as error:
            # Vendors' errors share no class, and some repeat what they were sent.
            raise EmbeddingsAway(
                f"The embedding model {self._recipe!r} does not answer ({type(error).__name__}). "
                "Look whether its vendor is up and its key is good; nothing has to be started "
                "again."
            ) from error


def _rows(vectors: Any) -> list[list[float]]:
    rows: list[list[float]] = unit(np.asarray(vectors, dtype=np.float32)).tolist()
    return rows


def _open_reference(name: str, recipe: str | None) -> UnitEmbeddings:
    """Serve *name* by sentence-transformers; without *recipe* its commit on the hub names it."""
    model = load_reference(name, offline=recipe is not None)
    if recipe is None:
        config = getattr(getattr(model[0], "model", None), "config", None)
        recipe = f"hub:{name}@{getattr(config, '_commit_hash', None) or 'unknown'}"
    return _ReferenceEmbeddings(model, recipe)


def _open_vendor(name: str) -> UnitEmbeddings:
    from langchain.embeddings import init_embeddings

    try:
        return _VendorEmbeddings(init_embeddings(name), name)
    except Exception as error:
        # LangChain goes on with all the vendors that it knows.
        said = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".:")
        raise ModelNotUsable(
            f"The embedding model {name!r} can't be opened: {said}. Check ADVISOR_EMBEDDINGS, the "
            "vendor's LangChain package and its API key."
        ) from error


def _digest_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in _files_of(folder):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{file_sha256(file)}\n".encode())
    return digest.hexdigest()[:16]


def _files_of(folder: Path) -> Iterator[Path]:
    """What decides a model's vectors: not the read-me, nor what a download leaves behind."""
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and file.suffix.lower() != ".md":
            yield file
