"""A file is what its bytes say, and what can't be read is named."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

import docx
import fpdf
import pytest

from retrieval.errors import NotIngested
from retrieval.ingesting.kinds import Kind, kind_of
from retrieval.ingesting.limits import LIMITS, Limits


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word() -> bytes:
    out = BytesIO()
    document = docx.Document()
    document.add_paragraph("Review of end-use")
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    made = fpdf.FPDF()
    made.add_page()
    return bytes(made.output())


def refusal(data: bytes, name: str = "x", limits: Limits = LIMITS) -> str:
    with pytest.raises(NotIngested) as refused:
        kind_of(data, name, limits)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf(), "guidance.pdf", Kind.PDF),
        (b"\xef\xbb\xbf" + pdf(), "guidance.pdf", Kind.PDF),
        (word(), "guidance.docx", Kind.DOCX),
        (b"<!DOCTYPE html><html><p>Rule", "page.html", Kind.HTML),
        (b"\n<!-- saved --> <html lang=en>", "page", Kind.HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html><html/>', "page.xhtml", Kind.HTML),
        (b"# Principle 17\n\nText", "rules.md", Kind.MARKDOWN),
        ("Grundsätze".encode(), "rules.txt", Kind.TEXT),
        ("Grundsätze".encode("cp1252"), "rules.txt", Kind.TEXT),
        ("Grundsätze".encode("utf-16"), "rules.txt", Kind.TEXT),
        (b"1. Rule <b>one</b>", "rules", Kind.TEXT),
        (b"BMZ and human rights\n", "rules.txt", Kind.TEXT),
        (b"MZ: minutes of the board\n", "minutes.md", Kind.MARKDOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, name: str, kind: Kind) -> None:
    assert kind_of(data, name, LIMITS) is kind


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf(), "guidance.docx", Kind.PDF),
        (word(), "guidance.pdf", Kind.DOCX),
        (b"<html><p>Rule", "rules.md", Kind.HTML),
        (b"Rule one", "rules.pdf", Kind.TEXT),
    ],
)
def test_a_name_that_contradicts_the_bytes_counts_for_nothing(
    data: bytes, name: str, kind: Kind
) -> None:
    assert kind_of(data, name, LIMITS) is kind


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty; export it again and add the new file."),
        (b"\0 \n\0", "The file is empty; export it again and add the new file."),
        (rb"{\rtf1 Rule}", "This is a rich text file (.rtf), which can't be read; "
         "save it as .docx or PDF."),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "WordDocument".encode("utf-16-le"),
         "This is an old Word document (.doc), which can't be read; save it as .docx or PDF."),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
         "This is a document with a password, which can't be read; save it without a password."),
        (b"\x89PNG\r\n", "This is a picture, which can't be read; run text recognition (OCR) over "
         "it and save the result as PDF."),
        (b"MZ\x90", "This is a program, which can't be read; don't run it, and ask whoever sent "
         "it for the document."),
        (packed({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"}),
         "This is an Excel workbook (.xlsx), which can't be read; save what it says as PDF."),
        (packed({"[Content_Types].xml": b"x", "ppt/presentation.xml": b"x"}),
         "This is a PowerPoint file (.pptx), which can't be read; save it as PDF."),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
         "This is an OpenDocument file (.odt, .ods, .odp), which can't be read; "
         "save it as .docx or PDF."),
        (packed({"a.pdf": pdf()}), "This is a zip archive, which can't be read; unpack it and "
         "add the documents in it one by one."),
        (b"<?xml version='1.0'?><svg/>", "This is an XML file, which can't be read; "
         "save it as .docx or PDF."),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; x\n",
         "This is a web archive or a message, which can't be read; "
         "save the page as HTML only, or as PDF."),
        (b"Rule\0one", "This is neither a PDF nor a Word document, a web page, Markdown or text; "
         "save it as .docx or PDF."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_what_to_do(data: bytes, sentence: str) -> None:
    assert refusal(data) == sentence


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    parts = {"[Content_Types].xml": b"wordprocessingml", "word/document.xml": b"x"}
    sentence = (
        "This is a document with macros, which can't be read; "
        "save it as .docx (without macros) or PDF."
    )
    assert refusal(packed({**parts, "word/vbaProject.bin": b"x"}), "a.docx") == sentence
    named = {**parts, "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main"}
    assert refusal(packed(named), "a.docx") == sentence


def test_an_archive_is_counted_while_it_is_read_and_not_only_by_its_directory() -> None:
    bomb = bytearray(packed({"[Content_Types].xml": b"\0" * 5_000_000}))
    small = Limits(expanded_bytes=1024 * 1024)
    too_large = (
        "The file expands to more than 1 MB, which is the most that is read; "
        "save it without pictures, or split it into parts."
    )
    assert refusal(bytes(bomb), limits=small) == too_large
    for place in (bomb.find(b"PK\x03\x04") + 22, bomb.find(b"PK\x01\x02") + 24):
        bomb[place : place + 4] = (1000).to_bytes(4, "little")
    assert refusal(bytes(bomb), limits=small) == (
        "The file is a damaged archive; open it, save it anew and try again."
    )


@pytest.mark.parametrize("name", ["../../x.xml", "/etc/x", "a\\..\\..\\x", "C:/x"])
def test_a_part_that_reaches_outside_the_archive_is_refused(name: str) -> None:
    assert refusal(packed({name: b"x"})) == (
        "The file holds a part that points outside it, as no document should; "
        "don't open it, and ask whoever sent it for a PDF."
    )


def test_more_entries_than_the_limit_are_refused() -> None:
    assert refusal(packed({str(n): b"" for n in range(11)}), limits=Limits(entries=10)) == (
        "The file is an archive of more than 10 parts, which is the most that is read; "
        "save it anew as PDF."
    )
