"""What is said of something else than what was asked: "the price is stable" settles no war.

The words of an answer are there, and a model hardly hears it.  What they are said of is no word of
what was asked, so that the answer is asked back.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import CONTEST, GUESS, Claim
from bot.dialogue.claims.contrasting import is_party
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.poles import has_poles
from bot.dialogue.small_words.subjects import subjects_of
from retrieval.guidance import Fact, QuestionKind
from retrieval.words.mentions import Strength
from retrieval.words.tells import Told

FEWEST_WORDS = 3
"""A shorter answer is said of what was asked: "all stable"."""


def of_something_else(
    claims: Sequence[Claim], told: Sequence[Told], at: Utterance, asked: Collection[Fact]
) -> Iterator[Claim]:
    """*claims*, with an answer to what was *asked* in doubt where it is said of something else.

    Args:
        claims: What the message is taken to claim.
        told: What a model hears in it.
        at: The message, and the release that it is read with.
        asked: The facts asked for last.
    """
    for claim in claims:
        fact = claim.mention.fact
        answers = claim.holds and claim.sure and fact in asked and has_poles(
            at.guidance.questions[fact])
        chance = _heard(claim, told, at) if answers else 1.0
        if (chance < GUESS and _subject_is_another(claim, at)) or (
                chance < CONTEST and _names_another(claim, at)):
            yield replace(claim, sure=False, confidence=min(claim.confidence, DOUBTED))
        else:
            yield claim


def _heard(claim: Claim, told: Sequence[Told], at: Utterance) -> float:
    """How likely a model hears *claim* where it stands."""
    mine = range(claim.mention.first, claim.mention.last)
    spans = [(one.chance, placed(one, at.reading)) for one in told
             if one.fact == claim.mention.fact and one.value == claim.value]
    return max((chance for chance, place in spans if place is not None and (
        place.span[0] < mine.stop and mine.start < place.span[1])), default=0.0)


def _subject_is_another(claim: Claim, at: Utterance) -> bool:
    """Whether its sentence begins with a "the" and a noun that is no word of what was asked."""
    tokens, cues = at.reading.tokens, at.cues
    begin, end = next((first, last) for first, last in at.clauses.sentences()
                      if first <= claim.mention.first < last)
    begin += cues.starts("sentence_openers", tokens[begin:end])
    if begin >= end or tokens[begin].norm not in cues.words("definite_article"):
        return False
    verb = next((i for i in range(begin + 1, claim.mention.last)
                 if tokens[i].norm in cues.words("being_verbs")), None)
    if verb is None or not all(tokens[i].is_word for i in range(begin, verb)):
        return False
    named = subjects_of(at.guidance).called(at.reading, (begin + 1, verb))[0]
    places = cues.covered(tokens, "of_the_place")
    return verb > begin + 1 and not named and not any(
        i in places for i in range(begin, verb)) and not any(
        m.first < verb and begin < m.first for m in at.reading.mentions)


def _names_another(claim: Claim, at: Utterance) -> bool:
    """Whether a word of answer stands beside goods or another matter named outright."""
    mine = (claim.mention.first, claim.mention.last)
    words = [i for i in at.clauses.positions(mine) if at.reading.tokens[i].is_word]
    questions = at.guidance.questions
    return claim.mention.strength is Strength.ASKED and len(words) > FEWEST_WORDS and any(
        m.fact != claim.mention.fact and m.strength is Strength.TERM
        and questions[m.fact].kind is not QuestionKind.COUNTRY and not is_party(questions[m.fact])
        and at.clauses.same_clause(mine, (m.first, m.last)) for m in at.reading.mentions)
