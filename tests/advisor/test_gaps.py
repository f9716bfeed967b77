"""What people asked and the texts did not answer, as it is counted for whoever keeps the corpus."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.advisor import Advisor, Said
from bot.casebook import unanswered
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.gaps import shortfalls
from bot.language_model.looks import worth_a_look
from bot.store import Store
from retrieval.guidance import Guidance
from retrieval.matches import Found, Query
from tests.dialogue.talking import LIMIT, WHEN, WordSearch

DEAL = "We sell drones to the police in Kenya at a discount."
GAP = "pricing-commission"


@pytest.fixture
def asking(
    store: Store, guidance: Guidance, reader: PlainReader, sentences: Wording
) -> Callable[..., None]:
    """Say something, of which the texts are silent on what holds one of some words."""
    (near,) = WordSearch(guidance)([Query("human rights")])

    def ask(text: str, *silent_on: str) -> None:
        def search(queries: Sequence[Query]) -> Sequence[Found]:
            return [Found(query, (), abstained=True, gap=GAP)
                    if any(word in query.text for word in silent_on) else replace(near, query=query)
                    for query in queries]

        advisor = Advisor(guidance=guidance, reader=reader, search=search, wording=sentences,
                          store=store, question_limit=LIMIT, message_limit=8000)
        advisor.take_turn(Said(MessageKey("c:1"), ConversationId("c"), "a", WHEN, text))

    return ask


def test_a_question_beside_a_deal_is_one_though_it_is_searched_twice(asking, store, guidance):
    asking(f"{DEAL} What margin is usual?", "margin")

    (turn,) = store.turns(ConversationId("c"))
    assert [found.abstained for found in turn.found] == [True, True]
    assert [(one.gap, one.count) for one in shortfalls(store, guidance)] == [(GAP, 1)]
    assert unanswered.gaps(turn) == {GAP}


def test_a_question_that_is_answered_is_no_gap_whatever_is_told_beside_it(
    asking, store, guidance
):
    asking(f"{DEAL} Can complaints be anonymous?", "discount")

    (turn,) = store.turns(ConversationId("c"))
    assert [found.abstained for found in turn.found] == [False, True]
    assert shortfalls(store, guidance) == ()
    assert unanswered.gaps(turn) == set()
    assert worth_a_look(turn)


def test_a_term_that_the_glossary_explains_is_no_gap(asking, store, guidance):
    asking("We sell drones to the police in Kenya. What is KYC?", "KYC")

    (turn,) = store.turns(ConversationId("c"))
    assert turn.message.beside is not None
    assert [found.abstained for found in turn.found] == [True]
    assert shortfalls(store, guidance) == ()
    assert unanswered.gaps(turn) == set()
