"""The page that newcomers read first names what there is."""

import re
from pathlib import Path

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
