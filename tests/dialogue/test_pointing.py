"""Points of a reply, and the reply once a model has worded them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.citing import BadCitation, UncitedClaim, Verdict, check, cite
from bot.dialogue.drafting import Draft, Point, PointKind, Sentence
from bot.dialogue.pointing import left_out, points_of, restated, worded, worth_wording
from bot.dialogue.reply import Reply, Status
from bot.plain import to_text
from retrieval.guidance import Checked, Guidance, ProvisionId
from tests.dialogue.test_random_conversations import conversations, often, take

NOTE = ("A language model worded this from points that were decided without it. Each sentence was "
        "checked against its sources.")


def ids(points: tuple[Point, ...]) -> list[str]:
    return [point.id for point in points]


def draft(*sentences: tuple[str, str]) -> Draft:
    """A draft out of texts and the ids of their points, apart by spaces."""
    return Draft(tuple(Sentence(text, tuple(points.split())) for text, points in sentences))


# Points ----------------------------------------------------------------------------------


def test_a_first_answer_gives_its_flags_two_considerations_and_three_safeguards(begin):
    talk = begin()
    reply = talk.say("spyware for the army in Chad, they torture")
    points = points_of(reply, talk.guidance)

    raised = [flag for flag in reply.flags if flag.status is Status.RAISED]
    assert reply.shape == "brief"
    assert ids(points) == [*(f"F{n + 1}" for n in range(len(raised))), "C1", "C2", "S1", "S2", "S3"]
    assert [p.of for p in points] == [
        *(flag.id for flag in raised), *(c.id for c in reply.considerations[:2]),
        *(s.id for s in reply.safeguards[:3])]
    assert [p.needed for p in points] == [p.kind is PointKind.FLAG for p in points]
    assert (points[0].title, points[0].text) == (raised[0].title, raised[0].explains)
    assert points[-1].title == f"{reply.safeguards[2].title} ({reply.safeguards[2].stage})"


def test_the_full_advice_gives_all_that_it_shows(begin):
    talk = begin()
    talk.say("spyware for the army in Chad, they torture")
    reply = talk.say("advise now")
    points = points_of(reply, talk.guidance)

    assert reply.shape == "full"
    kinds = [point.kind for point in points]
    assert [kinds.count(kind) for kind in PointKind] == [
        sum(flag.status is Status.RAISED for flag in reply.flags), len(reply.safeguards),
        len(reply.considerations), len(reply.related)]


def test_a_step_gives_the_new_flags_alone_and_nothing_without_one(begin):
    talk = begin()
    talk.say("cctv for the police in Kenya")
    step = talk.say("they detain journalists")
    assert (step.shape, ids(points_of(step, talk.guidance))) == ("step", ["F1"])
    assert points_of(step, talk.guidance)[0].of == step.fresh[0]
    quiet = talk.say("I don't know")
    assert (quiet.shape, points_of(quiet, talk.guidance)) == ("step", ())


def test_a_plain_question_gives_its_passages_word_for_word(begin):
    talk = begin()
    reply = talk.say("what does the guidance say about resellers?")
    points = points_of(reply, talk.guidance)

    assert {point.kind for point in points} == {PointKind.PASSAGE}
    assert [(p.id, p.of, p.title, p.text) for p in points] == [
        (f"P{n}", c.id, c.title, c.text) for n, c in enumerate(reply.considerations, start=1)]
    assert all(point.evidence == (point.title, point.text) for point in points)


@pytest.mark.parametrize("said", [
    ["hello"], ["thanks"], ["what can you do"], ["what is DPI?"], ["is this legal?"],
    ["write me a poem"], ["…"],
    ["cctv for the police in Kenya", "why do you ask?"],
    ["cctv for the police in Kenya", "more safeguards"],
    ["cctv for the police in Kenya", "show the passages"],
    ["cctv for the police in Kenya", "what if it's for the army?"],
    ["cctv for the police in Kenya", "compare with the Kenya deal"],
    ["cctv for the police in Kenya", "start over"],
])
def test_what_only_frames_lists_or_declines_gives_nothing_to_word(begin, said):
    talk = begin()
    for text in said:
        reply = talk.say(text)
    assert points_of(reply, talk.guidance) == ()
    assert not worth_wording(reply)


def test_only_official_words_may_be_quoted(begin):
    talk = begin()
    reply = talk.say("what does the guidance say about resellers?")
    provision = reply.considerations[0].citations[0].provision
    assert points_of(reply, talk.guidance)[0].quotable == ()

    official = _official(talk.guidance, provision)
    text = official.provisions[provision].text
    now = replace(reply.considerations[0], citations=(cite(official, provision),))
    point = points_of(replace(reply, considerations=(now,)), official)[0]
    assert point.quotable == (text,)
    assert text in point.evidence


def _official(guidance: Guidance, provision: ProvisionId) -> Guidance:
    p = replace(guidance.provisions[provision], checked=Checked.OFFICIAL)
    return replace(guidance, provisions={**guidance.provisions, provision: p})


def test_a_long_answer_is_worth_a_wording_and_one_flag_is_not(begin):
    talk = begin()
    assert worth_wording(talk.say("cctv for the police in Kenya"))
    assert not worth_wording(talk.say("they detain journalists"))
    assert worth_wording(begin().say("what does the guidance say about resellers?"))


# The worded reply ------------------------------------------------------------------------


def test_a_sentence_cites_what_its_points_cite_once_and_the_first_of_each_first(begin, sentences):
    talk = begin()
    reply = talk.say("spyware for the army in Chad, they torture")
    points = points_of(reply, talk.guidance)
    by_id = {point.id: point for point in points}
    made = worded(reply, draft(("  Look here. ", "F1 S1 F1"), ("And there.", "C2")), points,
                  "openai:tiny", sentences)

    one, other = made.worded
    assert (one.text, one.restates) == ("Look here.", (by_id["F1"].of, by_id["S1"].of))
    first, second = by_id["F1"].citations, by_id["S1"].citations
    assert one.citations[:2] == (first[0], second[0])
    assert sorted(map(str, one.citations)) == sorted(map(str, {*first, *second}))
    assert (other.text, other.citations) == ("And there.", by_id["C2"].citations)
    assert made.composer == "openai:tiny"
    assert made.worded_by == NOTE
    assert replace(made, worded=(), composer="plain", worded_by="") == reply
    check(made, talk.guidance)


def test_what_a_wording_passes_over_is_still_named(begin, sentences):
    talk = begin()
    reply = talk.say("spyware for the army in Chad, they torture")
    points = points_of(reply, talk.guidance)
    assert left_out(reply, talk.guidance) == ()
    made = worded(reply, draft(("All of it.", " ".join(ids(points)[:-3])), ("So.", "S2")), points,
                  "openai:tiny", sentences)
    assert ids(left_out(made, talk.guidance)) == ["S1", "S3"]


def test_two_passages_of_one_provision_are_two_points(begin, sentences):
    talk = begin()
    reply = talk.say("what does the guidance say about resellers?")
    [first, second, *_] = reply.considerations
    reply = replace(reply, considerations=(first, replace(second, id=first.id)))
    made = worded(reply, draft(("One.", "P1")), points_of(reply, talk.guidance), "m:m", sentences)
    assert ids(left_out(made, talk.guidance)) == ["P2"]


def test_that_something_was_only_supposed_is_said_whatever_the_model_says(begin, sentences):
    talk = begin()
    reply = talk.say("cctv for the police in Kenya, I think they detain journalists")
    raised = [flag for flag in reply.flags if flag.status is Status.RAISED]
    assert [flag.tentative for flag in raised] == [True]
    made = worded(reply, draft(("Journalists are detained.", "F1"), ("Really.", "F1"),
                               ("Weigh it.", "C1")), points_of(reply, talk.guidance),
                  "openai:tiny", sentences)
    assert [line.text for line in made.worded] == [
        "Journalists are detained. That is not certain.", "Really.", "Weigh it."]


def test_a_point_that_was_not_given_is_no_point(begin, sentences):
    talk = begin()
    reply = talk.say("cctv for the police in Kenya")
    with pytest.raises(KeyError, match="F9"):
        worded(reply, draft(("So.", "F9")), points_of(reply, talk.guidance), "m:m", sentences)


# The last look before it is shown --------------------------------------------------------


def _made(talk, sentences) -> Reply:
    reply = talk.say("spyware for the army in Chad, they torture")
    points = points_of(reply, talk.guidance)
    return worded(reply, draft(("Look here.", "F1")), points, "openai:tiny", sentences)


def _citing(reply: Reply, *citations) -> Reply:
    return replace(reply, worded=(replace(reply.worded[0], citations=citations),))


def test_a_worded_sentence_without_a_citation_is_refused(begin, sentences):
    talk = begin()
    with pytest.raises(UncitedClaim, match=r"worded sentence 'Look here\.'"):
        check(_citing(_made(talk, sentences)), talk.guidance)


@pytest.mark.parametrize("forged", [
    {"sha256": "0" * 64}, {"provision": "ungp-99"}, {"pinpoint": "UNGP 99"}, {"quote": "Sell."},
    {"release": "000000000000"}, {"end": 3},
])
def test_a_forged_citation_on_a_worded_sentence_is_refused(begin, sentences, forged):
    talk = begin()
    made = _made(talk, sentences)
    first, *others = made.worded[0].citations
    with pytest.raises(BadCitation) as caught:
        check(_citing(made, replace(first, **forged), *others), talk.guidance)
    assert caught.value.verdict in {Verdict.OTHER_PROVISION, Verdict.NOT_IN_CORPUS}


def test_a_real_citation_that_no_point_of_the_sentence_carries_is_refused(begin, sentences):
    talk = begin()
    made = _made(talk, sentences)
    decided = set(made.citations())
    stray = next(cite(talk.guidance, p) for p in talk.guidance.provisions
                 if cite(talk.guidance, p) not in decided)
    beside = next(c for s in made.safeguards for c in s.citations
                  if c not in made.worded[0].citations)
    for citation in (stray, beside):
        with pytest.raises(BadCitation) as caught:
            check(_citing(made, *made.worded[0].citations, citation), talk.guidance)
        assert caught.value.verdict is Verdict.STRAY


def test_a_reply_that_decides_nothing_can_not_be_worded(begin, sentences):
    talk = begin()
    made = _made(talk, sentences)
    decline = talk.say("write me a poem")
    with pytest.raises(BadCitation) as caught:
        check(replace(decline, worded=made.worded), talk.guidance)
    assert caught.value.verdict is Verdict.STRAY


# Whatever is said ------------------------------------------------------------------------


@pytest.mark.long
@given(conversations, st.randoms(use_true_random=False))
@often(60)
def test_the_points_of_every_reply_rest_on_what_it_cites_and_stand_in_the_plain_answer(
    begin, said, chance
):
    talk = begin()
    for remark in said:
        reply = take(talk, remark)
        points = points_of(reply, talk.guidance)
        plain = to_text(reply, talk.guidance)
        assert len({point.id for point in points}) == len(points)
        assert {c for point in points for c in point.citations} <= set(reply.citations())
        for point in points:
            assert point.citations
            # A single flag is named by the upshot alone, in the midst of a sentence.
            assert point.title in plain or (
                reply.flag_named_above and point.title.casefold() in plain.casefold())
            assert point.text in plain
            assert {point.title, point.text} <= set(point.evidence)
        shown = {flag.id for flag in reply.flags if flag.status is Status.RAISED}
        if reply.shape == "step":
            shown &= set(reply.fresh)
        if reply.shape not in {"safeguards", "sources"}:
            assert {point.of for point in points if point.needed} == shown


@pytest.mark.long
@given(conversations, st.data())
@often(60)
def test_any_draft_out_of_the_points_makes_a_reply_that_passes_and_loses_no_point(
    begin, sentences, said, data
):
    talk = begin()
    for remark in said:
        reply = take(talk, remark)
        points = points_of(reply, talk.guidance)
        if not points:
            continue
        told = [p for p in points if p.needed or data.draw(st.booleans())] or [points[0]]
        made = worded(reply, Draft(tuple(Sentence(p.title, (p.id,)) for p in told)), points,
                      "openai:tiny", sentences)
        check(made, talk.guidance)
        assert set(made.citations()) == set(reply.citations())
        passed = left_out(made, talk.guidance)
        assert not any(point.needed for point in passed)
        assert {p.id for p in told} | {p.id for p in passed} == {p.id for p in points}
        for line, point in zip(made.worded, told, strict=True):
            assert point in restated(line, points)
            assert line.citations == point.citations
