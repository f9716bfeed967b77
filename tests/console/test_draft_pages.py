"""The pages of the draft, the gate and the releases: who may do what, and what each is told."""

import re
from datetime import timedelta

import pytest

from bot.console.drafting.draft_pages import draft_pages
from bot.console.drafting.release_pages import release_pages
from bot.console.entry.access import require, rules
from bot.console.viewer import Role
from bot.publishing.gate import NOTHING_MEASURED
from bot.publishing.preparing import SILENT_SECONDS, State
from retrieval import corpus
from retrieval.editing.edits import Retire
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery
from retrieval.reading.register import register
from tests.console.publishing_office import Office, prepared, refusing, token_of, words
from tests.console.seen import refusal_at
from tests.publishing.conftest import folder, house, indexed, store
from tests.publishing.house import DILIGENCE, WHY, correct
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

__all__ = ["folder", "house", "indexed", "store"]

LATER = ProvisionId("ungp-20")
MORE = """\
  - id: ungp-20
    pinpoint: UNGP 20
    heading: Afterwards
    kind: principle
    checked: unchecked
    basis: "[S unhr]"
    text: Watch it afterwards.
"""


@pytest.fixture
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def office(house):
    return Office(house)


# --- who may -------------------------------------------------------------------------------------


def test_reviewers_read_and_admins_act(office):
    found = {(rule.path, method): rule.role
             for rule in rules([*draft_pages(office.keeping, require),
                                *release_pages(office.keeping, require)])
             for method in rule.methods - {"HEAD"}}
    assert found == {
        ("/corpus/draft", "GET"): Role.REVIEWER,
        ("/corpus/draft/gate", "GET"): Role.REVIEWER,
        ("/corpus/releases", "GET"): Role.REVIEWER,
        ("/corpus/draft/prepare", "POST"): Role.ADMIN,
        ("/corpus/draft/publish", "POST"): Role.ADMIN,
        ("/corpus/draft/withdraw", "POST"): Role.ADMIN,
        ("/corpus/releases/roll-back", "POST"): Role.ADMIN,
    }


def test_nobody_acts_who_may_not_or_without_the_token_of_the_page(office, house):
    house.drafts.make(correct(house), "slack:T1:U1")
    reviewer, admin = office.as_("U-rev"), office.as_()
    for path in ("/corpus/draft/prepare", "/corpus/draft/publish", "/corpus/draft/withdraw",
                 "/corpus/releases/roll-back"):
        assert reviewer.press(path, edit="1").status_code == 403
        assert admin.press(path, edit="1", token="forged").status_code == 403
    assert house.preparing.standing() is None
    assert len(house.drafts.draft().edits) == 1
    page = reviewer.see("/corpus/draft")
    assert "An admin can check, build and publish it" in words(page)
    assert "<form" not in page.text.split('id="content"')[1]


# --- the draft -----------------------------------------------------------------------------------


def test_a_draft_without_a_difference_says_so(office):
    said = words(office.as_().see("/corpus/draft"))
    assert "The draft is what is in force" in said and "There is nothing to build" in said


def test_the_draft_tells_what_differs_word_by_word_who_edited_and_why(office, house):
    house.drafts.make(correct(house, "Look twice before you sell."), "slack:T1:U-adm")
    page = office.as_("U-rev").see("/corpus/draft")
    said = words(page)
    assert "Provisions: 1 differs" in said
    assert re.search(r"<ins><span[^>]*>\[new: </span>\s*twice", page.text)
    assert "Corrected the words ·" in said and f"“{WHY}”" in said and "by words" not in said
    assert "U-adm" in said and "new" in said
    assert "/console/corpus/provisions/ungp-17" in page.text
    assert "what differs comes from the edits below, or from a way back." in said


def test_a_draft_that_is_in_force_does_not_speak_of_what_differs(office, house):
    said = words(office.as_().see("/corpus/draft"))
    assert "The draft is what is in force" in said
    assert re.search(r"The corpus folder is as it was when release \w+ was made from it\. ", said)


