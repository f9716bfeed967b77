"""Cases that reviewers approved: each holds by itself, or is named with what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.assembly import Assembly
from bot.cli import app
from bot.evaluating.gold import read_gold
from bot.evaluating.holding import held_deal
from bot.evaluating.judging import judge
from bot.evaluating.rehearsing import rehearse
from bot.evaluating.suites import held_suite
from bot.measures.labelled import problems_of, read_cases
from bot.settings import Settings
from retrieval.evaluate import Judged
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import BadGold, LabelledQuery
from retrieval.measuring.holding import Held, held_query
from tests.evaluating.acting import (
    PRODUCT,
    Scripted,
    case,
    citation,
    consideration,
    safeguard,
    with_flags,
)

PROJECT = Path(__file__).parents[2]


def ids(*names):
    return tuple(map(ProvisionId, names))


def test_a_deal_fails_by_what_it_forbids_and_by_what_it_lacks(small):
    reply = replace(
        with_flags(), safeguards=(safeguard("audit"),), more_safeguards=(safeguard("later"),),
        considerations=(consideration("sg-c1", citation("ungp-17")),))
    held = case(not_raised="", cites_never=frozenset({"ungp-17", "ungp-19"}),
                wrong_safeguards=frozenset({"audit", "later", "other"}),
                considers=frozenset({"sg-c1", "sg-c2"}))

    verdict = judge(rehearse(held, Scripted(ends=reply)), small)

    assert held_deal(verdict) == Held("c", (
        "safeguard still suggested: audit", "safeguard still suggested: later",
        "still cited: ungp-17", "not considered: sg-c2"))
    assert (verdict.never_cited, verdict.never_suggested, verdict.considered) == (2, 3, 2)


def test_what_was_cited_while_asking_counts_too_and_before_the_last_message_does_not(small):
    asked = replace(with_flags(), safeguards=(safeguard("audit", citation("ungp-17")),))
    held = case(not_raised="", cites_never=frozenset({"ungp-17"}))

    rehearsed = rehearse(held, Scripted(PRODUCT, ends=asked))
    first, last = rehearsed.turns
    last = replace(last, reply=with_flags())
    assert held_deal(judge(replace(rehearsed, turns=(first, last)), small)).faults == (
        "still cited: ungp-17",)

    twice = replace(held, says=("kits", "more"))
    rehearsed = rehearse(twice, Scripted(ends=asked))
    first, last = rehearsed.turns
    last = replace(last, reply=with_flags())
    assert held_deal(judge(replace(rehearsed, case=twice, turns=(first, last)), small)).holds


def test_a_question_holds_by_what_is_found_and_what_is_not_shown():
    query = LabelledQuery("q", "q", ids("a", "z"), wrong=ids("w"), held=True)

    assert held_query(Judged(query, ids("w", "a"), {})) == Held(
        "q", ("still shown: w", "not found: z"))
    assert held_query(Judged(query, ids(*"zbcdefaw"), {})).holds


def test_a_question_that_nothing_answers_holds_while_nothing_is_found():
    nothing = LabelledQuery("q", "q", (), held=True)
    only_wrong = LabelledQuery("q", "q", (), wrong=ids("w"), open=True, held=True)

    assert held_query(Judged(nothing, ids("a"), {})).faults == (
        "found though nothing answers it: a",)
    assert held_query(Judged(nothing, (), {})).holds
    assert held_query(Judged(only_wrong, ids("a"), {})).holds


@pytest.mark.parametrize(("wanted", "never"), [
    ("cites_at_least", "cites_never"), ("raised", "not_raised"),
    ("safeguards_at_least", "wrong_safeguards")])
def test_a_case_at_odds_with_itself_is_named_with_its_line(tmp_path, wanted, never):
    file = tmp_path / "evaluation.yaml"
    file.write_text(f"# head\n- says: a\n  {wanted}: [x, y]\n  {never}: [y]\n", "utf-8")

    with pytest.raises(BadGold) as told:
        read_cases(file)
    assert str(told.value) == f"{file}:2: y can't be both in {wanted!r} and in {never!r}."


@pytest.mark.long
def test_the_command_lists_what_does_not_hold_and_ends_with_one(light, tmp_path):
    gold = tmp_path / "gold.jsonl"
    deal = {"kind": "dialogue", "says": ["phone spyware for the police in kenya"],
            "not_raised": [], "held": True}
    good = {**deal, "id": "v-good", "wrong_safeguards": ["no-such-safeguard"]}
    bad = {**deal, "id": "v-bad", "considers": ["no-such-consideration"]}

    def run(*rows):
        gold.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        return CliRunner().invoke(app, ["evaluate", "--suite", "held", "--gold", str(gold),
                                        "--json"])

    found = run(good, bad)
    assert found.exit_code == 1
    report = json.loads(found.stdout)
    assert report["held"]["hold"] == 1
    assert report["held"]["cases"][1] == {
        "case": "v-bad", "faults": ["not considered: no-such-consideration"]}
    assert report["dialogue"] is None
    assert run(good).exit_code == 0


def test_approved_cases_count_in_no_average(tmp_path):
    file = tmp_path / "gold.yaml"
    file.write_text("- query: a\n  relevant: [x]\n- query: b\n  wrong: [x]\n  held: true\n"
                    "- says: c\n- says: d\n  held: true\n", "utf-8")

    gold = read_gold([file])

    assert [one.query for one in gold.measured().queries] == ["a"]
    assert [one.query for one in gold.held().queries] == ["b"]
    assert [one.says for one in gold.measured().cases] == [("c",)]
    assert [one.says for one in gold.held().cases] == [("d",)]


def test_what_is_wrong_with_the_corpus_own_cases_is_told_with_the_line(tmp_path, guidance):
    file = tmp_path / "evaluation.yaml"
    file.write_text("- id: a\n  query: q\n  relevant: [ungp-17]\n  wrong: [ungp-99]\n"
                    "- id: a\n  says: kits\n  cites_never: [ungp-98]\n"
                    "  facts: {colour: [red]}\n", "utf-8")

    assert problems_of(file, guidance) == [
        f"{file}:1: the corpus has no 'ungp-99'.",
        f"{file}:5: the id 'a' is that of {file}:1 too; give another.",
        f"{file}:5: the corpus has no 'ungp-98'.",
        f"{file}:5: the corpus has no 'colour'.",
    ]


def test_the_corpus_own_cases_are_sound(guidance):
    assert problems_of(PROJECT / "guidance_corpus" / "evaluation.yaml", guidance) == []


def test_every_case_that_reviewers_approved_holds(data_dir):
    """A wrong answer that a person has found has come back: `advisor evaluate --suite held`."""
    held = read_gold([PROJECT / "guidance_corpus" / "evaluation.yaml"]).held()
    parts = Assembly(Settings(data_dir=data_dir, _env_file=None))

    found = held_suite(parts, held, lambda _: None) if held.queries or held.cases else None

    assert [(one.case, one.faults) for one in (found["cases"] if found else [])
            if not one.holds] == []
