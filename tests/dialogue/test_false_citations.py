"""Thousands of citations with one thing wrong, as official quotations and as digests."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from bot.dialogue.changes import Part
from bot.dialogue.citation import Citation
from bot.dialogue.citing import BadCitation, UncitedClaim, Verdict, check, cite, verify
from bot.dialogue.reply import Line, Status
from retrieval.guidance import Checked, Guidance, Provision, ReleaseId, sha256_of
from retrieval.passages import passages_of


@pytest.fixture(scope="module", params=["digest", "official"])
def release(request: pytest.FixtureRequest, guidance: Guidance) -> Guidance:
    """The corpus as it ships, and the same as if every text were the official one."""
    if request.param == "digest":
        return guidance
    provisions = {
        i: replace(p, checked=Checked.OFFICIAL) for i, p in guidance.provisions.items()
    }
    return replace(guidance, provisions=provisions)


def good_citations(release: Guidance) -> Iterator[tuple[Provision, Citation]]:
    """Each provision cited whole, and each passage of it when it is cut small."""
    for p in release.provisions.values():
        yield p, cite(release, p.id)
        for passage in passages_of(p, limit=120):
            yield p, cite(release, p.id, passage)


def neighbour(release: Guidance, provision: Provision) -> Provision:
    """The next provision of the same source, or the one before the last."""
    mine = [p for p in release.provisions.values() if p.source == provision.source]
    if len(mine) == 1:
        mine = list(release.provisions.values())
    return mine[mine.index(provision) - 1]


def mutants(release: Guidance, p: Provision, good: Citation) -> Iterator[tuple[str, Citation]]:
    span = p.text[good.start : good.end]
    words = span.split(" ")
    for drop in {0, len(words) // 2, len(words) - 1}:
        less = " ".join(words[:drop] + words[drop + 1 :])
        quote = None if good.quote is None else less
        yield "a word dropped", replace(good, quote=quote, sha256=sha256_of(less))
        if quote is not None:
            yield "a word dropped from the quotation alone", replace(good, quote=quote)
    other = neighbour(release, p)
    if other.pinpoint != p.pinpoint:
        yield "the neighbour's pinpoint", replace(good, pinpoint=other.pinpoint)
    yield "the neighbour's id", replace(good, provision=other.id)
    yield "the neighbour's id and pinpoint", replace(
        good, provision=other.id, pinpoint=other.pinpoint, checked=other.checked
    )
    yield "a span one to the right", replace(good, start=good.start + 1, end=good.end + 1)
    yield "a span cut short", replace(good, end=good.end - 1)
    yield "a span begun late", replace(good, start=good.start + 1)
    yield "a span beyond the end", replace(good, end=len(p.text) + 5)
    yield "a span turned round", replace(good, start=good.end, end=good.start)
    yield "a span from before the beginning", replace(good, start=-len(p.text))
    digit = "0" if good.sha256[-1] != "0" else "1"
    yield "one digit of the digest", replace(good, sha256=good.sha256[:-1] + digit)
    yield "no digest", replace(good, sha256="")
    yield "another release", replace(good, release=ReleaseId("000000000000"))
    claimed = Checked.SEEN if p.checked is Checked.OFFICIAL else Checked.OFFICIAL
    yield "another checked state", replace(good, checked=claimed)
    if good.quote is None:
        yield "a digest quoted", replace(good, quote=span)
    else:
        yield "words put in", replace(good, quote=good.quote + " indeed")
        yield "an empty quotation", replace(good, quote="")


def test_no_untouched_citation_is_called_false(release):
    verdicts = [verify(c, release) for _, c in good_citations(release)]
    assert len(verdicts) > 500
    assert {v.verdict for v in verdicts} == {Verdict.EXACT}


@pytest.mark.long
def test_every_mutant_is_caught(release):
    tried, missed = 0, []
    # To look for the words of a false citation takes a millisecond, so only one in four is bent.
    for p, good in islice(good_citations(release), 0, None, 4):
        for what, mutant in mutants(release, p, good):
            tried += 1
            if verify(mutant, release).verdict is Verdict.EXACT:
                missed.append((what, mutant))
    assert tried > 2_000
    assert missed == []


def test_real_words_are_traced_to_where_they_stand(release):
    for p in release.provisions.values():
        other = neighbour(release, p)
        stray = replace(cite(release, p.id), provision=other.id, pinpoint=other.pinpoint,
                        checked=other.checked)
        checkup = verify(stray, release)
        assert checkup.verdict is Verdict.OTHER_PROVISION
        assert checkup.found_in is not None
        assert release.provisions[checkup.found_in].text == p.text


def test_words_of_a_part_are_traced_to_where_they_stand(guidance):
    """By their digest, as a passage of a long text is cited; and by what is quoted of it."""
    first, second = guidance.provisions["ungp-17"], guidance.provisions["ungp-18"]
    long = replace(first, checked=Checked.OFFICIAL, text="\n".join(
        f"Sentence {n} of a long text, which is cut into passages at its ends." for n in range(30)))
    release = replace(guidance, provisions={**guidance.provisions, first.id: long})
    *_, last = passages_of(long)
    assert last.start > 0
    true = cite(release, long.id, last)
    assert (true.start, true.end, true.quote) == (last.start, last.end, last.text)
    stray = replace(true, provision=second.id, pinpoint=second.pinpoint)
    for false in (replace(stray, quote=None), replace(stray, sha256=sha256_of("something else"))):
        checkup = verify(false, release)
        assert (checkup.verdict, checkup.found_in) == (Verdict.OTHER_PROVISION, long.id)
    invented = replace(stray, sha256=sha256_of("something else"), quote="Sentence 99 of a text")
    assert verify(invented, release).verdict is Verdict.NOT_IN_CORPUS


@pytest.mark.parametrize("field", ["source", "source_title", "url"])
def test_a_citation_that_names_another_source_is_caught(guidance, field):
    false = replace(cite(guidance, "ungp-17"), **{field: getattr(cite(guidance, "udhr-12"), field)})
    assert verify(false, guidance).verdict is not Verdict.EXACT


def test_real_words_under_a_wrong_pinpoint_are_not_called_invented(guidance):
    false = replace(cite(guidance, "ungp-17"), pinpoint="UNGP 18")
    assert verify(false, guidance).verdict is not Verdict.NOT_IN_CORPUS


# Whole replies ---------------------------------------------------------------------------

CLAIMS = ("considerations", "flags", "safeguards", "more_safeguards")


@pytest.fixture
def reply(begin):
    advice = begin().say("spyware for the police in Kenya, journalists keep getting arrested there")
    assert all(getattr(advice, name) for name in CLAIMS)
    assert advice.question is not None
    return advice


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_claim_without_citation_is_refused_wherever_it_stands(guidance, reply, name, place):
    claims = list(getattr(reply, name))
    claims[place] = replace(claims[place], citations=())
    with pytest.raises(UncitedClaim):
        check(replace(reply, **{name: tuple(claims)}), guidance)


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_claim_with_a_false_citation_is_refused_wherever_it_stands(guidance, reply, name, place):
    claims = list(getattr(reply, name))
    [*others, last] = claims[place].citations
    false = replace(last, sha256=sha256_of("You may sell to anybody."))
    claims[place] = replace(claims[place], citations=(*others, false))
    with pytest.raises(BadCitation) as caught:
        check(replace(reply, **{name: tuple(claims)}), guidance)
    assert caught.value.verdict is Verdict.NOT_IN_CORPUS
    assert caught.value.citation == false


@pytest.mark.parametrize("name", ["lead", "consult", "closing"])
def test_a_sentence_of_ours_with_a_false_citation_is_refused(guidance, reply, name):
    false = replace(cite(guidance, "ungp-1"), release=ReleaseId("older"))
    with pytest.raises(BadCitation):
        check(replace(reply, **{name: (Line("Somebody says so.", (false,)),)}), guidance)


def test_a_flag_that_is_not_raised_has_to_be_cited_too(guidance, reply):
    flags = [replace(f, citations=()) if f.status is not Status.RAISED else f for f in reply.flags]
    with pytest.raises(UncitedClaim, match="red flag"):
        check(replace(reply, flags=tuple(flags)), guidance)


@pytest.mark.parametrize("name", ["lead", "aside", "consult", "closing"])
def test_a_false_citation_beside_a_true_one_of_the_same_words_is_refused(guidance, reply, name):
    true = reply.considerations[0].citations[0]
    false = replace(true, pinpoint=f"{true.pinpoint}, para. 3")
    before = getattr(reply, name)
    check(replace(reply, **{name: (*before, Line("Somebody says so.", (true,)))}), guidance)
    with pytest.raises(BadCitation) as caught:
        check(replace(reply, **{name: (*before, Line("So it is said.", (false,)))}), guidance)
    assert (caught.value.citation, caught.value.verdict) == (false, Verdict.OTHER_PROVISION)


@pytest.mark.parametrize("place", [0, -1])
def test_each_question_of_a_message_has_to_be_cited(guidance, begin, place):
    reply = begin().say("thermal cameras for the border guard in Kenya")
    asked = list(reply.question.all())
    assert [one.fact for one in asked] == ["detentions", "conflict", "restrictive_laws"]

    def put(*questions):
        first, *others = questions
        return replace(reply, question=replace(first, beside=tuple(others)))

    check(put(*asked), guidance)
    bare, false = list(asked), list(asked)
    bare[place] = replace(asked[place], citations=())
    with pytest.raises(UncitedClaim) as uncited:
        check(put(*bare), guidance)
    assert str(uncited.value) == f"question {asked[place].fact!r} carries no citation"
    astray = replace(asked[place].citations[0], pinpoint="Somewhere else")
    false[place] = replace(asked[place], citations=(astray,))
    with pytest.raises(BadCitation) as caught:
        check(put(*false), guidance)
    assert caught.value.citation == astray


def test_what_bears_on_a_matter_beside_has_to_be_cited(guidance, reply):
    related = replace(reply.considerations[0], id="ungp-17")
    check(replace(reply, related=(related,)), guidance)
    with pytest.raises(UncitedClaim) as caught:
        check(replace(reply, related=(replace(related, citations=()),)), guidance)
    assert str(caught.value) == "consideration 'ungp-17' carries no citation"


@pytest.mark.parametrize("part", [
    Part.FLAGS_ADDED, Part.CONSIDERATIONS, Part.SAFEGUARDS_ADDED, Part.SAFEGUARDS_REMOVED])
def test_what_changes_in_the_advice_has_to_be_cited(guidance, begin, part):
    talk = begin()
    talk.say("spyware for the police in Kenya")
    reply = talk.say("what if journalists were arrested there?")
    [group] = [group for group in reply.changes.groups if group.part is part]
    bare = replace(group, named=(*group.named[:-1], replace(group.named[-1], citations=())))

    def shown(instead):
        return replace(reply, changes=replace(reply.changes, groups=tuple(
            instead if one is group else one for one in reply.changes.groups)))

    with pytest.raises(UncitedClaim) as caught:
        check(shown(bare), guidance)
    assert str(caught.value) == f"{part.value} {group.named[-1].id!r} carries no citation"
    # The name of a fact asserts nothing.
    for fact in (Part.FACTS, Part.FACTS_OPENED, Part.FACTS_NEEDLESS):
        check(shown(replace(bare, part=fact)), guidance)
