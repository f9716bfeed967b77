"""The PDF of a brief, read back: text, links, bookmarks, bytes."""

import io
import re
from dataclasses import replace

import pytest
from fpdf.enums import Align, MethodReturnValue
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.brief import paragraphs
from bot.brief.document import Brief, Excerpt, Ground, Origin, Part, Point, Row, Section
from bot.brief.faces import REGULAR, fallbacks_for, needs_shaping, showable
from bot.brief.paragraphs import Paragraph, Run
from bot.brief.pdf import _Page, to_pdf
from retrieval.guidance import Checked, ProvisionId, SourceId
from tests.brief.conftest import LINK, NOW, Write

DEAL = "A reseller wants 40 IMSI catchers for the police in Egypt; used at protests"


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All text with no white space: where lines break doesn't matter."""
    return squeezed("".join(page.extract_text() for page in read(data).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def links_of(data: bytes) -> set[str]:
    return {
        note["/A"]["/URI"]
        for page in read(data).pages
        for note in (a.get_object() for a in page.get("/Annots", []))
        if "/A" in note and "/URI" in note["/A"]
    }


def small(words: str) -> Brief:
    """A brief with *words* wherever a person's words can stand."""
    point = Point(words, grounds=(Ground(words, words, "turn 1"),))
    return Brief("Deal brief", words, NOW, (Row("Asked for by", words),), words, (), "", (words,),
                 (Section(Part.RAISED, "Red flags raised", (point,)),), "Sources", "", (), "foot")


@pytest.fixture(scope="module")
def brief(write: Write) -> Brief:
    return write(DEAL)


@pytest.fixture(scope="module")
def data(brief: Brief) -> bytes:
    return to_pdf(brief)


def test_everything_the_brief_says_can_be_selected(brief: Brief, data: bytes):
    pages = [page.extract_text() for page in read(data).pages]
    footing = re.compile(re.escape(squeezed(brief.footing)) + r"Page\d+of\d+")
    text = footing.sub("", "".join(map(squeezed, pages)))

    assert len(pages) == len(footing.findall("".join(map(squeezed, pages))))
    for section in brief.sections:
        for point in section.points:
            assert squeezed(point.head) in text
            assert squeezed(point.text) in text
    for origin in brief.origins:
        assert squeezed(f"[{origin.number}]{origin.title}") in text
        assert text.count(squeezed(origin.state[1:])) >= 1
        for excerpt in origin.excerpts:
            assert squeezed(excerpt.text) in text
            assert squeezed(excerpt.caution) in text


def test_pages_are_numbered_a4_and_titled(brief: Brief, data: bytes):
    file = read(data)

    assert file.metadata is not None
    assert file.metadata.title == brief.title
    assert file.metadata.creation_date == NOW
    assert [round(x) for x in file.pages[0].mediabox[2:]] == [595, 842]
    assert f"Page 1 of {len(file.pages)}" in file.pages[0].extract_text()


def test_bookmarks_are_the_sections(brief: Brief, data: bytes):
    assert [mark["/Title"] for mark in read(data).outline] == [
        *(s.title for s in brief.sections), brief.sources]


def test_a_mark_leads_to_the_page_of_its_source(brief: Brief, data: bytes):
    file = read(data)
    pages = [squeezed(page.extract_text()) for page in file.pages]
    number = {page.indirect_reference.idnum: i for i, page in enumerate(file.pages)}
    targets = {
        number[note["/Dest"][0].idnum]
        for page in file.pages
        for note in (a.get_object() for a in page.get("/Annots", []))
        if "/Dest" in note
    }

    assert targets == {
        next(i for i, text in enumerate(pages) if squeezed(f"[{o.number}]{o.title}") in text)
        for o in brief.origins
    }


def test_the_only_addresses_are_the_conversation_and_the_sources(brief: Brief, data: bytes):
    assert links_of(data) == {LINK, *(origin.url for origin in brief.origins)}


def test_the_same_brief_gives_the_same_bytes(brief: Brief, data: bytes):
    assert to_pdf(brief) == data
    assert to_pdf(replace(brief, subject="Another")) != data


@pytest.mark.parametrize("words", [
    "[click](https://evil.example/x)", "<a href='https://evil.example'>x</a>", "**bold** --x--",
    "https://evil.example", "{nb}", "(()) \\) endobj",
])
def test_hostile_words_stay_words(words: str):
    data = to_pdf(small(words))

    assert links_of(data) == set()
    assert squeezed(words) in text_of(data)


def test_an_address_that_does_not_lead_to_the_web_is_no_link():
    brief = replace(small("x"), rows=(Row("Conversation", "c", "javascript:alert(1)"),))

    assert links_of(to_pdf(brief)) == set()
    assert "javascript:alert(1)" in text_of(to_pdf(brief))


@pytest.mark.long
@pytest.mark.parametrize("name", [
    "José Núñez", "Žluťoučký", "Łukasz", "Nguyễn Thị", "Иван Петров", "Ελληνική Αστυνομία",
    "内务部", "警察庁", "국방부", "דנה", "กรมตำรวจ", "وزارة", "हिन्दी",
])
def test_a_name_in_any_of_these_scripts_is_shown_in_full(name: str):
    assert showable(name) == name
    text = text_of(to_pdf(small(name)))
    # Joined scripts come back in visual order or composed differently; no letter may be lost.
    assert set(name) - {" "} <= set(text)


def test_what_no_typeface_has_is_spelt_out():
    assert showable("a\U0001f600b") == "a[U+1F600]b"
    assert showable("a\u202eb\x00") == "a[U+202E]b[U+0000]"
    assert showable("\ud800") == "[U+D800]"
    assert "[U+1F600]" in text_of(to_pdf(small("\U0001f600")))


def test_a_brief_in_latin_reads_no_further_typeface(brief: Brief):
    assert fallbacks_for("Café Ω Ж – “x” …") == ()
    assert not needs_shaping("Café Ω Ж")
    assert [face.name for face in fallbacks_for("内务部 وزارة")] == ["arabic", "cjk"]


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [c / 255 for c in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ground", [(255, 255, 255), paragraphs.RED_TINT, paragraphs.CALM_TINT])
@pytest.mark.parametrize("ink", [
    paragraphs.INK, paragraphs.QUIET, paragraphs.RED, paragraphs.AMBER, paragraphs.LINK])
def test_text_can_be_read_by_weak_eyes(
    ink: tuple[int, int, int], ground: tuple[int, int, int]
):
    assert (luminance(ground) + 0.05) / (luminance(ink) + 0.05) >= 4.5


def test_a_very_long_word_takes_pages_and_loses_nothing():
    text = text_of(to_pdf(small("x" * 9000)))

    assert text.count("x") >= 6 * 9000


@pytest.mark.parametrize("before", range(19, 24))
def test_a_heading_stands_on_the_page_of_what_it_heads(before: int):
    """What the texts say in general stood alone at the foot of a page of the memo."""
    points = tuple(Point(f"Point {number}") for number in range(before))
    origin = Origin(
        1, SourceId("c"), "Charter", Checked.UNCHECKED, "our digest", "https://example.org", (
            Excerpt(ProvisionId("c-1"), "Substance", "Said here. " * 30, Checked.UNCHECKED),))
    brief = replace(small("x"), statements=("x", "x"), sections=(
        Section(Part.OPEN_FACTS, "Before it", points),
        Section(Part.OPEN_FACTS, "Headed", (Point("Follows at once"),), note="Noted"),
    ), sources="Rests on", sources_note="Where it is from", origins=(origin,))

    pages = [page.extract_text() for page in read(to_pdf(brief)).pages]

    assert ["Headed" in page for page in pages] == ["Follows at once" in page for page in pages]
    assert ["Rests on" in page for page in pages] == ["Substance" in page for page in pages]


@pytest.mark.parametrize("sentences", [90, 100, 105, 110, 120, 130])
def test_what_a_hurried_reader_must_see_stands_on_one_page(sentences: int):
    """Long conditions of a sign-off cut the box in two, and left a page behind it empty."""
    head = (Row("Review", "Conditions: " + "An audit each year, by somebody else. " * sentences),)
    one = replace(small("."), rows=head, upshot="Stop before you quote. " * 8, tally="Raised: 2",
                  statements=("It gives no verdict.",))
    pages = [page.extract_text() for page in read(to_pdf(one)).pages]

    (boxed,) = [n for n, text in enumerate(pages) if "Stop before you quote" in text]
    assert "Raised: 2" in pages[boxed]
    assert "It gives no verdict." in "".join(pages[boxed : boxed + 2])


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_no_words_break_it(words: str):
    data = to_pdf(small(words))

    assert read(data).pages[0].extract_text()
    assert showable(words) == showable(showable(words))


@pytest.mark.parametrize("indent", [0.0, 6.0])
@pytest.mark.parametrize("text", [
    "", "one", DEAL, f"{DEAL}. " * 9, "i " * 400, "W " * 300, "self-dealing co-operation " * 40,
    "x" * 300, f"{'unbroken' * 9} " * 7, "警察庁 " * 40])
def test_no_paragraph_is_higher_than_what_is_kept_free_for_it(brief, text, indent):
    page, paragraph = _Page(brief), Paragraph((Run(text, bold=True),), size=10.2, indent=indent)
    page.add_page()
    kept, top = page._height(paragraph), page.get_y()
    page._put(paragraph)
    assert page.page_no() == 1
    assert page.get_y() - top <= kept + 1e-6 or not text


@given(words=st.lists(st.text("abWi.,“é", min_size=1, max_size=9), min_size=1, max_size=60),
       width=st.floats(60, 160), size=st.sampled_from([7.8, 10.2, 17.0]),
       style=st.sampled_from(["", "B"]))
def test_lines_end_where_the_library_that_writes_them_ends_them(
    page, words, width, size, style
):
    text = " ".join(words)
    page.set_font(REGULAR.name, style, size)
    page.set_text_shaping(False)

    theirs = page.multi_cell(width, 5, text, dry_run=True, output=MethodReturnValue.LINES,
                             align=Align.L)

    ours = page._lines(text, width, width)
    assert [line.rstrip() for line in ours] == [line.rstrip() for line in theirs]


@pytest.mark.parametrize("text", ["العربية", "one\u00a0two", "co\u00adoperate", "a\nb",
                                  "one\u2009two", "one  two", "W" * 300])
def test_what_more_than_spaces_break_is_left_to_the_library(page, text):
    page.set_font(REGULAR.name, "", 10)
    assert page._lines(text, 100, 100) is None


@pytest.fixture(scope="module")
def page(write):
    made = _Page(write("drones for the police in Kenya"))
    made.add_page()
    return made
