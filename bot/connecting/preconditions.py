"""What has to hold before a server starts, told by `advisor doctor` and insisted on by `serve`.

Both ask here, so that none is green where the other refuses.
"""

import difflib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from bot.connecting.entrance import address_of, listed
from bot.connecting.slack import secret_of
from bot.connecting.slack_reach import misplaced
from bot.errors import AdvisorError, BadSetting
from bot.record.signed_notes import former_keys, signer_of
from bot.setting_sources import given_names, lines_not_read, names_in_file
from bot.setting_values import is_server
from bot.settings import PREFIX, SLACK_PREFIX, Settings, SlackSettings
from bot.slack.clients import TIMEOUT_SECONDS
from bot.telemetry import sending, tracing
from bot.telemetry.certificates import holds_certificates, odd_file, unopened_file
from bot.telemetry.protocols import odd_protocol, unsendable
from retrieval.errors import RetrievalError
from retrieval.ingesting.hosts import without_password

LEAST_FREE_BYTES = 500_000_000
"""Below this the disk counts as nearly full: a back-up, an index or a model may no longer fit."""
LEAST_OPEN_FILES = 256
"""Below this files and connections may run out, and whoever connects then is turned away unheard:
some 40 are in use while nobody asks, and each request and connection to a database takes more."""
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_PERSON, _CHANNEL, _GROUP = map(re.compile, (
    "[UW][A-Z0-9]{2,30}", "[CG][A-Z0-9]{2,30}", "S[A-Z0-9]{2,30}"))
_IDS = (
    ("reviewers", "person", "U024BE7LH", _PERSON), ("admins", "person", "U024BE7LH", _PERSON),
    ("reviewer_group", "user group", "S0614TZR7", _GROUP),
    ("admin_group", "user group", "S0614TZR7", _GROUP),
    ("compliance_channel", "channel", "C024BE91L", _CHANNEL))
"""Settings that take ids of Slack, by commas: of what, like what, and in what shape."""
_OF_OTHERS = re.compile(
    r"OTEL_\w+|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_FILE|FORWARDED_ALLOW_IPS|(AZURE_)?OPENAI_\w+|"
    r"\w+_API_KEY", re.IGNORECASE)
"""Variables of packages that know nothing of `.env`."""
_ALIKE = 0.7
"""How alike two names have to be, of 1, for one to be taken for the other misspelt."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that has to hold: its name, and what is wrong with it; None where it holds."""

    name: str
    fault: str | None
    fatal: bool = True
    """Whether a server refuses to start without it; else it says so and starts."""


def conditions(settings: Settings, slack: SlackSettings) -> tuple[Condition, ...]:
    """Every condition, whether it holds or not; nothing is made, and nobody is asked."""
    unsent = _unsent(settings)
    return (
        *(Condition(name, _fault(look, settings, slack)) for name, look in _FATAL.items()),
        Condition("key of tokens", _token_key(settings, slack), fatal=_is_several(slack)),
        Condition("network", _network(), fatal=slack.connects),
        Condition("telemetry", unsent or _telemetry(os.environ), fatal=unsent is not None),
        Condition("names of settings", unread_names(), fatal=False),
        Condition("lines of .env", unread_lines(), fatal=False),
        Condition("variables of others", unheard_names(), fatal=False),
        Condition("ids of Slack", _ids(settings), fatal=False),
        Condition("grace of posts", _grace(settings.post_grace_seconds), fatal=False),
        Condition("list of erasures", _erasure_list(settings.erasure_list), fatal=False),
        Condition("disk", _fault(_disk, settings, slack), fatal=False),
        Condition("open files", _open_files(), fatal=False),
    )


def insist(settings: Settings, slack: SlackSettings, warn: Callable[[str], None]) -> None:
    """Make sure that a server can start.

    Args:
        settings: Those in force.
        slack: How Slack is reached.
        warn: Told what is wrong and keeps nobody from starting.

    Raises:
        BadSetting: With everything that keeps a server from starting, a line each.
    """
    broken = [one for one in conditions(settings, slack) if one.fault is not None]
    fatal = [str(one.fault) for one in broken if one.fatal]
    if fatal:
        raise BadSetting("\n".join(fatal))
    for one in broken:
        warn(str(one.fault))


def _fault(
    look: Callable[[Settings, SlackSettings], str | None], settings: Settings, slack: SlackSettings
) -> str | None:
    try:
        return look(settings, slack)
    except (AdvisorError, RetrievalError) as error:
        return str(error)
    except OSError as error:
        return (f"{error.filename} can't be looked at: {error.strerror}. Let the account that runs "
                "this use it, or name another place.")


def _where_it_serves(settings: Settings, slack: SlackSettings) -> str | None:
    if slack.connects:
        return None
    if settings.production:
        return ("ADVISOR_PRODUCTION is set, so the local workspace does not start. Set the SLACK_ "
                "variables; docs/slack-setup.md tells which.")
    if settings.host not in _LOOPBACK:
        return ("The local workspace listens on this machine only. Leave ADVISOR_HOST at "
                "127.0.0.1, or set the SLACK_ variables.")
    return None


