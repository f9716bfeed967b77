"""Word documents, made by python-docx in the test; what it can't write is written by hand."""

from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from retrieval.errors import NotIngested
from retrieval.ingesting.docx import extract
from retrieval.ingesting.limits import Limits
from tests.ingesting.blocks import lines, numbers, whole
from tests.ingesting.word import (
    W,
    add_xml,
    numbered,
    numbered_document,
    rewritten,
    saved,
    with_notes,
)

LIMITS = Limits()


def test_computed_numbers_stand_in_the_text_as_word_shows_them() -> None:
    document = numbered_document()
    document.add_heading("Scope", 1)
    numbered(document, "Sellers ask.")
    numbered(document, "They write it down.", 1)
    numbered(document, "who asked;", 2)
    numbered(document, "when.", 2)
    numbered(document, "in the morning", 3)
    numbered(document, "They keep it.", 1)
    document.add_paragraph("Between.")
    numbered(document, "Buyers answer.")
    numbered(document, "In writing.", 1)
    numbered(document, "a point", 5)
    numbered(document, "A list of its own.", 0, 78)
    read = extract(saved(document), LIMITS)
    assert lines(read) == [
        ("heading", "Scope"),
        ("paragraph", "1. Sellers ask."),
        ("paragraph", "1.1 They write it down."),
        ("item3", "(a) who asked;"),
        ("item3", "(b) when."),
        ("item4", "(i) in the morning"),
        ("paragraph", "1.2 They keep it."),
        ("paragraph", "Between."),
        ("paragraph", "2. Buyers answer."),
        ("paragraph", "2.1 In writing."),
        ("item6", "a point"),
        ("paragraph", "1. A list of its own."),
    ]
    assert numbers(read) == ["", "1", "1.1", "(a)", "(b)", "(i)", "1.2", "", "2", "2.1", "", "1"]
    assert whole(read)


def test_a_numbered_paragraph_without_words_is_counted_as_word_counts_it() -> None:
    document = numbered_document()
    numbered(document, "One.")
    numbered(document, "")
    numbered(document, "Three.")
    own = f'<w:numPr {W}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'
    # Its end is hidden, was moved away or deleted: Word shows no number of these.
    for gone in ("<w:vanish/>", '<w:moveFrom w:id="1" w:author="a"/>',
                 '<w:del w:id="2" w:author="a"/>'):
        add_xml(document, f"<w:pPr>{own}<w:rPr>{gone}</w:rPr></w:pPr>")
    numbered(document, "Four.")
    table = document.add_table(2, 2)
    for row, words in zip(table.rows, ("A camera.", "A drone."), strict=True):
        row.cells[0].paragraphs[0]._p.get_or_add_pPr().append(parse_xml(own))
        row.cells[1].text = words
    assert lines(extract(saved(document), LIMITS)) == [
        ("paragraph", "1. One."), ("paragraph", "3. Three."), ("paragraph", "4. Four."),
        ("item", "5. A camera."), ("item", "6. A drone.")]


def test_headings_by_style_outline_and_bold_line() -> None:
    document = Document()
    document.core_properties.title = "A guide"
    document.core_properties.language = "en-GB"
    document.add_heading("A guide", 0)
    document.add_heading("First", 1)
    document.add_heading("Deeper", 3)
    add_xml(document, '<w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Outlined</w:t></w:r>')
    document.add_paragraph().add_run("A bold line").bold = True
    document.add_paragraph().add_run("A bold sentence ends.").bold = True
    read = extract(saved(document), LIMITS)
    assert (read.title, read.language, read.pages) == ("A guide", "en-GB", None)
    assert lines(read) == [
        ("heading", "A guide"), ("heading", "First"), ("heading3", "Deeper"),
        ("heading2", "Outlined"), ("heading9", "A bold line"),
        ("paragraph", "A bold sentence ends.")]


