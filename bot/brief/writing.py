"""Write a deal brief: word the whole advice on a deal and number its sources."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.brief.advice import full_advice
from bot.brief.course import first_told, gone_from
from bot.brief.document import (
    Brief,
    Ground,
    Origin,
    Part,
    Point,
    Row,
    Section,
    Tag,
    Weight,
)
from bot.brief.numbering import Numbering
from bot.brief.told_beside import Then, told_before, told_beside
from bot.dialogue import citing
from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.judging import scope_of
from bot.dialogue.phrasing import Wording
from bot.dialogue.reply import Coverage, CoverageLine, FlagNote, Reply, Status, labels
from bot.errors import AdvisorError
from bot.plain import STATES
from bot.turns.delivery import edited
from bot.turns.turn import Turn
from retrieval.guidance import Checked, DealStage, Fact, Guidance

TITLE_FACTS = 3
"""How many known facts name a brief: as a rule what is sold, who will use it and what for."""

_STAGES = {
    DealStage.ANY_TIME: (Part.ANY_TIME, "section.any_time"),
    DealStage.DESIGN: (Part.DESIGN, "section.design"),
    DealStage.BEFORE_SALE: (Part.BEFORE_SALE, "section.before_sale"),
    DealStage.AFTER_SALE: (Part.AFTER_SALE, "section.after_sale"),
}


class NothingToBrief(AdvisorError):
    """Nothing was told of a deal yet, so there is nothing to hand on."""

    def __init__(self, conversation: ConversationId) -> None:
        self.conversation = conversation
        super().__init__(
            "nothing_told",
            "There is nothing to put into a brief yet. Tell me about the deal first: what is "
            "sold, who will use it, where, and what for.",
        )


def brief_of(
    conversation: Conversation,
    turns: Sequence[Turn],
    guidance: Guidance,
    wording: Wording,
    *,
    asker: str,
    link: str | None,
    now: datetime,
    then: Then | None = None,
) -> Brief:
    """The brief on the deal of *conversation* as it stands.

    Args:
        conversation: As its last turn left it.
        turns: Its recorded turns in order; the last one's row of the log is named in the brief.
        guidance: The release that the advice is drawn from.
        wording: The sentences of replies and of briefs; see `bot.brief.sentences`.
        asker: Name of whoever asked for the brief, as it is to be shown.
        link: Web address of the conversation; None if it has none.
        now: The brief's date, an aware `datetime`.
        then: Gives the release that a turn was drawn from, which names what was told beside the
            guidance where *guidance* doesn't; None leaves that out.

    Raises:
        NothingToBrief: Nothing was told of a deal, or no turn was recorded.
        citing.UncitedClaim, citing.BadCitation: The release does not bear out the advice.
    """
    if not turns or not conversation.deal.answers:
        raise NothingToBrief(conversation.id)
    advice = full_advice(conversation.deal, guidance, wording)
    return _Writer(conversation.deal, turns, guidance, wording, advice, then).brief(
        tuple(head_rows(conversation, turns, guidance, wording,
                        asker=asker, link=link, now=now)), now)


def head_rows(
    conversation: Conversation,
    turns: Sequence[Turn],
    guidance: Guidance,
    wording: Wording,
    *,
    asker: str,
    link: str | None,
    now: datetime,
) -> Iterator[Row]:
    """The head of the brief, row by row; as for `brief_of`."""
    last, count = turns[-1], "one" if len(turns) == 1 else "many"
    yield Row(wording.say("row.date"), f"{_day(now)}, {now.astimezone(UTC):%H:%M} UTC")
    yield Row(wording.say("row.asker"), asker)
    yield Row(wording.say("row.conversation"),
              wording.say(f"brief.turns_{count}", conversation=conversation.id, n=len(turns)),
              link)
    yield Row(wording.say("row.release"), guidance.release)
    if last.release != guidance.release:
        yield Row(wording.say("row.last_release"),
                  wording.say("brief.older_release", release=last.release))
    yield Row(wording.say("row.log"), wording.say("brief.log", seq=last.seq, digest=last.digest))


def _day(moment: datetime) -> str:
    """The day of *moment* in UTC: "25 November 2026"."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y}"


