"""The manifest of an export: what it holds, where it comes from, who took it and why, signed.

It is canonical JSON in one line, so that not a blank of it can be changed unnoticed.  The
signature, by the key of the log, covers all of it but itself and sorts last; so a long one can be
written as it is made.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from bot.ledger import canonical, timestamp

FORMAT = "advisor-export/2"
MANIFEST_SUFFIX = ".manifest.json"
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is said of an export beside its rows."""

    form: str
    """As what it was exported."""
    at: datetime
    by: str
    reason: str
    key: str
    """The public key of the log, which its signature is made with."""
    files: Mapping[str, str]
    """SHA-256 by name."""
    releases: tuple[str, ...]
    redactions: Mapping[str, Any] | None = None
    conversation: str | None = None
    chosen: Mapping[str, str | None] = field(default_factory=dict)
    """By what rows were chosen, where many were."""

    def parts(self) -> dict[str, Any]:
        """All but the rows and the signature."""
        return {
            "at": timestamp(self.at), "by": self.by, "chosen": dict(self.chosen),
            "conversation": self.conversation, "files": dict(self.files), "form": self.form,
            "format": FORMAT, "key": self.key, "reason": self.reason,
            "redactions": self.redactions, "releases": list(self.releases)}


def write(
    out: IO[bytes], manifest: Manifest, logs: Iterator[Iterator[str]], sign: Callable[[str], bytes]
) -> str:
    """Write *manifest* with its *logs*, each in pieces of canonical JSON; gives its SHA-256."""
    unsigned, whole = hashlib.sha256(), hashlib.sha256()

    def put(text: str, *, covered: bool = True) -> None:
        data = text.encode()
        out.write(data)
        whole.update(data)
        if covered:
            unsigned.update(data)

    parts = manifest.parts()
    before = canonical({n: v for n, v in parts.items() if n < "logs"})
    after = canonical({n: v for n, v in parts.items() if n > "logs"})
    put(f'{before[:-1]},"logs":[')
    for number, log in enumerate(logs):
        put("," if number else "")
        for piece in log:
            put(piece)
    put(f"],{after[1:-1]}")
    unsigned.update(b"}")
    signature = sign(f"advisor-export\n{unsigned.hexdigest()}\n").hex()
    put(f',"signature":"{signature}"}}\n', covered=False)
    return whole.hexdigest()
