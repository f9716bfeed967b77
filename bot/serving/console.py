"""The console of a serving process, over what answers there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.assembly import Assembly
from bot.console.entry.access import Address
from bot.errors import AdvisorError
from bot.impact.telling import Telling
from bot.reviews.reviewing import Reviewing
from bot.settings import SlackSettings
from bot.slack.clients import Clients
from retrieval.guidance import ReleaseId
from retrieval.matches import Search

if TYPE_CHECKING:
    from bot.editions.edition import Edition
    from bot.serving.loaded import Loaded


class ServedConsole:
    """Makes the console's pages.

    Args:
        parts: The parts of this process.
        slack: How Slack is reached.
        clients: Slack's web API, by workspace.
        workspace: The local workspace; None where there is a Slack.
        reviewing: What reviewers do, questions in Slack among it.
        telling: Tells threads of changed guidance.
        tell: Says something to whoever started the server.
        loaded: Gives None while the guidance and the index are being loaded.
    """

    def __init__(
        self, parts: Assembly, slack: SlackSettings, clients: Clients, *,
        workspace: Starlette | None, reviewing: Reviewing, telling: Telling,
        tell: Callable[[str], None], loaded: "Callable[[], Loaded | None]",
    ) -> None:
        self._parts = parts
        self._slack = slack
        self._clients = clients
        self._workspace = workspace
        self._reviewing = reviewing
        self._telling = telling
        self._tell = tell
        self._loaded = loaded

    def routes(self, address: Address) -> list[BaseRoute]:
        """The pages at *address*; who started the server is told the way in if it is not Slack."""
        # A fifth of all that a server imports, and no message waits for it.
        from bot.corpus_parts import CorpusParts  # noqa: PLC0415
        from bot.evaluating.held_deals import breaking  # noqa: PLC0415
        from bot.serving.console_parts import console_of  # noqa: PLC0415

        world = None if self._workspace is None else self._workspace.state.world
        routes, entering = console_of(
            self._parts, slack=self._slack, clients=self._clients, address=address, world=world,
            tell=self._tell, reviewing=self._reviewing, telling=self._telling,
            searching=self._searching,
            admin=CorpusParts(self._parts, self._answering, breaking(self._parts)),
            nudge=self._nudge)
        if entering is not None:
            entering.invite(address)
        return routes

    def _answering(self) -> "Edition":
        """What answers in this process."""
        loaded = self._loaded()
        if loaded is None:
            raise AdvisorError("loading", "The guidance is still being loaded. Wait a moment, "
                               "then try again.")
        return loaded.advisor.edition

    def _nudge(self) -> None:
        """Look for another release at once, since one was published from here."""
        loaded = self._loaded()
        if loaded is not None:
            loaded.following.nudge()

    def _searching(self, release: ReleaseId) -> Search | None:
        """The search over *release*, once it is loaded."""
        loaded = self._loaded()
        edition = None if loaded is None else loaded.advisor.edition
        return edition.search if edition is not None and edition.release == release else None
