"""A machine whose clock is ahead, as the modules that ask it are told."""

from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest


def put_ahead(
    monkeypatch: pytest.MonkeyPatch, *modules: str, by: timedelta = timedelta(minutes=5)
) -> None:
    """Let *modules*, and whoever asks for the time that replicas share, go by it from now on."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + by

    for module in (*modules, "bot.database.shared_clock"):
        monkeypatch.setattr(f"{module}.datetime", Ahead)
