"""The page of loose questions says what search finds today: ids and order, not figures.

After a change that is meant to alter that: `make transcripts`, and read the difference.
"""

import re

from bot.assembly import Assembly
from tests.scenarios.searching import PAGE, questions, rewritten


def test_search_finds_what_its_examples_say(parts: Assembly) -> None:
    assert len(questions()) == 10
    now, was = (re.sub(r", -?[01]\.\d\d\)", ")", page)
                for page in (rewritten(parts), PAGE.read_text(encoding="utf-8")))
    assert now.splitlines() == was.splitlines()
