"""Citations are checked against the release, and nothing false gets by."""

import random
from dataclasses import replace

import pytest

from bot.dialogue.citing import BadCitation, UncitedClaim, Verdict, check, cite, verify
from retrieval.guidance import Checked, ReleaseId, sha256_of


def official(guidance, provision):
    """*guidance* with one provision's text marked as the official words."""
    p = replace(guidance.provisions[provision], checked=Checked.OFFICIAL)
    return replace(guidance, provisions={**guidance.provisions, provision: p})


def test_every_provision_can_be_cited_exactly(guidance):
    verdicts = {verify(cite(guidance, p), guidance).verdict for p in guidance.provisions}
    assert verdicts == {Verdict.EXACT}


def test_a_digest_is_never_quoted(guidance):
    assert all(cite(guidance, p).quote is None for p in guidance.provisions)
    good = cite(guidance, "ungp-19")
    quoted = replace(good, quote=guidance.provisions["ungp-19"].text)
    assert verify(quoted, guidance).verdict is not Verdict.EXACT


def test_official_words_are_quoted_verbatim(guidance):
    release = official(guidance, "udhr-12")
    citation = cite(release, "udhr-12")
    assert citation.quote == release.provisions["udhr-12"].text
    assert verify(citation, release).verdict is Verdict.EXACT


def test_official_words_link_to_where_they_stand(guidance):
    release = official(guidance, "udhr-12")
    there = replace(release.provisions["udhr-12"], url="https://example.org/udhr.pdf#page=4")
    release = replace(release, provisions={**release.provisions, "udhr-12": there})
    citation = cite(release, "udhr-12")
    assert citation.url == "https://example.org/udhr.pdf#page=4"
    assert verify(citation, release).verdict is Verdict.EXACT
    elsewhere = replace(citation, url=guidance.sources["udhr"].url)
    assert verify(elsewhere, release).verdict is not Verdict.EXACT


def test_real_words_under_another_provision_are_told_apart(guidance):
    stray = replace(cite(guidance, "ungp-19"), provision="ungp-18", pinpoint="UNGP 18")
    checkup = verify(stray, guidance)
    assert (checkup.verdict, checkup.found_in) == (Verdict.OTHER_PROVISION, "ungp-19")


def test_invented_words_are_not_in_the_corpus(guidance):
    invented = replace(cite(guidance, "ungp-19"), sha256=sha256_of("Sell to anybody."))
    assert verify(invented, guidance).verdict is Verdict.NOT_IN_CORPUS
    nowhere = replace(cite(guidance, "ungp-19"), provision="ungp-99", sha256=sha256_of("x"))
    assert verify(nowhere, guidance).verdict is Verdict.NOT_IN_CORPUS


def _mutants(guidance, provision, chance):
    """Citations of *provision* that are each wrong in one way."""
    good = cite(guidance, provision)
    p = guidance.provisions[provision]
    words = p.text.split(" ")
    drop = chance.randrange(len(words))
    less = " ".join(words[:drop] + words[drop + 1 :])
    other = chance.choice([i for i in guidance.provisions if i != provision])
    yield replace(good, sha256=sha256_of(less))
    yield replace(good, start=1)
    yield replace(good, end=good.end - 1)
    yield replace(good, end=good.end + 1)
    yield replace(good, provision=other, pinpoint=guidance.provisions[other].pinpoint)
    yield replace(good, pinpoint=good.pinpoint + ", para. 3")
    yield replace(good, release=ReleaseId("000000000000"))
    yield replace(good, checked=Checked.OFFICIAL)
    yield replace(good, quote=p.text)
    yield replace(good, sha256=sha256_of(p.text.replace("should", "must") + "."))


def test_two_thousand_false_citations_are_all_caught(guidance):
    chance = random.Random(20201)
    tried = 0
    for provision in guidance.provisions:
        for mutant in _mutants(guidance, provision, chance):
            tried += 1
            assert verify(mutant, guidance).verdict is not Verdict.EXACT, mutant
    assert tried == 2300


def test_a_reply_with_an_uncited_claim_is_refused(guidance, begin):
    reply = begin().say("drones for the police in Kenya")
    check(reply, guidance)
    first = replace(reply.considerations[0], citations=())
    with pytest.raises(UncitedClaim, match="consideration"):
        check(replace(reply, considerations=(first, *reply.considerations[1:])), guidance)


def test_a_reply_with_a_false_citation_is_refused_and_says_where_the_words_are(guidance, begin):
    reply = begin().say("drones for the police in Kenya")
    stray = replace(cite(guidance, "ungp-19"), provision="ungp-18", pinpoint="UNGP 18")
    first = replace(reply.safeguards[0], citations=(stray,))
    with pytest.raises(BadCitation) as refused:
        check(replace(reply, safeguards=(first, *reply.safeguards[1:])), guidance)
    assert str(refused.value) == ("citation of 'ungp-18': real text, another provision; "
                                  "the words stand in 'ungp-19'")


def test_words_that_stand_nowhere_are_said_to_be_in_no_provision(guidance, begin):
    reply = begin().say("drones for the police in Kenya")
    invented = replace(cite(guidance, "ungp-19"), sha256=sha256_of("Sell to anybody."))
    first = replace(reply.safeguards[0], citations=(invented,))
    with pytest.raises(BadCitation) as refused:
        check(replace(reply, safeguards=(first, *reply.safeguards[1:])), guidance)
    assert str(refused.value) == "citation of 'ungp-19': not in the corpus"
