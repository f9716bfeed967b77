"""Where the words of a message speak against what a model hears: a denial, or a graver name."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, DOUBT, GUESS, HINT, SURE, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles, settles
from bot.dialogue.small_words.cues import Span
from retrieval.guidance import Role
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told


def turned(
    claims: Collection[Claim], tells: Mapping[str, Told], at: Utterance, grave: frozenset[str]
) -> dict[str, Told]:
    """*tells* of one fact, less what an outright denial in the same clause speaks against.

    A model hears the weakness in "the courts aren't weak", and hardly the "not".  Where the
    vocabulary knows what is denied, it is a guess at the opposite; a denial of one of the *grave*
    values is none of another.
    """
    turned = {value: one for value, one in tells.items()
              if not (_is_untrue(one, at) if value in grave else _is_denied_twice(one, at))}
    for value in grave & turned.keys():
        # In "it isn't like they don't have courts" a model hears the lack, or in other words what
        # there is: either way it is no more than a guess.
        if _is_denied_twice(turned[value], at):
            turned[value] = replace(turned[value], chance=min(turned[value].chance, GUESS))
    for value, one in tells.items():
        if value not in grave and value not in turned and len(grave) == 1:
            # "It's a lie that there's no war": so there is one, as far as who writes knows.
            (charge,) = grave
            turned.setdefault(charge, replace(one, value=charge, chance=GUESS))
    for claim in claims:
        mention = claim.mention
        if claim.holds and claim.value == mention.value:
            continue
        mine = (mention.first, mention.last)
        if not at.clauses.denied_outright(mention):
            heard = turned.get(mention.value)
            if heard is not None and mention.value in grave and _in_clause(heard, mine, at):
                turned[mention.value] = replace(heard, chance=min(heard.chance, SURE))
            continue
        for value in (grave if mention.value in grave else frozenset({mention.value})):
            heard = tells.get(value)
            if value == claim.value or heard is None or heard.chance < CONTEST or not (
                    _in_clause(heard, mine, at)):
                continue
            turned.pop(value, None)
            if claim.holds:
                other = turned.get(claim.value)
                chance = max(GUESS, other.chance if other else 0.0)
                turned[claim.value] = replace(heard, value=claim.value, chance=chance)
    return turned


def negated_in_name(
    claims: Collection[Claim], tells: Mapping[str, Told], at: Utterance
) -> dict[str, Told]:
    """*tells* of one fact, less what is heard in a fixed term that says the contrary itself.

    A model hears the "contract signed" in "no contract signed", and hardly the "no", and the
    "signed" of "nearly signed"; the term is told in its place.
    """
    left = dict(tells)
    for claim in claims:
        mention = claim.mention
        mine = (mention.first, mention.last)
        if not claim.holds or mention.strength is not Strength.TERM or (
                not at.clauses.negated_within(mine) and not at.clauses.not_quite_within(mine)):
            continue
        for value, one in tells.items():
            if value == claim.value or not _in_clause(one, mine, at):
                continue
            left.pop(value, None)
            stood = left.get(claim.value)
            left[claim.value] = replace(one, value=claim.value, chance=max(
                min(one.chance, GUESS), stood.chance if stood else 0.0))
    return left


def _in_clause(one: Told, span: Span, at: Utterance) -> bool:
    place = placed(one, at.reading)
    return place is not None and at.clauses.same_clause(place.span, span)


def _is_untrue(one: Told, at: Utterance) -> bool:
    """Whether *one* is heard in words that a "not bad" or an "it's not true that" turns round."""
    place = placed(one, at.reading)
    return place is not None and at.clauses.untrue(place.span)


def _is_denied_twice(one: Told, at: Utterance) -> bool:
    """Whether *one* is heard in a denial that is said to be wrong."""
    place = placed(one, at.reading)
    return place is not None and at.clauses.denied_twice(place.span)


def gainsaid(
    kept: Sequence[Claim], named: Collection[Claim], tells: Mapping[str, Told], at: Utterance
) -> list[Claim]:
    """*kept*, less certain where the very words of a claim name what is graver.

    A model hears the independence in "independent on paper", and hardly the paper.  What a fixed
    term names, or the model hears a little as well, is taken instead, and asked back.  It is not
    where anything in the clause is denied, which the model may well have heard, nor where only a
    pattern of words speaks against what the model hears clearly, and alone.
    """
    clauses = at.clauses
    taken: list[Claim] = []
    for claim in kept:
        fact = claim.mention.fact
        grave = graver(at.guidance, fact)
        mine = (claim.mention.first, claim.mention.last)
        against = [c for c in named if c.holds and c.value in grave and c.value == c.mention.value
                   and c.mention.strength.is_firm and not clauses.denies_in(mine)
                   and not clauses.is_left_open((c.mention.first, c.mention.last))
                   and (c.mention.strength is not Strength.NEAR or claim.confidence < ASKED_BACK
                        or (c.value in tells and tells[c.value].chance >= HINT))
                   and c.mention.first < mine[1] and mine[0] < c.mention.last]
        if not (claim.holds and settles(at.guidance, fact, claim.value)):
            taken.append(claim)
            continue
        if not against:
            # "There was a coup in May, quiet now": what was is not over for being quiet.  Within
            # what is heard as settled, as in "zero gov links", the model heard it denied.
            clear = tells.get(claim.value)
            outright = any(c.holds and c.value in grave and c.value == c.mention.value
                           and c.mention.strength is Strength.TERM
                           and not (clear is not None and clear.start <= clauses.tokens[
                               c.mention.first].start < clear.end) for c in named)
            taken.append(replace(claim, sure=False, confidence=min(claim.confidence, GUESS))
                         if outright else claim)
            continue
        heard = sum(tells[value].chance for value in grave if value in tells)
        term = next((c for c in against if c.mention.strength is not Strength.NEAR), None)
        if term is not None or heard >= HINT:
            taken.append(replace(term or against[0], sure=False))
        else:
            taken.append(replace(claim, sure=False))
    return taken


def else_lost(
    claims: Sequence[Claim], taken: Sequence[Claim], told: Sequence[Told], at: Utterance
) -> Iterator[Claim]:
    """What the vocabulary names as grave in clauses that say nothing else, as guesses.

    A model that hears nothing at all in "independence of the judiciary is a joke" does not know
    better; asked back it costs a question, and lost it may cost more.  What only opens a matter
    names nothing: "reporters behind bars: none", "re-export? never".  A complaint is lost in
    clauses that say a use as well: "they used our cameras to identify protesters".  What a model
    half hears of the very fact makes it no other matter, unless it hears another clearly: of "they
    do what they want regardless of the law" it hears the law, and whether that is followed.
    """
    clauses = at.clauses
    # What is heard may begin with the last word of the clause before: it is where its middle is.
    heard = [(one.fact, (int(place.middle), int(place.middle) + 1), one.chance) for one in told
             if one.chance >= HINT and (place := placed(one, at.reading)) is not None]
    said = [(c.mention.fact, (c.mention.first, c.mention.last)) for c in taken
            if c.confidence >= HINT]
    facts = {c.mention.fact for c in taken}
    for claim in claims:
        mention = claim.mention
        question = at.guidance.questions[mention.fact]
        stage = question.role is Role.STAGE
        if (mention.fact in facts or not claim.holds or not mention.strength.is_firm
                or not (has_poles(question) or stage)
                or claim.value != mention.value
                or claim.value not in graver(at.guidance, mention.fact)):
            continue
        mine = (mention.first, mention.last)
        there = [(fact, chance) for fact, span, chance in heard if clauses.same_clause(span, mine)]
        least = ASKED_BACK if any(fact == mention.fact for fact, _ in there) else CONTEST
        if not clauses.is_left_open(mine) and (stage or (not any(
                fact != mention.fact and chance >= least for fact, chance in there) and not any(
                fact != mention.fact and clauses.same_clause(span, mine) for fact, span in said))):
            facts.add(mention.fact)
            yield replace(claim, sure=False, confidence=DOUBT)
