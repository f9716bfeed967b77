"""The cut of a document: looked through, corrected, taken into the draft, compared."""

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import update

from bot.console.documents import cut_view
from bot.console.viewer import Role
from bot.documents.values import CutState
from bot.publishing.drafts import NotEdited
from bot.publishing.taking import Taking
from bot.schema import document_cuts
from retrieval.editing.edits import AddDocument, Retire
from retrieval.guidance import ProvisionId
from retrieval.ingesting.pieces import words_of
from tests.console.documented import UDHR
from tests.console.seen import refusal_at, words
from tests.console.test_document_pages import ARTICLES, EVIL, house, page, publisher, upload, url

pytestmark = pytest.mark.long

__all__ = ["house", "publisher", "url"]
LONG = " ".join(f"The seller keeps record number {n} for a year." for n in range(30))


@pytest.fixture
def cut(house):
    upload(house.as_(), page("Everyone may live. Everyone is free.", LONG, *ARTICLES[1:],
                             title="Code", before="<p>We thank all.</p>"))
    (made,) = house.documents.cuts()
    return made


def own(cut, more=""):
    return f"/corpus/documents/cuts/{cut.id}{more}"


def pieces(house, cut):
    now = house.documents.cut(cut.id)
    extracted = house.documents.extracted(cut.document)
    return [(p.cited, words_of(p, extracted)[:20]) for p in now.pieces if not p.left_out]


def place(house, cut, cited):
    return 1 + next(n for n, p in enumerate(house.documents.cut(cut.id).pieces)
                    if p.cited == cited)


def act(house, cut, what, piece=None, version=None, **more):
    return house.as_().press(
        own(cut), act=what, version=version or house.documents.cut(cut.id).version,
        **({} if piece is None else {"piece": piece}), **more)


def test_a_cut_that_the_draft_refuses_is_not_marked_as_added(house, cut):
    """A second `corpus add` then took it for added, and said nothing."""
    clash = replace(cut, source=replace(cut.source, id=next(iter(house.drafts.base().sources))))
    clash = house.documents.save_cut(clash, cut.version, "U-adm")
    with pytest.raises(NotEdited, match="has a source"):
        Taking(house.documents, house.drafts, {}).take(clash, "U-adm")
    left = house.documents.cut(cut.id)
    assert (left.state, left.source.id) == (CutState.OPEN, clash.source.id)
    assert not house.drafts.draft().edits


def test_every_piece_is_shown_in_order_with_its_place_and_what_is_left_out_and_why(house, cut):
    shown = house.as_("U-rev").see(own(cut))
    said = words(shown)
    assert said.index("Code, Article 1") < said.index("Code, Article 2") < said.index(
        "Code, Article 4")
    assert "5 provisions, 1 stretch left out" in said
    assert "∅ left out" in said and "A heading: what stands under it carries it" in said
    assert "article · number 1" in said
    article = re.search(r'<li class="piece" id="piece-\d+"[^>]*>(?:(?!</li>).)*?Article 2.*?</li>',
                        shown.text, re.S)[0]
    assert '<details class="words">' in article and LONG in unescape(article)


def test_pieces_are_merged_left_out_and_taken_in_and_the_page_comes_back_to_them(house, cut):
    first = place(house, cut, "Code, Article 3")
    answer = act(house, cut, "merge", first)
    assert answer.headers["location"] == f"/console{own(cut)}?done=merge#piece-{first}"
    assert pieces(house, cut)[-1] == (
        "Code, Article 3; Code, Article 4", "No one shall be held")
    act(house, cut, "out", first, why="Of no use here")
    assert "Of no use here" in words(house.as_().see(own(cut)))
    act(house, cut, "in", first)
    assert len(pieces(house, cut)) == 4
    act(house, cut, "before", first, why="Front matter")
    assert [p for p, _ in pieces(house, cut)] == ["Code, Article 3; Code, Article 4"]


