"""One body that is heard as two: the Chicago police, as police and as an end-user at home."""

from collections.abc import Mapping, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.deal import ASKED_BACK
from retrieval.guidance import Fact, Guidance
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told


def as_one_body(
    fact: Fact,
    named: Sequence[Claim],
    heard: Mapping[str, Told],
    reading: Reading,
    guidance: Guidance,
) -> tuple[list[Claim], dict[str, Told]]:
    """*named* and *heard* of *fact*, less what a refinement makes another clearly heard value of.

    Who is at home is of some kind as well, so that one is heard beside the other says nothing
    against it, where both are heard in the same words: not for the Boston police and those in
    Kenya.
    """
    claims, values = list(named), dict(heard)
    for rule in guidance.vocabulary.refinements:
        whole = heard.get(rule.value)
        if rule.fact != fact or whole is None or whole.chance < ASKED_BACK:
            continue
        for value in rule.when.get(fact, frozenset()):
            part = values.get(value)
            spans = [_span(c, reading) for c in claims if c.holds and c.value == value]
            if part is not None:
                spans.append((part.start, part.end))
            if spans and (part is None or part.chance <= whole.chance) and all(
                    start < whole.end and whole.start < end for start, end in spans):
                claims = [c for c in claims if not c.holds or c.value != value]
                values.pop(value, None)
    return claims, values


def _span(claim: Claim, reading: Reading) -> tuple[int, int]:
    """The characters that *claim* rests on."""
    return (reading.tokens[claim.mention.first].start,
            reading.tokens[claim.mention.last - 1].end)
