"""Tells what a file is, from its bytes; the name only tells Markdown from plain text.

What can't be read is named, so that whoever uploads it knows what they have and what to do.
"""

import codecs
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from retrieval.errors import NotIngested
from retrieval.ingesting.archives import checked_archive
from retrieval.ingesting.limits import Limits


class Kind(StrEnum):
    """A kind of file that can be read, as a sentence calls it."""

    PDF = "PDF"
    DOCX = "Word document"
    HTML = "web page"
    MARKDOWN = "Markdown file"
    TEXT = "text file"


_SAVE_AS = "save it as .docx or PDF"

_RECOGNISE = "run text recognition (OCR) over it and save the result as PDF"

_UNPACK = "unpack it and add the documents in it one by one"

_MARKS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, rb"{\rtf", "a rich text file (.rtf)", _SAVE_AS),
    (0, b"%!PS", "a PostScript file", "save it as PDF"),
    (0, b"\x89PNG", "a picture", _RECOGNISE),
    (0, b"\xff\xd8\xff", "a picture", _RECOGNISE),
    (0, b"GIF8", "a picture", _RECOGNISE),
    (0, b"II*\0", "a picture", _RECOGNISE),
    (0, b"MM\0*", "a picture", _RECOGNISE),
    (0, b"BM", "a picture", _RECOGNISE),
    (8, b"WEBP", "a picture", _RECOGNISE),
    (4, b"ftyphei", "a picture", _RECOGNISE),
    (4, b"ftypavif", "a picture", _RECOGNISE),
    (4, b"ftyp", "a film", "add a written document"),
    (0, b"ID3", "a sound recording", "add a written document"),
    (0, b"MZ", "a program", "don't run it, and ask whoever sent it for the document"),
    (0, b"\x7fELF", "a program", "don't run it, and ask whoever sent it for the document"),
    (0, b"\xcf\xfa\xed\xfe", "a program", "don't run it, and ask whoever sent it for the document"),
    (0, b"#!", "a script", "don't run it, and ask whoever sent it for the document"),
    (0, b"\x1f\x8b", "an archive", _UNPACK),
    (0, b"BZh", "an archive", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "an archive", _UNPACK),
    (0, b"Rar!", "an archive", _UNPACK),
    (0, b"\xfd7zXZ", "an archive", _UNPACK),
    (257, b"ustar", "an archive", _UNPACK),
    (0, b"SQLite format 3", "a database", "export what it says as PDF"),
)
"""Where a mark stands, the mark, what the file is, and what to do."""

_WORDS_TOO = frozenset({b"BM", b"MZ", b"ID3", b"GIF8", b"BZh", b"Rar!"})
"""What a text may begin with as well, "BMZ guidance": the others hold bytes that no text has."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")

_OLE_STREAMS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "a document with a password", "save it without a password"),
    ("WordDocument", "an old Word document (.doc)", _SAVE_AS),
    ("Workbook", "an old Excel workbook (.xls)", "save what it says as PDF"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt)", "save it as PDF"),
    ("__substg1.0", "an Outlook message", "save it as PDF"),
)

_OFFICE: tuple[tuple[str, str, str], ...] = (
    ("xl/", "an Excel workbook (.xlsx)", "save what it says as PDF"),
    ("ppt/", "a PowerPoint file (.pptx)", "save it as PDF"),
    ("visio/", "a Visio drawing", "save it as PDF"),
    ("META-INF/container.xml", "an e-book (.epub)", "save it as PDF"),
    ("Index/Document.iwa", "a Pages document", _SAVE_AS),
    ("META-INF/MANIFEST.MF", "a program (.jar)", "ask whoever sent it for the document"),
)

_OPEN_DOCUMENT = ("an OpenDocument file (.odt, .ods, .odp)", _SAVE_AS)

_OPEN_DOCUMENT_FIRST = b"mimetypeapplication/vnd.oasis.opendocument"
"""How such a file has to begin, behind the head of its first entry."""

_LISTED = rb"PK\x01\x02.{42}"
"""What stands before a name in the list at the end of an archive."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LOOKED_AT = 16 * 1024

_HTML = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|title|meta|main|article|section|table|div|h[1-6]|p|ul|ol"
    r")(?=[\s>/])",
    re.IGNORECASE,
)

