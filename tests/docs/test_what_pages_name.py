"""What pages tell people to type, to set or to follow is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.settings import Settings, SlackSettings

PROJECT = Path(__file__).parents[2]
PAGES = [PROJECT / name for name in (
    "README.md", "CONTRIBUTING.md", "Makefile", ".env.example", "guidance_corpus/README.md")]
PAGES += sorted((PROJECT / "docs").glob("*.md"))
PAGES += [path for path in sorted((PROJECT / "docker").rglob("*")) if path.is_file()
          and "secrets" not in path.parts]
LINKING = [path for path in PAGES if path.suffix == ".md"]
OPTIONS: dict[str, set[str]] = {}
"""Of each command, what may stand behind it; of each group, its commands."""


def _learn(command, name: str) -> None:
    inner = getattr(command, "commands", None)
    OPTIONS[name] = set(inner) if inner else {
        "--help", *(option for one in command.params for option in one.opts)}
    for one, found in (inner or {}).items():
        _learn(found, f"{name} {one}".strip())


_learn(typer.main.get_command(app), "")
GROUPS = {name.partition(" ")[0] for name in OPTIONS if " " in name}


def named_in(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The commands that a page names, each with the words behind it on its line."""
    for typed in re.findall(r"(?<![\w-])advisor (?!advisor )([a-z][a-z-]*[^\n`'|;#]*)",
                            path.read_text("utf-8")):
        name, *behind = (word.strip("[](),.:\"") for word in typed.split())
        if name in OPTIONS[""] and (behind or name not in GROUPS):
            yield (f"{name} {behind[0]}", behind[1:]) if name in GROUPS else (name, behind)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_command_and_option_that_a_page_names_is_there(path):
    missing = [name for name, _ in named_in(path) if name not in OPTIONS]
    missing += [f"{name} {one}" for name, behind in named_in(path) for one in behind
                if re.match(r"--?[a-z]", one)
                and one.partition("=")[0] not in OPTIONS.get(name, ())]
    assert missing == []


def test_the_commands_that_pages_name_are_found():
    assert len({name for path in PAGES for name, _ in named_in(path)}) > 40


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_setting_that_a_page_names_is_read(path):
    known = {f"{prefix}{name.upper()}" for kind, prefix in (
        (Settings, "ADVISOR_"), (SlackSettings, "SLACK_")) for name in kind.model_fields}
    named = set(re.findall(r"\b(?:ADVISOR|SLACK)_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
    assert named <= {*known, "ADVISOR_SECRETS_DIR"}


def anchors(path: Path) -> set[str]:
    """What the headings of a page are called in links."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("path", LINKING, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_leads_somewhere(path):
    missing = []
    for link in re.findall(r"""\]\(([^)\s]+)\)|src="([^"]+)""", path.read_text("utf-8")):
        target = "".join(link)
        if target.startswith("http"):
            continue
        place, _, anchor = target.partition("#")
        there = (path.parent / place).resolve() if place else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            missing.append(target)
    assert missing == []
