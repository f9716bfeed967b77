# torch is imported by whoever tunes, never by whoever serves.
# ruff: noqa: PLC0415
"""Learns `adapter.safetensors` from the corpus: half an hour on two cores, `make adapter`.

Two tasks share one adapter and take turns.  *Search*: asks of one provision, or of one gap, are to
lie near each other and far from others' (supervised contrastive loss).  *Reading*: the vector of a
clause is to say which values the clause states (a linear head, binary cross-entropy).

Labelled queries and deals (`evaluation.yaml`, `tests/gold`) take no part in it.  Seeds are fixed,
but sums differ between machines, so another run gives another adapter of like quality; the digest
of the adapter is part of every release's.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval import adapter
from retrieval.corpus import read
from retrieval.embedding import packaged_weights
from retrieval.exemplars import Clause, Exemplar, read_exemplars
from retrieval.guidance import UNKNOWN, Fact, Guidance, QuestionKind
from retrieval.tells import ANY

if TYPE_CHECKING:
    import torch

SEED = 1
STEPS = 620
WARM_UP = 30
RATE = 1e-3
HEAD_RATE = 5e-3
TEMPERATURE = 0.07
MESSAGES = 28
"""Exemplars in a batch."""
PROVISIONS, GAPS, VOICES = 18, 5, 4
"""Provisions and gaps in a batch, and texts of each."""
SEARCH_EVERY = 2
"""Steps from one batch of the search task to the next."""
LOG_ODDS = -4.0
"""Where the head starts: nearly every value is not stated by nearly every clause."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from."""

    voices: tuple[tuple[str, ...], ...]
    """Per provision its asks and the start of its text."""
    gaps: tuple[tuple[str, ...], ...]
    exemplars: tuple[Exemplar, ...]
    labels: tuple[tuple[Fact, str], ...]


def material_of(guidance: Guidance, exemplars: Sequence[Exemplar]) -> Material:
    """The material that a corpus gives."""
    voices = tuple(
        (*p.asks, f"{p.heading}. {' '.join(p.text.split()[:18])}")
        for p in guidance.provisions.values()
    )
    return Material(voices, tuple(gap.asks for gap in guidance.gaps), tuple(exemplars),
                    labels_of(guidance))


def labels_of(guidance: Guidance) -> tuple[tuple[Fact, str], ...]:
    """What the head tells apart: every value of every fact, and that it isn't known."""
    labels: list[tuple[Fact, str]] = []
    for q in guidance.questions.values():
        if q.kind is QuestionKind.COUNTRY:
            labels.append((q.fact, ANY))
            continue
        values = dict.fromkeys((*(choice.value for choice in q.choices), UNKNOWN))
        labels += [(q.fact, value) for value in values]
    return tuple(labels)


def stated(clause: Clause, guidance: Guidance) -> Iterator[tuple[Fact, str]]:
    """The labels of *clause*."""
    for fact, values in clause.tells.items():
        country = guidance.questions[fact].kind is QuestionKind.COUNTRY
        yield from {(fact, ANY if country else value) for value in values}