def _log_key(settings: Settings, _: SlackSettings) -> str | None:
    file = settings.data_dir / "log.key"
    key = settings.log_key
    if key or (file.is_file() and file.stat().st_size):
        signer_of(key.get_secret_value() if key else None, file)
    former_keys(settings.log_keys_before)
    return None


def _is_several(slack: SlackSettings) -> bool:
    return bool(slack.bot_token is None and slack.client_id and slack.client_secret)


def _token_key(settings: Settings, slack: SlackSettings) -> str | None:
    """A key that is set has to be one, also where only one workspace needs none."""
    key = secret_of(settings.token_key) or ""
    if not key and not _is_several(slack):
        return None
    try:
        Fernet(key)
    except ValueError:
        is_none = "is set, but is no Fernet key" if key else "is missing"
        return (f"ADVISOR_TOKEN_KEY {is_none}: it seals the tokens of several workspaces. Make one "
                "with python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())' and keep it outside the database; with "
                "one workspace leave it out.")
    return None


def _address(settings: Settings, slack: SlackSettings) -> str | None:
    if slack.connects:
        address_of(settings, None)
    return None


def _network() -> str | None:
    for name in _PROXIES:
        given = os.environ.get(name, "").strip()
        if given and not _is_proxy(given):
            return f"{name} is no address of a proxy; write http://host:port, or leave it out."
    file = os.environ.get("SSL_CERT_FILE")
    if file and not holds_certificates(Path(file)):
        return (f"SSL_CERT_FILE names {file}, which holds no certificates in PEM that can be read. "
                "Correct it, or leave it out for those of the system.")
    return None


def _tokens(_: Settings, slack: SlackSettings) -> str | None:
    """Tokens in each other's place, told by how each kind begins, before Slack is sent any."""
    faults = (misplaced(f"{SLACK_PREFIX}{name.upper()}", secret_of(getattr(slack, name)) or "")
              for name in ("bot_token", "app_token", "signing_secret", "client_secret"))
    return "\n".join(filter(None, faults)) or None


def _model(settings: Settings, _: SlackSettings) -> str | None:
    """A name that stands for no model, a folder that is none: told before anything is loaded."""
    if settings.embeddings:
        # numpy comes with it, and few name a model of their own.
        from retrieval.embedding import insist_on_name  # noqa: PLC0415

        insist_on_name(settings.embeddings)
    elif settings.model_dir is not None:
        from retrieval.model.exported import EXPORT_NAME  # noqa: PLC0415  as above

        # Whether it is whole is found out while it is loaded: that reads all of it.
        if not settings.model_dir.is_dir():
            lacks = "is no folder"
        elif not (settings.model_dir / EXPORT_NAME / "manifest.json").is_file():
            lacks = f"holds no {EXPORT_NAME} with a manifest.json"
        else:
            return None
        return (f"ADVISOR_MODEL_DIR names {settings.model_dir}, which {lacks}. Fill one with "
                "'advisor model export FOLDER', or leave it out to use the data folder.")
    return None


def _prompts(settings: Settings, _: SlackSettings) -> str | None:
    if settings.prompts_dir.is_dir():
        return None
    return (f"ADVISOR_PROMPTS_DIR names {settings.prompts_dir}, which is no folder. Set it to the "
            "folder 'prompts' of the project, which no package brings; it may be left out where "
            "the program runs from there.")


def _telemetry(environment: Mapping[str, str]) -> str | None:
    """Where numbers and traces are to go: the packages that send them tell late, or never."""
    for name in sorted({*tracing.ENDPOINTS, *sending.ENDPOINTS}):
        given = environment.get(name, "")
        if given and not is_server(given):
            return (f"{name} is {without_password(given)[:80]!r}, which is no address of a "
                    "receiver, so nothing would arrive there. Write it like "
                    "http://collector:4317, or leave it out.")
    # What is sent like that can't be: `_unsent` tells, before it.
    sent = tracing.wanted(environment) or sending.wanted(environment)
    return odd_file(environment) if sent else odd_protocol(environment)


def _unsent(settings: Settings) -> str | None:
    """What would end the process once it begins to send numbers and traces, told before."""
    signals = {"TRACES": tracing.wanted(os.environ),
               "METRICS": settings.metrics and sending.wanted(os.environ)}
    faults = [unsendable(os.environ, signal) for signal, sent in signals.items() if sent]
    return next(filter(None, faults), unopened_file(os.environ) if faults else None)


