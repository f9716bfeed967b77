"""How replies were drawn before speed was looked at: word by word, and anew to see whether it fits.

What is drawn now is held against it, to the byte.  Whoever changes what a reply looks like changes
it here too, or drops this once nobody doubts the other way any more.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, groupby

from bot.dialogue.citation import Citation
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import left_out
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    Asked,
    ConsiderationNote,
    FlagNote,
    Line,
    Reply,
    SafeguardNote,
    Status,
)
from bot.plain import MARKS, PASSED_OVER, STATES, has_flags, placed
from bot.slack import names
from bot.slack.acting import acts, afterwards
from bot.slack.aloud import aloud
from bot.slack.asking import ANSWERED_ROOM
from bot.slack.blocks import CLOSING_ROOM, MOST_AHEAD, Post
from bot.slack.controls import (
    BUTTON_TEXT,
    BUTTON_VALUE,
    DONT_KNOW,
    MENU_ROOM,
    MOST_BUTTONS,
    MOST_OPTIONS,
    OPTION_TEXT,
    OPTION_VALUE,
    question_block,
    unknown_block,
)
from bot.slack.escaping import DEAREST, inline, sober
from bot.slack.names import (
    ANSWER,
    ANSWER_CHOICE,
    ANSWER_COUNTRY,
    ANSWER_DONE,
    ANSWER_DONT_KNOW,
    ANSWER_SELECT,
    ANSWER_SEVERAL,
    ANSWER_UNKNOWN,
    WHY,
    Press,
)
from bot.slack.packing import MOST_BLOCKS, MOST_CHARACTERS, MOST_STATES, ROOM_FOR_STATES
from bot.slack.points import INTERIM_MARKS
from bot.slack.references import MOST_PINPOINT, MOST_TITLE
from bot.slack.shown import Shown
from bot.slack.splitting import (
    CHUNK,
    CHUNK_CITES,
    CONTEXT_TEXT,
    MOST_LABEL,
    Block,
    Span,
    markdown,
    mrkdwn,
    section,
    web_address,
)
from bot.slack.together import MOST_TOGETHER, MOST_WORDS, Worded
from retrieval.guidance import Checked, Choice, Fact, Guidance, QuestionKind

# ---- words ----

_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
# An underscore formats only at the edge of a word: file_name keeps its own.
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# Control characters that are no white space, halves of characters, and turns of direction.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """*text* for a mrkdwn field, the three characters of Slack's control sequences escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tidy(text: str) -> str:
    """*text* on one line, without characters that nobody sees.

    Line breaks could begin a quotation or a list of ours; control characters and those that turn
    the direction of writing could reorder what stands beside them.
    """
    return " ".join(_UNSEEN.sub("", text).split())


def disarm(text: str) -> str:
    """*text* with look-alikes for the characters that switch formatting on and off."""
    return _EDGE_UNDERSCORE.sub("ˍ", text.translate(_LOOKALIKES))


def plain(text: str, most: int) -> str:
    """*text* for a plain_text field of at most *most* characters, cut at a word with "…".

    Nothing in such a field is markup, so nothing is escaped.
    """
    return cut(tidy(text), most)


