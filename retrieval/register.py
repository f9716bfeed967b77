"""The register of every id ever shipped: none may vanish, and a new one has to be entered."""

from pathlib import Path

from retrieval import not_utf8
from retrieval.errors import CorpusError
from retrieval.guidance import Guidance

REGISTER = "register.tsv"
"""Every id ever shipped, with its kind; see `check_register`."""


def register_of(guidance: Guidance) -> list[tuple[str, str]]:
    """Every id of *guidance* with its kind, sorted: the content of `register.tsv`."""
    rows = [("provision", str(i)) for i in (*guidance.provisions, *guidance.set_aside)]
    rows += [("red flag", str(f.id)) for f in guidance.red_flags]
    rows += [("safeguard", str(i)) for i in guidance.safeguards]
    rows += [("fact", str(f)) for f in guidance.questions]
    return sorted(rows)


def check_register(root: Path, guidance: Guidance) -> list[str]:
    """Problems of ids against the register of ids ever shipped: none may vanish unnoticed."""
    path = root / REGISTER
    if not path.is_file():
        return [f"{REGISTER}:1: the register of ids is missing; write it with "
                "'advisor corpus register'"]
    content = path.read_bytes()
    misread = not_utf8.fault(content)
    if misread is not None:
        return [f"{REGISTER}:{misread[0]}: {misread[1]}"]
    listed: dict[tuple[str, str], int] = {}
    for number, line in enumerate(content.decode().splitlines(), start=1):
        kind, _, name = line.partition("\t")
        if name:
            listed[(kind, name)] = number
    now = set(register_of(guidance))
    problems = [
        f"{REGISTER}:{number}: {kind} {name!r} was shipped before and is gone. Ids are for ever: "
        "restore it, or mark it retired in its text"
        for (kind, name), number in listed.items()
        if (kind, name) not in now
    ]
    problems += [
        f"{REGISTER}:1: {kind} {name!r} is new and not registered; run "
        "'advisor corpus register' and commit the result"
        for kind, name in sorted(now - listed.keys())
    ]
    return problems


def register(root: Path, guidance: Guidance) -> int:
    """Add the new ids of *guidance* to the register under *root*; how many were added."""
    path = root / REGISTER
    content = path.read_bytes() if path.is_file() else b""
    misread = not_utf8.fault(content)
    if misread is not None:
        raise CorpusError([f"{REGISTER}:{misread[0]}: {misread[1]}"])
    listed = set(content.decode().splitlines())
    now = {f"{kind}\t{name}" for kind, name in register_of(guidance)}
    path.write_text("".join(f"{line}\n" for line in sorted(listed | now)), encoding="utf-8")
    return len(now - listed)
