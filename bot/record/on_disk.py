"""Names on the disk: a file that is there after a crash needs its folder written too."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Have the names in *folder* on the disk."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
