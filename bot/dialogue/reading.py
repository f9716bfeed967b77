"""Read a message without any language model: what it says of the deal, and what it wants.

Layers, each of which may find nothing: the vocabulary (`retrieval.words.lexicon`), the scope of
small words (`bot.dialogue.small_words.clauses`), what a model takes each clause to tell
(`retrieval.words.tells`, weighed against the vocabulary in `bot.dialogue.claims.weighing`), the
question that was asked last (`bot.dialogue.answers.answering`), and what is known already, since a
correction is not a second value. Every fact keeps the words it rests on.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.dialogue.claims.departing import told_of_who_left
from bot.dialogue.claims.excepting import excepted_afterwards, with_exceptions
from bot.dialogue.claims.provisos import less_sure
from bot.dialogue.claims.said_of_another import answered_of_another
from bot.dialogue.claims.said_too_little import less_said
from bot.dialogue.claims.same_words import half_heard_with
from bot.dialogue.claims.standing import beside_what_stands
from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.deal import TELLING_FACTS, Answer, Deal, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.messages.answering_a_reviewer import (
    MAY_ANSWER_A_REVIEWER,
    as_answer,
    unasked,
)
from bot.dialogue.messages.asked_in_opening import OpeningQuestions
from bot.dialogue.messages.asking_by_name import without
from bot.dialogue.messages.asking_itself import AskingItself
from bot.dialogue.messages.beginning_anew import behind_openings
from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.beside_courtesies import beside_courtesies
from bot.dialogue.messages.by_likeness import ByLikeness
from bot.dialogue.messages.continuing import MAY_GO_ON, TELLS, Continuing
from bot.dialogue.messages.no_capability import without_capability
from bot.dialogue.messages.own_names import OwnNames, quoting
from bot.dialogue.messages.passing_on import other_matters_of
from bot.dialogue.messages.putting_right import PuttingRight
from bot.dialogue.messages.replied_to import read_in, sections
from bot.dialogue.messages.single_message import SingleMessages
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.stretching import before, follows
from bot.dialogue.messages.telling_and_asking import TellingAndAsking
from bot.dialogue.messages.two_options import TwoOptions
from bot.dialogue.messages.understood import Mends, Strays, Understanding, Understood, as_written
from bot.dialogue.naming import deciding_which_deal
from bot.dialogue.refining import named_before, unrefined
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.ticks import bare_with_ticks, less_ticked
from retrieval.guidance import Fact, Guidance
from retrieval.words.requests import Hears
from retrieval.words.suppositions import Supposes
from retrieval.words.suppositions import never as nothing_supposed
from retrieval.words.tells import Tells
from retrieval.words.unknowns import SoundsUnknown
from retrieval.words.unknowns import never as nothing_unknown

_TELLING = TELLS | {Intent.UNCLEAR, Intent.REMARK, Intent.FILLER, Intent.START_OVER}
"""What a message may want that can tell of other matters; who asks for them is answered."""


class PlainReader:
    """Reads messages of one release; holds the compiled vocabulary and the models it was given."""

    def __init__(
        self, guidance: Guidance, tells: Tells | None = None, strays: Strays | None = None,
        mends: Mends = as_written, requests: Hears | None = None,
        supposes: Supposes = nothing_supposed, sounds_unknown: SoundsUnknown = nothing_unknown,
    ) -> None:
        """Read with the vocabulary of *guidance*, and with models if there are any.

        What *mends* tells of is read as it was meant, and quoted as it was written.  What asks for
        nothing by any phrase may be one of the *requests* that a model hears, what *supposes*
        says to suppose something tells nothing, and what *sounds_unknown* answers "I don't know".
        """
        self._guidance = guidance
        self._by_likeness = ByLikeness(guidance, requests, sounds_unknown)
        self._cues = cues_of(guidance)
        self._steering = Steering(guidance, self._cues, supposes)
        self._understanding = Understanding(guidance, self._cues, tells, strays, mends)
        self._single = SingleMessages(
            guidance, self._cues, self._steering, self._understanding.lookups,
            self._understanding.of)
        self._opening = OpeningQuestions(
            guidance, self._cues, self._steering, self._single, self._understanding.of)
        self._continuing = Continuing(
            guidance, self._cues, self._steering, self._understanding, self._single)
        self._putting_right = PuttingRight(
            guidance, self._cues, self._understanding.of, self._single.read)
        self._itself = AskingItself(guidance, self._single.subjects, self._cues,
                                    self._understanding.of, self._single.read)
        self._telling_and_asking = TellingAndAsking(
            self._cues, self._steering, self._understanding.of, self._single.read)
        self._options = TwoOptions(guidance, self._cues, self._steering, self._understanding.of)
        self._own_names = OwnNames(guidance, self._cues, self._understanding.of)
        self._other_matters = other_matters_of(guidance)
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
        understood = self._understanding.of_message(text, conversation)
        if message.intent in _TELLING or self._only_says(message, understood, conversation):
            message = self._other_matters.beside(
                message, understood.reading, understood.clauses, conversation.awaiting())
            message = replace(message, heard=self._less_certain(message, understood, conversation))
            if understood.ticks and message.heard:
                message = replace(
                    message, heard=self._less_ticked(message, understood, conversation))
        message = self._by_likeness.read(message, understood.told() or (), conversation)
        message = without_capability(message, understood, conversation, self._guidance)
        if message.intent is Intent.START_OVER:
            return message
        stood = conversation
        if message.going is Going.ON and conversation.stretch is not None:
            # What one telling says in several parts is weighed as one.
            stood = before(conversation, conversation.stretch, self._guidance)
        heard = beside_what_stands(
            message.heard, stood.deal.without(message.retracted), self._guidance)
        gone, doubted = told_of_who_left(conversation.deal, heard, self._guidance)
        gone |= half_heard_with({**heard, **doubted}, stood.deal, self._guidance)
        told = {**heard, **doubted}
        told = {**self._by_itself(told, conversation.deal), **told}
        gone |= unrefined(self._guidance, conversation.deal, conversation.deal.with_answers(told))
        return replace(message, heard=told, retracted=message.retracted | (gone - told.keys()),
                       supposed={**self._by_itself(message.supposed, conversation.deal),
                                 **message.supposed})

    def _less_certain(
        self, message: Message, understood: Understood, conversation: Conversation
    ) -> Mapping[Fact, Answer]:
        """What *message* tells, less what it takes from that by an exception or a condition."""
        at, key = understood.utterance, message.key
        heard = with_exceptions(
            message.heard, at, told=understood.told() or (), deal=conversation.deal, key=key)
        return less_said(less_sure(answered_of_another(heard, at, key), at, key), at, key)

    def _less_ticked(
        self, message: Message, understood: Understood, conversation: Conversation
    ) -> Mapping[Fact, Answer]:
        """What *message* tells, of which nothing is certain by a tick or a cross alone."""
        text = without(understood.reading.text, [(t.start, t.end) for t in understood.ticks])
        bare = Message(message.key, message.author, text, message.sent_at)
        return less_ticked(message.heard, self._single.read(
            self._understanding.of(text), bare, conversation).heard,
            bare_with_ticks(understood.reading.tokens, understood.ticks), self._guidance)

    def answers_whoever_asked(self, text: str, conversation: Conversation) -> bool:
        """Whether *text* begins with a word of answer that may be for anybody: "yes, on Friday".

        "No to all three" and "yes, no, no" are of a list, and that of *conversation* was put last.
        """
        understood = self._understanding.of(text)
        return bool(leading(understood.reading.tokens.words, self._cues)[1]) and (
            self._single.together.of(understood, conversation.awaiting()) is None)

    def _only_says(
        self, message: Message, understood: Understood, conversation: Conversation
    ) -> bool:
        """Whether it would be searched only since nothing is asked that it could answer.

        "They pay in cash" asks nothing, and is no less told once the questions have ended, or
        before a deal is told; "rules on cash payments" says of nobody what they do.
        """
        if message.intent is not Intent.ASK or conversation.pending is not None or (
                understood.lookup.names):
            return False
        reading, clauses = understood.reading, understood.clauses
        steering, tokens = self._steering, reading.tokens
        # "A customer who pays in cash", before any deal, is anybody.
        nobody = self._cues.words("of_the_parties").isdisjoint(t.norm for t in tokens) if (
            conversation.deal.answers) else not self._cues.find("of_the_parties", tokens)
        return not nobody and "?" not in reading.text and not any(
            self._cues.starts(name, tokens) for name in ("lookup_asks", "follow_up")) and not any(
            steering.questions.is_question(reading, span)
            or steering.wondering.is_question(reading, span) for span in clauses.sentences())

    def _by_itself(self, told: Mapping[Fact, Answer], deal: Deal) -> Mapping[Fact, Answer]:
        """What facts of *deal* say by themselves that were read together with what *told* changes.

        Who was in the United States, and is in Kenya now, is the police again.
        """
        return named_before(self._guidance, deal, deal.with_answers(told), self.lexicon.find)

    def _of_guidance(self, message: Message, conversation: Conversation) -> Message:
        """*message* with what it says and wants, as far as the guidance speaks of it."""
        replied_to = sections(message.text) if conversation.deal.answers else ()
        if not replied_to:
            return self._options.unnoted(
                self._understanding.of_message(message.text, conversation),
                self._of_its_words(message, conversation), conversation)
        read, heard, retracted = message, dict[Fact, Answer](), frozenset[Fact]()
        for section in replied_to:
            now = replace(conversation, deal=conversation.deal.without(
                retracted).with_answers(heard))
            text, said_in = read_in(section, now, self._guidance, self._cues)
            together = self._single.together.of(
                self._understanding.of(section.own), now.awaiting())
            if not said_in.awaiting() and together is not None and not together.by_order:
                text, said_in = section.own, now  # "conflict: yes" says of what it is
            read = self._of_its_words(replace(message, text=text), said_in)
            retracted = (retracted | read.retracted) - read.heard.keys()
            heard = {**{f: a for f, a in heard.items() if f not in read.retracted}, **read.heard}
        return replace(
            read, text=message.text, heard=heard, retracted=retracted,
            matter=read.matter or read.text.strip(),
            intent=Intent.DESCRIBE if heard or retracted else read.intent,
            answers_pending=not heard.keys().isdisjoint(conversation.awaiting()))

    def _of_its_words(self, message: Message, conversation: Conversation) -> Message:
        """*message* read by its words, of which none is quoted from somebody else; as above."""
        text, author, sent_at = message.text, message.author, message.sent_at
        named = self._of_its_own_name(message, conversation)
        if named is not None:
            return named
        understood = self._understanding.of_message(text, conversation)
        compared = self._options.read(understood, message, conversation)
        if compared is not None:
            return compared
        anew = self._anew(message, conversation)
        if anew is not None or self._is_of_the_announced(message, conversation):
            return anew or replace(message, intent=Intent.OTHER_DEAL)
        # What is asked and answered in one breath is asked of nobody beside it.
        itself = self._itself.barely_answered(understood, message, conversation)
        if itself is not None:
            return itself
        beside = self._telling_and_asking.read(understood, message, conversation)
        if beside is not None:
            return beside
        excepted = self._excepted(message, conversation)
        if excepted is not None:
            return excepted
        righted = self._putting_right.read(understood, message, conversation)
        if righted is not None:
            return righted
        itself = self._itself.answered(understood, message, conversation)
        if itself is not None:
            return itself
        stretch = conversation.stretch
        if stretch is not None and follows(stretch, author, sent_at, text):
            gone_on = self._continuing.gone_on(message, stretch, conversation)
            if gone_on is not None:
                return gone_on
        said = beside_courtesies(
            self._single.read(understood, message, conversation), understood, message,
            conversation, self._cues, of=self._understanding.of, read=self._single.read)
        matter = understood.reading.text.strip()
        said = self._opening.beside(said, understood, conversation)
        begins = bool(text.strip()) and said.intent in MAY_GO_ON
        return replace(said, going=Going.BEGINS if begins else Going.ALONE,
                       matter="" if matter == text.strip() else matter)

    def _of_its_own_name(
        self, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it supposes something of a go-between by its own name; else None."""
        text = message.text
        read_as = self._own_names.replaced(text, conversation.deal)
        if read_as == text:
            return None
        meant = self._of_its_words(replace(message, text=read_as), conversation)
        return quoting(text, meant) if meant.intent is Intent.WHAT_IF else None

    def _excepted(self, message: Message, conversation: Conversation) -> Message | None:
        """*message* as an exception from a no that was told last, and no more; else None."""
        understood = self._understanding.of_message(message.text, conversation)
        found = excepted_afterwards(understood.utterance, conversation)
        if not found:
            return None
        said = self._single.read(understood, message, conversation)
        return None if said.heard or said.withdrawn or said.retracted else replace(
            said, intent=Intent.DESCRIBE, subject=None, heard=found)

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
                or steering.questions.asks(reading, clauses, conversation)
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
