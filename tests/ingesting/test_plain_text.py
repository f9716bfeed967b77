"""Plain text in the encodings and shapes that it comes in."""

import io
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import NotIngested
from retrieval.guidance import Page
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.media import Form, NoDocument, form_of
from retrieval.ingesting.plain_text import extract
from tests.ingesting.blocks import lines, numbers, whole

LIMITS = Limits()

TEXT = """\
CODE OF CONDUCT
===============

Adopted in 2020, in the presence of all the members of the inter-
national board and of\tothers.

CHAPTER 1
GENERAL PROVISIONS

1.1 Scope
This Code applies to every exporter of listed items and to those who
broker their sale, as provided in
12. the annex.

Aims
----
An exporter shall know:
(a) the end-user, and whoever stands
    behind it;
(b) the end use.
  * a point
  * another
    that goes on

Purpose

It is to help.

Article 5
"""


def test_shapes_of_a_text() -> None:
    read = extract(TEXT.encode(), LIMITS)
    assert read.title == "CODE OF CONDUCT"
    assert lines(read) == [
        ("heading", "CODE OF CONDUCT"),
        ("paragraph", "Adopted in 2020, in the presence of all the members of the international "
                      "board and of others."),
        ("heading", "CHAPTER 1 GENERAL PROVISIONS"),
        ("heading2", "1.1 Scope"),
        ("paragraph", "This Code applies to every exporter of listed items and to those who "
                      "broker their sale, as provided in"),
        ("paragraph", "12. the annex."),
        ("heading2", "Aims"),
        ("paragraph", "An exporter shall know:"),
        ("item", "(a) the end-user, and whoever stands behind it;"),
        ("item", "(b) the end use."),
        ("item2", "a point"),
        ("item2", "another that goes on"),
        ("heading", "Purpose"),
        ("paragraph", "It is to help."),
        ("heading2", "Article 5"),
    ]
    assert numbers(read)[2:4] == ["CHAPTER 1", "1.1"]


def test_a_form_feed_parts_pages_and_a_lone_number_is_printed_on_one() -> None:
    read = extract(b"Cover\n\fFirst page.\n\n- iv -\n\f7\n\nSecond.\n\f", LIMITS)
    assert read.pages == 3
    assert [(b.page, b.kind.value, read.of(b)) for b in read.blocks] == [
        (Page(1), "paragraph", "Cover"),
        (Page(2, "iv"), "paragraph", "First page."), (Page(2, "iv"), "margin", "- iv -"),
        (Page(3, "7"), "paragraph", "Second."), (Page(3, "7"), "margin", "7")]


@pytest.mark.parametrize("number", ["- 3 -", "–12–", "  — 3 —", "Page 3 of 12", "3 of 12", "3/12"])
@pytest.mark.parametrize(("text", "words"), [
    ("Whoever sells looks at the\n{}\nend-user and keeps a record.\n",
     ["Whoever sells looks at the end-user and keeps a record."]),
    ("It is kept.\n\n{}\n\nIt is shown.", ["It is kept.", "It is shown."]),
    ("{}\nAll of the inter-\n{}\nnational board.", ["All of the international board."]),
])
def test_the_number_of_a_page_is_no_part_of_a_text_without_page_breaks(
    number: str, text: str, words: list[str]
) -> None:
    """It stood in the middle of a sentence of an official text."""
    read = extract(text.format(number, number).encode(), LIMITS)
    said = [(b.kind.value, read.of(b)) for b in read.blocks]
    assert [what for kind, what in said if kind == "paragraph"] == words
    assert {what for kind, what in said if kind != "paragraph"} == {" ".join(number.split())}
    assert {kind for kind, _ in said} == {"paragraph", "margin"}


@pytest.mark.parametrize("line", ["3", "- 3", "- 3 - as amended", "3.", "- 3 of them -", "§ 3"])
def test_what_may_number_a_section_or_opens_an_entry_stays(line: str) -> None:
    read = extract(f"It is kept.\n\n{line}\n\nIt is shown.".encode(), LIMITS)
    assert "margin" not in {b.kind.value for b in read.blocks}


@pytest.mark.parametrize("encoding", [
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_needs_no_guess(encoding: str) -> None:
    read = extract("Größe “à” naïve, said the State.\n".encode(encoding), LIMITS)
    assert (read.text, read.notes) == ("Größe “à” naïve, said the State.", ())


@pytest.mark.parametrize(("encoding", "words"), [
    ("cp1252", "Überprüfung der Maßnahmen für größere Häuser und Straßen, “schön” gesagt."),
    ("cp1251", "Никто не может подвергаться произвольному вмешательству в его личную жизнь."),
    ("shift_jis", "何人も、自己の私事、家族、家庭もしくは通信に対して、干渉されることはない。"),
])
def test_older_encodings_are_guessed_and_that_is_told(encoding: str, words: str) -> None:
    read = extract(words.encode(encoding), LIMITS)
    assert read.text == words
    assert read.notes[0].startswith("The encoding was guessed as ")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(NotIngested, match="bytes that no text has"):
        extract(b"\x7fELF\x00\x01\x02\x03\x00\x99", LIMITS)


def test_too_many_pages_are_refused_with_the_limit() -> None:
    with pytest.raises(NotIngested, match="3 pages, and 2 is the limit"):
        extract(b"a\fb\fc", replace(LIMITS, pages=2))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=300))
