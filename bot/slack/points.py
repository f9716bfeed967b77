"""What a reply says of a deal, drawn point by point, each with the marks of what it rests on."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.dialogue.citation import Citation
from bot.dialogue.phrasing import Wording
from bot.dialogue.pointing import left_out
from bot.dialogue.reply import (
    BRIEF_CONSIDERATIONS,
    BRIEF_SAFEGUARDS,
    ConsiderationNote,
    FlagNote,
    Reply,
    SafeguardNote,
    Status,
)
from bot.plain import PASSED_OVER, STATES, has_flags
from bot.slack.escaping import sober, tidy
from bot.slack.references import Numbers
from bot.slack.splitting import BREAK, BULLET, Item, Span, context, sections
from retrieval.guidance import Guidance

INTERIM_MARKS = 3
"""Citations marked on one point while questions are still open: on a phone the list of sources
must not bury the question.  The full advice, the brief and the record hold all of them."""


class Points:
    """The points of one reply.

    Args:
        reply: What is drawn.
        guidance: Its release.
        say: The sentences of Slack.
        numbers: Gives each citation its number, in the order in which points are drawn.
    """

    def __init__(
        self, reply: Reply, guidance: Guidance, say: Wording, numbers: Numbers
    ) -> None:
        self._reply = reply
        self._guidance = guidance
        self._say = say
        self._numbers = numbers

    def cited(
        self, *spans: Span, by: Sequence[Citation], most: int = INTERIM_MARKS
    ) -> list[Span]:
        """*spans* with the marks of what they rest on, *most* of them while questions are open."""
        interim = self._reply.shape in {"brief", "step"}
        return [*spans, *self._numbers.marks(by[:most] if interim else by)]

    def worded(self) -> Iterator[Item]:
        """What a language model has said of the findings, a short paragraph for each line.

        What it passes over follows by name.
        """
        for line in self._reply.worded:
            most = max(INTERIM_MARKS, len(line.restates))
            yield from sections(self.cited(Span(sober(line.text)), by=line.citations, most=most))
        rest = left_out(self._reply, self._guidance)
        for kind, heading in PASSED_OVER.items():
            spans: list[Span] = []
            for point in (one for one in rest if one.kind is kind):
                spans.append(Span("; " if spans else " "))
                spans += self.cited(Span(point.title), by=point.citations[:1])
            if spans:
                yield from sections([Span(f"{heading}:", "*"), *spans, Span(".")])

    def findings(self) -> Iterator[Item]:
        """The red flags, what to weigh and the safeguards; of a step the new flags alone."""
        r = self._reply
        raised = raised_in(r)
        if raised and r.flag_named_above:
            yield from sections(self._named_flag(raised[0]))
        elif raised:
            kind, one = "new_flag" if r.shape == "step" else "flag", len(raised) == 1
            heading = f"head.{kind}" if one else f"head.{kind}s"
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
        under = self._say.say(heading) if heading and points else ""
        opening = [Span(under, "*"), BREAK] if heading else []
        for point in points:
            for item in sections([*opening, BULLET, *point]):
                yield item if opening else item._replace(under=under)
                opening = []

    def _flag(self, flag: FlagNote) -> list[Span]:
        return self._flag_under(flag.title, flag)

    def _named_flag(self, flag: FlagNote) -> list[Span]:
        """*flag*, which the first lines have named, under its kind alone."""
        heading = "head.new_flag" if self._reply.shape == "step" else "head.flag"
        return self._flag_under(self._say.say(heading), flag)

    def _flag_under(self, heading: str, flag: FlagNote) -> list[Span]:
        said = [tidy(s) for s in flag.said if s.strip()]
        because = self._say.say("flag.because", said=", ".join(f"“{s}”" for s in said))
        spans = [
            Span(heading, "*"),
            Span(" " + self._say.say("flag.ours") if flag.ours else ""),
            Span(". " if not heading.rstrip().endswith((".", "?", "!")) else " "),
            Span(because + " " if said else ""),
            Span(self._say.say("flag.supposed") + " " if flag.tentative else ""),
            Span(flag.explains),
        ]
        return self.cited(*spans, by=flag.citations)

    def _consideration(self, c: ConsiderationNote) -> list[Span]:
        if not self._reply.flags:
            return self._related(c)
        bare = c.status is Status.NOT_RAISED and not has_flags(self._guidance, c.id)
        state = self._say.say("state.no_flags" if bare else f"state.{c.status}")
        text = "" if self._reply.considerations_by_title else f": {c.text}"
        return self.cited(Span(c.title, "*"), Span(f" ({state}){text}"), by=c.citations)

    def _related(self, c: ConsiderationNote) -> list[Span]:
        return self.cited(Span(c.title, "*"), Span(f": {c.text}"), by=c.citations)

    def _safeguard(self, s: SafeguardNote) -> list[Span]:
        text = "" if self._reply.safeguards_by_title else f": {s.text}"
        ours = f" {self._say.say('safeguard.ours')}" if s.ours else ""
        return self.cited(Span(s.title, "*"), Span(f" ({s.stage}){ours}{text}"), by=s.citations)

    def passages(self) -> Iterator[Item]:
        """What the citations point to, in the order and under the numbers of the list below."""
        for citation in self._reply.citations():
            provision = self._guidance.provisions[citation.provision]
            text = provision.text[citation.start:citation.end]
            heading = Span(provision.heading, "*")
            yield from sections(self.cited(heading, Span(f"\n{tidy(text)}"), by=[citation]))

    def rest(self) -> Iterator[Item]:
        """What is open, where to look, and how far each consideration is covered."""
        r, say = self._reply, self._say
        if r.open_facts:
            names_ = "; ".join(self._guidance.questions[f].label for f in r.open_facts)
            yield from sections([Span(say.say("head.open"), "*"), Span(f" {names_}.")])
        where = [self.cited(Span(line.text), by=line.citations) for line in r.consult]
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


def raised_in(reply: Reply) -> list[FlagNote]:
    """The red flags to show: all raised ones, in a step only those that are new."""
    if reply.shape in {"safeguards", "sources"}:
        return []
    return list(reply.shown_flags)
