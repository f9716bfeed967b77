"""Denials that a model hears half or not at all: "the press never reported that they misused it".

A model goes by what words are about, and hears a charge in its denial as well.  Whether it heard
the "never" shows where it is given the words without it.  A charge that rests on a denial ("they
don't follow the law") is then heard less, and one that was heard in spite of it no less; and what
turns from "hardly a charge" into a sure one was denied.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, GUESS, HINT, SURE
from bot.dialogue.claims.correcting import placed
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues, Span
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told

BEFORE, WITHIN = 5, 4
"""Most tokens from a denied verb to what is heard, and from where that begins to such a verb: a
denial further on is of a detail, as in "they hold it in secret, not shown in the register"."""
LESS = 0.02
"""What a charge may lose without its denial and still be heard no less: the model wavers."""
MOST_READ_AGAIN = 10_000
"""Most tokens that are read again without a denial, all denials together.

A message has as many denials as whoever types it pleases, and each has all of it read once more:
"not not not …" of 8,000 characters took minutes.  What lies beyond stays as it was heard, and so
its charges, which are rather asked back than lost.
"""

Retell = Callable[[Span], Sequence[Told]]
"""What a model hears without the words of a denial."""


class Denials:
    """What denials make of the charges that a model hears, by the content of one release."""

    def __init__(self, guidance: Guidance, cues: Cues) -> None:
        """Look at the facts of *guidance*, whose small words are *cues*."""
        self._cues = cues
        self._charges = dict(_charges(guidance))

    def heard_rightly(
        self, told: Sequence[Told], retell: Retell, reading: Reading, clauses: Clauses
    ) -> Sequence[Told]:
        """*told* with the charges that are denied turned round, as guesses.

        Args:
            told: What a model hears in the words of *reading*.
            retell: What it hears without the tokens of a denial.
            reading: The words.
            clauses: The scope of the small ones.
        """
        told = self._as_a_search_found(told, reading, clauses)
        if not clauses.denials:
            return told
        passed_over: dict[Span, list[Told]] = defaultdict(list)
        half_heard: dict[Span, list[Told]] = defaultdict(list)
        likeliest = {(one.fact, one.value): one.chance
                     for one in sorted(told, key=lambda one: one.chance)}
        verbs = self._cues.find("denied_verb", reading.tokens)
        for one in told:
            charge, none = self._charges.get(one.fact, ("", ""))
            if one.value == charge and one.chance >= CONTEST:
                for denial in self._of_its_verb(one, verbs, reading, clauses):
                    passed_over[denial].append(one)
            elif one.value == none and HINT <= one.chance < GUESS > max(
                    likeliest.get((one.fact, value), 0.0) for value in (charge, none)):
                for denial in _beside(one, reading, clauses):
                    half_heard[denial].append(one)
        turned: dict[Told, Told | None] = dict(self._of_an_opening(told, reading, clauses))
        most = max(1, MOST_READ_AGAIN // len(reading.tokens))
        for denial in sorted({*passed_over, *half_heard})[:most]:
            without = retell(denial)
            turned |= self._unheard(passed_over[denial], without)
            turned |= {one: replace(one, chance=GUESS) for one in half_heard[denial]
                       if _chance(self._charge(one), without) >= SURE}
        return [now for one in told if (now := turned.get(one, one)) is not None]

    def _as_a_search_found(
        self, told: Sequence[Told], reading: Reading, clauses: Clauses
    ) -> list[Told]:
        """*told* with the charges turned round that somebody looked for and did not find."""
        found: list[Told] = []
        for one in told:
            charge, none = self._charges.get(one.fact, ("", ""))
            charged = one.value == charge and one.chance >= HINT
            place = placed(one, reading) if charged else None
            # What is half heard is not what was looked for, where another matter is heard there.
            in_vain = place is not None and bool(clauses.searched_in_vain(place.span)) and not (
                one.chance < GUESS and any(
                    rival.fact != one.fact and rival.chance >= ASKED_BACK
                    and rival.fact in self._charges
                    and (other := placed(rival, reading)) is not None
                    and clauses.same_clause(place.span, other.span) for rival in told))
            found.append(replace(one, value=none, chance=GUESS) if in_vain else one)
        return found

    def _of_an_opening(
        self, told: Sequence[Told], reading: Reading, clauses: Clauses
    ) -> Iterator[tuple[Told, Told | None]]:
        """Charges that are heard beside their denial where a clause opens with a "no" to them.

        "No misuse reports found for that kind of product" is heard as both, and so is what the
        heading names that it is filled in behind: "misuse: no, zero".
        """
        opens = [(span, clauses.heading(span) or span) for span in clauses.denials
                 if clauses.positions(span).start == span[0] and len(clauses.denials) == 1]
        for one in told:
            charge, none = self._charges.get(one.fact, ("", ""))
            place = placed(one, reading)
            if one.value != charge or place is None:
                continue
            for denial, of in opens:
                least = CONTEST if one.chance >= ASKED_BACK or of != denial else HINT
                other = [no for no in told if no.fact == one.fact and no.value == none
                         and no.chance >= least and (at := placed(no, reading)) is not None
                         and clauses.same_clause(at.span, of)]
                # What is heard may reach into a word of the next clause: it is where its middle is.
                middle = int(place.middle), int(place.middle) + 1
                if other and clauses.same_clause(middle, of) and not self._cues.find(
                        "undoes_a_denial", reading.tokens[denial[1] : place.span[1]]):
                    yield one, None
                    yield from ((no, replace(no, chance=GUESS)) for no in other)

    def _charge(self, one: Told) -> Told:
        return replace(one, value=self._charges[one.fact][0])

    def _unheard(self, charged: Sequence[Told], without: Sequence[Told]) -> dict[Told, Told | None]:
        """The likeliest of *charged* that are heard no less without their denial, turned round.

        What is denied is one thing; that it sounds like others too is gone with it.
        """
        unheard = sorted((one for one in charged if _chance(one, without) >= one.chance - LESS),
                         key=lambda one: -one.chance)
        gone = [one for one in charged if unheard and _chance(one, without) >= GUESS]
        turned: dict[Told, Told | None] = dict.fromkeys([*unheard, *gone])
        for one in unheard[:1]:
            turned[one] = replace(one, value=self._charges[one.fact][1], chance=GUESS)
        return turned

    def _of_its_verb(
        self, one: Told, verbs: Sequence[Span], reading: Reading, clauses: Clauses
    ) -> Iterator[Span]:
        """The denial of the verb that *one* hangs on, if it is the only one in its clause."""
        place = placed(one, reading)
        if place is None:
            return
        begin, end = place.span
        core = (begin + end) // 2
        denials = [span for span in clauses.denials
                   if span[0] <= core and clauses.same_clause(span, (core, core + 1))]
        if len(denials) != 1:
            return
        first, last = denial = denials[0]
        near = begin - BEFORE <= last and first <= begin + WITHIN
        of_a_verb = any(verb[0] < last and first < verb[1] for verb in verbs)
        find, tokens = self._cues.find, reading.tokens
        of_a_detail = any(span[1] == first for span in find("relative_pronouns", tokens))
        if near and of_a_verb and not of_a_detail and not (
                find("undoes_a_denial", tokens[last:end])
                or find("turns", tokens[last : core + 1])):
            yield denial


def _charges(guidance: Guidance) -> Iterator[tuple[Fact, tuple[str, str]]]:
    """The facts of *guidance* with two answers, of which just one is grave: that, and the other."""
    for fact, question in guidance.questions.items():
        grave = graver(guidance, fact) if has_poles(question) else frozenset()
        values = [choice.value for choice in question.choices]
        charges, others = ([v for v in values if (v in grave) is is_grave]
                           for is_grave in (True, False))
        if len(charges) == len(others) == 1:
            yield fact, (charges[0], others[0])


def _beside(one: Told, reading: Reading, clauses: Clauses) -> Iterator[Span]:
    """The denials that *one* is heard in, or right behind."""
    place = placed(one, reading)
    if place is not None:
        begin, end = place.span
        yield from (span for span in clauses.denials if begin - BEFORE <= span[1] <= end + 1)


def _chance(one: Told, heard: Sequence[Told]) -> float:
    """How likely *heard* has the value of *one* where that stands, in [0, 1]."""
    return max((other.chance for other in heard if other.fact == one.fact
                and other.value == one.value
                and other.start < one.end and one.start < other.end), default=0.0)
