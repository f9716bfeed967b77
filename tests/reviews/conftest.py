"""Three reviewers, people with deals, releases that can be put in force, and a clock to turn."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.advisor import Advisor, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.record.log import Logged, logged
from bot.reviews.asking import Question
from bot.reviews.news import News
from bot.reviews.review import Opinion
from bot.reviews.reviewing import NotReviewed, Reviewed, Reviewer, Reviewing
from bot.schema import cases, log
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId
from tests.dialogue.talking import LIMIT, WHEN, WordSearch

T1 = "T1"
ADA, BEN, CLO = (Reviewer(T1, f"U-{name.lower()}", name) for name in ("Ada", "Ben", "Clo"))
DEAL = ("Cell-site simulators for the police of Kenya, who will watch crowds at demonstrations. "
        "They have used it against journalists.")
WRONG = "Actually it is for traffic control, not for demonstrations."
"""What changes the advice on it."""
C1 = ConversationId("c1")


class House:
    """A database with its guidance, people who talk to the bot, and those who review."""

    def __init__(self, store: Store, guidance: Guidance, reader: PlainReader,
                 sentences: Wording, *, four_eyes: bool = False) -> None:
        self.store, self.now = store, WHEN
        self.editions: dict[str, Guidance] = {}
        self.asked: list[Question] = []
        self.news: list[News] = []
        self.thread = True
        self._numbers = 0
        self._reader, self._sentences = reader, sentences
        self.reviewing = Reviewing(store, lambda release: self.editions[release],
                                   four_eyes=four_eyes, ask=self._ask,
                                   tell=lambda _, news: self.news.append(news),
                                   now=lambda: self.now)
        self.put_in_force(replace(guidance, release=ReleaseId("r1")))

    def put_in_force(self, guidance: Guidance) -> None:
        self.editions[guidance.release] = self.guidance = guidance
        self.store.keep_release(guidance.release, "{}")
        self.pass_(seconds=1)
        self.store.activate(guidance.release, at=self.now)
        self.advisor = Advisor(
            guidance=guidance, reader=self._reader, search=WordSearch(guidance),
            wording=self._sentences, store=self.store, question_limit=LIMIT, message_limit=8000,
            now=lambda: self.now, settle=self.reviewing.settle)

    def pass_(self, **by: float) -> None:
        self.now += timedelta(**by)

    def say(self, text: str = "", user: str = "U1", name: str = "c1", **more: object) -> None:
        with self.store.writing() as connection:
            self.store.insert(connection, cases, {
                "conversation": name, "team": T1, "asker": user,
                "opened_at": WHEN.isoformat(), "private": 0, "listening": 1})
        self._numbers += 1
        self.pass_(seconds=1)
        self.advisor.take_turn(Said(
            MessageKey(f"k{self._numbers}"), ConversationId(name), f"slack:{T1}:{user}", self.now,
            text, workspace=T1, **more))

    def of(self, name: str = "c1") -> Reviewed:
        with self.store.reading() as connection:
            return self.reviewing.of(connection, T1, ConversationId(name))

    def mark_all(self, by: Reviewer = ADA, name: str = "c1") -> None:
        for consideration in self.of(name).raised:
            self.reviewing.mark(by, ConversationId(name), consideration, Opinion.AGREED)

    def sign(self, by: Reviewer = ADA, name: str = "c1") -> None:
        self.mark_all(by, name)
        self.reviewing.sign_off(by, ConversationId(name), self.of(name).advised.digest, "looked at")

    def rows(self, *kinds: str, name: str = "c1") -> list[Logged]:
        query = select(log).where(log.c.conversation == name).order_by(log.c.seq)
        with self.store.reading() as connection:
            rows = [logged(row._mapping) for row in connection.execute(query)]
        return [row for row in rows if not kinds or row.kind in kinds]

    def _ask(self, _connection: object, question: Question) -> bool:
        self.asked.append(question)
        return self.thread


def refused(act: Callable[..., object], *args: object, **more: object) -> str:
    """The code of why *act* is refused, which is said in a sentence."""
    with pytest.raises(NotReviewed) as error:
        act(*args, **more)
    sentence = str(error.value)
    assert sentence[0].isupper() and sentence.endswith(".")
    return error.value.code


def digest(house: House, name: str = "c1") -> str:
    """Of the advice as it is now."""
    return house.of(name).advised.digest


@pytest.fixture
def build(url: str, guidance: Guidance, reader: PlainReader, sentences: Wording
          ) -> Iterator[Callable[..., House]]:
    store = Store(url)
    store.upgrade()
    yield lambda **more: House(store, guidance, reader, sentences, **more)
    store.close()


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build()


@pytest.fixture
def signed(house: House) -> House:
    """A deal that Ada has signed off."""
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.sign()
    return house


@pytest.fixture
def talked(house: House) -> House:
    """A house in which a deal was told and advised on."""
    house.say(DEAL)
    house.say("Give me the advice now.")
    return house


@pytest.fixture
def two(build: Callable[..., House]) -> House:
    """The same, where two have to sign."""
    house = build(four_eyes=True)
    house.say(DEAL)
    house.say("Give me the advice now.")
    return house
