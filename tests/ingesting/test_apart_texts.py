"""Each kind of text through the process that reads strangers' files."""

import pytest
from docx import Document

from retrieval.ingesting.apart import read_document
from tests.ingesting.word import saved


def _word() -> bytes:
    document = Document()
    document.add_heading("Scope", 1)
    document.add_paragraph("Sellers ask.")
    return saved(document)


@pytest.mark.parametrize(("name", "data"), [
    ("a.docx", _word()),
    ("a.html", b"<html><body><main><h1>Scope</h1><p>Sellers ask.</main>"),
    ("a.md", b"# Scope\n\nSellers *ask*.\n"),
    ("a.txt", b"Scope\n=====\n\nSellers\nask.\n"),
])
def test_the_same_text_from_every_kind(name: str, data: bytes) -> None:
    read = read_document(data, name)
    assert (read.text, read.title) == ("Scope\n\nSellers ask.", "Scope")
