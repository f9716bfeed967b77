"""A sign-off stands exactly as long as the advice is the one that was signed."""

from dataclasses import replace

import pytest

from bot.advisor import Said
from bot.casebook import lines as case_lines
from bot.casebook.memory import remembered
from bot.casebook.reasons import reasons
from bot.dialogue.deal import MessageKey
from bot.errors import UnknownRelease
from bot.reviews.advised import ChangeKind
from bot.reviews.review import Standing
from bot.schema import case_lines as lines
from retrieval.guidance import Checked, Fact, ReleaseId
from tests.reviews.conftest import ADA, BEN, C1, DEAL, WRONG


def release(house, name, **changes):
    return replace(house.guidance, release=ReleaseId(name), **changes)


def with_provision(house, name, **changes):
    """Another release in which the first provision that was relied on is another."""
    relied = next(iter(house.of().review.sign_offs[0].advised.provisions))
    provisions = dict(house.guidance.provisions)
    provisions[relied] = replace(provisions[relied], **changes)
    return relied, release(house, name, provisions=provisions)


def standing(house):
    return house.of().review.standing


def kinds(house):
    return [change.kind for change in house.of().review.lapsed.changes]


def test_a_sign_off_lapses_in_the_transaction_of_the_correction(signed):
    assert standing(signed) is Standing.SIGNED

    signed.say(WRONG)

    assert standing(signed) is Standing.LAPSED
    turn, lapse = signed.rows("turn", "lapsed")[-2:]
    assert (turn.kind, lapse.kind, lapse.seq) == ("turn", "lapsed", turn.seq + 1)
    assert (lapse.actor, lapse.body["sign_off"], lapse.body["release"]) == (None, 1, "r1")
    lapsed = signed.of().review.lapsed
    assert ChangeKind.FLAG_GONE in kinds(signed)
    fact = next(c for c in lapsed.changes if c.kind is ChangeKind.FACT_CHANGED)
    assert (fact.id, fact.before, fact.now) == ("end_use", "crowd-monitoring", "traffic")
    assert [one.by for one in lapsed.sign_offs] == ["U-ada"]
    assert signed.store.verify_log() is None


def test_a_turn_that_is_cut_off_leaves_the_sign_off_as_it_was(signed):
    def fail(*_):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        signed.advisor.take_turn(said(signed, WRONG),
                                 along=fail)

    assert standing(signed) is Standing.SIGNED
    assert not signed.rows("lapsed")


def said(house, text):
    return Said(MessageKey("cut"), C1, "slack:T1:U1", house.now, text, workspace="T1")


def test_what_changes_nothing_of_the_advice_lapses_nothing(signed):
    before = signed.of().advised

    signed.say("What does the guidance say about audits?")
    signed.say("thanks")
    # A fact told again in other words.
    signed.say("The buyer is the police, as I said.")

    now = signed.of().advised
    assert now.advice_digest == before.advice_digest
    assert standing(signed) is Standing.SIGNED


def test_a_fact_that_changes_no_flag_and_no_safeguard_lapses_nothing(signed):
    before = signed.of().advised
    signed.say(answers={"export_review": ["pending"]})

    now = signed.of().advised
    assert now.facts["export_review"] == ("pending",)
    assert "export_review" not in before.facts
    assert now.digest != before.digest
    assert now.advice_digest == before.advice_digest
    assert standing(signed) is Standing.SIGNED


def done_since(house):
    found = house.of()
    return [found.done_since(one) for one in found.review.sign_offs]


def test_a_safeguard_that_is_done_lapses_nothing_and_nobody_is_told(signed):
    """Sales did what the signed advice asked for, and the sign-off lapsed by it."""
    assert done_since(signed) == [()]
    signed.news.clear()

    signed.say(answers={"export_review": ["done"]})

    now = signed.of()
    assert "export-counsel" in now.review.sign_offs[0].advised.safeguards
    assert "export-counsel" not in now.advised.safeguards
    assert (now.review.standing, now.changed) == (Standing.SIGNED, ())
    assert done_since(signed) == [("export-counsel",)]
    assert not signed.rows("lapsed")
    assert signed.news == []
    assert signed.reviewing.sweep() == 0
    assert signed.store.verify_log() is None