def test_a_piece_is_split_before_a_sentence_or_before_words(house, cut):
    first = place(house, cut, "Code, Article 1")
    shown = house.as_().see(own(cut, f"/pieces/{first}"))
    (at,) = re.findall(r'name="at" value="(\d+)"> <span>Everyone is free', shown.text)[:1]
    answer = house.as_().press(own(cut, f"/pieces/{first}"), act="split", at=at,
                               version=cut.version)
    assert answer.headers["location"].endswith(f"#piece-{first}")
    assert pieces(house, cut)[1:3] == [
        ("Code, Article 1 (first part)", "Everyone may live."),
        ("Code, Article 1 (second part)", "Everyone is free.")]
    second = place(house, cut, "Code, Article 2")
    house.as_().press(own(cut, f"/pieces/{second}"), act="split", words="record number 7",
                      version=cut.version + 1)
    assert pieces(house, cut)[4][1] == "record number 7 for "


def test_the_end_of_a_piece_is_moved(house, cut):
    first = place(house, cut, "Code, Article 1")
    shown = house.as_().see(own(cut, f"/pieces/{first}"))
    at = re.findall(r'value="(\d+)"> <span>Everyone is free', shown.text)[-1]
    house.as_().press(own(cut, f"/pieces/{first}"), act="move", at=at, version=cut.version)
    assert pieces(house, cut)[1] == ("Code, Article 1", "Everyone may live.")


def test_a_piece_is_called_otherwise_and_its_words_can_not_be_sent(house, cut):
    first = place(house, cut, "Code, Article 1")
    shown = house.as_().see(own(cut, f"/pieces/{first}"))
    assert not re.findall(r'<textarea|name="text"', shown.text)
    answer = house.as_().press(
        own(cut, f"/pieces/{first}"), act="names", number="1a", pinpoint="Code, art. 1a",
        heading=EVIL, kind="Rule", text="Other words", version=cut.version)
    assert answer.status_code == 303
    piece = house.documents.cut(cut.id).pieces[first - 1]
    assert (piece.number, piece.pinpoint, piece.heading, piece.kind) == (
        "1a", "Code, art. 1a", EVIL, "rule")
    assert pieces(house, cut)[1] == ("Code, art. 1a", "Everyone may live. E")
    for path in ("", f"/pieces/{first}"):
        assert EVIL not in house.as_().see(own(cut, path)).text


@pytest.mark.parametrize(("fields", "why", "at"), [
    ({"act": "names", "pinpoint": "", "kind": "x"}, "The pinpoint is missing.", "pinpoint"),
    ({"act": "names", "pinpoint": "x", "kind": ""}, "The kind is missing.", "kind"),
    ({"act": "names", "pinpoint": "x", "kind": "x", "heading": "x" * 1_000},
     "The heading is longer than", "heading"),
    ({"act": "split", "words": "no such words"}, "These words do not stand in this piece.",
     "words"),
    ({"act": "split"}, "Choose the sentence that the second part begins with", "words"),
    ({"act": "split", "at": "0"}, "Choose one of the sentences that are offered.", ""),
    ({"act": "move", "at": "x"}, "Choose one of the sentences that are offered.", ""),
    ({"act": "none"}, "Choose what to do by one of the buttons.", ""),
])
def test_what_can_not_be_done_to_a_piece_is_said_there(house, cut, fields, why, at):
    answer = house.as_().press(own(cut, "/pieces/3"), version=cut.version, **fields)
    assert answer.status_code == 400 and why in words(answer)
    assert answer.text.count('aria-invalid="true"') == (1 if at else 0)
    assert not at or why in refusal_at(answer, at)
    if "words" in fields:
        assert f'value="{fields["words"]}"' in answer.text
    assert house.documents.cut(cut.id) == cut


@pytest.mark.parametrize("fields", [
    {"act": "merge"}, {"act": "merge", "piece": "99"}, {"act": "merge", "piece": "x"},
    {"act": "in", "piece": "3"}, {"act": "merge", "piece": "6"}, {"act": "none", "piece": "1"},
    {"act": "carry"}])
def test_what_can_not_be_done_is_said_over_the_list(house, cut, fields):
    answer = house.as_().press(own(cut), version=cut.version, **fields)
    assert answer.status_code == 400 and "Not done." in words(answer)
    assert house.documents.cut(cut.id) == cut


