"""The packaged model is the one we say it is, served without torch and without a network."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import PackagedEmbeddings, open_embeddings
from retrieval.errors import ModelNotUsable
from retrieval.model.exported import LEAST_PARITY
from retrieval.model.weights import adapted_reference, check_file, packaged_weights
from retrieval.opening import open_release

from . import small
from .conftest import ROOT, answers, begin

pytestmark = pytest.mark.long

HERE = "tests.retrieval.test_embedding"
TEXTS = [
    "Human rights due diligence before the sale.",
    "IMSI catcher",
    "",
    "A reseller asks for forty phone-extraction kits. " * 60,
    "Überwachung – naïve café, 監視",
]


def export_of(data_dir: Path) -> Path:
    return data_dir / "models" / "all-MiniLM-L6-v2-fp32"


def test_vectors_have_length_one_and_keep_the_order_of_the_texts(packaged: PackagedEmbeddings):
    together = np.array(packaged.embed_documents(TEXTS))

    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for text, row in zip(TEXTS, together, strict=True):
        assert float(np.dot(row, packaged.embed_query(text))) > 0.99999


def test_no_texts_give_no_vectors(packaged: PackagedEmbeddings):
    assert packaged.embed_documents([]) == []
    assert packaged.embed_queries([]) == []


def test_the_export_agrees_with_sentence_transformers(packaged: PackagedEmbeddings):
    reference = adapted_reference(packaged_weights())
    theirs = np.array(reference.encode(TEXTS, normalize_embeddings=True))

    ours = np.array(packaged.embed_documents(TEXTS))

    assert float((ours * theirs).sum(axis=1).min()) >= LEAST_PARITY


def test_what_lies_beyond_256_tokens_is_ignored(packaged: PackagedEmbeddings):
    start = "surveillance " * 300

    assert np.allclose(
        packaged.embed_query(start), packaged.embed_query(start + "telescope " * 50), atol=1e-5
    )


def test_serving_imports_no_torch_and_opens_no_connection(data_dir: Path):
    program = f"""