def test_notes_keep_their_marks_and_stand_at_the_end() -> None:
    document = Document()
    add_xml(document, '<w:r><w:t>Rights</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r>'
                      '<w:r><w:t xml:space="preserve"> and duties</w:t></w:r>'
                      '<w:r><w:footnoteReference w:id="2"/></w:r>'
                      '<w:r><w:endnoteReference w:id="1"/></w:r>')
    document.add_paragraph("After.")
    data = with_notes(saved(document), {2: "Second.", 5: "See article 12."}, {1: "At the end."})
    read = extract(data, LIMITS)
    assert lines(read) == [
        ("paragraph", "Rights¹ and duties²ⁱ"), ("paragraph", "After."),
        ("footnote", "¹ See article 12."), ("footnote", "² Second."),
        ("footnote", "ⁱ At the end.")]
    assert numbers(read)[2:] == ["1", "2", "i"]


def test_changes_are_accepted_and_told() -> None:
    document = Document()
    add_xml(document, '<w:r><w:t xml:space="preserve">Sellers </w:t></w:r>'
                      '<w:del w:id="1" w:author="x"><w:r><w:delText>may</w:delText></w:r></w:del>'
                      '<w:ins w:id="2" w:author="x"><w:r><w:t>shall</w:t></w:r></w:ins>'
                      '<w:r><w:t xml:space="preserve"> ask.</w:t></w:r>'
                      '<w:r><w:commentReference w:id="0"/></w:r>')
    add_xml(document, '<w:pPr><w:rPr><w:del w:id="3" w:author="x"/></w:rPr></w:pPr>'
                      '<w:r><w:t xml:space="preserve">One </w:t></w:r>')
    add_xml(document, "<w:r><w:t>paragraph.</w:t></w:r>")
    read = extract(saved(document), LIMITS)
    assert lines(read) == [("paragraph", "Sellers shall ask."), ("paragraph", "One paragraph.")]
    assert read.notes == (
        "Deleted words of tracked changes were left out: 1 times.",
        "Inserted words of tracked changes were taken in: 1 times.",
        "Comments were left out: 1.")


def test_fields_show_their_results_and_hyphens_their_kind() -> None:
    document = Document()
    add_xml(document, '<w:r><w:t xml:space="preserve">See </w:t></w:r>'
                      '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                      "<w:r><w:instrText> REF _Ref1 </w:instrText></w:r>"
                      '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                      "<w:r><w:instrText> PAGE </w:instrText></w:r>"
                      '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>never</w:t></w:r>'
                      '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
                      '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                      "<w:r><w:t>paragraph 4</w:t></w:r>"
                      '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
                      "<w:r><w:t>, co</w:t><w:noBreakHyphen/><w:t>operation of tech</w:t>"
                      "<w:softHyphen/><w:t>nology</w:t><w:br/><w:t>and</w:t><w:tab/><w:t>more</w:t>"
                      "</w:r>"
                      '<w:hyperlink w:anchor="x"><w:r><w:t xml:space="preserve"> linked</w:t></w:r>'
                      '</w:hyperlink><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>'
                      '<w:r><w:t xml:space="preserve"> 10</w:t></w:r><w:r><w:rPr>'
                      '<w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t></w:r>')
    read = extract(saved(document), LIMITS)
    assert read.text == "See paragraph 4, co-operation of technology and more linked 10⁶"
    assert read.notes == ("Hidden text was left out: 1 times.",)


def test_tables_columns_margins_and_boxes() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Draft of 2020"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_paragraph("First column.")
    document.add_paragraph("Second column.")
    document.sections[0]._sectPr.append(
        document.sections[0]._sectPr.makeelement(f"{{{W.split(chr(34))[1]}}}cols", {}))
    table = document.add_table(2, 2)
    for place, words in enumerate(["Year", "Sales", "2017", "12"]):
        table.cell(place // 2, place % 2).text = words
    frame = document.add_table(1, 1)
    frame.cell(0, 0).paragraphs[0].text = "Framed paragraph."
    add_xml(document, "<w:r><w:t>Beside a box.</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r>"
                      "<w:t>In the box.</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>")
    read = extract(saved(document), LIMITS)
    assert lines(read) == [
        ("paragraph", "First column."), ("paragraph", "Second column."),
        ("table", "Year | Sales"), ("table", "2017 | 12"), ("paragraph", "Framed paragraph."),
        ("paragraph", "Beside a box."), ("paragraph", "In the box."),
        ("margin", "Draft of 2020"), ("margin", "Page 1")]


def test_lists_by_style_count_and_bullets_do_not() -> None:
    document = Document()
    for words, style in [("one", "List Number"), ("two", "List Number"), ("point", "List Bullet")]:
        document.add_paragraph(words, style=style)
    read = extract(saved(document), LIMITS)
    assert lines(read) == [("item", "1. one"), ("item", "2. two"), ("item", "point")]


def test_an_entity_is_not_resolved() -> None:
    document = Document()
    document.add_paragraph("Harmless.")

    def changed(name: str, content: bytes) -> bytes:
        if name != "word/document.xml":
            return content
        text = content.decode().replace("Harmless.", "&amp;Harmless. &secret;")
        head, _, rest = text.partition("?>")
        return (f'{head}?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
                f"{rest}").encode()

    read = extract(rewritten(saved(document), changed), LIMITS)
    assert read.text == "&Harmless."


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"no archive"])
def test_what_is_no_document_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(NotIngested, match=r"^The Word document can't be opened, .* try again\.$"):
        extract(data, LIMITS)