def test_who_is_too_late_is_told_kindly_and_keeps_what_they_typed(house, cut):
    house.whole.roles._listed[Role.ADMIN] |= {"U1"}
    first = place(house, cut, "Code, Article 1")
    house.as_("U1").press(own(cut), act="out", piece=first, version=cut.version)
    late = house.as_().press(
        own(cut, f"/pieces/{first}"), act="names", pinpoint="Mine", heading="Typed long",
        number="", kind="rule", version=cut.version)
    assert late.status_code == 409
    assert "U1 has changed this cut" in words(late)
    assert 'value="Typed long"' in late.text
    assert f'name="version" value="{cut.version + 1}"' in late.text
    again = house.as_().press(own(cut, "/source"), title="T", short_title="Typed", id="t",
                              kind="report", version=cut.version)
    assert again.status_code == 409 and 'value="Typed"' in again.text
    assert "yourself" in words(house.as_("U1").press(own(cut), act="in", piece=first,
                                                     version=cut.version))


def test_the_source_is_described_and_pinpoints_follow_its_short_title(house, cut):
    answer = house.as_().press(
        own(cut, "/source"), title="Code of conduct", short_title="Conduct", id="conduct",
        issuer="ACME", kind="guidance", jurisdiction="", edition="2nd", licence="Free",
        url="https://example.org/c", cited_as="Conduct {n}\n\nCode {n}", version=cut.version)
    assert answer.status_code == 303
    now = house.documents.cut(cut.id)
    assert (now.source.id, now.source.issuer, now.source.kind, now.source.cited_as) == (
        "conduct", "ACME", "guidance", ("Conduct {n}", "Code {n}"))
    assert pieces(house, cut)[1][0] == "Conduct, Article 1"


def taken(house, cut):
    """The page after *cut* was taken into the draft."""
    answer = house.as_().press(own(cut, "/take"), version=house.documents.cut(cut.id).version)
    assert answer.status_code == 303
    return words(house.as_().get(answer.headers["location"]))


def test_a_cut_that_is_given_another_id_is_moved_in_the_draft_or_told(house, cut):
    """It stood there under both, and nobody was told."""
    described(house, cut)
    assert "as the source" not in taken(house, cut)
    described(house, cut, id="conduct")
    before = words(house.as_().see(own(cut)))
    assert "The draft has these words as the source code , by edit 1 . Taking this cut in" in before
    after = taken(house, cut)
    assert "The draft had it under another id, by edit 1 , which was taken back." in after
    assert "these words as the source" not in after
    house.drafts.make(Retire(ProvisionId("conduct-1"), "it was repealed"), "U-adm")
    described(house, cut, id="rules")
    assert ("The draft has these words as the source conduct as well, by edit 2 , so that answers "
            "may cite them twice.") in taken(house, cut)


def test_a_merged_piece_takes_both_of_its_places_along(house, cut):
    """The second was cited as of a source that is called otherwise now."""
    act(house, cut, "merge", place(house, cut, "Code, Article 1"))
    described(house, cut, short_title="Conduct")
    assert pieces(house, cut)[1][0] == "Conduct, Article 1; Conduct, Article 2"


@pytest.mark.parametrize(("field", "value", "why"), [
    ("id", "Bad Id", "The id has small letters"), ("title", " ", "The title is missing."),
    ("url", "javascript:alert(1)", "The address begins with https://"),
    ("kind", "poem", "Choose one of the kinds"), ("cited_as", "Code", "Each line needs {n}"),
    ("issuer", "x" * 700, "700 characters are too many")])
def test_a_source_that_can_not_be_is_said_at_its_field(house, cut, field, value, why):
    fields = {"title": "T", "short_title": "S", "id": "s", "kind": "report", "issuer": "Kept"}
    answer = house.as_().press(own(cut, "/source"), version=cut.version,
                               **{**fields, field: value})
    assert answer.status_code == 400 and why in words(answer)
    assert f'aria-describedby="{field}-wrong"' in answer.text
    assert field == "issuer" or 'value="Kept"' in answer.text
    assert house.documents.cut(cut.id) == cut


def described(house, cut, **more):
    """*cut* once somebody has said who issued its document."""
    fields = {"title": "Code", "short_title": "Code", "id": "code", "kind": "report"}
    answer = house.as_().press(
        own(cut, "/source"), version=house.documents.cut(cut.id).version,
        **{**fields, "issuer": "ACME", **more})
    assert answer.status_code == 303
    return house.documents.cut(cut.id)


