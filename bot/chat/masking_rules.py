"""Load what tells names apart from other words from `prompts/masking.yaml`, checked."""

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BadContent
from retrieval.words.tokens import fold

FILE = "masking.yaml"


def folded(word: str) -> str:
    """*word* in lower case, without accents and without stops."""
    return fold(word)[0].replace(".", "")


def _folded(words: frozenset[str]) -> frozenset[str]:
    if "" in (all_of_them := frozenset(folded(word.strip()) for word in words)):
        raise ValueError("holds an empty entry")
    return all_of_them


def _patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return patterns


Words = Annotated[frozenset[str], Field(min_length=1), AfterValidator(_folded)]


class Currencies(BaseModel):
    """How amounts of money are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    signs: Annotated[tuple[str, ...], Field(min_length=1)]
    codes: Words
    words: Words
    scales: Words


class MaskingRules(BaseModel):
    """The lists of `prompts/masking.yaml`; what each is for stands there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: Words
    titles_in_any_case: Words
    company_forms: Words
    company_words: Words
    particles: Words
    before_name: Words
    given_names: Words
    given_names_also_words: Words
    kept: Words
    top_level_domains: Words
    reference_words: Words
    kept_references: Annotated[tuple[str, ...], AfterValidator(_patterns)]
    currencies: Currencies


def load(folder: Path) -> MaskingRules:
    """The rules under *folder*.

    Raises:
        BadContent: The file can't be read, or a list is missing, unknown or empty.
    """
    path = folder / FILE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{path}: can't be read: {error}. Restore it from the release.") from None
    try:
        return MaskingRules.model_validate(data)
    except ValidationError as error:
        raise BadContent("\n".join(
            f"{path.name}: {'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors())) from None
