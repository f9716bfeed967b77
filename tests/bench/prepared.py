"""A data folder with the model exported and the index built, made once and copied for each part.

Making one takes a minute, which is not what most parts measure.
"""

import shutil
from pathlib import Path

from bot.assembly import Assembly
from bot.settings import Settings

KEPT = Path(__file__).parents[2] / ".bench" / "data"


def prepared(folder: Path) -> Path:
    """Make *folder* such a data folder, without a database; gives it back."""
    if not (KEPT / "whole").exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        _ = Assembly(Settings(data_dir=KEPT, database_url="sqlite://", _env_file=None)).search
        (KEPT / "whole").touch()
    for name in ("models", "index"):
        shutil.copytree(KEPT / name, folder / name)
    return folder
