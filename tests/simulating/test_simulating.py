"""A case played against two editions says what would be different, and leaves nothing behind."""

import json
import sqlite3
from dataclasses import replace

import pytest

from bot.answering.replaying import Replaying
from bot.dialogue.conversation import ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.reply import Kind
from bot.erasure.erasing import Erasing
from bot.errors import BadInput
from bot.log_order import LOCAL
from bot.plain import to_text
from bot.simulating.playing import play
from bot.simulating.scripts import (
    MOST_LINES,
    NO_TIME,
    Line,
    Mode,
    answers_of,
    from_file,
    invented,
    stored,
)
from bot.simulating.simulation import as_document, said, simulate
from bot.store import Store
from retrieval.checks import check
from retrieval.editing.differences import RunKind
from retrieval.guidance import Checked, ReleaseId
from retrieval.matches import Query
from tests.scenarios.playing import scenarios
from tests.simulating.conftest import (
    NEW_WORDS,
    edition,
    with_new_words,
    without,
    without_fact,
    without_flag,
    without_words,
)

pytestmark = pytest.mark.long

C = ConversationId("c")
DEAL = ("Cell-site simulators for the police of Kenya, who will watch crowds at demonstrations. "
        "Journalists were arrested.")


def told(store):
    """A conversation with words, a correction, picks, a button, an edit and a question."""
    return store.turns(C)


@pytest.fixture
def talked(say):
    say("Cell-site simulators for the police of Kenya, to watch crowds.", key="m:1")
    say("Journalists were arrested there last year.", key="m:2")
    say(key="m:3", answers={"misuse_reports": ["no"], "conflict": None})
    say("What does the guidance say about audits?", key="m:4")
    say("Actually it is the health ministry of Kenya.", key="m:5")
    say("Actually it is the army of Kenya.", key="m:5:edit:1", edits=MessageKey("m:5"))
    say(key="m:6", intent=Intent.MORE_SAFEGUARDS)
    say("what if it were the police?", key="m:7")
    say("Give me the advice now.", key="m:8")


def dump(store):
    file = store.engine.url.database
    with sqlite3.connect(file) as connection:
        return list(connection.iterdump())


# --- what is played is what was said --------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
def test_a_stored_case_comes_out_as_it_was_recorded(talked, store, guidance, live, manner, mode):
    """Words, picks, a button, an edit and a supposition: each reply is the recorded one."""
    turns = told(store)
    played = play(stored(turns, mode), live, manner)
    assert [t.text for t in played.turns] == [to_text(t.reply, guidance) for t in turns]
    assert [t.failure for t in played.turns] == [""] * 9
    assert played.notes == ()
    assert {f: a.values for f, a in played.deal.answers.items()} == {
        f: a.values for f, a in store.load(C).deal.answers.items()}


def test_what_was_picked_pressed_and_edited_is_told_from_what_was_written(talked, store, guidance):
    lines = stored(told(store)).lines
    assert lines[2].answers == {"conflict": None, "misuse_reports": ["no"]}
    assert lines[5].edits == "m:5"
    assert lines[6].intent is Intent.MORE_SAFEGUARDS
    assert [line.key for line in lines if line.answers or line.edits or line.intent] == [
        "m:3", "m:5:edit:1", "m:6"]
    assert said(lines[0], guidance) == (
        "Cell-site simulators for the police of Kenya, to watch crowds.")
    assert said(lines[5], guidance) == (
        "(edits an earlier message) Actually it is the army of Kenya.")
    assert said(lines[6], guidance) == "(presses) more safeguards"


def test_a_key_that_only_begins_alike_is_no_edit(say, store):
    say("Drones for the police of Chad", key="m:1")
    say("for the army of Chad", key="m:10")
    assert [line.edits for line in stored(told(store)).lines] == [None, None]


def test_a_comparison_tells_the_deals_apart_as_it_did(say, store, guidance, live, manner):
    say("Spyware for the police of Kenya", key="o:1", name="o")
    say("Drones for the police of Ghana", key="m:1")
    say("How does this differ from my last deal?", key="m:2")
    state_of = Replaying(store, lambda _: guidance).state
    turns = told(store)
    assert turns[1].compared is not None
    played = play(stored(turns, state_of=state_of), live, manner)
    assert played.turns[1].text == to_text(turns[1].reply, guidance)