def test_a_folder_that_was_changed_is_told(office, house):
    ungp = house.folder / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text().replace("Look before you sell.", "Look, then sell."))
    said = words(office.as_().see("/corpus/draft"))
    assert "The corpus folder holds something else than when release" in said


def test_problems_stand_first_and_nothing_can_be_built(office, house):
    flags = house.folder / "red_flags.yaml"
    flags.write_text(flags.read_text().replace("[sg-c1-rf1, ungp-17]", "[sg-c1-rf1, ungp-18]"))
    page = office.as_().see("/corpus/draft")
    said = words(page)
    assert said.index("It can’t be published like this") < said.index("At a glance")
    assert "provision 'ungp-18' does not exist. Nearest: 'ungp-19'." in said
    assert re.search(r'<button class="press"\s+disabled>', page.text)


def test_what_is_wrong_with_the_labelled_cases_stands_on_the_page_in_the_words_of_the_gate(
    office, house
):
    fault = "evaluation.yaml:4: the corpus has no 'ungp-99'."
    assert "The gate will refuse it" not in words(office.as_().see("/corpus/draft"))
    house.cases = (fault,)
    house.drafts.make(correct(house), "slack:T1:U-adm")
    page = office.as_("U-rev").see("/corpus/draft")
    said = words(page)
    assert said.index("The gate will refuse it for its labelled cases") < said.index(fault)
    assert said.index(fault) < said.index("At a glance")
    # It may be published with a reason, so it may be built.
    assert "disabled" not in office.as_().see("/corpus/draft").text
    assert fault in words(prepared(office))


def test_that_no_question_is_there_to_ask_stands_on_the_page(office, house):
    house.queries.clear()
    assert NOTHING_MEASURED in words(office.as_().see("/corpus/draft"))


def test_of_a_draft_that_is_unsound_nothing_is_said_of_its_labelled_cases(office, house):
    house.cases = ("evaluation.yaml:4: the corpus has no 'ungp-18'.",)
    flags = house.folder / "red_flags.yaml"
    flags.write_text(flags.read_text().replace("[sg-c1-rf1, ungp-17]", "[sg-c1-rf1, ungp-18]"))
    assert "evaluation.yaml" not in words(office.as_().see("/corpus/draft"))


def test_an_edit_that_no_longer_fits_is_told_with_what_to_do_and_can_be_taken_back(office, house):
    made = house.drafts.make(correct(house), "slack:T1:U-adm")
    ungp = house.folder / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text().replace("Look before you sell.", "Look, then sell."))
    admin = office.as_()
    said = words(admin.see("/corpus/draft"))
    assert "Edits that no longer fit" in said
    assert "ungp-17 has been reworded since it was corrected" in said
    done = admin.press("/corpus/draft/withdraw", edit=str(made.id))
    assert done.status_code == 303
    assert "no longer fit" not in words(admin.see("/corpus/draft"))
    assert house.drafts.rows()[0].withdrawn_by == "slack:T1:U-adm"
    again = office.as_("U-adm2").press("/corpus/draft/withdraw", edit=str(made.id))
    assert again.status_code == 409 and "U-adm took that edit back already" in words(again)
    for nonsense in ("", "x", "99", "٣", "9" * 30):
        assert admin.press("/corpus/draft/withdraw", edit=nonsense).status_code == 409


def test_what_goes_along_with_what_is_retired_is_told_by_its_title(office, house):
    house.drafts.make(Retire(ProvisionId("sg-c1-rf1"), "counsel asked for it"), "slack:T1:U-adm")
    draft = house.drafts.draft()
    assert "sg-c1-rf1" in draft.went_along
    flag = office.keeping.reading.current().flag_by_id["sg-c1-rf1"]
    said = words(office.as_().see("/corpus/draft"))
    assert f"{flag.title} red flag" in said.split("What goes along")[1]


# --- preparing -----------------------------------------------------------------------------------


