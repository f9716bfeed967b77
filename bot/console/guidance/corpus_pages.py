"""The first page of the guidance, and that of one release: what it holds, how it differs."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.drawing import drawn, missing
from bot.console.guidance import provision_words, release_rows
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.corpus_counts import added_up, by_source
from bot.console.guidance.corpus_sections import sections
from bot.console.guidance.differing import sheet
from bot.console.guidance.provision_search import LONGEST, Wanted
from bot.console.guidance.release_rows import Kept, Publication
from bot.console.paging import from_one
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who
from retrieval.editing.differences import compare
from retrieval.guidance import ReleaseId

HERE = "/corpus"
MOST_OFFERED = 50
"""Releases that can be picked to compare with, the newest first."""


def corpus_pages(corpus: Corpus, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(corpus)
    reviewer = rule(Role.REVIEWER)
    return [
        Route("/corpus", reviewer(made.home), methods=["GET"]),
        Route("/corpus/releases/{release}", reviewer(made.release), methods=["GET"]),
    ]


class _Pages:
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def home(self, request: Request) -> Response:
        """What is in force, how far it was checked, and the ways on."""
        viewer: Viewer = request.state.viewer
        guidance = self._corpus.reading.current()
        with self._corpus.reading.store.reading() as connection:
            active = release_rows.active(connection)
            published = release_rows.publications(connection, viewer)
            last = None if active is None else _last(published, active.id)
            who = Who(connection, self._corpus.reading.names, viewer,
                      [] if last is None else [last.by])
        tallies = () if guidance is None else by_source(guidance)
        answer = drawn(
            request, "corpus_home.html", here=HERE, guidance=guidance, active=active, last=last,
            who=who, tallies=tallies, whole=added_up(tallies), words=provision_words,
            sections=sections(viewer.role), longest=LONGEST)
        if guidance is not None:
            # Whoever comes here is about to look something up.
            answer.background = BackgroundTask(self._corpus.prepare, guidance)
        return answer

    def release(self, request: Request) -> Response:
        """One release that is kept, by itself or against another."""
        viewer: Viewer = request.state.viewer
        name = ReleaseId(request.path_params["release"])
        against = ReleaseId(request.query_params.get("against", ""))
        with self._corpus.reading.store.reading() as connection:
            kept = release_rows.kept(connection)
            active = release_rows.active(connection)
            published = release_rows.publications(connection, viewer)
            mine = [one for one in published if one.release == name]
            who = Who(connection, self._corpus.reading.names, viewer, [one.by for one in mine])
        place = next((n for n, one in enumerate(kept) if one.id == name), None)
        if place is None:
            return missing(request, f"No release {name} is kept here. The page of the guidance "
                                    "leads to the one in force.")
        guidance = self._corpus.edition(name)
        if guidance is None:
            return missing(request, f"The release {name} was written by another version of the "
                                    "program, which this one can’t read.")
        earlier = kept[place - 1].id if place else None
        page = from_one(request.query_params.get("page", ""))
        shown, problem = None, ""
        if against:
            before = self._corpus.edition(against)
            if before is None:
                problem = f"No release {against} is kept here that could be read."
            else:
                shown = sheet(compare(before, guidance), before, guidance, page)
        tallies = by_source(guidance)
        return drawn(
            request, "corpus_release.html", 404 if problem else 200, here=HERE,
            guidance=guidance, kept=kept[place], published=mine, who=who,
            live=active is not None and active.id == name, tallies=tallies,
            whole=added_up(tallies), against=against, shown=shown, problem=problem,
            earlier=earlier, others=_others(kept, name, published), words=provision_words,
            active=None if active is None else active.id,
            found=None if shown else self._corpus.shelf(guidance).find(Wanted(page=page)),
            turn=lambda to: urlencode({**({"against": against} if against else {}), "page": to}))


def _last(published: Sequence[Publication], release: ReleaseId) -> Publication | None:
    """How *release* came into force last."""
    return next((one for one in reversed(published) if one.release == release), None)


def _others(
    kept: Sequence[Kept], name: ReleaseId, published: Sequence[Publication]
) -> list[tuple[ReleaseId, datetime, bool]]:
    """The other releases, the newest first: when each was kept, and whether it was in force."""
    in_force = {one.release for one in published}
    return [(one.id, one.at, one.id in in_force) for one in reversed(kept)
            if one.id != name][:MOST_OFFERED]
