"""How the calls of a language model read on the pages: what for, how they ended, and why."""

from collections.abc import Mapping

from bot.chat.calls import Ended, Use
from bot.console.turns.model_calls import ASKED_BACK, DROPPED, NOTHING, TAKEN
from bot.dialogue.fencing.refusal import Reason
from bot.dialogue.second_reading import Why
from bot.record.model_calls import PASSED

USES: Mapping[str, str] = {
    Use.READING: "Reading",
    Use.SEARCH: "Search",
    Use.WORDING: "Wording",
}
WHAT_FOR: Mapping[str, str] = {
    Use.READING: "Facts of a deal that the plain reader may have missed.",
    Use.SEARCH: "A loose question about the guidance, put as queries.",
    Use.WORDING: "A shorter, more natural answer from what was decided without it.",
}
ENDED: Mapping[str, str] = {
    Ended.ANSWERED: "answered",
    Ended.MALFORMED: "came back in another form than was asked for",
    Ended.FAILED: "failed",
    Ended.TIMED_OUT: "took too long",
    Ended.RESTING: "not asked: it had failed too often",
    Ended.BUSY: "not asked: too many calls were under way",
    Ended.SPENT: "not asked: the tokens of the day were used up",
}
REFUSED: Mapping[str, str] = {
    Reason.EMPTY: "it says nothing",
    Reason.TOO_LONG: "it is longer than what it restates",
    Reason.UNKNOWN_POINT: "it rests on a point that was not given",
    Reason.UNCITED: "a sentence rests on no point",
    Reason.MARKUP: "it holds links, mentions, markup or characters that can’t be seen",
    Reason.VERDICT: "it says whether the deal is lawful, approved or safe",
    Reason.QUOTATION: "it quotes what the cited text does not say",
    Reason.FIGURE: "it holds a number or a date that the cited text lacks",
    Reason.NAME: "it holds a name that the cited text lacks",
    Reason.NEGATION: "it denies what the cited text affirms, or the other way round",
    Reason.STRENGTH: "it says more strongly than the cited text what has to be done",
    Reason.ADDRESSEE: "it speaks of the person, of Advisor or of another deal",
    Reason.UNSUPPORTED: "it says what the cited text does not",
    Reason.LEFT_OUT: "it leaves out what has to be told",
}
OTHERS: Mapping[str, str] = {
    PASSED: "passed the fence",
    "stale": "came too late: the conversation had gone on",
}
PLAIN = "The plain answer stood."
BECAME: Mapping[str, str] = {
    TAKEN: "taken over",
    ASKED_BACK: "asked back",
    DROPPED: "dropped",
    NOTHING: "nothing: no answer came of it",
}
DROPPED_FOR: Mapping[str, str] = {
    Why.INTENT: "the message is for something else",
    Why.UNKNOWN_FACT: "there is no such fact",
    Why.UNKNOWN_VALUE: "the fact has no such value",
    Why.NOT_IN_MESSAGE: "those are no words of the message",
    Why.NO_CONTENT: "those words tell no fact",
    Why.WITHDRAWN: "the message says that it does not hold",
    Why.ANSWERED: "it was known already",
    Why.CONFLICTING: "not all that was read of it can hold",
    Why.NEEDLESS: "such a deal is not judged by it",
    Why.TOO_MANY: "more than can be asked back at once",
}


def use(code: str) -> str:
    """What a call was for."""
    return USES.get(code, _unknown(code))


def outcome(code: str) -> str:
    """How a call ended, or why its draft was refused."""
    if code in REFUSED:
        return f"refused: {REFUSED[code]}"
    return ENDED.get(code) or OTHERS.get(code) or _unknown(code)


def became(code: str) -> str:
    """What was made of a fact that a model read."""
    return BECAME.get(code) or _unknown(code)


def dropped_for(code: str) -> str:
    """Why a fact that a model read was dropped."""
    return DROPPED_FOR.get(code) or _unknown(code)


def prompt_name(digest: str) -> str:
    """The version of a prompt, short."""
    return digest[:12]


def money(micros: int) -> str:
    """An amount of millionths, in the currency that the prices are set in.

    It is not rounded: rounded figures of a table need not add up to the sum below them.
    """
    whole, rest = divmod(micros, 1_000_000)
    return f"{whole:,}.{f'{rest:06}'.rstrip('0'):0<2}" if micros else "0"


def _unknown(code: str) -> str:
    return code.replace("_", " ")
