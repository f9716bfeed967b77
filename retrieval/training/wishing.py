# torch is imported by whoever learns, never by whoever serves.
# ruff: noqa: PLC0415
"""Learns `wishes.safetensors` for the encoder in force, in minutes.

It is called as `python -m retrieval.training.wishing`.

`retrieval.training.tuning` teaches the encoder what a message wants, among much else.  What is
heard of it is one row of a linear head, which can go on learning by itself, from more openings and
against all that is no wish: messages of deals and labelled questions.  It stays near where it
began, since the encoder knows these texts by heart, and people write others.

Run it, and `python -m retrieval.training.bordering` after it, when the openings or the encoder have
changed.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval import adapter
from retrieval.adapter import Head, head
from retrieval.embedding import PackagedEmbeddings
from retrieval.hearing.telling import TokenVectors, stretches, window_shares, words_of
from retrieval.model.vectors import Vectors
from retrieval.training.material import Material, read_material
from retrieval.words.tells import ELSEWHERE, WANTS

SEED = 1
STEPS, RATE = 300, 0.02
NEARNESS = 1e-3
"""What a unit of squared distance from where the row began costs.  Of .003 and .001, and 0, the
best on openings that were left out."""
SHARPNESS = 2.0
"""Of the smooth maximum over the windows of a text."""
MESSAGES, QUESTIONS, ASKS = 1500, 700, 900
"""Exemplars, labelled questions and asks of gaps that are learned from, drawn by chance."""
ALONE = 0.5
"""What a text without a twin counts for beside one of an opening."""


@dataclass(frozen=True)
class Texts:
    """What is learned from: each text by its windows, with its weight."""

    windows: Sequence[Vectors]
    weights: Sequence[float]
    wants: Sequence[bool]
    """Whether it wants something that the texts don't speak to."""


def windows_of(model: TokenVectors, text: str) -> Vectors:
    """The vector of each window of *text*, (windows, dimensions)."""
    found = []
    for words in stretches(words_of(text)):
        begin, end = words[0][0], words[-1][1]
        ((vectors, spans),) = model.token_vectors([text[begin:end]])
        found.append(window_shares([(a - begin, b - begin) for a, b in words], spans) @ vectors)
    joined: Vectors = np.concatenate(found)
    return joined


def texts_of(material: Material, model: TokenVectors) -> Texts:
    """What *material* gives to learn from."""
    chance = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
    messages = [" ".join(clause.text for clause in one.clauses) for one in material.exemplars]
    questions = [query.query for query in material.queries]
    rows = [
        *((one.beyond, 1.0, True) for one in material.openings),
        *((one.within, 1.0, False) for one in material.openings),
        *((text, ALONE, True) for text in _drawn(chance, material.beyond, ASKS)),
        *((text, ALONE, False) for text in _drawn(chance, messages, MESSAGES)),
        *((text, ALONE, False) for text in _drawn(chance, questions, QUESTIONS)),
    ]
    return Texts([windows_of(model, text) for text, _, _ in rows],
                 [weight for _, weight, _ in rows], [wants for _, _, wants in rows])


def _drawn(chance: random.Random, texts: Sequence[str], most: int) -> Sequence[str]:
    return chance.sample(texts, min(most, len(texts)))


def learned(texts: Texts, begun: Head) -> Head:
    """The row of *begun* that hears wishes, gone on from with *texts*.

    Raises:
        ValueError: *begun* has no such row.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    row = begun.labels.index((WANTS, ELSEWHERE))
    first = torch.from_numpy(begun.weights[row].copy())
    weights, bias = first.clone().requires_grad_(), torch.tensor(
        float(begun.bias[row]), requires_grad=True)
    windows = torch.from_numpy(np.concatenate(texts.windows).astype(np.float32))
    owners = torch.tensor(
        [n for n, one in enumerate(texts.windows) for _ in range(len(one))])
    counts, truth = torch.tensor(texts.weights), torch.tensor(texts.wants).float()
    optimiser = torch.optim.Adam([weights, bias], lr=RATE)
    for _ in range(STEPS):
        optimiser.zero_grad()
        odds = windows @ weights + bias
        most = torch.full_like(truth, -np.inf).scatter_reduce(0, owners, odds, "amax").detach()
        above = torch.exp(SHARPNESS * (odds - most[owners]))
        heard = most + torch.log(
            torch.zeros_like(truth).scatter_add(0, owners, above)) / SHARPNESS
        missed = binary_cross_entropy_with_logits(heard, truth, counts, reduction="sum")
        loss = missed / counts.sum() + NEARNESS * ((weights - first) ** 2).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
        optimiser.step()
    return Head(((WANTS, ELSEWHERE),), weights.detach().numpy()[np.newaxis],
                bias.detach().numpy()[np.newaxis])


def main() -> int:
    """Learn the row and write it."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--data", type=Path, default=Path("data"),
                        help="where the exported model is, or is put")
    parser.add_argument("--out", type=Path, default=adapter.WISHES)
    given = parser.parse_args()
    _, material = read_material(given.corpus)
    row = learned(texts_of(material, PackagedEmbeddings.open(given.data)), head())
    save_file({"head.weight": row.weights, "head.bias": row.bias}, given.out,
              {"labels": json.dumps(row.labels), "adapter": adapter.digest()})
    sys.stdout.write(f"{given.out}: written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
