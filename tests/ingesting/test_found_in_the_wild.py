"""What real files had in them and no file of ours: see each test."""

import io
import zipfile

import pytest
from docx import Document

from retrieval.errors import NotIngested
from retrieval.ingesting.child import extract
from retrieval.ingesting.cutting import cut
from retrieval.ingesting.limits import LIMITS
from retrieval.ingesting.pieces import Naming, words_of
from retrieval.ingesting.plain_text import decoded
from tests.ingesting.blocks import lines
from tests.ingesting.drafting import document, kept
from tests.ingesting.word import saved


@pytest.mark.parametrize(("text", "encoding"), [
    ("Los Estados deberían proteger la intimidad según la ley, y “así” lo hacen. " * 5, "cp1252"),
    ("Considérant que le mépris des droits de l’homme a conduit à la barbarie. " * 5, "cp1252"),
    ("Alle Menschen sind frei und gleich an Würde und Rechten geboren. " * 5, "cp1252"),
    ("Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. " * 5, "cp1250"),
    ("Wszyscy ludzie byli wolni i równi pod względem swej godności, a były. " * 5, "cp1250"),
    ("Все люди рождаются свободными и равными в своем достоинстве. " * 5, "cp1251"),
])
def test_an_old_encoding_is_guessed_by_what_the_words_look_like(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == (
        text, (f"The encoding was guessed as {encoding}: look at letters with accents.",))


def test_word_in_its_strict_form_is_told_from_a_damaged_file() -> None:
    made = Document()
    made.add_paragraph("Sellers ask.")
    strict = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(made))) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships"))
    with pytest.raises(NotIngested) as refused:
        extract(strict.getvalue(), "a.docx", LIMITS)
    assert str(refused.value) == (
        "This Word document was saved in the strict form of its format, which can't be read; open "
        "it in Word, choose Save As, and take “Word Document (*.docx)”.")


PAGE = """<html><body><div class="navheader"><table><tr><td><a href="p">Prev</a></td></tr></table>
</div><h1>Purchases<a class="headerlink" href="#purchases">¶</a></h1>
<div class="toc"><ul><li><a href="#a">Before the sale</a></li><li><a href="#b">After it</a></li>
</ul></div><ul class="share-links"><li><a href="s">Share on X</a></li></ul>
<h2 id="a">1. Before the sale<a href="#a">\uf0c1</a></h2><p>Sellers ask who buys.</p>
<h2 id="b">2. After it</h2><p class="toc">What a seller has promised should be kept, and whoever
relies on it should be able to say so; this paragraph has the class of contents and is none.</p>
<p>See <a href="#a">¶</a> above.</p></body></html>"""


def test_what_a_site_puts_around_a_text_is_left_out() -> None:
    extracted = extract(PAGE.encode(), "a.html", LIMITS)
    assert extracted.title == "Purchases"
    assert lines(extracted) == [
        ("heading", "Purchases"), ("heading2", "1. Before the sale"),
        ("paragraph", "Sellers ask who buys."), ("heading2", "2. After it"),
        ("paragraph", "What a seller has promised should be kept, and whoever relies on it should "
         "be able to say so; this paragraph has the class of contents and is none."),
        ("paragraph", "See ¶ above.")]


def test_chapters_of_a_manual_are_no_articles() -> None:
    read = document("""
        # Manual
        ## Chapter 1
        ### Aims
        1.1 The first aim is told here at some length, as manuals do.
        ## Chapter 2
        ### Ways
        Words on ways.
        ## Chapter 3
        ### Ends
        Words on ends.""")
    assert {piece.kind for piece in kept(read)} == {"section"}


def test_a_heading_that_comes_back_is_cited_after_the_one_above_it_however_long() -> None:
    long = "Review who is part of the transaction, distributors, resellers and agents among them"
    read = document(f"# Guide\n## {long}\n### Red Flags\nOne is told.\n"
                    "## Aims\n### Red Flags\nTwo is told.")
    assert [piece.cited for piece in cut(read, Naming("s", "Doc")) if not piece.left_out] == [
        "Doc, Review who is part of the transaction, distributors, resellers and agents among…, "
        "Red Flags", "Doc, Aims, Red Flags"]


def test_a_cover_is_left_out_and_told_why() -> None:
    read = document("# Guidance on Sales\nDepartment of Trade\n30 September 2020\n"
                    "## Purpose\nSellers ask.")
    left_out = [words_of(piece, read) for piece in cut(read, Naming("s", "Doc"))
                if piece.why == "A title or a cover: no sentence stands in it."]
    assert left_out == ["Department of Trade\n\n30 September 2020"]
    assert [p.cited for p in kept(read)] == ["Doc, Purpose"]


@pytest.mark.parametrize("text", [
    "# Products\nCameras\nInterception",
    "# Products\n* Cameras\n* Interception\n## Aims\nSell well.", "Ouch", "# A\nb\n## C\nd"])
def test_a_list_and_a_document_without_a_sentence_have_no_cover(text: str) -> None:
    read = document(text)
    assert all(p.why != "A title or a cover: no sentence stands in it."
               for p in cut(read, Naming("s", "Doc")))
    assert kept(read)
