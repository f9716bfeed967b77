# torch is imported by whoever tunes, never by whoever serves.
# ruff: noqa: PLC0415
"""The model with its changes while it learns: four tasks, each with its batches and its loss.

*Search*: asks of one provision, or of one gap, are to lie near each other and far from others'
(supervised contrastive loss).  *Choice*: a labelled question is to lie nearer to the asks of
provisions that answer it than to others' (a softmax over the provisions of a batch, weighed by
grade).  *Reading*: of the windows of a clause at least one is to say which values the clause
states, and no other window of the message (a linear head, binary cross-entropy over a smooth
maximum).  *Wishes*: of the windows of an opening one is to say that it wants something else, where
it falls into a gap, and none where it is answered.
"""

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.adapter import head
from retrieval.guidance import Fact, Guidance
from retrieval.hearing.telling import window_shares, words_of
from retrieval.labelled.exemplars import Clause, Exemplar
from retrieval.model.weights import packaged_weights
from retrieval.training.low_rank_encoder import Encoder
from retrieval.training.material import Material, stated
from retrieval.training.order import Order
from retrieval.training.varying import Varying
from retrieval.words.tells import ELSEWHERE, WANTS

if TYPE_CHECKING:
    import torch

SEED = 1
WARM_UP = 40
RATE = 2.5e-4
HEAD_RATE = 1e-3
MOST_GRADIENT = 5.0
TEMPERATURE = 0.07
MESSAGES, SORTED = 64, 4
"""Exemplars in a batch, and batches that are sorted by length together."""
ROUND = 16
"""Steps in a round: one learns search, one choice, two wishes, the others reading."""
TWINS, SINGLES = 24, 8
"""Openings with their twins in a batch that learns wishes, and asks and questions beside them."""
WHOLE = 2.0
"""What a whole message counts for beside a clause of it."""
WISHES = 30.0
"""What one label of a wish counts for beside those of a message, which are summed."""
PROVISIONS, GAPS, VOICES = 18, 5, 4
"""Provisions and gaps in a batch, and texts of each."""
QUESTIONS, CHOICES, CHOICE_VOICES = 14, 28, 3
"""Labelled questions in a batch, provisions that they choose from, and texts of each."""
LOG_ODDS = -4.0
"""Where the head starts: nearly every value is not stated by nearly every clause."""


