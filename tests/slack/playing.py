"""A person at the workspace's client: says, presses, fills in, and sees what comes of it."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import func, select

from bot.dialogue.conversation import Conversation
from bot.queue.cases import Case
from bot.record.log import TURN, rows
from bot.schema import deliveries, metadata, outgoing
from bot.turns.turn import Turn
from tests.slack.joined import OFFICE, Joined, newcomer
from tests.workspace.running import BOT, KIM, NOOR, SAM, eventually

Json = dict[str, Any]

DEAL = "We want to sell drones with facial recognition to the police in Kenya, through a reseller."
"""Words that raise red flags and leave much to ask."""
_ACKNOWLEDGED = frozenset({"delivery", "ack"})


class Bot:
    """The bot at work, as the people of the workspace meet it.

    Whatever somebody does returns once the bot has done with it, posts and all.
    """

    def __init__(self, joined: Joined) -> None:
        self.joined = joined
        self.transport = joined.transport
        self.workspace = joined.workspace
        self.expected: set[str] = set()
        """Errors of the Web API that this test provokes; any other fails it."""
        self._newcomers = itertools.count()
        self._seen = 0

    # --- what people do ---------------------------------------------------------------------

    def do(self, act: str, user: str = SAM, **given: Any) -> Json:
        """Anything of `/workspace/do/…`; the workspace's answer."""
        answer = self.workspace.do(act, user, **given)
        self.settle()
        return answer

    def _done(self, act: str, user: str, **given: Any) -> Json:
        answer = self.do(act, user, **given)
        assert answer["ok"], answer
        return answer

    def say(
        self, text: str, *, channel: str = OFFICE, thread: str | None = None, user: str = SAM
    ) -> str:
        """Post *text*; its ts."""
        more = {} if thread is None else {"thread_ts": thread}
        return str(self._done("message", user, channel=channel, text=text, **more)["ts"])

    def mention(
        self, text: str, *, channel: str = OFFICE, thread: str | None = None, user: str = SAM
    ) -> str:
        """Post *text* with a mention of the bot; its ts."""
        return self.say(f"<@{BOT}> {text}", channel=channel, thread=thread, user=user)

    def direct(self, text: str, *, user: str = SAM, thread: str | None = None) -> str:
        """Write to the bot directly; the message's ts."""
        return self.say(text, channel=self.dm(user), thread=thread, user=user)

    def edit(self, channel: str, ts: str, text: str, *, user: str = SAM) -> None:
        self._done("edit", user, channel=channel, ts=ts, text=text)

    def press(
        self, message: Json, action: str, *, user: str = SAM, label: str | None = None,
        **given: Any,
    ) -> None:
        """Press the control of *message* whose id is or begins with *action*.

        *label* tells it from others of its kind; *given* is what was chosen in it.
        """
        block, element = control(message, action, label)
        if element["type"] == "button":
            given.setdefault("value", element.get("value"))
        self._done("press", user, channel=message["channel"], ts=message["ts"],
                   block_id=block["block_id"], action_id=element["action_id"], **given)

    def choose(
        self, message: Json, values: list[str], *, user: str = SAM, done: str = "answer_done"
    ) -> None:
        """Pick *values* in the menu of several of *message*, then press its button."""
        block, menu = next((b, e) for b, e in controls(message) if "multi_" in e["type"])
        offered = menu.get("options") or self.options(message, menu["action_id"], "", user=user)
        picked = [o for v in values for o in offered if o["value"] == v]
        assert len(picked) == len(values), values
        self.pick(message, block["block_id"], menu["action_id"], picked, user=user)
        self.press(message, done, user=user)

    def pick(
        self, message: Json, block_id: str, action_id: str, picked: list[Json], *,
        user: str = SAM,
    ) -> None:
        """Pick options in a menu of several."""
        self._done("press", user, channel=message["channel"], ts=message["ts"],
                   block_id=block_id, action_id=action_id, selected_options=picked)

    def choose_each(
        self, message: Json, values: Mapping[str, list[str]], *, user: str = SAM
    ) -> None:
        """Pick *values* in the menus of *message*, by fact; "?" is the box or option for that."""
        for fact, picked in values.items():
            ids = {f"question:{fact}", *([f"unknown:{fact}"] if picked == ["?"] else [])}
            block, menu = [(b, e) for b, e in controls(message) if b["block_id"] in ids][-1]
            offered = menu.get("options") or [
                o for v in picked
                for o in self.options(message, menu["action_id"], v, user=user)]
            chosen = [next(o for o in offered if o["value"] == v) for v in picked]
            if menu["type"] == "static_select":
                self._done("press", user, channel=message["channel"], ts=message["ts"],
                           block_id=block["block_id"], action_id=menu["action_id"],
                           selected_option=chosen[0])
            else:
                self.pick(message, block["block_id"], menu["action_id"], chosen, user=user)

    def options(
        self, holder: Json, action_id: str, query: str, *, user: str = SAM
    ) -> list[Json]:
        """What a menu of *holder*, a message or a view, offers for what was typed."""
        block = next(b for b, e in controls(holder) if e["action_id"] == action_id)
        where = ({"view_id": holder["id"]} if "callback_id" in holder
                 else {"channel": holder["channel"], "ts": holder["ts"]})
        return list(self._done("options", user, block_id=block["block_id"], action_id=action_id,
                               query=query, **where)["options"])

    def rate(self, message: Json, *, good: bool, user: str = SAM) -> None:
        """A thumb up or down."""
        block, element = control(message, "feedback")
        chosen = element["positive_button" if good else "negative_button"]
        self._done("press", user, channel=message["channel"], ts=message["ts"],
                   block_id=block["block_id"], action_id="feedback", value=chosen["value"])

    def press_home(self, action: str, *, user: str = SAM, label: str | None = None) -> None:
        """Press a button of App Home."""
        block, element = control(self.home(user), action, label)
        self._done("press_home", user, block_id=block["block_id"],
                   action_id=element["action_id"], value=element.get("value"))

    def submit(self, view: Json, values: Mapping[str, Any], *, user: str = SAM) -> Json:
        """Send *view* with *values*, by block id; the workspace's answer, errors and all.

        A value is text, a day, an option, or a list of options, as the field takes it.
        """
        state = {b["block_id"]: {e["action_id"]: _held(e, values[b["block_id"]])}
                 for b, e in controls(view) if b["block_id"] in values}
        assert state.keys() == values.keys(), values.keys() - state.keys()
        return self.do("submit_view", user, view_id=view["id"], state=state)

    def command(self, text: str, *, user: str = SAM, channel: str = OFFICE) -> Json | None:
        """`/advisor` and *text*; what the person is told where they are."""
        before = {m["ts"] for m in self.messages(channel, user=user)}
        self._done("command", user, channel=channel, command="/advisor", text=text)
        told = [m for m in self.messages(channel, user=user)
                if m["ts"] not in before and m["is_ephemeral"]]
        return told[-1] if told else None

    def shortcut(self, name: str, *, user: str = SAM) -> None:
        """A global shortcut."""
        self._done("shortcut", user, callback_id=name)

    def check(self, channel: str, ts: str, *, user: str = SAM) -> None:
        """The message shortcut "Check this deal"."""
        self._done("message_shortcut", user, callback_id="check_deal", channel=channel, ts=ts)

    def open(self, tab: str, *, user: str = SAM) -> None:
        """Open a tab of the app."""
        self._done("open_home", user, tab=tab)

    def close_views(self, *users: str) -> None:
        """Close the modals that somebody has open: of *users*, or of all who have a name here."""
        for user in users or (SAM, KIM, NOOR):
            for view in reversed(self.views(user)):
                self.workspace.do("close_view", user, view_id=view["id"])

    def remind(self, today: date) -> None:
        """Let it be *today*, as far as watch dates are concerned."""
        for reminder in self.joined.cases.reminders(today, datetime.now(UTC)):
            self.joined.deliveries.receive(reminder)
        self.joined.desk.wake()
        self.settle()

    # --- what they see ----------------------------------------------------------------------

    def newcomer(self) -> str:
        """Somebody who has never met the bot."""
        return newcomer(next(self._newcomers))

    def dm(self, user: str = SAM) -> str:
        """Where *user* and the bot write to each other."""
        return f"D{user[1:]}"

    def messages(
        self, channel: str, *, thread: str | None = None, user: str = SAM
    ) -> list[Json]:
        """What *user* sees in a channel, or in one thread of it, oldest first."""
        found: list[Json] = self._sees(user, channel, thread)["messages"][channel]
        return found

    def replies(self, channel: str, thread: str, *, user: str = SAM) -> list[Json]:
        """What the bot has posted into a thread."""
        return [m for m in self.messages(channel, thread=thread, user=user)
                if m["user"] == BOT and not m["is_ephemeral"]]

    def last(self, channel: str, thread: str, *, user: str = SAM) -> Json:
        """The bot's latest message in a thread."""
        return self.replies(channel, thread, user=user)[-1]

    def whispers(self, channel: str, *, user: str = SAM) -> list[Json]:
        """What the bot has told *user* alone in a channel."""
        return [m for m in self.messages(channel, user=user)
                if m["is_ephemeral"] and m["user"] == BOT]

    def view(self, callback: str | None = None, *, user: str = SAM) -> Json:
        """The modal on top, once it is there; *callback* waits for one of its kind."""
        def look() -> list[Json]:
            views: list[Json] = self._sees(user)["views"][-1:]
            return [v for v in views if callback in {None, v["callback_id"]}]

        found = eventually(look)
        assert found, "no modal was opened"
        return found[-1]

    def views(self, user: str = SAM) -> list[Json]:
        """The modals that are open."""
        found: list[Json] = self._sees(user)["views"]
        return found

    def home(self, user: str = SAM) -> Json:
        """The Home tab."""
        found = eventually(lambda: self._sees(user)["home"])
        assert found, "the Home tab was not drawn"
        return dict(found)

    def look_home(self, user: str = SAM) -> Json:
        """Open the Home tab and see it as it is drawn for this."""
        before = self._sees(user)["home"] or {}
        self.open("home", user=user)
        eventually(lambda: (self._sees(user)["home"] or {}).get("hash") != before.get("hash"))
        return self.home(user)

    def _sees(self, user: str, channel: str = "none", thread: str | None = None) -> Json:
        """What *user* sees, with the messages of one channel or thread, since all are many."""
        where = {"user": user, "channel": channel} | ({} if thread is None else {"thread": thread})
        state: Json = self.workspace.http.get("workspace/state", params=where).json()
        return state

    # --- what is recorded -------------------------------------------------------------------

    def case(self, channel: str, thread: str) -> Case:
        """The case of a thread."""
        found = self.joined.cases.at("T0ADVISOR1", channel, thread)
        assert found is not None, "there is no case in this thread"
        return found

    def conversation(self, channel: str, thread: str) -> Conversation:
        """The conversation of a thread, as recorded."""
        return self.joined.store.load(self.case(channel, thread).conversation)

    def deal(self, channel: str, thread: str) -> dict[str, list[str] | None]:
        """What is known of the deal of a thread."""
        answers = self.conversation(channel, thread).deal.answers
        return {f: None if a.values is None else sorted(a.values) for f, a in answers.items()}

    def turns(self, channel: str, thread: str) -> list[Turn]:
        """The turns of a thread."""
        return self.joined.store.turns(self.case(channel, thread).conversation)

    def happened(self, channel: str, thread: str) -> list[tuple[str, str, Json]]:
        """What is kept of a thread beside its turns: kind, who, and what."""
        with self.joined.store.reading() as connection:
            logged = list(rows(connection, self.case(channel, thread).conversation))
        return [(one.kind, one.actor or "", {**one.detail, **(one.words or {})})
                for one in logged if one.kind != TURN]

    def states(self, channel: str, thread: str) -> list[str]:
        """What became of each delivery of a thread."""
        query = (select(deliveries.c.state)
                 .where(deliveries.c.conversation == self.case(channel, thread).conversation)
                 .order_by(deliveries.c.id))
        with self.joined.store.reading() as connection:
            return list(connection.scalars(query))

    # --- the bot's own affairs --------------------------------------------------------------

    def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        """What *body* is answered with, sent as Slack would over Socket Mode."""
        return self.joined.app.dispatch(BoltRequest(body=json.dumps(body), mode="socket_mode"))

    def deliver(self, body: dict[str, Any]) -> BoltResponse:
        """As `dispatch`, of what has to be taken in; returns once the bot has done with it."""
        answer = self.dispatch(body)
        assert answer.status == 200, answer.body
        self.settle()
        return answer

    def settle(self) -> None:
        """Wait until the bot has nothing to do any more."""
        self.workspace.order("settle")
        settled = eventually(lambda: not self._busy())
        assert settled, "the bot is still at work"
        self.workspace.order("settle")

    def _busy(self) -> bool:
        waiting = (
            select(func.count()).select_from(deliveries).where(deliveries.c.state == "new"),
            select(func.count()).select_from(outgoing).where(outgoing.c.state == "waiting"),
        )
        with self.joined.store.reading() as connection:
            return any(connection.scalar(query) for query in waiting)

    def begin(self) -> None:
        """Forget what passed so far; see `refusals`."""
        self.expected.clear()
        self._seen = max((e["seq"] for e in self.log()), default=self._seen)

    def log(self, kind: str | None = None) -> list[Json]:
        """What passed between workspace and bot in this test."""
        self.workspace.order("settle")
        entries = self.workspace.http.get(
            "workspace/control/log", params={"after": self._seen}).json()["entries"]
        return [e for e in entries if kind in {None, e["kind"]}]

    def calls(self, method: str) -> list[Json]:
        """The bot's calls of one Web API method in this test."""
        return [e for e in self.log("call") if e["method"] == method]

    def refusals(self) -> list[Json]:
        """What the workspace would not take from the bot and this test did not expect."""
        return [e for e in self.log()
                if (e["kind"] == "refused" or not e.get("ok", True))
                and e.get("error") not in self.expected and e["kind"] not in _ACKNOWLEDGED]


