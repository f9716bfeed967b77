"""The tokens of installed workspaces go along sealed, and open with the key of before alone."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web import WebClient

from bot.backing_up.archive import opened
from bot.errors import BadSetting
from bot.slack.installing import Installations
from bot.store import Store
from tests.backing_up.house import made, restored

TOKEN = "xoxb-of-the-workspace"


def installations(store, key):
    return Installations(store.engine, client_id="client", client_secret="s", scopes=[],
                         key=key, web=WebClient())


@pytest.fixture
def sealed(store, tmp_path):
    """A back-up with a token in it, and the key that it is sealed with."""
    key = Fernet.generate_key().decode()
    installations(store, key)._store.save(Installation(
        user_id="U1", app_id="A1", team_id="T1", bot_token=TOKEN, bot_scopes=["a" * 90, "b"],
        installed_at=datetime(2026, 3, 1, tzinfo=UTC).timestamp(), is_enterprise_install=False))
    made(store, tmp_path / "sealed.zip")
    return tmp_path / "sealed.zip", key


def test_tokens_are_there_again_on_the_other_kind_of_database(sealed, other_kind, tmp_path):
    file, key = sealed
    with opened(file) as archive:
        assert TOKEN not in "".join(repr(row) for part in archive.manifest.parts
                                    for row in archive.rows(part))

    restored(file, other_kind, tmp_path / "there")

    after = Store(other_kind)
    assert installations(after, key)("T1") == TOKEN
    # A second installation gets a number of its own.
    installations(after, key)._store.save(Installation(
        user_id="U2", app_id="A1", team_id="T2", bot_token="xoxb-2", is_enterprise_install=False))
    assert installations(after, key)("T2") == "xoxb-2"
    after.close()


def test_without_the_key_of_before_it_says_what_to_do(sealed, there, tmp_path):
    file, _ = sealed
    restored(file, there, tmp_path / "there")
    after = Store(there)
    with pytest.raises(BadSetting, match="Set the old key again, or install the app anew"):
        installations(after, Fernet.generate_key().decode())("T1")
    after.close()
