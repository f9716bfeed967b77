"""Documents come in: sent, from an address, from their publishers; and what is wrong is said."""

import re
from html import unescape

import pytest

from bot.console.entry import access, sending
from bot.console.viewer import Role
from bot.documents.values import CutState
from tests.console.conftest import BASE
from tests.console.documented import CODE, UDHR, house_of
from tests.console.seen import words
from tests.ingesting.paper import columns
from tests.ingesting.serving import answering
from tests.store.migrated import sqlite_at

pytestmark = pytest.mark.long

EVIL = "<script>alert(1)</script>"
ARTICLES = ("Everyone has the right to life.", "No one shall be held in slavery.",
            "No one shall be watched without a law.")


def page(*articles, title="Declaration", before=""):
    body = "".join(f"<h2>Article {n}</h2><p>{words}</p>" for n, words in enumerate(articles, 1))
    return (f"<!doctype html><html lang=en><title>{title}</title><body><main><h1>{title}</h1>"
            f"{before}{body}</main></html>").encode()


@pytest.fixture(params=["sqlite"])
def url(tmp_path):
    return sqlite_at(tmp_path / "advisor.sqlite3")


@pytest.fixture
def publisher():
    with answering() as answers:
        yield answers


@pytest.fixture
def house(desk, memos, clock, publisher):
    return house_of(desk, memos, clock, publisher)


def upload(browser, data, name="code.html", token=None, **fields):
    return browser.post(
        "/console/corpus/documents", headers={"Origin": BASE},
        data={"token": browser.token if token is None else token, **fields},
        files={"file": (name, data)})


def test_a_file_is_kept_cut_and_shown(house):
    browser = house.as_()
    answer = upload(browser, page(*ARTICLES), of="udhr")
    (kept,) = house.documents.kept()
    (cut,) = house.documents.cuts()
    assert (answer.status_code, answer.headers["location"]) == (
        303, f"/console/corpus/documents/cuts/{cut.id}?came=first&of=udhr")
    assert (kept.name, kept.by) == ("code.html", "slack:T1:U-adm")
    shown = browser.get(answer.headers["location"])
    assert "It came for the first time" in words(shown)
    assert '<option value="udhr" selected>' in shown.text
    assert "3 provisions" in words(browser.see("/corpus/documents"))
    again = upload(browser, page(*ARTICLES))
    assert again.headers["location"].endswith("came=unchanged")
    assert len(house.documents.kept()) == 1


def test_a_file_that_is_said_to_be_an_official_document_is_one(house):
    upload(house.as_(), page(*ARTICLES), official=UDHR)
    (cut,) = house.documents.cuts()
    assert cut.source.id == "udhr-page"
    said = words(house.as_().see("/corpus/documents"))
    assert "✓ added as a file" in said and "○ never fetched" in said


@pytest.mark.parametrize(("data", "name", "fields", "status", "why", "field"), [
    (b"", "", {}, 400, "Choose a file, or give an address below.", "file"),
    (b"%PDF-1.7 broken", "x.pdf", {}, 422, None, "file"),
    (b"MZ\x90\x00\x03", "x.exe", {}, 400, None, "file"),
    (b"hello", "x.txt", {"address": "https://example.org/x"}, 400,
     "Give a file or an address, and not both.", "file"),
    (b"hello", "x.txt", {"official": "none"}, 400, "There is no official document 'none'",
     "official"),
    (b"hello", "x.txt", {"of": "none"}, 400, "There is no source 'none'", "of"),
    (None, "", {"address": "/etc/passwd"}, 400, "begins with https://", "address"),
    (None, "", {"address": "file:///etc/passwd"}, 400, "begins with https://", "address"),
    (None, "", {"address": "https://10.0.0.1/x"}, 422, "Nothing was downloaded from", "address"),
])
def test_what_cannot_be_added_is_said_beside_its_field_and_the_rest_is_kept(
        house, data, name, fields, status, why, field):
    browser = house.as_()
    if data is None:
        answer = browser.press("/corpus/documents", **fields)
    else:
        answer = upload(browser, data, name, **fields)
    assert answer.status_code == status
    said = unescape(re.search(rf'<span class="wrong" id="{field}-wrong">(.*?)</span>',
                              answer.text)[1])
    assert (why or "") in said and said.endswith(".") and "Traceback" not in said
    assert f'aria-invalid="true" aria-describedby="{field}-wrong"' in answer.text
    if "address" in fields:
        assert f'value="{fields["address"]}"' in answer.text
    assert house.documents.kept() == []


