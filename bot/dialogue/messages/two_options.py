"""Two options held against each other beside a deal: "drones or cctv, which is riskier?".

Neither is told.  What parts the two parts the message, and each part is read by itself, as it would
be if it were told.  What is said of one alone is held against what is known.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.dialogue.claim import GUESS, HINT, SURE
from bot.dialogue.claims.claiming import claims_of
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.asking_by_name import without
from bot.dialogue.messages.steering import Steering
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.messages.wondering import unopened
from bot.dialogue.naming import OPTIONS
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, covered, intents_of
from bot.dialogue.small_words.safeguards_called import safeguards_called
from retrieval.guidance import Fact, Guidance, Question, QuestionKind, Role
from retrieval.words.tells import Told

Named = Mapping[Fact, frozenset[str]]
"""Values by fact."""
Held = tuple[frozenset[str], frozenset[str]]
"""Values of a fact by the one option, and by the other."""
_NOTHING: frozenset[str] = frozenset()
ENDING_WORDS = 2
"""Most words behind what judges at the end of a message: "…, less of a headache for us?"."""
_PAUSES = frozenset({",", "-", "–", "—", ":", "."})
BARE_WORDS = 12
"""Most words of what asks which of two is better, and names neither; or only names both."""


@dataclass(frozen=True, slots=True)
class _Option:
    """What is said of one of the two."""

    named: Named
    """What would be so."""
    denied: Named
    """What would not be so: "without thermal"."""
    heard: Mapping[Fact, Told]
    """What a model hears in it, however faintly: by fact the likeliest."""

    def values(self, question: Question, known: frozenset[str]) -> frozenset[str] | None:
        """Its values of the fact of *question*, of which some are *known*; None for none."""
        fact = question.fact
        if fact in self.named:
            return question.together(self.named[fact])
        if fact not in self.denied:
            return None
        left = known - self.denied[fact]
        return left or (frozenset({question.no}) if question.no else None)

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that it says something of."""
        return frozenset({*self.named, *self.denied})

    @property
    def without(self) -> frozenset[Fact]:
        """The facts of which it only says what would not be so."""
        return frozenset(self.denied.keys() - self.named.keys())

    def with_heard(self, facts: Collection[Fact], faint: Collection[Fact]) -> "_Option":
        """It, with what is heard of *facts* as if it were named, where nothing is.

        Of the facts *faint* little is enough.
        """
        more = {fact: frozenset({self.heard[fact].value}) for fact in facts
                if fact in self.heard and fact not in self.denied
                and (fact in faint or self.heard[fact].chance >= GUESS)}
        return replace(self, named={**more, **self.named})


_UNSAID = _Option({}, {}, {})


