"""What may not be the document that was meant: told to whoever adds it, and taken in all the same.

An address may answer with a page in the place of a document, and a file may be called what it
isn't.  What such pages say has too many wordings to know them by; that they say little has none.
"""

import re
from collections.abc import Iterator

from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.media import Form, form_by_name

LEAST_WORDS = 60
"""Of a document that rules something; what is served in its place says some 40."""
_WHAT = {Form.PDF: "a PDF", Form.DOCX: "a Word document", Form.HTML: "a web page",
         Form.MARKDOWN: "Markdown", Form.TEXT: "plain text"}
_TEXTS = frozenset({Form.MARKDOWN, Form.TEXT})
"""Told apart by their names alone."""
_WORD = re.compile(r"\w+")


def doubts(extracted: Extracted, form: Form, called: str) -> Iterator[str]:
    """Why *extracted* may not be what was meant, each as a sentence for its notes.

    Args:
        extracted: What was read.
        form: What its bytes are.
        called: The name of its file, or the path of its address.
    """
    claimed = form_by_name(called)
    if claimed is not None and claimed is not form and not {claimed, form} <= _TEXTS:
        yield (f"By its name it is {what_is(claimed)}, and it is {what_is(form)}. See whether it "
               "is the file that was meant.")
    words = len(_WORD.findall(extracted.text))
    if words < LEAST_WORDS:
        yield (f"It has {words} word{'' if words == 1 else 's'} in all. See whether it is the "
               "document, or a page in its place: an error, a sign-in, a check that a person is "
               "looking.")


def what_is(form: Form) -> str:
    """*form* as a sentence calls it."""
    return _WHAT[form]
