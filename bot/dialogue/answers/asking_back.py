"""What was guessed and is asked back, "I read: drones. Is that right?", and the answer to that.

A yes or no is of the guess only where it is a word for that: "several" answers whether there are
reports, and not whether they were read right.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.dialogue.answers.by_place import Part
from bot.dialogue.claim import HINT, Claim
from bot.dialogue.deal import ASKED_BACK, Answer, Deal, MessageKey
from bot.dialogue.small_words.answer_words import leading
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.verdicts import rests_on_a_look, value_said, verdicts, whole
from retrieval.guidance import Fact, Question
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tokens import Token


class Word(Enum):
    """What a word says of a guess that was asked back: "right", "wrong", "probably", "dunno".

    The value of each names its cue list.
    """

    RIGHT = "confirms"
    WRONG = "refutes"
    PERHAPS = "yes_unsure"
    DOUBTED = "no_unsure"
    UNKNOWN = "dont_know"


BETWEEN_ONLY = 2
"""How many words may stand between an "only" and what it is said of: "only for the police"."""
_NAMES = tuple(word.value for word in Word)
_BY_VERDICT = {"yes": Word.RIGHT, "no": Word.WRONG, "yes_unsure": Word.PERHAPS,
               "no_unsure": Word.DOUBTED, "dont_know": Word.UNKNOWN}
_PLAINLY = {Word.RIGHT: "yes", Word.PERHAPS: "yes", Word.WRONG: "no", Word.DOUBTED: "no"}
"""What the same word would say of the wording of a question."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a message makes of the guesses that it was asked about."""

    answers: Mapping[Fact, Answer]
    """What was right, or is the other of two; and what else a yes or no each was said of."""
    wrong: frozenset[Fact]
    """What was wrong, and is asked anew."""
    unsaid: frozenset[Fact]
    """What stays a guess, since a bare word may be meant for another question."""
    widened: frozenset[Fact]
    """What was right and is not all: "yes, with facial recognition"."""
    in_passing: frozenset[Fact] = frozenset()
    """What one of several guesses was named of by the way, and stays as it was read."""

    def __bool__(self) -> bool:
        """Whether it says anything of them."""
        return bool(self.answers or self.wrong)


NOTHING = Confirmation({}, frozenset(), frozenset(), frozenset())


def takes_yes_or_no(question: Question) -> bool:
    """Whether a bare yes or no answers the wording of *question*."""
    return value_said(question, "yes") is not None or value_said(question, "no") is not None


def confirmation(
    deal: Deal,
    questions: Sequence[Question],
    reading: Reading,
    claims: Sequence[Claim],
    cues: Cues,
    key: MessageKey,
    parts: Mapping[Fact, Part] | None = None,
    clauses: Clauses | None = None,
) -> Confirmation:
    """What a message says of the guesses that were asked back.

    Args:
        deal: What is known, guesses included.
        questions: What was asked last, in the order shown.
        reading: The message.
        claims: What it claims by itself, which outranks a yes or no at its head.
        cues: The cue lists of the release.
        key: The message's key.
        parts: What it says of each question that it names by its place; see `parted`.
        clauses: What its small words reach; None where it claims nothing.
    """
    guesses = {q.fact: q for q in questions if deal.guessed(q.fact)}
    if not guesses:
        return NOTHING
    words = reading.tokens.words
    each = [] if parts else _each(reading, words, cues, len(questions))
    tells_else = any(
        c.mention.fact not in guesses and (
            c.mention.strength.is_firm or c.confidence >= ASKED_BACK) for c in claims)
    head = None if parts else _head(reading, words, each, cues)
    if head is Word.RIGHT and tells_else and cues.starts("acknowledges", words):
        head = None  # "ok, the reseller is in Dubai" goes on from what we said, and agrees to none
    if head is Word.WRONG and _denies_another(claims, guesses, deal):
        head = None  # "no, it is not for law enforcement" says of what it is a no
    said = _Saying(deal, reading.text.strip(), key, alone=len(guesses) == 1,
                   bare=bool(parts) or cues.only(reading.tokens, "bare_no"))
    only = _said_to_be_all(claims, reading, clauses, cues)
    for question in guesses.values():
        said.by_claims(question, claims, head, words, cues, only, tells_else=tells_else)
    left = [q for fact, q in guesses.items() if fact not in said.done]
    others = [q for q in questions if q.fact not in guesses]
    if parts:
        for question in left:
            part = parts.get(question.fact)
            if part is not None and part.name:
                said.apply(question, _BY_VERDICT[part.name])
    elif _one_for_each(questions, left, each):
        said.by_each(questions, left, each, bool(cues.find("says_looked", reading.tokens)))
    elif head is not None and not any(
            value_said(q, _PLAINLY.get(head, "")) is not None for q in others):
        over = bool(cues.find("ended", reading.tokens))
        for question in left:
            said.by_head(question, head, over=over, alone=bool(each))
    unsaid = {q.fact for q in left if q.fact not in said.done and any(
        said.meant(q, word) != {value_said(q, _PLAINLY.get(word, ""))} for word in each)}
    return Confirmation(
        said.answers, frozenset(said.wrong), frozenset(unsaid), frozenset(said.widened),
        frozenset(said.in_passing))


