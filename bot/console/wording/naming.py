"""What people are called on the pages: their name with the id beside it."""

from collections.abc import Mapping

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.console.wording import wording
from bot.people import bare

ERASED = "erased"


@pass_context
def person(context: Context, actor: str | None) -> str:
    """*actor* as a page shows them, by what it hands over as `names`, by id.

    The name stands by itself, so that letters which run from right to left don't turn the id round.
    """
    return of(actor, context.get("names") or {})


def of(actor: str | None, names: Mapping[str, str]) -> str:
    """*actor* by *names*: markup where they have one, else plain text."""
    user = bare(actor)
    if user not in names:
        return wording.person(actor)
    return Markup('<bdi>{}</bdi> <span class="id">({})</span>').format(names[user], user)
