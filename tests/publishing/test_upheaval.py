"""A source whose texts collapse, or change all at once, is told with its numbers."""

from dataclasses import replace

from bot.publishing.upheaval import Upheaval, upheavals
from retrieval.guidance import Checked, Confirmation, Guidance, ProvisionId
from tests.retrieval.small import guidance, provision

SIX = tuple(f"ungp-{n}" for n in range(1, 7))


def texts(**by_id: str) -> Guidance:
    return guidance([provision(id_.replace("_", "-"), text) for id_, text in by_id.items()])


def of_six(says: str = "What number {n} says.", *, of: int = 6) -> Guidance:
    return guidance([provision(id_, says.format(n=n) if n < of else f"As it was: {id_}.")
                     for n, id_ in enumerate(SIX)])


BEFORE = of_six(of=0)


def test_nothing_is_told_of_what_stays():
    assert upheavals(BEFORE, BEFORE) == ()


def test_a_source_replaced_by_one_sentence_is_told():
    after = of_six("Nothing in this source is of any concern.")
    assert upheavals(BEFORE, after) == (Upheaval("ungp", 6, 6, 0, 6),)
    assert upheavals(BEFORE, after)[0].sentence == (
        "ungp: 6 of its 6 provisions now have one and the same text, and 6 of the 6 texts it had "
        "are others or gone.")


def test_three_alike_are_told_although_little_else_changed():
    many = [provision(f"ungp-{n}", f"As it was: {n}.") for n in range(40)]
    few = [replace(p, text="All alike.") if n < 3 else p for n, p in enumerate(many)]
    assert upheavals(guidance(many), guidance(few)) == (Upheaval("ungp", 40, 3, 0, 3),)


def test_what_was_alike_before_is_told_no_more():
    alike = of_six("The same in all.")
    assert upheavals(alike, alike) == ()
    longer = guidance([*alike.provisions.values(), provision("ungp-7", "Another.")])
    assert upheavals(alike, longer) == ()


def test_a_large_share_changed_at_once_is_told_and_a_small_one_is_not():
    assert upheavals(BEFORE, of_six("Another text {n}.", of=5)) == (Upheaval("ungp", 6, 5, 0, 1),)
    assert upheavals(BEFORE, of_six("Another text {n}.", of=4)) == ()
    many = [provision(f"ungp-{n}", f"As it was: {n}.") for n in range(40)]
    few = [replace(p, text=f"Another {n}.") if n < 6 else p for n, p in enumerate(many)]
    assert upheavals(guidance(many), guidance(few)) == ()


def test_provisions_that_vanish_count_as_changed():
    assert upheavals(BEFORE, guidance([BEFORE.provisions[ProvisionId("ungp-1")]],
                                      [*BEFORE.sources.values()])) == (
        Upheaval("ungp", 6, 0, 5, 1),)


def test_a_source_that_is_gone_as_a_whole_is_told():
    assert upheavals(BEFORE, texts(udhr_1="Everyone is born free.")) == (
        Upheaval("ungp", 6, 0, 6, 0),)


def test_what_was_ticked_or_retired_one_by_one_is_known_to_somebody():
    ticked = {id_: replace(p, text=f"Official words of {id_}.", checked=Checked.OFFICIAL,
                           confirmed=Confirmation("U1", "now", ProvisionId("doc-1"), 0, 9, "ab",
                                                  p.text))
              for id_, p in BEFORE.provisions.items()}
    assert upheavals(BEFORE, replace(BEFORE, provisions=ticked)) == ()
    aside = replace(BEFORE, provisions={}, set_aside=BEFORE.provisions)
    assert upheavals(BEFORE, aside) == ()


def test_a_new_source_may_not_say_one_thing_over_and_over():
    after = guidance([*BEFORE.provisions.values(),
                      *(provision(f"udhr-{n}", " The same  in all. ") for n in range(5))])
    assert upheavals(BEFORE, after) == (Upheaval("udhr", 0, 0, 0, 5),)
    assert upheavals(BEFORE, after)[0].sentence == (
        "udhr: 5 of its 5 provisions now have one and the same text.")
