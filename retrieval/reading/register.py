"""The register of every id ever shipped: none may vanish, and a new one has to be entered.

A red flag, a safeguard or a question that is relied on no more is retired here, with the day and
the reason: `red flag<TAB>id<TAB>2026-11-28<TAB>why`.  It is read no more, whether or not its entry
is still in its file, and old logs can still name it.  A provision is retired as an edit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from retrieval import not_utf8
from retrieval.errors import CorpusError, RetrievalError
from retrieval.guidance import Guidance
from retrieval.replacing import replacing

REGISTER = "register.tsv"
"""Every id ever shipped, with its kind; see `check_register`."""
SHORTEST_REASON = 8
"""Characters that a reason has at least."""
FACT = "fact"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ID_SLIP = ("an id has letters of the Latin alphabet, digits, and hyphens, dots or underscores "
            "between them, as 'our-rule-1': name it so before it is registered, for it is for ever")
RETIRABLE = ("red flag", "safeguard", FACT)
"""Kinds that are retired here; a question goes by the name of its fact."""

Entry = tuple[str, str]
"""Kind and id."""


class NotRetired(RetrievalError):
    """An entry can't be retired; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Retired:
    """Since when and why an entry is relied on no more."""

    day: str
    """As 2026-11-28."""
    reason: str

    @property
    def sentence(self) -> str:
        """This in words, to follow the name of the entry."""
        return f"was retired on {self.day} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Register:
    """What the register says."""

    lines: Mapping[Entry, int]
    """By entry the line where it stands, from 1."""
    retired: Mapping[Entry, Retired]
    problems: tuple[str, ...]


def read_register(root: Path) -> Register:
    """The register of the corpus in the folder *root*."""
    path = root / REGISTER
    if not path.is_file():
        return Register({}, {}, (f"{REGISTER}:1: the register of ids is missing; write it with "
                                 "'advisor corpus register'",))
    content = path.read_bytes()
    misread = not_utf8.fault(content)
    if misread is not None:
        return Register({}, {}, (f"{REGISTER}:{misread[0]}: {misread[1]}",))
    lines: dict[Entry, int] = {}
    retired: dict[Entry, Retired] = {}
    problems: list[str] = []
    tabless = 0
    for number, line in enumerate(content.decode("utf-8-sig").splitlines(), start=1):
        kind, _, rest = line.partition("\t")
        name, marked, rest = rest.partition("\t")
        if not name:
            # An editor that turns tabs into blanks would bring back what was retired.
            tabless += bool(line.strip())
            if line.strip() and tabless == 1:
                problems.append(f"{REGISTER}:{number}: a line is a kind, a tab and an id; put the "
                                "tabs back that an editor has made blanks of")
            continue
        lines[kind, name] = number
        if marked:
            day, _, reason = rest.partition("\t")
            slip = _slip(kind, day, reason)
            if slip is None:
                retired[kind, name] = Retired(day, reason.strip())
            else:
                problems.append(f"{REGISTER}:{number}: {kind} {name!r} can't be retired so: {slip}")
    if tabless > 1:
        problems[0] += f" ({tabless - 1} more lines are so)"
    if not (lines or problems):
        # What was retired would be back, and nobody would notice what is gone.
        problems.append(f"{REGISTER}:1: the register of ids is empty; restore it from the last "
                        "release, since it also says what was retired")
    return Register(lines, retired, tuple(problems))


def _slip(kind: str, day: str, reason: str) -> str | None:
    if kind not in RETIRABLE:
        return f"a {kind} is retired with 'advisor corpus retire'"
    try:
        date.fromisoformat(day)
    except ValueError:
        return f"{day!r} is no day; write it as 2026-11-28"
    return None if reason.strip() else "it gives no reason; write it after the day and a tab"


def without_retired(guidance: Guidance, register: Register) -> Guidance:
    """*guidance* without the red flags, safeguards and questions that were retired."""
    gone = register.retired
    return guidance if not gone else replace(
        guidance,
        red_flags=tuple(f for f in guidance.red_flags if ("red flag", str(f.id)) not in gone),
        safeguards={i: s for i, s in guidance.safeguards.items()
                    if ("safeguard", str(i)) not in gone},
        questions={f: q for f, q in guidance.questions.items() if ("fact", str(f)) not in gone})


