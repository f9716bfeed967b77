"""The Bolt app: what Slack sends is stored, then acknowledged, and the desk is woken.

A message is stored by a middleware that runs before Slack hears from us: if the database is away
Slack gets no acknowledgement and delivers again.  The listeners only acknowledge, or show what the
person waits for: a form, the passages, the command's word.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.deliveries import Deliveries, Received, turns_before
from bot.delivery import Act, Delivery, Outgoing
from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.log import Happening
from bot.metrics import SILENT, Metrics
from bot.outages import in_log
from bot.slack import inbound, names
from bot.slack.clients import Clients
from bot.slack.names import Press, load_press
from bot.slack.notes import note
from bot.slack.posting import MESSAGE
from bot.slack.surfaces import Surfaces, open_view, set_prompts
from bot.slack.views import (
    WATCH_ON,
    notice_view,
    read_comment,
    read_correction,
    read_form,
    read_watch,
)
from bot.slack.wellformed import mend, trouble
from bot.store import Store
from bot.tracing import UNTRACED, Tracing

LISTENERS = 12
"""Threads of listeners; each is held for as long as one call to Slack takes at most."""
KEPT_FOR = timedelta(hours=24)
"""How long an answer that could not be posted is worth posting after all."""
BUSY = 12
"""Turns before theirs at which a person is shown that the bot is at it: with fewer, the answer is
there as soon as the status would be."""
MANY = 100
"""Deliveries that wait from which on who waits is not looked up for each message."""
LOOKED_SECONDS = 0.25
"""How long it then counts who was found to wait."""
QUIET = {
    "advisor.bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "slack_sdk.web.base_client": logging.CRITICAL,
}
"""Loggers that would write whole payloads below these levels, deals included.

Bolt writes requests that are not signed or not expected, and the client an answer that it can't
read, which for a post repeats the post.  Whoever called says in its own words what went wrong.
"""

UNINSTALLED = "uninstalled"

_WORDS = frozenset({"message", "app_mention"})
"""Events that tell of something written."""

Body = dict[str, Any]
_ANY = re.compile(r".*", re.DOTALL)
_log = logging.getLogger("advisor.slack")


@dataclass(frozen=True, slots=True)
class Door:
    """What the listeners need.

    `surfaces` gives None while the guidance and the index are being loaded; messages are taken in
    meanwhile and wait.
    """

    store: Store
    deliveries: Deliveries
    clients: Clients
    say: Wording
    surfaces: Callable[[], Surfaces | None]
    wake: Callable[[], None]
    prompts: Sequence[Mapping[str, str]]
    removed: Callable[[str, str | None], None]
    """Forgets the tokens of a workspace (and its enterprise) that has removed the app."""
    now: Callable[[], datetime]
    metrics: Metrics = SILENT
    tracing: Tracing = UNTRACED


class _Sturdy(App):
    """Sets aside what Bolt itself can't look into."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Have the request taken; see Bolt."""
        try:
            return super().dispatch(req)
        except (AttributeError, LookupError, TypeError, ValueError):
            # Its own matching fails, and then so does what tells our error handler of it.
            _log.warning("a payload that is not as Slack's are was set aside")
            return BoltResponse(status=200)


def build_slack(door: Door, *, signing_secret: str | None, **options: Any) -> App:
    """The Bolt app over *door*.

    Args:
        door: See there.
        signing_secret: Checks requests over HTTP; None where only Socket Mode is used.
        options: Further arguments of `slack_bolt.App`, such as those of an OAuth installation.
    """
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    listeners = _Listeners(door)
    app = _Sturdy(
        # Bolt's own loggers take their levels from this one, or else from the root.
        logger=logging.getLogger("advisor.bolt"),
        signing_secret=signing_secret or "unused",
        request_verification_enabled=signing_secret is not None,
        authorize=_authorizing(door.clients),
        before_authorize=listeners.keep_delivery,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener"),
        attaching_conversation_kwargs_enabled=False,
        **options,
    )
    listeners.attach(app)
    return app


def _authorizing(clients: Clients) -> Callable[..., AuthorizeResult]:
    """Gives a workspace's token without a call to Slack, which may be away."""

    def authorize(team_id: str | None) -> AuthorizeResult | None:
        try:
            token = clients.of(team_id or "").once.token
        except LookupError:
            return None
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=token)

    return cast("Callable[..., AuthorizeResult]", authorize)


