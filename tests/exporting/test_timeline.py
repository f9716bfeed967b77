"""The timeline of a memo, as somebody reads it who knows nothing of the program."""

import csv
import re
from datetime import timedelta

import pytest
import yaml

from bot.brief import sentences as brief
from bot.casebook.standing import KINDS
from bot.chat.calls import Ended, Use
from bot.console.wording.review_wording import OPINIONS, OUTCOMES, VERDICTS
from bot.console.wording.wording import HAPPENED
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.intents import Intent
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Form
from bot.exporting.many import Chosen
from bot.exporting.redacting import Redaction
from bot.exporting.timeline import Timeline
from bot.log_order import LOCAL
from bot.record.log import Happening
from bot.record.model_calls import PASSED
from bot.turns.circumstances import Where
from bot.turns.echoes import naming
from tests.conftest import PROJECT
from tests.exporting.sealed import ALL, ASKED
from tests.store.small import START

pytestmark = pytest.mark.long

MODEL = {"turn": 1, "use": "wording", "model": "openai:tiny", "prompt": "0123", "tokens_in": 9,
         "why": "", "tokens_out": 9, "took_ms": 12, "tries": 1}
SIGNED = {"number": 1, "by": "U7", "digest": "f" * 64, "advice": "e" * 64, "release": "0" * 12,
          "advised": {"flags": [{"id": "x", "status": "raised"}]}, "second": False,
          "needs_second": False, "over": []}


def timeline(exporting, asked=ASKED) -> str:
    """The timeline of the conversation's memo, in one line and without Markdown's escapes."""
    text = exporting.one(LOCAL, "c1", Form.MD, asked).data.decode()
    part = text.split("## Timeline")[1].split("\n## ")[0]
    return re.sub(r"\s+", " ", part.replace("\\", "").replace("\u2060", ""))


@pytest.fixture
def noted(say, store, clock):
    say("A reseller wants 40 IMSI catchers for the police in Egypt")
    keys = iter(range(100))

    def note(kind, body, words=None, actor="U7", days=0):
        store.note(LOCAL, Happening(kind, f"n{next(keys)}", START + timedelta(days=days), actor,
                                    "c1", body, words or {}))

    return note


