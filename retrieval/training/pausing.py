# torch is imported by whoever learns, never by whoever serves.
# ruff: noqa: PLC0415
"""Learns `pauses.safetensors` for the encoder in force, in some minutes.

It is called as `python -m retrieval.training.pausing`.

Nobody has to label anything: those who wrote the exemplars put marks, or began another clause, and
what is learned is where, of the same words without them.  Run it when the encoder has changed.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from retrieval import adapter
from retrieval.embedding import PackagedEmbeddings
from retrieval.hearing import pauses
from retrieval.hearing.pauses import FEWEST_WORDS, word_vectors
from retrieval.hearing.telling import MOST_WORDS, TokenVectors, words_of
from retrieval.model.vectors import Vectors
from retrieval.training.material import read_material

SEED = 1
MESSAGES = 9_000
"""Exemplars that are learned from, drawn by chance."""
LEFT_OUT = 20
"""One exemplar of so many is judged on, and not learned from."""
UNITS, EPOCHS, BATCH, RATE, SLOWER = 64, 8, 2048, 3e-3, 0.8
"""Of the hidden layer and of the descent; the rate falls by `SLOWER` an epoch."""
NO_APOSTROPHES = 0.5
"""In so many messages those are left out too, as phones do."""

_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\s.,;:!?()–—/-]+|[.,;:!?()–—]")
_APOSTROPHES = re.compile("['’‘]")
_QUOTES = re.compile(r"[\"“”*_#<>=\[\]{}|~^+]")


def unmarked(clauses: Sequence[str], bare: bool) -> tuple[list[str], list[bool]]:
    """The words of a message without marks, and behind which a mark stood or a clause ended.

    A clause ends a thought only where the message has no marks at all: what was labelled apart
    needn't be.  With *bare* apostrophes go as well.
    """
    words: list[str] = []
    paused: list[bool] = []
    runs_on = not any(mark in clause for clause in clauses for mark in ".,;:!?()–—")
    for clause in clauses:
        for piece in _PIECE.findall(clause):
            if len(piece) == 1 and not piece.isalnum():
                if paused:
                    paused[-1] = True
                continue
            word = _QUOTES.sub("", _APOSTROPHES.sub("", piece) if bare else piece)
            if word:
                words.append(word)
                paused.append(False)
        if runs_on and paused:
            paused[-1] = True
    return words[:MOST_WORDS], paused[:MOST_WORDS]


def sides_of(
    model: TokenVectors, messages: Sequence[tuple[list[str], list[bool]]]
) -> Iterator[tuple[Vectors, list[bool]]]:
    """Of each message the vectors of every two neighbours, and whether a pause stood there."""
    for words, paused in messages:
        text = " ".join(words)
        ((vectors, spans),) = model.token_vectors([text])
        found = word_vectors(words_of(text), spans, vectors)
        yield np.concatenate([found[:-1], found[1:]], axis=1), paused[:-1]


def learned(sides: Vectors, paused: Sequence[bool]) -> dict[str, Vectors]:
    """The layers that tell from *sides* where it *paused*."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    torch.manual_seed(SEED)
    given = torch.from_numpy(sides)
    truth = torch.tensor(paused).float()
    inner, outer = torch.nn.Linear(sides.shape[1], UNITS), torch.nn.Linear(UNITS, 1)
    net = torch.nn.Sequential(inner, torch.nn.ReLU(), outer)
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        order = torch.randperm(len(truth))
        for begin in range(0, len(truth), BATCH):
            batch = order[begin : begin + BATCH]
            optimiser.zero_grad()
            loss = binary_cross_entropy_with_logits(net(given[batch])[:, 0], truth[batch])
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
            optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= SLOWER
    return {"inner": inner.weight.detach().numpy().astype(np.float16),
            "inner_bias": inner.bias.detach().numpy(),
            "outer": outer.weight.detach().numpy()[0], "outer_bias": outer.bias.detach().numpy()}


def main() -> int:
    """Learn the layers, say how well they hear what was left out, and write them."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--data", type=Path, default=Path("data"),
                        help="where the exported model is, or is put")
    parser.add_argument("--out", type=Path, default=pauses.FILE)
    given = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
    _, material = read_material(given.corpus)
    drawn = chance.sample(material.exemplars, min(MESSAGES, len(material.exemplars)))
    messages = [unmarked([clause.text for clause in one.clauses],
                         chance.random() < NO_APOSTROPHES) for one in drawn]
    messages = [one for one in messages if len(one[0]) >= FEWEST_WORDS]
    rows = list(sides_of(PackagedEmbeddings.open(given.data), messages))
    kept = rows[len(rows) // LEFT_OUT :]
    layers = learned(np.concatenate([sides for sides, _ in kept]),
                     [one for _, paused in kept for one in paused])
    save_file(layers, given.out, {"adapter": adapter.digest()})
    judged = pauses.layers_in(given.out)
    heard = np.concatenate([
        np.maximum(sides @ judged.inner.T + judged.inner_bias, 0) @ judged.outer
        + judged.outer_bias > 0 for sides, _ in rows[: len(rows) // LEFT_OUT]])
    true = np.array([one for _, paused in rows[: len(rows) // LEFT_OUT] for one in paused])
    sys.stdout.write(
        f"{given.out}: written. By itself it is right in {np.mean(true[heard]):.3f} of the pauses "
        f"that it hears, and hears {np.mean(heard[true]):.3f} of those left out.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
