"""One body that is heard as two: the Chicago police, as police and as an end-user at home."""

from collections.abc import Mapping, Sequence

from bot.dialogue.claim import Claim
from bot.dialogue.deal import ASKED_BACK
from retrieval.guidance import Fact, Guidance, Refinement
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
    Kenya, nor where a stretch of words that names Ghana is heard as at home for its end.
    """
    claims, values = list(named), dict(heard)
    for rule in guidance.vocabulary.refinements:
        whole = heard.get(rule.value)
        if rule.fact != fact or whole is None or whole.chance < ASKED_BACK:
            continue
        if _says_otherwise(rule, whole, reading):
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


def _says_otherwise(rule: Refinement, whole: Told, reading: Reading) -> bool:
    """Whether the words that *whole* rests on name what keeps *rule* from holding of them all."""
    return any(
        m.strength.is_firm and m.fact != rule.fact
        and m.value not in rule.when.get(m.fact, {m.value})
        and whole.start <= reading.tokens[m.first].start
        and reading.tokens[m.last - 1].end <= whole.end
        for m in reading.mentions)


def _span(claim: Claim, reading: Reading) -> tuple[int, int]:
    """The characters that *claim* rests on."""
    return (reading.tokens[claim.mention.first].start,
            reading.tokens[claim.mention.last - 1].end)
