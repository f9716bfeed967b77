"""One of two ways that a deal may go, and what a fact would be by either."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.dialogue.claim import GUESS
from bot.dialogue.poles import graver, has_poles
from retrieval.guidance import Fact, Guidance, Question
from retrieval.words.tells import Told

Named = Mapping[Fact, frozenset[str]]
"""Values by fact."""
Held = tuple[frozenset[str], frozenset[str]]
"""Values of a fact by the one option, and by the other."""
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Option:
    """What is said of one of the two."""

    named: Named
    """What would be so."""
    denied: Named
    """What would not be so: "without thermal"."""
    heard: Mapping[Fact, Told]
    """What a model hears in it, however faintly: by fact the likeliest."""

    def values(
        self, guidance: Guidance, question: Question, known: frozenset[str]
    ) -> frozenset[str] | None:
        """Its values of the fact of *question*, of which some are *known*; None for none."""
        fact = question.fact
        if fact in self.named:
            return question.together(self.named[fact])
        if fact not in self.denied:
            return None
        left = known - self.denied[fact]
        if left or question.no:
            return left or frozenset({question.no or ""})
        other = other_way(guidance, question, self.denied[fact])
        return None if other is None else frozenset({other})

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that it says something of."""
        return frozenset({*self.named, *self.denied})

    @property
    def without(self) -> frozenset[Fact]:
        """The facts of which it only says what would not be so."""
        return frozenset(self.denied.keys() - self.named.keys())

    def with_heard(self, facts: Collection[Fact], faint: Collection[Fact]) -> "Option":
        """It, with what is heard of *facts* as if it were named, where nothing is.

        Of the facts *faint* little is enough.
        """
        more = {fact: frozenset({self.heard[fact].value}) for fact in facts
                if fact in self.heard and fact not in self.denied
                and (fact in faint or self.heard[fact].chance >= GUESS)}
        return replace(self, named={**more, **self.named})


def in_the_deal(
    one: frozenset[str] | None,
    other: frozenset[str] | None,
    known: frozenset[str],
    *,
    several: bool,
) -> Held:
    """What a fact would be by either option: the first is what is not *known*, if either isn't."""
    if one is None or other is None:
        said = (one if other is None else other) or NOTHING
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


def other_way(guidance: Guidance, question: Question, values: frozenset[str]) -> str | None:
    """What would be so if *values* were not, where one of two is: the clause refused or accepted.

    A value that a flag hangs on has one that settles the matter as its other, and the reverse;
    where none hangs on any, the first other choice is it. None of a fact that isn't like that.
    """
    if question.no is not None and not has_poles(question):
        return None if question.no in values else question.no
    if not has_poles(question):
        return None
    grave = graver(guidance, question.fact)
    others = [choice.value for choice in question.choices if choice.value not in values]
    fitting = [value for value in others if (value in grave) != bool(values & grave)]
    return next(iter(fitting if grave else others), None)
