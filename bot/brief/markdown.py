"""A deal brief as Markdown that reads the same in GitHub, Slack and a plain editor.

The person's words, names and the content's own text are all escaped in one place.  Renderers
make more of a text than Markdown's rules say: they link bare addresses and mention people after
the page is built, where no backslash helps.  What starts such a thing is broken by a word joiner,
which nobody sees.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from bot.brief.document import Brief, Excerpt, Origin, Part, Point, Section
from retrieval.guidance import Checked

_JOINER = "\u2060"

_SPECIAL = re.compile(r"([\\`*_\[\]|~#$])")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_LURES = re.compile(
    r"@(?=\S)"                      # mentions and mail addresses
    r"|:(?=//|\w)"                  # addresses with a scheme, :emoji: names
    r"|(?<=\bwww)(?=\.)"            # addresses without one
    r"|#(?=\w)|(?<=\bGH)(?=-\d)",   # issues
    re.IGNORECASE,
)
_IN_ADDRESS = ":/?#@!$&'*+,;=%~-._"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def to_markdown(brief: Brief) -> str:
    """*brief* as Markdown, ending in a line break."""
    return "\n\n".join(_blocks(brief)) + "\n"


def escaped(text: str) -> str:
    """*text* on one line, as text that no renderer takes for anything else."""
    line = " ".join(_printable(text).split())
    line = _LURES.sub(lambda found: found[0] + _JOINER, line)
    line = _SPECIAL.sub(r"\\\1", line)
    line = _AT_START.sub(_held_back, line)
    return "".join(_ENTITIES.get(character, character) for character in line)


def _held_back(found: re.Match[str]) -> str:
    space, start = found[1], found[2]
    return f"{space}{start}{_JOINER}" if start.isdecimal() else f"{space}\\{start}"


def _printable(text: str) -> str:
    """*text* without control characters and without what turns the direction of a line."""
    return "".join(c if c.isprintable() or c.isspace() or c in "\u200c\u200d" else "\ufffd"
                   for c in text)


def _blocks(brief: Brief) -> Iterator[str]:
    yield f"# {escaped(brief.title)}"
    yield "\n".join(
        f"- **{escaped(row.label)}:** {escaped(row.value)}"
        + (f" ({_link(row.url)})" if row.url else "")
        for row in brief.rows
    )
    yield f"> **{escaped(brief.upshot)}**{_marked(brief.upshot_marks)}"
    if brief.tally:
        yield escaped(brief.tally)
    yield "\n".join(f"- *{escaped(statement)}*" for statement in brief.statements)
    for section in brief.sections:
        yield from _section(section)
    yield f"## {escaped(brief.sources)}"
    yield escaped(brief.sources_note)
    for origin in brief.origins:
        yield _origin(origin)


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    if section.note:
        yield escaped(section.note)
    if section.points:
        # A signature is of the very letters: nothing may be escaped or broken in what it signs.
        put = _to_the_letter if section.part is Part.CHECKPOINT else escaped
        yield "\n".join(_point(point, put) for point in section.points)


def _to_the_letter(text: str) -> str:
    """*text* as code, in which no renderer changes or links anything."""
    plain = text.isprintable() and "`" not in text and text.strip() == text != ""
    return f"`{text}`" if plain else escaped(text)


def _point(point: Point, put: Callable[[str], str]) -> str:
    tags = f" ({', '.join(escaped(tag.text) for tag in point.tags)})" if point.tags else ""
    lines = [f"- **{escaped(point.head)}**{tags}{_marked(point.marks)}"]
    if point.text:
        lines[0] += "  "
        lines.append(f"  {put(point.text)}")
    for ground in point.grounds:
        said = f"“{escaped(ground.said)}”" if ground.said else ""
        place = f"({escaped(ground.place)})" if ground.place else ""
        words = " ".join(filter(None, [put(ground.fact), said, place]))
        if words:
            lines.append(f"  - {words}")
    return "\n".join(lines)


def _origin(origin: Origin) -> str:
    head = f"**\\[{origin.number}\\] {escaped(origin.title)}** — {escaped(origin.state)}"
    if origin.url:
        head += f"  \n{_link(origin.url)}"
    return "\n\n".join([head, *map(_excerpt, origin.excerpts)])


def _excerpt(excerpt: Excerpt) -> str:
    text = escaped(excerpt.text)
    if excerpt.checked is Checked.OFFICIAL:
        text = f"“{text}”"
    lines = [f"> **{escaped(excerpt.heading)}** ({escaped(excerpt.provision)})  ", f"> {text}"]
    if excerpt.caution:
        lines[-1] += "  "
        lines.append(f"> *{escaped(excerpt.caution)}*")
    return "\n".join(lines)


def _marked(numbers: tuple[int, ...]) -> str:
    return "".join(f" \\[{n}\\]" for n in numbers)


def _link(url: str) -> str:
    """*url* as a link if it leads to the web, else as text."""
    if url.lower().startswith(("https://", "http://")):
        return f"<{quote(url, safe=_IN_ADDRESS)}>"
    return escaped(url)
