"""The judge of all faults: what it lets pass, and what it finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.queue.outbox import marker_of
from bot.schema import deliveries, outgoing
from bot.slack.posts import FILES, MESSAGE
from bot.store import Store
from bot.workspace.world import BOT_USER, TEAM_ID
from tests.faults.verdict import Verdict, judge
from tests.store.migrated import sqlite_at

AT = "2026-03-01T09:00:00.000000+00:00"
ASKED = f"slack:{TEAM_ID}:C1:1.000001:1:brief:5.0"
BRIEF = f"{ASKED}:brief"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(sqlite_at(tmp_path / "advisor.sqlite3"))


def owe(store: Store, key: str, method: str, state: str = "sent") -> None:
    with store.writing() as connection:
        connection.execute(outgoing.insert().values(
            key=key, conversation="c", team=TEAM_ID, method=method, opens_thread=0, state=state,
            tries=1, in_doubt=0, due=AT, marker=marker_of(key)))


def asked_for_a_brief(store: Store, state: str = "sent") -> int:
    """Its number."""
    with store.writing() as connection:
        number = connection.execute(deliveries.insert().values(
            key=ASKED, conversation="c", team=TEAM_ID, act="brief", author="U1", sent_at=AT,
            event_id="5.0", received_at=AT, state="done", tries=1, due=AT)).inserted_primary_key
    owe(store, BRIEF, FILES, state)
    assert number is not None
    return int(number[0])


def judged(store: Store, folder: Path, *stands: dict[str, Any]) -> Verdict:
    """What the judge says where *stands* are our messages; their files are given by names."""
    lines: list[list[Any]] = []
    for number, one in enumerate(stands):
        ids = [f"F{number}{name}" for name in one.get("files", ())]
        lines += [["file", file, {"name": name}]
                  for file, name in zip(ids, one.get("files", ()), strict=True)]
        post = {"user": BOT_USER, "ts": f"{number}.000001", "metadata": None} | one
        lines.append(["message", f"C1:{number}", post | {"files": ids}])
    journal = folder / "workspace.jsonl"
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return judge(store, journal, set())


def files_of(number: int) -> dict[str, Any]:
    name = f"deal-brief-2026-03-01-{number}"
    return {"files": [f"{name}.md", f"{name}.pdf"]}


def test_a_brief_that_was_asked_for_and_stands_once_is_no_fault(
    store: Store, tmp_path: Path
) -> None:
    verdict = judged(store, tmp_path, files_of(asked_for_a_brief(store)))
    assert verdict.clean, verdict
    assert verdict.posts == 1


def test_a_brief_that_was_uploaded_twice_is_doubled(store: Store, tmp_path: Path) -> None:
    files = files_of(asked_for_a_brief(store))
    assert judged(store, tmp_path, files, files).doubled == (f"post {BRIEF} stands 2 times",)


def test_a_brief_of_another_asking_does_not_stand_for_this_one(
    store: Store, tmp_path: Path
) -> None:
    verdict = judged(store, tmp_path, files_of(asked_for_a_brief(store) + 1))
    assert verdict.doubled == ("a post without an id stands at 0.000001",)
    assert verdict.lost == (f"post {BRIEF} does not stand",)


@pytest.mark.parametrize("names", [
    (), ("drones.pdf",), ("deal-brief-2026-03-01-1.md", "deal-brief-2026-03-01-2.md"),
    ("deal-brief-2026-03-01-1.md", "drones.pdf"), ("deal-brief-2026-03-01-.md",),
])
def test_files_that_are_of_no_one_asking_are_known_by_nothing(
    store: Store, tmp_path: Path, names: tuple[str, ...]
) -> None:
    asked_for_a_brief(store, "refused")
    verdict = judged(store, tmp_path, {"files": list(names)})
    assert verdict.doubled == ("a post without an id stands at 0.000001",)


def test_a_message_is_known_by_the_id_that_it_carries(store: Store, tmp_path: Path) -> None:
    owe(store, "a", MESSAGE)
    carried = {"metadata": {"event_payload": {"id": marker_of("a")}}}
    assert judged(store, tmp_path, carried).clean
    assert judged(store, tmp_path, carried, carried).doubled == ("post a stands 2 times",)
    assert judged(store, tmp_path).lost == ("post a does not stand",)
