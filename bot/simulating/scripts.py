"""What a person says and picks in a conversation that is played: stored, invented, or in a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.conversation import Conversation, ConversationId, Message
from bot.dialogue.deal import MessageKey
from bot.dialogue.intents import Intent
from bot.errors import BadInput
from bot.turns.delivery import edited
from bot.turns.turn import Turn

Answers = Mapping[str, Sequence[str] | None]
StateOf = Callable[[ConversationId, int], Conversation]
"""Gives a conversation as turn number so-and-so left it."""

SIMULATED = ConversationId("simulated")
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""When invented messages are said; nothing that is said of a deal depends on it."""
MOST_LINES = 200
"""Messages of one case that are played."""


class Mode(StrEnum):
    """How a stored case is played."""

    READ = "read"
    """Its words are read anew, as either edition's vocabulary reads them."""
    FACTS = "facts"
    """What was understood then is taken as it was."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the person does next."""

    key: MessageKey
    text: str = ""
    answers: Answers | None = None
    """What is picked, by fact; None where the person writes."""
    intent: Intent | None = None
    """What a button means."""
    edits: MessageKey | None = None
    """The message that this is a new wording of."""
    understood: Message | None = None
    """The message as it was read then, where it isn't read anew."""
    deal: str = ""
    """Which of several deals of the person it is about."""
    shown: int | None = None
    """Number of the last turn that the person had seen; None for the one before."""
    others: tuple[Conversation, ...] | None = None
    """The person's other deals as they stood then; None for those of the same case."""
    sent_at: datetime = NO_TIME


@dataclass(frozen=True, slots=True)
class Script:
    """A case that can be played."""

    title: str
    lines: tuple[Line, ...]
    answers: Answers | None = None
    """What is answered when something is asked after the last line, "I don't know" to all else;
    None ends with the last line."""
    notes: tuple[str, ...] = ()
    """What whoever looks at the outcome has to know."""
    alone: bool = True
    """Whether the person's deals may be compared with one another."""
    conversation: ConversationId = SIMULATED
    """What it goes by, so that it isn't compared with itself."""


def invented(
    says: Sequence[str], answers: Answers | None = None, title: str = "An invented case"
) -> Script:
    """A case of messages, and of answers where something is asked after them.

    Raises:
        BadInput: It holds no message, or more than are played.
    """
    lines = tuple(Line(MessageKey(f"line:{n}"), text.strip())
                  for n, text in enumerate(says, start=1) if text.strip())
    return _sized(Script(title, lines, answers))


def stored(
    turns: Sequence[Turn], mode: Mode = Mode.READ, state_of: StateOf | None = None
) -> Script:
    """The case that was recorded as *turns*.

    Args:
        turns: All turns of one conversation, in order.
        mode: Whether words are read anew.
        state_of: Gives other conversations of the person as they stood, for comparisons; None
            compares with nothing.

    Raises:
        BadInput: There are no turns, or more than are played.
    """
    # A second look is no message: what it understood besides is played where facts are.
    seconds = {turn.retakes: turn for turn in turns if turn.retakes is not None}
    said = [turn for turn in turns if turn.retakes is None]
    lines = []
    for number, turn in enumerate(said):
        others = None if turn.compared is None or state_of is None else tuple(
            state_of(one.conversation, one.version) for one in turn.compared)
        shown = None if turn.shown_version is None else sum(
            one.version <= turn.shown_version for one in said)
        line = Line(turn.key, turn.text, shown=shown, others=others,
                    sent_at=turn.message.sent_at)
        if mode is Mode.FACTS or turn.erased:
            understood = seconds.get(turn.version, turn).message
            lines.append(replace(line, understood=replace(understood, key=turn.key)))
        else:
            lines.append(_as_said(line, turn.message, said[:number]))
    name = turns[0].conversation if turns else SIMULATED
    return _sized(Script(f"Conversation {name}", tuple(lines), notes=tuple(_notes(turns, mode)),
                         alone=False, conversation=name))


def _as_said(line: Line, message: Message, earlier: Sequence[Turn]) -> Line:
    """*line* as the person said or picked it."""
    edited = next((turn.key for turn in reversed(earlier) if _is_edit(message, turn.key)), None)
    if edited is not None:
        return replace(line, edits=edited)
    # What was read points at its words in the message; what was picked points nowhere.
    picked = {str(fact): None if answer.values is None else sorted(answer.values)
              for fact, answer in message.heard.items() if not answer.end}
    if picked:
        return replace(line, answers=picked)
    if message.supposed and not message.text.strip():
        return replace(line, understood=message)  # picked to be tried out: there is nothing to read
    return line if message.text.strip() else replace(line, intent=message.intent)


