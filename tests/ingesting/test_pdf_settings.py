"""How a page is set: contents, running heads, tables over pages, columns, other scripts."""

from importlib.resources import files
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.layout.direction import Letter, words_of
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.pieces import Naming
from tests.ingesting.blocks import lines
from tests.ingesting.paper import CONTRACT, REPORTS, REVIEW, Paper

FILES = Path(__file__).parent / "lookalikes" / "files"


def read(data: bytes) -> Extracted:
    return extract(data, "a.pdf", LIMITS)


def said(extracted: Extracted, kind: BlockKind) -> list[str]:
    return [extracted.of(block) for block in extracted.blocks if block.kind is kind]


def test_hebrew_is_read_from_the_right_with_its_numbers_names_and_brackets() -> None:
    extracted = read((FILES / "hebrew.pdf").read_bytes())
    assert lines(extracted) == [
        ("heading", "ההכרזה על זכויות"),
        ("heading2", "סעיף א"),
        ("paragraph", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה "
         "ובמצפון (ראו החלטה 217 של האו״ם), לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה."),
        ("heading2", "סעיף ב"),
        ("paragraph", "כל אדם זכאי לזכויות ולחרויות, ללא הפליה כלשהי מטעמי גזע, צבע, מין, לשון, "
         "דת, דעה פוליטית או דעה בבעיות אחרות, לרבות Human Rights Watch כפי שפורסם בשנת 2019."),
        ("item", "1. סעיף קטן ראשון של ההכרזה."),
        ("item", "2. סעיף קטן שני של ההכרזה."),
        ("margin", "1"),
    ]
    kept = [piece.cited for piece in cut(extracted, Naming("s", "D")) if not piece.left_out]
    assert kept == ["D, Article 1", "D, Article 2"]


def test_arabic_is_read_with_its_joined_letters() -> None:
    extracted = read((FILES / "arabic.pdf").read_bytes())
    assert lines(extracted) == [
        ("heading", "الإعلان العالمي"),
        ("heading2", "المادة ١"),
        ("paragraph", "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق، وقد وهبوا عقلا وضميرا "
         "وعليهم أن يعامل بعضهم بعضا بروح الإخاء (انظر القرار ٢١٧)."),
        ("heading2", "المادة ٢"),
        ("paragraph", "لكل إنسان حق التمتع بكافة الحقوق والحريات الواردة في هذا الإعلان، دون أي "
         "تمييز، كالتمييز بسبب العنصر أو اللون أو الجنس أو اللغة أو الدين، وفقا لقرار A/RES/217 "
         "لعام 1948."),
        ("margin", "1"),
    ]


def test_lines_of_a_script_without_blanks_are_joined_without_one() -> None:
    said = ("何人も、自己の私事、家族、家庭もしくは通信に対して、ほしいままに干渉され、"
            "又は名誉及び信用に対して攻撃を受けることはない。"
            "人はすべて、このような干渉又は攻撃に対して法の保護を受ける権利を有する。")
    paper = FPDF()
    paper.add_page()
    font = files("noto_cjk_sans_jp_regular") / "NotoSansCJKjp-Regular.otf"
    paper.add_font("cjk", fname=str(font))
    paper.set_font("cjk", size=12)
    paper.multi_cell(90, 8, said, align="L")
    assert read(bytes(paper.output())).text == said


def placed(words: list[str]) -> list[Letter]:
    """Words, each as it is read, set from right to left, and kept as they stand from the left."""
    letters: list[Letter] = []
    x = 1000.0
    for word in words:
        latin = word.isascii()
        x -= 10.0 * len(word)
        for n, sign in enumerate(word if latin else reversed(word)):
            letters.append(Letter(sign, len(letters), x + 10 * n, x + 10 * n + 10, 50.0, 12.0))
        x -= 5.0
    return letters


HEBREW = st.text("אבגדהוזחט", min_size=1, max_size=8)


