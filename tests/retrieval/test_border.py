"""Where our field ends: what words say, what is worked out, and what the shipped corpus does."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from retrieval import adapter, border
from retrieval.errors import CorpusError, ModelNotUsable
from retrieval.guidance import Guidance
from retrieval.indexes.entries import Entry
from retrieval.labelled.border_lines import Line, read_lines
from retrieval.matches import Query
from retrieval.opening_words import NOTHING, OpeningWords, Said, shipped
from retrieval.passages import passage
from retrieval.search import index_of, strays
from retrieval.training import bordering
from retrieval.training.bordering import (
    Counts,
    Leads,
    Worth,
    crossed,
    learned,
    margin_of,
)
from retrieval.words.word_pairs import parts_of

from . import small
from .conftest import ROOT

pytestmark = pytest.mark.long

CORPUS = ROOT / "guidance_corpus"
SILENT = OpeningWords({}, NOTHING)


def entries(within: Sequence[str], beyond: Sequence[str]) -> list[Entry]:
    cut = passage(small.provision("ungp-17", "A text."))
    return [*(Entry(f"a{n}", cut, text) for n, text in enumerate(within)),
            *(Entry(f"b{n}", None, text, "prices") for n, text in enumerate(beyond))]


# Words -------------------------------------------------------------------------------------


def test_a_line_may_name_what_was_retired_here(guidance: Guidance) -> None:
    """Whoever retired a provision was told of a line of the shipped file that they can't mend."""
    named = next(id_ for id_ in guidance.provisions if id_ == "ungp-17")
    left = {id_: p for id_, p in guidance.provisions.items() if id_ != named}
    retired = replace(guidance, provisions=left, set_aside={named: guidance.provisions[named]})
    assert read_lines(CORPUS, retired) == read_lines(CORPUS, guidance)
    with pytest.raises(CorpusError, match="there is no provision 'ungp-17'"):
        read_lines(CORPUS, replace(guidance, provisions=left))


def test_words_of_the_gaps_speak_for_them_and_words_of_the_asks_against():
    words = border.Words(entries([f"the abuse number {n}" for n in range(200)],
                                 [f"the price number {n}" for n in range(200)]), SILENT)

    assert words.counted
    assert words.evidence("Price?") == pytest.approx(6.504, abs=0.001)
    assert words.evidence("ABUSE") == pytest.approx(-6.504, abs=0.001)
    assert words.evidence("the") == 0.0
    assert words.evidence("xyzzy") == words.evidence("") == 0.0


def test_the_strongest_words_of_either_side_speak_for_a_text_however_many_stand_beside():
    words = border.Words(entries([f"the abuse at dawn in fog number {n}" for n in range(200)],
                                 [f"the price in fog at dawn number {n}" for n in range(200)]),
                         SILENT)
    least = words.evidence("the")

    assert least == words.evidence("at") == 0.0
    # What is said as much on either side takes no part beside what isn't.
    assert words.evidence("price the fog the dawn the in the at") == pytest.approx(
        words.evidence("price") / (2 * border.VOTES), abs=0.001)


def test_a_text_that_leads_to_several_provisions_counts_once():
    once = entries([f"the abuse number {n}" for n in range(200)],
                   [f"the price number {n}" for n in range(200)])

    assert border.Words([*once, *once[:50]], SILENT).evidence("abuse") == border.Words(
        once, SILENT).evidence("abuse")


def test_openings_count_with_what_is_embedded_but_for_those_of_gaps_that_are_gone():
    said = OpeningWords(gaps={"prices": Said(100, {"crate": 100}), "gone": Said(9, {"horse": 9})},
                        within=Said(200, {"saddl": 100}))
    words = border.Words(entries([f"the abuse number {n}" for n in range(200)],
                                 [f"the price number {n}" for n in range(200)]), said)

    # Of 300 texts beyond 100 hold it, and none of 400 within; and the other way round.
    assert words.evidence("crate") == pytest.approx(
        math.log(100.3 / 300.6) - math.log(0.3 / 400.6))
    assert words.evidence("saddle") == pytest.approx(
        math.log(0.3 / 300.6) - math.log(100.3 / 400.6))
    assert words.evidence("horse") == 0.0


def test_too_few_texts_say_nothing():
    words = border.Words(entries([f"abuse {n}" for n in range(200)],
                                 [f"price {n}" for n in range(199)]), SILENT)

    assert not words.counted
    assert words.evidence("price") == 0.0


def test_pairs_are_of_stemmed_neighbours():
    assert parts_of("Selling the cameras’ software") == {
        "sell", "the", "camera", "softwar", "sell the", "the camera", "camera softwar"}


# What is worked out ------------------------------------------------------------------------


NOTHING = Worth(0.0, 0.0)


def leads(within: int = 100, beyond: int = 100, ahead: float = 0.2) -> Leads:
    """Within from -1 to 0, beyond the same and *ahead*; words and wishes that say nothing."""
    nearness = np.concatenate([np.linspace(-1, 0, within), np.linspace(-1, 0, beyond) + ahead])
    silent = np.zeros(within + beyond)
    return Leads(nearness, silent, silent, np.arange(within + beyond) >= within)


