"""A small installation with something in every corner, and what its database holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from bot.backing_up.archive import Archive, Manifest, opened, writing
from bot.backing_up.making import back_up
from bot.backing_up.places import place_of
from bot.backing_up.restoring import Restored, Restoring
from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.queue.deliveries import Deliveries
from bot.record.log import Happening
from bot.record.signed_notes import Signer
from bot.schema import (
    case_words,
    documents,
    metadata,
    people,
    publications,
    saved_filters,
    sessions,
)
from bot.store import Store
from bot.turns.delivery import Act, Delivery, Outgoing, Place
from tests.store.small import RELEASE, START, step

SIGNER = Signer(bytes(32))
KEY = SIGNER.verifier.key
TEAM = "T1"
CANARY = "Wolpertinger"
AFTER = frozenset({"log", "log_heads", "sessions", "review_locks", "claims"})
"""Tables that a restore changes: it adds a row to each log, and ends what was of a moment."""


def talk(store: Store, name: str, words: str, author: str = "slack:T1:U1",
         workspace: str = TEAM) -> None:
    """Somebody says *words* in the conversation *name*."""
    before = store.load(ConversationId(name))
    turn, after = step(before, f"{name}:{before.version + 1}", author, words)
    store.record(turn, after, before.version, workspace=workspace)


def furnish(url: str) -> Store:
    """A database with turns in two workspaces, a checkpoint, a document, names and sign-ins."""
    store = Store(url, now=lambda: START)
    store.upgrade()
    store.keep_release(RELEASE, '{"b":1}')
    store.activate(RELEASE)
    for n in range(1, 4):
        talk(store, "c1", f"kits, part {n}, for Çankaya and 東京")
    talk(store, "c2", "drones for Chad", "slack:T1:U2")
    talk(store, "elsewhere", "cameras", "slack:T2:U1", "T2")
    store.note(TEAM, Happening("comment", "n1", START, "U1", ConversationId("c1"), {},
                               {"text": "a comment"}))
    with store.writing() as connection:
        connection.execute(documents.insert().values(
            sha256="d", name="d.pdf", media_type="application/pdf", bytes=bytes(range(256)) * 3,
            size=768, title="D", extracted="{}", kept_at="2026", by="U"))
        connection.execute(people.insert().values(
            workspace=TEAM, user="U1", name="Ada \u2028 \"Lovelace\"", seen_at="2026"))
        connection.execute(saved_filters.insert().values(
            workspace=TEAM, user="U1", name="mine", query="a=\\b\t1\n2"))
        connection.execute(publications.insert().values(
            kind="first", release=RELEASE, at="2026", by="U", reason="", report="{}"))
        connection.execute(sessions.insert().values(
            id="s", workspace=TEAM, user="U1", name="Ada", role="lead", token="t",
            created_at="2026", seen_at="2026", expires_at="2099"))
    points(store).take(TEAM)
    return store


def points(store: Store, signer: Signer = SIGNER) -> Checkpoints:
    """The checkpoints of *store*."""
    return Checkpoints(store, signer, lambda: START)


def made(store: Store, file: Path, at: datetime = START) -> Manifest:
    """A back-up of *store* in *file*."""
    return back_up(store, file, KEY, at)


def restored(
    file: Path, url: str, folder: Path, *, now: datetime = START, signers: Iterable[Signer] = (
        SIGNER,), **more: Any
) -> Restored:
    """Restore *file* to the database *url*."""
    with opened(file) as archive:
        return Restoring(place_of(make_url(url), folder / "serve.lock"),
                         [one.verifier for one in signers], lambda: now).restore(archive, **more)


def held(store: Store, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables by name, sorted."""
    found = {}
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name not in without:
                found[table.name] = sorted(
                    (tuple(row) for row in connection.execute(select(table))), key=repr)
    return found


def numbers(store: Store) -> list[int]:
    """The numbers of conversations, which PostgreSQL hands out by itself."""
    with store.reading() as connection:
        return sorted(connection.scalars(select(case_words.c.id)))


def everything(url: str) -> bytes:
    """All that the files of a SQLite database hold, or all rows of another."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return b"".join(one.read_bytes() for one in Path(str(parsed.database)).parent.iterdir()
                        if one.name.startswith(Path(str(parsed.database)).name))
    store = Store(url)
    try:
        return repr(held(store)).encode()
    finally:
        store.close()


def ask(box: Deliveries, n: int) -> None:
    """A message arrives."""
    box.receive(Delivery(
        MessageKey(f"slack:T1:C1:{100 + n}.000001"), Act.MESSAGE, TEAM, "U1", START,
        {"text": f"said {n}"}, Place(TEAM, "C1", "100.000001"), opens=True, event_id=f"E{n}"))


def post(key: str, **more: Any) -> Outgoing:
    """A message that is owed."""
    return Outgoing(key, "message", {"text": key}, **more)


def rewritten(file: Path, to: Path, **changed: Any) -> Path:
    """*file* with another manifest, sealed anew, as somebody with an editor would have it."""
    with opened(file) as archive, writing(to) as writer:
        for part in archive.manifest.parts:
            writer.part(part.table, part.columns, archive.rows(part))
        writer.finish(replace(archive.manifest, parts=tuple(writer.parts), **changed))
    return to


def check(file: Path) -> Archive:
    """*file*, read to its end."""
    with opened(file) as archive:
        archive.check()
        return archive