def test_what_was_done_and_is_not_after_all_is_as_it_was_signed(signed):
    before = signed.of().advised
    signed.say(answers={"export_review": ["done"]})
    signed.say(answers={"export_review": ["not-started"]})

    now = signed.of()
    assert "export-counsel" in now.advised.safeguards
    assert now.advised.advice_digest == before.advice_digest
    assert (now.review.standing, done_since(signed)) == (Standing.SIGNED, [()])


def test_what_was_done_when_it_was_signed_and_is_not_after_all_lapses_it(signed):
    signed.say(answers={"export_review": ["done"]})
    signed.reviewing.withdraw(BEN, C1, "anew")
    signed.sign(BEN)
    assert done_since(signed) == [()]

    signed.say(answers={"export_review": ["not-started"]})

    assert standing(signed) is Standing.LAPSED
    found = {(c.kind, c.id) for c in signed.of().review.lapsed.changes}
    assert (ChangeKind.SAFEGUARD_ADDED, "export-counsel") in found
    assert (ChangeKind.FACT_CHANGED, "export_review") in found


def test_what_is_done_excuses_nothing_else(signed):
    """What lapsed is told with what is another, and not with what was done."""
    signed.say(answers={"export_review": ["done"], "country": ["KE", "UG"]})

    assert standing(signed) is Standing.LAPSED
    assert [(c.kind, c.id, c.before, c.now) for c in signed.of().review.lapsed.changes] == [
        (ChangeKind.FACT_CHANGED, "country", "KE", "KE, UG"),
        (ChangeKind.FACT_TOLD, "export_review", None, "done")]


def test_a_safeguard_that_a_fact_takes_away_otherwise_lapses_it(build):
    """What is overtaken was not done."""
    house = build()
    house.put_in_force(release(house, "r2", safeguards={
        i: replace(s, suits={"export_review": frozenset({"pending", "not-started"})}, unless={})
        if i == "export-counsel" else s for i, s in house.guidance.safeguards.items()}))
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.say(answers={"export_review": ["pending"]})
    house.sign()
    assert "export-counsel" in house.of().advised.safeguards

    house.say(answers={"export_review": ["done"]})

    assert "export-counsel" not in house.of().advised.safeguards
    assert standing(house) is Standing.LAPSED
    assert (ChangeKind.SAFEGUARD_GONE, "export-counsel") in [
        (c.kind, c.id) for c in house.of().review.lapsed.changes]


def with_unless(house, name, **unless):
    """Another release by which export counsel is needless once *unless* holds."""
    return release(house, name, safeguards={
        i: replace(s, unless={Fact(fact): frozenset(row) for fact, row in unless.items()})
        if i == "export-counsel" else s for i, s in house.guidance.safeguards.items()})


def test_a_release_by_which_less_is_needed_lapses_it(signed):
    """Nobody has done anything: what was under way does for the new release."""
    signed.say(answers={"export_review": ["pending"]})
    signed.reviewing.withdraw(BEN, C1, "anew")
    signed.sign(BEN)
    signed.put_in_force(with_unless(signed, "r2", export_review=["done", "pending"]))

    assert signed.reviewing.sweep() == 1
    assert (ChangeKind.SAFEGUARD_GONE, "export-counsel") in [
        (c.kind, c.id) for c in signed.of().review.lapsed.changes]


def test_what_was_done_stays_done_by_another_release(signed):
    signed.say(answers={"export_review": ["done"]})
    signed.put_in_force(release(signed, "r2"))
    assert signed.reviewing.sweep() == 0
    assert (standing(signed), done_since(signed)) == (Standing.SIGNED, [("export-counsel",)])


def test_another_release_that_asks_for_what_was_done_otherwise_lapses_it(signed):
    signed.say(answers={"export_review": ["done"]})
    rest = {i: s for i, s in signed.guidance.safeguards.items() if i != "export-counsel"}
    signed.put_in_force(release(signed, "r2", safeguards=rest))
    assert signed.reviewing.sweep() == 1


