"""Releases that differ in a provision, an advisor over them, and what opens them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.advisor import Advisor
from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.editions.edition import Edition
from bot.editions.held import Editions
from bot.following import Following
from bot.record.in_force import InForce
from bot.store import Store
from retrieval.guidance import Guidance, ProvisionId, ReleaseId
from retrieval.releases import content_of, digest_of, guidance_of
from tests.dialogue.talking import LIMIT, WordSearch

DEAL = "We want to sell drones to the police in Kenya."


def named(guidance: Guidance) -> Guidance:
    """*guidance* under the name of its content."""
    return replace(guidance, release=digest_of(guidance, "words"))


def reworded(guidance: Guidance, provisions: Iterable[str], **more: object) -> Guidance:
    """*guidance* with other words, or whatever *more* says, in *provisions*."""
    changed = more or {"text": "Somebody has put this in other words."}
    found = dict(guidance.provisions)
    for name in map(ProvisionId, provisions):
        found[name] = replace(found[name], **changed)  # type: ignore[arg-type]
    return named(replace(guidance, provisions=found))


def publish(store: Store, guidance: Guidance) -> None:
    """Put *guidance* in force, as whoever publishes does."""
    store.keep_release(guidance.release, content_of(guidance))
    store.activate(guidance.release)


@dataclass
class Opening:
    """Opens releases as a process does, from the database; the search is by words."""

    store: Store
    opened: list[ReleaseId] = field(default_factory=list)
    failing: Exception | None = None
    read: dict[ReleaseId, Edition] | None = None
    """Editions that were read before; compiling a vocabulary takes a second."""

    def __call__(self, release: ReleaseId) -> Edition:
        self.opened.append(release)
        if self.failing is not None:
            raise self.failing
        content = self.store.release_content(release)
        if self.read is not None and release in self.read:
            return self.read[release]
        guidance = guidance_of(content, release)
        edition = Edition(guidance, PlainReader(guidance), WordSearch(guidance))
        if self.read is not None:
            self.read[release] = edition
        return edition


@dataclass
class Replica:
    """One process: an advisor that follows the release in force."""

    store: Store
    advisor: Advisor
    opening: Opening
    following: Following


def replica(
    store: Store, sentences: Wording, release: ReleaseId | None = None,
    in_force: InForce | None = None, read: dict[ReleaseId, Edition] | None = None,
) -> Replica:
    """A process that starts on *release*, or on the one in force."""
    opening = Opening(store, read=read)
    edition = opening(release or store.active_release() or ReleaseId(""))
    advisor = Advisor(
        guidance=edition.guidance, reader=edition.reader, search=edition.search,
        wording=sentences, store=store, question_limit=LIMIT, message_limit=8000,
        editions=Editions(store), in_force=in_force)
    opening.opened.clear()
    return Replica(store, advisor, opening, Following(store, advisor, opening))