def test_what_is_at_an_address_is_added(house, publisher):
    browser = house.as_()
    answer = browser.press("/corpus/documents", address=publisher.page("/x", page(*ARTICLES)))
    assert answer.status_code == 303
    (cut,) = house.documents.cuts()
    assert cut.source.url == publisher.url("/x")


def test_a_file_that_is_too_large_is_refused_in_words_and_read_to_its_end(house):
    browser = house.as_()
    answer = upload(browser, b"x" * (2 * 1024 * 1024), "x.txt", official="udhr-page")
    assert answer.status_code == 413
    assert "The file is larger than 1 MB." in words(answer)
    assert '<option value="udhr-page" selected>' in answer.text
    just = upload(browser, b"A word. " * (1024 * 128), "x.txt")
    assert just.status_code == 303


def test_much_more_than_that_is_cut_off(house):
    answer = upload(house.as_(), b"x" * (access.MOST_DRAINED * 1024 * 1024 + 1024), "x.txt")
    assert answer.status_code == 413
    assert house.documents.kept() == []


def test_nobody_but_an_admin_may_send_more_than_a_form_takes(house):
    large = b"x" * (access.MOST_BYTES + 1)
    assert upload(house.as_("U-rev"), large).status_code == 403
    nobody = house.as_()
    nobody.cookies.clear()
    assert upload(nobody, large).status_code == 401
    elsewhere = house.as_().post("/console/corpus/documents/fetching", headers={"Origin": BASE},
                                 files={"file": ("x", large)})
    assert elsewhere.status_code == 413


@pytest.mark.parametrize("token", ["", "x"])
def test_without_the_token_no_file_is_begun(house, token, monkeypatch):
    def never(*_, **__):
        raise AssertionError("a file was written")

    monkeypatch.setattr(sending.UploadFile, "write", never)
    answer = upload(house.as_(), page(*ARTICLES), token=token)
    assert answer.status_code == 403 and "Nothing was changed" in words(answer)


def test_a_file_before_the_token_is_refused(house):
    browser = house.as_()
    parts = [("file", ("x.txt", b"hello")), ("token", (None, browser.token))]
    answer = browser.post("/console/corpus/documents", headers={"Origin": BASE}, files=parts)
    assert answer.status_code == 403
    assert house.documents.kept() == []


