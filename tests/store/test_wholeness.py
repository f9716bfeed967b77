"""A log is whole only with its words, or an erasure that took them, and with its releases."""

import json

import pytest
from sqlalchemy import update

from bot.checkpoints import Checkpoints, Signer, UnknownLog
from bot.dialogue.conversation import ConversationId
from bot.erasing import Erasing
from bot.errors import AlteredRelease
from bot.log import LOCAL
from bot.schema import log, releases
from tests.store.small import RELEASE, START
from tests.store.tampering import NO_WORDS
from tests.store.test_erasing import BY, talk

C1 = ConversationId("c1")
EMPTIED = ("Row {} of the log was emptied: its words are gone, and no erasure on record took "
           "them. The {} before it are whole; don't rely on it or on later ones.")


@pytest.fixture
def points(store):
    return Checkpoints(store, Signer(bytes(range(32))), lambda: START)


def change(store, seq, **values):
    with store.writing() as connection:
        connection.execute(update(log).where(
            log.c.workspace == LOCAL, log.c.seq == seq).values(**values))


def test_words_that_no_erasure_took_are_missed(store, points):
    for name in ("c1", "c2", "c1"):
        talk(store, name, "kits")
    change(store, 2, **NO_WORDS)

    assert str(store.verify_log()) == EMPTIED.format(2, 1)
    (verdict,) = points.verify()
    assert str(verdict.broken) == EMPTIED.format(2, 1)


def test_an_erasure_of_another_conversation_took_none(store):
    talk(store, "c1", "kits")
    talk(store, "c2", "drones")
    Erasing(store).conversation(LOCAL, C1, **BY)
    assert store.verify_log() is None
    change(store, 2, **NO_WORDS)

    assert str(store.verify_log()) == EMPTIED.format(2, 1)


def test_an_erasure_took_nothing_that_was_said_after_it(store):
    talk(store, "c1", "kits")
    Erasing(store).conversation(LOCAL, C1, **BY)
    talk(store, "c1", "more kits")
    change(store, 3, **NO_WORDS)

    assert str(store.verify_log()) == EMPTIED.format(3, 2)


def test_more_rows_without_words_than_an_erasure_of_one_person_took_are_missed(store):
    talk(store, "c1", "kits", "U1")
    talk(store, "c1", "drones", "U2")
    talk(store, "c1", "cameras", "U1")
    Erasing(store).person(LOCAL, "U2", **BY)
    assert store.verify_log() is None
    change(store, 3, **NO_WORDS)

    assert str(store.verify_log()) == (
        "From row 2 to row 3 of the log more rows lack their words than the erasures on record "
        "took: at least one was emptied without one.")


def test_the_first_thing_that_is_wrong_is_named(store):
    for name in ("c1", "c2", "c1"):
        talk(store, name, "kits")
    change(store, 1, **NO_WORDS)
    change(store, 3, actor="U9")

    assert str(store.verify_log()) == EMPTIED.format(1, 0)


@pytest.mark.parametrize("words", ["", "[]", "{", "7", '{"echoes":1}'])
def test_words_that_are_none_are_an_altered_row(store, words):
    talk(store, "c1", "kits")
    talk(store, "c2", "kits")
    change(store, 2, words=words)

    assert str(store.verify_log()).startswith("Row 2 of the log was altered")


def publish(store, release="r2", content='{"provisions":{"p":{"text":"What it says."}}}'):
    store.keep_release(release, content)
    store.activate(release)


def test_a_release_that_is_kept_otherwise_than_published_is_named(store, points):
    talk(store, "c1", "kits")
    publish(store)
    assert store.verify_log() is None
    assert json.loads(store.release_content("r2"))["provisions"]["p"]["text"] == "What it says."
    with store.writing() as connection:
        connection.execute(update(releases).where(releases.c.id == "r2").values(
            content='{"provisions":{"p":{"text":"What it never said."}}}'))

    assert str(store.verify_log()) == (
        "Row 2 of the log tells what release r2 of the guidance holds, and what the database keeps "
        "of that release is something else: its digest is another. Don't rely on any passage that "
        "is shown of it; restore the database from a back-up.")
    (verdict,) = points.verify()
    assert verdict.broken == store.verify_log()
    with pytest.raises(AlteredRelease, match="release 'r2' is not what was published"):
        store.release_content("r2")
    assert store.release_content(RELEASE)


def test_a_later_pass_looks_at_the_releases_again(store, points):
    talk(store, "c1", "kits")
    publish(store)
    points.take(LOCAL)
    verdict, since = points.go_on(LOCAL, None)
    assert verdict.broken is None
    with store.writing() as connection:
        connection.execute(update(releases).where(releases.c.id == "r2").values(content="{}"))

    verdict, since = points.go_on(LOCAL, since)
    assert verdict.broken.release == "r2"
    assert since is None


def test_a_verdict_tells_how_far_the_notes_that_were_given_prove(store, points):
    talk(store, "c1", "kits")
    early = points.take(LOCAL)
    for _ in range(3):
        talk(store, "c1", "more")
    points.take(LOCAL)
    talk(store, "c1", "and more")

    (verdict,) = points.verify([early])
    assert (verdict.given, verdict.proven, verdict.rows) == (1, 4, 5)
    (verdict,) = points.verify()
    assert (verdict.given, verdict.proven) == (None, 4)


def test_a_workspace_without_a_log_is_no_whole_log(store, points):
    talk(store, "c1", "kits")

    with pytest.raises(UnknownLog, match="There is no log of workspace 'NOPE'; there are those of "
                                         "local"):
        points.verify(only="NOPE")
