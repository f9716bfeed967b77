"""What a process starts with: the release in force, whatever lies in the corpus folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.commands.doctor import examine
from bot.connecting.slack_reach import SlackReach
from bot.parts import edition as edition_parts
from bot.publishing.corpus_folder import FOLDER_DIFFERS
from bot.serving.upkeep import Upkeep
from bot.settings import Settings
from retrieval.corpus import folder_digest
from tests.conftest import PROJECT
from tests.dialogue.talking import WordSearch
from tests.retrieval.conftest import WordEmbeddings

pytestmark = pytest.mark.long


class Process:
    """A process of the bot, told what to do a line at a time."""

    def __init__(self, data: Path, corpus: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
        self._run = subprocess.Popen(
            [sys.executable, "-m", "tests.live.process"], cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**kept, "PYTHONPATH": str(PROJECT), "ADVISOR_DATA_DIR": str(data),
                 "ADVISOR_CORPUS_DIR": str(corpus)})
        assert self.answer() == "begun"

    def send(self, line: str) -> None:
        assert self._run.stdin is not None
        self._run.stdin.write(f"{line}\n")
        self._run.stdin.flush()

    def answer(self) -> str:
        assert self._run.stdout is not None
        return self._run.stdout.readline().strip()

    def ask(self, line: str) -> str:
        self.send(line)
        return self.answer()

    def end(self) -> int:
        self._run.communicate(timeout=60)
        return self._run.returncode


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "guidance_corpus", tmp_path / "corpus"))


def edit(corpus: Path) -> None:
    """Somebody puts a safeguard's title in other words."""
    file = corpus / "safeguards.yaml"
    text = file.read_text(encoding="utf-8")
    assert "title: " in text
    file.write_text(text.replace("title: ", "title: Do this. ", 1), encoding="utf-8")


def test_two_that_start_at_once_on_different_folders_end_with_one_release(tmp_path, corpus):
    other = Path(shutil.copytree(corpus, tmp_path / "other"))
    edit(other)
    one, two = Process(tmp_path / "data", corpus), Process(tmp_path / "data", other)

    for process in (one, two):
        process.send("start")
    begun = {one.answer(), two.answer()}
    said = {process.ask("say Drones for the police in Kenya") for process in (one, two)}

    assert begun == said and len(begun) == 1
    assert [one.end(), two.end()] == [0, 0]


def test_killed_between_publishing_and_taking_it_starts_again_on_what_was_published(
    tmp_path, corpus
):
    first = Process(tmp_path / "data", corpus)
    begun = first.ask("start")
    assert first.ask("say Drones for the police in Kenya") == begun
    edit(corpus)
    published = first.ask("publish")
    assert first.end() == -9

    again = Process(tmp_path / "data", corpus)
    assert published != begun
    assert again.ask("start") == published
    assert again.ask("say hello") == published
    assert again.end() == 0


@pytest.fixture
def parts(tmp_path, corpus, monkeypatch):
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    monkeypatch.setattr(
        edition_parts, "open_release", lambda guidance, *_, **__: WordSearch(guidance))
    made = Assembly(Settings(_env_file=None, data_dir=tmp_path / "data", corpus_dir=corpus))
    assert made.guidance.release == made.folder.release
    return made


def again(parts):
    return Assembly(parts.settings)


def test_an_edit_of_the_folder_is_no_publication(parts, corpus):
    begun = parts.guidance.release
    assert not parts.folder_differs()
    edit(corpus)

    restarted = again(parts)
    assert restarted.guidance.release == restarted.store.active_release() == begun
    assert restarted.folder.release != begun
    assert restarted.folder_differs()
    assert Assembly(parts.settings, draft=True).guidance.release == restarted.folder.release


def test_a_comment_or_readme_in_the_folder_is_no_difference(parts, corpus):
    before = folder_digest(corpus)
    (corpus / "README.md").write_text("Otherwise.", encoding="utf-8")
    assert folder_digest(corpus) == before

    file = corpus / "safeguards.yaml"
    file.write_text("# A remark.\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert folder_digest(corpus) != before
    assert not again(parts).folder_differs()


def told(parts):
    said = []
    upkeep = Upkeep(parts, None, None, None, None, tell=said.append)
    upkeep._compare_folder()
    return said


def test_the_server_says_once_that_the_folder_is_another(parts, corpus):
    assert told(again(parts)) == []
    edit(corpus)
    assert told(again(parts)) == [FOLDER_DIFFERS]
    (corpus / "safeguards.yaml").write_text("nonsense: [", encoding="utf-8")
    assert told(again(parts)) == [
        "The corpus folder can't be read, so the release in force goes on answering; "
        "'advisor corpus check' says what is wrong with the folder."]


def test_the_doctor_says_what_is_in_force_since_when_and_how_the_folder_is(parts, corpus):
    def look(of):
        found = examine(of, SlackReach(None, None, False, "", frozenset()))
        return {one.name: one for one in found}

    since = parts.store.active_since()
    found = look(parts)
    assert found["corpus"].text.startswith(
        f"release {parts.guidance.release} in force since {since:%Y-%m-%d %H:%M} UTC: 230 prov")
    assert found["corpus folder"].text == "the same as the release in force"
    edit(corpus)
    assert look(again(parts))["corpus folder"].text == FOLDER_DIFFERS
    (corpus / "safeguards.yaml").write_text("nonsense: [", encoding="utf-8")
    found = look(again(parts))
    assert (found["corpus"].ok, found["corpus folder"].ok) == (True, False)


def test_nothing_is_made_to_find_out_that_nothing_is_in_force(tmp_path):
    parts = Assembly(Settings(_env_file=None, data_dir=tmp_path / "data"))

    assert not parts.begun
    assert not (tmp_path / "data").exists()
