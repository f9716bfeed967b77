"""Works out `border.json`: two minutes on one core, `python -m retrieval.bordering`.

Two numbers decide whether a question lies beyond the texts: what the evidence of its words is
worth beside the nearness of its vector, and by how much a gap has to be ahead.  Both are learned
from the lines of `border.jsonl` in the corpus, half of them within and half beyond, which are
neither embedded nor tuned on: an encoder is surer of what it has seen than of what people type.

The first is the ratio of the two weights of a logistic regression.  The second lets through all but
`ALLOWED` of the lines within.  Run it again when the encoder, the asks or the gaps have changed
much; the figures that it prints leave a fifth of the lines out in turn, so none is judged by
numbers that it helped to make.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter
from retrieval.border import FILE, Words
from retrieval.corpus import BORDER, read
from retrieval.dense import Dense, Leading
from retrieval.embedding import PackagedEmbeddings
from retrieval.exemplars import read_exemplars
from retrieval.guidance import Guidance
from retrieval.labelled import BadGold, records
from retrieval.nearness import Index
from retrieval.opening import open_release
from retrieval.search import CANDIDATES, index_of
from retrieval.vectors import UnitEmbeddings

ALLOWED = 0.02
"""Share of the lines within that may be declined.  They were written to look like what lies beyond,
so of ordinary questions fewer are."""

DEALS_ALLOWED = 0.10
"""Share of the messages that tell of a deal which may lie so far beyond that they are declined,
unless they are read as deals, as most are.

Of 700 exemplars as first messages 8 are declined with .10, and 48 of the 221 lines beyond are
answered; with .05 it is 4 and 59; with the border that questions have, 12 and 45; before there was
a border, 4 and 75."""

DEALS = 1_500
"""So many exemplars stand for such messages, spread evenly over their files."""

TOLD = 2
"""Facts that make an exemplar one."""

FOLDS = 5
"""Into so many parts the lines are dealt, in turn, to be judged by the others."""

BATCH = 64
"""Lines that are embedded together."""

_STEPS = 50
_RIDGE = 1e-6
"""Of the regression: Newton's steps, and what keeps its matrix from being singular."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A message, and the gap it falls into; none where the texts answer it."""

    text: str
    gap: str | None


@dataclass(frozen=True)
class Leads:
    """How far the nearest gap is ahead of the nearest provision for each line, and its words."""

    nearness: Numbers
    words: Numbers
    beyond: NDArray[np.bool_]

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "Leads":
        return Leads(self.nearness[chosen], self.words[chosen], self.beyond[chosen])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines were judged wrongly."""

    within: int
    declined: int
    beyond: int
    answered: int


def read_lines(root: Path, guidance: Guidance) -> tuple[Line, ...]:
    """The lines of the corpus under *root*.

    Raises:
        BadGold: The file can't be read, a line is no such line, or it names what *guidance* lacks.
    """
    lines, problems = [], []
    for place, record in records(root / BORDER):
        text, gap, relevant = record.get("text"), record.get("gap"), record.get("relevant", [])
        if not isinstance(text, str) or not text.strip() or bool(gap) == bool(relevant):
            problems.append(f"{place}: a line is a 'text' with a 'gap' or with what is 'relevant'.")
        elif unknown := {gap} - {None} - guidance.gap_by_id.keys() | (
                {*relevant} - guidance.provisions.keys()):
            problems.append(f"{place}: there is no {', '.join(sorted(map(str, unknown)))}.")
        else:
            lines.append(Line(text, gap))
    if problems:
        raise BadGold("\n".join(problems))
    return tuple(lines)


def deals_in(root: Path, guidance: Guidance) -> tuple[Line, ...]:
    """Messages of the exemplars that tell of a deal."""
    told = [exemplar for exemplar in read_exemplars(root, guidance)
            if len({fact for clause in exemplar.clauses for fact in clause.tells}) >= TOLD]
    chosen = told[:: max(1, len(told) // DEALS)][:DEALS]
    return tuple(Line(" ".join(clause.text for clause in one.clauses), None) for one in chosen)


def leads_of(
    lines: Sequence[Line], guidance: Guidance, index: Index, embeddings: UnitEmbeddings
) -> Leads:
    """How the lines look to a search over *index*, which was built from *guidance*."""
    numbers = {id_: number for number, id_ in enumerate(guidance.provisions)}
    leading, words = Leading(index.entries, numbers), Words(index.entries)
    texts = [line.text for line in lines]
    vectors = np.array([row for at in range(0, len(texts), BATCH)
                        for row in embeddings.embed_queries(texts[at : at + BATCH])], np.float32)
    nearness = [
        dense.gap[1] - dense.best
        for dense in (Dense(leading, vector, near) for vector, near
                      in zip(vectors, index.near(vectors, CANDIDATES), strict=True))
    ]
    return Leads(np.array(nearness), np.array([words.evidence(line.text) for line in lines]),
                 np.array([line.gap is not None for line in lines]))


def learned(leads: Leads) -> tuple[float, float]:
    """What a unit of the words' evidence is worth, and the margin."""
    words = _worth(leads)
    return words, margin_of(leads, words)