@pytest.mark.parametrize(("kind", "body", "words", "told"), [
    ("feedback", {"turn": 1, "good": True}, {}, "U7 gave the answer of turn 1 a thumb up."),
    ("feedback", {"turn": 1, "good": False}, {}, "U7 gave the answer of turn 1 a thumb down."),
    ("comment", {"turn": 1}, {"text": "See C."}, "U7 commented on turn 1. – U7"),
    ("handed_over", {"turn": 1, "channel": "C9", "summary": "k:1"}, {},
     "U7 sent the conversation to compliance after turn 1."),
    ("watch", {"on": "2026-05-01"}, {}, "U7 asked to be reminded on 1 May 2026."),
    ("watch", {"on": None}, {}, "U7 asked not to be reminded any more."),
    ("listening", {"on": False}, {}, "U7 asked Advisor to stop listening in the thread."),
    ("moved", {"audience": "guests", "from": "C9"}, {},
     "The conversation was moved to a private one."),
    ("assigned", {"to": "U8"}, {}, "U7 assigned the review to U8."),
    ("assigned", {"to": None}, {}, "U7 took the assignment of the review back."),
    ("asked_person", {"number": 2}, {"text": "Who pays?", **naming("U0SAM00001", "a1")},
     "U7 put question 2 to U0SAM00001."),
    ("question_dropped", {"number": 2, "turn": 1}, {"text": ""},
     "U7 noted that turn 1 answers question 2."),
    ("question_dropped", {"number": 2}, {"text": "They left."},
     "U7 no longer waits for an answer to question 2."),
    ("review_comment", {"objects": True}, {"text": "No."}, "U7 objected to a sign-off."),
    ("marked", {"consideration": "sg-gone", "opinion": "needs_change", "advice": "e" * 64},
     {"text": "x"}, "U7 marked a consideration of the guidance: Needs change."),
    ("verdict", {"number": 1, "verdict": "wrong_citation", "turn": 1,
                 "about": {"provision": "sg-x"}}, {"text": "x"},
     "U7 judged the answer of turn 1: Wrong citation."),
    ("signed_off", {**SIGNED, "outcome": "with_conditions"}, {"text": "Fine"},
     "U7 signed off the review: Agreed with conditions. This is no statement"),
    ("signed_off", {**SIGNED, "outcome": "returned", "over": ["n1"]}, {"text": "Fine"},
     "U7 signed off the review: Returned to sales with questions."),
    ("signed_off", {**SIGNED, "outcome": "not_agreed", "needs_second": True}, {"text": "Fine"},
     "U7 signed off the review: Not agreed, escalated. This is no statement that the deal is "
     "lawful or may go ahead. A second reviewer has to sign too."),
    ("signed_off", SIGNED, {"text": "Fine"}, "U7 signed off the review: Agreed as advised."),
    ("lapsed", {"sign_off": 1, "release": "0" * 12, "changes": [{"kind": "flag_raised"}]}, {},
     "The sign-off lapsed, since the advice has become another."),
    ("lapsed", {"sign_off": 1, "release": "0" * 12, "changes": [
        {"kind": "fact_changed", "id": "country", "before": "DK", "now": "BY"}]}, {},
     "The sign-off lapsed, since the deal has become another."),
    ("lapsed", {"sign_off": 1, "release": "0" * 12, "changes": [
        {"kind": "provision_changed"}, {"kind": "provision_gone"}]}, {},
     "The sign-off lapsed, since something that the advice rests on reads otherwise, or is checked "
     "otherwise."),
    ("model_call", {**MODEL, "outcome": "passed"}, {"sent": [], "received": "{}"},
     "For turn 1 the language model openai:tiny was asked to word the answer: "
     "its draft passed the fence."),
    ("model_call", {**MODEL, "outcome": "timed_out", "use": "reading"}, {},
     "was asked to read the message for facts: it took too long."),
    ("model_call", {**MODEL, "outcome": "figure"}, {},
     "its draft was refused, since it holds a number or a date that the cited text lacks."),
    ("exported", {"form": "docx", "manifest_sha256": "f" * 64, "redacted": []}, {},
     "U7 exported the conversation as a Word file."),
    ("unanswered", {"act": "message", "delivery": "d", "event_id": "e", "reference": "r",
                    "tries": 4}, {}, "No answer could be made to something that U7 sent."),
    ("undelivered", {"turn": 1, "post": "k"}, {}, "The reply of turn 1 could not be posted."),
    ("undelivered", {"turn": None, "post": "k"}, {}, "A note of Advisor could not be posted."),
    ("deleted", {"what": "message", "turn": 1, "message": "k", "deleted_at":
                 "2026-03-02T10:11:12.000000+00:00"}, {},
     "The message of turn 1 was deleted in Slack on 2 March 2026, 10:11:12 UTC; Slack doesn't "
     "tell by whom."),
    ("deleted", {"what": "unanswered", "turn": None, "message": "k", "deleted_at":
                 "2026-03-02T10:11:12.000000+00:00"}, {},
     "A message was deleted in Slack on 2 March 2026, 10:11:12 UTC, before it was answered;"),
    ("deleted", {"what": "reply", "turn": 1, "part": 1, "parts": 1, "post": "k", "deleted_at":
                 "2026-03-02T10:11:12.000000+00:00"}, {},
     "The reply of turn 1 was deleted in Slack on 2 March 2026, 10:11:12 UTC;"),
    ("deleted", {"what": "reply", "turn": 1, "part": 2, "parts": 3, "post": "k", "deleted_at":
                 "2026-03-02T10:11:12.000000+00:00"}, {},
     "Message 2 of 3 of the reply of turn 1 was deleted in Slack on 2 March 2026,"),
    ("deleted", {"what": "reply", "turn": 1, "deleted_at": "soon"}, {},
     "Something of this kind happened"),
    ("told", {"from": "0" * 12, "to": "1" * 12, "differs": "advice", "provisions": ["sg-x"],
              "changes": [{"kind": "flag_raised"}]}, {},
     "U7 had the person told that the guidance has changed."),
    ("signed_off", {}, {}, "U7 signed off the review: Agreed as advised."),
    ("marked", {}, {}, "Something of this kind happened"),
    ("some_new_kind", {"flags": {"a": [1]}}, {}, "Something of this kind happened"),
])
def test_what_happened_is_told_in_plain_sentences(noted, exporting, kind, body, words, told):
    noted(kind, body, words)
    text = timeline(exporting)

    said = f"In their own words: “{words['text']}”" if words.get("text") else ""
    assert told.removesuffix(" – U7") in text
    assert said in text
    assert not re.search(r"[{}_\[\]]|[0-9a-f]{12}|: None|\bNone\b", text.replace("[1]", ""))


