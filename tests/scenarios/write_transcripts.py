"""Write docs/transcripts anew from the scenarios: `make transcripts`."""

import tempfile
from pathlib import Path

from bot.assembly import Assembly
from bot.settings import Settings
from tests.scenarios.playing import play, record, scenarios


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = Assembly(Settings(data_dir=Path(folder), _env_file=None))
        for path in scenarios():
            record(path, play(path, parts.advisor))
        parts.store.close()


main()