def _is_proxy(given: str) -> bool:
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def unread_names() -> str | None:
    """Names like those of settings that nobody reads: each a slip, or left over; None where none.

    Of Slack's, other programs read some: there only what is nearly one of ours is told.
    """
    ours = {f"{PREFIX}{one.upper()}" for one in (*Settings.model_fields, "secrets_dir")}
    slacks = {f"{SLACK_PREFIX}{one.upper()}" for one in SlackSettings.model_fields}
    told = []
    for name in sorted({name.upper() for name in given_names()} - ours - slacks):
        prefix = PREFIX if name.startswith(PREFIX) else SLACK_PREFIX
        known = {one.removeprefix(prefix) for one in (ours if prefix == PREFIX else slacks)}
        near = difflib.get_close_matches(name.removeprefix(prefix), known, 1, _ALIKE)
        if near or prefix == PREFIX:
            told.append(name + (f" (did you mean {prefix}{near[0]}?)" if near else ""))
    if not told:
        return None
    return (f"Nobody reads {', '.join(told)}. Correct the name, or take it out; README.md lists "
            "all settings.")


def unheard_names() -> str | None:
    """Variables of others in `.env`, which look into the environment alone; None where none are.

    A key, a proxy or a receiver of traces that stands there would be missed by nobody but them.
    """
    file, names = names_in_file()
    missed = sorted(name for name in names - os.environ.keys()
                    if _OF_OTHERS.fullmatch(name) and not name.startswith((PREFIX, SLACK_PREFIX)))
    if not missed:
        return None
    return (f"{file} names {', '.join(missed)}. What reads such a variable looks into the "
            "environment alone, so there it counts for nothing: set it in the environment of the "
            "process.")


def not_taken() -> tuple[str, ...]:
    """What is set somewhere and counts for nothing, a sentence for each kind."""
    return tuple(filter(None, (unread_names(), unread_lines(), unheard_names())))


def unread_lines() -> str | None:
    """Lines of `.env` that hold no setting as it has to be written; None where all do.

    What stands there is not quoted, since it may be a secret.
    """
    file, lines = lines_not_read()
    if not lines:
        return None
    *others, last = map(str, lines)
    which = (f"lines {', '.join(others)} and {last} are no settings as they have to be written, "
             "and count" if others else
             f"line {last} is no setting as it has to be written, and counts")
    return (f"{file}: {which} for nothing. Write NAME=value, and close a quote on the line that it "
            "begins on.")


def _ids(settings: Settings) -> str | None:
    """Names in the place of ids: nobody would have the rights that they were meant to have."""
    wrong = [
        f"{PREFIX}{name.upper()} holds {one!r}, which is no id of a {what}: such an id is like "
        f"{like}"
        for name, what, like, shape in _IDS
        for one in sorted(listed(getattr(settings, name))) if not shape.fullmatch(one)]
    return None if not wrong else (
        f"{'; '.join(wrong)}. Slack shows ids under 'Copy member ID' in a profile, at the end of "
        "a channel's details, and in the address of a user group.")


def _grace(seconds: float) -> str | None:
    """One in which a call of a process that died may not have ended."""
    if seconds > TIMEOUT_SECONDS:
        return None
    return (f"ADVISOR_POST_GRACE_SECONDS is {seconds:g}, and one call to Slack may take "
            f"{TIMEOUT_SECONDS} seconds: what Slack is still taking could be posted again. Set it "
            "to more, or leave it out.")


def _erasure_list(file: Path | None) -> str | None:
    """One that can't be written: each erasure would be refused, and retention is seen by nobody."""
    if file is None:
        return None
    # The list is made with its folders at the first erasure; nothing is made here.
    there = next((one for one in (file, *file.absolute().parents) if os.path.lexists(one)), None)
    fits = there is not None and (there.is_file() if there == file else there.is_dir())
    if fits and os.access(there or file, os.W_OK):
        return None
    return (f"ADVISOR_ERASURE_LIST can't be used: {file} can't be written as a file. Until it can, "
            "nothing is erased, neither by hand nor by retention.")


def _disk(settings: Settings, _: SlackSettings) -> str | None:
    data_dir = settings.data_dir
    there = next((one for one in (data_dir, *data_dir.absolute().parents) if one.exists()), None)
    if there is None:
        return None
    disk = shutil.disk_usage(there)
    free = disk.free
    if free >= LEAST_FREE_BYTES or not disk.total:  # without a size it is none, as /proc
        return None
    return (f"The disk of the data folder {data_dir} has {free // 1_000_000} MB left. Free some "
            f"space: below {LEAST_FREE_BYTES // 1_000_000} MB the next back-up or index may not "
            "fit.")


def _open_files() -> str | None:
    try:
        import resource  # noqa: PLC0415  Windows has none
    except ImportError:
        return None
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most >= LEAST_OPEN_FILES:
        return None
    return (f"This process may have {most} files and connections open at once: with more than a "
            f"few people at a time some would be turned away. Let it have {LEAST_OPEN_FILES} or "
            "more: 'ulimit -n' before it is started, LimitNOFILE= under systemd.")


_FATAL: Mapping[str, Callable[[Settings, SlackSettings], str | None]] = {
    "serving": _where_it_serves,
    "key of the log": _log_key,
    "address": _address,
    "model folder": _model,
    "sentences folder": _prompts,
    "tokens": _tokens,
}
