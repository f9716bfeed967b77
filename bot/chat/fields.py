"""Which fields go to a language model: each variable of each prompt, as `prompts/fields.yaml` says.

The file is content: people who decide whether a model may be used read it on a page.  It is held
against the variables that the prompts have, so that neither can change without the other.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from bot.chat.calls import Use
from bot.errors import BadContent

FILE = "fields.yaml"
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Field:
    """One variable of a prompt."""

    name: str
    holds: str
    example: str
    """As it reads before anything is masked."""
    masked: bool
    """Whether names in it are masked where masking is on."""
    why: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class Fields:
    """What is sent, by use, and what never is."""

    uses: Mapping[Use, tuple[Field, ...]]
    never: tuple[str, ...]


_FIELDS = TypeAdapter(Fields)


def load(folder: Path, variables: Mapping[Use, Collection[str]]) -> Fields:
    """The fields that *folder* tells of, checked.

    Args:
        folder: Where the prompts are.
        variables: Those that each prompt has.

    Raises:
        BadContent: The file can't be read, or says otherwise than the prompts.
    """
    path = folder / FILE
    try:
        found = _FIELDS.validate_python(_listed(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{path}: can't be read: {error}. Restore it from the release.") from None
    except ValidationError as error:
        raise BadContent("\n".join(
            f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors())) from None
    problems = []
    for use in Use:
        told = {field.name for field in found.uses.get(use, ())}
        asked = set(variables.get(use, ()))
        problems += [f"{path}: {use}.{name} is missing: the prompt sends it, so say what it holds"
                     for name in sorted(asked - told)]
        problems += [f"{path}: {use}.{name} is sent by no prompt; remove it"
                     for name in sorted(told - asked)]
    if problems:
        raise BadContent("\n".join(problems))
    return found


def _listed(data: Any) -> Any:
    """*data* with the variables of each use as a list, in the order in which they stand."""
    uses = data.get("uses") if isinstance(data, dict) else None
    if not isinstance(uses, dict):
        return data
    return {**data, "uses": {
        use: [{"name": name, **about} if isinstance(about, dict) else about
              for name, about in fields.items()] if isinstance(fields, dict) else fields
        for use, fields in uses.items()}}