def test_too_many_characters_are_refused_with_the_limit() -> None:
    document = Document()
    document.add_paragraph("x" * 51)
    with pytest.raises(NotIngested, match="more than 50 characters"):
        extract(saved(document), replace(LIMITS, characters=50))


def test_what_a_style_hides_is_left_out_and_told() -> None:
    document = Document()
    for name, kind in (("Secret", WD_STYLE_TYPE.PARAGRAPH), ("Aside", WD_STYLE_TYPE.CHARACTER)):
        document.styles.add_style(name, kind).font.hidden = True
    child = document.styles.add_style("Child", WD_STYLE_TYPE.PARAGRAPH)
    child.base_style = document.styles["Secret"]
    shown = document.add_paragraph("Everybody sees this")
    shown.add_run(" and nobody this", style="Aside")
    document.add_paragraph("Nobody sees this on paper.", style="Secret")
    document.add_paragraph("Nor this.", style="Child")
    document.add_paragraph("", style="Secret").add_run("This is shown again").font.hidden = False
    document.add_paragraph("", style="Secret").add_run("Twice hidden is shown", style="Aside")
    extracted = extract(saved(document), LIMITS)
    assert extracted.text == "Everybody sees this\n\nThis is shown again\n\nTwice hidden is shown"
    assert extracted.notes == ("Hidden text was left out: 3 times.",)


def test_what_is_struck_out_is_no_part_of_what_is_said() -> None:
    """A rule that was amended by hand said both, "shall may ask"."""
    document = Document()
    paragraph = document.add_paragraph("Vendors ")
    paragraph.add_run("shall ").font.strike = True
    paragraph.add_run("may").font.strike = False
    paragraph.add_run(" not").font.double_strike = True
    paragraph.add_run(" ask.")
    read = extract(saved(document), LIMITS)
    assert read.text == "Vendors may ask."
    assert read.notes == (
        "Text that is struck out was left out: 2 times. The first, after “Vendors”: “shall”.",)


def white(paragraph: Paragraph, words: str) -> None:
    paragraph.add_run(words).font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)


def shaded(holder: str, fill: str) -> Any:
    return parse_xml(f'<w:{holder} {W}><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
                     f"</w:{holder}>")


def test_what_nobody_sees_on_paper_is_left_out_and_told_with_its_words() -> None:
    """White text became provisions, and was shown as official words."""
    document = Document()
    white(document.add_paragraph("Ask who will use it."), " Or sell to anybody.")
    document.add_paragraph("Write it down.").add_run(" Or don't.").font.size = Pt(1)
    pale = document.styles.add_style("Pale", WD_STYLE_TYPE.CHARACTER)
    pale.font.color.rgb = RGBColor(0xFE, 0xFE, 0xFF)
    document.add_paragraph("Keep it.").add_run(" For a day.", style="Pale")
    white(document.add_paragraph(""), "Nothing else counts.")
    white_cell = document.add_table(1, 2).rows[0].cells
    white_cell[0].text = "Year"
    white_cell[1]._tc.insert(0, shaded("tcPr", "FFFFFF"))
    white(white_cell[1].paragraphs[0], "2017")
    read = extract(saved(document), LIMITS)
    assert lines(read) == [
        ("paragraph", "Ask who will use it."), ("paragraph", "Write it down."),
        ("paragraph", "Keep it."), ("table", "Year |")]
    assert read.notes == (
        "Text that nobody sees on paper (white or tiny) was left out: 5 times. The first, after "
        "“Ask who will use it.”: “Or sell to anybody.”.",)


