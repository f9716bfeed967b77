"""A press of a button: the endpoint that it reaches, and what was typed beside it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

Press = Callable[[Request, Mapping[str, str]], Response]
"""What a button does, by the fields of the form that it stands in."""


def pressed(press: Press) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that reads the form and hands its fields to *press*, in a thread."""
    @wraps(press)
    async def endpoint(request: Request) -> Response:
        fields = {name: value for name, value in (await request.form()).items()
                  if isinstance(value, str)}
        return await run_in_threadpool(press, request, fields)

    return endpoint


def typed(form: FormData, name: str) -> str:
    """What was typed into the field *name*; empty where there is none.

    A browser counts a line's end as one character and sends two.
    """
    return str(form.get(name) or "").replace("\r\n", "\n").strip()
