"""The machine protocol: one JSON object in, one out; for the terminal's pipe and for HTTP."""

import json
import logging
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.advisor import Advisor, Outcome, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.errors import AdvisorError, BadInput
from bot.machine.protocol import to_json
from bot.outages import outage
from bot.record.recording import insist_on_storable
from bot.second_look.journey import SecondLook
from bot.second_look.looked import Looked
from bot.turns.circumstances import Where

PIPE, API, TERMINAL = "pipe", "api", "terminal"
"""The doors that speak this protocol, and the terminal."""

MOST_OF_A_NAME = 255
"""Characters of the name of a conversation, which stands in every row of it."""

MOST_OF_A_KEY = 255
"""Characters of the key of a message.

Together with the name it stands in an index, of which PostgreSQL takes 2,704 bytes.
"""

Answers = dict[str, list[str] | None]
Supposed = dict[str, list[str]]

NOT_UTF8 = {"error": {"code": "bad_encoding", "message": "That line is not UTF-8. Send it again "
                      "in UTF-8."}}
"""The answer to a line that can't even be read as text."""


def answer_line(
    advisor: Advisor, line: str, author: str, key: str | None = None, *, alone: bool = False,
    door: str = PIPE, second_look: SecondLook | None = None, workspace: str = "",
) -> dict[str, Any]:
    """One line of the protocol answered; whatever is wrong with it, an error object.

    Args:
        advisor: Takes the turn.
        line: JSON, as documented in docs/machine-protocol.md.
        author: Whom the log names.
        key: Names the message, so that sending it again gives the same answer; a new one if None.
        alone: Whether all that *author* says is one person's, who alone reads the answers.
        door: Where it was said; see `bot.turns.circumstances.Where`.
        second_look: Betters the answer before it goes out; None without a language model.
        workspace: Slack's id of whose compliance leads see it; see `bot.record.spoken.home_of`.
    """
    try:
        name, text, answers, supposed = _parsed(line)
        _insist_on_key(key)
        with advisor.one_by_one.alone(name):
            outcome = take(advisor, name, author, text, answers, supposed, key=key, alone=alone,
                           door=door, workspace=workspace)
        looked = looked_at(second_look, outcome)
        outcome = looked.outcome or outcome
        return to_json(outcome.reply, outcome.conversation, outcome.number, outcome.guidance,
                       looked.refused)
    except AdvisorError as error:
        return {"error": {"code": error.code, "message": str(error)}}
    except Exception as error:
        if (away := outage(error)) is not None:
            return {"error": {"code": "away", "message": f"Nothing was answered, since {away}. "
                              "Then send this again."}}
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("advisor").exception(
            "turn failed", extra={"reference": reference})
        return {"error": {"code": "internal", "message": "I couldn't finish this answer. Give "
                          f"the reference {reference} to whoever keeps this installation."}}


def take(
    advisor: Advisor,
    name: str,
    author: str,
    text: str,
    answers: Answers | None = None,
    supposed: Supposed | None = None,
    *,
    key: str | None = None,
    alone: bool = False,
    door: str = TERMINAL,
    workspace: str = "",
) -> Outcome:
    """A turn of the conversation *name*.

    Raises:
        BadInput, StaleConversation: As `Advisor.take_turn`.
        OtherWorkspace: The conversation was begun in Slack, or in another workspace.
    """
    conversation = ConversationId(name)
    home = advisor.home_of(conversation, workspace)
    return advisor.take_turn(Said(
        key=_named(advisor, conversation, author, key or uuid.uuid4().hex),
        conversation=conversation,
        author=author,
        sent_at=datetime.now(UTC),
        text=text,
        answers=answers,
        supposed=supposed,
        alone=alone,
        workspace=home,
        where=Where(door),
        keyed=key is not None,
    ))


