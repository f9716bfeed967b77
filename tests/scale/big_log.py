"""A log of very many turns, as if they had been recorded one by one, written many at a time.

    python -m tests.scale.big_log 100000 sqlite:////tmp/big/advisor.sqlite3

The digests, the tree, the checkpoints, the lines with their tags and the index of words are made
by the functions that the store uses; only the statements are fewer.  `bot.casebook.lines.rebuild`
makes the same of it, which a test holds it to.
"""

import random
import sys
import time
from bisect import bisect
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import event

from bot.casebook import cites as case_cites
from bot.casebook import lines as case_lines
from bot.casebook import memory as case_memory
from bot.casebook import words as case_words
from bot.casebook.memory import Memory
from bot.casebook.standing import moved, person_of
from bot.casebook.words import words_of
from bot.checkpoints import EVERY_ROWS
from bot.ledger import GENESIS, canonical, chained, committed, timestamp
from bot.record.log import TURN, personal
from bot.record.merkle import Edge
from bot.record.signed_notes import Checkpoint, Signer
from bot.schema import cases, checkpoints, conversations, log, log_heads, turns
from bot.store import Store
from retrieval.releases import content_of
from tests.scale.dialogues import COUNTRY, Dialogue, played, release

WORKSPACES = {"T1": 80, "T2": 15, "T3": 5}
"""Shares of the conversations."""
SEED = bytes(32)
"""Of the key that signs the checkpoints."""
START = datetime(2023, 1, 2, 8, tzinfo=UTC)
AT_ONCE = 60
"""Conversations whose turns come between one another."""
RARE = "wolpertinger"
"""A word that is in exactly one message of the log, of the first workspace."""
FREQUENT = "police"


class Zipf:
    """Draws from *items* so that the n-th comes 1/n as often as the first."""

    def __init__(self, items: list[str]) -> None:
        self._items = items
        self._until = list(accumulate(1 / n for n in range(1, len(items) + 1)))

    def draw(self, chance: random.Random) -> str:
        return self._items[bisect(self._until, chance.random() * self._until[-1])]


def vocabulary(number: int) -> list[str]:
    """*number* words that can be spoken; many begin alike."""
    chance = random.Random(5)
    made: dict[str, None] = {}
    while len(made) < number:
        made["".join(chance.choice("bdfghklmnprstvz") + chance.choice("aeiou")
                     for _ in range(chance.choice((2, 3, 3, 4))))] = None
    return list(made)


COUNTRIES = Zipf([a + b for a in "KTCBEGIMNPRSUV" for b in "ABCDEGHKLMNRTZ"])


@cache
def invented_words() -> Zipf:
    """Words to draw from; half a second's work, which whoever only imports this is spared."""
    return Zipf(vocabulary(50_000))


@dataclass(slots=True)
class _Chain:
    """The log of a workspace, as far as it is written."""

    count: int = 0
    digest: str = GENESIS
    edge: Edge = field(default_factory=Edge)


@dataclass(slots=True)
class _Talk:
    """A conversation that is going on."""

    name: str
    workspace: str
    asker: str
    country: str
    dialogue: Dialogue
    at: datetime
    said: int = 0
    memory: Memory = field(default_factory=Memory)
    words: set[str] = field(default_factory=set)
    cites: case_cites.Cites = field(default_factory=dict)


