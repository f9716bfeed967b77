"""The listeners: they acknowledge, or show what the person waits for.

That is a form, the passages, the command's word.  Messages and presses are kept before any of them
is called; what a form or the command holds is received here, and then acknowledged.
"""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App

from bot.dialogue.conversation import ConversationId
from bot.dialogue.intents import Intent
from bot.dialogue.phrasing import Wording
from bot.record.log import Happening
from bot.slack import inbound, names, senders, written
from bot.slack.door import Body, Door
from bot.slack.escaping import escape
from bot.slack.names import Press, load_press
from bot.slack.notes import note
from bot.slack.offering import open_view, set_prompts, show_home
from bot.slack.ourselves import Ourselves
from bot.slack.pictures import with_pictures
from bot.slack.posts import MESSAGE
from bot.slack.unmarking import words
from bot.slack.views import (
    COMMENT,
    WATCH_ON,
    most_text,
    notice_view,
    read_comment,
    read_correction,
    read_form,
    read_tried_out,
    read_watch,
)
from bot.turns.delivery import Act, Outgoing

if TYPE_CHECKING:
    from bot.slack.surfaces import Surfaces

KEPT_FOR = timedelta(hours=24)
"""How long an answer that could not be posted is worth posting after all."""

OURSELVES_SECONDS = 1.0
"""How long Slack may take to say who we are: it waits three seconds for our word meanwhile."""

UNINSTALLED = "uninstalled"
LAST_SECOND = 10**10
"""Of ten digits, as a `ts` has before its point."""

AUDIENCE_CHANGES = ("member_joined_channel", "channel_shared")
"""Events that tell that others may read a channel from now on."""

_ANY = re.compile(r".*", re.DOTALL)
_log = logging.getLogger("advisor.slack")


