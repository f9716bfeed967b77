"""Text as Slack writes it, as HTML: mrkdwn, Markdown, plain text and the names in them.

Whatever arrives is text until one of the few forms here is recognised, and every piece is
escaped on its way out.  So a tag, a `javascript:` link or a `<!channel>` that somebody slipped
into a message stays a string of characters or becomes a pill; it never becomes markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from bot.workspace.emoji import with_emoji

_LINKABLE = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_EVERYBODY = ("channel", "here", "everyone")
_FIRST_HEADING = 3
"""Level of a `#` heading in a message: the page's own headings come above it."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in a text are called: users and channels by id, and the reader's time zone."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""
    zone: tzinfo = UTC


def is_linkable(url: str) -> bool:
    """Whether *url* may become a link: web or mail, nothing that could run."""
    return _LINKABLE.fullmatch(url) is not None


def plain(text: str) -> Markup:
    """A plain_text object's text: emoji names drawn, line breaks kept, all else as typed."""
    return Markup("<br>").join(escape(line) for line in with_emoji(text).split("\n"))


def unescaped(text: str) -> str:
    """*text* with the three entities that Slack escapes turned back into characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_typed(text: str, names: Names) -> str:
    """*text* as its author typed it: names for ids, characters for entities."""
    def word(match: re.Match[str]) -> str:
        target, _, label = match[2].partition("|")
        known = {"@": names.users, "#": names.channels, "!": {}}[match[1]]
        return f"{'@' if match[1] == '!' else match[1]}{known.get(target) or label or target}"

    text = re.sub(r"<([@#!])([^<>\n]+)>", word, text)
    return unescaped(re.sub(r"<(https?://[^<>|\n]+)>", r"\1", text))


# --- mrkdwn ---------------------------------------------------------------------------------

_ATOM = re.compile(
    r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<token>[^<>\n]+)>|(?P<url>https?://[^\s<>|]+)",
    re.DOTALL,
)
# An emphasised span may hold atoms, so these are set aside first, each as one private character.
_HELD = re.compile("[\ue000-\uf8ff]")
_HELD_FIRST = 0xE000
_MOST_HELD = 0xF8FF - 0xE000
_SPAN = re.compile(r"(?<!\w)(?P<mark>[*_~])(?=\S)(?P<body>[^\n]*?\S)(?P=mark)(?!\w)")
_SPAN_TAG = {"*": Markup("b"), "_": Markup("i"), "~": Markup("s")}
_QUOTE = ("&gt;", ">")
_QUOTE_MARK = re.compile(r"(?:&gt;|>) ?")


def mrkdwn(text: str, names: Names) -> Markup:
    """*text* in Slack's mrkdwn, as HTML."""
    return _Mrkdwn(names).draw(text)


class _Mrkdwn:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._held: list[Markup] = []

    def draw(self, text: str) -> Markup:
        text = _ATOM.sub(self._hold, _HELD.sub("", text))
        out = Markup("")
        for quoted, lines in groupby(text.split("\n"), key=lambda line: line.startswith(_QUOTE)):
            if quoted:
                said = (_QUOTE_MARK.sub("", line, count=1) for line in lines)
                out += Markup("<blockquote>{}</blockquote>").format(self._lines(said))
            else:
                out += self._lines(lines)
        return out

    def _lines(self, lines: Iterable[str]) -> Markup:
        return Markup("<br>").join(self._spans(line) for line in lines)

    def _hold(self, match: re.Match[str]) -> str:
        if len(self._held) >= _MOST_HELD:
            return match[0]
        self._held.append(self._atom(match))
        return chr(_HELD_FIRST + len(self._held) - 1)

    def _atom(self, match: re.Match[str]) -> Markup:
        if match["pre"] is not None:
            return Markup("<pre>{}</pre>").format(unescaped(match["pre"]).strip("\n"))
        if match["code"] is not None:
            return Markup("<code>{}</code>").format(unescaped(match["code"]))
        if match["token"] is not None:
            return token(match["token"], self._names)
        url = match["url"].rstrip(".,;:!?)")
        return link(unescaped(url), unescaped(url)) + escape(match["url"][len(url):])

    def _spans(self, text: str) -> Markup:
        out, at = Markup(""), 0
        for match in _SPAN.finditer(text):
            out += self._words(text[at : match.start()])
            out += Markup("<{0}>{1}</{0}>").format(
                _SPAN_TAG[match["mark"]], self._spans(match["body"])
            )
            at = match.end()
        return out + self._words(text[at:])

    def _words(self, text: str) -> Markup:
        out, at = Markup(""), 0
        for held in _HELD.finditer(text):
            out += escape(with_emoji(unescaped(text[at : held.start()])))
            out += self._held[ord(held[0]) - _HELD_FIRST]
            at = held.end()
        return out + escape(with_emoji(unescaped(text[at:])))


