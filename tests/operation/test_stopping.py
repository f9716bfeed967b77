"""A server that is told to end takes up nothing more from that moment on."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.serving import service as serving
from bot.settings import Settings, SlackSettings
from bot.slack.socket import CONNECTIONS
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.workspace.running import APP_TOKEN, BOT_TOKEN, eventually, running

pytestmark = pytest.mark.long


@pytest.fixture
def service(
    worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[serving.Service]:
    """A server at work in a workspace on loopback, by Socket Mode."""
    begin_with(worded, tmp_path)
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    with running() as workspace, socket.create_server(("127.0.0.1", 0)) as listener:
        made = serving.service_of(
            Assembly(Settings(data_dir=tmp_path, base_url="", _env_file=None)),
            SlackSettings(_env_file=None, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
                          api_url=f"{workspace.base}api/"), listener, lambda _: None)
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        try:
            assert eventually(lambda: made.loaded is not None
                              and made.sockets_open() == CONNECTIONS)
            yield made
        finally:
            made.server.should_exit = True
            thread.join(60)


def test_no_further_conversation_is_taken_up_while_the_connections_are_closed(
    service: serving.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes two seconds and more, since each waits out its read."""
    assert service.loaded is not None and service.sockets is not None
    desk, close, at_work = service.loaded.desk, service.sockets.close, []

    def noted() -> None:
        at_work.append(dict(desk.workers()))
        close()

    assert desk.workers()
    monkeypatch.setattr(service.sockets, "close", noted)
    service._stop()

    assert at_work == [{}]
