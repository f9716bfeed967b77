"""What each suite of `advisor evaluate` measures, as data for whoever shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.assembly import Assembly
from bot.dialogue.reply import Reply
from bot.evaluating.bearing import pairs_of, weigh
from bot.evaluating.claims import claims_of
from bot.evaluating.figures import (
    figures,
    grounding_figures,
    questions,
    reading_figures,
    scope_figures,
)
from bot.evaluating.gold import Gold
from bot.evaluating.grounding import check, together
from bot.evaluating.holding import held_deal
from bot.evaluating.judging import Verdict, judge
from bot.evaluating.mutating import Watch, mutations
from bot.evaluating.pairs import compare, pair_figures
from bot.evaluating.rehearsing import Rehearsal, read_alone, rehearse
from bot.evaluating.stability import perturb_all, stability_figures
from bot.evaluating.staging import (
    Say,
    ours,
    peers,
    speed,
    staged,
    texts_of,
    understudies,
)
from bot.measures.labelled import Case, Pair
from retrieval.evaluate import TOLD_APART, gains
from retrieval.evaluate import evaluate as measure
from retrieval.labelled.cases import LabelledQuery
from retrieval.measuring.holding import held_query

OURS = "advisor"


def retrieval_suite(
    parts: Assembly, queries: Sequence[LabelledQuery], baseline: bool, say: Say
) -> dict[str, Any]:
    """What the search finds, and with *baseline* what plain peers find, and how fast."""
    sources = {one.id: one.source for one in parts.guidance.provisions.values()}
    mine = measure(ours(parts), queries, sources)
    report: dict[str, Any] = {
        "queries": sum(bool(one.relevant) for one in queries),
        "outside": sum(not one.relevant and not one.open for one in queries),
        "systems": {OURS: mine.figures},
        "gains": {},
        "speed": {},
    }
    if baseline:
        others, timed = peers(parts, say)
        for name, peer in others.items():
            theirs = measure(peer, queries, sources)
            report["systems"][name] = theirs.figures
            report["gains"][name] = gains(mine, theirs)
        report["speed"] = speed(parts, timed, [one.query for one in queries], say)
    report["cases"] = [
        {
            "id": one.query.id,
            "query": one.query.query,
            "relevant": one.query.relevant,
            "found": one.found,
            "shown wrongly": one.shown_wrongly,
            **one.measures,
        }
        for one in mine.judged
    ]
    return report


def dialogue_suite(parts: Assembly, gold: Gold, say: Say) -> dict[str, Any]:
    """Whole deals played: flags, facts, questions, safeguards, citations and scope."""
    say(f"Playing {len(gold.cases)} deals.")
    with staged(parts) as advisor:
        played = [rehearse(case, advisor.take_turn) for case in gold.cases]
        asked = [(query, read_alone(query.id, [query.query], advisor.take_turn).reply)
                 for query in gold.queries if not query.open]
    verdicts = [judge(one, parts.guidance) for one in played]
    return dialogue_figures(parts, played, verdicts, first_kinds(asked, verdicts), gold)


def dialogue_figures(
    parts: Assembly,
    played: Sequence[Rehearsal],
    verdicts: Sequence[Verdict],
    first: Mapping[str, Sequence[tuple[str, str | None]]],
    gold: Gold,
) -> dict[str, Any]:
    """What deals that were played come to, and first messages by `first_kinds`."""
    return {
        "conversations": len(played),
        "reading": reading_figures(verdicts),
        "figures": figures(verdicts),
        "scope": {name: scope_figures(group) for name, group in first.items()},
        "grounding": _grounding(parts, played, gold),
        "questions": questions(verdicts, len(parts.guidance.questions)),
        "cases": verdicts,
    }


def first_kinds(
    asked: Sequence[tuple[LabelledQuery, Reply | None]], verdicts: Sequence[Verdict]
) -> dict[str, list[tuple[str, str | None]]]:
    """How first messages were received, deals and each sort of question: as expected, and as is.

    Of several messages that are to be declined in the end, the first may well be answered.
    """
    found: dict[str, list[tuple[str, str | None]]] = {
        "deals": [(v.expect, v.first_kind) for v in verdicts
                  if v.expect == "advice" or v.messages == 1]}
    for query, reply in asked:
        group = query.group if query.group in TOLD_APART and not query.relevant else "questions"
        expected = "advice" if query.relevant else "decline"
        found.setdefault(group or "questions", []).append(
            (expected, reply.kind.value if reply else None)
        )
    found["all"] = [pair for group in found.values() for pair in group]
    return found


def _grounding(parts: Assembly, played: Sequence[Rehearsal], gold: Gold) -> dict[str, Any]:
    texts, kept = texts_of(parts)
    claims = [[c for turn in one.turns for c in claims_of(turn.reply)] for one in played]
    found = together([check(some, texts) for some in claims])
    bearings = [weigh(some, gold.bearing) for some in claims]
    unlabelled = [pair for one in bearings for pair in one.unlabelled]
    return {
        "claims": found.claims,
        "citations": found.citations,
        "from the database": kept,
        "faults": sorted(set(found.faults)),
        "uncited": sorted(set(found.uncited)),
        "figures": grounding_figures(found, bearings if gold.bearing else ()),
        "unlabelled": sorted(set(unlabelled)) if gold.bearing else [],
        "not bearing": [
            pair for pair in pairs_of(parts.guidance) if gold.bearing.get(pair) is False
        ],
    }


def held_suite(parts: Assembly, gold: Gold, say: Say) -> dict[str, Any]:
    """The cases that reviewers approved, each by itself: it holds, or what is wrong is said."""
    say(f"Looking whether {len(gold.queries) + len(gold.cases)} approved cases hold.")
    found = [held_query(one) for one in measure(ours(parts), gold.queries).judged]
    with staged(parts) as advisor:
        found += [held_deal(judge(rehearse(case, advisor.take_turn), parts.guidance))
                  for case in gold.cases]
    return {"cases": found, "hold": sum(one.holds for one in found)}


def stability_suite(parts: Assembly, cases: Sequence[Case], say: Say) -> dict[str, Any]:
    """Each deal put in other ways, and how often it then ends the same."""
    say(f"Putting {len(cases)} deals in other ways.")
    with staged(parts) as advisor:
        found = perturb_all(cases, advisor.take_turn)
    return {
        "deals": len({one.case for one in found}),
        "variants": len(found),
        "figures": stability_figures(found),
        "strayed": [one for one in found if not one.same],
    }


def pairs_suite(parts: Assembly, pairs: Sequence[Pair], say: Say) -> dict[str, Any]:
    """Deals that differ in one fact, and whether that makes the difference it must."""
    say(f"Reading {len(pairs)} minimal pairs.")
    with staged(parts) as advisor:
        found = [compare(pair, advisor.take_turn, parts.guidance) for pair in pairs]
    return {
        "pairs": len(found),
        "figures": pair_figures(found),
        "missed": [one for one in found if not one.sensitive],
    }


def mutations_suite(parts: Assembly, cases: Sequence[Case], say: Say) -> dict[str, Any]:
    """The guidance without one part after another, and whether a deal notices."""
    say("Taking parts of the guidance away.")
    with understudies(parts) as advise:
        watch = Watch(parts.guidance, cases, advise)
        found = [watch.notice(one) for one in mutations(parts.guidance, cases)]
    return {
        "mutations": len(found),
        "noticed": sum(one.by is not None for one in found),
        "unnoticed": {
            part: [one.id for one in found if one.part == part and one.by is None]
            for part in dict.fromkeys(one.part for one in found)
        },
    }
