"""A deal begun before another release came into force is gone on with after it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.editions.edition import Edition
from retrieval.guidance import Fact, Guidance, ReleaseId
from retrieval.releases import content_of
from tests.dialogue.talking import WordSearch
from tests.slack.joined import OFFICE, joined
from tests.slack.playing import DEAL, Bot, asked_together, until

UPDATED = "Updated since my last answer"


@pytest.fixture
def bot(
    tmp_path: Path, guidance: Guidance, reader: PlainReader, sentences: Wording, say: Wording
) -> Iterator[Bot]:
    with joined("http", tmp_path, guidance, reader, sentences, say) as made:
        yield Bot(made)


@pytest.fixture
def transport() -> str:
    return "http"


def put_in_force(
    bot: Bot, guidance: Guidance, reader: PlainReader, **changes: Any
) -> None:
    """Another release, in which every provision reads otherwise, and which has *changes*."""
    provisions = {name: replace(p, text=f"{p.text} Or not.")
                  for name, p in guidance.provisions.items()}
    other = replace(
        guidance, release=ReleaseId("fedcba987654"), provisions=provisions, **changes)
    bot.joined.store.keep_release(other.release, content_of(other))
    bot.joined.store.activate(other.release)
    bot.joined.parts.advisor.switch(Edition(other, reader, WordSearch(other)))


def text_of(message: dict[str, Any]) -> str:
    return str(message["blocks"])


def test_a_deal_is_gone_on_with_and_told_what_has_changed(
    bot: Bot, guidance: Guidance, reader: PlainReader
) -> None:
    ts = bot.mention(DEAL)
    asking = bot.replies(OFFICE, ts)[-1]
    before = bot.turns(OFFICE, ts)[-1]
    put_in_force(bot, guidance, reader)

    bot.press(asking, "why")
    bot.say("It is for crowds at demonstrations.", thread=ts)
    first, told, after = bot.turns(OFFICE, ts)

    assert [t.release for t in (first, told, after)] == [
        guidance.release, "fedcba987654", "fedcba987654"]
    why, advice = bot.replies(OFFICE, ts)[-2:]
    assert UPDATED in text_of(why) and UPDATED not in text_of(advice)
    assert before.reply.question is not None and told.reply.question is not None
    assert told.reply.question.fact == before.reply.question.fact
    assert {*before.message.heard} <= {*bot.conversation(OFFICE, ts).deal.answers}


def test_buttons_and_passages_of_a_reply_are_drawn_with_its_own_release(
    bot: Bot, guidance: Guidance, reader: PlainReader
) -> None:
    ts = bot.mention("What does the guidance say about resellers?")
    answered = bot.replies(OFFICE, ts)[-1]
    put_in_force(bot, guidance, reader)

    bot.press(answered, "passages")

    opened = str(bot.view())
    assert "Or not." not in opened
    assert guidance.provisions[bot.turns(OFFICE, ts)[0].reply.citations()[0].provision].text[
        :40] in opened


def test_a_choice_that_is_not_offered_any_more_is_told_as_people_say_it(
    bot: Bot, guidance: Guidance, reader: PlainReader
) -> None:
    ts = bot.mention(DEAL)
    question = until(bot, OFFICE, ts, lambda m: len(asked_together(m)) > 1)
    fact = Fact(asked_together(question)[0])
    asks = guidance.questions[fact]
    left = replace(asks, choices=tuple(c for c in asks.choices if c.value != "yes"))
    put_in_force(bot, guidance, reader, questions={**guidance.questions, fact: left})
    turns = len(bot.turns(OFFICE, ts))

    bot.choose_each(question, {fact: ["yes"]})
    bot.press(question, "answer_done")

    assert len(bot.turns(OFFICE, ts)) == turns
    assert bot.last(OFFICE, ts)["text"] == (
        "I don't know one of these choices. Pick them from the list again. Not in the list? Say "
        "it in your own words.")