class Listeners:
    """All that listen, over *door*."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._say = door.say
        self._ourselves = Ourselves(door.clients)

    def attach(self, app: App) -> None:
        """Have *app* call them."""
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
        app.view(names.TRY_OUT_VIEW)(self.tried_out)
        app.view(names.COMMENT_VIEW)(self.comment_sent)
        app.view(names.WATCH_VIEW)(self.watch_sent)
        app.view(_ANY)(self.acknowledge)
        app.action(_ANY)(self.pressed)

    def acknowledge(self, ack: Ack) -> None:
        """Nothing more to do: what there was to keep is kept."""
        ack()

    def removed(self, body: Body) -> None:
        """A workspace has removed the app, or taken back its token."""
        event = body["event"]
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return
        team = str(body["team_id"])
        self._door.removed(team, body.get("enterprise_id"), _happened(body))
        key = f"{UNINSTALLED}:{team}:{body.get('event_id') or body.get('event_time')}"
        self._door.store.note(team, Happening(
            UNINSTALLED, key, self._door.now(), None, body={"event": event["type"]}))

    def home_opened(self, event: Body, body: Body) -> None:
        """App Home was opened: draw it, or greet and offer prompts in the messages tab."""
        team, user = str(body["team_id"]), str(event["user"])
        if event.get("tab") == "messages":
            self._greet(team, user)
            set_prompts(self._door.clients, team, str(event["channel"]), self._door.prompts,
                        self._say.say("acts.prompts"))
            return
        surfaces = self._door.surfaces()
        view = _starting_home(self._say) if surfaces is None else surfaces.home(team, user)
        show_home(self._door.clients, team, user, view)

    def audience_changed(self, event: Body, body: Body) -> None:
        """Where it was we who joined, post what could not be posted there for want of it."""
        team, channel = str(body["team_id"]), str(event["channel"])
        since = self._door.now() - KEPT_FOR
        if event.get("user") == senders.our_id(body) and (
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

    def command(self, ack: Ack, body: Body) -> None:
        """`/advisor`: help, new, brief, status, or a question."""
        text = with_pictures(str(body.get("text") or "").strip())
        team, user = str(body["team_id"]), str(body["user_id"])
        word, surfaces = text.lower(), self._door.surfaces()
        if word in {"", "help", "?"}:
            ack(escape(self._say.say("acts.command_help")))
        elif word in {"new", "brief", "status"} and surfaces is None:
            ack(self._say.say("acts.starting"))
        elif word == "new" and surfaces is not None:
            ack()
            view = surfaces.view(names.DESCRIBE_DEAL, team, user, Press(""))
            self._show(body, view or surfaces.trouble())
        elif word == "status" and surfaces is not None:
            ack(**surfaces.status(team, user))
        elif word == "brief" and surfaces is not None:
            self._brief(ack, surfaces, body, team, user)
        else:
            self._door.receive(inbound.asked(body, "command", text, self._door.now()))
            ack(self._say.say("acts.command_answered"))

    def _brief(self, ack: Ack, surfaces: "Surfaces", body: Body, team: str, user: str) -> None:
        press = surfaces.latest(team, user)
        if press is None:
            ack(self._say.say("acts.command_no_deal"))
            return
        self._door.receive(inbound.commanded(body, Act.BRIEF, press, self._door.now()))
        ack(self._say.say("acts.command_brief"))

    def check_deal(self, ack: Ack, body: Body) -> None:
        """The message shortcut: the deal that any message describes, checked privately."""
        message, channel = body["message"], str(body["channel"]["id"])
        files = written.carries_files(message)
        # What an app posts is what it shows; of a person's message a link's preview is no part.
        ours = self._ours(body, message)
        text = written.shown(message) if message.get("bot_id") else written.told(message, ours)
        # Somebody may have mentioned us in it; where Slack won't say who we are, our id stays.
        us = self._us(body) if "<@" in text else None
        if not words(text, us or ""):
            ack()
            self._notice(body, "acts.check_title", "acts.only_files" if files else
                         "acts.own_message" if written.passes_on_ours(message, ours)
                         else "acts.no_text")
            return
        own = self._is_our_own(body, message)
        if own is not False:
            # Read as somebody's words, what it asks and warns of would be facts of a deal.
            ack()
            self._notice(body, "acts.check_title", "acts.own_message" if own else "acts.later")
            return
        # The message's own address has the form that every workspace's links have.
        link = inbound.permalink(body, channel, str(message["ts"]))
        self._door.receive(inbound.asked(
            body, "shortcut", text, self._door.now(), link, us=us or "", files=files))
        ack()
        self._notice(body, "acts.check_title", "acts.command_answered")

    def _ours(self, body: Body, message: Mapping[str, Any]) -> written.Ours:
        """Tells which of what *message* passes on is a post of ours."""
        us = self._us(body) if message.get("attachments") else None
        return written.whose(us or "", body.get("api_app_id"))

    def _is_our_own(self, body: Body, message: Mapping[str, Any]) -> bool | None:
        """Whether we have posted *message*, None if Slack won't say: its payload doesn't."""
        if not message.get("bot_id"):
            return False
        us = self._us(body)
        return None if us is None else message.get("user") == us

    def _us(self, body: Body) -> str | None:
        """Our own user id, None where Slack doesn't say it in time."""
        return self._ourselves.user_id(senders.team_of(body), OURSELVES_SECONDS)

    def describe_deal(self, ack: Ack, body: Body) -> None:
        """The global shortcut: the intake form."""
        ack()
        self._open(names.DESCRIBE_DEAL, body, Press(""))

    def pressed(self, ack: Ack, body: Body) -> None:
        """A button: what counts is kept already; some open a form or show something."""
        ack()
        action = body["actions"][0]
        name = str(action["action_id"]).partition(":")[0]
        try:
            press = load_press(str(action.get("value") or ""))
        except ValueError:
            return
        self._open(name, body, press)

    def _open(self, name: str, body: Body, press: Press) -> None:
        if name not in names.OPENING:
            return
        surfaces, team, user = self._door.surfaces(), senders.team_of(body), senders.user_of(body)
        if surfaces is None:
            self._notice(body, "loading.title", "acts.starting")
            return
        outside = surfaces.parts.audiences.is_outside(
            team, user, senders.is_outside(body, senders.home_of(body)),
            senders.organisation_of(body))
        if outside is not False:
            # A form of a deal holds all that is known of it.
            self._notice(body, "loading.title", "acts.outside" if outside else "acts.who_unknown")
            return
        found = surfaces.view(name, team, user, press)
        if found is not None:
            self._show(body, found)

    def _notice(self, body: Body, title: str, sentence: str) -> None:
        self._show(body, notice_view(self._say.say(title), self._say.say(sentence)))

    def _show(self, body: Body, view: Body) -> None:
        open_view(self._door.clients, senders.team_of(body), str(body["trigger_id"]), view)

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
        advisor = surfaces.parts.advisor
        read = read_form(view["state"]["values"], advisor.guidance, self._say,
                         most_text(advisor.message_limit))
        if read.errors:
            ack(response_action="errors", errors=dict(read.errors))
            return
        content = {"text": read.text, "answers": dict(read.answers) or None}
        self._door.receive(inbound.form(body, Act.FORM, self._door.now(), content, None))
        ack()

    def correction_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """What was understood, corrected."""
        opened = self._opened_deal(ack, body, view)
        if opened is None:
            return
        press, surfaces = opened
        advisor = surfaces.parts.advisor
        read = read_correction(view["state"]["values"], advisor.guidance, self._say,
                               view["blocks"], most_text(advisor.message_limit))
        if read.errors:
            ack(response_action="errors", errors=dict(read.errors))
            return
        content = {"text": read.text, "answers": dict(read.answers) or None,
                   "turn": press.turn}
        self._door.receive(inbound.form(body, Act.CORRECTION, self._door.now(), content,
                                        press.conversation))
        ack()

    def tried_out(self, ack: Ack, body: Body, view: Body) -> None:
        """What would be different, of which nothing is noted."""
        opened = self._opened_deal(ack, body, view)
        if opened is None:
            return
        press, surfaces = opened
        read = read_tried_out(view["state"]["values"], surfaces.parts.advisor.guidance, self._say,
                              view["blocks"])
        if read.errors:
            ack(response_action="errors", errors=dict(read.errors))
            return
        content = {"intent": Intent.WHAT_IF.value, "supposed": dict(read.answers),
                   "turn": press.turn}
        self._door.receive(inbound.form(body, Act.STEER, self._door.now(), content,
                                        press.conversation))
        ack()

    def _opened_deal(
        self, ack: Ack, body: Body, view: Body
    ) -> tuple[Press, "Surfaces"] | None:
        """The deal that a form was opened for, and what draws it.

        None where that was altered, which is acknowledged, or whoever sends it may not do so, or
        not yet, which is said in the form.
        """
        press = _opened_for(ack, view)
        if press is None:
            return None
        surfaces = self._door.surfaces()
        if surfaces is None or not surfaces.corrects(
                senders.team_of(body), senders.user_of(body), press):
            _put_off(ack, view, self._say.say("acts.later"))
            return None
        return press, surfaces

    def comment_sent(self, ack: Ack, body: Body, view: Body) -> None:
        """A comment on feedback."""
        press = _opened_for(ack, view)
        if press is None:
            return
        text = read_comment(view["state"]["values"])
        if not text:
            ack(response_action="errors", errors={COMMENT: self._say.say("comment.missing")})
            return
        content = {"turn": press.turn, "text": text}
        self._door.receive(inbound.form(body, Act.COMMENT, self._door.now(), content,
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
        self._door.receive(inbound.form(body, Act.WATCH, self._door.now(), content,
                                        press.conversation))
        ack()


def _happened(body: Body) -> datetime | None:
    """The second in which the event of *body* happened; None where that isn't told."""
    at = body.get("event_time")
    return datetime.fromtimestamp(at, UTC) if type(at) is int and 0 <= at < LAST_SECOND else None


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