@given(st.lists(st.one_of(HEBREW, st.from_regex(r"[1-9][0-9]{0,4}", fullmatch=True)),
                min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_words_come_in_the_order_of_reading_however_the_file_keeps_them(
    words: list[str], chance: object
) -> None:
    letters = placed(words)
    chance.shuffle(letters)  # type: ignore[attr-defined]
    assert ["".join(one.sign for one in word) for word in words_of(letters)] == words


def test_small_capitals_ordinals_ligatures_and_short_columns() -> None:
    extracted = read((FILES / "typography.pdf").read_bytes())
    texts = [extracted.of(block) for block in extracted.blocks]
    assert texts[1] == (
        "The Special Rapporteur said on the 21st of May that effective, efficient and final "
        "waffles affect officials. The first office flew.")
    assert said(extracted, BlockKind.TABLE) == []
    assert texts[2:] == [
        "Ask first.", "Then look.", "Then write. Then wait.",
        "Then answer. Then file. Then close. At last rest.", "Long words",
        "Long words are parted where a page ends, and nothing else may be lost there: the "
        "surveillance of assemblies is one of them, and surveillance of the press another.",
        "1", "2"]


def test_a_table_of_contents_with_page_numbers_far_to_the_right_is_left_out() -> None:
    made = Paper(foot=str)
    made.add_page()
    made.heading("Contents")
    titles = ["Purpose", "Background", "What sellers ask", "What buyers say", "Safeguards",
              "Sources"]
    for n, title in enumerate(titles, 1):
        dots = " ." * round((150 - made.get_string_width(title)) / made.get_string_width(" ."))
        made.cell(170, 6, title + dots)
        made.cell(20, 6, str(n + 1), align="R", new_x="LMARGIN", new_y="NEXT")
    for title in titles:
        made.add_page()
        made.heading(title)
        made.paragraph(REVIEW * 3)
    extracted = read(made.bytes())
    pieces = cut(extracted, Naming("s", "Guide"))
    assert [p.cited for p in pieces if not p.left_out] == [
        f"Guide, {title}, p. {n + 1}" for n, title in enumerate(titles, 1)]
    listed = [p.pinpoint for p in pieces if p.why == "A line of the table of contents."]
    assert listed == ["Guide, table of contents, p. 1"] * len(titles)


def test_running_heads_that_name_each_section_are_margins_and_tell_the_page() -> None:
    names = ["Aims", "Buyers", "Laws", "Contracts", "Reports", "Remedies", "Sources", "Ends"]
    made = Paper(head=lambda n: f"{names[n - 1]} of the guidance   {n + 10}")
    for n in range(8):
        made.add_page()
        made.paragraph(f"Text {n} begins here. " + REVIEW * 2)
    extracted = read(made.bytes())
    assert said(extracted, BlockKind.MARGIN) == [
        f"{name} of the guidance {n}" for n, name in enumerate(names, 11)]
    assert [block.page.printed for block in extracted.blocks] == [
        str(n) for n in range(11, 19) for _ in range(2)]


def test_a_heading_of_the_text_that_opens_several_pages_is_no_running_head() -> None:
    made = Paper(head=lambda _: "Guidance on sales", foot=str)
    for n in range(4):
        made.add_page()
        made.set_font("Times", "BI", 11)
        made.cell(0, 6, "Commentary", new_x="LMARGIN", new_y="NEXT")
        made.set_font("Times", size=11)
        made.paragraph(f"Part {n} is explained. " + REVIEW * 6)
        made.set_font("Times", "BI", 11)
        made.cell(0, 6, "Commentary", new_x="LMARGIN", new_y="NEXT")
        made.set_font("Times", size=11)
        made.paragraph(REPORTS)
    assert said(read(made.bytes()), BlockKind.HEADING) == ["Commentary"] * 8


def test_a_heading_below_two_columns_stands_before_the_text_that_it_heads() -> None:
    made = Paper()
    made.set_auto_page_break(False)
    made.add_page()
    for x, text in ((10, REVIEW), (110, REPORTS)):
        made.set_xy(x, 20)
        made.multi_cell(85, 5, text * 2, align="J")
    made.set_xy(10, 75)
    made.set_font("Times", "B", 11)
    made.cell(60, 6, "What contracts say")
    made.set_font("Times", size=11)
    made.set_xy(10, 83)
    made.multi_cell(190, 5, CONTRACT * 3, align="L")
    assert lines(read(made.bytes())) == [
        ("paragraph", (REVIEW * 2).strip()), ("paragraph", (REPORTS * 2).strip()),
        ("heading", "What contracts say"), ("paragraph", (CONTRACT * 3).strip())]


def test_columns_of_short_sentences_are_no_table() -> None:
    made = Paper()
    made.add_page()
    for one, other in (("Ask who buys.", "Look at the law."), ("Ask what for.", "Write it down."),
                       ("Ask who decides.", "Let others read."), ("Ask again.", "Then wait.")):
        made.cell(70, 6, one)
        made.cell(70, 6, other, new_x="LMARGIN", new_y="NEXT")
    assert said(read(made.bytes()), BlockKind.TABLE) == []


def test_a_table_whose_head_comes_back_on_the_next_page_says_it_once() -> None:
    made = Paper()
    made.add_page()
    made.set_y(230)
    rows = [("Product", "Risk"), *((f"Product {n}", f"Persons {n} are followed")
                                   for n in range(1, 9))]
    with made.table(repeat_headings=1) as table:
        for row in rows:
            table.row(row)
    extracted = read(made.bytes())
    assert extracted.pages == 2
    assert said(extracted, BlockKind.TABLE) == [" | ".join(row) for row in rows]
    assert said(extracted, BlockKind.MARGIN) == ["Product | Risk"]


def test_an_address_parted_at_a_line_end_is_whole() -> None:
    made = Paper()
    made.add_page()
    made.multi_cell(90, 5, "It is told at https://www.example.org/documents/reports/\n"
                    "2019/surveillance.pdf and elsewhere.", align="L")
    assert read(made.bytes()).text == (
        "It is told at https://www.example.org/documents/reports/2019/surveillance.pdf and "
        "elsewhere.")


@pytest.mark.parametrize("text", ["3. Sellers should ask who buys the product and what for.",
                                  "4. Sellers should:"])
def test_a_bold_numbered_sentence_is_no_heading(text: str) -> None:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW * 2)
    made.set_font("Times", "B", 11)
    made.paragraph(text)
    made.set_font("Times", size=11)
    made.paragraph(REPORTS * 2)
    kind = {words: kind for kind, words in lines(read(made.bytes()))}[text]
    assert kind == ("paragraph" if len(text.split()) > 6 else "heading")


@pytest.mark.parametrize("word", ["Artikel", "Artículo", "Principe", "Článek"])
def test_units_of_other_languages_are_headings_by_their_word(word: str) -> None:
    made = Paper()
    made.add_page()
    made.add_font("DejaVu", fname="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    for n in (1, 2, 3):
        made.set_font("DejaVu", size=11)
        made.paragraph(f"{word} {n}")
        made.set_font("Times", size=11)
        made.paragraph(REVIEW)
    extracted = read(made.bytes())
    assert said(extracted, BlockKind.HEADING) == [f"{word} {n}" for n in (1, 2, 3)]
