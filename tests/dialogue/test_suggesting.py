"""Which safeguards a deal is given first: what flags call for, what facts fit, what is possible."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.judging import judge_all
from bot.dialogue.suggesting import rank_safeguards
from retrieval.guidance import Fact, Guidance, SafeguardId


def deal(**facts: str) -> Deal:
    return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("m")) for f, v in facts.items()})


def place(guidance: Guidance, safeguard: str, **facts: str) -> int:
    """Where *safeguard* ranks for a deal of *facts*, from 0."""
    told = deal(**facts)
    return [s.id for s in rank_safeguards(guidance, told, judge_all(guidance, told))].index(
        SafeguardId(safeguard))


def without_apt(guidance: Guidance, safeguard: str) -> Guidance:
    plain = {s.id: replace(s, apt_for={}) if s.id == safeguard else s
             for s in guidance.safeguards.values()}
    return replace(guidance, safeguards=plain)


@pytest.mark.parametrize(("safeguard", "apt", "other"), [
    ("sg-c6-6", {"hosting": "supplier"}, {"hosting": "customer"}),
    ("sg-c6-4", {"product": "biometric-id"}, {"product": "telecom-equipment"}),
    ("sg-c6-2", {"product": "exploit"}, {"product": "cctv"}),
    ("sg-c7-1", {"stage": "delivered"}, {"stage": "negotiating"}),
])
def test_what_is_apt_for_the_facts_ranks_higher_and_is_never_left_out(
    guidance, safeguard, apt, other
):
    bare = without_apt(guidance, safeguard)

    assert place(guidance, safeguard, **apt) < place(bare, safeguard, **apt)
    assert place(guidance, safeguard, **other) == place(bare, safeguard, **other)