class BigLog:
    """Writes one."""

    def __init__(self, store: Store, dialogues: list[Dialogue], seed: int = 1) -> None:
        self._store = store
        self._dialogues = dialogues
        self._chance = random.Random(seed)
        self._signer = Signer(SEED)
        self._chains = {name: _Chain() for name in WORKSPACES}
        self._opened = 0
        self._spoken = 0
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def write(self, number: int) -> None:
        """Write at least *number* turns, in one database that has none."""
        self._askers = Zipf([f"U{n:04}" for n in range(max(4, round(number ** 0.5 / 2)))])
        self._special = number // 2
        while self._spoken < number:
            self._round()

    def _round(self) -> None:
        talks = [self._talk() for _ in range(AT_ONCE)]
        self._rows = {name: [] for name in
                      ("cases", "conversations", "log", "turns", "points")}
        going = list(talks)
        while going:
            talk = self._chance.choice(going)
            self._say(talk)
            if talk.said == len(talk.dialogue.spoken):
                going.remove(talk)
                self._beside(talk)
        self._flush(talks)

    def _talk(self) -> _Talk:
        self._opened += 1
        workspace = self._chance.choices(list(WORKSPACES), list(WORKSPACES.values()))[0]
        return _Talk(f"slack:{workspace}:C{self._opened % 40}:{self._opened:07}", workspace,
                     self._askers.draw(self._chance), COUNTRIES.draw(self._chance),
                     self._chance.choice(self._dialogues),
                     START + timedelta(minutes=18 * self._opened))

    def _say(self, talk: _Talk) -> None:
        spoken = talk.dialogue.spoken[talk.said]
        talk.said += 1
        talk.at += timedelta(seconds=self._chance.randrange(20, 600))
        self._spoken += 1
        said = " ".join([spoken.text, *(invented_words().draw(self._chance)
                                        for _ in range(self._chance.randrange(3, 25)))])
        if self._spoken >= self._special and talk.workspace == "T1":
            said, self._special = f"{said} {RARE}", sys.maxsize
        row = self._row(talk, TURN, {"text": said, "quotes": spoken.quotes})
        own = {name: f'"{row[name]}"' for name in
               ("at", "conversation", "key", "workspace", "personal_sha256")}
        own |= {"recorded_at": own["at"], "sent_at": own["at"], "seq": str(row["seq"]),
                "version": str(talk.said), "country": f'"{talk.country}"'}
        self._link(row, spoken.body(own))
        self._rows["turns"].append({
            "key": row["key"], "conversation": talk.name, "version": talk.said,
            "release": spoken.turn.release, "workspace": talk.workspace, "seq": row["seq"]})
        talk.memory = case_memory._with_turn(replace(
            talk.memory, opened_at=talk.memory.opened_at or row["at"], updated_at=row["at"],
            turns=talk.memory.turns + 1,
            review=moved(talk.memory.review, TURN, spoken.moves, person_of(row["actor"]), None)),
            spoken.turn)
        talk.cites = case_cites.added(talk.cites, {
            name: {**cite, "turn": talk.said, "shown": cite["shown"] and talk.said,
                   "at": row["at"]}
            for name, cite in spoken.cites.items()})
        talk.words |= spoken.shown
        talk.words.update(words_of(said))

    def _beside(self, talk: _Talk) -> None:
        """What happened beside the turns."""
        last, dice = talk.said, self._chance.random
        if dice() < 0.2:
            self._happened(talk, "feedback", {"turn": last, "good": dice() < 0.7})
        if dice() < 0.1:
            self._happened(talk, "handed_over", {"turn": last})
        if dice() < 0.4:
            self._happened(talk, "viewed", {})
            if dice() < 0.6:
                self._happened(talk, "signed_off", {"number": 1, "needs_second": False})

    def _happened(self, talk: _Talk, kind: str, body: dict[str, Any]) -> None:
        talk.at += timedelta(minutes=self._chance.randrange(5, 900))
        row = self._row(talk, kind, {})
        place = {name: row[name] for name in
                 ("workspace", "seq", "kind", "key", "conversation", "at", "personal_sha256")}
        self._link(row, canonical({**body, **place}))
        if kind in case_memory.TOLD:
            talk.memory = case_memory.told(talk.memory, row)

    def _row(self, talk: _Talk, kind: str, words: dict[str, str]) -> dict[str, Any]:
        chain = self._chains[talk.workspace]
        actor, said = f"slack:{talk.workspace}:{talk.asker}", canonical(words)
        salt = f"{self._chance.getrandbits(128):032x}"
        return {"workspace": talk.workspace, "seq": chain.count + 1, "kind": kind,
                "key": f"{self._chance.getrandbits(80):020x}", "conversation": talk.name,
                "at": timestamp(talk.at), "actor": actor, "words": said, "salt": salt,
                "personal_sha256": committed(salt, personal(actor, said))}

    def _link(self, row: dict[str, Any], body: str) -> None:
        chain = self._chains[row["workspace"]]
        row |= {"body": body, "previous": chain.digest, "digest": chained(chain.digest, body)}
        chain.count, chain.digest = row["seq"], row["digest"]
        chain.edge = chain.edge.with_row(bytes.fromhex(row["digest"]))
        self._rows["log"].append(row)
        if chain.count % EVERY_ROWS == 0:
            made = Checkpoint(row["workspace"], chain.count, chain.edge.root,
                              datetime.fromisoformat(row["at"]))
            self._rows["points"].append({"workspace": made.workspace, "size": made.size,
                                         "at": row["at"], "note": self._signer.note(made)})

    def _state(self, talk: _Talk) -> str:
        """What the conversation remembers."""
        return talk.dialogue.state

    def _flush(self, talks: list[_Talk]) -> None:
        for talk in talks:
            opened, updated = talk.memory.opened_at, talk.memory.updated_at
            self._rows["cases"].append({
                "conversation": talk.name, "team": talk.workspace, "asker": talk.asker,
                "opened_at": opened, "private": 0, "listening": 1})
            self._rows["conversations"].append({
                "id": talk.name, "workspace": talk.workspace, "state": self._state(talk),
                "version": talk.said, "last_seq": self._chains[talk.workspace].count,
                "created_at": opened, "updated_at": updated})
        tables = {"cases": cases, "conversations": conversations, "log": log, "turns": turns,
                  "points": checkpoints}
        with self._store.writing() as connection:
            for name, table in tables.items():
                if self._rows[name]:
                    connection.execute(table.insert(), self._rows[name])
            for talk in talks:
                number = case_words.number_of(connection, talk.name)
                case_words.index(connection, number, talk.words)
                case_lines._keep(connection, talk.name,
                                 case_lines.Line(talk.workspace, None, number), _home(talk),
                                 filed=True)
                case_cites.keep(connection, talk.name, talk.workspace, number, talk.cites,
                                filed=True)
            connection.execute(log_heads.delete())
            connection.execute(log_heads.insert(), [
                {"workspace": name, "count": chain.count, "digest": chain.digest,
                 "edge": chain.edge.dump()} for name, chain in self._chains.items()])


