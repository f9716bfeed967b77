"""The bare model, and the plain peer, each in a process of its own: what ours is measured beside.

    python -m tests.bench.alone model DATA       # seconds of work to the first vector, and MB
    python -m tests.bench.alone peer QUESTIONS   # the same to the first answer, and after so many

The peer is the plain chain of `tests.bench.peer`.  What it prints is one line of JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.server import ROOT, megabytes

QUESTION = "We want to sell forty phone-extraction kits to the national police of Kenya."


def alone(*arguments: str) -> dict[str, Any]:
    """What `python -m tests.bench.alone` prints, with the seconds that its process took."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tests.bench.alone", *arguments], cwd=ROOT,
                          env=env, check=True, capture_output=True, text=True)
    printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**printed, "wall": time.perf_counter() - begun}


def model(data: str) -> dict[str, float]:
    """Load the export in the data folder *data*, checked as always, and embed one question."""
    from retrieval.embedding import PackagedEmbeddings

    PackagedEmbeddings.open(Path(data)).embed_query(QUESTION)
    return _so_far("first")


def peer(questions: int) -> dict[str, float]:
    """Build the plain chain, ask it a question, and then *questions* more."""
    from tests.bench.peer import Torch, plain

    embeddings = Torch()
    loaded = _so_far("loaded")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ask = plain(Path(folder), embeddings)
        ask(QUESTION)
        first = _so_far("first")
        for number in range(questions):
            ask(f"{QUESTION} Deal {number}.")
        return loaded | first | _so_far("after")


def _so_far(name: str) -> dict[str, float]:
    rss, own, peak = megabytes(os.getpid())
    return {f"{name}_cpu": time.process_time(), f"{name}_rss": rss, f"{name}_own": own,
            f"{name}_peak": peak}


if __name__ == "__main__":
    what, argument = sys.argv[1:]
    print(json.dumps(model(argument) if what == "model" else peer(int(argument))))
