"""Settings as people write them, and what is told of one that can't be used."""

import unicodedata
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings

from retrieval.ingesting.hosts import without_password

_QUOTES = frozenset("\"'")
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
"""What has no width: Windows begins a file with the first, and copying brings the others along."""
_NAMED = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}
"""Signs that people know by another name than that of Unicode."""


class Written(BaseSettings):
    """Settings as people write them."""

    @field_validator("*", mode="before")
    @classmethod
    def _as_meant(cls, given: Any, told: ValidationInfo) -> Any:
        """*given* without blanks around it; with nothing in it, what holds where nothing is set.

        What has no width counts as a blank there.

        `docker run --env-file` and systemd hand blanks and quotes on as they stand in a file.
        Nothing in it stays nothing where the setting has to have something: there either of two
        things may have been meant, and the field refuses it.
        """
        if not isinstance(given, str):
            return given
        meant = given.strip().strip(_UNSEEN).strip()
        if len(meant) > 1 and meant[0] == meant[-1] and meant[0] in _QUOTES:
            raise ValueError("It stands in quotes, which count as a part of it here; take them out")
        field = cls.model_fields[str(told.field_name)]
        insists = any(getattr(one, "min_length", 0) for one in field.metadata)
        return meant if meant or insists else field.default


def _insist_on_signs_of_a_token(given: SecretStr) -> SecretStr:
    """Insist that *given* holds nothing but what is printed of ASCII.

    No request can carry anything else, and whoever copied it doesn't see what came along.

    Raises:
        ValueError: It does; says which sign and where, and nothing else of it.
    """
    token = given.get_secret_value()
    at = next((n for n, one in enumerate(token, 1) if not " " <= one <= "~"), None)
    if at is None:
        return given
    sign = token[at - 1]
    name = unicodedata.name(sign, "").lower()
    called = _NAMED.get(sign) or f"U+{ord(sign):04X}" + (f" ({name})" if name else "")
    raise ValueError(f"Its sign {at} of {len(token)} is {called}, which no token has; copy it "
                     "again, in one line")


Token = Annotated[SecretStr, AfterValidator(_insist_on_signs_of_a_token)]
"""A secret that requests carry."""


def is_server(address: str) -> bool:
    """Whether *address* says where a server of the web is."""
    try:
        parts = urlsplit(address)
        return (parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
                and not any(one.isspace() for one in address))
    except ValueError:
        return False


def expected(kind: type[BaseSettings], error: ErrorDetails) -> str:
    """What is wrong, and how it is written: a pattern says nothing to whoever sets up a server."""
    field = kind.model_fields.get(str(error["loc"][0]))
    if error["type"].startswith("bool"):
        return "Write true or false"
    if error["type"] != "string_pattern_mismatch" or field is None or not field.examples:
        return plainly(error["msg"])
    *others, last = field.examples
    return f"Write it like {', '.join(others)}{' or ' if others else ''}{last}"


def plainly(said: str) -> str:
    """What pydantic has *said*, without its own word for it."""
    return said.removeprefix("Value error, ")


def given(kind: type[BaseSettings], error: ErrorDetails) -> str:
    """What was given, as far as it may be told."""
    written, field = error.get("input"), kind.model_fields.get(str(error["loc"][0]))
    # A token must not come out again, not even a mistyped one, nor a password in an address.
    secret = isinstance(written, SecretStr) or (field is not None and "Secret" in str(
        field.annotation))
    return "a secret" if secret else repr(without_password(str(written))[:60])