def test_with_two_signatures_each_has_its_own_that_was_done_since(build):
    house = build(four_eyes=True)
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.sign(ADA)
    house.say(answers={"export_review": ["done"]})
    assert standing(house) is Standing.SIGNED_ONCE
    house.reviewing.sign_off(BEN, C1, house.of().advised.digest, "I agree")
    assert (standing(house), done_since(house)) == (Standing.SIGNED, [("export-counsel",), ()])

    # The second was signed with the review done, so that is what it hangs on.
    house.say(answers={"export_review": ["not-started"]})
    (row,) = house.rows("lapsed")
    assert row.body["sign_off"] == 2
    assert (ChangeKind.SAFEGUARD_ADDED, "export-counsel") in [
        (c.kind, c.id) for c in house.of().review.lapsed.changes]


def test_of_two_signatures_in_an_old_log_each_is_held_against_the_deal(build, monkeypatch):
    """Before a sign-off was of a deal, a second one could be of another country than the first."""
    house = build(four_eyes=True)
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.sign(ADA)
    with monkeypatch.context() as older:
        older.setattr("bot.reviews.lapsing.settle", lambda *_: False)
        house.say(answers={"country": ["KE", "UG"]})
        house.sign(BEN)
    assert standing(house) is Standing.SIGNED
    assert [(c.kind, c.id) for c in house.of().changed] == [(ChangeKind.FACT_CHANGED, "country")]
    second = house.rows("signed_off")[1]

    house.say("thanks")

    assert standing(house) is Standing.LAPSED
    (row,) = house.rows("lapsed")
    # By the key of the last, as an older version beside this one would name it.
    assert (row.body["sign_off"], row.key) == (1, f"lapsed:{second.key}")
    assert [(c.kind, c.id) for c in house.of().review.lapsed.changes] == [
        (ChangeKind.FACT_CHANGED, "country")]
    assert [one.by for one in house.of().review.lapsed.sign_offs] == ["U-ada", "U-ben"]
    assert house.store.verify_log() is None


@pytest.mark.parametrize(("told", "fact", "before", "now"), [
    ({"country": ["BY"]}, "country", "KE", "BY"),
    ({"country": ["KE", "UG"]}, "country", "KE", "KE, UG"),
    ({"end_user": ["border-guard"]}, "end_user", "police", "border-guard"),
    ({"intermediary": ["broker"]}, "intermediary", None, "broker"),
])
def test_what_says_which_deal_it_is_lapses_it_whatever_it_does_to_the_advice(
        signed, told, fact, before, now):
    """Signed for the police of Denmark, it read "signed off" of Belarus."""
    signed.say(answers=told)

    assert standing(signed) is Standing.LAPSED
    changed = {c.id: (c.before, c.now) for c in signed.of().review.lapsed.changes
               if c.kind.startswith("fact")}
    assert changed[fact] == (before, now)
    assert signed.store.verify_log() is None


def test_another_country_alone_is_another_deal(signed):
    before = signed.of().advised
    signed.say(answers={"country": ["KE", "UG"]})

    assert signed.of().advised.advice_digest == before.advice_digest
    assert [(c.kind, c.id) for c in signed.of().review.lapsed.changes] == [
        (ChangeKind.FACT_CHANGED, "country")]
    signed.sign(BEN)
    assert standing(signed) is Standing.SIGNED


def test_one_of_two_signatures_lapses_as_well(build):
    house = build(four_eyes=True)
    house.say(DEAL)
    house.say("Give me the advice now.")
    house.sign()
    assert standing(house) is Standing.SIGNED_ONCE
    house.say(answers={"country": ["KE", "UG"]})
    assert standing(house) is Standing.LAPSED