@pytest.mark.parametrize("path", scenarios(), ids=lambda path: path.stem)
def test_every_scenario_is_the_same_against_itself(path, live, manner):
    found = simulate(from_file(path), live, live, manner)
    assert found.same
    assert found.upshot().startswith("Nothing would be different")
    assert all(turn.text and not turn.failure for turn in found.live.turns)


# --- nothing is kept ------------------------------------------------------------------------


def test_playing_leaves_the_database_as_it_was(talked, store, live, guidance, manner):
    before = dump(store)
    for mode in Mode:
        simulate(stored(told(store), mode), live, edition(without_flag(guidance)), manner)
    simulate(invented([DEAL], {}), live, edition(without_flag(guidance)), manner)
    assert dump(store) == before


def test_a_database_that_can_not_be_written_is_enough(talked, store, live, guidance, manner):
    file = store.engine.url.database
    reading = Store(f"sqlite:///file:{file}?mode=ro&uri=true")
    found = simulate(stored(reading.turns(C)), live, edition(without_flag(guidance)), manner)
    assert len(found.steps) == 9
    with pytest.raises(Exception, match="readonly"):
        reading.activate(guidance.release)
    reading.close()


# --- what would be different ----------------------------------------------------------------


def test_a_flag_that_is_gone_is_named_in_the_turn_and_for_the_deal(live, guidance, manner):
    found = simulate(invented([DEAL]), live, edition(without_flag(guidance)), manner)
    (step,) = found.steps
    assert [one.id for one in step.difference.flags.only_live] == ["sg-c2-rf3"]
    assert step.difference.flags.only_draft == ()
    title = guidance.flag_by_id["sg-c2-rf3"].title
    assert f"The red flag “{title}” (sg-c2-rf3) would no longer be raised." in found.outlook
    assert f"Red flag raised only in what is live: {title} (sg-c2-rf3)." in set(
        step.difference.told())
    assert not found.same
    gone = "".join(run.text for run in step.difference.words if run.kind is RunKind.GONE)
    assert title in gone


def test_the_other_way_round_it_is_raised_anew(live, guidance, manner):
    found = simulate(invented([DEAL]), edition(without_flag(guidance)), live, manner)
    assert [one.id for one in found.steps[0].difference.flags.only_draft] == ["sg-c2-rf3"]
    assert any("would be raised; it is not now" in one for one in found.outlook)


def test_a_passage_that_reads_otherwise_is_named(live, guidance, manner):
    found = simulate(invented([DEAL]), live, edition(with_new_words(guidance)), manner)
    apart = found.steps[0].difference.citations
    assert [one.id for one in apart.reworded] == ["sg-c2-rf3"]
    assert (apart.only_live, apart.only_draft) == ((), ())
    assert [one for one in found.outlook if "(sg-c2-rf3) would be cited in other words" in one]
    assert NEW_WORDS not in found.steps[0].live.text


def test_a_tick_alone_is_a_difference_for_the_deal(live, guidance, manner):
    ticked = replace(guidance.provisions["sg-c2-rf3"], checked=Checked.OFFICIAL)
    draft = replace(guidance, release=ReleaseId("draft"),
                    provisions={**guidance.provisions, "sg-c2-rf3": ticked})
    found = simulate(invented([DEAL]), live, edition(draft), manner)
    assert [one for one in found.outlook if one.endswith("in other words or standing: "
                                                         "official text.")]


def test_a_word_that_the_draft_does_not_know_is_read_otherwise(live, guidance, manner):
    draft = edition(without_words(guidance, "end_user", "police"))
    found = simulate(invented(["Cell-site simulators for the police of Kenya"]), live, draft,
                     manner)
    assert ("End-user is understood as nothing in the draft, as Police in what is live."
            in found.steps[0].difference.understood)
    assert "end_user" not in found.draft.deal.answers


