"""How good the answers are: the last evaluation that was left in the data folder."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.drawing import drawn
from bot.console.viewer import Role
from bot.measures.measured import Unreadable, last


def quality(reading: Reading, rule: Rule, folder: Path) -> list[Route]:
    """The route of the quality page.

    Args:
        reading: What the pages are drawn from.
        rule: Wraps the endpoint by the role that it takes.
        folder: Where an evaluation was left.
    """

    def show(request: Request) -> Response:
        found, wrong = None, ""
        try:
            found = last(folder)
        except Unreadable as error:
            wrong = str(error)
        return drawn(request, "quality.html", found=found, wrong=wrong,
                     release=reading.store.active_release())

    return [Route("/quality", rule(Role.REVIEWER)(show), methods=["GET"])]
