"""What newcomers are told of how a message is read names the modules there are, on their floors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "reading-a-message.md").read_text(encoding="utf-8")
CORE = PROJECT / "bot" / "dialogue"
MODULES = sorted({path.stem for path in CORE.glob("*.py")} - {"__init__"})
PACKAGES = sorted(path.parent.name for path in CORE.glob("*/__init__.py"))
_ROW = re.compile(r"^\| [a-z ]+ \| (`.*`.*) \|$", re.MULTILINE)
_FLOORS, _PLACES = "## The floors\n", "## Where something new belongs\n"

FLOORS = [re.findall(r"`(\w+)`", row) for row in _ROW.findall(
    PAGE.partition(_FLOORS)[2].partition(_PLACES)[0])]
"""The modules of each floor, the highest first."""
FLOOR = {module: floor for floor, modules in enumerate(FLOORS) for module in modules}


def _imported(path: Path) -> Iterator[str]:
    """The modules of the core that *path* imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "bot.dialogue":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.dialogue."):
            yield str(node.module).split(".")[2]


def test_every_module_of_the_core_stands_on_one_floor():
    assert sorted(module for floor in FLOORS for module in floor) == sorted(MODULES + PACKAGES)


@pytest.mark.parametrize("module", MODULES + PACKAGES)
def test_a_module_imports_from_its_own_floor_or_one_below(module):
    package = CORE / module
    paths = package.glob("*.py") if package.is_dir() else [CORE / f"{module}.py"]
    up = {one for path in paths for one in _imported(path) if FLOOR[one] < FLOOR[module]}
    assert up == set()


def test_what_the_page_names_is_there():
    text, drawn = re.split(r"```mermaid\n(.*?)```", PAGE, flags=re.DOTALL)[::2], re.findall(
        r"```mermaid\nflowchart LR\n(.*?)```", PAGE, re.DOTALL)
    assert len(drawn) == 1
    named = set(re.findall(r"`([a-z_]+)`", "".join(text)))
    # Nodes with a label of their own are no modules.
    nodes = set(re.findall(r"[a-z_]+", re.sub(r"\w+[(\[]+.*?[)\]]+|\|.*?\|", "", drawn[0])))
    labelled = set(re.findall(r"(\w+)[(\[]", drawn[0]))
    assert nodes - labelled and (nodes - labelled) | named <= {*MODULES, *PACKAGES}
    for place in re.findall(r"`((?:guidance_corpus|prompts|tests)/[\w/.-]*)`", PAGE):
        assert (PROJECT / place).exists(), place


def test_the_page_can_be_read_in_one_sitting():
    assert len(PAGE.splitlines()) <= 120
