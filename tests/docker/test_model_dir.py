"""A model that was exported beforehand is served from where it lies, and nothing is made."""

import shutil
from pathlib import Path

import pytest

from retrieval.embedding import PackagedEmbeddings, open_embeddings
from retrieval.errors import ModelNotUsable
from retrieval.exported import EXPORT_NAME


@pytest.fixture
def models(data_dir: Path, tmp_path: Path) -> Path:
    PackagedEmbeddings.open(data_dir)
    made = tmp_path / "models"
    (made / EXPORT_NAME).mkdir(parents=True)
    for file in (data_dir / "models" / EXPORT_NAME).glob("[!.]*"):
        shutil.copyfile(file, made / EXPORT_NAME / file.name)
    return made


def test_nothing_is_written_beside_a_model_made_beforehand(models, tmp_path):
    before = {file: file.stat().st_mtime_ns for file in models.rglob("*")}
    vector = open_embeddings(None, tmp_path / "data", models).embed_query("a reseller")
    assert len(vector) == 384
    assert {file: file.stat().st_mtime_ns for file in models.rglob("*")} == before
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_damaged_one_is_refused_and_left_alone(models, tmp_path, name):
    file = models / EXPORT_NAME / name
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ModelNotUsable, match="holds no whole export .* 'advisor model export FOL"):
        open_embeddings(None, tmp_path / "data", models)
    assert not (tmp_path / "data").exists()
