"""How a page behind the doors is drawn: its template, and what every template knows."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.console.navigation import above, entries
from bot.console.viewer import Viewer
from bot.console.wording import model_wording, naming, review_wording, wording
from bot.plain import MARKS
from bot.unseen import legible
from retrieval.guidance import Checked


def drawn(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """The page that *template* draws for whoever looks, `request.state.viewer`."""
    viewer: Viewer = request.state.viewer
    shared: Mapping[str, Any] = {
        "root": root(request), "viewer": viewer,
        "above": above(request.url.path.removeprefix(root(request)), viewer.role)}
    return HTMLResponse(_environment().get_template(template).render({**shared, **values}), status)


def missing(request: Request, why: str, **values: Any) -> Response:
    """A page that says *why* there is none, and leads to what it would stand under."""
    return drawn(request, "nothing.html", 404, heading="Not here", why=why, **values)


def root(request: Request) -> str:
    """Where the console stands, without a slash at the end."""
    return str(request.scope.get("root_path", ""))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.console", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {
        "say": wording, "reviewed": review_wording, "by_model": model_wording,
        "marks": MARKS, "Checked": Checked, "entries": entries,
        "address": lambda text: quote(str(text), safe="")}
    environment.filters |= {
        "when": wording.when, "day": wording.day, "person": naming.person,
        "mentions": naming.mentions, "called": naming.called,
        "happened": wording.happened, "legible": legible,
        "titled": review_wording.titled}
    return environment
