"""A form with files, read piece by piece: the token has to stand before the first file.

What is sent is written to a file that lies on the disk once it is large, so that nobody fills the
memory; what is larger than allowed is read on and thrown away, so that the browser hears why.
"""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MOST_FIELDS = 40
MOST_FIELD_BYTES = 20_000
BESIDE_FILES = 100_000
"""What fields and boundaries may take, besides what files may."""


class Unproved(MultiPartException):
    """The token isn't there, or a file stands before it."""

    def __init__(self) -> None:
        super().__init__("the token is missing")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form with files brought."""

    fields: Mapping[str, str]
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    too_large: bool = False
    """Whether it was larger than allowed; then nothing of a file is kept."""

    async def close(self) -> None:
        """Let go of the files."""
        for file in self.files.values():
            await file.close()


def same_token(given: str, token: str) -> bool:
    """Whether *given* is *token*, in a time that tells nothing of it."""
    return secrets.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


async def sent_by(request: Request, token_field: str, token: str, most: int) -> Sent:
    """What *request* sends.

    Args:
        request: Nothing of its body was read yet.
        token_field: The field that has to hold *token*.
        token: What proves that a page of ours sent it.
        most: Bytes that files may have together.

    Raises:
        Unproved: The token isn't there before the first file.
        HTTPException: It can't be read.
    """
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        form = await request.form()
        fields = _fields(form)
        if not same_token(fields.get(token_field, ""), token):
            raise Unproved
        return Sent(fields)
    parser = _TokenFirst(request, token_field, token, most + BESIDE_FILES)
    try:
        form = await parser.parse()
    except Unproved:
        raise
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error
    fields = _fields(form)
    if not same_token(fields.get(token_field, ""), token):
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                await value.close()
        raise Unproved
    files = {name: value for name, value in form.items() if isinstance(value, UploadFile)}
    sent = Sent(fields, files, parser.too_large)
    if parser.too_large:
        await sent.close()
        return Sent(fields, {}, too_large=True)
    return sent


def _fields(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


class _TokenFirst(MultiPartParser):
    """Begins no file before the token has come."""

    def __init__(self, request: Request, token_field: str, token: str, most: int) -> None:
        self.too_large = False
        self._most = most
        self._token_field, self._token = token_field, token
        super().__init__(request.headers, self._counted(request),  # type: ignore[arg-type]  # any will do
                         max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES)

    async def _counted(self, request: Request) -> AsyncIterator[bytes]:
        taken = 0
        async for chunk in request.stream():
            taken += len(chunk)
            self.too_large = taken > self._most
            yield chunk

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        if self._current_part.file is not None and not any(
                name == self._token_field and isinstance(value, str)
                and same_token(value, self._token) for name, value in self.items):
            raise Unproved

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self.too_large and self._current_part.file is not None:
            return
        super().on_part_data(data, start, end)


OF = "conversation"
"""The field of a form that names the conversation it is of."""
_IN_WORDS = frozenset({"text", "reason", "override", "why", "note", "words", "messages", "answers",
                       "heading", "pinpoint", "address"})
_IN_WORDS_OF = ("note:", "says:")
"""Fields that no page fills by itself, and what the names of such fields begin with."""


async def fields_of(
    request: Request, token_field: str, *, parsed: bool = False
) -> list[tuple[str, str]]:
    """The fields of the form that *request* sends, but for the token; of files nothing is kept.

    *parsed* says that its form was read already.
    """
    media, _, _ = request.headers.get("content-type", "").partition(";")
    match media.strip().lower():
        case "application/x-www-form-urlencoded":
            form = await request.form()
        case "multipart/form-data":
            form = await request.form() if parsed else await _without_files(request)
        case _:
            return []
    return [(name, value) for name, value in form.multi_items()
            if name != token_field and isinstance(value, str)]


async def _without_files(request: Request) -> FormData:
    """The fields of a form with files; none of one that holds more than fields take.

    Whoever may not send a file is told what else they typed, and no file of theirs is read.
    """
    parser = _FieldsOnly(request.headers, _at_most(request.stream(), BESIDE_FILES),
                         max_fields=MOST_FIELDS, max_part_size=MOST_FIELD_BYTES)
    try:
        form = await parser.parse()
    except (MultiPartException, HTTPException):  # wrong, or more than is read at all
        return FormData()
    await form.close()
    return form


async def _at_most(stream: AsyncIterator[bytes], most: int) -> AsyncGenerator[bytes, None]:
    async for chunk in stream:
        most -= len(chunk)
        if most < 0:
            raise MultiPartException("more than fields take")
        yield chunk


class _FieldsOnly(MultiPartParser):
    """Keeps nothing of a file."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


def written(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What somebody wrote into a form: what its fields of words hold, and all that has a blank.

    It is shown to them where the form is refused, since the page that it was typed on is gone.
    What pages put into forms themselves (ids, digests, numbers) is of one piece; so is a word,
    and whatever is written without blanks, as Japanese is.  The guard has seen that it comes from
    a page of ours, so nobody else makes our pages say anything.
    """
    return tuple(value for name, value in fields if name != OF and (
        len(value.split()) > 1
        or (value.strip() and (name in _IN_WORDS or name.startswith(_IN_WORDS_OF)))))


Fields = Iterable[tuple[str, str | UploadFile]]


class GivenBack(TypedDict):
    """What a refusal gives back of a form."""

    written: tuple[str, ...]
    there: str
    """Where it stood, below the console; empty where that isn't known."""


def given_back(fields: Fields, *, leads_there: bool = True) -> GivenBack:
    """What was typed into the *fields* of a form, and where it stood.

    Unless it *leads_there*, the last is empty: whoever may not see a conversation is not told of
    it, not even by what they sent themselves.
    """
    told = [(name, value) for name, value in fields if isinstance(value, str)]
    # No page of ours sends a referrer, so what the form is of tells where it stood.
    of = dict(told).get(OF) if leads_there else None
    return {"written": written(told), "there": f"/conversations/{quote(of, safe='')}" if of else ""}