def test_a_preparation_tells_how_far_it_is_and_ends_at_the_gate(office, house):
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.idle = True
    admin = office.as_()
    assert admin.press("/corpus/draft/prepare").status_code == 303
    page = admin.see("/corpus/draft/gate")
    assert page.headers["refresh"] == "2;url=/console/corpus/draft/gate"
    assert "Reading the draft" in words(page) and "<form" not in page.text.split("content")[1]
    assert "refresh" not in admin.see("/corpus/draft/gate?still=1").headers
    assert "is checking and building it right now" in words(admin.see("/corpus/draft"))

    other = office.as_("U-adm2")
    told = other.press("/corpus/draft/prepare")
    assert told.status_code == 303
    said = words(other.get(told.headers["location"]))
    assert "U-adm was faster, so nothing was begun for you" in said
    assert len(office.work) == 1

    office.work[0]()
    page = admin.see("/corpus/draft/gate")
    assert "refresh" not in page.headers and "The gate lets it through" in words(page)


def test_a_preparation_that_died_is_shown_as_such_and_begun_again(office, house):
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.idle = True
    admin = office.as_()
    admin.press("/corpus/draft/prepare")
    house.time += timedelta(seconds=SILENT_SECONDS + 1)
    page = admin.see("/corpus/draft/gate")
    assert "refresh" not in page.headers
    assert "Checking the draft broke off" in words(page) and "Begin again" in words(page)
    assert "Begin again" not in words(office.as_("U-rev").see("/corpus/draft/gate"))
    office.idle = False
    admin.press("/corpus/draft/prepare")
    assert house.preparing.standing().state is State.READY


def test_what_went_wrong_is_told_in_a_sentence(office, house):
    house.drafts.make(correct(house), "slack:T1:U-adm")
    house.full = True
    page = prepared(office)
    assert "It broke off" in words(page) and "No space left on device" in words(page)
    house.full = False
    assert "The gate lets it through" in words(prepared(office))


def test_of_a_draft_that_is_unsound_or_the_same_the_gate_says_so(office, house):
    assert "The draft is what is in force" in words(prepared(office))
    flags = house.folder / "red_flags.yaml"
    flags.write_text(flags.read_text().replace("[sg-c1-rf1, ungp-17]", "[sg-c1-rf1, ungp-18]"))
    said = words(prepared(office))
    assert "The draft can’t be built" in said and "'ungp-18' does not exist" in said
    house.preparing.drop(house.preparing.standing().token)
    assert "Nothing waits to be published" in words(office.as_().see("/corpus/draft/gate"))


# --- the gate and publishing ---------------------------------------------------------------------


def test_what_passes_is_published_with_a_reason_and_leads_to_whose_advice_changed(office, house):
    first = house.store.active_release()
    house.drafts.make(correct(house), "slack:T1:U-adm")
    page = prepared(office)
    said = words(page)
    assert said.startswith("Guidance Draft ✓ The gate lets it through")
    assert "1 of 5 texts embedded, the others reused" in said
    assert "Publish all the same" not in said and 'name="override"' not in page.text
    admin, token = office.as_(), token_of(page)

    without = admin.press("/corpus/draft/publish", preparation=token, reason="ok")
    assert without.status_code == 409 and "Say why, in a few words" in refusal_at(without, "reason")
    assert house.store.active_release() == first and office.published == 0

    done = admin.press("/corpus/draft/publish", preparation=token, reason=WHY)
    release = house.store.active_release()
    assert release != first and office.published == 1
    assert (done.status_code, done.headers["location"]) == (
        303, f"/console/corpus/impact/{release}")
    last = house.publishing.history()[0]
    assert (last.by, last.reason, last.override) == ("slack:T1:U-adm", WHY, None)
    assert "✓ in force already" in words(admin.see("/corpus/draft"))


