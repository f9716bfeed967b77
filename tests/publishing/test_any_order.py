"""Whatever admins do in whatever order: what is in force is a release of the history, whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.publishing.drafts import NotEdited
from bot.publishing.preparing import Prepared, State
from bot.publishing.publishing import NotPublished
from bot.store import Store
from retrieval import corpus
from retrieval.editing.edits import Correct, Retire, state_of
from retrieval.guidance import ProvisionId
from retrieval.reading.register import register
from retrieval.releases import digest_of
from tests.publishing.conftest import LABELLED
from tests.publishing.house import WORDS, House
from tests.retrieval.small_corpus import FILES
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

IDS = [ProvisionId(id_) for id_ in ("ungp-17", "ungp-19", "sg-c1", "sg-c1-rf1")]
WHY = "to see whether it holds"
ADMINS = st.sampled_from(["U1", "U2"])


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "corpus"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    register(root, corpus.read_all(root)[0])
    yield tmp_path


def test_any_order_of_acts(folder: Path) -> None:
    count = 0

    class Admins(RuleBasedStateMachine):
        """Two admins over one database."""

        def __init__(self) -> None:
            super().__init__()
            nonlocal count
            count += 1
            store = Store(sqlite_at(folder / f"{count}.sqlite3"))
            self.house = House(store, folder / "corpus", folder / "data", list(LABELLED))
            self.house.begin()
            self.seen: dict[str, Prepared] = {}
            self.texts = 0

        @rule(by=ADMINS, id_=st.sampled_from(IDS))
        def correct(self, by: str, id_: ProvisionId) -> None:
            self.texts += 1
            now = self.house.drafts.draft().provision(id_)
            assert now is not None
            edit = Correct(id_, {"text": f"Words number {self.texts}."}, WHY, state_of(now))
            if now.retired is None and self.house.drafts.draft().conflicts == ():
                self.house.drafts.make(edit, by)
                draft = self.house.drafts.draft()
                assert draft.guidance.provisions[id_].text == f"Words number {self.texts}."

        @rule(by=ADMINS, id_=st.sampled_from(IDS))
        def retire(self, by: str, id_: ProvisionId) -> None:
            self.house.drafts.make(Retire(id_, WHY), by)
            assert id_ in self.house.drafts.draft().guidance.set_aside

        @rule(by=ADMINS, place=st.integers(0, 50))
        def withdraw(self, by: str, place: int) -> None:
            rows = self.house.drafts.rows()
            if rows:
                row = rows[place % len(rows)]
                try:
                    self.house.drafts.withdraw(row.made.id, by)
                    assert row.holds
                except NotEdited:
                    assert not row.holds

        @rule(by=ADMINS)
        def prepare(self, by: str) -> None:
            prepared = self.seen[by] = self.house.preparing.prepare(by)
            sound = self.house.drafts.draft().sound
            assert (prepared.state is State.UNSOUND) == (not sound)

        @rule(by=ADMINS)
        def publish(self, by: str) -> None:
            prepared = self.seen.pop(by, None)
            if prepared is None:
                return
            before, stamp = self.house.store.active_release(), self.house.drafts.draft().stamp
            standing = self.house.preparing.standing()
            fits = (standing is not None and standing.token == prepared.token
                    and prepared.state is State.READY and prepared.stamp == stamp
                    and prepared.base == before)
            try:
                self.house.publishing.publish(prepared.token, by, WHY)
                assert fits
                assert self.house.store.active_release() == prepared.release
            except NotPublished:
                assert not fits
                assert self.house.store.active_release() == before

        @rule(by=ADMINS, place=st.integers(0, 50))
        def roll_back(self, by: str, place: int) -> None:
            history = self.house.publishing.history()
            target = history[place % len(history)].release
            if target != self.house.store.active_release():
                self.house.publishing.roll_back(target, by, WHY)
                assert self.house.store.active_release() == target

        @invariant()
        def whole(self) -> None:
            release = self.house.store.active_release()
            assert release is not None
            history = self.house.publishing.history()
            assert history[0].release == release
            assert [one.number for one in history] == list(range(len(history), 0, -1))
            assert digest_of(self.house.guidance_of(release), WORDS.recipe) == release

        def teardown(self) -> None:
            self.house.store.close()

    run_state_machine_as_test(Admins, settings=settings(
        max_examples=8, stateful_step_count=14, deadline=None,
        suppress_health_check=list(HealthCheck)))
