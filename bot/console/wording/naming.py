"""What people are called on the pages: their name with the id beside it."""

from collections.abc import Mapping

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from bot.console.wording import wording
from bot.people import MENTION, bare
from bot.unseen import legible

ERASED = "erased"


@pass_context
def person(context: Context, actor: str | None) -> str:
    """*actor* as a page shows them, by what it hands over as `names`, by id.

    The name stands by itself, so that letters which run from right to left don't turn the id round.
    """
    return of(actor, context.get("names") or {})


@pass_context
def mentions(context: Context, text: str) -> Markup:
    """*text* of a message, with whom it mentions by name and the id beside it.

    A sign in it that nobody sees is shown: whoever signs is to read what Advisor has read.
    """
    text = legible(text)
    names, parts, end = context.get("names") or {}, [], 0
    for found in MENTION.finditer(text):
        if found[1] in names:
            parts += [escape(text[end:found.start()]), "@", of(found[1], names)]
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


@pass_context
def called(context: Context, text: str) -> str:
    """As `mentions`, in plain words and without ids, for where there is little room."""
    names = context.get("names") or {}
    return MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", legible(text))


def of(actor: str | None, names: Mapping[str, str]) -> str:
    """*actor* by *names*: markup where they have one, else plain text."""
    user = bare(actor)
    if user not in names:
        return wording.person(actor)
    return Markup('<bdi>{}</bdi> <span class="id">({})</span>').format(names[user], user)
