"""The terminal's side of a conversation: draws replies, reads lines, keeps no state."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.dialogue.citation import Citation
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import left_out
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    Asked,
    FlagNote,
    Reply,
)
from bot.plain import MARKS, MOST_MARKS, PASSED_OVER, STATES, References, reference
from bot.terminal.legible import Legible
from retrieval.guidance import Checked, Guidance, ReleaseId

MANY_CHOICES = 8
"""From this many on, choices stand in columns."""


class Screen:
    """Draws replies on a console and remembers the last one's citations, to expand them.

    Args:
        console: Where to.
        guidance: What provisions are read from before the first reply.
        say: The sentences of a terminal.
    """

    def __init__(self, console: Console, guidance: Guidance, say: Wording) -> None:
        self._console = console
        self._guidance = guidance
        self._say = say
        self._cited: tuple[tuple[Citation, ...], ...] = ()

    def begin(self, conversation: str) -> None:
        """Draw what stands above the first prompt of *conversation*."""
        say, title = self._say, self._say.say("opening.title")
        opening = Text(say.say("opening.lines", title=title, conversation=conversation,
                               unchecked=unchecked_share(self._guidance, say)))
        opening.highlight_words([title, conversation], "bold")
        self._console.print(opening, end="\n\n")

    def tell_release(self, release: ReleaseId) -> None:
        """Say that *release* answers from now on."""
        self._aside(self._say.say("opening.other_release", release=release))
        self._console.print()

    def looking(self) -> AbstractContextManager[object]:
        """Says that a language model looks at the answer again, for as long as that takes."""
        return self._console.status(Text(self._say.say("second_look.looking")))

    def show_better(self, reply: Reply, guidance: Guidance) -> None:
        """Draw what came of a second look, with *guidance*, the release of *reply*."""
        self._console.print()
        self._aside(self._say.say("second_look.worded", by=reply.composer) if reply.worded
                    else self._say.say("second_look.better"))
        self.show(reply, guidance)

    def tell_refused(self, reason: str) -> None:
        """Say why a language model's wording is not shown: *reason*, in one word."""
        self._aside(self._say.say("second_look.refused", reason=reason))

    def _aside(self, line: str) -> None:
        self._console.print(Text(line, "dim"))

    def show(self, reply: Reply, guidance: Guidance) -> None:
        """Draw *reply* with *guidance*, its own release."""
        self._guidance = guidance
        page = _Page(reply, guidance, self._say)
        self._console.print(Legible(page.body()))
        self._cited = page.cited
        if reply.shape == "sources":
            return
        if self._cited:
            n = len(self._cited)
            self._aside(self._say.say("passage.to_read", n=n) if n > 1 else
                        self._say.say("passage.to_read_one"))

    def expand(self, number: int) -> None:
        """Draw the passages behind citation *number* of the last reply."""
        if not 1 <= number <= len(self._cited):
            self._console.print(escape(self._say.say("passage.none", n=number)))
            return
        for citation in self._cited[number - 1]:
            self._passage(citation)

    def _passage(self, c: Citation) -> None:
        say = self._say
        p = self._guidance.provisions[c.provision]
        source = self._guidance.sources[p.source]
        parts: list[RenderableType] = [
            Text(p.text[c.start : c.end]),
            Text(f"\n{source.title}, {c.pinpoint}", style="bold"),
            Text(say.say("passage.state", state=MARKS[c.checked].capitalize(), id=c.provision,
                         url=c.url), style="dim"),
        ]
        if p.note:
            parts.append(Text(say.say("passage.caution", note=p.note.strip()), style="yellow"))
        self._console.print(Panel(Group(*parts), title=escape(p.heading), title_align="left"))


