"""The console put together from the settings: where it is, who may enter, what it shows."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from bot.assembly import Assembly
from bot.chat import masking_rules
from bot.chat.calls import uses_of
from bot.chat.masking import Masking
from bot.connecting.entrance import listed, reviewers
from bot.connecting.local_people import LOCAL_ADMINS
from bot.connecting.local_workspace import staff
from bot.connecting.slack import secret_of
from bot.console.app import Console, Entering, build_console
from bot.console.cases.case_pages import case_pages
from bot.console.conversations.declined import declined_page
from bot.console.conversations.integrity import Integrity
from bot.console.conversations.reading_pages import Reading, pages
from bot.console.conversations.review_panel import Reviews
from bot.console.conversations.reviewers import Reviewers
from bot.console.documents.cut_pages import cut_pages
from bot.console.documents.document_pages import Library, document_pages
from bot.console.documents.edit_pages import edit_pages
from bot.console.documents.fetch_runs import FetchRuns
from bot.console.documents.near_passages import NearPassages
from bot.console.documents.tick_pages import Ticks, tick_pages
from bot.console.drafting.draft_pages import draft_pages
from bot.console.drafting.impact_pages import Impacts, impact_pages
from bot.console.drafting.keeping import Keeping
from bot.console.drafting.release_pages import release_pages
from bot.console.drafting.simulating import Simulating, simulate_pages
from bot.console.entry.access import Address, require
from bot.console.entry.roles import Roles
from bot.console.entry.sessions import Sessions
from bot.console.entry.signing_in import SlackSignIn
from bot.console.exporting.export_pages import Exports, export_pages
from bot.console.guidance.citing import CitesOnRecord
from bot.console.guidance.corpus import Corpus, Searching
from bot.console.guidance.corpus_pages import corpus_pages
from bot.console.guidance.histories import Histories
from bot.console.guidance.labelled_questions import LabelledQuestions
from bot.console.guidance.provision_pages import provision_pages
from bot.console.language_model.model_pages import Modelling, model_pages
from bot.console.language_model.model_set import LanguageModel, language_model
from bot.console.overview.overview import overview
from bot.console.overview.quality import quality
from bot.console.session_pages import session_pages
from bot.console.turns.exchange import Editions
from bot.corpus_parts import CorpusParts
from bot.dialogue.phrasing import Wording
from bot.editions.held import KEPT
from bot.impact.telling import Telling
from bot.language_model.choices import ChatChoices
from bot.publishing.beside import Beside
from bot.publishing.drafts import Draft
from bot.publishing.trying import Trying
from bot.publishing.waiting import Waiting
from bot.reviews.reviewing import Reviewing
from bot.settings import Settings, SlackSettings
from bot.simulating.playing import Manner
from bot.slack import sentences
from bot.slack.belonging import Belonging
from bot.slack.clients import Clients
from bot.slack.reposted import posted
from bot.store import Store
from bot.telemetry.told_once import tell_failure
from bot.turns.posted import Draw, Posted, as_text
from bot.turns.turn import Turn
from bot.workspace.world import TEAM_ID, World
from retrieval.guidance import Guidance, ReleaseId
from retrieval.labelled.cases import CASES, BadGold, read_queries
from retrieval.releases import guidance_of
from retrieval.words.lexicon import Lexicon

if TYPE_CHECKING:
    from bot.chat.calling import Standing

_log = logging.getLogger("advisor.console")


def console_of(
    parts: Assembly,
    *,
    slack: SlackSettings,
    clients: Clients,
    address: Address,
    world: World | None,
    tell: Callable[[str], None],
    reviewing: Reviewing,
    telling: Telling,
    searching: Searching,
    admin: CorpusParts,
    nudge: Callable[[], None],
) -> tuple[list[BaseRoute], Entering | None]:
    """The console's routes, and the way into it where there is no Slack to sign in with.

    Args:
        parts: The parts of this process.
        slack: How Slack is reached.
        clients: Slack's web API, by workspace.
        address: Where the console is reached.
        world: The local workspace; None where there is a Slack.
        tell: Says something to whoever started the server.
        reviewing: What reviewers do, questions in Slack among it.
        telling: Tells threads of changed guidance.
        searching: The search over a release, once it is loaded.
        admin: What admins work with.
        nudge: Has what answers here take the release in force at once.
    """
    settings, store = parts.settings, parts.database
    entering, sign_in = _ways_in(slack, address, world, tell)
    roles, editions = _roles(settings, clients, local=world is not None), _editions_of(store)
    sessions = Sessions(store)
    reading = Reading(store, editions, Integrity(parts.checkpoints), people=parts.people,
                      reviews=Reviews(reviewing, Reviewers(roles), editions),
                      draw=_draw(sentences.load(settings.prompts_dir, settings.contact)))
    console = Console(store, sessions, roles, address, sign_in=sign_in, entering=entering)
    corpus = Corpus(reading, Histories(store), searching, CitesOnRecord(store),
                    labelled=LabelledQuestions(settings.corpus_dir / CASES))
    library = Library(
        reading, parts.documents, lambda: parts.fetching, lambda: admin.taking,
        lambda: admin.drafts, settings.document_megabytes, FetchRuns(lambda: parts.fetching))
    behind = [
        *pages(reading, require), *declined_page(reading, require),
        *overview(reading, require),
        *quality(reading, require, parts.data_dir),
        *model_pages(_modelling(parts, reading, editions), require),
        *corpus_pages(corpus, require), *provision_pages(corpus, require),
        *document_pages(library, require), *cut_pages(library, require),
        *tick_pages(_ticks(parts, reading, admin, searching), require),
        *edit_pages(reading, lambda: admin.drafts, require),
        *case_pages(parts.approving, reading, require),
        *session_pages(sessions, store, parts.people, require),
        *impact_pages(Impacts(reading, admin.surveys, telling), require),
        *_edited(parts, reading, admin, nudge),
        *export_pages(Exports(reading, lambda: parts.exporting), require),
    ]
    return build_console(console, behind), entering


def _editions_of(store: Store) -> Editions:
    """Releases as they were kept, from the database: it is there before any model is loaded."""
    @lru_cache(KEPT)
    def edition(release: ReleaseId) -> Guidance:
        return guidance_of(store.release_content(release), release)

    return edition


def _roles(settings: Settings, clients: Clients, *, local: bool) -> Roles:
    """Who may enter as what; *local* is whether they are people of the local workspace."""
    return Roles(
        Belonging(clients), reviewers=reviewers(settings, local=local),
        admins=listed(settings.admins or (LOCAL_ADMINS if local else "")),
        reviewer_group=settings.reviewer_group.strip(),
        admin_group=settings.admin_group.strip())


def _edited(
    parts: Assembly, reading: Reading, admin: CorpusParts, nudge: Callable[[], None]
) -> list[BaseRoute]:
    """The pages of what is edited: the draft, the releases, and a deal played on either."""
    def draft() -> Draft:
        """The drafts are made when they are first needed: that may need a release in force."""
        return admin.drafts.draft()

    store, settings = parts.database, parts.settings
    trying = Trying(draft, admin.open_draft)
    keeping = Keeping(
        reading, admin, Beside(lambda: admin.preparing), Waiting(store), admin.surveys,
        _Published(admin, trying, nudge), _questions(settings))
    simulating = Simulating(
        store, admin.answering, trying.edition,
        lambda: Manner(parts.wording, settings.question_limit, settings.message_limit),
        parts.replaying.state, lambda: datetime.now(UTC))
    return [*draft_pages(keeping, require), *release_pages(keeping, require),
            *simulate_pages(simulating, require)]


def _ticks(
    parts: Assembly, reading: Reading, admin: CorpusParts, searching: Searching
) -> Ticks:
    """What the pages show on which provisions are held against the official text."""
    def loaded() -> bool:
        """Whether the model is: whoever ticks doesn't wait for it, and never loads it twice."""
        release = parts.database.active_release()
        return release is not None and searching(release) is not None

    return Ticks(
        reading, lambda: admin.drafts, lambda: admin.ticking,
        NearPassages(lambda: admin.ticking, loaded),
        lambda: tuple(parts.fetching.listed.values()))