def test_a_refusal_says_why_and_takes_a_second_reason(office, house):
    first = house.store.active_release()
    refusing(house)
    page = prepared(office)
    said = words(page)
    assert "✗ The gate refuses it" in said
    assert "recall@5 fell from 1.000 to 0.500, by 0.500; a fall of 0.020 is allowed." in said
    row = said.split("Questions that are answered worse")[1]
    assert "act on what you find" in row and "no. 1 before, not found now" in row
    admin, token = office.as_(), token_of(page)

    refused = admin.press("/corpus/draft/publish", preparation=token, reason=WHY)
    assert refused.status_code == 409 and refusal_at(refused, "reason") == ""
    assert "The gate refuses this release" in refusal_at(refused, "override")
    assert f">{WHY}</textarea>" in refused.text, "what was written is kept"
    refused = admin.press("/corpus/draft/publish", preparation=token, reason=WHY, override="ok")
    assert "Say why, in a few words" in refusal_at(refused, "override")
    assert refused.status_code == 409 and house.store.active_release() == first

    done = admin.press("/corpus/draft/publish", preparation=token, reason=WHY,
                       override="the question is out of date")
    assert done.status_code == 303
    said = words(admin.see("/corpus/releases"))
    assert "The gate refused; published all the same: the question is out of date" in said
    assert "Gate: Overridden: recall@5 1.000 → 0.500" in said


def test_nobody_publishes_what_they_did_not_see(office, house):
    house.drafts.make(correct(house), "slack:T1:U-adm")
    seen = token_of(prepared(office))
    house.drafts.make(correct(house, "Look three times."), "slack:T1:U-adm2")
    stale = office.as_().see("/corpus/draft/gate")
    assert "The draft has been edited since this was checked" in words(stale)
    assert 'name="preparation"' not in stale.text
    late = office.as_().press("/corpus/draft/publish", preparation=seen, reason=WHY)
    assert late.status_code == 409 and "edited since it was prepared" in words(late)

    newer = token_of(prepared(office, "U-adm2"))
    late = office.as_().press("/corpus/draft/publish", preparation=seen, reason=WHY)
    assert late.status_code == 409
    assert "Nothing was published. What you saw is no longer there: U-adm2 has prepared" in words(
        late)
    assert office.as_("U-adm2").press(
        "/corpus/draft/publish", preparation=newer, reason=WHY).status_code == 303
    late = office.as_().press("/corpus/draft/publish", preparation=newer, reason=WHY)
    assert late.status_code == 409 and "it was published meanwhile" in words(late)
    for nonsense in ("", "x" * 3000):
        assert office.as_().press("/corpus/draft/publish", preparation=nonsense,
                                  reason=WHY).status_code == 409
    assert office.published == 1


def test_a_release_that_came_between_makes_what_was_prepared_out_of_date(office, house):
    first = house.store.active_release()
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.as_().press("/corpus/draft/publish", preparation=token_of(prepared(office)), reason=WHY)
    house.drafts.make(correct(house, "Look three times."), "slack:T1:U-adm")
    prepared(office)
    house.publishing.roll_back(first, "slack:T1:U-adm2", "it reads wrongly")
    page = office.as_().see("/corpus/draft/gate")
    assert f"Release {first} was put in force after this one had been held against" in words(page)
    assert 'name="preparation"' not in page.text


def test_a_case_that_no_longer_holds_and_a_question_without_an_answer_are_told(office, house):
    ungp = house.folder / "sources" / "ungp.yaml"
    ungp.write_text(ungp.read_text() + MORE)
    register(house.folder, corpus.read_all(house.folder)[0])
    office.as_().press("/corpus/draft/publish", preparation=token_of(prepared(office)), reason=WHY)
    house.drafts.make(Retire(LATER, "counsel asked for it"), "slack:T1:U-adm")
    house.queries += [
        LabelledQuery("kept", "look before you sell", (DILIGENCE,), held=True),
        LabelledQuery("gone", "watch it afterwards", (LATER,))]
    ungp.write_text(ungp.read_text().replace("heading: Due diligence", "heading: Zzz").replace(
        "Look before you sell.", "Whistle quietly."))
    said = words(prepared(office))
    assert "1 approved case held until now and would no longer hold." in said
    broken = said.split("Approved cases that would no longer hold")[1]
    assert "look before you sell" in broken and "not found: UNGP 17: Zzz" in broken
    assert "watch it afterwards" in said.split("Questions that were left out")[1]


