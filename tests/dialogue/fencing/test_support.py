"""What a sentence may take from its evidence: every word, and what stands together there."""

import pytest

from bot.dialogue.drafting import Point, PointKind
from bot.dialogue.fencing.judged import judged
from bot.dialogue.fencing.support import torn, uncovered
from bot.dialogue.fencing.words import read
from tests.dialogue.fencing.points import draft

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
])
def test_what_stands_together_stood_together_in_one_sentence(rules, text, evidence, words):
    point = Point(id="P1", kind=PointKind.SAFEGUARD, title="Logs", text=evidence[0],
                  evidence=evidence, quotable=(), citations=())
    [sentence] = judged(draft(text), (point,), rules)
    assert torn(sentence.text, sentence.evidence, rules) == words
