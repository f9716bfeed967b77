"""What a memo says of the review at its head: how far it is, what it came to, why it lapsed.

Of a sign-off that stands it also says which of the signed safeguards were done since, of one that
lapsed what is another since; and which objections were weighed, or stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.casebook.standing import ASKED, DROPPED, KINDS, TURN
from bot.dialogue.deal import Deal
from bot.dialogue.phrasing import Wording
from bot.exporting.referring import as_read
from bot.exporting.rows import Exported
from bot.people import shown
from bot.reviews.advised import (
    RAISED,
    TENTATIVE,
    Change,
    ChangeKind,
    advised,
    done_since_signed,
)
from bot.reviews.folding import folded
from bot.reviews.review import Outcome, Review
from retrieval.guidance import Fact, FlagId, Guidance, Question, QuestionKind, SafeguardId

_REVIEWERS = KINDS - {ASKED, DROPPED}
"""Rows that only reviewers are given: without any, a memo says nothing of a review."""


def review_told(
    rows: Sequence[Exported], names: Mapping[str, str], guidance: Guidance | None,
    deal: Deal, wording: Wording,
) -> str | None:
    """How the review stands, in sentences; None where the rows tell of none.

    Args:
        rows: All of the conversation, in order.
        names: What people are called, by id.
        guidance: Names facts and safeguards, and says what was done; None where it can't be read.
        deal: As it stands, after the last of the rows.
        wording: The sentences of briefs.
    """
    if not any(row.kind in _REVIEWERS for row in rows):
        return None
    if any(row.body is None for row in rows if row.kind in KINDS):
        # One of them may be that the sign-off lapsed.
        return wording.say("review_stands.withheld")
    review = folded(as_read(row) for row in rows if row.kind in {TURN, *KINDS})
    return " ".join(_sentences(review, names, guidance, deal, wording))


def _sentences(
    review: Review, names: Mapping[str, str], guidance: Guidance | None, deal: Deal,
    wording: Wording,
) -> Iterator[str]:
    signed = review.sign_offs or (() if review.lapsed is None else review.lapsed.sign_offs)
    yield wording.say(f"review_stands.{review.standing}")
    for one in signed:
        yield wording.say("review_stands.by", who=shown(one.by, names), day=_day(one.at),
                          outcome=wording.say(f"review_outcome.{one.outcome}"))
        if one.outcome is Outcome.WITH_CONDITIONS:
            # In quotation marks, or nobody could tell where a reviewer's words end.
            yield (wording.say("review_stands.conditions_erased") if one.reason is None
                   else wording.say("review_stands.conditions", text=one.reason.strip()))
        if one.over:
            yield wording.say(f"review_stands.over_{_number(len(one.over))}", n=len(one.over))
        if guidance is not None and one.advised.release != guidance.release:
            # Signed is what the release in force advises, a memo holds what the last turn's did.
            yield wording.say("review_stands.of_release", release=one.advised.release,
                              here=guidance.release)
        if guidance is not None and review.sign_offs:
            done = done_since_signed(one.advised, advised(guidance, deal))
            if done:
                yield wording.say("review_stands.done_since", safeguards="; ".join(
                    guidance.safeguards[SafeguardId(name)].title for name in done))
    if review.lapsed is not None:
        facts = [change.id for change in review.lapsed.changes if change.kind.startswith("fact")]
        why = wording.say("review_stands.by_facts", facts="; ".join(
            _label(fact, guidance) for fact in facts)) if facts else wording.say(
                "review_stands.by_release")
        yield wording.say("review_stands.lapsed_on", day=_day(review.lapsed.at), why=why)
        if guidance is not None:
            yield from _changed(review.lapsed.changes, guidance, wording)
    # Of marks nobody can tell here whether they are still of this advice.
    against = [key for one in review.comments if one.objects and not one.settled
               and (key := f"comment:{one.number}") not in review.decided]
    weighed = [key for key in against if any(key in one.over for one in review.sign_offs)]
    if undecided := len(against) - len(weighed):
        yield wording.say(f"review_stands.against_{_number(undecided)}", n=undecided)
    if weighed:
        yield wording.say(f"review_stands.second_{_number(len(weighed))}", n=len(weighed))


def _changed(changes: Sequence[Change], guidance: Guidance, wording: Wording) -> Iterator[str]:
    """What is another since a sign-off that lapsed: facts, then red flags."""
    for one in changes:
        question = guidance.questions.get(Fact(one.id))
        # What people write themselves is theirs, and may have been erased.
        if one.kind.startswith("fact") and question and question.kind is not QuestionKind.TEXT:
            yield wording.say(
                "review_stands.told_since", fact=question.label,
                before=_values(one.before, question, wording, "review_stands.not_told"),
                now=_values(one.now, question, wording, "review_stands.taken_back"))
    flags = [one for one in changes if one.kind.startswith("flag")
             and one.id in guidance.flag_by_id]
    raised = [one for one in flags if one.kind is ChangeKind.FLAG_RAISED]
    gone = [one for one in flags if one.before in {RAISED, TENTATIVE}
            and one.now not in {RAISED, TENTATIVE}]
    for name, those in (("raised", raised), ("gone", gone)):
        if those:
            yield wording.say(f"review_stands.flags_{name}", flags="; ".join(
                guidance.flag_by_id[FlagId(one.id)].title.strip() for one in those))


def _values(told: str | None, question: Question, wording: Wording, untold: str) -> str:
    """Values by commas as *question* calls them; the sentence *untold* where there are none."""
    if told is None:
        return wording.say(untold)
    return ", ".join(map(question.label_of, told.split(", "))) if told else wording.say(
        "point.unknown")


def _number(n: int) -> str:
    return "one" if n == 1 else "many"


def _label(fact: str, guidance: Guidance | None) -> str:
    question = None if guidance is None else guidance.questions.get(Fact(fact))
    return fact if question is None else question.label


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