class _Page:
    """One reply being drawn; numbers citations as they are met."""

    def __init__(self, reply: Reply, guidance: Guidance, say: Wording) -> None:
        self._reply = reply
        self._guidance = guidance
        self._say = say
        self._refs = References()

    @property
    def cited(self) -> tuple[tuple[Citation, ...], ...]:
        """Citations by number, from 1."""
        return tuple(map(tuple, self._refs.cited))

    def _mark(self, citations: tuple[Citation, ...]) -> Text:
        return Text(self._refs.mark(citations), style="cyan")

    def _line(self, text: str, citations: tuple[Citation, ...] = (), style: str = "") -> Text:
        return Text.assemble((text, style), " " if citations else "", self._mark(citations))

    def body(self) -> RenderableType:
        return Group(*self._parts())

    def _parts(self) -> Iterator[RenderableType]:
        r = self._reply
        brief = r.shape == "brief"
        for i, line in enumerate(r.lead):
            yield self._line(line.text, line.citations, "bold" if i == len(r.lead) - 1 else "")
        if r.heard:
            yield Text(r.heard, style="green")
        for line in r.aside:
            yield self._line(line.text, line.citations)
        yield from self._changes()
        if r.shape == "sources":
            for c in r.citations():
                text = self._guidance.provisions[c.provision].text[c.start : c.end]
                yield Padding(Group(Text(reference(c), style="dim"), Text(text)), (1, 0, 0, 2))
            return
        yield from self._worded() if r.worded else self._findings(brief)
        if r.question is not None:
            yield _question(r.question, self._say)
        if r.shape in {"full", "short"}:
            yield from self._rest()
        if r.closing:
            said = [line.text for line in r.closing]
            yield Text("\n" + " ".join(filter(None, [r.unchecked, r.worded_by, *said])),
                       style="dim")

    def _changes(self) -> Iterator[RenderableType]:
        r = self._reply
        if r.changes is None:
            return
        for group in r.told():
            parts: list[Text | str | tuple[str, str]] = [(f"{group.heading}: ", "bold")]
            for n, named in enumerate(group.named):
                parts += ["; " if n else "", self._line(named.title, named.citations)]
            yield Text.assemble(*parts, ".")
        yield Text(r.changes.rest)

    def _worded(self) -> Iterator[RenderableType]:
        """What a language model made of the points, and what it passes over by name."""
        r = self._reply
        for line in r.worded:
            marks = self._refs.mark(line.citations, max(MOST_MARKS, len(line.restates)))
            yield _item(Text.assemble(line.text, " ", (marks, "cyan")))
        rest = left_out(r, self._guidance)
        for kind, words in PASSED_OVER.items():
            parts: list[Text | str] = []
            for point in (p for p in rest if p.kind is kind):
                parts += ["; " if parts else "", self._line(point.title, point.citations[:1])]
            if parts:
                yield Text.assemble((f"{words}: ", "bold"), *parts, ".")
        if r.more_safeguards and r.shape not in {"brief", "step"}:
            yield self._more()

    def _more(self) -> Text:
        more = self._say.say("more.safeguards", n=len(self._reply.more_safeguards))
        return Text(f"  {more}", style="dim")

    def _head(self, name: str, style: str = "bold") -> Text:
        return Text("\n" + self._say.say(f"head.{name}"), style=style)

    def _findings(self, brief: bool) -> Iterator[RenderableType]:
        r = self._reply
        raised = r.shown_flags
        if r.flag_named_above:
            yield self._named_flag(raised[0])
        elif raised:
            kind, one = "new_flag" if r.shape == "step" else "flag", len(raised) == 1
            yield self._head(kind if one else f"{kind}s", "bold red")
        for f in () if r.flag_named_above else raised:
            ours = f" {self._say.say('flag.ours')}" if f.ours else ""
            yield _item(Text.assemble((f.title + ours, "bold"), self._because(f), " ", f.explains,
                                      " ", self._mark(f.citations)))
        if r.shape == "step":
            return
        if not r.flags and r.considerations and r.shape != "safeguards":
            for c in r.considerations:
                yield _item(Text.assemble((c.title, "bold"), f": {c.text} ",
                                          self._mark(c.citations)))
            return
        if r.shape != "safeguards":
            weigh = r.considerations[: BRIEF_CONSIDERATIONS if brief else None]
            if weigh:
                yield self._head("weigh")
            for c in (*weigh, *(() if brief else r.related)):
                text = "" if r.considerations_by_title else f": {c.text}"
                yield _item(Text.assemble((c.title, "bold"), f"{text} ",
                                          self._mark(c.citations)))
        safeguards = r.safeguards[: BRIEF_SAFEGUARDS if brief else None]
        if safeguards and r.shape != "safeguards":
            yield self._head("safeguards")
        for s in safeguards:
            text = "" if r.safeguards_by_title else f": {s.text}"
            ours = f" {self._say.say('safeguard.ours')}" if s.ours else ""
            yield _item(Text.assemble((s.title, "bold"), f" ({s.stage}){ours}{text} ",
                                      self._mark(s.citations)))
        if r.more_safeguards and not brief:
            yield self._more()

    def _named_flag(self, flag: FlagNote) -> Text:
        """*flag*, which the first lines have named, under its kind alone."""
        head = self._say.say("head.new_flag" if self._reply.shape == "step" else "head.flag")
        ours = f" {self._say.say('flag.ours')}" if flag.ours else ""
        return Text.assemble("\n", (head, "bold red"), (ours, "bold"), self._because(flag), " ",
                             flag.explains, " ", self._mark(flag.citations))

    def _because(self, flag: FlagNote) -> str:
        """What follows the name of a flag: on which words it rests, and whether that is certain."""
        said = ", ".join(f"“{s}”" for s in flag.said if s)
        because = f" {self._say.say('flag.because', said=said)}" if said else ""
        # It may be a "maybe" of theirs or a guess of ours.
        supposed = f" {self._say.say('flag.supposed')}" if flag.tentative else ""
        return f".{because}{supposed}"

    def _rest(self) -> Iterator[RenderableType]:
        r = self._reply
        if r.open_facts:
            names = ", ".join(self._guidance.questions[f].label for f in r.open_facts)
            yield Text.assemble((f"\n{self._say.say('head.open')}: ", "bold"), names, ".")
        if r.consult:
            yield self._head("look_up")
        for line in r.consult:
            yield _item(self._line(line.text, line.citations))
        if r.coverage and r.shape == "full" and not r.worded:
            yield self._head("coverage")
            marks = {"addressed": "✓", "open": "○", "not_applicable": "–"}
            for row in r.coverage:
                facts = ", ".join(self._guidance.questions[f].label for f in row.because)
                title = self._guidance.consideration_by_id[row.consideration].title.strip()
                # What no question asks for waits for none.
                state = f"{STATES[row.state]} ({facts})" if facts else STATES[row.state]
                yield Text(f"  {marks[row.state.value]} {title}: {state}")


