"""A release: content, how it is embedded, and the digest that names both together.

The digest is taken over the content as loaded, not over the files, so that a comment or the
order of files changes nothing.  It covers how text is split and embedded too: a query must
never meet vectors made in another way.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId, Severity
from retrieval.indexes.entries import INDEX_FORMAT, entries_of
from retrieval.passages import MAX_PASSAGE_CHARACTERS


def content_of(guidance: Guidance) -> str:
    """The content of *guidance* as JSON: what the database keeps of a release.

    The order of questions and provisions is kept, since it shows in answers.
    """
    return json.dumps(_fields(guidance), ensure_ascii=False, separators=(",", ":"))


def guidance_of(content: str, release: ReleaseId) -> Guidance:
    """The guidance whose `content_of` is *content*: a release read back from the database.

    Raises:
        ReleaseNotReady: The content was written by a version that this one can't read.
    """
    try:
        fields = json.loads(content)
        for flag in fields["red_flags"]:
            # Releases of before kept one number for what are three now,
            if "gravity" in flag:
                flag["severity"] = dict.fromkeys(_SEVERITY, flag.pop("gravity"))
        # and lacked the lists of small words that the program held itself.
        cues = fields["vocabulary"]["cues"]
        for name, words in _earlier_cues().items() if cues else ():
            cues.setdefault(name, words)
        return _validating().validate_python({**fields, "release": release})
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseNotReady(
            f"The content kept of release {release!r} can't be read: {error}. It was written by "
            "another version of the program; read it with that one."
        ) from error


def _fields(guidance: Guidance) -> dict[str, object]:
    return {
        field.name: _canonical(getattr(guidance, field.name))
        for field in dataclasses.fields(guidance)
        if field.name != "release"
    }


def digest_of(guidance: Guidance, recipe: str) -> ReleaseId:
    """Name the release that *guidance* makes when embedded by *recipe*: 12 hex digits.

    `guidance.release` itself takes no part, so content can be read first and named after.
    The order of provisions or terms in a mapping takes no part either; that of considerations,
    choices and authorities does, because it shows in answers.
    """
    fields = _fields(guidance)
    made = {"recipe": recipe, "passage": MAX_PASSAGE_CHARACTERS, "format": INDEX_FORMAT}
    text = json.dumps([fields, made], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return ReleaseId(hashlib.sha256(text.encode("utf-8")).hexdigest()[:12])


def _canonical(value: object) -> object:
    """*value* as JSON that is the same whenever the content is."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return _listed(cast(Sequence[object], value))
    names = _fields_in(kind)
    if names is not None:
        return {name: _canonical(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _canonical(value[key]) for key in value}
    if isinstance(value, Set):
        return sorted(str(one) for one in value)
    if isinstance(value, (list, tuple)):
        return _listed(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, str)):
        return value
    raise TypeError(f"{kind.__name__} has no canonical form; give it one before using it")


def _listed(values: Sequence[object]) -> list[object]:
    # Most of a release are lists of words.
    return [one if type(one) is str else _canonical(one) for one in values]


@cache
def _fields_in(kind: type) -> tuple[str, ...] | None:
    """The fields of *kind*; None where it is no dataclass."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _validating() -> TypeAdapter[Guidance]:
    """What makes a release of its fields: made once somebody reads one, since it takes a while."""
    return TypeAdapter(Guidance)


@cache
def _earlier_cues() -> Mapping[str, Sequence[str]]:
    """The lists that releases lack from before they held them, as the program had them then.

    What is written there stays as it is, since those releases are read as they were.
    """
    found: Mapping[str, Sequence[str]] = json.loads(_EARLIER_CUES.read_text(encoding="utf-8"))
    return found


_EARLIER_CUES = Path(__file__).with_name("earlier_cues.json")
_PLAIN = frozenset({str, int, bool, type(None)})
_SEVERITY = tuple(f.name for f in dataclasses.fields(Severity))


def index_digest_of(guidance: Guidance, recipe: str) -> ReleaseId:
    """Name the vectors of *guidance*: 12 hex digits over what is embedded, and how.

    Releases that differ only in vocabulary, questions or flags embed the same texts and share
    one index, so such an edit is published without embedding anything.
    """
    rows = [[e.id, e.text, *e.span] for e in entries_of(guidance)]
    text = json.dumps([rows, recipe, INDEX_FORMAT], ensure_ascii=False, separators=(",", ":"))
    return ReleaseId(hashlib.sha256(text.encode("utf-8")).hexdigest()[:12])