def _held(element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind == "datepicker":
        return {"type": kind, "selected_date": value}
    if kind == "plain_text_input":
        return {"type": kind, "value": value}
    name = "selected_options" if kind.startswith("multi_") else "selected_option"
    return {"type": kind, name: value}


def controls(holder: Json) -> Iterator[tuple[Json, Json]]:
    """Whatever can be pressed or filled in on a message or a view, with its block."""
    for block in holder["blocks"]:
        if block["type"] in {"actions", "context_actions"}:
            yield from ((block, element) for element in block["elements"])
        elif block["type"] == "input":
            yield block, block["element"]
        elif "action_id" in block.get("accessory", {}):
            yield block, block["accessory"]


def control(holder: Json, action: str, label: str | None = None) -> tuple[Json, Json]:
    """The control with the id *action*, or the first whose id is that and a number."""
    def fits(element: Json) -> bool:
        name = element["action_id"]
        return (action in {name, name.partition(":")[0]}
                and label in {None, element.get("text", {}).get("text")})

    found = [(b, e) for b, e in controls(holder) if fits(e)]
    assert found, f"no {action!r} among {actions(holder)}"
    return found[0]


def actions(holder: Json) -> list[str]:
    """Ids of all that can be pressed, in order."""
    return [element["action_id"] for _, element in controls(holder)]


def kinds(holder: Json) -> list[str]:
    """Types of the blocks, in order."""
    return [block["type"] for block in holder["blocks"]]


def words(holder: Json) -> str:
    """Everything that is written on a message or a view."""
    def texts(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                yield part["text"]
            for value in part.values():
                yield from texts(value)
        elif isinstance(part, list):
            for each in part:
                yield from texts(each)

    return "\n".join(texts(holder["blocks"]))


def asked(message: Json) -> str | None:
    """The fact that a message asks for first, None if it asks for none."""
    return next(iter(asked_together(message)), None)


def asked_together(message: Json) -> list[str]:
    """All the facts that a message asks for, in order."""
    return [b["block_id"].removeprefix("question:") for b in message["blocks"]
            if b["block_id"].startswith("question:")]


def until(bot: Bot, channel: str, thread: str, fits: Callable[[Json], bool]) -> Json:
    """Answer "I don't know", and let the bot ask on, until a message *fits*."""
    for _ in range(40):
        message = bot.last(channel, thread)
        if fits(message):
            return message
        bot.press(message, "answer_unknown" if asked(message) else "go_on")
    raise AssertionError("it never came")


def advised(bot: Bot, text: str = DEAL, *, user: str = SAM, channel: str = OFFICE) -> str:
    """A thread in which advice was given; its ts."""
    ts = bot.mention(text, channel=channel, user=user) if channel[0] == "C" else bot.say(
        text, channel=channel, user=user)
    bot.press(bot.last(channel, ts, user=user), "advise_now", user=user)
    return ts


def everything_stored(bot: Bot) -> str:
    """Every row of every table of the database, as text."""
    with bot.joined.store.reading() as connection:
        return "\n".join(str(tuple(row)) for table in metadata.sorted_tables
                         for row in connection.execute(select(table)))
