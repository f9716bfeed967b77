"""The real small model looks again: whatever it says, nothing unsupported is shown."""

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
from bot.model_calls import calls_in
from bot.settings import Settings
from tests.conftest import PROJECT
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.small.server import MODEL

pytestmark = pytest.mark.xdist_group("small-model")

C = ConversationId("c")
DEAL = ("We want to sell phone spyware to the police in Kenya through a reseller in Dubai. "
        "Journalists there have been targeted before.")
QUESTION = "do we need a complaints hotline for people who are harmed?"


@pytest.fixture
def parts(
    small_model: str, worded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Assembly:
    """A whole bot with the model; time is no matter here."""
    begin_with(worded, tmp_path / "data")
    monkeypatch.setattr(Assembly, "embeddings", WordEmbeddings())
    return Assembly(Settings(
        data_dir=tmp_path / "data", chat_model=MODEL, chat_base_url=small_model,
        chat_seconds=300, chat_budget_seconds=1200, _env_file=None))


@pytest.mark.parametrize(("text", "uses"), [
    (QUESTION, [Use.SEARCH, Use.WORDING]), (DEAL, [Use.READING, Use.WORDING])])
def test_the_plain_answer_stands_or_sentences_that_their_sources_bear_out(parts, text, uses):
    glance, calls = looked_at(parts, text)

    assert [call.use for call in calls] == uses
    # It may break off or ramble, but it was reached and it answered in some form.
    assert {call.ended for call in calls} <= {Ended.ANSWERED, Ended.MALFORMED}
    assert sum(call.tokens_out for call in calls) > 0
    found = list(tried(glance, printed(PROJECT / "guidance_corpus"),
                       parts.wording.say("worded.supposed")))
    assert [(one.text, one.faults) for one in found if one.shown and one.faults] == []
    is_worded = bool(glance.reply.worded)
    assert is_worded == (glance.reply.composer == MODEL)
    assert is_worded or glance.looked.refused is not None
    assert len(parts.store.turns(C)) == (1 if glance.looked.outcome is None else 2)
    assert not glance.plain.reply.worded


def test_the_log_has_what_was_sent_and_received_letter_for_letter_and_verifies(parts):
    _, calls = looked_at(parts, QUESTION)

    with parts.store.reading() as connection:
        kept = calls_in(connection, C)
    assert [(one.use, one.sent, one.received) for one in kept] == [
        (str(call.use), call.sent, call.received) for call in calls]
    for call in calls:
        system, user = (one["content"] for one in call.sent)
        assert QUESTION not in system
        assert f"> {QUESTION}" in user
    assert [one.broken for one in parts.checkpoints.verify()] == [None]
    assert [one.fault for one in parts.replaying.replay(C)] == [None] * len(parts.store.turns(C))


def looked_at(parts: Assembly, text: str) -> tuple[Glance, tuple[Call, ...]]:
    """The answer to *text*, and the calls of its second look."""
    plain = parts.advisor.take_turn(
        Said(MessageKey("k"), C, "a", datetime.now(UTC), text))
    assert plain.worth_a_look
    looked = parts.second_look.look(C, plain.number)
    assert looked.dropped is None
    return Glance(plain, 0.0, looked, 0.0), looked.calls
