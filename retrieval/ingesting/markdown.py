"""Markdown, read by markdown-it-py: the words as they are shown, without what marks them up.

HTML within it is neither run nor kept; a document that needs it is better read as HTML.
"""

import re

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.ingesting.composing import Composition, raised, raised_mark
from retrieval.ingesting.extracted import BlockKind, Extracted
from retrieval.ingesting.limits import Limits
from retrieval.ingesting.plain_text import decoded

_FRONT = re.compile(r"\A---[ \t]*\n(?P<keys>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"^(?P<key>title|lang|language):[ \t]*(?P<value>[^\n]*)$", re.MULTILINE)
_NOTHING = "tag:yaml.org,2002:null"
_NOT_PLAIN = tuple("[]{}&*!|>%@`#")
"""What begins a value of YAML that is no plain text."""
_NOTE = re.compile(r"^ {0,3}\[\^(?P<mark>[^\]\s]+)\]:[ \t]*(?P<words>.*(?:\n(?:[ \t]+\S.*))*)",
                   re.MULTILINE)
_NOTED = re.compile(r"\[\^(?P<mark>[^\]\s]+)\]")
_TAG = re.compile(r"<(?P<ends>/?)(?P<name>[a-zA-Z]+)")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


def extract(data: bytes, limits: Limits) -> Extracted:
    """Read the Markdown *data*.

    Raises:
        NotIngested: It is no text, or too long.
    """
    text, notes = decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    composition = Composition(limits)
    for sentence in notes:
        composition.note(sentence)
    front = _FRONT.match(text)
    stated = _stated(front["keys"]) if front else {}
    text = text[front.end():] if front else text
    text, footnotes = _without_notes(text)
    parser = MarkdownIt("commonmark").enable("table")
    _Reader(composition, {mark for mark, _ in footnotes}).read(parser.parse(text))
    for mark, words in footnotes:
        inline = parser.parseInline(" ".join(words.split()))
        shown = "".join(_words_of(token, frozenset(), composition) for token in inline)
        composition.add(BlockKind.FOOTNOTE, f"{raised_mark(mark)} {shown}", number=mark)
    return composition.finished(
        title=stated.get("title", ""), language=stated.get("lang") or stated.get("language", ""))


def _stated(keys: str) -> dict[str, str]:
    """The texts that front matter states, by key.

    It is YAML, and often none: "title: Guidelines: a primer" is what somebody typed, and is meant.
    """
    try:
        node = yaml.compose(keys, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {m["key"]: _unquoted(m["value"]) for m in _KEY.finditer(keys)
                if not m["value"].strip().startswith(_NOT_PLAIN)}
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value.value for key, value in node.value
            if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
            and value.tag != _NOTHING}


def _unquoted(value: str) -> str:
    plain = value.strip()
    quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "\"'"
    return plain[1:-1] if quoted else plain


def _without_notes(text: str) -> tuple[str, list[tuple[str, str]]]:
    """*text* without the footnotes' own lines, and those, in their order; none within code."""
    footnotes: list[tuple[str, str]] = []
    parts = re.split(r"(^ {0,3}(?:```|~~~).*?^ {0,3}(?:```|~~~)[ \t]*$)", text,
                     flags=re.MULTILINE | re.DOTALL)
    for place, part in enumerate(parts):
        if not _FENCE.match(part):
            footnotes += [(m["mark"], m["words"]) for m in _NOTE.finditer(part)]
            parts[place] = _NOTE.sub("", part)
    return "".join(parts), footnotes


class _Reader:
    def __init__(self, composition: Composition, marks: set[str]) -> None:
        self._composition = composition
        self._marks = frozenset(marks)
        self._lists: list[tuple[str, int]] = []
        """Of each list that is open: what closes a number ("." or ")", "" for bullets), next."""
        self._entry = ""
        self._entry_level = 0
        self._in_entry = False
        self._heading = 0
        self._cells: list[str] | None = None

    def read(self, tokens: list[Token]) -> None:
        for token in tokens:
            step = getattr(self, f"_{token.type}", None)
            if step is not None:
                step(token)

    def _heading_open(self, token: Token) -> None:
        self._heading = int(token.tag[1])

    def _heading_close(self, _: Token) -> None:
        self._heading = 0

    def _ordered_list_open(self, token: Token) -> None:
        start = token.attrGet("start")
        self._lists.append((token.markup, int(start) if start is not None else 1))

    def _bullet_list_open(self, _: Token) -> None:
        self._lists.append(("", 0))

    def _ordered_list_close(self, _: Token) -> None:
        self._lists.pop()
        self._in_entry = False

    _bullet_list_close = _ordered_list_close

    def _list_item_open(self, _: Token) -> None:
        close, count = self._lists[-1]
        # An entry that begins with a list of its own has its number before that list's first.
        self._entry_level = self._entry_level if self._entry else len(self._lists)
        self._entry += f"{count}{close} " if close else ""
        self._in_entry = True
        self._lists[-1] = (close, count + 1)

    def _list_item_close(self, _: Token) -> None:
        self._entry, self._in_entry = "", False

    def _tr_open(self, _: Token) -> None:
        self._cells = []

    def _tr_close(self, _: Token) -> None:
        self._composition.row(self._cells or [])
        self._cells = None

    def _inline(self, token: Token) -> None:
        words = _words_of(token, self._marks, self._composition)
        if self._cells is not None:
            self._cells.append(words)
        elif self._heading:
            self._composition.add(BlockKind.HEADING, words, level=self._heading)
        else:
            self._add(words)

    def _fence(self, token: Token) -> None:
        self._add(token.content)

    _code_block = _fence

    def _html_block(self, _: Token) -> None:
        self._composition.note("HTML within the text was left out: {n} times.")

    def _add(self, words: str) -> None:
        if not self._in_entry:
            kind = BlockKind.ITEM if self._lists else BlockKind.PARAGRAPH
            self._composition.add(kind, words, level=len(self._lists))
            return
        numbered = None if self._entry else ""
        self._composition.add(BlockKind.ITEM, self._entry + words, level=self._entry_level,
                              number=numbered)
        self._entry, self._in_entry = "", False


def _words_of(token: Token, marks: frozenset[str], composition: Composition) -> str:
    parts: list[str] = []
    raises = False
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
            composition.note("Pictures were left out, their descriptions kept: {n}.")
        elif child.type == "html_inline":
            composition.note("HTML within the text was left out: {n} times.")
            tag = _TAG.match(child.content)
            if tag and tag["name"].lower() == "br":
                parts.append(" ")
            elif tag and tag["name"].lower() == "sup":
                raises = not tag["ends"]
        elif child.type == "text":
            words = _NOTED.sub(
                lambda m: raised_mark(m["mark"]) if m["mark"] in marks else m[0], child.content)
            parts.append(raised(words) if raises else words)
        else:
            parts.append(child.content)
    return "".join(parts)