def test_what_nobody_has_issued_is_not_taken_in_as_official_text(house, cut):
    """A note that somebody had typed was published as "official text", issued by nobody."""
    answer = house.as_().press(own(cut, "/take"), of="udhr", version=cut.version)

    assert answer.status_code == 409
    said = words(answer)
    assert "Nothing was taken into the draft." in said and "Say who issued the document." in said
    assert 'aria-describedby="issuer-wrong"' in answer.text
    assert '<option value="udhr" selected>' in answer.text
    assert house.documents.cut(cut.id) == cut and not house.drafts.rows("code")


def test_it_is_taken_into_the_draft_and_says_what_the_draft_holds(house, cut):
    cut = described(house, cut)
    assert "Not in the draft yet." in words(house.as_().see(own(cut)))
    answer = house.as_().press(own(cut, "/take"), of="udhr", version=cut.version)
    assert answer.status_code == 303
    (row,) = house.drafts.rows("code")
    assert isinstance(row.made.edit, AddDocument)
    assert (row.made.by, row.made.edit.of, len(row.made.edit.provisions)) == (
        "slack:T1:U-adm", "udhr", 5)
    said = words(house.as_().get(answer.headers["location"]))
    assert "Taken into the draft" in said and "The draft holds it as it stands here." in said
    act(house, cut, "out", place(house, cut, "Code, Article 1"))
    page_now = house.as_().see(own(cut))
    assert "The draft holds an earlier state of this cut." in words(page_now)
    assert '<option value="udhr" selected>' in page_now.text


def test_nothing_or_what_ships_can_not_be_taken_in(house, cut):
    act(house, cut, "after", 1)
    act(house, cut, "out", 1) if not house.documents.cut(cut.id).pieces[0].left_out else None
    now = house.documents.cut(cut.id)
    answer = house.as_().press(own(cut, "/take"), version=now.version)
    assert answer.status_code == 409 and "Every piece of this cut is left out" in words(answer)
    act(house, cut, "in", 2)
    described(house, cut, id="ungp")
    answer = house.as_().press(own(cut, "/take"), version=now.version + 2)
    assert answer.status_code == 409
    assert "The shipped corpus has a source 'ungp' of its own" in words(answer)
    assert house.documents.cut(cut.id).state is CutState.OPEN


def test_a_cut_is_put_away_and_gone_on_with(house, cut):
    act(house, cut, "drop")
    shown = house.as_().see(own(cut))
    assert "put away" in words(shown) and "Take into the draft" not in words(shown)
    act(house, cut, "reopen")
    assert house.documents.cut(cut.id).state is CutState.OPEN


def test_the_next_edition_is_compared_and_takes_over_corrections(house, publisher, clock):
    browser = house.as_()
    publisher.page("/udhr", page(*ARTICLES))
    browser.press("/corpus/documents/fetching", which=UDHR)
    (former,) = house.documents.cuts()
    browser.press(own(former, "/pieces/2"), act="names", pinpoint="Declaration, art. 1",
                  heading="Life", number="1", kind="article", version=1)
    browser.press(own(former), act="out", piece="3", why="Said elsewhere", version=2)
    clock.pass_(minutes=5)
    publisher.page("/udhr", page(*ARTICLES[:2], "No one shall be watched.", "All may complain."))
    browser.press("/corpus/documents/fetching", which=UDHR)
    cut = max(house.documents.cuts(), key=lambda one: one.id)
    changes = browser.see(own(cut, "/changes"))
    said = words(changes)
    assert "1 changed, 2 added, 0 removed, 1 with the same words." in said
    assert re.search(r"<del><span[^>]*>\[gone: </span> without a law<span", changes.text)
    answer = browser.press(own(cut), act="carry", version=cut.version)
    assert "2 pieces cut or called as in the former edition." in words(
        browser.get(answer.headers["location"]))
    now = house.documents.cut(cut.id).pieces
    assert (now[1].pinpoint, now[1].heading, now[2].why) == (
        "Declaration, art. 1", "Life", "Said elsewhere")
    assert "1 changed, 1 added, 0 removed, 1 with the same words." in words(
        browser.see(own(cut, "/changes")))
    assert browser.see(own(former, "/changes")).status_code == 404