def _home(talk: _Talk) -> Memory:
    """What the talk adds up to, in its country."""
    facts = {fact: values and [talk.country if one == COUNTRY else one for one in values]
             for fact, values in talk.memory.facts.items()}
    return replace(talk.memory, facts=facts)


def in_haste(store: Store) -> None:
    """Don't wait for the disk: what is lost with the machine is made again."""
    if store.engine.dialect.name == "sqlite":
        @event.listens_for(store.engine, "connect")
        def _hasten(connection: Any, _record: object) -> None:
            for pragma in ("synchronous=OFF", "secure_delete=OFF", "cache_size=-800000"):
                connection.execute(f"PRAGMA {pragma}")
    else:
        @event.listens_for(store.engine, "connect")
        def _relax(connection: Any, _record: object) -> None:
            connection.execute("SET synchronous_commit = off")
            connection.commit()


def make(url: str, number: int, dialogues: int = 60, *, lean: bool = True) -> float:
    """Make a log of *number* turns at *url*; gives the seconds that it took."""
    guidance = release()
    held = played(guidance, dialogues, lean=lean)
    store = Store(url)
    in_haste(store)
    store.upgrade()
    store.keep_release(guidance.release, content_of(guidance))
    store.activate(guidance.release)
    begun = time.perf_counter()
    BigLog(store, held).write(number)
    took = time.perf_counter() - begun
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")
    store.close()
    return took


if __name__ == "__main__":
    count, where, *more = sys.argv[1:]
    print(f"{make(where, int(count), lean='real' not in more):.1f} s")
