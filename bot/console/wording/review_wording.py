"""How reviews read on the pages: where one stands, what was held, and what has changed since."""

from collections.abc import Mapping
from datetime import datetime

from bot.console.wording.wording import when
from bot.dialogue.reply import SafeguardNote
from bot.reviews.advised import OF_THE_DEAL, OPEN, RAISED, TENTATIVE, Change, ChangeKind
from bot.reviews.review import Opinion, Outcome, Standing, VerdictKind, VerdictState
from retrieval.guidance import Fact, FlagId, Guidance, ProvisionId, SafeguardId

OPINIONS: Mapping[Opinion, str] = {
    Opinion.AGREED: "Agreed",
    Opinion.NEEDS_CHANGE: "Needs change",
    Opinion.WRONG: "Wrong",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.AGREED: "Agreed as advised",
    Outcome.WITH_CONDITIONS: "Agreed with conditions",
    Outcome.NOT_AGREED: "Not agreed, escalated",
    Outcome.RETURNED: "Returned to sales with questions",
}
"""What a review comes to: of the advice, and never whether a deal is lawful or may go ahead."""
OPINION_SHAPES: Mapping[Opinion, str] = {
    Opinion.AGREED: "✓", Opinion.NEEDS_CHANGE: "~", Opinion.WRONG: "✗",
}
VERDICTS: Mapping[VerdictKind, str] = {
    VerdictKind.WRONG_CITATION: "Wrong citation",
    VerdictKind.MISSING_CONSIDERATION: "Missing consideration",
    VerdictKind.WRONG_SAFEGUARD: "Wrong safeguard",
    VerdictKind.FINE: "Fine as it is",
    VerdictKind.CORRECTED_ANSWER: "Corrected answer",
}
VERDICT_STATES: Mapping[VerdictState, str] = {
    VerdictState.PROPOSED: "proposed",
    VerdictState.APPROVED: "approved as a test case",
    VerdictState.REFUSED: "not taken as a test case",
}
STANDINGS: Mapping[Standing, str] = {
    Standing.NONE: "Not reviewed",
    Standing.ASSIGNED: "Assigned",
    Standing.UNDER_REVIEW: "Under review",
    Standing.WAITING: "Waits for an answer",
    Standing.SIGNED_ONCE: "Signed off once",
    Standing.SIGNED: "Signed off",
    Standing.LAPSED: "Sign-off lapsed",
}
STANDING_SHAPES: Mapping[Standing, str] = {
    Standing.NONE: "○", Standing.ASSIGNED: "◔", Standing.UNDER_REVIEW: "◑",
    Standing.WAITING: "?", Standing.SIGNED_ONCE: "◕", Standing.SIGNED: "✓",
    Standing.LAPSED: "✗",
}
FLAG_STANDINGS: Mapping[str, str] = {
    RAISED: "raised", TENTATIVE: "raised on something only supposed", OPEN: "still open",
}
NO_STATEMENT = "This is no statement that the deal is lawful or may go ahead."


def clock(moment: datetime, now: datetime) -> str:
    """A time as people read it: without its day if that is today's."""
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else when(moment)


def for_asker(
    standing: Standing, signed_at: datetime | None, outcome: Outcome = Outcome.AGREED
) -> str:
    """Where the review stands, to whoever asked: what there is, and nothing of who said what."""
    if standing is Standing.SIGNED and signed_at is not None:
        return (f"{OUTCOMES[outcome]}. Compliance signed off on {when(signed_at)}: the review is "
                f"complete. {NO_STATEMENT}")
    return {
        Standing.NONE: "Compliance has not begun to review this conversation.",
        Standing.ASSIGNED: "Compliance has not begun to review this conversation.",
        Standing.WAITING: "Compliance has put a question to you that waits for your answer.",
        Standing.LAPSED: "Compliance had signed off the review, and the deal, the advice or "
                         "what it rests on has changed since; it has to be reviewed again.",
    }.get(standing, "Compliance is reviewing this conversation.")


def outcome(code: str) -> str:
    """What a review came to, in words; sign-offs of before there were others agreed."""
    return OUTCOMES[Outcome(code)] if code in set(Outcome) else OUTCOMES[Outcome.AGREED]


