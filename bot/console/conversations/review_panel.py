"""What the page of a conversation shows of its review, to reviewers and to whoever asked.

Everything is drawn from the review as the log's rows add up to it, and from the advice as it is
now; names of flags, safeguards and facts come from the release that each was drawn from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection

from bot.console.conversations.casefile import Rows
from bot.console.conversations.reviewers import Person, Reviewers, names
from bot.console.conversations.signed_contents import Contents, contents_of
from bot.console.turns.exchange import Editions
from bot.console.viewer import Role, Viewer
from bot.console.wording.review_wording import Titles, for_asker
from bot.errors import UnknownRelease
from bot.reviews.acting import LONGEST_TEXT
from bot.reviews.advised import OF_TEXTS, OF_THE_DEAL, OPEN
from bot.reviews.locks import Lock
from bot.reviews.review import (
    Asked,
    Comment,
    Mark,
    Objection,
    Opinion,
    Outcome,
    Review,
    SignOff,
    Standing,
    Verdict,
    VerdictKind,
)
from bot.reviews.reviewing import NotReviewed, Reviewed, Reviewing
from bot.reviews.signing import Refusal
from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Guidance, ReleaseId

TEXT, NOTE = "text", "note:"
"""The fields of words: of most forms, and of the mark of a consideration, whose id follows."""
ERASED = "somebody whose name was erased"


@dataclass(frozen=True, slots=True)
class Tried:
    """An act that was refused: why, and what was typed, so that nothing of it is lost."""

    act: str
    sentence: str
    status: int
    fields: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    """Of the refusal, as `NotReviewed` has it."""

    @property
    def for_words(self) -> bool:
        """Whether it was refused for the words that were written, or for there being none."""
        return self.code in {"no_text", "too_long", "bad_characters"}

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written in words, to be shown where the form is none any more."""
        return tuple(text for name, text in self.fields.items()
                     if (name == TEXT or name.startswith(NOTE)) and text.strip())

    def typed(self, act: str, name: str) -> str:
        """What stood in the field *name* of the form for *act*."""
        return self.fields.get(name, "") if act == self.act else ""


@dataclass(frozen=True, slots=True)
class Held:
    """Who is reviewing right now."""

    who: str
    mine: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Weighed:
    """A consideration under which a flag is raised, and what is held of it."""

    id: str
    title: str
    flags: tuple[tuple[int, str], ...]
    """Gravity and title of each."""
    mark: Mark | None
    by: str
    counts: bool
    """Whether the mark is of the advice and the deal as they are now."""
    given: Mark | None = None
    """What the viewer's form begins with; None where nothing counts."""
    by_teller: bool = False
    """Whether whoever marked it has told facts of the deal since."""
    other_deal: tuple[str, ...] = ()
    """In what the deal of the mark was another, where it was."""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict, who gave it, and what it speaks of."""

    who: str
    verdict: Verdict
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off that stands, or stood until it lapsed."""

    who: str
    at: datetime
    reason: str | None
    contents: Contents
    outcome: Outcome = Outcome.AGREED
    over: int = 0
    """How many objections it was made in spite of."""
    done: tuple[str, ...] = ()
    """Safeguards that it is of and that were done since, each with the facts that say so."""


@dataclass(frozen=True, slots=True)
class Against:
    """An objection to signing off that not everybody who signs has decided upon."""

    who: str
    objection: Objection
    title: str
    """Of the consideration that was not agreed to; empty for an objection in words."""
    withdraws: int = 0
    """The number of the comment by which the viewer can take it back; 0 where they can't."""
    weighed_by: tuple[str, ...] = ()
    """Who has signed in spite of it, where a second one has yet to."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What has changed since the sign-off."""

    at: datetime
    changes: tuple[str, ...]
    provisions: tuple[str, ...]
    """Changes of what is relied on."""
    why: tuple[str, ...]
    """Facts that were told otherwise."""
    signed: tuple[Signed, ...]
    another_deal: bool = False
    """Whether the advice reads the same, and the deal is another: `changes` are then its facts."""

    @property
    def another_texts(self) -> bool:
        """Whether what is advised is the same, and only what it rests on reads otherwise."""
        return not self.changes and not self.why