def _units(text: str) -> int:
    """How many UTF-16 units *text* takes: a character outside the basic plane counts twice."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def cut(text: str, most: int, cost: Callable[[str], int] = _units) -> str:
    """*text*, or as many of its words as cost at most *most* and "…".

    *cost* is what one character takes, `DEAREST` at most; the default counts UTF-16 units, as
    JavaScript does.
    """
    if len(text) * DEAREST <= most or sum(map(cost, text)) <= most:
        return text
    room, end = most - cost("…"), 0
    for end, c in enumerate(text):  # noqa: B007 (the place where the room ends is wanted)
        room -= cost(c)
        if room < 0:
            break
    head = text[:end]
    word = head if text[end].isspace() else head.rpartition(" ")[0]
    # A single long word is cut where the room ends rather than lost.
    return (word if len(word) > end // 2 else head).rstrip() + "…"


# ---- blocks and messages ----


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
    items: Sequence[Item], foot: Foot, last: Foot, onward: Block, back: Block, *,
    apart: bool = False,
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
        if not apart and before and fits_last(again, [kept]):
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


# ---- sources ----


class Numbers:
    """Numbers sources as a reader meets them, and keeps every citation under its number.

    One number stands for one place in a source and one checked state: what was seen and what was
    not never share a number.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, Checked], int] = {}
        self.cited: dict[int, list[Citation]] = {}
        """Citations by number, from 1, in the order in which they were met."""

    def marks(self, citations: Iterable[Citation]) -> Iterator[Span]:
        """The marks of *citations*, "[1][3]", each a link to its source."""
        numbers = dict.fromkeys(self._number(c) for c in citations)
        for n, number in enumerate(numbers):
            if n == 0:
                yield Span(" ")
            yield Span(f"[{number}]", url=self.cited[number][0].url, cites=number)

    def _number(self, citation: Citation) -> int:
        key = (citation.source, citation.pinpoint, citation.checked)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        known = self.cited.setdefault(number, [])
        if citation not in known:
            known.append(citation)
        return number

    def sources(self, numbers: Collection[int], say: Wording) -> list[Block]:
        """The list of the sources with *numbers*, under what is said of their state.

        A source has its link once, on its name; the places in it follow with their numbers.
        """
        blocks = []
        for checked in Checked:
            by_source: dict[tuple[str, str], list[int]] = {}
            for number in sorted(numbers):
                first = self.cited[number][0]
                if first.checked is checked:
                    by_source.setdefault((first.source_title, first.url), []).append(number)
            if by_source:
                spans = [Span(say.say("sources.state", state=MARKS[checked]), "_")]
                for (title, url), mine in by_source.items():
                    spans += [Span("\n"), Span(short(title, MOST_TITLE), url=url), Span(": ")]
                    for n, number in enumerate(mine):
                        place = self._place(number)
                        part = place.split(": ")[0] + ": "
                        if n and place.startswith(part) and self._place(
                                mine[n - 1]).startswith(part):
                            place = place[len(part):]
                        drawn = f"[{number}] {short(place, MOST_PINPOINT)}"
                        spans += [Span(" · " if n else ""), Span(drawn, whole=True)]
                blocks += [item.block for item in context(spans)]
        return blocks

    def _place(self, number: int) -> str:
        citation = self.cited[number][0]
        return placed(citation).removeprefix(f"{citation.source_title}, ")


def short(text: str, most: int) -> str:
    """*text* cut so that even escaped for Slack it takes at most *most* characters."""
    return cut(tidy(text), most, drawn_size)


# ---- controls ----


def plain_text(text: str, most: int) -> Block:
    """A plain_text object of at most *most* characters."""
    return {"type": "plain_text", "text": plain(text, most) or "…", "emoji": False}


def button(text: str, action: str, value: str, style: str | None = None) -> Block:
    """A button; *value* is what its press carries."""
    drawn: Block = {"type": "button", "text": plain_text(text, BUTTON_TEXT),
                    "action_id": action, "value": value}
    return drawn if style is None else {**drawn, "style": style}


def option(label: str, value: str) -> Block:
    """An option of a menu."""
    return {"text": plain_text(label, OPTION_TEXT), "value": value}


def placeholder(text: str) -> Block:
    """What an empty menu or field shows."""
    return plain_text(text, 150)