def test_a_turn_says_itself_that_its_message_was_deleted(noted, exporting):
    noted("deleted", {"what": "message", "turn": 1, "message": "k", "deleted_at":
                      "2026-03-02T10:11:12.000000+00:00"}, actor=None, days=1)
    text = timeline(exporting)

    said = "The message of turn 1 was deleted in Slack on 2 March 2026, 10:11:12 UTC;"
    assert text.count(said) == 2
    assert text.index(said) < text.index("Row 2")


def test_names_of_the_guidance_stand_for_its_ids(noted, exporting, guidance):
    one = guidance.considerations[1]
    provision = next(iter(guidance.provisions.values()))
    noted("marked", {"consideration": one.id, "opinion": "agreed", "advice": "e" * 64})
    noted("verdict", {"number": 1, "verdict": "wrong_citation", "turn": 1,
                      "about": {"provision": provision.id}}, {"text": "No."})
    text = timeline(exporting)

    assert f"U7 marked consideration {one.number}, “{one.title}”: Agreed." in text
    assert ("U7 judged the answer of turn 1: Wrong citation "
            f"({guidance.sources[provision.source].short_title}, {provision.pinpoint}).") in text


def test_the_looks_of_a_reviewer_are_one_line(noted, exporting, tmp_path):
    noted("viewed", {"session": "s1"}, days=1)
    noted("viewed", {"session": "s1"}, days=2)
    noted("comment", {"turn": 1}, {"text": "See C."}, days=3)
    noted("viewed", {"session": "s2"}, days=4)
    noted("viewed", {"session": "s3"}, actor="U8", days=5)
    text = timeline(exporting)

    assert ("Read by U7 3 times: first on 2 March 2026, 09:00:00 UTC, last on 5 March 2026, "
            "09:00:00 UTC. Rows 2, 3 and 5 of the log.") in text
    assert "Read by U8 once, on 6 March 2026, 09:00:00 UTC. Row 6 of the log." in text
    assert text.count("Read by") == 2
    assert "session" not in text
    made = exporting.many(tmp_path / "log.jsonl", Form.JSONL, Chosen(), ASKED)
    assert made.file.read_text("utf-8").count('"kind":"viewed"') == 4


def test_many_looks_name_their_rows_in_runs(noted, exporting):
    for day in range(30):
        noted("viewed", {"session": "s"}, days=day)
    assert "Read by U7 30 times" in timeline(exporting)
    assert "Rows 2 to 31 of the log." in timeline(exporting)


def test_a_look_of_somebody_who_was_erased_has_no_name(noted, exporting):
    noted("viewed", {"session": "s"}, actor=None)
    assert "Read by somebody whose name is no longer kept once" in timeline(exporting)


def test_ids_that_were_redacted_stand_nowhere(noted, exporting):
    noted("assigned", {"to": "U0SAM00001"})
    noted("viewed", {"session": "s"}, actor="U0SAM00002")
    noted("asked_person", {"number": 1}, {"text": "Who?", **naming("U0SAM00003", "a1")})
    assert Redaction.SLACK in ALL.redact
    assert "U0SAM" not in timeline(exporting, ALL)


def test_everything_that_can_be_recorded_has_its_sentence(sentences):
    named = Timeline(brief.load(PROJECT / "prompts", sentences))
    of_one = set(HAPPENED) - {"published", "configured", "chat_allowed", "installed",
                              "uninstalled", "restored", "retention", "viewed"}
    assert {kind for kind in of_one | KINDS if not named.knows(kind)} == set()


def test_codes_read_in_the_memo_as_they_do_in_the_console():
    data = yaml.safe_load((PROJECT / "prompts" / brief.FILE).read_text("utf-8"))
    assert data["review_outcome"] == {str(k): v for k, v in OUTCOMES.items()}
    assert data["review_opinion"] == {str(k): v for k, v in OPINIONS.items()}
    assert data["review_verdict"] == {str(k): v for k, v in VERDICTS.items()}
    assert set(data["call_use"]) == set(map(str, Use))
    assert set(data["call_ended"]) >= {PASSED, "stale", *map(str, (*Ended, *Reason))}
    assert set(data["export_form"]) == set(map(str, Form))


