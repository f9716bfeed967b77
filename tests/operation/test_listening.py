"""What a server has to itself before it starts."""

import socket
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.serving.listening import CannotServe, alone, site_of
from bot.settings import Settings


def parts_in(folder: Path, database: str | None = None) -> Assembly:
    return Assembly(Settings(data_dir=folder, database_url=database, _env_file=None))


def test_a_data_folder_is_one_servers(tmp_path: Path) -> None:
    with alone(parts_in(tmp_path)), pytest.raises(CannotServe) as told, alone(parts_in(tmp_path)):
        pass
    assert str(told.value) == (
        f"Another 'advisor serve' uses the data folder {tmp_path}. Stop it, or set "
        "ADVISOR_DATA_DIR; several processes need PostgreSQL (ADVISOR_DATABASE_URL).")


def test_a_database_in_a_file_is_one_servers_whatever_their_data_folders(tmp_path: Path) -> None:
    """Started in two folders, of which each had a `data` of its own, both answered the same."""
    file = tmp_path / "kept" / "advisor.sqlite3"
    one, other = (parts_in(tmp_path / name, f"sqlite:///{file}") for name in ("one", "other"))
    third = parts_in(tmp_path / "third", f"sqlite:///{tmp_path / 'kept' / 'third.sqlite3'}")
    with alone(one):
        with pytest.raises(CannotServe) as told, alone(other):
            pass
        with alone(third):  # another database in the same folder is free
            pass
    assert str(told.value) == (
        f"Another 'advisor serve' uses the database {file}. Stop it; several processes need "
        "PostgreSQL (ADVISOR_DATABASE_URL).")
    with alone(other):
        pass


def test_a_database_that_is_named_in_its_own_data_folder_is_held_once(tmp_path: Path) -> None:
    parts = parts_in(tmp_path, f"sqlite:///{tmp_path / 'advisor.sqlite3'}")
    with alone(parts):
        assert [one.name for one in tmp_path.iterdir()] == ["serve.lock"]


@pytest.mark.parametrize(("family", "host", "site"), [
    (socket.AF_INET, "127.0.0.1", "http://127.0.0.1:"),
    (socket.AF_INET6, "::1", "http://[::1]:"),
])
def test_where_it_listens_is_told_as_an_address_that_a_browser_opens(
    family: int, host: str, site: str
) -> None:
    """`ADVISOR_HOST=::1` was told as `http://::1:8080/`, which none opens."""
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((host, 0))
        assert site_of(listener) == f"{site}{listener.getsockname()[1]}"