def test_the_margin_lets_all_but_so_many_within_through():
    margin = margin_of(leads(), NOTHING)

    assert margin == pytest.approx(-4 / 99)
    assert int((leads().nearness[:100] > margin).sum()) == 4


def test_what_says_nothing_is_worth_nothing():
    assert learned(leads()) == (NOTHING, pytest.approx(-4 / 99))


@pytest.mark.parametrize("what", ["words", "wishes"])
def test_what_tells_the_sides_apart_is_worth_something(what: str):
    given = leads(ahead=0.5)
    told = replace(given, **{what: np.where(given.beyond, 1.0, -1.0)})

    assert crossed(given) == Counts(within=100, declined=4, beyond=100, answered=46)
    assert crossed(told) == Counts(within=100, declined=4, beyond=100, answered=0)


@pytest.mark.parametrize("line", [
    {"text": "what does it cost"},
    {"text": "what does it cost", "gap": "pricing-commission", "relevant": ["ungp-17"]},
    {"text": " ", "gap": "pricing-commission"},
    {"text": "what does it cost", "gap": "no-such-gap"},
    {"text": "due diligence", "relevant": ["ungp-99"]},
    {"text": "drones for the army in chad", "within": False},
    {"text": "drones for the army in chad", "within": True, "gap": "pricing-commission"},
    {"text": "due diligence", "relevant": "ungp-17"},
    {"text": "due diligence", "relevant": [["ungp-17"]]},
    {"text": "what does it cost", "gap": ["pricing-commission"]},
    {"text": "what does it cost", "gap": "pricing-commission", "whom": "sales"},
])
def test_a_line_that_says_neither_or_both_is_refused(
    line: dict[str, object], tmp_path: Path, guidance: Guidance
):
    (tmp_path / "border.jsonl").write_text(json.dumps(line) + "\n")

    with pytest.raises(CorpusError, match=r"border\.jsonl:1: "):
        read_lines(tmp_path, guidance)


def test_the_lines_are_neither_searched_nor_tuned_on(guidance: Guidance):
    lines = {line.text for line in read_lines(CORPUS, guidance)}
    known = {ask for gap in guidance.gaps for ask in gap.asks}
    for provision in guidance.provisions.values():
        known |= {*provision.asks, *provision.answered}

    assert len(lines) == 1_875
    assert not lines & known


# What ships --------------------------------------------------------------------------------


def test_the_border_was_worked_out_for_the_encoder_in_force():
    # After a new adapter: `python -m retrieval.training.bordering`.
    assert border.border().adapter == adapter.digest()


def test_a_damaged_border_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(border, "FILE", tmp_path / "border.json")
    border.border.cache_clear()
    try:
        with pytest.raises(ModelNotUsable, match=r"border\.json can't be read"):
            border.border()
    finally:
        border.border.cache_clear()


@pytest.fixture(scope="module")
def parts(data_dir: Path) -> Assembly:
    return Assembly(Settings(data_dir=data_dir, database_url="sqlite://", _env_file=None))


def test_of_lines_left_out_in_turn_few_are_judged_wrongly(parts: Assembly):
    lines = read_lines(CORPUS, parts.guidance)
    index = index_of(parts.search)

    given = bordering.leads_of(lines, parts.guidance, index, parts.embeddings, shipped())

    in_force = border.border()
    worth, margin = learned(given)
    assert (worth.words, worth.wishes, margin) == pytest.approx(
        (in_force.words, in_force.wishes, in_force.margin), abs=1e-4)
    told = json.loads(border.FILE.read_text())["left out in turn"]
    assert crossed(given) == Counts(**told) == Counts(
        within=921, declined=39, beyond=954, answered=80)


@pytest.mark.parametrize(("text", "gap"), [
    ("list price of the eight channel recorder", "pricing-commission"),
    ("is there a tariff on cameras to peru", "tax-customs-shipping"),
    ("ten slogans for our new drone", "general-business"),
    ("what did the court decide about pegasus", "cases-and-news"),
])
def test_what_lies_beyond_is_declined_with_its_gap(text: str, gap: str, parts: Assembly):
    (found,) = parts.search([Query(text)])

    assert (found.abstained, found.gap) == (True, gap)
    assert strays(parts.search, text) > 0.0


@pytest.mark.parametrize("text", [
    "does a high commission go together with our human rights policy",
    "freight forwarder as final consignee, is that a sign of diversion",
    "which reports on the police should I read",
    "what does UNGP 17 say on prices",
])
def test_what_lies_within_is_answered_though_it_sounds_alike(text: str, parts: Assembly):
    (found,) = parts.search([Query(text)])

    assert not found.abstained
    assert strays(parts.search, text) == 0.0


def test_a_line_is_a_message_and_the_gap_it_falls_into(guidance: Guidance):
    first = read_lines(CORPUS, guidance)[0]

    assert first == Line("is 5A991 right for a plain router that goes to the ministry in Accra",
                         "export-licensing-now")
