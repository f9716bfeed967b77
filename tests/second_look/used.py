"""What calls of a model took, as the database has it."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from bot.schema import chat_usage
from bot.store import Store


class Used(NamedTuple):
    """What calls of one day, one use and one outcome took."""

    workspace: str
    day: date
    model: str
    use: str
    outcome: str
    calls: int
    tokens_in: int
    tokens_out: int
    micros: int
    took_ms: int


def used_in(store: Store, workspace: str | None = None) -> list[Used]:
    """What was used in *workspace*, or in all; the newest day first."""
    query = select(chat_usage).order_by(
        chat_usage.c.day.desc(), chat_usage.c.workspace, chat_usage.c.model,
        chat_usage.c.use, chat_usage.c.outcome)
    if workspace is not None:
        query = query.where(chat_usage.c.workspace == workspace)
    with store.reading() as connection:
        return [Used(**{**row._mapping, "day": date.fromisoformat(row.day)})
                for row in connection.execute(query)]
