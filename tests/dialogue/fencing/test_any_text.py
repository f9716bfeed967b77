"""Whatever a model sends, it is judged and never breaks the judge."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.drafting import Draft, Sentence
from bot.dialogue.fencing.fence import inspect
from bot.dialogue.fencing.refusal import Reason
from bot.language_model import fence_rules
from tests.dialogue.fencing.conftest import PROMPTS, alike
from tests.dialogue.fencing.points import draft, point
from tests.dialogue.fencing.test_fence import FLAG, LOG

RULES = fence_rules.load(PROMPTS)
WORDS = "record who searched what in a log that users cannot change not must only unless 90 court"
HOSTILE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\u0000\u0007\t\n\r\x1b\u0301"
    "<>|*_~`@#[]{}\\^=+$&а\u0435οіﬁｅ①٣«»„‟😀\U000e0041\u3164\u2028"
)

texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([*WORDS.split(), ",", ".", "\"", "(", "“", "'"]), max_size=40)
    .map(" ".join),
)
drafts = st.lists(
    st.builds(Sentence, texts, st.lists(st.sampled_from(["P1", "F1", "P2", ""]), max_size=3)
              .map(tuple)), max_size=4,
).map(lambda sentences: Draft(tuple(sentences)))


@settings(max_examples=300)
@given(drafts)
def test_any_draft_is_judged(proposed):
    refusal = inspect(proposed, [LOG, FLAG], RULES, alike)
    assert refusal is None or refusal.reason in Reason


@given(st.integers(0, 62), st.sampled_from(HOSTILE))
def test_one_hostile_character_anywhere_is_refused(place, character):
    text = "Record who searched what, in a log that users cannot change it."[:-4] + "."
    changed = text[:place] + character + text[place:]
    assert inspect(draft(changed), [LOG], RULES, alike) is not None


@pytest.mark.parametrize("key", ["flag:sg-c2-rf4", "safeguard:sg-c6-5", "provision:gc-34"])
@given(data=st.data())
def test_a_word_put_in_anywhere_is_refused(guidance, key, data):
    one = point(guidance, key)
    first = one.text.split(". ")[0].rstrip(".") + "."
    words = first.split(" ")
    place = data.draw(st.integers(1, len(words) - 1))
    word = data.draw(st.sampled_from(
        ["not", "never", "only", "Kenya", "huawei", "42", "two", "unlawful", "unless", "must",
         "always", "customers'", "I"]))
    changed = " ".join((*words[:place], word, *words[place:]))
    assert inspect(draft(changed), [one], RULES, alike) is not None
