"""What advice says first, and what stands in each of its parts: as it is shown, word for word."""

from dataclasses import replace

import pytest

from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.interview import group_of
from bot.dialogue.judging import coverage, judge_all, open_facts
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import (
    FREE_TO_LEAVE,
    asked,
    choice,
    compose_advice,
    flag_note,
    lowered,
    passage_note,
    safeguard_note,
    upshot,
)
from bot.dialogue.replies.shortening import first_cited, opening, quoted_once
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    Coverage,
    Kind,
    Reply,
    Status,
)
from retrieval.guidance import Checked, Fact, Guidance, ProvisionId
from retrieval.passages import passage

KEY = MessageKey("m")
FROST = {"product": "thermal-imaging", "end_user": "university", "end_use": "research"}
"""A deal to which few considerations apply."""


def deal(unsure: str = "", **facts: str) -> Deal:
    """A deal of *facts*; those that *unsure* names are hedged."""
    return Deal({Fact(fact): Answer(frozenset({value}), f"{fact} is {value}", KEY,
                                    fact not in unsure.split())
                 for fact, value in facts.items()})


def advice(guidance: Guidance, sentences: Wording, told: Deal, *ask: str) -> Reply:
    return compose_advice(guidance, sentences, told, judge_all(guidance, told),
                          [guidance.questions[Fact(fact)] for fact in ask])


def title(guidance: Guidance, flag: str) -> str:
    return next(lowered(one.title) for one in guidance.red_flags if one.id == flag)


@pytest.mark.parametrize(("told", "name", "step", "count", "worst"), [
    # Each of the two would alone only make one pause.
    (deal(stage="negotiating", conflict="yes", restrictive_laws="yes"),
     "stop", "negotiating", 2, "sg-c2-rf1"),
    (deal(stage="signed", detentions="yes"), "stop_one", "signed", 1, "sg-c2-rf3"),
    (deal(conflict="yes"), "pause", "default", 1, "sg-c2-rf2"),
    (deal("restrictive_laws", stage="idea", conflict="yes", restrictive_laws="yes"),
     "pause_many", "idea", 2, "sg-c2-rf2"),
    (deal("conflict", stage="renewal", conflict="yes"), "tentative", "renewal", 1, "sg-c2-rf2"),
    # However grave what is only supposed.
    (deal("conflict detentions", stage="delivered", conflict="yes", detentions="yes"),
     "tentative_many", "delivered", 2, "sg-c2-rf3"),
])
def test_the_upshot_says_how_many_flags_are_raised_how_surely_and_what_they_keep_one_from(
    guidance, sentences, told, name, step, count, worst
):
    raised = sentences.say("count.flag_one" if count == 1 else "count.flag_many", n=count)

    said = upshot(guidance, sentences, told, judge_all(guidance, told))

    assert said.text == sentences.say(f"upshot.{name}", step=sentences.say(f"step.{step}"),
                                      raised=raised, worst=title(guidance, worst))
    assert said.citations[0].provision == next(
        flag.authorities[0] for flag in guidance.red_flags if flag.id == worst)


def test_the_upshot_counts_the_points_that_are_open(guidance, sentences):
    told = deal(conflict="no", restrictive_laws="no")
    findings = judge_all(guidance, told)
    still = [f for f in findings if f.status is Status.OPEN]

    assert 2 <= len(still) < len(findings)
    assert upshot(guidance, sentences, told, findings).text == sentences.say(
        "upshot.open", open=sentences.say("count.open_many", n=len(still)))


@pytest.mark.parametrize(("extra", "name", "worst"), [
    ({}, "narrow", ""),
    ({"detentions": "yes"}, "narrow_raised", "sg-c2-rf3"),
    ({"detentions": "yes", "conflict": "yes"}, "narrow_raised_many", "sg-c2-rf3"),
])
def test_where_little_applies_the_upshot_says_why_and_what_is_raised_all_the_same(
    guidance, sentences, extra, name, worst
):
    told = deal(**FROST, **extra)
    raised = sentences.say("count.flag_one" if len(extra) == 1 else "count.flag_many",
                           n=len(extra))
    scope = guidance.scopes[1]

    line = advice(guidance, sentences, told).lead[-1]

    # And not that the deal can be left altogether, however grave what is raised.
    assert line.text == sentences.say(
        f"upshot.{name}", reason=scope.reason,
        **({"raised": lowered(raised), "worst": title(guidance, worst)} if extra else {}))
    assert {*scope.authorities} <= {c.provision for c in line.citations}


@pytest.mark.parametrize(("facts", "left"), [
    ({"detentions": "yes"}, True),
    ({"conflict": "yes"}, False),
    ({"conflict": "no"}, False),
])
def test_who_is_told_to_stop_alone_is_told_that_a_deal_can_be_left(
    guidance, sentences, facts, left
):
    line = advice(guidance, sentences, deal(**facts)).lead[-1]

    assert line.text.endswith(sentences.say("upshot.choice")) is left
    assert (FREE_TO_LEAVE in {c.provision for c in line.citations}) is left


def test_a_release_without_what_says_so_says_it_uncited(guidance, sentences):
    without = replace(guidance, provisions={
        id_: p for id_, p in guidance.provisions.items() if id_ != FREE_TO_LEAVE})

    assert choice(without, sentences).text == sentences.say("upshot.choice")
    assert choice(without, sentences).citations == ()


@pytest.mark.parametrize(("text", "said"), [
    ("War", "war"),
    ("Face recognition for policing", "face recognition for policing"),
    ("DPI without a court", "DPI without a court"),
    ("U.S. export rules", "U.S. export rules"),
    ("Amnesty International has named them", "Amnesty International has named them"),
])
def test_what_goes_on_in_a_sentence_loses_its_capital_but_where_it_is_a_name(text, said):
    assert lowered(text) == said


