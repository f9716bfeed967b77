"""JSON lines from which the workspace comes back: the last line of a key says what it is.

A line is `[kind, key, row]`; row null means gone.  Modals, ephemeral messages and statuses are
not written, since Slack loses them on a reload too.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any, TextIO

from bot.workspace.world import Channel, File, Message, User, View, World

Json = dict[str, Any]


class Journal:
    """The file *path* and what it remembers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def restore(self, world: World) -> None:
        """Bring *world* to where the journal ends, and write down what happens from now on.

        Raises:
            ValueError: A line before the last is not what this module writes.  The last may be
                torn, if the power went; it is left out.
        """
        rows = self._read()
        for (kind, key), row in rows.items():
            try:
                _lift(world, kind, row)
            except (KeyError, TypeError) as error:
                raise ValueError(f"{self._path}: {kind} {key} was written by another version of "
                                 "the workspace. Move the file away to begin anew.") from error
        world.changes.clear()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        # What people say is for the owner of the file alone.
        made = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as file:
            for (kind, key), row in rows.items():
                file.write(_line(kind, key, row))
        new.replace(self._path)
        self._file = self._path.open("a", encoding="utf-8")
        world.keep = self._keep

    def _read(self) -> dict[tuple[str, str], Json]:
        rows: dict[tuple[str, str], Json] = {}
        if not self._path.exists():
            return rows
        # By what ends a line of JSON lines alone: people write characters that end one elsewhere.
        lines = self._path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for number, line in enumerate(lines, 1):
            try:
                kind, key, row = json.loads(line)
            except ValueError as error:
                if number == len(lines):
                    break
                raise ValueError(f"{self._path}:{number}: not a line of a workspace's journal. "
                                 "Move the file away to begin anew.") from error
            if row is None:
                rows.pop((kind, key), None)
            else:
                rows[kind, key] = row
        return rows

    def _keep(self, kind: str, key: str, row: Json | None) -> None:
        if self._file is not None:
            self._file.write(_line(kind, key, row))
            self._file.flush()


def _line(kind: str, key: str, row: Json | None) -> str:
    return json.dumps([kind, key, row], ensure_ascii=False, default=_bytes) + "\n"


def _bytes(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not kept")


def _lift(world: World, kind: str, row: Json) -> None:
    if kind == "user":
        world.users[row["id"]] = User(**row)
    elif kind == "channel":
        world.channels[row["id"]] = Channel(**row | {"members": tuple(row["members"])})
        world.messages.setdefault(row["id"], {})
    elif kind == "message":
        # A stream that was open when the workspace went down cannot go on.
        message = Message(**row | {
            "blocks": tuple(row["blocks"]), "attachments": tuple(row["attachments"]),
            "files": tuple(row["files"]), "streaming": False,
            "reactions": tuple((name, user) for name, user in row["reactions"])})
        world.lift_message(message)
    elif kind == "home":
        world.homes[row["user"]] = View(**row)
    elif kind == "prompts":
        world.prompts[row["channel"]] = row
    elif kind == "file":
        content = row["content"]
        world.files[row["id"]] = File(**row | {
            "content": None if content is None else base64.b64decode(content),
            "shared_in": tuple(row["shared_in"])})
    elif kind == "revoked":
        world.revoked.add(row["token"])
