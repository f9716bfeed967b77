"""What puts right a number given before: "sorry, I meant 2", "no wait, yes to the first".

By then the next question may stand there; what was wrong is the answer to the one before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.answers.answering import answers_whole
from bot.dialogue.answers.by_place import Part, parted
from bot.dialogue.claims.said_otherwise import told_wrongly
from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.deal import DOUBTED, Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked, in_full
from bot.dialogue.messages.both import both_after_all
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.answer_words import Kind, only_answer
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.verdicts import value_said, whole
from retrieval.guidance import Fact, Guidance, Question


@dataclass(frozen=True, slots=True)
class _Correction:
    """What a message says to put right of what was asked and answered last."""

    left: Understood
    """What is left of it without what says that it corrects."""
    before: Sequence[Question]
    """What was asked, as far as it may be of that."""
    answered: Sequence[Fact]
    """Which of the questions had been answered."""
    parts: Mapping[Fact, Part]
    """What it says of each question that it names by its place."""
    picks: bool
    """Whether it is another answer to what was asked: "sorry, I meant 2"."""
    takes_back: bool
    """Whether it calls something wrong: "1 was wrong"."""
    certain: bool
    """Whether it can't be of what is asked now, as "I mean, yes to all" behind three yeses may."""
    surely: bool
    """Whether it takes an answer back for sure."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What was asked, as far as it may be of that."""
        return tuple(question.fact for question in self.before)

    @property
    def named(self) -> frozenset[Fact]:
        """The questions of which it says something by their place."""
        return frozenset(fact for fact, part in self.parts.items() if part.name)


