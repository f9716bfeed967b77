"""What is said in place of what is denied before it: "courts aren't weak, there are none".

Of three answers a "not" to one leaves two, of which the milder was guessed; and which it is stands
right behind, in a word that answers that question only.
"""

from collections.abc import Iterator, Sequence

from bot.dialogue.claim import CONTEST, Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.half_heard import heard_at
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import ASKED_BACK
from bot.dialogue.poles import graver, has_poles
from bot.dialogue.small_words.cues import FUNCTION_WORDS
from retrieval.words.mentions import Mention
from retrieval.words.tells import Told

_SMALL = (FUNCTION_WORDS, "being_verbs", "pronouns", "sentence_openers", "filler", "correction",
          "second_thought")


def said_instead(
    claims: Sequence[Claim], told: Sequence[Told] | None, at: Utterance
) -> list[Claim]:
    """*claims*, with the grave answer that is said right behind the denial of another one.

    Args:
        claims: What a message claims.
        told: What a model hears in it; None without one.
        at: The message, and the release that it is read with.
    """
    found = [_heard_instead(claim, told or (), at) for claim in claims]
    for denied, instead in _pairs(at):
        if any(c.holds and c.mention.fact == denied.fact and c.value == instead.value
               and c.sure and c.confidence >= ASKED_BACK for c in found):
            continue
        found = [c for c in found if c.mention.fact != denied.fact]
        found.append(Claim(instead, instead.value, True, not at.clauses.hedged(instead), False,
                           ASKED_BACK))
    return sorted(found, key=lambda c: c.mention.first)


def _heard_instead(claim: Claim, told: Sequence[Told], at: Utterance) -> Claim:
    """*claim*, or the other grave answer that a model hears where it is only made of a denial."""
    mention, grave = claim.mention, graver(at.guidance, claim.mention.fact)
    if not claim.holds or claim.value == mention.value or mention.value not in grave or (
            claim.value in grave):
        return claim
    # In the words of the denial itself a model hears the contrary of it.
    own = next((at.clauses.positions(span) for span in sorted(at.clauses.denials_of(mention))),
               range(0))
    others = [one for one in told if one.fact == mention.fact and one.chance >= CONTEST
              and one.value in grave - {mention.value}
              and (place := placed(one, at.reading)) is not None and int(place.middle) not in own]
    best = max(others, key=lambda one: one.chance, default=None)
    heard = None if best is None else heard_at(best, at.reading)
    if best is None or heard is None:
        return claim
    return Claim(heard, best.value, True, best.chance >= ASKED_BACK, False, best.chance)


def _pairs(at: Utterance) -> Iterator[tuple[Mention, Mention]]:
    """What is denied outright, and what all of the next clause says in its place."""
    clauses, tokens, guidance = at.clauses, at.reading.tokens, at.guidance
    denied = [m for m in at.reading.mentions if m.strength.is_firm
              and has_poles(guidance.questions[m.fact])
              and len(graver(guidance, m.fact)) > 1 and clauses.denied_outright(m)]
    if not denied:
        return
    small = at.cues.covered(tokens, *_SMALL)
    for no in denied:
        behind = clauses.positions((no.first, no.last)).stop + 1
        for m in at.reading.mentions:
            clause = clauses.positions((m.first, m.last))
            if (m.fact == no.fact and m.value != no.value and clause.start == behind
                    and m.value in graver(guidance, m.fact) and not clauses.denied(m)
                    and not clauses.asked((m.first, m.last)) and any(
                        begin <= no.first and m.first < end for begin, end in clauses.sentences())
                    and all(i in small or m.first <= i < m.last or not tokens[i].is_word
                            for i in clause)):
                yield no, m
                break
