"""The words that a fact rests on, as they are said back: an answer with its quotation."""

from collections.abc import Mapping, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact
from retrieval.words.mentions import Reading, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import PERCENT

_TOO_SHORT = {Strength.TOLD, Strength.ASKED}
"""What is heard of words that say little by themselves: "it was", beside "all over the news"."""


def quoted(
    reading: Reading,
    clauses: Clauses,
    claims: Sequence[Claim],
    values: frozenset[str] | None,
    sure: bool,
    key: MessageKey,
) -> Answer:
    """What *claims* make of one fact, with the words that it rests on."""
    spans = [_span_of(claim, clauses) for claim in claims]
    first, last = min(first for first, _ in spans), max(last for _, last in spans)
    # What stands within other words that are quoted is quoted with them.
    whole = [one for one in spans if not any(
        other != one and other[0] <= one[0] and one[1] <= other[1] for other in spans)]
    said = ", ".join(dict.fromkeys(
        reading.text[reading.tokens[begin].start : reading.tokens[end - 1].end]
        for begin, end in whole))
    return Answer(values, said, key, sure, reading.tokens[first].start,
                  reading.tokens[last - 1].end, min(c.confidence for c in claims))


def _span_of(claim: Claim, clauses: Clauses) -> tuple[int, int]:
    """The tokens that *claim* is quoted by: with the "no" that it rests on, which turns them."""
    mention = claim.mention
    tokens = clauses.tokens
    # Of "6% state owned" the number is told too.
    share = mention.first > 0 and tokens[mention.first].norm == PERCENT and (
        tokens[mention.first - 1].norm[0].isdigit())
    span = (mention.first - share, mention.last)
    if mention.strength in _TOO_SHORT:
        return clauses.around(span)
    denials = () if claim.holds and claim.value == mention.value else clauses.denials_of(mention)
    spans = (span, *denials)
    return min(first for first, _ in spans), max(last for _, last in spans)


def said_unknown(
    reading: Reading,
    clauses: Clauses,
    heard: Mapping[Fact, Answer],
    deal: Deal,
    key: MessageKey,
    names: Mapping[Fact, Phrases],
) -> dict[Fact, Answer]:
    """Facts that the message says nobody knows yet: "no idea who the end user is"."""
    found: dict[Fact, Answer] = {}
    for span in clauses.unknowns:
        for fact, phrases in names.items():
            if fact in heard or deal.answered(fact):
                continue
            for name in phrases.find(reading.tokens):
                if clauses.same_clause(span, name):
                    first, last = min(span[0], name[0]), max(span[1], name[1])
                    start = reading.tokens[first].start
                    end = reading.tokens[last - 1].end
                    found[fact] = Answer(None, reading.text[start:end], key, True, start, end)
    return found
