# torch is imported by whoever tunes, never by whoever serves.
# ruff: noqa: PLC0415
"""The packaged model as it is tuned: given weights, and changes of low rank that learn."""

import math
from typing import TYPE_CHECKING, Any

from retrieval import adapter

if TYPE_CHECKING:
    import torch


class Encoder:
    """The packaged model, each linear layer with a change of low rank, written out for speed.

    The changes are added to the weights once for each step, not computed beside them for each
    token, and what stands between the layers stays in the number format of the passes.
    """

    def __init__(self, model: Any, kind: "torch.dtype") -> None:
        import torch

        self._kind = kind
        self._heads: int = model.config.num_attention_heads
        self._depth: int = model.config.num_hidden_layers
        self._given = {name: tensor.detach() for name, tensor in model.state_dict().items()}
        self._embed = model.embeddings
        self.changes: dict[str, tuple[torch.nn.Parameter, torch.nn.Parameter]] = {}
        """By the layer's name the two factors, (rank, inputs) and (outputs, rank)."""
        for name, module in model.named_modules():
            if isinstance(module, torch.nn.Linear) and name.startswith("encoder."):
                self.changes[name] = (
                    torch.nn.Parameter(torch.randn(adapter.RANK, module.in_features)
                                       / math.sqrt(module.in_features)),
                    torch.nn.Parameter(torch.zeros(module.out_features, adapter.RANK)))
        self._weights: dict[str, torch.Tensor] = {}

    def freeze(self, layers: int) -> None:
        """Learn no more in so many *layers* at the bottom, through which nothing is then led back.

        With half of them frozen a step takes two thirds of the time.
        """
        for name, change in self.changes.items():
            for factor in change:
                factor.requires_grad_(int(name.split(".")[2]) >= layers)

    def merge(self) -> None:
        """Take over the changes as they stand; due before each step."""
        self._weights = {
            name: (self._given[f"{name}.weight"] + adapter.SCALE * (b.to(self._kind)
                                                                   @ a.to(self._kind)))
            .to(self._kind) for name, (a, b) in self.changes.items()
        }

    def __call__(self, encoded: Any) -> "torch.Tensor":
        """Token vectors of what the tokenizer gave, (texts, tokens, dimensions)."""
        import torch

        state: torch.Tensor
        with torch.no_grad():
            state = self._embed(input_ids=encoded["input_ids"],
                                token_type_ids=encoded["token_type_ids"]).to(self._kind)
            masked = (1 - encoded["attention_mask"])[:, None, None, :].to(self._kind) * -1e4
        for n in range(self._depth):
            state = self._layer(f"encoder.layer.{n}", state, masked)
        return state.float()

    def _layer(
        self, name: str, state: "torch.Tensor", masked: "torch.Tensor"
    ) -> "torch.Tensor":
        from torch.nn import functional

        texts, tokens, width = state.shape
        q, k, v = (
            self._linear(f"{name}.attention.self.{part}", state)
            .view(texts, tokens, self._heads, -1).transpose(1, 2)
            for part in ("query", "key", "value"))
        near = q @ k.transpose(2, 3) * (width // self._heads) ** -0.5 + masked
        seen = (near.softmax(-1) @ v).transpose(1, 2).reshape(texts, tokens, width)
        state = self._normal(f"{name}.attention.output.LayerNorm",
                             self._linear(f"{name}.attention.output.dense", seen) + state)
        inner = functional.gelu(self._linear(f"{name}.intermediate.dense", state))
        return self._normal(f"{name}.output.LayerNorm",
                            self._linear(f"{name}.output.dense", inner) + state)

    def _linear(self, name: str, inputs: "torch.Tensor") -> "torch.Tensor":
        from torch.nn import functional

        return functional.linear(
            inputs, self._weights[name], self._given[f"{name}.bias"].to(self._kind))

    def _normal(self, name: str, inputs: "torch.Tensor") -> "torch.Tensor":
        from torch.nn import functional

        return functional.layer_norm(
            inputs, inputs.shape[-1:], self._given[f"{name}.weight"].to(self._kind),
            self._given[f"{name}.bias"].to(self._kind), 1e-12)
