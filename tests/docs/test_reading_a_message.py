"""What newcomers are told of how a message is read names what there is."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "reading-a-message.md").read_text(encoding="utf-8")
CORE = PROJECT / "bot" / "dialogue"
MODULES = {path.stem for path in CORE.rglob("*.py")} - {"__init__"}
PACKAGES = {path.parent.name for path in CORE.glob("*/__init__.py")}
_FLOORS, _PLACES = "## The floors\n", "## Where something new belongs\n"


def test_every_package_of_the_core_stands_on_a_floor():
    floors = PAGE.partition(_FLOORS)[2].partition(_PLACES)[0]
    assert set(re.findall(r"^\| `(\w+)/` \|", floors, re.MULTILINE)) == PACKAGES


def test_no_name_is_given_to_two_modules():
    # The page names modules by their last name alone.
    stems = [path.stem for path in CORE.rglob("*.py") if path.stem != "__init__"
             and path.parent.name != "fencing"]
    assert sorted(stems) == sorted(set(stems))


def test_what_the_page_names_is_there():
    text, drawn = re.split(r"```mermaid\n(.*?)```", PAGE, flags=re.DOTALL)[::2], re.findall(
        r"```mermaid\nflowchart LR\n(.*?)```", PAGE, re.DOTALL)
    assert len(drawn) == 1
    named = set(re.findall(r"`([a-z_]+)/?`", "".join(text)))
    # Nodes with a label of their own are no modules.
    nodes = set(re.findall(r"[a-z_]+", re.sub(r"\w+[(\[]+.*?[)\]]+|\|.*?\|", "", drawn[0])))
    labelled = set(re.findall(r"(\w+)[(\[]", drawn[0]))
    folders = {"guidance_corpus", "prompts"}
    assert nodes - labelled and (nodes - labelled) | named <= MODULES | PACKAGES | folders
    for place in re.findall(r"`((?:guidance_corpus|prompts|tests)/[\w/.-]*)`", PAGE):
        assert (PROJECT / place).exists(), place


def test_the_page_can_be_read_in_one_sitting():
    assert len(PAGE.splitlines()) <= 120
