"""A database of either kind with deals told in it, and what exports them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.advisor import Advisor, Said
from bot.brief import sentences as brief_sentences
from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.exporting.exports import Exporting
from bot.exporting.memo import Memos, load_clauses
from bot.log_order import LOCAL
from bot.record.log import Happening
from bot.record.signed_notes import Signer
from bot.store import Store
from retrieval.releases import guidance_of
from tests.conftest import PROJECT
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.store.small import START, Clock

SEED = bytes(range(32))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(url: str, guidance, content) -> Iterator[Store]:
    made = Store(url, now=lambda: START)
    made.upgrade()
    made.keep_release(guidance.release, content)
    made.activate(guidance.release)
    yield made
    made.close()


@pytest.fixture
def say(store, guidance, reader, sentences) -> Callable[..., None]:
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)
    keys = iter(range(10**6))

    def take(text: str, name: str = "c1", author: str = "slack:T1:U024BE7LH", workspace=LOCAL,
             key: MessageKey | None = None, **given):
        key = key or MessageKey(f"{name}:{next(keys)}")
        advisor.take_turn(Said(key, ConversationId(name), author, WHEN + timedelta(minutes=1),
                               text, workspace=workspace, **given))

    return take


@pytest.fixture(scope="session")
def memos(sentences):
    folder = PROJECT / "prompts"
    return Memos(brief_sentences.load(folder, sentences), load_clauses(folder))


@pytest.fixture
def checkpoints(store, clock):
    return Checkpoints(store, Signer(SEED), clock)


@pytest.fixture
def exporting(store, checkpoints, memos, clock):
    return Exporting(
        store, checkpoints, memos, lambda r: guidance_of(store.release_content(r), r), clock)


@pytest.fixture
def told(say, store):
    """A deal told in, and a comment on it."""
    say("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests")
    say("no, they never ask a judge")
    store.note(
        LOCAL, Happening("comment", "n1", START, "U7", "c1", {"turn": 2}, {"text": "See C."}))


@pytest.fixture
def spoken(say, store):
    """Two deals told in, and a comment on the first."""
    say("A reseller wants 40 IMSI catchers for the police in Egypt; used at protests")
    say("hello", "c2")
    say("no, they never ask a judge")
    store.note(
        LOCAL, Happening("comment", "n1", START, "U7", "c1", {"turn": 2}, {"text": "See C."}))
