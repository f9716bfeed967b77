"""Works out `border.json` and `opening_words.json`, in a minute.

It is called as `python -m retrieval.training.bordering`.

Three numbers decide whether a question lies beyond the texts: what the evidence of its words and
what is heard of its wish are worth beside the nearness of its vector, and by how much a gap has to
be ahead.  They are learned
from the lines of `border.jsonl` in the corpus, half of them within and half beyond, which are
neither embedded nor tuned on: an encoder is surer of what it has seen than of what people type.

The first two are ratios of the weights of a logistic regression.  The third lets through all but
`ALLOWED` of the lines within.  Run it again when the encoder, the asks or the gaps have changed
much; the figures that it prints leave a fifth of the lines out in turn, so none is judged by
numbers that it helped to make.

It takes what hears wishes as it is: run `python -m retrieval.training.wishing` before it.

`opening_words.json` holds which words the openings use (`retrieval.opening_words`), and has to be
written anew whenever they have changed.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter, opening_words
from retrieval.border import FILE, Words
from retrieval.corpus import read
from retrieval.embedding import PackagedEmbeddings
from retrieval.finding.dense import Dense, Leading
from retrieval.guidance import Guidance
from retrieval.hearing.wishes import wishes_of
from retrieval.indexes.nearness import Index
from retrieval.labelled.border_lines import Line, read_lines
from retrieval.labelled.openings import read_openings
from retrieval.opening import open_release
from retrieval.opening_words import OpeningWords
from retrieval.search import CANDIDATES, index_of

ALLOWED = 0.04
"""Share of the lines within that may be declined.  Most are twins of what lies beyond, in nearly
the same words, so of ordinary messages fewer are: 27 of a thousand labelled questions of `dev`."""

FOLDS = 5
"""Into so many parts the lines are dealt, in turn, to be judged by the others."""

BATCH = 64
"""Lines that are embedded together."""

_STEPS = 50
_RIDGE = 1e-6
"""Of the regression: Newton's steps, and what keeps its matrix from being singular."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Leads:
    """What speaks for each line to lie beyond."""

    nearness: Numbers
    """How far the nearest gap is ahead of the nearest provision."""
    words: Numbers
    wishes: Numbers
    beyond: NDArray[np.bool_]
    """Whether it does."""

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "Leads":
        return Leads(self.nearness[chosen], self.words[chosen], self.wishes[chosen],
                     self.beyond[chosen])

    def by(self, worth: "Worth") -> Numbers:
        """How far each lies beyond, margins left out."""
        return self.nearness + worth.words * self.words + worth.wishes * self.wishes


