"""What sort of document some bytes are, judged by the bytes and not only by what they're called."""

import re
from email.message import Message
from enum import StrEnum
from urllib.parse import unquote

from retrieval.ingesting.kinds import recognised


class Form(StrEnum):
    """The sorts of documents that can be read."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


WRITTEN = frozenset({Form.HTML, Form.MARKDOWN, Form.TEXT})
"""The forms that have an encoding."""
FORMS = "a PDF, a Word document (.docx), a web page or plain text"
LONGEST_NAME = 120

_MEDIA_TYPES = {
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.HTML: "text/html",
    Form.MARKDOWN: "text/markdown",
    Form.TEXT: "text/plain",
}
_SUFFIXES = {
    Form.PDF: (".pdf",),
    Form.DOCX: (".docx",),
    Form.HTML: (".html", ".htm", ".xhtml"),
    Form.MARKDOWN: (".md", ".markdown"),
    Form.TEXT: (".txt", ".text"),
}
_OTHER = {
    "application/json": "JSON", "application/xml": "XML", "text/xml": "XML",
    "application/msword": "the old Word format (.doc)", "text/csv": "a table (CSV)",
    "application/zip": "an archive", "application/rtf": "RTF", "text/rtf": "RTF",
}
_HEAD = 1024
_WORD = re.compile(rb"word/document\d*\.xml")
"""Word on the web calls it "document2.xml"."""
_ENDS_ARCHIVE = b"PK\x05\x06"
"""Stands at the end of every archive, before whatever comment it has."""
_TABLES = (".csv", ".tsv")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Bytes that stand in no text, in whichever of the encodings of one byte a sign."""
_UNSAFE = re.compile(r"[^\w.()\- ]+")


class NoDocument(Exception):
    """Bytes that are no document we read; the message completes "It is …"."""

    def __init__(self, what: str, to_do: str = f"add {FORMS}") -> None:
        super().__init__(what)
        self.to_do = to_do


def form_of(data: bytes, declared: str = "", name: str = "") -> Form:
    """What *data* is.

    Args:
        data: The bytes of a file.
        declared: The media type that came with it, if one did.
        name: What the file is called; tells web pages and texts apart where nothing else does.

    Raises:
        NoDocument: Nothing that can be read.
    """
    declared = declared.partition(";")[0].strip().lower()
    head = data[:_HEAD]
    start = head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if not data.strip():
        raise NoDocument("empty")
    if b"%PDF-" in head and not start.startswith(b"<"):
        return Form.PDF
    if data.startswith(b"PK\x03\x04"):
        # An archive lists its files in the clear.  It is opened where a reader may break.
        if _WORD.search(data):
            return Form.DOCX
        if _ENDS_ARCHIVE not in data:
            raise NoDocument("an archive or a Word document of which the end is missing",
                             "fetch it anew, or have it sent once more, and add it whole")
        raise _no_document(data, "an archive and not a Word document")
    if declared.endswith("+json") or (declared.endswith("+xml") and "xhtml" not in declared):
        raise NoDocument(declared[:80])
    if declared in _OTHER and not (_OTHER[declared] == "XML" and _MARKUP.search(head)):
        raise NoDocument(_OTHER[declared])
    if declared == _MEDIA_TYPES[Form.PDF]:
        raise NoDocument("called a PDF and isn't one")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no_document(data, "the old Word format (.doc)")
    if start.startswith((b"{", b"[{")) and not declared.startswith("text/"):
        raise NoDocument("JSON")
    if declared in {"text/html", "application/xhtml+xml"} or (
            start.startswith(b"<") and _MARKUP.search(head)):
        return Form.HTML
    if start.startswith(b"<?xml"):
        raise NoDocument("XML")
    if _suffixed(name, Form.HTML):
        return Form.HTML
    if name.lower().endswith(_TABLES) and _is_text(data):
        # Its rows would be one paragraph, and so one provision.
        raise NoDocument(_OTHER["text/csv"], "write its rows out as Markdown or plain text, a "
                         "paragraph each, and add that")
    text = Form.MARKDOWN if _suffixed(name, Form.MARKDOWN) or "markdown" in declared else Form.TEXT
    named = text is Form.MARKDOWN or _suffixed(name, Form.TEXT)
    if declared.startswith("text/") or ((named or not declared) and _is_text(data)):
        return text
    # Called a text, and nothing else stands in it: whoever reads it guesses the encoding.
    if named and not _CONTROL.search(data):
        return text
    raise _no_document(data, declared[:80] or "of a sort that nobody here knows")


def _no_document(data: bytes, otherwise: str) -> NoDocument:
    """What *data* is by its bytes, with what to do; *otherwise* where they don't tell."""
    known = recognised(data)
    return NoDocument(otherwise) if known is None else NoDocument(*known)


def media_type_of(form: Form) -> str:
    """The media type that *form* is kept as."""
    return _MEDIA_TYPES[form]


def form_called(media_type: str) -> Form | None:
    """The form that is kept as *media_type*; None for none."""
    return next((form for form, type_ in _MEDIA_TYPES.items() if type_ == media_type), None)


def charset_in(declared: str) -> str:
    """The encoding that a media type names as a header has it; empty for none."""
    message = Message()
    message["content-type"] = re.sub(r"[\r\n]", " ", declared)
    try:
        return message.get_content_charset("")
    except (LookupError, ValueError):
        return ""


def form_by_name(name: str) -> Form | None:
    """The form that a file called *name* has by the end of that; None where it tells none."""
    return next((form for form in Form if _suffixed(name, form)), None)


def name_for(form: Form, path: str, disposition: str = "") -> str:
    """A file name for a download: what the server calls it, else the end of its address.

    It has no folder, nothing that a shell or a page could take for its own, and the ending of
    its form.
    """
    message = Message()
    message["content-disposition"] = re.sub(r"[\r\n]", " ", disposition)
    try:
        said = message.get_filename() or ""
    except (LookupError, ValueError):
        said = ""
    said = said or unquote(path.rstrip("/").rpartition("/")[2], errors="replace")
    name = _UNSAFE.sub("-", said.replace("\\", "/").rpartition("/")[2]).strip(" .-")
    name = name[:LONGEST_NAME].rstrip(" .-") or "document"
    return name if _suffixed(name, form) else name + _SUFFIXES[form][0]


def _suffixed(name: str, form: Form) -> bool:
    return name.lower().endswith(_SUFFIXES[form])


def _is_text(data: bytes) -> bool:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return False
    return True
