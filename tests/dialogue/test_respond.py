"""The step: what stays true whatever people say, in whatever order."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.dialogue.citing import check
from bot.dialogue.conversation import Conversation, ConversationId, Message, Phase
from bot.dialogue.deal import Answer, Deal, MessageKey
from bot.dialogue.deciding import decide
from bot.dialogue.intents import Intent
from bot.dialogue.replies.suggesting import ANSWERED, BEST_SAFEGUARDS, MADE
from bot.dialogue.reply import Coverage, Kind, Status
from bot.plain import to_text
from retrieval.guidance import Fact
from tests.dialogue.talking import WHEN

pytestmark = pytest.mark.xdist_group("respond")

OPENERS = [
    "we want to sell IMSI catchers to the police in Kenya via a reseller",
    "thermal cameras for a university's frost research",
    "FR software for the interior ministry of Egypt to watch crowds at protests",
    "spyware",
    "a broker wants zero days and won't say who the end user is",
    "chicago police department wants 200 bodycams",
    "CCTV for a shopping mall in Beirut, private company, commercial",
]
REMARKS = [
    "yes", "no", "no idea", "skip", "2", "the second one", "why do you ask?", "what's DPI?",
    "sorry, it's the ministry of health", "actually Uganda not Kenya", "also the army",
    "maybe the interior ministry", "journalists keep getting arrested there", "ok", "hmm",
    "not the police", "what about resellers?", "is it legal?", "write me a poem",
    "the courts are not independent", "they dodge every question", "more safeguards",
    "show the passages", "advise now", "go on", "thanks", "blah blah", "none of these",
    "their boss said something odd", "start over", "hi", "no reseller", "drones",
]
VERDICT = re.compile(
    r"(?<!whether a )(?<!whether )(?<!\")\b(deal|sale|it) (is|looks|seems) "
    r"(approved|lawful|legal|safe|fine|ok|cleared)\b",
    re.IGNORECASE,
)
MOST_SHOWN = BEST_SAFEGUARDS + ANSWERED + MADE
FAST = settings(max_examples=60, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])


MOST_PUT = 3
"""So often is a question put while other facts are told in place of its answer."""


def asked_of(talk, back=(), *, displaced=False):
    """The facts asked for, in order, what is found of a country with the country.

    One that merely stays asked counts once, and a guess that is asked *back* not at all.  Nor
    does one that nobody answered or passed over, since something else was told in its place, and
    something else asked of that: it may be put again, and counts only with *displaced*.
    """
    facts, before, country = [], None, None
    for n, (message, reply) in enumerate(zip(talk.messages, talk.replies, strict=True)):
        if message.intent.value == "start_over":
            facts, before, country = [], None, None
        country = message.heard.get("country", country)
        if not displaced and before is not None and message.heard and (
                before not in message.heard) and (
                reply.question is not None and reply.question.fact != before and facts
                and facts[-1][0] == before):
            facts.pop()
        fact = reply.question.fact if reply.question and n not in back else None
        if fact is not None and fact != before:
            of_country = "country" in talk.guidance.questions[fact].after
            facts.append((fact, country.values if of_country and country else None))
        before = fact if fact is not None else before
    return facts


@example("we want to sell IMSI catchers to the police in Kenya via a reseller",
         ["yes", "actually Uganda not Kenya", "yes"])
@example("thermal cameras for a university's frost research",
         ["maybe the interior ministry", "yes", "yes", "yes", "yes"])
@example("we want to sell IMSI catchers to the police in Kenya via a reseller",
         ["maybe the interior ministry", "not the police"])
@example("we want to sell IMSI catchers to the police in Kenya via a reseller",
         ["advise now", "not the police"])
@given(st.sampled_from(OPENERS), st.lists(st.sampled_from(REMARKS), max_size=14))
@FAST
def test_whatever_is_said_the_promises_hold(begin, opener, remarks):
    talk = begin()
    guidance, back = talk.guidance, set()
    for n, text in enumerate([opener, *remarks]):
        before = talk.conversation.deal
        reply = talk.say(text)
        moved = talk.conversation.deal.known("country") != before.known("country")
        # What was taken back is open again, and may be asked again.
        known = {f for f in before.answers.keys() - talk.messages[-1].retracted
                 if not (moved and "country" in guidance.questions[f].after)}
        check(reply, guidance)
        for claim in (*reply.considerations, *reply.flags, *reply.safeguards):
            assert claim.citations
        assert len(reply.safeguards) <= MOST_SHOWN or reply.shape == "safeguards"
        asked = reply.question.fact if reply.question else None
        if asked is not None and talk.conversation.deal.guessed(asked):
            assert not talk.conversation.deal.answers[asked].certain
            back.add(n)
        elif asked is not None:
            assert asked not in talk.conversation.deal.answers
            assert asked not in known
        if reply.coverage:
            assert len(reply.coverage) == 8
            # What no question asks for stays open, and waits for nothing.
            asks = {c.id for c in guidance.considerations if c.settled_by}
            assert all(line.because or (line.state is Coverage.OPEN
                                        and line.consideration not in asks)
                       for line in reply.coverage)
        assert not VERDICT.search(to_text(reply, guidance))
    assert max(Counter(asked_of(talk, back)).values(), default=0) <= 1
    put = Counter(asked_of(talk, back, displaced=True))
    assert max(put.values(), default=0) <= MOST_PUT


@pytest.mark.long
@given(st.sampled_from(OPENERS), st.lists(st.sampled_from(REMARKS), max_size=8))
@FAST
def test_replaying_the_messages_gives_the_same_conversation(begin, opener, remarks):
    first, again = begin(), begin()
    for text in [opener, *remarks]:
        first.say(text)
    for message in first.messages:
        again.take(message)
    assert again.conversation == first.conversation
    assert again.replies == first.replies


def answers_to_everything(guidance):
    """One answer for each fact, None included."""
    return st.fixed_dictionaries({
        str(q.fact): st.sampled_from([None, *[c.value for c in q.choices[:6]]])
        for q in guidance.questions.values()
    })


@pytest.mark.long
@given(st.data())
@FAST
def test_the_order_of_answers_does_not_matter(begin, data):
    answers = data.draw(answers_to_everything(begin().guidance))
    facts = data.draw(st.lists(st.sampled_from(sorted(answers)), unique=True, min_size=2))
    one, other = begin(), begin()
    for fact in facts:
        one.choose({fact: None if answers[fact] is None else [answers[fact]]})
    for fact in data.draw(st.permutations(facts)):
        other.choose({fact: None if answers[fact] is None else [answers[fact]]})
    shown = [{(f.id, f.status) for f in t.replies[-1].flags} for t in (one, other)]
    assert shown[0] == shown[1]
    assert one.replies[-1].coverage == other.replies[-1].coverage
    assert ({s.id for s in one.replies[-1].safeguards}
            == {s.id for s in other.replies[-1].safeguards})


@given(st.data())
@FAST
def test_a_corrected_fact_gives_the_advice_of_a_fresh_case(begin, data):
    guidance = begin().guidance
    answers = data.draw(answers_to_everything(guidance))
    wrong = data.draw(st.sampled_from(sorted(answers)))
    question = guidance.questions[wrong]
    value = data.draw(st.sampled_from([c.value for c in question.choices[:6]]))
    picked = {f: None if v is None else [v] for f, v in answers.items()}
    corrected, fresh = begin(), begin()
    corrected.choose({**picked, wrong: [value]})
    # What was found of another country, or of a reseller who is gone, has to be told anew.
    found = {f: v for f, v in picked.items()
             if (wrong == "country" and wrong in guidance.questions[f].after)
             or (wrong == "intermediary" and f in {"government_ties", "hidden_ownership"})}
    corrected.choose({wrong: picked[wrong], **found})
    fresh.choose(picked)
    left, right = corrected.replies[-1], fresh.replies[-1]
    assert ([(f.id, f.status, f.because) for f in left.flags]
            == [(f.id, f.status, f.because) for f in right.flags])
    assert left.considerations == right.considerations
    assert left.safeguards == right.safeguards
    assert left.coverage == right.coverage
    assert left.open_facts == right.open_facts


@pytest.mark.parametrize("opener", OPENERS)
def test_a_first_message_already_advises(begin, opener):
    reply = begin().say(opener)
    assert reply.kind in {Kind.ASK, Kind.ADVICE}
    assert reply.considerations
    assert reply.safeguards
    assert reply.citations()


def test_an_interview_asks_at_most_the_limit_and_ends_in_advice(begin):
    talk = begin()
    reply = talk.say("drones for the police in Kenya")
    count = 0
    while reply.kind is Kind.ASK:
        reply = talk.choose({reply.question.fact: None})
        count += 1
    assert count == 12
    assert talk.conversation.phase is Phase.ADVISED
    assert {"detentions", "agency_misuse"} <= set(reply.open_facts)


@pytest.mark.parametrize("aside", ["why do you ask?", "what's DPI?", "what about resellers?", "ok"])
def test_an_aside_leaves_the_interview_where_it_was(begin, aside):
    talk = begin()
    before = talk.say("drones for the police in Kenya").question
    deal = talk.conversation.deal
    now = talk.say(aside).question
    assert now.again.startswith("Still asked: ")
    assert replace(now, again="") == before
    assert talk.conversation.deal == deal
    assert talk.conversation.pending == before.fact


def test_advise_now_gives_the_advice_and_what_is_open(begin):
    talk = begin()
    talk.say("drones for the police in Kenya")
    reply = talk.say("advise now")
    assert (reply.kind, reply.question) == (Kind.ADVICE, None)
    assert "detentions" in reply.open_facts
    assert talk.say("it's in Uganda, not Kenya").question is None
    assert talk.say("go on").question is not None


def test_start_over_forgets_the_deal(begin):
    talk = begin()
    talk.say("drones for the police in Kenya")
    talk.say("start over")
    assert not talk.conversation.deal.answers
    assert talk.conversation.asked == ()


def test_a_question_about_a_verdict_never_gets_one(begin):
    talk = begin()
    assert talk.say("is it legal?").kind is Kind.DECLINE
    talk.say("drones for the police in Kenya, they torture people there")
    reply = talk.say("so can we sell?")
    assert reply.kind is Kind.DECLINE
    assert len(reply.lead) == 2


def test_a_benign_deal_is_told_that_few_considerations_apply(begin):
    reply = begin().say("thermal cameras for a university's frost research")
    states = Counter(line.state for line in reply.coverage)
    assert states[Coverage.NOT_APPLICABLE] == 5
    assert {c.id for c in reply.considerations} == {"sg-c1", "sg-c4", "sg-c5"}
    assert not [f for f in reply.flags if f.status is Status.OPEN and f.gravity == 3
                and f.missing == ("detentions",)]


def test_a_raised_flag_rests_on_the_persons_words(begin):
    reply = begin().say("CCTV for the police in Togo, journalists keep getting arrested there")
    [flag] = [f for f in reply.flags if f.status is Status.RAISED]
    assert (flag.id, flag.because) == ("sg-c2-rf3", ("detentions",))
    assert flag.said == ("journalists keep getting arrested",)


def test_an_unreadable_answer_keeps_the_fact_open_and_goes_on(begin):
    talk = begin()
    first = talk.say("drones for the police in Kenya").question.fact
    # Once it leaves the question standing, since it may have been no answer at all.
    assert talk.say("purple monkey dishwasher").question.fact == first
    reply = talk.say("purple monkey dishwasher")
    assert reply.question.fact != first
    assert first in reply.open_facts
    assert first not in talk.conversation.deal.answers


CCTV = Deal({Fact("product"): Answer(frozenset({"cctv"}), "cctv", MessageKey("0"), end=4)})


@pytest.mark.parametrize(("topic", "deal", "searched"), [
    ("who vets end users", Deal(), ["who vets end users"]), ("", Deal(), []),
    # The sources of an advice are its own.
    ("who vets end users", CCTV, []),
])
def test_sources_are_those_of_what_was_asked_last_where_no_deal_is_told(
    guidance, topic, deal, searched
):
    before = Conversation(ConversationId("c"), deal, topic=topic)
    message = Message(MessageKey("1"), "a", "sources?", WHEN, Intent.SHOW_SOURCES)
    assert [q.text for q in decide(before, message, guidance, limit=9).queries] == searched