def _is_edit(message: Message, key: MessageKey) -> bool:
    if not message.key.startswith(f"{key}:"):
        return False
    return bool(edited(message.key) == key or message.retracted or message.withdrawn
                or any(answer.message == key for answer in message.heard.values()))


def _notes(turns: Sequence[Turn], mode: Mode) -> Iterator[str]:
    erased = sum(turn.erased for turn in turns)
    if erased:
        yield (f"The words of {erased} of {len(turns)} messages are erased, so those are played "
               "from what was understood of them then. How either edition would read them can't "
               "be told any more.")
    elif mode is Mode.READ and any(turn.retakes is not None for turn in turns):
        yield ("A language model looked at some answers again. What it understood besides is left "
               "out here; what was understood then can be played instead.")
    elif mode is Mode.FACTS:
        yield "Played from what was understood then; how the words would be read now is left out."


def from_file(file: Path) -> Script:
    """The case in *file*: a scenario with `steps`, each of which `says` or `chooses`.

    A file without steps lists `says` and, where something is asked after them, `answers`.

    Raises:
        BadInput: It can't be read, or is none.
    """
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # A date that is none, say, or lists within lists without end.
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "strerror", None) or error
        reason = str(said).splitlines()[0]
        reason += "" if mark is None else f", in line {mark.line + 1}"
        raise BadInput("bad_case", f"{file} can't be read: {reason}") from None
    if not isinstance(data, dict):
        raise BadInput("bad_case", f"{file} holds no case: it needs 'steps', or 'says'.")
    title = str(data.get("title") or file.stem)
    answers = _answers(data.get("answers"), file, "answers")
    if "steps" not in data:
        says = data.get("says")
        says = [says] if isinstance(says, str) else says
        if not isinstance(says, list) or not all(isinstance(text, str) for text in says):
            raise BadInput("bad_case", f"{file}: 'says' lists messages, each of them a text.")
        return invented(says, answers, title)
    if not isinstance(data["steps"], list):
        raise BadInput("bad_case", f"{file}: 'steps' is a list.")
    lines = tuple(_step(file, n, step) for n, step in enumerate(data["steps"], start=1))
    return _sized(Script(title, lines, answers))


def _step(file: Path, number: int, step: Any) -> Line:
    if not isinstance(step, dict) or not ({"says", "chooses"} & step.keys()):
        raise BadInput("bad_case", f"{file}: step {number} needs 'says' or 'chooses'.")
    if unknown := sorted(map(str, step.keys() - {"says", "chooses", "deal"})):
        raise BadInput("bad_case", f"{file}: step {number} has {', '.join(unknown)}, which no step "
                       "has; known are says, chooses and deal.")
    says = step.get("says", "")
    if not isinstance(says, str):
        raise BadInput("bad_case", f"{file}: step {number}: put what is said in quotes; bare, "
                       "YAML reads a truth value or a number.")
    return Line(MessageKey(f"line:{number}"), says,
                _answers(step.get("chooses"), file, f"step {number}"),
                deal=str(step.get("deal", "")))


def _answers(given: Any, file: Path, where: str) -> Answers | None:
    if given is None:
        return None
    try:
        return answers_of(given)
    except BadInput as error:
        raise BadInput(error.code, f"{file}: {where}: {error}") from None


def answers_of(given: Any) -> Answers:
    """*given* as answers: a table of fact to a list of values, or null for "I don't know".

    Raises:
        BadInput: It is none.
    """
    if not isinstance(given, dict):
        raise BadInput("bad_answers", 'Answers are a table such as {"end_user": ["police"]}.')
    found: dict[str, Sequence[str] | None] = {}
    for fact, values in given.items():
        listed = [values] if isinstance(values, str) else values
        if listed is not None and (not isinstance(listed, list) or not listed or not all(
                isinstance(value, str) for value in listed)):
            raise BadInput("bad_answers", f"The answer to {fact!r} is a list of values in quotes, "
                           "or null for \"I don't know\".")
        found[str(fact)] = listed
    return found


def _sized(script: Script) -> Script:
    if not script.lines:
        raise BadInput("empty", "There is nothing to play: the case has no message.")
    if len(script.lines) > MOST_LINES:
        raise BadInput("too_long", f"The case has {len(script.lines)} messages; {MOST_LINES} are "
                       "played at most. Give the part that matters.")
    return script
