"""A list of labels is embedded of labels that were passed over once."""

import numpy as np
import pytest

from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Fact
from retrieval.labels import labels, listed, phrases_of
from retrieval.matches import Query
from retrieval.phrases import KEPT, Phrases
from retrieval.releases import open_release

from . import small
from .conftest import WordEmbeddings

KNOWN = small.table(product="camera spyware")


class Counting:
    """Makes sums and remembers of what."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []

    def __call__(self, phrases):
        self.made.append(list(phrases))
        return np.array([[len(one), 1.0] for one in phrases], dtype=np.float32)


def test_a_phrase_is_passed_over_once_and_the_new_ones_together():
    counting = Counting()
    phrases = Phrases(counting)

    assert [row.tolist() for row in phrases.of(["Police", "Kenya"])] == [[6, 1], [5, 1]]
    assert [row.tolist() for row in phrases.of(["Drones", "Police", "Fiji"])] == [
        [6, 1], [6, 1], [4, 1]]
    assert counting.made == [["Police", "Kenya"], ["Drones", "Fiji"]]


def test_those_used_last_are_held_and_no_more():
    counting = Counting()
    phrases = Phrases(counting)

    phrases.of([f"label {n}" for n in range(KEPT)])
    phrases.of(["label 0"])
    phrases.of(["another"])
    phrases.of(["label 0", "label 1"])

    assert len(phrases) == KEPT
    assert counting.made[1:] == [["another"], ["label 1"]]


def test_only_the_releases_own_words_in_their_order_are_a_list():
    guidance = small.ordinary()
    question = guidance.questions[Fact("product")]

    assert labels(question, ["spyware", "camera"]) == "Body-worn camera and Spyware"
    assert phrases_of(guidance, "Body-worn camera and Spyware", KNOWN) == (
        "Body-worn camera and Spyware",)
    assert phrases_of(guidance, "Body-worn camera and Spyware?", KNOWN) is None
    assert phrases_of(guidance, "Body-worn camera and Spyware", small.table()) is None
    assert phrases_of(guidance, "Body-worn camera", KNOWN) is None


def test_a_list_is_the_mean_over_the_tokens_of_its_phrases(packaged: PackagedEmbeddings):
    said = ["CCTV cameras and Licence-plate readers", "Police", "Kenya"]
    sums = [packaged.token_vectors([one])[0][0][1:-1].sum(axis=0) for one in said]
    mean = np.sum(sums, axis=0)

    found = packaged.embed_phrases(said)

    assert np.allclose(found, mean / np.linalg.norm(mean), atol=1e-5)
    assert packaged.embed_phrases(said) == found
    assert float(np.dot(found, packaged.embed_query(listed(said)))) > 0.6


def test_other_models_embed_a_list_as_a_text(words: WordEmbeddings):
    assert words.embed_phrases(["Police", "Kenya"]) == words.embed_query("Police, Kenya")


@pytest.mark.parametrize(("text", "lists"), [
    ("Body-worn camera and Spyware", [("Body-worn camera and Spyware",)]),
    ("are body-worn cameras spyware", []),
])
def test_a_search_for_labels_is_embedded_as_a_list(text, lists, tmp_path):
    heard = []

    class Listening(WordEmbeddings):
        def embed_phrases(self, phrases):
            heard.append(tuple(phrases))
            return super().embed_phrases(phrases)

    model = Listening()
    search = open_release(small.ordinary(), model, tmp_path, mentions_domain=lambda _: True)

    (found,) = search([Query(text, topics=KNOWN)])

    assert heard == lists
    assert found.query.text == text
