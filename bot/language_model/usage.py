"""What a language model was used for in a workspace, and what it took."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, case, func, select

from bot.chat.calls import Call
from bot.database.upserting import inserting
from bot.schema import chat_usage
from bot.store import Store

_NUMBERS = ("calls", "tokens_in", "tokens_out", "micros", "took_ms")
_MOST = {"postgresql": 2**31 - 1, "sqlite": 2**63 - 1}
"""What a counter holds.  It stays there: a call must not go unrecorded since it can't be counted.
"""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in whatever currency."""

    sent: float = 0.0
    received: float = 0.0

    @classmethod
    def of(cls, text: str) -> "Prices":
        """The prices that a setting such as "0.15/0.60" gives; none where it is empty."""
        return cls(*map(float, text.split("/"))) if text else cls()

    def micros(self, call: Call) -> int:
        """What *call* cost, in millionths of the currency."""
        return round(call.tokens_in * self.sent + call.tokens_out * self.received)


class ChatUsage:
    """The counters of one database; days are UTC's."""

    def __init__(
        self,
        store: Store,
        prices: Prices = Prices(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._prices = prices
        self._now = now

    def count(self, connection: Connection, workspace: str, call: Call, outcome: str) -> None:
        """Count *call* in the transaction that keeps it."""
        most = _MOST[connection.dialect.name]
        row: dict[str, str | int] = {
            "workspace": workspace, "day": self._today().isoformat(), "model": call.model,
            "use": call.use.value, "outcome": outcome, "calls": 1, "tokens_in": call.tokens_in,
            "tokens_out": call.tokens_out, "micros": self._prices.micros(call),
            "took_ms": call.took_ms,
        }
        row |= {name: min(most, int(row[name])) for name in _NUMBERS}
        made = inserting(chat_usage, connection.dialect.name)
        connection.execute(made.on_conflict_do_update(
            index_elements=list(chat_usage.primary_key.columns),
            set_={name: case((chat_usage.c[name] > most - made.excluded[name], most),
                             else_=chat_usage.c[name] + made.excluded[name])
                  for name in _NUMBERS}), row)

    def spent(self, workspace: str) -> int:
        """Tokens sent and received for *workspace* today."""
        query = select(func.sum(chat_usage.c.tokens_in) + func.sum(chat_usage.c.tokens_out)).where(
            chat_usage.c.workspace == workspace, chat_usage.c.day == self._today().isoformat())
        with self._store.reading() as connection:
            return int(connection.scalar(query) or 0)

    def _today(self) -> date:
        return self._now().astimezone(UTC).date()
