"""The doctor: one part that fails never hides another, and its line says what to do."""

import base64
import errno
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.assembly import Assembly
from bot.checkpoints import Checkpoints
from bot.commands import doctor
from bot.commands.doctor import Examined, examine
from bot.connecting.slack import MANIFEST
from bot.connecting.slack_reach import SlackReach
from bot.errors import AdvisorError
from bot.migrations.upgrading import newest, standing, upgrade_to
from bot.record.log import Happening
from bot.record.signed_notes import Signer
from bot.settings import Settings
from bot.store import Store
from bot.workspace.app import WorkspaceSettings, build_workspace
from tests.evaluating.light import begin_with
from tests.publishing.conftest import indexed
from tests.retrieval.conftest import WordEmbeddings
from tests.store.migrated import postgresql_on
from tests.store.small import START
from tests.workspace.running import APP_TOKEN, BOT_TOKEN, SECRET, serving

pytestmark = pytest.mark.long

__all__ = ["indexed"]

NO_SLACK = SlackReach(bot_token=None, app_token=None, several=False, api_url="",
                      scopes=frozenset())
NAMES = ["settings", "data folder", "schema", "sentences", "model", "corpus", "corpus folder",
         "draft", "index", "database", "telemetry", "language model", "Slack"]
AWAY = "postgresql+psycopg://u:hush@127.0.0.1:1/x"
OTHER_KEY = bytes(32)
NEEDS_THE_DATABASE = {"schema", "corpus", "corpus folder", "draft", "index", "database"}


@pytest.fixture
def installation(indexed, tmp_path, monkeypatch):
    """A sound one of a small corpus, whose index is built; with other settings on request."""
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    begin_with(indexed, tmp_path)
    return lambda **more: Assembly(
        Settings(data_dir=tmp_path, corpus_dir=indexed / "corpus", _env_file=None, **more))


@pytest.fixture
def found(installation):
    def find(url: str) -> dict[str, Examined]:
        parts = installation(database_url=url)
        return {one.name: one for one in examine(parts, NO_SLACK)}
    return find


def test_a_database_that_is_away_hides_no_other_check(found):
    here = found(AWAY)
    assert list(here) == NAMES
    assert {name for name, one in here.items() if not one.ok} == NEEDS_THE_DATABASE
    text = here["database"].text
    assert text.startswith(
        "the database can't be reached; start it, or correct ADVISOR_DATABASE_URL, and nothing "
        "else has to be done. The driver says: ")
    assert "port 1 failed" in text and "\n" not in text
    assert "hush" not in text


