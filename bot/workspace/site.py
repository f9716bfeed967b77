"""The parts of one workspace, joined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.workspace.deliveries import Deliveries
from bot.workspace.events import Events
from bot.workspace.faults import Faults
from bot.workspace.journal import Journal
from bot.workspace.log import Log
from bot.workspace.manifest import Manifest, read_manifest
from bot.workspace.rates import Rates
from bot.workspace.seed import seed
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.sockets import Sockets
from bot.workspace.streams import Streams
from bot.workspace.triggers import ResponseUrls, Triggers
from bot.workspace.world import World


class Refusal(Exception):
    """A Web API call is refused with Slack's code; *more* joins the answer."""

    def __init__(self, code: str, *messages: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more: dict[str, Any] = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": list(messages)}


@dataclass(frozen=True)
class Site:
    """Everything that the routes work on."""

    settings: WorkspaceSettings
    manifest: Manifest
    world: World
    log: Log
    rates: Rates
    faults: Faults
    sockets: Sockets
    deliveries: Deliveries
    events: Events
    streams: Streams
    triggers: Triggers
    response_urls: ResponseUrls
    oauth_codes: set[str]


def open_site(settings: WorkspaceSettings) -> Site:
    """A workspace as its journal left it, or a new one.

    Raises:
        ValueError: The manifest or the journal cannot be read.
    """
    manifest = read_manifest(settings.manifest)
    world = World(settings.clock)
    if settings.journal is not None:
        Journal(settings.journal).restore(world)
    seed(world, manifest)
    log, faults = Log(), Faults()
    sockets = Sockets(log)
    deliveries = Deliveries(settings, sockets, faults, log)
    return Site(
        settings=settings, manifest=manifest, world=world, log=log,
        rates=Rates(world.now, settings.rate_scale), faults=faults, sockets=sockets,
        deliveries=deliveries, events=Events(world, manifest, deliveries), streams=Streams(world),
        triggers=Triggers(world.now), response_urls=ResponseUrls(world.now), oauth_codes=set())


def filled(blocks: object) -> tuple[dict[str, Any], ...]:
    """*blocks* with the ids that Slack makes up where the app gave none."""
    if not isinstance(blocks, list):
        return ()
    return tuple(_filled(block, f"b{index}") for index, block in enumerate(blocks))


def _filled(block: Mapping[str, Any], name: str) -> dict[str, Any]:
    full = dict(block)
    if not full.get("block_id"):
        full["block_id"] = name
    for key in ("accessory", "element"):
        if isinstance(full.get(key), dict):
            full[key] = _named(full[key], key)
    if full["type"] in {"actions", "context_actions"}:
        full["elements"] = [_named(element, f"e{index}")
                            for index, element in enumerate(full["elements"])]
    return full


def _named(element: Mapping[str, Any], name: str) -> dict[str, Any]:
    return dict(element) if element.get("action_id") or element.get("type") == "image" else {
        **element, "action_id": name}


def guest(world: World, user_id: str, is_guest: bool) -> None:
    """Make somebody a guest, or a full member again."""
    world.put_user(replace(world.users[user_id], is_restricted=is_guest))
