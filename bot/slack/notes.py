"""Short messages of the bot's own: a sentence, perhaps a quotation and buttons."""

import re
from collections.abc import Sequence
from typing import Any

from bot.slack.escaping import cut, escape, tidy
from bot.slack.splitting import Block, Span, fit, section

QUOTED = 600
"""Characters of a person's words that are quoted back."""

_SOMEBODY = re.compile(r"@(?=[A-Z]*[0-9])([UW][A-Z0-9]{8,12})(?![\w-])")
"""Somebody whom the words mention, as `bot.slack.unmarking` leaves them."""

Body = dict[str, Any]


def note(text: str, buttons: Sequence[Block] = ()) -> Body:
    """A message of one sentence, with *buttons* below it."""
    blocks = [section(chunk.text) for chunk in fit([Span(text)])]
    if buttons:
        blocks.append({"type": "actions", "elements": list(buttons)})
    return {"text": escape(cut(tidy(text), 3_000)), "blocks": blocks}


def note_to(user: str, text: str, buttons: Sequence[Block]) -> Body:
    """The same, with a mention of *user*, who is notified wherever it stands."""
    body = note(text, buttons)
    body["blocks"].insert(0, section(f"<@{user}>"))
    return {**body, "text": f"<@{user}> {body['text']}"}


def quoting(sentence: str, words: str, link: tuple[str, str] | None = None) -> Body:
    """A message to one person that says what somebody said.

    Whom the words mention reads by name, which Slack puts there; nobody else reads it, so nobody
    is called by it.

    Args:
        sentence: Stands before the quotation.
        words: What is quoted, cut at 600 characters.
        link: Label and address of where it was said.
    """
    spans = [Span(sentence)]
    if link is not None:
        label, url = link
        spans += [Span(" "), Span(label, url=url), Span(":")]
    blocks = [section(chunk.text) for chunk in fit(spans)]
    quoted = cut(tidy(words), QUOTED)
    if quoted:
        blocks += [section(_named("\n".join(f">{line}" for line in chunk.text.split("\n"))))
                   for chunk in fit([Span(quoted)])]
    return {"text": _named(escape(cut(f"{sentence} {quoted}", 3_000))), "blocks": blocks}


def _named(text: str) -> str:
    return _SOMEBODY.sub(r"<@\1>", text)
