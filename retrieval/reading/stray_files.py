"""Files that somebody has put into a corpus folder and nobody reads.

`sources/treaty.yml` looks as if it were in force, and no answer would ever cite it.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

_FOLDERS: Mapping[str, str] = {
    "sources": ".yaml", "vocabulary": ".yaml", "queries": ".jsonl", "exemplars": ".jsonl",
    "openings": ".jsonl", "requests": ".jsonl", "suppositions": ".jsonl", "unknowns": ".jsonl"}
"""What is read of each folder: every file in it of that kind."""
_FILES = (
    "border.jsonl", "considerations.yaml", "evaluation.yaml", "gaps.yaml", "glossary.yaml",
    "other_matters.yaml", "phrases.yaml", "publishers.yaml", "question_groups.yaml",
    "questions.yaml", "red_flags.yaml", "register.tsv", "safeguards.yaml", "scope.yaml",
    "seen.tsv")
_CONTENT = frozenset({".yaml", ".yml", ".json", ".jsonl", ".tsv", ".csv"})
"""Kinds of file in which content is written; a licence or a script beside it is nobody's slip."""


def stray_files(root: Path) -> Iterator[str]:
    """What lies under *root* as if it were content, a problem each, with its place."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if any(part.startswith(".") for part in name.parts) or path.suffix == ".md":
            continue
        if path.is_dir() and path.suffix not in _CONTENT:
            continue
        top = name.parts[0] if len(name.parts) > 1 else ""
        said = _of_folder(name, _FOLDERS[top]) if top in _FOLDERS else _of_root(name)
        if said is None and path.is_dir():
            said = "it is a folder, and a file is read here; rename it, or take it out"
        if said is not None:
            yield f"{name.as_posix()}:1: {said}"


def _of_folder(name: Path, suffix: str) -> str | None:
    if len(name.parts) > 2:
        return f"nobody reads what lies this deep; move it into {name.parts[0]}/, or take it out"
    if name.suffix == suffix:
        return None
    return (f"nobody reads it: in {name.parts[0]}/ a file is read if its name ends in {suffix}. "
            "Rename it, or take it out")


def _of_root(name: Path) -> str | None:
    if name.as_posix() in _FILES or name.suffix not in _CONTENT:
        return None
    near = get_close_matches(name.name, _FILES, 1, 0.7)
    return ("nobody reads a file of this name" + (f"; did you mean {near[0]}?" if near else ".")
            + " Rename it, or take it out")