def test_what_an_older_version_let_stand_lapses_with_the_next_sweep(signed):
    """A log may hold a sign-off of a deal whose country was changed before that let it lapse."""
    signed.advisor.stepping._settle = lambda *_: None
    signed.say(answers={"country": ["BY"]})
    assert standing(signed) is Standing.SIGNED
    assert (ChangeKind.FACT_CHANGED, "country") in [(c.kind, c.id) for c in signed.of().changed]

    signed.put_in_force(release(signed, "r2"))

    assert signed.reviewing.sweep() == 1
    assert standing(signed) is Standing.LAPSED


def test_back_to_what_was_signed_stays_lapsed_until_somebody_signs_again(signed):
    first = signed.of().advised
    signed.say(WRONG)
    signed.say(answers={"end_use": ["crowd-monitoring"]})
    assert signed.of().advised == first
    assert standing(signed) is Standing.LAPSED

    signed.sign(BEN)

    assert standing(signed) is Standing.SIGNED
    assert signed.of().review.lapsed is None
    assert [one.by for one in signed.of().review.sign_offs] == ["U-ben"]


def test_one_sign_off_lapses_once_however_often_the_advice_changes(signed):
    signed.say(answers={"end_use": ["traffic"]})
    signed.say(answers={"agency_misuse": ["no"]})
    assert len(signed.rows("lapsed")) == 1


# --- another release -----------------------------------------------------------------------------


def test_a_release_that_only_words_things_otherwise_lapses_nothing(signed):
    flags = tuple(replace(f, title=f"{f.title}!", explains="Otherwise.")
                  for f in signed.guidance.red_flags)
    safeguards = {i: replace(s, title="Otherwise", text="Otherwise")
                  for i, s in signed.guidance.safeguards.items()}
    relied = signed.of().advised.provisions
    provisions = {i: p if i in relied else replace(p, text=f"{p.text} More.")
                  for i, p in signed.guidance.provisions.items()}
    provisions |= {i: replace(provisions[i], heading="Otherwise", asks=("So?",)) for i in relied}
    signed.put_in_force(release(signed, "r2", red_flags=flags, safeguards=safeguards,
                                provisions=provisions))

    assert signed.reviewing.sweep() == 0
    assert standing(signed) is Standing.SIGNED
    assert signed.of().changed == ()


@pytest.mark.parametrize("changes", [
    {"text": "The text is another now."}, {"checked": Checked.OFFICIAL},
    {"pinpoint": "somewhere else"}])
def test_a_provision_relied_on_that_reads_otherwise_lapses_it(signed, changes):
    relied, other = with_provision(signed, "r2", **changes)
    signed.put_in_force(other)
    # Until the sweep has come by, the page can tell.
    assert [(c.kind, c.id) for c in signed.of().changed] == [
        (ChangeKind.PROVISION_CHANGED, relied)]
    assert standing(signed) is Standing.SIGNED

    assert signed.reviewing.sweep() == 1

    lapsed = signed.of().review.lapsed
    assert [(c.kind, c.id) for c in lapsed.changes] == [(ChangeKind.PROVISION_CHANGED, relied)]
    assert lapsed.release == "r2"
    assert signed.reviewing.sweep() == 0
    assert signed.store.verify_log() is None


def test_a_flag_that_a_release_drops_lapses_it_and_marks_of_before_count_no_more(signed):
    raised = next(f for f, how in signed.of().advised.flags.items() if how == "raised")
    signed.put_in_force(release(signed, "r2", red_flags=tuple(
        f for f in signed.guidance.red_flags if f.id != raised)))

    assert signed.reviewing.sweep() == 1

    assert (ChangeKind.FLAG_GONE, raised) in [
        (c.kind, c.id) for c in signed.of().review.lapsed.changes]
    assert signed.of().refusal("U-ada").code == "unmarked"
    signed.sign(ADA)
    assert standing(signed) is Standing.SIGNED


