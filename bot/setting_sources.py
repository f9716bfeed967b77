"""Where settings are read from: the environment, `.env`, files of secrets; the first one wins."""

import logging
import os
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values
from dotenv.parser import Original, parse_stream
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from bot.errors import BadSetting
from bot.setting_values import expected, given, plainly
from bot.settings import PREFIX, SLACK_PREFIX, Settings, SlackSettings
from retrieval import not_utf8

SECRETS_DIR = "/run/secrets"
"""Where Docker puts secrets: a file for each, called as its setting, such as `advisor_log_key`."""
_S = TypeVar("_S", bound=BaseSettings)

# Its own word for a line that it can't read names neither the file nor what to do: we tell of it.
logging.getLogger("dotenv").setLevel(logging.ERROR)


def load() -> Settings:
    """The settings in force.

    Raises:
        BadSetting: A value can't be used; names each one, what is wrong, and what is expected.
    """
    return _loaded(Settings)


def load_slack() -> SlackSettings:
    """How Slack is reached.

    Raises:
        BadSetting: As `load`; or what is set is not enough to connect.
    """
    slack = _loaded(SlackSettings)
    by_socket = slack.app_token and slack.bot_token
    by_http = slack.signing_secret and (slack.bot_token or (
        slack.client_id and slack.client_secret))
    if slack.connects and not by_socket and not by_http:
        raise BadSetting(
            "What is set of Slack is not enough to connect. Socket Mode needs SLACK_APP_TOKEN "
            "and SLACK_BOT_TOKEN; HTTP needs SLACK_SIGNING_SECRET with SLACK_BOT_TOKEN, or with "
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for several workspaces. With none of them "
            "set, the local workspace starts."
        )
    return slack


def given_names() -> frozenset[str]:
    """Every name that looks like one of our settings or of Slack's, wherever they are read from.

    Raises:
        BadSetting: A file of settings can't be read.
    """
    secrets = _secrets()
    in_secrets = (one.name for one in secrets.iterdir()) if secrets.is_dir() else ()
    return frozenset(name for name in (*os.environ, *names_in_file()[1], *in_secrets)
                     if name.upper().startswith((PREFIX, SLACK_PREFIX)))


def names_in_file() -> tuple[Path, frozenset[str]]:
    """The file of settings, and every name in it, whoever's it is.

    Raises:
        BadSetting: The file can't be read.
    """
    file = Path(".env").absolute()
    try:
        return file, frozenset(dotenv_values(file) if file.is_file() else ())
    except UnicodeDecodeError:
        raise BadSetting(_misread(_secrets()) or f"{file} can't be read") from None


def lines_not_read() -> tuple[Path, list[int]]:
    """The file of settings, and its lines that are none as they have to be written, from 1.

    Raises:
        BadSetting: The file can't be read.
    """
    file = Path(".env").absolute()
    if not file.is_file():
        return file, []
    try:
        with file.open(encoding="utf-8") as stream:
            return file, [_line_of(one.original) for one in parse_stream(stream) if one.error]
    except UnicodeDecodeError:
        raise BadSetting(_misread(_secrets()) or f"{file} can't be read") from None


def _line_of(original: Original) -> int:
    """The line on which the words of *original* begin, behind the empty ones that it has too."""
    empty = original.string[: len(original.string) - len(original.string.lstrip())]
    return original.line + empty.count("\n")


def _secrets() -> Path:
    named = os.environ.get("ADVISOR_SECRETS_DIR", "").strip()
    if named and not Path(named).is_dir():
        raise BadSetting(f"ADVISOR_SECRETS_DIR names {named}, which is no folder. Correct it, or "
                         f"leave it out for {SECRETS_DIR}.")
    return Path(named or SECRETS_DIR)


def _loaded(kind: type[_S]) -> _S:
    secrets = _secrets()
    try:
        return kind(_secrets_dir=secrets if secrets.is_dir() else None)
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        problems = [
            f"{prefix}{'_'.join(str(p) for p in e['loc']).upper()}: {expected(kind, e)} "
            f"(given: {given(kind, e)})" if e["loc"] else plainly(e["msg"])
            for e in error.errors()
        ]
        raise BadSetting("Some settings can't be used.\n" + "\n".join(problems)) from None
    except (UnicodeDecodeError, SettingsError):
        misread = _misread(secrets)
        if misread is None:
            raise
        raise BadSetting(misread) from None


def _misread(secrets: Path) -> str | None:
    """Which file of settings is not UTF-8, and where; None where all of them are."""
    files = [Path(".env"), *(sorted(secrets.iterdir()) if secrets.is_dir() else ())]
    for file in files:
        fault = not_utf8.fault(file.read_bytes()) if file.is_file() else None
        if fault is not None:
            return f"{file.absolute()}:{fault[0]}: {fault[1]}."
    return None