class TwoOptions:
    """Hears such comparisons with the small words of one release.

    Args:
        guidance: The release.
        cues: Its cue lists, compiled.
        steering: Its phrases by which people steer.
        of: Takes a text apart.
    """

    def __init__(
        self, guidance: Guidance, cues: Cues, steering: Steering, of: TakeApart
    ) -> None:
        self._guidance, self._cues, self._steering, self._of = guidance, cues, steering, of
        self._intents = intents_of(guidance)
        self._questions = {q.fact: q for q in guidance.questions.values()
                           if q.kind is not QuestionKind.TEXT and q.role is not Role.STAGE}
        # Who stands between, and who hosts, is told in a word or two: "deliver ourselves".
        self._faint = frozenset(fact for fact, q in self._questions.items()
                                if q.role is Role.GO_BETWEEN or has_poles(q))

    def read(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* as a comparison of two ways that the deal may go; None if it is none.

        What it supposes has the values of the one and, as `instead`, those of the other.
        """
        reading, deal = understood.reading, conversation.deal
        if not deal.answers or understood.lookup.names or (
                self._steering.of_another_deal(reading)) or self._tells_beside(understood):
            return None
        asks = self._asks(understood)
        supposed = (self._tried_out(understood, conversation) if asks else {}) or (
            self._held_apart(understood, deal, asks=asks))
        if supposed:
            answers = {fact: Answer(values, message.text, message.key, end=len(message.text),
                                    instead=instead)
                       for fact, (values, instead) in supposed.items()}
            return replace(message, intent=Intent.WHAT_IF, supposed=answers,
                           topics=reading.by_fact())
        return self._unheld(understood, message) if asks else None

    def _unheld(self, understood: Understood, message: Message) -> Message | None:
        """*message* where the advice goes by neither of the two: "which is better, lease or sale".

        None where it is no comparison, or the texts may speak to it.
        """
        text = understood.reading.text.strip()
        parts = next(self._parted(understood), None)
        if parts is None or safeguards_called(understood.reading.tokens, self._guidance):
            return None
        if any(self._intents.find("turning_down", self._of(part).reading.tokens)
               for part in parts):
            return replace(message, intent=Intent.VERDICT)
        if understood.strays(text) <= 0:
            return None
        return replace(message, intent=Intent.HELP, subject=OPTIONS)

    def _asks(self, understood: Understood) -> bool:
        """Whether it asks how two things compare, or which of them it should be."""
        tokens, cues = understood.reading.tokens, self._cues
        asking = ("asks_to_choose", "asks_of_one", "holds_apart")
        return any(cues.find(name, tokens) for name in asking) or (
            self._steering.holds_against(understood.reading)) or any(
            self._judges(understood, span) for span in understood.clauses.sentences())

    def _judges(self, understood: Understood, span: Span) -> bool:
        """Whether the tokens of *span* ask how one thing is beside another."""
        reading, cues = understood.reading, self._cues
        tokens = reading.tokens[slice(*span)]
        return bool(cues.find("judges_options", tokens)) and (
            tokens[-1].norm == "?" or self._steering.wondering.is_question(reading, span)
            or cues.starts("inverted", unopened(tokens, cues)) > 0)

    def _tried_out(
        self, understood: Understood, conversation: Conversation
    ) -> Mapping[Fact, Held]:
        """The last two suppositions, or the last one and what is known, where it names nothing."""
        reading, supposed = understood.reading, conversation.supposed
        named = any(m.strength.is_firm for m in reading.mentions)
        if not supposed or named or len(reading.tokens.words) > BARE_WORDS or (
                next(self._parted(understood), None) is not None):
            return {}
        if self._cues.find("of_the_flags", reading.tokens):
            return {}
        return {fact: (answer.values or _NOTHING,
                       answer.instead or conversation.deal.known(fact))
                for fact, answer in supposed.items()}

    def _held_apart(
        self, understood: Understood, deal: Deal, *, asks: bool
    ) -> Mapping[Fact, Held]:
        """The two that it names itself, or the one beside what is known; empty for none.

        Where nothing *asks* which is better, "should we go direct or by a reseller" does, and
        "Togo or Benin?", if both are of one fact and one of them is known.
        """
        tokens = understood.reading.tokens
        parts = next(self._parted(understood), None)
        if parts is None:
            return self._of_both(self._option(understood), _UNSAID, deal) if asks and (
                self._is_of_one(understood)) else {}
        marked = tokens[-1].norm == "?" and len(tokens.words) <= BARE_WORDS
        if not (asks or marked) and not (
                self._cues.starts("asks_which_way", unopened(tokens, self._cues))):
            return {}
        halves = [self._of(part) for part in parts]
        one, other = map(self._option, halves)
        one, other = self._left_out(halves[0], one, other), self._left_out(halves[1], other, one)
        one, other = one.with_heard(other.facts, self._faint), other.with_heard(
            one.facts, self._faint)
        shared = one.facts & other.facts
        if not (one.facts and other.facts) and self._steering.what_if.supposes(
                understood.reading, understood.clauses):
            return {}  # "what if the police used it, or is that no better?"
        left_out = one.without | other.without
        if not asks and not any(fact in left_out or deal.known(fact) & (
                one.named.get(fact, _NOTHING) | other.named.get(fact, _NOTHING))
                for fact in shared | left_out):
            return {}
        if any(not option.facts and not self._points_back(half)
               for option, half in zip((one, other), halves, strict=True)):
            return {}  # of what one of them is nothing is known
        return self._of_both(one, other, deal)

    def _is_of_one(self, understood: Understood) -> bool:
        """Whether it asks of one thing how that is beside what is known, and names no other."""
        reading, clauses, cues = understood.reading, understood.clauses, self._cues
        put = len(clauses.sentences()) > 1 and cues.find("puts_an_option", reading.tokens)
        ends = any(reading.tokens[first - 1].norm in _PAUSES for first, last in cues.find(
            "judges_options", reading.tokens) if first and sum(
                t.is_word for t in reading.tokens[last:]) <= ENDING_WORDS)
        return not self._steering.what_if.supposes(reading, clauses) and bool(
            ends or cues.find("asks_of_one", reading.tokens) or (
                put and cues.find("asks_to_choose", reading.tokens)))

    def _left_out(self, half: Understood, option: _Option, beside: _Option) -> _Option:
        """*option*, with what stands behind its "without" as denied: "or without thermal".

        To a model such words alone name nothing; behind a bare "without" it is what the other
        option names.
        """
        tokens = half.reading.tokens
        # The "no" of "is that no better" leaves nothing out.
        away = [span for span in self._cues.find("lacks", tokens)
                if tokens[span[0]].norm not in self._cues.words("bare_no")]
        if not away or option.denied:
            return option
        begin = tokens[away[0][1] - 1].end
        behind = self._of(half.reading.text[begin:])
        bare = not any(t.is_word for t in behind.reading.tokens) or self._points_back(behind)
        there = beside.named if bare else self._option(behind).named
        return replace(option, named={f: v for f, v in option.named.items() if f not in there},
                       denied=there)

    def _points_back(self, half: Understood) -> bool:
        """Whether *half* is of nothing but the deal as it is: "is that worse"."""
        tokens = half.reading.tokens
        small = self._cues.covered(
            tokens, FUNCTION_WORDS, "judges_options", "asks_to_choose", "asks_of_one", "inverted",
            "sentence_openers", "announces_options", "asks_which_way", "place_judged_beside")
        return all(i in small for i, token in enumerate(tokens) if token.is_word)

    def _tells_beside(self, understood: Understood) -> bool:
        """Whether a sentence beside the one that asks tells something of the deal.

        "We could also offer drones. Which is safer?" puts forward what is asked about.
        """
        reading, cues = understood.reading, self._cues
        beside = [span for span in understood.clauses.sentences()
                  if not self._judges(understood, span)
                  and not any(cues.find(name, reading.tokens[slice(*span)])
                              for name in ("asks_to_choose", "asks_of_one"))]
        if len(beside) == len(understood.clauses.sentences()):
            return False  # "compare Jordan and Egypt"
        return any(m.strength.is_firm and first <= m.first < last
                   for m in reading.mentions for first, last in beside) and not any(
            cues.find(name, reading.tokens[slice(*span)])
            for span in beside for name in ("puts_an_option", "parts_options"))

    def _parted(self, understood: Understood) -> Iterator[tuple[str, str]]:
        """Its text parted in two by what parts options, the likeliest first."""
        tokens = understood.reading.tokens
        asking = [span for name in ("asks_to_choose", "asks_of_one", "judges_options")
                  for span in self._cues.find(name, tokens)]
        # To a model "thermal, what would you pick" is hardly thermal imaging.
        text = without(understood.reading.text, [
            (tokens[first].start, tokens[last - 1].end) for first, last in asking])
        spans = [s for s in self._cues.find("parts_options", tokens)
                 if covered(asking).isdisjoint(range(*s))]
        announced = [last for _, last in self._cues.find("announces_options", tokens)]
        spans += [s for s in self._cues.find("parts_options_announced", tokens)
                  if not spans and announced and announced[0] <= s[0]]
        # Behind "than" stands what it is held against, whatever an "or" lists before it.
        lists = self._cues.words("nor_words")
        for first, last in sorted(spans, key=lambda s: tokens[s[0]].norm in lists):
            if first > 0 and last < len(tokens):
                yield text[: tokens[first].start], text[tokens[last - 1].end :]

    def _option(self, part: Understood) -> _Option:
        """What *part* says of the deal, as it would if it were told."""
        named: dict[Fact, frozenset[str]] = {}
        denied: dict[Fact, frozenset[str]] = {}
        for claim in claims_of(part.utterance, (), None, supposed=True):
            fact = claim.mention.fact
            if claim.mention.strength.is_firm and fact in self._questions:
                into = named if claim.holds else denied
                into[fact] = into.get(fact, _NOTHING) | {claim.value}
        heard: dict[Fact, Told] = {}
        for one in sorted(part.told() or (), key=lambda one: one.chance):
            question = self._questions.get(one.fact)
            if question is not None and one.chance >= HINT and any(
                    one.value == choice.value for choice in question.choices):
                heard[one.fact] = one
        for fact, one in heard.items():
            if one.chance >= SURE and fact not in denied:
                named.setdefault(fact, frozenset({one.value}))
        return _Option(named, denied, heard)

    def _of_both(self, one: _Option, other: _Option, deal: Deal) -> Mapping[Fact, Held]:
        """What the two come to in *deal*, by fact: values of the one and of the other."""
        held: dict[Fact, Held] = {}
        same: dict[Fact, Held] = {}
        for fact, question in self._questions.items():
            known = deal.known(fact)
            mine, theirs = one.values(question, known), other.values(question, known)
            if mine is None and theirs is None:
                continue
            if mine is not None and mine == theirs:
                same[fact] = mine, theirs
                continue
            if one.facts and other.facts and (mine or known) | (theirs or known) <= known:
                same[fact] = known, known
            if fact in one.without or fact in other.without:
                # "With thermal or without" leaves all else that is sold.
                mine, theirs = (
                    values if fact in option.without else known | (
                        values or _NOTHING) if question.several else values
                    for option, values in ((one, mine), (other, theirs)))
            first, second = _in_the_deal(mine, theirs, known, several=question.several)
            if first != second and first:
                held[fact] = first, second
        # What is found of a country or a party is no option, but what comes with one of them.
        chosen = {fact: two for fact, two in held.items()
                  if not has_poles(self._questions[fact]) or fact in one.facts & other.facts}
        return chosen or held or same


def _in_the_deal(
    one: frozenset[str] | None,
    other: frozenset[str] | None,
    known: frozenset[str],
    *,
    several: bool,
) -> Held:
    """What a fact would be by either option: the first is what is not *known*, if either isn't."""
    if one is None or other is None:
        said = (one if other is None else other) or _NOTHING
        return (known, known) if said <= known else (said, known)
    if known in (one, other):
        return (other, known) if one == known else (one, known)
    if one <= known and other <= known:
        return known - other or one, known - one or other
    if one <= known:
        one, other = other, one
    if other <= known:
        # What else is sold stays beside either.
        return (known - other | one if several else one), known
    return one, other
