"""What the vocabulary and the model make of a message together.

The vocabulary knows words for certain and roles hardly: that a message names the police does not
make them the end-user.  The model judges whole clauses and is seldom certain.  Where both agree a
value is taken; where only one speaks, it depends on how sure it is; and what the model does not
hear clearly, or beside something else, is a guess, which is asked back rather than assumed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.gainsaying import else_lost, gainsaid, negated_in_name, turned
from bot.dialogue.claims.half_heard import borne_out, heard_at, likelier
from bot.dialogue.claims.heard_places import countries
from bot.dialogue.claims.named_and_heard import all_said, doubted, named_otherwise, seen
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.claims.one_body import as_one_body
from bot.dialogue.claims.rivals import (
    as_grave_as_heard,
    less_named_otherwise,
    strongest,
    values_taken_back,
)
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles
from retrieval.guidance import Fact, Question, QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tells import Told

TERM_WORDS = 2
"""Fewest words of a term that counts where a model hears another value in its very words."""


def weighed(
    claims: Sequence[Claim],
    told: Sequence[Told],
    at: Utterance,
    asked: Collection[Fact] = (),
    *,
    contrast: bool = False,
) -> list[Claim]:
    """The claims of the vocabulary as the model sees them, and those that only the model sees.

    What answers one of the facts *asked* for is doubted less.  Where a message tells several
    parties apart, by *contrast*, two values of a fact need not exclude each other.
    """
    by_fact: dict[Fact, list[Claim]] = defaultdict(list)
    for claim in claims:
        if _is_heard_otherwise(claim, told, at):
            continue
        by_fact[claim.mention.fact].append(claim)
    tells = _as_heard(told, at.reading)
    taken: list[Claim] = []
    for fact in dict.fromkeys((*by_fact, *tells)):
        question = at.guidance.questions.get(fact)
        if question is None:
            continue
        if question.kind is QuestionKind.COUNTRY:
            taken += countries(by_fact[fact], told, at.reading)
            continue
        taken += _of_fact(question, by_fact[fact], tells.get(fact, {}), told, at,
                          asked=fact in asked, contrast=contrast)
    return [*taken, *else_lost(claims, taken, told, at)]


def _as_heard(told: Sequence[Told], reading: Reading) -> Mapping[Fact, Mapping[str, Told]]:
    """By fact and value what the model takes to be told most likely, in the order it is heard."""
    likeliest: dict[Fact, dict[str, Told]] = defaultdict(dict)
    for one in told:
        best = likeliest[one.fact].get(one.value)
        if (best is None or best.chance < one.chance) and not _sounds_alike(one, reading):
            likeliest[one.fact][one.value] = one
    return likeliest


def _of_fact(
    question: Question,
    named: list[Claim],
    heard: Mapping[str, Told],
    told: Sequence[Told],
    at: Utterance,
    *,
    asked: bool,
    contrast: bool,
) -> Iterable[Claim]:
    """What is claimed of the fact of *question*, which is no place.

    The words claim what is *named* of it, and what a model has *heard* of it stands by value.
    """
    reading, clauses, guidance = at.reading, at.clauses, at.guidance
    choices = frozenset(choice.value for choice in question.choices)
    values = {value: one for value, one in heard.items() if value in choices}
    if has_poles(question):
        values = turned(named, values, at, graver(guidance, question.fact))
    elif not question.several:
        values = negated_in_name(named, values, at)
    if question.role is Role.END_USER:
        named, values = as_one_body(question.fact, named, values, at)
    if question.role is Role.STAGE:
        named, values = _come_in(named, values, graver(guidance, question.fact))
    # Of several parties' answers the graver one holds; where none is, there's one to be heard.
    if contrast and not question.several and graver(guidance, question.fact):
        apart = less_named_otherwise(
            list(_each(named, values, at, asked=asked)), clauses)
        if len({claim.value for claim in apart}) > 1:
            return apart
    if question.several and question.role is None and not question.of_customer:
        values = _with_names(named, values, reading)
    alone = all_said(question.fact, at) and not (
        has_poles(question) and graver(guidance, question.fact))
    stands = list(seen(named, values, clauses if question.role else None,
                       clauses if question.several else None, asked=asked or alone))
    kept = [*stands, *_added(stands, values, at)]
    if not kept and not has_poles(question):
        kept = list(likelier(question, values, at))
    if not kept and not named and has_poles(question):
        rivals = [one for one in told if one.fact != question.fact and one.fact in
                  guidance.questions and has_poles(guidance.questions[one.fact])]
        kept = list(borne_out(question, values, rivals, at))
    wrong = values_taken_back(question.fact, named, told, kept, at)
    kept = [claim for claim in kept if not claim.holds or claim.value not in wrong]
    if not question.several:
        grave = graver(guidance, question.fact) if has_poles(question) else ()
        kept = strongest(as_grave_as_heard(kept, named, values, grave), grave)
    if has_poles(question):
        kept = gainsaid(kept, named, values, at)
    denied = {claim.value for claim in named if not claim.holds}
    others = {value: one for value, one in values.items() if value not in wrong | denied}
    claimed = list(doubted(kept, others, asked, question.several, reading))
    if has_poles(question) and not graver(guidance, question.fact):
        best = max((c.confidence for c in claimed if c.holds), default=0.0)
        claimed = list(named_otherwise(
            [c for c in claimed if not c.holds or c.confidence >= best], named))
    return claimed


def _sounds_alike(one: Told, reading: Reading) -> bool:
    """Whether *one* is guessed of words that only sound like it: "firmware", and no spyware."""
    place = placed(one, reading) if reading.shields and one.chance < ASKED_BACK else None
    if place is None:
        return False
    first, last = place.span
    return any(s.fact == one.fact and s.value == one.value and s.first < last and first < s.last
               for s in reading.shields) and not any(
        m.fact == one.fact and m.value == one.value and m.strength.is_firm
        and m.first < last and first < m.last for m in reading.mentions)


def _is_heard_otherwise(claim: Claim, told: Sequence[Told], at: Utterance) -> bool:
    """Whether it is a word of answer in what a model hears, clearly, as something else alone.

    So is one that names a party and tells no more, in the clause of what is heard of it: "the
    reseller is owned by the minister".
    """
    mention, reading, clauses = claim.mention, at.reading, at.clauses
    if mention.strength is not Strength.ASKED:
        return False
    heard = [one for one in told if one.fact in at.guidance.questions
             and has_poles(at.guidance.questions[one.fact])]
    start = reading.tokens[mention.first].start
    if any(one.fact == mention.fact and one.chance >= DOUBT
           and one.start <= start < one.end for one in heard):
        return False
    others = [one for one in heard if one.fact != mention.fact and one.chance >= ASKED_BACK]
    return any(one.start <= start < one.end for one in others) or (
        _merely_names(mention, reading)
        and not any(one.fact == mention.fact and one.chance >= DOUBT for one in heard)
        and any(place is not None and clauses.same_clause(place.span, (mention.first, mention.last))
                for place in (placed(one, reading) for one in others)))


def _merely_names(mention: Mention, reading: Reading) -> bool:
    """Whether a word of answer names something else of the deal outright: "the reseller"."""
    return any(other.fact != mention.fact and other.strength.is_firm
               and mention.first <= other.first and other.last == mention.last
               for other in reading.mentions)


def _with_names(
    claims: Sequence[Claim], tells: Mapping[str, Told], reading: Reading
) -> dict[str, Told]:
    """*tells* of one fact, and what terms of several words name where a model hears another value.

    It hears a camera in "caméras thermiques", and a chip in "image intensifiers" that it never
    met.  Which of the two is meant is asked back.
    """
    heard = dict(tells)
    named = {claim.value for claim in claims if claim.mention.strength is not Strength.WEAK}
    for claim in claims:
        mention = claim.mention
        if not claim.holds or mention.strength is not Strength.TERM or (
                mention.last - mention.first < TERM_WORDS) or (
                claim.value in tells and tells[claim.value].chance >= DOUBT):
            continue
        for value, one in tells.items():
            place = placed(one, reading)
            if (value not in named and one.chance >= GUESS and place is not None
                    and place.span[0] <= mention.first and mention.last <= place.span[1]):
                heard[claim.value] = replace(one, value=claim.value, chance=CONTEST)
    return heard


def _each(
    claims: Sequence[Claim], tells: Mapping[str, Told], at: Utterance, *, asked: bool
) -> Iterator[Claim]:
    """All values that words name or the model tells; a word that it does not hear is a guess.

    So is a word of answer that it does not hear clearly, where that was not *asked*.  A mere word
    of answer is none where it clearly hears another: "an integrator, not reported".
    """
    clear = {value for value, one in tells.items() if one.chance >= ASKED_BACK}
    held = [claim for claim in claims
            if claim.holds and claim.mention.strength is not Strength.WEAK
            and not (claim.mention.strength is Strength.ASKED and clear - {claim.value} and not (
                claim.value in tells and tells[claim.value].chance >= DOUBT))]
    for claim in held:
        chance = tells[claim.value].chance if claim.value in tells else 0.0
        plain = asked or claim.mention.strength is not Strength.ASKED
        yield claim if chance >= (HINT if plain else ASKED_BACK) else replace(
            claim, confidence=GUESS)
    yield from _added(held, tells, at)


def _added(seen: Collection[Claim], tells: Mapping[str, Told], at: Utterance) -> Iterator[Claim]:
    """Values told clearly enough that no claim holds."""
    held = {claim.value for claim in seen}
    for value, one in tells.items():
        if value in held or one.chance < GUESS:
            continue
        mention = heard_at(one, at.reading)
        if mention is not None:
            yield Claim(mention, value, True, not at.clauses.hedged(mention),
                        at.clauses.added(mention), one.chance)


def _come_in(
    claims: list[Claim], tells: dict[str, Told], grave: frozenset[str]
) -> tuple[list[Claim], dict[str, Told]]:
    """What names a stage, or tells of one, without stages that one of the *grave* comes on top of.

    A complaint comes in while something is in use or up for renewal, and does not end that:
    "it is delivered" leaves "an NGO says that they tracked the opposition with our cameras".
    """
    came = {claim.value for claim in claims if claim.holds and claim.mention.strength.is_firm
            and claim.value in tells and tells[claim.value].chance >= DOUBT}
    came |= {value for value, one in tells.items() if one.chance >= GUESS}
    came = (came & grave) - {claim.value for claim in claims if not claim.holds}
    if not came:
        return claims, tells
    return ([claim for claim in claims if claim.value in came],
            {value: one for value, one in tells.items() if value in came})
