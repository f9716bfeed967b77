"""A first message that tells a deal and wants something else beside it.

"Drones for the police in Chad. Can I tell them yes?" wants a verdict, "… do I need a licence?" what
the texts are silent on, and "… does training count?" what they answer.  Read as one, the question
would be taken for all of it, and the deal be lost.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import Beside, Conversation, Message, Phase
from bot.dialogue.deal import TELLING_FACTS
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import (
    blanked,
    names_something,
    parts_of,
    question_beside,
    question_in_opening,
)
from bot.dialogue.messages.purpose import STRAY_WORDS
from bot.dialogue.messages.single_message import SingleMessages
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact, Guidance, QuestionKind, Role
from retrieval.words.mentions import Reading
from retrieval.words.phrases import ARTICLES
from retrieval.words.tokens import Tokens, tokenise

FAR_ASTRAY = 0.3
"""How far astray a question of one word of its own is that the texts are surely silent on."""
DEAL_FACTS = 3
"""Fewest facts that are kept as a deal where the message as a whole is for something else."""
_LOSES_THE_DEAL = frozenset({
    Intent.ASK, Intent.HELP, Intent.OUT_OF_SCOPE, Intent.UNCLEAR, Intent.VERDICT})
"""What a message may seem to want as a whole although it tells a deal."""
_OF_THE_ADVICE = frozenset({
    Intent.RED_FLAGS, Intent.STILL_OPEN, Intent.NEXT_STEPS, Intent.WHAT_IS_KNOWN,
    Intent.MORE_SAFEGUARDS, Intent.GO_ON})
"""Requests that the advice on the deal answers by itself."""
MOST_READ_AGAIN = 5_000
"""Most tokens that are read again without a part of them, all parts together."""
_RATHER_SEARCHED = frozenset({Intent.GRAVEST, Intent.REMEDY, Intent.VERDICT})
"""The same, though the texts answer it better where they can: "they host it, is that worse"."""


class OpeningQuestions:
    """Finds what first messages want beside the deal they tell, with the phrases of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        single: Reads a message by itself.
        of: Takes a text apart.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        single: SingleMessages,
        of: TakeApart,
    ) -> None:
        self._questions = guidance.questions
        self._cues = cues
        self._steering = steering
        self._single = single
        self._of = of

    def beside(self, said: Message, understood: Understood, conversation: Conversation) -> Message:
        """*said*, if it opens *conversation*, with what it wants beside the deal that it tells.

        Everything that it tells is kept.

        Args:
            said: The message, as read by itself.
            understood: Its matter.
            conversation: What it is said in.
        """
        if conversation.phase is not Phase.NEW or understood.reading.text != said.text:
            return said
        if said.intent is Intent.DEFINE:
            return self._beside_a_definition(said, understood, conversation) or said
        if said.intent is Intent.DESCRIBE and said.heard:
            return self._requested(said, understood, conversation) or self._asked(
                said, understood, conversation)
        if said.intent in _LOSES_THE_DEAL and not said.heard and _may_tell(understood):
            return self._requested(said, understood, conversation) or self._astray(
                said, understood, conversation) or said
        return said

    def _requested(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """*said* with the request of a deal that a part of it is: "…, can we go ahead?"."""
        reading = understood.reading
        for sentence in understood.clauses.sentences() if said.heard else ():
            for part in parts_of(reading, sentence, self._cues):
                if self._steering.requests.lets_know(reading, part):
                    return replace(said, beside=Beside(
                        *_characters(reading, part), Intent.VERDICT, None, said.topics))
        for span in self._unnamed_parts(understood) if said.heard else self._tried(understood):
            told = said if said.heard else self._told(said, understood, span, conversation)
            if told is None:
                continue
            words = reading.text[slice(*span)]
            request = Reading(words, Tokens(tokenise(words)), ())
            dealing = replace(conversation, phase=Phase.ADVISED,
                              deal=conversation.deal.with_answers(told.heard))
            wants, subject = self._steering.requests.request(request, dealing)
            if wants is None:
                wants, subject = self._steering.stated(request, dealing)
            if wants is Intent.VERDICT and self._steering.requests.asks_for_thoughts(request):
                return told  # "… thoughts?" has its answer in the advice, and asks for no leave
            if wants is Intent.HELP or (
                    wants is Intent.VERDICT and self._wants_leave(request, dealing)):
                return replace(told, beside=Beside(*span, wants, subject, told.topics))
            if wants in _OF_THE_ADVICE or (wants in _RATHER_SEARCHED and not said.heard):
                return told
        return None

    def _wants_leave(self, reading: Reading, dealing: Conversation) -> bool:
        requests = self._steering.requests
        return requests.wants_leave(reading) or (
            self._steering.stated(reading, dealing)[0] is Intent.VERDICT)

    def _astray(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """The deal that *said* tells, which is for something that the texts are silent on."""
        for span in self._tried(understood):
            told = self._told(said, understood, span, conversation)
            if told is None:
                continue
            words = understood.reading.text[slice(*span)]
            defining = self._defining(told, self._by_itself(said, words, conversation), span)
            if defining is not None or len(told.heard) >= DEAL_FACTS:
                return defining or _besides(told)
        return self._told_behind(said, understood, conversation) or self._told_in_one(
            said, understood, conversation)

    def _told_behind(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """The deal that sentences tell behind the question that *said* opens with.

        "Need to send the quote, ok? Cctv for the police in Chad" names how far the deal is in its
        question.
        """
        first, *behind = understood.clauses.sentences()
        if not behind or not self._steering.questions.is_question(understood.reading, first):
            return None
        reading, span = understood.reading, _characters(understood.reading, first)
        told = self._told(said, understood, span, conversation)
        if told is None or len(told.heard) < DEAL_FACTS:
            return None
        if self._steering.requests.ends_in_leave(reading.tokens[slice(*first)]):
            return replace(told, beside=Beside(*span, Intent.VERDICT, None, told.topics))
        return _besides(told)

    def _told_in_one(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """The deal that *said* tells in the same clause as what the texts are silent on.

        "An invoice for 9 drones for border police in Ghana" names all of a deal, and "weather
        stations for the met office in Fiji" who gets what, and where: what that can do is asked.
        A question that the texts are silent on tells nothing.
        """
        reading = understood.reading
        if self._steering.questions.opens_asking(reading, understood.clauses) and not (
                self._cues.starts("asks_of_us", reading.tokens)):
            return None
        # Who is in the middle of a deal strays from nothing.
        told = self._single.read(
            understood, Message(said.key, said.author, said.text, said.sent_at),
            replace(conversation, phase=Phase.ADVISED))
        whole = len(told.heard) >= DEAL_FACTS or self._goes_to_somebody(reading, told.heard)
        if told.intent is not Intent.DESCRIBE or not whole:
            return None
        # What a customer wants is told, and asks nothing of us: "they want the source code".
        asks_nothing = "?" not in reading.text and self._cues.find("customer_wants", reading.tokens)
        return told if asks_nothing else _besides(told)

    def _goes_to_somebody(self, reading: Reading, heard: Collection[Fact]) -> bool:
        """Whether something unnamed goes to an end-user in a country, of which both are *heard*.

        "Desks for the interior ministry in Laos" does; a price list or a meeting goes to nobody.
        """
        place = any(self._questions[fact].kind is QuestionKind.COUNTRY for fact in heard)
        users = [m for m in reading.mentions if m.strength.is_firm and m.fact in heard
                 and self._questions[m.fact].role is Role.END_USER]
        if not place or not users:
            return False
        first = min(m.first for m in users)
        before = [t for t in reading.tokens[:first] if t.norm not in ARTICLES]
        return (len(before) > 1 and before[-1].norm in self._cues.words("goes_to")
                and not self._cues.find("is_paperwork", before)
                and not self._cues.find("is_a_chore", before))

    def _asked(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message:
        """*said* with the question that it puts beside the deal.

        The question is searched by itself and with all of the message, since "does that count"
        names nothing.  What wants something that the texts are silent on is said to: who asks for
        a tariff code beside a deal would take the advice for the answer.
        """
        reading = understood.reading
        text = reading.text.strip()
        if self._steering.requests.has_it_checked(reading):
            return said
        astray = len(text.split()) >= STRAY_WORDS and understood.strays(text) > 0
        whole = replace(said, beside=Beside(0, len(said.text), Intent.ASK, None, said.topics))
        told = not _hardly_tells(said)
        span = question_in_opening(reading, understood.clauses, self._cues,
                                   self._steering.wondering.is_question, advised=told)
        if span is None:
            name = self._bare_question(understood)
            if name is not None:
                return replace(said, beside=Beside(*name, Intent.ASK, None, said.topics))
            # A deal alone may stray a little, and asks nothing; nor does what a customer wants.
            return whole if astray and any(
                not self._cues.find("customer_wants", tokenise(reading.text[slice(*part)]))
                for part in self._unnamed_parts(understood)) else said
        words = reading.text[slice(*span)]
        asked = self._by_itself(said, words, conversation)
        defining = self._defining(said, asked, span)
        if defining is not None or not told:
            return defining or whole
        if asked.intent not in {Intent.ASK, Intent.DESCRIBE, Intent.WHY} and not (
                astray and asked.intent is Intent.OUT_OF_SCOPE):
            return said
        # Few words stray by chance ("who signs"), but not as far as "what's the margin" does.
        if not names_something(words, self._cues) and understood.strays(words) < FAR_ASTRAY:
            return whole
        return replace(said, beside=Beside(*span, Intent.ASK, None, said.topics))

    def _by_itself(self, said: Message, words: str, conversation: Conversation) -> Message:
        """The *words* of *said* as they are read where nothing stands beside them."""
        return self._single.read(self._of(words), replace(said, text=words), conversation)

    def _defining(
        self, told: Message, asked: Message, span: tuple[int, int]
    ) -> Message | None:
        """*told* with what is *asked* in *span* to be defined; None where that is none.

        However far from the texts "what is the GNI?" lies, the glossary has it.
        """
        if asked.intent is not Intent.DEFINE:
            return None
        return replace(told, beside=Beside(
            *span, asked.intent, asked.subject, {**told.topics, **asked.topics}))

    def _bare_question(self, understood: Understood) -> tuple[int, int] | None:
        """The one word behind all else that asks for what the texts are silent on: "… ECCN?"."""
        reading = understood.reading
        first, last = understood.clauses.sentences()[-1]
        words = [t for t in reading.tokens[first:last] if t.is_word]
        if len(words) != 1 or reading.tokens[last - 1].norm != "?" or any(
                m.strength.is_firm and first < m.last for m in reading.mentions):
            return None
        span = _characters(reading, (first, last))
        return span if understood.strays(reading.text[slice(*span)]) > 0 else None

    def _beside_a_definition(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """The deal that *said* tells beside what it wants to have defined; None without one."""
        span = question_beside(understood.reading, understood.clauses, self._cues,
                               self._steering.questions.is_question)
        told = None if span is None else self._told(said, understood, span, conversation)
        return None if span is None or told is None else replace(
            told, beside=Beside(*span, said.intent, said.subject, told.topics))

    def _told(
        self,
        said: Message,
        understood: Understood,
        span: tuple[int, int],
        conversation: Conversation,
    ) -> Message | None:
        """What *said* tells beside the characters of *span*; None where that is no deal."""
        told = self._single.read(
            self._of(blanked(understood.reading.text, span)),
            Message(said.key, said.author, said.text, said.sent_at), conversation)
        deals = told.intent is Intent.DESCRIBE and len(told.heard) >= TELLING_FACTS
        return told if deals else None

    def _tried(self, understood: Understood) -> Iterator[tuple[int, int]]:
        """The first of the parts that name nothing, for whoever reads all else again without each.

        So many as together take no longer than a long message: "?! ?! …" has thousands.
        """
        tokens = understood.reading.tokens
        return islice(self._unnamed_parts(understood), max(1, MOST_READ_AGAIN // len(tokens)))

    def _unnamed_parts(self, understood: Understood) -> Iterator[tuple[int, int]]:
        """Where in the text parts stand that name nothing of a deal, the longest first."""
        reading = understood.reading
        named = {i for m in reading.mentions if m.strength.is_firm
                 for part in m.parts for i in range(*part)}
        for sentence in understood.clauses.sentences():
            for part in parts_of(reading, sentence, self._cues):
                if named.isdisjoint(range(*part)):
                    yield _characters(reading, part)
                    break


def _may_tell(understood: Understood) -> bool:
    """Whether anything in it names so much as a deal has: to read the rest takes another pass."""
    named = {m.fact for m in understood.reading.mentions if m.strength.is_firm}
    heard = {one.fact for one in understood.told() or () if one.chance >= SURE}
    return len(named | heard) >= TELLING_FACTS


def _hardly_tells(said: Message) -> bool:
    """Whether one guess is all that *said* tells: the advice on that answers no question.

    "We have 40 risks on the list, where do I begin" may be of no deal at all.
    """
    return len(said.heard) == 1 and not any(one.sure for one in said.heard.values())


def _besides(told: Message) -> Message:
    """*told*, of which the whole text is for something that the texts are silent on."""
    return replace(told, beside=Beside(
        0, len(told.text), Intent.OUT_OF_SCOPE, None, told.topics))


def _characters(reading: Reading, span: Span) -> tuple[int, int]:
    return reading.tokens[span[0]].start, reading.tokens[span[1] - 1].end
