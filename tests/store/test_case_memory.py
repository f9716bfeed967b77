"""What a line keeps of a conversation, read by programs of earlier and of later versions."""

from dataclasses import fields, replace

from bot.casebook.memory import Memory, kept, remembered
from bot.casebook.standing import RETURNED, Stand
from bot.ledger import canonical
from bot.reviews.review import Outcome


def test_a_line_is_read_as_it_was_kept():
    memory = Memory(opened_at="2026-11-28", review=Stand(signed=(1,), outcome="agreed"),
                    beside=["odd-payment"], evasive=True)
    assert remembered(canonical(kept(memory))) == memory


def test_what_says_nothing_is_not_named_to_programs_that_know_nothing_of_it():
    memory = Memory(opened_at="2026-11-28")
    assert "outcome" not in kept(memory)["review"]
    assert kept(replace(memory, review=Stand(outcome="agreed")))["review"]["outcome"] == "agreed"


def test_what_came_later_stands_where_programs_of_before_pass_over_what_they_do_not_know():
    memory = Memory(opened_at="2026-11-28")
    later = replace(memory, beside=["odd-payment"], evasive=True,
                    instead={"end_user": ["military"]})
    made = kept(later)
    added = {"beside", "evasive", "instead", "told_since"}

    assert added.isdisjoint(kept(memory)["review"])
    assert made.keys() == kept(memory).keys() == {one.name for one in fields(Memory)} - added
    assert remembered(canonical(made)) == later
    assert (made["review"]["beside"], made["review"]["evasive"]) == (["odd-payment"], True)


def test_what_a_later_version_has_added_is_passed_over():
    made = kept(Memory(opened_at="2026-11-28"))
    made["review"]["of_tomorrow"] = made["of_tomorrow"] = 1
    assert remembered(canonical(made)) == Memory(opened_at="2026-11-28")


def test_what_was_returned_with_questions_is_not_done_with():
    assert Outcome.RETURNED.value == RETURNED
    made = {outcome: Memory(review=Stand(signed=(1,), outcome=outcome.value)).reviewed
            for outcome in Outcome}
    assert made == {Outcome.AGREED: True, Outcome.WITH_CONDITIONS: True,
                    Outcome.NOT_AGREED: True, Outcome.RETURNED: False}
