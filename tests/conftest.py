"""What all tests share: a data folder with the model exported and the index built once a run."""

import gc
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from langchain_core.language_models import BaseChatModel

from bot import wording
from bot.chat import opening
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.impact import sentences as impact_sentences
from bot.settings import Settings
from bot.terminal import sentences as terminal_sentences
from retrieval import corpus
from retrieval.guidance import Guidance
from retrieval.releases import content_of
from tests.chromium import browser
from tests.evaluating.light import index_in
from tests.scratch import write_to_memory
from tests.small.server import pytest_terminal_summary, small_model
from tests.store.databases import empty_url, postgres, url

__all__ = ["browser", "empty_url", "postgres", "pytest_terminal_summary", "small_model", "url"]

PROJECT = Path(__file__).parents[1]
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _without_models_of_the_developer() -> None:
    """No key, address or tracing of whoever runs the tests reaches them or what they start.

    The defaults are set rather than left out, since a `.env` would fill what is missing.
    """
    for name in list(os.environ):
        if name.startswith(("ADVISOR_CHAT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            del os.environ[name]
    for name, field in Settings.model_fields.items():
        if name.startswith("chat_"):
            default = field.default
            os.environ[f"ADVISOR_{name.upper()}"] = "" if default is None else str(default)


_without_models_of_the_developer()
write_to_memory()


def pytest_collection_finish() -> None:
    """What was imported and collected stays for the whole run and need not be looked through."""
    gc.freeze()


_ALL_LONG = re.compile(r"^pytestmark = .*\bpytest\.mark\.long\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module out whose tests are all long where none of those run: some import torch."""
    left_out = (config.option.markexpr == "not long" and collection_path.suffix == ".py"
                and _ALL_LONG.search(collection_path.read_text(encoding="utf-8")))
    return True if left_out else None


# Where a package draws what the store gave it, most of its tests are long on PostgreSQL: on SQLite
# the same are quick company, and what the store itself does runs on both.  These modules run on
# both as well, since their matter is what the database makes of it: filters, words, rows.
ON_BOTH_AT_ONCE = {
    "backing_up": {"test_restoring"},
    "console": {"test_listing", "test_cases_page"},
    "exporting": {"test_tables"},
    "impact": {"test_survey"},
    "publishing": {"test_taking"},
    "reviews": {"test_reviewing_at_once", "test_reviews_erased"},
    "second_look": {"test_second_look", "test_faults"},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what only draws as long over PostgreSQL."""
    for item in items:
        on_both = ON_BOTH_AT_ONCE.get(item.path.parent.name)
        if (on_both is not None and item.path.stem not in on_both
                and isinstance(item, pytest.Function) and hasattr(item, "callspec")
                and item.callspec.params.get("url") == "postgresql"):
            item.add_marker("long")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a long test that would begin after `LONG_TESTS_UNTIL`, in seconds since 1970."""
    until = os.environ.get("LONG_TESTS_UNTIL")
    if until and item.get_closest_marker("long") and time.time() > float(until):
        pytest.skip("no time left for this long test; `make test-long` runs it")


# What a session's fixtures hold is never garbage, and at Python's own threshold looking through the
# young of it takes a fifth of the time, of reading the corpus half.
gc.set_threshold(100_000, 20, 5)

# How long an example takes says more of the machine than of the code.
settings.register_profile("advisor", deadline=None)
settings.load_profile("advisor")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for this run, shared by the worker processes.

    They all start on it at once, so each run also tries what two processes do to one folder.
    """
    return of_the_run("data", tmp_path_factory)


@pytest.fixture(scope="session")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another one, in whose index words take the place of the model; to be copied."""
    return index_in(of_the_run("worded", tmp_path_factory))


def of_the_run(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all worker processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    folder = base.parent / f"{name}-{run}" if run else base / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    """The corpus that ships."""
    return corpus.read(PROJECT / "guidance_corpus")


@pytest.fixture(scope="session")
def content(guidance: Guidance) -> str:
    """What a database keeps of it: a tenth of a second of work, for every test that keeps it."""
    return content_of(guidance)


@pytest.fixture(scope="session")
def sentences() -> Wording:
    """The bot's own sentences."""
    return wording.load(PROJECT / "prompts", "your compliance lead")


@pytest.fixture(scope="session")
def on_impact() -> Wording:
    """What people are told of changed guidance."""
    return impact_sentences.load(PROJECT / "prompts", "your compliance lead")


@pytest.fixture(scope="session")
def on_terminal() -> Wording:
    """What frames a reply in a terminal."""
    return terminal_sentences.load(PROJECT / "prompts", "your compliance lead")


@pytest.fixture(scope="session")
def reader(guidance: Guidance) -> PlainReader:
    """Reads messages with the whole vocabulary."""
    return PlainReader(guidance)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing leaves the machine: a connection to anywhere but loopback fails the test.

    It fails it at the end as well, since what calls a language model survives any error.
    """
    connect, tried = socket.socket.connect, []

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if host is not None and host not in LOOPBACK:
            tried.append(host)
            raise AssertionError(f"a test tried to reach {host!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield
    if tried:
        pytest.fail(f"the test tried to reach {tried}")


@pytest.fixture(autouse=True)
def _no_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """No language model is made at its vendor's address, not even one that is never called."""
    made = opening._made

    def guarded(name: str, chosen: dict[str, Any]) -> BaseChatModel:
        host = urlsplit(str(chosen.get("base_url", ""))).hostname
        if host not in LOOPBACK:
            pytest.fail(f"a test tried to make {name} at {host or 'the address of its vendor'}; "
                        "give it the URL of a tests.chat.scripted_server.ScriptedServer")
        return made(name, chosen)

    monkeypatch.setattr(opening, "_made", guarded)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case with bytes by its argument: a PDF made at import holds the time it was made.

    Two processes of `make test` that import a module in different seconds would hold different
    tests then, and run none.
    """
    return argname if isinstance(val, bytes) else None
