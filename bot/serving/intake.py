"""What takes messages in: Slack's side and the database's, joined before anything is loaded.

It needs neither guidance nor model nor index, so that a server can listen at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from bot.assembly import Assembly
from bot.casebook.filing import Filing
from bot.connecting.entrance import address_of
from bot.connecting.slack import OneWorkspace, secret_of, tokens_of
from bot.console.entry.access import Address
from bot.dialogue.phrasing import Wording
from bot.impact.telling import Telling
from bot.queue.cases import Cases
from bot.queue.clock import DatabaseClock
from bot.queue.deliveries import Deliveries
from bot.serving.introducing import Introducing
from bot.serving.leaps import since_boot
from bot.serving.upkeep import Upkeep
from bot.serving.watching import Watching
from bot.settings import SlackSettings
from bot.slack import sentences
from bot.slack.acquainting import Acquainting
from bot.slack.asking_people import AskingPeople
from bot.slack.clients import Clients, client
from bot.slack.telling_of_reviews import TellingOfReviews
from bot.slack.telling_people import TellingPeople
from bot.slack.telling_time import time_at

if TYPE_CHECKING:
    from bot.slack.installing import Installations


@dataclass(frozen=True, slots=True)
class Intake:
    """What a serving process has from its first moment on."""

    parts: Assembly
    tell: Callable[[str], None]
    """Says something to whoever started the server."""
    site: str
    """Where this server listens, as the start of a URL."""
    slack: SlackSettings
    """How Slack is reached, or the local workspace in its place."""
    workspace: Starlette | None
    """The local workspace; None where there is a Slack."""
    watching: Watching
    clock: DatabaseClock
    deliveries: Deliveries
    cases: Cases
    say: Wording
    """The bot's sentences in Slack."""
    telling: Telling
    tokens: "OneWorkspace | Installations"
    clients: Clients
    upkeep: Upkeep
    introducing: Introducing

    @property
    def local(self) -> bool:
        """Whether the local workspace stands where Slack stands."""
        return self.workspace is not None

    @property
    def public_address(self) -> Address | None:
        """Where the console is reached; None where nobody has said so.

        Raises:
            BadSetting: The address that is set can't be used.
        """
        return address_of(self.parts.settings, self.site if self.local else None)


def intake_of(
    parts: Assembly, slack: SlackSettings, site: str, tell: Callable[[str], None]
) -> Intake:
    """Join what takes messages in; opens the database, and asks it alone, for the time.

    Args:
        parts: The parts of this process.
        slack: How Slack is reached; where it says nothing, a local workspace is made.
        site: Where this server listens, as the start of a URL.
        tell: Says something to whoever started the server.
    """
    settings, store = parts.settings, parts.database
    watching = Watching(store, parts.data_dir, counts=settings.metrics)
    clock = DatabaseClock(steady=since_boot)
    clock.ask(store)
    deliveries = Deliveries(store, clock, clock.hear)
    cases = Cases(store)
    say = sentences.load(settings.prompts_dir, settings.contact)
    parts.reviewing.speak(AskingPeople(deliveries.outbox, say),
                          TellingOfReviews(deliveries.outbox, say))
    workspace = None
    if not slack.connects:
        from bot.connecting.local_workspace import local_workspace  # noqa: PLC0415  only here, not with Slack

        workspace, slack = local_workspace(site, parts.data_dir / "workspace.jsonl")
    tokens = tokens_of(slack, store, secret_of(settings.token_key) or "")
    clients = Clients(tokens, slack.api_url, watching.metrics)
    web = client(None, slack.api_url, [])
    acquainting = Acquainting(parts.people, clients)
    parts.people.on_stranger = acquainting.look
    # Of several workspaces each one's token says whose it is.
    introducing = Introducing(
        tokens.learn if isinstance(tokens, OneWorkspace) else lambda: None, tell)
    return Intake(
        parts, tell, site, slack, workspace, watching, clock, deliveries, cases, say,
        Telling(store, parts.releases, parts.on_impact, TellingPeople(deliveries.outbox, say)),
        tokens, clients,
        Upkeep(parts, cases, deliveries, acquainting, parts.reviewing, tell=tell,
               now=now, file=Filing(store, now).look,
               slack_time=lambda: time_at(web), introduced=lambda: introducing.done),
        introducing)


def now() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)