def test_advice_asks_only_while_something_is_asked(guidance, sentences):
    told = deal(conflict="yes")

    assert advice(guidance, sentences, told).kind is Kind.ADVICE
    assert advice(guidance, sentences, told).question is None
    asking = advice(guidance, sentences, told, "detentions", "restrictive_laws")
    assert asking.kind is Kind.ASK
    assert [q.fact for q in asking.question.all()] == ["detentions", "restrictive_laws"]


def test_questions_of_a_group_are_opened_by_its_words_and_one_alone_is_not(guidance):
    facts = [Fact("detentions"), Fact("restrictive_laws")]
    together = asked(guidance, [guidance.questions[f] for f in facts])

    assert together.opener == group_of(guidance, facts).wording != ""
    assert asked(guidance, [guidance.questions[f] for f in (Fact("stage"), *facts)]).opener == ""


def test_what_is_not_certain_is_named_by_the_catalogue_and_nothing_else_is(guidance, sentences):
    told = deal("restrictive_laws product", restrictive_laws="yes", conflict="yes",
                product="drone").with_answers({Fact("detentions"): Answer(None, "no idea", KEY)})

    assert advice(guidance, sentences, told).tentative == ("product", "restrictive_laws")


def test_texts_that_end_in_a_line_break_are_shown_without(guidance, sentences):
    """Whoever edits the guidance in YAML leaves one at the end of a block."""
    told = deal(detentions="yes")
    flag = next(f for f in guidance.red_flags if f.id == "sg-c2-rf3")
    question = guidance.questions[open_facts(guidance, told)[0]]
    some = next(iter(guidance.safeguards.values()))
    broken = replace(
        guidance,
        red_flags=tuple(replace(f, title=f"{f.title}\n", explains=f"{f.explains}\n")
                        for f in guidance.red_flags),
        questions={f: replace(q, look_up=q.look_up and f"{q.look_up}\n")
                   for f, q in guidance.questions.items()},
        safeguards={s: replace(one, title=f"{one.title}\n", text=f"{one.text}\n")
                    for s, one in guidance.safeguards.items()})

    note = flag_note(broken, next(f for f in judge_all(broken, told) if f.flag.id == flag.id), told)
    assert (note.title, note.explains) == (flag.title, flag.explains)
    shown = safeguard_note(broken, broken.safeguards[some.id])
    assert (shown.title, shown.text) == (some.title, some.text)
    assert sentences.say("consult.where", label=question.label[0].upper() + question.label[1:],
                         where=question.look_up) == (
        advice(broken, sentences, told).consult[0].text)


@pytest.mark.parametrize(("provision", "number"), [
    ("sg-c2", 2), ("sg-c2-rf3", 2), ("ungp-13", None)])
def test_a_passage_has_the_number_of_its_consideration_if_it_is_of_one(
    guidance, provision, number
):
    note = passage_note(guidance, passage(guidance.provisions[ProvisionId(provision)]))

    assert (note.id, note.number) == (provision, number)
    assert note.number_checked == (guidance.considerations[1].number_checked if number else None)


def test_that_something_is_unchecked_is_said_only_where_it_is(guidance, sentences):
    checked = replace(guidance, provisions={
        id_: replace(p, checked=Checked.OFFICIAL) for id_, p in guidance.provisions.items()})
    told = deal(detentions="yes")

    assert advice(guidance, sentences, told).unchecked == sentences.say("closing.unchecked")
    assert advice(checked, sentences, told).unchecked == ""


def test_of_several_quotations_only_those_said_before_are_cut(guidance, sentences):
    first, second, *_ = advice(guidance, sentences, deal(detentions="yes", conflict="yes")).flags
    long = "they keep arresting reporters there every month"
    other = "and the army has run the country since the summer"
    notes = quoted_once((replace(first, status=Status.RAISED, said=(long,)),
                         replace(second, status=Status.RAISED, said=(long, other))))

    assert [note.said for note in notes] == [(long,), (opening(long), other)]


def test_a_flag_that_is_open_has_quoted_nothing_yet(guidance, sentences):
    first, second, *_ = advice(guidance, sentences, deal(detentions="yes", conflict="yes")).flags
    long = "they keep arresting reporters there every month"
    notes = quoted_once(replace(one, status=Status.OPEN, said=(long,)) for one in (first, second))

    assert [note.said for note in notes] == [(long,), (long,)]


def test_the_first_sources_are_one_each_of_what_weighs_most(guidance, sentences):
    told = deal(detentions="yes", conflict="yes")
    whole = advice(guidance, sentences, told, "product", "end_user")
    few = first_cited(whole)

    assert [len(q.citations) for q in few.question.all()] == [1, 1]
    assert {len(flag.citations) for flag in few.flags} == {1}
    assert [(c.id, c.citations) for c in few.considerations] == [
        (c.id, c.citations[:1]) for c in whole.considerations[:BRIEF_CONSIDERATIONS]]
    assert [(s.id, s.citations) for s in few.safeguards] == [
        (s.id, s.citations[:1]) for s in whole.safeguards[:BRIEF_SAFEGUARDS]]


def test_a_consideration_that_a_flag_alone_makes_apply_rests_on_what_raised_it(guidance):
    """Nothing that settles it is asked of such a deal, so its facts are those of the flag."""
    loose = replace(guidance, considerations=tuple(
        replace(c, settled_by=(Fact("export_review"),)) if c.id == "sg-c6" else c
        for c in guidance.considerations))
    line = next(line for line in coverage(loose, deal(**FROST, data_sharing="open"))
                if line.consideration == "sg-c6")

    assert (line.state, line.because) == (Coverage.ADDRESSED, ("data_sharing",))
