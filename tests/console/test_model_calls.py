"""What a language model was asked, on the page of a conversation and among refused drafts."""

import json
import re
from dataclasses import replace

import pytest

from bot.casebook import lines as case_lines
from bot.chat.calls import Use
from bot.console.language_model import model_refusals
from bot.console.turns.model_calls import calls_of
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import DOUBTED, Answer
from bot.dialogue.second_reading import MODEL as BY_MODEL
from bot.dialogue.second_reading import TAKEN
from retrieval.guidance import Fact
from tests.console.modelled import DIGEST, MODEL, call, used
from tests.console.seen import words
from tests.console.talking import DEAL
from tests.console.test_hostile import TEXTS
from tests.console.test_model_pages import EVIL, modelled, safe
from tests.console.whole import whole

__all__ = ["modelled", "whole"]
DRAFT = json.dumps({"sentences": [
    {"text": "Audit rights belong into the contract.", "points": ["S1"]},
    {"text": "The deal is lawful.", "points": ["F1"]}]})
READ = json.dumps({"facts": [
    {"fact": "end_user", "value": "police", "words": "the police"},
    {"fact": "country", "value": "KE", "words": "Kenya"}]})


# --- refused drafts -----------------------------------------------------------------------------


def test_refused_drafts_come_with_reason_sentence_and_conversation(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk)
    call(desk, outcome="verdict", sentence=1, words={"detail": "lawful"}, received=DRAFT)
    call(desk, outcome="left_out", received=DRAFT, words={"detail": "F2"})
    call(desk, use="reading", outcome="malformed", received="nonsense")
    call(desk, outcome="verdict", sentence=1, received=DRAFT, workspace="T2", conversation="x")
    page = modelled.as_().see("/model/refused")
    said = words(page)
    assert said.count("turn 1 of its conversation") == 2
    assert "It says whether the deal is lawful, approved or safe lawful The deal is lawful." in said
    assert "the draft as a whole" in said
    assert said.index("the draft as a whole") < said.index("The deal is lawful.")
    assert "/console/conversations/c1?turn=1#call-" in page.text
    assert "conversations/x" not in page.text


def test_whoever_reads_a_refused_sentence_is_on_record_once(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, outcome="verdict", sentence=1, received=DRAFT)
    call(desk, outcome="verdict", sentence=0, received=DRAFT)
    modelled.as_().see("/model")
    assert desk.rows("viewed") == []
    modelled.as_().see("/model/refused")
    assert [(row.actor, row.conversation) for row in desk.rows("viewed")] == [("U-rev", "c1")]
    assert desk.store.verify_log() is None


def test_whoever_reads_of_a_draft_that_was_refused_as_a_whole_is_on_record_too(modelled):
    """The page says that it is; only sentences were."""
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, outcome="left_out", received=DRAFT, words={"detail": "F2"})
    page = modelled.as_().see("/model/refused")
    assert "That you have read this is on record with each of these conversations." in words(page)
    assert [(row.actor, row.conversation) for row in desk.rows("viewed")] == [("U-rev", "c1")]


def test_many_drafts_come_page_by_page_and_each_once(modelled, monkeypatch):
    monkeypatch.setattr(model_refusals, "A_PAGE", 3)
    monkeypatch.setattr(model_refusals, "MOST_LOOKED_THROUGH", 7)
    desk = modelled.desk
    for n in range(10):
        call(desk, outcome="figure", words={"detail": f"figure {n};"})
        call(desk)
    browser, path, seen, asked = modelled.as_(), "/model/refused", [], 0
    while path:
        page = browser.see(path)
        seen += re.findall(r"figure (\d+);", page.text)
        more = re.search(r'href="/console(/model/refused\?before=\d+)"', page.text)
        path, asked = more and more[1], asked + 1
    assert seen == [str(n) for n in range(9, -1, -1)]
    assert asked <= 8