def titled(one: SafeguardNote) -> tuple[str, str]:
    """A safeguard as what can be chosen."""
    return str(one.id), one.title


class Titles:
    """Names of things by one release, or their ids where it can't be read or lacks them."""

    def __init__(self, *guidances: Guidance | None) -> None:
        """Look in *guidances* in turn, the one that is meant first."""
        self._in = [one for one in guidances if one is not None]

    def flag(self, name: str) -> str:
        """A red flag."""
        found = (one.flag_by_id.get(FlagId(name)) for one in self._in)
        return next((flag.title for flag in found if flag is not None), name)

    def gravity(self, name: str) -> int:
        """How grave a red flag is; 0 where that can't be told."""
        found = (one.flag_by_id.get(FlagId(name)) for one in self._in)
        return next((flag.gravity for flag in found if flag is not None), 0)

    def safeguard(self, name: str) -> str:
        """A safeguard."""
        found = (one.safeguards.get(SafeguardId(name)) for one in self._in)
        return next((one.title for one in found if one is not None), name)

    def consideration(self, name: str) -> str:
        """A consideration with its number."""
        found = (one.consideration_by_id.get(name) for one in self._in)
        return next((f"{one.number}. {one.title}" for one in found if one is not None), name)

    def provision(self, name: str) -> str:
        """Where a provision stands."""
        for one in self._in:
            provision = one.provisions.get(ProvisionId(name))
            if provision is not None:
                return f"{one.sources[provision.source].short_title}, {provision.pinpoint}"
        return name

    def named(self, kind: str, name: str) -> str:
        """Whatever *kind* of thing a verdict speaks of."""
        titles = {"provision": self.provision, "safeguard": self.safeguard,
                  "consideration": self.consideration, "flag": self.flag}
        return titles[kind](name) if kind in titles else name

    def fact(self, name: str) -> str:
        """A fact."""
        found = (one.questions.get(Fact(name)) for one in self._in)
        return next((one.label for one in found if one is not None), name)

    def values(self, fact: str, values: tuple[str, ...] | None) -> str:
        """The values of a fact."""
        if not values:
            return "doesn’t know"
        found = (one.questions.get(Fact(fact)) for one in self._in)
        question = next((one for one in found if one is not None), None)
        return ", ".join(value if question is None else question.label_of(value)
                         for value in values)

    def done(self, name: str, told: Mapping[str, tuple[str, ...] | None]) -> str:
        """A safeguard that was done, with the facts by which it was *told*."""
        facts = "; ".join(f"{self.fact(fact)}: {self.values(fact, values)}"
                          for fact, values in told.items())
        return f"{self.safeguard(name)} ({facts})"

    def change(self, change: Change) -> str:
        """In which way an advice is another."""
        name, kind = change.id, change.kind
        if kind in OF_THE_DEAL:
            was, is_ = (None if one is None else self.values(name, _split(one))
                        for one in (change.before, change.now))
            told = f"{self.fact(name)}: {was or '–'} → {is_ or 'taken back'}"
            return f"{self.fact(name)}: {is_}, told since" if was is None else told
        if kind is ChangeKind.FLAG_CHANGED:
            was, is_ = (FLAG_STANDINGS.get(one or "", one or "") for one in
                        (change.before, change.now))
            return f"Red flag {was} before, {is_} now: {self.flag(name)}"
        say, title = {
            ChangeKind.FLAG_RAISED: ("Red flag raised", self.flag),
            ChangeKind.FLAG_GONE: ("Red flag no longer applies", self.flag),
            ChangeKind.SAFEGUARD_ADDED: ("Safeguard added", self.safeguard),
            ChangeKind.SAFEGUARD_GONE: ("Safeguard no longer suggested", self.safeguard),
            ChangeKind.PROVISION_CHANGED: (
                "Reads otherwise, or is checked otherwise", self.provision),
            ChangeKind.PROVISION_ADDED: ("Relied on since", self.provision),
            ChangeKind.PROVISION_GONE: ("No longer relied on", self.provision),
        }[kind]
        return f"{say}: {title(name)}"


def _split(values: str) -> tuple[str, ...]:
    return tuple(filter(None, values.split(", ")))
