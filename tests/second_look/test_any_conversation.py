"""Whatever was said before: a second look differs by what the model added, and by nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.advisor import Outcome
from bot.answering.stepping import Ground
from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import Answer, MessageKey
from bot.dialogue.intents import Intent
from bot.dialogue.second_reading import READ_FOR, Proposed, merged
from bot.language_model.looks import LOOKED_AT
from bot.turns.turn import Turn
from retrieval.guidance import Fact
from tests.dialogue.test_random_conversations import Pick, conversations
from tests.second_look.conftest import World
from tests.second_look.scripted import Script, faithful


def often(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True,
                    suppress_health_check=list(HealthCheck))


@pytest.fixture
def talk(here: World) -> Callable[[list[str | Pick]], list[Outcome]]:
    """Hold a conversation of its own, and give what came of each message."""
    names = iter(range(10**6))

    def hold(said: list[str | Pick]) -> list[Outcome]:
        name, outcomes = ConversationId(f"c{next(names)}"), list[Outcome]()
        for remark in said:
            if isinstance(remark, str):
                if remark.strip():
                    outcomes.append(here.say(remark, conversation=name))
                continue
            questions = list(here.guidance.questions.values())
            pending = outcomes[-1].conversation.pending if outcomes else None
            question = here.guidance.questions[pending] if (
                remark.fact is None and pending is not None) else (
                questions[(remark.fact or 0) % len(questions)])
            picked = None if remark.choice is None or not question.choices else [
                question.choices[remark.choice % len(question.choices)].value]
            outcomes.append(here.say(answers={question.fact: picked}, conversation=name))
        return outcomes

    return hold


def again(here: World, last: Outcome, change: Callable[[Message, Conversation], Message]) -> Turn:
    """The last turn taken again with a message that was changed, whatever the model adds else."""
    conversation = last.conversation.id
    first = here.store.turn_at(conversation, last.number)
    assert first is not None
    second_look = here.looking_by(Script())
    ground = second_look._ground(first)
    assert not isinstance(ground, str), ground
    message = replace(change(first.message, ground.fitted),
                      key=MessageKey(f"{first.key}:second"))
    step = here.advisor.stepping.step(ground, message, started=0.0)
    here.advisor.stepping.record(step, workspace="local", where=None, retakes=first.version)
    turn = here.store.turn_at(conversation, first.version + 1)
    assert turn is not None
    return turn


@given(conversations)
@often(15)
def test_a_second_look_that_adds_nothing_gives_the_very_reply_of_the_first(here: World, talk, said):
    last = talk(said)[-1]
    first = here.store.turn_at(last.conversation.id, last.number)
    assume(first.message.intent in LOOKED_AT)

    second = again(here, last, lambda message, _: message)

    assert second.reply == first.reply
    assert (second.findings, second.found) == (first.findings, first.found)
    left = here.store.load(last.conversation.id)
    assert replace(left, version=first.version) == last.conversation


@pytest.mark.long
@given(conversations, st.integers(0, 24), st.integers(0, 40), st.booleans())
@often(15)
def test_added_facts_give_the_reply_of_a_case_in_which_they_were_read_at_once(
    here: World, talk, said, fact, choice, sure
):
    outcomes = talk(said)
    first = here.store.turn_at(outcomes[-1].conversation.id, outcomes[-1].number)
    assume(first.message.intent in READ_FOR)
    questions = [q for q in here.guidance.questions.values() if q.choices]
    question = questions[fact % len(questions)]
    value = question.choices[choice % len(question.choices)].value

    def adding(message: Message, _: Conversation) -> Message:
        answer = Answer(frozenset({value}), "said so", first.key, sure, 0, 7)
        return replace(message, intent=Intent.DESCRIBE,
                       heard={**message.heard, Fact(question.fact): answer})

    second = again(here, outcomes[-1], adding)
    other = talk(said[:-1] if len(outcomes) == len(said) else [])
    assume(len(other) == first.version - 1)
    fresh = ConversationId(f"{outcomes[-1].conversation.id}:fresh") if not other else (
        other[-1].conversation.id)
    at_once = _taken_at_once(here, fresh, adding, first)

    assert at_once.reply == second.reply
    assert [one.flag for one in at_once.findings] == [one.flag for one in second.findings]


def _taken_at_once(here: World, name: ConversationId, adding, first: Turn) -> Turn:
    """The message of *first* with more in it, taken as the first answer to it."""
    loaded = here.store.load(name)
    ground = Ground(here.advisor.edition, loaded, loaded.version, loaded, None, None, None, {})
    message = replace(adding(first.message, loaded), key=MessageKey(f"{first.key}:{name}"))
    step = here.advisor.stepping.step(ground, message, started=0.0)
    here.advisor.stepping.record(step, workspace="local", where=None)
    turn = here.store.turn_at(name, loaded.version + 1)
    assert turn is not None
    return turn


@pytest.mark.long
@given(conversations, st.lists(st.tuples(
    st.integers(0, 24), st.integers(0, 40), st.integers(0, 30), st.integers(1, 4)), max_size=4))
@often(12)
def test_whatever_a_model_says_every_reply_comes_out_again(
    here: World, talk, said, proposals
):
    last = talk(said)[-1]
    name = last.conversation.id
    first = here.store.turn_at(name, last.number)
    questions = [q for q in here.guidance.questions.values() if q.choices]
    words = first.text.split() or ["x"]
    reads = [Proposed(questions[f % len(questions)].fact,
                      questions[f % len(questions)].choices[
                          c % len(questions[f % len(questions)].choices)].value,
                      " ".join(words[w % len(words):][:n]))
             for f, c, w, n in proposals]
    here.script = Script(reads=reads, says=faithful)

    looked = here.second_look.look(name, last.number)

    assert here.store.load(name).version == last.number + (looked.outcome is not None)
    assert [one.fault for one in here.replaying.replay(name)] == [None] * (
        last.number + (looked.outcome is not None))
    if looked.outcome is not None and first.message.intent in READ_FOR:
        # What is decided is what the rules made of the message, whatever the wording.
        second = here.store.turn_at(name, last.number + 1)
        base, _ = here.replaying.base(name, last.number)
        made = merged(first.message, reads, base.conversation, here.guidance).message
        assert dict(second.message.heard) == dict(made.heard)
