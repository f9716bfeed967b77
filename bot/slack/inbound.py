"""Slack's payloads as deliveries: who did what, where, and whether it is for us.

Half of what Slack sends is not: our own words and other bots', joins, edits that no person made,
side talk.  That is decided before anything is claimed, since the two events of one mention share
a key: claimed by the wrong one, the right one would look like a repeat.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.slack import names
from bot.slack.controls import DONT_KNOW, picked
from bot.slack.names import Press, load_press
from bot.slack.senders import (
    Payload,
    from_elsewhere,
    home_of,
    is_outside,
    team_of,
    user_of,
    whence,
)
from bot.slack.unmarking import MENTION, OF_OTHERS, TO_A_MESSAGE, words
from bot.slack.written import carries_files, passes_on_ours, told, whose
from bot.turns.delivery import Act, Delivery, Place, key_of_deletion, key_of_edit

SPOKEN = frozenset({None, "thread_broadcast", "file_share", "me_message"})
"""Subtypes of a message that a person wrote."""

TOMBSTONE = "tombstone"
"""Subtype of what stands where a message was that has answers under it."""

JUST = timedelta(minutes=1)
"""After a message, how long its event may still be on the way when its deletion arrives."""

STEERING = {
    names.WHY: "why",
    names.ADVISE_NOW: "advise_now",
    names.GO_ON: "go_on",
    names.MORE_SAFEGUARDS: "more_safeguards",
}
"""Buttons that stand for words, and the intent that they state."""

_ACTS = {
    names.COMPLIANCE: Act.COMPLIANCE,
    names.BRIEF: Act.BRIEF,
    names.FEEDBACK: Act.FEEDBACK,
    names.NOTHING_CHANGED: Act.UNCHANGED,
}


def from_event(body: Payload, us: str) -> Delivery | None:
    """The delivery that an event makes; None if it is not for us.

    Args:
        body: The whole `event_callback`.
        us: Our own user id in the workspace.
    """
    event = body.get("event") or {}
    kind = event.get("type")
    if kind not in {"message", "app_mention"}:
        return None
    if event.get("subtype") == "message_changed":
        return _edit(body, event, us)
    if event.get("subtype") == "message_deleted":
        before = event.get("previous_message") or {}
        return _deletion(body, event, event.get("deleted_ts"), before.get("thread_ts"))
    if event.get("subtype") not in SPOKEN or event.get("bot_id") or not event.get("user"):
        return None
    if event["user"] in {us, "USLACKBOT"}:
        return None
    team, channel, ts = team_of(body), str(event["channel"]), str(event["ts"])
    text = str(event.get("text") or "")
    # Whom a message that is forwarded speaks to is no matter of who forwards it.
    mentioned = kind == "app_mention" or us in {m[1] for m in MENTION.finditer(text)}
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    thread = event.get("thread_ts")
    if not mentioned and not direct and thread is None:
        # In a channel, what is not in a thread is none of ours.
        return None
    # That something is said to somebody else counts, since what follows may answer that; its words
    # are none of ours.
    to_others = not mentioned and not direct and OF_OTHERS.search(text) is not None
    ours = whose(us, body.get("api_app_id"))
    return Delivery(
        key=MessageKey(f"slack:{team}:{channel}:{ts}"),
        act=Act.MESSAGE,
        team=team,
        author=str(event["user"]),
        sent_at=moment_of(ts),
        body={
            **_edited(event),
            **_attached(event),
            "text": "" if to_others else words(told(event, ours), us),
            **({"ours": True} if passes_on_ours(event, ours) else {}),
            **({"points": True} if TO_A_MESSAGE.search(text) else {}),
            "to_others": to_others,
            "mentioned": mentioned,
            "direct": direct,
            "root": thread is None or thread == ts,
            **whence(body, is_outside(body, event.get("user_team") or event.get("team"))),
            "shared": bool(body.get("is_ext_shared_channel")),
        },
        place=Place(team, channel, str(thread or ts)),
        opens=mentioned or direct,
        event_id=str(body.get("event_id") or ""),
    )


def _attached(message: Payload) -> dict[str, bool]:
    """That files came with *message*: none is opened, and whoever sent them has to hear so."""
    return {"files": True} if carries_files(message) else {}


def _edit(body: Payload, event: Payload, us: str) -> Delivery | None:
    message, before = event.get("message") or {}, event.get("previous_message") or {}
    if message.get("subtype") == TOMBSTONE:
        # What has answers under it stays as their root, with Slack's words for its own.
        return _deletion(body, event, message.get("ts"), message.get("thread_ts"))
    edited, ours = message.get("edited") or {}, whose(us, body.get("api_app_id"))
    text = told(message, ours)
    if message.get("bot_id") or not edited or text == told(before, ours):
        # An unfurled link or a new reply changes a message too, and no person did it.
        return None
    team, channel, ts = team_of(body), str(event["channel"]), str(message["ts"])
    return Delivery(
        key=key_of_edit(MessageKey(f"slack:{team}:{channel}:{ts}"), str(edited.get("ts"))),
        act=Act.EDIT,
        team=team,
        author=str(message.get("user") or ""),
        sent_at=moment_of(str(event.get("ts") or edited.get("ts") or ts)),
        body={
            **_attached(message),
            "text": text,
            "us": us,
            "edits": f"slack:{team}:{channel}:{ts}",
            "shared": bool(body.get("is_ext_shared_channel")),
        },
        place=Place(team, channel, str(message.get("thread_ts") or ts)),
        event_id=str(body.get("event_id") or ""),
    )


def _deletion(body: Payload, event: Payload, ts: Any, thread: Any) -> Delivery | None:
    """The deletion of the message *ts* in *thread*; nothing of what it was, nor whose.

    Slack doesn't tell who deleted it, and whoever wrote it may have been erased since.  What is
    none of ours is found out where it is handled: of our own posts it is not the message that is
    known, but where it stands.
    """
    if not ts:
        return None
    team, channel = team_of(body), str(event["channel"])
    message = MessageKey(f"slack:{team}:{channel}:{ts}")
    at = moment_of(str(event.get("ts") or ts))
    return Delivery(
        key=key_of_deletion(message),
        act=Act.EDIT,
        team=team,
        author="",
        sent_at=at,
        body={"text": "", "edits": message, "deleted": True, "ref": f"{channel}:{ts}"},
        place=Place(team, channel, str(thread or ts)),
        event_id=str(body.get("event_id") or ""),
        just_written=at - moment_of(str(ts)) < JUST,
    )


def from_action(body: Payload) -> Delivery | None:
    """The delivery that a press makes; None if it only opens or loads something.

    Raises:
        ValueError: The button is none of ours.
    """
    action = body["actions"][0]
    name = str(action["action_id"]).partition(":")[0]
    answered = _answer(body, action, name)
    if answered is not None:
        return answered
    if name in STEERING:
        press = load_press(str(action["value"]))
        return _pressed(body, action, press, Act.STEER, {"intent": STEERING[name]})
    if name == names.SUPPOSE:
        press = load_press(str(action["value"]))
        return _pressed(body, action, press, Act.STEER, {
            "intent": "what_if", "supposed": {str(press.fact): [str(press.value)]}})
    if name in {names.PAUSE, names.RESUME}:
        press = load_press(str(action["value"]))
        return _pressed(body, action, press, Act.LISTENING, {"on": name == names.RESUME})
    if name == names.HOME_SHOW:
        press = load_press(str(action["value"]))
        return _pressed(body, action, press, Act.STEER, {"intent": "go_on"})
    if name in _ACTS:
        press = load_press(str(action["value"]))
        more = {"good": press.value == names.GOOD} if name == names.FEEDBACK else {}
        return _pressed(body, action, press, _ACTS[name], more)
    return None


def _answer(body: Payload, action: Payload, name: str) -> Delivery | None:
    if name not in {names.ANSWER, names.ANSWER_SELECT, names.ANSWER_UNKNOWN, names.ANSWER_DONE}:
        return None
    held = action["selected_option"] if name == names.ANSWER_SELECT else action
    press = load_press(str(held["value"]))
    facts = press.facts or (press.fact or "",)
    answers: dict[str, list[str] | None]
    if name == names.ANSWER_DONE or press.facts:
        state = (body.get("state") or {}).get("values") or {}
        chosen = {fact: picked(state, fact) for fact in facts}
        answers = {fact: None if values == [DONT_KNOW] else values
                   for fact, values in chosen.items() if values}
    else:
        answers = {facts[0]: None if press.value is None else [press.value]}
    more: dict[str, Any] = {}
    if name == names.ANSWER_UNKNOWN and press.facts:
        more = {"left": [fact for fact in facts if fact not in answers]}
        answers = {fact: answers.get(fact) for fact in facts}
    return _pressed(body, action, press, Act.ANSWER, {"answers": answers, **more})


def contradiction(answers: Mapping[str, list[str] | None]) -> str | None:
    """The first fact for which "I don't know" was picked together with an answer, if any."""
    return next((f for f, values in answers.items() if values and DONT_KNOW in values), None)


def _pressed(
    body: Payload, action: Payload, press: Press, act: Act, more: Payload
) -> Delivery:
    team = team_of(body)
    container = body.get("container") or {}
    at = str(container.get("message_ts") or "")
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    when = str(action.get("action_ts") or "")
    key = of_press(team, ConversationId(press.conversation), press.turn, act)
    answers = more.get("answers") or {}
    if act is Act.ANSWER and answers and contradiction(answers) is None:
        # The same choice on the same question is one deed, however often it is tapped.
        key += "".join(f":{fact}:{','.join(values or [DONT_KNOW])}"
                       for fact, values in answers.items())
    elif act is Act.ANSWER:
        # Nothing comes of it but a word, which is due each time.
        key += f":{when}"
    else:
        # The log names keys, and nothing of a deal.
        key += "".join(f":{value}" for name, value in more.items() if name != "supposed")
        key += f":{when}"
    return Delivery(
        key=MessageKey(key),
        act=act,
        team=team,
        author=str(body["user"]["id"]),
        sent_at=moment_of(when),
        body={**more, "turn": press.turn, "channel": channel, "ts": at,
              **from_elsewhere(body)},
        conversation=ConversationId(press.conversation),
        event_id=when,
    )


def of_press(team: str, conversation: ConversationId, turn: int, act: Act) -> str:
    """What the keys of presses begin with that do *act* on a turn's reply."""
    return f"slack:{team}:{conversation}:{turn}:{act.value}"


