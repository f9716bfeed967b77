"""A turn pays for one pass over each text, and what is held of it is little and soon gone."""

import numpy as np

from retrieval.embedding import PackagedEmbeddings
from retrieval.model.passes import KEPT, KEPT_SECONDS, Pass, Passes

MESSAGE = "We sell forty phone-extraction kits to the police"


class Counting:
    """Makes passes and remembers over what."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> Pass:
        self.texts.append(text)
        return Pass(np.zeros((2, 3), np.float32), ((0, 0), (0, len(text))), np.zeros(3, np.float32))


def test_a_text_is_passed_over_once():
    counting = Counting()
    passes = Passes(counting)

    assert passes.of("a drone") is passes.of("a drone")
    assert counting.texts == ["a drone"]


def test_so_many_are_held_and_no_more():
    counting = Counting()
    passes = Passes(counting)

    for number in range(KEPT + 1):
        passes.of(f"deal {number}")
    passes.of("deal 1")
    passes.of("deal 0")

    assert len(passes) == KEPT
    assert counting.texts == [*(f"deal {number}" for number in range(KEPT + 1)), "deal 0"]


def test_what_is_old_goes_with_the_next_text():
    counting, clock = Counting(), [0.0]
    passes = Passes(counting, lambda: clock[0])
    passes.of("a drone")
    clock[0] = KEPT_SECONDS
    passes.of("a drone")
    clock[0] = KEPT_SECONDS + 1
    passes.of("a camera")

    assert len(passes) == 1
    assert counting.texts == ["a drone", "a camera"]


def test_no_words_are_held():
    passes = Passes(Counting())

    passes.of(MESSAGE)

    assert MESSAGE not in repr(vars(passes))
    assert all(len(name) == 16 for name in passes._held)


def test_a_message_is_read_and_searched_with_by_one_pass(packaged: PackagedEmbeddings):
    ((read, _),) = packaged.token_vectors([MESSAGE])
    searched = np.array(packaged.embed_queries([f" {MESSAGE}\n", "another"]))
    ((again, _),) = packaged.token_vectors([MESSAGE])

    assert again is read
    mean = read.mean(axis=0)
    assert np.allclose(searched[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_vectors_are_those_of_a_batch_padded_to_its_longest_text(packaged: PackagedEmbeddings):
    texts = [MESSAGE, "IMSI catcher", "", "A reseller asks for forty kits. " * 20]

    alone = np.array(packaged.embed_queries(texts))

    assert np.allclose(alone, packaged._embed(texts), atol=1e-5)


def test_spans_are_those_of_the_text_with_its_blanks(packaged: PackagedEmbeddings):
    ((vectors, spans), (same, shifted)) = packaged.token_vectors(["drone sale", "  drone sale "])

    assert same is vectors
    assert [span for span in spans if span[0] < span[1]] == [(0, 5), (6, 10)]
    assert [span for span in shifted if span[0] < span[1]] == [(2, 7), (8, 12)]


def test_nobody_can_change_what_is_held(packaged: PackagedEmbeddings):
    ((vectors, _),) = packaged.token_vectors([MESSAGE])

    assert not vectors.flags.writeable
