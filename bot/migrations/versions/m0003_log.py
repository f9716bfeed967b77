"""One log for all that happens, in a chain for each workspace, with checkpoints.

The turns recorded so far shared one chain; it stays as it is, as the log of the workspace "", so
that whatever was kept of its head still proves it.  What was noted beside the turns was in no
chain, and goes to the beginning of its workspace's log.
"""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.ledger import GENESIS, canonical, chained, committed
from bot.record.merkle import Edge

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WORDS = ("text",)
"""What of an event a person typed."""


def upgrade() -> None:
    _make_log()
    _move_turns()
    _move_events()


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text),
        sa.Column("words", sa.Text),
        sa.Column("salt", sa.Text),
        sa.Column("personal_sha256", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "seq", name="pk_log"),
        sa.UniqueConstraint("key", name="uq_log_key"),
        sa.UniqueConstraint("digest", name="uq_log_digest"),
    )
    op.create_index("ix_log_conversation_kind", "log", ["conversation", "kind"])
    op.create_index("ix_log_actor_at", "log", ["actor", "at"])
    op.create_index("ix_log_workspace_kind_seq", "log", ["workspace", "kind", "seq"])
    op.create_table(
        "log_heads",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("edge", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_log_heads"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("workspace", "size", name="pk_checkpoints"),
    )
    op.create_table(
        "holds",
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation", name="pk_holds"),
    )
    op.create_table(
        "retention",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_some_days")),
        sa.PrimaryKeyConstraint("workspace", name="pk_retention"),
    )
    op.create_table(
        "wordings",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_wordings"),
    )


_LOG = sa.table("log", *map(sa.column, (
    "workspace", "seq", "kind", "key", "conversation", "at", "actor", "words", "salt",
    "personal_sha256", "body", "previous", "digest")))
_HEADS = sa.table("log_heads", *map(sa.column, ("workspace", "count", "digest", "edge")))


def _move_turns() -> None:
    connection = op.get_bind()
    edge = Edge()
    old = sa.table("turns", *map(sa.column, (
        "seq", "key", "conversation", "version", "release", "author", "text", "quotes",
        "text_salt", "text_sha256", "body", "previous", "digest", "posted_ref")))
    moved = []
    for row in connection.execute(sa.select(old).order_by(old.c.seq)):
        words = None if row.text is None else canonical({"text": row.text, "quotes": row.quotes})
        connection.execute(_LOG.insert().values(
            workspace="", seq=row.seq, kind="turn", key=row.key, conversation=row.conversation,
            at=json.loads(row.body)["recorded_at"], actor=row.author, words=words,
            salt=row.text_salt, personal_sha256=row.text_sha256, body=row.body,
            previous=row.previous, digest=row.digest))
        edge = edge.with_row(bytes.fromhex(row.digest))
        moved.append({"key": row.key, "conversation": row.conversation, "version": row.version,
                      "release": row.release, "workspace": "", "seq": row.seq,
                      "posted_ref": row.posted_ref})
    head = sa.table("log_head", *map(sa.column, ("count", "digest")))
    count, digest = connection.execute(sa.select(head.c.count, head.c.digest)).one()
    if count:
        connection.execute(_HEADS.insert().values(
            workspace="", count=count, digest=digest, edge=edge.dump()))
    op.drop_table("turns")
    op.drop_table("log_head")
    _widen_conversations()
    op.create_table(
        "turns",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("posted_ref", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_turns"),
        sa.UniqueConstraint("conversation", "version", name="uq_turns_conversation_version"),
        sa.UniqueConstraint("workspace", "seq", name="uq_turns_workspace_seq"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="fk_turns_conversation_conversations"),
        sa.ForeignKeyConstraint(["release"], ["releases.id"], name="fk_turns_release_releases"),
        sa.ForeignKeyConstraint(
            ["workspace", "seq"], ["log.workspace", "log.seq"], name="fk_turns_workspace_seq_log"),
    )
    if moved:
        op.bulk_insert(sa.table("turns", *map(sa.column, moved[0])), moved)


def _widen_conversations() -> None:
    with op.batch_alter_table("conversations") as batch:
        batch.add_column(sa.Column("workspace", sa.Text, nullable=False, server_default="local"))
        batch.drop_constraint("uq_conversations_last_seq", type_="unique")
    op.execute("UPDATE conversations SET workspace = (SELECT team FROM cases "
               "WHERE cases.conversation = conversations.id) "
               "WHERE id IN (SELECT conversation FROM cases)")
    with op.batch_alter_table("conversations") as batch:
        batch.alter_column("workspace", server_default=None)
    op.create_index("ix_conversations_workspace_last_seq", "conversations",
                    ["workspace", "last_seq"])
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])


def _move_events() -> None:
    connection = op.get_bind()
    old = sa.table("case_events", *map(sa.column, (
        "id", "key", "conversation", "team", "kind", "author", "at", "body")))
    ends: dict[str, tuple[int, str, Edge]] = {}
    for row in connection.execute(sa.select(old).order_by(old.c.id)):
        count, previous, edge = ends.get(row.team, (0, GENESIS, Edge()))
        linked = _linked(row, count + 1, previous)
        connection.execute(_LOG.insert().values(linked))
        ends[row.team] = (count + 1, linked["digest"],
                          edge.with_row(bytes.fromhex(linked["digest"])))
    for team, (count, digest, edge) in ends.items():
        connection.execute(_HEADS.insert().values(
            workspace=team, count=count, digest=digest, edge=edge.dump()))
    op.drop_table("case_events")


def _linked(row: Any, seq: int, previous: str) -> dict[str, Any]:
    """The event *row* as a row of the log."""
    body = json.loads(row.body)
    words = canonical({name: body.pop(name) for name in _WORDS if name in body})
    salt = secrets.token_hex(16)
    hidden = committed(salt, canonical({"author": row.author, **json.loads(words)}))
    place = {"workspace": row.team, "seq": seq, "kind": row.kind, "key": row.key,
             "conversation": row.conversation, "at": row.at, "personal_sha256": hidden}
    whole = canonical({**body, **place})
    return {**place, "actor": row.author, "words": words, "salt": salt, "body": whole,
            "previous": previous, "digest": chained(previous, whole)}
