"""The openings from which is learned where our field ends."""

import json
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.guidance import Guidance
from retrieval.labelled.openings import Opening, read_openings

from .conftest import ROOT

CORPUS = ROOT / "guidance_corpus"
WELL = {"beyond": "what does it cost", "gap": "pricing-commission", "within": "they ask the cost"}


def written(folder: Path, *lines: object) -> Path:
    (folder / "openings").mkdir()
    (folder / "openings" / "01-some.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def test_an_opening_is_a_message_beyond_and_its_twin_within(tmp_path: Path, guidance: Guidance):
    assert read_openings(written(tmp_path, WELL), guidance) == (
        Opening("what does it cost", "pricing-commission", "they ask the cost"),)


def test_a_corpus_may_have_none(tmp_path: Path, guidance: Guidance):
    assert read_openings(tmp_path, guidance) == ()


@pytest.mark.parametrize(("slip", "said"), [
    ({"beyond": " "}, r"openings/01-some\.jsonl:2: a line is"),
    ({"within": None}, r"openings/01-some\.jsonl:2: a line is"),
    ({"gap": "no-such"}, r"openings/01-some\.jsonl:2: there is no gap 'no-such'"),
])
def test_a_line_that_is_none_is_refused_with_its_place(
    slip: dict[str, object], said: str, tmp_path: Path, guidance: Guidance
):
    with pytest.raises(CorpusError, match=said):
        read_openings(written(tmp_path, WELL, {**WELL, **slip}), guidance)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path, guidance: Guidance):
    written(tmp_path, WELL)
    (tmp_path / "openings" / "02-broken.jsonl").write_text("{")

    with pytest.raises(CorpusError, match=r"02-broken\.jsonl"):
        read_openings(tmp_path, guidance)


def test_no_opening_is_one_by_which_the_border_is_judged(guidance: Guidance):
    lines = {json.loads(line)["text"]
             for line in (CORPUS / "border.jsonl").read_text("utf-8").splitlines()}

    openings = read_openings(CORPUS, guidance)

    assert not lines & {text for one in openings for text in (one.beyond, one.within)}
