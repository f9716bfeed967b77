"""The page that newcomers read first names what there is."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_place_that_the_page_names_is_there():
    written = re.findall(r"`((?:bot|retrieval|guidance_corpus)/[\w/.]*)`", PAGE)
    drawn = re.findall(r'\["((?:bot|retrieval)/[\w/]+)', PAGE)
    missing = [place for place in written if not (PROJECT / place).exists()]
    missing += [place for place in drawn if not (
        (PROJECT / place).is_dir() or (PROJECT / f"{place}.py").is_file())]

    assert len(written) > 20
    assert len(drawn) > 5
    assert missing == []


def test_every_page_that_it_leads_to_is_there():
    linked = re.findall(r"\]\(([^)#]+)", PAGE)

    assert linked
    assert [link for link in linked if not (PROJECT / "docs" / link).exists()] == []


def test_the_page_can_be_read_in_one_sitting():
    assert len(PAGE.splitlines()) <= 100


@pytest.mark.parametrize("container", ["bot", "retrieval"])
def test_every_module_has_its_floor_in_the_tables_for_newcomers(container: str):
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split(f"| floor | in `{container}/` |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| [a-z ]+ \| (.*?) \| .* \|$", table, re.MULTILINE)
    told = [re.findall(r"`(\w+)`", row) for row in rows]
    settled = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(one["layers"] for one in settled["tool"]["importlinter"]["contracts"]
                  if one.get("containers") == [container])
    floors = [re.findall(r"\w+", layer) for layer in layers]

    assert sorted(itertools.chain(*told)) == sorted(itertools.chain(*floors))
    # A row of the table may hold several floors of the contract, and never half of one.
    rank = {name: n for n, names in enumerate(floors) for name in names}
    assert all(max(rank[name] for name in above) < min(rank[name] for name in below)
               for above, below in itertools.pairwise(told))


def test_every_file_of_sentences_is_told_of():
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.findall(r"`(?:prompts/)?(\w+\.(?:yaml|md))`", text)

    assert {path.name for path in (PROJECT / "prompts").iterdir()} <= set(told)
