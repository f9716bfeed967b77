"""Fit text into blocks, within Slack's limits by construction.

Text is kept as spans (words, bold words, links) until it is cut into chunks, so that a cut falls
between words, never inside a link, and each chunk closes the formatting it opened.
`bot.slack.packing` packs blocks into messages.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from bot.slack.escaping import DEAREST, cut, disarm, escape, fitting, tidy, units

Block = dict[str, Any]

SECTION_TEXT = 3_000
CHUNK = 1_500
"""Characters of one section as JSON.  Half of what Slack takes: smaller blocks pack better."""
CONTEXT_TEXT = 2_500
"""Characters of one piece of small print as JSON; lists of sources are kept whole if they can."""
CHUNK_CITES = 10
"""Citations in one section, so that the sources of any one section fit beneath it."""
MOST_URL = 300
MOST_LABEL = 160
"""Characters of a link's words as JSON."""


class Span(NamedTuple):
    """A run of words in one style.

    `text` is raw; it is escaped when drawn.  `url` makes it a link, which is never cut, and
    `cites` is the number of the source that a citation mark points to.  `moment` stands for
    itself, drawn by Slack in the reader's own time zone.
    """

    text: str
    style: str = ""
    """"" or one of mrkdwn's marks: "*", "_"."""
    url: str | None = None
    cites: int | None = None
    moment: datetime | None = None
    whole: bool = False
    """Never cut, as links aren't; at most 160 characters of it are drawn."""


SPACE, BREAK, BULLET = Span(" "), Span("\n"), Span("• ")


class Item(NamedTuple):
    """A block, and the numbers of the sources cited in it."""

    block: Block
    cites: frozenset[int] = frozenset()
    under: str = ""
    """The heading it stands under, said again should a message begin with it."""
    taken: int | None = None
    """What it takes in a `Piece`; None where that is not known from how it was drawn."""


class Chunk(NamedTuple):
    """A piece of mrkdwn that fits, and the numbers of the sources cited in it."""

    text: str
    cites: frozenset[int]


@dataclass(slots=True)
class _Run:
    """Words of one style with nothing but spaces between them; or what is never parted: a link."""

    drawn: str
    style: str
    before: str
    """What parts it from the run before it: "", a space or a line break."""
    cost: int
    """Characters that it takes as JSON, with all that may come around its words; see `_cost`."""
    words: int = 1
    """How many it can be parted into."""
    cites: int | None = None

    def parted(self) -> Iterator["_Run"]:
        """Its words, each a run of its own."""
        if self.words == 1:
            yield self
            return
        before = self.before
        for word in self.drawn.split(" "):
            yield _Run(word, self.style, before, _cost(_size_of_tidy(word), before))
            before = " "


def _cost(size: int, before: str, words: int = 1) -> int:
    """What *words* of *size* together cost, never underrated.

    Formatting marks may open and close around any of them, hence two characters for each, and two
    more for each one that parts it from what comes before.
    """
    return size + 2 * len(before) + 2 + 3 * (words - 1)


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def size(value: object) -> int:
    """Characters that *value* takes as JSON, counted in UTF-16 units as JavaScript does."""
    return units(_encoded(value))


def _size_of_text(text: str) -> int:
    """What *text* takes within the quotation marks of JSON."""
    return _size_of_tidy(text) if text.isprintable() else size(text) - 2


def _size_of_tidy(text: str) -> int:
    """The same of what holds no control characters."""
    return units(text) if '"' not in text and "\\" not in text else size(text) - 2


def drawn_size(text: str) -> int:
    """Characters that *text* takes once it is escaped, as JSON: the sum over its characters."""
    return _size_of_text(escape(text))


