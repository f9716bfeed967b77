"""Faults of the model: its export, its tokenizer and its package damaged or gone."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from retrieval.embedding import PackagedEmbeddings
from retrieval.model.exported import EXPORT_NAME, is_sound
from retrieval.model.weights import PACKAGE
from tests.faults.kill_loop import free_ports
from tests.faults.nursery import PROJECT
from tests.faults.of_index import FLIPPED_BYTES
from tests.faults.row import Fault, Row
from tests.faults.started import QUESTIONS, Serving
from tests.faults.uncaught import uncaught
from tests.faults.vendor import WAYS, vendor_at

_OPEN = "import pathlib, sys\nfrom retrieval.embedding import PackagedEmbeddings\n" \
    "from retrieval.errors import ModelNotUsable\n" \
    "try: PackagedEmbeddings.open(pathlib.Path(sys.argv[1]))\n" \
    "except ModelNotUsable as error: sys.exit(str(error))\n"


def export_damaged(times: int) -> Row:
    """Files of the export are deleted, cut or altered: while it serves, and before it is opened."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        folder = data / "models" / EXPORT_NAME
        serving = PackagedEmbeddings.open(data)
        before = serving.embed_documents(list(QUESTIONS))
        files = [f for f in sorted(folder.iterdir()) if f.is_file()]
        unnoticed = differ = 0
        for n in range(times):
            file = files[n % len(files)]
            kept = Path(place) / "kept"
            shutil.copyfile(file, kept)
            _spoil(file, n // len(files) % 3, chance)
            unnoticed += is_sound(folder)
            differ += serving.embed_documents(list(QUESTIONS)) != before
            if n < times - 1:
                shutil.copyfile(kept, file)
        differ += PackagedEmbeddings.open(data).embed_documents(list(QUESTIONS)) != before
        return Row(
            "Files of the model's export damaged", f"{len(files)} files in turn: deleted, cut in "
            f"half, {FLIPPED_BYTES} bytes overwritten; the last is opened and made anew", times,
            times * len(QUESTIONS), times * len(QUESTIONS), lost=unnoticed + differ,
            note="a lost message is one whose vector differs from before, or damage that nobody "
                 "noticed; a process that serves goes on from memory")


def _spoil(file: Path, how: int, chance: random.Random) -> None:
    if how == 0:
        file.unlink()
    elif how == 1:
        os.truncate(file, file.stat().st_size // 2)
    else:
        with file.open("r+b") as content:
            content.seek(chance.randrange(max(1, file.stat().st_size - FLIPPED_BYTES)))
            content.write(chance.randbytes(FLIPPED_BYTES))


def package_damaged(times: int) -> Row:
    """The files of the weights' package are damaged, and there is no export yet."""
    chance = random.Random(2)
    spec = find_spec(PACKAGE)
    source = Path(next(iter((spec.submodule_search_locations if spec else None) or [])))
    loaded = unhandled = 0
    told = ""
    with tempfile.TemporaryDirectory() as place:
        for n in range(times):
            copy = Path(place) / str(n) / PACKAGE
            shutil.copytree(source, copy)
            name = ("model.safetensors", "tokenizer.json")[n % 2]
            _spoil(copy / "model" / name, n // 2 % 3, chance)
            done = subprocess.run(
                [sys.executable, "-c", _OPEN, str(Path(place) / f"data{n}")], text=True,
                capture_output=True, check=False, cwd=PROJECT,
                env=os.environ | {"PYTHONPATH": f"{copy.parent}{os.pathsep}{PROJECT}"})
            loaded += done.returncode != 1
            unhandled += uncaught(done.stderr)
            told = (done.stderr.strip().splitlines() or [""])[-1].replace(str(place), "…")
            shutil.rmtree(copy.parent)
    return Row("The weights' package damaged", "a copy of it: weights and tokenizer in turn "
               "deleted, cut in half, overwritten; opened without an export", times, 0, 0,
               lost=loaded, unhandled=unhandled, told=told)


def vendor_away(times: int) -> Row:
    """The vendor of a remote embedding model is away, hangs, fails, refuses or babbles."""
    with (tempfile.TemporaryDirectory() as place, vendor_at(free_ports(1)[0]) as vendor,
          closing(Serving(Path(place) / "data", FAULT_VENDOR=vendor.url)) as serving):
        assert serving.ready(), serving.last_words()
        before = serving.cited()
        lost = 0
        told, back = "", 0.0
        for n in range(times):
            vendor.way = WAYS[n % len(WAYS)]
            # An answer without what the vendor is asked for would rest on something else.
            answers = [serving.ask(f"{text} And number {n}?") for text in QUESTIONS]
            told = told or next((a["error"]["message"] for a in answers if "error" in a), "")
            lost += sum(a.get("error", {}).get("code") != "away" for a in answers)
            vendor.way = ""
            began = time.monotonic()
            lost += before != serving.cited()
            back = max(back, round(time.monotonic() - began, 1))
        asked = (1 + 2 * times) * len(QUESTIONS)
        return Row(
            "The vendor of a remote embedding model is away", "a vendor on loopback that in turn "
            + ", ".join(WAYS), times, asked, asked - times * len(QUESTIONS), lost=lost,
            unhandled=uncaught(serving.written()), told=told, back_seconds=back,
            note="a lost message is one that is answered without the model, or with other "
                 "citations than before once the vendor is back")


FAULTS: tuple[Fault, ...] = (export_damaged, package_damaged, vendor_away)
