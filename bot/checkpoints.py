"""Checkpoints: signed heads of a log, which prove it once they have left the house.

Whoever may write the database can make every digest of a log anew.  What they can't change is a
checkpoint that somebody else holds: how many rows there were and the root of the tree over them,
signed.  It is a text in the form of signed notes, as transparency logs use them (C2SP
`signed-note` and `tlog-checkpoint`), so that tools made for those read it; the signature is
Ed25519 over the lines before the empty one.

What is newer than the last checkpoint that left the house, this can't prove.
"""

import base64
import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, select

from bot.database.upserting import put_once
from bot.errors import AdvisorError, BadSetting, LostEnd
from bot.ledger import Break, timestamp
from bot.record.intact import Proven
from bot.record.log import edge, workspaces
from bot.record.wholeness import held_whole
from bot.schema import checkpoints
from bot.store import Store

KEY_NAME = "advisor-log"
ORIGIN = "advisor-log"
"""What the first line of a checkpoint begins with; the workspace follows."""
EVERY_ROWS = 100
EVERY = timedelta(hours=1)
"""A checkpoint is due after so many rows, or so long after the last where there is a new row."""
_ED25519 = b"\x01"
_SIGNED = re.compile(r"— (\S+) ([A-Za-z0-9+/]+=*)")


class BadCheckpoint(AdvisorError):
    """A text is no checkpoint, or was not signed by the key of this log."""

    def __init__(self, why: str) -> None:
        super().__init__("bad_checkpoint", f"That is no checkpoint of this log: {why}.")


class UnknownLog(AdvisorError):
    """No workspace of that name has a log."""

    def __init__(self, workspace: str, known: Iterable[str]) -> None:
        names = ", ".join(name or repr(name) for name in known) or "nobody yet"
        super().__init__("unknown_log", f"There is no log of workspace {workspace!r}; there are "
                         f"those of {names}.")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many rows the log of a workspace had, and the root of the tree over them."""

    workspace: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """What is signed."""
        return "\n".join([f"{ORIGIN}/{self.workspace}", str(self.size),
                          base64.b64encode(self.root).decode(), timestamp(self.at), ""])


class Signer:
    """Signs checkpoints, and tells whether it was who signed one."""

    def __init__(self, seed: bytes) -> None:
        """Sign with the Ed25519 key that *seed*, of 32 bytes, makes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(self._key.public_key().public_bytes_raw())

    def note(self, checkpoint: Checkpoint) -> str:
        """*checkpoint* as a signed note."""
        text = checkpoint.text()
        signature = self.verifier.key_id + self.sign(text)
        return f"{text}\n— {KEY_NAME} {base64.b64encode(signature).decode()}\n"

    def sign(self, text: str) -> bytes:
        """The signature over *text*, whose first line must say what it is: never a checkpoint's."""
        return self._key.sign(text.encode())


class Verifier:
    """Knows the public key of a log."""

    def __init__(self, public: bytes) -> None:
        self._public = public
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def of(cls, line: str) -> "Verifier":
        """The verifier of a key as `key` prints it.

        Raises:
            BadCheckpoint: It is none.
        """
        try:
            name, key_id, text = line.strip().split("+", 2)
            raw = base64.b64decode(text, validate=True)
            verifier = cls(raw[1:])
        except ValueError:
            raise BadCheckpoint("the key is not in the form NAME+HASH+KEY") from None
        if (name, key_id, raw[:1]) != (KEY_NAME, verifier.key_id.hex(), _ED25519):
            raise BadCheckpoint("the key's name, kind or hash is another's")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the key's hash, by which a signature names it."""
        return hashlib.sha256(f"{KEY_NAME}\n".encode() + _ED25519 + self._public).digest()[:4]

    @property
    def key(self) -> str:
        """The public key in the form that tools for signed notes read."""
        text = base64.b64encode(_ED25519 + self._public).decode()
        return f"{KEY_NAME}+{self.key_id.hex()}+{text}"

    def read(self, note: str) -> Checkpoint:
        """The checkpoint in *note*, if this key has signed it.

        Raises:
            BadCheckpoint: It says what is wrong.
        """
        text, empty, signatures = note.replace("\r\n", "\n").strip("\n").rpartition("\n\n")
        if not empty:
            raise BadCheckpoint("an empty line and a signature are missing")
        text += "\n"
        mine = [signature for name, signature in _SIGNED.findall(signatures) if name == KEY_NAME]
        if not any(self._signed(text, signature) for signature in mine):
            raise BadCheckpoint("the key of this log has not signed it")
        return _parsed(text)

    def _signed(self, text: str, signature: str) -> bool:
        try:
            raw = base64.b64decode(signature, validate=True)
            self._key.verify(raw[4:], text.encode())
        except (ValueError, InvalidSignature):
            return False
        return raw[:4] == self.key_id


