"""A log is whole only with its words, or an erasure that took them, and with its releases."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.backing_up.erased_again import listed_here
from bot.checkpoints import UnknownLog
from bot.dialogue.conversation import ConversationId
from bot.erasure import withholding
from bot.erasure.erasing import Erasing
from bot.errors import AlteredRelease
from bot.ledger import canonical
from bot.log_order import LOCAL
from bot.record.erasure_list import ERASED
from bot.record.log import Happening, append, rows
from bot.record.model_calls import silence
from bot.schema import log, releases
from bot.turns.echoes import ECHOES
from tests.store.erased import BY, talk
from tests.store.small import RELEASE, START, step
from tests.store.tampering import NO_WORDS

C1 = ConversationId("c1")
EMPTIED = ("Row {} of the log was emptied: its words are gone, and no erasure on record took "
           "them. The {} before it are whole; don't rely on it or on later ones.")


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

    assert str(store.verify_log()) == EMPTIED.format(3, 2)


def lose_echoes(store, seq):
    """Take out of a turn what it repeats, as an erasure does, and say it nowhere."""
    with store.writing() as connection:
        its = (log.c.workspace == LOCAL) & (log.c.seq == seq)
        words = json.loads(connection.scalar(select(log.c.words).where(its)))
        del words[ECHOES]
        connection.execute(update(log).where(its).values(words=canonical(words)))


def test_what_a_turn_repeats_is_missed_like_its_own_words(store):
    repeat(store, "c1")
    talk(store, "c1", "drones", "U-other")
    Erasing(store).person(LOCAL, "U-other", **BY)
    assert store.verify_log() is None
    lose_echoes(store, 2)

    assert str(store.verify_log()) == EMPTIED.format(2, 1)


def test_an_erasure_names_the_rows_that_lost_words_and_those_that_lost_what_they_repeat(store):
    talk(store, "c2", "kits")
    repeat(store, "c1")
    store.note(LOCAL, Happening("comment", "n1", START, "U-she", C1, {}, {"text": "well"}))
    Erasing(store).person(LOCAL, "U-she", **BY)

    with store.reading() as connection:
        *_, last = rows(connection, C1)
    assert (last.body["rows"], last.body["took"]) == (
        2, {"words": {LOCAL: [[2, 2], [4, 4]]}, "echoes": {LOCAL: [[3, 3]]}})
    assert store.verify_log() is None


def test_an_echo_of_what_was_erased_meanwhile_is_recorded_without_a_trace(store):
    talk(store, "c1", "The police of Ruritania", "U-she")
    turn, after = step(store.load(C1), "c1:2", "U-he", "and then?")
    flag = replace(turn.reply.flags[0], said=("police of Ruritania",))
    Erasing(store).person(LOCAL, "U-she", **BY)
    store.record(replace(turn, reply=replace(turn.reply, flags=(flag,))), after, 1)

    with store.reading() as connection:
        words = json.loads(connection.scalar(select(log.c.words).where(log.c.seq == 3)))
    assert set(words) == {"text", "quotes"}
    assert store.verify_log() is None


def test_what_was_recorded_without_its_words_is_told_of_and_not_erased_again(store):
    talk(store, "c1", "kits", "U-she")
    Erasing(store).conversation(LOCAL, C1, **BY)
    with store.writing() as connection:
        withholding.record(connection, LOCAL, C1, [Happening(
            "model_call", "c1:call", START, "U-he", C1, {"turn": 1}, {"sent": []})], START)

    assert store.verify_log() is None
    with store.reading() as connection:
        *_, call, last = rows(connection, C1)
        assert (call.words, call.actor) == (None, None)
        assert (last.kind, last.actor, last.detail["scope"]) == (ERASED, None, "withheld")
        assert last.body["took"] == {"words": {LOCAL: [[3, 3]]}, "echoes": {}}
        assert [one.body["scope"] for one in listed_here(connection)] == ["conversation"]


def repeat(store, name):
    """She tells of a deal in *name*; he asks further, and his answer repeats her words."""
    talk(store, name, "The police of Ruritania", "U-she")
    before = store.load(ConversationId(name))
    turn, after = step(before, f"{name}:2", "U-he", "and then?")
    flag = replace(turn.reply.flags[0], said=("police of Ruritania",))
    store.record(replace(turn, reply=replace(turn.reply, flags=(flag,))),
                 replace(after, deal=before.deal), 1)


# --- logs of earlier releases ------------------------------------------------------------------


@pytest.fixture
def earlier(monkeypatch):
    """What is recorded is recorded as releases did whose rows state no form."""
    monkeypatch.setattr("bot.record.log.FORM", 1)
    monkeypatch.setattr("bot.record.erasures.Taken.told", lambda taken: {"rows": len(taken.words)})
    return monkeypatch


def test_an_honest_log_of_an_earlier_release_is_whole(store, earlier):
    repeat(store, "c1")
    repeat(store, "c2")
    Erasing(store).person(LOCAL, "U-she", **BY)
    with store.writing() as connection:
        append(connection, LOCAL, Happening(
            "model_call", "c1:call", START, "U-he", C1, {"turn": 2}, {"sent": []}))
        silence(connection, "c1:call")
    repeat(store, "c3")
    lose_echoes(store, 9)
    with store.writing() as connection:
        append(connection, LOCAL, Happening(ERASED, "e2", START, "U-lead", None, {
            "conversations": ["c3"], "rows": 0, "scope": "person"}))
    assert store.verify_log() is None

    earlier.undo()
    talk(store, "c1", "and now?", "U-he")
    Erasing(store).conversation(LOCAL, ConversationId("c2"), **BY)
    assert store.verify_log() is None


def test_a_row_of_this_release_that_repeats_what_was_erased_before_it_needs_its_own(store):
    talk(store, "c1", "kits", "U-she")
    Erasing(store).conversation(LOCAL, C1, **BY)
    with store.writing() as connection:
        append(connection, LOCAL, Happening(
            "model_call", "c1:call", START, "U-he", C1, {"turn": 1}, {"sent": []}))
        silence(connection, "c1:call")

    assert str(store.verify_log()) == EMPTIED.format(3, 2)


def test_more_rows_of_an_earlier_release_lack_words_than_its_erasures_took(store, earlier):
    talk(store, "c1", "kits", "U1")
    talk(store, "c1", "drones", "U2")
    talk(store, "c1", "cameras", "U1")
    Erasing(store).person(LOCAL, "U2", **BY)
    assert store.verify_log() is None
    change(store, 3, **NO_WORDS)

    assert str(store.verify_log()) == (
        "From row 2 to row 3 of the log more rows lack their words than the erasures on record "
        "took: at least one was emptied without one.")
    earlier.undo()
    assert store.verify_log().until == 3


def test_of_a_row_and_of_rows_that_lack_their_words_the_first_are_named(store, earlier):
    """Row 5 was, with "the 4 before it are whole", of which one was emptied without an erasure."""
    talk(store, "c1", "kits", "U1")
    talk(store, "c1", "drones", "U2")
    talk(store, "c1", "cameras", "U1")
    Erasing(store).person(LOCAL, "U2", **BY)
    talk(store, "c2", "kits", "U3")
    assert store.verify_log() is None
    for seq in (3, 5):
        change(store, seq, **NO_WORDS)

    first = store.verify_log()
    assert (first.seq, first.until) == (2, 3)


def test_a_row_before_rows_that_lack_their_words_is_named(store, earlier):
    talk(store, "c2", "kits", "U3")
    talk(store, "c1", "drones", "U2")
    talk(store, "c1", "cameras", "U1")
    Erasing(store).person(LOCAL, "U2", **BY)
    for seq in (1, 3):
        change(store, seq, **NO_WORDS)

    assert str(store.verify_log()) == EMPTIED.format(1, 0)


def test_an_earlier_release_may_erase_what_this_one_recorded(store, monkeypatch):
    talk(store, "c1", "kits", "U1")
    monkeypatch.setattr("bot.record.erasures.Taken.told", lambda taken: {"rows": len(taken.words)})
    Erasing(store).conversation(LOCAL, C1, **BY)

    assert store.verify_log() is None


def test_the_first_thing_that_is_wrong_is_named(store):
    for name in ("c1", "c2", "c1"):
        talk(store, name, "kits")
    change(store, 1, **NO_WORDS)
    change(store, 3, actor="U9")

    assert str(store.verify_log()) == EMPTIED.format(1, 0)


def test_of_several_rows_that_were_emptied_the_first_is_named(store):
    for name in ("c1", "c2", "c1"):
        talk(store, name, "kits")
    for seq in (2, 3):
        change(store, seq, **NO_WORDS)

    assert str(store.verify_log()) == EMPTIED.format(2, 1)


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


@pytest.mark.parametrize("text", ["echoes_sha256", "echoes"])
def test_who_writes_the_name_of_a_field_empties_nothing(store, text):
    repeat(store, "c1")
    talk(store, "c1", text)
    assert store.verify_log() is None
    lose_echoes(store, 2)

    assert str(store.verify_log()) == EMPTIED.format(2, 1)


@pytest.mark.parametrize(("seq", "values", "wrong"), [
    # The row that was read last is looked at again, and so are those behind it.
    (2, {"digest": "f" * 64}, "Row 2 of the log was altered"),
    (3, {"body": "{}"}, "Row 3 of the log was altered"),
    # What lies before is proven by the digest of that one.
    (1, {"body": "{}"}, None),
])
def test_a_later_pass_begins_with_the_row_that_was_proven_last(store, points, seq, values, wrong):
    for said in ("kits", "more"):
        talk(store, "c1", said)
    points.take(LOCAL)
    _, since = points.go_on(LOCAL, None)
    talk(store, "c1", "and more")
    change(store, seq, **values)

    verdict, since = points.go_on(LOCAL, since)

    assert (verdict.broken is None) is (wrong is None) is (since is not None)
    assert wrong is None or str(verdict.broken).startswith(wrong)


def test_a_later_pass_goes_on_where_the_newest_checkpoint_proves_it(store, points):
    talk(store, "c1", "kits")
    points.take(LOCAL)
    _, since = points.go_on(LOCAL, None)
    assert since.head.count == 1
    for said in ("more", "and more"):
        talk(store, "c1", said)
    verdict, same = points.go_on(LOCAL, since)
    assert (verdict.broken, verdict.rows, same) == (None, 3, since)
    points.take(LOCAL)

    verdict, since = points.go_on(LOCAL, since)

    assert (verdict.broken, since.head.count) == (None, 3)
