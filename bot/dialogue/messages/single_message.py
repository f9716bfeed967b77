"""What one message says and wants by itself: not with one before, nor with a question beside it.

First what it wants, where words say so ("start over", "what if it was the army?"); then what it
tells of the deal, read against what was asked last and what is known already.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.claims.remarking import (
    denies_what_was_told_last,
    is_remark,
    tells_of_an_election,
)
from bot.dialogue.claims.said_otherwise import told_wrongly
from bot.dialogue.claims.unnamed import Unnamed
from bot.dialogue.claims.unsaying import (
    called_a_guess,
    left_instead,
    taken_back_by_name,
)
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.adopting import Adopting
from bot.dialogue.messages.answering_and_telling import AnswersTogether
from bot.dialogue.messages.answering_the_asked import AnsweringTheAsked
from bot.dialogue.messages.asking_after_one import AskingAfterOne
from bot.dialogue.messages.asking_by_name import sought
from bot.dialogue.messages.finding_out import FindingOut
from bot.dialogue.messages.purpose import Purpose, Purposes
from bot.dialogue.messages.sifting import Sifting
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.supposing import Supposing
from bot.dialogue.messages.supposing_and_asking import SupposingAndAsking
from bot.dialogue.messages.told_facts import ToldFacts
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.naming import (
    AGAIN,
    LEAVE,
    NEVER_NOTED,
    NOT_TRIED,
    PONDERING,
    SKIPPING,
    of_facts,
)
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import Cues, intents_of
from bot.dialogue.small_words.lookups import Lookups
from bot.dialogue.small_words.subjects import subjects_of
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told

_BESIDE_A_SUPPOSITION = {
    Intent.REMEDY, Intent.NEXT_STEPS, Intent.COMPARE, Intent.VERDICT, Intent.ADVISE_NOW}
"""What a message may seem to ask for in small words that supposes something of the deal."""


class SingleMessages:
    """Reads single messages with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        lookups: Its names of provisions and sources.
        of: Takes a text apart.
    """

    def __init__(
        self,
        guidance: Guidance,
        cues: Cues,
        steering: Steering,
        lookups: Lookups,
        of: TakeApart,
    ) -> None:
        self._guidance = guidance
        self._cues = cues
        self._steering = steering
        self._lookups = lookups
        unnamed = Unnamed(guidance)
        self._supposing = Supposing(guidance, cues, steering, unnamed, of)
        self._adopting = Adopting(intents_of(guidance), cues, steering, of)
        self._with_asking = SupposingAndAsking(
            cues, intents_of(guidance), self._supposing, steering.requests.request, of)
        self.subjects = subjects_of(guidance)
        self._purposes = Purposes(cues, steering)
        self._after_one = AskingAfterOne(
            guidance, intents_of(guidance), cues, self.subjects, steering.what_if)
        self._finding_out = FindingOut(guidance, cues, steering, self._after_one)
        self._facts = ToldFacts(
            guidance, cues, subjects=self.subjects, questions=steering.questions,
            sifting=Sifting(guidance, steering, self.subjects, unnamed),
            asked=AnsweringTheAsked(guidance, cues, steering, self.subjects))
        self.together = AnswersTogether(guidance, cues, self.subjects, of, self.read)

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message:
        """*message*, of which *understood* is the matter, as said in *conversation* by itself."""
        reading = understood.reading
        asked = self._supposing.called(understood, message, conversation) or (
            self._with_asking.of_the_supposed(reading, message, conversation)) or (
            self._with_asking.together(understood, message, conversation))
        if asked is not None:
            return asked
        outright = self._outright(understood, message, conversation) or (
            self._adopting.and_told(understood, message, conversation, self.read))
        if outright is not None:
            # "What if they say no to the clause" asks for no clauses.
            return self._supposed(understood, message, conversation, outright.intent) or outright
        begun = None if conversation.deal.answers else self._supposing.begun(understood)
        if begun is not None:
            understood, reading = begun, begun.reading
        told = understood.told()
        told = None if told is None else self._steering.ways_on.beside(reading, told)
        purpose = self._purposes.of(understood, told, conversation)
        meant = self._supposing.read(understood, message, conversation) if (
            purpose.intent is None) else self._supposed(
                understood, message, conversation, purpose.intent)
        if meant is not None:
            return meant
        supposes = purpose.intent in (None, Intent.ADVISE_NOW) and (
            self._purposes.supposes(understood, conversation))
        if supposes:
            # "If they sign it, where does that leave us" wants the advice on no deal that is told.
            purpose = replace(purpose, asking=True, intent=None)
        read = self._asked_or_told(understood, message, conversation, told, purpose)
        if not supposes or read.intent is not Intent.ASK:
            return read
        return replace(read, unheard=True, may_suppose=self._supposing.nearest(
            understood, conversation.deal))

    def _supposed(
        self, understood: Understood, message: Message, conversation: Conversation, wants: Intent
    ) -> Message | None:
        """*message* as a supposition, though it seems to *want* something else; else None."""
        if wants not in _BESIDE_A_SUPPOSITION or not self._steering.what_if.is_supposed(
                understood.reading, understood.clauses):
            return None
        leave = wants is Intent.VERDICT
        if leave and not self._steering.what_if.asks_for_leave(
                understood.reading, understood.clauses):
            return None  # "what happens if we go ahead anyway" tries out no going ahead
        meant = self._supposing.read(understood, message, conversation)
        if meant is None or meant.intent is not Intent.WHAT_IF:
            return None
        if leave and meant.supposed.keys() <= {self._guidance.stage_fact}:
            return None  # the "sign" of "can we sell if they sign a clause" is no stage
        return replace(meant, subject=LEAVE) if leave else meant

    def _asked_or_told(
        self,
        understood: Understood,
        message: Message,
        conversation: Conversation,
        told: Sequence[Told] | None,
        purpose: Purpose,
    ) -> Message:
        """*message* as a question, or as what it tells, by its *purpose*; as for `_telling`."""
        reading = understood.reading
        if purpose.asking and purpose.intent is None and (
                self._leaves_open(reading, conversation)):
            open_ = self._telling(
                understood, message, conversation, told, replace(purpose, asking=False))
            # What nobody knows here is no answer to what was asked.
            told_open = {fact: a for fact, a in open_.heard.items() if a.values is not None}
            if told_open:
                return replace(open_, heard=told_open)
        judged = self._steering.wondering.place_judged(reading) if (
            purpose.intent is None) else None
        if judged is not None and not conversation.deal.answers:
            return replace(message, intent=Intent.ASK, subject=self._steering.on_a_country,
                           topics=reading.by_fact())
        found = self._steering.wondering.finding(reading, told, conversation) if (
            purpose.intent is None and (purpose.wonders or judged is not None)) else None
        if found is not None:
            return replace(message, intent=Intent.FINDING, subject=found,
                           topics=reading.by_fact())
        return self._telling(understood, message, conversation, told, purpose)

    def _outright(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it is nothing but answers, a request or a name; None where it isn't."""
        reading = understood.reading
        if self._steering.starts_over(reading):
            return replace(message, intent=Intent.START_OVER)
        picked = "?" in reading.text and self._steering.requests.picked(reading, conversation)
        answering = None if picked else self.together.read(understood, message, conversation)
        if answering is not None:
            return answering
        adopting = bool(conversation.supposed) and self._steering.adopts(reading)
        if not adopting and self._takes_nothing_in(reading, conversation):
            return replace(message, intent=Intent.WHAT_IS_KNOWN, subject=NOT_TRIED)
        sought_fact = self._finding_out.sought(understood, conversation)
        if sought_fact is not None:
            return replace(message, intent=Intent.WHY, subject=sought_fact,
                           topics=reading.by_fact())
        request, subject = (None, None) if adopting else (
            self._steering.requests.request(reading, conversation))
        wrong = request is Intent.PUT_RIGHT and self._steering.requests.says_it_is_wrong(
            reading, conversation)
        if request is Intent.PUT_RIGHT and conversation.supposed and not wrong:
            return replace(message, intent=Intent.WHAT_IS_KNOWN, subject=NEVER_NOTED)
        if wrong:
            doubted, open_again = told_wrongly(conversation, self._guidance, [
                m.fact for m in reading.mentions if conversation.deal.known(m.fact)
                and has_poles(self._guidance.questions[m.fact])])
            if doubted or open_again:
                return replace(message, intent=Intent.DESCRIBE, heard=doubted,
                               retracted=open_again)
        if request is not None:
            return replace(message, intent=request, subject=subject, topics=reading.by_fact())
        looked_up = self.looks_up(understood, conversation)
        if looked_up is not None:
            wants, about = looked_up
            return replace(message, intent=wants, subject=about)
        if self._steering.leaves_open(reading, conversation):
            return replace(message, intent=Intent.HELP, subject=SKIPPING)
        facts = self._after_one.facts(reading, understood.clauses, conversation)
        if facts:
            return replace(message, intent=Intent.WHY, subject=of_facts(facts),
                           topics=reading.by_fact())
        return None

    def _telling(
        self,
        understood: Understood,
        message: Message,
        conversation: Conversation,
        told: Sequence[Told] | None,
        purpose: Purpose,
    ) -> Message:
        """*message* with what it tells of the deal; what it wants may show by that alone.

        Args:
            understood: Its matter.
            message: The message.
            conversation: What it is said in.
            told: What a model hears in it, less what only steers; None without a model.
            purpose: What it is for.
        """
        intent, subject, asking = purpose.intent, purpose.subject, purpose.asking
        reading, awaiting = understood.reading, conversation.awaiting()
        goes_on = intent is Intent.GO_ON and bool(awaiting)
        if goes_on:
            intent = None
        # "What is DPI?" says nothing of the product, even while the product is asked for, and "what
        # counts as turmoil" tells of none.
        defines = intent is Intent.DEFINE or (
            intent is Intent.WHY and self._steering.means_a_question(reading, conversation))
        telling = not asking and not defines and (
            not denies_what_was_told_last(reading, conversation, self._cues))
        of_the_known = self._of_the_known(reading, message, conversation) if (
            telling and conversation.deal.answers) else None
        if of_the_known is not None:
            return of_the_known
        tells = self._facts.told_by(
            understood, message.key, conversation, told, intent, telling=telling)
        heard, withdrawn, wrong, deal = tells.heard, tells.withdrawn, tells.wrong, tells.deal
        pends = not {*heard, *wrong}.isdisjoint(awaiting)
        if intent is None:
            # "Compliance is fine with it" is a clearance, of which nothing follows here.
            cleared = tells.nameless and not (heard or withdrawn or wrong)
            intent = Intent.VERDICT if cleared else Intent.DESCRIBE if wrong else (
                self._steering.implied(reading, heard, withdrawn, asking, conversation))
        intent, subject = self._small(
            intent, subject, reading, conversation, goes_on=goes_on, deal=deal)
        if intent in {Intent.OUT_OF_SCOPE, Intent.COMPARE}:
            heard, withdrawn = {}, {}
        heard = {**heard, **left_instead(
            withdrawn, heard, reading, conversation.deal, message.key)}
        emptied = {f for f, values in withdrawn.items() if f not in heard
                   and deal.known(f) and deal.known(f) <= values}
        return replace(message, intent=intent, heard=heard, withdrawn=withdrawn,
                       retracted=(wrong | emptied) - heard.keys(), subject=subject,
                       answers_pending=pends, topics=reading.by_fact())

    def _of_the_known(
        self, reading: Reading, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where it takes back by name what is known, or calls it a guess; else None."""
        gone = taken_back_by_name(reading, conversation, self._guidance, self._cues)
        if gone:
            return replace(message, intent=Intent.DESCRIBE, retracted=gone,
                           topics=reading.by_fact())
        guessed = called_a_guess(reading, conversation, self._guidance, self._cues)
        if guessed:
            return replace(message, intent=Intent.DESCRIBE, heard=guessed,
                           topics=reading.by_fact())
        return None

    def _small(
        self,
        intent: Intent,
        subject: str | None,
        reading: Reading,
        conversation: Conversation,
        *,
        goes_on: bool,
        deal: Deal,
    ) -> tuple[Intent, str | None]:
        """*intent* and *subject* as small words have them: "hmm", "too long", "and then?".

        *goes_on* is whether more questions are wanted while one waits; *deal* is what is known.
        """
        if goes_on and intent in {Intent.UNCLEAR, Intent.ASK}:
            # Who wants more questions sees the one that waits.
            intent, subject = Intent.FILLER, AGAIN
        if intent is Intent.FILLER and subject is None and deal.answers and any(
                token.norm == "?" for token in reading.tokens[-1:]):
            # "So?" asks what follows, and "fine?" for leave to go on.
            if self._cues.find("joins", reading.tokens):
                return Intent.NEXT_STEPS, None
            if self._steering.requests.ends_in_leave(reading.tokens):
                return Intent.VERDICT, None
        if intent is Intent.UNCLEAR and deal.answers and any(
                token.norm == "?" for token in reading.tokens[-1:]) and (
                self._cues.only(reading.tokens, "sentence_openers")):
            return Intent.NEXT_STEPS, None  # "and then?"
        if intent is Intent.FILLER and self._steering.ponders(reading):
            subject = PONDERING
        if intent is Intent.UNCLEAR and self._is_remark(reading, deal, conversation.awaiting()):
            intent = Intent.REMARK
        if intent in {Intent.UNCLEAR, Intent.REMARK} and deal.answers and (
                tells_of_an_election(reading, self._cues)):
            intent = Intent.ASK  # of which the texts speak, though it answers no question
        if intent is Intent.ASK and (
                self._cues.starts("follow_up", reading.tokens)
                or self._steering.requests.goes_on_from_a_question(reading, conversation)):
            subject = conversation.topic
        return intent, subject

    def _is_remark(self, reading: Reading, deal: Deal, awaiting: Sequence[Fact]) -> bool:
        """Whether what could not be read is a remark, and no try to answer what is *awaiting*."""
        return is_remark(reading, awaiting, self.subjects, self._cues) or (
            # What is known already answers nothing else.
            any(m.strength.is_firm and m.value in deal.known(m.fact) for m in reading.mentions))

    def _takes_nothing_in(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether it takes in what was supposed, and nothing that was heard is: "go with that".

        Who was answered with passages believes that they are trying something out.
        """
        deal = conversation.deal
        return bool(deal.answers) and not conversation.supposed and not any(
            map(deal.guessed, conversation.awaiting())) and self._steering.adopts(reading)

    def _leaves_open(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether what begins as a question is told to be open: "who may keep it, nobody knows".

        What "isn't clear to me" is asked.
        """
        return bool(conversation.deal.answers) and "?" not in reading.text and bool(
            self._cues.find("told_open", reading.tokens))

    def looks_up(
        self, understood: Understood, conversation: Conversation
    ) -> tuple[Intent, str | None] | None:
        """What a message wants that only names something of the corpus: "UNGP 19?".

        Intent and subject as `sought` gives them; None where it tells or asks anything else.
        """
        return sought(understood.lookup, understood.reading, understood.told, conversation,
                      self._lookups, self._cues)
