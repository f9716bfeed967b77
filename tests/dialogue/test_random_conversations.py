"""Long conversations out of what people really write and pick, in any order.

`test_respond.py` holds the promises against a few chosen remarks.  Here the remarks are every
message of the reading cases and the deals, every labelled query, and picked answers to whatever
was asked or to something else altogether.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.dialogue.citing import check
from bot.dialogue.conversation import Conversation, Message, Phase
from bot.dialogue.intents import Intent
from bot.dialogue.judging import judge_all, open_facts
from bot.dialogue.replies.suggesting import ANSWERED, BEST_SAFEGUARDS, MADE
from bot.dialogue.reply import Coverage, Kind, Reply, Status
from bot.ledger import canonical
from bot.machine.protocol import to_json
from bot.plain import to_text
from tests.dialogue.talking import Talk

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "guidance_corpus"


def _texts() -> list[str]:
    cases = yaml.safe_load((HERE / "reading_cases.yaml").read_text(encoding="utf-8"))
    deals = yaml.safe_load((HERE / "deals.yaml").read_text(encoding="utf-8"))
    queries = yaml.safe_load((CORPUS / "evaluation.yaml").read_text(encoding="utf-8"))
    said = [c["says"] for c in cases] + [s for d in deals for s in d["says"]]
    said += [text for q in queries for text in (q.get("says") or [q["query"]])]
    return list(dict.fromkeys(said))


TEXTS = _texts()
OPENERS = [d["says"][0] for d in yaml.safe_load((HERE / "deals.yaml").read_text(encoding="utf-8"))]
ASIDES = ["why do you ask?", "what is DPI?", "what's an imsi catcher?", "hello", "thanks", "ok",
          "what can you do", "what about resellers?", "is this legal?", "write me a poem"]
ODD = ["", " ", "?", "…", "🙂", "\u200b", "a" * 200, "no no no", "yes but no", "1 2 3", "99",
       "none", "all of them", "(", "police police police", "not", "{contact}", "{0}", "NULL",
       "п р и в е т", "\n\n", "<!channel> *police* in `Kenya`"]


@dataclass(frozen=True)
class Pick:
    """An answer picked from choices: of the question asked, or of any other."""

    fact: int | None
    choice: int | None


picks = st.builds(
    Pick, st.none() | st.integers(0, 24), st.none() | st.integers(0, 40)
)
remarks = st.one_of(
    st.sampled_from(TEXTS), picks, st.sampled_from([*ASIDES, "advise now", "go on", "start over",
                                                    "more safeguards", "show the passages", *ODD])
)
conversations = st.tuples(st.sampled_from(OPENERS), st.lists(remarks, max_size=9)).map(
    lambda pair: [pair[0], *pair[1]]
)


def often(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True,
                    suppress_health_check=list(HealthCheck))


def take(talk: Talk, remark: str | Pick) -> Reply:
    if isinstance(remark, str):
        return talk.say(remark)
    questions = list(talk.guidance.questions.values())
    pending = talk.conversation.pending
    if remark.fact is None and pending is not None:
        question = talk.guidance.questions[pending]
    else:
        question = questions[(remark.fact or 0) % len(questions)]
    if remark.choice is None:
        return talk.choose({question.fact: None})
    return talk.choose({question.fact: [question.choices[remark.choice % len(question.choices)]
                                        .value]})


def play(talk: Talk, said: list[str | Pick]) -> Talk:
    for remark in said:
        take(talk, remark)
    return talk


def shown(talk: Talk) -> dict[str, Any]:
    """The last reply without what merely counts turns."""
    document = to_json(talk.replies[-1], talk.conversation, 0, talk.guidance)
    return {k: v for k, v in document.items() if k != "conversation"}


# A person is asked once ------------------------------------------------------------------


@given(conversations)
@often(120)
def test_a_fact_is_never_asked_again_nor_asked_once_told(begin, said):
    talk, asked, current = begin(), [], ()
    for remark in said:
        before = set(talk.conversation.deal.answers)
        reply = take(talk, remark)
        if talk.messages[-1].intent is Intent.START_OVER:
            asked, current, before = [], (), set()
        # What was found of a country is asked again of another one, and nothing else is.
        lost = before - talk.conversation.deal.answers.keys()
        gone = lost - set(talk.conversation.asked)
        together = {rule.fact for rule in talk.guidance.vocabulary.refinements}
        assert all("country" in talk.guidance.questions[fact].after or fact in together
                   for fact in gone)
        # Who was read as domestic, and is somewhere else now, is asked for again.
        asked = [fact for fact in asked if fact not in gone | (lost & together)]
        now = talk.conversation.awaiting()
        deal = talk.conversation.deal
        back = {fact for fact in now if deal.guessed(fact)}
        if now and set(now) <= back | (lost & together):
            # What is asked back, or again, is asked alone: what waited is asked later.
            asked = [fact for fact in asked if fact in talk.conversation.asked
                     or fact not in current]
        if reply.question is not None:
            assert tuple(q.fact for q in reply.question.all()) == now
            assert not (set(now) - back) & deal.answers.keys()
        # What of several questions was left unanswered may stand once more, and what is only a
        # guess is asked back; nothing else.
        assert not set(now) - back - set(current) & set(asked)
        asked += [fact for fact in now if fact not in asked]
        current = now
        assert tuple(asked) == talk.conversation.asked


# Every claim is cited --------------------------------------------------------------------


@given(conversations)
@often(120)
def test_every_claim_of_every_reply_is_cited_in_the_release(begin, said):
    talk = begin()
    for remark in said:
        reply = take(talk, remark)
        check(reply, talk.guidance)
        claims = (*reply.considerations, *reply.related, *reply.flags, *reply.safeguards,
                  *reply.more_safeguards)
        assert all(claim.citations for claim in claims)
        assert reply.shape == "safeguards" or (
            len(reply.safeguards) <= BEST_SAFEGUARDS + ANSWERED + MADE)
        assert {f.id for f in reply.flags if f.status is Status.RAISED} >= set(reply.fresh)
        assert to_text(reply, talk.guidance).strip()
        if reply.flags:
            assert [line.number for line in sorted(reply.coverage, key=lambda x: x.number)] == \
                list(range(1, 9))
            # What no question asks for stays open, and waits for nothing.
            asks = {c.id for c in talk.guidance.considerations if c.settled_by}
            assert all(line.because or (line.state is Coverage.OPEN
                                        and line.consideration not in asks)
                       for line in reply.coverage)
            assert {f.id for f in reply.flags} == set(talk.guidance.flag_by_id)


VERDICT = re.compile(
    r"\b(approved|lawful|unlawful|legal|illegal|safe|cleared|compliant|fine|okay?)\b", re.I
)
DENIED = re.compile(r"\b(whether|not|no|cannot|nobody)\b|n't\b", re.I)
OF_A_DEAL = re.compile(
    r"\b(deal|sale|order|transaction)('s| (is|looks|seems|would be|can be)) (now |all )?"
    r"(approved|lawful|unlawful|legal|illegal|safe|cleared|compliant|fine|okay?)\b", re.I
)
QUOTED = re.compile("“[^”]*”")


@given(conversations)
@often(60)
def test_no_sentence_calls_the_deal_approved_lawful_or_safe(begin, said):
    talk = begin()
    for remark in said:
        reply = take(talk, remark)
        text = QUOTED.sub("", to_text(reply, talk.guidance))
        ours = [*reply.lead, *reply.closing]
        if talk.messages[-1].intent in {Intent.DEFINE, Intent.WHY}:
            ours = [*reply.closing]
        for sentence in re.split(r"(?<=[.!?\n])", text):
            found = OF_A_DEAL.search(sentence)
            assert found is None or DENIED.search(sentence), sentence
        for line in ours:
            for sentence in re.split(r"[.!?]", QUOTED.sub("", line.text)):
                assert not VERDICT.search(sentence) or DENIED.search(sentence), sentence


# A conversation is its messages ----------------------------------------------------------


@given(conversations)
@often(40)
def test_the_same_words_give_the_same_conversation_and_replies(begin, said):
    one, other = play(begin(), said), play(begin(), said)
    assert one.messages == other.messages
    assert one.conversation == other.conversation
    assert one.replies == other.replies


STATE = TypeAdapter(Conversation)


def kept_and_read_back(conversation: Conversation) -> Conversation:
    """As the store keeps it and reads it back."""
    return STATE.validate_json(canonical(conversation))


@given(conversations)
@often(40)
def test_a_restart_between_two_messages_changes_no_reply(begin, said):
    one, other = begin(), begin()
    for remark in said:
        take(one, remark)
        take(other, remark)
        other.conversation = kept_and_read_back(other.conversation)
        assert other.conversation == one.conversation
        assert set(other.replies[-1].tentative) == set(one.replies[-1].tentative)
        assert replace(other.replies[-1], tentative=()) == replace(one.replies[-1], tentative=())


# Interruptions ---------------------------------------------------------------------------


@given(conversations, st.sampled_from(ASIDES), st.lists(remarks, max_size=3))
@often(80)
def test_an_aside_changes_neither_the_interview_nor_what_follows(begin, said, aside, later):
    plain, interrupted = play(begin(), said), play(begin(), said)
    # Known and held below: asked for the product, "what is DPI?" is heard as an answer.
    assume(plain.conversation.pending != "product")
    # "Ok" to what is asked back ("Is that right?") is an answer, and no aside.
    assume(aside != "ok" or not any(
        plain.conversation.deal.guessed(fact) for fact in plain.conversation.awaiting()))
    reply = interrupted.say(aside)
    after = interrupted.conversation
    # Nothing goes on from an aside, nor does it from what was said before; and nothing has changed.
    untold = {"topic": plain.conversation.topic, "stretch": plain.conversation.stretch,
              "changed_last": plain.conversation.changed_last}
    assert after.changed_last == {}
    assert replace(after, version=plain.conversation.version, **untold) == plain.conversation
    if plain.conversation.pending is not None:
        assert reply.question is not None
        assert reply.question.fact == plain.conversation.pending
    interrupted.conversation = replace(after, **untold)
    for remark in later:
        assert take(interrupted, remark) == take(plain, remark)


@pytest.mark.parametrize("aside", ["what is DPI?", "what's a stingray?"])
def test_asking_what_a_word_means_is_no_answer_even_when_the_product_is_asked_for(begin, aside):
    talk = begin()
    assert talk.say("the buyer is the police in Kenya").question.fact == "product"
    reply = talk.say(aside)
    assert "product" not in talk.conversation.deal.answers
    assert reply.question.fact == "product"


@given(conversations)
@often(60)
def test_advise_now_ends_the_questions_at_any_point_and_lists_what_is_open(begin, said):
    talk = play(begin(), said)
    assume(talk.conversation.deal.answers)
    deal = talk.conversation.deal
    reply = talk.say("advise now")
    assert (reply.kind, reply.question) == (Kind.ADVICE, None)
    assert (talk.conversation.pending, talk.conversation.phase) == (None, Phase.STOPPED)
    assert reply.open_facts == open_facts(talk.guidance, deal)
    assert not any(deal.settled(fact) for fact in reply.open_facts)
    assert set(reply.open_facts) >= {
        f for finding in judge_all(talk.guidance, deal) for f in finding.missing
        if finding.status is Status.OPEN
    }
    assert reply.considerations
    assert reply.citations()
    assert talk.conversation.deal == deal


@given(conversations, st.sampled_from(OPENERS), st.lists(remarks, max_size=3))
@often(40)
def test_after_start_over_the_next_deal_is_a_fresh_one(begin, said, opener, later):
    used, fresh = play(begin(), said), begin()
    used.say("start over")
    assert replace(used.conversation, version=0) == fresh.conversation
    for remark in [opener, *later]:
        assert take(used, remark) == take(fresh, remark)
        assert shown(used) == shown(fresh)


# Corrections -----------------------------------------------------------------------------


@pytest.mark.parametrize(("opener", "correction", "straight"), [
    ("cctv for the police in Kenya", "sorry, it's the ministry of health",
     "cctv for the ministry of health in Kenya"),
    ("stingrays for the army in Kenya", "actually it's Uganda, not Kenya",
     "stingrays for the army in Uganda"),
    ("drones for the police in Togo", "correction: facial recognition, not drones",
     "facial recognition for the police in Togo"),
    ("spyware for the police in Ghana via a broker", "no broker, it's direct",
     "spyware for the police in Ghana, no middleman"),
])
def test_a_correction_in_words_gives_the_case_as_if_told_so_at_once(
    begin, opener, correction, straight
):
    corrected, fresh = begin(), begin()
    corrected.say(opener)
    corrected.say(correction)
    fresh.say(straight)
    assert _values(corrected) == _values(fresh)
    left, right = corrected.say("advise now"), fresh.say("advise now")
    assert _statuses(left) == _statuses(right)
    assert [s.id for s in left.safeguards] == [s.id for s in right.safeguards]
    assert left.coverage == right.coverage


def _values(talk: Talk) -> dict[str, Any]:
    return {f: (a.values, a.sure) for f, a in talk.conversation.deal.answers.items()}


def _statuses(reply: Reply) -> dict[str, Status]:
    return {f.id: f.status for f in reply.flags}


def test_any_first_message_that_tells_of_a_deal_is_advised_on_at_once(begin):
    for text in TEXTS:
        talk = begin()
        reply = talk.say(text)
        if talk.messages[0].heard:
            # Who asks for a verdict is declined it, and hears what to weigh all the same.
            verdict = talk.messages[0].intent is Intent.VERDICT
            assert reply.kind in ({Kind.DECLINE} if verdict else {Kind.ASK, Kind.ADVICE}), text
            assert reply.considerations, text
            assert reply.citations(), text


# What was said stands in the message -----------------------------------------------------


@given(conversations)
@often(60)
def test_what_a_fact_rests_on_stands_in_the_message_word_for_word(begin, said):
    talk, texts = begin(), {}
    for remark in said:
        take(talk, remark)
        message: Message = talk.messages[-1]
        texts[message.key] = message.text
        for fact, answer in message.heard.items():
            allowed = {c.value for c in talk.guidance.questions[fact].choices}
            assert answer.values is None or (answer.values and answer.values <= allowed)
            if isinstance(remark, str):
                # What stands beside a doubt goes on resting on what was said before.
                rests_on = texts[answer.message]
                assert 0 <= answer.start < answer.end <= len(rests_on)
                assert all(part in rests_on for part in answer.said.split(", ")[:1])


@pytest.mark.parametrize("aim", ["to fight drug trafficking", "in the fight against corruption"])
def test_fighting_crime_is_no_armed_conflict(begin, aim):
    reply = begin().say(f"cctv for the police in Kenya {aim}")
    assert "sg-c2-rf2" not in {f.id for f in reply.flags if f.status is Status.RAISED}
