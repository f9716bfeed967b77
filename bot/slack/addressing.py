"""Who is spoken to, who can read along, and which conversation a message belongs to.

Docs: decision records 16 (outsiders) and 17 (who is spoken to).
"""

from bot.advisor import Said
from bot.dialogue.conversation import Conversation, ConversationId, Going, Message
from bot.dialogue.deal import TELLING_FACTS, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.answering_a_reviewer import unasked
from bot.dialogue.naming import ALL, deciding_which_deal, naming_questions
from bot.queue.cases import Case, UnderWay
from bot.slack.audience import Audience
from bot.slack.notes import note
from bot.slack.parts import Parts
from bot.slack.posts import EPHEMERAL, MESSAGE, UNASKED
from bot.turns.delivery import CaseEvent, Outgoing, Place, Taken
from retrieval.guidance import Guidance

_MEANT_FOR_US = frozenset({
    Intent.DEFINE, Intent.WHY, Intent.ADVISE_NOW, Intent.GO_ON, Intent.MORE_SAFEGUARDS,
    Intent.SHOW_SOURCES, Intent.START_OVER, Intent.VERDICT, Intent.WHAT_IF, Intent.ADOPT,
    Intent.COMPARE, Intent.RED_FLAGS, Intent.STILL_OPEN, Intent.WHAT_IS_KNOWN, Intent.REMEDY,
    Intent.SEND_ON,
})
"""Intents that nobody but us would be told, even by somebody who talks to others."""

_ALSO_ASKED_OF_EACH_OTHER = frozenset({Intent.REMEDY, Intent.STILL_OPEN})
"""Those of them that people also ask each other where they name a part of it."""

_GOES_ON = frozenset({
    Intent.WHY, Intent.ADVISE_NOW, Intent.GO_ON, Intent.MORE_SAFEGUARDS, Intent.SHOW_SOURCES,
    Intent.WHAT_IF, Intent.COMPARE, Intent.RED_FLAGS, Intent.STILL_OPEN, Intent.WHAT_IS_KNOWN,
    Intent.REMEDY, Intent.SEND_ON, Intent.FINDING, Intent.GRAVEST, Intent.NEXT_STEPS,
    Intent.PUT_RIGHT,
})
"""Intents that only make sense about what was said before."""


