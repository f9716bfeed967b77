"""The same cases with and without a language model, and what is told of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.advisor import Outcome, Said
from bot.chat.calls import Call, Ended, Use
from bot.dialogue.conversation import Conversation
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.reply import Kind, Line, Reply, WordedLine
from bot.errors import AdvisorError
from bot.evaluating.composers import MODEL, PLAIN, passed_over, play
from bot.evaluating.grounding import Printed
from bot.evaluating.rehearsing import TakeTurn
from bot.evaluating.second_looks import Glance, Watched
from bot.evaluating.wordings import tried
from bot.measures.labelled import Case
from bot.second_look.looked import Looked
from retrieval.labelled.cases import LabelledQuery
from tests.evaluating.acting import EMPTY, RELEASE, Scripted, citation, safeguard

TEXT = "Do not deliver before the audit of 2019 is read."
TEXTS = {"sg-1": Printed("sg", "p", TEXT, official=True)}
CITED = citation("sg-1", TEXT)
PLAIN_REPLY = Reply(Kind.ADVICE, RELEASE, (Line("Weigh this."),),
                    safeguards=(safeguard("audit", CITED),))


def worded(*lines: WordedLine) -> Reply:
    return replace(PLAIN_REPLY, worded=lines, composer="openai:x")


def line(text: str, *cited: object, restates: tuple[str, ...] = ("audit",)) -> WordedLine:
    return WordedLine(text, cited or (CITED,), restates)


def call(*sentences: tuple[str, str]) -> Call:
    parsed = {"sentences": [{"text": text, "points": [id_]} for text, id_ in sentences]}
    return Call(Use.WORDING, "openai:x", "d", ({"role": "user", "content": "?"},), "{}",
                Ended.ANSWERED, parsed=parsed)


def outcome(reply: Reply, *, worth: bool = True) -> Outcome:
    conversation = Conversation("c")
    return Outcome(conversation, reply, 1, conversation, EMPTY, worth_a_look=worth)


def shown(*lines: WordedLine) -> Glance:
    return Glance(outcome(PLAIN_REPLY), 1.0, Looked(outcome(worded(*lines))), 1.0)


def test_a_sentence_that_its_sources_bear_out_has_no_fault():
    found = list(tried(shown(line("Do not deliver before the audit is read.")), TEXTS))

    assert [(one.shown, one.faults) for one in found] == [(True, ())]


@pytest.mark.parametrize(("said", "fault"), [
    (line("Deliver before the audit is read."), "affirms: Deliver before the audit is read."),
    (line("Do not deliver before the audit of 2021."), "figure: 2021"),
    (line("Do not deliver before the audit.", restates=("other",)),
     "restates what was not decided"),
    (line("Do not deliver.", citation("sg-2", TEXT)), "cites sg-2, which it does not restate"),
    (line("Do not deliver.", replace(CITED, pinpoint="q")), "sg-1 stands at p, not at q"),
])
def test_a_shown_sentence_that_is_not_borne_out_is_told(said, fault):
    (found,) = tried(shown(said), TEXTS)

    assert fault in found.faults


def test_what_the_bot_adds_of_a_supposition_is_no_fault_of_the_model():
    text = "Do not deliver before the audit is read. I only suppose that it is so."

    (found,) = tried(shown(line(text)), TEXTS, "I only suppose that it is so.")

    assert found.faults == ()


def test_a_refused_draft_counts_with_its_reason_and_an_id_that_was_not_given_is_a_fault():
    looked = Looked(None, calls=(call(("Sell it.", "X9")),),
                    refused=Reason.VERDICT.value)

    (found,) = tried(Glance(outcome(PLAIN_REPLY), 1.0, looked, 1.0), TEXTS)

    assert (found.shown, found.refused) == (False, "verdict")
    assert found.faults[0] == "cites what was not given"


def test_the_person_goes_on_with_what_stands_after_the_second_look():
    bot = Scripted()
    better = worded(line("Do not deliver before the audit is read."))
    watched = Watched(lambda said: replace(bot(said), worth_a_look=said.text == "kits"),
                      lambda *_: Looked(outcome(better)),
                      iter([1.0, 1.5, 3.5, 4.0, 4.1]).__next__)

    first, second = watched.take_turn(_said("kits")), watched.take_turn(_said("more"))

    assert (first.reply, second.reply.worded) == (better, ())
    assert [(one.plain_ms, one.look_ms) for one in watched.glances] == [
        (500.0, 2000.0), (pytest.approx(100.0), 0.0)]


def test_deals_are_played_with_both_and_none_begins_when_the_time_is_over():
    clock = Hourglass()
    case, query = Case("c", ("kits",)), LabelledQuery("q", "What of audits?", ())

    played = play((case,) * 3, (query,) * 9, clock.slows(Scripted()), lambda *_: Looked(None),
                  minutes=1, clock=clock)

    # A deal takes one message with each composer, a question one: two questions for each deal.
    assert [len(played.deals[name]) for name in (PLAIN, MODEL)] == [2, 2]
    assert len(played.questions) == 3
    assert played.left == 1 + 6


def test_what_the_bot_refuses_and_what_did_not_begin_is_told():
    """Figures of two questions in three looked as if they were of all."""
    clock = Hourglass()
    bot = clock.slows(Scripted())

    def refusing(said: Said) -> Outcome:
        outcome = bot(said)
        if said.text == "too long":
            raise AdvisorError("too_long", "It is too long.")
        return outcome

    queries = [LabelledQuery(id_, text, ()) for id_, text in (
        ("q1", "What of audits?"), ("q2", "too long"), ("q3", "And then?"), ("q4", "More?"))]
    played = play((), queries, refusing, lambda *_: Looked(None), minutes=0.4, clock=clock)

    assert [query.id for query, _, _ in played.questions] == ["q1", "q3"]
    assert list(passed_over(played)) == [
        "1 question of the comparison of composers had no answer, since the bot refused what was "
        "asked: q2.",
        "1 case of the comparison of composers did not begin within the minutes that were given."]


class Hourglass:
    """A clock that only a turn moves on, by ten seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def slows(self, bot: TakeTurn) -> TakeTurn:
        def take_turn(said: Said) -> Outcome:
            self.now += 10
            return bot(said)

        return take_turn


def _said(text: str) -> Said:
    return Said(f"key-{text}", "c", "a", datetime(2026, 1, 1, tzinfo=UTC), text)
