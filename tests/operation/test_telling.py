"""What `advisor serve` tells reads as it was written."""

from contextlib import nullcontext

import pytest

from bot.commands import serve as command
from bot.serving import service


@pytest.mark.parametrize("line", [
    "run .venv/bin/pip install '.[otel]' in the project's folder",
    "This can't start: /srv/[/old]/file: no such file.",
    "the address is postgresql:smile://[::1]/x",
])
def test_nothing_is_taken_for_markup(line, monkeypatch, capsys):
    """An extra's name was left out of what to install, and a path in brackets ended the start."""
    monkeypatch.setattr(command, "assembled", lambda **_: nullcontext())
    monkeypatch.setattr(service, "serve", lambda _parts, _slack, tell: tell(line) or 0)

    command.serve()

    assert capsys.readouterr().err == f"{line}\n"
