"""How large a document may be and what reading it may cost, as the settings say."""

from bot.settings import Settings
from retrieval.ingesting.limits import MB, Limits

_EXPANDS = 5
"""How much larger than its file a document may be when it is unpacked."""

_CLOCK = 2
"""Seconds by the clock for one of computing: the machine has other work."""

_ANSWER_BYTES = 8
"""For each character, with what is said of each stretch."""

_LEAST_ANSWER = 16 * MB


def reading_limits(settings: Settings) -> Limits:
    """The limits that *settings* set."""
    most = settings.document_megabytes * MB
    return Limits(
        file_bytes=most,
        expanded_bytes=_EXPANDS * most,
        pages=settings.document_pages,
        characters=settings.document_characters,
        cpu_seconds=settings.document_seconds,
        wall_seconds=_CLOCK * settings.document_seconds,
        memory_bytes=settings.document_memory_megabytes * MB,
        answer_bytes=max(_LEAST_ANSWER, _ANSWER_BYTES * settings.document_characters),
    )
