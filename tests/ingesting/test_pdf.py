"""A PDF comes back as its text in the order of reading, and each stretch as what it is."""

import random
from io import BytesIO
from string import ascii_lowercase

import fpdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.ingesting.extracted import Page
from tests.ingesting.paper import CONTRACT, REPORTS, REVIEW, Paper, columns
from tests.ingesting.pdf_read import E, F, H, M, P, T, read, squeezed, told


def test_two_columns_are_read_one_after_the_other_with_headings_across_them_in_between() -> None:
    made = Paper()
    made.set_auto_page_break(False)
    made.add_page()

    def block(x: float, y: float, text: str) -> None:
        made.set_xy(x, y)
        made.multi_cell(85, 5, text, align="J")

    made.set_xy(10, 15)
    made.heading("The review before the sale")
    block(10, 30, REVIEW * 3)
    block(110, 30, REPORTS * 3)
    made.set_xy(10, 120)
    made.heading("What the contract says across both columns of the page")
    # Drawn right column first, as some programs do.
    block(110, 135, REVIEW * 2)
    block(10, 135, CONTRACT * 3)
    assert told(read(made.bytes())) == [
        (H, "The review before the sale"),
        (P, (REVIEW * 3).strip()),
        (P, (REPORTS * 3).strip()),
        (H, "What the contract says across both columns of the page"),
        (P, (CONTRACT * 3).strip()),
        (P, (REVIEW * 2).strip()),
    ]


def test_headers_and_footers_are_margins_and_give_each_page_its_printed_number() -> None:
    romans = ["i", "ii", "iii", "iv"]
    made = Paper(
        head=lambda n: "Guidance on surveillance" if n % 2 else "Department of State",
        foot=lambda n: romans[n - 1] if n <= 4 else f"{n - 4}",
    )
    for n in range(8):
        made.add_page()
        made.paragraph(f"Principle {n + 1} opens here. " + REVIEW * 3)
    extracted = read(made.bytes())
    assert extracted.pages == 8
    pages = [block.page for block in extracted.blocks if block.kind is P]
    printed = [*romans, "1", "2", "3", "4"]
    assert pages == [Page(n + 1, p) for n, p in enumerate(printed)]
    margins = [text for kind, text in told(extracted) if kind is M]
    assert margins == [
        text for n, p in enumerate(printed)
        for text in ("Department of State" if n % 2 else "Guidance on surveillance", p)
    ]  # fmt: skip
    paragraphs = [text for kind, text in told(extracted) if kind is P]
    text = (REVIEW * 3).strip()
    assert paragraphs == [f"Principle {n + 1} opens here. {text}" for n in range(8)]


def test_headings_that_open_every_page_are_no_running_header() -> None:
    made = Paper(foot=str)
    for n in range(4):
        made.add_page()
        made.heading(f"Principle {n * n + 17}")
        made.paragraph(REVIEW)
    extracted = read(made.bytes())
    headings = [(b.number, extracted.of(b)) for b in extracted.blocks if b.kind is H]
    assert headings == [(f"Principle {n}", f"Principle {n}") for n in (17, 18, 21, 26)]


def test_footnotes_follow_the_text_of_their_page_and_their_marks_stay_raised() -> None:
    made = Paper(foot=str)
    for page in range(2):
        made.add_page()
        made.write(5, "The seller looks at the record of the end-user")
        made.char_vpos = "SUP"
        made.write(5, f"{page + 1}")
        made.char_vpos = "LINE"
        made.write(5, " and at the laws of the place.")
        made.ln(8)
        made.paragraph(REPORTS * 4)
        made.set_y(-45)
        made.set_font("Times", size=8)
        made.multi_cell(
            0, 4, f"{page + 1} See the report of 2019, which the second chapter sums up; the "
            "figures in it were gathered by hand over some years and are not complete.",
            new_x="LMARGIN", new_y="NEXT",
        )  # fmt: skip
        made.set_font("Times", size=11)
    extracted = read(made.bytes())
    note = (
        " See the report of 2019, which the second chapter sums up; the figures in it were "
        "gathered by hand over some years and are not complete."
    )
    lines = [
        (kind, text, block.page)
        for block, (kind, text) in zip(extracted.blocks, told(extracted), strict=True)
    ]
    assert lines == [
        part
        for n, raised in ((1, "¹"), (2, "²"))
        for part in (
            (P, f"The seller looks at the record of the end-user{raised} and at the laws of the "
             "place.", Page(n, str(n))),
            (P, (REPORTS * 4).strip(), Page(n, str(n))),
            (F, f"{n}{note}", Page(n, str(n))),
            (M, str(n), Page(n, str(n))),
        )
    ]  # fmt: skip
    assert [b.number for b in extracted.blocks if b.kind is F] == ["1", "2"]


