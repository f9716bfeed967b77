"""A text that names something of the release by its id finds what it stands for."""

from dataclasses import replace

import pytest

from retrieval.guidance import Guidance, Retirement
from retrieval.words.named_by_id import named_by_id


@pytest.mark.parametrize(("text", "ids"), [
    ("sg-c4-1", ("sg-c4-1",)),
    ("SG-C4-1", ("sg-c4-1",)),
    ("what does sg-c4-1 say, and (ungp-17)?", ("sg-c4-1", "ungp-17")),
    ("sg-c4-1.", ("sg-c4-1",)),
    ("sg-c4-11111", ()),
    ("x-sg-c4-1", ()),
    ("what about cameras", ()),
])
def test_a_provision_is_named_by_its_whole_id(guidance: Guidance, text, ids):
    assert named_by_id(text, guidance) == ids


def test_a_flag_and_a_safeguard_stand_for_what_they_rest_on(guidance: Guidance):
    flag = next(one for one in guidance.red_flags if one.ours)
    safeguard = next(one for one in guidance.safeguards.values()
                     if str(one.id) not in guidance.provisions)
    assert named_by_id(f"{flag.id}", guidance) == flag.authorities
    assert named_by_id(f"{safeguard.id}", guidance) == safeguard.authorities


def test_what_is_retired_stands_for_what_is_there_instead(guidance: Guidance):
    one, other = list(guidance.provisions.values())[:2]
    gone = replace(one, retired=Retirement("U1", "now", "it is not there", other.id))
    after = replace(guidance, set_aside={one.id: gone}, provisions={
        id_: p for id_, p in guidance.provisions.items() if id_ != one.id})
    assert named_by_id(str(one.id), after) == (other.id,)
