"""In what two answers to one message differ, and in what two editions differ over a whole deal."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.dialogue.deal import Answer
from bot.dialogue.replies.comparing import Advised, advised
from bot.dialogue.reply import Kind, Reply, Status, labels
from bot.plain import MARKS, placed
from bot.simulating.playing import Play, Played
from retrieval.editing.differences import Run, RunKind, word_diff
from retrieval.guidance import Checked, Fact, Guidance, Question


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its id, and the words that people know it by."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Things that only one of the two has, and those that both have in other words."""

    only_live: tuple[Named, ...] = ()
    only_draft: tuple[Named, ...] = ()
    reworded: tuple[Named, ...] = ()

    def __bool__(self) -> bool:
        """Whether they differ."""
        return bool(self.only_live or self.only_draft or self.reworded)


@dataclass(frozen=True, slots=True)
class Difference:
    """In what the draft's answer to one message differs from the live one's."""

    kinds: tuple[Kind | None, Kind | None]
    """What sort of reply each is; None where there is none."""
    understood: tuple[str, ...] = ()
    """Facts that the two read otherwise, in words."""
    flags: Apart = Apart()
    considerations: Apart = Apart()
    safeguards: Apart = Apart()
    citations: Apart = Apart()
    """By provision; reworded where the passage or its standing is another."""
    asks: tuple[str, str] | None = None
    """What each asks next, where that differs; empty for nothing."""
    words: tuple[Run, ...] = ()
    """The texts word by word."""

    @property
    def same(self) -> bool:
        """Whether a reader would see no difference."""
        return (all(run.kind is RunKind.SAME for run in self.words) and not self.understood
                and self.kinds[0] is self.kinds[1] and not any((
                    self.flags, self.considerations, self.safeguards, self.citations)))

    def told(self) -> Iterator[str]:
        """What differs, a sentence each."""
        if self.kinds[0] is not self.kinds[1]:
            yield (f"It is {_KINDS[self.kinds[1]]} in the draft, and {_KINDS[self.kinds[0]]} in "
                   "what is live.")
        yield from self.understood
        for noun, verb, apart in (
            ("Red flag", "raised", self.flags), ("Consideration", "weighed", self.considerations),
            ("Safeguard", "suggested", self.safeguards), ("Passage", "cited", self.citations),
        ):
            for one in apart.only_draft:
                yield f"{noun} {verb} only in the draft: {one.title} ({one.id})."
            for one in apart.only_live:
                yield f"{noun} {verb} only in what is live: {one.title} ({one.id})."
            for one in apart.reworded:
                yield f"{noun} reads otherwise in the draft: {one.title} ({one.id})."
        if self.asks is not None:
            live, draft = self.asks
            yield (f"Asked next in the draft: {draft or 'nothing'}. In what is live: "
                   f"{live or 'nothing'}.")
        if not self.same and not any((
            self.understood, self.flags, self.considerations, self.safeguards, self.citations,
            self.asks, self.kinds[0] is not self.kinds[1],
        )):
            yield "Only the wording differs."


_KINDS: Mapping[Kind | None, str] = {
    Kind.ADVICE: "advice", Kind.ASK: "advice with a question", Kind.DECLINE: "a refusal",
    None: "not answered",
}


def difference(live: Played | None, draft: Played | None, plays: tuple[Play, Play]) -> Difference:
    """In what *draft* differs from *live*; None where a play has ended before."""
    one = live.reply if live else None
    other = draft.reply if draft else None
    asks = _asks(one), _asks(other)
    return Difference(
        (one.kind if one else None, other.kind if other else None),
        tuple(_understood(live, draft, plays)),
        _apart(_flags(one), _flags(other), _reads_alike),
        _apart(_considerations(one), _considerations(other)),
        _apart(_safeguards(one), _safeguards(other)),
        _apart(_citations(one), _citations(other)),
        None if asks[0] == asks[1] else asks,
        word_diff(live.text if live else "", draft.text if draft else ""),
    )


_Shown = Mapping[str, tuple[str, object]]
"""By id: the title, and all of it that is shown."""


def _apart(
    live: _Shown, draft: _Shown, alike: Callable[[object, object], bool] = operator.eq
) -> Apart:
    return Apart(
        tuple(Named(id_, title) for id_, (title, _) in live.items() if id_ not in draft),
        tuple(Named(id_, title) for id_, (title, _) in draft.items() if id_ not in live),
        tuple(Named(id_, title) for id_, (title, shown) in draft.items()
              if id_ in live and not alike(live[id_][1], shown)))


def _flags(reply: Reply | None) -> _Shown:
    return {str(f.id): (f.title, _Flag(f.title, f.explains, f.tentative))
            for f in (reply.flags if reply else ()) if f.status is Status.RAISED}


class _Flag(NamedTuple):
    title: str
    explains: str
    tentative: bool


def _reads_alike(live: object, draft: object) -> bool:
    """Whether two flags say the same, though only the gravest of an answer says all of it."""
    if not isinstance(live, _Flag) or not isinstance(draft, _Flag):
        return live == draft
    short, long = sorted((live.explains, draft.explains), key=len)
    return long.startswith(short) and live._replace(explains=long) == draft._replace(explains=long)


def _considerations(reply: Reply | None) -> _Shown:
    shown = (*reply.considerations, *reply.related) if reply else ()
    return {c.id: (c.title, (c.title, c.text, c.status)) for c in shown}


def _safeguards(reply: Reply | None) -> _Shown:
    return {str(s.id): (s.title, (s.title, s.text, s.stage))
            for s in (reply.safeguards if reply else ())}


