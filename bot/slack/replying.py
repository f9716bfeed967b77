"""Turns: what people say and press becomes a turn, and its reply the posts that are owed.

Before a message counts, `bot.slack.addressing` settles whether it is for us, who can read along,
and which conversation it belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.advisor import Outcome, Said
from bot.answering.hearing import stands_alone
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.naming import deal_title
from bot.errors import BadInput
from bot.queue.cases import Case
from bot.record.deletions import of_message
from bot.slack.addressing import Addressing
from bot.slack.chosen import Answers
from bot.slack.drawing import Drawing
from bot.slack.inbound import contradiction
from bot.slack.notes import note, quoting
from bot.slack.parts import Parts
from bot.slack.posts import EPHEMERAL, MESSAGE
from bot.slack.rewording import says_otherwise
from bot.slack.unmarking import words
from bot.slack.versions import Versions
from bot.turns.circumstances import Delivered, Where
from bot.turns.delivery import GONE, Act, CaseEvent, Outgoing, Taken
from retrieval.guidance import Fact

Supposed = Mapping[str, list[str]]
"""What is only tried out, by fact."""
_NOT_OFFERED = frozenset({"unknown_fact", "unknown_value", "one_value", "stands_alone"})
"""What is wrong with choices that the release which answers by now does not offer, by its code."""


class Replying:
    """Takes turns for deliveries."""

    def __init__(self, parts: Parts) -> None:
        self.addressing = Addressing(parts)
        self._parts = parts
        self._say = parts.say
        self._versions = Versions(parts.store)
        self.drawing = Drawing(parts, self._versions)

    # --- what was done ----------------------------------------------------------------------

    def message(self, taken: Taken) -> None:
        """Somebody wrote: answer, unless it was not for us or belongs elsewhere."""
        body = taken.delivery.body
        if taken.deleted_at is not None:
            self._gone(taken, taken.deleted_at)
            return
        if self.addressing.turned_away(taken):
            return
        case = self._parts.cases.here(taken)
        self._parts.catching_up.look(taken, case)
        said = self._said(taken, text=str(body["text"]))
        if not said.text and body["mentioned"] and not (body.get("files") or body.get("ours")):
            said = self._said(taken, intent=Intent.GREETING)
        if self.addressing.moved(taken, case, said):
            return
        if said.intent is None and not self.addressing.is_for_us(taken, case, said):
            self._parts.deliveries.close(taken, state="aside")
            return
        if said.intent is None and self.addressing.goes_on_elsewhere(taken, said):
            return
        self.turn(taken, said)

    def _gone(self, taken: Taken, at: datetime) -> None:
        """The message was deleted while it waited: nobody is answered, and nothing of it is kept.

        That it was sent to us and is gone stands in the log.
        """
        said = self._said(taken, text=str(taken.delivery.body["text"]))
        ours = not taken.delivery.body["outside"] and self.addressing.is_for_us(
            taken, self._parts.cases.here(taken), said)
        self._parts.deliveries.close(taken, state=GONE, events=[
            of_message(taken.delivery.key, None, at)] if ours else [])

    def edit(self, taken: Taken) -> None:
        """Somebody changed a message: what it told is told anew, if it told anything."""
        body = taken.delivery.body
        edited = MessageKey(str(body["edits"]))
        # Kept by a version before this one, it doesn't say who we are.
        text = words(str(body["text"]), str(body.get("us") or ""))
        turn = self._parts.store.turn_for(edited)
        there = turn.conversation if turn else self._parts.deliveries.unanswered(
            edited, _refusal_of(edited))
        if there is None or not text:
            self._parts.deliveries.close(taken, state="aside")
            return
        if there != taken.conversation:
            # Its message was answered elsewhere, and so is the edit.
            self._parts.deliveries.move(taken, there)
            return
        if self.addressing.overheard(taken):
            return
        if turn is None:
            # Whoever was told that their message is too long may well shorten it where it stands.
            self.turn(taken, replace(self._said(taken, text=text), key=edited))
            return
        said = self._said(taken, text=text, edits=edited)
        if self._parts.advisor.is_too_long(said):
            self.turn(taken, said)  # which says so
            return
        conversation = self._parts.store.load(taken.conversation)
        message = self._parts.advisor.read(said, conversation)
        if not (message.heard or message.retracted or message.withdrawn):
            # Silence would be taken for a yes by whoever added or changed something.
            if says_otherwise(text, turn.text):
                self.whisper(taken, note(self._say.say("acts.edit_unheard")))
            else:
                self._parts.deliveries.close(taken, state="aside")
            return
        if self.put_aside(taken, since=turn.version):
            return
        self.turn(taken, said)

    def answer(self, taken: Taken) -> None:
        """Choices were sent: the message that asked shows them, and the answer follows."""
        chosen: Answers = taken.delivery.body["answers"]
        if self.addressing.overheard(taken) or self.put_aside(taken):
            return
        wrong = self._wrong(chosen)
        if wrong is not None:
            self.whisper(taken, note(wrong))
            return
        answers = self._of_what_is_open(taken, chosen)
        # All of it was told since: the question that waits is put again.
        said = (self._said(taken, answers=answers) if answers
                else self._said(taken, intent=self._onward(taken.conversation)))
        self.turn(taken, said, before=self.drawing.answered(taken, answers))

    def _of_what_is_open(self, taken: Taken, chosen: Answers) -> Answers:
        """*chosen*, where "I don't know" of all that is left blank takes back nothing told since.

        The message may be an older one, and some of what it asks have been answered in words.
        """
        left = taken.delivery.body.get("left") or ()
        deal = self._parts.store.load(taken.conversation).deal if left else Deal()
        return {fact: values for fact, values in chosen.items()
                if fact not in left or not deal.settled(Fact(fact))}

    def _onward(self, conversation: ConversationId) -> Intent:
        """What goes on with *conversation*: the question that waits, or else a further one."""
        waits = self._parts.store.load(conversation).pending is not None
        return Intent.FILLER if waits else Intent.GO_ON

    def _wrong(self, answers: Answers) -> str | None:
        """Why *answers* can't be taken as they were chosen; None where they can."""
        if not answers:
            return self._say.say("acts.nothing_chosen")
        questions = self._parts.advisor.guidance.questions
        both = contradiction(answers)
        if both is not None:
            question = questions.get(Fact(both))
            return self._say.say(
                "acts.unknown_and", label=both if question is None else question.label)
        for fact, values in answers.items():
            question = questions.get(Fact(fact))
            alone = None if question is None else stands_alone(question, values or ())
            if question is not None and alone is not None:
                return self._say.say("form.alone", label=question.label_of(alone))
        return None

    def steer(self, taken: Taken) -> None:
        """A button that stands for words, or what was picked to be tried out."""
        if self.addressing.overheard(taken):
            return
        body = taken.delivery.body
        supposed: Supposed | None = body.get("supposed")
        # From Home, where no message is pressed on, a thread is resumed with what it holds.
        if (body.get("ts") or supposed is not None) and self.put_aside(taken):
            return
        if supposed is not None:
            self.turn(taken, self._said(taken, supposed=supposed))
            return
        intent = Intent(str(body["intent"]))
        if intent is Intent.GO_ON:
            intent = self._onward(taken.conversation)
        self.turn(taken, self._said(taken, intent=intent))

    def form(self, taken: Taken) -> None:
        """The intake form or a correction was sent."""
        if self.addressing.overheard(taken):
            return
        if taken.delivery.act is Act.CORRECTION and self.put_aside(taken):
            return
        body = taken.delivery.body
        self.turn(taken, self._said(taken, text=str(body["text"]), answers=body["answers"]))

    def put_aside(self, taken: Taken, since: int | None = None) -> bool:
        """Refuse what is done to a deal that was put aside by now; whether it was.

        It would be done to the one that was begun in its place.  *since* is the turn that it is
        done to, unless a press or a form says so.
        """
        turn = int(taken.delivery.body["turn"]) if since is None else since
        gone = self._versions.put_aside(taken.conversation, turn)
        if gone:
            self.whisper(taken, note(self._say.say("acts.put_aside")))
        return gone

    # --- a turn and its posts ---------------------------------------------------------------

    def turn(self, taken: Taken, said: Said, before: Sequence[Outgoing] = ()) -> None:
        """Take the turn and owe its reply, in one transaction; *before* is posted first."""
        parts = self._parts
        case = self._parts.cases.here(taken)
        stands = parts.store.stands(taken.conversation, said.key)
        # Before its first turn it owes no reply.
        unshown = parts.deliveries.outbox.unshown(
            taken.conversation) if stands.conversation.version else None
        carried = self.drawing.carried(taken.conversation, unshown)
        stale = () if unshown is None else unshown.turns

        def along(connection: Connection, outcome: Outcome) -> None:
            posts = [*self._opening(taken, case, outcome), *before,
                     *self._unopened(taken, said, outcome), *self._unread(taken, case, outcome),
                     *self.drawing.posts(taken, case, outcome, carried)]
            parts.deliveries.settle(connection, taken, posts, shown=outcome.before, stale=stale,
                                    first=outcome.conversation.version == 1)
            if parts.looks and outcome.worth_a_look and said.edits is None:
                parts.looks.ask(
                    connection, taken.conversation, outcome.number, taken.delivery.team)

        try:
            parts.advisor.take_turn(
                said, shown=None if unshown is None else unshown.shown, along=along,
                stands=stands)
        except BadInput as error:
            self.reply_with(taken, self._refusal(error, taken))

    def _unopened(self, taken: Taken, said: Said, outcome: Outcome) -> list[Outgoing]:
        """What is said of files that came with a message, before the reply to its words.

        Else a reply that knows nothing of them would be taken for advice on what they hold.  Who
        edits a message that was answered was told so then; who shortens one that wasn't, was not.
        """
        told = self._say.say("lead.about_files")  # by a reply to "see the attached PDF"
        if not taken.delivery.body.get("files") or said.edits is not None or any(
                line.text == told for line in outcome.reply.lead):
            return []
        return [Outgoing(f"{taken.delivery.key}:files", MESSAGE,
                         note(self._say.say("acts.files_unopened")))]

    def _unread(self, taken: Taken, case: Case, outcome: Outcome) -> list[Outgoing]:
        """What is said to whoever points at a message of others, of which nothing is read.

        That is by a link, or by calling us into a thread without telling a deal: "thoughts?" would
        be answered with freedom of thought, and a colleague's deal would seem to be looked at.
        """
        body = taken.delivery.body
        if taken.delivery.act is not Act.MESSAGE:
            return []
        called = body["mentioned"] and not (
            body["direct"] or body.get("root", True) or case.private)
        if body.get("points"):
            sentence = "acts.link_unread"
        elif called and outcome.conversation.version == 1 and not outcome.conversation.deal.answers:
            sentence = "acts.above_unread"
        else:
            return []
        return [Outgoing(f"{taken.delivery.key}:unread", MESSAGE, note(self._say.say(sentence)))]

    def _refusal(self, error: BadInput, taken: Taken) -> str:
        """What is said where a message or a form can't be read."""
        if error.code in _NOT_OFFERED:
            return f"{self._say.say('form.not_a_choice')} {self._say.say('ask.more_choices')}"
        if error.code == "empty":
            body = taken.delivery.body if taken.delivery.act is Act.MESSAGE else {}
            return self._say.say("acts.only_files" if body.get("files") else
                                 "acts.own_forwarded" if body.get("ours") else "acts.no_text")
        return str(error)

    def whisper(
        self, taken: Taken, word: Mapping[str, Any], events: Sequence[CaseEvent] = ()
    ) -> None:
        """Settle with a word to whoever did it, which nobody else sees and which may be lost."""
        case = self._parts.cases.here(taken)
        target = None if case.channel is None else {"channel": case.channel,
                                                    "thread": case.thread}
        post = Outgoing(f"{taken.delivery.key}:note", EPHEMERAL,
                        {**word, "user": taken.delivery.author}, target=target)
        self._parts.deliveries.close(taken, [post], events=events)

    def reply_with(self, taken: Taken, sentence: str) -> None:
        """Answer with a sentence of the bot's own; nothing was said of the deal."""
        post = Outgoing(_refusal_of(taken.delivery.key), MESSAGE, note(sentence))
        opening = self._opening(taken, self._parts.cases.here(taken), None)
        self._parts.deliveries.close(taken, [*opening, post])

    def _opening(self, taken: Taken, case: Case, outcome: Outcome | None) -> list[Outgoing]:
        """The first message of a direct conversation, which says what it is about."""
        if case.thread is not None:
            return []
        body = taken.delivery.body
        if taken.delivery.act in {Act.FORM, Act.CORRECTION}:
            title = "" if outcome is None else deal_title(outcome.guidance,
                                                          outcome.conversation.deal)
            first = quoting(self._say.say("acts.filled_in"), title or str(body["text"]))
        elif body.get("link"):
            first = quoting(self._say.say("acts.asked_about"), str(body["text"]),
                            (self._say.say("acts.this_message"), str(body["link"])))
        else:
            said_in = taken.delivery.place is not None
            sentence = "acts.said_in" if said_in else "acts.asked"
            first = quoting(self._say.say(sentence), str(body.get("text") or ""))
        return [Outgoing(f"{case.conversation}:opening", MESSAGE, first, opens_thread=True)]

    def _said(
        self,
        taken: Taken,
        *,
        text: str = "",
        answers: Answers | None = None,
        supposed: Supposed | None = None,
        intent: Intent | None = None,
        edits: MessageKey | None = None,
    ) -> Said:
        delivery = taken.delivery
        case = self._parts.cases.here(taken)
        return Said(
            key=delivery.key, conversation=taken.conversation,
            author=author_of(delivery.team, delivery.author), sent_at=delivery.sent_at,
            workspace=delivery.team,
            text=text, answers=answers, supposed=supposed, intent=intent, edits=edits,
            alone=case.direct and case.asker == delivery.author,
            where=where_of(taken, case), delivery=delivered(taken))


def _refusal_of(message: str) -> str:
    """Key of the post that says why *message* has no answer."""
    return f"{message}:note"


def where_of(taken: Taken, case: Case) -> Where:
    """Where it was done: a form and a command have no place but their conversation's."""
    delivery, body = taken.delivery, taken.delivery.body
    place = delivery.place
    channel = place.channel if place is not None else body.get("channel") or case.channel
    thread = place.thread if place is not None else body.get("ts") or case.thread
    return Where("slack", delivery.act.value, channel, thread, case.private)


def delivered(taken: Taken) -> Delivered | None:
    """What the turn says of its delivery."""
    if taken.received_at is None:
        return None
    return Delivered(taken.delivery.key, taken.delivery.event_id, taken.received_at, taken.tries)


def author_of(team: str, user: str) -> str:
    """Whom the log names: the person within the workspace."""
    return f"slack:{team}:{user}"