def _parsed(text: str) -> Checkpoint:
    try:
        origin, size, root, at, _ = text.split("\n")
        name, _, workspace = origin.partition("/")
        if name != ORIGIN:
            raise ValueError
        return Checkpoint(workspace, int(size), base64.b64decode(root, validate=True),
                          datetime.fromisoformat(at))
    except ValueError:
        raise BadCheckpoint("it was signed, but its lines are not those of a checkpoint") from None


def signer_of(given: str | None, file: Path) -> Signer:
    """Who signs: the key *given* in Base64, or the one in *file*, which is made if it is missing.

    Raises:
        BadSetting: The key is not 32 bytes in Base64.
    """
    if given is None:
        _make_key(file)
        key, whose = file.read_bytes(), str(file)
    else:
        key, whose = given.encode(), "ADVISOR_LOG_KEY"
    try:
        return Signer(base64.b64decode(key.strip(), validate=True))
    except ValueError:
        raise BadSetting(f"{whose} is not 32 bytes in Base64. Restore it from a back-up, or make "
                         "one with 'openssl rand -base64 32': checkpoints that the old key has "
                         "signed are then checked with the old public key.") from None


def _make_key(file: Path) -> None:
    """Put a key into *file* unless one is there: whole, or not at all.

    An empty file is what a crash or a full disk has left of one that has signed nothing.  Of
    processes that find none at the same time one makes it, and the others wait for that one's.
    """
    while not (file.exists() and file.stat().st_size):
        empty = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(empty, fcntl.LOCK_EX)
            # Whoever had the lock before may have put a key in the place of this very file.
            if _is_at(file, empty) and not os.fstat(empty).st_size:
                _put_key(file)
        finally:
            os.close(empty)


def _is_at(file: Path, held: int) -> bool:
    """Whether what lies at *file* is what was opened as *held*."""
    try:
        return os.path.samestat(file.stat(), os.fstat(held))
    except FileNotFoundError:
        return False


