"""Our own words give no verdict on a deal, and may say what the law is."""

from dataclasses import replace

import pytest

from retrieval.guidance import ProvisionId
from retrieval.reading.own_words import verdicts_in

ID = ProvisionId("sg-b-6")


@pytest.mark.parametrize(("text", "refused"), [
    ("States must ensure that surveillance is lawful, necessary and proportionate.", 0),
    ("Interception is allowed where it is authorised by a court.", 0),
    ("This deal is lawful.", 1),
    ("You may go ahead.", 1),
    ("Your sale is approved.", 1),
    ("The sale is forbidden.", 1),
])
def test_a_digest_may_restate_law_and_judges_no_deal(guidance, text, refused):
    after = replace(guidance, provisions={
        **guidance.provisions, ID: replace(guidance.provisions[ID], text=text)})
    assert [p.subject for p in verdicts_in(after)] == [("provision", ID)] * refused


def test_a_flag_says_nothing_of_the_kind(guidance):
    first, *others = guidance.red_flags
    after = replace(guidance, red_flags=(
        replace(first, explains="Selling it is legal."), *others))
    assert [p.subject for p in verdicts_in(after)] == [("red flag", first.id)]
