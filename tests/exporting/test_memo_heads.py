"""The head of a memo: of which release it is, how the review stands, and who has signed."""

import re
from dataclasses import replace

from bot.advisor import Advisor, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.erasure.erasing import Erasing
from bot.exporting.asked import Asked, Form
from bot.exporting.redacting import Redaction
from bot.log_order import LOCAL
from bot.people import People
from bot.record.log import Happening
from bot.reviews.reading import advised_now
from bot.store import Store
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.exporting.sealed import ALL, ASKED
from tests.store.small import START

ADVISED = {"release": "r", "facts": {"country": ["EG"]}, "flags": {}, "safeguards": [],
           "provisions": {}}


def head_of(exporting, asked=ASKED):
    """What the memo says before its first section."""
    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, asked)
    return re.sub(r"[\s\\\u2060]+", " ", made.data.decode().split("\n## ")[0])


def test_the_head_says_how_the_review_stands(told, store, exporting):
    """The first page said nothing of it; it stood in the timeline alone."""
    assert "Review" not in head_of(exporting)
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "with_conditions", "over": []}, {"text": "An audit each year."}))
    head = head_of(exporting)
    day = f"{START.day} {START:%B %Y}"
    assert ("Signed off. This is no statement that the deal is lawful or may go ahead. Agreed "
            f"with conditions: U8, {day}. Conditions: “An audit each year.”") in head

    # Two people may go by one name.
    People(store).learn(LOCAL, "U8", "Ada Byron")
    assert f"Agreed with conditions: Ada Byron (U8), {day}." in head_of(exporting)

    store.note(LOCAL, Happening(
        "lapsed", "l1", START, None, "c1",
        {"sign_off": 1, "release": "r", "changes": [
            {"kind": "fact_changed", "id": "country", "before": "EG", "now": "BY"},
            {"kind": "fact_told", "id": "judicial_oversight", "before": None, "now": "weak"}]}))
    head = head_of(exporting)
    assert "The sign-off has lapsed. Agreed with conditions: Ada Byron (U8)" in head
    assert "Signed off." not in head
    assert f"Lapsed on {day}: what was told changed (country of use; courts and oversight)." in head


def test_the_empty_lines_to_sign_say_where_the_review_stands(told, store, exporting):
    """They read as if nobody had ever reviewed a deal that was signed off in the console."""
    def block():
        text = exporting.one(LOCAL, "c1", Form.MD, ASKED).data.decode()
        return text.split("## Review and sign-off")[1].split("\n## ")[0]

    assert "decides nothing" in block() and "console" not in block()
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "agreed", "over": []}, {"text": "Read."}))
    assert "How the review in the console stands is said at the head of this memo" in block()


def test_the_head_says_which_objections_were_weighed_and_what_is_another_since(
    told, store, exporting
):
    """"In spite of an objection", Egypt and Belarus stood far behind, or nowhere."""
    def object_to(number):
        store.note(LOCAL, Happening("review_comment", f"o{number}", START, "U9", "c1",
                                    {"objects": True}, {"text": "Not vetted."}))

    object_to(1)
    assert "An objection of a reviewer stands, and is not decided upon." in head_of(exporting)
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "agreed", "over": ["comment:1"]}, {"text": "Weighed."}))
    head = head_of(exporting)
    assert "It was signed in spite of an objection, which was weighed." in head
    assert "not decided upon" not in head

    store.note(LOCAL, Happening(
        "lapsed", "l1", START, None, "c1",
        {"sign_off": 1, "release": "r", "changes": [
            {"kind": "flag_raised", "id": "monitoring-of-assemblies", "before": None,
             "now": "raised"},
            {"kind": "flag_changed", "id": "sg-c2-rf4", "before": "raised", "now": "open"},
            {"kind": "flag_gone", "id": "sg-c2-rf3", "before": "open", "now": None},
            {"kind": "fact_changed", "id": "country", "before": "EG", "now": "BY"},
            {"kind": "fact_gone", "id": "conflict", "before": "", "now": None},
            {"kind": "fact_told", "id": "end_use", "before": None,
             "now": "crowd-monitoring, traffic"}]}))
    object_to(2)
    head = head_of(exporting)
    assert ("Told of country of use when it was signed: Egypt; since then: Belarus. "
            "Told of conflict or turmoil when it was signed: not known; since then: taken back. "
            "Told of end use when it was signed: nothing; since then: Watching crowds, protests "
            "or events, Traffic or transport. "
            "Red flags raised since it was signed: Watching crowds or protests. "
            "Red flags that were signed and are no longer raised: Courts and oversight of "
            "surveillance are weak or not independent. "
            "2 objections of reviewers stand, and are not decided upon.") in head
    store.note(LOCAL, Happening("review_comment", "o3", START, "U9", "c1", {"withdraws": 1},
                                {"text": ""}))
    assert "An objection of a reviewer stands, and is not decided upon." in head_of(exporting)