def _citations(reply: Reply | None) -> _Shown:
    passages: dict[str, set[tuple[str, Checked, str]]] = {}
    places: dict[str, str] = {}
    for one in reply.citations() if reply else ():
        passages.setdefault(one.provision, set()).add((one.sha256, one.checked, one.url))
        places.setdefault(one.provision, placed(one))
    return {id_: (places[id_], frozenset(passages[id_])) for id_ in passages}


def _asks(reply: Reply | None) -> str:
    if reply is None or reply.question is None:
        return ""
    return " / ".join(one.text for one in reply.question.all())


def _understood(
    live: Played | None, draft: Played | None, plays: tuple[Play, Play]
) -> Iterator[str]:
    if live is None or draft is None:
        return
    for fact in dict.fromkeys((*live.heard, *draft.heard)):
        yield from _read_otherwise(fact, live.heard.get(fact), draft.heard.get(fact), plays)


def _read_otherwise(
    fact: Fact, live: Answer | None, draft: Answer | None, plays: tuple[Play, Play]
) -> Iterator[str]:
    here, there = (None if one is None else (one.latest, one.certain) for one in (live, draft))
    if here == there:
        return
    question = plays[1].guidance.questions.get(fact) or plays[0].guidance.questions[fact]
    yield (f"{_capital(question.label)} is understood as "
           f"{_values(plays[1].guidance, fact, question, draft)} in the draft, as "
           f"{_values(plays[0].guidance, fact, question, live)} in what is live.")


def _values(guidance: Guidance, fact: Fact, question: Question, answer: Answer | None) -> str:
    if answer is None:
        return "nothing"
    values = answer.latest
    if values is None:
        return "“I don't know”"
    named = (labels(guidance, fact, values) if fact in guidance.questions
             else ", ".join(map(question.label_of, sorted(values))))
    return named + ("" if answer.certain else " (not sure)")


def outlook(live: Play, draft: Play) -> tuple[str, ...]:
    """What would be different for this deal, a sentence each; nothing where nothing would."""
    one, other = advised(live.guidance, live.deal), advised(draft.guidance, draft.deal)
    return (*_facts(live, draft), *_raised(one, other), *_shifts(live, draft, one, other),
            *_measures(one, other), *_passages(live, draft), *_interview(live, draft))


def _facts(live: Play, draft: Play) -> Iterator[str]:
    for fact in dict.fromkeys((*live.deal.answers, *draft.deal.answers)):
        yield from _read_otherwise(
            fact, live.deal.answers.get(fact), draft.deal.answers.get(fact), (live, draft))


def _raised(one: Advised, other: Advised) -> Iterator[str]:
    for id_, flag in other.raised.items():
        if id_ not in one.raised:
            yield f"The red flag “{flag.title}” ({id_}) would be raised; it is not now."
        elif (flag.title, flag.explains) != (one.raised[id_].title, one.raised[id_].explains):
            yield f"The red flag “{flag.title}” ({id_}) would be told in other words."
    for id_, flag in one.raised.items():
        if id_ not in other.raised:
            yield f"The red flag “{flag.title}” ({id_}) would no longer be raised."


def _shifts(live: Play, draft: Play, one: Advised, other: Advised) -> Iterator[str]:
    for c in draft.guidance.considerations:
        was, now = one.standings.get(c.id), other.standings.get(c.id)
        if was is not now:
            yield (f"The consideration “{c.title.strip()}” would be {_STANDS[now]} instead of "
                   f"{_STANDS[was]}.")
    for c in live.guidance.considerations:
        if c.id not in draft.guidance.consideration_by_id:
            yield f"The consideration “{c.title.strip()}” is not in the draft."


_STANDS: Mapping[Status | None, str] = {
    Status.RAISED: "one with a red flag raised", Status.OPEN: "open",
    Status.NOT_RAISED: "no red flag raised", None: "out of the question",
}


def _measures(one: Advised, other: Advised) -> Iterator[str]:
    for id_, safeguard in other.safeguards.items():
        if id_ not in one.safeguards:
            yield f"The safeguard “{safeguard.title}” ({id_}) would be among the first five."
        elif safeguard.text != one.safeguards[id_].text:
            yield f"The safeguard “{safeguard.title}” ({id_}) would be told in other words."
    for id_, safeguard in one.safeguards.items():
        if id_ not in other.safeguards:
            yield f"The safeguard “{safeguard.title}” ({id_}) would leave the first five."


def _passages(live: Play, draft: Play) -> Iterator[str]:
    here, there = _cited(live), _cited(draft)
    for id_, (place, passages) in there.items():
        standing = " or ".join(sorted({MARKS[checked] for _, checked, _ in passages}))
        if id_ not in here:
            yield f"{place} ({id_}) would be cited, {standing}."
        elif passages != here[id_][1]:
            yield f"{place} ({id_}) would be cited in other words or standing: {standing}."
    for id_, (place, _) in here.items():
        if id_ not in there:
            yield f"{place} ({id_}) would no longer be cited."


def _cited(play: Play) -> dict[str, tuple[str, frozenset[tuple[str, Checked, str]]]]:
    """Everything cited in *play*, by provision."""
    found: dict[str, tuple[str, frozenset[tuple[str, Checked, str]]]] = {}
    for turn in play.turns:
        for one in turn.reply.citations() if turn.reply else ():
            place, passages = found.get(one.provision, (placed(one), frozenset()))
            found[one.provision] = (place, passages | {(one.sha256, one.checked, one.url)})
    return found


def _interview(live: Play, draft: Play) -> Iterator[str]:
    if live.rounds != draft.rounds:
        yield (f"Something would be asked in {draft.rounds} messages instead of in {live.rounds}.")
    lost = sum(bool(turn.failure) for turn in draft.turns)
    if lost:
        yield (f"{lost} message{'' if lost == 1 else 's'} could not be answered from the draft: "
               + next(turn.failure for turn in draft.turns if turn.failure))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
