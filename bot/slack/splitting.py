"""Fit text into blocks and blocks into messages, within Slack's limits by construction.

Text is kept as spans (words, bold words, links) until it is cut into chunks, so that a cut falls
between words, never inside a link, and each chunk closes the formatting it opened.  Blocks are
then packed into messages in order.  Every message ends with a foot drawn for just the sources
that its own blocks cite, so that it can be read alone.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from bot.slack.escaping import DEAREST, cut, disarm, escape, tidy

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000
"""Of a message's blocks as JSON.  Slack documents no total; messages of some 13,200 were refused
with `msg_blocks_too_long` (slackapi/bolt-js#2509)."""
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
MOST_STATES = 4
"""Blocks and characters kept free in the message that holds the controls, for what may happen to
it later (a choice made, a case sent on).  Updating a message must not move it across two."""
ROOM_FOR_STATES = 1_000


@dataclass(frozen=True, slots=True)
class Span:
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


@dataclass(frozen=True, slots=True)
class Item:
    """A block, and the numbers of the sources cited in it.

    `under` is the heading it stands under, drawn again should a message begin with it.
    """

    block: Block
    cites: frozenset[int] = frozenset()
    under: Block | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of mrkdwn that fits, and the numbers of the sources cited in it."""

    text: str
    cites: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Word:
    drawn: str
    style: str
    before: str
    cites: int | None


def size(value: object) -> int:
    """Characters that *value* takes as JSON, counted in UTF-16 units as JavaScript does."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) // 2


def _size_of_text(text: str) -> int:
    """What *text* takes within the quotation marks of JSON."""
    plain = text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
    return len(text) if plain else size(text) - 2


@lru_cache(maxsize=4_096)
def drawn_size(character: str) -> int:
    """Characters that one *character* takes once it is escaped, as JSON."""
    return size(escape(character)) - 2


def fit(spans: Sequence[Span], most: int = CHUNK, most_cites: int = CHUNK_CITES) -> list[Chunk]:
    """*spans* as mrkdwn in chunks of at most *most* characters and *most_cites* sources each."""
    chunks: list[Chunk] = []
    words: list[_Word] = []
    taken, cites = 0, set[int]()
    for word in _words(spans, most // 2):
        # Formatting marks may open and close around any word, hence two more; a character that
        # JSON escapes counts for what it becomes, so the whole is never underrated.
        cost = _size_of_text(word.drawn) + len(word.before) * 2 + 2
        too_many = word.cites is not None and len(cites | {word.cites}) > most_cites
        if words and (taken + cost > most or too_many):
            chunks.append(Chunk(_draw(words), frozenset(cites)))
            words, taken, cites = [], 0, set()
        words.append(word)
        taken += cost
        if word.cites is not None:
            cites.add(word.cites)
    if words:
        chunks.append(Chunk(_draw(words), frozenset(cites)))
    return chunks


def _words(spans: Sequence[Span], longest: int) -> Iterator[_Word]:
    space = ""
    for span in spans:
        if span.whole or span.url is not None or span.cites is not None:
            yield _Word(_link(span), "", space, span.cites)
            space = ""
            continue
        if span.moment is not None:
            yield _Word(_moment(span.moment), "", space, None)
            space = ""
        if not span.text:
            continue
        for n, line in enumerate(span.text.split("\n")):
            space = "\n" if n else space
            if line[:1].isspace():
                space = space or " "
            for word in tidy(line).split(" "):
                for piece in _pieces(word, longest):
                    yield _Word(escape(disarm(piece)), span.style, space, None)
                    space = ""
                if word:
                    space = " "
            if not line[-1:].isspace() and space != "\n":
                space = ""


def _pieces(word: str, longest: int) -> Iterator[str]:
    """*word*, or a word that nobody could write in pieces of at most *longest* characters."""
    if word and len(word) * DEAREST <= longest:
        yield word
        return
    piece, taken = "", 0
    for c in word:
        cost = drawn_size(c)
        if taken + cost > longest:
            yield piece
            piece, taken = "", 0
        piece, taken = piece + c, taken + cost
    if piece:
        yield piece


def _link(span: Span) -> str:
    # A bar parts the address from the words.
    label = drawn_within(span.text.replace("|", "¦"), MOST_LABEL) or "…"
    url = web_address(span.url or "")
    return f"<{url}|{label}>" if url else label


def _moment(moment: datetime) -> str:
    otherwise = f"{moment:%Y-%m-%d %H:%M}"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{otherwise}>"


def drawn_within(text: str, most: int) -> str:
    """*text* escaped, cut so that even as JSON it takes at most *most* characters."""
    return escape(cut(disarm(tidy(text)), most, drawn_size))


def web_address(url: str) -> str | None:
    """*url* as it may stand in a link, None unless it is a web address of sensible length."""
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


def _draw(words: Sequence[_Word]) -> str:
    drawn, style = "", ""
    for word in words:
        before = word.before if drawn else ""
        if word.style == style:
            if before == "\n" and style:
                before = f"{style}\n{style}"
            drawn += before + word.drawn
        else:
            drawn += style + before + word.style + word.drawn
            style = word.style
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


def sections(spans: Sequence[Span]) -> Iterator[Item]:
    """*spans* as sections."""
    for chunk in fit(spans):
        yield Item(section(chunk.text), chunk.cites)


def context(spans: Sequence[Span]) -> Iterator[Item]:
    """*spans* in small print."""
    for chunk in fit(spans, CONTEXT_TEXT):
        yield Item({"type": "context", "elements": [mrkdwn(chunk.text)]}, chunk.cites)


Foot = Callable[[frozenset[int]], list[Block]]
"""The blocks that close a message, given the numbers of the sources its other blocks cite."""


def pack(
    items: Sequence[Item], foot: Foot, last: Foot, onward: Block, back: Block
) -> list[tuple[list[Block], frozenset[int]]]:
    """*items* in order as the bodies of messages, with the sources that each cites.

    Args:
        items: What to show; none larger than a message can hold together with its foot.
        foot: What will close every message but the last.
        last: What will close the last, the controls, as they are at first.
        onward: Closes a message that another follows.
        back: Opens a message that another went before.

    Returns:
        One body for each message, never none; the caller appends the foot.  Controls that do not
        fit any more go into a message of their own together with the last item, if there is room,
        so that it is not empty but for them.  That is decided with room to spare, so that the
        same items give the same messages whatever was done with the controls.
    """
    posts: list[tuple[list[Block], frozenset[int]]] = []
    opening: list[Block] = []
    held: list[Item] = []
    fits = _Room()

    def close(items: Sequence[Item]) -> None:
        cites = _cites(items)
        posts.append(([*opening, *(i.block for i in items), *foot(cites), onward], cites))

    def fits_last(opening: Sequence[Block], items: Sequence[Item]) -> bool:
        blocks = [*opening, *(i.block for i in items), *last(_cites(items))]
        return fits(blocks, MOST_STATES, ROOM_FOR_STATES)

    for item in items:
        blocks = [*opening, *(i.block for i in held), item.block]
        if held and not fits([*blocks, *foot(_cites([*held, item])), onward]):
            close(held)
            opening, held = _opening(back, item), []
        held.append(item)
    if held and not fits_last(opening, held):
        *before, kept = held
        again = _opening(back, kept)
        if before and fits_last(again, [kept]):
            close(before)
            opening, held = again, [kept]
        else:
            close(held)
            opening, held = [back], []
    posts.append(([*opening, *(i.block for i in held)], _cites(held)))
    return posts


def _opening(back: Block, first: Item) -> list[Block]:
    return [back] if first.under is None else [back, first.under]


def _cites(items: Sequence[Item]) -> frozenset[int]:
    return frozenset().union(*(item.cites for item in items))


class _Room:
    """Tells whether blocks fit into a message; each block is measured once, while it is held."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[Block, int]] = {}

    def __call__(self, blocks: Sequence[Block], kept_free: int = 0, room: int = 0) -> bool:
        # As JSON: brackets around all, a comma and a space between two.
        taken = sum(map(self._size, blocks)) + 2 * len(blocks)
        return len(blocks) + kept_free <= MOST_BLOCKS and taken + room <= MOST_CHARACTERS

    def _size(self, block: Block) -> int:
        known = self._sizes.get(id(block))
        if known is None:
            # Held, or another block could come to lie where it lay.
            known = self._sizes[id(block)] = (block, size(block))
        return known[1]
