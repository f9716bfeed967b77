"""What is documented is what is there."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
import typer
import yaml

from bot.cli import app
from bot.dialogue.changes import Ground, Part
from bot.dialogue.reply import Asked
from bot.machine.protocol import _question
from bot.settings import Settings, SlackSettings
from bot.wording import VARIABLES
from retrieval.guidance import Fact, QuestionKind
from tests.conftest import pytest_runtest_setup
from tests.scenarios.playing import TRANSCRIPTS, scenarios

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [
    *(f"ADVISOR_{field.upper()}" for field in Settings.model_fields),
    *(f"SLACK_{field.upper()}" for field in SlackSettings.model_fields),
])
def test_every_setting_is_documented(name):
    assert name in README
    assert name in (PROJECT / ".env.example").read_text(encoding="utf-8")


def test_the_example_of_settings_holds_their_defaults():
    written = re.findall(r"^#((?:ADVISOR|SLACK)_[A-Z_]+)=(.*)$",
                         (PROJECT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(written) == len(dict(written))
    fields = {f"{prefix}{name.upper()}": field for kind, prefix in (
        (Settings, "ADVISOR_"), (SlackSettings, "SLACK_"))
        for name, field in kind.model_fields.items()}
    assert dict(written).keys() == fields.keys()
    for name, value in written:
        default = fields[name].default
        if isinstance(default, Path):
            assert value == default.name, name
        elif isinstance(default, (bool, int, float)):
            assert type(default)(json.loads(value)) == default, name
        else:
            assert value.strip('"') == (default or ""), name


def test_every_permission_of_the_manifest_is_explained():
    manifest = yaml.safe_load(
        (PROJECT / "bot" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
    page = (PROJECT / "docs" / "slack-setup.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z_:]+`(?:, `[a-z_:]+`)*) \|", page, re.MULTILINE)
    assert {one.strip("` ") for row in rows for one in row.split(",")} == set(
        manifest["oauth_config"]["scopes"]["bot"])


def test_every_command_stands_in_the_readme():
    table = README.split("## Commands", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (.*?) \| (.*) \|$", table, re.MULTILINE)
    missing = []
    for group, names in _commands().items():
        told = " ".join(what + " " + does for what, does in cells if f"advisor {group}" in what)
        missing += [f"{group} {name}" for name in names if not re.search(rf"\b{name}\b", told)]
    assert missing == []


def _commands() -> dict[str, list[str]]:
    root = typer.main.get_command(app)
    return {group: sorted(found.commands) for group, found in root.commands.items()
            if hasattr(found, "commands")}


def test_every_key_of_a_question_of_the_machine_protocol_is_explained():
    asked = Asked(Fact("country"), QuestionKind.COUNTRY, "Where?", "Because.", False, (), ())
    keys = set(_question(dataclasses.replace(asked, opener="Two things.", beside=(asked,))))
    page = (PROJECT / "docs" / "machine-protocol.md").read_text(encoding="utf-8")
    table = page.split("### `question`", 1)[1].split("\n### ", 1)[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)) == keys


def test_what_of_the_changes_stays_empty_in_the_machine_protocol_is_said(sentences):
    page = (PROJECT / "docs" / "machine-protocol.md").read_text(encoding="utf-8")
    table = page.split("### `changes`", 1)[1].split("\n### ", 1)[0]
    grounds = {ground.value for ground in Ground}
    rows = {name: set(re.findall(r"`([a-z]+)`", meaning)) & grounds or grounds
            for names, meaning in re.findall(r"^\| (`.*?`) \| lists? \| (.*) \|$", table,
                                             re.MULTILINE)
            for name in re.findall(r"`([a-z_]+)`", names)}
    # A part is told where it has a heading.
    assert rows == {part.value: {ground for ground in grounds
                                 if sentences.has(f"{ground}.{part}")} for part in Part}


def test_every_make_target_the_readme_names_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
    in_blocks = re.findall(r"^(?:\S+=\S+ +|\$ +)*make ([a-z-]+)", fenced, re.MULTILINE)
    assert in_blocks
    for target in {*in_blocks, *re.findall(r"`make ([a-z-]+)", README)}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_the_tests_that_are_not_long_and_then_those_that_are():
    ran = (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in ran if "make test" in line] == ["make test", "make test-long"]
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    asked = dict(re.findall(
        r"^(test[a-z-]*):.*\n\t@\$\(PYTEST\) -n \$\((?:LONG_)?JOBS\)(.*)$", makefile, re.MULTILINE))
    assert asked == {"test": ' -m "not long"', "test-long": " -m long", "test-all": ""}


def test_a_long_test_does_not_begin_after_the_time_that_a_run_is_given(request, monkeypatch):
    monkeypatch.setenv("LONG_TESTS_UNTIL", "1")
    pytest_runtest_setup(request.node)  # isn't long
    request.node.add_marker("long")
    with pytest.raises(pytest.skip.Exception, match="no time left"):
        pytest_runtest_setup(request.node)
    monkeypatch.setenv("LONG_TESTS_UNTIL", "9999999999")
    pytest_runtest_setup(request.node)


def test_every_scenario_has_its_transcript():
    assert len(scenarios()) >= 10
    assert ({p.stem for p in TRANSCRIPTS.glob("*.md")} - {"README"}
            == {p.stem for p in scenarios()})


def test_every_sentence_the_code_uses_is_there(sentences):
    assert set(VARIABLES) <= set(sentences.sentences)


def test_the_bots_own_sentences_state_no_provision(sentences):
    for name, text in sentences.sentences.items():
        assert not re.search(r"UNGP|UDHR|ICCPR|Consideration \d|must\b", text), name
