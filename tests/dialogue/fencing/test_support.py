"""What a sentence may take from its evidence: every word, and what stands together there."""

import pytest

from bot.dialogue.drafting import Point, PointKind
from bot.dialogue.fencing.judged import judged
from bot.dialogue.fencing.support import torn, uncovered
from bot.dialogue.fencing.words import read
from tests.dialogue.fencing.points import draft

APART = ("Ask suppliers which regulators keep {}courts review detention, "
         "and whether police encrypt recordings.")
"""Seven content words lie from its suppliers to what is encrypted, and with one more eight."""
APART_AS_SAID = "Suppliers encrypt recordings."
PASSED_ON = "Delete old footage, report misuse."
WITHIN = ("Delete footage of drones; ministries, courts, agencies, {}hospitals, schools report "
          "misuse.")
"""Seven content words lie from its footage to what is reported, and with one more eight."""
TITLE = "Footage pictures videos sounds maps logs"
PARCELS = "Encrypt sealed numbered dated signed parcels"
PUBLIC = "Use footage of public demonstrations only within thirty days after recording."


@pytest.mark.parametrize(("text", "evidence", "word"), [
    ("Suppliers report misuse.", "Suppliers report misuse.", None),
    ("Suppliers report abuse.", "Suppliers report misuse.", None),
    ("Suppliers report floods.", "Suppliers report misuse.", "floods"),
    # Nothing is said twice by a word that stands there once, nor two of a meaning by one.
    ("Suppliers report misuse misuse.", "Suppliers report misuse.", "misuse"),
    ("Suppliers or companies report misuse.", "Suppliers report misuse.", "companies"),
    ("Encrypt the footage and share the footage.", "Encrypt the footage and share it.", "footage"),
])
def test_each_word_rests_on_one_of_the_evidence(rules, text, evidence, word):
    found = uncovered(read(text, rules), [read(evidence, rules)], rules)
    assert (found and found.norm) == word


@pytest.mark.parametrize(("text", "evidence", "words"), [
    # At a joint or a mark another sentence may follow, and nowhere else.
    ("Delete footage and report misuse.", ("Delete footage.", "Report misuse."), None),
    ("Footage reports misuse.", ("Delete footage.", "Report misuse."), "footage … misuse"),
    ("Delete footage (report misuse).", ("Delete footage.", "Report misuse."), "delete … misuse"),
    # What a pronoun stands for may be filled in.
    ("Encrypt and share the footage.", ("Encrypt the footage and share it.",), None),
    # Of a clause most has to be told.
    ("Use footage of demonstrations within thirty days.", (PUBLIC,), None),
    ("Use footage.", (PUBLIC,), "use … footage"),
    ("Delete footage, report misuse.",
     ("Delete old footage of demonstrations within thirty days.", "Report misuse."),
     "delete … footage"),
    ("Delete footage, report misuse.",
     ("Delete footage.", "Report serious misuse by agencies to ministries within days."),
     "footage … misuse"),
    # What stands in brackets passes on to nothing else; what a mark parts does, behind any word.
    ("Delete footage (old, report misuse).", ("Delete old footage.", "Report misuse."),
     "delete … misuse"),
    ("Delete footage, always report misuse.", ("Delete footage.", "Always report misuse."), None),
    # It is enough that one of those told before ends where the next one begins.
    ("Delete old footage, report misuse.",
     ("Delete old footage.", "Delete old footage promptly everywhere.", "Report misuse."), None),
    ("Delete old footage, report misuse.",
     ("Delete old footage promptly everywhere.", "Report misuse."), "footage … misuse"),
    # What none of them says `uncovered` tells.
    ("Delete blue footage.", ("Delete footage.",), None),
    # Words that stand too far apart are no statement, though the rest of it is told.
    (APART_AS_SAID, (APART.format(""),), None),
    (APART_AS_SAID, (APART.format("licences, when "),), "suppliers … recordings"),
])
def test_what_stands_together_stood_together_in_one_sentence(rules, text, evidence, words):
    assert torn_in(text, evidence, rules) == words


