"""What is wrong with a file of YAML or a value in it, told so that somebody can mend it."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import yaml

_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in (
    "bool", "float", "int", "map", "merge", "null", "seq", "str", "timestamp", "value"))
"""What YAML itself finds a value to be."""
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing: what is shown then is not what stands there."""
_UNSEEN = frozenset("\u00ad\u200b\u2060\ufeff")
"""Signs without width that come along from a web page or from Word, and match no word."""
_MERGED = ("<<<<<<<", "=======", ">>>>>>>")
"""What git leaves where it could not merge."""
_WANTED: Mapping[str, str] = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "date_from_datetime_parsing": "write a day, as 2026-11-28",
    "date_parsing": "write a day, as 2026-11-28",
    "date_type": "write a day, as 2026-11-28",
    "dataclass_type": "write a table, as {key: value}",
    "dict_type": "write a table, as {key: value}",
    "frozen_set_type": "write a list, as [one, another]",
    "int_from_float": "write a whole number",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "list_type": "write a list, as [one, another]",
    "mapping_type": "write a table, as {key: value}",
    "string_type": "write a text",
    "tuple_type": "write a list, as [one, another]",
}
"""What to write, by the kind of fault that pydantic finds."""


def what_was_wanted(key: str, named: str, problem: Mapping[str, Any]) -> str:
    """That the value under *key* is none of those it may be, and what to write.

    Args:
        key: Where it stands: "choices.0.value".
        named: The same with what it is of: "'choices.0.value' of a question".
        problem: One of `ValidationError.errors()`.
    """
    given, kind = problem.get("input"), problem["type"]
    if isinstance(given, bool) and kind == "string_type":
        return (f"{key!r}: write \"yes\" or \"no\" in quotes, and the code of Norway as \"NO\"; "
                "bare, YAML reads a truth value")
    wanted = _WANTED.get(kind)
    if wanted is None:
        return f"{named}: {problem['msg']}"
    if given is None:
        return f"{named}: nothing stands there; {wanted}"
    if kind == "string_type" and isinstance(given, int):
        return f"{named}: {given} is a number to YAML; put it in quotes"
    return f"{named}: {_what(given)} stands there; {wanted}"


def _what(given: object) -> str:
    if isinstance(given, list):
        return "a list"
    if isinstance(given, bool):
        return "a truth value (a bare yes, no, on or off)"
    return "a table" if isinstance(given, dict) else f"{str(given)[:60]!r}"


def meaningless_tag(node: yaml.Node) -> str:
    """The tag that somebody wrote before *node* and that nothing here reads; empty if none is."""
    tag = str(node.tag)
    if tag in _TAGS:
        return ""
    return tag.replace("tag:yaml.org,2002:", "!!")


def unseen_sign(text: str) -> str:
    """What is wrong with *text*, which holds a sign that nobody sees; empty if nothing is."""
    if text.isprintable():
        return ""
    for sign in text:
        name = f"U+{ord(sign):04X}"
        if sign in _TURNS:
            return f"a sign that turns the direction of writing ({name}) stands in it; take it out"
        if sign in _UNSEEN:
            return (f"a sign that nobody sees ({name}) stands in it, as web pages and Word bring "
                    "it along; type the words anew")
        if sign not in "\n\t" and unicodedata.category(sign) == "Cc":
            return f"a control sign ({name}) stands in it; take it out"
    return ""


def malformed(text: str, error: yaml.YAMLError) -> tuple[int, str]:
    """The line where *text* can't be read as YAML any further, and why, with where to look.

    A quote or a bracket that is never closed is noticed only far below, so where it opens is said.
    """
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    lines = text.splitlines()
    if mark is None or "control characters" in str(error):
        for number, one in enumerate(text.split("\n"), start=1):
            found = [sign for sign in one
                     if unicodedata.category(sign) == "Cc" and sign not in "\r\t"]
            if found:
                return number, (f"a control sign (U+{ord(found[0]):04X}) stands in this line; take "
                                "it out")
    line = mark.line + 1 if mark else 1
    here = "".join(lines[line - 1:line])
    before = here[:len(here) - len(here.lstrip())]
    if "\t" in before:
        return line, f"{reason}; a tab stands before the words: indent with blanks"
    if before.strip(" "):
        return line, (f"{reason}; a blank that doesn't break stands before the words, as web pages "
                      "bring it along: indent with blanks of the keyboard")
    for number in (line - 1, line, line - 2):
        if number > 0 and "".join(lines[number - 1:number]).startswith(_MERGED):
            return number, "two versions were merged here and stand both; keep one of them"
    context = getattr(error, "context", None) or ""
    opened = begun.line + 1 if begun else line
    if "flow" in context or "quoted scalar" in context:
        sign = "a quote" if "quoted" in context else "a bracket ([ or {)"
        return line, f"{reason}; {sign} that opens in line {opened} isn't closed before"
    for first, last in reversed(list(_long_quotes(text))):
        if last <= line:
            return line, (f"{reason}; the quote that opens in line {first} ends only in line "
                          f"{last}: was it to end before?")
    return line, (f"{reason}; look above it for a quote within a quote, or an indentation that "
                  "differs")


def _long_quotes(text: str) -> Iterator[tuple[int, int]]:
    """First and last line of each quote that goes over several, as far as *text* can be read."""
    tokens: list[yaml.Token] = []
    with suppress(yaml.YAMLError):  # what comes before is what is asked for
        tokens.extend(yaml.scan(text, Loader=yaml.CSafeLoader))
    for one in tokens:
        if isinstance(one, yaml.ScalarToken) and one.style in {'"', "'"} and (
                one.start_mark.line != one.end_mark.line):
            yield one.start_mark.line + 1, one.end_mark.line + 1
