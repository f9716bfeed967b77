"""How people write in this field: which words they use, how often, and which follow which.

Exemplars, openings and questions are no part of a release, so what of their words counts is shipped
in `written_words.json`, which `python -m retrieval.training.writing` writes.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from retrieval.errors import ModelNotUsable
from retrieval.words.tokens import fold

FILE = Path(__file__).with_name("written_words.json")

FEWEST = 3
"""How often two words have to stand side by side to be shipped: three pairs in four are rarer."""

FEWEST_ALONE = 2
"""The same of a word by itself."""

STOP, NUMBER = ".", "0"
"""What stands for every mark that divides, for either end of a text, and for every number."""

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[.,;:!?()\n–—]|\d+")
"""A word, a mark that divides, or a number, of a folded text."""


@dataclass(frozen=True)
class Habits:
    """How people write.

    Attributes:
        words: How often each word is used; words are folded.
        pairs: By a word, how often each other one follows it.
    """

    words: Mapping[str, int]
    pairs: Mapping[str, Mapping[str, int]]

    @cached_property
    def in_all(self) -> int:
        """How many words they wrote."""
        return sum(self.words.values())

    def side_by_side(self, one: str, other: str) -> int:
        """How often *other* follows *one*."""
        return self.pairs.get(one, {}).get(other, 0)


NONE = Habits({}, {})


def kind_of(found: str) -> str:
    """What *found*, by `WORD`, is counted as."""
    if found[0].isdigit():
        return NUMBER
    return found if found[0].isalpha() else STOP


@lru_cache(maxsize=1)
def shipped() -> Habits:
    """How those who wrote for the corpus write.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    try:
        rows = json.loads(FILE.read_text("utf-8"))
        return Habits({word: int(count) for word, (count, _) in rows.items()},
                      {word: dict(after) for word, (_, after) in rows.items() if after})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error!r}), so slips of the keyboard could not be mended. "
            "Install the project again."
        ) from error


def counted(texts: Iterable[str]) -> Habits:
    """How *texts* are written."""
    words: Counter[str] = Counter()
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        before = STOP
        words[STOP] += 1
        for word in (*_words(text), STOP):
            words[word] += 1
            after[before][word] += 1
            before = word
    kept = {word: count for word, count in words.items() if count >= FEWEST_ALONE}
    often = {word: {other: n for other, n in sorted(after[word].items())
                    if n >= FEWEST and other in kept} for word in sorted(kept)}
    return Habits({word: kept[word] for word in often},
                  {word: others for word, others in often.items() if others})


def _words(text: str) -> Iterator[str]:
    return (kind_of(found) for found in WORD.findall(fold(text)[0]))


def written(habits: Habits) -> str:
    """*habits* as the file holds them: a line for each word, with what follows it."""
    lines = ",\n".join(f"{json.dumps(word)}:{_line([count, habits.pairs.get(word, {})])}"
                       for word, count in habits.words.items())
    return f"{{\n{lines}\n}}\n"


def _line(row: Sequence[object]) -> str:
    return json.dumps(row, separators=(",", ":"))