def _ways_in(
    slack: SlackSettings, address: Address, world: World | None, tell: Callable[[str], None]
) -> tuple[Entering | None, SlackSignIn | None]:
    """By a link for the people of a local workspace, or by signing in with Slack; one at most."""
    if world is not None:
        # With a local workspace, *slack* is no longer what was set.
        return Entering(TEAM_ID, lambda: staff(world), tell), None
    if slack.client_id and slack.client_secret:
        return None, SlackSignIn(slack.client_id, secret_of(slack.client_secret) or "", address)
    return None, None


def _modelling(parts: Assembly, reading: Reading, editions: Editions) -> Modelling:
    """What the pages about the language model show."""
    store = parts.database

    @lru_cache(1)
    def set_of(release: ReleaseId | None) -> LanguageModel:
        """Examples are masked by the words of the release."""
        return _set(parts, None if release is None else editions(release))

    def standing() -> "Standing | None":
        model = parts.language_model
        return None if model is None else model.standing()

    return Modelling(reading, lambda: set_of(store.active_release()), ChatChoices(store), standing)


@dataclass(frozen=True, slots=True)
class _Published:
    """What follows when another release was put in force from the console."""

    work: CorpusParts
    trying: Trying
    nudge: Callable[[], None]

    def __call__(self) -> None:
        self.nudge()
        threading.Thread(target=self._tidy, name="tidying", daemon=True).start()

    def _tidy(self) -> None:
        try:
            self.trying.forget()
            self.work.tidy()
        except Exception as error:
            # What is left behind is tidied away after the next publication.
            tell_failure(_log, error, failed="could not tidy indexes away",
                         waits="indexes are tidied away after the next publication")