@dataclass(frozen=True, slots=True)
class Panel:
    """The review of one conversation, for one viewer."""

    key: str
    """Names what is sent with the forms of this page, so that it counts once."""
    now: datetime
    standing: Standing
    mine: bool
    """Whether it is the viewer's own deal."""
    held: Held | None
    begun_by: str | None
    assigned: Person | None
    reviewers: tuple[Person, ...]
    comments: tuple[tuple[str, Comment], ...]
    questions: tuple[tuple[str, str, Asked], ...]
    """Who asked, whom, and the question."""
    considerations: tuple[Weighed, ...]
    all_considerations: tuple[tuple[str, str], ...]
    verdicts: Mapping[int, tuple[Said, ...]]
    """By the number of the turn."""
    contents: Contents | None
    """What a sign-off now would be of; None where the release in force can't be read."""
    marks_seen: str
    """Names what marks on this page are of."""
    refusal: Refusal | None
    """Why the viewer can't sign off now."""
    signed: tuple[Signed, ...]
    signed_seen: int
    """How many sign-offs there ever were: names those that a form to withdraw is of."""
    lapsed: Lapsed | None
    tried: Tried | None
    four_eyes: bool
    full: bool = True
    against: tuple[Against, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    """What the viewer may sign now."""
    opinions: tuple[Opinion, ...] = tuple(Opinion)
    kinds: tuple[VerdictKind, ...] = tuple(VerdictKind)
    longest: int = LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class AskerPanel:
    """What whoever asked sees of the review: where it stands, and what they were asked."""

    says: str
    questions: tuple[Asked, ...]
    full: bool = False


@dataclass(frozen=True, slots=True)
class Reviews:
    """Draws reviews.

    Attributes:
        reviewing: The use case.
        reviewers: Who reviews.
        editions: Gives the guidance of a release.
        now: The time.
    """

    reviewing: Reviewing
    reviewers: Reviewers
    editions: Editions
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def panel(
        self, connection: Connection, viewer: Viewer, rows: Rows, tried: Tried | None = None
    ) -> Panel | AskerPanel | None:
        """The review of the conversation of *rows*, as *viewer* may see it.

        Args:
            connection: A transaction that has found that they may see the conversation.
            viewer: Who looks.
            rows: What the log holds of it.
            tried: What they did and was refused, if anything was.

        Returns:
            None where there is no review to show, as of a conversation of before reviews.
        """
        try:
            found = self.reviewing.of(connection, viewer.workspace, rows.line.conversation)
        except NotReviewed:
            return None
        if not viewer.role.includes(Role.REVIEWER):
            return _for_asker(found.review, viewer)
        return self._full(connection, viewer, found, tried)

    def _full(
        self, connection: Connection, viewer: Viewer, found: Reviewed, tried: Tried | None
    ) -> Panel:
        review, now = found.review, found.advised
        called = {**names(connection, viewer.workspace, _people(found)),
                  viewer.user: viewer.name}
        current = None if now is None else self._edition(now.release)
        titles = Titles(current)
        assigned = review.assigned_to

        def who(user: str) -> str:
            return called.get(user, user) if user else ERASED

        by_turn: dict[int, list[Said]] = {}
        for one in review.verdicts:
            about = tuple(titles.named(kind, str(name)) for kind, name in one.about.items())
            by_turn.setdefault(one.turn, []).append(Said(who(one.by), one, about))
        return Panel(
            key=uuid4().hex,
            now=self.now(),
            standing=review.standing,
            mine=viewer.user in found.askers,
            held=None if found.lock is None else _held(found.lock, viewer),
            begun_by=None if review.under_review_by is None else who(review.under_review_by),
            assigned=None if not assigned else Person(assigned, who(assigned)),
            reviewers=self.reviewers.choices(connection, viewer),
            comments=tuple((who(one.by), one) for one in review.comments),
            questions=tuple((who(one.by), who(one.to), one) for one in review.questions),
            considerations=tuple(
                _weighed(name, titles, current, found, viewer, who)
                for name in found.raised),
            all_considerations=() if current is None else tuple(
                (c.id, f"{c.number}. {c.title}") for c in current.considerations),
            verdicts={turn: tuple(given) for turn, given in by_turn.items()},
            contents=None if now is None else contents_of(now, titles),
            marks_seen="" if found.present is None else found.present.token,
            refusal=found.refusal(viewer.user),
            against=tuple(_against(one, titles, viewer, who) for one in found.objections),
            outcomes=tuple(one for one in Outcome if found.refusal(viewer.user, one) is None),
            signed=tuple(replace(self._signed(one, who), done=_done(one, found, titles))
                         for one in review.sign_offs),
            signed_seen=review.signed,
            lapsed=self._lapsed(review, current, who),
            tried=tried,
            four_eyes=found.four_eyes,
        )

    def _lapsed(
        self, review: Review, current: Guidance | None, who: Callable[[str], str]
    ) -> Lapsed | None:
        lapse = review.lapsed
        if lapse is None:
            return None
        before = [self._edition(one.advised.release) for one in reversed(lapse.sign_offs)]
        titles = Titles(self._edition(lapse.release), *before, current)
        told = [(change.kind, titles.change(change)) for change in lapse.changes]
        another_deal = all(kind in OF_THE_DEAL for kind, _ in told)
        why = tuple(say for kind, say in told if kind in OF_THE_DEAL)
        return Lapsed(
            lapse.at,
            why if another_deal else tuple(
                say for kind, say in told if kind not in OF_TEXTS | OF_THE_DEAL),
            tuple(say for kind, say in told if kind in OF_TEXTS),
            () if another_deal else why,
            tuple(self._signed(one, who) for one in lapse.sign_offs),
            another_deal)

    def _signed(self, one: SignOff, who: Callable[[str], str]) -> Signed:
        titles = Titles(self._edition(one.advised.release))
        return Signed(who(one.by), one.at, one.reason, contents_of(one.advised, titles),
                      one.outcome, len(one.over))

    def _edition(self, release: str) -> Guidance | None:
        try:
            return self.editions(ReleaseId(release))
        except (UnknownRelease, ReleaseNotReady):
            return None


def _for_asker(review: Review, viewer: Viewer) -> AskerPanel:
    signed_at = review.sign_offs[-1].at if review.sign_offs else None
    outcome = review.sign_offs[-1].outcome if review.sign_offs else Outcome.AGREED
    return AskerPanel(for_asker(review.standing, signed_at, outcome),
                      tuple(one for one in review.questions if one.to == viewer.user))


def _against(
    one: Objection, titles: Titles, viewer: Viewer, who: Callable[[str], str]
) -> Against:
    title = titles.consideration(one.consideration) if one.consideration else ""
    mine = one.by == viewer.user and not one.consideration
    return Against(who(one.by), one, title, int(one.key.rpartition(":")[2]) if mine else 0,
                   tuple(map(who, one.weighed_by)))


def _people(found: Reviewed) -> set[str]:
    review = found.review
    lapsed = () if review.lapsed is None else review.lapsed.sign_offs
    people = {one.by for one in review.comments} | {one.by for one in review.verdicts}
    people |= {one.by for one in review.questions} | {one.to for one in review.questions}
    people |= {by for _, by in review.held}
    people |= {one.by for one in (*review.sign_offs, *lapsed)}
    return people | set(filter(None, (review.assigned_to, review.under_review_by)))


def _held(lock: Lock, viewer: Viewer) -> Held:
    return Held(lock.name, lock.by == viewer.user, lock.until)


def _weighed(
    name: str, titles: Titles, current: Guidance | None, found: Reviewed, viewer: Viewer,
    who: Callable[[str], str],
) -> Weighed:
    mark, present = found.review.marks.get(name), found.present
    now = {} if found.advised is None else found.advised.flags
    under = () if current is None else tuple(
        (flag.gravity, flag.title)
        for flag in sorted(current.red_flags, key=lambda flag: -flag.gravity)
        if flag.consideration == name and now.get(str(flag.id), OPEN) != OPEN)
    return Weighed(name, titles.consideration(name), under, mark,
                   "" if mark is None else who(mark.by), found.holds(mark),
                   found.given(name, viewer.user), mark is not None and mark.by in found.askers,
                   () if mark is None or present is None else tuple(
                       map(titles.change, present.other_deal(mark.of))))


def _done(one: SignOff, found: Reviewed, titles: Titles) -> tuple[str, ...]:
    now = found.advised
    return () if now is None else tuple(
        titles.done(name, {fact: now.facts.get(fact) for fact in now.done[name].told})
        for name in found.done_since(one))
