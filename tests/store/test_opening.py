"""Connections to a SQLite file that is not there yet."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from bot.database.engines import engine_of

AT_ONCE = 3
FILES = 50  # one file in fifteen met the error when this was written


def written(engine: Engine, together: Barrier, at: int) -> str:
    """Write through *engine* with the others; how its file is written to."""
    together.wait()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE made_{at} (a)")
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())


def test_programs_that_open_a_new_file_at_once_all_write_to_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for number in range(FILES):
            url = make_url(f"sqlite:///{tmp_path / f'{number}.sqlite3'}")
            engines = [engine_of(url) for _ in range(AT_ONCE)]
            together = Barrier(AT_ONCE)

            modes = threads.map(written, engines, [together] * AT_ONCE, range(AT_ONCE))
            assert list(modes) == ["wal"] * AT_ONCE
            for engine in engines:
                engine.dispose()
