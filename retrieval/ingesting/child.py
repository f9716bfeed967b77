"""The process that reads one document and ends: see `retrieval.ingesting.apart`.

It gets one line of JSON (the file's name and the limits) and then the file's bytes, and hands
back an `Answer` as JSON.
"""

import importlib
import json
import os
import sys
from dataclasses import dataclass

from pydantic import TypeAdapter

from retrieval.errors import NotIngested
from retrieval.ingesting.extracted import Extracted
from retrieval.ingesting.kinds import Kind, kind_of
from retrieval.ingesting.limits import MB, Limits
from retrieval.ingesting.walls import put_up

PARSERS = {
    Kind.PDF: "retrieval.ingesting.pdf",
    Kind.DOCX: "retrieval.ingesting.docx",
    Kind.HTML: "retrieval.ingesting.html",
    Kind.MARKDOWN: "retrieval.ingesting.markdown",
    Kind.TEXT: "retrieval.ingesting.plain_text",
}
"""The module that reads each kind, by its `extract(data, limits)`.  Only the one that is needed is
imported: a fault in the others can't be reached then."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process hands back: a document, or the sentence that says why not."""

    extracted: Extracted | None = None
    refused: str = ""


ANSWER = TypeAdapter(Answer)


def extract(data: bytes, name: str, limits: Limits) -> Extracted:
    """Read *data* here, in this process.

    Raises:
        NotIngested: With one sentence, whatever the file is.
    """
    try:
        kind = kind_of(data, name, limits)
        parser = importlib.import_module(PARSERS[kind])
        extracted: Extracted = parser.extract(data, limits)
    except NotIngested:
        raise
    except (MemoryError, RecursionError) as error:
        raise NotIngested(costs_too_much(limits)) from error
    except Exception as error:
        raise NotIngested(
            f"This {kind} can't be read, since it is damaged or not put together as it should be; "
            "open it, save it anew and try again."
        ) from error
    if len(extracted.text) > limits.characters:
        raise NotIngested(
            f"The document has more than {limits.characters:,} characters of text, which is the "
            "most that is read; split it into parts and add each of them."
        )
    if not extracted.text.strip():
        raise NotIngested(
            f"There is no text in this {kind}; check that it is the right file."
        )
    return extracted


def costs_too_much(limits: Limits) -> str:
    """The sentence for a file that its reader has no memory left for."""
    return (
        f"Reading this file needs more than {limits.memory_bytes // MB:,} MB of memory; "
        "save it anew without pictures and attachments, or split it into parts, and try again."
    )


def main() -> None:
    """Read the document on standard input, and write the answer to standard output."""
    head = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**head["limits"])
    put_up(limits)
    try:
        answer = Answer(extract(sys.stdin.buffer.read(), head["name"], limits))
    except NotIngested as error:
        answer = Answer(refused=str(error))
    try:
        written = ANSWER.dump_json(answer)
    except MemoryError:
        written = ANSWER.dump_json(Answer(refused=costs_too_much(limits)))
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()
    # Whatever a library has set up for the end of the process is not run.
    os._exit(0)


if __name__ == "__main__":
    main()
