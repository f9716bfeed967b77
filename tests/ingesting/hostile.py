"""What becomes of hostile files, as a table.

`python -m tests.ingesting.hostile` reads each in a process of its own, so that its costs are its
own, and writes `docs/hostile-files.md`.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import NotIngested
from retrieval.ingesting.apart import read_document
from retrieval.ingesting.html import STYLES_UNREAD
from retrieval.ingesting.limits import Limits
from tests.ingesting import hostile_files as files
from tests.ingesting.paper import REVIEW

LIMITS = Limits(cpu_seconds=10, wall_seconds=60)
"""The defaults but for the time, so that nobody waits long for what is endless."""

_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Case:
    """A file, and what is to become of it."""

    what: str
    make: Callable[[str], bytes]
    name: str
    outcome: str
    """The sentence it is refused with; or the words that are read out of it."""
    read: bool = False
    notes: tuple[str, ...] = ()


_EMPTY = "The file is empty; export it again and add the new file."
_BROKEN = (
    "Reading this file made its reader break off, so it is damaged or was made to do harm; "
    "if you trust where it came from, open it, save it anew and try again."
)
_EXPANDS = (
    "The file expands to more than 100 MB, which is the most that is read; "
    "save it without pictures, or split it into parts."
)
_DAMAGED_ZIP = "The file is a damaged archive; open it, save it anew and try again."
_DAMAGED_PDF = (
    "This PDF can't be read, since it is damaged or not put together as it should be; "
    "open it, save it anew and try again."
)
_ZIP = (
    "This is a zip archive, which can't be read; "
    "unpack it and add the documents in it one by one."
)
_DAMAGED_WORD = (
    "The Word document can't be opened, so it is damaged or of another kind; "
    "open it in Word, save it as .docx and try again."
)
_NO_WEB_TEXT = "There is no text in this web page; check that it is the right file."
_NO_TEXT = "This PDF shows no text; check that it is the right file, and export it again."
_OUTSIDE = (
    "The file holds a part that points outside it, as no document should; "
    "don't open it, and ask whoever sent it for a PDF."
)
_UNKNOWN = (
    "This is neither a PDF nor a Word document, a web page, Markdown or text; "
    "save it as .docx or PDF."
)
_PROGRAM = (
    "This is a program, which can't be read; "
    "don't run it, and ask whoever sent it for the document."
)
_WORDS = "Few words"
_WESTERN = "Grundsätze für Verkäufer: Prüfung, Überwachung und Bürgschaft gehören zum Geschäft."
_REVIEW = REVIEW.strip()


def _fixed(data: bytes) -> Callable[[str], bytes]:
    return lambda _: data


CASES: tuple[Case, ...] = (
    Case("no bytes at all", _fixed(b""), "a.pdf", _EMPTY),
    Case("1 MB of zeros", _fixed(bytes(1024 * 1024)), "a.pdf", _EMPTY),
    Case("text with NUL bytes", _fixed(b"Few\0words"), "a.txt", _UNKNOWN),
    Case("text in UTF-16", _fixed(_WORDS.encode("utf-16")), "a.txt", _WORDS, read=True),
    Case("text that is no UTF-8", _fixed(_WESTERN.encode("cp1252")), "a.txt", _WESTERN, read=True),
    Case("19 MB of text in one line", files.text_in_one_line, "a.txt",
         "The document has more than 12,000,000 characters, which is the limit; split it, or raise "
         "the limit."),
    Case("rich text", _fixed(rb"{\rtf1 Few words}"), "a.docx",
         "This is a rich text file (.rtf), which can't be read; save it as .docx or PDF."),
    Case("a program called .pdf", _fixed(b"MZ" + bytes(1000)), "a.pdf", _PROGRAM),
    Case("a picture of 100,000 by 100,000 dots", files.picture_bomb, "a.png",
         "This is a picture, which can't be read; run text recognition (OCR) over it and save the "
         "result as PDF."),
    Case("gzip of 100 MB", files.packed_bomb, "a.gz",
         "This is an archive, which can't be read; unpack it and add the documents in it one by "
         "one."),
    Case("a good PDF called ../../x.pdf", lambda _: files.good_pdf(), "../../x.pdf", _REVIEW,
         read=True),
    Case("PDF, stream that expands to 1 GB", files.pdf_stream_bomb, "a.pdf", _BROKEN),
    Case("PDF, stream packed twice, 200 MB", files.pdf_stream_bomb_twice_packed, "a.pdf", _NO_TEXT),
    Case("PDF, 240,000 words in one place", files.pdf_endless_letters, "a.pdf", "abc def",
         read=True),
    Case("PDF, page tree that goes in a circle", files.pdf_page_tree_circle, "a.pdf",
         "Page 1 of this PDF is damaged; open it, save it anew and try again."),
    Case("PDF, table of objects that points at itself", files.pdf_table_points_at_itself, "a.pdf",
         _REVIEW, read=True),
    Case("PDF, 450,000 objects in 18 MB", files.pdf_million_objects, "a.pdf", _WORDS, read=True),
    Case("PDF, cut short", files.pdf_truncated, "a.pdf", _DAMAGED_PDF),
    Case("PDF that claims a billion pages", files.pdf_claims_a_billion_pages, "a.pdf",
         _DAMAGED_PDF),
    Case("PDF of 3,000 pages", files.pdf_three_thousand_pages, "a.pdf",
         "This PDF has 3,000 pages, and 2,000 is the most that is read; split it into parts."),
    Case("PDF, arrays nested 100,000 deep", files.pdf_nested_arrays, "a.pdf", _DAMAGED_PDF),
    Case("PDF, form that shows itself", files.pdf_form_within_itself, "a.pdf", _WORDS, read=True),
    Case("PDF, picture of 60,000 by 60,000 dots", files.pdf_huge_picture, "a.pdf",
         "This PDF holds pictures of text and no text; run text recognition (OCR) over it and add "
         "the result."),
    Case("PDF with a script and a launch of a shell", files.pdf_with_actions, "a.pdf", _WORDS,
         read=True, notes=("The PDF carries a program (JavaScript), which isn't run.",)),
    Case("PDF, page that lies at an address", files.pdf_stream_in_another_file, "a.pdf", _NO_TEXT),
    Case("PDF with a program attached", files.pdf_with_attachment, "a.pdf", _REVIEW, read=True,
         notes=("The PDF carries 1 attached file; nothing attached is read.",)),
    Case("PDF with a password", files.pdf_with_password, "a.pdf",
         "This PDF has a password; save it without one and try again."),
    Case("PDF and zip in one, PDF first", files.pdf_and_zip, "a.pdf", _REVIEW, read=True),
    Case("PDF and zip in one, zip first", files.zip_and_pdf, "a.pdf", _ZIP),
    Case("zip that expands to 150 MB", files.zip_bomb, "a.docx", _EXPANDS),
    Case("zip within zip within zip", files.zip_bomb_nested, "a.docx", _ZIP),
    Case("zip whose entries share their bytes", files.zip_overlapping, "a.docx", _EXPANDS),
    Case("zip that lies about its size", files.zip_lies_about_size, "a.docx", _DAMAGED_ZIP),
    Case("zip of 6,000 parts", files.zip_of_many, "a.docx",
         "The file is an archive of more than 5,000 parts, which is the most that is read; "
         "save it anew as PDF."),
    Case("Word, zip bomb embedded", files.word_with_archive_inside, "a.docx", _WORDS, read=True),
    Case("Word, a symbolic link within", files.word_with_link, "a.docx", _OUTSIDE),
    Case("Word, a part called ../../../tmp/out.xml", files.word_reaching_up, "a.docx", _OUTSIDE),
    Case("Word, entities that grow tenfold 11 times", files.word_entities, "a.docx", _DAMAGED_WORD),
    Case("Word, one entity 100,000 times", files.word_quadratic, "a.docx", _DAMAGED_WORD),
    Case("Word, entities from a file and an address", files.word_outside_entity, "a.docx",
         "Before", read=True),
    Case("Word, template at an address", files.word_template_elsewhere, "a.docx", _WORDS,
         read=True),
    Case("Word with macros called .docx", files.word_with_macros, "a.docx",
         "This is a document with macros, which can't be read; save it as .docx (without macros) "
         "or PDF."),
    Case("Word, elements nested 100,000 deep", files.word_nested, "a.docx", _DAMAGED_WORD),
    Case("Word, cut short", files.word_cut_short, "a.docx", _DAMAGED_ZIP),
    Case("web page of 50 MB", files.html_of_50_mb, "a.html",
         "The file is larger than 20 MB, which is the most that is read; save it without pictures, "
         "or split it into parts."),
    Case("web page, 6 million tags left open", files.html_of_19_mb, "a.html", _NO_WEB_TEXT),
    Case("web page nested 100,000 deep", files.html_nested, "a.html", _NO_WEB_TEXT),
    Case("web page that fetches from an address", files.html_reaching_out, "a.html",
         "]>\n\nFew words", read=True, notes=("Pictures were left out: 1.", STYLES_UNREAD)),
    Case("Markdown, 100,000 quotes in one another", files.markdown_quotes, "a.md",
         "There is no text in this Markdown file; check that it is the right file."),
    Case("Markdown, 40,000 links in one another", files.markdown_brackets, "a.md",
         "[" * 39_999 + _WORDS + "](x)" * 39_999, read=True),
    Case("Markdown, 40,000 marks left open", files.markdown_marks, "a.md",
         ("*a _b " * 20_000).strip(), read=True),
)


def outcome_of(case: Case, address: str) -> tuple[bool, str, tuple[str, ...]]:
    """Whether it was read, what was read or the refusal, and the notes."""
    try:
        extracted = read_document(case.make(address), case.name, LIMITS)
    except NotIngested as refused:
        return False, str(refused), ()
    return True, extracted.text, extracted.notes


def measured(number: int) -> dict[str, object]:
    """What became of one case, its seconds and megabytes, from a process of its own."""
    begun = time.perf_counter()
    read, outcome, notes = outcome_of(CASES[number], _NOWHERE)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "read": read, "outcome": outcome, "notes": notes,
        "seconds": time.perf_counter() - begun, "mb": used.ru_maxrss / 1024,
    }  # fmt: skip


def table() -> str:
    """The page `docs/hostile-files.md`."""
    rows = []
    for number, case in enumerate(CASES):
        done = subprocess.run(
            [sys.executable, "-m", "tests.ingesting.hostile", str(number)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found = json.loads(done.stdout)
        outcome = " ".join(["Is read.", *found["notes"]]) if found["read"] else found["outcome"]
        rows.append(f"| {case.what} | {outcome} | {found['seconds']:.1f} | {found['mb']:.0f} |")
    return "\n".join([_HEAD, *rows, ""])


_HEAD = f"""# Hostile files

What becomes of files that were made to do harm, or do it by accident.
Each is read in a process of its own, which may use {LIMITS.memory_bytes // (1024 * 1024):,} MB of \
address space; for this table it had {LIMITS.cpu_seconds} seconds instead of \
{Limits().cpu_seconds}.
MB is what it had in memory at most, and seconds go from the call to the answer, making the file \
included.
`tests/ingesting/test_hostile.py` holds every line, and that no process, file or connection is \
left.
`python -m tests.ingesting.hostile` writes this page anew.

| file | outcome | seconds | MB |
|---|---|---|---|"""


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(int(sys.argv[1]))))
    else:
        Path("docs/hostile-files.md").write_text(table(), encoding="utf-8")
