"""What a text holds, whatever the conversation it is said in: its words, clauses and tellings."""

from collections.abc import Callable, Collection, Iterator, Sequence

from bot.dialogue.claim import GUESS, SURE
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.unheard import Denials
from bot.dialogue.claims.untaught import Untaught, untaught
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import TELLING_FACTS
from bot.dialogue.messages.asking_by_name import apart, without
from bot.dialogue.messages.letter import Letters
from bot.dialogue.naming import naming_questions
from bot.dialogue.small_words.answer_words import Item, Kind, items_of
from bot.dialogue.small_words.apostrophes import apostrophes_left_out
from bot.dialogue.small_words.around import (
    ASKS_FOR_A_VIEW,
    BEFORE,
    BEHIND,
    FILLERS_BEFORE,
    FILLERS_BEHIND,
    around,
)
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from bot.dialogue.small_words.lookup import Lookup
from bot.dialogue.small_words.lookups import lookups_of
from bot.dialogue.small_words.short_and import short_ands, written_out
from bot.dialogue.small_words.ticks import ticks_in, told_with
from retrieval.guidance import UNKNOWN, Fact, Guidance
from retrieval.words.lexicon import Lexicon
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tells import Tells, Told
from retrieval.words.tokens import FILLED_IN, Mend, tokenise

CONTRACTED = len("n't")
"""Letters of the "not" that a verb ends in."""
OUTRIGHT = frozenset({Strength.TERM, Strength.FUZZY})
"""How words name a value outright, by a term of its own and not by a pattern."""

LATEST = 6
"""Texts that are kept taken apart: a message or two, and parts of them."""

FEWEST_BESIDE = 2
"""Fewest words beside what nobody knows that may tell something: "clauses agreed"."""

_ANSWERS = frozenset({Kind.VERDICT, Kind.HEDGE})
"""What may stand behind the number of a question: "1 yes", "3 not sure"."""

Strays = Callable[[str], float]
"""By how much a text lies nearer to what the release names as a gap than to all that it holds."""

Mends = Callable[[str], Sequence[Mend]]
"""The slips of the keyboard in a text, and what was meant."""


def as_written(_: str) -> Sequence[Mend]:
    """No slip is mended."""
    return ()


def lexicon_of(guidance: Guidance) -> Lexicon:
    """The vocabulary of *guidance*, compiled once."""
    known = guidance.worked_out.of(lexicon_of)
    if None not in known:
        known[None] = Lexicon(guidance.vocabulary)
    return known[None]


