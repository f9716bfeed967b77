"""What a test may order of the workspace, at `/workspace/control/{what}`."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from inspect import isawaitable
from typing import Any

from bot.workspace import posting
from bot.workspace.faults import DeliveryFaults
from bot.workspace.site import Site, guest
from bot.workspace.world import User

Json = dict[str, Any]
Order = Callable[[Site, Mapping[str, Any]], Json | Awaitable[Json | None] | None]
"""Does what is ordered, and answers with what whoever ordered it wants to know."""


async def control(site: Site, what: str, given: Mapping[str, Any]) -> Json:
    """Do *what* with *given*.

    | what | given |
    |---|---|
    | faults | method, nth, kind (see `bot.workspace.faults`), seconds; or clear |
    | deliveries | duplicate, reorder, delay, skew_seconds, wrong_signature |
    | clock | advance: seconds |
    | rates | scale |
    | sockets | disconnect: reason; or abrupt |
    | external | channel, shared |
    | guest | user, restricted |
    | people | count, channel: so many more people, who join the channel; answers with each one's |
    | | user and direct message with the app |
    | revoke | uninstall |
    | unfurl | channel, ts, url: a link's preview joins a message |
    | event | an event to deliver if it is subscribed to |
    | payload | kind: event, interaction or command; payload: delivered as it is; answers whether |
    | | it was acknowledged |
    | code | nothing; answers with a code for oauth.v2.access |
    | verify | nothing; answers whether the app returned the challenge of url_verification |
    | settle | nothing; returns when no delivery is under way |

    Raises:
        ValueError: There is no such order, or it makes no sense.
    """
    order = _ORDERS.get(what)
    if order is None:
        raise ValueError(f"there is no order {what!r}")
    answer = order(site, given)
    return (await answer if isawaitable(answer) else answer) or {}


def _faults(site: Site, given: Mapping[str, Any]) -> None:
    if given.get("clear"):
        site.faults.clear()
    else:
        site.faults.order(str(given["method"]), int(given.get("nth", 1)),
                          str(given["kind"]), float(given.get("seconds", 0)))


def _deliveries(site: Site, given: Mapping[str, Any]) -> None:
    site.faults.deliveries = DeliveryFaults(**given)


def _clock(site: Site, given: Mapping[str, Any]) -> None:
    site.world.offset += float(given["advance"])


def _rates(site: Site, given: Mapping[str, Any]) -> None:
    site.rates.scale = float(given["scale"])


async def _sockets(site: Site, given: Mapping[str, Any]) -> None:
    if given.get("abrupt"):
        site.sockets.break_off()
    else:
        await site.sockets.disconnect(str(given["disconnect"]))


def _external(site: Site, given: Mapping[str, Any]) -> None:
    channel = site.world.channels[str(given["channel"])]
    site.world.put_channel(replace(channel, is_ext_shared=bool(given.get("shared", True))))


def _guest(site: Site, given: Mapping[str, Any]) -> None:
    guest(site.world, str(given["user"]), bool(given.get("restricted", True)))


def _people(site: Site, given: Mapping[str, Any]) -> Json:
    count, channel = int(given["count"]), str(given.get("channel") or "")
    world, made = site.world, []
    first = len(world.users)
    for n in range(first, first + count):
        person = User(f"U0MORE{n:05}", f"person{n}", f"Person {n}", "Sales")
        world.put_user(person)
        made.append([person.id, world.direct(person.id).id])
    if channel:
        known = world.channels[channel]
        world.put_channel(replace(known, members=(*known.members, *(one for one, _ in made))))
    return {"people": made}


def _unfurl(site: Site, given: Mapping[str, Any]) -> None:
    before = site.world.messages[str(given["channel"])][str(given["ts"])]
    preview = {"id": 1, "from_url": str(given["url"]), "fallback": str(given["url"])}
    posting.edit(site, before, replace(before, attachments=(*before.attachments, preview)))


def _revoke(site: Site, given: Mapping[str, Any]) -> None:
    token = site.settings.bot_token
    site.world.revoked.add(token)
    site.world.keep("revoked", "bot", {"token": token})
    site.events.tokens_revoked()
    if given.get("uninstall"):
        site.events.uninstalled()


def _event(site: Site, given: Mapping[str, Any]) -> None:
    site.events.other(dict(given))


async def _payload(site: Site, given: Mapping[str, Any]) -> Json:
    kind = {"interaction": "interactive"}.get(str(given["kind"]), str(given["kind"]))
    return {"acknowledged": await site.deliveries.send_as_is(kind, dict(given["payload"]))}


def _code(site: Site, _: Mapping[str, Any]) -> Json:
    code = secrets.token_hex(12)
    site.oauth_codes.add(code)
    return {"code": code}


async def _verify(site: Site, _: Mapping[str, Any]) -> Json:
    return {"verified": await site.deliveries.verify()}


async def _settle(site: Site, _: Mapping[str, Any]) -> None:
    await site.deliveries.settle()


_ORDERS: Mapping[str, Order] = {
    "faults": _faults, "deliveries": _deliveries, "clock": _clock, "rates": _rates,
    "sockets": _sockets, "external": _external, "guest": _guest, "people": _people,
    "revoke": _revoke, "unfurl": _unfurl, "event": _event, "payload": _payload, "code": _code,
    "verify": _verify, "settle": _settle,
}