def asked(
    body: Payload, kind: str, text: str, at: datetime, link: str = "", *, us: str = "",
    files: bool = False,
) -> Delivery:
    """A question of the slash command, or a message that a shortcut was used on.

    It opens a conversation in a direct message, whose first message quotes *text*, without
    mentions of *us*.  *files* is whether files came with it.
    """
    team, user = team_of(body), user_of(body)
    key = f"slack:{team}:{kind}:{body['trigger_id']}"
    return Delivery(
        key=MessageKey(key),
        act=Act.MESSAGE,
        team=team,
        author=user,
        sent_at=at,
        body={"text": words(text, us), "mentioned": True, "direct": True, "link": link,
              "root": False, "shared": False, **_attached({"files": files}),
              **whence(body, is_outside(body, home_of(body)))},
        conversation=ConversationId(key),
        opens=True,
        private=True,
    )


def commanded(body: Payload, act: Act, press: Press, at: datetime) -> Delivery:
    """What the slash command asks to be done with a conversation."""
    team = team_of(body)
    return Delivery(
        key=MessageKey(f"slack:{team}:command:{body['trigger_id']}"),
        act=act,
        team=team,
        author=user_of(body),
        sent_at=at,
        body={"turn": press.turn},
        conversation=ConversationId(press.conversation),
    )


