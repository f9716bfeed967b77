"""Corrections: the reply says what they did to the advice, and nothing of the old deal is left."""

from collections.abc import Iterator, Mapping

import pytest

from bot.dialogue.changes import Ground, Part
from bot.dialogue.conversation import Conversation
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.replies.comparing import advised, corrected, difference
from bot.dialogue.reply import Reply, Status
from bot.machine.protocol import to_json
from bot.plain import to_text
from retrieval.guidance import Fact, Guidance, Question
from tests.dialogue.talking import Talk

OPENER = "drones for the police in Kenya"
CORRECTION = "correction: "


def changed(reply: Reply) -> Mapping[str, list[str]]:
    assert reply.changes is not None
    return {group.part.value: [n.id for n in group.named] for group in reply.changes.groups}


# What the reply says -----------------------------------------------------------------------


def test_a_correction_names_the_flag_that_went_and_what_stays(begin):
    talk = begin()
    talk.say("spyware for the police in Kenya")
    reply = talk.choose({"end_user": ["university"]})

    assert changed(reply)["flags_removed"] == ["hacking-tools-for-the-state"]
    assert reply.changes.of is Ground.CORRECTION
    assert "flags_added" not in changed(reply)


def test_a_correction_that_brings_a_flag_tells_considerations_and_safeguards_too(begin):
    talk = begin()
    talk.say("thermal cameras for a university in Kenya for frost research")
    reply = talk.say("correction, it's for crowd monitoring by the police")

    assert changed(reply) == {
        "flags_added": ["monitoring-of-assemblies"],
        "considerations": ["sg-c1", "sg-c2", "sg-c3", "sg-c6", "sg-c7", "sg-c8"],
        "safeguards_added": ["sg-c6-4", "export-counsel", "sg-c6-1", "sg-c6-8", "assembly-limits",
                             "camera-masking-retention"],
        "safeguards_removed": ["end-use-statement"],
    }
    assert reply.changes.kept == ("sg-c6-3",)
    assert reply.fresh == ("monitoring-of-assemblies",)


def test_a_correction_that_changes_no_advice_says_so(begin):
    talk = begin()
    talk.say("spyware for the police in Kenya")
    reply = talk.say("actually Uganda, not Kenya")

    assert reply.changes.groups == ()
    assert reply.changes.rest == "The advice stands as it was."
    assert len(reply.changes.kept) == 7


@pytest.mark.parametrize(
    "more", ["no idea", "to watch crowds", "why do you ask?", "more safeguards"])
def test_what_changes_nothing_that_was_known_is_no_correction(begin, more):
    talk = begin()
    assert talk.say("drones for the police in Kenya").changes is None
    assert talk.say(more).changes is None


def test_what_was_not_known_and_now_is_corrects_nothing(begin):
    talk = begin()
    talk.say("drones for the police, country not known yet")
    assert talk.choose({"country": None}).changes is None
    assert talk.choose({"country": ["KE"]}).changes is None


def test_each_name_carries_its_citations_wherever_it_is_drawn(begin):
    talk = begin()
    talk.say("spyware for the police in Kenya")
    reply = talk.choose({"end_user": ["university"]})
    text = to_text(reply, talk.guidance)
    document = to_json(reply, talk.conversation, 2, talk.guidance)["changes"]

    title = "Hacking tools for a government body or somebody who may act for one"
    assert f"No longer raised: {title} [" in text
    assert [f["id"] for f in document["flags_removed"]] == ["hacking-tools-for-the-state"]
    assert all(f["citations"] for f in document["flags_removed"])
    assert document["of"] == "correction"
    assert document["kept"] == len(reply.changes.kept)
    assert document["flags_added"] == []
    assert {c.provision for n in reply.changes.named(Part.FLAGS_REMOVED) for c in n.citations} <= \
        {c.provision for c in reply.citations()}


def test_a_thing_instead_of_another_is_the_thing(begin):
    """Said as a correction, "the ministry instead of the police" left nobody as the end-user."""
    talk = begin()
    talk.say(OPENER)
    talk.say("it's the health ministry instead of the police")
    assert talk.conversation.deal.known("end_user") == {"health-ministry"}