def test_numbers_of_paragraphs_entries_and_headings_are_told() -> None:
    made = Paper()
    made.add_page()
    made.heading("II. Due diligence", 15)
    made.heading("Article 12", 13)
    made.paragraph("12. " + REVIEW)
    made.paragraph("13. " + REPORTS)
    for mark, text in (("(a)", REVIEW), ("(b)", CONTRACT)):
        made.set_x(20)
        made.multi_cell(0, 5, f"{mark} {text}", align="L", new_x="LMARGIN", new_y="NEXT")
    made.ln(3)
    made.paragraph("§ 4.2 " + CONTRACT)
    extracted = read(made.bytes())
    assert [(b.kind, b.number, b.level) for b in extracted.blocks] == [
        (H, "II", 1), (H, "Article 12", 2), (P, "12", 0), (P, "13", 0),
        (E, "(a)", 1), (E, "(b)", 1), (P, "§ 4.2", 0),
    ]  # fmt: skip
    assert [text for _, text in told(extracted)] == [
        "II. Due diligence", "Article 12", f"12. {REVIEW}".strip(), f"13. {REPORTS}".strip(),
        f"(a) {REVIEW}".strip(), f"(b) {CONTRACT}".strip(), f"§ 4.2 {CONTRACT}".strip(),
    ]  # fmt: skip


def test_a_number_within_a_sentence_begins_nothing() -> None:
    text = "It follows from what the States agreed to in Article 12 of the Covenant and from its "
    for width in range(40, 120, 7):
        made = Paper()
        made.add_page()
        made.multi_cell(width, 5, (text * 3).strip() + " end.", align="L")
        extracted = read(made.bytes())
        assert told(extracted) == [(P, (text * 3).strip() + " end.")], width


def test_bullets_are_entries() -> None:
    made = Paper()
    made.set_font("Helvetica", size=11)
    made.add_page()
    for text in (REVIEW, REPORTS):
        made.set_x(15)
        made.cell(5, 5, "-")
        made.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    assert told(read(made.bytes())) == [(E, f"- {REVIEW}".strip()), (E, f"- {REPORTS}".strip())]


def test_a_table_comes_row_by_row() -> None:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW)
    rows = [
        ("Product", "Risk", "Safeguard"),
        ("Camera with recognition of faces", "Persons are followed", "Keep no faces"),
        ("Interception", "Lawyers are listened to", "Log each use, and let a court read the log"),
    ]
    with made.table() as table:
        for row in rows:
            table.row(row)
    made.ln(5)
    made.paragraph(REPORTS)
    assert told(read(made.bytes())) == [
        (P, REVIEW.strip()), *((T, " | ".join(row)) for row in rows), (P, REPORTS.strip()),
    ]  # fmt: skip


def test_a_table_without_lines_comes_row_by_row() -> None:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW)
    rows = [("Kenya", "2019", "refused"), ("Ghana", "2020", "granted"), ("Peru", "2021", "open"),
            ("Chile", "2022", "refused")]  # fmt: skip
    for row in rows:
        for cell in row:
            made.cell(55, 6, cell)
        made.ln()
    made.ln(5)
    made.paragraph(REPORTS)
    assert told(read(made.bytes())) == [
        (P, REVIEW.strip()), *((T, " | ".join(row)) for row in rows), (P, REPORTS.strip()),
    ]  # fmt: skip


def sheet_of_two(pages: int) -> bytes:
    """Printed pages two by two on broad sheets."""
    made = fpdf.FPDF(orientation="L", format="A4")
    made.set_auto_page_break(False)
    for n in range(pages):
        if n % 2 == 0:
            made.add_page()
        x = 12 if n % 2 == 0 else 160
        made.set_font("Times", size=9)
        made.set_xy(x, 8)
        made.cell(125, 5, "Surveillance and human rights", align="L")
        made.set_font("Times", size=11)
        made.set_xy(x, 20)
        made.multi_cell(125, 5, f"Page {n} begins. " + REVIEW * 2, align="J")
        made.set_font("Times", size=9)
        made.set_xy(x, 198)
        made.cell(125, 5, str(n + 7), align="C")
    return bytes(made.output())


