"""What takes long to read in no message that anybody can send, however it repeats itself."""

import sys
import time
from collections.abc import Callable

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import cues_of
from retrieval.words.lexicon import Lexicon
from retrieval.words.tells import Told
from tests.dialogue.talking import WHEN, Talk

DEAL = "cctv for the police in Kenya"


def calls(what: Callable[[], object]) -> int:
    """How many functions are called by *what*: a measure of work that is the same everywhere."""
    count = 0

    def called(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        what()
    finally:
        sys.setprofile(before)
    return count


def work(begin: Callable[[], Talk], text: str) -> int:
    talk = begin()
    talk.say(DEAL)
    assert len(talk.conversation.awaiting()) > 1
    return calls(lambda: talk.say(text))


def test_brackets_in_brackets_are_read_once(begin):
    """Each doubled the work: two dozen would have kept a process busy for a minute."""
    few, more = (work(begin, "no " + "(" * n + "a)") for n in (5, 15))
    assert more < 2 * few


def test_brackets_that_never_close_take_no_more_than_their_number(begin):
    few, more = (work(begin, "(" * n) for n in (40, 160))
    assert more < 8 * few


@pytest.mark.parametrize("again", [
    "police army ", "police or army ", "Kenya Togo ", "not drones ", "maybe drones ", "no police ",
    "i don't know "])
def test_what_is_named_again_and_again_takes_no_more_than_its_number_squared(begin, again):
    """It took the cube: 8,000 characters kept a processor busy for up to three quarters of a
    minute, and nobody else was answered meanwhile."""
    few, more = (calls(lambda n=n: begin().say(again * n)) for n in (60, 180))
    assert more < 10 * few


def test_that_two_are_of_no_list_is_told_by_the_first_word_between_them(guidance):
    """It was asked of each two, and looked through all that stands between them."""
    lexicon, cues = Lexicon(guidance.vocabulary), cues_of(guidance)

    def asked(text: str) -> tuple[bool, float]:
        reading = lexicon.find(text)
        clauses, ends = Clauses(reading, cues), (reading.mentions[0], reading.mentions[-1])
        tries = []
        for _ in range(5):
            began = time.process_time()
            for _ in range(200):
                listed = clauses.lists(*ends)
            tries.append(time.process_time() - began)
        return listed, min(tries)

    (short, few), (long, more) = (asked("police army " * n) for n in (3, 300))
    assert (short, long, asked("police, 2 or army")[0]) == (False, False, True)
    assert more < 10 * few


@pytest.mark.parametrize(("text", "facts"), [
    # A remark in brackets is none of the answers, nor is one within it.
    ("2 (see Amnesty (again)), 4, 6", {"detentions": "no", "restrictive_laws": "no",
                                       "conflict": "no"}),
    ("2, 4 (we looked), 6", {"detentions": "no", "restrictive_laws": "no", "conflict": "no"}),
    ("2, 4, (6)", {"detentions": "no", "restrictive_laws": "no", "conflict": "no"}),
])
def test_answers_with_brackets(begin, text, facts):
    talk = begin()
    talk.say(DEAL)
    talk.say(text)
    deal = talk.conversation.deal
    assert {fact: set(deal.known(fact)) for fact in facts} == {
        fact: {value} for fact, value in facts.items()}


@pytest.mark.parametrize("again", ["?! ", "why? "])
def test_an_opening_is_not_read_again_without_each_of_its_many_questions(guidance, again):
    """A thousand signs behind a deal kept a process busy for minutes, and 8,000 for hours."""
    read: list[int] = []

    def tells(text: str) -> list[Told]:
        read.append(len(text.split()))
        return []

    reader = PlainReader(guidance, tells, strays=lambda _: 1.0)
    reader.read(f"{DEAL} {again * 400}", Conversation(ConversationId("c")),
                key=MessageKey("m"), author="a", sent_at=WHEN)

    assert 2 < len(read) < 20
