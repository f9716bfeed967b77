"""Whether a payload has the shape that everything behind the door relies on.

Slack sends what its documentation says.  What it doesn't say may still arrive, from a newer Slack,
or from whoever has the signing secret; nothing of it may raise, or be stored where it can't be
read again.  So each kind of payload is looked over once, as far as it is read, before anything is
done with it.  One that is not as it should be is acknowledged and set aside: Slack would only send
it again.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.names import ANSWER_SELECT
from bot.unseen import can_be_kept

Check = Callable[[Any], str | None]
"""Gives where something is wrong, as a path, "" for the value itself; None where all is well."""

_ID = re.compile(r"[A-Za-z0-9_.:\-]{1,255}", re.ASCII)
_TS = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?", re.ASCII)
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
MOST_TEXT = 1_000_000


def mend(body: Any) -> None:
    """Put a sign in the place of what no database takes, halves of characters and NUL.

    What people write is changed in place: it is answered rather than set aside for one character.
    """
    left = [body]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            for name, value in one.items():
                if isinstance(value, str):
                    one[name] = _mended(value)
                else:
                    left.append(value)
        elif isinstance(one, list):
            for at, value in enumerate(one):
                if isinstance(value, str):
                    one[at] = _mended(value)
                else:
                    left.append(value)


def _mended(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def trouble(body: Any) -> str | None:
    """Where *body* is not as Slack's are, as a path such as `event.ts`; None where it is."""
    if not isinstance(body, Mapping):
        return "the payload"
    kind = body.get("type")
    if kind is None and "command" in body:
        return _COMMAND(body)
    if not isinstance(kind, str):
        return "type"
    return _KINDS.get(kind, _OTHER)(body)


def _text(value: Any) -> str | None:
    """Text that can be written down: no halves of a character, no NUL."""
    written = isinstance(value, str) and len(value) <= MOST_TEXT and can_be_kept(value)
    return None if written else ""


def _id(value: Any) -> str | None:
    return None if isinstance(value, str) and _ID.fullmatch(value) else ""


def _ts(value: Any) -> str | None:
    return None if isinstance(value, str) and _TS.fullmatch(value) else ""


def _bool(value: Any) -> str | None:
    return None if isinstance(value, bool) else ""


