"""Times the numbers of the overview, and what keeping them costs each turn.

    python -m tests.console.overview_times
"""

import random
import statistics
import tempfile
import time
from datetime import timedelta

from bot.casebook import lines as case_lines
from bot.console.overview.figures import earliest, figures
from bot.console.overview.periods import Span, period
from bot.console.viewer import Role, Viewer
from bot.store import Store
from tests.console.many import START, TURNS_EACH, conversations, put

REPEATED = 25


def main():
    seen = Viewer("T1", "U1", "One", Role.REVIEWER, "s", "t")
    today = (START + timedelta(days=41)).date()
    took = {}
    for turns in (1_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"sqlite:///{folder}/a.sqlite3")
            store.upgrade()
            put(store, conversations(random.Random(1), turns // TURNS_EACH, more_words=2))
            for span in Span:
                times = []
                for _ in range(REPEATED):
                    with store.reading() as connection:
                        begun = time.perf_counter()
                        first = earliest(connection, seen)
                        figures(connection, seen, period(span, today, first), today,
                                "fact:country")
                        times.append(time.perf_counter() - begun)
                took[turns, span.words] = statistics.median(times)
            times = []
            with store.writing() as connection:
                for n in range(200):
                    home, before = case_lines._known(connection, f"c{n % 100:06}")
                    other = next(conversations(random.Random(n), 1)).memory
                    begun = time.perf_counter()
                    case_lines.day_counts.move(
                        connection, case_lines.counted(home, before),
                        case_lines.counted(home, other))
                    case_lines.day_counts.move(
                        connection, case_lines.counted(home, other),
                        case_lines.counted(home, before))
                    times.append((time.perf_counter() - begun) / 2)
            took[turns, "one whole change"] = statistics.median(times)
            store.close()
    for name in (*(span.words for span in Span), "one whole change"):
        few, many = took[1_000, name], took[100_000, name]
        print(f"{name:18} {1000 * few:7.2f} → {1000 * many:7.2f} ms (×{many / few:.2f})")


if __name__ == "__main__":
    main()
