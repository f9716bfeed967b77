"""One body that is heard as two: the Chicago police, as police and as an end-user at home."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK, DOUBTED
from retrieval.guidance import Fact, Refinement
from retrieval.words.mentions import Reading
from retrieval.words.tells import Told


def as_one_body(
    fact: Fact, named: Sequence[Claim], heard: Mapping[str, Told], at: Utterance
) -> tuple[list[Claim], dict[str, Told]]:
    """*named* and *heard* of *fact*, less what a refinement makes another clearly heard value of.

    Who is at home is of some kind as well, so that one is heard beside the other says nothing
    against it, where both are heard in the same words: not for the Boston police and those in
    Kenya, nor where a stretch of words that names Ghana is heard as at home for its end.

    A body that is named, and heard half as the one and half as the other, is what it's named.
    """
    reading = at.reading
    claims, values = list(named), dict(heard)
    for rule in at.guidance.vocabulary.refinements:
        whole = heard.get(rule.value)
        if rule.fact != fact or whole is None or _says_otherwise(rule, whole, reading):
            continue
        if whole.chance < ASKED_BACK:
            values = _half_and_half(rule, whole, claims, values, reading)
            continue
        for value in rule.when.get(fact, frozenset()):
            part = values.get(value)
            spans = [_span(c, reading) for c in claims if c.holds and c.value == value]
            if part is not None:
                spans.append((part.start, part.end))
            if spans and (part is None or part.chance <= whole.chance) and all(
                    _meet(span, whole) for span in spans):
                claims = [c for c in claims if not c.holds or c.value != value]
                values.pop(value, None)
    return claims, values


def _half_and_half(
    rule: Refinement,
    whole: Told,
    named: Sequence[Claim],
    heard: Mapping[str, Told],
    reading: Reading,
) -> dict[str, Told]:
    """*heard*, where what *rule* reads and what it reads that in are one body, and half heard each.

    That it's either is surer than each, and the name says which.
    """
    values = dict(heard)
    mine = {c.value for c in named if c.holds and _meet(_span(c, reading), whole)}
    for value in sorted(rule.when.get(rule.fact, ())):
        part = values.get(value)
        if part is None or not _meet((part.start, part.end), whole) or not (
                DOUBTED <= part.chance < ASKED_BACK and whole.chance >= DOUBTED):
            continue
        either = 1 - (1 - part.chance) * (1 - whole.chance)
        for is_it, other in ((rule.value, value), (value, rule.value)):
            if is_it in mine and other in values and either >= ASKED_BACK:
                del values[other]
                values[is_it] = replace(values[is_it], chance=either)
                return values
    return values


def _says_otherwise(rule: Refinement, whole: Told, reading: Reading) -> bool:
    """Whether the words that *whole* rests on name what keeps *rule* from holding of them all."""
    return any(
        m.strength.is_firm and m.fact != rule.fact
        and m.value not in rule.when.get(m.fact, {m.value})
        and whole.start <= reading.tokens[m.first].start
        and reading.tokens[m.last - 1].end <= whole.end
        for m in reading.mentions)


def _meet(span: tuple[int, int], whole: Told) -> bool:
    """Whether the characters of *span* and the words of *whole* have any in common."""
    return span[0] < whole.end and whole.start < span[1]


def _span(claim: Claim, reading: Reading) -> tuple[int, int]:
    """The characters that *claim* rests on."""
    return (reading.tokens[claim.mention.first].start,
            reading.tokens[claim.mention.last - 1].end)
