"""Digests held against the official words: confirmed, corrected, retired, taken back."""

import re
from html import unescape

import pytest

from bot.console.documents.tick_list import Wanted
from bot.publishing.taking import Taking
from bot.publishing.ticking import Standing
from bot.schema import corpus_edits
from retrieval.editing.edits import Confirm, Correct, Retire, state_of
from retrieval.guidance import ProvisionId
from tests.console.seen import refusal_at, words
from tests.console.test_document_pages import EVIL, house, page, publisher, upload, url

pytestmark = pytest.mark.long

__all__ = ["house", "publisher", "url"]
DIGEST = ProvisionId("udhr-12")
OTHER = ProvisionId("udhr-19")
SOURCE = "udhr"
TWELVE = ("No one shall be subjected to arbitrary interference with his privacy. Everyone has the "
          "right to the protection of the law against such interference.")


@pytest.fixture
def official(house):
    """The official words of a source, in the draft."""
    articles = [f"Right number {n} is held by all." for n in range(1, 31)]
    articles[11] = TWELVE
    articles[18] = "Everyone has the right to freedom of opinion and expression."
    upload(house.as_(), page(*articles), official="udhr-page")
    (cut,) = house.documents.cuts()
    answer = house.as_().press(f"/corpus/documents/cuts/{cut.id}/take", of=SOURCE,
                               version=cut.version)
    assert answer.status_code == 303
    return cut


@pytest.fixture
def ready(house, official):
    assert DIGEST in house.drafts.draft().guidance.provisions
    return house


def hidden(response):
    return dict(re.findall(r'name="(was|seen|last)" value="([^"]*)"', response.text))


def tick(house, name, act, user="U-rev", query="", team="T1", **fields):
    browser = house.as_(user, team)
    shown = browser.see(f"/corpus/ticks/{name}")
    return browser.press(f"/corpus/ticks/{name}{query}", act=act, **{**hidden(shown), **fields})


def chosen(response):
    return re.findall(r'name="passage" value="([^"]*)"( checked)?', response.text)


def test_the_list_begins_with_what_to_settle_and_tells_how_far_it_is(ready):
    shown = ready.as_("U-rev").see("/corpus/ticks")
    said = words(shown)
    assert "To settle first, with Declaration open Is every article there?" in said
    lines = ready.ticking.lines(ready.drafts.draft())
    mine = [line for line in lines if line.provision.source == SOURCE]
    assert f"○ Open {len(lines)} ✓ Confirmed 0 ≠ Corrected 0 ∅ Retired 0" in said
    assert f"0 of {len(mine)}" in said
    assert said.index("How far it is") < said.index("red flag")


def test_flags_come_first_and_the_filters_narrow(ready):
    browser = ready.as_("U-rev")
    shown = browser.see("/corpus/ticks")
    assert re.search(r"<tbody>\s*<tr>.*?▲ \d+ red flag", shown.text.split("queue ticks")[1], re.S)
    only = browser.see(f"/corpus/ticks?source={SOURCE}&coverable=yes&standing=open")
    ids = re.findall(r'data-step href="/console/corpus/ticks/([^?"]*)', only.text)
    assert DIGEST in ids and all(one.startswith("udhr-") for one in ids)
    assert "None fits." in words(browser.see("/corpus/ticks?standing=retired"))
    for odd in ("?standing=none&page=x", "?source=%00&order=x", "?page=999"):
        assert browser.see(f"/corpus/ticks{odd}").status_code == 200


