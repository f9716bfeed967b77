"""Signed notes: what a checkpoint says as a text, who signs it, and who can tell that they did.

The form is that of transparency logs (C2SP `signed-note` and `tlog-checkpoint`), so that tools
made for those read it; the signature is Ed25519 over the lines before the empty one.
"""

import base64
import fcntl
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import AdvisorError, BadSetting
from bot.ledger import timestamp
from bot.record.on_disk import sync_folder

KEY_NAME = "advisor-log"
ORIGIN = "advisor-log"
"""What the first line of a checkpoint begins with; the workspace follows."""
_ED25519 = b"\x01"
_SIGNED = re.compile(r"— (\S+) ([A-Za-z0-9+/]+=*)")


class BadCheckpoint(AdvisorError):
    """A text is no checkpoint, or was not signed by the key of this log."""

    def __init__(self, why: str) -> None:
        super().__init__("bad_checkpoint", f"That is no checkpoint of this log: {why}.")


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
        sync_folder(file.parent)
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
