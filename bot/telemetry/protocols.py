"""By which protocol numbers and traces are sent, and what in the environment keeps them from it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

from bot.errors import BadSetting

_SENDERS = {
    "grpc": ("opentelemetry.exporter.otlp.proto.grpc", "'.[otel]'"),
    "http/protobuf": ("opentelemetry.exporter.otlp.proto.http",
                      "'.[otel]' opentelemetry-exporter-otlp-proto-http"),
}
"""Each protocol that can be spoken: what sends by it, and what brings that."""
_CALLED = {"TRACES": "traces", "METRICS": "numbers"}
_NAMES = ("OTEL_EXPORTER_OTLP_PROTOCOL", *(
    f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL" for signal in _CALLED))
_FIGURES = (
    (re.compile(r"OTEL_EXPORTER_OTLP_(?:TRACES_|METRICS_)?TIMEOUT"),
     re.compile(r"\d+(?:\.\d*)?"), "a number of seconds, such as 10"),
    (re.compile(r"OTEL_EXPORTER_OTLP_(?:TRACES_|METRICS_)?COMPRESSION"),
     re.compile(r"gzip", re.IGNORECASE), "gzip"),
    (re.compile(r"OTEL_(?:\w+_)?(?:COUNT|LENGTH)_LIMIT"),
     re.compile(r"\d*"), "a whole number"),
)
"""Names in the environment, what fits there, and how it is asked for."""


def odd_protocol(environment: Mapping[str, str]) -> str | None:
    """The first protocol in *environment* that nothing here speaks; None if there is none."""
    for name in _NAMES:
        if environment.get(name, "grpc") not in {"", *_SENDERS}:
            return _not_spoken(environment, name)
    return None


def unsendable(environment: Mapping[str, str], signal: str) -> str | None:
    """Why TRACES or METRICS can't be sent as *environment* says; None where they can.

    Whether anybody takes them is another matter: that is told by sending.
    """
    name, protocol = _protocol_of(environment, signal)
    if protocol not in _SENDERS:
        return _not_spoken(environment, name)
    package, extra = _SENDERS[protocol]
    if not _is_there("opentelemetry.sdk") or not _is_there(package):
        return (f"The package that sends {_CALLED[signal]} by {protocol} is not installed: run "
                f".venv/bin/pip install {extra} in the project's folder, or set {name} to "
                f"{_others(protocol)}.")
    return _odd_figure(environment, protocol)


def sent_by(environment: Mapping[str, str], signal: str) -> str:
    """By which protocol *environment* has TRACES or METRICS sent: "grpc" where it doesn't say.

    Raises:
        BadSetting: They can't be sent like that.
    """
    told = unsendable(environment, signal)
    if told is not None:
        raise BadSetting(told)
    return _protocol_of(environment, signal)[1]


@contextmanager
def set_up_by(environment: Mapping[str, str]) -> Iterator[None]:
    """Around what sets OpenTelemetry up by *environment*, which may refuse what it is given.

    Raises:
        BadSetting: It did; names what is set, and of the values nothing, since some are secrets.
    """
    try:
        yield
    except ValueError as error:
        names = ", ".join(sorted(name for name in environment if name.startswith("OTEL_")))
        raise BadSetting(
            f"OpenTelemetry can't be set up as the environment says ({type(error).__name__}). One "
            f"of these can't be used, or doesn't go with another: {names}. Correct it, or leave "
            "it out.") from error


def _protocol_of(environment: Mapping[str, str], signal: str) -> tuple[str, str]:
    """The name that says by which protocol, and the protocol."""
    own = f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"
    name = own if environment.get(own) else _NAMES[0]
    return name, environment.get(name) or "grpc"


def _not_spoken(environment: Mapping[str, str], name: str) -> str:
    return (f"{name} is {environment[name][:80]!r}; write {' or '.join(_SENDERS)}, or leave it "
            "out.")


def _others(protocol: str) -> str:
    return " or ".join(one for one in _SENDERS if one != protocol)


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ImportError:  # a package that it lies in is missing
        return False


def _odd_figure(environment: Mapping[str, str], protocol: str) -> str | None:
    """What is wrong with the figures that OpenTelemetry takes from *environment*; None if nothing.

    It ends the process over one that it can't read, also over an empty one, and says so in words
    that may hold what was given.
    """
    for name in sorted(environment):
        if protocol != "grpc" and name.endswith("_COMPRESSION"):
            continue  # what sends by HTTP knows others too
        for pattern, fits, like in _FIGURES:
            if pattern.fullmatch(name) and not fits.fullmatch(environment[name].strip()):
                return f"{name} is {environment[name][:80]!r}; write {like}, or leave it out."
    return None
