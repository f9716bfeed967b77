"""Sentences that judge a deal: that it is approved, lawful, safe, may go ahead, or is forbidden.

The bot may never say one, nor may the guidance that it speaks from.  The patterns are data
(`assurances.yaml`) and know nothing of the bot's own sentences, so a sentence that only denies or
wonders ("I can't say whether a deal is lawful") has to pass by its grammar.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

FILE = "assurances.yaml"
REMEMBERED = 4096
"""Texts whose verdicts are remembered: a draft is checked anew after each edit."""

_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
"""Words that are only mentioned."""
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")
_LIST = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class _Patterns:
    assures: tuple[re.Pattern[str], ...]
    denies_concern: tuple[re.Pattern[str], ...]
    forbids: tuple[re.Pattern[str], ...]
    holds_back: re.Pattern[str]
    of_a_deal: tuple[re.Pattern[str], ...]


def assurances(texts: Iterable[str]) -> tuple[str, ...]:
    """The sentences of *texts* that assure: "You may go ahead"."""
    return tuple(one for text in texts for one in _sentences(text) if _assures(_bare(one)))


def verdicts(text: str) -> tuple[str, ...]:
    """The sentences of *text* that assure or forbid: "This deal is safe", "The sale is illegal"."""
    return _verdicts(text)


def speaks_of_a_deal(sentence: str) -> bool:
    """Whether *sentence* speaks of the reader or the deal at hand, and not of the law at large.

    "Interception is allowed where a court authorises it" restates law, and judges no deal.
    """
    return any(pattern.search(_bare(sentence)) for pattern in _patterns().of_a_deal)


@lru_cache(REMEMBERED)
def _verdicts(text: str) -> tuple[str, ...]:
    return tuple(one for one in _sentences(text)
                 if _assures(_bare(one)) or _forbids(_bare(one)))


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.split(text)]


def _bare(sentence: str) -> str:
    return _QUOTED.sub("", sentence.lower())


def _assures(sentence: str) -> bool:
    known = _patterns()
    for pattern in known.assures:
        hit = pattern.search(sentence)
        if hit is not None and not known.holds_back.search(sentence[: hit.end()]):
            return True
    return _said(known.denies_concern, sentence)


def _forbids(sentence: str) -> bool:
    return _said(_patterns().forbids, sentence)


def _said(patterns: Sequence[re.Pattern[str]], sentence: str) -> bool:
    hits = (pattern.search(sentence) for pattern in patterns)
    return any(hit is not None and not _patterns().holds_back.search(sentence[: hit.start()])
               for hit in hits)


@cache
def _patterns() -> _Patterns:
    file: Mapping[str, Any] = yaml.safe_load(
        resources.files("retrieval").joinpath(FILE).read_text("utf-8"))
    lists = {name: f"(?:{'|'.join(words)})" for name, words in file["lists"].items()}

    def made(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_LIST.sub(lambda found: lists[found[1]], one))
                     for one in file[name])

    return _Patterns(made("assures"), made("denies_concern"), made("forbids"),
                     re.compile(rf"\b{lists['holds_back']}\b|n['’]t\b"), made("of_a_deal"))
