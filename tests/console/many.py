"""Very many conversations, put straight into the tables that the queue is drawn from.

    python -m tests.console.many            # times the queue at 1,000 and at 100,000 turns
"""

import random
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.casebook import day_counts
from bot.casebook import lines as case_lines
from bot.casebook.memory import Memory, Raised
from bot.casebook.standing import Stand
from bot.casebook.words import words_of
from bot.console.lines import listing
from bot.console.lines.filters import Feedback, Filter, Order
from bot.console.viewer import Role, Viewer
from bot.schema import case_lines as lines
from bot.schema import case_tags, case_words
from bot.store import Store

TURNS_EACH = 10
FLAGS = {f"f{n}": Raised(1 + n % 3, f"c{n % 4}", f"Flag {n}") for n in range(8)}
FACTS = {"product": ["drone", "camera", "spyware"], "end_user": ["police", "army", "health"],
         "country": ["KE", "TD", "CA", "BR"]}
GAPS = ["prices", "near:p1", "near:"]
FAINT = ["p1", "p2"]
ASKERS = ["U1", "U2", "U3", ""]
WORDS = ["drones", "drohne", "chad", "café", "cafeteria", "police", "polish", "übung", "audit",
         "1e5", "wolpertinger"]
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A conversation as it was put in."""

    conversation: str
    workspace: str
    asker: str
    memory: Memory
    said: tuple[str, ...]


STANDS = (Stand(), Stand(), Stand(assigned_to="U-rev"),
          Stand(assigned_to="U-two", begun_by="U-two"),
          Stand(waiting={"1": "U1"}), Stand(signed=(1,)), Stand(signed=(1,), needs_second=True),
          Stand(assigned_to="U-rev", lapsed=True))


def conversations(chance, number, workspaces=("T1",), more_words=0):
    """*number* conversations that *chance* makes up."""
    for n in range(number):
        opened = START + timedelta(hours=chance.randrange(24 * 40))
        turns = chance.randrange(0, 2 * TURNS_EACH) if number < 1000 else TURNS_EACH
        votes = {str(t): chance.random() < 0.5 for t in range(chance.choice([0, 0, 0, 1, 2]))}
        facts = {fact: chance.choice([None, [chance.choice(values)], sorted(values[:2])])
                 for fact, values in FACTS.items() if chance.random() < 0.8}
        corrected = [fact for fact in facts if chance.random() < 0.1]
        memory = Memory(
            turns=turns, opened_at=opened.isoformat(timespec="microseconds"),
            updated_at=(opened + timedelta(hours=chance.randrange(90))).isoformat(
                timespec="microseconds"),
            state=chance.choice(["ask", "advice", "decline"]), release="r", facts=facts,
            flags={name: flag for name, flag in FLAGS.items() if chance.random() < 0.15},
            corrected=corrected, late=corrected[:1] if chance.random() < 0.5 else [],
            unchecked=[f"p{k}" for k in range(chance.choice([0, 0, 3, 12]))],
            similarity=chance.choice([None, 300, 700]), votes=votes,
            skipped=["stage"] if chance.random() < 0.3 else [],
            handed_over=chance.random() < 0.2,
            review=chance.choice(STANDS),
            erased=chance.choice([0, 0, 0, turns // 2, turns]),
            gaps=[gap for gap in GAPS if chance.random() < 0.2],
            faint=[name for name in FAINT if chance.random() < 0.1],
            open=[fact for fact in FACTS if chance.random() < 0.3])
        said = tuple(
            " ".join(chance.choices(WORDS, k=chance.randrange(1, 4))
                     + [f"w{chance.randrange(20_000)}" for _ in range(more_words)])
            for _ in range(min(turns, 3 if number < 1000 else TURNS_EACH)))
        yield Made(f"c{n:06}", chance.choice(workspaces), chance.choice(ASKERS), memory, said)


def put(store, made):
    """Put conversations in, without a log below them."""
    postgres = store.engine.dialect.name == "postgresql"
    into = ("INSERT INTO case_words_index (id, tokens) VALUES "
            "(:id, array_to_tsvector(CAST(:tokens AS text[])))" if postgres else
            "INSERT INTO case_words_index (rowid, tokens) VALUES (:id, :tokens)")
    rows, tags, words, tokens, days = [], [], [], [], Counter()
    with store.reading() as connection:
        last = connection.scalar(select(func.max(case_words.c.id))) or 0
    for number, one in enumerate(made, start=last + 1):
        rows.append({"conversation": one.conversation, "workspace": one.workspace,
                     "asker": one.asker, "number": number, **case_lines._columns(one.memory)})
        tags += [{"conversation": one.conversation, "kind": kind, "value": value,
                  "workspace": one.workspace, "number": number}
                 for kind, value in sorted(case_lines._tags(one.memory))]
        if (counted := case_lines.counted(one.workspace, one.memory)) is not None:
            days.update(counted.rows())
        words.append({"id": number, "conversation": one.conversation})
        mine = words_of(" ".join(one.said))
        if mine:
            tokens.append({"id": number, "tokens": mine if postgres else " ".join(mine)})
    with store.writing() as connection:
        for table, values in ((lines, rows), (case_tags, tags), (case_words, words)):
            if values:
                connection.execute(table.insert(), values)
        if tokens:
            connection.execute(text(into), tokens)
        for (workspace, kind, day, value), number in sorted(days.items()):
            made = postgresql.insert if postgres else sqlite.insert
            connection.execute(made(day_counts.day_counts).values(
                workspace=workspace, kind=kind, day=day, value=value, number=number
            ).on_conflict_do_update(
                index_elements=["workspace", "kind", "day", "value"],
                set_={"number": day_counts.day_counts.c.number + number}))


def main():
    seen = Viewer("T1", "U1", "One", Role.REVIEWER, "s", "t")
    asks = {
        "by exception": Filter(),
        "newest": Filter(order=Order.NEWEST),
        "one flag": Filter(flag="f3"),
        "three facts": Filter(facts={"product": "drone", "end_user": "army", "country": "TD"}),
        "thumbs down": Filter(feedback=Feedback.DOWN, order=Order.NEWEST),
        "a common word": Filter(text="police"),
        "two words": Filter(text="w123 caf"),
    }
    took = {}
    for turns in (1_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"sqlite:///{folder}/a.sqlite3")
            store.upgrade()
            put(store, conversations(random.Random(1), turns // TURNS_EACH, more_words=40))
            for name, wanted in asks.items():
                times = []
                for _ in range(7):
                    with store.reading() as connection:
                        begun = time.perf_counter()
                        listing.page(connection, seen, wanted)
                        mid = time.perf_counter()
                        listing.count(connection, seen, wanted)
                        times.append((mid - begun, time.perf_counter() - mid))
                took[turns, name] = [statistics.median(kind) for kind in zip(*times, strict=True)]
            with store.reading() as connection:
                begun = time.perf_counter()
                listing.tags(connection, seen, "fact:country")
                took[turns, "choices"] = [time.perf_counter() - begun, 1e-9]
            store.close()
    for name in (*asks, "choices"):
        few, many = took[1_000, name], took[100_000, name]
        print(f"{name:15} page {1000 * few[0]:7.2f} → {1000 * many[0]:7.2f} ms "
              f"(×{many[0] / few[0]:.1f})   count {1000 * few[1]:7.2f} → "
              f"{1000 * many[1]:7.2f} ms (×{many[1] / few[1]:.1f})")


if __name__ == "__main__":
    main()