class Understood:
    """What a text holds, whatever the conversation."""

    def __init__(
        self,
        utterance: Utterance,
        lookup: Lookup,
        tells: Tells | None,
        strays: Strays | None,
        denials: Denials,
        untaught: Untaught | None = None,
        contracted: Collection[str] = (),
        *,
        hedges: bool = False,
        ands: Sequence[tuple[int, int]] = (),
    ) -> None:
        self._untaught, self._contracted, self._hedges = untaught, contracted, hedges
        self._ands = ands
        self.ticks = ticks_in(utterance.reading.tokens, utterance.cues)
        self.utterance = utterance
        self.reading = utterance.reading
        self.lookup = lookup
        self.clauses = utterance.clauses
        self._tells = tells
        self._denials = denials
        self._told: Sequence[Told] | None = None
        self._strays = strays
        self._strayed: dict[str, float] = {}

    def told(self) -> Sequence[Told] | None:
        """What a model takes its clauses to tell; None where there is no model."""
        if self._told is None and self._tells is not None and (self._hedges or not any(
                token.is_word and not token.norm.isdecimal() for token in self.reading.tokens)):
            # To a model a bare "?" sounds like a deal that is hardly one yet, "0" like a zero day,
            # and "likely" like software that foretells; a number is an answer or nothing, and so is
            # a hedge.
            self._told = ()
        if self._told is None and self._tells is not None:
            heard = self._denials.heard_rightly(
                self.told_without(()), self._without_tokens, self.reading, self.clauses)
            beside = [*self._beside_the_unknown(heard)]
            drowned = {one.fact for one in beside}
            heard = (*(one for one in heard if one.fact not in drowned), *beside)
            self._told = heard if self._untaught is None else tuple(
                self._untaught.heard(heard, self.reading, self.clauses))
        return self._told

    def _beside_the_unknown(self, heard: Sequence[Told]) -> Iterator[Told]:
        """What is told beside a clause on what nobody knows, of facts that it drowns.

        To a model "clauses agreed, courts unknown" knows neither; by itself the first is clear.
        """
        tokens = self.reading.tokens
        # "I don't know, clauses agreed" says in a clause of its own that nobody knows something.
        clauses = {(clause.start, clause.stop)
                   for clause in map(self.clauses.positions, self.clauses.unknowns)}
        named = [(tokens[first].start, tokens[last - 1].end) for first, last in sorted(clauses)
                 if sum(t.is_word for t in tokens[first:last]) > max(
                     end - begin for begin, end in self.clauses.unknowns
                     if first <= begin and end <= last)]
        if not named or len(without(self.reading.text, named).split()) < FEWEST_BESIDE:
            return
        known = {one.fact for one in heard if one.chance >= GUESS and one.value != UNKNOWN}
        yield from (one for one in self.told_without(named)
                    if one.chance >= GUESS and one.fact not in known)

    def told_without(self, spans: Sequence[tuple[int, int]]) -> Sequence[Told]:
        """What a model takes it to tell with blanks in place of *spans*; nothing without one."""
        if self._tells is None:
            return ()
        # To a model a made-up name tells what its letters remind of ("ProSec" a prosecutor), and
        # a "no" denies what no comma parts it from: "no the warrants are needed".
        tokens = self.reading.tokens
        answers = [(tokens[first].start, tokens[last - 1].end)
                   for first, last in self.clauses.bare]
        blank = (*self.lookup.spans, *self.reading.coined, *answers, *spans,
                 *around(self.reading.text, tokens, self.utterance.cues,
                         (BEFORE, FILLERS_BEFORE), (BEHIND, FILLERS_BEHIND, ASKS_FOR_A_VIEW)))
        text = without(written_out(self.reading.text, self._ands), blank)
        for token in tokens:
            if token.text == FILLED_IN:
                text = f"{text[: token.start]}{token.norm}{text[token.end :]}"
        return told_with(self._tells, text, self.ticks)

    def _without_tokens(self, span: Span) -> Sequence[Told]:
        tokens = self.reading.tokens[span[0] : span[1]]
        start, end = tokens[0].start, tokens[-1].end
        # Less its "n't", "aren't" leaves a sentence, and less all of it none.
        if len(tokens) == 1 and tokens[0].norm in self._contracted:
            start = end - CONTRACTED
        return self.told_without([(start, end)])

    def strays(self, part: str) -> float:
        """By how much *part* of it strays from what the release holds; 0 without a model."""
        if self._strays is None:
            return 0.0
        if part not in self._strayed:
            self._strayed[part] = self._strays(part)
        return self._strayed[part]

    def speaks_of(self) -> frozenset[Fact]:
        """Facts that any of its words may be about, however faintly."""
        return frozenset(self.reading.by_fact()) | {
            one.fact for one in self.told() or () if one.chance >= GUESS}

    def facts(self) -> frozenset[Fact]:
        """Facts of which it names a value, or surely tells one."""
        named = {m.fact for m in self.reading.mentions if m.strength.is_firm}
        return frozenset(named | {one.fact for one in self.told() or () if one.chance >= SURE})


TakeApart = Callable[[str], Understood]
"""Takes a text apart."""
Read = Callable[[Understood, Message, Conversation], Message]
"""Reads what a message holds as said in a conversation, by itself."""


