"""Where a database lies, by its address."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.backing_up.places import place_of
from bot.database.url import file_of, insist_on_file, make_folder_of
from bot.errors import NoDatabase
from bot.settings import Settings
from bot.store import Store


@pytest.mark.parametrize(("address", "file"), [
    ("sqlite:////srv/advisor.sqlite3", "/srv/advisor.sqlite3"),
    ("sqlite:///advisor.sqlite3", "advisor.sqlite3"),
    ("sqlite:///file:/srv/advisor.sqlite3?mode=ro&uri=true", "/srv/advisor.sqlite3"),
    ("sqlite:///file:///srv/a%2520b.sqlite3?uri=1", "/srv/a b.sqlite3"),
    ("sqlite:///file:advisor.sqlite3?uri=true", "advisor.sqlite3"),
    ("sqlite:///file:advisor.sqlite3", "file:advisor.sqlite3"),
    ("sqlite:///file:advisor?mode=memory&uri=true", None),
    ("sqlite:///file::memory:?uri=true", None),
    ("sqlite://", None),
    ("postgresql+psycopg://advisor@postgres/advisor", None),
])
def test_an_address_says_which_file(address, file):
    assert file_of(make_url(address)) == (None if file is None else Path(file))


@pytest.mark.parametrize("name", ["what?", "a%41b", "50%", "a?mode=ro", "ü #&+@: b"])
def test_a_data_folder_has_its_database_whatever_it_is_called(tmp_path, name):
    """It lay in another folder, and was lost where only the data folder was kept."""
    folder = tmp_path / name
    store = Store(Settings(data_dir=folder, _env_file=None).database)
    store.upgrade()
    assert (folder / "advisor.sqlite3").is_file()
    assert list(tmp_path.iterdir()) == [folder]
    store.close()


def test_the_folder_that_is_made_is_that_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    url = make_url(f"sqlite:///file:{tmp_path}/there/advisor.sqlite3?uri=true")
    make_folder_of(url)
    assert (tmp_path / "there").is_dir()
    assert list((tmp_path / "here").iterdir()) == []
    with pytest.raises(NoDatabase):
        insist_on_file(url, "read")
    (tmp_path / "there" / "advisor.sqlite3").touch()
    insist_on_file(url, "read")


def test_a_back_up_is_restored_to_the_file(tmp_path):
    url = make_url(f"sqlite:///file:{tmp_path}/advisor.sqlite3?uri=true")
    assert place_of(url, tmp_path / "lock").name == str(tmp_path / "advisor.sqlite3")
