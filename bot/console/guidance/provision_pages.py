"""The pages on which provisions are looked up and read.

A provision as it read in a release can be opened by whoever may open a conversation that cites it;
what tells of others (how often it is cited, who confirmed it, how it is searched) is for reviewers.
"""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.conversations.reading_pages import Rule
from bot.console.drawing import drawn, missing, root
from bot.console.guidance import provision_words, release_rows
from bot.console.guidance.cited import Cited
from bot.console.guidance.corpus import Corpus
from bot.console.guidance.histories import MOST_RELEASES
from bot.console.guidance.provision_search import LONGEST, Shelf, Wanted
from bot.console.guidance.provision_view import View, history, since, view
from bot.console.paging import in_full
from bot.console.viewer import Role, Viewer
from bot.console.wording.keepers import Who
from retrieval.guidance import Guidance, ProvisionId, ReleaseId

HERE = "/corpus"
"""The entry of the navigation that the pages stand for."""
NEAREST = 5
"""Ids that are suggested where there is none such."""


def provision_pages(corpus: Corpus, rule: Rule) -> list[Route]:
    """The routes of the pages; *rule* wraps each endpoint by the role that it takes."""
    made = _Pages(corpus)
    asker, reviewer = rule(Role.ASKER), rule(Role.REVIEWER)
    return [
        Route("/corpus/provisions", reviewer(made.search), methods=["GET"]),
        Route("/corpus/provisions/{provision}", reviewer(made.in_force), methods=["GET"]),
        Route("/corpus/releases/{release}/provisions/{provision}", asker(made.as_it_read),
              methods=["GET"]),
        # Where provisions stood before they had pages of their own.
        Route("/provisions/{release}/{provision}", asker(_moved), methods=["GET"]),
    ]


class _Pages:
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def search(self, request: Request) -> Response:
        """Provisions of the release in force that fit."""
        guidance = self._corpus.reading.current()
        if guidance is None:
            return missing(request, "No release of the guidance is in force here yet, so there "
                                    "are no provisions to look up.")
        wanted = Wanted.parse(in_full(request.url.query))
        shelf = self._corpus.shelf(guidance)
        loaded = self._corpus.searching(guidance.release)
        found = shelf.find(wanted, loaded)
        return drawn(
            request, "corpus_provisions.html", here=HERE, wanted=wanted, found=found,
            words=provision_words, longest=LONGEST,
            sources=[(one.id, one.short_title) for one in guidance.sources.values()],
            considerations=[(one.id, f"{one.number}. {one.title}")
                            for one in guidance.considerations],
            kinds=[(kind, kind) for kind in shelf.kinds],
            cited=self._cited(request.state.viewer, [row.provision.id for row in found.rows]),
            counted=self._corpus.citing is not None, loading=loaded is None)

    def in_force(self, request: Request) -> Response:
        """A provision of the release in force, with its past."""
        name = ProvisionId(request.path_params["provision"])
        guidance = self._corpus.reading.current()
        if guidance is None:
            return missing(request, "No release of the guidance is in force here yet, so there "
                                    "is no provision to read.")
        shelf = self._corpus.shelf(guidance)
        found = view(shelf, name, _span(request))
        if found is None:
            return self._none(request, name, shelf)
        return self._drawn(request, found, guidance, guidance,
                           f"{root(request)}/corpus/provisions")

    def as_it_read(self, request: Request) -> Response:
        """A provision as it read in a release."""
        release = ReleaseId(request.path_params["release"])
        name = ProvisionId(request.path_params["provision"])
        guidance = self._corpus.edition(release)
        found = None if guidance is None else view(
            self._corpus.shelf(guidance), name, _span(request))
        if guidance is None or found is None:
            return missing(request, f"The release {release} can’t be read here, or has no such "
                                     "provision.")
        return self._drawn(
            request, found, guidance, self._corpus.reading.current(),
            f"{root(request)}/corpus/releases/{quote(release, safe='')}/provisions", fixed=True)

    def _drawn(
        self, request: Request, found: View, guidance: Guidance, current: Guidance | None,
        own: str, *, fixed: bool = False
    ) -> Response:
        """The page of a provision.

        Args:
            request: Who looks.
            found: The provision.
            guidance: The release that it is drawn from.
            current: The release in force.
            own: Where the provisions of *guidance* stand.
            fixed: Whether the page stays with that release when another comes into force.
        """
        viewer: Viewer = request.state.viewer
        it = found.row.provision
        full = viewer.role.includes(Role.REVIEWER)
        more: dict[str, Any] = {}
        if full:
            with self._corpus.reading.store.reading() as connection:
                published = release_rows.publications(connection, viewer)
                who = Who(connection, self._corpus.reading.names, viewer, [
                    acted.by for acted in (it.confirmed, it.retired) if acted is not None])
            in_force: dict[ReleaseId, datetime] = {}
            for one in published:
                in_force.setdefault(one.release, one.at)
            labelled = self._corpus.labelled
            more = {
                "who": who,
                "history": history(self._corpus.histories.of(it.id), guidance, in_force),
                "labels": () if labelled is None else labelled.of(it.id),
                "unlabelled": "" if labelled is None else labelled.problem,
                "cited": self._cited(viewer, [it.id]).get(it.id),
            }
        live = current is not None and current.release == found.release
        return drawn(
            request, "corpus_provision.html", here=HERE, read=found, full=full, live=live,
            current=None if current is None else current.release,
            since=since(it, guidance, current), words=provision_words, most=MOST_RELEASES,
            own=own, fixed=fixed,
            counted=full and self._corpus.citing is not None,
            **{"history": (), "labels": (), "unlabelled": "", "cited": None, **more})

    def _none(self, request: Request, name: ProvisionId, shelf: Shelf) -> Response:
        """Says that the release in force has no such provision, and what may have been meant."""
        near = get_close_matches(name, [str(one) for one in shelf.every], n=NEAREST, cutoff=0.5)
        editions = self._corpus.histories.of(name)
        last = next((one.provision for one in reversed(editions) if one.provision), None)
        return drawn(
            request, "corpus_no_provision.html", 404, here=HERE, name=name, words=provision_words,
            near=[shelf.every[ProvisionId(one)] for one in near], last=last,
            release=self._corpus.histories.last_release_with(name))

    def _cited(self, viewer: Viewer, ids: list[ProvisionId]) -> Mapping[ProvisionId, Cited]:
        citing = self._corpus.citing
        return {} if citing is None or not ids else citing.cited(viewer, ids)


def _moved(request: Request) -> Response:
    release, provision = (quote(request.path_params[name], safe="")
                          for name in ("release", "provision"))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(
        f"{root(request)}/corpus/releases/{release}/provisions/{provision}{query}", 308)


def _span(request: Request) -> tuple[int, int] | None:
    try:
        return int(request.query_params["from"]), int(request.query_params["to"])
    except (KeyError, ValueError):
        return None