def test_the_word_correction_answers_no_question(begin):
    """Asked how the law is applied, "correction: drones" was heard as "correctly"."""
    talk = begin()
    talk.say(OPENER)
    talk.choose({"end_use": ["traffic"]})
    talk.conversation = talk.conversation.asking(["law_in_practice"])
    talk.say("correction: facial recognition")
    assert "law_in_practice" not in talk.conversation.deal.answers
    assert talk.conversation.deal.known("product") == {"facial-recognition"}


# The comparison by itself ------------------------------------------------------------------


def deal(**facts: str) -> Deal:
    return Deal({Fact(f): Answer(frozenset({v}), v, MessageKey("1")) for f, v in facts.items()})


def test_a_difference_turned_round_has_come_and_gone_the_other_way(guidance):
    one = advised(guidance, deal(product="spyware", end_user="police"))
    other = advised(guidance, deal(product="drone", end_user="university", end_use="research"))
    there, back = difference(guidance, one, other), difference(guidance, other, one)

    assert there.facts == back.facts == ("product", "end_user", "end_use")
    assert there.flags_removed == back.flags_added
    assert there.safeguards_added == back.safeguards_removed
    assert set(there.kept) == set(back.kept)
    assert [(s.after, s.before) for s in there.shifts] == \
        [(s.before, s.after) for s in back.shifts]
    assert difference(guidance, one, one).kept == (*one.raised, *one.safeguards)


def test_only_a_value_that_was_known_can_be_corrected():
    before = Deal({**deal(product="drone").answers, "country": Answer(None, "", MessageKey("1"))})
    after = before.with_answers(deal(product="cctv", country="KE", end_user="police").answers)
    assert corrected(before, after) == {"product"}
    assert corrected(after, after.without(["end_user"])) == {"end_user"}


# Nothing of the old deal is left -----------------------------------------------------------


@pytest.fixture(scope="module")
def spoken(reader, guidance: Guidance) -> Mapping[Fact, Mapping[str, str]]:
    """By fact and value, a term of the vocabulary that says this and nothing else."""
    found: dict[Fact, dict[str, str]] = {}
    for term in guidance.vocabulary.terms:
        for phrase in term.terms:
            said = {(m.fact, m.value) for m in reader.lexicon.find(phrase).mentions}
            if said == {(term.fact, term.value)}:
                found.setdefault(term.fact, {}).setdefault(term.value, phrase)
    return found


def interview(begin) -> list[Talk]:
    """A whole interview; the talk as it stood after each of its messages."""
    talk, stood = begin(), []
    reply = talk.say(OPENER)
    while True:
        stood.append(at(begin, talk))
        if reply.question is None:
            return stood
        reply = talk.choose({q.fact: [q.choices[0].value] for q in reply.question.all()})


def at(begin, talk: Talk) -> Talk:
    copy = begin()
    copy.conversation = talk.conversation
    copy.messages, copy.replies = list(talk.messages), list(talk.replies)
    return copy


def another(question: Question, deal: Deal, among: Mapping[str, str] | None = None) -> str | None:
    """A value of the fact that the deal does not have."""
    values = [c.value for c in question.choices if c.value not in deal.known(question.fact)]
    return next((v for v in values if among is None or v in among), None)


def values(deal: Deal) -> Mapping[Fact, tuple[frozenset[str] | None, bool]]:
    return {f: (a.values, a.sure) for f, a in deal.answers.items()}


def as_if_told_at_once(begin, wanted: Deal) -> Talk:
    fresh = begin()
    fresh.choose({f: None if a.values is None else sorted(a.values)
                  for f, a in wanted.answers.items()})
    return fresh


def same_case(begin, talk: Talk, wanted: Deal) -> None:
    assert values(talk.conversation.deal) == values(wanted)
    fresh = as_if_told_at_once(begin, wanted)
    left, right = talk.say("advise now"), fresh.say("advise now")
    assert {f.id: (f.status, f.tentative) for f in left.flags} == \
        {f.id: (f.status, f.tentative) for f in right.flags}
    assert [s.id for s in left.safeguards] == [s.id for s in right.safeguards]
    assert [s.id for s in left.more_safeguards] == [s.id for s in right.more_safeguards]
    assert left.open_facts == right.open_facts
    assert left.coverage == right.coverage


