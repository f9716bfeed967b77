"""App Home: a person's own deals, and for compliance leads those that wait for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.slack.controls import button, plain_text
from bot.slack.names import HOME_SHOW, HOME_START, Press
from bot.slack.splitting import Block, Span, context, fit, section

MOST_DEALS = 20
"""Deals listed under one heading; two blocks each leave room in a view's hundred."""
MOST_TITLE = 90


@dataclass(frozen=True, slots=True)
class HomeDeal:
    """A deal as App Home lists it."""

    conversation: ConversationId
    turn: int
    """The turn last shown, from 1."""
    title: str
    """From `deal_title`; "" where nothing is known yet."""
    state: str
    """How it stands, in words."""
    updated: datetime
    """When something last happened, with its time zone."""
    link: str | None
    """Of its thread, if there is one."""
    raised: int
    """Red flags raised."""
    next_question: str | None
    """The question that waits for an answer."""
    begun: datetime | None = None
    """When it was begun, with its time zone; None unless others are listed by the same title."""
    apart: str = ""
    """What is known of it and not of all those."""


def home_view(
    say: Wording, deals: Sequence[HomeDeal], queue: Sequence[HomeDeal] | None
) -> Block:
    """The Home tab of one person.

    Args:
        say: The bot's sentences.
        deals: The person's own, latest first; the first twenty are shown.
        queue: Cases that wait for a compliance lead, None for everybody else.
    """
    start = button(say.say("home.start"), HOME_START, Press("").dump(), "primary")
    blocks = [*_words(say.say("home.intro")), {"type": "actions", "elements": [start]}]
    if queue is not None:
        blocks.append(_heading(say.say("home.queue")))
        blocks += _deals(queue, say, "home.queue_empty", mine=False)
    blocks.append(_heading(say.say("home.deals")))
    blocks += _deals(deals, say, "home.empty", mine=True)
    blocks += [item.block for item in context([Span(say.say("home.not_advice"))])]
    return {"type": "home", "blocks": blocks}


def _words(text: str) -> list[Block]:
    return [section(chunk.text) for chunk in fit([Span(text)])]


def _heading(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150)}


def _deals(
    deals: Sequence[HomeDeal], say: Wording, empty: str, *, mine: bool
) -> Iterator[Block]:
    """A line for each deal; only one's *mine* can be gone on with, others are to be read."""
    if not deals:
        yield from _words(say.say(empty))
    for n, deal in enumerate(deals[:MOST_DEALS]):
        press = Press(deal.conversation, deal.turn).dump()
        resume = button(say.say("home.show"), f"{HOME_SHOW}:{n}", press) if mine else None
        chunk = fit(list(_deal(deal, say)))[0]
        yield section(chunk.text, resume)
    if len(deals) > MOST_DEALS:
        yield from (i.block for i in context(
            [Span(say.say("home.more", n=len(deals) - MOST_DEALS))]
        ))


def _deal(deal: HomeDeal, say: Wording) -> Iterator[Span]:
    title = plain_text(deal.title, MOST_TITLE)["text"] if deal.title else say.say("home.untitled")
    yield Span(title, "*")
    if deal.apart:
        yield Span("\n" + plain_text(deal.apart, MOST_TITLE * 2)["text"])
    yield Span("\n" + deal.state)
    if deal.raised:
        flags = "home.flag_one" if deal.raised == 1 else "home.flag_many"
        yield Span(" · " + say.say(flags, n=deal.raised))
    yield Span(" · " + say.say("home.updated") + " ")
    yield Span("", moment=deal.updated)
    if deal.begun:
        yield Span(" · " + say.say("home.begun") + " ")
        yield Span("", moment=deal.begun)
    if deal.next_question:
        question = plain_text(deal.next_question, 300)["text"]
        yield Span("\n" + say.say("home.next", question=question))
    if deal.link:
        yield Span("\n")
        yield Span(say.say("home.link"), url=deal.link)