def register_of(guidance: Guidance) -> list[Entry]:
    """Every id of *guidance* with its kind, sorted: the content of `register.tsv`."""
    rows = [("provision", str(i)) for i in (*guidance.provisions, *guidance.set_aside)]
    rows += [("red flag", str(f.id)) for f in guidance.red_flags]
    rows += [("safeguard", str(i)) for i in guidance.safeguards]
    rows += [("fact", str(f)) for f in guidance.questions]
    return sorted(rows)


def check_register(listed: Register, guidance: Guidance) -> list[tuple[Entry, str]]:
    """Problems of ids against the register: none may vanish unnoticed.

    Returns:
        What each problem is about, and the problem with file and line.
    """
    if not listed.lines:
        return []
    now = set(register_of(guidance))
    problems = [
        (entry, f"{REGISTER}:{number}: {entry[0]} {entry[1]!r} was shipped before and is gone. Ids "
         f"are for ever: restore it, or {_how_retired(entry)}")
        for entry, number in listed.lines.items()
        if entry not in now and entry not in listed.retired
    ]
    problems += [
        (entry, f"{REGISTER}:1: {entry[0]} {entry[1]!r} is new and not registered; "
         + (_ID_SLIP if not _ID.fullmatch(entry[1]) else
            "run 'advisor corpus register' and commit the result"))
        for entry in sorted(now - listed.lines.keys())
    ]
    return problems


def _how_retired(entry: Entry) -> str:
    if entry[0] in RETIRABLE:
        return f"retire it: 'advisor corpus register --retire {entry[1]} --reason WHY'"
    if entry[0] == "provision":
        return "put it back and retire it with 'advisor corpus retire'"
    return (f"write its kind as it is: {', '.join((*RETIRABLE[:2], 'provision'))} or {FACT}")


def register(root: Path, guidance: Guidance) -> int:
    """Add the new ids of *guidance* to the register under *root*; how many were added.

    Raises:
        CorpusError: One of them is no id; nothing was added.
    """
    listed = read_register(root).lines
    added = [entry for entry in register_of(guidance) if entry not in listed]
    slips = [f"{kind} {name!r}: {_ID_SLIP}" for kind, name in added if not _ID.fullmatch(name)]
    if slips:
        raise CorpusError(slips)
    _write(root, [*_lines(root), *("\t".join(entry) for entry in added)])
    return len(added)


def retire(root: Path, name: str, day: str, reason: str) -> Entry:
    """Retire the red flag, safeguard or question *name* in the register under *root*.

    Args:
        root: The corpus folder.
        name: Its id; of a question, its fact.
        day: Since when, as 2026-11-28.
        reason: Why, in one line; whoever reads the history in years to come has nothing else.

    Raises:
        NotRetired: Nothing such is registered, it was retired before, or day or reason is none.
    """
    listed = read_register(root)
    found = [(kind, name) for kind in RETIRABLE if (kind, name) in listed.lines]
    if not found:
        other = (" A provision is retired with 'advisor corpus retire'."
                 if ("provision", name) in listed.lines else "")
        raise NotRetired(f"There is no red flag, safeguard or question {name!r} in the register."
                         + other)
    open_ = [entry for entry in found if entry not in listed.retired]
    if not open_:
        raise NotRetired(f"{found[0][0]} {name!r} {listed.retired[found[0]].sentence} already.")
    if len(open_) > 1:
        raise NotRetired(f"{name!r} is the id of a {' and of a '.join(k for k, _ in open_)}: write "
                         f"the day and the reason into {REGISTER} behind the one that you mean.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotRetired("Say why, in a few words: it is kept for ever, and nobody has anything "
                         "else to go by.")
    if not reason.isprintable():
        raise NotRetired("Give the reason in one line, without tabs.")
    slip = _slip(open_[0][0], day, reason)
    if slip is not None:
        raise NotRetired(f"{open_[0][0]} {name!r} can't be retired so: {slip}.")
    was = "\t".join(open_[0])
    _write(root, [f"{line}\t{day}\t{reason.strip()}" if line == was else line
                  for line in _lines(root)])
    return open_[0]


def _lines(root: Path) -> list[str]:
    path = root / REGISTER
    content = path.read_bytes() if path.is_file() else b""
    misread = not_utf8.fault(content)
    if misread is not None:
        raise CorpusError([f"{REGISTER}:{misread[0]}: {misread[1]}"])
    return content.decode("utf-8-sig").splitlines()


def _write(root: Path, lines: list[str]) -> None:
    # A link stays one; and nothing else remembers what is retired, were it cut short.
    with replacing((root / REGISTER).resolve()) as out:
        out.writelines(f"{line}\n" for line in sorted(set(lines)))
