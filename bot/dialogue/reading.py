"""Read a message without any language model: what it says of the deal, and what it wants.

Layers, each of which may find nothing: the vocabulary (`retrieval.words.lexicon`), the scope of
small words (`bot.dialogue.clauses`), what a model takes each clause to tell
(`retrieval.words.tells`, weighed against the vocabulary in `bot.dialogue.weighing`), the question
that was asked last (`bot.dialogue.answering`), and what is known already, since a correction is not
a second value. Every fact keeps the words it rests on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.dialogue.answering import (
    SHORT_WORDS,
    answers_to,
    answers_whole,
)
from bot.dialogue.answering_a_reviewer import (
    MAY_ANSWER_A_REVIEWER,
    as_answer,
    unasked,
)
from bot.dialogue.asking_back import confirmation
from bot.dialogue.asking_itself import answered_itself
from bot.dialogue.beginning_anew import behind_openings
from bot.dialogue.beside import (
    ASKED,
    OF_WHAT_IS_TOLD,
    blanked,
    question_beside,
    question_in_opening,
)
from bot.dialogue.by_place import parted
from bot.dialogue.conversation import Beside, Conversation, Going, Message, Phase, Spoken, Stretch
from bot.dialogue.cues import cues_of
from bot.dialogue.deal import TELLING_FACTS, Answer, MessageKey
from bot.dialogue.departing import told_of_who_left
from bot.dialogue.intents import Intent
from bot.dialogue.moving import left_behind
from bot.dialogue.naming import deciding_which_deal
from bot.dialogue.passing_on import OtherMatters
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.putting_right import put_right
from bot.dialogue.single_message import STRAY_WORDS, SingleMessages
from bot.dialogue.standing import beside_what_stands
from bot.dialogue.steering import Steering
from bot.dialogue.stretching import (
    Part,
    Whole,
    before,
    begins_relatively,
    follows,
    going_on,
    joined,
    tells_on,
)
from bot.dialogue.understood import (
    OUTRIGHT,
    Mends,
    Strays,
    Understanding,
    Understood,
    as_written,
)
from bot.dialogue.unsaying import unsaid
from bot.dialogue.verdicts import whole
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Strength
from retrieval.words.tells import Tells
from retrieval.words.tokens import words_of

SEAM_WORDS = 8
"""Words on either side of where a message was cut that a name may reach over."""
_CLOSING = frozenset(".!?;,:…")


_TELLS = frozenset({Intent.DESCRIBE, Intent.ADVISE_NOW, Intent.VERDICT})
"""What a telling in several messages may be for, as a whole."""
_MAY_GO_ON = _TELLS | {Intent.ASK, Intent.UNCLEAR, Intent.OUT_OF_SCOPE, Intent.GREETING}
"""What the first of them may seem to be for."""
_TELLING = _TELLS | {Intent.UNCLEAR, Intent.REMARK, Intent.FILLER, Intent.START_OVER}
"""What a message may want that can tell of other matters; who asks for them is answered."""


class PlainReader:
    """Reads messages of one release; holds the compiled vocabulary and the models it was given."""

    def __init__(
        self, guidance: Guidance, tells: Tells | None = None, strays: Strays | None = None,
        mends: Mends = as_written,
    ) -> None:
        """Read with the vocabulary of *guidance*, and with models if there are any.

        What *mends* tells of is read as it was meant, and quoted as it was written.
        """
        self._guidance = guidance
        self._cues = cues_of(guidance)
        self._steering = Steering(guidance, self._cues)
        self._understanding = Understanding(guidance, self._cues, tells, strays, mends)
        self._single = SingleMessages(
            guidance, self._cues, self._steering, self._understanding.lookups,
            self._understanding.of)
        self._other_matters = OtherMatters(guidance, self._cues)
        self.lexicon = self._understanding.lexicon

    def read(
        self,
        text: str,
        conversation: Conversation,
        *,
        key: MessageKey,
        author: str,
        sent_at: datetime,
        awaited: bool = False,
    ) -> Message:
        """What *text* says and wants, said at this point of *conversation*.

        Args:
            text: The words.
            conversation: As the message before left it.
            key: The message's.
            author: Who wrote it.
            sent_at: When.
            awaited: Whether a reviewer has asked its author something that is unanswered.
        """
        message = self._of_whichever(Message(key, author, text, sent_at), conversation, awaited)
        if message.intent in _TELLING:
            understood = self._understanding.of_message(text, conversation)
            message = self._other_matters.beside(
                message, understood.reading, understood.clauses, conversation.awaiting())
        if message.intent is Intent.START_OVER:
            return message
        stood = conversation
        if message.going is Going.ON and conversation.stretch is not None:
            # What one telling says in several parts is weighed as one.
            stood = before(conversation, conversation.stretch, self._guidance)
        heard = beside_what_stands(
            message.heard, stood.deal.without(message.retracted), self._guidance)
        gone, doubted = told_of_who_left(conversation.deal, heard, self._guidance)
        return replace(message, heard={**heard, **doubted}, retracted=message.retracted | gone)

    def _of_guidance(self, message: Message, conversation: Conversation) -> Message:
        """*message* with what it says and wants, as far as the guidance speaks of it."""
        text, author, sent_at = message.text, message.author, message.sent_at
        anew = self._anew(message, conversation)
        if anew is not None or self._is_of_the_announced(message, conversation):
            return anew or replace(message, intent=Intent.OTHER_DEAL)
        beside = self._beside(message, conversation)
        if beside is not None:
            return beside
        righted = put_right(
            self._understanding.of_message(text, conversation), message, conversation,
            self._guidance, self._cues, self._understanding.of, self._single.read)
        if righted is not None:
            return righted
        itself = answered_itself(
            self._understanding.of_message(text, conversation), message, conversation,
            self._guidance, self._single.subjects, self._cues, self._understanding.of,
            self._single.read) if conversation.deal.answers and "?" in text else None
        if itself is not None:
            return itself
        stretch = conversation.stretch
        if stretch is not None and follows(stretch, author, sent_at, text):
            gone_on = self._going_on(message, stretch, conversation)
            if gone_on is not None:
                return gone_on
        understood = self._understanding.of_message(text, conversation)
        said = self._single.read(understood, message, conversation)
        matter = understood.reading.text.strip()
        said = self._with_question(said, understood, conversation)
        begins = bool(text.strip()) and said.intent in _MAY_GO_ON
        return replace(said, going=Going.BEGINS if begins else Going.ALONE,
                       matter="" if matter == text.strip() else matter)

    def _of_whichever(
        self, message: Message, conversation: Conversation, awaited: bool
    ) -> Message:
        """*message* as the answer to a reviewer if it is one, else as said to us."""
        stretch = conversation.stretch
        if stretch is not None and stretch.answers_reviewer and not awaited:
            read = self._of_guidance(message, replace(conversation, stretch=None))
            if read.heard or read.retracted or read.withdrawn or not follows(
                    stretch, message.author, message.sent_at, message.text):
                return read
            awaited = True
        answer = self._for_a_reviewer(message, conversation) if awaited else None
        return answer or self._of_guidance(message, conversation)

    def _for_a_reviewer(
        self, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* as the answer to a reviewer; None if it wants something of us instead.

        It tells what it tells whatever was asked, and nothing for being an answer to our question.
        What names nothing that we know is no question on the texts: a name answers "who?".
        """
        asked = unasked(conversation)
        read = self._of_guidance(message, asked)
        if read.intent in {Intent.ASK, Intent.NEXT_STEPS}:
            understood = self._understanding.of_message(message.text, asked)
            if self._wants_of_us(understood, asked):
                return None
        elif read.intent not in MAY_ANSWER_A_REVIEWER:
            return None
        return as_answer(read, self._guidance)

    def _wants_of_us(self, understood: Understood, conversation: Conversation) -> bool:
        """Whether it asks something by its form, its phrases or the name of a provision."""
        reading, clauses, steering = understood.reading, understood.clauses, self._steering
        return (self._single.looks_up(understood, conversation) is not None
                or steering.requests.request(reading, conversation)[0] is not None
                or steering.asks(reading, clauses, conversation)
                or steering.wondering.only_asks(
                    reading, clauses, understood.told(), conversation))

    def _anew(self, message: Message, conversation: Conversation) -> Message | None:
        """*message* as one that begins by leaving the deal at hand; None if it does not."""
        if not conversation.deal.answers:
            return None
        reading = self._understanding.of_message(message.text, conversation).reading
        if not self._steering.may_leave_the_deal(reading):
            return None
        for first, last, begin in behind_openings(reading):
            opening = self._understanding.of(reading.text[first:last]).reading
            if self._steering.starts_over(opening):
                told = self._single.read(self._understanding.of(blanked(reading.text, (0, begin))),
                                         message, Conversation(conversation.id))
                # "A clean slate, as far as we know" is an answer, and leaves no deal.
                return replace(told, intent=Intent.START_OVER) if (
                    len(told.heard) >= TELLING_FACTS) else None
            wants, _ = self._steering.requests.request(opening, conversation)
            if wants is Intent.OTHER_DEAL:
                return replace(message, intent=wants)
        return None

    def _is_of_the_announced(self, message: Message, conversation: Conversation) -> bool:
        """Whether *message* tells the deal that the one before announced: "new deal".

        It names at least two of what deals are told apart by, and nothing of the deal at hand.
        """
        deal, topic = conversation.deal, conversation.topic
        if not deal.answers or not topic or conversation.stretch is not None:
            return False
        if not self._steering.requests.announces_another(self._understanding.of(topic).reading):
            return False
        told = self._single.read(
            self._understanding.of_message(message.text, conversation), message,
            Conversation(conversation.id)).heard
        named = {fact: answer.values for fact, answer in told.items()
                 if answer.values and fact in deciding_which_deal(self._guidance)}
        return len(named) >= TELLING_FACTS and all(
            values.isdisjoint(deal.known(fact)) for fact, values in named.items())

    def _beside(self, message: Message, conversation: Conversation) -> Message | None:
        """*message* as one that tells something of the deal and asks something else beside it.

        None if it does only one of them.  A first message that ends in "what do we have to look
        at?" asks for nothing but the advice on what it tells.
        """
        if not conversation.deal.answers or "?" not in message.text:
            return None
        understood = self._understanding.of_message(message.text, conversation)
        reading = understood.reading
        span = question_beside(
            reading, understood.clauses, self._cues, self._steering.is_question)
        if span is None:
            return None
        told = self._single.read(
            self._understanding.of(blanked(reading.text, span)), message, conversation)
        if told.intent is not Intent.DESCRIBE or not (told.heard or told.retracted):
            return None
        words = message.text[slice(*span)]
        asked = self._single.read(
            self._understanding.of(words), replace(message, text=words), conversation)
        if asked.intent in OF_WHAT_IS_TOLD and not asked.heard:
            return told
        if asked.intent not in ASKED or asked.heard or words != reading.text[slice(*span)]:
            return None
        entry = asked.subject if asked.intent is Intent.DEFINE else None
        return replace(told, beside=Beside(
            *span, asked.intent, entry, {**told.topics, **asked.topics}))

    def _with_question(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message:
        """*said*, which opens a conversation, with the question that it puts beside the deal.

        Everything that it tells is kept.  The question is searched with all of it, since "does
        that count" names nothing; what wants something that the texts are silent on is left out.
        """
        if conversation.phase is not Phase.NEW:
            return said
        reading = understood.reading
        if said.intent is Intent.DEFINE:
            return self._deal_beside(said, understood, conversation) or said
        if said.intent is not Intent.DESCRIBE or not said.heard:
            return said
        span = question_in_opening(
            reading, understood.clauses, self._cues, self._steering.wondering.is_question)
        if span is None or reading.text != said.text:
            return said
        words = reading.text[slice(*span)]
        asked = self._single.read(
            self._understanding.of(words), replace(said, text=words), conversation)
        if asked.intent is Intent.DEFINE:
            return replace(said, beside=Beside(
                *span, asked.intent, asked.subject, {**said.topics, **asked.topics}))
        if asked.intent not in {Intent.ASK, Intent.DESCRIBE, Intent.WHY}:
            return said
        text = reading.text.strip()
        astray = len(words.split()) >= STRAY_WORDS and understood.strays(words) > 0
        if astray or understood.strays(text) > 0:
            return said
        return replace(said, beside=Beside(0, len(said.text), Intent.ASK, None, said.topics))

    def _deal_beside(
        self, said: Message, understood: Understood, conversation: Conversation
    ) -> Message | None:
        """The deal that *said* tells beside what it wants to have defined; None without one."""
        reading = understood.reading
        span = question_beside(
            reading, understood.clauses, self._cues, self._steering.is_question)
        if span is None or reading.text != said.text:
            return None
        told = self._single.read(
            self._understanding.of(blanked(reading.text, span)),
            Message(said.key, said.author, said.text, said.sent_at), conversation)
        if told.intent is not Intent.DESCRIBE or len(told.heard) < TELLING_FACTS:
            return None
        return replace(told, beside=Beside(*span, said.intent, said.subject, told.topics))

    def _going_on(
        self, message: Message, stretch: Stretch, conversation: Conversation
    ) -> Message | None:
        """*message* read together with what it goes on from; None if it stands by itself."""
        part = Spoken(message.key, message.text)
        mine = self._understanding.matter(message.text)
        alone = self._understanding.of(mine)
        relative = begins_relatively(stretch.parts[-1].text, alone.reading.tokens, self._cues)
        if not relative and self._stands_alone(alone, conversation):
            return None
        whole = self._whole([*stretch.parts, part])
        then = before(conversation, stretch, self._guidance)
        understood = self._understanding.of(whole.text)
        if not relative and self._answers_alone(alone, conversation, message.key) and not (
                tells_on(understood.told() or (), whole, conversation)):
            return None
        read = self._single.read(understood, replace(message, text=whole.text), then)
        if not (read.heard or read.retracted) or read.intent not in _TELLS:
            return None
        finished = [one.key for one in stretch.parts
                    if answers_whole(words_of(one.text), self._cues)]
        said = self._single.read(alone, message, conversation)
        spoken_of = alone.speaks_of()
        # What is only guessed at in words that say nothing of it, for the company they keep, is
        # not taken: "AMISOM", behind what tells of jammers, is no product.
        guesses = frozenset(
            fact for fact, answer in read.heard.items()
            if answer.guessed and fact not in spoken_of
            and (conversation.deal.answered(fact) or not self._raises(fact, answer)))
        read = replace(read, heard={f: a for f, a in read.heard.items() if f not in guesses})
        cut = self._cut_in_a_name(stretch.parts[-1].text, mine)
        told = going_on(
            read, whole, then, conversation,
            Part(part, said.heard if said.intent in _TELLS else {}, spoken_of, cut),
            finished, self._last_clause(stretch.parts[-1].text), self._guidance,
            left_behind(then.deal, read, self._guidance))
        if not cut and all(left_behind(conversation.deal, one, self._guidance)
                           for one in (told, said)):
            return None  # what was found of the country before goes with it
        told = replace(told, topics=alone.reading.by_fact(), subject=None)
        if told.heard or told.retracted:
            return replace(told, intent=Intent.DESCRIBE) if (
                conversation.phase is not Phase.NEW and told.intent is Intent.VERDICT) else told
        words = len(alone.reading.tokens.words)
        asks = self._steering.asks(alone.reading, alone.clauses, conversation)
        return None if asks or words <= SHORT_WORDS else replace(told, intent=Intent.FILLER)

    def _raises(self, fact: Fact, answer: Answer) -> bool:
        """Whether *answer* raises a flag by itself."""
        return has_poles(self._guidance.questions[fact]) and not (
            answer.values or frozenset()).isdisjoint(graver(self._guidance, fact))

    def _stands_alone(self, part: Understood, conversation: Conversation) -> bool:
        """Whether *part* steers, corrects or asks by itself, whatever came before it."""
        reading, clauses = part.reading, part.clauses
        steering = self._steering
        if (self._single.looks_up(part, conversation) is not None
                or steering.wondering.only_asks(reading, clauses, part.told(), conversation)
                or steering.requests.request(reading, conversation)[0] is not None
                or steering.starts_over(reading)
                or steering.stated(reading, conversation)[0] is not None
                or self._steering.supposes(reading, clauses) or clauses.corrections
                or (conversation.supposed and self._steering.adopts(reading))):
            return True
        if any(m.value in conversation.deal.known(m.fact) and clauses.denied(m)
               for m in reading.mentions) or unsaid(
                   reading, clauses, conversation.deal, self._cues):
            return True
        return not any(m.strength.is_firm for m in reading.mentions) and (
            steering.asks(reading, clauses, conversation) or steering.is_filler(reading))

    def _answers_alone(
        self, part: Understood, conversation: Conversation, key: MessageKey
    ) -> bool:
        """Whether *part* answers what is asked, whatever came before it."""
        reading, clauses, awaiting = part.reading, part.clauses, conversation.awaiting()
        questions = [self._guidance.questions[fact] for fact in awaiting]
        if len(questions) > 1 and (self._single.together.of(part, awaiting) or parted(
                questions, reading, self._cues, self._single.subjects)):
            return True
        if any(m.strength.is_firm for m in reading.mentions):
            return False
        if awaiting:
            short = len(reading.tokens.words) <= SHORT_WORDS
            asked = {m.fact for m in reading.mentions if m.strength is Strength.ASKED}
            if (short and (not asked.isdisjoint(awaiting) or confirmation(
                    conversation.deal, questions, reading, (), self._cues, key))) or answers_to(
                    questions, reading, clauses, self._cues, key, (), self._single.subjects):
                return True
        return False

    def _whole(self, parts: Sequence[Spoken]) -> Whole:
        """*parts* as one text: a clause that was cut in two is whole again."""
        read = [(part, self._understanding.matter(part.text)) for part in parts]
        seams = [self._seam(one.strip(), other.strip())
                 for (_, one), (_, other) in pairwise(read)]
        return joined(read, seams)

    def _seam(self, one: str, other: str) -> str:
        """What stands between two parts: a blank where they are of one clause, or end one.

        A word of answer ends its sentence: "no", and then "court order needed".
        """
        if one[-1:] not in _CLOSING and whole(words_of(one), self._cues):
            return ". "
        return " " if one[-1:] in _CLOSING or self._cut_in_a_name(one, other) else "\n"

    def _cut_in_a_name(self, one: str, other: str) -> bool:
        """Whether a name begins at the end of *one* and goes on in *other*."""
        end = " ".join(one.split()[-SEAM_WORDS:])
        both = self.lexicon.find(f"{end} {' '.join(other.split()[:SEAM_WORDS])}")
        return any(
            both.tokens[m.first].start < len(end) < both.tokens[m.last - 1].end
            for m in both.mentions if m.strength in OUTRIGHT)

    def _last_clause(self, text: str) -> int:
        """Where the last clause of *text* begins, in characters."""
        part = self._understanding.of(text)
        tokens = part.reading.tokens
        last = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].is_word), None)
        if last is None:
            return len(text)
        return tokens[part.clauses.positions((last, last + 1)).start].start
