"""A turn that a language model worded, on the page of its conversation."""

import re

import pytest

from bot.erasure.erasing import Erasing
from tests.console.seen import words
from tests.console.talking import DEAL
from tests.console.whole import whole
from tests.taken_again import drafted, take_again

__all__ = ["whole"]
DRAFT = drafted(("Journalists & crowds: look <b>closely</b>.", "F1 C1"),
                ("Keep the right to stop.", "S1"))


@pytest.fixture
def reply(whole, guidance, sentences):
    whole.desk.say("c1", DEAL)
    return take_again(whole.desk.store, "c1", DRAFT, guidance, sentences, "T1")


def turn(whole, number: int) -> str:
    page = whole.as_().see("/conversations/c1").text
    return re.search(rf'<article class="turn" id="turn-{number}".*?</article>', page, re.S)[0]


def test_it_stands_as_it_was_shown_and_what_was_decided_below_it(whole, reply):
    shown, plain = turn(whole, 2), turn(whole, 1)

    text = words(shown)
    assert "As it was shown: worded by openai:tiny" in text
    first, second = reply.worded
    titles = "; ".join(one.title for one in (
        next(f for f in reply.flags if f.id == first.restates[0]), reply.considerations[0]))
    assert f"restates {titles}" in text
    assert f"restates {reply.safeguards[0].title}" in text
    assert "The draft passed the fence as a whole, by the rules 0123456789ab ." in text
    assert text.index(second.text) < text.index("Red flags raised")
    assert text.index("Red flags raised") < text.index("What was weighed and suggested")
    assert "Worded by openai:tiny" in text
    assert "As it was shown" not in words(plain)
    assert "Worded by Advisor’s own sentences, no language model" in words(plain)


def test_each_sentence_has_its_sources_and_is_text_and_nothing_else(whole, reply):
    shown = turn(whole, 2)

    items = re.findall(r"<li><bdi>(.*?)</li>", shown.split('class="worded"')[1].split("</ol>")[0],
                       re.S)
    assert [item.split("</bdi>")[0] for item in items] == [
        "Journalists &amp; crowds: look &lt;b&gt;closely&lt;/b&gt;.", "Keep the right to stop."]
    for item, line in zip(items, reply.worded, strict=True):
        assert item.count('class="cite"') == len(line.citations)


def test_once_erased_only_what_the_sentences_rested_on_is_left(whole, reply):
    Erasing(whole.desk.store).conversation("T1", "c1", by="U", reason="asked")
    text = words(turn(whole, 2))
    assert not any(line.text in text for line in reply.worded)
    assert text.count("The words were erased.") == 3
    assert f"restates {reply.safeguards[0].title}" in text
