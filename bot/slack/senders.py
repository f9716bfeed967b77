"""Who sent a payload of Slack's, from which workspace, and whether they belong to it."""

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]
"""What Slack sends, as JSON has it."""


def team_of(body: Payload) -> str:
    """The workspace that a payload comes from."""
    given = body.get("team")
    team = body.get("team_id") or (given.get("id") if isinstance(given, Mapping) else given)
    return str(team or (body.get("user") or {}).get("team_id") or "")


def our_id(body: Payload) -> str:
    """Our own user id in the workspace that an event comes from; "" if Slack doesn't say.

    Of a channel that two workspaces with the app share, it may tell of the other one's.
    """
    ours = (a.get("user_id") or "" for a in body.get("authorizations") or ()
            if a.get("is_bot") and (a.get("team_id") or team_of(body)) == team_of(body))
    return str(next(ours, ""))


def heard_by(body: Payload) -> Payload | None:
    """The workspace that hears of an event, and its organisation, where it is another's event.

    In a channel that organisations share, Slack may say that an event comes from the workspace of
    whoever acted, or of whoever made the channel; the authorizations say whose app hears of it.
    None where they name no other workspace.
    """
    named = (a for a in body.get("authorizations") or () if a.get("team_id"))
    heard = next(named, None)
    if heard is None or heard["team_id"] == team_of(body):
        return None
    return {"team_id": heard["team_id"], "enterprise_id": heard.get("enterprise_id")}


def user_of(body: Payload) -> str:
    """Slack's id of whoever pressed, sent or commanded; "" where a payload doesn't say."""
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    return str(user or "")


def home_of(body: Payload) -> str | None:
    """The workspace of whoever acted, as far as it is told; a command doesn't say."""
    user = body.get("user")
    home = user.get("team_id") if isinstance(user, Mapping) else None
    return None if home is None else str(home)


def is_outside(body: Payload, home: str | None) -> bool | None:
    """Whether somebody of the workspace *home* is of another organisation (Slack Connect).

    None where this doesn't tell: then Slack has to be asked.
    """
    if home is not None and home in {team_of(body), organisation_of(body)}:
        return False
    return True if home is not None and body.get("is_ext_shared_channel") else None


def whence(body: Payload, outside: bool | None) -> Payload:
    """What a delivery says of where its author belongs."""
    organisation = organisation_of(body)
    return {"outside": outside} | ({"organisation": organisation} if organisation else {})


def from_elsewhere(body: Payload) -> Payload:
    """As `whence`, of a press or a form of somebody who is at home in another workspace.

    Of all others nothing, since Slack says of everybody where they are.
    """
    home = home_of(body)
    if home is None or home == team_of(body):
        return {}
    return whence(body, is_outside(body, home))


def organisation_of(body: Payload) -> str:
    """The organisation that a payload's workspace is one of; "" where it is of none.

    Events tell it by the authorizations that they are for, or by their context; where those are
    of another workspace, which shares a channel, they tell of its organisation.
    """
    given = body.get("enterprise")
    found = body.get("enterprise_id") or (
        given.get("id") if isinstance(given, Mapping) else given)
    ours = (one.get("enterprise_id") for one in body.get("authorizations") or ()
            if (one.get("team_id") or team_of(body)) == team_of(body))
    here = (body.get("context_team_id") or team_of(body)) == team_of(body)
    context = body.get("context_enterprise_id") if here else None
    return str(found or next(filter(None, ours), None) or context or "")