def fit(spans: Sequence[Span], most: int = CHUNK, most_cites: int = CHUNK_CITES) -> list[Chunk]:
    """*spans* as mrkdwn in chunks of at most *most* characters and *most_cites* sources each."""
    chunks: list[Chunk] = []
    held: list[_Run] = []
    taken, cites = 0, set[int]()
    for run in _runs(spans, most // 2):
        # Words need only be looked at one by one where they don't all fit.
        for part in (run,) if taken + run.cost <= most else run.parted():
            too_many = part.cites is not None and len(cites | {part.cites}) > most_cites
            if held and (taken + part.cost > most or too_many):
                chunks.append(Chunk(_draw(held), frozenset(cites)))
                held, taken, cites = [], 0, set()
            held.append(part)
            taken += part.cost
            if part.cites is not None:
                cites.add(part.cites)
    if held:
        chunks.append(Chunk(_draw(held), frozenset(cites)))
    return chunks


def _runs(spans: Sequence[Span], longest: int) -> list[_Run]:
    runs: list[_Run] = []
    space = ""
    for span in spans:
        if span.whole or span.url is not None or span.cites is not None:
            drawn, taken = _link(span.text, span.url or "")
            runs.append(_Run(drawn, "", space, _cost(taken, space), cites=span.cites))
            space = ""
            continue
        if span.moment is not None:
            drawn = _moment(span.moment)
            runs.append(_Run(drawn, "", space, _cost(_size_of_tidy(drawn), space)))
            space = ""
        if not span.text:
            continue
        for n, line in enumerate(span.text.split("\n")):
            space = "\n" if n else space
            words = tidy(line)
            is_bare = words == line  # with no space around it
            if not is_bare and line[:1].isspace():
                space = space or " "
            if words:
                _say(runs, words, span.style, space, longest)
                space = " "
            if space != "\n" and (is_bare or not line[-1:].isspace()):
                space = ""
    return runs


def _say(runs: list[_Run], words: str, style: str, before: str, longest: int) -> None:
    """Add *words*, tidied, as one run unless one of them takes more than *longest* characters."""
    drawn = escape(disarm(words))
    taken = _size_of_tidy(drawn)
    if taken <= longest or max(map(len, words.split(" "))) * DEAREST <= longest:
        number = words.count(" ") + 1
        runs.append(_Run(drawn, style, before, _cost(taken, before, number), number))
        return
    for word in words.split(" "):
        for piece in _pieces(word, longest):
            drawn = escape(disarm(piece))
            runs.append(_Run(drawn, style, before, _cost(_size_of_tidy(drawn), before)))
            before = ""
        before = " "


def _pieces(word: str, longest: int) -> Iterator[str]:
    """*word*, or a word that nobody could write in pieces of at most *longest* characters."""
    while word:
        whole = len(word) * DEAREST <= longest
        end = len(word) if whole else fitting(word, longest, drawn_size) or 1
        yield word[:end]
        word = word[end:]


@lru_cache(maxsize=2_048)
def _link(text: str, url: str) -> tuple[str, int]:
    """*text* in one piece, a link if *url* is a web address; and what it takes as JSON.

    Kept, since they are names of a release or our own words, never what a person has written.
    """
    # A bar parts the address from the words.
    label = drawn_within(text.replace("|", "¦"), MOST_LABEL) or "…"
    address = web_address(url)
    drawn = f"<{address}|{label}>" if address else label
    return drawn, _size_of_tidy(drawn)


def _moment(moment: datetime) -> str:
    otherwise = f"{moment:%Y-%m-%d %H:%M}"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{otherwise}>"


def drawn_within(text: str, most: int) -> str:
    """*text* escaped, cut so that even as JSON it takes at most *most* characters."""
    return escape(cut(disarm(tidy(text)), most, drawn_size))


def web_address(url: str) -> str | None:
    """*url* as it may stand in a link, None unless it is a web address of sensible length."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    safe = escape(quote(url, safe="%/:?#[]@!$&'()*+,;=~-._"))
    return safe if len(safe) <= MOST_URL else None


def markdown(spans: Sequence[Span]) -> str:
    """*spans* as markdown, which streams take in place of mrkdwn; each line a paragraph."""
    drawn = ""
    for span in spans:
        lines = [escape(disarm(tidy(line))) for line in span.text.split("\n")]
        address = web_address(span.url or "")
        if address:
            # A parenthesis would end the address.
            drawn += f"[{lines[0]}]({address.replace('(', '%28').replace(')', '%29')})"
        elif span.style and span.text.strip():
            drawn += f"**{' '.join(lines)}**" if span.style == "*" else f"*{' '.join(lines)}*"
        else:
            # "](" would make a link of words that stand in brackets.
            before, after = span.text[:1] == " ", len(span.text) > 1 and span.text[-1] == " "
            text = "\n\n".join(lines).replace("](", "] (")
            drawn += " " * before + text + " " * after
    return drawn


def _draw(runs: Sequence[_Run]) -> str:
    drawn, style = "", ""
    for run in runs:
        before = run.before if drawn else ""
        if run.style == style:
            if before == "\n" and style:
                before = f"{style}\n{style}"
            drawn += before + run.drawn
        else:
            drawn += style + before + run.style + run.drawn
            style = run.style
    return drawn + style


def mrkdwn(text: str) -> Block:
    """A mrkdwn text object of *text*, in which Slack makes no links of its own."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """A section of *text*, shown whole."""
    block: Block = {"type": "section", "text": mrkdwn(text), "expand": True}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def small(text: str) -> Block:
    """A piece of small print: *text*, mrkdwn."""
    return {"type": "context", "elements": [mrkdwn(text)]}


_SECTION, _SMALL = size([section("")]), size([small("")])


def sections(spans: Sequence[Span]) -> list[Item]:
    """*spans* as sections."""
    return [Item(section(text), cites, "", _SECTION + _size_of_chunk(text))
            for text, cites in fit(spans)]


def sections_of(units: Sequence[Sequence[Span]]) -> list[Item]:
    """*units* as sections that end between two of them: what is cited stays with its marks.

    Only one that is too long by itself is parted within.
    """
    whole = sections([span for unit in units for span in unit])
    if len(whole) <= 1:
        return whole
    items: list[Item] = []
    held: list[Span] = []
    for unit in units:
        if held and len(fit([*held, *unit])) > 1:
            items += sections(held)
            held = []
        held += unit
    return [*items, *sections(held)]


def context(spans: Sequence[Span]) -> list[Item]:
    """*spans* in small print."""
    return [Item(small(text), cites, "", _SMALL + _size_of_chunk(text))
            for text, cites in fit(spans, CONTEXT_TEXT)]


def _size_of_chunk(text: str) -> int:
    # Of control characters a chunk has none but line breaks, which JSON escapes.
    return _size_of_tidy(text.replace("\n", "  "))