@pytest.mark.parametrize("before", ["", "-1", "0", "x", "9" * 400, "٣", "1e9", "%00", EVIL])
def test_a_place_that_is_none_breaks_no_page(modelled, before):
    call(modelled.desk, outcome="figure")
    page = modelled.as_().get("/console/model/refused", params={"before": before})
    assert page.status_code == 200
    safe(page)


def test_of_an_erased_draft_the_reason_stays_and_the_words_are_gone(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, outcome="name", words={"detail": "Wanjiru"}, sentence=0, received=DRAFT,
         user="slack:T1:U1")
    desk.erasing.conversation("T1", ConversationId("c1"), by="U-adm", reason="asked for")
    page = words(modelled.as_().see("/model/refused"))
    assert "It holds a name that the cited text lacks" in page
    assert "The words were erased." in page
    assert "Wanjiru" not in page and "Audit rights" not in page


# --- on the page of a conversation --------------------------------------------------------------


def shown(modelled, user="U-rev"):
    page = modelled.as_(user).see("/conversations/c1")
    assert page.status_code == 200
    return page


def test_a_turn_shows_its_calls_with_what_was_sent_and_what_came_back(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, received=DRAFT, sent=[
        {"role": "system", "content": "Be exact."}, {"role": "user", "content": "S1: audits"}])
    call(modelled.desk, use="reading", outcome="answered", prompt=DIGEST[Use.READING],
         received=READ, words={"dropped": [
             {"fact": "end_user", "value": "police", "words": "the police", "why": "answered"}]})
    page = shown(modelled)
    said = words(page)
    assert "A language model was asked" in said
    assert f"Wording by {MODEL} : passed the fence." in said
    assert "1,200 tokens sent, 300 received · 812 ms" in said
    assert f'href="/console/model/prompts/{DIGEST[Use.WORDING]}"' in page.text
    assert "Sent as system, message 1 Be exact. Sent as user, message 2 S1: audits" in said
    assert "end_user police “ the police ” dropped: it was known already" in said
    assert "country KE “ Kenya ” nothing: no answer came of it" in said
    assert "The draft of the model" in said and "Audit rights belong into the contract." in said


def test_a_refused_draft_shows_why_and_where_beside_the_plain_answer(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="verdict", sentence=1, words={"detail": "lawful"}, received=DRAFT)
    page = shown(modelled)
    said = words(page)
    assert ("draft refused it says whether the deal is lawful, approved or safe ( lawful ). "
            "The plain answer stood.") in said
    assert "the draft fell on this The deal is lawful." in said
    assert "The plain answer, decided without the model" in said
    turn = modelled.desk.store.turns("c1")[0]
    beside = said[said.index("decided without the model"):]
    for note in (*turn.reply.considerations, *turn.reply.safeguards):
        assert note.title in beside


def test_whoever_asked_is_told_of_the_model_and_shown_no_draft(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="verdict", sentence=1, words={"detail": "zebra"}, received=DRAFT)
    said = words(shown(modelled, "U1"))
    assert f"Wording by {MODEL}" in said
    for hidden in ("The deal is lawful", "zebra", "Be exact", "exactly what was sent",
                   "side by side"):
        assert hidden not in said, hidden


def test_erased_calls_say_so_and_nothing_else(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, outcome="name", words={"detail": "Wanjiru"}, received=DRAFT,
         user="slack:T1:U1")
    modelled.desk.erasing.conversation(
        "T1", ConversationId("c1"), by="U-adm", reason="asked for")
    said = words(shown(modelled))
    assert "What was sent and received was erased." in said
    assert "Wanjiru" not in said and "Audit rights" not in said and "Be exact" not in said


