"""Citations looked up from outside, and held against what people say they bear on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.dialogue.citing import cite
from bot.dialogue.reply import Kind, Line, Reply, Status
from bot.evaluating.bearing import Bearing, pairs_of, weigh
from bot.evaluating.claims import claims_of
from bot.evaluating.grounding import Claim, Printed, check, fault_of, printed, together
from bot.evaluating.staging import texts_of
from bot.measures.labelled import read_labels
from retrieval.guidance import Checked, Guidance, ProvisionId, ReleaseId
from retrieval.labelled.cases import BadGold
from retrieval.releases import content_of
from tests.evaluating.acting import (
    PRODUCT,
    RELEASE,
    ask,
    citation,
    consideration,
    noted,
    safeguard,
)

PROJECT = Path(__file__).parents[2]
TEXTS = {"sg-1": Printed("sg", "p", "Look twice.", official=False)}
GOOD = citation("sg-1", "Look twice.")


def test_a_citation_that_is_right_has_no_fault():
    assert fault_of(GOOD, TEXTS) is None
    assert fault_of(replace(GOOD, end=4, sha256=citation("x", "Look").sha256), TEXTS) is None


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (replace(GOOD, provision="sg-9"), "sg-9 is in no file"),
        (replace(GOOD, pinpoint="q"), "sg-1 stands at p, not at q"),
        (replace(GOOD, source="ungp"), "sg-1 stands at p, not at p"),
        (replace(GOOD, end=12), "sg-1 has no characters 0 to 12"),
        (replace(GOOD, start=11), "sg-1 has no characters 11 to 11"),
        (replace(GOOD, start=1), "sg-1 says something else there"),
        (citation("sg-1", "Look thrice"), "sg-1 says something else there"),
        (replace(GOOD, quote="Look twice."), "sg-1 is our digest and was quoted"),
    ],
)
def test_each_fault_is_named(bad, fault):
    assert fault_of(bad, TEXTS) == fault


def test_only_the_official_words_may_be_quoted_and_only_exactly():
    texts = {"sg-1": replace(TEXTS["sg-1"], official=True)}

    assert fault_of(replace(GOOD, quote="Look twice."), texts) is None
    assert fault_of(replace(GOOD, quote="Look."), texts) == "sg-1 was quoted wrongly"


def test_claims_and_citations_are_counted_and_faults_keep_their_claim():
    claims = [
        Claim("red flag", "rf1", (GOOD, replace(GOOD, end=99))),
        Claim("safeguard", "s1", ()),
    ]

    found = together([check(claims, TEXTS), check(claims[:1], TEXTS)])

    assert (found.claims, found.citations) == (3, 4)
    assert found.uncited == ("safeguard s1",)
    assert found.faults == ("red flag rf1: sg-1 has no characters 0 to 99",) * 2


def test_the_files_say_what_the_product_cites(guidance: Guidance):
    texts = printed(PROJECT / "guidance_corpus")

    assert texts.keys() == guidance.provisions.keys()
    assert [f for id_ in guidance.provisions if (f := fault_of(cite(guidance, id_), texts))] == []


@pytest.mark.long
def test_an_edited_release_is_held_against_itself_and_not_against_the_files(light: Assembly):
    """What an installation has corrected or added stands in none of the files that ship."""
    shipped = light.guidance
    first, *_ = shipped.provisions.values()
    theirs = replace(first, id=ProvisionId("house-1"), text="Ask the board twice.",
                     checked=Checked.OFFICIAL)
    edited = replace(shipped, release=ReleaseId("e" * 12), provisions={
        **shipped.provisions, first.id: replace(first, text="Corrected."), theirs.id: theirs})
    light.store.keep_release(edited.release, content_of(edited))
    light.store.activate(edited.release)
    files = texts_of(light)
    after = Assembly(light.settings)
    texts, kept = texts_of(after)

    assert files == (printed(PROJECT / "guidance_corpus"), False)
    assert kept
    assert [fault_of(cite(after.guidance, id_), texts) for id_ in (first.id, theirs.id)] == [
        None, None]
    assert fault_of(cite(after.guidance, first.id), files[0]) is not None
    assert texts_of(Assembly(light.settings, draft=True)) == files


def test_what_is_shown_is_a_claim_and_what_is_kept_back_is_not():
    reply = Reply(
        Kind.ASK,
        RELEASE,
        (Line("Stop.", (GOOD,)), Line("Hello.")),
        flags=(noted("rf1"), noted("rf2", Status.OPEN), noted("rf3", Status.NOT_RAISED)),
        considerations=(consideration("sg-c1", GOOD, citation("x")), consideration("sg-1", GOOD)),
        related=(consideration("sg-2", citation("sg-2")),),
        safeguards=(safeguard("s1", GOOD),),
        more_safeguards=(safeguard("s2"),),
        question=ask(PRODUCT, "end_user"),
    )

    assert [(claim.kind, claim.id) for claim in claims_of(reply)] == [
        ("red flag", "rf1"),
        ("consideration", "sg-c1"),
        ("passage", "sg-1"),
        ("passage", "sg-2"),
        ("safeguard", "s1"),
        ("question", "product"),
        ("question", "end_user"),
        ("line", "Stop."),
    ]


# Bearing ----------------------------------------------------------------------------------


def test_each_pair_counts_once_and_unlabelled_ones_are_named():
    labels = {("rf1", "a"): True, ("rf1", "b"): False, ("s1", "a"): False}
    a, b, c = citation("a"), citation("b"), citation("c")
    claims = [
        Claim("red flag", "rf1", (a, b)),
        Claim("red flag", "rf1", (a,)),
        Claim("safeguard", "s1", (a,)),
        Claim("consideration", "c1", (c,)),
        Claim("question", "product", (c,)),
    ]

    assert weigh(claims, labels) == Bearing(
        labelled=3, bearing=1, claims=2, borne_out=1, unlabelled=(("c1", "c"),)
    )


def test_labels_are_read_and_other_entries_left_alone(tmp_path):
    file = tmp_path / "bearing.jsonl"
    label = {"kind": "bearing", "claim": "rf1", "provision": "a", "bears": True, "reason": "So."}
    file.write_text("\n".join(map(json.dumps, [label, label, {"says": ["kits"]}])), "utf-8")

    assert read_labels(file) == {("rf1", "a"): True}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([{"claim": "rf1", "provision": "a"}], "bearing.jsonl:1: a label holds"),
        ([{"claim": "rf1", "provision": "a", "bears": "yes"}], "bearing.jsonl:1: a label holds"),
        (
            [{"claim": "r", "provision": "a", "bears": b} for b in (True, False)],
            "bearing.jsonl:2: r and a are labelled both ways",
        ),
    ],
)
def test_a_bad_label_is_named(tmp_path, rows, complaint):
    file = tmp_path / "bearing.jsonl"
    file.write_text("\n".join(json.dumps({"kind": "bearing", **row}) for row in rows), "utf-8")

    with pytest.raises(BadGold, match=complaint):
        read_labels(file)


def test_every_citation_that_a_flag_consideration_or_safeguard_can_carry_is_labelled(
    guidance: Guidance,
):
    """A new authority needs a label in tests/gold/bearing.jsonl: does it bear on the claim?"""
    labels = read_labels(PROJECT / "tests" / "gold" / "bearing.jsonl")

    assert [pair for pair in pairs_of(guidance) if pair not in labels] == []
