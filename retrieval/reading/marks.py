"""What backs the marks of a corpus folder: a mark is raised by ticking a text, never by writing it.

`official` and `confirmed` come of a kept document alone: of its cut, or of a tick against it, both
of which are edits and never stand in the folder.  `seen` is said of the very words whose digest
`seen.tsv` records, so that rewording a digest takes its mark away.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval.checks import Problem
from retrieval.guidance import Checked, Guidance, sha256_of

SEEN = "seen.tsv"
"""By line: the id of a digest marked `seen` and the hex SHA-256 of its text, parted by a tab."""

_HEX = frozenset("0123456789abcdef")
_TICK = ("a tick is made with 'advisor corpus confirm', or in the console, against a document that "
         "is kept")


def read_seen(root: Path) -> tuple[dict[str, str], list[str]]:
    """The digests of the texts that were seen, by id, and what is wrong with the list."""
    path = root / SEEN
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}, [f"{SEEN}:1: the file is missing; restore it from the last release"]
    except UnicodeDecodeError as error:
        return {}, [f"{SEEN}:1: it is not UTF-8: {error}; restore it from the last release"]
    seen: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        name, tab, digest = line.partition("\t")
        if tab and name and len(digest) == 64 and set(digest) <= _HEX:
            seen[name] = digest
        elif line.strip():
            problems.append(f"{SEEN}:{number}: a line is an id, a tab and the SHA-256 of its text "
                            "in 64 hex digits")
    return seen, problems


def unbacked(guidance: Guidance, seen: Mapping[str, str]) -> Iterator[Problem]:
    """Marks of a folder's own *guidance* that nothing backs.

    Args:
        guidance: As read from the folder, without the edits of an installation.
        seen: Hex SHA-256 by id: the texts that were seen in a reliable source.
    """
    for p in (*guidance.provisions.values(), *guidance.set_aside.values()):
        subject = ("provision", str(p.id))
        if p.checked is Checked.OFFICIAL:
            yield Problem(subject, f"marked 'official' by hand; {_TICK}. Write 'checked: "
                          "unchecked' here")
        elif p.checked is Checked.SEEN:
            yield from _seen(subject, p.text, seen.get(str(p.id)))
        if p.confirmed is not None or p.same_as is not None:
            key = "confirmed" if p.confirmed is not None else "same_as"
            yield Problem(subject, f"{_TICK}; take out {key!r}")
    for c in guidance.considerations:
        if c.number_checked is not Checked.UNCHECKED:
            yield Problem(("consideration", c.id), "its number is marked "
                          f"{c.number_checked.value!r} by hand, and no kept document backs that. "
                          "Write 'number_checked: unchecked' here")


def _seen(subject: tuple[str, str], text: str, recorded: str | None) -> Iterator[Problem]:
    now = sha256_of(text)
    if recorded == now:
        return
    why = (f"{SEEN} does not record that anybody saw these words" if recorded is None else
           f"its words are others than those in {SEEN}")
    yield Problem(subject, f"marked 'seen', but {why}. Write 'checked: unchecked', or, if you have "
                  f"seen the substance of these words in a reliable source, the line "
                  f"“{subject[1]}\t{now}” in {SEEN}")
