"""What is said of the rest of the advice where safeguards behind the first ones come or go."""

import pytest

from bot.dialogue.changes import Ground
from bot.dialogue.deal import Deal
from bot.dialogue.replies.comparing import Difference
from bot.dialogue.replies.telling import changes

NOTHING = Difference(
    one=Deal(), other=Deal(), facts=(), flags_added=(), flags_removed=(), shifts=(),
    safeguards_added=(), safeguards_removed=(), further_added=frozenset(),
    further_removed=frozenset({"a", "b"}), facts_opened=(), facts_needless=(), kept=())


def rest(guidance, sentences, **differs):
    found = Difference(**{**{name: getattr(NOTHING, name) for name in NOTHING.__slots__},
                          **differs})
    return changes(guidance, sentences, Ground.SUPPOSITION, found).rest


def test_a_rest_is_of_what_was_named_before(guidance, sentences):
    first, second, *_ = guidance.safeguards.values()

    assert rest(guidance, sentences, kept=(first.id,)) == (
        "What comes first would stand as it is. Further safeguards that would no longer fit: 2.")
    assert rest(guidance, sentences, kept=(first.id,), safeguards_added=(second,)) == (
        "The rest of what comes first would stand. "
        "Further safeguards that would no longer fit: 2.")


@pytest.mark.parametrize("kept", [(), ("some-flag",)])
def test_where_none_of_the_first_safeguards_stays_none_is_said_to(guidance, sentences, kept):
    assert rest(guidance, sentences, kept=kept) == "Further safeguards that would no longer fit: 2."
