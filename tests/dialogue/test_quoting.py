"""The words that a fact rests on are said back once."""

import pytest

from bot.dialogue.claim import Claim
from bot.dialogue.deal import MessageKey
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.quoting import quoted
from retrieval.guidance import Fact
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.tokens import Tokens, tokenise

TEXT = "they want cctv cams w/ face rec, drones too"
PRODUCT = Fact("product")


@pytest.fixture
def said(guidance):
    tokens = Tokens(tokenise(TEXT))
    norms = [token.norm for token in tokens]
    reading = Reading(TEXT, tokens, ())
    clauses = Clauses(reading, cues_of(guidance))

    def claim(value: str, words: str, strength: Strength) -> Claim:
        mine = [token.norm for token in tokenise(words)]
        first = next(n for n in range(len(norms)) if norms[n : n + len(mine)] == mine)
        span = (first, first + len(mine))
        mention = Mention(PRODUCT, value, None, *span, strength, (span,))
        return Claim(mention, value, True, True, False)

    def quote(*claims: tuple[str, str, Strength]) -> str:
        found = [claim(*one) for one in claims]
        return quoted(reading, clauses, found, frozenset(one.value for one in found), True,
                      MessageKey("1")).said
    return quote


def test_what_stands_within_what_is_quoted_is_quoted_with_it(said):
    assert said(("cctv", "cctv", Strength.TERM), ("facial-recognition", "face rec", Strength.TERM),
                ("facial-recognition", "cams w/ face", Strength.TOLD)) == (
        "they want cctv cams w/ face rec")


def test_what_stands_apart_is_quoted_apart(said):
    assert said(("cctv", "cctv", Strength.TERM), ("drone", "drones", Strength.TERM)) == (
        "cctv, drones")


def test_a_word_or_two_of_an_answer_are_quoted_by_their_clause(said):
    assert said(("drone", "too", Strength.ASKED)) == "drones too"


@pytest.mark.parametrize(("told", "quoted"), [
    ("the reseller is 6% state owned", "6% state owned"),
])
def test_a_share_is_quoted_with_its_number(begin, told, quoted):
    talk = begin()
    talk.say("drones for the police in Togo via a reseller")
    talk.say(told)

    answer = talk.conversation.deal.answers[Fact("hidden_ownership")]
    assert (answer.said, told[answer.start : answer.end]) == (quoted, quoted)


@pytest.mark.parametrize(("told", "fact", "quoted"), [
    ("drones for Togo. The end user is unknown, pilot", "end_user", "The end user is unknown"),
    ("drones for Togo. The end user is the army, and unknown", "end_user", "army"),
])
def test_what_nobody_knows_is_quoted_with_its_name(begin, told, fact, quoted):
    talk = begin()
    talk.say(told)

    answer = talk.conversation.deal.answers[Fact(fact)]
    assert (answer.said, told[answer.start : answer.end], answer.sure) == (quoted, quoted, True)
