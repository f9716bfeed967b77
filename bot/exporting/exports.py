"""Exports what the log holds: first a row of the log says so, then the file goes out.

What is exported is under a checkpoint that is taken first, so that whoever gets the file can prove
each row with the public key alone.  A single conversation is held in memory; many are streamed.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.brief.document import Brief, Part
from bot.brief.markdown import to_markdown
from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import Conversation, ConversationId
from bot.errors import AlteredRelease, UnknownRelease
from bot.exporting import verify
from bot.exporting.asked import Asked, Form
from bot.exporting.covering import checkpointed, log_of, redactions
from bot.exporting.manifest import FORMAT, NAME, Manifest, write
from bot.exporting.many import Chosen, Written, export_many
from bot.exporting.memo import Memos, Told
from bot.exporting.recorded import Recorded, insist_on_case, with_erasures
from bot.exporting.redacting import Redaction, Redactor
from bot.exporting.rows import Exported, NotExported, Proved, exported, proved
from bot.exporting.timeline import addressed
from bot.ledger import canonical
from bot.people import mentioned, names_of, shown
from bot.record.log import TURN, head
from bot.record.spoken import workspace_in
from bot.schema import cases, log
from bot.store import Store
from bot.turns.turn import Turn
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId

TRIES = 5
"""How often a conversation is read again that somebody speaks in meanwhile."""


@dataclass(frozen=True, slots=True)
class Export:
    """One conversation, exported: the file, and the manifest beside it.

    A sealed case holds its manifest itself, and it stands here again.
    """

    form: Form
    data: bytes
    manifest: bytes
    rows: int


class Exporting:
    """Exports from one database.

    Args:
        store: The database.
        checkpoints: Its signed heads.
        memos: Writes memos.
        guidance_of: Reads a release back from the database.
        now: The clock.
    """

    def __init__(
        self,
        store: Store,
        checkpoints: Checkpoints,
        memos: Memos,
        guidance_of: Callable[[ReleaseId], Guidance],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._checkpoints = checkpoints
        self._memos = memos
        self._guidance_of = guidance_of
        self._now = now

    @property
    def key(self) -> str:
        """The public key that exports are checked with."""
        return self._checkpoints.key

    # --- one conversation -------------------------------------------------------------------

    def one(
        self, workspace: str, conversation: ConversationId, form: Form, asked: Asked,
        kinds: Collection[str] | None = None,
    ) -> Export:
        """Export one *conversation* of *workspace*; a row of the log says so before it is given.

        Args:
            workspace: Whose conversation it has to be.
            conversation: Which one.
            form: As what, not as a table.
            asked: Who takes it and why.
            kinds: Kinds of rows beside the turns that it may hold, for who may not see all; such
                a memo has no block to sign either.  None for all.

        Raises:
            NotExported: There is no such conversation there, nobody says why, or the log is broken.
        """
        asked.insist()
        if form.holds_many:
            raise NotExported(f"{form.value} holds many conversations; one is exported as zip, "
                              "pdf, docx or md.")
        state, turns, rows, read = self._at_rest(workspace, conversation)
        rows = self._insisted_on(rows, kinds)
        redactor = None
        if asked.redact:
            people = [row["actor"] for row in rows if row["actor"]]
            redactor = Redactor(asked.redact, people)
        logs = self._proved([exported(row, redactor) for row in rows])
        now = self._now()
        memo = self._memos.memo(
            self._told(workspace, state, turns, logs, redactor), self._release(turns),
            self._checkpoints.key, redactor, now)
        if kinds is not None:
            memo = replace(memo, sections=tuple(
                section for section in memo.sections if section.part is not Part.SIGN_OFF))
        made = self._files(form, memo, conversation, logs)
        out = BytesIO()
        digest = write(out, Manifest(
            form=form.value, at=now, by=asked.by, reason=asked.reason, key=self._checkpoints.key,
            files={name: hashlib.sha256(data).hexdigest() for name, data in made.items()},
            releases=tuple(sorted({turn.release for turn in turns})),
            redactions=redactions(
                redactor, Counter(row.state for one in logs for row in one.rows)),
            conversation=conversation,
        ), (iter([log_of(one, paths=form is not Form.ZIP)]) for one in logs),
            self._checkpoints.sign)
        if form is Form.ZIP:
            insist_on_case({**made, NAME: out.getvalue()})
        asked.note(self._store, [workspace], conversation, form, digest=digest, at=now,
                   since={workspace: read},
                   given={one.workspace: [(row.seq, row.seq) for row in one.rows] for one in logs})
        data = (verify.sealed_zip({**made, NAME: out.getvalue()}) if form is Form.ZIP
                else next(iter(made.values())))
        return Export(form, data, out.getvalue(), sum(len(one.rows) for one in logs))

    def _insisted_on(
        self, rows: list[dict[str, Any]], kinds: Collection[str] | None
    ) -> list[dict[str, Any]]:
        """*rows*, which have to be as recorded, with erasures of them; of *kinds* only, if given.

        Raises:
            NotExported: They are not as the log has them.
        """
        with self._store.reading() as connection:
            Recorded(connection).insist(rows)
            if kinds is not None:
                return [row for row in rows if row["kind"] == TURN or row["kind"] in kinds]
            rows = with_erasures(connection, rows)
            Recorded(connection).insist(rows)
            return rows

    def _files(
        self, form: Form, memo: Brief, conversation: ConversationId, logs: list[Proved]
    ) -> dict[str, bytes]:
        """What is exported in *form*, by the names of its files."""
        if form is Form.PDF:
            return {"memo.pdf": _pdf(memo)}
        if form is Form.DOCX:
            return {"memo.docx": _docx(memo)}
        text = {"memo.md": to_markdown(memo).encode()}
        return text if form is Form.MD else {
            "memo.pdf": _pdf(memo), **text, **self._case(conversation, logs)}

    def _at_rest(
        self, workspace: str, conversation: ConversationId
    ) -> tuple[Conversation, list[Turn], list[dict[str, Any]], int]:
        """The conversation, its turns and its rows, and how long the log was, all of one moment."""
        for _ in range(TRIES):
            with self._store.snapshot() as connection:
                if workspace_in(connection, conversation) != workspace:
                    raise NotExported(
                        f"There is no conversation {conversation!r} in that workspace.")
                query = (select(log).where(log.c.conversation == conversation)
                         .order_by(log.c.workspace, log.c.seq))
                rows = [dict(row._mapping) for row in connection.execute(query)]
                read = head(connection, workspace).count
            state, turns = self._store.load(conversation), self._store.turns(conversation)
            spoken = sum(row["kind"] == TURN for row in rows)
            if state.version == len(turns) == spoken:
                return state, turns, rows, read
        raise NotExported(f"{conversation!r} is being spoken in; try again in a moment.")

    def _proved(self, rows: list[Exported]) -> list[Proved]:
        """*rows* by the workspace whose log they are in, each under a checkpoint."""
        names = sorted({row.workspace for row in rows})
        notes = {name: checkpointed(self._checkpoints, name) for name in names}
        with self._store.snapshot() as connection:
            return [proved(connection, tuple(r for r in rows if r.workspace == name), *notes[name])
                    for name in names]

    def _told(
        self, workspace: str, state: Conversation, turns: list[Turn], logs: list[Proved],
        redactor: Redactor | None,
    ) -> Told:
        with self._store.reading() as connection:
            case = connection.execute(select(cases.c.asker, cases.c.link).where(
                cases.c.team == workspace, cases.c.conversation == state.id)).one_or_none()
            asker = (case and case.asker) or turns[0].author
            # Where ids are taken out the rows name nobody, and so the names don't either.
            nobody = redactor is not None and Redaction.SLACK in redactor.kinds
            names = names_of(connection, workspace, [
                *([] if nobody else [asker, *mentioned(*(turn.text for turn in turns))]),
                *(name for one in logs for row in one.rows
                  for name in (row.actor, addressed(row)))])
        if redactor is not None:
            asker = redactor.actor(asker)
            # Somebody may go by their address, or by the number that they are called at.
            names = {user: redactor.clean(name) for user, name in names.items()}
        return Told(state, turns, logs, shown(asker, names), case and case.link,
                    names, self._then)

    def _then(self, release: ReleaseId) -> Guidance | None:
        """The release that a turn was drawn from; None if it can't be read."""
        try:
            return self._guidance_of(release)
        except (ReleaseNotReady, UnknownRelease):
            return None

    def _release(self, turns: list[Turn]) -> Guidance | None:
        """The release of the last turn; None if this version can't read it.

        Raises:
            NotExported: It is not what was published.
        """
        try:
            return self._guidance_of(turns[-1].release)
        except AlteredRelease as error:
            raise NotExported(str(error)) from None
        except (ReleaseNotReady, UnknownRelease):
            return None

    def _case(self, conversation: ConversationId, logs: list[Proved]) -> dict[str, bytes]:
        rows = [{**row.fields(), "audit_path": [step.hex() for step in one.paths[row.seq]]}
                for one in logs for row in one.rows]
        whole = {"conversation": conversation, "format": FORMAT, "rows": rows}
        return {
            "case.json": f"{canonical(whole)}\n".encode(),
            "checkpoint.txt": "\n".join(one.note for one in logs).encode(),
            "key.txt": f"{self._checkpoints.key}\n".encode(),
            "verify.py": verifier(),
        }

    # --- many -------------------------------------------------------------------------------

    def many(self, out: Path, form: Form, chosen: Chosen, asked: Asked) -> Written:
        """Export the rows that are *chosen* into the file *out*, and their manifest beside it.

        Raises:
            NotExported: There is such a file or no such log, nobody says why, or a log is broken.
        """
        return export_many(
            self._store, self._checkpoints, out, form=form, chosen=chosen, asked=asked,
            now=self._now)


def verifier() -> bytes:
    """The program that checks a sealed case, as it goes into one."""
    return (files("bot.exporting") / "verify.py").read_bytes()


# What writes these forms takes a quarter of a second to import, and no start needs it.


def _pdf(memo: Brief) -> bytes:
    from bot.brief.pdf import to_pdf  # noqa: PLC0415  it brings fonts along

    return to_pdf(memo)


def _docx(memo: Brief) -> bytes:
    from bot.exporting.word import to_docx  # noqa: PLC0415  it brings python-docx along

    return to_docx(memo)