@pytest.mark.parametrize(("text", "evidence", "words"), [
    # From a clause that ends there, or with one more word, to one that begins there.
    (PASSED_ON, ("Delete old footage promptly.", "Report misuse secretly."), None),
    (PASSED_ON, ("Delete old footage, share keys.", "Report misuse secretly."), None),
    (PASSED_ON, ("Delete old footage.", "Share keys, report misuse secretly."), None),
    (PASSED_ON, ("Delete old footage.", "Share keys and report misuse secretly."), None),
    (PASSED_ON, ("Delete old footage.", "Ministries report misuse."), "footage … misuse"),
    # An "and" in a list ends no clause.
    ("Delete footage, ministries report misuse.",
     ("Delete footage.", "Guards and ministries report misuse."), "footage … misuse"),
    # What has been said already may stand before what it goes on with.
    ("Ministries delete footage, report misuse.",
     ("Ministries delete footage.", "Ministries report misuse to courts."), None),
    # Of what is told nearly whole the order is free.
    ("Promptly delete old footage, report misuse.",
     ("Delete old footage promptly everywhere.", "Report misuse."), None),
    ("Promptly delete old footage, report misuse.",
     ("Delete old footage promptly everywhere.", "Report misuse secretly."), "footage … misuse"),
    # Within one sentence it is enough that both stand near one another.
    ("Delete footage, report misuse.", (WITHIN.format(""),), None),
    ("Delete footage, report misuse.", (WITHIN.format("banks, "),), "footage … misuse"),
])
def test_it_passes_on_from_the_end_of_a_clause_to_the_beginning_of_one(
    rules, text, evidence, words
):
    assert torn_in(text, evidence, rules) == words


@pytest.mark.parametrize(("text", "evidence", "title", "words"), [
    # A pronoun stands for what the sentence before names, and shortly beside its neighbours.
    ("Keep the footage locked.", "Encrypt the footage. Keep it locked.", "Logs", None),
    ("Share the footage.", "Encrypt the footage. Share it.", "Logs", None),
    ("Share the footage.", "Encrypt the footage. Share with or without it.", "Logs", None),
    ("Share the footage.", "Encrypt the footage. Share with or without even it.", "Logs",
     "share … footage"),
    ("Footage stays locked.", "Encrypt the footage. It will not always stay locked.", "Logs", None),
    ("Footage stays locked.", "Encrypt the footage. It will not even always stay locked.", "Logs",
     "footage … locked"),
    ("Keep the footage locked.", "Encrypt the footage. Keep keys locked, since staff may carry it.",
     "Logs", "keep … locked"),
    ("Share keys with old footage.", "Encrypt old footage. Share keys with it.", "Logs", None),
    # What is filled in ends no clause of theirs, and begins none.
    ("Quickly delete footage, report misuse.",
     "Encrypt footage. Quickly delete it soon. Report misuse secretly.", "Logs", None),
    ("Delete footage, the agency reports misuse.",
     "Delete footage. It reports misuse promptly.", "Agency", None),
    # Without one, only what the title names.
    ("Keep a footage key.", "Encrypt the footage. Keep a key.", "Logs", "keep … key"),
    ("Keep a footage key.", "Keep a key.", "Footage", None),
    # Who acts is told at the beginning, or by the title; and what is told to be done, by itself.
    ("The agency encrypts recordings.", "The agency deletes footage. It encrypts recordings.",
     "Logs", None),
    ("Keep the agency locked.", "The agency deletes footage. Keep it locked.", "Logs",
     "keep … locked"),
    ("Keep the agency locked.", "Keep it locked.", "Agency", None),
    ("Agency recordings stay encrypted.", "Recordings stay encrypted.", "Agency",
     "agency … encrypted"),
    ("Delete stays encrypted.", "Staff delete footage. It stays encrypted.", "Logs",
     "delete … encrypted"),
    ("Keep records locked.", "Staff encrypt records. Keep them locked.", "Logs", None),
    # No more is filled in than is told, and not much.
    ("Keep footage and picture keys.", "Keep keys.", "Footage and pictures", None),
    ("Keep footage picture video keys.", "Keep keys.", "Footage pictures videos", "keep … keys"),
    (f"{PARCELS} with footage pictures videos sounds maps.", f"{PARCELS}.", TITLE, None),
    (f"{PARCELS} with footage pictures videos sounds maps logs.", f"{PARCELS}.", TITLE,
     "encrypt … logs"),
])
def test_what_is_filled_in_is_named_beside_it(rules, text, evidence, title, words):
    assert torn_in(text, (title, evidence), rules, title) == words


def torn_in(text, evidence, rules, title="Logs"):
    point = Point(id="P1", kind=PointKind.SAFEGUARD, title=title, text=evidence[0],
                  evidence=evidence, quotable=(), citations=())
    [sentence] = judged(draft(text), (point,), rules)
    return torn(sentence.text, sentence.evidence, rules)
