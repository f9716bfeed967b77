"""An old back-up, the wrong one, and a key that is another."""

from datetime import timedelta

import pytest

from bot.backing_up.places import NotRestored
from bot.backing_up.restoring import Behind
from bot.checkpoints import Checkpoints
from bot.errors import BadSetting
from bot.record.signed_notes import BadCheckpoint, Signer, former_keys
from bot.store import Store
from tests.backing_up.house import KEY, SIGNER, TEAM, furnish, points, restored, talk
from tests.store.small import START

OTHER = Signer(b"o" * 32)


def test_an_old_back_up_is_told_by_a_checkpoint_of_after_it(store, file, there, tmp_path):
    talk(store, "c1", "said after the back-up")
    note = points(store).take(TEAM)

    found = restored(file, there, tmp_path / "there", notes=[note])

    assert found.behind == (Behind(TEAM, 5, 6),)
    after = Store(there)
    # It stays told, also when other rows have taken the place of those that are lost.
    for n in range(4):
        talk(after, f"new{n}", "something else")
        broken = {one.workspace: one.broken for one in points(after).verify([note])}[TEAM]
        assert broken is not None
        assert broken.until == 6
    assert all(one.broken is None for one in points(after).verify())
    after.close()


def test_a_checkpoint_of_before_the_back_up_holds(store, file, there, tmp_path):
    note = points(store).of(TEAM)[0]

    found = restored(file, there, tmp_path / "there", notes=[note])

    assert found.behind == ()


def test_the_back_up_of_another_installation_is_refused(file, there, tmp_path):
    other = furnish(f"sqlite:///{tmp_path / 'other' / 'a.sqlite3'}")
    talk(other, "c9", "theirs", workspace="T9")
    theirs = points(other).take("T9")
    # The same workspace, but another history.
    mine = points(other).take(TEAM)
    other.close()

    with pytest.raises(NotRestored, match=r"another installation.*T9"):
        restored(file, there, tmp_path / "there", notes=[theirs])
    with pytest.raises(NotRestored, match="is not what was recorded"):
        restored(file, there, tmp_path / "there", notes=[mine])


def test_without_the_key_of_before_it_says_what_to_do(file, there, tmp_path):
    with pytest.raises(NotRestored) as error:
        restored(file, there, tmp_path / "there", signers=[OTHER])
    assert "ADVISOR_LOG_KEY" in str(error.value)
    assert f"ADVISOR_LOG_KEYS_BEFORE={KEY}" in str(error.value)
    with pytest.raises(NotRestored, match="key that is not here"):
        restored(file, there, tmp_path / "there", signers=[])


def test_with_a_new_key_the_old_checkpoints_hold_by_the_old_one(file, there, tmp_path):
    restored(file, there, tmp_path / "there", signers=[OTHER, SIGNER])

    after = Store(there)
    now = START + timedelta(days=1)
    both = Checkpoints(after, OTHER, lambda: now, former_keys(f" {KEY}, "))
    note = both.take(TEAM)
    assert all(one.broken is None for one in both.verify([note]))
    assert OTHER.verifier.read(note).size == 6
    # Without it named, what it signed is not taken on trust.
    alone = Checkpoints(after, OTHER, lambda: now)
    assert any(one.broken is not None for one in alone.verify())
    with pytest.raises(BadCheckpoint):
        Checkpoints(after, SIGNER).verify([note])
    after.close()


def test_a_key_of_before_that_is_none_is_refused():
    assert former_keys("") == ()
    with pytest.raises(BadSetting, match="ADVISOR_LOG_KEYS_BEFORE"):
        former_keys("hello")