def _denies_another(claims: Sequence[Claim], guesses: Collection[Fact], deal: Deal) -> bool:
    """Whether *claims* deny what is known and is none of the *guesses*."""
    return any(not c.holds and c.mention.fact not in guesses
               and c.value in deal.known(c.mention.fact) for c in claims)


def _one_for_each(
    questions: Sequence[Question], left: Collection[Question], each: Sequence[Word]
) -> bool:
    """Whether the words *each* are said of several *questions*, one for each in their order.

    A list of words is no answer to all where a question that isn't *left* takes no such word.
    """
    return len(each) == len(questions) > 1 and all(
        q in left or word is Word.UNKNOWN or value_said(q, _PLAINLY.get(word, "")) is not None
        for q, word in zip(questions, each, strict=True))


class _Saying:
    """What comes of the words that a message says of its guesses."""

    def __init__(
        self, deal: Deal, text: str, key: MessageKey, *, alone: bool, bare: bool
    ) -> None:
        """*alone* if one guess only was asked back, *bare* if a no in the message is no more.

        So it is where it is the message ("no"), and where it names its question ("no to both").
        """
        self._deal, self._text, self._key = deal, text, key
        self._alone, self._bare = alone, bare
        self.answers: dict[Fact, Answer] = {}
        self.wrong: set[Fact] = set()
        self.widened: set[Fact] = set()
        self.in_passing: set[Fact] = set()
        self._otherwise: set[Fact] = set()

    @property
    def done(self) -> Collection[Fact]:
        """The guesses of which something was said."""
        return self.answers.keys() | self.wrong | self.in_passing | self._otherwise

    def by_claims(
        self,
        question: Question,
        claims: Sequence[Claim],
        head: Word | None,
        words: Sequence[Token],
        cues: Cues,
        only: Collection[Claim],
        *,
        tells_else: bool,
    ) -> None:
        """Say of the guess on *question* what the *claims* of the message do, behind its *head*.

        Those *only* are said to be all there is; *tells_else* if others are of no guess.
        """
        fact = question.fact
        # The "yes" of "yes, it is over" is of the guess, and no answer to the question.
        mine = [c for c in claims if c.mention.fact == fact and not (
            head and c.mention.strength is Strength.ASKED and c.mention.first == 0)]
        held = {c.value for c in mine if c.holds}
        denied = {c.value for c in mine if not c.holds}
        stood, guess = self._deal.answers[fact], self._deal.latest(fact)
        known = self._deal.known(fact)
        right = guess - denied
        both = question.several and bool(stood.instead) and not mine and cues.only(
            words, "all_of_these", "second_thought", FUNCTION_WORDS) and bool(
                cues.find("all_of_these", words))
        if both:
            # "Actually it's both" says so of what stood and of what may hold instead.
            self.put(fact, guess | known, True)
        elif (all_of_it := {c.value for c in mine if c in only}) and (
                all_of_it < guess and held <= guess and head is not Word.RIGHT):
            # "Only the SIEM" takes away what else was guessed right.
            self.put(fact, frozenset(all_of_it), all(c.sure for c in mine if c in only))
        elif held and held < guess and not denied and head is not Word.RIGHT and tells_else:
            # "The location lookup is for fraud" says nothing of what else is sold.
            self.in_passing.add(fact)
        elif held and held <= guess and head is None and tells_else and all(
                c.confidence < HINT for c in mine):
            # "The end user is the Cyber Defence Centre, of the army" tells no use.
            self.in_passing.add(fact)
        elif stood.instead and head is not Word.RIGHT and (
                held == known or not (guess - known).isdisjoint(denied)):
            self.apply(question, Word.WRONG)
        elif not stood.instead and right and right < guess and held <= right:
            # "It's not a drone" takes that guess away, whatever else was guessed right.
            self.put(fact, right, all(c.sure for c in mine))
        elif held and held <= guess:
            self.apply(question, Word.RIGHT if head is Word.RIGHT or all(
                c.sure for c in mine) else Word.PERHAPS)
        elif held:
            self.named(question, head is Word.RIGHT and question.several)
        elif guess <= denied:
            self.wrong.add(fact)

    def by_each(
        self,
        questions: Sequence[Question],
        left: Collection[Question],
        each: Sequence[Word],
        looked: bool,
    ) -> None:
        """Say a word of each of *questions*, of which the guesses *left* are some.

        As to any question, a no of which nobody says that they *looked* is not certain.
        """
        for question, word in zip(questions, each, strict=True):
            if question in left:
                self.apply(question, word)
            elif not self._deal.guessed(question.fact) and (
                    value := value_said(question, _PLAINLY.get(word, ""))):
                self.put(question.fact, frozenset({value}), word in (Word.RIGHT, Word.WRONG) and (
                    looked or not rests_on_a_look(question, value)))

    def by_head(self, question: Question, head: Word, *, over: bool, alone: bool) -> None:
        """Say *head* of the guess on *question*; *alone* if it is all that the message holds.

        "Yes, several" answers the question, and need not be of the guess; but "yes, it is *over*"
        agrees that there is none.
        """
        plainly = value_said(question, _PLAINLY.get(head, ""))
        over = over and value_said(question, "no") in self._deal.latest(question.fact)
        if alone or over or plainly is None or self.meant(question, head) == {plainly}:
            self.apply(question, head)

    def named(self, question: Question, agreed: bool) -> None:
        """The message names something else of *question*; on top if it *agreed* before."""
        self._otherwise.add(question.fact)
        if agreed:
            self.widened.add(question.fact)

    def apply(self, question: Question, word: Word) -> None:
        """Say *word* of what was guessed of *question*."""
        fact, values = question.fact, self.meant(question, word)
        stood = self._deal.answers[fact]
        if word is Word.UNKNOWN or (stood.instead and word is Word.PERHAPS):
            # It stands as it was read, and is not asked again.
            self.answers[fact] = replace(stood, confidence=1.0)
        elif stood.instead and word is not Word.RIGHT:
            self.answers[fact] = replace(stood, confidence=1.0, instead=frozenset())
        elif values:
            self.put(fact, values, word in (Word.RIGHT, Word.WRONG))
        else:
            self.wrong.add(fact)

    def put(self, fact: Fact, values: frozenset[str], sure: bool) -> None:
        """Note *values* as the answer to *fact*, resting on the whole message."""
        self.answers[fact] = Answer(
            values, self._text, self._key, sure, 0, len(self._text))

    def meant(self, question: Question, word: Word) -> frozenset[str]:
        """What holds if *word* is of the guess; empty where nobody can say."""
        known = self._deal.latest(question.fact)
        if word not in (Word.WRONG, Word.DOUBTED):
            return known
        if self._deal.answers[question.fact].instead:
            return self._deal.known(question.fact)
        if self._bare and known == {value_said(question, "no")}:
            # "No, that's not right", or "no, there is none".
            return frozenset()
        choices = {choice.value for choice in question.choices}
        two = len(choices) == 2 and len(known) == 1 and self._alone
        return frozenset(choices - known) if two else frozenset()


