"""What is denied by the very words that it was told in: "to block porn", and later "not blocking".

The vocabulary need not know those words by themselves, nor a model hear the "not".
"""

from bot.dialogue.clauses import Clauses
from bot.dialogue.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.deal import Deal
from retrieval.guidance import Fact
from retrieval.words.mentions import Reading
from retrieval.words.tokens import tokenise


def unsaid(
    reading: Reading, clauses: Clauses, deal: Deal, cues: Cues
) -> dict[Fact, frozenset[str]]:
    """The values of *deal* that *reading* takes back by denying words that they rest on.

    A clause has to deny nothing else: "no reports of protests" takes back no protests.  Of several
    facts that rest on such words it is the one told in the fewest; of facts with several values
    the words don't say which of them is meant.
    """
    found: dict[Fact, frozenset[str]] = {}
    for denial in clauses.denials:
        words = _denied(reading, clauses, denial, cues)
        if not words:
            continue
        said = {fact: {t.stem for t in tokenise(answer.said)}
                for fact, answer in deal.answers.items() if answer.values}
        fits = {fact: len(stems) for fact, stems in said.items() if words <= stems}
        nearest = [fact for fact, length in fits.items() if length == min(fits.values())]
        if len(nearest) == 1 and len(deal.known(nearest[0])) == 1:
            found[nearest[0]] = deal.known(nearest[0])
    return found


def _denied(reading: Reading, clauses: Clauses, denial: Span, cues: Cues) -> frozenset[str]:
    """Stems of what the clause of *denial* denies; empty where it says anything before that.

    Empty too where the vocabulary has a name for it.
    """
    clause = clauses.positions(denial)
    tokens = reading.tokens
    if any(m.strength.is_firm and denial[1] <= m.first < clause.stop for m in reading.mentions):
        return frozenset()
    small = {i for name in (FUNCTION_WORDS, "filler", "correction", "second_thought")
             for first, last in cues.find(name, tokens) for i in range(first, last)}
    before = [i for i in range(clause.start, denial[0]) if tokens[i].is_word and i not in small]
    if before:
        return frozenset()
    return frozenset(tokens[i].stem for i in range(denial[1], clause.stop)
                     if tokens[i].is_word and i not in small)
