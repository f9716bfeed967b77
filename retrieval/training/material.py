"""What `retrieval.training.tuning` learns from: all that the corpus holds, as the tasks need it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.corpus import QUERIES, read
from retrieval.guidance import UNKNOWN, Fact, GapKind, Guidance, ProvisionId, QuestionKind
from retrieval.labelled.cases import LabelledQuery, read_queries
from retrieval.labelled.exemplars import Clause, Exemplar, read_exemplars
from retrieval.labelled.openings import Opening, read_openings
from retrieval.words.tells import ANY, ELSEWHERE, WANTS


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from."""

    voices: Mapping[ProvisionId, tuple[str, ...]]
    """Of each provision its asks and the start of its text."""
    gaps: tuple[tuple[str, ...], ...]
    """Of each gap its asks and the openings that fall into it."""
    beyond: tuple[str, ...]
    """The asks of the gaps, less those that only open a conversation: nobody is turned away."""
    queries: tuple[LabelledQuery, ...]
    exemplars: tuple[Exemplar, ...]
    openings: tuple[Opening, ...]
    """First messages within and beyond the texts, in twins."""
    labels: tuple[tuple[Fact, str], ...]
    held_out: tuple[Exemplar, ...] = ()
    """What is judged on and not learned from."""


def read_material(
    root: Path, held_out: Collection[str] = ()
) -> tuple[Guidance, Material]:
    """The corpus under *root*, and what it gives to learn from.

    Files of exemplars whose number is *held_out* are for judging only.

    Raises:
        CorpusError: The corpus, or an exemplar, is not sound.
    """
    guidance = read(root)
    voices = {
        p.id: (*p.asks, f"{p.heading}. {' '.join(p.text.split()[:18])}")
        for p in guidance.provisions.values()
    }
    files = sorted((root / QUERIES).glob("*.jsonl"))
    queries = tuple(query for file in files for query in read_queries(file) if query.relevant)

    def out(name: str) -> bool:
        return name.partition("-")[0] in held_out

    openings = read_openings(root, guidance)
    gaps = tuple((*gap.asks, *(one.beyond for one in openings if one.gap == gap.id))
                 for gap in guidance.gaps)
    beyond = tuple(ask for gap in guidance.gaps if gap.kind is not GapKind.OPENING
                   for ask in gap.asks)
    return guidance, Material(voices, gaps, beyond, queries,
                              read_exemplars(root, guidance, lambda name: not out(name)),
                              openings, labels_of(guidance), read_exemplars(root, guidance, out))


def labels_of(guidance: Guidance) -> tuple[tuple[Fact, str], ...]:
    """What the head tells apart: values, that one isn't known, and wishes beyond the texts."""
    labels: list[tuple[Fact, str]] = []
    for q in guidance.questions.values():
        if q.kind is QuestionKind.COUNTRY:
            labels.append((q.fact, ANY))
            continue
        values = dict.fromkeys((*(choice.value for choice in q.choices), UNKNOWN))
        labels += [(q.fact, value) for value in values]
    return (*labels, (WANTS, ELSEWHERE))


def stated(clause: Clause, guidance: Guidance) -> Iterator[tuple[Fact, str]]:
    """The labels of *clause*."""
    for fact, values in clause.tells.items():
        country = guidance.questions[fact].kind is QuestionKind.COUNTRY
        yield from {(fact, ANY if country else value) for value in values}