_XML = re.compile(r"\s*<\?xml\b")

_WEB_ARCHIVE = re.compile(r"(?:^|\n)Content-Type:\s*multipart/related", re.IGNORECASE)

_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}


def kind_of(data: bytes, name: str, limits: Limits) -> Kind:
    """What *data* is.

    Raises:
        NotIngested: It is nothing that can be read; the sentence says what it is.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise NotIngested("The file is empty; export it again and add the new file.")
    # The format allows for bytes before the head, and some programs write a byte order mark.
    if data[: len(codecs.BOM_UTF8) + 5].lstrip(codecs.BOM_UTF8 + b" \r\n").startswith(b"%PDF"):
        return Kind.PDF
    if data.startswith(_ZIP):
        return _kind_of_archive(checked_archive(data, limits))
    if data.startswith(_OLE):
        raise _is(*_of_old_office(data))
    if marked := _by_its_mark(data):
        raise _is(*marked)
    return _kind_of_text(data, name)


def recognised(data: bytes) -> tuple[str, str] | None:
    """What *data* is that can't be read, and what to do; None where its bytes don't tell.

    Nothing is opened: an archive lists its files in the clear.
    """
    if data.startswith(_OLE):
        return _of_old_office(data)
    if not data.startswith(_ZIP):
        return _by_its_mark(data)
    if _OPEN_DOCUMENT_FIRST in data[:_LOOKED_AT]:
        return _OPEN_DOCUMENT
    return next(((what, to_do) for start, what, to_do in _OFFICE
                 if re.search(_LISTED + re.escape(start.encode()), data, re.DOTALL)), None)


def _by_its_mark(data: bytes) -> tuple[str, str] | None:
    return next(((what, to_do) for place, mark, what, to_do in _MARKS
                 if data.startswith(mark, place) and not (
                     mark in _WORDS_TOO and _reads_as_text(data[:_LOOKED_AT]))), None)


def _reads_as_text(start: bytes) -> bool:
    """Whether nothing but UTF-8 stands in *start*, which may end within a character."""
    try:
        start.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
    return _NOT_IN_TEXT.search(start) is None


def _is(what: str, to_do: str) -> NotIngested:
    return NotIngested(f"This is {what}, which can't be read; {to_do}.")


def _kind_of_archive(archive: zipfile.ZipFile) -> Kind:
    names = archive.namelist()
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    lower = [name.lower() for name in names]
    if any("vbaproject" in name for name in lower) or b"macroEnabled" in types:
        raise _is("a document with macros", "save it as .docx (without macros) or PDF")
    if types and b"wordprocessingml" in types and any(n.startswith("word/") for n in names):
        return Kind.DOCX
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise _is(*_OPEN_DOCUMENT)
    for start, what, to_do in _OFFICE:
        if any(name.startswith(start) for name in names):
            raise _is(what, to_do)
    raise _is("a zip archive", _UNPACK)


def _of_old_office(data: bytes) -> tuple[str, str]:
    for stream, what, to_do in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return what, to_do
    return "a file of an old Office program", _SAVE_AS


def _kind_of_text(data: bytes, name: str) -> Kind:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if encoding in (None, "utf-8") and _NOT_IN_TEXT.search(data):
        raise NotIngested(
            "This is neither a PDF nor a Word document, a web page, Markdown or text; "
            f"{_SAVE_AS}."
        )
    # Half a character may stand at the end of what is looked at.
    start = data[:_LOOKED_AT].decode(encoding or "utf-8", errors="ignore").lstrip("\ufeff")
    if _WEB_ARCHIVE.search(start):
        raise _is("a web archive or a message", "save the page as HTML only, or as PDF")
    if _is_html(start):
        return Kind.HTML
    if _XML.match(start):
        raise _is("an XML file", _SAVE_AS)
    return Kind.MARKDOWN if PurePath(name).suffix.lower() in _MARKDOWN else Kind.TEXT


def _is_html(start: str) -> bool:
    """Whether it opens as a web page does; Markdown may have a tag within."""
    opening = re.sub(r"\A(?:\s|<\?xml.*?\?>|<!--.*?-->)+", "", start, flags=re.DOTALL)
    return _HTML.match(opening) is not None