# --- the history and the way back ----------------------------------------------------------------


def test_the_way_back_takes_a_reason_and_tells_the_second_admin(office, house):
    first = house.store.active_release()
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.as_().press("/corpus/draft/publish", preparation=token_of(prepared(office)), reason=WHY)
    second = house.store.active_release()
    page = office.as_().see("/corpus/releases")
    assert f"Put {first} back in force" in words(page)
    assert f"Put {second} back" not in words(page)
    assert f"/console/corpus/releases/{second}?against={first}" in page.text
    assert "roll-back" not in office.as_("U-rev").see("/corpus/releases").text

    one, two = office.as_(), office.as_("U-adm2")
    form = {"release": first, "seen": second}
    without = one.press("/corpus/releases/roll-back", **form, reason="no")
    assert without.status_code == 409 and "Say why" in refusal_at(without, "reason")
    assert re.search(r"<details open>\s*<summary>Put", without.text)
    done = one.press("/corpus/releases/roll-back", **form, reason="it reads wrongly")
    assert done.status_code == 303 and house.store.active_release() == first
    assert f"Release {first} is in force again, in place of {second}" in words(
        one.get(done.headers["location"]))
    late = two.press("/corpus/releases/roll-back", **form, reason="it reads wrongly")
    assert late.status_code == 409 and f"Release {first} has been put in force meanwhile" in (
        words(late))
    assert refusal_at(late, "reason") == ""
    assert two.press("/corpus/releases/roll-back", release="none", seen=first,
                     reason="it reads wrongly").status_code == 409
    assert office.published == 2
    said = words(one.see("/corpus/draft"))
    assert "was put back in force by U-adm (“it reads wrongly”)" in said


def test_a_reason_of_many_lines_is_kept_to_its_end(office, house):
    """A browser counts a line's end as one character and sends two; the last lines were cut off."""
    first = house.store.active_release()
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.as_().press("/corpus/draft/publish", preparation=token_of(prepared(office)), reason=WHY)
    why = "It reads wrongly.\n" * 110 + "So it goes back."
    office.as_().press("/corpus/releases/roll-back", release=first,
                       seen=house.store.active_release(), reason=why.replace("\n", "\r\n"))
    assert house.publishing.history()[0].reason == why


def test_people_of_another_workspace_are_not_named(office, house):
    house.drafts.make(correct(house), "slack:T2:U9")
    away = prepared(office, "U-adm")
    assert "U9" not in words(office.as_().see("/corpus/draft"))
    assert "somebody of another workspace" in words(office.as_().see("/corpus/draft"))
    office.as_().press("/corpus/draft/publish", preparation=token_of(away), reason=WHY)
    there = words(office.as_("U9", "T2").see("/corpus/releases"))
    assert "by somebody of another workspace" in there
    assert "U-adm" not in there


def test_the_history_is_paged(office, house):
    first = house.store.active_release()
    house.drafts.make(correct(house), "slack:T1:U-adm")
    office.as_().press("/corpus/draft/publish", preparation=token_of(prepared(office)), reason=WHY)
    second = house.store.active_release()
    for n in range(20):
        house.publishing.roll_back((first, second)[n % 2], "slack:T1:U-adm", "to and fro again")
    page = office.as_().see("/corpus/releases")
    assert page.text.count('id="publication-') == 20 and "Page 1 of 2" in words(page)
    assert page.text.count("<summary>Put") == 1, "once for each release that is not in force"
    last = office.as_().see("/corpus/releases?page=2")
    assert last.text.count('id="publication-') == 2 and "First put in force" in words(last)
    for nonsense in ("page=-1", "page=99999", "page=x", "done=x", "done=99"):
        assert office.as_().see(f"/corpus/releases?{nonsense}").status_code == 200