def permalink(body: Payload, channel: str, ts: str) -> str:
    """The address of a message, as Slack forms it."""
    team = body.get("team")
    domain = str((team.get("domain") if isinstance(team, Mapping) else None) or "app")
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def form(
    body: Payload, act: Act, at: datetime, content: Payload, conversation: str | None
) -> Delivery:
    """A form that was sent: what is in it, for a conversation or as a new one."""
    team, user = team_of(body), str(body["user"]["id"])
    key = f"slack:{team}:view:{body['view']['id']}"
    came = from_elsewhere(body) if conversation is not None else (
        whence(body, is_outside(body, home_of(body))))
    return Delivery(
        key=MessageKey(key),
        act=act,
        team=team,
        author=user,
        sent_at=at,
        body={**content, **came},
        conversation=ConversationId(conversation or key),
        opens=conversation is None,
        private=True,
    )


def ts_of(delivery: Delivery) -> str:
    """The `ts` of the message that *delivery* was made of."""
    return str(delivery.key).rpartition(":")[2]


def called_at(delivery: Delivery) -> str:
    """When a message that mentions us came to do so, as a `ts`: by an edit, or as it was sent."""
    return str(delivery.body.get("edited") or ts_of(delivery))


def _edited(event: Payload) -> Payload:
    """When a message was edited before its event was made, which an edit that mentions us is."""
    at = (event.get("edited") or {}).get("ts")
    return {"edited": at} if at else {}


def moment_of(ts: str) -> datetime:
    """A Slack timestamp as a time; they are seconds with six decimals."""
    seconds, _, micros = ts.partition(".")
    whole = datetime.fromtimestamp(int(seconds or 0), UTC)
    return whole.replace(microsecond=int((micros + "000000")[:6]))