def test_a_release_that_can_not_be_read_lapses_nothing_and_loses_no_turn(signed):
    signed.put_in_force(release(signed, "r2"))
    del signed.editions["r2"]
    signed.reviewing._editions = lambda name: read(signed, name)

    signed.say(WRONG)

    assert standing(signed) is Standing.SIGNED
    assert signed.reviewing.sweep() == 0
    assert signed.of().advised is None
    assert signed.of().refusal("U-ben").code == "no_release"
    # Once it can be read again, the sweep finds what came meanwhile.
    signed.editions["r2"] = signed.guidance
    assert signed.reviewing.sweep() == 1
    assert standing(signed) is Standing.LAPSED


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_turn_of_a_version_that_can_not_read_the_release_is_held_against_it_by_one_that_can(
    signed, meanwhile, monkeypatch
):
    """The other had swept already, and the sign-off of the deal of before stood for good."""
    monkeypatch.setattr("bot.reviews.lapsing.AT_ONCE", 1)
    signed.put_in_force(release(signed, "r2"))
    signed.reviewing._editions = lambda name: read(signed, name)

    def turn_elsewhere():
        kept = signed.editions.pop("r2")
        signed.say(WRONG)
        signed.editions["r2"] = kept

    asked = []

    def ended():
        asked.append(1)
        # Once the only one is looked at, and before it is noted that all are.
        if meanwhile and len(asked) == 3:
            turn_elsewhere()
        return False

    assert signed.reviewing.sweep(ended=ended) == 0
    if not meanwhile:
        turn_elsewhere()

    assert standing(signed) is Standing.SIGNED
    assert signed.reviewing.sweep() == 1
    assert standing(signed) is Standing.LAPSED
    assert signed.reviewing.sweep() == 0


def read(house, name):
    if name not in house.editions:
        raise UnknownRelease(name)
    return house.editions[name]


def test_a_sweep_that_is_cut_off_goes_on_where_it_was(house, monkeypatch):
    monkeypatch.setattr("bot.reviews.lapsing.AT_ONCE", 2)
    names = [f"c{n}" for n in range(7)]
    for name in names:
        house.say(DEAL, name=name)
        house.say("Give me the advice now.", name=name)
        if name != "c3":
            house.sign(name=name)
    house.put_in_force(release(house, "same"))
    looked = []

    def ended(after):
        looked.append(1)
        return len(looked) > after

    # Each round asks once, and once for each conversation: it is cut off at the third.
    assert house.reviewing.sweep(ended=lambda: ended(4)) == 0
    assert len(looked) == 5
    # Four of six are left, in two rounds, and a third finds nothing.
    looked.clear()
    assert house.reviewing.sweep(ended=lambda: ended(99)) == 0
    assert len(looked) == 7
    looked.clear()
    assert house.reviewing.sweep(ended=lambda: ended(99)) == 0
    assert not looked

    house.put_in_force(release(house, "r2", red_flags=house.guidance.red_flags[:1]))
    looked.clear()
    assert house.reviewing.sweep(ended=lambda: ended(4)) == 2
    assert house.reviewing.sweep() == 4
    assert house.reviewing.sweep() == 0
    assert [house.of(name).review.standing for name in names if name != "c3"] == [
        Standing.LAPSED] * 6
    assert house.of("c3").review.standing is Standing.NONE

    # The first release again is put in force anew, and what was signed by the second is held
    # against it.
    house.sign(name="c0")
    house.put_in_force(house.editions["r1"])
    assert house.reviewing.sweep() == 1


def test_the_line_in_the_queue_says_so_and_can_be_made_again(signed):
    def line():
        with signed.store.reading() as connection:
            row = connection.execute(lines.select()).one()
        return row, remembered(row.memory)

    row, memory = line()
    assert (row.standing, row.reviewed, memory.reviewed, row.urgency) == ("signed", 1, True, 0)
    signed.say(WRONG)
    row, memory = line()
    assert (row.standing, row.reviewed) == ("lapsed", 0)
    assert reasons(memory)[0].code == "lapsed"
    assert row.reasons.startswith('[["lapsed",1]')

    with signed.store.writing() as connection:
        case_lines.rebuild(connection)
    # PostgreSQL gives a line that is made again another number, and what is made again is filed.
    aside = {"number": 0, "fresh": 0}
    assert dict(line()[0]._mapping) | aside == dict(row._mapping) | aside
    assert line()[1].review == signed.of().review.stand
