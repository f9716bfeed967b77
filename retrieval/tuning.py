# torch is imported by whoever tunes, never by whoever serves.
# ruff: noqa: PLC0415
"""Learns `adapter.safetensors` from the corpus: twenty minutes on two cores, `make adapter`.

Three tasks share one adapter and take turns.  *Search*: asks of one provision, or of one gap, are
to lie near each other and far from others' (supervised contrastive loss).  *Choice*: a labelled
question is to lie nearer to the asks of provisions that answer it than to others' (a softmax over
the provisions of a batch, weighed by grade).  *Reading*: of the windows of a clause at least one
is to say which values the clause states, and no other window of the message (a linear head,
binary cross-entropy over a smooth maximum).

The cases that quality is judged on (`evaluation.yaml`, `tests/gold`) take no part in it.  Seeds
are fixed, but sums differ between machines, so another run gives another adapter of like quality;
the digest of the adapter is part of every release's.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval import adapter
from retrieval.corpus import QUERIES, read
from retrieval.exemplars import Clause, Exemplar, read_exemplars
from retrieval.guidance import UNKNOWN, Fact, Guidance, ProvisionId, QuestionKind
from retrieval.labelled import LabelledQuery, read_queries
from retrieval.telling import window_shares, words_of
from retrieval.tells import ANY
from retrieval.varying import Varying
from retrieval.weights import packaged_weights

if TYPE_CHECKING:
    import torch

SEED = 1
STEPS = 1000
SAVED_EVERY = 200
"""Steps after which what was learned so far is written: a machine may be taken away."""
WARM_UP = 30
RATE = 1e-3
HEAD_RATE = 5e-3
TEMPERATURE = 0.07
MESSAGES = 32
"""Exemplars in a batch."""
PROVISIONS, GAPS, VOICES = 18, 5, 4
"""Provisions and gaps in a batch, and texts of each."""
QUESTIONS, CHOICES, CHOICE_VOICES = 14, 28, 3
"""Labelled questions in a batch, provisions that they choose from, and texts of each."""
LOG_ODDS = -4.0
"""Where the head starts: nearly every value is not stated by nearly every clause."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from."""

    voices: Mapping[ProvisionId, tuple[str, ...]]
    """Of each provision its asks and the start of its text."""
    gaps: tuple[tuple[str, ...], ...]
    queries: tuple[LabelledQuery, ...]
    exemplars: tuple[Exemplar, ...]
    labels: tuple[tuple[Fact, str], ...]


