"""The tick list: our digests, each held by somebody against the official words.

Half an hour should be enough for a list: whatever is done with one leads to the next that is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Reading, Rule
from bot.console.documents.document_pages import HERE
from bot.console.documents.edit_words import told
from bot.console.documents.near_passages import By, NearPassages
from bot.console.documents.tick_list import Wanted, flagged, listed, next_open, shares
from bot.console.drawing import drawn, missing, root
from bot.console.guidance import provision_words
from bot.console.paging import from_one, in_full, paged
from bot.console.viewer import Role, Viewer
from bot.console.wording.corrections import FIELDS
from bot.console.wording.keepers import Who, is_by, on_record, people_in
from bot.publishing.drafts import Draft, Drafts, NotEdited
from bot.publishing.ticking import OFFERED, Line, Standing, Ticking, Why, progress
from retrieval.editing.applying import apply
from retrieval.editing.edits import CORRECTABLE, Correct, Made, Retire, state_of
from retrieval.editing.uses import NONE, User, uses_of
from retrieval.errors import CorpusError
from retrieval.guidance import Checked, Provision, ProvisionId
from retrieval.reading.publishers import OfficialDocument

A_PAGE = 50
FROM = "from:"
"""What the name of the field begins with that holds what a field was drawn with."""
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Ticks:
    """What the pages are drawn from.

    Attributes:
        reading: What all pages are drawn from.
        drafts: The draft.
        ticking: The tick list.
        near: Finds the passages beside a digest.
        listed: The official documents, with what to settle first; raises CorpusError.
    """

    reading: Reading
    drafts: Callable[[], Drafts]
    ticking: Callable[[], Ticking]
    near: NearPassages
    listed: Callable[[], tuple[OfficialDocument, ...]]


def tick_pages(ticks: Ticks, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(ticks)
    reviewer = rule(Role.REVIEWER)
    return [
        Route("/corpus/ticks", reviewer(made.index), methods=["GET"]),
        Route("/corpus/ticks/{provision}", reviewer(made.show), methods=["GET"]),
        Route("/corpus/ticks/{provision}", reviewer(made.edit), methods=["POST"]),
    ]


class _Pages:
    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks

    # --- the list ---------------------------------------------------------------------------

    def index(self, request: Request) -> Response:
        """What is to be settled first, how far it is, and the digests."""
        ticks, viewer = self._ticks, request.state.viewer
        try:
            draft, documents = ticks.drafts().draft(), ticks.listed()
        except CorpusError as error:
            return _unreadable(request, error)
        wanted = Wanted.parse(in_full(request.url.query))
        lines, flags = ticks.ticking().lines(draft), flagged(draft.guidance)
        found = listed(lines, wanted, flags)
        here = paged(found, from_one(request.query_params.get("page", "")), A_PAGE)
        with ticks.reading.store.reading() as connection:
            who = Who(connection, ticks.reading.names, viewer, [
                line.last.by for line in here.rows if line.last is not None])
        every = shares(lines, draft.guidance)
        return drawn(
            request, "corpus_ticks.html", here=HERE, wanted=wanted, lines=here.rows,
            total=len(found), page=here.page, pages=here.pages, flags=flags,
            progress=progress(lines), shares=[one for one in every if one.coverable or one.done],
            uncovered=[one for one in every if not one.coverable and not one.done],
            standings=Standing, words=provision_words, who=who, conflicts=draft.conflicts,
            next=next_open(lines, wanted, flags), coverable=any(one.coverable for one in lines),
            of_none=[one.source.title for one in ticks.ticking().of_no_source(draft)],
            sources=[(one.source, one.title) for one in every],
            checklists=[one for one in documents if one.checklist
                        and wanted.source in {"", one.of}],
            turn=lambda to: wanted.query(page=to))

    # --- one digest ---------------------------------------------------------------------------

    def show(self, request: Request) -> Response:
        """A digest beside the official passages nearest to it."""
        return self._show(request)

    def _show(
        self, request: Request, problem: str = "", status: int = 200,
        sent: Mapping[str, str] | None = None, wrong: str = "",
    ) -> Response:
        ticks, viewer = self._ticks, request.state.viewer
        name = ProvisionId(request.path_params["provision"])
        try:
            draft = ticks.drafts().draft()
        except CorpusError as error:
            return _unreadable(request, error)
        lines = ticks.ticking().lines(draft)
        line = next((one for one in lines if one.provision.id == name), None)
        if line is None:
            return missing(request, f"The draft has no digest {name}. The tick list leads to all "
                                    "that there are.")
        wanted, flags = Wanted.parse(in_full(request.url.query)), flagged(draft.guidance)
        most = MOST_OFFERED if "more" in request.query_params else OFFERED
        offered, by = ticks.near.offered(draft, name, most)
        rows = ticks.drafts().rows(name)
        with ticks.reading.store.reading() as connection:
            who = Who(connection, ticks.reading.names, viewer, [
                *(row.made.by for row in rows), *(row.withdrawn_by for row in rows),
                *people_in(problem)])
        edited = request.query_params.get("edit", "")
        just = next((row.made for row in ticks.drafts().rows()
                     if str(row.made.id) == edited and row.holds), None) if edited else None
        given = sent or {}
        drawn_with = {field: getattr(line.provision, field) or "" for field in CORRECTABLE}
        return drawn(
            request, "corpus_tick.html", status, here=HERE, line=line, it=line.provision,
            source=draft.guidance.sources[line.provision.source], offered=offered, by=by, bys=By,
            whys=Why, near=_nearness, most=most, more=MOST_OFFERED, wanted=wanted,
            problem=who.told(problem), act=given.get("act", ""), given=given, wrong=wrong,
            fields=_typed(drawn_with, given), drawn=drawn_with, FROM=FROM,
            called=FIELDS, official=line.provision.checked is Checked.OFFICIAL,
            was=state_of(line.provision), seen=draft.stamp,
            last=0 if line.last is None else line.last.id, history=rows[::-1], told=told,
            who=who, standings=Standing, words=provision_words,
            may=lambda made: _may_withdraw(viewer, made), just=just,
            rests=_rests(draft, name), goes=_goes(ticks.drafts(), draft, name),
            left=sum(one.standing is Standing.OPEN for one in listed(lines, Wanted(
                source=wanted.source, coverable=wanted.coverable), flags)),
            next=next_open(lines, wanted, flags, name))

    async def edit(self, request: Request) -> Response:
        """Confirm, correct or retire it."""
        form = await request.form()
        # Never cut short: what is too long is refused, and told as that.
        sent = {name: value.replace("\r\n", "\n") for name, value in form.items()
                if isinstance(value, str)}
        return await run_in_threadpool(self._edit, request, sent)

    def _edit(self, request: Request, sent: Mapping[str, str]) -> Response:
        ticks, viewer = self._ticks, request.state.viewer
        name = ProvisionId(request.path_params["provision"])
        try:
            draft = ticks.drafts().draft()
            line = next((one for one in ticks.ticking().lines(draft)
                         if one.provision.id == name), None)
            if line is None:
                return missing(request, f"The draft has no digest {name}.")
            _insist_on_nobody_faster(line, sent, viewer, self._called)
            made = self._made(draft, line.provision, sent, viewer)
        except CorpusError as error:
            return _unreadable(request, error)
        except NotEdited as error:
            return self._show(request, str(error), 409, sent, error.field)
        wanted = Wanted.parse(in_full(request.url.query))
        now = ticks.drafts().draft()
        following = next_open(ticks.ticking().lines(now), wanted, flagged(now.guidance), name)
        there = f"/{quote(following, safe='')}" if following is not None else ""
        return RedirectResponse(
            f"{root(request)}/corpus/ticks{there}?{wanted.query(edit=made.id)}", 303)

    def _called(self, user: str, viewer: Viewer) -> str:
        reading = self._ticks.reading
        with reading.store.reading() as connection:
            return Who(connection, reading.names, viewer, [user]).said(user)

    def _made(
        self, draft: Draft, it: Provision, sent: Mapping[str, str], viewer: Viewer
    ) -> Made:
        drafts, by = self._ticks.drafts(), on_record(viewer)
        was, seen = sent.get("was", ""), sent.get("seen") or None
        reason = " ".join(sent.get("reason", "").split())
        match sent.get("act", ""):
            case "confirm":
                passage = ProvisionId(sent.get("other", "").strip() or sent.get("passage", ""))
                if not passage:
                    raise NotEdited("Choose the passage that says what the digest says.", "passage")
                return self._ticks.ticking().confirm(
                    draft, it.id, passage, sent.get(f"words:{passage}", ""), by, was, seen)
            case "correct":
                fields = {name: sent[name].strip() for name in CORRECTABLE if _touched(sent, name)
                          and sent[name].strip() != (getattr(it, name) or "").strip()}
                if not fields:
                    if (before := _pressed_before(drafts, it.id, sent, viewer)) is not None:
                        return before
                    raise NotEdited("Nothing differs from what stands there; change a field.")
                for name in ("heading", "pinpoint", "text"):
                    if fields.get(name) == "":
                        raise NotEdited(f"The {FIELDS[name]} can’t be empty.", name)
                return drafts.make(Correct(it.id, fields, reason, was), by, seen=seen)
            case "retire":
                instead = ProvisionId(sent.get("instead", "").strip())
                if instead and (instead == it.id or instead not in draft.guidance.provisions):
                    raise NotEdited(f"There is no provision {instead!r} in the draft that could "
                                    "be used instead.", "instead")
                return drafts.make(Retire(it.id, reason, instead or None), by, seen=seen)
            case _:
                raise NotEdited("Choose what to do by one of the buttons.")


def _touched(sent: Mapping[str, str], field: str) -> bool:
    """Whether somebody has changed *field*: what they left says nothing, however it reads now."""
    before = sent.get(f"{FROM}{field}")
    return field in sent and (before is None or sent[field].strip() != before.strip())


def _pressed_before(
    drafts: Drafts, name: ProvisionId, sent: Mapping[str, str], viewer: Viewer
) -> Made | None:
    """The correction that *viewer* has made by this very form; None where there is none."""
    last = next((row.made for row in reversed(drafts.rows(name)) if row.holds), None)
    if last is None or not isinstance(last.edit, Correct) or not is_by(viewer, last.by):
        return None
    same = last.edit.reason.split() == sent.get("reason", "").split()
    return last if same and str(last.id) != sent.get("last") else None


def _typed(now: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """The fields as they stand in the form: as they are *now*, but for what somebody changed."""
    return {field: sent[field] if _touched(sent, field) else value for field, value in now.items()}


def _insist_on_nobody_faster(
    line: Line, sent: Mapping[str, str], viewer: Viewer, called: Callable[[str, Viewer], str]
) -> None:
    last = line.last
    if last is not None and str(last.id) != sent.get("last") and not is_by(viewer, last.by):
        raise NotEdited(
            f"{called(last.by, viewer)} was faster: {told(last.edit).did.lower()}, while you had "
            "the page open. Yours was not kept. What you see now is with their edit; do yours "
            "again if it is still right.")


def _rests(draft: Draft, name: ProvisionId) -> Mapping[str, list[str]]:
    """Titles of the red flags and safeguards that rest on it, and how many others."""
    uses = [use for use in uses_of(draft.guidance).get(name, NONE) if not use.consulted]
    return {
        "flags": [use.title for use in uses if use.user is User.FLAG],
        "safeguards": [use.title for use in uses if use.user is User.SAFEGUARD],
        "others": [use.title for use in uses if use.user not in {User.FLAG, User.SAFEGUARD}]}


def _goes(drafts: Drafts, draft: Draft, name: ProvisionId) -> list[str]:
    """Titles of what would go with it if it were retired."""
    if name not in draft.guidance.provisions:
        return []
    trial = Made(0, "", "", Retire(name, "trial"))
    went = set(apply(drafts.base(), (*draft.edits, trial)).went_along) - set(draft.went_along)
    titles = {**{str(one.id): one.title for one in draft.guidance.red_flags},
              **{str(one.id): one.title for one in draft.guidance.safeguards.values()},
              **{one.id: one.names[0] for one in draft.guidance.vocabulary.glossary if one.names}}
    return sorted(titles.get(one, one) for one in went)


def _may_withdraw(viewer: Viewer, made: Made) -> bool:
    return is_by(viewer, made.by) or viewer.role.includes(Role.ADMIN)


def _nearness(similarity: float) -> str:
    """How near a passage is, in words."""
    return next(words for least, words in (
        (0.75, "very near"), (0.6, "near"), (0.45, "somewhat near"), (-1.0, "far"))
        if similarity >= least)


def _unreadable(request: Request, error: CorpusError) -> Response:
    return drawn(request, "nothing.html", 503, heading="The corpus can’t be read",
                 why=f"{error}. Mend it, then load this page anew.")
