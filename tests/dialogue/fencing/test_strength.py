"""What each "must", "should" and "may" binds, and when it is stronger or weaker than it may be."""

import pytest

from bot.dialogue.fencing.strength import bounds, misjudged
from bot.dialogue.fencing.words import read


@pytest.mark.parametrize(("text", "bound"), [
    ("The host must keep the logs.", ["MUST must: keep logs"]),
    # No more than four words of it, function words not counted.
    ("The host must keep signed daily access logs forever.",
     ["MUST must: keep signed daily access"]),
    ("The host has to delete logs.", ["MUST has to: delete logs"]),
    ("The host should report and the court may publish.",
     ["SHOULD should: report court publish", "MAY may: publish"]),
    # It ends with its clause, but not before it has found anything.
    ("The host must keep, and delete logs.", ["MUST must: keep", "SHOULD delete! delete"]),
    ("The host must also, quickly keep logs.", ["MUST must: quickly keep logs"]),
    # At the end of a clause it binds what is before it, the nearest first.
    ("Where no approval is required.", ["MUST required: approval"]),
    ("Signed written court approval of exports is required.",
     ["MUST required: exports approval"]),
    ("It is required.", ["MUST required: "]),
])
def test_what_a_modal_binds(rules, text, bound):
    assert said(text, rules) == bound


@pytest.mark.parametrize(("text", "bound"), [
    ("Keep logs.", ["SHOULD keep! keep"]),
    ("Keep logs, delete.", ["SHOULD keep! keep", "SHOULD delete! delete"]),
    ("The host, keep logs.", ["SHOULD keep! keep"]),
    ("Check logs and keep data.", ["SHOULD check! check", "SHOULD keep! keep"]),
    ("and keep logs", ["SHOULD keep! keep"]),
    ("Keep and also delete logs.", ["SHOULD keep! keep", "SHOULD delete! delete"]),
    # What tells somebody else to do it binds their deed.
    ("Let the host delete the data.", ["SHOULD let! host delete data"]),
    # Neither begins a clause here, nor is every word that does a command.
    ("You must also keep logs.", ["MUST must: keep logs"]),
    ("They want to keep logs.", []),
    ("The host and court keep logs.", []),
    ("The host reports, courts publish.", []),
])
def test_what_a_command_binds_and_where_it_is_one(rules, text, bound):
    assert said(text, rules) == bound


def said(text, rules):
    """Each modal of *text* (":") and each command ("!"), with what it binds."""
    return [f"{one.strength.name} {one.said}{'!' if one.imperative else ':'} "
            f"{' '.join(word.norm for word in one.words)}"
            for one in bounds(read(text, rules), rules)]


ONLY_STATES = "'must', where the evidence only states"


@pytest.mark.parametrize(("text", "evidence", "found"), [
    ("The host must keep logs.", "The host should keep logs.", "'must' is too strong"),
    ("The host may keep logs.", "The host should keep logs.", "'may' is too weak"),
    ("The host should keep logs.", "The host should keep logs.", None),
    ("The host must keep logs.", "The host keeps logs.", ONLY_STATES),
    ("It is required.", "The host may keep logs.", "'required', where the evidence only states"),
    # Of another deed it may be said where the evidence says it at all: what fits is seen elsewhere.
    ("The host must delete data.", "The host may keep logs.", ONLY_STATES),
    ("The host must delete data.", "The host must keep logs.", None),
    ("The host must keep logs.", "The host may keep logs, and must delete data.",
     "'must' is too strong"),
    # The deed is one of the three words that follow first.
    ("The host must delete data.", "The host may rarely quietly delete data.",
     "'must' is too strong"),
    ("The host must delete data.", "The host may rarely quietly safely delete data.", ONLY_STATES),
    # A command is as strong as whatever it rests on.
    ("Keep logs.", "The host may keep logs.", None),
    # What is only stated has lost a "must" or a "should", but neither a "may" nor a command.
    ("The host keeps logs.", "The host must keep logs.", "stated, where the evidence has 'must'"),
    ("The host keeps logs.", "The host may keep logs.", None),
    ("The host keeps logs.", "Keep logs.", None),
    ("The host keeps logs.", "The host must delete data.", None),
    ("The host keeps logs.", "It is required.", None),
])
def test_a_sentence_binds_as_strongly_as_its_evidence(rules, text, evidence, found):
    here, there = read(text, rules), read(evidence, rules)
    assert misjudged(here, bounds(here, rules), bounds(there, rules)) == found