def token(inside: str, names: Names) -> Markup:
    """What stands between `<` and `>`: a person, a channel, everybody, a date, or a link."""
    target, _, label = inside.partition("|")
    kind, rest = target[:1], target[1:]
    if kind == "@":
        name = names.users.get(rest) or unescaped(label) or rest
        return _pill(f"@{name}", reader=rest == names.reader)
    if kind == "#":
        return _pill(f"#{names.channels.get(rest) or unescaped(label) or rest}")
    if kind == "!":
        return _special(rest, unescaped(label), names)
    url = unescaped(target)
    if is_linkable(url):
        return link(url, with_emoji(unescaped(label)) or url.removeprefix("mailto:"))
    return escape(unescaped(f"<{inside}>"))


def link(url: str, label: str) -> Markup:
    """A link that opens beside the workspace; *url* must be `is_linkable`."""
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(
        url, label
    )


def _special(what: str, label: str, names: Names) -> Markup:
    if what in _EVERYBODY:
        return _pill(f"@{what}")
    if what.startswith("subteam^"):
        return _pill(label or "@group")
    if what.startswith("date^"):
        _, stamp, form, *_ = [*what.split("^"), "", ""]
        return escape(_date(stamp, form, names) or label)
    return escape(label or f"<{what}>")


def _date(stamp: str, form: str, names: Names) -> str | None:
    try:
        when = datetime.fromtimestamp(int(stamp), names.zone)
    except (ValueError, OverflowError, OSError):
        return None
    forms = {
        "{date_num}": f"{when:%Y-%m-%d}", "{date}": f"{when:%B} {when.day}, {when.year}",
        "{date_short}": f"{when:%b} {when.day}, {when.year}",
        "{date_long}": f"{when:%A, %B} {when.day}, {when.year}",
        "{date_pretty}": f"{when:%B} {when.day}, {when.year}",
        "{date_short_pretty}": f"{when:%b} {when.day}, {when.year}",
        "{date_long_pretty}": f"{when:%A, %B} {when.day}, {when.year}",
        "{time}": f"{when:%H:%M}", "{time_secs}": f"{when:%H:%M:%S}",
    }  # fmt: skip
    for name, value in forms.items():
        form = form.replace(name, value)
    return form


def _pill(text: str, *, reader: bool = False) -> Markup:
    return Markup('<span class="pill{}">{}</span>').format(" pill-me" if reader else "", text)


# --- the markdown block ---------------------------------------------------------------------

_TOKEN = re.compile(r"<([@#!][^<>\n]+)>")


def markdown(text: str, names: Names) -> Markup:
    """*text* of a markdown block, as HTML.  HTML in it is shown, not obeyed."""
    # The renderer's output is HTML by construction: html is off and `_text` escapes.
    return Markup(_MARKDOWN.render(text, {"names": names}))  # noqa: S704  the renderer escapes


def _text(
    _self: RendererHTML, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType
) -> str:
    names: Names = env["names"]
    return str(Markup("").join(_named(tokens[idx].content, names)))


def _named(text: str, names: Names) -> Iterator[Markup]:
    at = 0
    for match in _TOKEN.finditer(text):
        yield escape(with_emoji(text[at : match.start()]))
        yield token(match[1], names)
        at = match.end()
    yield escape(with_emoji(text[at:]))


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[idx].attrSet("target", "_blank")
    tokens[idx].attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, idx, options, env)


def _heading(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[idx].tag = f"h{min(6, int(tokens[idx].tag[1:]) + _FIRST_HEADING - 1)}"
    return self.renderToken(tokens, idx, options, env)


def _cell(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    # Alignment comes as a style attribute, which our Content-Security-Policy forbids.
    style: Any = tokens[idx].attrs.pop("style", "")
    if str(style).startswith("text-align:"):
        tokens[idx].attrSet("class", f"align-{str(style).removeprefix('text-align:')}")
    return self.renderToken(tokens, idx, options, env)


def _markdown_parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True})
    md.enable(["table", "strikethrough"])
    md.disable(["image"])
    md.validateLink = is_linkable  # type: ignore[method-assign]  # as its documents say
    md.add_render_rule("text", _text)
    md.add_render_rule("link_open", _link_open)
    for rule in ("heading_open", "heading_close"):
        md.add_render_rule(rule, _heading)
    for rule in ("th_open", "td_open"):
        md.add_render_rule(rule, _cell)
    return md


_MARKDOWN = _markdown_parser()
