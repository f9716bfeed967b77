"""The model is opened beside the release, and what is wrong with it is told as ever."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.assembly import Assembly
from bot.parts import edition as edition_parts
from bot.settings import Settings
from retrieval import embedding
from retrieval.errors import ModelNotUsable
from retrieval.guidance import Guidance


@pytest.fixture
def parts(tmp_path: Path, guidance: Guidance, monkeypatch: pytest.MonkeyPatch) -> Assembly:
    """Those of a process whose database has a release in force."""
    made = Assembly(Settings(data_dir=tmp_path, database_url="sqlite://", _env_file=None))
    made.__dict__ |= {"database": SimpleNamespace(active_release=lambda: guidance.release),
                      "guidance": guidance}
    monkeypatch.setattr(edition_parts, "edition_of", lambda *given, **_: given[:2])
    monkeypatch.setattr(edition_parts, "teller", lambda _: None)
    return made


def test_the_model_is_opened_once(
    parts: Assembly, guidance: Guidance, monkeypatch: pytest.MonkeyPatch
):
    opened: list[tuple[Any, ...]] = []
    monkeypatch.setattr(embedding, "open_embeddings", lambda *given: opened.append(given) or "one")

    assert parts.edition == (guidance, "one")
    assert len(opened) == 1


def test_a_model_that_cannot_be_opened_ends_the_start_and_is_tried_again(
    parts: Assembly, guidance: Guidance, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise ModelNotUsable("It is damaged.")

    monkeypatch.setattr(embedding, "open_embeddings", refuse)
    with pytest.raises(ModelNotUsable, match="It is damaged"):
        _ = parts.edition
    monkeypatch.setattr(embedding, "open_embeddings", lambda *_: "another")

    assert parts.edition == (guidance, "another")
