"""A corpus as large as wanted, of provisions like those that are cut out of documents.

Each is one or two passages of sentences that the shipped provisions hold, drawn by a seed and
given words of its own, so that no two texts are the same and none is of our invention.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from retrieval import corpus
from retrieval.guidance import Checked, Guidance, Page, Provision, ProvisionId

SHIPPED = Path(__file__).parents[2] / "guidance_corpus"
LENGTHS = (250, 1_400)
"""Characters of a provision, from the shortest to the longest; most lie below the middle."""


def shipped() -> Guidance:
    """The corpus as it is shipped."""
    return corpus.read(SHIPPED)


def ingested(count: int, seed: int = 5) -> Guidance:
    """So many provisions of the shipped sources, without a single ask."""
    guidance = shipped()
    drawn = random.Random(seed)
    sentences = [
        sentence
        for provision in guidance.provisions.values()
        for sentence in re.split(r"(?<=[.;])\s+", provision.text)
        if len(sentence) > 40
    ]
    models = list(guidance.provisions.values())
    provisions = [
        _provision(number, drawn.choice(models), sentences, drawn) for number in range(count)
    ]
    return replace(guidance, provisions=_by_id(provisions), gaps=())


def with_one_changed(guidance: Guidance, words: str) -> Guidance:
    """*guidance* with *words* before the text of the provision in its middle."""
    provisions = list(guidance.provisions.values())
    middle = len(provisions) // 2
    provisions[middle] = replace(
        provisions[middle], text=f"{words} {provisions[middle].text}"
    )
    return replace(guidance, provisions=_by_id(provisions))


def _provision(
    number: int, model: Provision, sentences: list[str], drawn: random.Random
) -> Provision:
    length = min(drawn.triangular(*LENGTHS, 450), LENGTHS[1])
    text = f"{number}."
    while len(text) < length:
        text += " " + drawn.choice(sentences)
    return Provision(
        ProvisionId(f"doc-{number}"),
        model.source,
        pinpoint=f"para. {number}",
        heading=model.heading,
        text=text,
        checked=Checked.OFFICIAL,
        kind=model.kind,
        page=Page(pdf=number // 5 + 1),
    )


def _by_id(provisions: list[Provision]) -> Mapping[ProvisionId, Provision]:
    return MappingProxyType({one.id: one for one in provisions})
