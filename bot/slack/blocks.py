"""A reply as Slack messages, for a hurried reader on a phone.

The upshot stands first and in bold, then what was understood with a button to correct it, the red
flags, what to weigh, the safeguards, the next question with its buttons; where it all comes from
is small print below.  A step of the interview shows only what is new.

Where a language model has worded the findings, its lines stand in their place, each with its
marks.  All else is drawn as ever, and a button shows the findings in the plain wording.

Long advice becomes several messages, cut between blocks.  Each lists the sources of its own
marks with how far they are checked, so that it can be read alone, and the last has the buttons.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.dialogue.conversation import ConversationId
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Line, Reply
from bot.slack import names
from bot.slack.acting import acts, afterwards
from bot.slack.aloud import aloud
from bot.slack.asking import Asking
from bot.slack.controls import button
from bot.slack.escaping import tidy
from bot.slack.packing import MOST_CHARACTERS, ROOM_FOR_STATES, Piece, joined, measured, pack
from bot.slack.points import Points, raised_in
from bot.slack.references import Numbers
from bot.slack.shown import Shown
from bot.slack.splitting import (
    BREAK,
    Block,
    Item,
    Span,
    context,
    drawn_within,
    markdown,
    sections,
    sections_of,
    small,
)
from retrieval.guidance import Guidance

CLOSING_ROOM = 600
"""Characters of closing lines kept below the controls; longer ones, or cited ones, stand above."""
MOST_AHEAD = 3_000
"""Characters of the upshot that is streamed ahead, links and all."""


@dataclass(frozen=True, slots=True)
class Post:
    """One Slack message.

    `text` is what notifications, screen readers and clients without blocks show, all that the
    blocks say if it fits: escaped, at most 3,000 characters.  A stream begins with `lead` and ends
    with `blocks[lead_blocks:]`.
    """

    text: str
    blocks: tuple[dict[str, Any], ...]
    lead: str = ""
    """The first lines as standard Markdown, for a stream to begin with; "" where it can't."""
    lead_blocks: int = 0
    """How many of the blocks `lead` stands for."""


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


def plainly(reply: Reply, guidance: Guidance, say: Wording) -> list[Block]:
    """What *reply* says in the plain wording, whole and with nothing to press, sources last."""
    unworded = replace(reply, worded=(), worded_by="")
    return _Page(unworded, Shown(ConversationId(""), 0), guidance, say, pressable=False).whole()


def numbered(reply: Reply, guidance: Guidance, say: Wording) -> Numbers:
    """The citations that *reply* shows, under the numbers that its messages give them."""
    page = _Page(reply, Shown(ConversationId(""), 0), guidance, say, pressable=False)
    page.posts()
    return page.numbers


