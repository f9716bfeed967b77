"""Short messages of the bot's own: a sentence, perhaps a quotation and buttons."""

from collections.abc import Sequence
from typing import Any

from bot.slack.escaping import cut, escape, tidy
from bot.slack.splitting import Block, Span, fit, section

QUOTED = 600
"""Characters of a person's words that are quoted back."""

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
    """A message that says what somebody said.

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
        blocks += [section("\n".join(f">{line}" for line in chunk.text.split("\n")))
                   for chunk in fit([Span(quoted)])]
    return {"text": escape(cut(f"{sentence} {quoted}", 3_000)), "blocks": blocks}
