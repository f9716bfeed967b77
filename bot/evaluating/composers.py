"""What a language model makes better or worse: the same cases without it and with it, in one run.

A question takes one turn, so that its plain answer and the one that stands in the end come from
the same turn.  A deal is played twice, since what a model reads changes what is asked.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bot.assembly import Assembly
from bot.chat.calls import Call, Use
from bot.dialogue.reply import Reply
from bot.evaluating.gold import Gold
from bot.evaluating.judging import Verdict, judge
from bot.evaluating.rehearsing import Rehearsal, TakeTurn, read_alone, rehearse
from bot.evaluating.second_looks import Glance, Look, Watched
from bot.evaluating.staging import Say, staged_with_model, texts_of
from bot.evaluating.suites import dialogue_figures, first_kinds
from bot.evaluating.wordings import Tried, tried
from bot.measures.labelled import Case
from retrieval.estimates import Estimate, difference, median, share
from retrieval.evaluate import Quality, gains
from retrieval.evaluate import evaluate as measure
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery

PLAIN, MODEL = "plain", "model"
PASSED = "passed"

_ALL_RIGHT: Mapping[str, Callable[[Verdict], float]] = {
    "messages read exactly": lambda v: v.reading is not None and v.reading.exact,
    "all facts right": lambda v: not v.wrong_facts,
    "all flags right": lambda v: not v.missed and not v.wrong,
    "ends as expected": lambda v: v.as_expected,
    "messages that asked": lambda v: v.questions,
}


@dataclass
class Played:
    """The same cases with each composer."""

    deals: dict[str, list[Rehearsal]] = field(default_factory=lambda: {PLAIN: [], MODEL: []})
    questions: list[tuple[LabelledQuery, Reply, Reply]] = field(default_factory=list)
    """Each with the plain reply and the one that stands in the end."""
    glances: list[Glance] = field(default_factory=list)
    left: int = 0
    """Cases that were not begun for want of time."""
    refused: list[str] = field(default_factory=list)
    """Ids of questions that the bot refused, so that there is no answer to compare."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long something took, in milliseconds."""

    n: int
    p50: Estimate
    p95: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What the calls of one use came to."""

    calls: int
    ended: Mapping[str, int]
    tokens_in: int
    tokens_out: int
    seconds: float
    """Of the calls that were answered or malformed, whose tokens are counted here."""


def composer_suite(
    parts: Assembly, gold: Gold, suites: frozenset[str], minutes: float | None, say: Say
) -> dict[str, Any]:
    """Play the cases with and without the model of *parts*.

    Args:
        parts: With a model.
        gold: Deals and questions.
        suites: Which of "dialogue" and "retrieval".
        minutes: No case begins later than this; None for no limit.
        say: Told how far it is.
    """
    deals = gold.cases if "dialogue" in suites else ()
    queries = [one for one in gold.queries if not one.open] if "retrieval" in suites else ()
    say(f"Playing {len(deals)} deals and {len(queries)} questions with and without the model.")
    with staged_with_model(parts) as (take_turn, look):
        played = play(deals, queries, take_turn, look, minutes=minutes, say=say)
    return report(parts, played, gold)


def play(
    deals: Sequence[Case],
    queries: Sequence[LabelledQuery],
    take_turn: TakeTurn,
    look: Look,
    *,
    minutes: float | None = None,
    say: Say = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> Played:
    """The cases with each composer; next comes whichever kind has had less time so far."""
    played, begun = Played(), clock()
    watched = Watched(take_turn, look)
    deals_left, queries_left = deque(deals), deque(queries)
    on_deals = on_queries = 0.0
    while deals_left or queries_left:
        started = clock()
        if minutes is not None and started - begun > minutes * 60:
            played.left = len(deals_left) + len(queries_left)
            break
        if deals_left and (on_deals <= on_queries or not queries_left):
            case = deals_left.popleft()
            played.deals[PLAIN].append(rehearse(case, take_turn))
            played.deals[MODEL].append(rehearse(case, watched.take_turn))
            on_deals += clock() - started
        else:
            query = queries_left.popleft()
            after = read_alone(query.id, [query.query], watched.take_turn).reply
            if after is None:
                played.refused.append(query.id)
            else:
                played.questions.append((query, watched.glances[-1].plain.reply, after))
            on_queries += clock() - started
        done = len(played.deals[PLAIN]) + len(played.questions)
        if done % 10 == 0:
            say(f"{done} cases played, {(clock() - begun) / 60:.0f} minutes.")
    played.glances = watched.glances
    return played


def report(parts: Assembly, played: Played, gold: Gold) -> dict[str, Any]:
    """What *played* comes to, as data for whoever shows it."""
    verdicts = {name: [judge(one, parts.guidance) for one in rehearsals]
                for name, rehearsals in played.deals.items()}
    asked = {PLAIN: [(query, reply) for query, reply, _ in played.questions],
             MODEL: [(query, reply) for query, _, reply in played.questions]}
    looked = [one for one in played.glances if one.looked is not None]
    asking = [one for one in looked if one.looked and one.looked.calls]
    calls = [call for one in asking if one.looked for call in one.looked.calls]
    texts, _ = texts_of(parts)
    aside = parts.wording.say("worded.supposed")
    return {
        "model": parts.settings.chat_model,
        "uses": parts.settings.chat_uses,
        "deals": len(played.deals[PLAIN]),
        "questions": len(played.questions),
        "left": played.left,
        "notes": list(passed_over(played)),
        "dialogue": {
            name: dialogue_figures(parts, rehearsals, verdicts[name],
                                   first_kinds(asked[name], verdicts[name]), gold)
            for name, rehearsals in played.deals.items()
        } if played.deals[PLAIN] else {},
        "differences": _differences(verdicts[PLAIN], verdicts[MODEL]),
        "search": _search(parts, asked) if played.questions else {},
        "looks": {
            "turns": len(played.glances),
            "looked at": len(looked),
            "model asked": len(asking),
            "replaced": sum(one.better is not one.plain for one in looked),
            "worded": sum(bool(one.reply.worded) for one in looked),
            "dropped": Counter(one.looked.dropped.value for one in looked
                               if one.looked and one.looked.dropped),
        },
        "refusals": _refusals(looked),
        "sentences": _sentences([one for g in looked for one in tried(g, texts, aside)]),
        "time": {
            "plain answer": _pace([one.plain_ms for one in played.glances]),
            "whole second look": _pace([one.look_ms for one in asking]),
            **{f"call for {use.value}": _pace([call.took_ms for call in calls if call.use is use])
               for use in Use},
        },
        "spent": {use.value: _spent([call for call in calls if call.use is use]) for use in Use},
    }


def passed_over(played: Played) -> Iterator[str]:
    """What is in none of the figures, which else would seem to be of all cases."""
    if played.refused:
        yield (f"{_many(len(played.refused), 'question')} of the comparison of composers had no "
               f"answer, since the bot refused what was asked: {', '.join(played.refused)}.")
    if played.left:
        yield (f"{_many(played.left, 'case')} of the comparison of composers did not begin within "
               "the minutes that were given.")


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _differences(
    plain: Sequence[Verdict], model: Sequence[Verdict]
) -> dict[str, tuple[Estimate, int, int]]:
    """Model less plain, deal by deal, with how many grew and how many fell."""
    found = {}
    for name, value in _ALL_RIGHT.items():
        apart = [float(value(b)) - float(value(a)) for a, b in zip(plain, model, strict=True)]
        found[name] = (difference(apart), sum(one > 0 for one in apart),
                       sum(one < 0 for one in apart))
    return found if plain else {}


def _search(
    parts: Assembly, asked: Mapping[str, Sequence[tuple[LabelledQuery, Reply]]]
) -> dict[str, Any]:
    """What the answers to questions show, as rankings of provisions."""
    sources = {one.id: one.source for one in parts.guidance.provisions.values()}

    def judged(pairs: Sequence[tuple[LabelledQuery, Reply]]) -> Quality:
        return measure(lambda _: [_ranked(reply) for _, reply in pairs],
                       [query for query, _ in pairs], sources)

    quality = {name: judged(pairs) for name, pairs in asked.items()}
    return {"figures": {name: one.figures for name, one in quality.items()},
            "gains": gains(quality[MODEL], quality[PLAIN])}


def _ranked(reply: Reply) -> list[ProvisionId]:
    """The provisions that *reply* shows passages of, best first."""
    shown = [citation.provision for note in (*reply.considerations, *reply.related)
             for citation in note.citations]
    return list(dict.fromkeys(shown))


def _refusals(looked: Sequence[Glance]) -> dict[str, tuple[int, Estimate]]:
    """How drafts fared, by reason; of those looks in which one was asked for."""
    fates: Counter[str] = Counter()
    for one in looked:
        if one.looked and any(call.use is Use.WORDING for call in one.looked.calls):
            fates[one.looked.refused or PASSED] += 1
    return {name: (n, share(n, fates.total())) for name, n in fates.most_common()}


def _sentences(all_tried: Sequence[Tried]) -> dict[str, Any]:
    shown = [one for one in all_tried if one.shown]
    bad = [one for one in all_tried if one.faults]
    return {
        "tried": len(all_tried),
        "unsupported, tried": share(len(bad), len(all_tried)),
        "shown": len(shown),
        "unsupported, shown": share(sum(bool(one.faults) for one in shown), len(shown)),
        "all": all_tried,
        "by fault": Counter(fault.partition(":")[0] for one in bad for fault in one.faults),
    }


def _pace(took: Sequence[float]) -> Pace:
    return Pace(len(took), median(took), float(np.percentile(took, 95)) if took else 0.0)


def _spent(calls: Sequence[Call]) -> Spent:
    return Spent(
        len(calls), Counter(call.ended.value for call in calls),
        sum(call.tokens_in for call in calls), sum(call.tokens_out for call in calls),
        sum(call.took_ms for call in calls if call.tokens_out) / 1000)
