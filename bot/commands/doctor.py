"""What is wrong with an installation, and what to do about it; each check stands alone."""

import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import text

from bot.assembly import Assembly
from bot.backing_up.moved_aside import moved_aside
from bot.backing_up.noting import last_made
from bot.chat.calls import Ended, Use, uses_of
from bot.checkpoints import Checkpoints
from bot.commands import unbegun
from bot.connecting.preconditions import Condition
from bot.connecting.slack_reach import SlackReach, refused
from bot.corpus_parts import CorpusParts
from bot.database.url import database_url, file_of
from bot.errors import AdvisorError
from bot.migrations.upgrading import newest, standing
from bot.outages import LacksRight, outage, told
from bot.publishing.corpus_folder import FOLDER_DIFFERS
from bot.record.signed_notes import Signer, former_keys
from bot.slack.clients import client, reason_of
from bot.slack.slack_errors import is_refusal
from bot.store import Store
from bot.telemetry.receivers import receivers, unreached
from bot.terminal import sentences as terminal_sentences
from retrieval.errors import RetrievalError
from retrieval.ingesting.hosts import without_password
from retrieval.matches import Query

CLOCK_SECONDS = 60
"""How far this machine's clock may be off Slack's; Slack's requests are valid for 300 seconds."""
PROBE = "what does the guidance say about resellers"

_SAME = text("UPDATE schema_floor SET revision = revision")