def test_the_head_says_that_whoever_signs_second_has_yet_to_weigh_an_objection(
    told, store, exporting
):
    """After the first of two signatures nothing was left to decide upon."""
    def note(kind, key, who, body, text):
        store.note(LOCAL, Happening(kind, key, START, who, "c1", body, {"text": text}))

    def sign(number, who):
        note("signed_off", f"s{number}", who,
             {"number": number, "by": who, "advised": ADVISED, "second": number == 2,
              "needs_second": number == 1, "outcome": "agreed", "over": ["comment:1"]}, "Weighed.")

    note("review_comment", "o1", "U9", {"objects": True}, "Not vetted.")
    sign(1, "U8")
    note("review_comment", "o2", "U9", {"objects": True}, "Nor is the reseller.")
    assert ("An objection of a reviewer stands, and is not decided upon. Whoever signs second has "
            "yet to decide upon the objection that the first one weighed.") in head_of(exporting)
    note("review_comment", "o3", "U9", {"withdraws": 2}, "")
    sign(2, "U7")
    head = head_of(exporting)
    assert "decide" not in head
    assert head.count("It was signed in spite of an objection, which was weighed.") == 2


def test_the_head_says_that_whoever_asked_was_erased(told, store, exporting):
    """"Asked for by: -", which read as if nobody had."""
    assert "no longer kept" not in head_of(exporting)
    Erasing(store).conversation(LOCAL, ConversationId("c1"), by="U9", reason="asked for")
    assert "Asked for by:** somebody whose name is no longer kept" in head_of(exporting)


def test_the_head_says_that_the_conditions_of_a_sign_off_were_erased(told, store, exporting):
    """"Conditions: Words erased Lapsed on …", as if a reviewer had written that."""
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "slack:T1:U8", "c1",
        {"number": 1, "by": "U8", "advised": ADVISED, "second": False, "needs_second": False,
         "outcome": "with_conditions", "over": []}, {"text": "An audit each year."}))
    Erasing(store).person(LOCAL, "slack:T1:U8", by="U9", reason="asked for")
    head = head_of(exporting)
    assert "The words of the conditions were erased." in head
    assert "Conditions:" not in head


def test_the_head_says_what_was_done_since_the_sign_off(told, say, store, exporting, guidance):
    """Years later, a memo has to say why a sign-off stands of an advice that reads otherwise."""
    with store.reading() as connection:
        now = advised_now(connection, ConversationId("c1"), guidance)
    assert "export-counsel" in now.safeguards
    store.note(LOCAL, Happening(
        "signed_off", "s1", START, "U8", "c1",
        {"number": 1, "by": "U8", "advised": now.as_json(), "second": False,
         "needs_second": False, "outcome": "agreed", "over": []}, {"text": "Read."}))
    title = guidance.safeguards["export-counsel"].title
    done = f"Done since that sign-off, by what was told: {title}."
    assert "Done since" not in head_of(exporting)

    say("the export review is done")

    assert f"Agreed as advised: U8, {START.day} {START:%B %Y}. {done}" in head_of(exporting)
    say("correction: the export review is not done, it has not started")
    assert "Done since" not in head_of(exporting)
    assert "Signed off." in head_of(exporting)


def test_the_head_says_of_which_release_what_was_signed_is(told, store, exporting, guidance):
    """A reviewer signs what the release in force advises; the memo holds what the last turn's did.

    So a memo showed advice as agreed to that nobody had looked at.
    """
    def note(number, release):
        store.note(LOCAL, Happening(
            "signed_off", f"s{number}", START, "U8", "c1",
            {"number": number, "by": "U8", "advised": {**ADVISED, "release": release},
             "second": False, "needs_second": False, "outcome": "agreed", "over": []},
            {"text": "Read."}))

    note(1, guidance.release)
    assert "What was signed" not in head_of(exporting)
    note(2, "bbb222bbb222")
    assert ("What was signed is the advice drawn from guidance release bbb222bbb222; the advice in "
            f"this memo is drawn from {guidance.release}.") in head_of(exporting)


def test_a_release_of_digits_alone_is_no_phone_number(
    store: Store, exporting, guidance, reader, sentences
):
    """Whoever had numbers taken out of a memo could no longer tell which release it rests on."""
    own = replace(guidance, release=ReleaseId("202611251430"))
    store.keep_release(own.release, content_of(own))
    store.activate(own.release)
    advisor = Advisor(guidance=own, reader=reader, search=WordSearch(own), wording=sentences,
                      store=store, question_limit=LIMIT, message_limit=8000)
    advisor.take_turn(Said(MessageKey("k1"), ConversationId("c1"), "slack:T1:U024BE7LH", WHEN,
                           "drones for the police in Chad, call 202611251431", workspace=LOCAL))

    head = head_of(exporting, Asked("U", "asked", frozenset({Redaction.PHONE})))

    assert "**Guidance release:** 202611251430" in head
    made = exporting.one(LOCAL, ConversationId("c1"), Form.MD, ALL).data.decode()
    assert "202611251431" not in made
