"""What the tests of the language model share."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pybreaker
import pytest
from pydantic import SecretStr

from bot.chat import prompting, resting
from bot.chat.calling import Calls, Limits
from bot.chat.opening import keys_of, open_model
from tests.chat.scripted_server import MODEL, Script, ScriptedServer, says

PROMPTS = Path(__file__).parents[2] / "prompts"
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A model that answers with one query, until its script is changed."""
    with ScriptedServer(says({"queries": ["resellers"]})) as running:
        yield running


@pytest.fixture
def calls(server: ScriptedServer) -> Callable[..., Calls]:
    """Makes what calls the server, with limits of its own."""
    def made(script: Script | None = None, **limits: float) -> Calls:
        if script is not None:
            server.script = script
        kept = Limits(**{"seconds": 30, "retries": 0, **limits})  # type: ignore[arg-type]
        model = open_model(MODEL, base_url=server.url, key=SecretStr(KEY), seconds=kept.seconds)
        return Calls(MODEL, model, prompting.load(PROMPTS), kept, keys=keys_of(model))

    return made


@pytest.fixture
def pass_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass for what rests, at once: a rest is as long as the test needs it."""
    passed: list[float] = []

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=sum(passed))

    for module in (resting, pybreaker):  # which notes when a rest began
        monkeypatch.setattr(module, "datetime", Moved)
    return passed.append
