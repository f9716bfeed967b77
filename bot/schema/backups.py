"""The back-ups: when the last good one was made."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from bot.schema.tables import metadata

last_backup = Table(
    "last_backup",
    metadata,
    # When the last good back-up was made; see `bot.backing_up.noting`.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("made_at", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