@dataclass(frozen=True, slots=True)
class Worth:
    """What a unit of either is worth beside a difference of cosines."""

    words: float
    wishes: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines were judged wrongly."""

    within: int
    declined: int
    beyond: int
    answered: int


def leads_of(
    lines: Sequence[Line],
    guidance: Guidance,
    index: Index,
    embeddings: PackagedEmbeddings,
    openings: OpeningWords,
) -> Leads:
    """How the lines look to a search over *index*, which was built from *guidance*."""
    wishes = wishes_of(embeddings, adapter.head(adapter.WISHES))
    numbers = {id_: number for number, id_ in enumerate(guidance.provisions)}
    leading, words = Leading(index.entries, numbers), Words(index.entries, openings)
    texts = [line.text for line in lines]
    vectors = np.array([row for at in range(0, len(texts), BATCH)
                        for row in embeddings.embed_queries(texts[at : at + BATCH])], np.float32)
    nearness = [
        dense.gap[1] - dense.best
        for dense in (Dense(leading, vector, near) for vector, near
                      in zip(vectors, index.near(vectors, CANDIDATES), strict=True))
    ]
    return Leads(np.array(nearness), np.array([words.evidence(line.text) for line in lines]),
                 np.array([wishes(line.text) for line in lines]),
                 np.array([line.gap is not None for line in lines]))


def learned(leads: Leads) -> tuple[Worth, float]:
    """What words and wishes are worth, and the margin."""
    worth = worth_of(leads)
    return worth, margin_of(leads, worth)


def margin_of(leads: Leads, worth: Worth) -> float:
    """The margin that declines `ALLOWED` of the lines within."""
    within = np.sort(leads.by(worth)[~leads.beyond])[::-1]
    return float(within[int(ALLOWED * len(within))])


def crossed(leads: Leads) -> Counts:
    """How many lines are judged wrongly by what the other parts have taught."""
    part = np.empty(len(leads.beyond), dtype=np.int64)
    for side in (False, True):
        of_side = np.flatnonzero(leads.beyond == side)
        part[of_side] = np.arange(len(of_side)) % FOLDS
    silent = np.zeros(len(part), dtype=bool)
    for number in range(FOLDS):
        worth, margin = learned(leads[part != number])
        mine = part == number
        silent[mine] = leads[mine].by(worth) > margin
    return counts(leads, silent)


def counts(leads: Leads, silent: NDArray[np.bool_]) -> Counts:
    """How many lines are judged wrongly if the *silent* are declined."""
    within = ~leads.beyond
    return Counts(int(within.sum()), int((silent & within).sum()),
                  int(leads.beyond.sum()), int((~silent & leads.beyond).sum()))


def worth_of(leads: Leads) -> Worth:
    """The ratios of the weights of words and wishes to that of nearness, both sides alike."""
    given = np.stack([leads.nearness, leads.words, leads.wishes, np.ones(len(leads.beyond))],
                     axis=1)
    scale = np.array([*(float(one) or 1.0 for one in given[:, :3].std(axis=0)), 1.0])
    given, truth = given / scale, leads.beyond.astype(np.float64)
    share = np.where(leads.beyond, 0.5 / leads.beyond.mean(), 0.5 / (~leads.beyond).mean())
    ridge = np.array([1.0, 1.0, 1.0, 0.0])
    weights = np.zeros(4)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-given @ weights))
        slope = given.T @ (share * (truth - chance)) - weights * ridge
        bend = (given * (share * chance * (1.0 - chance))[:, None]).T @ given
        weights += np.linalg.solve(bend + np.diag(np.maximum(ridge, _RIDGE)), slope)
    nearness, words, wishes, _ = weights / scale
    return Worth(float(max(words, 0.0) / nearness), float(max(wishes, 0.0) / nearness))


def main() -> int:
    """Work the border out and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--data", type=Path, default=Path("data"),
                        help="where the exported model and the index are, or are put")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--opening-words", type=Path, default=opening_words.FILE)
    given = parser.parse_args()
    guidance = read(given.corpus)
    openings = opening_words.counted(read_openings(given.corpus, guidance))
    lines = read_lines(given.corpus, guidance)
    given.opening_words.write_text(opening_words.written(openings), "utf-8")
    embeddings = PackagedEmbeddings.open(given.data)
    index = index_of(open_release(guidance, embeddings, given.data))
    leads = leads_of(lines, guidance, index, embeddings, openings)
    worth, margin = learned(leads)
    unheard, alone = margin_of(leads, Worth(worth.words, 0.0)), margin_of(leads, Worth(0.0, 0.0))
    found = crossed(leads)
    given.out.write_text(json.dumps({
        "words": round(worth.words, 4),
        "wishes": round(worth.wishes, 4),
        "margin": round(margin, 4),
        "margin without wishes": round(unheard, 4),
        "margin without words": round(alone, 4),
        "adapter": adapter.digest(),
        "left out in turn": {
            "within": found.within, "declined": found.declined,
            "beyond": found.beyond, "answered": found.answered,
        },
    }, indent=2) + "\n", "utf-8")
    sys.stdout.write(
        f"{given.out}: {worth}, margin {margin:.4f}, {alone:.4f} without words and wishes. Lines "
        f"left out in turn: of {found.within} within {found.declined} are declined, of "
        f"{found.beyond} beyond {found.answered} answered.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