class PuttingRight:
    """Reads what puts an answer right, with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        of: Takes apart what is left of a message without "sorry, I meant".
        read: Reads that.
    """

    def __init__(self, guidance: Guidance, cues: Cues, of: TakeApart, read: Read) -> None:
        self._guidance = guidance
        self._cues = cues
        self._of = of
        self._read = read

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* as another answer to what was asked and answered last.

        None where it holds more than that and a number or a place, or nothing was answered:
        "sorry, I meant the army" names what it is about by itself, and "I mean, no" may be of
        what is asked now.
        """
        both = both_after_all(understood, message, conversation, self._guidance, self._cues)
        if both is not None:
            return both
        said = self._correction(understood, conversation)
        if said is None:
            return None
        if not said.picks and _only_slipped(understood, said.left, self._cues):
            # Of several answers it doesn't say which was wrong: none of them is relied on.
            return _open_again(said.answered, message, conversation, self._guidance)
        if said.picks or not said.named.isdisjoint(said.answered):
            return self._answered_anew(said, understood, message, conversation)
        return _opened_again(said.left, message, conversation, said.before, self._guidance,
                             self._cues) if said.takes_back else None

    def _correction(
        self, understood: Understood, conversation: Conversation
    ) -> _Correction | None:
        """What it puts right; None where it corrects nothing, or nothing was answered."""
        cues, clauses, tokens = self._cues, understood.clauses, understood.reading.tokens
        before = [self._guidance.questions[fact] for fact in conversation.asked_before
                  if fact in self._guidance.questions]
        answered = [q.fact for q in before if conversation.deal.answered(q.fact)]
        wrong = _said_wrong(understood, cues)
        if not answered or not (clauses.corrections or wrong):
            return None
        of_all = bool(cues.find("all_of_these", tokens))
        left = self._of(_without_small_words(understood, wrong, cues, for_all=of_all))
        words = left.reading.tokens.words
        one_verdict = len(whole(words, cues)) == 1
        twice = _said_twice(understood, cues)
        # "Sorry, I meant no to all" is of all that was answered.
        for_all = of_all and bool(clauses.corrections) and one_verdict
        # "Wrong button, should be no" can only be of what was answered.
        slipped = len(answered) == 1 and one_verdict and bool(cues.find("picked_wrongly", tokens))
        if slipped:
            before = [self._guidance.questions[answered[0]]]
        # "1 was wrong" is the first answer, and picks no other.
        picks = twice or slipped or for_all or (bool(clauses.corrections) and any(
            t.norm.isdecimal() for t in words) and answers_whole(words, cues))
        takes_back = bool(clauses.retractions or wrong)
        surely = takes_back or twice or slipped
        return _Correction(
            left, before, answered,
            parts=parted(before, left.reading, cues) if len(before) > 1 and not picks else {},
            picks=picks, takes_back=takes_back, surely=surely,
            certain=not for_all and (surely or (picks and not twice)))

    def _answered_anew(
        self,
        said: _Correction,
        understood: Understood,
        message: Message,
        conversation: Conversation,
    ) -> Message | None:
        """*message* with the answers that it gives in the place of those before, if any."""
        deal, facts = conversation.deal, said.facts
        told = self._read(said.left, message, replace(
            conversation, deal=deal.without(facts), pending=facts[0], beside=facts[1:]))
        heard = {fact: in_full(answer, understood.reading.text)
                 for fact, answer in told.heard.items()
                 if fact in (facts if said.picks else said.answered) and (
                     answer.values is not None or not deal.known(fact) or not deal.settled(fact))}
        first = facts[:1]
        if not told.heard and said.named == set(first) and deal.known(first[0]) and value_said(
                said.before[0], said.parts[first[0]].name) not in deal.known(first[0]):
            # Whether "1 no actually" counts questions or choices, it says no to what was answered.
            return _open_again(first, message, conversation, self._guidance)
        changes = _differs(heard, conversation)
        if not changes and (counted := self._by_place(said, conversation)):
            return replace(message, intent=Intent.DESCRIBE, heard=counted, going=Going.ALONE)
        if not heard or not (said.certain or changes):
            return None
        # "Not 1 but 3" is another of the questions: what was answered by mistake is open again.
        mistaken = frozenset() if heard.keys() & set(said.answered) else frozenset(said.answered)
        if said.surely:
            # Who takes an answer back for sure leaves nothing of it to stand beside the new one.
            mistaken |= heard.keys() & set(said.answered)
        return replace(told, heard=heard, retracted=mistaken, answers_pending=not heard.keys(
            ).isdisjoint(conversation.awaiting()), going=Going.ALONE)

    def _by_place(
        self, said: _Correction, conversation: Conversation
    ) -> Mapping[Fact, Answer]:
        """What it changes of the questions that it names by their place, to be asked back."""
        named = {fact: said.parts[fact].name for fact in said.answered if fact in said.named}
        return _otherwise(named, conversation, self._guidance) or _otherwise(
            _counted(said.left, said.before, conversation.deal, self._cues), conversation,
            self._guidance)


def _only_slipped(understood: Understood, left: Understood, cues: Cues) -> bool:
    """Whether it says that the wrong thing was picked, and with what is *left* not what it was."""
    return bool(cues.find("picked_wrongly", understood.reading.tokens)) and cues.only(
        left.reading.tokens, FUNCTION_WORDS, "filler", "sentence_openers")


def _said_twice(understood: Understood, cues: Cues) -> bool:
    """Whether it says the same before and behind its "I mean": "no I mean no".

    A yes or no that only puts itself right, or thinks aloud, may be of what is asked now.
    """
    first, last = next(iter(understood.clauses.corrections), (0, 0))
    tokens = understood.reading.tokens
    before, behind = ([t for t in part if t.is_word] for part in (tokens[:last], tokens[last:]))
    opens = sum(t.is_word for t in tokens[:first]) <= 1
    said = whole(behind, cues)
    return opens and len(said) == 1 and whole(before[:1], cues) == said


def _counted(
    left: Understood, before: Sequence[Question], deal: Deal, cues: Cues
) -> dict[Fact, str]:
    """The question that a number counts, with what is said of it: "wait, 3 is also yes".

    Empty where the choice of that number may be meant: where it would put anything right as well.
    """
    said = {one.kind: one for one in only_answer(left.reading.tokens, cues)
            if one.kind not in (Kind.BETWEEN, Kind.STOP)}
    if said.keys() != {Kind.PLACE, Kind.VERDICT}:
        return {}
    n, name = said[Kind.PLACE].place, said[Kind.VERDICT].name
    choices = [(q.fact, choice.value) for q in before for choice in q.choices]
    if not 0 <= n < len(before):
        return {}
    if n < len(choices):
        fact, value = choices[n]
        if (value in deal.known(fact)) is not name.startswith("yes"):
            return {}
    return {before[n].fact: name}


def _otherwise(
    said: Mapping[Fact, str], conversation: Conversation, guidance: Guidance
) -> dict[Fact, Answer]:
    """What the words of answer *said* would change of what was answered, to be asked back."""
    found = {}
    for fact, name in said.items():
        question, stood = guidance.questions[fact], conversation.deal.answers.get(fact)
        value = value_said(question, name) if has_poles(question) else None
        if value is not None and stood is not None and stood.values and value not in stood.values:
            found[fact] = replace(stood, confidence=DOUBTED, instead=frozenset({value}))
    return found


def _differs(heard: Mapping[Fact, Answer], conversation: Conversation) -> bool:
    """Whether it says anything else than was answered: "actually the first is yes", after a no."""
    return any((answer.values or frozenset()) != conversation.deal.known(fact)
               for fact, answer in heard.items())


def _said_wrong(understood: Understood, cues: Cues) -> list[Span]:
    """Where it calls something wrong, or says what it should be: "the second was wrong"."""
    tokens = understood.reading.tokens
    being = cues.words("being_verbs")
    return [*((first - 1, last) for first, last in cues.find("said_wrong", tokens)
              if first and tokens[first - 1].norm in being), *cues.find("should_be", tokens)]


def _opened_again(
    left: Understood,
    message: Message,
    conversation: Conversation,
    before: Sequence[Question],
    guidance: Guidance,
    cues: Cues,
) -> Message | None:
    """*message* where it only says which answer was wrong: "I was wrong about the first".

    What raises a flag for sure stands until a no, which is asked back, is answered.  None where it
    says more, or names no question of those *before*.
    """
    items = only_answer(left.reading.tokens, cues)
    places = [n for one in items if one.kind is Kind.PLACE for n in one.places(len(before))]
    if not places or any(one.kind in (Kind.VERDICT, Kind.REST, Kind.HALF) for one in items) or (
            max(places) >= len(before)):
        return None
    named = [before[n].fact for n in places if conversation.deal.known(before[n].fact)]
    return _open_again(named, message, conversation, guidance) if named else None


def _open_again(
    facts: Sequence[Fact], message: Message, conversation: Conversation, guidance: Guidance
) -> Message:
    """*message* as saying that what was answered to *facts* is wrong, and no more."""
    doubted, _ = told_wrongly(conversation, guidance, facts)
    return replace(message, intent=Intent.DESCRIBE, heard=doubted,
                   retracted=frozenset(facts) - doubted.keys(), going=Going.ALONE)


def _without_small_words(
    understood: Understood, wrong: Sequence[Span], cues: Cues, *, for_all: bool
) -> str:
    """The text without what says that it corrects, or is *wrong*, and without "it should be".

    The "to" of "no to everything" stays, where it is said *for_all*, and the "no" of a "no
    actually" that ends it.
    """
    reading = understood.reading
    words = reading.tokens.words
    answers = {words[first].start for first, last in cues.find("no_and_correction", words)
               if first > 0 and last == len(words)}
    beside = frozenset[str]() if for_all else cues.words("beside_another_number")
    text = reading.text
    for first, last in (*understood.clauses.corrections, *wrong):
        begin = first + (reading.tokens[first].start in answers)
        text = blanked(text, (reading.tokens[begin].start, reading.tokens[last - 1].end))
    for token in reading.tokens:
        if token.norm in beside:
            text = blanked(text, (token.start, token.end))
    return text