import socket, sys
from pathlib import Path
def refuse(*_, **__): raise AssertionError("a connection was attempted")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from retrieval.embedding import open_embeddings
assert len(open_embeddings(None, Path({str(data_dir)!r})).embed_query("who is it for")) == 384
assert not {{"torch", "transformers", "sentence_transformers"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_what_answers_later_imports_no_torch_no_chroma_and_no_vendor(
    packaged: PackagedEmbeddings, data_dir: Path, tmp_path: Path
):
    (tmp_path / "models").symlink_to(data_dir / "models")
    open_release(small.ordinary(), packaged, tmp_path, program="this one")
    program = f"""
import sys
from pathlib import Path
from bot.commands import serve as serve_cli
from bot.serving import service as serving
early = {{"bot.advisor", "bot.editions.edition", "bot.serving.loaded", "bot.slack.surfaces",
         "bot.answering.stepping",
         "retrieval.search", "alembic", "bm25s", "docx", "fpdf", "httpcore", "httpx", "numpy",
         "onnxruntime", "retrieval.corpus", "rich.progress", "sqlalchemy.ext.asyncio"}}
assert not early & set(sys.modules), early & set(sys.modules)
from retrieval.adapter import head
from retrieval.embedding import open_embeddings
from retrieval.matches import Query
from retrieval.opening import open_release
from retrieval.hearing.telling import Teller
from tests.retrieval import small
data = Path({str(tmp_path)!r})
embeddings = open_embeddings(None, data)
search = open_release(small.ordinary(), embeddings, data, program="this one",
                      mentions_domain=lambda text: "hotline" in text)
assert search([Query("do we need a hotline for complaints")])[0].matches
Teller(embeddings, head())("We sell phone kits to the police")
never = {{"bm25s", "chromadb", "langchain_chroma", "torch", "transformers", "sentence_transformers",
         "langchain.chat_models", "langchain_openai", "openai", "onnx", "sympy", "fpdf"}}
assert not never & set(sys.modules), never & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_the_first_start_exports_without_torch_in_its_own_process(tmp_path: Path):
    (tmp_path / "models").write_text("a file where the folder should be")
    program = f"""
import sys
from pathlib import Path
from retrieval.embedding import PackagedEmbeddings
from retrieval.errors import ModelNotUsable
try:
    PackagedEmbeddings.open(Path({str(tmp_path)!r}))
except ModelNotUsable as error:
    assert "can't be exported into" in str(error) and "Make sure that" in str(error), error
else:
    raise AssertionError("it was exported")
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"another model")

    with pytest.raises(ModelNotUsable, match="published with 00ff"):
        check_file(file, "00ff")


def test_weights_that_are_missing_are_reported(tmp_path: Path):
    with pytest.raises(ModelNotUsable, match="is missing"):
        check_file(tmp_path / "model.safetensors", "00ff")


def test_an_export_whose_bytes_changed_is_made_again(data_dir: Path, tmp_path: Path):
    damaged = copy_of(data_dir, tmp_path)
    with (export_of(damaged) / "model.data").open("r+b") as stream:
        stream.seek(5_000_000)
        stream.write(b"\0" * 64)

    vector = PackagedEmbeddings.open(damaged).embed_query("who is it for")

    assert np.allclose(vector, PackagedEmbeddings.open(data_dir).embed_query("who is it for"))


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"format": 0}'])
def test_an_export_without_a_sound_manifest_is_not_trusted(
    manifest: str, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    damaged = copy_of(data_dir, tmp_path)
    (export_of(damaged) / "manifest.json").write_text(manifest)
    made: list[Path] = []
    monkeypatch.setattr("retrieval.embedding.export_once", made.append)

    PackagedEmbeddings.open(damaged)

    assert made == [export_of(damaged)]


def test_an_export_can_be_served_where_the_weights_are_not_installed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.model.weights.PACKAGE", "no_such_package")

    assert PackagedEmbeddings.open(data_dir).embed_query("who is it for")


def test_without_weights_or_export_the_person_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("retrieval.model.weights.PACKAGE", "no_such_package")

    with pytest.raises(ModelNotUsable, match="'no-such-package' is not installed"):
        PackagedEmbeddings.open(tmp_path)


def test_two_processes_that_start_at_once_both_get_the_model(data_dir: Path, tmp_path: Path):
    (export_of(copy_of(data_dir, tmp_path)) / "manifest.json").unlink()
    call = f"embed_in(Path({str(tmp_path)!r}))"
    first, second = answers(begin(HERE, call), begin(HERE, call))

    assert first == second
    manifest = json.loads((export_of(tmp_path) / "manifest.json").read_text())
    assert manifest["onnx_sha256"]
    left = {"model.onnx", "model.data", "tokenizer.json", "manifest.json"}
    assert {file.name for file in export_of(tmp_path).iterdir()} == left


def embed_in(data_dir: Path) -> list[float]:
    return PackagedEmbeddings.open(data_dir).embed_query("who is it for")


def test_another_model_can_be_named_by_its_folder(
    packaged: PackagedEmbeddings, data_dir: Path, tmp_path: Path
):
    from sentence_transformers import SentenceTransformer

    folder = tmp_path / "a-model"
    folder.mkdir()
    for file in packaged_weights().iterdir():
        (folder / file.name).symlink_to(file)

    other = open_embeddings(str(folder), data_dir)

    assert other.recipe.startswith("folder:")
    assert other.recipe != packaged.recipe
    plain = SentenceTransformer(str(folder), device="cpu")
    theirs = plain.encode("who is it for", normalize_embeddings=True)
    assert float(np.dot(other.embed_query("who is it for"), theirs)) >= LEAST_PARITY
    # A folder is taken as it is: our adapter is for the packaged model.
    assert float(np.dot(packaged.embed_query("who is it for"), theirs)) < LEAST_PARITY


@pytest.mark.parametrize(
    "name",
    ["no-such-model", "./missing/folder", "nosuchvendor:model", "openai:text-embedding-3-small"],
)
def test_a_model_that_cannot_be_opened_is_named_in_the_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(ModelNotUsable, match=name) as raised:
        open_embeddings(name, tmp_path)
    assert len(str(raised.value).splitlines()) == 1


def test_a_hub_id_that_is_not_here_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Its variable is read at the import, which another test may have made; the hub would then be
    # asked again and again for a minute.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelNotUsable, match="no-such-owner/no-such-model"):
        open_embeddings("no-such-owner/no-such-model", tmp_path)


def copy_of(data_dir: Path, target: Path) -> Path:
    """A data folder of its own, so that a test may damage it."""
    export_of(target).mkdir(parents=True)
    for file in export_of(data_dir).iterdir():
        (export_of(target) / file.name).write_bytes(file.read_bytes())
    return target