def _endings_of_numbers(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where a code stands right behind digits: "on the 9th" names no Thailand."""
    for mention in reading.mentions:
        first = mention.first
        if first and mention.length == 1 and not mention.strength.is_firm:
            token, before = reading.tokens[first], reading.tokens[first - 1]
            if before.end == token.start and before.norm.isdecimal():
                yield token.start, token.end


def _less_pauses_in_answers(
    text: str, mends: Sequence[Mend], cues: Cues
) -> Sequence[Mend]:
    """*mends* without a pause between the number of a question and the answer to it.

    "1 no 2 yes 3 no" was heard as "1, no 2, yes, 3, no", where the no is of the 2.  A number has
    to begin the text or stand behind an answer, as in "we sell 40 no reseller" it counts things, or
    to be one of a list of answers: in "Q1 none / Q2 sedition law / Q3 none" all are.
    """
    pauses = {mend.start for mend in mends if text[mend.start : mend.end].isspace()}
    if not pauses:
        return mends
    tokens = tokenise(text)
    items = [one for one in items_of(tokens, cues) if one.kind is not Kind.BETWEEN]
    listed = _listed(items)
    inside = {
        tokens[one.last - 1].end for n, one in enumerate(items[:-1])
        if one.kind is Kind.PLACE and (n in listed or (
            items[n + 1].kind in _ANSWERS and (n == 0 or items[n - 1].kind in _ANSWERS)))} & pauses
    return [mend for mend in mends if mend.start not in inside] if inside else mends


def _listed(items: Sequence[Item]) -> frozenset[int]:
    """Which of *items* are the numbers of a list of answers: first 1, then 2; one is answered."""
    listed: list[int] = []
    for n, one in enumerate(items):
        if one.kind is Kind.PLACE and one.place == len(listed) and (listed or n == 0):
            listed.append(n)
    answered = any(items[n + 1].kind in _ANSWERS for n in listed if n + 1 < len(items))
    return frozenset(listed) if len(listed) > 1 and answered else frozenset()


class Understanding:
    """Takes texts apart with the vocabulary of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        tells: What a model takes clauses to tell, if there is a model.
        strays: How far a text strays from what the release holds, if there is one.
        mends: What the misspelt words of a text were meant to be.
    """

    def __init__(
        self, guidance: Guidance, cues: Cues, tells: Tells | None, strays: Strays | None,
        mends: Mends = as_written,
    ) -> None:
        self._mends = mends
        self.lexicon = lexicon_of(guidance)
        self.lookups = lookups_of(guidance)
        self._letters = Letters(cues, self.lexicon.knows)
        self._guidance, self._cues = guidance, cues
        self._tells = tells
        self._strays = strays
        self._denials = Denials(guidance, cues)
        self._untaught = untaught(guidance, tells)
        self._naming = frozenset(question.fact for question in naming_questions(guidance))
        self._latest: tuple[Understood, ...] = ()

    def matter(self, text: str) -> str:
        """*text* without the greeting, the signature and what others wrote below."""
        return self._without_courtesies(self._letters.letter(text).own)

    def _without_courtesies(self, text: str) -> str:
        return without(text, [*around(text, tokenise(text), self._cues, (BEFORE,), (BEHIND,))])

    def of_message(self, text: str, conversation: Conversation) -> Understood:
        """What the matter of *text* holds; with the mail below it where that tells of the deal.

        It does where no deal is told yet and the mail says what names one, and the words above it
        don't: "from our partner in Lagos, what do we need before quoting" passes on who buys what.
        """
        letter = self._letters.letter(text)
        understood = self.of(self._without_courtesies(letter.own))
        if letter.whole == letter.own or conversation.deal.answers:
            return understood
        unsaid = self._naming - understood.facts()
        if not unsaid:
            return understood
        whole = self.of(self._without_courtesies(letter.whole))
        # Of a mail that says nothing of that either, what it tells beside is better than nothing.
        return whole if (len(understood.facts()) < TELLING_FACTS
                         or not unsaid.isdisjoint(whole.facts())) else understood

    def of(self, text: str) -> Understood:
        """What *text* holds: its tokens, mentions, clauses, and what it names of the corpus.

        A message is often read twice, held against two conversations, and by itself, in parts and
        with what it goes on from: so the latest ones are kept, until the next are read.
        """
        latest = self._latest
        for one in latest:
            if one.reading.text == text:
                return one
        ands = short_ands(text, self._cues)
        mends = [*_less_pauses_in_answers(text, self._mends(text), self._cues),
                 *apostrophes_left_out(text, self._cues),
                 *(Mend(start, end, "and") for start, end in ands)]
        reading = self.lexicon.find(text, mends=mends)
        lookup = self.lookups.of(text, tokens=reading.tokens)
        reading = self._untaught.marked(
            apart(reading, (*lookup.spans, *_endings_of_numbers(reading))))
        utterance = Utterance(
            reading, Clauses(reading, self._cues), self._guidance, self._cues)
        understood = Understood(utterance, lookup, self._tells,
                                self._strays, self._denials, self._untaught,
                                self._cues.words("verb_and_not"),
                                hedges=self._cues.only(reading.tokens, "uncertain", "filler"),
                                ands=ands)
        self._latest = (understood, *latest[: LATEST - 1])
        return understood
