"""How far a deal is, told by the way: "signed", "we supplied them two years back".

A model hears little in a word between two commas, and nothing in what was done long ago; and who
reads that nothing is signed yet asks for a quote where boxes are running.  So it is a guess, which
is asked back, where nothing else of the message tells the stage and nothing is known of it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.claim import Claim
from bot.dialogue.claims.correcting import placed
from bot.dialogue.claims.earlier_deals import EarlierDeals
from bot.dialogue.claims.occasion import Utterance
from bot.dialogue.deal import DOUBTED
from bot.dialogue.small_words.clauses import Clauses
from retrieval.guidance import Fact, Question, Role
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tells import Told

DEALT = "dealt_then_{fact}_{value}"
"""Names of the cue lists of phrases that say what was done with an earlier order."""
HEARD = 0.15
"""Least chance that a model gives to a stage whose own word stands there, for a guess."""


def by_the_way(
    claims: Sequence[Claim], told: Sequence[Told], at: Utterance, unanswered: Collection[Fact]
) -> Iterator[Claim]:
    """The stage that *at* tells by the way, of a deal that it tells otherwise by *claims*.

    Args:
        claims: What the message claims otherwise.
        told: What a model hears in it.
        at: The message, and the release that it is read with.
        unanswered: Facts of which nothing is known.
    """
    facts = {c.mention.fact for c in claims}
    for fact, question in at.guidance.questions.items():
        if question.role is not Role.STAGE or fact not in unanswered or not facts or fact in facts:
            continue
        found = {m.value: m for m in (*_by_a_word(fact, told, at), *_once(question, told, at))
                 if not (at.clauses.denied(m) or at.clauses.asked((m.first, m.last))
                         or at.clauses.hedged(m))}
        if len(found) == 1:
            (value, mention), = found.items()
            yield Claim(mention, value, True, False, False, DOUBTED)


def _by_a_word(fact: Fact, told: Sequence[Told], at: Utterance) -> Iterator[Mention]:
    """Words of answer for a stage that are all of their clause, or that a model half hears."""
    heard = [one for one in told if one.fact == fact and one.chance >= HEARD]
    for mention in at.reading.mentions:
        if mention.fact != fact or mention.strength is not Strength.ASKED:
            continue
        if _is_all(mention, at.clauses) or any(
                one.value == mention.value and (place := placed(one, at.reading)) is not None
                and place.span[0] < mention.last and mention.first < place.span[1]
                for one in heard):
            yield replace(mention, strength=Strength.TOLD)  # it answers nothing that was asked


def _is_all(mention: Mention, clauses: Clauses) -> bool:
    """Whether *mention* is all that its clause says, beside others: ", signed, export cleared"."""
    clause = clauses.positions((mention.first, mention.last))
    return len(clauses.tokens) > 1 and all(
        mention.first <= i < mention.last or not clauses.tokens[i].is_word for i in clause)


def _once(question: Question, told: Sequence[Told], at: Utterance) -> Iterator[Mention]:
    """Where it says that we supplied this very customer before: "we sold to them last year"."""
    tokens = at.reading.tokens
    others = [*EarlierDeals(at, told).sentences()]
    for first, last in at.clauses.sentences():
        sentence = tokens[first:last]
        if (first, last) in others or not at.cues.find("some_time_ago", sentence):
            continue
        for choice in question.choices:
            name = DEALT.format(fact=question.fact, value=choice.value)
            for begin, end in at.cues.find(name, sentence):
                span = first + begin, first + end
                yield Mention(question.fact, choice.value, None, *span, Strength.TOLD, (span,))
