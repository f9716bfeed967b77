"""What is asked for of an export: as what, by whom, and why; and the row that says so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import uuid4

from bot.dialogue.conversation import ConversationId
from bot.exporting.redacting import Redaction
from bot.exporting.rows import NotExported
from bot.exporting.tables import FORMS
from bot.log_order import in_turn
from bot.record.erasures import were_taken
from bot.record.log import Happening, append, lock
from bot.store import Store

EXPORTED = "exported"


class Form(StrEnum):
    """As what something is exported."""

    ZIP = "zip"
    PDF = "pdf"
    DOCX = "docx"
    MD = "md"
    CSV = "csv"
    JSONL = "jsonl"

    @property
    def holds_many(self) -> bool:
        """Whether it is a table of many conversations."""
        return self.value in FORMS


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has something exported, why, and what is taken out of it."""

    by: str
    reason: str
    redact: frozenset[Redaction] = frozenset()

    def insist(self) -> None:
        """Stop unless it says who and why.

        Raises:
            NotExported: It doesn't.
        """
        if not self.by.strip():
            raise NotExported("Say who takes the export: it stays on record.")
        if not self.reason.strip():
            raise NotExported("Say why: the reason stays on record.")

    def note(
        self,
        store: Store,
        names: Collection[str],
        conversation: ConversationId | None,
        form: Form,
        *,
        digest: str,
        at: datetime,
        since: Mapping[str, int],
        given: Mapping[str, Iterable[Sequence[int]]],
        rows: int | None = None,
        period: Mapping[str, str] = MappingProxyType({}),
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Say in the log that it was exported, before anything goes out.

        Args:
            store: Holds the log.
            names: The workspaces in whose log it is said.
            conversation: Of which conversation; None of many.
            form: As what.
            digest: Of the manifest.
            at: When.
            since: How many rows each of these logs had when they were read.
            given: By workspace, the first and last of rows that follow one another and go out.
            rows: How many rows went out, of many.
            period: From when on and until when, where that was said.
            words: How else they were chosen.

        Raises:
            NotExported: Words were erased since that would go out.
        """
        with store.writing() as connection:
            for name in in_turn(names):
                lock(connection, name)
            if were_taken(connection, since, given):
                raise NotExported("Words were erased that the export had read already. Nothing "
                                  "was exported; try again, and it is made without them.")
            for name in in_turn(names):
                append(connection, name, Happening(
                    EXPORTED, f"exported:{uuid4().hex}", at, self.by, conversation,
                    {"form": form.value, "manifest_sha256": digest, "reason": self.reason,
                     "redacted": sorted(self.redact),
                     **period, **({} if rows is None else {"rows": rows})}, words))