def read_material(root: Path) -> tuple[Guidance, Material]:
    """The corpus under *root*, and what it gives to learn from.

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
    return guidance, Material(voices, tuple(gap.asks for gap in guidance.gaps), queries,
                              read_exemplars(root, guidance), labels_of(guidance))


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

    def __init__(
        self, guidance: Guidance, material: Material, *, steps: int = STEPS, half: bool = False
    ) -> None:
        """Begin anew; *half* computes in bfloat16."""
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
        self._guidance, self._material = guidance, material
        self._steps, self._half = steps, half
        self.varied = Varying(guidance, material.exemplars, self._random)
        self._label = {label: n for n, label in enumerate(material.labels)}
        folder = str(packaged_weights())
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder, attn_implementation="eager")
        for parameter in self._model.parameters():
            parameter.requires_grad = False
        self._changes = _with_changes(self._model)
        self._head = torch.nn.Linear(self._model.config.hidden_size, len(material.labels))
        torch.nn.init.constant_(self._head.bias, LOG_ODDS)
        self._optimiser = torch.optim.AdamW(
            [{"params": [p for c in self._changes.values() for p in (c.A, c.B)], "lr": RATE},
             {"params": list(self._head.parameters()), "lr": HEAD_RATE}], weight_decay=0.01)
        # Dropout costs half of the time, and changes of low rank have little to overfit with.
        self._model.eval()

    def go_on_from(self, file: Path) -> None:
        """Begin with what an earlier run wrote to *file*, instead of anew.

        Raises:
            KeyError, RuntimeError: The file is of another shape, or for other facts.
        """
        import torch
        from safetensors.torch import load_file

        tensors = load_file(file)
        with torch.no_grad():
            for name, change in self._changes.items():
                change.A.copy_(tensors[f"{name}.A"])
                change.B.copy_(tensors[f"{name}.B"])
            self._head.weight.copy_(tensors["head.weight"])
            self._head.bias.copy_(tensors["head.bias"])

    def step(self, number: int) -> float:
        """Learn from one batch; gives the loss."""
        pace = min(1.0, (number + 1) / WARM_UP) * (1 - number / self._steps)
        for group, rate in zip(self._optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * pace
        loss = self._reading_loss() + (self._search_loss() if number % 2 else self._choice_loss())
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
        batch = [self.varied(exemplar.clauses) for exemplar in chosen]
        messages = [" ".join(clause.text for clause in clauses) for clauses in batch]
        encoded = self._tokenizer(messages, padding=True, truncation=True, max_length=160,
                                  return_tensors="pt", return_offsets_mapping=True)
        offsets = encoded.pop("offset_mapping").tolist()
        tokens = functional.dropout(self._tokens(encoded), 0.1)
        odds, truth, weights = [], [], []
        for clauses, text, spans, vectors in zip(batch, messages, offsets, tokens, strict=True):
            everywhere = self._head(vectors)
            for words, part, weight in _parts(clauses, text):
                shares = torch.from_numpy(window_shares(words, spans))
                odds.append(_smooth_maximum(shares @ everywhere))
                truth.append(self._truth(part))
                weights.append(weight)
        losses = functional.binary_cross_entropy_with_logits(
            torch.stack(odds), torch.stack(truth), reduction="none").sum(1)
        share = torch.tensor(weights)
        return (losses * share).sum() / share.sum()

    def _truth(self, clauses: Sequence[Clause]) -> "torch.Tensor":
        import torch

        truth = torch.zeros(len(self._label))
        for clause in clauses:
            for label in stated(clause, self._guidance):
                truth[self._label[label]] = 1.0
        return truth

    # Search ---------------------------------------------------------------------------

    def _search_loss(self) -> "torch.Tensor":
        import torch

        groups = [*self._random.sample(list(self._material.voices.values()), PROVISIONS),
                  *self._random.sample(self._material.gaps, GAPS)]
        vectors = self._vectors([text for group in groups
                                 for text in self._random.sample(group, VOICES)])
        owner = torch.arange(len(groups)).repeat_interleave(VOICES)
        itself = torch.eye(len(owner), dtype=torch.bool)
        likeness = (vectors @ vectors.t() / TEMPERATURE).masked_fill(itself, -1e9)
        shares = likeness - torch.logsumexp(likeness, 1, keepdim=True)
        fellows = (owner[:, None] == owner[None, :]) & ~itself
        return (-(shares * fellows).sum(1) / fellows.sum(1)).mean()

    def _choice_loss(self) -> "torch.Tensor":
        import torch

        asked = self._random.sample(self._material.queries, QUESTIONS)
        right = dict.fromkeys(id_ for query in asked for id_ in query.relevant)
        others = [id_ for id_ in self._material.voices if id_ not in right]
        ids = [*right, *self._random.sample(others, max(0, CHOICES - len(right)))]
        texts = [text for id_ in ids
                 for text in self._random.sample(self._material.voices[id_], CHOICE_VOICES)]
        vectors = self._vectors([*(query.query for query in asked), *texts])
        questions, voices = vectors[: len(asked)], vectors[len(asked) :]
        near = (questions @ voices.t()).reshape(len(asked), len(ids), CHOICE_VOICES).mean(2)
        shares = torch.log_softmax(near / TEMPERATURE, 1)
        gains = torch.tensor([[float(q.gains().get(id_, 0)) for id_ in ids] for q in asked])
        return -(shares * gains / gains.sum(1, keepdim=True)).sum(1).mean()

    def _tokens(self, encoded: Any) -> "torch.Tensor":
        """Token vectors; the passes in bfloat16 where that was asked for, the result in full."""
        import torch

        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            tokens: torch.Tensor = self._model(**encoded).last_hidden_state
        return tokens.float()

    def _vectors(self, texts: Sequence[str]) -> "torch.Tensor":
        from torch.nn import functional

        encoded = self._tokenizer([self.varied.slipped(text) for text in texts], padding=True,
                                  truncation=True, max_length=64, return_tensors="pt")
        tokens = self._tokens(encoded)
        mask = encoded["attention_mask"].unsqueeze(-1).float()
        return functional.normalize((tokens * mask).sum(1) / mask.sum(1), dim=-1)


def _parts(
    clauses: Sequence[Clause], text: str
) -> Iterator[tuple[list[tuple[int, int]], Sequence[Clause], float]]:
    """What is judged of a message: its words, the clauses they make, and what that counts.

    Each clause by itself, and all of them at once, since windows reach over their borders.
    """
    words, begin = words_of(text), 0
    for clause in clauses:
        end = begin + len(clause.text)
        if inside := [(a, b) for a, b in words if begin <= a and b <= end]:
            yield inside, [clause], 1.0
        begin = end + 1
    yield words, clauses, 2.0


def _smooth_maximum(odds: "torch.Tensor") -> "torch.Tensor":
    """Of (windows, labels) the greatest of each label, with a share of the others' for guidance."""
    return (odds.softmax(0) * odds).sum(0)


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
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--half", action="store_true", help="compute in bfloat16: several times "
                        "as fast on a processor that has instructions for it")
    parser.add_argument("--go-on", action="store_true", help="begin with the adapter in place, "
                        "instead of anew: for a corpus that has grown a little")
    given = parser.parse_args()
    if find_spec("torch") is None or find_spec("transformers") is None:
        parser.error("tuning needs torch and transformers, which are not installed here, where "
                     "requirements/serving.txt is; install what requirements/lock.txt lists and "
                     "torch")
    tuner = Tuner(*read_material(given.corpus), steps=given.steps, half=given.half)
    if given.go_on:
        tuner.go_on_from(adapter.FILE)
    begun = time.monotonic()
    for number in range(given.steps):
        loss = tuner.step(number)
        if number % 20 == 0:
            spent = time.monotonic() - begun
            sys.stderr.write(f"step {number} of {given.steps}: loss {loss:.3f}, {spent:.0f} s\n")
        if number % SAVED_EVERY == SAVED_EVERY - 1:
            tuner.save(given.out)
    tuner.save(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