_log = logging.getLogger("advisor.doctor")


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: its name, whether it is fine, and what was found or is to be done."""

    name: str
    ok: bool
    text: str


def examine(
    parts: Assembly, slack: SlackReach, conditions: Sequence[Condition] = (), *,
    ask_model: bool = False,
) -> list[Examined]:
    """Look at every part of the installation; one that fails never hides another.

    Args:
        parts: The installation.
        slack: How Slack is to be reached.
        conditions: What a server insists on.
        ask_model: Whether to send the language model one question, of nobody's.
    """
    held = [Examined(one.name, one.fault is None, one.fault or "as 'advisor serve' needs it")
            for one in conditions]
    return [*held, *_found(parts), examine_model(parts, ask=ask_model),
            _guarded("Slack", lambda it: _slack(slack, it.settings.api_workspace), parts)]


def _found(parts: Assembly) -> list[Examined]:
    """What was found of each part; where nothing has begun, nothing is made to look at it."""
    if unbegun.has_begun(parts):
        return [_guarded(name, look, parts) for name, look in _LOOKS.items()]

    def index(trial: Assembly) -> str:
        unbegun.insist_on_server(parts)
        return _index(trial)

    with unbegun.tried(parts) as trial:
        return [_guarded(name, look, trial if name in _TRIED else parts)
                for name, look in (_LOOKS | _TRIED | _UNBEGUN | {"index": index}).items()]


def examine_model(parts: Assembly, *, ask: bool = False) -> Examined:
    """Look at the language model, which needs nothing else of the installation.

    Args:
        parts: The installation.
        ask: Whether to send it one question, of nobody's.
    """
    return _guarded("language model", lambda it: _language_model(it, ask), parts)


def _guarded(name: str, look: Callable[[Assembly], str], parts: Assembly) -> Examined:
    try:
        return Examined(name, True, look(parts))
    except (AdvisorError, RetrievalError, OSError) as error:
        return Examined(name, False, str(error))
    except Exception as error:
        # Whatever it is, the checks that follow are to be seen.
        return Examined(name, False, _said_of(error))


def _said_of(error: Exception) -> str:
    """What is wrong, in one line: "the database can't be reached; … The driver says: …"."""
    away = told(error)
    if away is None:
        _log.error("a check failed in a way that it should not", exc_info=error)
        return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return away


def _settings(parts: Assembly) -> str:
    s = parts.settings
    return f"data in {s.data_dir.resolve()}, contact is {s.contact!r}"


def _data(parts: Assembly) -> str:
    folder = parts.settings.data_dir
    probe = folder / ".write-probe"
    try:
        if not folder.exists():
            unbegun.insist_on_room(folder)
            return f"there is no {folder} yet; the first start makes it"
        probe.write_text("ok", encoding="utf-8")
    except OSError as error:
        away = outage(error)  # full, failing or read-only: another folder is no cure
        if away is not None:
            raise AdvisorError(
                "data_folder", f"The data folder {folder} can't be written: {away}.") from None
        raise AdvisorError(
            "data_folder", f"The data folder {folder} can't be written: {error.strerror}. Set "
            "ADVISOR_DATA_DIR to a folder that the account which runs this may write to, or give "
            "it the right to.") from None
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)  # a full disk takes the name and not what is in it
    return "the data folder can be written"


def _model(parts: Assembly) -> str:
    return f"embedding model {parts.embeddings.recipe}"


def _corpus(parts: Assembly) -> str:
    g, since = parts.guidance, parts.database.active_since()
    when = "" if since is None else f" since {since:%Y-%m-%d %H:%M} UTC"
    return (f"release {g.release} in force{when}: {len(g.provisions)} provisions, "
            f"{len(g.red_flags)} red flags, {len(g.safeguards)} safeguards")


def _folder(parts: Assembly) -> str:
    return FOLDER_DIFFERS if parts.folder_differs() else "the same as the release in force"


def _draft(parts: Assembly) -> str:
    folder = parts.settings.corpus_dir
    if not folder.is_dir():
        raise AdvisorError(
            "corpus_folder", f"There is no folder {folder}. Set ADVISOR_CORPUS_DIR to the folder "
            "'guidance_corpus' of the project, which no package brings; it may be left out where "
            "the program runs from there.")
    problems = CorpusParts(parts).checked()[1]
    if problems:
        # Whoever is in the midst of an edit has no sick server.
        n = len(problems)
        return (f"it has {n} problem{'' if n == 1 else 's'}, which changes no answer: {problems[0]}"
                + ("" if n == 1 else " 'advisor corpus check' prints them all."))
    return "sound, as 'advisor corpus check' has it"


def _index(parts: Assembly) -> str:
    found = parts.search([Query(PROBE)])[0]
    first = found.matches[0].provision if found.matches else "nothing"
    return f"answers; {PROBE!r} finds {first} first"


def _wording(parts: Assembly) -> str:
    replies = parts.wording
    framing = terminal_sentences.load(parts.settings.prompts_dir, parts.settings.contact)
    return f"{len(replies.sentences) + len(framing.sentences)} sentences"


def _database(parts: Assembly) -> str:
    store = parts.store
    _insist_on_pages(store)
    _insist_on_writing(store)
    broken = store.verify_log()
    if broken is not None:
        raise AdvisorError("log_broken", f"the log is not whole: {broken}")
    return ("reachable, its pages sound, log whole, "
            f"{_proved(parts)}{_backed_up(store)}{_aside(store)}")


def _backed_up(store: Store) -> str:
    """When the last back-up was made, if one was: one that cron has ceased to make tells nobody."""
    made = last_made(store)
    return "" if made is None else f". Last backed up {made:%Y-%m-%d %H:%M} UTC"


def _aside(store: Store) -> str:
    """What restores have moved aside, if anything: whoever did it may have forgotten it since."""
    beside = moved_aside(store)
    return "" if not beside else (
        f". Moved aside by 'advisor db restore --replace': {', '.join(beside)}. No erasure reaches "
        "that, so delete it once nobody wants to look into it")


def _proved(parts: Assembly) -> str:
    """That each log is as the checkpoints have it that the database keeps.

    Raises:
        AdvisorError: One is not, or nobody can tell: another key has signed them.
    """
    s = parts.settings
    try:
        # A key that is to be brought from elsewhere yet would find another in its place.
        is_there = s.log_key is not None or (s.data_dir / "log.key").is_file()
        checkpoints = parts.checkpoints if is_there else Checkpoints(
            parts.database, Signer(os.urandom(32)), former=former_keys(s.log_keys_before))
    except AdvisorError:
        # Of the key, and of what to do about it, another line tells.
        return "not held against its checkpoints: the key of the log can't be used"
    broken = next((one.broken for one in checkpoints.verify() if one.broken), None)
    if broken is not None:
        raise AdvisorError("log_broken", "the rows of the log fit one another, and the log can't "
                           f"be proved: {broken}")
    return "as its checkpoints have it"


def _schema(parts: Assembly) -> str:
    """How the schema stands before anything upgrades it."""
    url, ours = database_url(parts.settings.database), newest()
    file = file_of(url)
    if file is not None and not file.exists():
        return f"no database yet; it is made at {ours}"
    store = Store(parts.settings.database)
    try:
        with store.reading() as connection:
            theirs = standing(connection)
    finally:
        store.close()
    if theirs is None:
        return f"no tables yet; they are made at {ours}"
    if theirs < ours:
        return f"was at {theirs}, and is brought to {ours} by this and by every command"
    if theirs > ours:
        return (f"at {theirs}, which a newer version has written; this one knows {ours} at most, "
                "and can work on it")
    return f"at {ours}, the newest"


def _insist_on_pages(store: Store) -> None:
    """Have SQLite look through all pages of its file; the first that is damaged is told."""
    if store.engine.dialect.name != "sqlite":
        return
    with store.reading() as connection:
        found = connection.scalar(text("PRAGMA quick_check(1)"))
    if found != "ok":
        said = " ".join(str(found).split())
        raise AdvisorError(
            "database_damaged", f"the database is damaged ({said}); end the bot, keep the file, "
            "and restore the last back-up with 'advisor db restore'")


def _insist_on_writing(store: Store) -> None:
    """Have one row written, and taken back: a copy, and a role with few rights, can all be read."""
    with store.engine.connect() as connection:
        connection.execute(_SAME)
        connection.rollback()
    if lacks := store.insist_on_writing():
        raise LacksRight(", ".join(lacks))


def _language_model(parts: Assembly, ask: bool) -> str:
    model, settings = parts.language_model, parts.settings
    if model is None:
        return "none is set: nothing that people say leaves this machine"
    from bot.chat.prompting import LIMITS  # noqa: PLC0415  with a model only
    from bot.chat.shapes import Queries  # noqa: PLC0415

    uses = uses_of(settings.chat_uses)
    sent = "; ".join(f"for {use}: {', '.join(LIMITS[use])}" for use in Use if use in uses)
    masked = "are masked" if settings.chat_mask else "are NOT masked (ADVISOR_CHAT_MASK)"
    told = (f"{model.name} at {model.address or 'an address of its vendor'}, which is sent {sent}; "
            f"names and counterparties {masked}")
    if not ask:
        return f"{told}. Not called; --ask-model sends it one question of ours"
    call = model.ask(Use.SEARCH, {"question": PROBE, "topics": ""}, shape=Queries)
    if call.ended is not Ended.ANSWERED:
        end = _ENDS.get(call.ended, "can't be asked")
        raise AdvisorError("language_model", f"{told}. It {end}: {call.why}.")
    return f"{told}. It answered in {call.took_ms} ms, asked by {model.standing().method}"


def _slack(reach: SlackReach, programs: str) -> str:
    """*programs* is the workspace that is to see what programs say; empty for none."""
    if reach.bot_token is None:
        if reach.several:
            return "several workspaces: each one's token comes with its installation"
        return "not set up: 'advisor serve' starts the local workspace"
    asked = "SLACK_BOT_TOKEN"
    try:
        answer = client(reach.bot_token, reach.api_url, []).auth_test()
        if reach.app_token is not None:
            asked = "SLACK_APP_TOKEN"
            client(reach.app_token, reach.api_url, []).apps_connections_open(
                app_token=reach.app_token)
    except SlackApiError as error:
        reason = reason_of(error)
        if is_refusal(error):
            raise AdvisorError("slack", refused(asked, reason)) from None
        raise AdvisorError("slack", f"Slack has a fault of its own, or too much to do ({reason}). "
                           "Look at status.slack.com, and try again.") from None
    except (SlackClientError, OSError) as error:
        raise AdvisorError("slack", f"Slack can't be reached at {without_password(reach.api_url)}: "
                           f"{error}. Look at the network and the proxy.") from None
    headers = {k.lower(): v for k, v in answer.headers.items()}
    _insist_on_time(headers.get("date"))
    _insist_on_scopes(headers.get("x-oauth-scopes"), reach.scopes)
    if programs not in {"", answer["team_id"]}:
        raise AdvisorError("slack", f"ADVISOR_API_WORKSPACE is {programs}, and SLACK_BOT_TOKEN is "
                           f"of {answer['team_id']}: nobody could see what programs say.")
    return f"connected to {answer['team']} as {answer['user']}, with every scope"


def _insist_on_time(date: str | None) -> None:
    """Slack and we must agree on the time: requests older than five minutes are refused."""
    if date is None:
        return
    apart = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    if apart > CLOCK_SECONDS:
        raise AdvisorError("slack", f"This machine's clock is {apart:.0f} seconds off Slack's, so "
                           "signed requests will be refused. Set it by NTP.")


def _insist_on_scopes(granted: str | None, needed: frozenset[str]) -> None:
    if granted is None:
        return
    missing = sorted(needed - {scope.strip() for scope in granted.split(",")})
    if missing:
        # Not to paste ours again: it would take out the addresses that were added to it.
        raise AdvisorError("slack", f"The app lacks the scopes {', '.join(missing)}. Add them to "
                           "its manifest at api.slack.com/apps, and reinstall it.")


_ENDS = {
    Ended.MALFORMED: "answered, but not what was asked for; it may be too weak",
    Ended.TIMED_OUT: "gave no answer within ADVISOR_CHAT_SECONDS",
}
"""What a call came to that was not answered; of the others `why` says all."""


def _telemetry(_: Assembly) -> str:
    sent_to = receivers(os.environ)
    if not sent_to:
        return "numbers and traces are sent nowhere; 'advisor serve' shows numbers at /metrics"
    away = {address: why for address in sent_to if (why := unreached(address)) is not None}
    if away:
        said = "; ".join(f"{without_password(address)} can't be reached: {why}"
                         for address, why in away.items())
        raise AdvisorError("telemetry", f"{said}. Answers go on; numbers and traces are lost. "
                           "Start the receiver, or correct OTEL_EXPORTER_OTLP_ENDPOINT.")
    return f"somebody listens at {' and '.join(map(without_password, sent_to))}"


_LOOKS: dict[str, Callable[[Assembly], str]] = {
    "settings": _settings,
    "data folder": _data,
    "schema": _schema,
    "sentences": _wording,
    "model": _model,
    "corpus": _corpus,
    "corpus folder": _folder,
    "draft": _draft,
    "index": _index,
    "database": _database,
    "telemetry": _telemetry,
}
_TRIED: dict[str, Callable[[Assembly], str]] = {
    "model": _model, "corpus": unbegun.corpus, "draft": _draft, "index": _index}
"""What is tried in a folder that goes again, where nothing has begun."""
_UNBEGUN: dict[str, Callable[[Assembly], str]] = {
    "corpus folder": lambda _: "what the first start puts in force", "database": unbegun.database}
"""What is looked at otherwise then."""
