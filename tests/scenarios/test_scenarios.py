"""The transcripts in docs/transcripts are what the program says today: ids, not copy.

After a change that is meant to alter them: `make transcripts`, and read the difference.
"""

from pathlib import Path

import pytest

from bot.advisor import Advisor
from tests.scenarios.playing import play, recorded, scenarios

pytestmark = pytest.mark.xdist_group("scenarios")


@pytest.mark.parametrize("path", scenarios(), ids=lambda p: p.stem)
def test_a_scenario_still_goes_as_its_transcript_says(path: Path, advisor: Advisor) -> None:
    assert play(path, advisor).ids == recorded(path)