def _named(advisor: Advisor, name: ConversationId, author: str, key: str) -> MessageKey:
    """What the message *key* of the conversation *name* is called in the log.

    No two pairs share it: `a` with `b:c` is "api:a:b:c", and `a:b` with `c` is "api:a%3Ab:c".
    """
    written = name.replace("%", "%25").replace(":", "%3A")
    made = MessageKey(f"{author}:{written}:{key}")
    # Before names were so written, these two did share one: what was answered then stays found.
    before = MessageKey(f"{author}:{name}:{key}")
    return before if made != before and advisor.has_answered(name, before) else made


def looked_at(second_look: SecondLook | None, outcome: Outcome) -> Looked:
    """What came of a second look at *outcome*, at once; nothing where it isn't worth one.

    Whatever goes wrong with it, the answer stands.
    """
    if second_look is None or not outcome.worth_a_look:
        return Looked(None)
    try:
        return second_look.look(outcome.conversation.id, outcome.number)
    except Exception:
        logging.getLogger("advisor").exception("a second look failed; the answer stands as it is")
        return Looked(None)


def _parsed(line: str) -> tuple[str, str, Answers | None, Supposed | None]:
    """The name of the conversation in *line*, the text, the answers, and what is only tried out.

    Raises:
        BadInput: It is no such object.
    """
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput("bad_json", f"That line is not JSON: {error.msg} at character "
                       f"{error.pos}. Send one object a line.") from None
    except (ValueError, RecursionError):
        raise BadInput("bad_json", "A number in that line is too long, or it is nested too deeply "
                       "to be read. Send one object a line.") from None
    if not isinstance(data, dict):
        raise BadInput("bad_json", "A line holds one JSON object.")
    for words in _strings(data):
        insist_on_storable(words)
    name, text, answers = data.get("conversation"), data.get("text", ""), data.get("answers")
    if not isinstance(name, str) or not name.strip():
        raise BadInput("bad_conversation", "'conversation' names the conversation: a string "
                       "that isn't empty.")
    if len(name) > MOST_OF_A_NAME:
        raise BadInput("bad_conversation", f"The name of a conversation has {len(name):,} "
                       f"characters; at most {MOST_OF_A_NAME} are taken.")
    if not isinstance(text, str):
        raise BadInput("bad_text", "'text' is a string.")
    if answers is not None and not isinstance(answers, dict):
        raise BadInput("bad_answers", "'answers' maps facts to lists of values, or to null.")
    given = None if answers is None else {str(f): _values(f, v) for f, v in answers.items()}
    return name, text, given, _supposed(data.get("suppose"))


def _supposed(suppose: object) -> Supposed | None:
    if suppose is None:
        return None
    values = {str(f): _values(f, v) for f, v in suppose.items()} if (
        isinstance(suppose, dict)) else {}
    known = {f: v for f, v in values.items() if v is not None}
    if not isinstance(suppose, dict) or len(known) < len(values):
        raise BadInput("bad_suppose", "'suppose' maps facts to lists of values. That something "
                       "isn't known can't be tried out.")
    return known


def _insist_on_key(key: str | None) -> None:
    if key is not None and len(key) > MOST_OF_A_KEY:
        raise BadInput("bad_key", f"The key of a message has {len(key):,} characters; at most "
                       f"{MOST_OF_A_KEY} are taken.")


def _strings(data: dict[str, Any]) -> Iterator[str]:
    """All in *data* that is read and may be text, however deep it is nested."""
    left: list[Any] = [data.get("conversation"), data.get("text"), data.get("answers"),
                       data.get("suppose")]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += (*one, *one.values())
        elif isinstance(one, list):
            left += one


def _values(fact: object, values: object) -> list[str] | None:
    if values is None:
        return None
    if isinstance(values, str):
        return [values]
    if isinstance(values, list) and all(isinstance(v, str) for v in values):
        return values
    raise BadInput("bad_answers", f"The values of {fact!r} are a list of strings, or null.")
