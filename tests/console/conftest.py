"""A console over a database with conversations in it, without the doors that stand before it."""

import pytest

from bot.advisor import Advisor
from bot.store import Store
from retrieval.releases import content_of
from tests.console.talking import Desk
from tests.dialogue.talking import LIMIT, WordSearch
from tests.store.conftest import postgres, store, url

__all__ = ["postgres", "store", "url"]


@pytest.fixture
def desk(url, guidance, reader, sentences):
    """People who talk to a bot, and a console that shows it, on both databases."""
    made = Store(url)
    made.upgrade()
    made.keep_release(guidance.release, content_of(guidance))
    made.activate(guidance.release)
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=made, question_limit=LIMIT, message_limit=8000)
    yield Desk(made, advisor)
    made.close()
