"""`advisor serve` with a model: plain at once, better a moment later, and a stop in between."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Assembly
from bot.record import spoken
from bot.serving import service as serving
from bot.settings import Settings, SlackSettings
from tests.chat.scripted_server import MODEL, ScriptedServer, by_use, hangs, says
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.second_look.conftest import looks_left
from tests.second_look.test_assembled import copying
from tests.workspace.running import BOT, DEALS, SAM, Workspace

pytestmark = pytest.mark.long

DEAL = "we want to sell 12 stingrays to the police in Kenya via a reseller in Dubai"
PATIENCE_SECONDS = 120


def wait_for(look: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return found


@contextmanager
def served(data: Path, model: ScriptedServer) -> Iterator[tuple[Workspace, Any]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = serving.service_of(
            Assembly(Settings(data_dir=data, chat_model=MODEL, chat_base_url=model.url,
                              chat_retries=0, chat_seconds=600, chat_budget_seconds=600,
                              _env_file=None)),
            SlackSettings(_env_file=None), listener, lambda _: None)
        thread = threading.Thread(target=service.run, daemon=True)
        thread.start()
        wait_for(lambda: service.loaded is not None and service.server.started)
        workspace = Workspace(f"{service.intake.site}/")
        try:
            yield workspace, service
        finally:
            service.server.should_exit = True
            thread.join(PATIENCE_SECONDS)
            workspace.http.close()


@pytest.fixture
def data(worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    begin_with(worded, tmp_path)
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "ADVISOR_BASE_URL", "ADVISOR_PRODUCTION"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def replies(workspace: Workspace) -> list[str]:
    """What the bot's messages say, in order."""
    return [json.dumps(one["blocks"], ensure_ascii=False) + one["text"]
            for one in workspace.messages(DEALS, SAM) if one.get("user") == BOT]


def test_the_plain_answer_stands_first_and_the_worded_one_takes_its_place(data: Path):
    with ScriptedServer(by_use(reading=says({"facts": []}), wording=copying)) as model, \
            served(data, model) as (workspace, service):
        workspace.say(f"<@{BOT}> {DEAL}")
        wait_for(lambda: replies(workspace))
        store = service.intake.parts.database
        name = wait_for(lambda: [line.id for line in spoken.lines(store)])[0]
        wait_for(lambda: len(store.turns(name)) == 2)
        worded = store.turns(name)[1].reply.worded[0].text
        wait_for(lambda: any(worded[:40] in one for one in replies(workspace)))
        count = len(replies(workspace))

        assert [turn.retakes for turn in store.turns(name)] == [None, 1]
        assert looks_left(service.intake.parts.store) == 0
        assert store.verify_log() is None
        assert count == len(replies(workspace))


def test_a_stop_does_not_wait_for_a_model_and_the_next_start_looks_again(data: Path):
    with ScriptedServer(hangs()) as model, served(data, model) as (workspace, service):
        workspace.say(f"<@{BOT}> {DEAL}")
        wait_for(lambda: replies(workspace))
        wait_for(lambda: model.asked)
    assert looks_left(service.intake.parts.store) == 1
    (name,) = [line.id for line in spoken.lines(service.intake.parts.database)]
    assert len(service.intake.parts.database.turns(name)) == 1

    with ScriptedServer(by_use(reading=says({"facts": []}), wording=copying)) as model, \
            served(data, model) as (_, again):
        wait_for(lambda: len(again.intake.parts.database.turns(name)) == 2)
        assert looks_left(again.intake.parts.store) == 0
        assert again.intake.parts.database.verify_log() is None