def _said_to_be_all(
    claims: Sequence[Claim], reading: Reading, clauses: Clauses | None, cues: Cues
) -> Collection[Claim]:
    """Those of *claims* that are said to be all there is: "just the SIEM", "the SIEM only".

    The word stands right before them, or ends their clause; "not only the SIEM" says otherwise.
    A claim without a word of its own ("just plates") is meant where a few words stand beside it.
    """
    tokens = reading.tokens
    if clauses is None:
        return ()
    barred = cues.find("not_only", tokens)
    spans = [(first, last) for first, last in cues.find("only_these", tokens) if not any(
        begin < last and first < end for begin, end in barred)]
    found = []
    for first, last in spans:
        clause = clauses.positions((first, last))
        mine = sorted((c for c in claims if c.holds and c.mention.strength.is_firm
                       and c.mention.first in clause), key=lambda c: c.mention.first)
        behind = [c for c in mine if last <= c.mention.first]
        if behind and behind[0].mention.first - last <= BETWEEN_ONLY:
            found += behind
        elif mine and not any(t.is_word for t in tokens[last : clause.stop]) and (
                mine[-1].mention.last == first):
            found += mine
        else:
            found += [c for c in claims
                      if c.holds and _is_few_words_beside((first, last), c, tokens)]
    return found