def test_two_printed_pages_on_a_sheet_are_two_pages() -> None:
    extracted = read(sheet_of_two(6))
    assert extracted.pages == 3
    assert [
        (block.page, extracted.of(block)) for block in extracted.blocks if block.kind is P
    ] == [
        (Page(n // 2 + 1, str(n + 7)), f"Page {n} begins. " + (REVIEW * 2).strip())
        for n in range(6)
    ]
    assert [text for kind, text in told(extracted) if kind is M] == [
        text for n in range(6) for text in ("Surveillance and human rights", str(n + 7))
    ]


def test_two_columns_on_a_broad_sheet_stay_one_page() -> None:
    made = fpdf.FPDF(orientation="L", format="A4")
    made.set_font("Times", size=11)
    for n in range(2):
        made.add_page()
        for x, text in ((12, REVIEW), (160, REPORTS)):
            made.set_xy(x, 20)
            made.multi_cell(125, 5, text * 3, align="J")
        made.set_xy(12, 185)
        made.cell(273, 5, str(n + 1), align="R")
    extracted = read(bytes(made.output()))
    assert [block.page for block in extracted.blocks if block.kind is P] == [
        Page(1, "1"), Page(1, "1"), Page(2, "2"), Page(2, "2"),
    ]  # fmt: skip


def test_a_paragraph_goes_on_over_a_page_and_the_page_says_where_it_began() -> None:
    made = Paper(head=lambda _: "Guidance", foot=str)
    made.add_page()
    made.ln(200)
    made.paragraph((REVIEW * 10).strip(), "J")
    made.paragraph(REPORTS)
    extracted = read(made.bytes())
    assert [(b.page, extracted.of(b)) for b in extracted.blocks if b.kind is P] == [
        (Page(1, "1"), (REVIEW * 10).strip()), (Page(2, "2"), REPORTS.strip()),
    ]  # fmt: skip


def test_a_word_parted_at_a_line_end_is_whole_and_a_hyphen_of_its_own_stays() -> None:
    made = Paper()
    made.add_page()
    lines = (
        "The state-owned company sells surveil-", "lance to buyers who are state-",
        "owned too, and a Blorxen-", "heim firm does likewise since 2019-",
        "2020. Blorxenheim is a place; well-", "known it is not, and its cus-", "tomers are few.",
    )  # fmt: skip
    for line in lines:
        made.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    assert told(read(made.bytes())) == [
        (P, "The state-owned company sells surveillance to buyers who are state-owned too, and a "
         "Blorxenheim firm does likewise since 2019-2020. Blorxenheim is a place; well-known it "
         "is not, and its customers are few.")
    ]  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_turned_reads_the_same(turn: int) -> None:
    made = Paper()
    made.add_page()
    made.set_xy(10, 20)
    made.multi_cell(80, 5, REVIEW, align="L")
    made.set_xy(110, 20)
    made.multi_cell(80, 5, REPORTS, align="L")
    writer = pypdf.PdfWriter(clone_from=BytesIO(made.bytes()))
    page = writer.pages[0]
    page.add_transformation(pypdf.Transformation().rotate(turn).translate(
        *{0: (0, 0), 90: (842, 0), 180: (595, 842), 270: (0, 595)}[turn]))  # fmt: skip
    if turn in {90, 270}:
        page.mediabox = pypdf.generic.RectangleObject((0, 0, 842, 595))
    page.rotate(turn)
    out = BytesIO()
    writer.write(out)
    assert told(read(out.getvalue())) == [(P, REVIEW.strip()), (P, REPORTS.strip())]


def test_a_title_and_a_language_are_what_the_document_states() -> None:
    made = Paper()
    made.set_title("Guidance for sellers")
    made.set_lang("en")
    made.add_page()
    made.heading("Another title on the page")
    made.paragraph(REVIEW)
    extracted = read(made.bytes())
    assert (extracted.title, extracted.language) == ("Guidance for sellers", "en")
    made = Paper()
    made.set_title("Microsoft Word - final2.doc")
    made.add_page()
    made.heading("The title on the page")
    made.paragraph(REVIEW)
    assert read(made.bytes()).title == "The title on the page"


_WORD = st.text("abcdefghiklmnoprstuvwz", min_size=1, max_size=11)
# Columns of a few short words each are a table to everybody.
_PARAGRAPH = st.lists(_WORD, min_size=40, max_size=90).map(
    lambda words: " ".join(words).capitalize() + "."
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    paragraphs=st.lists(_PARAGRAPH, min_size=4, max_size=20),
    count=st.integers(1, 3),
    align=st.sampled_from(["L", "J"]),
    size=st.sampled_from([8, 10, 11]),
)
def test_paragraphs_in_columns_come_back_in_order_word_for_word(
    paragraphs: list[str], count: int, align: str, size: float
) -> None:
    extracted = read(columns(paragraphs, count, size, align))
    assert squeezed(extracted.text) == squeezed("".join(paragraphs))
    assert {block.kind for block in extracted.blocks} <= {P}


@pytest.mark.parametrize("seed", [12, 22, 137, 232, 244])
def test_gaps_of_justified_rows_that_chance_to_end_at_one_place_are_no_gutter(seed: int) -> None:
    """In each of these pages three rows or more have such gaps within a point of each other."""
    rng = random.Random(seed)
    paragraphs = [
        " ".join("".join(rng.choices(ascii_lowercase, k=rng.randint(1, 11))) for _ in range(50))
        for _ in range(7)
    ]
    assert squeezed(read(columns(paragraphs, 3, 11)).text) == squeezed("".join(paragraphs))
