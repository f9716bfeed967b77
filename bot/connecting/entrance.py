"""Where the console is reached, and who reviews, by the settings."""

from collections.abc import Callable
from urllib.parse import quote

from bot.connecting.local_people import LOCAL_REVIEWERS
from bot.console.entry.access import HOME, Address
from bot.errors import BadSetting
from bot.settings import Settings


def address_of(settings: Settings, local: str | None) -> Address | None:
    """Where the console is; None where nobody has said where this server is reached.

    Args:
        settings: Those in force.
        local: Where the local workspace is reached; None where there is a Slack.

    Raises:
        BadSetting: The address that is set can't be used.
    """
    base = local or settings.base_url.rstrip("/")
    try:
        return Address(base) if base else None
    except ValueError as error:
        raise BadSetting(f"ADVISOR_BASE_URL can't be used: {error}.") from None


def page_of(address: Address | None) -> Callable[[str], str] | None:
    """Gives the address of a conversation's page in the console at *address*; None without one."""
    if address is None:
        return None
    return lambda name: f"{address.base}{HOME}/conversations/{quote(name, safe='')}"


def reviewers(settings: Settings, *, local: bool) -> frozenset[str]:
    """Who reviews; somebody of the local workspace where it runs."""
    return listed(settings.reviewers or (LOCAL_REVIEWERS if local else ""))


def listed(ids: str) -> frozenset[str]:
    """The ids in a setting, which commas divide."""
    return frozenset(filter(None, map(str.strip, ids.split(","))))
