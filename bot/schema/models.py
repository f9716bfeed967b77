"""Language models: what was looked at again, which are chosen, and what they used."""

from sqlalchemy import Column, Index, Integer, Table, Text

from bot.schema.tables import metadata

second_looks = Table(
    "second_looks",
    metadata,
    # Answers that a language model may still change, until it has looked; see
    # `bot.second_look.journey`.
    Column("conversation", Text, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("workspace", Text, nullable=False),
    Column("asked_at", Text, nullable=False),
    # Nobody takes it up before: somebody else has it, or its answer is not posted yet.
    Column("due", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Index(None, "due"),
)

chat_choices = Table(
    "chat_choices",
    metadata,
    # Workspaces that said whether a language model may be used for them.
    Column("workspace", Text, primary_key=True),
    Column("allowed", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
)

chat_usage = Table(
    "chat_usage",
    metadata,
    # What a language model was used for, and what it took, by day (UTC).
    Column("workspace", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("model", Text, primary_key=True),
    Column("use", Text, primary_key=True),
    # How it ended; of a draft that came back, why it was refused, or "passed".
    Column("outcome", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    # Millionths of the currency in which ADVISOR_CHAT_PRICES is set.
    Column("micros", Integer, nullable=False),
    Column("took_ms", Integer, nullable=False),
)
