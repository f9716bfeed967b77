"""Whatever people type stays text: in each field that reaches a page or a file."""

import csv
import io
import re
import zipfile
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from bot.errors import BadInput
from bot.unseen import legible
from tests.console.talking import DEAL
from tests.console.test_exports import WHY
from tests.console.whole import whole

__all__ = ["whole"]

TEXTS = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "attribute": '" autofocus onfocus=alert(1) x="',
    "template": "{{ viewer.token }}{% include 'base.html' %}${7*7}#{7*7}",
    "right to left": "\u202eevil\u202c \u2066x\u2069",
    "formula": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|x", "at": "@SUM(A1)", "minus": "-2+3", "tab": "\t=1+1", "wide": "＝1+1",
    "large": "A" * 100_000,
}
PAGES = ("/", "/?order=newest", "/conversations/c1", "/exports", "/sessions",
         "/exports/conversation?conversation=c1")


class _Tags(HTMLParser):
    """The tags of a page with their attributes, as a browser takes them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.said = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)


def safe(page, token, refused=frozenset()):
    assert page.status_code in {200, 400, 403, 404, 409} | refused, page.status_code
    parsed = _Tags(page.text)
    for tag, attributes in parsed.tags:
        assert tag not in {"img", "svg", "iframe", "object", "base", "style", "embed"}, tag
        assert tag != "script" or attributes["src"].startswith("/console/static/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "").strip().lower().startswith("javascript")
    assert token not in "".join(parsed.said)


def every_page(browser, *more):
    for path in (*PAGES, *more):
        page = browser.get(f"/console{path}")
        safe(page, browser.token)
        yield page


@pytest.mark.long
@pytest.mark.parametrize("kind", TEXTS)
def test_in_comments_notes_and_rows_of_any_kind(whole, kind):
    text = TEXTS[kind]
    whole.desk.say("c1", DEAL)
    for row in ("comment", "review_comment", "verdict", "asked_person", "marked", text[:50]):
        whole.desk.note("c1", row, user="U2", body={"turn": text, "deep": {"x": [text]}},
                        words={"text": text, "note": text})
    whole.desk.note("c1", "comment", user=text[:60], words={"text": "by a hostile id"})
    browser = whole.as_()
    pages = list(every_page(browser))
    assert legible(text.strip()[:60]) in unescape(pages[2].text)


@pytest.mark.long
@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind != "large"])
def test_in_messages(whole, kind):
    text = TEXTS[kind]
    whole.desk.say("c1", f"{text} {DEAL}")
    browser = whole.as_()
    pages = list(every_page(browser))
    shown = re.sub(r"<[^>]+>", "", pages[2].text)
    assert legible(text.strip()) in unescape(shown)


def test_a_message_that_no_database_takes_is_refused_before(whole):
    for bad in ("a\0b", "half \ud800"):
        with pytest.raises(BadInput, match="can't be kept"):
            whole.desk.say("c1", f"{bad} {DEAL}")


@pytest.mark.long
@pytest.mark.parametrize("kind", [*TEXTS, "nul"])
def test_in_filters_names_of_filters_and_addresses(whole, kind):
    text = TEXTS.get(kind, "a\0b")
    whole.desk.say("c1", DEAL)
    browser = whole.as_()
    said = quote(text[:1500])
    # Of what is too long to filter by, all is refused rather than a part of it taken.
    refused = {414} if kind == "large" else set()
    every = "&".join(f"{field}={said}" for field in (
        "text", "asker", "flag", "consideration", "fact:product", "fact:x", "since", "state",
        "feedback", "order", "after"))
    for path in (f"/?{every}", f"/?asker={said}", f"/?text={said}", f"/exports?{every}"):
        safe(browser.get(f"/console{path}"), browser.token, refused)
    for path in (f"/conversations/{said}", f"/corpus/releases/{said}/provisions/{said}",
                 f"/exports/conversation?conversation={said}", f"/{said}",
                 f"/corpus/releases/unreleased/provisions/x?from={said}&to={said}"):
        safe(browser.get(f"/console{path}"), browser.token)
    kept = browser.press("/filters", name=text, query=f"text={said}")
    assert kept.status_code in {303, 400}
    list(every_page(browser))
    assert browser.press("/filters/drop", name=text).status_code == 303
    for path, form in (("/exports", "csv"), ("/exports/conversation", "md")):
        for field in ("reason", "form", "redact", "query", "conversation", "manifest"):
            given = {"form": form, "conversation": "c1", **WHY, field: text}
            answer = browser.press(path, **given)
            if answer.headers["content-type"].startswith("text/html"):
                safe(answer, browser.token, refused)
            assert answer.status_code in {200, 400, 404, 409} | refused, (path, field)
    # PostgreSQL takes no null character, and the page says so.
    done = {303, 404, 400} if kind == "nul" else {303, 404}
    for path in ("/sessions/end", "/sessions/end-others", "/sessions/end-person"):
        safe_ = whole.as_("U-adm").press(path, session=text, user=text)
        assert safe_.status_code in done, path
    assert whole.desk.store.verify_log() is None


@pytest.mark.parametrize("kind", ["formula", "plus", "at", "minus", "tab", "wide"])
def test_no_cell_of_a_table_is_a_formula(whole, kind):
    text = TEXTS[kind]
    whole.desk.say(f"{text}/c1", f"{text} {DEAL}")
    whole.desk.note(f"{text}/c1", "comment", user=text, words={"text": text},
                    body={"turn": text})
    whole.people.learn("T1", "U1", text)
    answer = whole.as_().press("/exports", form="csv", **WHY)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as box:
        table = box.read("conversations.csv").decode()
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert len(cells) > 30
    for cell in cells:
        assert not cell.lstrip(" ").startswith(
            ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")), cell
