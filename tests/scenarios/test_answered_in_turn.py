"""Several questions are answered with a word for each, in their order, as people do on a phone."""

import pytest

pytestmark = pytest.mark.xdist_group("answered in turn")

LAW = ["law_in_practice", "rights_limits"]
WATCH = ["access_safeguards", "judicial_oversight"]
SALE = ["stage", "intermediary"]
DATA = ["data_sharing", "hosting"]
TERMS = ["human_rights_clause", "export_review"]
DEAL = {"product": "cctv", "end_user": "police", "country": "KE"}


def heard(begin, asked, text):
    talk = begin().amid(DEAL, asked)
    talk.say(text)
    return {str(fact): None if a.values is None else "+".join(sorted(a.values)) + (
        "" if a.certain else "?") for fact, a in talk.messages[-1].heard.items()}


@pytest.mark.parametrize(("asked", "text", "values"), [
    (WATCH, "none, weak", ["none", "weak"]),
    (WATCH, "none, none", ["none", "none"]),
    (WATCH, "none none", ["none", "none"]),
    (WATCH, "some rules and weak", ["inadequate", "weak"]),
    (WATCH, "dk, weak", [None, "weak"]),
    (LAW, "selective, yes", ["selective", "yes"]),
    (LAW, "ignored yes", ["ignored", "yes"]),
    (LAW, "selective, dunno", ["selective", None]),
    (SALE, "quote out, no", ["negotiating", "none"]),
    (SALE, "renewal none", ["renewal", "none"]),
    (DATA, "restricted, customer", ["restricted", "customer"]),
    (DATA, "open, they host", ["open", "customer"]),
    (TERMS, "yes, pending", ["accepted", "pending"]),
    (TERMS, "refused, not started", ["refused", "not-started"]),
])
def test_each_word_answers_the_question_whose_turn_it_is(begin, asked, text, values):
    """Every second list lost an item: "selective, yes" was asked for the limits once more."""
    assert heard(begin, asked, text) == dict(zip(asked, values, strict=True))


@pytest.mark.parametrize(("asked", "text", "values"), [
    (LAW, "yes, it is selective", {"law_in_practice": "selective"}),
    (WATCH, "weak", {"judicial_oversight": "weak"}),
    (WATCH, "yes, weak", {"judicial_oversight": "weak"}),
    (["detentions", "conflict"], "no, war", {"conflict": "yes"}),
    (["detentions", "conflict"], "arrests, yes", {"detentions": "yes"}),
])
def test_what_fits_no_order_answers_no_more_than_it_says(begin, asked, text, values):
    assert heard(begin, asked, text) == values


@pytest.mark.parametrize(("fact", "word"), [
    ("access_safeguards", "none"), ("judicial_oversight", "none"), ("intermediary", "none"),
    ("export_review", "pending"), ("law_in_practice", "ignored")])
def test_the_word_for_a_choice_is_that_choice(begin, fact, word):
    """"None" to "what approval does the law require?" was taken for a guess, and asked back."""
    assert heard(begin, [fact], word) == {fact: word}
    assert heard(begin, ["data_sharing"], "unknown") == {"data_sharing": None}
