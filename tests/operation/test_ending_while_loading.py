"""A server that is told to end while it loads ends by itself, with the status it promises."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import typer

from bot.assembly import Assembly
from bot.commands import serve as command
from bot.errors import BadSetting
from bot.serving import service
from bot.serving.upkeep import Upkeep
from bot.settings import Settings, SlackSettings
from tests.workspace.running import eventually


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


@pytest.mark.parametrize(("error", "told"), [
    (KeyError("zyxcanary"), "This can't start, by a fault of the program (KeyError). Nothing that "
     "you gave has to be wrong; the log says where the fault was."),
    (AssertionError(), "This can't start, by a fault of the program (AssertionError). Nothing that "
     "you gave has to be wrong; the log says where the fault was."),
    (PermissionError(13, "Permission denied", "/srv/kept"),
     "This can't start: /srv/kept: Permission denied."),
    (BadSetting("ADVISOR_X is none."), "ADVISOR_X is none."),
], ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "")
def test_why_it_can_not_start_is_told_in_a_sentence_and_in_nobodys_words(
    monkeypatch, tmp_path, error, told
):
    """It was told by what the error says, as a bare key or an empty line."""
    def fails(_):
        raise error

    monkeypatch.setattr(service.Service, "_joined", fails)
    said = []
    # Not in this thread, where a browser of other tests may have left an event loop running.
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as beside:
        status = beside.submit(service.service_of(
            Assembly(Settings(data_dir=tmp_path, _env_file=None)), SlackSettings(_env_file=None),
            listener, said.append).run).result()

    assert (status, said[-1]) == (1, told)


def test_what_needs_no_slack_does_not_wait_until_slack_can_be_asked(monkeypatch, tmp_path):
    """Programs were answered from a release that was no longer in force, and no checkpoint was
    taken, for as long as Slack was away."""
    done, following = [], threading.Event()
    monkeypatch.setattr(service.Service, "_joined", lambda _: SimpleNamespace(
        following=SimpleNamespace(run=following.set, stop=lambda: done.append("stopped"),
                                  warning=None),
        desk=SimpleNamespace(start=lambda: done.append("desk"), stop=lambda _: None,
                             workers=dict, wake=lambda: None),
        advisor=None, looking=None, surfaces=None))
    monkeypatch.setattr(Upkeep, "look", lambda _: done.append("looked"))
    slack = SlackSettings(_env_file=None, bot_token="xoxb-1", signing_secret="s",
                          api_url="http://127.0.0.1:1/api/")
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as beside:
        served = service.service_of(Assembly(Settings(data_dir=tmp_path, _env_file=None)), slack,
                                    listener, [].append)
        status = beside.submit(served.run)
        eventually(lambda: served.intake.introducing.waiting_for)
        eventually(lambda: "looked" in done)
        assert following.wait(20) and "desk" not in done
        served.server.should_exit = True
        assert status.result() == 0
