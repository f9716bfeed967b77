"""A machine whose clock is minutes off, told to the modules that ask it."""

from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest


class FiveMinutesAhead(datetime):
    """The clock of such a machine."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(minutes=5)


def put_ahead(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """Let *modules*, and whoever asks for the time that replicas share, go by it from now on."""
    for module in (*modules, "bot.database.shared_clock"):
        monkeypatch.setattr(f"{module}.datetime", FiveMinutesAhead)
