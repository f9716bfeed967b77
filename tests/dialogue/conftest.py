"""A conversation to hold."""

from collections.abc import Callable

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from retrieval.guidance import Guidance
from tests.dialogue.talking import Talk


@pytest.fixture(scope="session")
def begin(
    guidance: Guidance, reader: PlainReader, sentences: Wording
) -> Callable[[], Talk]:
    """Begin a new conversation."""
    return lambda: Talk(guidance, reader, sentences)
