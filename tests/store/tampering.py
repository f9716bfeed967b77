"""Change logs in every way that somebody with the database can, and count what is noticed.

    python -m tests.store.tampering                 # 700 of each kind, and 10,000 honest logs
    python -m tests.store.tampering --each 50 --honest 200

Each log is written by the store, and held as `advisor log verify --checkpoint` holds it: against
its own digests, the checkpoints in the database, and the last one that was published.  What is
changed is covered by that one; what is newer rests on the chain alone, and nobody claims more.

Every kind comes in two forms.  *Plain* changes the rows and nothing else.  *Anew* makes all
digests again, the hashes of words, the head and the tree, and drops the checkpoints that no longer
fit: whatever can be done without the key.  The tables have no constraints here, since who may
write the database may drop those.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, text

from bot import schema
from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.erasure.silencing import silence
from bot.ledger import GENESIS, canonical, chained, committed
from bot.record.erasure_list import ERASED
from bot.record.log import Happening, append, personal
from bot.record.merkle import Edge
from bot.record.signed_notes import BadCheckpoint, Checkpoint, Signer
from bot.store import Store
from tests.store.small import RELEASE, begin, step

WORKSPACE = "T1"
SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
KINDS_BESIDE = ("feedback", "viewed", "handed_over", "exported")
TABLES = (schema.log, schema.turns, schema.log_heads, schema.checkpoints)

NO_WORDS: Mapping[str, None] = {"actor": None, "words": None, "salt": None}
"""What an erasure leaves of the words of a row."""

Row = dict[str, Any]


@dataclass(slots=True)
class State:
    """What the database holds of a log."""

    log: list[Row]
    turns: list[Row]
    heads: list[Row]
    checkpoints: list[Row]


@dataclass(frozen=True, slots=True)
class Honest:
    """A log as it was recorded, and what left the house."""

    state: State
    note: str
    """The last checkpoint that was published."""
    size: int
    """How many rows it covers."""


class House:
    """A database in memory that one log after another is put into."""

    def __init__(self) -> None:
        self.store = Store("sqlite://")
        self.store.upgrade()
        self.store.keep_release(RELEASE, '{"b":1}')
        self.store.activate(RELEASE)
        self.points = Checkpoints(self.store, SIGNER, lambda: START)
        with self.store.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.rollback()
            raw.execute("PRAGMA foreign_keys = OFF")
            for name in ("log", "turns"):
                raw.execute(f"CREATE TABLE bare AS SELECT * FROM {name} WHERE 0")  # noqa: S608
                raw.execute(f"DROP TABLE {name}")
                raw.execute(f"ALTER TABLE bare RENAME TO {name}")
            raw.commit()

    def record(self, chance: random.Random, most: int = 24) -> Honest:
        """An honest log: turns of two conversations, what happens beside them, an erasure."""
        self._clear()
        talks = {name: begin(name) for name in ("c1", "c2")}
        number = chance.randrange(8, most + 1)
        note = ""
        size = 0
        for n in range(number):
            name = ("c1", "c2")[n % 2] if n < 4 else chance.choice(("c1", "c2"))
            if n < 4 or chance.random() < 0.3:
                before = talks[name]
                turn, talks[name] = step(before, f"k{n}", chance.choice(("U1", "U2")), f"said {n}")
                self.store.record(turn, talks[name], before.version, workspace=WORKSPACE)
            else:
                self.store.note(WORKSPACE, Happening(
                    chance.choice(KINDS_BESIDE), f"n{n}", START + timedelta(minutes=n), "U3",
                    ConversationId(name), {"turn": n, "why": f"reason {n}"}, {"text": f"word {n}"}))
            if n > 4 and (not note or chance.random() < 0.2):
                note, size = self.points.take(WORKSPACE) or "", n + 1
        if chance.random() < 0.5:
            with self.store.writing() as connection:
                name = ConversationId(chance.choice(("c1", "c2")))
                taken = silence(connection, WORKSPACE, [name], {chance.choice(("U1", "U2"))})
                append(connection, WORKSPACE, Happening(
                    ERASED, "erased", START + timedelta(hours=1), "U-lead", name,
                    {"conversations": [name], **taken[name].told(), "scope": "person"}))
        return Honest(self.state(), note, size)

    def state(self) -> State:
        """What the database holds."""
        with self.store.reading() as connection:
            return State(*([dict(row._mapping) for row in connection.execute(select(table))]
                           for table in TABLES))

    def put(self, state: State) -> None:
        """Have the database hold *state*."""
        with self.store.writing() as connection:
            rows = (state.log, state.turns, state.heads, state.checkpoints)
            for table, these in zip(TABLES, rows, strict=True):
                connection.execute(delete(table))
                if these:
                    connection.execute(table.insert(), these)

    def noticed(self, note: str) -> bool:
        """Whether the log is found not to be what was recorded."""
        (verdict,) = self.points.verify([note], WORKSPACE)
        return verdict.broken is not None

    def _clear(self) -> None:
        with self.store.writing() as connection:
            for table in (*TABLES, schema.conversations, schema.case_lines, schema.case_tags,
                          schema.case_words):
                connection.execute(delete(table))
            _forget_words(connection)


def _forget_words(connection: Connection) -> None:
    connection.execute(text("DELETE FROM case_words_index"))


# --- what somebody does with it -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forgery:
    """A change that is being made to *state*, at rows that the checkpoint covers."""

    state: State
    chance: random.Random
    size: int
    anew: bool

    @property
    def log(self) -> list[Row]:
        return self.state.log

    def row(self, fits: Callable[[Row], bool] = lambda _row: True) -> Row:
        """Any covered row that *fits*."""
        return self.chance.choice([row for row in self.log[:self.size] if fits(row)])

    def says(self, row: Row, **other: Any) -> None:
        """Have *row* and, where all is made anew, its body say something else."""
        row |= other
        if self.anew:
            row["body"] = canonical({**json.loads(row["body"]), **other})
            for turn in self.state.turns:
                if turn["seq"] == row["seq"]:
                    turn |= {k: v for k, v in other.items() if k in ("key", "conversation")}


def body(on: Forgery) -> None:
    row = on.row()
    told = json.loads(row["body"])
    name = on.chance.choice(sorted(set(told) - {"seq", "personal_sha256", "version", "release",
                                                "workspace", "kind", "key", "conversation", "at"}))
    row["body"] = canonical({**told, name: "other"})


def words(on: Forgery) -> None:
    row = on.row(lambda row: row["words"] is not None)
    row["words"] = canonical({**json.loads(row["words"]), "text": "never said"})


def actor(on: Forgery) -> None:
    row = on.row(lambda row: row["actor"] is not None)
    row["actor"] = "U9"


def at(on: Forgery) -> None:
    row = on.row()
    on.says(row, at=on.chance.choice(["2026-03-01T09:59:59.000000+00:00",
                                      "2027-01-01T00:00:00.000000+00:00"]))


def back_dated(on: Forgery) -> None:
    for row in on.log[on.chance.randrange(on.size):]:
        on.says(row, at="2020" + row["at"][4:])


def kind(on: Forgery) -> None:
    on.says(on.row(), kind="reviewed")


def key(on: Forgery) -> None:
    on.says(on.row(), key="other")


def conversation(on: Forgery) -> None:
    row = on.row()
    on.says(row, conversation="c1" if row["conversation"] == "c2" else "c2")


def workspace(on: Forgery) -> None:
    on.says(on.row(), workspace="T2")


def seq(on: Forgery) -> None:
    row = on.row()
    row["seq"] += on.chance.choice([-1000, 1000])


def digest(on: Forgery) -> None:
    on.row()["digest"] = f"{on.chance.getrandbits(256):064x}"


def previous(on: Forgery) -> None:
    on.row()["previous"] = f"{on.chance.getrandbits(256):064x}"


def salt(on: Forgery) -> None:
    on.row(lambda row: row["salt"] is not None)["salt"] = f"{on.chance.getrandbits(128):032x}"


def hash_of_words(on: Forgery) -> None:
    on.says(on.row(), personal_sha256=f"{on.chance.getrandbits(256):064x}")


def words_alone(on: Forgery) -> None:
    """Take the words, and leave who said them."""
    on.row(lambda row: row["words"] is not None)["words"] = None


def emptied(on: Forgery) -> None:
    """Take the words as an erasure takes them, without one."""
    on.row(lambda row: row["words"] is not None).update(NO_WORDS)


def first(on: Forgery) -> None:
    del on.log[0]


def middle(on: Forgery) -> None:
    del on.log[on.chance.randrange(1, on.size - 1)]


def last(on: Forgery) -> None:
    del on.log[on.size - 1:on.size]


def several(on: Forgery) -> None:
    begun = on.chance.randrange(on.size)
    del on.log[begun:begun + on.chance.randrange(2, 5)]


def truncated(on: Forgery) -> None:
    del on.log[on.chance.randrange(on.size):]


def inserted(on: Forgery) -> None:
    place = on.chance.randrange(on.size)
    new = deepcopy(on.row()) | {"key": "forged", "kind": "viewed"}
    told = {**json.loads(new["body"]), "key": "forged", "kind": "viewed"}
    on.log.insert(place, {**new, "body": canonical(told)})


def doubled(on: Forgery) -> None:
    """A true row a second time; after the last that is covered it would be a newer one."""
    place = on.chance.randrange(on.size - 1)
    on.log.insert(place, deepcopy(on.log[place]))


def reordered(on: Forgery) -> None:
    one, two = sorted(on.chance.sample(range(on.size), 2))
    rows = on.log
    rows[one], rows[two] = rows[two], rows[one]
    if not on.anew:
        rows[one]["seq"], rows[two]["seq"] = rows[two]["seq"], rows[one]["seq"]


def conversations_swapped(on: Forgery) -> None:
    """What was said in one conversation, in the other, and the other way round."""
    for row in on.log:
        on.says(row, conversation="c1" if row["conversation"] == "c2" else "c2")


def turn_changed(on: Forgery) -> None:
    turn = on.chance.choice([one for one in on.state.turns if one["seq"] <= on.size])
    name, other = on.chance.choice([("version", 99), ("release", "other"), ("key", "other"),
                                    ("conversation", "c9")])
    turn[name] = other


def turn_removed(on: Forgery) -> None:
    on.state.turns.remove(on.chance.choice(
        [one for one in on.state.turns if one["seq"] <= on.size]))


def checkpoint_changed(on: Forgery) -> None:
    row = on.chance.choice(on.state.checkpoints)
    kept = SIGNER.verifier.read(row["note"])
    made = on.chance.choice([
        replace(kept, size=kept.size - 1), replace(kept, root=bytes(32)),
        replace(kept, workspace="T2")])
    row["note"] = on.chance.choice([
        OTHER.note(made), row["note"].replace(kept.text(), made.text())])


def head_changed(on: Forgery) -> None:
    name, other = on.chance.choice([
        ("count", on.size - 1), ("digest", "f" * 64), ("edge", f"1 {'00' * 32}")])
    on.state.heads[0][name] = other


def older_file(on: Forgery) -> None:
    """The whole database as it was before."""
    kept = on.chance.randrange(1, on.size)
    del on.log[kept:]
    on.state.turns[:] = [one for one in on.state.turns if one["seq"] <= kept]
    on.state.checkpoints[:] = [one for one in on.state.checkpoints if one["size"] <= kept]
    _chain(on.state)


def other_key(on: Forgery) -> None:
    """One row changed, all made anew, and checkpoints signed with a key of their own."""
    on.says(on.row(), at="2020-01-01T00:00:00.000000+00:00")
    made_anew(on.state)
    edge = Edge()
    for row in on.log:
        edge = edge.with_row(bytes.fromhex(row["digest"]))
        for point in on.state.checkpoints:
            if point["size"] == edge.size:
                point["note"] = OTHER.note(Checkpoint(WORKSPACE, edge.size, edge.root, START))


PLAIN_ONLY = frozenset({
    "digest", "previous", "seq", "hash of words", "words taken alone", "turn changed",
    "turn removed", "checkpoint changed", "head changed", "older file"})
"""Kinds that making all anew would undo, or that are made anew as they are."""
ANEW_ONLY = frozenset({"another key"})
KINDS: Mapping[str, Callable[[Forgery], None]] = {
    "body": body, "words": words, "actor": actor, "at": at, "back-dated": back_dated,
    "kind": kind, "key": key, "conversation": conversation, "workspace": workspace, "seq": seq,
    "digest": digest, "previous": previous, "salt": salt, "hash of words": hash_of_words,
    "words taken alone": words_alone, "emptied": emptied, "first removed": first,
    "one removed": middle, "last removed": last, "several removed": several, "cut off": truncated,
    "one put in": inserted, "one doubled": doubled, "two changed about": reordered,
    "conversations swapped": conversations_swapped, "turn changed": turn_changed,
    "turn removed": turn_removed, "checkpoint changed": checkpoint_changed,
    "head changed": head_changed, "older file": older_file, "another key": other_key,
}


def made_anew(state: State) -> None:
    """Everything that can be made to fit without the key, made to fit."""
    moved: dict[int, int] = {}
    for place, row in enumerate(state.log, start=1):
        moved.setdefault(row["seq"], place)
        told = json.loads(row["body"]) | {"seq": place}
        row["seq"] = place
        if row["words"] is not None:
            said = personal(row["actor"], row["words"])
            row["personal_sha256"] = committed(row["salt"], said)
        row["body"] = canonical(told | {"personal_sha256": row["personal_sha256"]})
    for turn in state.turns:
        turn["seq"] = moved.get(turn["seq"], turn["seq"])
    roots = _chain(state)
    state.checkpoints[:] = [one for one in state.checkpoints if roots.get(one["size"])
                            == _root(one["note"])]


def _root(note: str) -> bytes | None:
    try:
        return SIGNER.verifier.read(note).root
    except BadCheckpoint:  # one that was signed with another key
        return None


def _chain(state: State) -> dict[int, bytes]:
    last, edge, roots = GENESIS, Edge(), {}
    for row in state.log:
        row["previous"], row["digest"] = last, chained(last, row["body"])
        last, edge = row["digest"], edge.with_row(bytes.fromhex(row["digest"]))
        roots[edge.size] = edge.root
    state.heads[:] = [{"workspace": WORKSPACE, "count": len(state.log), "digest": last,
                       "edge": edge.dump()}]
    return roots


def forged(honest: Honest, name: str, chance: random.Random, *, anew: bool) -> State:
    """The log as somebody leaves it who does what *name* says."""
    state = deepcopy(honest.state)
    KINDS[name](Forgery(state, chance, honest.size, anew))
    if anew and name != "another key":
        made_anew(state)
    return state


def forms(name: str) -> tuple[bool, ...]:
    """Whether a kind is tried with all made anew, and without."""
    return (False,) if name in PLAIN_ONLY else (True,) if name in ANEW_ONLY else (False, True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--each", type=int, default=700)
    options.add_argument("--honest", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance, house, begun = random.Random(given.seed), House(), time.process_time()
    caught = {(name, anew): 0 for name in KINDS for anew in forms(name)}
    wrong = 0
    for n in range(max(given.each, given.honest)):
        honest = house.record(chance, 24 if n < given.each else 12)
        wrong += n < given.honest and house.noticed(honest.note)
        for name, anew in caught if n < given.each else ():
            state = forged(honest, name, chance, anew=anew)
            assert state != honest.state, name
            house.put(state)
            caught[name, anew] += house.noticed(honest.note)
    print("| what is done | plain | all made anew |\n|---|---:|---:|")
    for name in KINDS:
        cells = [f"{caught[name, anew]} / {given.each}" if (name, anew) in caught else "–"
                 for anew in (False, True)]
        print(f"| {name} | {cells[0]} | {cells[1]} |")
    total = len(caught) * given.each
    print(f"\ncaught {sum(caught.values()):,} of {total:,}; "
          f"false alarms {wrong} of {given.honest:,}; "
          f"{time.process_time() - begun:.0f} s of processor time")


if __name__ == "__main__":
    main()