def controls(question: Asked, text: str, press: Press, say: Wording) -> Iterator[Block]:
    """The last line of the question, *text* (mrkdwn), with all that can be pressed to answer it.

    A menu holds what fits; a choice left out can still be said in words, and a line says so.
    """
    several = question.kind is QuestionKind.COUNTRY or question.several
    menu, left_out = _menu(question, press, say)
    fact = question.fact
    block = section(text, menu)
    block["block_id"] = question_block(fact)
    yield block
    pressed = Press(press.conversation, press.turn, fact)
    row = []
    if menu is None and not left_out and question.kind is not QuestionKind.TEXT:
        row = [button(choice.label, f"{ANSWER}:{n}", _pick(press, fact, choice))
               for n, choice in enumerate(question.choices)]
    elif menu is not None and several:
        row = [button(say.say("button.done"), ANSWER_DONE, pressed.dump(), "primary")]
    row.append(button(say.say("button.unknown"), ANSWER_UNKNOWN, pressed.dump()))
    row.append(button(say.say("button.why"), WHY, pressed.dump()))
    yield {"type": "actions", "elements": row}
    if left_out:
        yield from (item.block for item in context([Span(say.say("ask.more_choices"))]))


def _pick(press: Press, fact: Fact, choice: Choice) -> str:
    return Press(press.conversation, press.turn, fact, choice.value).dump()


def _menu(question: Asked, press: Press, say: Wording) -> tuple[Block | None, bool]:
    """The menu of *question*, None where it has none, and whether choices had to be left out."""
    if question.kind is QuestionKind.COUNTRY:
        return country_menu(question.several, say), False
    if question.kind is QuestionKind.TEXT or not question.choices:
        return None, False
    buttons = not question.several and len(question.choices) <= MOST_BUTTONS
    picks = [_pick(press, question.fact, c) for c in question.choices]
    if buttons and all(len(pick) <= BUTTON_VALUE for pick in picks) and size(picks) <= MENU_ROOM:
        return None, False
    options: list[Block] = []
    room = MENU_ROOM
    for choice in question.choices:
        value = choice.value if question.several else _pick(press, question.fact, choice)
        drawn = option(choice.label, value)
        room -= size(drawn) + 2
        if room < 0 or len(options) == MOST_OPTIONS:
            break
        if len(value) <= OPTION_VALUE:
            options.append(drawn)
    if not options:
        return None, True
    kind, action = (("multi_static_select", ANSWER_SEVERAL) if question.several
                    else ("static_select", ANSWER_SELECT))
    shown = "ask.pick_several" if question.several else "ask.pick"
    menu: Block = {"type": kind, "action_id": action, "options": options,
                   "placeholder": placeholder(say.say(shown))}
    return menu, len(options) < len(question.choices)


def country_menu(several: bool, say: Wording) -> Block:
    """A menu of countries, which are looked up as the person types."""
    menu: Block = {"type": "multi_external_select", "action_id": ANSWER_COUNTRY,
                   "min_query_length": 1, "placeholder": placeholder(say.say("ask.country"))}
    return menu if several else {**menu, "max_selected_items": 1}


def together(
    questions: Sequence[Worded], press: Press, say: Wording, room: int
) -> Iterator[Block]:
    """*questions* with all that can be pressed to answer them.

    Args:
        questions: At most `MOST_TOGETHER`.
        press: The turn that asks.
        say: The bot's sentences.
        room: Characters, as JSON, that all the blocks may take.

    The menus share what room there is; a choice left out can still be said in words, and a line
    says so.
    """
    unknown = option(say.say("button.unknown"), DONT_KNOW)
    hint = [item.block for item in context([Span(say.say("ask.more_choices"))])]
    row = _row(questions, press, say)
    bare = [block for one in questions for block in _asking(one, [unknown], say)]
    offered = [_options(one.question) for one in questions]
    shares = _shared([_taken(options) for options in offered], room - size([*bare, row, *hint]))
    is_lacking = False
    for one, options, share in zip(questions, offered, shares, strict=True):
        fitting = _fitting(options, share)
        yield from _asking(one, [*fitting, unknown], say)
        is_lacking |= _lacks(one.question, len(fitting))
    yield row
    if is_lacking:
        yield from hint