class Tuner:
    """The model with its changes, and one step of learning after the other."""

    def __init__(
        self, guidance: Guidance, material: Material, *, half: bool = False, boldness: float = 1.0
    ) -> None:
        """Begin anew; *half* computes in bfloat16, *boldness* is what the rates are taken times."""
        import torch
        from transformers import AutoModel, AutoTokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 - for sampling, not for secrets
        self._guidance, self._material, self._boldness = guidance, material, boldness
        self.varied = Varying(guidance, material.exemplars, self._random)
        self._label = {label: n for n, label in enumerate(material.labels)}
        folder = str(packaged_weights())
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModel.from_pretrained(folder)
        self._encoder = Encoder(model, torch.bfloat16 if half else torch.float32)
        self._head = torch.nn.Linear(model.config.hidden_size, len(material.labels))
        torch.nn.init.constant_(self._head.bias, LOG_ODDS)
        self._optimiser = torch.optim.AdamW(
            [{"params": [p for c in self._encoder.changes.values() for p in c], "lr": RATE},
             {"params": list(self._head.parameters()), "lr": HEAD_RATE}], weight_decay=0.01)
        self._waiting: list[tuple[int, list[Clause]]] = []
        self._order = Order(len(material.exemplars), self._random)

    @property
    def labels(self) -> Sequence[tuple[Fact, str]]:
        """What the head tells apart, in its order."""
        return self._material.labels

    def go_on_from(self, file: Path) -> None:
        """Begin with what an earlier run wrote to *file*, of this rank or a lower one.

        A label that the file lacks begins anew.

        Raises:
            KeyError, RuntimeError: The file is of another shape, or for other facts.
        """
        import torch
        from safetensors.torch import load_file

        tensors = load_file(file)
        with torch.no_grad():
            for name, (a, b) in self._encoder.changes.items():
                rank = len(tensors[f"{name}.A"])
                # The rest of b is zero, so what the file makes of the model stays as it is.
                a[:rank] = tensors[f"{name}.A"]
                b[:, :rank] = tensors[f"{name}.B"]
            for n, label in enumerate(head(file).labels):
                self._head.weight[self._label[label]] = tensors["head.weight"][n].float()
                self._head.bias[self._label[label]] = tensors["head.bias"][n].float()

    def freeze(self, layers: int) -> None:
        """Leave so many *layers* at the bottom as they are."""
        self._encoder.freeze(layers)

    def step(self, number: int, done: float) -> float:
        """Learn from one batch, with the share *done* of all learning behind; gives the loss."""
        import torch

        falling = (1 + math.cos(math.pi * min(done, 1.0))) / 2
        pace = self._boldness * min(1.0, (number + 1) / WARM_UP) * falling
        for group, rate in zip(self._optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * pace
        turn = number % ROUND
        self._encoder.merge()
        if turn == 0:
            loss = self._search_loss()
        elif turn == ROUND // 2:
            loss = self._choice_loss()
        elif turn % (ROUND // 2) == ROUND // 4 and self._material.openings:
            loss = self._wishes_loss()
        else:
            loss = self._reading_loss()
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
        torch.nn.utils.clip_grad_norm_(
            [p for c in self._encoder.changes.values() for p in c], MOST_GRADIENT)
        self._optimiser.step()
        return float(loss.item())

    def tensors(self) -> dict[str, "torch.Tensor"]:
        """Copies of the changes and of the head, by the names that they have in a file."""
        changes = {f"{name}.{part}": tensor for name, change in self._encoder.changes.items()
                   for part, tensor in zip("AB", change, strict=True)}
        learned = {**changes, "head.weight": self._head.weight, "head.bias": self._head.bias}
        return {name: tensor.detach().clone() for name, tensor in learned.items()}

    def save(
        self, file: Path, begun_with: Mapping[str, "torch.Tensor"] | None = None,
        share: float = 1.0,
    ) -> None:
        """Write the changes and the head to *file*, or what lies on the way to them.

        Half-way a reader keeps most of what it knew and has most of what it learned.  Means of
        the factors stand for means of the changes, since all began with the same factors.

        Args:
            file: Where to.
            begun_with: What was learned on from, as `tensors` gave it then.
            share: How much of the way from there is gone.
        """
        from safetensors.torch import save_file

        tensors = self.tensors()
        if begun_with is not None:
            tensors = {name: begun_with[name].lerp(tensor, share)
                       for name, tensor in tensors.items()}
        unfinished = file.with_suffix(".part")
        save_file({name: tensor.half().contiguous() for name, tensor in tensors.items()},
                  unfinished, metadata={"labels": json.dumps(self._material.labels)})
        unfinished.replace(file)

    # Reading --------------------------------------------------------------------------

    def _reading_loss(self) -> "torch.Tensor":
        import torch
        from torch.nn import functional

        numbers, batch = zip(*self._next_batch(), strict=True)
        odds, owners, truth, weights = self._odds(batch, 0.1)
        tops = _smooth_maximum(odds, owners, len(truth))
        wholes = [n for n, weight in enumerate(weights) if weight == WHOLE]
        rightly = ((tops[wholes] > 0) == (truth[wholes] > 0)).all(1).tolist()
        self._order.heard(zip(numbers, rightly, strict=True))
        losses = functional.binary_cross_entropy_with_logits(
            tops, truth, reduction="none").sum(1)
        share = torch.tensor(weights)
        return (losses * share).sum() / share.sum()

    def _next_batch(self) -> list[tuple[int, list[Clause]]]:
        """Variants of the next exemplars, of like length, with their numbers."""
        if not self._waiting:
            self._waiting = sorted(
                ((n, self.varied(self._material.exemplars[n].clauses))
                 for n in self._order.take(MESSAGES * SORTED)),
                key=lambda variant: sum(len(clause.text) for clause in variant[1]))
        at = self._random.randrange(len(self._waiting) // MESSAGES) * MESSAGES
        batch = self._waiting[at : at + MESSAGES]
        del self._waiting[at : at + MESSAGES]
        return batch

    def _odds(
        self, batch: Sequence[Sequence[Clause]], dropped: float
    ) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor", list[float]]:
        """Log-odds of the windows of all parts, the part of each; of each part truth and weight."""
        import torch
        from torch.nn import functional

        messages = [" ".join(clause.text for clause in clauses) for clauses in batch]
        encoded = self._tokenizer(messages, padding=True, truncation=True, max_length=160,
                                  return_tensors="pt", return_offsets_mapping=True)
        offsets = encoded.pop("offset_mapping").tolist()
        tokens = functional.dropout(self._encoder(encoded), dropped)
        everywhere = self._head(tokens)
        odds: list[torch.Tensor] = []
        truth: list[torch.Tensor] = []
        owners: list[int] = []
        weights: list[float] = []
        for n, (clauses, text, spans) in enumerate(zip(batch, messages, offsets, strict=True)):
            shares = []
            for words, part, weight in _parts(clauses, text):
                shares.append(window_shares(words, spans))
                owners += [len(truth)] * len(shares[-1])
                truth.append(self._truth(part))
                weights.append(weight)
            odds.append(torch.from_numpy(np.concatenate(shares)) @ everywhere[n])
        return torch.cat(odds), torch.tensor(owners), torch.stack(truth), weights

    def _wishes_loss(self) -> "torch.Tensor":
        import torch
        from torch.nn import functional

        openings = self._random.sample(
            self._material.openings, min(TWINS, len(self._material.openings)))
        beyond = [*(one.beyond for one in openings),
                  *self._random.sample(self._material.beyond, SINGLES)]
        within = [*(one.within for one in openings),
                  *(query.query for query in self._random.sample(self._material.queries, SINGLES))]
        batch = [[Clause(self.varied.slipped(text), {})] for text in (*beyond, *within)]
        odds, owners, _, weights = self._odds(batch, 0.1)
        wishes = _smooth_maximum(odds, owners, len(weights))[:, self._label[WANTS, ELSEWHERE]]
        whole = torch.tensor([weight == WHOLE for weight in weights])
        truth = torch.tensor([1.0] * len(beyond) + [0.0] * len(within))
        return WISHES * functional.binary_cross_entropy_with_logits(wishes[whole], truth)

    def heard(self, exemplars: Sequence[Exemplar], least: float = 0.5) -> tuple[float, float]:
        """F1 of the head over *exemplars* as they stand, and the share it hears wholly right."""
        right = said = true = whole = 0
        for chances, labelled in self.chances(exemplars):
            heard = chances >= least
            right += int((heard & labelled).sum())
            said += int(heard.sum())
            true += int(labelled.sum())
            whole += bool((heard == labelled).all())
        return 2 * right / max(said + true, 1), whole / len(exemplars)

    def chances(
        self, exemplars: Sequence[Exemplar]
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
        """Of each of *exemplars* as it stands how likely each label is, and whether it has it."""
        import torch

        self._encoder.merge()
        for begin in range(0, len(exemplars), MESSAGES):
            batch = [exemplar.clauses for exemplar in exemplars[begin : begin + MESSAGES]]
            with torch.no_grad():
                odds, owners, truth, weights = self._odds(batch, 0.0)
            for n in (n for n, weight in enumerate(weights) if weight == WHOLE):
                yield odds[owners == n].amax(0).sigmoid().numpy(), (truth[n] > 0).numpy()

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

    def _vectors(self, texts: Sequence[str]) -> "torch.Tensor":
        from torch.nn import functional

        encoded = self._tokenizer([self.varied.slipped(text) for text in texts], padding=True,
                                  truncation=True, max_length=64, return_tensors="pt")
        tokens = self._encoder(encoded)
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
    yield words, clauses, WHOLE


def _smooth_maximum(
    odds: "torch.Tensor", owners: "torch.Tensor", parts: int
) -> "torch.Tensor":
    """Of (windows, labels) each part's greatest of each label, with a share of the others'."""
    import torch

    none = torch.zeros(parts, odds.shape[1])
    tops = none.index_reduce(0, owners, odds.detach(), "amax", include_self=False)
    shares = (odds - tops[owners]).exp()
    return (none.index_add(0, owners, shares * odds) / none.index_add(0, owners, shares))
