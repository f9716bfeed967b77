"""The files that OpenTelemetry is told to encrypt by, looked at before anything is sent."""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path

_NAMED = re.compile(
    r"OTEL_EXPORTER_OTLP_(?:TRACES_|METRICS_)?(?:CLIENT_)?(?:CERTIFICATE|KEY)")
_CLIENT = "_CLIENT_"
_PEM = b"-----BEGIN "


def unopened_file(environment: Mapping[str, str]) -> str | None:
    """The first file in *environment* that is there and can't be opened; None if there is none.

    What sends by gRPC ends the process over it, and goes on without one that is missing.
    """
    return _first(environment, missing=False)


def odd_file(environment: Mapping[str, str]) -> str | None:
    """The first file in *environment* that nothing is encrypted by; None if there is none.

    One that is missing is no more than noted in the log by what sends, once it has begun.
    """
    return _first(environment, missing=True)


def _first(environment: Mapping[str, str], *, missing: bool) -> str | None:
    for name in sorted(filter(_NAMED.fullmatch, environment)):
        lacks = _lacks(name, Path(environment[name]), missing) if environment[name] else None
        if lacks:
            return (f"{name} names {environment[name]}, which {lacks}. Correct it, or leave it "
                    "out where the receiver asks for none of its own.")
    return None


def _lacks(name: str, file: Path, missing: bool) -> str | None:
    try:
        held = file.read_bytes()
    except FileNotFoundError:
        return "is not there, so numbers and traces may not arrive" if missing else None
    except OSError as error:
        return f"can't be read: {error.strerror}"
    if not missing or (_PEM in held if _CLIENT in name else holds_certificates(file)):
        return None
    return "holds nothing in PEM that can be read, so numbers and traces can't arrive"


def holds_certificates(file: Path) -> bool:
    """Whether *file* holds certificates in PEM to trust."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except (OSError, ssl.SSLError):
        return False
    return True