class _Writer:
    """Words one brief; sources are numbered in the order in which its reader meets them."""

    def __init__(
        self,
        deal: Deal,
        turns: Sequence[Turn],
        guidance: Guidance,
        wording: Wording,
        advice: Reply,
        then: Then | None = None,
    ) -> None:
        self._deal = deal
        self._then = then
        self._guidance = guidance
        self._say = wording.say
        self._scope = scope_of(guidance, deal)
        self._advice = advice
        self._worded = [str(turn.version) for turn in turns if turn.reply.worded]
        self._turn_of = {turn.key: turn.version for turn in turns}
        begun = max((n for n, turn in enumerate(turns)
                     if turn.message.intent is Intent.START_OVER), default=0)
        self._turns = turns[begun:]
        self._gone = gone_from(turns[begun:], advice)
        # What a new wording tells rests on the message that it was made of, and was heard later.
        self._edit_of = {(fact, answer.message): turn.version for turn in turns
                         for fact, answer in turn.message.heard.items()
                         if edited(turn.key) == answer.message}
        self._put_aside = self._of_another(turns[:begun], turns[begun].version)
        self._first_told = first_told(turns[begun:])
        self._numbering = Numbering(guidance)
        self._marks = self._numbering.marks

    def brief(self, rows: tuple[Row, ...], at: datetime) -> Brief:
        """The brief under its head."""
        upshot = self._advice.lead[-1]
        marks = self._marks(upshot.citations)
        sections = tuple(self._sections())
        origins = self._numbering.origins(self._say)
        return Brief(
            kind=self._say("brief.title"),
            subject=self._subject(),
            at=at,
            rows=rows,
            upshot=upshot.text,
            upshot_marks=marks,
            tally=self._tally(),
            statements=tuple(self._statements(origins)),
            sections=sections,
            sources=self._say("section.sources"),
            sources_note=self._say("note.digests"),
            origins=origins,
            footing=self._say("brief.footing", date=_day(at)),
        )

    def _statements(self, origins: Sequence[Origin]) -> Iterator[str]:
        yield self._say("brief.no_verdict")
        yield self._say("brief.drawn_up")
        if self._put_aside:
            yield self._put_aside
        if self._worded:
            yield self._say("brief.worded", turns=", ".join(self._worded))
        yield from (line.text for line in self._advice.closing)
        if any(origin.checked is Checked.UNCHECKED for origin in origins):
            yield self._say("closing.unchecked")

    def _of_another(self, before: Sequence[Turn], begun: int) -> str:
        """That turn number *begun* put aside what was told *before*; empty where nothing was."""
        told = tuple(told_before(before, self._guidance, self._say))
        if not told and not any(turn.message.heard for turn in before):
            return ""
        return " ".join([self._say("brief.begun_anew", turn=begun), *told])

    def _subject(self) -> str:
        known = sorted((q for q in self._guidance.questions.values() if self._deal.known(q.fact)),
                       key=lambda q: q.rank)
        return " · ".join(self._value(q.fact) for q in known[:TITLE_FACTS])

    def _tally(self) -> str:
        standing = [flag.status for flag in self._advice.flags]
        lines = self._advice.coverage
        tally = self._say(
            "brief.tally",
            raised=standing.count(Status.RAISED),
            waiting=standing.count(Status.OPEN),
            still=sum(line.state is Coverage.OPEN for line in lines),
            all=len(lines),
        )
        return tally + (self._say("brief.tally_gone", n=len(self._gone)) if self._gone else "")

    def _sections(self) -> Iterator[Section]:
        say = self._say
        yield Section(Part.UNDERSTOOD, say("section.understood"), tuple(self._understood()))
        raised = tuple(self._raised())
        yield Section(Part.RAISED, say("section.raised"), raised, " ".join(filter(None, [
            "" if raised else say("note.nothing_raised"), self._once_raised()])))
        waiting = tuple(self._waiting())
        yield Section(Part.WAITING, say("section.waiting"), waiting,
                      say("note.each_waits" if waiting else "note.none_waits"))
        yield Section(Part.CONSIDERATIONS, say("section.considerations"),
                      tuple(self._consideration(line) for line in self._advice.coverage),
                      self._scope.reason.strip() if self._scope else "")
        related = tuple(Point(note.title, text=note.text, marks=self._marks(note.citations))
                        for note in self._advice.related)
        if related:
            yield Section(Part.RELATED, say("section.related"), related)
        other = tuple(told_beside(self._turns, self._guidance, say, self._marks, self._then))
        if other:
            yield Section(Part.OTHER_MATTERS, say("section.other_matters"), other)
        for stage, (part, title) in _STAGES.items():
            points = tuple(Point(s.title, (Tag(say("tag.our_own")),) if s.ours else (), s.text,
                                 marks=self._marks(s.citations))
                           for s in self._advice.safeguards if s.stage is stage)
            # Beside the advice stands nothing but that terms come late.
            late = self._advice.aside if stage is DealStage.BEFORE_SALE else ()
            yield Section(part, say(title), points, " ".join(
                line.text for line in late) if points else say("note.no_safeguard"))
        still = tuple(self._open_facts())
        yield Section(Part.OPEN_FACTS, say("section.open_facts"), still,
                      "" if still else say("note.all_settled"))

    def _understood(self) -> Iterator[Point]:
        for fact, question in self._guidance.questions.items():
            if self._deal.answered(fact):
                tags = () if self._deal.certain(fact) else (self._standing(fact),)
                head = self._say("point.fact", label=_capital(question.label),
                                 value=self._told(fact))
                yield Point(head, tags, grounds=self._rests_on(fact, named=False))

    def _raised(self) -> Iterator[Point]:
        for flag in self._advice.flags:
            if flag.status is Status.RAISED:
                supposed = Tag(self._say("tag.on_supposition"), Weight.CARE)
                tags = (*((supposed,) if flag.tentative else ()), *self._ours(flag))
                yield Point(flag.title, tags, flag.explains, self._grounds(flag.because),
                            self._marks(flag.citations))

    def _once_raised(self) -> str:
        """What was raised in an earlier turn and is no longer: empty if nothing was."""
        titles = {flag.id: flag.title for flag in self._guidance.red_flags}
        told = "; ".join(
            self._say("point.once_raised_before" if one.gone is None else "point.once_raised",
                      title=titles.get(one.flag, str(one.flag)).strip(),
                      first=one.raised, gone=one.gone) for one in self._gone)
        return self._say("note.once_raised", flags=told) if told else ""

    def _waiting(self) -> Iterator[Point]:
        for flag in self._advice.flags:
            if flag.status is Status.OPEN:
                text = self._say("point.missing", facts=self._names(flag.missing))
                yield Point(flag.title, self._ours(flag), text, self._grounds(flag.because),
                            self._marks(flag.citations))

    def _ours(self, flag: FlagNote) -> tuple[Tag, ...]:
        return (Tag(self._say("tag.ours")),) if flag.ours else ()

    def _consideration(self, line: CoverageLine) -> Point:
        c = self._guidance.consideration_by_id[line.consideration]
        if line.state is Coverage.NOT_APPLICABLE and self._scope is not None:
            authorities = citing.cite_all(self._guidance, self._scope.authorities)
            return Point(c.title.strip(), (Tag(STATES[line.state]),),
                         marks=self._marks(authorities))
        titles = [flag.title for flag in self._advice.flags
                  if flag.consideration == c.id and flag.status is Status.RAISED]
        open_still = line.state is Coverage.OPEN
        tags = [Tag(self._say("tag.flagged"), Weight.ALARM)] if titles else []
        tags.append(Tag(STATES[line.state], Weight.CARE if open_still else Weight.PLAIN))
        text = [c.weigh.strip()]
        if titles:
            text.append(self._say("point.flags", titles="; ".join(titles)))
        if open_still and line.because:
            text.append(self._say("point.open", facts=self._names(line.because)))
        return Point(c.title.strip(), tuple(tags), " ".join(text),
                     () if open_still else self._grounds(line.because),
                     self._marks(citing.cite_all(self._guidance, c.authorities)))

    def _open_facts(self) -> Iterator[Point]:
        for fact, line in zip(self._advice.open_facts, self._advice.consult, strict=True):
            question = self._guidance.questions[fact]
            text = f"{question.wording.strip()} {line.text}".strip()
            yield Point(_capital(question.label), (self._standing(fact),), text,
                        marks=self._marks(line.citations))

    def _standing(self, fact: Fact) -> Tag:
        """How a *fact* stands that isn't certain."""
        if not self._deal.answered(fact):
            return Tag(self._say("tag.unanswered"))
        name = "tag.unknown" if self._deal.unknown(fact) else (
            "tag.in_doubt" if self._deal.settled(fact) else "tag.supposed")
        return Tag(self._say(name), Weight.CARE)

    def _grounds(self, facts: Iterable[Fact]) -> tuple[Ground, ...]:
        return tuple(ground for f in facts if self._deal.answered(f)
                     for ground in self._rests_on(f, named=True))

    def _rests_on(self, fact: Fact, *, named: bool) -> tuple[Ground, ...]:
        """The words that *fact* rests on, oldest first: what came on top has its own words alone.

        "For border control too" says nothing of the crowds that were told of before.
        """
        answer = self._deal.answers[fact]
        before = [first for value, first in self._first_told.get(fact, {}).items()
                  if value in self._deal.known(fact)]
        name = self._say("point.fact", label=self._guidance.questions[fact].label,
                         value=self._told(fact)) if named else ""
        found = [self._ground(fact, one) for one in (*before, answer)]
        return tuple(replace(ground, fact=name if not n else "")
                     for n, ground in enumerate(dict.fromkeys(found)))

    def _ground(self, fact: Fact, answer: Answer) -> Ground:
        turn = self._edit_of.get((fact, answer.message)) or self._turn_of.get(answer.message)
        place = "" if turn is None else self._say("point.turn", n=turn)
        return Ground("", answer.said, place)

    def _told(self, fact: Fact) -> str:
        """The value of *fact*, and what was said of it later and less surely."""
        perhaps = self._deal.answers[fact].instead
        return self._value(fact) if not perhaps else self._say(
            "point.in_doubt", value=self._value(fact),
            instead=labels(self._guidance, fact, perhaps))

    def _value(self, fact: Fact) -> str:
        known = self._deal.known(fact)
        return labels(self._guidance, fact, known) if known else self._say("point.unknown")

    def _names(self, facts: Iterable[Fact]) -> str:
        return ", ".join(self._guidance.questions[f].label for f in facts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