def _lacks(question: Asked, shown: int) -> bool:
    """Whether there are answers to *question* that can only be given in words."""
    if question.kind is QuestionKind.COUNTRY:
        return False
    return question.kind is QuestionKind.TEXT or not question.choices or (
        shown < len(question.choices))


def _asking(one: Worded, options: Sequence[Block], say: Wording) -> Iterator[Block]:
    """A question with its menu; where "I don't know" is not among the options, with a box for it.

    A menu of countries has no options of its own: they are looked up as the person types.
    """
    question = one.question
    menu: Block | None = None
    if question.kind is QuestionKind.COUNTRY:
        menu = country_menu(question.several, say)
    elif question.kind is QuestionKind.CHOICE:
        kind, action, shown = (
            ("multi_static_select", ANSWER_SEVERAL, "ask.pick_several") if question.several
            else ("static_select", ANSWER_CHOICE, "ask.pick"))
        menu = {"type": kind, "action_id": action, "options": list(options),
                "placeholder": placeholder(say.say(shown))}
    block = section(one.text, menu)
    block["block_id"] = question_block(question.fact)
    yield block
    if question.kind is not QuestionKind.CHOICE:
        box = {"type": "checkboxes", "action_id": ANSWER_DONT_KNOW, "options": [options[-1]]}
        yield {"type": "actions", "block_id": unknown_block(question.fact), "elements": [box]}


def _row(questions: Sequence[Worded], press: Press, say: Wording) -> Block:
    facts = tuple(str(one.question.fact) for one in questions)
    pressed = Press(press.conversation, press.turn, facts=facts).dump()
    return {"type": "actions", "elements": [
        button(say.say("button.answer"), ANSWER_DONE, pressed, "primary"),
        button(say.say("button.unknown"), ANSWER_UNKNOWN, pressed),
        button(say.say("button.why"), WHY, pressed),
    ]}


def _options(question: Asked) -> list[Block]:
    if question.kind is not QuestionKind.CHOICE:
        return []
    fitting = [c for c in question.choices
               if len(c.value) <= OPTION_VALUE and c.value != DONT_KNOW]
    return [option(c.label, c.value) for c in fitting[: MOST_OPTIONS - 1]]


def _taken(options: Sequence[Block]) -> int:
    return sum(size(drawn) + 2 for drawn in options)


def _fitting(options: Sequence[Block], room: int) -> list[Block]:
    fitting: list[Block] = []
    for drawn in options:
        room -= size(drawn) + 2
        if room < 0:
            break
        fitting.append(drawn)
    return fitting