def test_white_text_on_a_ground_is_read() -> None:
    document = Document()
    paragraph = document.add_paragraph("")
    paragraph._p.insert(0, shaded("pPr", "1F3864"))
    white(paragraph, "Principle 12")
    marked = document.add_paragraph("").add_run("Marked.")
    marked.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    marked.font.highlight_color = WD_COLOR_INDEX.DARK_BLUE
    head = document.add_table(1, 2).rows[0].cells
    for cell, words in zip(head, ("Year", "Number"), strict=True):
        cell._tc.insert(0, shaded("tcPr", "1F3864"))
        white(cell.paragraphs[0], words)
    striped = document.add_table(1, 2, style="Light Grid Accent 1").rows[0].cells
    for cell, words in zip(striped, ("2017", "12"), strict=True):
        white(cell.paragraphs[0], words)
    add_xml(document, "<w:r><w:pict><v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\"><v:textbox>"
            "<w:txbxContent><w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>In a box."
            "</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>")
    read = extract(saved(document), LIMITS)
    assert read.text == "Principle 12\n\nMarked.\n\nYear | Number\n\n2017 | 12\n\nIn a box."
    assert read.notes == ()
    # Nothing lies behind what text flows around: a box in its line, a picture beside it.
    white(document.add_paragraph("Seen"), " or not.")
    shape(document, "0")
    read = extract(saved(document), LIMITS)
    assert read.text.endswith("\n\nSeen")
    assert [note.partition(" was")[0] for note in read.notes if "raw" not in note] == [
        "Text that nobody sees on paper (white or tiny)"]


DRAWN = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
DARK = ('<w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute;'
        'z-index:-251658240" fillcolor="#1f3864"/></w:pict></w:r>')


def shape(document: Any, behind: str) -> None:
    add_xml(document, f'<w:r><w:drawing><wp:anchor {DRAWN} behindDoc="{behind}"/></w:drawing>'
            "</w:r>")


@pytest.mark.parametrize("ground", ["shape", "old shape", "page"])
def test_white_text_that_something_may_lie_behind_is_read_and_told(ground: str) -> None:
    document = Document()
    white(document.add_paragraph("Seen"), " or not.")
    if ground == "page":
        document.element.insert(0, parse_xml(f'<w:background {W} w:color="1F3864"/>'))
    elif ground == "shape":
        shape(document, "1")
    else:
        add_xml(document, DARK)
    read = extract(saved(document), LIMITS)
    assert read.text == "Seen or not."
    assert read.notes[:1] == (
        "White text was taken in, since something dark may lie behind it: 1 times. Look whether it "
        "can be seen. The first, after “Seen”: “or not.”.",)


def test_white_text_on_a_page_that_is_said_to_be_white_is_left_out() -> None:
    document = Document()
    white(document.add_paragraph("Seen"), " and not.")
    document.element.insert(0, parse_xml(f'<w:background {W} w:color="FFFFFF"/>'))
    assert extract(saved(document), LIMITS).text == "Seen"


def test_a_row_that_is_marked_as_hidden_is_read_as_word_shows_it_and_told() -> None:
    document = Document()
    table = document.add_table(3, 2)
    for row, words in zip(table.rows, ("Kept", "Marked", "Gone"), strict=True):
        for cell, said in zip(row.cells, (words, "1"), strict=True):
            cell.paragraphs[0].add_run(said).font.hidden = words == "Gone"
    for row in table.rows[1:]:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {W}/>"))
    read = extract(saved(document), LIMITS)
    assert lines(read) == [("table", "Kept | 1"), ("table", "Marked | 1")]
    assert read.notes == (
        "Rows of tables that are marked as hidden, and hold words that are not, were taken in: 1. "
        "Look whether they can be seen. The first, at the beginning: “Marked1”.",
        "Hidden text was left out: 2 times.")
