"""Makes a chat model of any vendor from its name; the vendor's package is loaded here alone."""

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from bot.errors import BadSetting

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ANSWER_TOKENS_MOST = 4096
"""Tokens of one answer; what a model thinks before counts as well with some vendors."""
OWN_ANSWER_TOKENS_MOST = 2048
"""The same for a server of one's own, whose time is one's own too."""
NO_KEY = "no-key"
"""What a server of one's own is sent as its key where none is set."""
_CLIENTS = ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "langsmith", "anthropic")
"""Loggers that write what is sent, at DEBUG."""


def open_model(
    name: str, *, base_url: str = "", key: SecretStr | None = None, seconds: float = 20.0
) -> "BaseChatModel":
    """The model *name*; nothing is sent yet.

    Args:
        name: vendor:model.
        base_url: Address of a server of one's own; empty for the vendor's.
        key: Its key.  Without one the vendor's own variable is read, but only for the vendor's own
            address: a key of theirs is nobody else's business.
        seconds: How long the client waits for a part of an answer.

    Raises:
        BadSetting: There is no such vendor, its package is missing, or it lacks something.
    """
    settings: dict[str, Any] = {
        "timeout": seconds, "max_retries": 0, "temperature": 0, "max_tokens": ANSWER_TOKENS_MOST}
    secret = key.get_secret_value() if key else ""
    if base_url:
        settings["base_url"] = base_url
        if name.startswith("openai:"):
            # The client sends the limit under a new name that servers of one's own don't heed:
            # they would go on for minutes, and the next call would wait behind it.
            settings["extra_body"] = {"max_tokens": OWN_ANSWER_TOKENS_MOST}
        secret = secret or NO_KEY
    if secret:
        settings["api_key"] = secret
    for client in _CLIENTS:
        logging.getLogger(client).setLevel(logging.WARNING)
    try:
        return _made(name, settings)
    except ImportError as error:
        raise BadSetting(f"ADVISOR_CHAT_MODEL is {name}, and its vendor's package is missing. "
                         f"{error}") from None
    except ValidationError as error:
        told = "; ".join(str(problem["msg"]) for problem in error.errors(include_input=False))
        raise BadSetting(_cannot(name, told, secret)) from None
    except Exception as error:
        raise BadSetting(_cannot(name, str(error), secret)) from None


def without_own_limit(model: "BaseChatModel") -> "BaseChatModel | None":
    """*model* without the limit under its old name; None where it has none.

    Behind an address of one's own may be a gateway to the vendor, who refuses the old name.
    """
    if not getattr(model, "extra_body", None):
        return None
    return model.model_copy(update={"extra_body": None})


def address_of(model: "BaseChatModel", base_url: str) -> str:
    """Where *model* sends what it is asked, host and port; "" where its client doesn't tell.

    The client is asked first, since variables of the environment can lead it elsewhere.
    """
    told = getattr(getattr(model, "root_client", None), "base_url", None) or base_url
    return urlsplit(str(told)).netloc.rpartition("@")[2]


def keys_of(model: "BaseChatModel") -> tuple[str, ...]:
    """Whatever *model* keeps as a secret, wherever it has it from."""
    held = vars(model).values()
    return tuple(one.get_secret_value() for one in held if isinstance(one, SecretStr))


def _made(name: str, settings: dict[str, Any]) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model  # noqa: PLC0415  it takes a second

    vendor, _, model = name.partition(":")
    made: BaseChatModel = init_chat_model(model, model_provider=vendor, **settings)
    return made


def _cannot(name: str, why: str, secret: str) -> str:
    told = " ".join((why.replace(secret, "[key]") if secret else why).split()).rstrip(".")
    return (f"ADVISOR_CHAT_MODEL is {name}, which can't be made ready: {told}. "
            "Look at ADVISOR_CHAT_MODEL, ADVISOR_CHAT_BASE_URL and ADVISOR_CHAT_API_KEY.")