def _shared(needs: Sequence[int], room: int) -> list[int]:
    """*room* shared out evenly, where a need below the even share leaves the rest to others."""
    shares = [0] * len(needs)
    left = max(0, room)
    for served, place in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[place] = min(needs[place], left // (len(needs) - served))
        left -= shares[place]
    return shares


class Asking:
    """The question of one reply.

    Args:
        question: What is asked; None for nothing.
        guidance: The release of the reply.
        say: The bot's sentences.
        pressable: Whether it can be answered here.
    """

    def __init__(
        self, question: Asked | None, guidance: Guidance, say: Wording, *, pressable: bool
    ) -> None:
        self._question = question
        self._guidance = guidance
        self._say = say
        self._pressable = pressable

    def heading(self) -> tuple[list[Item], str]:
        """What is asked: the lines that stand above the controls, and the one that heads them.

        The heading of several questions is what opens them.  Any of their lines that is too long
        to be drawn whole among the controls stands whole above.
        """
        question = self._question
        if question is None:
            return [], ""
        if question.beside:
            opener = self._say.say("ask.still") if question.again else question.opener
            texts = [tidy(opener), *map(self._wording, question.all())]
            long = [text for text in texts if drawn_within(text, MOST_WORDS) != inline(text)]
            heading = drawn_within(texts[0], MOST_WORDS)
            return ([item for text in long for item in sections([Span(text, "*")])],
                    f"*{heading}*" if heading else "")
        *above, last = sections([Span(tidy(question.again) or self._wording(question), "*")])
        return above, last.block["text"]["text"]

    def _wording(self, question: Asked) -> str:
        label = self._guidance.questions[question.fact].label
        recalled = self._question is not None and self._question.again
        return label if recalled else tidy(question.text) or label

    def controls(self, text: str, shown: Shown, room: int) -> Iterator[Block]:
        """The question and what can be pressed to answer it, or what was answered already.

        *text* heads them; *room* is how many characters they may take where they could vary.
        """
        question = self._question
        if question is None:
            return
        if question.beside:
            yield from self._several(question, text, shown, room)
        elif not self._pressable:
            yield section(text)
        elif shown.answered is not None:
            answered = drawn_within(shown.answered.get(question.fact, ""), ANSWERED_ROOM)
            yield section(text)
            yield section(f"{drawn_within(self._say.say('ask.answered'), 100)} *{answered}*")
        else:
            press = Press(shown.conversation, shown.turn)
            yield from controls(question, text, press, self._say)

    def _several(
        self, question: Asked, heading: str, shown: Shown, room: int
    ) -> Iterator[Block]:
        """Questions asked together: each with its menu, or with what was chosen."""
        asked = [Worded(one, drawn_within(self._wording(one), MOST_WORDS))
                 for one in question.all()[:MOST_TOGETHER]]
        opening = [section(heading)] if heading else []
        yield from opening
        if not self._pressable:
            yield from (section(one.text) for one in asked)
        elif shown.answered is not None:
            for one in asked:
                answered = shown.answered.get(one.question.fact)
                chosen = (f"_{drawn_within(self._say.say('ask.left_open'), 100)}_"
                          if answered is None
                          else f"*{drawn_within(answered, ANSWERED_ROOM) or '…'}*")
                yield section(f"{one.text}\n{chosen}")
        else:
            press = Press(shown.conversation, shown.turn)
            yield from together(asked, press, self._say, room - size(opening))


# ---- replies ----


def to_posts(
    replies: Sequence[tuple[Reply, Shown]], guidance: Guidance, say: Wording, *,
    pressable: bool = True,
) -> tuple[Post, ...]:
    """*replies* as messages, in order.

    Args:
        replies: Usually one; several when earlier ones were never shown. Only the last gets
            controls.
        guidance: The release of the replies.
        say: The bot's sentences, those of `prompts/slack.yaml` among them.
        pressable: False where another reply follows, of another release, say: no controls then.

    Returns:
        One message or more for each reply.  How many there are, and how all but the last read,
        does not depend on what happened to the reply since, so a message can be updated in place.
    """
    *earlier, (reply, shown) = replies
    posts: list[Post] = []
    for before, where in earlier:
        posts += _Page(before, where, guidance, say, pressable=False).posts()
    posts += _Page(reply, shown, guidance, say, pressable=pressable).posts()
    return tuple(posts)


class _Page:
    """One reply being drawn."""

    def __init__(
        self, reply: Reply, shown: Shown, guidance: Guidance, say: Wording, *, pressable: bool
    ) -> None:
        self._reply = reply
        self._shown = shown
        self._guidance = guidance
        self._say = say
        self._pressable = pressable
        self._question = Asking(reply.question, guidance, say, pressable=pressable)
        self.numbers = Numbers()

    def posts(self) -> list[Post]:
        lead = self._lead()
        heading = list(sections(lead))
        if len(heading) != 1:
            heading = [item for line in self._lines() for item in sections(line)]
        items = [*heading, *self._body()]
        above, asking = self._question.heading()
        items += above
        below = self._closing()
        if below is None:
            items += self._ending()

        listed: dict[frozenset[int], list[Block]] = {}

        def sources(cites: frozenset[int]) -> list[Block]:
            # Asked for anew with each block that might be the last of a message.
            if cites not in listed:
                listed[cites] = self.numbers.sources(cites, self._say)
            return listed[cites]

        def under_controls(cites: frozenset[int], shown: Shown) -> list[Block]:
            return [
                *self._below(acts(self._reply, shown, self._say, raised=bool(self._raised()),
                                  cited=bool(self.numbers.cited))),
                *sources(cites),
                *self._worded_by(),
                *(below or ()),
                *self._below(afterwards(self._reply, shown, self._say,
                                        cited=bool(self.numbers.cited))),
            ]

        untouched = replace(self._shown, answered=None, handed_over=None, watch_on=None)
        # Controls have to fit into a message of their own, should it come to that.
        beside = [self._marker("post.back"), *under_controls(frozenset(), untouched)]
        room = MOST_CHARACTERS - ROOM_FOR_STATES - size(beside)

        def last(cites: frozenset[int], shown: Shown) -> list[Block]:
            return [*self._question.controls(asking, shown, room), *under_controls(cites, shown)]

        bodies = pack(
            items,
            sources,
            lambda cites: last(cites, untouched),
            self._marker("post.onward"),
            self._marker("post.back"),
            apart=self._reply.says_once and self._reply.question is not None,
        )
        posts = [Post(aloud(body, (), ()), tuple(body)) for body, _ in bodies[:-1]]
        body, cites = bodies[-1]
        # What stands below the row of buttons, whatever was done with them.
        under = under_controls(cites, untouched)
        pressed = [n for n, block in enumerate(under) if block["type"] == "actions"]
        text = aloud(body, self._asked(), under[pressed[0] + 1 if pressed else 0:])
        posts.append(Post(text, (*body, *last(cites, self._shown))))
        # A stream begins with our own lines.  Nothing of a model can stand in one: its words come
        # in a second reply, once they have passed the fence, and that one is put in place whole.
        ahead = markdown(lead)
        if len(heading) == 1 and len(posts[0].blocks) > 1 and len(ahead) <= MOST_AHEAD:
            posts[0] = replace(posts[0], lead=ahead, lead_blocks=1)
        return posts

    # ---- text for notifications ----

    def _asked(self) -> list[str]:
        question = self._reply.question
        if question is None:
            return []
        if question.again:
            return [tidy(question.again)]
        lines = [question.opener] if question.beside else []
        return [tidy(line) for line in [*lines, *(one.text for one in question.all())]]

    def _marker(self, sentence: str) -> Block:
        words = drawn_within(self._say.say(sentence), 300)
        return {"type": "context", "elements": [mrkdwn(f"_{words}_")]}

    # ---- what is said ----

    def _cited(
        self, *spans: Span, by: Sequence[Citation], most: int = INTERIM_MARKS
    ) -> list[Span]:
        interim = self._reply.shape in {"brief", "step"}
        return [*spans, *self.numbers.marks(by[:most] if interim else by)]

    def _body(self) -> Iterator[Item]:
        r = self._reply
        if r.heard:
            yield from self._heard()
        yield from self._changes()
        if r.shape == "sources":
            yield from self._passages()
            return
        yield from self._worded() if r.worded else self._findings()
        if r.shape in {"full", "short"}:
            yield from self._rest()

    def _lead(self) -> list[Span]:
        """The reply's first lines; the last of them is the upshot where it speaks of a deal."""
        spans: list[Span] = []
        for line in self._lines():
            spans += [*line, Span("\n")]
        return spans[:-1]

    def _lines(self) -> Iterator[list[Span]]:
        r = self._reply
        about_deal = bool(r.coverage or r.considerations)
        for n, line in enumerate(r.lead, start=1):
            style = "*" if about_deal and n == len(r.lead) else ""
            yield list(self._cited(Span(line.text, style), by=line.citations))

    def _heard(self) -> Iterator[Item]:
        items = list(sections([Span(self._reply.heard)]))
        if items and self._pressable:
            correct = button(self._say.say("button.correct"), names.CORRECT, self._shown.press())
            items[-1].block["accessory"] = correct
        yield from items

    def _changes(self) -> Iterator[Item]:
        """What a correction did to the advice: a line for each part that differs."""
        r = self._reply
        if r.changes is None:
            return
        units: list[list[Span]] = []
        for group in r.told():
            unit = [Span(f"{group.heading}: ", "*")]
            for n, named in enumerate(group.named, start=1):
                unit += self._cited(Span(named.title), by=named.citations)
                if n < len(group.named):
                    units.append([*unit, Span("; ")])
                    unit = []
            units.append([*unit, Span(".\n")])
        units.append([Span(r.changes.rest)])
        while units:
            fitting = max((n for n in range(1, len(units) + 1)
                           if len(fit([*chain(*units[:n])])) < 2), default=1)
            yield from sections([*chain(*units[:fitting])])
            units = units[fitting:]

    def _raised(self) -> list[FlagNote]:
        """The red flags to show: all raised ones, in a step only those that are new."""
        r = self._reply
        raised = [f for f in r.flags if f.status is Status.RAISED]
        if r.shape == "step":
            return [f for f in raised if f.id in r.fresh]
        return [] if r.shape in {"safeguards", "sources"} else raised

    def _worded(self) -> Iterator[Item]:
        """What a language model has said of the findings, a short paragraph for each line.

        What it passes over follows by name.
        """
        for line in self._reply.worded:
            most = max(INTERIM_MARKS, len(line.restates))
            yield from sections(self._cited(Span(sober(line.text)), by=line.citations, most=most))
        rest = left_out(self._reply, self._guidance)
        for kind, heading in PASSED_OVER.items():
            spans: list[Span] = []
            for point in (one for one in rest if one.kind is kind):
                spans.append(Span("; " if spans else " "))
                spans += self._cited(Span(point.title), by=point.citations[:1])
            if spans:
                yield from sections([Span(f"{heading}:", "*"), *spans, Span(".")])

    def _worded_by(self) -> Iterator[Block]:
        words = drawn_within(self._reply.worded_by, 300)
        if words:
            yield {"type": "context", "elements": [mrkdwn(words)]}

    def _findings(self) -> Iterator[Item]:
        r = self._reply
        raised = self._raised()
        if raised and r.flag_named_above:
            heading = "head.new_flag" if r.shape == "step" else "head.flag"
            flag = replace(raised[0], title=self._say.say(heading))
            yield from sections(self._flag(flag))
        elif raised:
            heading = "head.new_flag" if r.shape == "step" else "head.flag"
            heading += "s" if len(raised) > 1 else ""
            yield from self._list(heading, [self._flag(f) for f in raised])
        if r.shape == "step":
            return
        brief = r.shape == "brief"
        if r.shape != "safeguards":
            weigh = r.considerations[: BRIEF_CONSIDERATIONS if brief and r.flags else None]
            heading = "head.weigh" if r.flags else ""
            yield from self._list(heading, [self._consideration(c) for c in weigh])
            if not brief:
                yield from self._list("head.related", [self._related(c) for c in r.related])
        safeguards = r.safeguards[: BRIEF_SAFEGUARDS if brief else None]
        heading = "" if r.shape == "safeguards" else "head.safeguards"
        yield from self._list(heading, [self._safeguard(s) for s in safeguards])

    def _list(self, heading: str, points: Sequence[list[Span]]) -> Iterator[Item]:
        """*points* under a heading, each a block of its own, so that messages are cut between."""
        head = [Span(self._say.say(heading), "*")] if heading else []
        under = next((item.block for item in sections(head)), None)
        opening = [*head, Span("\n")] if heading else []
        for point in points:
            for item in sections([*opening, Span("• "), *point]):
                yield item if opening else replace(item, under=under)
                opening = []

    def _flag(self, flag: FlagNote) -> list[Span]:
        said = [tidy(s) for s in flag.said if s.strip()]
        because = self._say.say("flag.because", said=", ".join(f"“{s}”" for s in said))
        spans = [
            Span(flag.title, "*"),
            Span(" " + self._say.say("flag.ours") if flag.ours else ""),
            Span(". " if not flag.title.rstrip().endswith((".", "?", "!")) else " "),
            Span(because + " " if said else ""),
            Span(self._say.say("flag.supposed") + " " if flag.tentative else ""),
            Span(flag.explains),
        ]
        return self._cited(*spans, by=flag.citations)

    def _consideration(self, c: ConsiderationNote) -> list[Span]:
        if not self._reply.flags:
            return self._related(c)
        bare = c.status is Status.NOT_RAISED and not has_flags(self._guidance, c.id)
        state = self._say.say("state.no_flags" if bare else f"state.{c.status}")
        text = "" if self._reply.considerations_by_title else f": {c.text}"
        return self._cited(Span(c.title, "*"), Span(f" ({state}){text}"), by=c.citations)

    def _related(self, c: ConsiderationNote) -> list[Span]:
        return self._cited(Span(c.title, "*"), Span(f": {c.text}"), by=c.citations)

    def _safeguard(self, s: SafeguardNote) -> list[Span]:
        text = "" if self._reply.safeguards_by_title else f": {s.text}"
        ours = f" {self._say.say('safeguard.ours')}" if s.ours else ""
        return self._cited(Span(s.title, "*"), Span(f" ({s.stage}){ours}{text}"), by=s.citations)

    def _passages(self) -> Iterator[Item]:
        """What the citations point to, in the order and under the numbers of the list below."""
        for citation in self._reply.citations():
            provision = self._guidance.provisions[citation.provision]
            text = provision.text[citation.start:citation.end]
            heading = Span(provision.heading, "*")
            yield from sections(self._cited(heading, Span(f"\n{tidy(text)}"), by=[citation]))

    def _rest(self) -> Iterator[Item]:
        r, say = self._reply, self._say
        if r.open_facts:
            names_ = "; ".join(self._guidance.questions[f].label for f in r.open_facts)
            yield from sections([Span(say.say("head.open"), "*"), Span(f" {names_}.")])
        where = [self._cited(Span(line.text), by=line.citations) for line in r.consult]
        yield from self._list("head.look_up", where)
        # A wording is to be short, and names the considerations that it doesn't speak of.
        if r.coverage and r.shape == "full" and not r.worded:
            rows = sorted(r.coverage, key=lambda line: line.state)
            spans = [Span(say.say("head.coverage"), "*")]
            for state, group in groupby(rows, key=lambda line: line.state):
                titles = [self._guidance.consideration_by_id[x.consideration].title for x in group]
                spans.append(Span(f"\n{STATES[state].capitalize()}: "))
                spans.append(Span("; ".join(map(tidy, titles)) + "."))
            yield from context(spans)

    def _closing(self) -> list[Block] | None:
        """The closing lines as small print; None when they have to stand in the body."""
        lines = self._closing_lines()
        if any(line.citations for line in lines):
            return None
        items = list(context([Span(" ".join(tidy(line.text) for line in lines))]))
        blocks = [item.block for item in items]
        return blocks if size(blocks) <= CLOSING_ROOM else None

    def _ending(self) -> Iterator[Item]:
        for line in self._closing_lines():
            yield from context(self._cited(Span(line.text), by=line.citations))

    def _closing_lines(self) -> tuple[Line, ...]:
        """None under a step that raises nothing: a step has to be short, and asserts nothing."""
        r = self._reply
        cited = any(line.citations for line in r.lead)
        return () if r.shape == "step" and not self._raised() and not cited else r.closing

    def _below(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """*blocks*, unless a later reply of the same message has them."""
        return blocks if self._pressable else iter(())