def _item(text: Text) -> Padding:
    return Padding(Text.assemble("• ", text), (0, 0, 0, 2))


def _question(question: Asked, say: Wording) -> RenderableType:
    if question.again:
        return Group(Text(f"\n{question.again}", style="bold yellow"),
                     Text(say.say("ask.as_before"), style="dim"))
    parts: list[RenderableType] = []
    if question.beside:
        parts.append(Text(f"\n{question.opener}", style="bold yellow"))
    number = 1
    for one in question.all():
        parts.append(Text(f"\n{one.text}", style="bold yellow"))
        numbered = [f"{i:>2} {c.label}" for i, c in enumerate(one.choices, start=number)]
        if len(numbered) > 60:
            continue
        number += len(numbered)
        if 0 < len(numbered) < MANY_CHOICES:
            parts.append(Padding(Text("\n".join(numbered)), (0, 0, 0, 2)))
        else:
            parts.append(Padding(Columns(numbered, column_first=True, padding=(0, 3)),
                                 (0, 0, 0, 2)))
    parts.append(Text(say.say("ask.hint"), style="dim"))
    return Group(*parts)


def unchecked_share(guidance: Guidance, say: Wording) -> str:
    """How much of the corpus is not yet ticked, for the opening line."""
    all_ = guidance.provisions.values()
    unchecked = sum(p.checked is Checked.UNCHECKED for p in all_)
    return say.say("opening.unchecked", n=unchecked, all=len(guidance.provisions))