def test_a_long_document_is_read_page_by_page_and_by_what_is_left_out(house, monkeypatch):
    monkeypatch.setattr(cut_view, "A_PAGE", 20)
    upload(house.as_(), page(*(f"Rule {n} holds." for n in range(1, 51)), title="Code"))
    (cut,) = house.documents.cuts()
    browser = house.as_()
    second = browser.see(own(cut, "?page=2"))
    assert re.findall(r'id="piece-(\d+)"', second.text) == [str(n) for n in range(21, 41)]
    assert "1–20 21–40 41–51" in words(second)
    answer = act(house, cut, "out", 45)
    assert answer.headers["location"].endswith("?page=3&done=out#piece-45")
    left = browser.see(own(cut, "?show=out"))
    assert re.findall(r'id="piece-(\d+)"', left.text) == ["1", "45"]
    for odd in ("?page=99", "?page=x&show=none", "?page=-1"):
        assert browser.see(own(cut, odd)).status_code == 200


@pytest.mark.parametrize("path", [
    "/corpus/documents/cuts/none", "/corpus/documents/cuts/99",
    "/corpus/documents/cuts/99/changes", "/corpus/documents/cuts/1/pieces/0",
    "/corpus/documents/cuts/1/pieces/999", "/corpus/documents/cuts/1/pieces/x"])
def test_what_is_not_there_is_said(house, cut, path):
    assert house.as_().see(path).status_code == 404


UNREADABLE = "The cut that was kept can't be read any more; cut the document anew."


@pytest.fixture
def unreadable(house, cut):
    """A cut as another version of the program may have written it."""
    with house.documents._store.writing() as connection:
        connection.execute(update(document_cuts).where(document_cuts.c.id == cut.id).values(
            pieces='[{"start": "x"}]'))
    return cut


@pytest.mark.parametrize("more", ["", "/changes", "/pieces/1"])
def test_every_page_of_a_cut_that_this_version_can_not_read_says_so(house, unreadable, more):
    shown = house.as_().see(own(unreadable, more))
    assert (shown.status_code, UNREADABLE in words(shown)) == (404, True)


@pytest.mark.parametrize(("more", "fields"), [
    ("", {"act": "drop"}), ("/source", {}), ("/take", {}), ("/pieces/1", {"act": "split"})])
def test_what_is_pressed_on_a_cut_that_this_version_can_not_read_says_so(
        house, unreadable, more, fields):
    shown = house.as_().press(own(unreadable, more), version=1, **fields)
    assert (shown.status_code, UNREADABLE in words(shown)) == (404, True)


def test_a_document_whose_cut_can_not_be_read_is_refused_in_words_when_it_comes_again(
        house, unreadable):
    again = upload(house.as_(), house.documents.original(unreadable.document))
    assert (again.status_code, UNREADABLE in words(again)) == (409, True)


def test_an_admin_cuts_a_document_anew_whose_cut_can_not_be_read(house, unreadable):
    """Every page said to, and nothing could."""
    proposed = [p.pinpoint for p in unreadable.pieces]
    shown = house.as_().see(own(unreadable))
    assert "The button on its page in the console does that" in words(shown)
    assert "Cut the document anew</button>" in shown.text
    assert "</button>" not in house.as_("U-rev").see(own(unreadable)).text.partition("<main")[2]
    refused = house.as_("U-rev").press(own(unreadable), version=1, act="anew")
    assert refused.status_code == 403

    answer = house.as_().press(own(unreadable), version=1, act="anew")

    assert (answer.status_code, answer.headers["location"]) == (
        303, f"/console{own(unreadable)}?done=anew")
    now = house.documents.cut(unreadable.id)
    assert ([p.pinpoint for p in now.pieces], now.version, now.state, now.source) == (
        proposed, 2, CutState.OPEN, unreadable.source)
    assert "✓ The document is cut anew." in words(house.as_().see(own(unreadable, "?done=anew")))
    again = upload(house.as_(), house.documents.original(unreadable.document))
    assert again.headers["location"].startswith(f"/console{own(unreadable)}?")


def test_what_people_corrected_is_never_cut_anew(house, cut):
    act(house, cut, "out", 1, why="Of no use here")
    corrected = house.documents.cut(cut.id)
    shown = act(house, cut, "anew")
    assert shown.status_code == 409
    assert f"Cut {cut.id} can be read, so it was left as it is" in words(shown)
    assert house.documents.cut(cut.id) == corrected
