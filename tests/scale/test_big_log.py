"""A big log is what the store would have written, so what is measured on it is what people meet."""

import json
import random

import pytest
from sqlalchemy import func, select, text

from bot.casebook import lines as case_lines
from bot.checkpoints import Checkpoints
from bot.dialogue.conversation import ConversationId
from bot.ledger import canonical
from bot.record.signed_notes import Signer
from bot.schema import case_cites, case_tags, log, turns
from bot.schema import case_lines as lines
from bot.store import Store
from retrieval.releases import content_of
from tests.scale.big_log import RARE, SEED, WORKSPACES, BigLog, Zipf
from tests.scale.dialogues import played, release


@pytest.fixture(scope="module")
def held():
    guidance = release()
    return guidance, {lean: played(guidance, 5, lean=lean) for lean in (True, False)}


def table(store):
    """Everything that the lines and the index hold."""
    with store.reading() as connection:
        id_ = "id" if connection.dialect.name == "postgresql" else "rowid"
        return [
            connection.execute(select(lines).order_by(lines.c.conversation)).all(),
            connection.execute(select(case_tags).order_by(
                *case_tags.primary_key.columns)).all(),
            connection.execute(select(case_cites).order_by(
                *case_cites.primary_key.columns)).all(),
            connection.execute(text(
                "SELECT w.conversation, CAST(i.tokens AS TEXT) AS tokens FROM case_words w "
                "JOIN case_words_index i ON i.ID = w.id ORDER BY 1".replace("ID", id_))).all(),
        ]


@pytest.mark.long
@pytest.mark.parametrize("lean", [True, False])
def test_what_is_written_many_at_a_time_is_what_the_log_makes_row_by_row(url, held, lean):
    guidance, dialogues = held
    store = Store(url)
    store.keep_release(guidance.release, content_of(guidance))
    BigLog(store, dialogues[lean]).write(300)

    with store.reading() as connection:
        spoken = connection.scalar(select(func.count()).select_from(turns))
        bodies = connection.scalars(select(log.c.body).limit(40)).all()
        name = connection.scalar(select(turns.c.conversation).limit(1))
    assert spoken >= 300
    assert all(canonical(json.loads(body)) == body for body in bodies)
    assert [turn.version for turn in store.turns(ConversationId(name))] == list(
        range(1, len(store.turns(ConversationId(name))) + 1))
    verdicts = Checkpoints(store, Signer(SEED)).verify()
    assert [(one.workspace, one.broken) for one in verdicts] == [(w, None) for w in WORKSPACES]
    assert verdicts[0].proven >= 200
    before = table(store)
    assert sum(RARE in row.tokens for row in before[3]) == 1
    assert len({tag.value for tag in before[1] if tag.kind == "fact:country"}) > 3
    with store.writing() as connection:
        case_lines.redo(connection, [row.conversation for row in before[0]])
    assert table(store) == before
    store.close()


def test_the_nth_item_is_drawn_a_nth_as_often():
    chance = random.Random(2)
    items = Zipf(["a", "b", "c", "d"])
    drawn = [items.draw(chance) for _ in range(25_000)]
    assert [drawn.count(one) / 12_000 for one in "abcd"] == pytest.approx(
        [1, 1 / 2, 1 / 3, 1 / 4], abs=0.02)
