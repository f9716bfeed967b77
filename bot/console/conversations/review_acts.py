"""What reviewers send from the page of a conversation: each act is a form, and a row of the log.

What is done leads back to the page; what is refused shows the page as it is now, with the reason
where the form stands and what was typed still in it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.review_panel import NOTE, TEXT, Reviews, Tried
from bot.console.entry.access import TOKEN_FIELD
from bot.console.paging import number_in
from bot.console.viewer import Role, Viewer
from bot.dialogue.conversation import ConversationId
from bot.dialogue.reply import Reply, Status
from bot.reviews.acting import note_of
from bot.reviews.review import Opinion, Outcome, VerdictKind
from bot.reviews.reviewing import NotReviewed, Reviewed, Reviewer
from bot.store import Store
from retrieval.guidance import Guidance, ReleaseId

LONGEST_KEY = 64
OPINION = "opinion:"
"""What the name of the field of an opinion begins with; the id of the consideration follows."""
OVER = "over:"
"""What the name of the field of an objection begins with; its key follows."""
_STATUS = {"not_there": 404, "own_deal": 403, "no_text": 400, "too_long": 400,
           "bad_characters": 400, "bad_about": 400, "not_chosen": 400, "not_a_reviewer": 400,
           "unknown_consideration": 400, "unknown_turn": 400, "unknown_question": 400,
           "unknown_objection": 400}
"""What HTTP calls a refusal; the others are that something else came first."""

Shown = Callable[[Request, ConversationId, Tried], Response]
Rule = Callable[[Role], Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent with a form."""

    by: Reviewer
    conversation: ConversationId
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """The field *name*, empty where there is none."""
        return self.fields.get(name, "")

    def key(self, act: str) -> str:
        """Names the row that *act* writes: the same for the same words from the same page.

        Pressing twice is thus one act; going back and writing something else is another.  The
        page's own part is random and kept nowhere, so a key tells nothing of the words.
        """
        page = self["key"][:LONGEST_KEY] or uuid4().hex
        told = [f"{name}={value}" for name, value in sorted(self.fields.items())
                if name not in {"key", TOKEN_FIELD}]
        digest = sha256("\0".join([page, self.by.user, *told]).encode("utf-8", "surrogateescape"))
        return f"{act}:{digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class Act:
    """One form: its name, what it does, and where it stands, as the end of the page's address."""

    name: str
    do: Callable[[Sent], object]
    place: Callable[[Sent], str]


def acts(reviews: Reviews, store: Store, shown: Shown, rule: Rule) -> list[Route]:
    """The routes of all acts.

    Args:
        reviews: The use case, and who reviews.
        store: The database.
        shown: Draws the page of a conversation, with what was tried on it and refused.
        rule: Wraps an endpoint by the role that it takes.
    """
    made = _Acts(reviews, store)
    reviewer = rule(Role.REVIEWER)
    return [Route(f"/reviews/{act.name}", reviewer(_endpoint(act, shown)), methods=["POST"])
            for act in made.all()]


def _endpoint(act: Act, shown: Shown) -> Callable[[Request], Awaitable[Response]]:
    async def posted(request: Request) -> Response:
        viewer: Viewer = request.state.viewer
        form = await request.form()
        # A browser sends line ends of its own; what is kept has ours.
        fields = {name: value.replace("\r\n", "\n") for name, value in form.multi_items()
                  if isinstance(value, str)}
        sent = Sent(Reviewer(viewer.workspace, viewer.user, viewer.name),
                    ConversationId(fields.get("conversation", "")), fields)
        return await run_in_threadpool(_answered, act, sent, request, shown)

    return posted


def _answered(act: Act, sent: Sent, request: Request, shown: Shown) -> Response:
    try:
        act.do(sent)
    except NotReviewed as refused:
        tried = Tried(act.name, str(refused), _STATUS.get(refused.code, 409), sent.fields,
                      refused.code)
        return shown(request, sent.conversation, tried)
    root = str(request.scope.get("root_path", ""))
    return RedirectResponse(
        f"{root}/conversations/{quote(sent.conversation, safe='')}{act.place(sent)}", 303)