def _draw(say: Wording) -> Draw:
    """Draws a reply as it is posted where it was asked for; *say* are the sentences of Slack."""
    def draw(turn: Turn, guidance: Guidance) -> Posted:
        where = None if turn.circumstances is None else turn.circumstances.where
        return (posted(turn, guidance, say) if where is not None and where.door == "slack"
                else as_text(turn, guidance))

    return draw


def _set(parts: Assembly, guidance: Guidance | None) -> LanguageModel:
    """What is set of the language model; *guidance* is the release in force."""
    settings, model = parts.settings, parts.language_model
    return language_model(
        settings.prompts_dir, name=settings.chat_model or "",
        address="" if model is None else model.address, uses=uses_of(settings.chat_uses),
        mask=_mask(settings, guidance) if settings.chat_mask else None,
        prices=settings.chat_prices, limits=(
            ("One try takes at most", f"{settings.chat_seconds:g} s"),
            ("An answer may change for", f"{settings.chat_budget_seconds:g} s"),
            ("Tried again at most", f"{settings.chat_retries} ×"),
            ("Calls at the same time", f"{settings.chat_parallel}"),
            ("Rests", f"for {settings.chat_rest_seconds:g} s after {settings.chat_failures} "
                      "failures in a row"),
            ("Tokens of a workspace a day", f"{settings.chat_tokens_per_day:,}"
             if settings.chat_tokens_per_day else "no limit"),
        ))


def _mask(settings: Settings, guidance: Guidance | None) -> Callable[[str], str]:
    """Masks an example as texts are masked before they are sent."""
    if guidance is None:
        return lambda _: "[masked]"
    masking = Masking(guidance, Lexicon(guidance.vocabulary),
                      masking_rules.load(settings.prompts_dir))
    return lambda text: masking.mask(text).texts[0]


def _questions(settings: Settings) -> Callable[[], Mapping[str, str]]:
    """The labelled questions of the corpus folder by id; none while its file can't be read."""
    def read() -> Mapping[str, str]:
        try:
            return {one.id: one.query for one in read_queries(settings.corpus_dir / CASES)}
        except BadGold:
            return {}

    return read