def margin_of(leads: Leads, words: float, allowed: float = ALLOWED) -> float:
    """The margin that declines *allowed* of the lines within, where words are worth so much."""
    within = np.sort((leads.nearness + words * leads.words)[~leads.beyond])[::-1]
    return float(within[int(allowed * len(within))])


def crossed(leads: Leads) -> Counts:
    """How many lines are judged wrongly by what the other parts have taught."""
    part = np.empty(len(leads.beyond), dtype=np.int64)
    for side in (False, True):
        of_side = np.flatnonzero(leads.beyond == side)
        part[of_side] = np.arange(len(of_side)) % FOLDS
    silent = np.zeros(len(part), dtype=bool)
    for number in range(FOLDS):
        words, margin = learned(leads[part != number])
        mine = part == number
        silent[mine] = leads.nearness[mine] + words * leads.words[mine] > margin
    return counts(leads, silent)


def counts(leads: Leads, silent: NDArray[np.bool_]) -> Counts:
    """How many lines are judged wrongly if the *silent* are declined."""
    within = ~leads.beyond
    return Counts(int(within.sum()), int((silent & within).sum()),
                  int(leads.beyond.sum()), int((~silent & leads.beyond).sum()))


def _worth(leads: Leads) -> float:
    """The ratio of the weights of the words and of nearness, both sides counting the same."""
    given = np.stack([leads.nearness, leads.words, np.ones(len(leads.beyond))], axis=1)
    scale = np.array([*(float(one) or 1.0 for one in given[:, :2].std(axis=0)), 1.0])
    given, truth = given / scale, leads.beyond.astype(np.float64)
    share = np.where(leads.beyond, 0.5 / leads.beyond.mean(), 0.5 / (~leads.beyond).mean())
    weights = np.zeros(3)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-given @ weights))
        slope = given.T @ (share * (truth - chance)) - weights * [1.0, 1.0, 0.0]
        bend = (given * (share * chance * (1.0 - chance))[:, None]).T @ given
        weights += np.linalg.solve(bend + np.diag([1.0, 1.0, _RIDGE]), slope)
    nearness, words, _ = weights / scale
    return float(max(words, 0.0) / nearness)


def main() -> int:
    """Work the border out and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--data", type=Path, default=Path("data"),
                        help="where the exported model and the index are, or are put")
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    guidance = read(given.corpus)
    embeddings = PackagedEmbeddings.open(given.data)
    index = index_of(open_release(guidance, embeddings, given.data))
    leads = leads_of(read_lines(given.corpus, guidance), guidance, index, embeddings)
    words, margin = learned(leads)
    alone = margin_of(leads, 0.0)
    deals = leads_of(deals_in(given.corpus, guidance), guidance, index, embeddings)
    further = margin_of(deals, words, DEALS_ALLOWED) - margin
    found = crossed(leads)
    given.out.write_text(json.dumps({
        "words": round(words, 4),
        "margin": round(margin, 4),
        "margin without words": round(alone, 4),
        "further for deals": round(further, 4),
        "adapter": adapter.digest(),
        "left out in turn": {
            "within": found.within, "declined": found.declined,
            "beyond": found.beyond, "answered": found.answered,
        },
    }, indent=2) + "\n", "utf-8")
    sys.stdout.write(
        f"{given.out}: words {words:.4f}, margin {margin:.4f}, {alone:.4f} without words. Lines "
        f"left out in turn: of {found.within} within {found.declined} are declined, of "
        f"{found.beyond} beyond {found.answered} answered.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
