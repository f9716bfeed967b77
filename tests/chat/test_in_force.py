"""What is in force tells of the model, never its key; and the doctor looks at it."""

import pytest
from pydantic import SecretStr

from bot.assembly import Assembly
from bot.chat.calls import Use
from bot.commands.doctor import examine_model
from bot.settings import Settings
from tests.chat.scripted_server import MODEL, hangs, says, status
from tests.retrieval.conftest import WordEmbeddings

KEY = "sk-very-secret-0123456789"


@pytest.fixture
def parts(server, tmp_path, monkeypatch):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    return Assembly(Settings(
        data_dir=tmp_path, chat_model=MODEL,
        chat_base_url=server.url, chat_api_key=SecretStr(KEY), chat_uses="search,wording",
        chat_seconds=30, chat_retries=0, _env_file=None))


def told(parts, **options):
    found = examine_model(parts, **options)
    return found.ok, found.text


def test_the_model_is_in_force_with_its_prompts_and_without_its_key(parts, server):
    held = parts.in_force.settings["language_model"]
    digests = {str(use): prompt.digest for use, prompt in parts.language_model.prompts.items()}
    assert held == {"model": MODEL, "address": server.url.split("/")[2], "mask": True,
                    "uses": ["search", "wording"], "prompts": digests}
    assert KEY not in repr(parts.in_force)
    assert set(digests) == set(Use)
    for use, prompt in parts.language_model.prompts.items():
        assert parts.database.wording_content(digests[use]) == prompt.text
    assert server.asked == []


def test_the_doctor_says_what_leaves_and_calls_only_when_asked(parts, server):
    ok, text = told(parts)
    assert ok
    assert "for search: question, topics; for wording: question, points" in text
    assert "reading" not in text
    assert "names and counterparties are masked" in text
    assert "--ask-model" in text
    assert server.asked == []
    ok, text = told(parts, ask=True)
    assert ok
    assert "asked by json_schema" in text
    assert len(server.asked) == 1


@pytest.mark.parametrize(("script", "why"), [
    (status(401), "can't be asked: HTTP 401, scripted, look at ADVISOR_CHAT_API_KEY."),
    (says("no"), "it may be too weak"),
])
def test_the_doctor_says_why_a_model_can_not_be_used(parts, server, script, why):
    server.script = script
    ok, text = told(parts, ask=True)
    assert not ok
    assert why in text
    assert KEY not in text


def test_the_doctor_waits_no_longer_than_is_set(parts, server):
    server.script = hangs()
    parts.settings.chat_seconds = 0.3
    ok, text = told(parts, ask=True)
    assert not ok
    assert "gave no answer within ADVISOR_CHAT_SECONDS" in text


def test_without_a_model_the_doctor_says_that_nothing_leaves(tmp_path):
    parts = Assembly(Settings(data_dir=tmp_path, _env_file=None))
    assert told(parts, ask=True) == (
        True, "none is set: nothing that people say leaves this machine")
