"""Schemas made of Slack's type definitions, and what a payload has against one.

`jsonschema` says of a union only that no branch fits.  Here the branch that was meant is looked
for, by the keys that tell branches apart, and only its faults are told: one line of a path and
what is wrong there instead of pages.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

Json = dict[str, Any]

_HERE = Path(__file__).parent
_SOURCES = ("package.json", "tsconfig.json", "shapes.ts", "schemas.mjs")
_TELLING = frozenset({"type", "subtype", "response_action"})
_ALSO = frozenset({"const", "enum", "not"})
_FLAGS = {"0": False, "1": True, "false": False, "true": True, "False": False, "True": True}


class NoNode(Exception):
    """Node.js is not here; the text says what to do."""


def build(folder: Path) -> dict[str, Json]:
    """Schemas by the names in shapes.ts, made in *folder* unless they are there and current.

    Raises:
        NoNode: They have to be made, and node or npm is missing.
        subprocess.CalledProcessError: npm or the generator failed; they have said why.
    """
    made = folder / "schemas.json"
    if not made.exists() or any(_read(folder / name) != _read(_HERE / name) for name in _SOURCES):
        _make(folder)
    schemas: dict[str, Json] = json.loads(made.read_text(encoding="utf-8"))
    return schemas


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _make(folder: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoNode("Node.js is needed to read Slack's type definitions: install node 20 or "
                     "later with npm, or name a folder that has them with --schemas.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schemas.json").unlink(missing_ok=True)
    for name in _SOURCES:
        shutil.copyfile(_HERE / name, folder / name)
    subprocess.run([npm, "install", "--no-audit", "--no-fund"], cwd=folder, check=True)
    subprocess.run([node, "schemas.mjs"], cwd=folder, check=True)


def faults(schema: Json, body: Any, *, form: bool = False) -> Iterator[str]:
    """What *body* has against *schema*, each as "path: what is wrong".

    Args:
        schema: One of `build`.
        body: A payload.
        form: Whether its values may have travelled in a form, where everything is text.
    """
    validator = Draft7Validator(schema)
    if form:
        body = _unformed(validator, body)
    for error in validator.iter_errors(body):
        yield from _lines(error, body)


def _unformed(validator: Draft7Validator, body: Json) -> Json:
    as_text = {error.absolute_path[0] for error in _leaves(validator.iter_errors(body))
               if error.validator == "type" and len(error.absolute_path) == 1}
    return {name: _value(value) if name in as_text else value for name, value in body.items()}


def _value(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if text in _FLAGS and not text.isdecimal():
        return _FLAGS[text]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _leaves(errors: Any) -> Iterator[ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def _lines(error: ValidationError, body: Any) -> Iterator[str]:
    if error.validator == "anyOf" and error.context:
        for meant in _meant(error):
            yield from _lines(meant, body)
        return
    path = _path(error)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for name in sorted(set(error.instance) - set(known)):
            yield f"{path}.{name}: is no key that Slack names".lstrip(".")
    elif error.validator == "required":
        yield f"{path}.{_missing(error)}: is missing".lstrip(".")
    elif error.validator in _ALSO:
        yield f"{path}: {error.instance!r} is not allowed"
    elif error.validator == "type":
        yield f"{path}: is {type(error.instance).__name__}, should be {error.validator_value}"
    else:
        yield f"{path}: {error.message[:200]}"


def _meant(error: ValidationError) -> list[ValidationError]:
    """The errors of the branch that the payload was meant to be."""
    branches: dict[int, list[ValidationError]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)

    def strangeness(errors: list[ValidationError]) -> tuple[int, int, int]:
        depth = len(error.absolute_path)
        leaves = list(_leaves(errors))
        other = sum(1 for e in leaves if len(e.absolute_path) == depth + 1
                    and e.validator in _ALSO and e.absolute_path[-1] in _TELLING)
        other += sum(1 for e in leaves if len(e.absolute_path) == depth
                     and e.validator == "required" and _missing(e) in _TELLING)
        kind = sum(1 for e in leaves if e.validator == "type" and len(e.absolute_path) == depth)
        unknown = sum(len(set(e.instance) - set(e.schema.get("properties", {})))
                      for e in leaves if e.validator == "additionalProperties")
        return other + kind, unknown, len(leaves)

    return min(branches.values(), key=strangeness)


def _missing(error: ValidationError) -> str:
    """The key of which "required" says that it is not there."""
    name = re.match(r"'(.+?)'", error.message)
    return name[1] if name else error.message


def _path(error: ValidationError) -> str:
    return ".".join("*" if isinstance(step, int) else str(step) for step in error.absolute_path)
