"""What a verdict becomes: a case that asks for what the reviewer spoke of, and reads back."""

from datetime import UTC, datetime

import pytest
import yaml

from bot.dialogue.reply import Kind, Line, Reply, Status
from bot.measures.labelled import Case, read_cases
from bot.reviews.labelling import Labelled, Shape, Spoken, proposed, slips
from bot.reviews.review import Verdict, VerdictKind
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery, read_queries
from tests.evaluating.acting import (
    RELEASE,
    citation,
    consideration,
    noted,
    safeguard,
)

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REPLY = Reply(
    Kind.ADVICE, RELEASE, (Line("Weigh this."),),
    considerations=(consideration("sg-c1", citation("sg-c1")),),
    flags=(noted("sg-c1-rf1", Status.RAISED, citation("ungp-17")),),
    safeguards=tuple(safeguard(f"s{n}") for n in range(6)))
FACTS = {"end_user": ("police",), "stage": None}


def turn(number=1, text="kits for Acme", question="", reply=REPLY, facts=FACTS):
    return Spoken(number, text, question, facts, reply)


def verdict(kind, on=1, note="Because.", **about):
    return Verdict(1, kind, on, about, note, "U-rev", NOW)


def clean(text):
    return text.replace("Acme", "[name]")


def deal(kind, *spoken, on=1, **about):
    return proposed(verdict(kind, on, **about), spoken or (turn(),), clean)


@pytest.fixture
def written(tmp_path):
    def write(case, id_="v-1"):
        file = tmp_path / "evaluation.yaml"
        file.write_text(yaml.safe_dump([case.record(id_)]), "utf-8")
        return file
    return write


def test_a_wrong_citation_of_a_deal_must_not_be_cited_again(written):
    made = deal(VerdictKind.WRONG_CITATION, provision="ungp-17", instead="ungp-19")

    assert read_cases(written(made)) == (Case(
        "v-1", ("kits for [name]",), answers={"end_user": ("police",), "stage": None},
        not_raised=frozenset(), cites_at_least=frozenset({"ungp-19"}),
        cites_never=frozenset({"ungp-17"}), held=True, split="test"),)
    assert made.note == "Because."


def test_a_wrong_citation_of_a_plain_question_must_not_be_found(written):
    asked = turn(question="hotline of Acme?")

    made = deal(VerdictKind.WRONG_CITATION, asked, provision="ungp-17")

    assert read_queries(written(made)) == (LabelledQuery(
        "v-1", "hotline of [name]?", (), "test", wrong=(ProvisionId("ungp-17"),), open=True,
        held=True),)
    assert read_cases(written(made)) == ()


def test_a_missing_consideration_must_be_weighed(written):
    (case,) = read_cases(written(deal(VerdictKind.MISSING_CONSIDERATION, consideration="sg-c3",
                                      flag="sg-c3-rf1")))
    assert (case.considers, case.raised) == (frozenset({"sg-c3"}), frozenset({"sg-c3-rf1"}))

    (query,) = read_queries(written(deal(
        VerdictKind.MISSING_CONSIDERATION, turn(question="courts?"), consideration="sg-c3")))
    assert query.relevant == ("sg-c3",)


def test_a_wrong_safeguard_must_not_be_suggested_again(written):
    (case,) = read_cases(written(deal(VerdictKind.WRONG_SAFEGUARD, safeguard="s1", instead="s9")))

    assert case.wrong_safeguards == frozenset({"s1"})
    assert case.safeguards_at_least == frozenset({"s9"})
    assert (case.facts, case.raised, case.not_raised) == (None, frozenset(), frozenset())


def test_a_corrected_answer_keeps_the_facts_as_corrected_and_the_note(written):
    made = deal(VerdictKind.CORRECTED_ANSWER, facts={"end_user": ["military"], "stage": None})

    (case,) = read_cases(written(made))
    assert case.facts == {"end_user": frozenset({"military"}), "stage": None}
    assert case.answers == {"end_user": ("military",), "stage": None}
    assert made.record("v-1")["note"] == "Because."