class _Acts:
    def __init__(self, reviews: Reviews, store: Store) -> None:
        self._reviewing = reviews.reviewing
        self._reviewers = reviews.reviewers
        self._editions = reviews.editions
        self._store = store

    def all(self) -> list[Act]:
        return [
            Act("take", self.take, lambda _: "#review"),
            Act("leave", self.leave, lambda _: "#review"),
            Act("assign", self.assign, lambda _: "#review"),
            Act("comment", self.comment, lambda _: "#review-comments"),
            Act("withdraw-objection", self.withdraw_objection, lambda _: "#review-comments"),
            Act("ask", self.ask, lambda _: "#review-questions"),
            Act("drop-question", self.drop_question, lambda _: "#review-questions"),
            Act("answered", self.answered, lambda _: "#review-questions"),
            Act("marks", self.marks, lambda _: "#review-marks"),
            Act("verdict", self.verdict, lambda sent: f"?turn={_turn(sent)}#turn-{_turn(sent)}"),
            Act("sign-off", self.sign_off, lambda _: "#review-sign-off"),
            Act("conclude", self.conclude, lambda _: "#review-sign-off"),
            Act("withdraw", self.withdraw, lambda _: "#review-sign-off"),
        ]

    def take(self, sent: Sent) -> None:
        self._reviewing.take(sent.by, sent.conversation, key=sent.key("take"))

    def leave(self, sent: Sent) -> None:
        self._reviewing.leave(sent.by, sent.conversation, key=sent.key("leave"))

    def assign(self, sent: Sent) -> None:
        to = sent["to"] or None
        mine = to == sent.by.user
        if to is not None and not mine and not self._reviewers.reviews(sent.by.workspace, to):
            raise NotReviewed("not_a_reviewer", "Whom you chose does not review in your workspace "
                              "any more. Load the page again and choose somebody else.")
        self._reviewing.assign(sent.by, sent.conversation, to, key=sent.key("assign"))

    def comment(self, sent: Sent) -> None:
        self._reviewing.comment(sent.by, sent.conversation, sent[TEXT],
                                objects=bool(sent["objects"]), key=sent.key("comment"))

    def withdraw_objection(self, sent: Sent) -> None:
        self._reviewing.withdraw_objection(
            sent.by, sent.conversation, number_in(sent["number"]), key=sent.key("objection"))

    def ask(self, sent: Sent) -> None:
        self._reviewing.ask(sent.by, sent.conversation, sent[TEXT], key=sent.key("ask"))

    def drop_question(self, sent: Sent) -> None:
        self._reviewing.drop_question(
            sent.by, sent.conversation, number_in(sent["number"]), sent[TEXT],
            key=sent.key("drop-question"))

    def answered(self, sent: Sent) -> None:
        self._reviewing.answered(
            sent.by, sent.conversation, number_in(sent["number"]), _turn(sent),
            key=sent.key("answered"))

    def marks(self, sent: Sent) -> None:
        """Keep the marks that say something else than the form began with."""
        given = {name.removeprefix(OPINION): value for name, value in sent.fields.items()
                 if name.startswith(OPINION)}
        with self._store.reading() as connection:
            found = self._reviewing.of(connection, sent.by.workspace, sent.conversation)
        now = None if found.present is None else found.present.token
        if now is not None and sent["seen"] != now:
            raise NotReviewed("changed_meanwhile", "The advice or the deal has changed since you "
                              "loaded the page, so nothing was kept. What is below is as it is "
                              "now: look at it, then keep your marks.")
        if not given:
            raise NotReviewed("not_chosen", "Nothing was chosen. Say of at least one consideration "
                              "whether you agree.")
        new = {}
        for name, value in given.items():
            opinion = _opinion(value)
            note = sent[f"{NOTE}{name}"].strip()
            known = found.given(name, sent.by.user)
            if known is None or (known.opinion, known.note or "") != (opinion, note):
                new[name] = (opinion, note)
        self._insist_on_notes(found, new)
        if new:
            self._reviewing.mark_all(
                sent.by, sent.conversation, new, seen=now, key=sent.key("marks"))

    def _insist_on_notes(
        self, found: Reviewed, marks: Mapping[str, tuple[Opinion, str]]
    ) -> None:
        """Refuse *marks* (opinion and note) where a note can't be kept, by its title.

        Raises:
            NotReviewed: A note is missing, too long, or holds what no database keeps.
        """
        guidance = None if found.advised is None else self._editions(
            ReleaseId(found.advised.release))
        known = {} if guidance is None else guidance.consideration_by_id
        for name, (opinion, note) in marks.items():
            try:
                note_of(opinion, note)
            except NotReviewed as refused:
                title = f"{known[name].number}. {known[name].title}" if name in known else name
                raise NotReviewed(refused.code, f"Under “{title}”: {refused}") from None

    def verdict(self, sent: Sent) -> None:
        with self._store.reading() as connection:
            # Whose conversation it is comes before anything is read of it.
            found = self._reviewing.of(connection, sent.by.workspace, sent.conversation)
        kind = next((one for one in VerdictKind if one.value == sent["kind"]), None)
        if kind is None:
            raise NotReviewed("not_chosen", "Choose what you say of the answer.")
        turn = self._store.turn_at(sent.conversation, _turn(sent))
        if turn is None:
            raise NotReviewed("unknown_turn", "There is no such turn. Load the page again.")
        guidance = None if found.advised is None else self._editions(
            ReleaseId(found.advised.release))
        about = _about(kind, sent, turn.reply, guidance)
        self._reviewing.verdicts.say(sent.by, sent.conversation, kind, turn.version, about,
                                sent[TEXT], key=sent.key("verdict"))

    def sign_off(self, sent: Sent) -> None:
        """Agree: as advised, unless the form says with conditions."""
        self._conclude(sent, _outcome(sent["outcome"] or Outcome.AGREED.value), "sign-off")

    def conclude(self, sent: Sent) -> None:
        """Sign what the form says."""
        self._conclude(sent, _outcome(sent["outcome"]), "conclude")

    def _conclude(self, sent: Sent, outcome: Outcome, act: str) -> None:
        over = [name.removeprefix(OVER) for name in sent.fields if name.startswith(OVER)]
        self._reviewing.sign_off(sent.by, sent.conversation, sent["seen"], sent[TEXT],
                                 outcome=outcome, over=over, key=sent.key(act))

    def withdraw(self, sent: Sent) -> None:
        self._reviewing.withdraw(sent.by, sent.conversation, sent[TEXT],
                                 seen=number_in(sent["seen"]), key=sent.key("withdraw"))


