"""What a run left behind: the database held against what stands at Slack's side.

A post is known by the id that it carries as metadata.  An upload can carry none: it is known by
its files, whose names end with the number of the delivery that asked for them.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.schema import deliveries, outgoing, turns
from bot.slack.posts import FILES, MESSAGE
from bot.store import Store
from bot.workspace.world import BOT_USER

Json = dict[str, Any]
_BRIEF = re.compile(r"deal-brief-[0-9-]{10}-([0-9]+)\.(?:md|pdf)")
"""What our files are called, and of them the number of a delivery."""
STANDS = frozenset({MESSAGE, FILES})
"""Kinds of post that stand at Slack once they are sent."""


@dataclass(frozen=True)
class Verdict:
    """Figures of a run; everything from `lost` on is a fault unless it is empty."""

    messages: int
    """Said by people and acknowledged."""
    turns: int
    aside: int
    """Messages that people said to each other."""
    posts: int
    """Posts of ours that stand."""
    stale: int
    """Replies that a later one made unnecessary."""
    lost: tuple[str, ...]
    """Messages without a turn, turns without an answer, and posts that do not stand."""
    doubled: tuple[str, ...]
    """Posts that stand more than once, or that nobody owed."""
    misordered: tuple[str, ...]
    refused: tuple[str, ...]
    """Posts that Slack did not take, and deliveries that were given up."""
    broken: str | None
    """Where the log's chain breaks."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.misordered or self.refused
                    or self.broken)


@dataclass
class _Faults:
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misordered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def unfinished(store: Store) -> int:
    """Deliveries and posts that wait."""
    with store.reading() as connection:
        new = connection.execute(
            select(deliveries.c.id).where(deliveries.c.state == "new")).all()
        waiting = connection.execute(
            select(outgoing.c.id).where(outgoing.c.state == "waiting")).all()
    return len(new) + len(waiting)


def judge(store: Store, journal: Path, acknowledged: Iterable[str]) -> Verdict:
    """Hold the *store* against the workspace's *journal*.

    Args:
        store: The bots' database.
        journal: Every message that stands in the workspace.
        acknowledged: `channel:ts` of people's messages that the bots said they had.
    """
    said = set(acknowledged)
    with store.reading() as connection:
        stored = connection.execute(select(deliveries)).all()
        taken = connection.execute(
            select(turns.c.key, turns.c.conversation, turns.c.version)).all()
        owed = connection.execute(select(outgoing).order_by(outgoing.c.id)).all()
    arrived = {":".join(row.key.split(":")[2:4]): row for row in stored}
    faults = _Faults()
    keys = {row.key for row in taken}
    for at in sorted(said):
        row = arrived.get(at)
        if row is None:
            faults.lost.append(f"message {at} was never stored")
        elif row.state == "failed":
            faults.refused.append(f"message {at} was given up")
        elif row.state == "new" or (row.state == "done" and row.key not in keys):
            faults.lost.append(f"message {at} is {row.state} and has no turn")
    standing = _standing(journal, _uploads(stored, owed))
    _check_posts(owed, standing, faults)
    _check_turns(taken, owed, faults)
    _check_order(owed, standing, faults)
    broken = store.verify_log()
    return Verdict(
        messages=len(said), turns=len(taken),
        aside=sum(row.state == "aside" for row in arrived.values()),
        posts=sum(len(found) for found in standing.values()),
        stale=sum(row.state == "stale" for row in owed),
        lost=tuple(faults.lost), doubled=tuple(faults.doubled),
        misordered=tuple(faults.misordered), refused=tuple(faults.refused),
        broken=None if broken is None else str(broken))


def _uploads(arrived: Iterable[Any], owed: Iterable[Any]) -> Mapping[str, str]:
    """Ids of the posts that bring files, by the number of the delivery that asked for them."""
    markers = {row.key: row.marker for row in owed if row.method == FILES}
    asked = {str(row.id): f"{row.key}:brief" for row in arrived}
    return {number: markers[key] for number, key in asked.items() if key in markers}


def _standing(journal: Path, uploads: Mapping[str, str]) -> Mapping[str, list[Json]]:
    """Our messages by the id that they are known by; "" for those that are known by none."""
    messages: dict[str, Json | None] = {}
    names: dict[str, str] = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        kind, key, row = json.loads(line)
        if kind == "message":
            messages[key] = row
        elif kind == "file" and row is not None:
            names[key] = str(row["name"])
    found: dict[str, list[Json]] = defaultdict(list)
    for row in messages.values():
        if row is not None and row["user"] == BOT_USER:
            payload = (row["metadata"] or {}).get("event_payload") or {}
            known_by = payload.get("id") or _upload([names[f] for f in row["files"]], uploads)
            found[known_by].append(row)
    return found


def _upload(names: Sequence[str], uploads: Mapping[str, str]) -> str:
    """The id of the post that brought files of these *names*; "" where they are of no one post."""
    numbers = {found[1] if (found := _BRIEF.fullmatch(name)) else "" for name in names}
    return uploads.get(next(iter(numbers)), "") if len(numbers) == 1 else ""


def _check_posts(
    owed: Iterable[Any], standing: Mapping[str, list[Json]], faults: _Faults
) -> None:
    known = {row.marker: row for row in owed}
    faults.doubled += [f"a post without an id stands at {m['ts']}" for m in standing.get("", ())]
    for marker, found in standing.items():
        if marker and (marker not in known or known[marker].state == "stale"):
            faults.doubled.append(f"post {marker} stands and nobody owes it")
        elif marker and len(found) > 1:
            faults.doubled.append(f"post {known[marker].key} stands {len(found)} times")
    for row in known.values():
        if row.state == "refused":
            faults.refused.append(f"post {row.key}: {row.error}")
        elif row.state == "waiting":
            faults.lost.append(f"post {row.key} waits")
        elif row.state == "sent" and row.method in STANDS and row.marker not in standing:
            faults.lost.append(f"post {row.key} does not stand")


def _check_turns(taken: Iterable[Any], owed: Iterable[Any], faults: _Faults) -> None:
    states: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for row in owed:
        if row.turn is not None:
            states[row.conversation, row.turn][row.state] += 1
    answered = {at for at, seen in states.items() if seen["sent"]}
    last: dict[str, int] = {}
    for conversation, version in answered:
        last[conversation] = max(version, last.get(conversation, 0))
    for row in taken:
        seen = states[row.conversation, row.version]
        if not seen:
            faults.lost.append(f"turn {row.conversation} {row.version} owed no answer")
        elif seen["sent"] and seen["stale"]:
            faults.lost.append(f"turn {row.conversation} {row.version} was answered in part")
        elif not seen["sent"] and last.get(row.conversation, 0) <= row.version:
            faults.lost.append(f"turn {row.conversation} {row.version} was never answered")


def _check_order(
    owed: Iterable[Any], standing: Mapping[str, list[Json]], faults: _Faults
) -> None:
    ends: dict[str, tuple[int, str]] = {}
    for row in owed:
        if row.state != "sent" or row.marker not in standing or row.turn is None:
            continue
        ts = min(m["ts"] for m in standing[row.marker])
        turn, before = ends.get(row.conversation, (0, ""))
        if row.turn < turn or ts < before:
            faults.misordered.append(f"post {row.key} of turn {row.turn} came after {turn}")
        ends[row.conversation] = (row.turn, ts)