def test_a_form_that_is_broken_off_is_refused_in_words(house):
    browser = house.as_()
    answer = browser.post(
        "/console/corpus/documents", content=b"--x\r\nbroken",
        headers={"Origin": BASE, "Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code in {400, 403} and "Traceback" not in answer.text


def test_hostile_names_and_titles_stay_text_and_the_original_is_never_shown(house):
    browser = house.as_()
    data = page(EVIL.replace("<", "&lt;"), title=EVIL.replace("<", "&lt;"))
    answer = upload(browser, data, f'../../e"{EVIL}\r\n.html')
    assert answer.status_code == 303
    for shown in (browser.see("/corpus/documents"), browser.get(answer.headers["location"])):
        assert EVIL not in shown.text and "alert(1)" in shown.text
    (kept,) = house.documents.kept()
    assert "/" not in kept.name and "\n" not in kept.name
    got = browser.see(f"/corpus/documents/{kept.sha256}/original")
    assert got.content == data
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment; filename=")
    assert "<" not in got.headers["content-disposition"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox; default-src 'none'" in got.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]
    assert browser.see("/corpus/documents/none/original").status_code == 404


def test_all_are_fetched_and_each_says_what_became_of_it(house, publisher):
    publisher.page("/udhr", page(*ARTICLES))
    browser = house.as_()
    answer = browser.press("/corpus/documents/fetching", which="all")
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/console/corpus/documents/fetching")
    shown = browser.see("/corpus/documents/fetching")
    said = words(shown)
    assert "Ended. 2 of 2 done. Begun by U-adm" in said
    assert "✓ came for the first time" in said and "✗ failed" in said
    assert "refresh" not in shown.headers
    listed = browser.see("/corpus/documents")
    failed = re.search(r'id="official-code-pdf".*?</tr>', listed.text, re.S)[0]
    assert re.findall(r'<p class="typed">(http\S+):', failed)[-2:] == [
        publisher.url("/none"), publisher.url("/code")]
    assert "Look its cut through" in listed.text


def test_what_changed_at_its_publisher_is_told_until_it_is_in_the_draft(house, publisher, clock):
    browser = house.as_()
    publisher.page("/udhr", page(*ARTICLES))
    browser.press("/corpus/documents/fetching", which=UDHR)
    clock.pass_(minutes=5)
    publisher.page("/udhr", page(*ARTICLES[:2], "No one shall be watched."))
    browser.press("/corpus/documents/fetching", which=UDHR)
    assert "≠ changed 1 paragraph reads otherwise. They touch 1 provision of the former cut." in (
        words(browser.see("/corpus/documents/fetching")))
    assert "≠ changed since" in words(browser.see("/corpus/documents"))
    new, _ = sorted(house.documents.cuts(), key=lambda cut: -cut.id)
    browser.press(f"/corpus/documents/cuts/{new.id}/take", version=new.version)
    assert house.documents.cut(new.id).state is CutState.ADDED
    said = words(browser.see("/corpus/documents"))
    assert "≠ changed since" not in said and "✓ fetched" in said


def test_while_it_goes_on_the_page_reloads_by_itself_and_a_second_admin_is_told(house, publisher):
    publisher.page("/udhr", page(*ARTICLES))
    house.whole.roles._listed[Role.ADMIN] |= {"U1"}
    waiting = house.background = []
    one, other = house.as_(), house.as_("U1")
    one.press("/corpus/documents/fetching", which="all")
    shown = one.see("/corpus/documents/fetching")
    assert shown.headers["refresh"] == "3; url=/console/corpus/documents/fetching"
    assert "Going on: 0 of 2 done." in words(shown) and "… being fetched" in words(shown)
    assert "refresh" not in one.see("/corpus/documents/fetching?still").headers
    second = other.press("/corpus/documents/fetching", which=CODE)
    assert second.status_code == 409
    assert "It is going on already. U-adm began it; yours was not begun." in words(second)
    (work,) = waiting
    work()
    assert "Ended. 2 of 2 done." in words(one.see("/corpus/documents/fetching"))
    assert other.press("/corpus/documents/fetching", which=CODE).status_code == 303


def test_a_run_that_breaks_off_says_so_and_lets_the_next_one_begin(house, monkeypatch):
    def broken(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(type(house.fetching), "fetch", broken)
    house.as_().press("/corpus/documents/fetching", which="all")
    said = words(house.as_().see("/corpus/documents/fetching"))
    assert "It broke off" in said and "disk is full" not in said
    monkeypatch.undo()
    assert house.as_().press("/corpus/documents/fetching", which="all").status_code == 303


def test_without_a_choice_or_with_an_unknown_one_nothing_is_fetched(house, publisher):
    for fields in ({}, {"which": "none"}):
        answer = house.as_().press("/corpus/documents/fetching", **fields)
        assert answer.status_code == 400 and "Nothing was fetched" in words(answer)
    assert publisher.asked == []


def test_a_real_pdf_is_read_apart_as_when_it_is_served(desk, memos, clock, publisher):
    house = house_of(desk, memos, clock, publisher, apart=True)
    answer = upload(house.as_(), columns([f"Article {n}. The seller asks. " * 4
                                          for n in range(1, 30)], 2), "code.pdf")
    assert answer.status_code == 303
    (kept,) = house.documents.kept()
    assert kept.media_type == "application/pdf"
    assert house.documents.extracted(kept.sha256).pages >= 1


def test_a_reviewer_reads_and_finds_no_button(house):
    upload(house.as_(), page(*ARTICLES))
    (cut,) = house.documents.cuts()
    browser = house.as_("U-rev")
    for path in ("", "/fetching", f"/cuts/{cut.id}", f"/cuts/{cut.id}/pieces/2"):
        shown = browser.see(f"/corpus/documents{path}")
        assert shown.status_code == 200
        assert re.findall(r'<form[^>]*action="([^"]*)"', shown.text) == ["/console/sign-out"]
    assert house.as_("U1").see("/corpus/documents").status_code == 403


@pytest.mark.parametrize("file", [{"file": ("", b"")}, {"file": ("x.txt", b"x" * 20_000)}])
def test_of_an_upload_without_a_session_the_address_is_given_back(house, file):
    nobody = house.as_()
    nobody.cookies.clear()
    there = "https://www.un.org/declaration.pdf"
    answer = nobody.post("/console/corpus/documents", headers={"Origin": BASE},
                         data={"token": "t0ken", "address": there, "of": "udhr"}, files=file)
    assert answer.status_code == 401
    assert there in answer.text and "t0ken" not in answer.text and "xxx" not in answer.text
