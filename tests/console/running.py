"""A real server with the local workspace, over a small corpus and an embedding by words.

Everything runs as `advisor serve` runs it but the model, so that a test takes seconds.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import Assembly
from bot.console.entry.access import HOME
from bot.corpus_parts import CorpusParts
from bot.serving import service as serving
from bot.settings import Settings, SlackSettings
from retrieval import corpus
from retrieval.reading.register import register
from tests.console.inhabited import KIM
from tests.retrieval.conftest import WordEmbeddings
from tests.retrieval.small_corpus import FILES

PATIENCE_SECONDS = 60
"""How long a start may take on a busy machine."""
LABELLED = """\
- id: q-act
  query: act on what you find
  relevant: [ungp-19]
  split: dev
- id: q-look
  query: look before you sell
  relevant: [ungp-17]
  split: dev
"""


def corpus_in(root: Path) -> Path:
    """The small corpus in the new folder *root*, with two labelled questions."""
    for name, text in {**FILES, "evaluation.yaml": LABELLED}.items():
        path = root / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    register(root, corpus.read_all(root)[0])
    return root


@dataclass
class Running:
    """A server that runs."""

    url: str
    service: Any
    told: list[str]

    @property
    def work(self) -> CorpusParts:
        """What admins work with, as another process on the same database has it."""
        return CorpusParts(self.service.intake.parts)

    @property
    def answering(self) -> str:
        """The release that answers."""
        return str(self.service.loaded.advisor.edition.release)

    def invitation(self) -> str:
        """A link that leads into the console."""
        return self.told[-1].split("The console: ")[-1].split(" ")[0]

    def wait_until_answering(self, release: str) -> None:
        """Wait until turns take *release*."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.answering != release:
            assert time.monotonic() < until, f"{self.answering} goes on answering"
            time.sleep(0.02)


@contextmanager
def running(folder: Path, corpus_dir: Path) -> Iterator[Running]:
    """Run a server over the data folder *folder* and the corpus in *corpus_dir*."""
    with pytest.MonkeyPatch.context() as patch, socket.create_server(
            ("127.0.0.1", 0)) as listener:
        for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "ADVISOR_BASE_URL",
                     "ADVISOR_PRODUCTION"):
            patch.delenv(name, raising=False)
        parts = Assembly(Settings(_env_file=None, data_dir=folder, corpus_dir=corpus_dir))
        parts.__dict__["embeddings"] = WordEmbeddings()
        told: list[str] = []
        service = serving.service_of(
            parts, SlackSettings(_env_file=None), listener, told.append)
        thread = threading.Thread(target=service.run, daemon=True)
        thread.start()
        until = time.monotonic() + PATIENCE_SECONDS
        while service.loaded is None:
            assert thread.is_alive() and time.monotonic() < until, told
            time.sleep(0.02)
        try:
            yield Running(service.intake.site, service, told)
        finally:
            service.server.should_exit = True
            thread.join(30)


def enter(context: Any, house: Running, user: str = KIM) -> Any:
    """A page of the console in *context*, where *user* has signed in as people do."""
    page = context.new_page()
    page.goto(f"{house.url}{HOME}/sign-in")
    page.goto(house.invitation())
    page.locator(f"input[value={user}]").check()
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url(f"{house.url}{HOME}/")
    return page
