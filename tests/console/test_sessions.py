"""A session ends when it should, comes from us alone, and the database can't be signed in with."""

import pytest
from sqlalchemy import select

from bot.console.entry.sessions import IDLE, LONGEST, Sessions
from bot.console.viewer import Role
from bot.erasure.erasing import Erasing
from bot.log_order import LOCAL
from bot.record.log import logged
from bot.schema import log, sessions
from bot.store import Store
from tests.store.small import RELEASE, begin, step


@pytest.fixture
def kept(url, clock):
    store = Store(url)
    store.upgrade()
    yield Sessions(store, clock)
    store.close()


def opened(kept, user="U1", workspace="T1", **more):
    return kept.open(workspace, user, "Ada", Role.REVIEWER, by="slack", **more)


def kinds(kept, workspace="T1"):
    with kept._store.reading() as connection:
        query = select(log).where(log.c.workspace == workspace).order_by(log.c.seq)
        rows = [logged(row._mapping) for row in connection.execute(query)]
    return [(row.kind, row.actor) for row in rows]


def test_a_session_is_found_by_what_the_cookie_holds_and_by_nothing_that_is_kept(kept):
    first = opened(kept)

    assert kept.find(first.secret) == first.session
    with kept._store.reading() as connection:
        row = connection.execute(select(sessions)).one()
    assert first.secret not in map(str, row)
    for other in (row.id, row.token, "", "x", first.secret[:-1], "\udcff", "a" * 10_000):
        assert kept.find(other) is None


@pytest.mark.parametrize(("given", "kept_as"), [
    ("Ki\u200bm \u202eAdler\n(U-adm)", "Kim Adler (U-adm)"), ("\u2066\u2069", "U1")])
def test_nobodys_name_turns_round_what_stands_beside_it(kept, given, kept_as):
    """It stands in what others are told of who reviews, and above a question in Slack."""
    assert kept.open("T1", "U1", given, Role.REVIEWER, by="slack").session.name == kept_as


def test_a_session_that_is_idle_ends(kept, clock):
    first = opened(kept)
    for _ in range(4):
        clock.pass_(minutes=50)
        assert kept.find(first.secret) is not None
    clock.now += IDLE

    assert kept.find(first.secret) is None
    assert kept.live("T1") == []


def test_a_session_ends_however_busy_it_is(kept, clock):
    first, began = opened(kept), clock.now
    while clock.now + (step := IDLE / 2) < began + LONGEST:
        clock.now += step
        assert kept.find(first.secret) is not None
    clock.now = began + LONGEST

    assert kept.find(first.secret) is None


def test_a_session_of_before_the_clock_was_put_back_lasts_no_longer_for_it(kept, clock):
    """It would have lasted for as long again as the clock went back."""
    clock.pass_(days=3)
    first = opened(kept)
    clock.pass_(minutes=-15)  # of another replica
    assert kept.find(first.secret) is not None
    clock.pass_(days=-3)

    assert kept.find(first.secret) is None
    assert kept.live("T1") == []


def test_signing_out_ends_one_and_revoking_ends_all_of_a_person(kept):
    first, second, other = opened(kept), opened(kept), opened(kept, "U2")
    elsewhere = opened(kept, "U1", "T2")

    assert kept.sign_out(first.session.id)
    assert not kept.sign_out(first.session.id)
    assert kept.find(first.secret) is None
    assert kept.revoke_all("T1", "U1", by="U-adm", reason="laptop lost") == 1
    assert kept.find(second.secret) is None
    assert kept.find(other.secret) is not None
    assert kept.find(elsewhere.secret) is not None
    assert kinds(kept) == [("signed_in", "U1"), ("signed_in", "U1"), ("signed_in", "U2"),
                           ("signed_out", "U1"), ("revoked", "U-adm")]
    assert kept._store.verify_log() is None


def test_one_is_revoked_in_its_own_workspace_alone(kept):
    first = opened(kept)

    assert not kept.revoke("T2", first.session.id, by="U9", reason="mischief")
    assert kept.find(first.secret) is not None
    assert kept.revoke("T1", first.session.id, by="U-adm", reason="asked to")
    assert kept.find(first.secret) is None
    assert not kept.revoke("T1", first.session.id, by="U-adm", reason="again")
    assert kept.live("T1") == []


def test_signing_in_again_ends_the_session_before_and_takes_a_new_id(kept):
    first = opened(kept)
    second = opened(kept, instead_of=first.secret)
    third = opened(kept, instead_of="chosen-by-somebody-else")

    assert kept.find(first.secret) is None
    assert len({first.secret, second.secret, third.secret, "chosen-by-somebody-else"}) == 4
    assert [one.id for one in kept.live("T1")] and kept.find("chosen-by-somebody-else") is None


def test_rows_long_expired_are_swept_and_the_log_keeps_that_they_were(kept, clock):
    opened(kept)
    clock.pass_(days=3)
    opened(kept)

    with kept._store.reading() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1
    assert kinds(kept) == [("signed_in", "U1")] * 2


def test_that_it_is_in_use_is_not_written_at_every_request(kept, clock):
    first = opened(kept)
    clock.pass_(seconds=30)
    kept.find(first.secret)
    assert kept.live("T1")[0].seen_at == first.session.created_at
    clock.pass_(seconds=31)
    kept.find(first.secret)
    assert kept.live("T1")[0].seen_at == clock.now


def test_who_is_erased_has_no_session_and_stays_on_record_as_who_could_look(kept, clock):
    first = opened(kept, "U1", LOCAL)
    turn, after = step(begin(), "k1", "U1")
    kept._store.keep_release(RELEASE, "{}")
    kept._store.record(turn, after, 0)

    Erasing(kept._store, clock).person(LOCAL, "U1", by="U-adm", reason="asked to")

    assert kept.find(first.secret) is None
    assert kinds(kept, LOCAL) == [("signed_in", "U1"), ("turn", None), ("erased", "U-adm")]


def test_the_log_names_no_secret(kept):
    first = opened(kept)
    with kept._store.reading() as connection:
        row = connection.execute(select(log)).one()
    assert first.secret not in str(row)
    assert first.session.token not in str(row)
