"""Prompts from `prompts/*.md`: a fixed part for the system, and a part that data is filled into.

A file has two headings, "# System" and "# User".  Nothing is ever filled into the first.  In the
second a variable such as `{message}` stands on a line of its own and becomes lines of data, see
`bot.chat.delimiting`.  A variable that is missing, or that nobody supplies, is an error at start.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from langchain_core.messages import SystemMessage
from langchain_core.prompts import ChatPromptTemplate, HumanMessagePromptTemplate

from bot.chat.calls import Use
from bot.chat.delimiting import cut, data
from bot.errors import BadContent

FILES: Mapping[Use, str] = {
    Use.READING: "read_message.md",
    Use.SEARCH: "rewrite_question.md",
    Use.WORDING: "word_answer.md",
}

LIMITS: Mapping[Use, Mapping[str, int]] = {
    Use.READING: {"facts": 12_000, "asked": 300, "message": 6_000},
    Use.SEARCH: {"question": 1_000, "topics": 1_000},
    Use.WORDING: {"question": 1_000, "points": 12_000},
}
"""The variables of each prompt, and how many characters of each are sent at most."""

_SYSTEM, _USER = "# System", "# User"


@dataclass(frozen=True)
class Filled:
    """What is sent."""

    messages: tuple[Mapping[str, str], ...]
    """Role ("system", "user") and content."""
    cut: tuple[str, ...]
    """What had to be cut, in words without anything of the data."""


@dataclass(frozen=True)
class Prompt:
    """One prompt, checked."""

    use: Use
    text: str
    """The whole file."""
    template: ChatPromptTemplate

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def fill(self, said: Mapping[str, str]) -> Filled:
        """The messages with the data *said*; what is too long is cut after a sentence.

        Raises:
            KeyError: *said* lacks a variable of the prompt.
        """
        limits = LIMITS[self.use]
        kept = {name: cut(said[name], most) for name, most in limits.items()}
        messages = self.template.format_messages(
            **{name: data(text) for name, text in kept.items()})
        return Filled(
            tuple({"role": role, "content": str(message.content)}
                  for role, message in zip(("system", "user"), messages, strict=True)),
            tuple(f"{name} cut from {len(said[name])} to {len(text)} characters"
                  for name, text in kept.items() if text != said[name]))


def load(folder: Path) -> Mapping[Use, Prompt]:
    """The prompts under *folder*, checked.

    Raises:
        BadContent: With every problem found.
    """
    problems: list[str] = []
    prompts = {}
    for use, name in FILES.items():
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{folder / name}: can't be read: {error}. Restore it from the release")
            continue
        found = _problems_of(text, frozenset(LIMITS[use]))
        problems += [f"{name}: {problem}" for problem in found]
        if not found:
            system, user = _parts(text)
            prompts[use] = Prompt(use, text, ChatPromptTemplate([
                SystemMessage(system), HumanMessagePromptTemplate.from_template(user)]))
    if problems:
        raise BadContent("\n".join(problems))
    return prompts


def _problems_of(text: str, variables: frozenset[str]) -> list[str]:
    lines = text.splitlines()
    if not lines or lines[0] != _SYSTEM or lines.count(_USER) != 1 or lines.count(_SYSTEM) != 1:
        return [f"has to begin with {_SYSTEM!r} and to have one heading {_USER!r} after it"]
    system, user = _parts(text)
    problems = [f"there is nothing under {heading!r}"
                for heading, part in ((_SYSTEM, system), (_USER, user)) if not part]
    if "{" in system or "}" in system:
        problems.append(f"the part {_SYSTEM!r} holds a brace; nothing may be filled in there")
    try:
        named = [name for _, name, _, _ in Formatter().parse(user) if name is not None]
    except ValueError as error:
        return [*problems, f"the part {_USER!r} has a brace too few or too many: {error}"]
    problems += [f"the variable {{{name}}} is missing" for name in sorted(variables - set(named))]
    problems += [f"names {{{name}}}, but is given only {sorted(variables)}"
                 for name in sorted(set(named) - variables)]
    alone = [line.strip() for line in user.splitlines()]
    problems += [f"the variable {{{name}}} has to stand once, on a line of its own"
                 for name in sorted(variables & set(named))
                 if alone.count(f"{{{name}}}") != 1 or user.count(f"{{{name}") != 1]
    return problems


def _parts(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    at = lines.index(_USER)
    return "\n".join(lines[1:at]).strip(), "\n".join(lines[at + 1:]).strip()