class _Page:
    """One reply being drawn."""

    def __init__(
        self, reply: Reply, shown: Shown, guidance: Guidance, say: Wording, *, pressable: bool
    ) -> None:
        self._reply = reply
        self._shown = shown
        self._say = say
        self._pressable = pressable
        self._question = Asking(reply.question, guidance, say, pressable=pressable)
        self._raised = raised_in(reply)
        self.numbers = Numbers()
        self._points = Points(reply, guidance, say, self.numbers)

    def whole(self) -> list[Block]:
        """All of it in one piece, whatever a message can hold."""
        items = [*self._heading(), *self._body()]
        above, asking = self._question.heading()
        below = self._closing()
        ending = self._ending() if below is None else ()
        sources = self.numbers.sources(frozenset(self.numbers.cited), self._say)
        return [
            *(item.block for item in (*items, *above)),
            *self._question.controls(asking, self._shown, MOST_CHARACTERS).blocks,
            *(item.block for item in (*ending, *sources, *(below or ()))),
        ]

    def posts(self) -> list[Post]:
        heading = self._heading()
        items = [*heading, *self._body()]
        above, asking = self._question.heading()
        items += above
        below = self._closing()
        if below is None:
            items += self._ending()
        cited = bool(self.numbers.cited)

        def row(shown: Shown) -> Piece:
            return self._below(
                acts(self._reply, shown, self._say, raised=bool(self._raised), cited=cited))

        def under_sources(shown: Shown) -> Piece:
            return joined([*self._worded_by(), *(below or ())]) + self._below(
                afterwards(self._reply, shown, self._say, cited=cited))

        shown = self._shown
        happened = (shown.answered, shown.handed_over, shown.watch_on) != (None, None, None)
        untouched = shown if not happened else replace(
            shown, answered=None, handed_over=None, watch_on=None)
        onward, back = _marker(self._say.say("post.onward")), _marker(self._say.say("post.back"))
        pressable, ending = row(untouched), under_sources(untouched)
        # Controls have to fit into a message of their own, should it come to that.
        room = MOST_CHARACTERS - ROOM_FOR_STATES - (back + pressable + ending).taken
        controls = self._question.controls(asking, untouched, room)

        listed: dict[frozenset[int], Piece] = {}

        def sources(cites: frozenset[int]) -> Piece:
            if cites not in listed:
                listed[cites] = joined(self.numbers.sources(cites, self._say))
            return listed[cites]

        def last(cites: frozenset[int]) -> Piece:
            return controls + pressable + sources(cites) + ending

        apart = self._reply.says_once and self._reply.question is not None
        *bodies, end = pack(items, sources, last, onward, back, apart=apart)
        text = aloud(end.blocks, self._asked(), (sources(end.cites) + ending).blocks)
        if happened:
            controls, pressable = self._question.controls(asking, shown, room), row(shown)
        posts = [Post(aloud(body.blocks, (), ()), tuple(body.blocks)) for body in bodies]
        posts.append(Post(text, tuple((end + last(end.cites)).blocks)))
        # A stream begins with our own lines.  Nothing of a model can stand in one: its words come
        # in a second reply, once they have passed the fence, and that one is put in place whole.
        ahead = markdown(self._lead()) if len(heading) == 1 and len(posts[0].blocks) > 1 else ""
        if ahead and len(ahead) <= MOST_AHEAD:
            posts[0] = replace(posts[0], lead=ahead, lead_blocks=1)
        return posts

    def _asked(self) -> list[str]:
        """The lines of the question, for who is given no blocks."""
        question = self._reply.question
        if question is None:
            return []
        if question.again:
            return [tidy(question.again)]
        opener = [question.opener] if question.beside else []
        return [tidy(line) for line in (*opener, *(one.text for one in question.all()))]

    # ---- what is said ----

    def _body(self) -> Iterator[Item]:
        r = self._reply
        if r.heard:
            yield from self._heard()
        for line in r.aside:
            yield from sections(self._points.cited(Span(line.text), by=line.citations))
        yield from self._changes()
        if r.shape == "sources":
            yield from self._points.passages()
            return
        yield from self._points.worded() if r.worded else self._points.findings()
        if r.shape in {"full", "short"}:
            yield from self._points.rest()

    def _heading(self) -> list[Item]:
        """The reply's first lines, cut between two of them where they don't fit into one block."""
        whole = sections(self._lead())
        if len(whole) == 1:
            return whole
        return [item for line in self._lines() for item in sections(line)]

    def _lead(self) -> list[Span]:
        """The reply's first lines in one."""
        return [span for line in self._lines() for span in (*line, BREAK)][:-1]

    def _lines(self) -> Iterator[list[Span]]:
        """The reply's first lines; where it speaks of a deal, the last of them is the upshot.

        What can be asked for may stand behind that: in bold it would outshine a red flag.  And
        where the upshot isn't said again, what a remark was taken for is none.
        """
        r = self._reply
        about_deal = bool(r.coverage or r.considerations) and not r.stands
        offer = self._say.say("lead.in_full")
        upshot = max((n for n, line in enumerate(r.lead) if line.text != offer), default=None)
        for n, line in enumerate(r.lead):
            style = "*" if about_deal and n == upshot else ""
            yield self._points.cited(Span(line.text, style), by=line.citations)

    def _heard(self) -> list[Item]:
        items = sections([Span(self._reply.heard)])
        if items and self._pressable:
            correct = button(self._say.say("button.correct"), names.CORRECT, self._shown.press())
            block = {**items[-1].block, "accessory": correct}
            items[-1] = items[-1]._replace(block=block, taken=None)
        return items

    def _changes(self) -> Iterator[Item]:
        """What a correction did to the advice: a line for each part that differs."""
        r = self._reply
        if r.changes is None:
            return
        units: list[list[Span]] = []
        for group in r.told():
            points = [self._points.cited(Span(named.title), by=named.citations)
                      for named in group.named] or [[]]
            points[0].insert(0, Span(f"{group.heading}: ", "*"))
            units += [[*point, Span("; ")] for point in points[:-1]]
            units.append([*points[-1], Span(".\n")])
        yield from sections_of([*units, [Span(r.changes.rest)]])

    def _worded_by(self) -> list[Item]:
        words = drawn_within(self._reply.worded_by, 300)
        return [Item(small(words))] if words else []

    def _closing(self) -> list[Item] | None:
        """The closing lines as small print; None when they have to stand in the body."""
        lines = self._closing_lines()
        if any(line.citations for line in lines):
            return None
        items = context([Span(" ".join(tidy(line.text) for line in lines))])
        return items if joined(items).taken <= CLOSING_ROOM else None

    def _ending(self) -> Iterator[Item]:
        for line in self._closing_lines():
            yield from context(self._points.cited(Span(line.text), by=line.citations))

    def _closing_lines(self) -> tuple[Line, ...]:
        """None under a step that raises nothing: a step has to be short, and asserts nothing."""
        r = self._reply
        cited = any(line.citations for line in (*r.lead, *r.aside))
        return () if r.shape == "step" and not self._raised and not cited else r.closing

    def _below(self, blocks: Iterator[Block]) -> Piece:
        """*blocks*, unless a later reply of the same message has them."""
        return measured(list(blocks) if self._pressable else [])


@lru_cache(maxsize=16)
def _marker(words: str) -> Piece:
    """What parts two messages, *words* of the bot's own, in small print."""
    return measured([small(f"_{drawn_within(words, 300)}_")])