class Addressing:
    """Decides before anything is answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._say = parts.say

    def is_for_us(self, taken: Taken, case: Case, said: Said) -> bool:
        """Whether a message is said to us, and not by people to each other.

        A mention and a direct message are, and what a reviewer waits for. In the thread of a
        conversation, so is what its last partner says, until somebody else has spoken; after that,
        and from others, only what tells something of the deal or what nobody else could be asked.
        Right behind talk among people a yes, no or "no idea" is of that.
        """
        body = taken.delivery.body
        if body["mentioned"] or body["direct"]:
            return True
        if body.get("to_others"):
            return False  # a delivery kept by a version before this one doesn't say so
        if self._parts.cases.awaits(taken.conversation, taken.delivery.author):
            return True
        partner = self._parts.cases.last_partner(taken.conversation)
        if not case.listening or partner is None:
            # A thread in which we have answered nobody has moved to direct messages.
            return False
        cases, author = self._parts.cases, taken.delivery.author
        if author == partner and not cases.others_spoke(taken.conversation, taken.id, author):
            return True
        aside = cases.last_aside(taken.conversation, taken.id)
        conversation = self._parts.store.load(taken.conversation)
        read = self._parts.advisor.read
        message = read(said, conversation)
        if aside and self._parts.advisor.edition.reader.answers_whoever_asked(
                said.text, conversation):
            message = read(said, unasked(conversation))
        # "What do we put in the contract?" is asked among colleagues as well, and what is only like
        # a request to us may be one to any of them.
        asked_of_us = message.intent in _MEANT_FOR_US and not message.likely and not (
            message.intent in _ALSO_ASKED_OF_EACH_OTHER and message.subject not in {None, ALL})
        return bool(message.heard or message.withdrawn or message.answers_pending or asked_of_us)

    def goes_on_elsewhere(self, taken: Taken, said: Said) -> bool:
        """Whether a new direct message only goes on with the conversation under way.

        In a direct message each line of a person begins a thread. Somebody in a hurry answers
        the question there and not in its thread, takes something back, asks why, or for advice;
        or sends what they tell in several lines. Another deal told at once changes what is known.
        """
        body, delivery = taken.delivery.body, taken.delivery
        if not body["direct"] or not body["root"] or delivery.place is None:
            return False
        last = self._parts.cases.under_way(delivery.team, delivery.author, taken.conversation)
        if last is None or last.opened or not last.state.version:
            return False
        if last.asked and self._answers_a_reviewer(taken, said, last):
            return True
        case, conversation = last.case, last.state
        if not (case.channel or "").startswith("D"):
            return False
        message = self._parts.advisor.read(said, conversation)
        answers = message.answers_pending and _only_answers(message, conversation)
        takes_back = any(conversation.deal.known(fact) & values
                         for fact, values in message.withdrawn.items())
        tells_on = message.going is Going.ON and not any(
            conversation.deal.known(fact) for fact in {*message.heard, *message.retracted})
        if answers or takes_back or tells_on or message.intent is Intent.ADOPT or (
                message.answers_reviewer or (
                    message.intent in _GOES_ON and not message.heard)):
            self._parts.deliveries.move(taken, case.conversation)
            return True
        return False

    def _answers_a_reviewer(self, taken: Taken, said: Said, last: UnderWay) -> bool:
        """Whether a new direct message answers a reviewer, and so was dealt with here.

        The question stands in the thread of the deal, and somebody in a hurry answers below it.
        It counts where they have told of no other deal since it was put, or where it names the
        deal that was asked about and not the one told since. Where several deals wait for an
        answer nobody can tell which one it is of: they are told so, and to write it in the
        thread; nothing of it is kept.
        """
        delivery, reads = taken.delivery, self._parts.advisor.read
        guidance = self._parts.advisor.guidance
        found = [one for one in self._parts.cases.awaited(delivery.team, delivery.author)
                 if one.seq > last.seq or one.case.conversation == last.case.conversation
                 or not last.state.deal.answers
                 or _names(reads(said, one.state, awaited=True), one.state.deal, last.state.deal,
                           guidance)]
        fitting = [one.case.conversation for one in found if _answers(
            reads(said, one.state, awaited=True), one.state.deal, guidance)]
        if len(fitting) == 1 == len(found):
            self._parts.deliveries.move(taken, fitting[0])
        elif len(found) == len(fitting) > 1:
            self._parts.deliveries.close(taken, [Outgoing(
                f"{delivery.key}:which", MESSAGE, note(self._say.say("acts.answer_in_thread")))])
        else:
            return False
        return True

    def moved(self, taken: Taken, case: Case, said: Said) -> bool:
        """Move the answer to a direct message where people from outside can read along.

        Returns whether *taken* has been dealt with here.
        """
        place = taken.delivery.place
        audience = self._audience(taken, case, place)
        if audience is Audience.COLLEAGUES or place is None:
            return False
        author = taken.delivery.author
        private = ConversationId(f"{taken.conversation}:{author}")
        known = self._parts.cases.case(taken.delivery.team, private)
        if known is None and not self.is_for_us(taken, case, said):
            self._parts.deliveries.close(taken, state="aside")
            return True
        notice = Outgoing(
            f"{private}:moved", MESSAGE, note(self._say.say(f"acts.moved_{audience}")),
            target={"channel": place.channel, "thread": place.thread})
        event = CaseEvent("moved", author, {"audience": audience.value, "from": place.channel})
        self._parts.deliveries.move(taken, private, notice, event)
        return True

    def _audience(self, taken: Taken, case: Case, place: Place | None) -> Audience:
        if case.private or place is None or place.channel.startswith("D"):
            return Audience.COLLEAGUES
        if taken.delivery.body.get("shared"):
            return Audience.OUTSIDERS
        return self._parts.audiences.of(place.team, place.channel)

    def is_overheard(self, taken: Taken) -> bool:
        """Whether people from outside have come to read the thread that replies go to."""
        case = self._parts.cases.here(taken)
        if case.private or case.channel is None or case.channel.startswith("D"):
            return False
        if taken.delivery.body.get("shared"):
            return True
        return self._parts.audiences.of(case.team, case.channel) is not Audience.COLLEAGUES

    def overheard(self, taken: Taken) -> bool:
        """Refuse what is done where people from outside have come to read; whether it was.

        Whoever did it is told: unseen by others where they did it in the channel, else directly.
        """
        if not self.is_overheard(taken):
            return False
        case, delivery = self._parts.cases.here(taken), taken.delivery
        there = delivery.body.get("channel") or (delivery.place and delivery.place.channel)
        key, user = f"{delivery.key}:not_here", delivery.author
        if there == case.channel:
            told = Outgoing(key, EPHEMERAL, {**note(self._say.say("acts.not_here")), "user": user})
        else:
            told = Outgoing(key, MESSAGE, note(self._say.say("acts.not_there")),
                            target={"user": user})
        self._parts.deliveries.close(taken, [told])
        return True

    def turned_away(self, taken: Taken) -> bool:
        """Refuse somebody of another organisation, whom we don't advise; whether they were.

        Slack is asked where what it sent doesn't tell, and nobody is advised of whom it says
        nothing.  A word is for whoever speaks to us: others may well talk to each other.  Either
        way whom we answered last in a thread stays as it was.
        """
        body, team, author = taken.delivery.body, taken.delivery.team, taken.delivery.author
        outside = self._parts.audiences.is_outside(
            team, author, body.get("outside", False), str(body.get("organisation") or ""))
        if outside is False:
            return False
        if not (body.get("mentioned", True) or body.get("direct")):
            self._parts.deliveries.close(taken, state="aside")
            return True
        place, pressed_in = taken.delivery.place, body.get("channel")
        target: dict[str, str | None] = {"user": author}
        if place is not None:
            # In a thread without an answer Slack shows nobody a word to one person alone.
            begins = body.get("root", False)
            target = {"channel": place.channel, "thread": None if begins else place.thread}
        elif pressed_in:
            target = {"channel": pressed_in, "thread": self._parts.cases.here(taken).thread}
        sentence = "acts.outside" if outside else "acts.who_unknown"
        self._parts.deliveries.close(taken, [Outgoing(
            f"{taken.delivery.key}:outside", MESSAGE if "user" in target else EPHEMERAL,
            {**note(self._say.say(sentence)), "user": author, UNASKED: bool(outside)},
            target=target)], state="aside",
            events=[CaseEvent("refused_outsider", author)] if outside else [])
        return True


def _only_answers(message: Message, conversation: Conversation) -> bool:
    """Whether *message* tells of nothing but what was asked; of several questions it may be some.

    Who then names something else that is known otherwise speaks of another deal.
    """
    heard, asked = set(message.heard), set(conversation.awaiting())
    return heard == {conversation.pending} or (heard <= asked and all(
        not conversation.deal.known(fact).isdisjoint(values)
        for fact, values in message.topics.items() if fact not in asked))


def _names(message: Message, deal: Deal, other: Deal, guidance: Guidance) -> bool:
    """Whether *message* names *deal* by what tells deals apart, and surely not *other*."""
    told = {fact: values for fact, values in message.topics.items()
            if fact in deciding_which_deal(guidance)}
    return all(not deal.known(fact).isdisjoint(values) for fact, values in told.items()) and any(
        other.known(fact) and other.known(fact).isdisjoint(values)
        for fact, values in told.items())


def _answers(message: Message, deal: Deal, guidance: Guidance) -> bool:
    """Whether *message*, read as an answer to a reviewer of *deal*, is one, and no other deal.

    Another deal names itself: by two of what tells deals apart, or by one and everything else that
    a deal is called by. "It's for the army, not the police" speaks of this one.
    """
    if not message.answers_reviewer:
        return False
    # What is heard of a fact has in it what was known; topics are what the message speaks of.
    others = [fact for fact in deciding_which_deal(guidance) & message.topics.keys()
              if deal.known(fact) and deal.known(fact).isdisjoint(message.topics[fact])]
    whole = {question.fact for question in naming_questions(guidance)} <= message.topics.keys()
    return len(others) < (1 if whole else TELLING_FACTS)
