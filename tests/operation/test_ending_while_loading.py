"""A server that is told to end while it loads ends by itself, with the status it promises."""

import threading

import pytest
import typer

from bot.commands import serve as command
from bot.serving import service


@pytest.fixture
def ended(monkeypatch, tmp_path):
    """The statuses with which the process was ended at once."""
    statuses: list[int] = []
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("os._exit", statuses.append)
    return statuses


def test_told_to_end_while_it_loads_it_ends_at_once_and_well(ended, monkeypatch):
    """The model's library aborted the process otherwise: 134, as if it had crashed."""
    until = threading.Event()
    thread = threading.Thread(target=until.wait, name=service.LOADING, daemon=True)
    thread.start()
    monkeypatch.setattr(service, "serve", lambda *_: 0)

    command.serve()

    until.set()
    thread.join()
    assert ended == [0]


def test_what_has_loaded_ends_as_ever(ended, monkeypatch):
    monkeypatch.setattr(service, "serve", lambda *_: 1)

    with pytest.raises(typer.Exit) as exit_:
        command.serve()

    assert ended == [] and exit_.value.exit_code == 1
