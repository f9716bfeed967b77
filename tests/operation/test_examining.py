"""The doctor: one part that fails never hides another, and its line says what to do."""

import pytest

from bot.assembly import Assembly
from bot.doctor import Examined, examine
from bot.settings import Settings
from bot.slack_reach import SlackReach
from tests.retrieval.conftest import WordEmbeddings

NO_SLACK = SlackReach(bot_token=None, app_token=None, several=False, api_url="",
                      scopes=frozenset())
NAMES = ["settings", "data folder", "sentences", "model", "corpus", "corpus folder", "index",
         "database", "language model", "Slack"]
NEEDS_THE_DATABASE = {"corpus", "corpus folder", "index", "database"}


@pytest.fixture
def found(tmp_path, monkeypatch):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())

    def find(url: str) -> dict[str, Examined]:
        parts = Assembly(Settings(data_dir=tmp_path, database_url=url, _env_file=None))
        return {one.name: one for one in examine(parts, NO_SLACK)}
    return find


def test_a_database_that_is_away_hides_no_other_check(found):
    here = found("postgresql+psycopg://u:hush@127.0.0.1:1/x")
    assert list(here) == NAMES
    assert {name for name, one in here.items() if not one.ok} == NEEDS_THE_DATABASE
    text = here["database"].text
    assert text.startswith(
        "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and nothing "
        "else has to be done. The driver says: ")
    assert "port 1 failed" in text and "\n" not in text
    assert "hush" not in text


@pytest.mark.parametrize("url", ["nonsense", "postgres://u:hush@127.0.0.1/x"])
def test_an_address_that_is_none_of_a_database_is_named_as_the_setting_that_it_is(found, url):
    here = found(url)
    assert list(here) == NAMES
    assert not here["database"].ok
    assert here["database"].text.startswith("ADVISOR_DATABASE_URL can't be used: ")
    assert "postgresql+psycopg://" in here["database"].text
    assert "hush" not in " ".join(one.text for one in here.values())


def test_a_fault_that_nobody_foresaw_hides_no_other_check(found, monkeypatch):
    def broken(_):
        raise RuntimeError("out of order")

    monkeypatch.setattr(Assembly, "wording", property(broken))
    here = found("sqlite://")
    assert list(here) == NAMES
    assert here["sentences"] == Examined("sentences", False, "RuntimeError: out of order")
