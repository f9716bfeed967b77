"""What is no turn: feedback, listening, watch dates and their reminders."""

from datetime import date

from bot.dialogue.naming import deal_title
from bot.slack.controls import button
from bot.slack.names import (
    COMMENT,
    NOTHING_CHANGED,
    PAUSE,
    RESUME,
    SOMETHING_CHANGED,
    WATCH,
    Press,
)
from bot.slack.notes import note, note_to
from bot.slack.parts import Parts
from bot.slack.posts import GUARDED, MESSAGE
from bot.slack.replying import Replying
from bot.slack.shown import dated
from bot.slack.splitting import Block
from bot.turns.delivery import CaseEvent, Outgoing, Taken


class Noting:
    """Keeps what people do beside the turns, and answers each with a word."""

    def __init__(self, parts: Parts, replying: Replying) -> None:
        self._parts = parts
        self._replying = replying
        self._say = parts.say

    def feedback(self, taken: Taken) -> None:
        """A thumb up or down, with room for a comment."""
        good, turn = bool(taken.delivery.body["good"]), int(taken.delivery.body["turn"])
        press = Press(taken.conversation, turn, value="good" if good else "bad")
        comment = button(self._say.say("acts.add_comment"), COMMENT, press.dump())
        sentence = "acts.feedback_good" if good else "acts.feedback_bad"
        self._replying.whisper(
            taken, note(self._say.say(sentence), [comment]),
            [CaseEvent("feedback", taken.delivery.author, {"turn": turn, "good": good})])

    def comment(self, taken: Taken) -> None:
        """Words on feedback."""
        body = taken.delivery.body
        self._replying.whisper(
            taken, note(self._say.say("acts.comment_kept")),
            [CaseEvent("comment", taken.delivery.author, {"turn": body["turn"]},
                      {"text": body["text"]})])

    def listening(self, taken: Taken) -> None:
        """Pause or resume listening in a thread; where it is so already, whoever asks is told."""
        on = bool(taken.delivery.body["on"])
        turn = int(taken.delivery.body["turn"])
        press = Press(taken.conversation, turn).dump()
        other = button(self._say.say("button.pause" if on else "button.resume"),
                       PAUSE if on else RESUME, press)
        word = note(self._say.say("acts.resumed" if on else "acts.paused"), [other])
        if self._parts.cases.here(taken).listening == on:
            # The button of an older message, or a colleague's press: the thread has read it.
            self._replying.whisper(taken, word)
            return
        event = CaseEvent("listening", taken.delivery.author, {"on": on})
        with self._parts.store.writing() as connection:
            self._parts.deliveries.settle(
                connection, taken, [Outgoing(f"{taken.delivery.key}:note", MESSAGE, word)],
                events=[event])
            self._parts.cases.change(connection, taken.conversation, listening=int(on))

    def watch(self, taken: Taken) -> None:
        """A watch date was set, or is not wanted any more."""
        on = taken.delivery.body["on"]
        word = note(self._say.say("acts.watch_removed") if on is None else
                    self._say.say("acts.watch_set", date=dated(date.fromisoformat(str(on)))))
        stands = self._parts.cases.here(taken).watch_on
        if on == (None if stands is None else stands.isoformat()):
            self._replying.whisper(taken, word)
            return
        event = CaseEvent("watch", taken.delivery.author, {"on": on})
        with self._parts.store.writing() as connection:
            self._parts.deliveries.settle(
                connection, taken, [Outgoing(f"{taken.delivery.key}:note", MESSAGE, word)],
                events=[event])
            self._parts.cases.change(connection, taken.conversation, watch_on=on)

    def reminder(self, taken: Taken) -> None:
        """A watch date has come: ask once whether anything has changed."""
        conversation = self._parts.store.load(taken.conversation)
        title = deal_title(self._parts.advisor.guidance, conversation.deal)
        press = Press(taken.conversation, conversation.version).dump()
        sentence = self._say.say("acts.reminder", title=title or self._say.say("home.untitled"))
        buttons = [button(self._say.say("acts.no_change"), NOTHING_CHANGED, press),
                   button(self._say.say("acts.change"), SOMETHING_CHANGED, press),
                   self._again(press)]
        # Nobody's once whoever asked was erased; a colleague may have set the date since.
        asker = taken.delivery.author
        word = note_to(asker, sentence, buttons) if asker else note(sentence, buttons)
        event = CaseEvent("reminded", asker or None, {"on": taken.delivery.body["on"]})
        # It names the deal, so it goes to the asker alone where outsiders read along, and is not
        # posted where they have come to by then.
        overheard = self._replying.addressing.is_overheard(taken)
        post = Outgoing(f"{taken.delivery.key}:note", MESSAGE, {**word, GUARDED: True},
                        target={"user": asker} if overheard else None)
        posts = [post] if asker or not overheard else []
        with self._parts.store.writing() as connection:
            self._parts.deliveries.settle(connection, taken, posts, events=[event])
            self._parts.cases.change(connection, taken.conversation, watch_on=None)

    def unchanged(self, taken: Taken) -> None:
        """Nothing has changed since: kept, since somebody has looked again.

        The thread is told once for each reminder.
        """
        turn = int(taken.delivery.body["turn"])
        word = note(self._say.say("acts.unchanged"),
                    [self._again(Press(taken.conversation, turn).dump())])
        events = [CaseEvent("unchanged", taken.delivery.author, {"turn": turn})]
        happened = self._parts.cases.happened
        said, reminded = (max((one.seq for one in happened(taken.conversation, kind)), default=0)
                          for kind in ("unchanged", "reminded"))
        if said > reminded:
            self._replying.whisper(taken, word, events)
            return
        self._parts.deliveries.close(
            taken, [Outgoing(f"{taken.delivery.key}:note", MESSAGE, word)], events=events)

    def _again(self, press: str) -> Block:
        return button(self._say.say("acts.look_again"), WATCH, press)
