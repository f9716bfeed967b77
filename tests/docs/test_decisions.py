"""The records of decisions are found by subject."""

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


def test_every_record_stands_once_in_the_index_under_its_number_and_title():
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    titles = {path.name: path.read_text(encoding="utf-8").partition("\n")[0]
              for path in DECISIONS.glob("[0-9]*.md")}
    told = re.findall(r"^- \[(\d+)\]\(([\w-]+\.md)\)\. (.+)$", index, re.MULTILINE)

    assert sorted(name for _, name, _ in told) == sorted(titles)
    assert [(number, title) for number, name, title in told
            if titles[name] != f"# {number}. {title}" or int(name[:4]) != int(number)] == []