def _put_key(file: Path) -> None:
    """Put a new key in the place of *file*."""
    aside = file.with_name(f".{file.name}-{os.urandom(4).hex()}")
    made = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(made, "wb") as out:
            out.write(base64.b64encode(os.urandom(32)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def former_keys(given: str) -> tuple[Verifier, ...]:
    """The keys *given* by commas, in the form in which `key` prints one.

    Raises:
        BadSetting: One of them is none.
    """
    try:
        return tuple(Verifier.of(line) for line in given.split(",") if line.strip())
    except BadCheckpoint as error:
        raise BadSetting("ADVISOR_LOG_KEYS_BEFORE holds no public keys of a log, as 'advisor log "
                         f"key' prints them, by commas. {error}") from None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the log of one workspace stands."""

    workspace: str
    rows: int
    broken: Break | None
    proven: int
    """Rows up to the last checkpoint that it was held against; later ones only fit one another."""
    given: int | None = None
    """Rows up to the last one of those that were kept elsewhere; None where none was given."""


class Checkpoints:
    """The checkpoints of all workspaces, in the store's database."""

    def __init__(
        self, store: Store, signer: Signer, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        former: Sequence[Verifier] = (),
    ) -> None:
        """Sign with *signer*; what was signed with the *former* keys holds too."""
        self._store = store
        self._signer = signer
        self._now = now
        self._verifiers = (signer.verifier, *former)

    @property
    def key(self) -> str:
        """The public key, in the form that tools for signed notes read."""
        return self._signer.verifier.key

    def sign(self, text: str) -> bytes:
        """The signature over *text* with the key of the log; see `Signer.sign`."""
        return self._signer.sign(text)

    def take_due(self) -> tuple[str, ...]:
        """Take every checkpoint that is due; gives the notes, which should leave the house."""
        with self._store.reading() as connection:
            due = [name for name in workspaces(connection) if self._is_due(connection, name)]
        return tuple(note for note in map(self.take, due) if note is not None)

    def _is_due(self, connection: Connection, workspace: str) -> bool:
        try:
            size = edge(connection, workspace).size
        except LostEnd as error:  # it holds up no other log
            logging.getLogger("advisor").error("no checkpoint was taken: %s", error)
            return False
        last = _last(connection, workspace)
        if size == 0 or last is None:
            return size > 0
        new = size - last[0]
        return new >= EVERY_ROWS or (new > 0 and self._now() - last[1] >= EVERY)

    def take(self, workspace: str) -> str | None:
        """A checkpoint of where the log of *workspace* ends now; None if it has no rows.

        The one that is there is given again where nothing has happened since.

        Raises:
            LostEnd: Nobody knows where it ends.
        """
        with self._store.writing() as connection:
            end = edge(connection, workspace)
            if not end.size:
                return None
            made = Checkpoint(workspace, end.size, end.root, self._now())
            put_once(connection, checkpoints, {
                "workspace": workspace, "size": made.size, "at": timestamp(made.at),
                "note": self._signer.note(made)})
            return connection.scalar(select(checkpoints.c.note).where(
                checkpoints.c.workspace == workspace, checkpoints.c.size == made.size))

    def of(self, workspace: str) -> tuple[str, ...]:
        """The notes taken of *workspace*, oldest first."""
        query = (select(checkpoints.c.note).where(checkpoints.c.workspace == workspace)
                 .order_by(checkpoints.c.size))
        with self._store.reading() as connection:
            return tuple(connection.scalars(query))

    def verify(self, notes: Iterable[str] = (), only: str | None = None) -> tuple[Verdict, ...]:
        """Hold every log against its own digests, the checkpoints kept here, and *notes*.

        Args:
            notes: Checkpoints that were kept elsewhere.
            only: One workspace; all without it.

        Raises:
            BadCheckpoint: One of *notes* is none, or of another key.
            UnknownLog: There is no workspace *only*.
        """
        with self._store.snapshot() as connection:
            return verified(connection, self._verifiers, notes, only)

    def go_on(self, workspace: str, since: Proven | None) -> tuple[Verdict, Proven | None]:
        """Hold a log against its digests and the checkpoints kept here, from *since* on.

        Returns:
            How it stands, and what to go on from; None where the next time all must be read.
        """
        with self._store.snapshot() as connection:
            return _held(connection, self._verifiers, workspace, (), since)


def read_note(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint in *note*, if one of the keys has signed it.

    Raises:
        BadCheckpoint: It says what is wrong.
    """
    wrong = BadCheckpoint("there is no key to check it with")
    for verifier in verifiers:
        try:
            return verifier.read(note)
        except BadCheckpoint as error:
            wrong = error
    raise wrong


def verified(
    connection: Connection, verifiers: Sequence[Verifier], notes: Iterable[str] = (),
    only: str | None = None,
) -> tuple[Verdict, ...]:
    """As `Checkpoints.verify`, in the transaction of *connection*."""
    given = [read_note(note, verifiers) for note in notes]
    names = {*workspaces(connection), *(one.workspace for one in given)}
    if only is not None and only not in names:
        raise UnknownLog(only, sorted(names))
    return tuple(_held(connection, verifiers, workspace, given, None)[0]
                 for workspace in sorted(names if only is None else {only}))


def _held(
    connection: Connection, verifiers: Sequence[Verifier], workspace: str,
    given: Sequence[Checkpoint], since: Proven | None,
) -> tuple[Verdict, Proven | None]:
    before = 0 if since is None else since.head.count
    roots = _roots(connection, verifiers, workspace, given, before)
    found = held_whole(connection, workspace, roots, since)
    mine = [one.size for one in given if one.workspace == workspace]
    return Verdict(workspace, found.rows, found.broken, max(roots, default=before),
                   max(mine, default=None)), found.proven


def _roots(
    connection: Connection, verifiers: Sequence[Verifier], workspace: str,
    given: Iterable[Checkpoint], before: int,
) -> Mapping[int, bytes]:
    """Roots by size, of more rows than *before*; none fits where two notes disagree."""
    rows = connection.execute(select(checkpoints).where(
        checkpoints.c.workspace == workspace, checkpoints.c.size > before)).all()
    roots = {}
    for row in rows:
        try:
            kept = read_note(row.note, verifiers)
        except (BadCheckpoint, TypeError):
            roots[row.size] = b""  # no root is that of a note that somebody has changed
        else:
            roots[row.size] = kept.root if _says(kept) == (
                row.workspace, row.size, row.at) else b""
    for one in given:
        if one.workspace == workspace:
            # Where the one kept here is another, either is false, and so no root fits.
            fits = roots.get(one.size, one.root) == one.root
            roots[one.size] = one.root if fits else b""
    return roots


def _says(one: Checkpoint) -> tuple[str, int, str]:
    """What the columns beside a note say as well."""
    return one.workspace, one.size, timestamp(one.at)


def _last(connection: Connection, workspace: str) -> tuple[int, datetime] | None:
    query = (select(checkpoints.c.size, checkpoints.c.at)
             .where(checkpoints.c.workspace == workspace)
             .order_by(checkpoints.c.size.desc()).limit(1))
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.size, datetime.fromisoformat(found.at))
