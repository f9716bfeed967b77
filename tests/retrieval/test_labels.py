"""What is known of a deal as a list of labels, and how such a list is searched."""

import pytest

from retrieval.guidance import Fact
from retrieval.matches import Query
from retrieval.opening import open_release
from retrieval.words.labels import labels, phrases_of

from . import small
from .conftest import WordEmbeddings

KNOWN = small.table(product="camera spyware")


def test_only_the_releases_own_words_in_their_order_are_a_list():
    guidance = small.ordinary()
    question = guidance.questions[Fact("product")]

    assert labels(question, ["spyware", "camera"]) == "Body-worn camera and Spyware"
    assert phrases_of(guidance, "Body-worn camera and Spyware", KNOWN) == (
        "Body-worn camera and Spyware",)
    assert phrases_of(guidance, "Body-worn camera and Spyware?", KNOWN) is None
    assert phrases_of(guidance, "Body-worn camera and Spyware", small.table()) is None
    assert phrases_of(guidance, "Body-worn camera", KNOWN) is None


@pytest.mark.parametrize(("text", "times"), [
    ("Body-worn camera and Spyware", 1), ("are body-worn cameras spyware", 2),
])
def test_a_list_is_embedded_once_and_a_question_whenever_it_is_asked(text, times, tmp_path):
    heard = []

    class Listening(WordEmbeddings):
        def embed_query(self, one):
            heard.append(one)
            return super().embed_query(one)

    search = open_release(small.ordinary(), Listening(), tmp_path,
                          mentions_domain=lambda _: True)

    first, second = (search([Query(text, topics=KNOWN)])[0] for _ in range(2))

    assert first == second
    assert heard == [text] * times


def test_by_what_is_known_of_a_deal_nobody_asks_anything(tmp_path):
    """However far it lies from what the texts answer, it is not declined."""
    search = open_release(small.ordinary(), WordEmbeddings(), tmp_path,
                          mentions_domain=lambda _: False)
    assert not search([Query("Body-worn camera and Spyware", topics=KNOWN)])[0].abstained
    assert search([Query("zebra crossing paint", topics=KNOWN)])[0].abstained
