"""A model that was exported beforehand is served from where it lies, and nothing is made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.embedding import PackagedEmbeddings, open_embeddings
from retrieval.errors import ModelNotUsable
from retrieval.model.exported import EXPORT_NAME
from tests.docker.dockerfile import PROJECT


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
    with pytest.raises(ModelNotUsable, match=r"holds no whole export .* 'advisor model export FOL"):
        open_embeddings(None, tmp_path / "data", models)
    assert not (tmp_path / "data").exists()


def test_the_runtime_keeps_and_tells_nothing_of_this_machine(models, tmp_path):
    """onnxruntime 1.32 put a device id into the home folder and reported to its maker."""
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run(
        [sys.executable, "-c", "import sys; from pathlib import Path\n"
         "from retrieval.embedding import open_embeddings\n"
         "open_embeddings(None, Path('none'), Path(sys.argv[1])).embed_query('x')", models],
        check=True, cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
        | {"HOME": str(home), "PYTHONPATH": str(PROJECT)})
    assert list(home.rglob("*")) == []