def _is_few_words_beside(only: Span, claim: Claim, tokens: Sequence[Token]) -> bool:
    """Whether *claim* is told by all its words, of which a few beside the *only* are the rest.

    They follow it, or stand before it where it ends them.
    """
    first, last = claim.mention.first, claim.mention.last
    if claim.mention.strength is not Strength.TOLD or not first <= only[0] < only[1] <= last:
        return False
    behind = [t for t in tokens[only[1] : last] if t.is_word]
    beside = behind or [t for t in tokens[first : only[0]] if t.is_word]
    return 0 < len(beside) <= BETWEEN_ONLY + 1


def _each(reading: Reading, words: Sequence[Token], cues: Cues, count: int) -> list[Word]:
    """The words for right and wrong that the whole message is made of, in order.

    A hedge makes one of any yes or no: "I guess no" is said of the guess as of the question.
    """
    found = [Word(name) for name in verdicts(
        words, cues, _NAMES, cues.words("beside_a_confirmation"))]
    if not found:
        names = whole(reading.tokens, cues, count)
        return [_BY_VERDICT[name] for name in names] if all(
            name.endswith("unsure") for name in names) else []
    if len(set(found)) == 1 and not any(
            t.norm in cues.words("and_words") for t in words):
        return found[:1]  # "no, that's wrong" is one word in two
    return found


def _head(
    reading: Reading, words: Sequence[Token], each: Sequence[Word], cues: Cues
) -> Word | None:
    """The word for right or wrong that counts for the whole message, if one does.

    Where the message goes on, that is a yes or no which a comma sets apart ("no, the army", but
    not "no rush"), or a plain yes ("yes for traffic"), unless the rest denies something.
    """
    if each:
        return each[0] if len(set(each)) == 1 else None
    length, name = leading(words, cues, _NAMES)
    word = Word(name) if name else None
    if word not in (Word.RIGHT, Word.WRONG) or cues.find("uncertain", reading.tokens):
        return None
    rest = reading.tokens[length:]
    apart = bool(rest) and not rest[0].is_word
    if word is Word.WRONG:
        return word if apart else None
    denies = cues.find("negation", rest) or cues.find("refutes", rest)
    return word if (apart or cues.starts("plain_yes", words)) and not denies else None