def _maybe(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _either(*checks: Check) -> Check:
    return lambda value: "" if all(check(value) is not None for check in checks) else None


def _row(**fields: Check) -> Check:
    """An object with *fields* of these shapes, and whatever else."""

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return ""
        for name, shape in fields.items():
            wrong = shape(value.get(name))
            if wrong is not None:
                return f"{name}.{wrong}".rstrip(".")
        return None

    return check


def _all(check: Check, least: int = 0) -> Check:
    def each(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return ""
        return next((wrong for one in value if (wrong := check(one)) is not None), None)

    return each


def _map(check: Check) -> Check:
    def each(value: Any) -> str | None:
        if not isinstance(value, Mapping) or not all(_text(name) is None for name in value):
            return ""
        return next((wrong for one in value.values() if (wrong := check(one)) is not None), None)

    return each


_OPTION = _maybe(_row(value=_text))
_PICKED = _maybe(_row(
    value=_maybe(_text), selected_option=_OPTION, selected_options=_maybe(_all(_OPTION)),
    selected_date=_maybe(_text)))
_STATE = _maybe(_row(values=_maybe(_map(_map(_PICKED)))))
_TEAM = _maybe(_either(_id, _row(id=_id, domain=_maybe(_id))))
_PERSON = _row(id=_id, team_id=_maybe(_id))
_ANY_EVENT = _maybe(_row(type=_maybe(_text)))
"""Of whatever kind a payload says it is: Bolt looks into its event."""
_ENVELOPE: dict[str, Check] = {
    "team_id": _maybe(_id), "team": _TEAM, "enterprise_id": _maybe(_id),
    "enterprise": _maybe(_either(_id, _row(id=_maybe(_id)))),
    "authorizations": _maybe(_all(_row(
        user_id=_maybe(_id), team_id=_maybe(_id), enterprise_id=_maybe(_id),
        is_bot=_maybe(_bool)))),
    "event_id": _maybe(_id), "event": _ANY_EVENT,
}

_SHARED = _row(text=_maybe(_text), author_id=_maybe(_id), app_id=_maybe(_id), bot_id=_maybe(_id))


def _attachment(one: Any) -> str | None:
    """What is forwarded is read; what else is attached looks as it pleases."""
    shared = isinstance(one, Mapping) and one.get("is_share") is True
    return _SHARED(one) if shared else None


_ATTACHMENTS = _maybe(_all(_attachment))
_MESSAGE = _row(
    type=_text, subtype=_maybe(_text), user=_maybe(_id), channel=_id, ts=_ts,
    thread_ts=_maybe(_ts), text=_maybe(_text), channel_type=_maybe(_text), bot_id=_maybe(_text),
    user_team=_maybe(_id), team=_maybe(_id), edited=_maybe(_row(ts=_maybe(_ts))),
    attachments=_ATTACHMENTS)
_EDIT = _row(
    channel=_id, ts=_maybe(_ts),
    message=_maybe(_row(ts=_ts, text=_maybe(_text), user=_maybe(_id), thread_ts=_maybe(_ts),
                        subtype=_maybe(_text), bot_id=_maybe(_text), attachments=_ATTACHMENTS,
                        edited=_maybe(_row(ts=_maybe(_ts))))),
    previous_message=_maybe(_row(text=_maybe(_text), user=_maybe(_id), bot_id=_maybe(_text))))
_DELETION = _row(
    channel=_id, ts=_maybe(_ts), deleted_ts=_ts,
    previous_message=_maybe(_row(user=_maybe(_id), thread_ts=_maybe(_ts), bot_id=_maybe(_text))))
_HOME = _row(user=_id, channel=_maybe(_id), tab=_maybe(_text))
_MESSAGES_TAB = _row(channel=_id)


def _home(event: Any) -> str | None:
    wrong = _HOME(event)
    # What is offered there needs to be told where that is.
    return _MESSAGES_TAB(event) if wrong is None and event.get("tab") == "messages" else wrong


_EVENTS: dict[str, Check] = {
    "app_mention": _MESSAGE,
    "app_home_opened": _home,
    "member_joined_channel": _row(user=_maybe(_id), channel=_id),
    "channel_shared": _row(channel=_id),
    "tokens_revoked": _row(tokens=_maybe(_row(bot=_maybe(_all(_id))))),
}


def _message(event: Any) -> str | None:
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _EDIT(event)
    if subtype == "message_deleted":
        return _DELETION(event)
    # Others are nobody's words, and look as they please.
    return None if isinstance(subtype, str) and subtype not in _SPOKEN else _MESSAGE(event)


_SPOKEN = frozenset({"thread_broadcast", "file_share", "me_message"})


def _event(body: Any) -> str | None:
    wrong = _row(**_ENVELOPE | {"event": _row(type=_text)})(body)
    if wrong is None and not (body.get("team_id") or body.get("team")):
        wrong = "team_id"
    if wrong is not None:
        return wrong
    event = body["event"]
    found = _message(event) if event["type"] == "message" else (
        _EVENTS.get(event["type"], _row())(event))
    return None if found is None else f"event.{found}".rstrip(".")


def _ours(**fields: Check) -> Check:
    """What a person did: it says of which workspace, and who."""

    def check(body: Any) -> str | None:
        wrong = _row(**_ENVELOPE | fields)(body)
        if wrong is None and not (body.get("team_id") or body.get("team")
                                  or (body.get("user") or {}).get("team_id")):
            return "team"
        return wrong

    return check


_ACTION = _row(
    action_id=_text, action_ts=_ts, block_id=_maybe(_text), type=_maybe(_text),
    value=_maybe(_text), selected_option=_OPTION)
_CHOICE = _row(selected_option=_row(value=_text))


def _action(action: Any) -> str | None:
    wrong = _ACTION(action)
    # What is picked from the menu of answers says which question it answers.
    picks = wrong is None and action["action_id"].partition(":")[0] == ANSWER_SELECT
    return _CHOICE(action) if picks else wrong


_CHANNEL = _maybe(_row(id=_maybe(_id)))
_FIELD = _maybe(_row(
    initial_value=_maybe(_text), initial_option=_OPTION, initial_options=_maybe(_all(_OPTION))))
_VIEW = _row(
    type=_text, id=_id, callback_id=_maybe(_text), private_metadata=_text, state=_row(
        values=_map(_map(_PICKED))),
    blocks=_all(_row(type=_text, block_id=_maybe(_text), element=_FIELD)))
_OTHER = _row(**_ENVELOPE)
_COMMAND = _row(command=_text, text=_maybe(_text), team_id=_id, user_id=_id, trigger_id=_id,
                enterprise_id=_maybe(_text), event=_ANY_EVENT)
_KINDS: dict[str, Check] = {
    "event_callback": _event,
    "block_actions": _ours(
        user=_PERSON, trigger_id=_id, channel=_CHANNEL, state=_STATE,
        container=_maybe(_row(message_ts=_maybe(_ts), channel_id=_maybe(_id))),
        view=_maybe(_row()),
        actions=_all(_action, least=1)),
    "block_suggestion": _ours(
        user=_PERSON, value=_maybe(_text), action_id=_text, block_id=_maybe(_text)),
    "view_submission": _ours(user=_PERSON, view=_VIEW),
    "view_closed": _ours(user=_PERSON, view=_row(callback_id=_maybe(_text))),
    "shortcut": _ours(user=_PERSON, callback_id=_text, trigger_id=_id),
    "message_action": _ours(
        user=_PERSON, callback_id=_text, trigger_id=_id, channel=_row(id=_id),
        message=_row(ts=_ts, text=_maybe(_text))),
}
