"""What is set of the language model, and what goes to it: as the settings and the prompts say."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.chat import fields
from bot.chat.calls import Use
from bot.chat.delimiting import data

Mask = Callable[[str], str]
"""Gives a text as it is sent."""


@dataclass(frozen=True, slots=True)
class SentField:
    """One variable of a prompt, as it stands there."""

    about: fields.Field
    most: int
    """Characters that are sent of it."""
    stands: str
    """The lines of the prompt that hold the example, as they are sent."""


@dataclass(frozen=True, slots=True)
class PromptInForce:
    """One prompt."""

    use: Use
    digest: str
    text: str
    fields: tuple[SentField, ...]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """What is set."""

    name: str
    """vendor:model; empty for none."""
    where: str
    """Where it is reached."""
    uses: frozenset[Use]
    masks: bool
    limits: tuple[tuple[str, str], ...]
    """Each with its name."""
    prices: str
    """Of a million tokens sent and received; empty where costs are not counted."""
    prompts: Mapping[Use, PromptInForce]
    never: tuple[str, ...]
    """What is never sent."""


def language_model(
    folder: Path, *, name: str, address: str, uses: Collection[Use], mask: Mask | None,
    limits: tuple[tuple[str, str], ...], prices: str,
) -> LanguageModel:
    """What is set, with the prompts under *folder* and what goes into each.

    Args:
        folder: Where the prompts are.
        name: vendor:model; empty for none.
        address: Host and port of its server; empty where its client doesn't tell.
        uses: What it is used for.
        mask: What is done to a field that is masked; None where nothing is.
        limits: What a call may take, in words.
        prices: Of a million tokens sent and received.

    Raises:
        BadContent: The prompts can't be used, or what is told of their fields fits them not.
    """
    from bot.chat.prompting import LIMITS, load  # noqa: PLC0415  it takes a part of LangChain

    told = fields.load(folder, LIMITS)
    prompts = {}
    for use, prompt in load(folder).items():
        lines = prompt.text.splitlines()
        prompts[use] = PromptInForce(use, prompt.digest, prompt.text, tuple(
            SentField(field, LIMITS[use][field.name], _stands(lines, field, mask))
            for field in told.uses[use]))
    vendor = f"the address of the vendor ({name.partition(':')[0]})"
    return LanguageModel(
        name, address or vendor, frozenset(uses), mask is not None, limits, prices, prompts,
        told.never)


def _stands(lines: list[str], field: fields.Field, mask: Mask | None) -> str:
    """The example of *field* where it stands among the *lines* of its prompt."""
    sent = mask(field.example) if mask is not None and field.masked else field.example
    at = next(n for n, line in enumerate(lines) if line.strip() == f"{{{field.name}}}")
    return "\n".join(filter(None, [lines[at - 1].strip(), data(sent)]))
