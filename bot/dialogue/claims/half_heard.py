"""What a model half hears, and what bears it out: worth a question, though nobody said it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, GUESS, HINT, LIKELIER, NEARLY, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.poles import raises_alone
from retrieval.guidance import Question
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import Told


def likelier(question: Question, tells: Mapping[str, Told], at: Utterance) -> Iterator[Claim]:
    """The value of *question* that is likelier told than not, if no flag hangs on it alone.

    What rules all others out, as that nobody is between, is not guessed so lightly; nor is what no
    words name, as that it is "something else".
    """
    best = max(tells.values(), key=lambda one: one.chance, default=None)
    rivals = [one for one in tells.values() if one is not best and one.chance >= CONTEST]
    if best is None or not LIKELIER <= best.chance < GUESS or rivals or (
            best.value in question.alone or raises_alone(at.guidance, question.fact, best.value)
            or not any(term.fact == question.fact and term.value == best.value
                       for term in at.guidance.vocabulary.terms)):
        return
    mention = heard_at(best, at.reading)
    if mention is not None:
        yield Claim(mention, best.value, True, False, at.clauses.added(mention), best.chance)


def borne_out(
    question: Question, tells: Mapping[str, Told], rivals: Sequence[Told], at: Utterance
) -> Iterator[Claim]:
    """The value of *question* that is half heard where words stand that would answer with it.

    Neither says it alone: "different answer each time" is a word of answer, and a model half hears
    that they evade.  Together they are worth asking back.  A denial in the same clause may be of
    either, a value heard nearly as likely may be the one that was meant, and words that answer
    another question as well, as "they misused it" does, say nothing of which is meant; nor does a
    clause that is rather heard as one of *rivals*, what is told of other questions.
    """
    reading, clauses = at.reading, at.clauses
    best = max(tells.values(), key=lambda one: one.chance, default=None)
    place = placed(best, reading) if best is not None and HINT <= best.chance < GUESS else None
    if best is None or place is None or any(
            one is not best and one.chance >= best.chance - NEARLY for one in tells.values()):
        return
    clause = clauses.positions(place.span)
    if any(one.chance > best.chance and (other := placed(one, reading)) and
           int(other.middle) in clause for one in rivals):
        return
    others = {(m.first, m.last) for m in reading.mentions
              if m.strength is Strength.ASKED and m.fact != question.fact}
    for m in reading.mentions:
        mine = (m.first, m.last)
        if (m.strength is Strength.ASKED and m.fact == question.fact and m.value == best.value
                and clauses.same_clause(place.span, mine) and not clauses.is_left_open(mine)
                and (clauses.negated_within(mine) or not clauses.denies_in(mine))
                and mine not in others):
            mention = replace(m, strength=Strength.TOLD)
            yield Claim(mention, m.value, True, False, False, best.chance)
            return


def heard_at(one: Told, reading: Reading) -> Mention | None:
    """Where *one* is heard, as what names its value there; None where it covers no word."""
    place = placed(one, reading)
    if place is None:
        return None
    first, last = place.span
    return Mention(one.fact, one.value, None, first, last, Strength.TOLD, ((first, last),))
