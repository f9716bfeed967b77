"""A process takes the release in force between two turns, and answers from the old until then."""

import gc
import threading
import weakref

import pytest

from bot.advisor import Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.following import AGAIN_SECONDS, Following
from bot.outages import NoTurn
from retrieval.errors import IndexServerAway
from retrieval.guidance import ReleaseId
from tests.dialogue.talking import WHEN
from tests.live.releasing import DEAL, publish, replica

pytestmark = pytest.mark.long


def say(process, text, key, name="c"):
    return process.advisor.take_turn(
        Said(MessageKey(key), ConversationId(name), "a", WHEN, text))


def test_the_next_turn_is_drawn_from_what_was_published(running, store, first, second):
    assert say(running, DEAL, "m1").reply.release == first.release
    publish(store, second)

    assert say(running, "What about audits?", "m2").reply.release == first.release
    assert running.following.look()
    outcome = say(running, "The police arrested journalists.", "m3")

    assert outcome.reply.release == outcome.guidance.release == second.release
    assert running.opening.opened == [second.release]
    assert not running.following.look()


def test_going_back_is_taken_like_anything_else(running, store, first, second):
    publish(store, second)
    running.following.look()
    publish(store, first)
    running.following.look()

    assert say(running, DEAL, "m1").reply.release == first.release


def test_what_was_taken_back_while_it_was_opened_answers_nobody(running, store, first, second):
    def opened(release):
        edition = running.opening(release)
        publish(store, first)  # somebody goes back while the index is built
        return edition

    following = Following(store, running.advisor, opened)
    publish(store, second)

    assert not following.look()
    assert running.opening.opened == [second.release]
    assert say(running, DEAL, "m1").reply.release == first.release


def test_a_message_sent_again_is_drawn_with_the_release_that_answered_it(
    running, store, first, second
):
    say(running, DEAL, "m1")
    publish(store, second)
    running.following.look()

    again = say(running, DEAL, "m1")

    assert (again.reply.release, again.guidance.release) == (first.release, first.release)
    assert again.guidance.provisions == first.provisions


def test_a_turn_under_way_ends_with_the_release_that_it_began_with(
    running, store, first, second
):
    publish(store, second)
    search = running.advisor.edition.search

    def slow(queries):
        running.following.look()  # somebody publishes while it is being looked up
        return search(queries)

    running.advisor.switch(type(running.advisor.edition)(
        first, running.advisor.edition.reader, slow))
    outcome = say(running, "What does the guidance say about audits?", "m1")

    assert {c.release for c in outcome.reply.citations()} == {first.release}
    assert outcome.guidance is first
    assert running.advisor.edition.release == second.release


def test_what_cannot_be_opened_is_told_and_the_old_one_goes_on_answering(
    running, store, first, second
):
    publish(store, second)
    running.opening.failing = OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        running.following.look()

    assert running.following.fault == (
        f"release {second.release} is in force, but can't be opened here, so {first.release} "
        "goes on answering: the disk is full")
    assert running.following.warning == (
        f"release {second.release} is in force, but can't be opened here, so {first.release} "
        "goes on answering: OSError")
    assert say(running, DEAL, "m1").reply.release == first.release

    running.opening.failing = None
    assert running.following.look()
    assert (running.following.fault, running.following.warning) == (None, None)


def test_whoever_may_ask_is_told_what_is_away_and_no_address(running, store, first, second):
    """`/readyz` asks for no token, and Chroma's error holds where its server is."""
    publish(store, second)
    running.opening.failing = IndexServerAway("The Chroma server at http://10.1.2.3:8000 is away.")

    with pytest.raises(IndexServerAway):
        running.following.look()

    assert running.following.warning == (
        f"release {second.release} is in force, but can't be opened here, so {first.release} goes "
        "on answering: the Chroma server can't be reached; start it, or correct ADVISOR_CHROMA_URL")


def test_a_fault_is_over_when_the_old_release_is_in_force_again(running, store, first, second):
    publish(store, second)
    running.opening.failing = OSError("the disk is full")
    with pytest.raises(OSError, match="full"):
        running.following.look()
    publish(store, first)

    assert not running.following.look()
    assert running.following.fault is None


def test_a_release_that_failed_is_tried_again_later_and_another_one_at_once(
    running, store, second
):
    time = [0.0]
    following = Following(store, running.advisor, running.opening, clock=lambda: time[0])
    publish(store, second)
    running.opening.failing = OSError("the disk is full")
    with pytest.raises(OSError, match="full"):
        following.look()

    assert following._is_left_alone()
    time[0] = AGAIN_SECONDS
    assert not following._is_left_alone()
    time[0] = 1.0
    store.keep_release(ReleaseId("fedcba987654"), "{}")
    store.activate(ReleaseId("fedcba987654"))
    assert not following._is_left_alone()


def test_whoever_publishes_in_this_process_need_not_wait(running, store, second):
    took = threading.Event()
    following = Following(store, running.advisor, running.opening, lambda _: took.set())
    thread = threading.Thread(target=following.run)
    thread.start()
    publish(store, second)
    following.nudge()

    assert took.wait(10)
    following.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert running.advisor.edition.release == second.release


def test_while_the_database_is_away_the_log_says_so_once(
    running, store, second, monkeypatch, caplog
):
    """It said so every two seconds, for as long as that went on."""
    asked, took, look = [], threading.Event(), store.active_release

    def away():
        asked.append(1)
        if len(asked) < 4:
            raise NoTurn("others were writing")
        return look()

    monkeypatch.setattr("bot.following.LOOK_SECONDS", 0.01)
    monkeypatch.setattr(store, "active_release", away)
    following = Following(store, running.advisor, running.opening, lambda _: took.set())
    publish(store, second)
    thread = threading.Thread(target=following.run)
    thread.start()

    assert took.wait(20)
    following.stop()
    thread.join(10)
    assert [one.getMessage() for one in caplog.records] == ["could not look what is in force"]


def test_the_reader_and_the_search_of_a_release_are_let_go(store, sentences, second):
    running = replica(store, sentences)
    gone = weakref.ref(running.advisor.edition.reader)
    publish(store, second)
    running.following.look()

    gc.collect()
    assert gone() is None