def test_a_database_that_takes_no_writing_is_a_fault(found, postgres):
    """All was green on a copy of the database, on which the server wouldn't start."""
    with postgresql_on(postgres) as made:
        assert found(made)["database"].ok
        store = Store(made)
        name = store.engine.url.database
        _tell(store, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        store.close()
        here = found(made)["database"]

    assert not here.ok
    assert here.text.startswith("the database takes no writing: it is a copy of another one, ")


def test_a_role_that_may_only_read_is_a_fault(found, postgres):
    """All was green, and every message would have been refused."""
    with postgresql_on(postgres) as made:
        assert found(made)["database"].ok
        store = Store(made)
        try:
            _tell(store, "CREATE ROLE onlooker",
                  "GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker")
            role = make_url(made).update_query_dict({"options": "-c role=onlooker"})
            here = found(role.render_as_string(hide_password=False))["database"]
        finally:
            _tell(store, "DROP OWNED BY onlooker", "DROP ROLE onlooker")
            store.close()

    assert not here.ok
    assert here.text.startswith("our role lacks a right in the database; ")
    assert here.text.endswith("permission denied for table schema_floor")


@pytest.mark.parametrize(("taken", "named"), [
    ("INSERT ON turns", "INSERT on turns"),
    ("DELETE, UPDATE ON case_words_index", "DELETE on case_words_index, UPDATE on case_words_in"),
    ("USAGE ON SEQUENCE outgoing_id_seq", "INSERT on outgoing"),
])
def test_a_right_that_is_lacking_on_one_table_is_named(found, postgres, taken, named):
    """One table alone was tried, and every answer failed at another."""
    with postgresql_on(postgres) as made:
        assert found(made)["database"].ok
        store = Store(made)
        try:
            _tell(store, "CREATE ROLE clerk", "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk",
                  "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk")
            role = make_url(made).update_query_dict({"options": "-c role=clerk"})
            here = role.render_as_string(hide_password=False)
            assert found(here)["database"].ok
            _tell(store, f"REVOKE {taken} FROM clerk")
            lacks = found(here)["database"]
        finally:
            _tell(store, "DROP OWNED BY clerk", "DROP ROLE clerk")
            store.close()

    assert not lacks.ok
    assert lacks.text.startswith("our role lacks a right in the database; ")
    assert f". It lacks {named}" in lacks.text


def _tell(store, *commands):
    with store.writing() as connection:
        for command in commands:
            connection.execute(text(command))


@pytest.mark.parametrize("url", [
    "nonsense", "postgres://u:hush@127.0.0.1/x", "postgresql+psycopg://u:x@hush@127.0.0.1:1/x",
    "postgresql+psycopg://u:x@hu/hush@127.0.0.1:1/x"])
def test_an_address_that_is_none_of_a_database_is_named_as_the_setting_that_it_is(found, url):
    here = found(url)
    assert list(here) == NAMES
    assert not here["database"].ok
    assert here["database"].text.startswith("ADVISOR_DATABASE_URL can't be used: ")
    assert "postgresql+psycopg://" in here["database"].text
    assert "hush" not in " ".join(one.text for one in here.values())


def test_a_corpus_folder_that_is_not_there_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    away = tmp_path / "nonexist"
    parts = Assembly(Settings(data_dir=tmp_path, corpus_dir=away, _env_file=None))
    here = {one.name: one for one in examine(parts, NO_SLACK)}
    assert not here["draft"].ok
    assert here["draft"].text == (
        f"There is no folder {away}. Set ADVISOR_CORPUS_DIR to the folder 'guidance_corpus' of the "
        "project, which no package brings; it may be left out where the program runs from there.")


def test_a_data_folder_that_can_not_be_written_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    # Nobody may write there, whoever runs this.
    parts = Assembly(Settings(data_dir="/proc/self", _env_file=None))
    here = {one.name: one for one in examine(parts, NO_SLACK)}["data folder"]
    assert not here.ok
    assert here.text.startswith("The data folder /proc/self can't be written: ")
    assert here.text.endswith("Set ADVISOR_DATA_DIR to a folder that the account which runs this "
                              "may write to, or give it the right to.")


@pytest.mark.parametrize(("number", "why"), [
    (errno.ENOSPC, "the disk is full; free some space, nothing has to be started again."),
    (errno.EROFS, "the disk takes no writing; make it writable again."),
])
def test_of_a_full_disk_it_asks_for_room_and_leaves_nothing(tmp_path, monkeypatch, number, why):
    """It asked for another folder, and left an empty file in this one."""
    def full(file, *_, **__):
        file.touch()
        raise OSError(number, "said by the system")

    monkeypatch.setattr(Path, "write_text", full)
    parts = Assembly(Settings(data_dir=tmp_path, _env_file=None))

    with pytest.raises(AdvisorError) as told:
        doctor._data(parts)

    assert str(told.value) == f"The data folder {tmp_path} can't be written: {why}"
    assert list(tmp_path.iterdir()) == []


def test_a_receiver_of_telemetry_that_nobody_answers_at_is_a_fault(found, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    here = found(AWAY)["telemetry"]
    assert not here.ok
    assert here.text == (
        "http://127.0.0.1:1 can't be reached: Connection refused. Answers go on; numbers and "
        "traces are lost. Start the receiver, or correct OTEL_EXPORTER_OTLP_ENDPOINT.")


def test_a_receiver_of_telemetry_that_listens_is_named(found, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address)
        here = found(AWAY)["telemetry"]
    assert (here.ok, here.text) == (True, f"somebody listens at {address}")


def test_a_password_before_a_receiver_of_telemetry_is_not_told(found, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://us:geheim@127.0.0.1:1")
    assert found(AWAY)["telemetry"].text.startswith(
        "http://…@127.0.0.1:1 can't be reached: Connection refused.")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        where = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://us:geheim@{where}")
        assert found(AWAY)["telemetry"].text == f"somebody listens at http://…@{where}"


def test_where_nothing_is_sent_the_doctor_says_where_numbers_are(found, monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    here = found(AWAY)["telemetry"]
    assert (here.ok, "/metrics" in here.text) == (True, True)


def test_a_fault_that_nobody_foresaw_hides_no_other_check(found, monkeypatch):
    def broken(_):
        raise RuntimeError("out of order")

    monkeypatch.setattr(Assembly, "wording", property(broken))
    here = found("sqlite://")
    assert list(here) == NAMES
    assert here["sentences"] == Examined("sentences", False, "RuntimeError: out of order")


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")
    store.upgrade()
    yield store
    store.close()


def test_a_damaged_page_is_found_that_nothing_else_reads(store, found, tmp_path):
    file = tmp_path / "advisor.sqlite3"
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE filling (x TEXT)"))
        connection.execute(text("INSERT INTO filling VALUES (:x)"),
                           [{"x": "word " * 100} for _ in range(200)])
    store.close()
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages, size = (database.execute(f"PRAGMA {of}").fetchone()[0]
                       for of in ("page_count", "page_size"))
    database.close()
    with file.open("r+b") as content:
        content.seek((pages - 3) * size)
        content.write(b"\xff" * size)
    here = found(f"sqlite:///{file}")
    assert not here["database"].ok
    assert here["database"].text.startswith("the database is damaged (")
    assert "'advisor db restore'" in here["database"].text


@pytest.fixture
def signed(store):
    """A log of three rows, with a checkpoint that another replica's key has signed."""
    for n in range(3):
        store.note("T1", Happening("viewed", f"T1:{n}", START, "U1", None, {"n": n}, {}))
    Checkpoints(store, Signer(OTHER_KEY)).take("T1")
    store.close()


def test_a_log_whose_checkpoint_another_key_signed_is_not_called_whole(signed, found, tmp_path):
    """It said "log whole" of a log that `advisor log verify` says nobody can prove."""
    here = found(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")["database"]
    assert not here.ok
    assert "no key that is here has signed the checkpoint of row 3" in here.text
    assert "ADVISOR_LOG_KEYS_BEFORE" in here.text
    assert "altered" not in here.text


@pytest.mark.parametrize("named", ["of now", "of before"])
def test_a_log_whose_key_is_named_is_whole(signed, installation, tmp_path, named):
    settings = ({"log_key": base64.b64encode(OTHER_KEY).decode()} if named == "of now"
                else {"log_keys_before": Signer(OTHER_KEY).verifier.key})
    parts = installation(database_url=f"sqlite:///{tmp_path / 'advisor.sqlite3'}", **settings)
    here = {one.name: one for one in examine(parts, NO_SLACK)}["database"]
    assert (here.ok, here.text) == (
        True, "reachable, its pages sound, log whole, as its checkpoints have it")


def test_a_key_of_the_log_that_is_none_hides_nothing_of_it(signed, installation, tmp_path):
    url = f"sqlite:///{tmp_path / 'advisor.sqlite3'}"
    parts = installation(database_url=url, log_key="abc")
    here = {one.name: one for one in examine(parts, NO_SLACK)}["database"]
    assert here.ok
    assert here.text.endswith("log whole, not held against its checkpoints: the key of the log "
                              "can't be used")


def test_a_database_behind_is_told_before_it_is_upgraded(found, tmp_path):
    url = f"sqlite:///{tmp_path / 'older.sqlite3'}"
    before = f"{int(newest()) - 1:04}"
    store = Store(url)
    with store.writing() as connection:
        upgrade_to(connection, before)
    store.close()
    assert found(url)["schema"].text == (
        f"was at {before}, and is brought to {newest()} by this and by every command")


@pytest.mark.parametrize(("floor", "ok"), [("0001", True), ("9998", False)])
def test_a_database_ahead_is_told_as_what_it_is(store, found, tmp_path, floor, ok):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
        connection.execute(text("UPDATE schema_floor SET revision = :floor"), {"floor": floor})
    here = found(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")
    assert here["schema"].ok is ok
    assert "9998" in here["schema"].text


def test_a_database_that_is_not_there_yet_is_not_made_to_look_at_its_schema(found, tmp_path):
    here = found(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert here["schema"].text.startswith("no database yet; it is made at ")


def test_where_nothing_has_begun_nothing_is_made(indexed, tmp_path, monkeypatch):
    """It made a database in an empty place, which `db restore` then took for somebody's."""
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    place = tmp_path / "new"
    parts = Assembly(Settings(
        data_dir=place / "data", corpus_dir=indexed / "corpus", _env_file=None))

    here = {one.name: one for one in examine(parts, NO_SLACK)}

    assert not place.exists()
    assert list(here) == NAMES
    assert [one for one in here.values() if not one.ok] == []
    assert here["data folder"].text == f"there is no {place / 'data'} yet; the first start makes it"
    assert here["corpus"].text.startswith("none in force yet; the first start takes the corpus ")
    assert here["index"].text.startswith("answers; ")
    assert here["database"].text == (
        "none yet; the first start makes it, or 'advisor db restore FILE' of a back-up")


def test_a_data_folder_that_could_not_be_made_is_told_where_nothing_has_begun(tmp_path):
    (tmp_path / "file").touch()
    parts = Assembly(Settings(data_dir=tmp_path / "file" / "data", _env_file=None))
    with pytest.raises(AdvisorError, match="data can't be written: Not a directory"):
        doctor._data(parts)


def test_in_an_empty_database_of_either_kind_nothing_is_made(
        indexed, tmp_path, monkeypatch, empty_url):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    parts = Assembly(Settings(data_dir=tmp_path, corpus_dir=indexed / "corpus", _env_file=None,
                              database_url=empty_url, chroma_url="http://127.0.0.1:1"))

    here = {one.name: one for one in examine(parts, NO_SLACK)}

    assert list(tmp_path.iterdir()) == []
    store = Store(empty_url)
    with store.reading() as connection:
        assert standing(connection) is None
    store.close()
    assert [name for name, one in here.items() if not one.ok] == ["index"]
    assert "Chroma" in here["index"].text


def test_a_key_of_the_log_that_is_still_to_be_brought_is_not_made(signed, found, tmp_path):
    """Restored without it, one was looked at: a key of now stood where that of before belongs."""
    assert not found(f"sqlite:///{tmp_path / 'advisor.sqlite3'}")["database"].ok
    assert not (tmp_path / "log.key").exists()


@pytest.mark.parametrize(("programs", "ok"), [("", True), ("T0001", True), ("T0002", False)])
def test_programs_are_not_to_be_seen_in_a_workspace_that_the_token_is_not_of(
        installation, monkeypatch, programs, ok):
    class Answer(dict):
        def __init__(self):
            super().__init__(team="Acme", user="advisor", team_id="T0001")
            self.headers = {"x-oauth-scopes": "chat:write"}

    class Slack:
        def auth_test(self):
            return Answer()

    monkeypatch.setattr(doctor, "client", lambda *_: Slack())
    monkeypatch.setattr(doctor, "_insist_on_time", lambda *_: None)
    parts = installation(api_workspace=programs)
    reach = SlackReach("xoxb-1", None, several=False, api_url="",
                       scopes=frozenset({"chat:write"}))
    found = next(one for one in examine(parts, reach) if one.name == "Slack")
    assert (found.ok, "ADVISOR_API_WORKSPACE is T0002" in found.text) == (ok, not ok)


@pytest.mark.parametrize(("bot", "app", "told"), [
    (APP_TOKEN, BOT_TOKEN, "Slack refuses SLACK_BOT_TOKEN (not_allowed_token_type)"),
    (BOT_TOKEN, "xapp-other", "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
    (BOT_TOKEN, APP_TOKEN, None),
])
def test_which_of_the_two_tokens_slack_refuses_is_told(monkeypatch, bot, app, told):
    """It said that Slack refuses a token, and left it to whoever read it which."""
    monkeypatch.setattr(doctor, "_insist_on_time", lambda *_: None)
    site = build_workspace(WorkspaceSettings(
        bot_url=None, signing_secret=SECRET, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
        manifest=MANIFEST, rate_scale=0.0))
    with serving(site) as base:
        reach = SlackReach(bot, app, several=False, api_url=f"{base}api/", scopes=frozenset())
        try:
            said = doctor._slack(reach, "")
        except AdvisorError as error:
            said = str(error)

    assert said.startswith(told or "connected to ")


def test_a_password_before_an_address_of_slacks_is_not_told():
    reach = SlackReach(bot_token="xoxb-1", app_token=None, several=False,
                       api_url="http://u:hush@127.0.0.1:1/api/", scopes=frozenset())

    with pytest.raises(AdvisorError, match="Slack can't be reached at http://…@127") as refused:
        doctor._slack(reach, "")

    assert "hush" not in str(refused.value)
