"""A body of one land that is at work in another, and who is only said to be of ours.

In "the Israeli police in the West Bank" a model hears where the police are from, and not where they
are; and of "a US insurer's call centre in Manila" it hears who is at home.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import GUESS, Claim
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.small_words.cues import Cues
from retrieval.guidance import QuestionKind, Role
from retrieval.words.mentions import Mention, Reading, Strength

SAID_REACH = 2
"""Most words from what is said or written to the "in" behind it: "posts and chats in Somali"."""


def is_language(mention: Mention, reading: Reading, cues: Cues) -> bool:
    """Whether *mention* names no land but how something is written or said: "posts in Somali".

    "The police in Somali", which is Somalia to whoever is in a hurry, are not written.
    """
    tokens = reading.tokens
    behind, before = tokens[mention.last : mention.last + 1], tokens[: mention.first]
    return (bool(before) and before[-1].norm in cues.words("said_in")
            and cues.starts("languages", tokens[mention.first : mention.last]) > 0
            and (not behind or not behind[0].is_word
                 or behind[0].norm in cues.words("prepositions"))
            and any(t.norm in cues.words("is_said") for t in before[-1 - SAID_REACH : -1]))


def stationed(
    claims: Sequence[Claim], placed: Collection[Mention], at: Utterance
) -> Iterator[Claim]:
    """Where a body is said to be, as a guess beside the land that it is of.

    Args:
        claims: What a message claims; the land of the body is among it.
        placed: What is named in it, less where the seller or a go-between sits.
        at: The message, and the release: what stands between a body and where it is.
    """
    guidance = at.guidance
    places = {c.mention.last: c for c in claims if c.holds
              and guidance.questions[c.mention.fact].kind is QuestionKind.COUNTRY}
    said = {c.value for c in places.values()}
    bodies = {m.last for m in at.reading.mentions if m.first in places
              and guidance.questions[m.fact].role is Role.END_USER}
    for place in placed:
        if place.value in said or not place.strength.is_firm or (
                guidance.questions[place.fact].kind is not QuestionKind.COUNTRY):
            continue
        if any(last < place.first and at.cues.is_one(
                "stationed_in", at.reading.tokens[last:place.first]) for last in bodies):
            said.add(place.value)
            yield Claim(place, place.value, True, False, True, DOUBTED)


def less_at_home(claims: Sequence[Claim], at: Utterance) -> list[Claim]:
    """*claims* without a user at home whom no words name, where only other lands are told.

    Where no other user is claimed it stays, as a guess; and so does one that is called as those at
    home are: "a school district in Manila".

    Which user is one at home, and in which lands, the refinements of the vocabulary say; Georgia
    is also called one of them.
    """
    doubted: set[tuple[str, str]] = set()
    for rule in at.guidance.vocabulary.refinements:
        for fact, lands in rule.when.items():
            if at.guidance.questions[fact].kind is not QuestionKind.COUNTRY:
                continue
            at_home = any(m.fact == fact and m.value in lands and not at.clauses.denied_place(m)
                          for m in at.reading.mentions)
            both = frozenset[str]().union(*(
                at.cues.words(f"also_called_{fact}_{land}") for land in lands))
            abroad = any(c.mention.fact == fact and c.holds and c.value not in lands
                         and at.reading.tokens[c.mention.first].norm not in both for c in claims)
            if abroad and not at_home:
                doubted.add((rule.fact, rule.value))
    others = {c.mention.fact for c in claims if c.holds
              and (c.mention.fact, c.value) not in doubted}
    left = []
    for claim in claims:
        if (claim.mention.fact, claim.value) not in doubted or not claim.holds:
            left.append(claim)
        elif claim.mention.strength is not Strength.TOLD:
            left.append(replace(claim, sure=False, confidence=min(claim.confidence, GUESS)))
        elif claim.mention.fact not in others:
            left.append(replace(claim, sure=False))
    return left
