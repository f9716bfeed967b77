"""`advisor corpus simulate`: what it takes, what it prints, and that it leaves nothing behind."""

import json
import sqlite3

import pytest
import typer
from typer.testing import CliRunner

from bot.advisor import Advisor, Said
from bot.commands.simulate import simulate_command
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.errors import BadInput, UnknownConversation
from bot.store import Store
from tests.dialogue.talking import LIMIT, WHEN, WordSearch
from tests.simulating.conftest import edition, without_flag

DEAL = "Cell-site simulators for the police of Kenya. Journalists were arrested."


@pytest.fixture
def database(tmp_path, guidance, content, reader, sentences):
    """A database in which one conversation lies."""
    file = tmp_path / "advisor.sqlite3"
    store = Store(f"sqlite:///{file}")
    store.upgrade()
    store.keep_release(guidance.release, content)
    store.activate(guidance.release)
    advisor = Advisor(guidance=guidance, reader=reader, search=WordSearch(guidance),
                      wording=sentences, store=store, question_limit=LIMIT, message_limit=8000)
    for n, text in enumerate((DEAL, "Give me the advice now.")):
        advisor.take_turn(Said(MessageKey(f"m:{n}"), ConversationId("c"), "U1", WHEN, text))
    store.close()
    return file


@pytest.fixture
def run(monkeypatch, tmp_path, database, guidance, reader):
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ADVISOR_DATABASE_URL", f"sqlite:///{database}")
    app = typer.Typer()
    app.command("simulate")(simulate_command(
        lambda _: edition(guidance, reader), lambda _: edition(without_flag(guidance), reader)))
    app.command("other")(lambda: None)
    return lambda *arguments: CliRunner().invoke(app, ["simulate", *arguments])


def dump(file):
    with sqlite3.connect(file) as connection:
        return list(connection.iterdump())


def test_a_stored_conversation_is_played_and_the_database_stays_as_it_is(run, database, guidance):
    before = dump(database)
    done = run("--conversation", "c")
    assert done.exit_code == 0, done.output
    title = guidance.flag_by_id["sg-c2-rf3"].title
    assert "Conversation c: nothing of this is posted or recorded." in done.output
    assert f"- The red flag “{title}” (sg-c2-rf3) would no longer be raised." in done.output
    assert f"1. {DEAL}" in done.output
    assert "2. Give me the advice now." in done.output
    live_alone = f"   - Red flag raised only in what is live: {title} (sg-c2-rf3).\n"
    assert done.output.count(live_alone) == 2
    assert "before you quote. One-]{+No+} red flag[-: people" in done.output
    assert dump(database) == before


def test_an_invented_case_is_one_document_for_machines(run):
    done = run("--says", DEAL, "--answers", '{"misuse_reports": ["yes"]}', "--json")
    found = json.loads(done.output)
    assert (found["draft"], found["same"], len(found["steps"]) > 2) == ("draft", False, True)
    assert found["steps"][0]["flags"]["only_live"] == ["sg-c2-rf3"]


def test_a_file_is_played(run, tmp_path):
    (tmp_path / "case.yaml").write_text(
        f"title: One\nsteps:\n  - says: {DEAL}\n  - chooses: {{detentions: ['no']}}\n", "utf-8")
    done = run("--case", str(tmp_path / "case.yaml"))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("One: nothing of this is posted or recorded.")
    assert "2. (picks)" in done.output


@pytest.mark.parametrize("arguments", [
    [], ["--conversation", "c", "--says", "x"], ["--facts", "--says", "x"],
    ["--answers", "{}", "--conversation", "c"]])
def test_options_that_do_not_go_together_are_bad_usage(run, arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(("arguments", "error"), [
    (["--conversation", "nowhere"], UnknownConversation),
    (["--says", "x", "--answers", "{"], BadInput),
    (["--says", "x", "--answers", "[]"], BadInput),
    (["--says", "x", "--answers", '{"end_usr": ["police"]}'], BadInput),
    (["--case", "/nowhere/at-all.yaml"], BadInput)])
def test_what_can_not_be_played_is_told_in_a_sentence(run, arguments, error):
    """`main` prints the sentence of such an error."""
    assert isinstance(run(*arguments).exception, error)