@pytest.mark.long
@pytest.mark.parametrize("kind", TEXTS)
def test_whatever_a_model_writes_stays_text(modelled, kind):
    text = TEXTS[kind] * 10 if kind == "large" else TEXTS[kind]
    modelled.desk.say("c1", DEAL)
    hostile = json.dumps({"sentences": [{"text": text, "points": [text, 7]}, text, None]})
    for received in (text, hostile, "[" * 200_000, "{}", '{"sentences": 3}'):
        call(modelled.desk, outcome="markup", sentence=0, model=text[:40], prompt=text[:70],
             sent=[{"role": text[:20], "content": text}], received=received,
             words={"detail": text})
    fact = {"fact": text, "value": text, "words": text}
    call(modelled.desk, use="reading", received=json.dumps({"facts": [fact, text]}),
         words={"dropped": [{**fact, "why": text}, text]})
    for page in (shown(modelled), modelled.as_().see("/model/refused")):
        safe(page)
        assert len(page.text) < 3_000_000


def test_of_a_megabyte_the_beginning_is_shown_and_the_rest_is_counted(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, received="z" * 1_000_000)
    page = shown(modelled)
    assert "the first 50,000 characters; 950,000 more are in the export of the log" in words(page)
    assert page.text.count("z" * 50_000) == 1 and "z" * 50_001 not in page.text


def test_a_row_of_another_version_or_for_no_turn_breaks_no_page(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    call(desk, turn=99)
    call(desk, turn="one")
    call(desk, sent="x", received=None, tokens_in="many", use=None, outcome=None, model=["x"])
    said = words(shown(modelled))
    assert said.count("Language model asked") == 2
    assert said.count("A language model was asked") == 1


def test_pages_hold_no_script_or_style_of_their_own(modelled):
    used(modelled.desk, "2026-03-01")
    call(modelled.desk, outcome="figure")
    for path in ("/model", "/model/refused", f"/model/prompts/{DIGEST[Use.SEARCH]}"):
        page = modelled.as_("U-adm").see(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", page)
        assert "<h1" in page
        for table in re.findall(r"<table.*?</table>", page, re.S):
            assert "<caption" in table and not re.search(r"<th(?! scope)[ >]", table)


def test_what_became_of_what_was_read_is_told_by_the_turn_that_came_of_it(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, use="reading", outcome="answered", received=READ)
    rows = modelled.desk.rows("model_call")
    first = modelled.desk.store.turns(ConversationId("c1"))[0]
    heard = {Fact(fact): Answer(frozenset({value}), "", first.key, confidence == TAKEN,
                                confidence=confidence, read_by=BY_MODEL)
             for fact, value, confidence in (
                 ("end_user", "police", TAKEN), ("country", "KE", DOUBTED))}
    second = replace(first, version=2, retakes=1, message=replace(first.message, heard=heard))
    (made,) = calls_of(rows, [first, second])[1]
    assert [(one.fact, one.became) for one in made.read] == [
        ("end_user", "taken"), ("country", "asked_back")]
    (made,) = calls_of(rows, [first])[1]
    assert {one.became for one in made.read} == {"nothing"}


# --- among the conversations --------------------------------------------------------------------


def test_conversations_are_found_by_what_a_model_had_to_do_with_them(modelled):
    desk = modelled.desk
    desk.say("c1", DEAL)
    desk.say("c2", DEAL)
    browser = modelled.as_()
    assert "Draft refused" not in browser.see("/").text
    call(desk, "c2", outcome="verdict")
    call(desk, "c1")
    page = browser.see("/?model=refused").text
    assert "Draft refused" in page
    assert "conversations/c2" in page and "conversations/c1" not in page
    assert "conversations/c2" not in browser.see("/?model=worded").text
    with desk.store.writing() as connection:
        case_lines.rebuild(connection)
    assert "conversations/c2" in browser.see("/?model=refused").text


def test_a_call_is_found_by_no_word_of_it(modelled):
    modelled.desk.say("c1", DEAL)
    call(modelled.desk, received="wolpertinger", words={"text": "wolpertinger"})
    assert "conversations/c1" not in modelled.as_().see("/?text=wolpertinger").text
