"""The language model that is set, ready to be called; loaded only where one is set."""

from bot.chat import opening, prompting
from bot.chat.calling import Calls, Limits
from bot.settings import Settings


def calls_of(name: str, settings: Settings) -> Calls:
    """The model *name*, at the address, with the prompts and within the limits of *settings*.

    Raises:
        BadSetting: It can't be made ready.
        BadContent: A prompt can't be used.
    """
    s = settings
    model = opening.open_model(
        name, base_url=s.chat_base_url, key=s.chat_api_key, seconds=s.chat_seconds)
    limits = Limits(
        seconds=s.chat_seconds, budget_seconds=s.chat_call_seconds, retries=s.chat_retries,
        parallel=s.chat_parallel, failures=s.chat_failures, rest_seconds=s.chat_rest_seconds,
        tokens_per_day=s.chat_tokens_per_day)
    return Calls(name, model, prompting.load(s.prompts_dir), limits,
                 keys=opening.keys_of(model), address=opening.address_of(model, s.chat_base_url))
