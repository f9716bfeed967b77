"""The real small model looks again: whatever it says, nothing unsupported is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.advisor import Said
from bot.assembly import Assembly
from bot.chat.calls import Call, Ended, Use
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.evaluating.grounding import printed
from bot.evaluating.second_looks import Glance
from bot.evaluating.wordings import tried
from bot.record.model_calls import calls_in
from bot.settings import Settings
from tests.conftest import PROJECT
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.small.server import MODEL

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("small-model")]

C = ConversationId("c")
DEAL = ("We want to sell phone spyware to the police in Kenya through a reseller in Dubai. "
        "Journalists there have been targeted before.")
QUESTION = "do we need a complaints hotline for people who are harmed?"
SAID = {QUESTION: QUESTION, DEAL: "Journalists there have been targeted before."}
"""What of each goes out as it was said; names are masked."""


@dataclass(frozen=True)
class Seen:
    """A bot with the real model, and its answer after a second look."""

    parts: Assembly
    text: str
    glance: Glance
    calls: tuple[Call, ...]


@pytest.fixture(scope="module", params=[QUESTION, DEAL])
def seen(
    request: pytest.FixtureRequest, small_model: str, worded: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Seen]:
    """One answer, looked at again; how long it takes is no matter here."""
    data = tmp_path_factory.mktemp("real") / "data"
    begin_with(worded, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Assembly, "embeddings", WordEmbeddings())
        parts = Assembly(Settings(
            data_dir=data, chat_model=MODEL, chat_base_url=small_model, chat_seconds=600,
            chat_budget_seconds=2400, chat_retries=0, _env_file=None))
        plain = parts.advisor.take_turn(
            Said(MessageKey("k"), C, "a", datetime.now(UTC), request.param))
        assert plain.worth_a_look
        assert parts.second_look is not None
        looked = parts.second_look.look(C, plain.number)
        yield Seen(parts, request.param, Glance(plain, 0.0, looked), looked.calls)


def test_it_is_reached_and_answers_in_some_form(seen):
    first = Use.SEARCH if seen.text == QUESTION else Use.READING

    assert [call.use for call in seen.calls] == [first, Use.WORDING]
    # It may ramble until it is cut off, but it was reached.
    assert {call.ended for call in seen.calls} <= {Ended.ANSWERED, Ended.MALFORMED}
    assert all(call.tokens_out > 0 for call in seen.calls)


def test_the_plain_answer_stands_or_sentences_that_their_sources_bear_out(seen):
    glance, looked = seen.glance, seen.glance.looked

    found = list(tried(glance, printed(PROJECT / "guidance_corpus"),
                       seen.parts.wording.say("worded.supposed")))
    assert [(one.text, one.faults) for one in found if one.shown and one.faults] == []
    is_worded = bool(glance.reply.worded)
    assert glance.reply.composer == (MODEL if is_worded else "plain")
    assert is_worded == (looked.refused is None)
    assert len(seen.parts.store.turns(C)) == (1 if looked.outcome is None else 2)
    assert not glance.plain.reply.worded


def test_the_log_has_what_was_sent_and_received_letter_for_letter_and_verifies(seen):
    with seen.parts.store.reading() as connection:
        kept = calls_in(connection, C)

    assert [(one.use, one.sent, one.received) for one in kept] == [
        (str(call.use), call.sent, call.received) for call in seen.calls]
    for call in seen.calls:
        system, user = (one["content"] for one in call.sent)
        assert SAID[seen.text] not in system
        # Of a deal the call for a wording is told what was decided, never the message.
        told = SAID[seen.text] in user
        assert told == (seen.text == QUESTION or call.use is Use.READING)
    assert [one.broken for one in seen.parts.checkpoints.verify()] == [None]
    turns = len(seen.parts.store.turns(C))
    assert [one.fault for one in seen.parts.replaying.replay(C)] == [None] * turns
