"""Installation in several workspaces: Bolt's OAuth flow over the store's database.

Tokens open every channel that the app was invited to, so they lie sealed in the database; the key
is a setting and never lies beside them.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Engine, Text, desc, func, select, union
from sqlalchemy.types import TypeDecorator

from bot.database.making import make_tables
from bot.errors import BadSetting

STATE_SECONDS = 600
"""How long a person may take over Slack's page of consent."""
KEPT_SECONDS = 10
"""How long a token that was looked up is used; an uninstalled workspace is noticed after it."""
_SEALED = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token",
           "incoming_webhook_url")

_log = logging.getLogger("advisor.slack")


class Sealed(TypeDecorator[str]):
    """Text that is encrypted on its way into the database."""

    impl = Text
    cache_ok = False

    def __init__(self, fernet: Fernet) -> None:
        super().__init__()
        self._fernet = fernet

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Seal."""
        return None if value is None else self._fernet.encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002  SQLAlchemy's signature
        """Open; raises BadSetting where the key is another."""
        if value is None:
            return None
        try:
            return self._fernet.decrypt(value.encode()).decode()
        except InvalidToken:
            raise BadSetting("ADVISOR_TOKEN_KEY is not the key that the tokens of the installed "
                             "workspaces were sealed with. Set the old key again, or install the "
                             "app anew in each workspace.") from None


@dataclass(frozen=True, slots=True)
class Installed:
    """A workspace that has installed the app, or has done so again."""

    workspace: str
    by: str
    """Slack's id of the person."""
    scopes: tuple[str, ...]
    """What the app may do there from now on."""
    at: datetime


class _Telling(SQLAlchemyInstallationStore):
    """Bolt's store of installations, which also tells of each."""

    def __init__(
        self, client_id: str, engine: Engine, tell: Callable[[Installed], object]
    ) -> None:
        super().__init__(client_id, engine)
        self._tell = tell

    def save(self, installation: Installation) -> None:
        """Keep the tokens of a workspace, and tell of it."""
        super().save(installation)
        self._tell(Installed(
            installation.team_id or "", installation.user_id,
            tuple(sorted(installation.bot_scopes or ())),
            datetime.fromtimestamp(installation.installed_at, UTC)))


class _States(SQLAlchemyOAuthStateStore):
    """Bolt's store of who is at Slack's page of consent, without those who never came back."""

    def issue(self, *args: Any, **kwargs: Any) -> str:
        """A new state; each look at the installation's page takes one, whoever looks."""
        kept, now = self.oauth_states, datetime.now(UTC).replace(tzinfo=None)  # as it writes them
        with self.engine.begin() as connection:
            connection.execute(kept.delete().where(kept.c.expire_at < now))
        return super().issue(*args, **kwargs)


class _Flow(OAuthFlow):
    """Bolt's flow, which says what went wrong with the code in it; this one says so without."""

    def __init__(self, web: WebClient, settings: OAuthSettings) -> None:
        quiet = logging.getLogger("advisor.bolt.oauth")
        quiet.setLevel(logging.ERROR)
        super().__init__(client=web, logger=quiet, settings=settings)

    def run_installation(self, code: str) -> Installation | None:
        """What Slack gives for *code*; None where it refuses it."""
        made = super().run_installation(code)
        if made is None:
            _log.warning("the app was not installed: Slack refused what its page of consent gave")
        return made


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    until: float


class Installations:
    """The workspaces that have installed the app.

    Raises:
        BadSetting: *key* is no key; the message says how to make one.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        client_id: str,
        client_secret: str,
        scopes: list[str],
        key: str,
        web: WebClient,
        tell: Callable[[Installed], object] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._kept: dict[str, _Kept] = {}
        self._store = _Telling(client_id, engine, tell)
        sealed = Sealed(_fernet(key))
        for table in (self._store.bots, self._store.installations):
            for name in _SEALED:
                if name in table.c:
                    table.c[name].type = sealed
        states = _States(STATE_SECONDS, engine)
        make_tables(engine, self._store.metadata, states.metadata)
        self.flow = _Flow(web, OAuthSettings(
            client_id=client_id, client_secret=client_secret, scopes=scopes,
            installation_store=self._store, state_store=states))

    def __call__(self, team: str) -> str:
        """The bot token of *team*.

        Raises:
            LookupError: The workspace has not installed the app, or has removed it.
        """
        kept = self._kept.get(team)
        if kept is not None and kept.until > time.monotonic():
            return kept.token
        bots = self._store.bots.c
        query = (
            select(bots.bot_token)
            .where(bots.client_id == self._store.client_id, bots.team_id == team,
                   bots.bot_token.is_not(None))
            .order_by(desc(bots.installed_at))
            .limit(1)
        )
        with self._engine.begin() as connection:
            token = connection.scalar(query)
        if token is None:
            self._kept.pop(team, None)
            raise LookupError(f"the app is not installed in the workspace {team!r}")
        self._kept[team] = _Kept(token, time.monotonic() + KEPT_SECONDS)
        return str(token)

    def removed(
        self, team: str, enterprise: str | None, second: datetime | None = None
    ) -> None:
        """Forget the tokens of a workspace that has removed the app.

        Args:
            team: The workspace.
            enterprise: Its organisation; None if it is of none.
            second: In which it was removed, None where that is not known.  Who has installed the
                app anew since goes on: Slack may tell of a removal minutes after.
        """
        bots = self._store.bots.c
        latest = select(func.max(bots.installed_at)).where(
            bots.client_id == self._store.client_id, bots.team_id == team)
        with self._engine.begin() as connection:
            since = connection.scalar(latest)
            organisations = connection.scalars(union(*(
                select(kept.enterprise_id).where(
                    kept.client_id == self._store.client_id, kept.team_id == team)
                for kept in (bots, self._store.installations.c)))).all()
        if second is not None and since is not None and (
                since.replace(tzinfo=UTC) >= second + timedelta(seconds=1)):
            _log.info("the app was installed anew since it was removed from a workspace")
            return
        # Slack doesn't always say of which organisation, and a workspace may have come into one.
        for organisation in {enterprise, *organisations}:
            self._store.delete_all(enterprise_id=organisation, team_id=team)
        self._kept.pop(team, None)


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise BadSetting(
            "Several workspaces need ADVISOR_TOKEN_KEY, which seals their tokens. Make one with "
            "python -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())' and keep it outside the database."
        ) from None