@pytest.mark.parametrize(("given", "act", "told"), [
    ({"intent": Intent.ADVISE_NOW}, "steer", "the button “Advise now” was pressed."),
    ({"intent": Intent.WHY}, "steer", "the button “Why do you ask?” was pressed."),
    ({"intent": Intent.FILLER}, "steer", "the button “Ask me more” was pressed."),
    ({"intent": Intent.MORE_SAFEGUARDS}, "steer", "for more safeguards was pressed."),
    ({"answers": {"end_use": ["traffic"], "intermediary": None}}, "answer",
     "chosen from what was offered. Told by it: end use: Traffic or transport; "
     "intermediary: not known."),
    ({"answers": {"end_use": ["traffic"]}}, "message", "chosen from what was offered."),
    ({"answers": {"end_use": ["traffic"]}}, "correction", "corrected in the form."),
    ({"answers": {"end_use": ["traffic"]}}, "form", "the form of a deal was sent."),
    ({"supposed": {"end_use": ["traffic"], "conflict": ["no"]}}, "steer",
     "Nothing typed: it was picked what would be different. Tried out by it, and not noted: "
     "conflict or turmoil: No; end use: Traffic or transport."),
    ({"intent": Intent.GREETING}, "message", "Advisor was mentioned."),
    ({"intent": Intent.ADVISE_NOW}, "some_new_act", "Nothing typed: a button or a form."),
])
def test_a_turn_without_a_word_says_what_was_done(say, exporting, given, act, told):
    """The memo had a row with nothing in it, and nobody could tell a press from what is gone."""
    say("A reseller wants 40 IMSI catchers for the police in Egypt")
    say("", where=Where("slack", act), **given)

    assert told in timeline(exporting)


def test_nothing_is_said_to_be_untyped_where_the_words_are_erased(say, store, exporting):
    say("A reseller wants 40 IMSI catchers for the police in Egypt")
    Erasing(store).conversation(LOCAL, ConversationId("c1"), by="U7", reason="asked for")

    assert "Nothing typed" not in timeline(exporting)


def test_an_edited_message_is_told_as_the_new_wording_of_the_old(say, exporting, tmp_path):
    """It stood there as a second message."""
    say("Drones for the police in Chad")
    say("Drones for the police in Mali", key=MessageKey("c1:0:edit:1.2"),
        edits=MessageKey("c1:0"))
    text = timeline(exporting)

    assert text.count("Edited in Slack: this is the new wording of the message of turn 1.") == 1
    assert text.index("Drones for the police in Mali") < text.index("Edited in Slack")
    made = exporting.many(tmp_path / "log.csv", Form.CSV, Chosen(), ASKED)
    with made.file.open(encoding="utf-8", newline="") as file:
        assert [row["detail"] for row in csv.DictReader(file)][:2] == ["", '{"edited": true}']


def test_what_was_taken_back_weighed_or_answered_is_found_by_its_row(say, noted, exporting):
    """Years later nobody knew which objection, whose sign-off and which question was meant."""
    noted("asked_person", {"number": 1}, {"text": "Who owns it?", **naming("U024BE7LH", "a1")})
    noted("asked_person", {"number": 2}, {"text": "Since when?", **naming("U024BE7LH", "a1")})
    say("The reseller belongs to a minister")
    noted("asked_person", {"number": 3}, {"text": "Anything else?", **naming("U024BE7LH", "a1")})
    noted("question_dropped", {"number": 3}, {"text": "They called."})
    noted("review_comment", {"objects": True}, {"text": "Hold it."}, actor="U8")
    noted("review_comment", {}, {"text": "Why?"})
    noted("review_comment", {"objects": True}, {"text": "Not vetted."}, actor="U8")
    noted("signed_off", {**SIGNED, "over": ["comment:1", "comment:3"]}, {"text": "Weighed."})
    noted("sign_off_withdrawn", {}, {"text": "Too early."}, actor="U8")
    noted("review_comment", {"withdraws": 3}, {"text": ""}, actor="U8")
    noted("signed_off", {**SIGNED, "number": 2}, {"text": "Now."})
    noted("lapsed", {"changes": [{"kind": "flag_raised"}]}, actor=None)
    told = timeline(exporting)
    row = {what: re.findall(rf"Row (\d+) ·[^·]*?{what}", told) for what in (
        "put question", "objected", "signed off")}
    one, two, three = row["put question"]
    first, second = row["objected"]
    before, after = row["signed off"]
    assert f"Taken for the answer to the questions in rows {one} and {two}." in told
    assert f"no longer waits for an answer to question 3. See row {three}." in told
    assert f"it was signed nevertheless. See rows {first} and {second}." in told
    assert f"U8 withdrew the sign-off. See row {before}." in told
    assert f"U8 took an objection back. See row {second}." in told
    assert f"since the advice has become another. See row {after}." in told
    assert told.count("See row") == 5
