"""What the openings say in which words: those that fall into each gap, and those that are answered.

Openings (`retrieval.labelled.openings`) are no part of a release, so what of their words counts is
shipped in `opening_words.json`, which `python -m retrieval.training.bordering` writes.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from retrieval.errors import ModelNotUsable
from retrieval.labelled.openings import Opening
from retrieval.words.word_pairs import parts_of

FILE = Path(__file__).with_name("opening_words.json")

FEWEST = 3
"""Texts of openings in which a word, or a pair of words, has to stand to be shipped: two in three
are said once, and bring hardly anything."""


@dataclass(frozen=True, slots=True)
class Said:
    """What some texts say.

    Attributes:
        texts: How many they are.
        parts: In how many of them each word, or pair of words, stands.
    """

    texts: int
    parts: Mapping[str, int]


NOTHING = Said(0, {})


@dataclass(frozen=True, slots=True)
class OpeningWords:
    """What the openings say.

    Attributes:
        gaps: Of what falls into each gap.
        within: Of what is answered.
    """

    gaps: Mapping[str, Said]
    within: Said


@lru_cache(maxsize=1)
def shipped() -> OpeningWords:
    """What the openings of the corpus say.

    Raises:
        ModelNotUsable: The file is missing or damaged.
    """
    try:
        fields = json.loads(FILE.read_text("utf-8"))
        return OpeningWords({gap: _said(one) for gap, one in fields["gaps"].items()},
                            _said(fields["within"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelNotUsable(
            f"{FILE} can't be read ({error!r}), so nobody could say what is out of scope, or whom "
            "to ask. Install the project again."
        ) from error


def _said(fields: Mapping[str, Any]) -> Said:
    return Said(int(fields["texts"]), dict(fields["parts"]))


def counted(openings: Iterable[Opening]) -> OpeningWords:
    """What *openings* say."""
    texts: Counter[str | None] = Counter()
    parts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for opening in openings:
        for side, text in ((opening.gap, opening.beyond), (None, opening.within)):
            texts[side] += 1
            parts[side].update(parts_of(text))
    often = sum(parts.values(), Counter[str]())
    said = {side: Said(texts[side], {part: count for part, count in sorted(mine.items())
                                     if often[part] >= FEWEST})
            for side, mine in parts.items()}
    within = said.pop(None, NOTHING)
    return OpeningWords({gap: said[gap] for gap in sorted(filter(None, said))}, within)


def written(said: OpeningWords) -> str:
    """*said* as the file holds it: a line for each gap, and one for what is answered."""
    lines = ",\n".join(f"{json.dumps(gap)}: {_line(one)}" for gap, one in said.gaps.items())
    return f'{{"within": {_line(said.within)},\n"gaps": {{\n{lines}\n}}}}\n'


def _line(said: Said) -> str:
    return json.dumps({"texts": said.texts, "parts": said.parts})
