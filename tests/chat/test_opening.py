"""A model is made from its name, and what is missing is said in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.outcomes import Failed
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from bot.chat import opening
from bot.chat.opening import NO_KEY, address_of, keys_of, open_model
from bot.errors import BadSetting
from tests.evaluating.light import begin_with

LOCAL = "http://127.0.0.1:9/v1"
KEY = "sk-very-secret-0123456789"


def test_a_model_is_made_with_our_limits_and_without_its_own_retries():
    model = open_model("openai:some-model", base_url=LOCAL, key=SecretStr(KEY), seconds=7)
    assert isinstance(model, ChatOpenAI)
    assert (model.model_name, model.max_retries, model.request_timeout, model.temperature) == (
        "some-model", 0, 7, 0)
    assert address_of(model, LOCAL) == "127.0.0.1:9"
    assert keys_of(model) == (KEY,)
    assert KEY not in repr(model)


def test_a_server_of_ones_own_needs_no_key_and_never_gets_the_vendors(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-vendor-000")
    assert keys_of(open_model("openai:some-model", base_url=LOCAL)) == (NO_KEY,)


def test_a_missing_package_is_named():
    with pytest.raises(BadSetting) as problem:
        open_model("anthropic:some-model", base_url=LOCAL, key=SecretStr(KEY))
    assert "ADVISOR_CHAT_MODEL is anthropic:some-model" in str(problem.value)
    assert "pip install langchain-anthropic" in str(problem.value)


def test_an_unknown_vendor_is_said_to_be_unknown():
    with pytest.raises(BadSetting, match=r"ADVISOR_CHAT_MODEL is nobody:x.*Unsupported"):
        open_model("nobody:x", base_url=LOCAL)


@pytest.mark.parametrize("name", ["scripted:x", "fake:x", "test:x"])
def test_there_is_no_scripted_model_in_the_product(name):
    with pytest.raises(BadSetting):
        open_model(name, base_url=LOCAL)


def test_a_key_never_comes_out_of_what_a_package_complains_of(monkeypatch):
    def complains(name, settings):
        raise ValueError(f"bad: {settings}")

    monkeypatch.setattr(opening, "_made", complains)
    with pytest.raises(BadSetting) as problem:
        open_model("openai:x", base_url=LOCAL, key=SecretStr(KEY))
    assert KEY not in str(problem.value)
    assert problem.value.__cause__ is None


def test_a_test_that_makes_a_model_of_a_vendor_fails_loudly():
    for address in ("", "https://models.example/v1"):
        with pytest.raises(Failed, match="ScriptedServer"):
            open_model("openai:x", base_url=address, key=SecretStr(KEY))


def test_nothing_of_the_developers_models_reaches_the_tests():
    assert os.environ["ADVISOR_CHAT_MODEL"] == ""
    assert not [name for name in os.environ if name.startswith(("OPENAI_", "LANGSMITH_"))]


UNASKED = """
import sys
from pathlib import Path
from bot.assembly import Assembly
from bot.machine.exchange import answer_line
from bot.settings import Settings
from tests.retrieval.conftest import WordEmbeddings

Assembly.embeddings = WordEmbeddings()
parts = Assembly(Settings(data_dir=Path(sys.argv[1]), _env_file=None))
said = '{"conversation": "c1", "text": "We sell cameras to the police in Kenya."}'
print(answer_line(parts.advisor, said, "someone")["kind"])
print(parts.language_model, "language_model" in parts.in_force.settings)
print([name for name in (
    "langchain_openai", "openai", "pybreaker", "langchain.chat_models", "bot.chat.calling",
    "bot.chat.walls") if name in sys.modules])
"""


@pytest.mark.long
def test_without_a_model_a_turn_loads_nothing_of_a_vendor(worded, tmp_path):
    begin_with(worded, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", UNASKED, str(tmp_path)], capture_output=True, text=True,
        check=False, cwd=Path(__file__).parents[2])
    assert done.stdout.splitlines() == ["ask", "None False", "[]"], done.stderr
