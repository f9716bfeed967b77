"""What the vocabulary names and no model was taught: a value, or a name, that came in since.

Whoever keeps the corpus adds them, and no model is trained again for that.  Of what it was never
taught its silence means nothing, and what it hears there is a guess by the letters.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.claim import SURE
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import HasRead, Taught, Tells, Told


@dataclass(frozen=True, slots=True)
class Untaught:
    """What a model of one release was never taught.

    Attributes:
        guidance: The release.
        values: The values that it has no label for.
        reads: What says which words it was taught with; None where nothing does.
    """

    guidance: Guidance
    values: Collection[tuple[Fact, str]] = ()
    reads: HasRead | None = None

    def marked(self, reading: Reading) -> Reading:
        """*reading* with the names in it that are new."""
        found = () if self.reads is None else tuple(
            mention for mention in reading.mentions if self._is_new(mention, reading, self.reads))
        return replace(reading, new=found) if found else reading

    def heard(
        self, told: Sequence[Told], reading: Reading, clauses: Clauses
    ) -> Sequence[Told]:
        """*told* with the values that were not taught, less what is guessed of new names."""
        return [*(one for one in told
                  if not any(_is_guessed_of(one, name, reading) for name in reading.new)),
                *self._values(reading, clauses)]

    def _values(self, reading: Reading, clauses: Clauses) -> Iterator[Told]:
        """The values that were not taught, named outright: that says all there is."""
        for mention in reading.mentions if self.values else ():
            if (mention.fact, mention.value) in self.values and mention.strength.is_firm:
                value = mention.negated_value if clauses.denied(mention) else mention.value
                if value is not None:
                    tokens = reading.tokens[mention.first : mention.last]
                    yield Told(mention.fact, value, 1.0, tokens[0].start, tokens[-1].end)

    def _is_new(self, mention: Mention, reading: Reading, reads: HasRead) -> bool:
        """Whether *mention* is a term, of what takes several values, that has an unread word."""
        question = self.guidance.questions.get(mention.fact)
        return (mention.strength is Strength.TERM and question is not None and question.several
                and question.kind is not QuestionKind.COUNTRY
                and not has_poles(question) and (mention.fact, mention.value) not in self.values
                and any(token.is_word and not reads.has_read(token.norm)
                        for token in reading.tokens[mention.first : mention.last]))


def _is_guessed_of(one: Told, name: Mention, reading: Reading) -> bool:
    """Whether *one* is another value of the fact of *name*, heard of that name and no other."""
    if one.fact != name.fact or one.value == name.value or one.chance >= SURE:
        return False
    start, end = reading.tokens[name.first].start, reading.tokens[name.last - 1].end
    return one.start < end and start < one.end and not any(
        m.fact == one.fact and m.value == one.value for m in reading.mentions)


def untaught(guidance: Guidance, tells: Tells | None) -> Untaught:
    """What *tells* was never taught of *guidance*; nothing where it doesn't say."""
    values: frozenset[tuple[Fact, str]] = frozenset()
    if isinstance(tells, Taught):
        values = frozenset(
            (fact, choice.value) for fact, question in guidance.questions.items()
            for choice in question.choices if not tells.knows(fact, choice.value))
    return Untaught(guidance, values, tells if isinstance(tells, HasRead) else None)