def test_a_correction_in_words_alone_asks_for_nothing_yet(guidance):
    made = deal(VerdictKind.CORRECTED_ANSWER)

    assert not made.asks_for_something
    assert "asks for nothing yet" in slips(made, guidance)[0]


def test_a_fine_advice_asks_for_all_of_it(written):
    (case,) = read_cases(written(deal(VerdictKind.FINE)))

    assert case.facts == {"end_user": frozenset({"police"}), "stage": None}
    assert (case.raised, case.not_raised) == (frozenset({"sg-c1-rf1"}), None)
    assert case.cites_at_least == frozenset({"ungp-17"})
    assert case.safeguards_at_least == frozenset({"s0", "s1", "s2", "s3", "s4"})


def test_fine_while_asking_leaves_open_what_the_answers_will_change(written):
    asking = Reply(Kind.ASK, RELEASE, REPLY.lead, flags=REPLY.flags, safeguards=REPLY.safeguards)

    (case,) = read_cases(written(deal(VerdictKind.FINE, turn(reply=asking))))
    assert (case.not_raised, case.safeguards_at_least) == (frozenset(), frozenset())


def test_a_fine_answer_to_a_question_has_to_be_found_and_a_fine_refusal_to_stay_one(written):
    (found,) = read_queries(written(deal(VerdictKind.FINE, turn(question="q"))))
    refused = turn(question="q", reply=Reply(Kind.DECLINE, RELEASE, REPLY.lead))
    (declined,) = read_queries(written(deal(VerdictKind.FINE, refused)))

    assert found.relevant == ("sg-c1",)
    assert (declined.relevant, declined.open) == ((), False)


def test_the_messages_up_to_the_turn_are_said_and_none_after_it():
    spoken = (turn(1, "one"), turn(2, ""), turn(3, "three of Acme"), turn(4, "four"))

    assert deal(VerdictKind.WRONG_CITATION, *spoken, on=3, provision="x").says == (
        "one", "three of [name]")


@pytest.mark.parametrize(("spoken", "on"), [((turn(1, ""),), 1), ((turn(1),), 2), ((), 1)])
def test_where_the_words_are_gone_there_is_no_case(spoken, on):
    assert proposed(verdict(VerdictKind.FINE, on), spoken, clean) is None


@pytest.mark.parametrize(("case", "complaint"), [
    (Labelled(Shape.DEAL, ("a", " "), considers=("sg-c1",)), "A message is empty."),
    (Labelled(Shape.DEAL, (), considers=("sg-c1",)), "A message is empty."),
    (Labelled(Shape.DEAL, ("a",)), "The case asks for nothing yet"),
    (Labelled(Shape.QUESTION, ("a",), cites=("ungp-17",), unanswerable=True), "Either nothing"),
    (Labelled(Shape.DEAL, ("a",), cites=("ungp-17",), cites_never=("ungp-17",)),
     "“ungp-17” can’t be both cited and not cited."),
    (Labelled(Shape.DEAL, ("a",), raised=("no-flag",)), "no red flag “no-flag”"),
    (Labelled(Shape.DEAL, ("a",), considers=("sg-c9",)), "no consideration “sg-c9”"),
    (Labelled(Shape.DEAL, ("a",), cites_never=("ungp-999",)), "no provision “ungp-999”"),
    (Labelled(Shape.DEAL, ("a",), wrong_safeguards=("s",)), "no safeguard “s”"),
    (Labelled(Shape.DEAL, ("a",), facts={"colour": ("red",)}), "no fact “colour”"),
    (Labelled(Shape.DEAL, ("a",), facts={"end_user": ("martians",)}), "no value “martians”"),
])
def test_what_keeps_a_case_from_being_approved_is_said(guidance, case, complaint):
    assert any(complaint in one for one in slips(case, guidance))


def test_a_sound_case_has_no_slips(guidance):
    assert slips(Labelled(Shape.DEAL, ("a",), facts={"end_user": ("police",), "stage": None},
                          cites_never=("ungp-17",), exact=True), guidance) == ()