def told_rightly(before: Conversation, talk: Talk) -> None:
    """The reply tells exactly which flags came and went, and asks nothing that was answered."""
    reply = talk.replies[-1]
    raised = {f.id for f in reply.flags if f.status is Status.RAISED}
    earlier = set(advised(talk.guidance, before.deal).raised)
    changes = reply.changes
    assert changes is not None
    assert {n.id for n in changes.named(Part.FLAGS_ADDED)} == raised - earlier
    assert {n.id for n in changes.named(Part.FLAGS_REMOVED)} == earlier - raised
    assert raised & earlier <= set(changes.kept)
    country = Fact("country")
    moved = talk.conversation.deal.known(country) != before.deal.known(country)
    for question in reply.question.all() if reply.question else ():
        assert question.fact not in talk.conversation.deal.answers
        # What was found of a country is asked again of another one, and nothing else is.
        assert (question.fact not in before.asked or question.fact in before.awaiting()
                or (moved and country in talk.guidance.questions[question.fact].after))


def corrections(begin, facts: Iterator[Fact] | None = None) -> Iterator[tuple[Talk, Fact]]:
    for stood in interview(begin):
        for fact in facts or list(stood.conversation.deal.answers):
            if stood.conversation.deal.known(fact):
                yield at(begin, stood), fact


@pytest.mark.long
def test_picking_another_answer_at_any_step_leaves_nothing_of_the_old_one(begin, guidance):
    count = 0
    for talk, fact in corrections(begin):
        before = talk.conversation
        value = another(guidance.questions[fact], before.deal)
        talk.choose({fact: [value]})
        told_rightly(before, talk)
        same_case(begin, talk, replaced(guidance, before.deal, {fact: value}))
        count += 1
    assert count > 100


@pytest.mark.long
def test_saying_another_answer_at_any_step_leaves_nothing_of_the_old_one(begin, guidance, spoken):
    told, facts = spoken, set()
    for talk, fact in corrections(begin):
        before = talk.conversation
        value = another(guidance.questions[fact], before.deal, told.get(fact, {}))
        if value is None:
            continue
        talk.say(CORRECTION + told[fact][value])
        told_rightly(before, talk)
        same_case(begin, talk, replaced(guidance, before.deal, {fact: value}))
        facts.add(fact)
    assert len(facts) > 15


def test_a_form_that_corrects_several_at_any_step_leaves_nothing_of_the_old_ones(begin, guidance):
    count = 0
    for stood in interview(begin):
        known = [f for f in stood.conversation.deal.answers if stood.conversation.deal.known(f)]
        for start in range(0, len(known), 3):
            talk, before = at(begin, stood), stood.conversation
            several = {f: another(guidance.questions[f], before.deal)
                       for f in known[start:start + 3]}
            talk.choose({f: [v] for f, v in several.items()})
            told_rightly(before, talk)
            same_case(begin, talk, replaced(guidance, before.deal, several))
            count += 1
    assert count > 30


def replaced(guidance: Guidance, deal: Deal, facts: Mapping[Fact, str | None]) -> Deal:
    """*deal* with *facts*; what was found of another country is found no more."""
    key = MessageKey("fresh")
    moved = facts.get(Fact("country"))
    found = [f for f in deal.answers if "country" in guidance.questions[f].after]
    return deal.without(found if moved else ()).with_answers(
        {f: Answer(frozenset({v}), "", key) for f, v in facts.items() if v})


def test_after_a_correction_the_interview_goes_on_and_asks_nothing_twice(begin):
    for stood in interview(begin)[:4]:
        talk = at(begin, stood)
        reply = talk.choose({"end_user": ["health-ministry"]})
        put = [f for f in stood.conversation.asked if f not in stood.conversation.awaiting()]
        while reply.question is not None:
            now = [q.fact for q in reply.question.all()]
            assert not set(now) & set(put)
            put += now
            reply = talk.choose(dict.fromkeys(now))


def test_a_question_that_a_correction_made_needless_is_dropped(guidance, reader, sentences):
    """Little applies to an end-user in the United States, and its courts least of all."""
    talk = Talk(guidance, reader, sentences)
    talk.say("drones for the police in Kenya")
    assert talk.conversation.pending is not None

    reply = talk.choose({"end_user": ["domestic-us"], "country": ["US"]})

    left = {q.fact for q in reply.question.all()} if reply.question else set()
    still = set(next(s for s in talk.guidance.scopes if s.id == "domestic-end-user").still_ask)
    assert left <= still
    assert set(talk.conversation.awaiting()) == left
