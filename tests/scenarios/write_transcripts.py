"""Write docs/transcripts and docs/search-examples.md anew: `make transcripts`."""

import tempfile
from pathlib import Path

from bot.assembly import Assembly
from bot.settings import Settings
from tests.scenarios.playing import play, record, scenarios
from tests.scenarios.searching import PAGE, rewritten


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = Assembly(Settings(data_dir=Path(folder), _env_file=None))
        for path in scenarios():
            record(path, play(path, parts.advisor))
        PAGE.write_text(rewritten(parts), encoding="utf-8")
        parts.store.close()


main()