def test_what_was_understood_then_leaves_the_words_out(talked, store, live, guidance, manner):
    draft = edition(without_fact(guidance, "misuse_reports"))
    found = simulate(stored(told(store), Mode.FACTS), live, draft, manner)
    assert found.script.notes == (
        "Played from what was understood then; how the words would be read now is left out.",)
    assert found.draft.notes == ("It has no fact 'misuse_reports', so that answer is left out.",)
    assert found.live.notes == ()
    assert all(not turn.failure for turn in found.draft.turns)


def test_a_glossary_entry_that_is_gone_takes_the_question_beside_a_deal_with_it(
        say, store, live, guidance, manner):
    """What is told beside it is answered, and the rest of the deal is played."""
    say("Drones for the police of Kenya. What is due diligence?", key="m:1")
    (turn,) = told(store)
    entry = turn.message.beside.entry
    draft = edition(replace(guidance, release=ReleaseId("draft"), vocabulary=replace(
        guidance.vocabulary, glossary=tuple(
            one for one in guidance.vocabulary.glossary if one.id != entry))))
    found = simulate(stored([turn], Mode.FACTS), live, draft, manner)
    assert found.steps[0].draft.failure == ""
    assert found.draft.deal.known("end_user") == {"police"}
    assert found.draft.notes == (
        f"Its glossary has no entry {entry!r}, so that question is not understood.",)


def test_a_question_that_is_gone_is_left_out_of_the_answers(live, guidance, manner):
    draft = without_fact(guidance, "hosting")
    found = simulate(invented(["Cloud hosting for the police of Kenya"], {"hosting": ["ours"]}),
                     live, edition(draft), manner)
    assert all(not turn.failure for turn in found.draft.turns)
    assert "hosting" not in found.draft.deal.answers


def test_a_draft_with_problems_is_not_played(live, guidance, manner):
    draft = replace(guidance, release=ReleaseId("draft"), provisions={
        id_: p for id_, p in guidance.provisions.items() if id_ != "sg-c2-rf3"})
    with pytest.raises(BadInput, match=r"problems and can't be answered from: .*sg-c2-rf3"):
        simulate(invented([DEAL]), live, edition(draft), manner)


def test_what_the_draft_can_not_answer_is_said_and_the_play_goes_on(live, guidance, manner):
    """Its index knows a passage that its content lacks: the answer is refused, not shown."""
    lost = next(
        p for p in guidance.provisions.values()
        if live.search([Query(p.text)])[0].matches[0].provision == p.id
        and not check(without(guidance, p.id)))
    broken = replace(edition(without(guidance, lost.id)), search=live.search)
    asked = Message(MessageKey("m"), "a", lost.text, NO_TIME, Intent.ASK)
    script = invented([DEAL])
    script = replace(script, lines=(Line(MessageKey("m"), understood=asked), *script.lines))
    found = simulate(script, live, broken, manner)
    assert found.steps[0].draft.failure
    assert found.steps[0].draft.reply is None
    assert found.steps[0].difference.kinds == (found.steps[0].live.reply.kind, None)
    assert any("could not be answered from the draft" in one for one in found.outlook)
    assert found.steps[1].draft.reply is not None


# --- erased words ---------------------------------------------------------------------------


def test_erased_words_are_played_from_facts_and_that_is_said(talked, store, live, manner):
    Erasing(store).conversation(LOCAL, C, by="U-kim", reason="asked for")
    turns = told(store)
    assert all(turn.erased for turn in turns)
    found = simulate(stored(turns), live, live, manner)
    assert found.script.notes[0].startswith("The words of 9 of 9 messages are erased")
    assert found.same
    assert {f: a.values for f, a in found.live.deal.answers.items()} == {
        f: a.values for f, a in store.load(C).deal.answers.items()}


# --- invented cases -------------------------------------------------------------------------


def test_answers_are_given_where_something_is_asked_until_nothing_is(live, manner):
    found = simulate(invented([DEAL], {"misuse_reports": ["yes"]}), live, live, manner)
    last = found.live.turns[-1]
    assert last.reply.kind is Kind.ADVICE
    assert len(found.steps) > 2
    assert found.live.deal.known("misuse_reports") == {"yes"}
    assert found.live.deal.unknown("judicial_oversight")


