"""What was counted of a release's texts, kept in the folder of its index from start to start.

A file of lines: what the lines below it hash to, and JSON.  Whatever is damaged, or was counted of
other texts or by another program, hashes to something else and is counted again.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "counts.json"

_log = logging.getLogger(__name__)


def kept_counts(folder: Path, key: str) -> Mapping[str, Any] | None:
    """What is kept in *folder* under *key*; None where it is not there, or not whole."""
    try:
        digest, _, content = (folder / FILE).read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != _digest(key, content):
        return None
    fields: Mapping[str, Any] = json.loads(content)
    return fields


def keep_counts(folder: Path, key: str, fields: Mapping[str, Any]) -> None:
    """Keep *fields*, of JSON types, in *folder* under *key*, in place of what is there.

    Where that can't be written they are counted at each start, and the log has a line.
    """
    content = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    aside = folder / f".{uuid.uuid4().hex}.json"
    try:
        aside.write_bytes(_digest(key, content) + b"\n" + content)
        aside.replace(folder / FILE)
    except OSError as error:
        aside.unlink(missing_ok=True)
        _log.info("What was counted of a release can't be kept in %s: %s", folder, error)


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\n" + content).hexdigest().encode()