class _Listeners:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._say = door.say
        self._looked: tuple[float, Mapping[tuple[str, str], int]] = (-LOOKED_SECONDS, {})

    def attach(self, app: App) -> None:
        app.error(self.failed)
        app.event("app_home_opened")(self.home_opened)
        app.event("member_joined_channel")(self.audience_changed)
        app.event("channel_shared")(self.audience_changed)
        app.event("app_uninstalled")(self.removed)
        app.event("tokens_revoked")(self.removed)
        # Every event and press must have a listener: unmatched, Slack would get a 404 and retry.
        app.event(_ANY)(self.acknowledge)
        app.command(names.COMMAND)(self.command)
        app.shortcut(names.CHECK_DEAL)(self.check_deal)
        app.shortcut(names.DESCRIBE_DEAL)(self.describe_deal)
        app.options(names.ANSWER_COUNTRY)(self.countries)
        app.view(names.INTAKE_VIEW)(self.intake_sent)
        app.view(names.CORRECTION_VIEW)(self.correction_sent)
        app.view(names.COMMENT_VIEW)(self.comment_sent)
        app.view(names.WATCH_VIEW)(self.watch_sent)
        app.view(_ANY)(self.acknowledge)
        app.action(_ANY)(self.pressed)

    # --- before anything else ---------------------------------------------------------------

    def keep_delivery(
        self, body: Body, next: Callable[[], BoltResponse]  # noqa: A002  Bolt passes it by name
    ) -> BoltResponse:
        """Store what was done, before Slack hears that it arrived."""
        mend(body)
        wrong = trouble(body)
        if wrong is not None:
            _log.warning("a payload that is not as Slack's are was set aside",
                         extra={"code": wrong})
            return BoltResponse(status=200)
        if not _of_no_workspace(body) and not self._installed(inbound.team_of(body)):
            # Bolt would write to an address that stands in the request, and fail where it can't.
            return BoltResponse(status=200)
        delivery = _delivery(body)
        if delivery is not None and self.receive(delivery) is Received.NEW:
            self._show_waiting(delivery)
        # What Bolt does next for words takes longer than keeping them, and ends in `acknowledge`.
        return BoltResponse(status=200) if _are_words(body) else next()

    def _installed(self, team: str) -> bool:
        """Whether the app is installed in *team*: what is said elsewhere is not ours to keep."""
        try:
            self._door.clients.of(team)
        except LookupError:
            _log.warning("what came of a workspace where the app is not installed was set aside")
            return False
        return True

    def receive(self, delivery: Delivery) -> Received:
        """Store *delivery* and wake the desk."""
        began = time.perf_counter()
        received = self._door.deliveries.receive(delivery)
        self._door.metrics.count("advisor_deliveries", delivery.act.value, received.value)
        if received is Received.NEW:
            self._door.tracing.arrived(delivery.key, time.perf_counter() - began, {
                "delivery": delivery.key, "act": delivery.act.value, "workspace": delivery.team})
            self._door.wake()
        return received

    def _show_waiting(self, delivery: Delivery) -> None:
        """Say what the bot is doing, where an answer will be a while in coming."""
        place = delivery.place
        if place is None or not delivery.opens:
            return
        starting = self._door.surfaces() is None
        if not starting:
            waiting = self._waiting()
            if sum(waiting.values()) <= BUSY or turns_before(
                    waiting, delivery.team, delivery.author) <= BUSY:
                return
        status = self._say.say("acts.waking" if starting else "acts.reading")
        self._door.clients.soon(
            place.team,
            lambda client: client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread, status=status))

    def _waiting(self) -> Mapping[tuple[str, str], int]:
        """Who waits; where many do, as of a moment ago, since to count them holds up all."""
        looked, found = self._looked
        if sum(found.values()) <= MANY or time.monotonic() - looked >= LOOKED_SECONDS:
            found = self._door.deliveries.waiting()
            self._looked = (time.monotonic(), found)
        return found

    def failed(self, error: Exception) -> BoltResponse:
        """Answer so that Slack sends it again, and write no payload, as Bolt itself would."""
        if isinstance(error, BoltUnhandledRequestError):
            _log.warning("a request that nothing here is for was set aside")
            return BoltResponse(status=200)
        away = in_log(error)
        if away is None:
            _log.error("what Slack sent could not be taken in", exc_info=error)
            return BoltResponse(status=500)
        _log.warning("what Slack sent was not taken in, and it sends it again",
                     extra={"outage": away})
        return BoltResponse(status=503)

    # --- listeners --------------------------------------------------------------------------

    def acknowledge(self, ack: Ack) -> None:
        """Nothing more to do: what there was to keep is kept."""
        ack()

    def removed(self, body: Body) -> None:
        """A workspace has removed the app, or taken back its token."""
        event = body["event"]
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return
        team = str(body["team_id"])
        self._door.removed(team, body.get("enterprise_id"))
        key = f"{UNINSTALLED}:{team}:{body.get('event_id') or body.get('event_time')}"
        self._door.store.note(team, Happening(
            UNINSTALLED, key, self._door.now(), None, body={"event": event["type"]}))

    def home_opened(self, event: Body, body: Body, client: WebClient) -> None:
        """App Home was opened: draw it, or greet and offer prompts in the messages tab."""
        team, user = str(body["team_id"]), str(event["user"])
        if event.get("tab") == "messages":
            self._greet(team, user)
            set_prompts(client, str(event["channel"]), self._door.prompts,
                        self._say.say("acts.prompts"))
            return
        surfaces = self._door.surfaces()
        view = _starting_home(self._say) if surfaces is None else surfaces.home(team, user)
        client.views_publish(user_id=user, view=view)

    def audience_changed(self, event: Body, body: Body) -> None:
        """Somebody joined a channel, or it was shared: who reads along is looked up anew.

        Where it was we who joined, what could not be posted there for want of it is posted now.
        """
        team, channel = str(body["team_id"]), str(event["channel"])
        surfaces = self._door.surfaces()
        if surfaces is not None:
            surfaces.parts.audiences.forget(team, channel)
        since = self._door.now() - KEPT_FOR
        if event.get("user") == _our_id(body) and (
                self._door.deliveries.outbox.again(team, channel, since)):
            self._door.wake()

    def _greet(self, team: str, user: str) -> None:
        """Greet once, however often the tab is opened."""
        conversation = ConversationId(f"slack:{team}:greeting:{user}")
        greeting = Outgoing(str(conversation), MESSAGE, note(self._say.say("acts.greeting")),
                            target={"user": user})
        with self._door.store.writing() as connection:
            self._door.deliveries.outbox.owe(connection, conversation, team, greeting)
        self._door.wake()

    def command(self, ack: Ack, body: Body, client: WebClient) -> None:
        """`/advisor`: help, new, brief, status, or a question."""
        text = str(body.get("text") or "").strip()
        team, user = str(body["team_id"]), str(body["user_id"])
        word, surfaces = text.lower(), self._door.surfaces()
        if word in {"", "help", "?"}:
            ack(self._say.say("acts.command_help"))
        elif word in {"new", "brief", "status"} and surfaces is None:
            ack(self._say.say("acts.starting"))
        elif word == "new" and surfaces is not None:
            ack()
            view = surfaces.view(names.DESCRIBE_DEAL, team, Press(""))
            open_view(client, str(body["trigger_id"]), view or surfaces.trouble())
        elif word == "status" and surfaces is not None:
            ack(**surfaces.status(team, user))
        elif word == "brief" and surfaces is not None:
            self._brief(ack, surfaces, body, team, user)
        else:
            self.receive(inbound.asked(body, "command", text, self._door.now()))
            ack(self._say.say("acts.command_answered"))

    def _brief(self, ack: Ack, surfaces: Surfaces, body: Body, team: str, user: str) -> None:
        press = surfaces.latest(team, user)
        if press is None:
            ack(self._say.say("acts.command_no_deal"))
            return
        self.receive(inbound.commanded(body, Act.BRIEF, press, self._door.now()))
        ack(self._say.say("acts.command_brief"))

    def check_deal(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The message shortcut: the deal that any message describes, checked privately."""
        message, channel = body["message"], str(body["channel"]["id"])
        text = str(message.get("text") or "")
        if not inbound.words(text):
            ack()
            view = notice_view(self._say.say("acts.check_title"), self._say.say("acts.no_text"))
            open_view(client, str(body["trigger_id"]), view)
            return
        # The message's own address has the form that every workspace's links have.
        link = inbound.permalink(body, channel, str(message["ts"]))
        self.receive(inbound.asked(body, "shortcut", text, self._door.now(), link))
        ack()
        view = notice_view(self._say.say("acts.check_title"),
                           self._say.say("acts.command_answered"))
        open_view(client, str(body["trigger_id"]), view)

    def describe_deal(self, ack: Ack, body: Body, client: WebClient) -> None:
        """The global shortcut: the intake form."""
        ack()
        self._open(names.DESCRIBE_DEAL, body, Press(""), client)

    def pressed(self, ack: Ack, body: Body, client: WebClient) -> None:
        """A button: what counts is kept already; some open a form or show something."""
        ack()
        action = body["actions"][0]
        name = str(action["action_id"]).partition(":")[0]
        try:
            press = load_press(str(action.get("value") or ""))
        except ValueError:
            return
        self._open(name, body, press, client)

    def _open(self, name: str, body: Body, press: Press, client: WebClient) -> None:
        surfaces = self._door.surfaces()
        if surfaces is None:
            if name in names.OPENING:
                view = notice_view(self._say.say("loading.title"),
                                   self._say.say("acts.starting"))
                open_view(client, str(body["trigger_id"]), view)
            return
        found = surfaces.view(name, inbound.team_of(body), press)
        if found is not None:
            open_view(client, str(body["trigger_id"]), found)

    def countries(self, ack: Ack, body: Body) -> None:
        """Countries for a menu, as the person types."""
        surfaces = self._door.surfaces()
        query = str(body.get("value") or "")
        ack(options=[] if surfaces is None else surfaces.countries(query))

    # --- forms ------------------------------------------------------------------------------

    def intake_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """A new deal, described in the form."""
        surfaces = self._door.surfaces()
        if surfaces is None:
            _put_off(ack, view, self._say.say("acts.starting"))
            return
        read = read_form(view["state"]["values"], surfaces.parts.advisor.guidance, self._say)
        if read.errors:
            ack(response_action="errors", errors=dict(read.errors))
            return
        content = {"text": read.text, "answers": dict(read.answers) or None}
        self.receive(inbound.form(body, Act.FORM, self._door.now(), content, None))
        ack()

    def correction_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """What was understood, corrected."""
        press = _opened_for(ack, view)
        if press is None:
            return
        surfaces = self._door.surfaces()
        conversation = None
        if surfaces is not None:
            conversation = surfaces.deal_of(inbound.team_of(body), press)
        if surfaces is None or conversation is None:
            _put_off(ack, view, self._say.say("acts.later"))
            return
        read = read_correction(view["state"]["values"], surfaces.parts.advisor.guidance,
                               self._say, conversation.deal)
        if read.errors:
            ack(response_action="errors", errors=dict(read.errors))
            return
        content = {"text": read.text, "answers": dict(read.answers) or None,
                   "turn": press.turn}
        self.receive(inbound.form(body, Act.CORRECTION, self._door.now(), content,
                                  press.conversation))
        ack()

    def comment_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """A comment on feedback."""
        press = _opened_for(ack, view)
        if press is None:
            return
        content = {"turn": press.turn, "text": read_comment(view["state"]["values"])}
        self.receive(inbound.form(body, Act.COMMENT, self._door.now(), content,
                                  press.conversation))
        ack()

    def watch_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """A watch date."""
        press = _opened_for(ack, view)
        if press is None:
            return
        read = read_watch(view["state"]["values"], self._door.now().date(), self._say)
        if isinstance(read, str):
            ack(response_action="errors", errors={WATCH_ON: read})
            return
        content = {"turn": press.turn, "on": None if read is None else read.isoformat()}
        self.receive(inbound.form(body, Act.WATCH, self._door.now(), content,
                                  press.conversation))
        ack()


def _of_no_workspace(body: Body) -> bool:
    """Whether it comes while the app is being set up, or tells that it is installed no more."""
    event = body.get("event")
    kind = event.get("type") if isinstance(event, Mapping) else None
    return body.get("type") == "url_verification" or kind in {"app_uninstalled", "tokens_revoked"}


def _our_id(body: Body) -> str:
    """Our own user id in the workspace that an event comes from; "" if Slack doesn't say."""
    ours = (a.get("user_id") or "" for a in body.get("authorizations") or () if a.get("is_bot"))
    return str(next(ours, ""))


def _delivery(body: Body) -> Delivery | None:
    """What a payload asks to be kept; forms and commands are kept by their listeners."""
    kind = body.get("type")
    if kind == "event_callback":
        return inbound.from_event(body, _our_id(body))
    if kind == "block_actions":
        try:
            return inbound.from_action(body)
        except (ValueError, KeyError):
            _log.warning("a press that is none of ours, or was altered, was set aside")
    return None


def _are_words(body: Body) -> bool:
    """Whether a payload only tells of something that was written: no listener does more with it."""
    return body.get("type") == "event_callback" and body["event"]["type"] in _WORDS


def _opened_for(ack: Ack, view: Body) -> Press | None:
    """What a form was opened for; acknowledged and None where that was altered."""
    try:
        return load_press(str(view["private_metadata"]))
    except ValueError:
        _log.warning("a form that is none of ours, or was altered, was set aside")
        ack()
        return None


def _put_off(ack: Ack, view: Mapping[str, Any], sentence: str) -> None:
    """Say why a form can't be taken now, under its first field; it stays open where it has any."""
    fields = [b["block_id"] for b in view.get("blocks") or ()
              if b.get("type") == "input" and b.get("block_id")]
    if fields:
        ack(response_action="errors", errors={fields[0]: sentence})
    else:
        ack()


def _starting_home(say: Wording) -> Body:
    return {"type": "home", "blocks": note(say.say("acts.starting"))["blocks"]}