class Tuner:
    """The model with its changes, and one step of learning after the other."""

    def __init__(self, guidance: Guidance, material: Material) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
        self._guidance, self._material = guidance, material
        self._label = {label: n for n, label in enumerate(material.labels)}
        folder = str(packaged_weights())
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder)
        for parameter in self._model.parameters():
            parameter.requires_grad = False
        self._changes = _with_changes(self._model)
        self._head = torch.nn.Linear(self._model.config.hidden_size, len(material.labels))
        torch.nn.init.constant_(self._head.bias, LOG_ODDS)
        self._optimiser = torch.optim.AdamW(
            [{"params": [p for c in self._changes.values() for p in (c.A, c.B)], "lr": RATE},
             {"params": list(self._head.parameters()), "lr": HEAD_RATE}], weight_decay=0.01)
        self._model.train()

    def step(self, number: int) -> float:
        """Learn from one batch; gives the loss."""
        pace = min(1.0, (number + 1) / WARM_UP) * (1 - number / STEPS)
        for group, rate in zip(self._optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * pace
        loss = self._reading_loss()
        if number % SEARCH_EVERY == 0:
            loss = loss + self._search_loss()
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        return float(loss.item())

    def save(self, file: Path) -> None:
        """Write the changes and the head to *file*."""
        from safetensors.torch import save_file

        tensors = {
            f"{name}.{part}": getattr(change, part).detach().half()
            for name, change in self._changes.items() for part in ("A", "B")
        }
        tensors["head.weight"] = self._head.weight.detach().half()
        tensors["head.bias"] = self._head.bias.detach().half()
        save_file(tensors, file, metadata={"labels": json.dumps(self._material.labels)})

    # Reading --------------------------------------------------------------------------

    def _reading_loss(self) -> "torch.Tensor":
        import torch
        from torch.nn import functional

        chosen = self._random.sample(self._material.exemplars, MESSAGES)
        batch = [self._varied(exemplar.clauses) for exemplar in chosen]
        vectors = functional.dropout(self._clause_vectors(batch), 0.1)
        odds = self._head(vectors)
        truth = torch.zeros_like(odds)
        for row, clause in enumerate(clause for clauses in batch for clause in clauses):
            for label in stated(clause, self._guidance):
                truth[row, self._label[label]] = 1.0
        losses = functional.binary_cross_entropy_with_logits(odds, truth, reduction="none")
        return losses.sum(1).mean()

    def _varied(self, clauses: Sequence[Clause]) -> list[Clause]:
        """*clauses* with slips of the keyboard; at times one is left out or joined to the next."""
        varied = list(clauses)
        if len(varied) > 2 and self._random.random() < 0.3:
            del varied[self._random.randrange(len(varied))]
        if len(varied) > 1 and self._random.random() < 0.25:
            at = self._random.randrange(len(varied) - 1)
            one, two = varied[at : at + 2]
            tells = {f: one.tells.get(f, frozenset()) | two.tells.get(f, frozenset())
                     for f in (*one.tells, *two.tells)}
            varied[at : at + 2] = [Clause(f"{one.text} {two.text}", tells)]
        return [Clause(self._slipped(c.text), c.tells) for c in varied]

    def _slipped(self, text: str) -> str:
        if self._random.random() < 0.5:
            text = text.lower()
        if len(text) > 8 and self._random.random() < 0.15:
            at = self._random.randrange(1, len(text) - 2)
            slip = self._random.choice([text[at + 1] + text[at], "", text[at] * 2])
            text = text[:at] + slip + text[at + (2 if len(slip) == 2 else 1) :]
        return text

    def _clause_vectors(self, batch: Sequence[Sequence[Clause]]) -> "torch.Tensor":
        """The mean of the token vectors of each clause, read in its message."""
        import torch

        messages = [" ".join(clause.text for clause in clauses) for clauses in batch]
        encoded = self._tokenizer(messages, padding=True, truncation=True, max_length=160,
                                  return_tensors="pt", return_offsets_mapping=True)
        offsets = encoded.pop("offset_mapping")
        tokens = self._model(**encoded).last_hidden_state
        rows = []
        for number, clauses in enumerate(batch):
            first, last = offsets[number, :, 0], offsets[number, :, 1]
            begin = 0
            for clause in clauses:
                end = begin + len(clause.text)
                inside = (first >= begin) & (last <= end) & (last > first)
                whole = tokens[number]
                rows.append(whole[inside].mean(0) if inside.any() else whole[0])
                begin = end + 1
        return torch.stack(rows)

    # Search ---------------------------------------------------------------------------

    def _search_loss(self) -> "torch.Tensor":
        import torch
        from torch.nn import functional

        groups = [*self._random.sample(self._material.voices, PROVISIONS),
                  *self._random.sample(self._material.gaps, GAPS)]
        texts = [self._slipped(text) for group in groups
                 for text in self._random.sample(group, VOICES)]
        owner = torch.arange(len(groups)).repeat_interleave(VOICES)
        encoded = self._tokenizer(texts, padding=True, truncation=True, max_length=64,
                                  return_tensors="pt")
        tokens = self._model(**encoded).last_hidden_state
        mask = encoded["attention_mask"].unsqueeze(-1).float()
        vectors = functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=-1)
        itself = torch.eye(len(texts), dtype=torch.bool)
        likeness = (vectors @ vectors.t() / TEMPERATURE).masked_fill(itself, -1e9)
        shares = likeness - torch.logsumexp(likeness, 1, keepdim=True)
        fellows = (owner[:, None] == owner[None, :]) & ~itself
        return (-(shares * fellows).sum(1) / fellows.sum(1)).mean()


def _with_changes(model: Any) -> dict[str, Any]:
    """Give every linear layer of *model*'s encoder a change of low rank; by the layer's name."""
    import torch

    class Change(torch.nn.Module):
        def __init__(self, layer: torch.nn.Linear) -> None:
            super().__init__()
            self.layer = layer
            self.A = torch.nn.Parameter(
                torch.randn(adapter.RANK, layer.in_features) / math.sqrt(layer.in_features))
            self.B = torch.nn.Parameter(torch.zeros(layer.out_features, adapter.RANK))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            given: torch.Tensor = self.layer(inputs)
            return given + (inputs @ self.A.t() @ self.B.t()) * adapter.SCALE

    changes: dict[str, Any] = {}
    for name, module in list(model.named_modules()):
        if isinstance(module, torch.nn.Linear) and name.startswith("encoder."):
            parent, _, leaf = name.rpartition(".")
            changes[name] = Change(module)
            setattr(model.get_submodule(parent), leaf, changes[name])
    return changes


def main() -> int:
    """Tune on a corpus and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--out", type=Path, default=adapter.FILE)
    given = parser.parse_args()
    guidance = read(given.corpus)
    tuner = Tuner(guidance, material_of(guidance, read_exemplars(given.corpus, guidance)))
    begun = time.monotonic()
    for number in range(STEPS):
        loss = tuner.step(number)
        if number % 20 == 0:
            spent = time.monotonic() - begun
            sys.stderr.write(f"step {number} of {STEPS}: loss {loss:.3f}, {spent:.0f} s\n")
    tuner.save(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