def test_every_visible_character_stays(text: str) -> None:
    read = extract(text.encode(), LIMITS)
    assert whole(read)
    assert Counter(filter(str.isalnum, read.text)) == Counter(filter(str.isalnum, text))


@given(st.lists(st.from_regex(r"[a-z]{1,12}[.]?", fullmatch=True), min_size=1, max_size=60),
       st.integers(20, 60))
def test_lines_that_were_wrapped_are_joined(words: list[str], width: int) -> None:
    wrapped, line = [], ""
    for word in words:
        if line and len(line) + 1 + len(word) > width:
            wrapped.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    read = extract("\n".join([*wrapped, line]).encode(), LIMITS)
    said = " ".join(words)
    # "v." and the like open an entry of a list, which is a block then.
    assert read.text.replace("\n\n", " ") == said


@pytest.mark.parametrize(("typed", "said"), [
    ("Ask the end-\nuser of it.", "Ask the end-user of it."),
    ("Any third-\nparty or non-\nstate actor.", "Any third-party or non-state actor."),
    ("All surveil-\nlance of infor-\nmation.", "All surveillance of information."),
    ("Infor\u00ad\nmation, and tech\u00adnology.", "Information, and technology."),
    ("Ein Daten-\nschutz-\ngesetz.", "Ein Datenschutzgesetz."),
    ("Pega-\nsus was sold.", "Pegasus was sold."),
    ("Over-\nsight, as over-sight is called here.", "Over-sight, as over-sight is called here."),
    ("From Saudi-\nArabia, 2019-\n2020.", "From Saudi-Arabia, 2019-2020."),
    ("In pre-\nand post-sale checks of vend-\nors.", "In pre- and post-sale checks of vendors."),
    ("All of it -\nand more.", "All of it - and more."),
    ("(non-\nlisted) goods", "(non-listed) goods"),
])
def test_a_hyphen_of_the_words_own_stays_where_a_line_ends_with_it(typed: str, said: str) -> None:
    """A text said "enduser", "thirdparty" and "nonstate", and that was quoted as official."""
    assert extract(typed.encode(), LIMITS).text == said


@pytest.mark.parametrize(("typed", "said"), [
    ("任何人的私生活不得\n任意干涉，", "任何人的私生活不得任意干涉，"),
    ("何人も、\n自己の私事", "何人も、自己の私事"),
    ("ทุกคนมี\nสิทธิ", "ทุกคนมีสิทธิ"),
    ("어느 누구도\n자신의", "어느 누구도 자신의"),
    ("依据UDHR\n第12条 and\nelsewhere", "依据UDHR 第12条 and elsewhere"),
])
def test_no_blank_is_put_where_a_script_has_none(typed: str, said: str) -> None:
    """Official words had a blank in the midst of them wherever a line had ended."""
    assert extract(typed.encode(), LIMITS).text == said


@pytest.mark.parametrize("name", ["latin.txt", "latin.md"])
def test_a_file_called_a_text_is_one_in_whatever_encoding_it_is(name):
    said = "Prüfung der Maßnahmen für größere Häuser.\n".encode("latin-1")
    assert form_of(said, "", name) in {Form.TEXT, Form.MARKDOWN}
    with pytest.raises(NoDocument, match="of a sort that nobody here knows"):
        form_of(said + b"\x01\x02", "", name)
    with pytest.raises(NoDocument, match="of a sort that nobody here knows"):
        form_of(said, "", "latin.bin")


def test_a_table_is_refused_by_its_name_as_it_is_by_its_media_type():
    """Added by hand it became one paragraph, so one provision, and was called "rules.csv.txt"."""
    for name in ("rules.csv", "Rules.TSV"):
        with pytest.raises(NoDocument, match="a table") as why:
            form_of(b"Rule,Text\n1,Identify the end-user\n2,Keep footage thirty days\n", "", name)
        assert "Markdown or plain text" in why.value.to_do


def test_of_a_word_document_that_came_in_part_it_is_said_that_its_end_is_missing():
    """It was "an archive and not a Word document; add … a Word document", which it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x" * 4_000)
        archive.writestr("word/document.xml", "y" * 4_000)
    with pytest.raises(NoDocument, match="end is missing"):
        form_of(made.getvalue()[:60], "", "rules.docx")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(NoDocument) as why:
        form_of(other.getvalue(), "", "a.zip")
    assert "missing" not in str(why.value)


ARTICLES = "\n\n".join(
    f"Article {n}\n{called}\n\nNo offer shall be made before the review of {called} is on record."
    for n, called in ((1, "Purpose"), (2, "Audit logs"), (3, "Remedy")))


@pytest.mark.parametrize("titled", ["Company Policy on Surveillance Sales",
                                    "Politique de société — édition 2"])
def test_a_document_is_called_by_its_title_and_not_by_its_first_article(titled: str) -> None:
    read = extract(f"{titled}\n\n{ARTICLES}\n".encode(), LIMITS)
    assert read.title == titled


@pytest.mark.parametrize("before", ["", "This text is in force since the first of May.\n\n"])
def test_a_document_without_a_title_is_not_called_by_one_of_its_articles(before: str) -> None:
    """The name of its file is the better one: any two texts have an Article 1."""
    assert extract((before + ARTICLES).encode(), LIMITS).title == ""


def test_a_numbered_heading_over_all_others_is_a_title() -> None:
    read = extract(b"CHAPTER 3: EXPORTS\n\n" + ARTICLES.encode(), LIMITS)
    assert read.title == "CHAPTER 3: EXPORTS"
