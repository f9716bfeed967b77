"""The tick list: for each digest the official passages nearest to it, to be held against it.

Nothing is ticked by a machine.  What has the same number in the official text comes first, then
what is nearest by meaning; somebody reads both and says what is so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from bot.publishing.drafts import Draft, Drafts, NotEdited
from retrieval.editing.edits import AddDocument, Confirm, Correct, Made, Retire, state_of
from retrieval.guidance import Checked, Provision, ProvisionId, sha256_of
from retrieval.model.vectors import Vectors, unit

OFFERED = 5
"""How many passages are laid beside a digest."""

BATCH = 32
"""Texts that are embedded at once, so that what is ready is there early."""

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to vectors, one a row."""


class Why(StrEnum):
    """Why a passage is offered."""

    NUMBER = "same number"
    NEAR = "near in meaning"
    WORDS = "shares words"
    """Found without a model, which is not loaded yet."""


class Standing(StrEnum):
    """What has become of a digest."""

    OPEN = "open"
    """Nobody has held it against the official words."""
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    """Reworded here, and not ticked since."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Offered:
    """An official passage laid beside a digest."""

    provision: Provision
    why: Why
    similarity: float
    """Cosine of the two texts; the share of words that they have alike where no model is loaded."""


@dataclass(frozen=True, slots=True)
class Line:
    """A digest on the tick list."""

    provision: Provision
    standing: Standing
    last: Made | None
    """The edit that made it stand so."""
    coverable: bool
    """Whether official words are in the draft that it could be held against."""


class Ticking:
    """The tick list over the draft.

    Args:
        drafts: The drafts of the database.
        embed: Makes vectors of texts.
    """

    def __init__(self, drafts: Drafts, embed: Embed) -> None:
        self._drafts = drafts
        self._embed = embed
        self._known: dict[str, Vectors] = {}

    def lines(self, draft: Draft) -> tuple[Line, ...]:
        """Every provision that was shipped as a digest, in the order of the corpus."""
        base = self._drafts.base()
        last: dict[str, Made] = {}
        for made in draft.edits:
            if isinstance(made.edit, (Confirm, Correct, Retire)):
                last[made.edit.subject] = made
        covering = _covering(draft)
        return tuple(
            Line(now, _standing(now, last.get(id_)), last.get(id_),
                 any(_covers(document, now) for document in covering))
            for id_, shipped in {**base.provisions, **base.set_aside}.items()
            if shipped.checked is not Checked.OFFICIAL
            and (now := draft.provision(id_)) is not None
        )

    def of_no_source(self, draft: Draft) -> tuple[AddDocument, ...]:
        """The documents of *draft* that no digest is beside: nobody said whose words they have.

        Many have none, such as a law that no digest is of.
        """
        return tuple(document for document in _covering(draft)
                     if document.of is None and any(_official(draft, document)))

    def offered(self, draft: Draft, id_: ProvisionId, most: int = OFFERED) -> tuple[Offered, ...]:
        """The official passages nearest to the digest *id_*, the likeliest first.

        Raises:
            KeyError: There is no such provision in the draft.
        """
        digest, official = _beside(draft, id_)
        if not official:
            return ()
        one = self._vectors([_said(digest)])[0]
        near = self._vectors([p.text for p in official]) @ one
        found = [Offered(p, _why(digest, p), round(float(similarity), 4))
                 for p, similarity in zip(official, near, strict=True)]
        return _likeliest(found, most)

    def offered_by_words(
        self, draft: Draft, id_: ProvisionId, most: int = OFFERED
    ) -> tuple[Offered, ...]:
        """The same without a model: by number, then by the words that both have.

        Raises:
            KeyError: There is no such provision in the draft.
        """
        digest, official = _beside(draft, id_)
        said = _said(digest)
        return _likeliest([
            Offered(p, _why(digest, p, Why.WORDS),
                    round(fuzz.token_set_ratio(said, p.text, processor=default_process) / 100, 4))
            for p in official], most)

    def is_warm(self, draft: Draft, id_: ProvisionId) -> bool:
        """Whether `offered` has nothing to compute any more.

        Raises:
            KeyError: There is no such provision in the draft.
        """
        digest, official = _beside(draft, id_)
        return all(text in self._known for text in (_said(digest), *(p.text for p in official)))

    def warm(self, draft: Draft) -> None:
        """Compute what `offered` needs for each digest; takes minutes for a long document."""
        texts: dict[str, None] = {}
        for line in self.lines(draft):
            digest, official = _beside(draft, line.provision.id)
            if official:
                texts.update(dict.fromkeys([*(p.text for p in official), _said(digest)]))
        wanted = list(texts)
        for at in range(0, len(wanted), BATCH):
            self._vectors(wanted[at:at + BATCH])

    def confirm(
        self, draft: Draft, id_: ProvisionId, passage: ProvisionId, words: str, by: str,
        was: str | None = None, seen: str | None = None,
    ) -> Made:
        """Tick *id_*: its official words are *words* of *passage*.

        Args:
            draft: As it was seen.
            id_: The digest.
            passage: The official provision.
            words: A stretch of its text, to the character; empty for all of it.
            by: Who has read both.
            was: `state_of` the digest that they have read; as it is in *draft* if None.
            seen: Stamp of the draft that they have read; that of *draft* if None.

        Raises:
            NotEdited: The words do not stand there, or it can't be ticked.
        """
        digest, official = draft.provision(id_), draft.provision(passage)
        if digest is None or official is None:
            missing = str(id_ if digest is None else passage)
            raise NotEdited(f"The draft has no provision {missing!r}.",
                            "" if digest is None else "passage")
        if official.id not in {p.id for p in _beside(draft, id_)[1]}:
            raise NotEdited(f"Nobody has said that {official.pinpoint} has the official words of "
                            f"{digest.source!r}. Where its document has them, take its cut into "
                            "the draft again as one of that source.", "passage")
        quoted = words.strip() or official.text
        start = official.text.find(quoted)
        if start < 0:
            raise NotEdited(f"These words do not stand in {official.pinpoint}. Copy them from "
                            "there to the character, or leave the field empty for the whole "
                            "passage.", "words")
        return self._drafts.make(Confirm(
            id_, passage, start, start + len(quoted), sha256_of(quoted), was or state_of(digest)),
            by, seen=seen or draft.stamp)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            made = unit(np.array(self._embed(missing), dtype=np.float32))
            self._known.update(zip(missing, made, strict=True))
        rows: Vectors = np.array([self._known[text] for text in texts], dtype=np.float32)
        return rows


def progress(lines: Sequence[Line]) -> Mapping[Standing, int]:
    """How many digests stand in which way."""
    return {standing: sum(line.standing is standing for line in lines) for standing in Standing}


def _covering(draft: Draft) -> tuple[AddDocument, ...]:
    """The documents of the draft, the last of each source."""
    last = {made.edit.source.id: made.edit for made in draft.edits
            if isinstance(made.edit, AddDocument)}
    return tuple(last.values())


def _covers(document: AddDocument, digest: Provision) -> bool:
    """Whether the official words of *digest* may stand in *document*.

    Never in one of which nobody has said so: a digest that is ticked shows its words as those of
    its own source.
    """
    return document.of == digest.source and (
        not document.of_these or digest.id in document.of_these)


def _official(draft: Draft, document: AddDocument) -> Iterator[Provision]:
    """The provisions of *document* that the draft holds."""
    for cut in document.provisions:
        provision = draft.provision(cut.id)
        if provision is not None and provision.retired is None:
            yield provision


def _standing(now: Provision, last: Made | None) -> Standing:
    if now.retired is not None:
        return Standing.RETIRED
    if now.confirmed is not None:
        return Standing.CONFIRMED
    if last is not None and isinstance(last.edit, Correct) and "text" in last.edit.fields:
        return Standing.CORRECTED
    return Standing.OPEN


def _why(digest: Provision, official: Provision, otherwise: Why = Why.NEAR) -> Why:
    same = digest.number is not None and digest.number == official.number
    return Why.NUMBER if same else otherwise


def _likeliest(found: list[Offered], most: int) -> tuple[Offered, ...]:
    found.sort(key=lambda o: (o.why is not Why.NUMBER, -o.similarity, o.provision.id))
    return tuple(found[:most])


def _said(digest: Provision) -> str:
    """What *digest* is held against passages by: our words, also once it was ticked."""
    said = digest.confirmed.restated if digest.confirmed is not None else digest.text
    return f"{digest.heading}\n{said}"


def _beside(draft: Draft, id_: ProvisionId) -> tuple[Provision, list[Provision]]:
    """The digest *id_*, and the official provisions that may be its words."""
    digest = draft.provision(id_)
    if digest is None:
        raise KeyError(id_)
    return digest, [p for document in _covering(draft) if _covers(document, digest)
                    for p in _official(draft, document)]