def test_one_that_asks_more_goes_on_alone(live, guidance, manner):
    """The draft asks next to nothing: the live answers go on beside nothing."""
    few = replace(guidance, release=ReleaseId("draft"), scopes=(replace(
        guidance.scopes[0], when={"end_user": frozenset({"police"})}, still_ask=frozenset(),
        applies=frozenset({guidance.considerations[0].id})),))
    found = simulate(invented([DEAL], {}), live, edition(few), manner)
    assert len(found.live.turns) > len(found.draft.turns)
    assert found.steps[-1].draft is None
    assert found.steps[-1].difference.kinds[1] is None
    assert any("Something would be asked in" in one for one in found.outlook)


@pytest.mark.parametrize(("says", "answers", "why"), [
    ([], None, "nothing to play"), (["  "], None, "nothing to play"),
    (["x"] * (MOST_LINES + 1), None, "are played at most")])
def test_a_case_that_is_none_is_refused(says, answers, why):
    with pytest.raises(BadInput, match=why):
        invented(says, answers)


def test_a_message_that_is_too_long_is_a_failure_of_its_turn(live, manner):
    found = simulate(invented(["x" * 9000, DEAL]), live, live, manner)
    assert "9,000 characters" in found.steps[0].live.failure
    assert found.steps[1].live.reply is not None


@pytest.mark.parametrize("given", [[], "a", {"f": [1]}, {"f": []}, {"f": {"a": 1}}, {"f": True}])
def test_answers_that_are_none_are_refused(given):
    with pytest.raises(BadInput):
        answers_of(given)


@pytest.mark.parametrize(("text", "why"), [
    ("- a\n", "holds no case"), ("title: x\n", "lists messages"), ("says: [1]\n", "lists messages"),
    ("steps: x\n", "'steps' is a list"), ("steps: [{does: x}]\n", "needs 'says' or 'chooses'"),
    ("steps: [{says: yes}]\n", "in quotes"), ("steps: [{says: a, then: b}]\n", "has then"),
    ("a: [\n", "can't be read"), ("says: 2026-02-30\n", "can't be read"),
    pytest.param("says: " + "[" * 2_000 + "]" * 2_000, "can't be read", id="nested"),
    ("steps: [{chooses: {f: [true]}}]\n", "step 1: The answer"),
])
def test_a_file_that_holds_no_case_is_refused_in_a_sentence(tmp_path, text, why):
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    with pytest.raises(BadInput, match=why) as error:
        from_file(tmp_path / "case.yaml")
    assert "case.yaml" in str(error.value)


def test_a_file_with_messages_and_answers_is_played(tmp_path, live, manner):
    (tmp_path / "case.json").write_text(json.dumps(
        {"says": [DEAL], "answers": {"misuse_reports": "yes", "conflict": None}}), "utf-8")
    found = simulate(from_file(tmp_path / "case.json"), live, live, manner)
    assert found.script.title == "case"
    assert found.live.deal.known("misuse_reports") == {"yes"}


def test_the_document_for_machines_is_json(live, guidance, manner):
    found = simulate(invented([DEAL]), live, edition(without_flag(guidance)), manner)
    document = json.loads(json.dumps(as_document(found)))
    assert (document["live"], document["draft"]) == (guidance.release, "draft")
    assert document["steps"][0]["flags"] == {
        "only_live": ["sg-c2-rf3"], "only_draft": [], "reworded": []}
    assert "sg-c2-rf3" in document["steps"][0]["live"]["raised"]
    assert "sg-c2-rf3" not in document["steps"][0]["draft"]["raised"]
    words = document["steps"][0]["words"]
    assert "".join(w["text"] for w in words if w["kind"] != "new") == (
        document["steps"][0]["live"]["text"])
    assert "".join(w["text"] for w in words if w["kind"] != "gone") == (
        document["steps"][0]["draft"]["text"])
