"""Sealed cases of our own: made once, and checked in a process of its own as a stranger does."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

from bot.exporting.asked import Asked, Form
from bot.exporting.exports import verifier
from bot.exporting.redacting import Redaction
from bot.log_order import LOCAL

ASKED = Asked("U-lead", "asked for by the regulator")
NAMES = ["case.json", "checkpoint.txt", "key.txt", "manifest.json", "memo.md", "memo.pdf",
         "verify.py"]
"""The files of a case."""
ALL = Asked("U-lead", "asked for by the regulator", frozenset(Redaction))


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        box.extractall(folder)
    return folder


def case(exporting, name="c1", asked=ASKED, workspace=LOCAL) -> bytes:
    return exporting.one(workspace, name, Form.ZIP, asked).data


def run(place: Path, *words: str, program: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run verify.py on *place*, with no site-packages and nothing of ours on the path."""
    program = program or place / "verify.py"
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(place), *words],
        capture_output=True, text=True, timeout=60, check=False, cwd="/")


def program(folder: Path) -> Path:
    """verify.py as it ships, outside of any case."""
    file = folder / "clean-verify.py"
    file.write_bytes(verifier())
    return file
