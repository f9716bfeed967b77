"""Reads a PDF: words with their places become pages, columns, paragraphs and footnotes.

Text that nobody sees on paper (white on white, too small, outside the page, under a dark bar) is
left out and said so: it may have been put there for a machine to read, or blacked out badly.
"""

import re
from collections.abc import Callable, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from retrieval.errors import NotIngested
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.layout.marks import Sheet
from retrieval.ingesting.layout.paragraphs import Piece
from retrieval.ingesting.layout.reading import read
from retrieval.ingesting.layout.sheets import SheetReader
from retrieval.ingesting.layout.writing import written
from retrieval.ingesting.limits import Limits

_RECOGNISE = "run text recognition (OCR) over it"

_NO_TITLE = re.compile(
    r"(?i)(microsoft (word|powerpoint) - .*|untitled.*|.*\.(docx?|pdf|indd|qxd|pptx?)|\W*)"
)

_MOST_UNKNOWN = 0.3
"""The share of letters without a meaning from which on a document can't be relied on."""


def extract(data: bytes, limits: Limits) -> Extracted:
    """What a PDF says.

    Raises:
        NotIngested: It has a password, too many pages, no text, or isn't whole.
    """
    document = _opened(data)
    count = len(document)
    if count > limits.pages:
        raise NotIngested(
            f"This PDF has {count:,} pages, and {limits.pages:,} is the most that is read; "
            "split it into parts."
        )
    if document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
        raise NotIngested(
            "This PDF is a form whose text is made by Adobe's program; print it to a PDF and add "
            "that."
        )
    sheets = _sheets(document, limits)
    pieces = read(sheets)
    text, blocks = written(pieces)
    return Extracted(
        text=text,
        blocks=blocks,
        title=_title(document, pieces),
        language=_language(document),
        pages=count,
        notes=tuple(_notes(document, sheets)),
    )


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise NotIngested(
                "This PDF has a password; save it without one and try again."
            ) from error
        raise _damaged() from error
    if len(document) == 0:
        raise _damaged()
    return document


def _damaged() -> NotIngested:
    return NotIngested(
        "This PDF can't be read, since it is damaged or not put together as it should be; "
        "open it, save it anew and try again."
    )


def _sheets(document: pdfium.PdfDocument, limits: Limits) -> list[Sheet]:
    reader = SheetReader(document)
    sheets: list[Sheet] = []
    characters = broken = 0
    for number in range(1, len(document) + 1):
        try:
            sheet = reader.read(number)
        except pdfium.PdfiumError as error:
            broken += 1
            if broken > 1 or len(document) == 1:
                raise _damaged() from error
            raise NotIngested(
                f"Page {number} of this PDF is damaged; open it, save it anew and try again."
            ) from error
        characters += sum(len(word.text) for word in sheet.panel.words)
        if characters > limits.characters:
            raise NotIngested(
                f"The document has more than {limits.characters:,} characters of text, which is "
                "the most that is read; split it into parts and add each of them."
            )
        sheets.append(sheet)
    if not characters:
        if any(sheet.pictures for sheet in sheets):
            raise NotIngested(
                f"This PDF holds pictures of text and no text; {_RECOGNISE} and add the result."
            )
        raise NotIngested(
            "This PDF shows no text; check that it is the right file, and export it again."
        )
    if sum(sheet.unknown for sheet in sheets) > _MOST_UNKNOWN * characters:
        raise NotIngested(
            "The letters of this PDF can't be told, since it doesn't say which they are; "
            f"{_RECOGNISE}, or get the document as .docx."
        )
    return sheets


def _title(document: pdfium.PdfDocument, pieces: Sequence[Piece]) -> str:
    stated = " ".join(document.get_metadata_value("Title").split())
    if stated and not _NO_TITLE.fullmatch(stated):
        return stated
    for piece in pieces:
        if piece.page.pdf != pieces[0].page.pdf:
            break
        if piece.kind is BlockKind.HEADING and piece.level == 1:
            return " ".join(" ".join(line.text for line in piece.lines).split())
    return ""


def _language(document: pdfium.PdfDocument) -> str:
    size = pdfium_c.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < size < 100:
        return ""
    buffer = pdfium_c.ctypes.create_string_buffer(size)
    pdfium_c.FPDFCatalog_GetLanguage(
        document.raw,
        pdfium_c.ctypes.cast(buffer, pdfium_c.ctypes.POINTER(pdfium_c.ctypes.c_ushort)),
        size,
    )
    return str(buffer.raw[:size].decode("utf-16-le", "ignore").rstrip("\0"))


def _notes(document: pdfium.PdfDocument, sheets: Sequence[Sheet]) -> list[str]:
    """What whoever reads the result has to know."""
    said: tuple[tuple[Callable[[Sheet], object], str], ...] = (
        (lambda sheet: sheet.pictures and not sheet.panel.words,
         f"{{}} only pictures; {_RECOGNISE} if there is text on them."),
        (lambda sheet: sheet.hidden,
         "{} text that can't be seen on paper (white, tiny or invisible), which is left out."),
        (lambda sheet: sheet.outside,
         "{} text outside the visible page, which is left out."),
        (lambda sheet: sheet.covered,
         "{} text that is blacked out, which is left out."),
        (lambda sheet: sheet.sideways,
         "{} text that runs sideways, which is left out."),
        (lambda sheet: sheet.unknown,
         "{} letters that the PDF doesn't say the meaning of, which are left out; compare the text "
         "with the document."),
        (lambda sheet: sheet.panel.from_right,
         "{} text from right to left; compare its order with the document."),
    )  # fmt: skip
    notes = []
    for holds, sentence in said:
        numbers = [n for n, sheet in enumerate(sheets, start=1) if holds(sheet)]
        if numbers:
            verb = "holds" if len(numbers) == 1 else "hold"
            notes.append(sentence.format(f"{_listed(numbers)} {verb}"))
    attached = document.count_attachments()
    if attached:
        files = "1 attached file" if attached == 1 else f"{attached} attached files"
        notes.append(f"The PDF carries {files}; nothing attached is read.")
    if pdfium_c.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        notes.append("The PDF carries a program (JavaScript), which isn't run.")
    return notes


def _listed(numbers: Sequence[int]) -> str:
    """"Page 3", "Pages 3 to 7 and 9"."""
    ranges: list[tuple[int, int]] = []
    for n in numbers:
        if ranges and ranges[-1][1] == n - 1:
            ranges[-1] = (ranges[-1][0], n)
        else:
            ranges.append((n, n))
    parts = [str(a) if a == b else f"{a} to {b}" for a, b in ranges]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Page{'s' if len(numbers) > 1 else ''} {listed}"