def test_a_digest_is_laid_beside_the_passage_of_the_same_number_and_what_is_near(ready):
    shown = ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}")
    first, *others = chosen(shown)
    assert first == ("udhr-page-12", " checked") and len(others) == 4
    assert all(not checked for _, checked in others)
    assert unescape(shown.text).count(TWELVE) == 2  # to read, and to choose words of
    said = words(shown)
    assert "= same number" in said and "in meaning" in said
    assert "What rests on it" in said
    assert len(chosen(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}?more=yes"))) == 20


def test_without_a_model_it_goes_by_number_and_words_and_says_so(ready):
    ready.loaded = False
    shown = ready.as_("U-rev").see(f"/corpus/ticks/{OTHER}")
    assert chosen(shown)[0] == ("udhr-page-19", " checked")
    assert "the model that finds by meaning is not loaded" in words(shown)
    assert "of 100 words alike" in words(shown)


def test_the_passages_are_read_once_beside_the_pages(ready):
    ready.background = []
    browser = ready.as_("U-rev")
    assert "are being read for their meaning" in words(browser.see(f"/corpus/ticks/{DIGEST}"))
    browser.see(f"/corpus/ticks/{OTHER}")
    (work,) = ready.background
    work()
    assert "being read" not in words(browser.see(f"/corpus/ticks/{DIGEST}"))
    assert len(ready.background) == 1


def test_a_digest_is_confirmed_and_the_next_open_one_follows(ready):
    answer = tick(ready, DIGEST, "confirm", passage="udhr-page-12",
                  query=f"?source={SOURCE}&coverable=yes&order=corpus")
    (row,) = ready.drafts.rows(DIGEST)
    assert isinstance(row.made.edit, Confirm) and row.made.by == "slack:T1:U-rev"
    now = ready.drafts.draft().guidance.provisions[DIGEST]
    assert now.text == TWELVE
    ids = [line.provision.id for line in ready.ticking.lines(ready.drafts.draft())
           if line.provision.source == SOURCE]
    following = ids[ids.index(DIGEST) + 1]
    there = answer.headers["location"]
    assert (answer.status_code, there.split("?")[0]) == (303, f"/console/corpus/ticks/{following}")
    shown = ready.as_("U-rev").get(there)
    said = words(shown)
    assert f"✓ Confirmed: {DIGEST}" in said and "still open here" in said
    assert f"/console/corpus/edits/{row.made.id}/withdraw" in shown.text
    assert "✓ confirmed" in words(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}"))


def test_only_some_of_the_words_are_confirmed_to_the_character(ready):
    part = "Everyone has the right to the protection of the law against such interference."
    tick(ready, DIGEST, "confirm", **{"passage": "udhr-page-12", "words:udhr-page-12": part})
    assert ready.drafts.draft().guidance.provisions[DIGEST].text == part
    refused = tick(ready, OTHER, "confirm", **{
        "passage": "udhr-page-19", "words:udhr-page-19": f"Everyone may speak. {EVIL}"})
    assert refused.status_code == 409
    assert "These words do not stand in" in words(refused)
    assert EVIL not in refused.text and "Everyone may speak." in refused.text


def test_another_passage_is_named_by_its_id(ready):
    tick(ready, DIGEST, "confirm", passage="udhr-page-12", other="udhr-page-19")
    assert ready.drafts.rows(DIGEST)[0].made.edit.passage == "udhr-page-19"


def test_a_digest_is_corrected_field_by_field_with_a_reason(ready):
    tick(ready, DIGEST, "correct", text="Privacy is kept.", heading="Privacy",
         reason="said more plainly")
    (row,) = ready.drafts.rows(DIGEST)
    assert isinstance(row.made.edit, Correct)
    assert dict(row.made.edit.fields) == {"text": "Privacy is kept.", "heading": "Privacy"}
    assert "≠ corrected" in words(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}"))


def test_a_digest_is_retired_and_it_says_before_what_goes_along(ready):
    draft = ready.drafts.draft()
    flag = next(flag for flag in draft.guidance.red_flags if not flag.ours)
    shown = ready.as_("U-rev").see(f"/corpus/ticks/{flag.id}")
    goes = unescape(re.search(r"<div class=\"notice warn\"><p><strong>(.*?)</div>",
                              shown.text, re.S)[1])
    assert re.match(r"\d+ goe?s? along", goes) and f"<li>{flag.title}</li>" in goes
    assert "Nothing goes along" in words(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}"))
    tick(ready, DIGEST, "retire", reason="not in the official text", instead=OTHER)
    (row,) = ready.drafts.rows(DIGEST)
    assert row.made.edit == Retire(DIGEST, "not in the official text", OTHER)
    said = words(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}"))
    assert "∅ retired" in said and "not in the official text" in said


@pytest.mark.parametrize(("act", "fields", "why"), [
    ("confirm", {}, "Choose the passage"),
    ("confirm", {"passage": "none"}, "The draft has no provision 'none'"),
    ("correct", {"reason": "a good reason"}, "Nothing differs from what stands there"),
    ("correct", {"heading": "", "reason": "a good reason"}, "The heading can’t be empty"),
    ("correct", {"heading": "Kept", "reason": "ok"}, "Say why, in a few words"),
    ("retire", {"reason": ""}, "Say why, in a few words"),
    ("retire", {"reason": "a good reason", "instead": "none"}, "There is no provision 'none'"),
    ("retire", {"reason": "a good reason", "instead": DIGEST}, "There is no provision"),
    ("none", {}, "Choose what to do by one of the buttons."),
])
def test_what_can_not_be_kept_is_said_and_what_was_typed_stays(ready, act, fields, why):
    answer = tick(ready, DIGEST, act, **fields)
    assert answer.status_code == 409 and why in words(answer)
    if fields.get("heading"):
        assert 'value="Kept"' in answer.text and 'value="ok"' in answer.text
    assert ready.drafts.rows(DIGEST) == ()


@pytest.mark.parametrize("second", ["retire", "confirm", "correct"])
def test_who_was_slower_is_told_who_was_faster(ready, second):
    browser = ready.as_("U-rev")
    seen = hidden(browser.see(f"/corpus/ticks/{DIGEST}"))
    tick(ready, DIGEST, "retire", user="U-adm", reason="not in the official text")
    late = browser.press(f"/corpus/ticks/{DIGEST}", act=second, passage="udhr-page-12",
                         heading="Mine", reason="a reason of mine", **seen)
    assert late.status_code == 409 and "U-adm was faster: retired" in words(late)
    assert len(ready.drafts.rows(DIGEST)) == 1


@pytest.mark.parametrize(("act", "fields"), [
    ("confirm", {"passage": "udhr-page-12"}),
    ("retire", {"reason": "not in the official text"}),
    ("correct", {"heading": "Mine", "reason": "a reason of mine"}),
])
def test_a_press_that_comes_twice_is_one_edit_and_leads_on_as_the_first(ready, act, fields):
    browser = ready.as_("U-rev")
    sent = {**hidden(browser.see(f"/corpus/ticks/{DIGEST}")), **fields}
    one, two = (browser.press(f"/corpus/ticks/{DIGEST}", act=act, **sent) for _ in range(2))
    assert (two.status_code, two.headers["location"]) == (303, one.headers["location"])
    row, = ready.drafts.rows(DIGEST)
    for _ in range(2):
        back = browser.press(f"/corpus/edits/{row.made.id}/withdraw", tick=DIGEST)
        assert back.headers["location"] == f"/console/corpus/ticks/{DIGEST}?done=withdrawn"
    assert not any(row.holds for row in ready.drafts.rows(DIGEST))


def test_who_was_faster_is_called_by_name(ready):
    browser = ready.as_("U-rev")
    seen = hidden(browser.see(f"/corpus/ticks/{DIGEST}"))
    ready.whole.people.learn("T1", "U-adm", "Ada Lovelace")
    tick(ready, DIGEST, "retire", user="U-adm", reason="not in the official text")
    late = browser.press(f"/corpus/ticks/{DIGEST}", act="correct", heading="Mine",
                         reason="a reason of mine", **seen)
    assert "Ada Lovelace was faster: retired" in words(late)


def form_to_correct(shown):
    """All fields of the form that corrects, as a browser would send them."""
    form = re.search(r"<summary>Correct it</summary>(.*?)</form>", shown.text, re.S)[1]
    sent = {name: unescape(value) for name, value in re.findall(
        r'<input [^>]*?name="([^"]*)" value="([^"]*)"', form) if name != "token"}
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = unescape(text)
    return sent


def test_a_second_tab_puts_nothing_back_that_it_did_not_touch(ready):
    """Who had it open twice put back, by the second, the heading that it still showed."""
    browser = ready.as_("U-rev")
    first, second = (form_to_correct(browser.see(f"/corpus/ticks/{DIGEST}")) for _ in range(2))

    for sent, more in ((first, {"heading": "Kept from others"}), (second, {"note": "Mind this."})):
        done = browser.press(f"/corpus/ticks/{DIGEST}", act="correct",
                             **{**sent, **more, "reason": "a good reason"})
        assert done.status_code == 303

    now = ready.drafts.draft().guidance.provisions[DIGEST]
    assert (now.heading, now.note) == ("Kept from others", "Mind this.")
    assert ready.drafts.rows(DIGEST)[-1].made.edit.fields == {"note": "Mind this."}


def test_whoever_was_slower_puts_nothing_back_by_pressing_again(ready):
    """Beside the words of theirs the form showed the heading of before, and kept it so."""
    browser = ready.as_("U-rev")
    late = form_to_correct(browser.see(f"/corpus/ticks/{DIGEST}"))
    tick(ready, DIGEST, "correct", user="U-adm", heading="Kept from others", reason="so it reads")

    refused = browser.press(f"/corpus/ticks/{DIGEST}", act="correct",
                            **{**late, "note": "Mind this.", "reason": "a good reason"})
    assert refused.status_code == 409 and "was faster: corrected" in words(refused)
    again = form_to_correct(refused)
    assert (again["heading"], again["note"].strip()) == ("Kept from others", "Mind this.")
    assert browser.press(f"/corpus/ticks/{DIGEST}", act="correct", **again).status_code == 303

    now = ready.drafts.draft().guidance.provisions[DIGEST]
    assert (now.heading, now.note) == ("Kept from others", "Mind this.")


@pytest.mark.parametrize("act", ["correct", "retire"])
def test_a_reason_that_is_missing_is_asked_for_beside_its_field(ready, act):
    refused = tick(ready, DIGEST, act, heading="Mine", reason="  ")
    assert refused.status_code == 409
    assert re.findall(r'name="reason"[^>]* aria-describedby="([^"]+)"', refused.text) == [
        f"lacks-{act}"]
    assert refused.text.count(f'id="lacks-{act}"') == 1


@pytest.mark.parametrize(("act", "fields", "why", "at"), [
    ("correct", {"heading": "Mine", "reason": "x"}, "Say why, in a few words", "reason"),
    ("correct", {"heading": " ", "reason": "a good reason"}, "heading can’t be empty", "heading"),
    ("correct", {"text": "x" * 100_000, "reason": "a good reason"}, "Shorten it", "text"),
    ("retire", {"instead": "no-such", "reason": "a good reason"}, "no provision", "instead"),
    ("confirm", {"other": "no-such"}, "no provision", "other"),
    ("confirm", {"passage": "udhr-page-12", "words:udhr-page-12": "Nobody wrote this."},
     "do not stand in", "words:udhr-page-12"),
])
def test_the_field_that_was_refused_names_why_for_whoever_hears_it(ready, act, fields, why, at):
    refused = tick(ready, DIGEST, act, **fields)
    assert refused.status_code == 409
    assert why in refusal_at(refused, at)
    assert refused.text.count('aria-invalid="true"') == 1


def test_where_no_passage_was_chosen_the_passages_name_it(ready):
    refused = tick(ready, DIGEST, "confirm")
    assert "Choose the passage" in words(refused)
    assert '<fieldset class="passages-to-choose" aria-describedby="not-done">' in refused.text
    assert refused.text.count('id="not-done"') == 1


def test_edits_of_others_elsewhere_are_in_nobodys_way(ready):
    browser = ready.as_("U-rev")
    seen = hidden(browser.see(f"/corpus/ticks/{DIGEST}"))
    tick(ready, OTHER, "confirm", user="U-adm", passage="udhr-page-19")
    answer = browser.press(f"/corpus/ticks/{DIGEST}", act="confirm", passage="udhr-page-12",
                           **seen)
    assert answer.status_code == 303


def test_all_edits_are_told_and_each_takes_back_their_own(ready):
    tick(ready, DIGEST, "confirm", passage="udhr-page-12")
    tick(ready, OTHER, "correct", user="U-adm", heading=EVIL, reason=f"a reason {EVIL}")
    reviewer, admin = ready.as_("U-rev"), ready.as_()
    shown = reviewer.see("/corpus/edits")
    said = words(shown)
    assert EVIL not in shown.text
    assert "3 hold, 0 taken back" in said
    heading = ready.drafts.draft().guidance.provisions[DIGEST].heading
    assert f"≠ Corrected the heading {EVIL} udhr-19" in said
    assert f"✓ Confirmed {heading} udhr-12" in said
    assert "Took 30 provisions of a document in udhr-page" in said
    mine = ready.drafts.rows(DIGEST)[0].made.id
    theirs = ready.drafts.rows(OTHER)[0].made.id
    assert re.findall(r"/corpus/edits/(\d+)/withdraw", shown.text) == [str(mine)]
    refused = reviewer.press(f"/corpus/edits/{theirs}/withdraw")
    assert refused.status_code == 403 and "It is not yours." in words(refused)
    back = reviewer.press(f"/corpus/edits/{mine}/withdraw", tick=DIGEST)
    assert back.headers["location"] == f"/console/corpus/ticks/{DIGEST}?done=withdrawn"
    assert "taken back by U-rev" in words(reviewer.see(f"/corpus/ticks/{DIGEST}"))
    assert admin.press(f"/corpus/edits/{theirs}/withdraw").status_code == 303
    again = admin.press(f"/corpus/edits/{mine}/withdraw")
    assert again.status_code == 409 and "took that edit back already" in words(again)
    assert "1 hold, 2 taken back" in words(admin.see("/corpus/edits"))
    assert words(admin.see("/corpus/edits?only=holds")).count("taken back ") <= 2
    assert admin.press("/corpus/edits/99/withdraw").status_code == 404
    assert admin.press("/corpus/edits/x/withdraw").status_code == 404


def test_of_people_of_another_workspace_no_page_tells_name_or_id(ready, official):
    """The pages for ticks, documents and edits kept and showed ids alone."""
    tick(ready, DIGEST, "confirm", user="U9", team="T2", passage="udhr-page-12")
    other = ready.drafts.draft().provision(OTHER)
    ready.drafts.make(Correct(OTHER, {"heading": "Speech"}, "a reason of theirs",
                              state_of(other)), "U8")  # as a version of before kept it
    away = "somebody of another workspace"
    ours = ["/corpus/ticks?source=udhr", f"/corpus/ticks/{DIGEST}", "/corpus/edits"]
    for path in ours:
        said = words(ready.as_("U-rev").see(path))
        assert (away in said, re.search(r"\bU[89]\b", said)) == (True, None), path
    for path in ("/corpus/ticks?source=udhr", f"/corpus/ticks/{OTHER}", "/corpus/edits"):
        assert "somebody not known in this workspace" in words(ready.as_("U-rev").see(path))
    theirs = ready.as_("U9", "T2")
    for path in ("/corpus/edits", "/corpus/documents",
                 f"/corpus/documents/cuts/{official.id}"):
        said = words(theirs.see(path))
        assert (f"by {away}" in said or f"{away} " in said, "U-adm" in said) == (True, False), path
    edit = ready.drafts.rows(DIGEST)[0].made
    assert edit.by == "slack:T2:U9"
    assert "✓ Confirmed U9," in words(theirs.see(f"/corpus/ticks/{DIGEST}"))
    assert theirs.press(f"/corpus/edits/{edit.id}/withdraw").status_code == 303
    late = ready.as_().press(f"/corpus/edits/{edit.id}/withdraw")
    assert late.status_code == 409 and f"{away} took that edit back already" in words(late)


def test_who_was_faster_elsewhere_stays_unnamed(ready, official):
    seen = hidden(ready.as_("U-rev").see(f"/corpus/ticks/{DIGEST}"))
    tick(ready, DIGEST, "retire", user="U9", team="T2", reason="not in the official text")
    late = ready.as_("U-rev").press(f"/corpus/ticks/{DIGEST}", act="correct", heading="Mine",
                                    reason="a reason of mine", **seen)
    assert "somebody of another workspace was faster: retired" in words(late)
    ready.documents.save_cut(official, 2, "slack:T2:U9")
    stale = ready.as_().press(f"/corpus/documents/cuts/{official.id}", act="drop", version="2")
    assert "somebody of another workspace has changed this cut on" in words(stale)


@pytest.mark.parametrize("path", ["/corpus/ticks", f"/corpus/ticks/{DIGEST}", "/corpus/edits",
                                  "/corpus/documents"])
def test_an_edit_of_another_version_is_told_and_breaks_no_page(house, path):
    with house.documents._store.writing() as connection:
        connection.execute(corpus_edits.insert().values(
            at="2026-01-01T00:00:00.000000Z", by="U-adm", kind="reword", subject=DIGEST,
            body='{"kind": "reword"}'))
    answer = house.as_().see(path)
    assert answer.status_code == 503
    assert (f"Edit 1 of {DIGEST} was written by another version of the program and can't be read "
            "by this one. Use that version, or a newer one.") in words(answer)


def test_before_there_is_an_official_text_it_says_what_to_do(house):
    browser = house.as_("U-rev")
    said = words(browser.see("/corpus/ticks"))
    assert "No official text is in the draft yet" in said
    assert "No official text of" in words(browser.see(f"/corpus/ticks/{DIGEST}"))
    assert "No edits yet" in words(browser.see("/corpus/edits"))
    assert browser.see("/corpus/ticks/none").status_code == 404
    assert house.as_("U1").see("/corpus/ticks").status_code == 403


def test_documents_of_no_source_are_told_in_the_place_of_bringing_one_in(house):
    """It said that no official text was there, with one in the draft a moment ago."""
    upload(house.as_(), page("Everyone may live."), official="udhr-page")
    (cut,) = house.documents.cuts()
    Taking(house.documents, house.drafts, {}).take(cut, "U-adm")
    said = words(house.as_("U-rev").see("/corpus/ticks"))
    assert "No official text is in the draft yet" not in said
    assert (f"Nobody has said of which source “{cut.source.title}” in the draft has the official "
            "words, so no digest is held against it.") in said


def test_a_filter_is_read_from_an_address_and_written_again():
    wanted = Wanted.parse("standing=open&source=udhr&coverable=yes&order=corpus&page=3")
    assert wanted == Wanted(Standing.OPEN, "udhr", True, True)
    assert Wanted.parse(wanted.query()) == wanted