def _outcome(value: str) -> Outcome:
    found = next((one for one in Outcome if one.value == value), None)
    if found is None:
        raise NotReviewed("not_chosen", "Choose what the review comes to.")
    return found


def _opinion(value: str) -> Opinion:
    found = next((one for one in Opinion if one.value == value), None)
    if found is None:
        raise NotReviewed("not_chosen", "Choose agreed, needs change or wrong.")
    return found


def _about(
    kind: VerdictKind, sent: Sent, reply: Reply, guidance: Guidance | None
) -> dict[str, str]:
    """The id that a verdict speaks of, one of those that its form offers."""
    known = set() if guidance is None else {one.id for one in guidance.considerations}
    weighed = {note.id for note in reply.considerations if note.status is Status.RAISED}
    name, offered, ask = {
        VerdictKind.WRONG_CITATION: (
            "provision", {str(one.provision) for one in reply.citations()},
            "Choose which citation is wrong."),
        VerdictKind.WRONG_SAFEGUARD: (
            "safeguard", {str(one.id) for one in (*reply.safeguards, *reply.more_safeguards)},
            "Choose which safeguard is wrong."),
        VerdictKind.MISSING_CONSIDERATION: (
            "consideration", known - weighed,
            "Choose which consideration is missing."),
    }.get(kind, ("", set(), ""))
    if not name:
        return {}
    if sent[name] not in offered:
        raise NotReviewed("not_chosen", ask)
    return {name: sent[name]}


def _turn(sent: Sent) -> int:
    return number_in(sent["turn"])
