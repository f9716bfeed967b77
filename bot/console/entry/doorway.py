"""The pages before the console: signing in, and every refusal, in words."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from bot.console.navigation import Entry

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> "Environment":
    # The first page may wait for it; the first message need not.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=PackageLoader("bot.console", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """The page that *template* draws."""
    return HTMLResponse(_environment().get_template(template).render(values), status)


def refusal(
    status: int, title: str, why: str, *, sign_in: bool = False, there: str = "",
    home: Entry | None = None, written: Sequence[str] = (), wait: float = 0,
) -> Response:
    """A page that says what was refused, why, and what to do.

    Args:
        status: Of HTTP.
        title: What happened, in a few words.
        why: Why, and what to do.
        sign_in: Whether to offer signing in.
        there: Where the way on leads, below the console; empty for where it begins.
        home: The page that a way on without signing in leads to, unless there is one `there`.
        written: What was typed and not kept, to be copied.
        wait: Seconds until trying again helps.
    """
    answer = page("door_refusal.html", status, title=title, why=why, sign_in=sign_in,
                  there=there, home=home, written=written)
    if wait:
        answer.headers["Retry-After"] = str(int(wait) + 1)
    return answer
