"""Takes the cut of a document into the draft: its pieces become official provisions there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.documents.fetched import Fetched, Outcome
from bot.documents.kept import Documents
from bot.documents.values import Cut, CutState
from bot.errors import AdvisorError
from bot.publishing.drafts import Draft, Drafts, NotEdited, insist_on_lengths
from retrieval.editing.edits import AddDocument, Made
from retrieval.guidance import Provision, SourceId
from retrieval.ingesting.provisions import provisions_of
from retrieval.reading.publishers import OfficialDocument, OfficialId

PDF = "application/pdf"
LOOKED_AT = 1000
"""Fetches, the last ones, among which is looked which official document a file is."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Makes provisions of cuts.

    Attributes:
        documents: What is kept.
        drafts: Where provisions go.
        listed: The official documents that are known, so that the words of one are laid beside the
            digests of the same source.
    """

    documents: Documents
    drafts: Drafts
    listed: Mapping[OfficialId, OfficialDocument]

    def provisions(self, cut: Cut) -> tuple[Provision, ...]:
        """The provisions that *cut* would make."""
        kept = self.documents.get(cut.document)
        return provisions_of(
            cut.pieces, self.documents.extracted(cut.document), cut.source, cut.document,
            is_pdf=kept.media_type == PDF and self._leads_there(cut))

    def take(self, cut: Cut, by: str, of: SourceId | None = None) -> Made:
        """Put the provisions of *cut* into the draft; nobody is answered from them yet.

        Args:
            cut: As it was seen; a newer one of the same source replaces it.
            by: Who does it.
            of: The source whose digests it has the official words of; by the list of official
                documents if None.

        Raises:
            NotEdited: Nothing of it is taken in, a piece is too long, or its source has the id of
                one that ships; then the cut is as it was.
            StaleCut: Somebody else has changed the cut.
        """
        edit = self._edit(cut, of)
        if not edit.provisions:
            raise NotEdited("Every piece of this cut is left out, so there is nothing to add. Take "
                            "at least one in.")
        insist_on_lengths(edit)
        self.drafts.insist_on_fit(edit, by)
        # First the mark on the cut: whoever was faster is told before anything is in the draft.
        marked = self.documents.save_cut(replace(cut, state=CutState.ADDED), cut.version, by)
        try:
            return self.drafts.make(edit, by)
        except Exception:
            # Else it would count as added although the draft has nothing of it.
            self.documents.save_cut(cut, marked.version, by)
            raise

    def take_new(self, results: Sequence[Fetched], by: str) -> Mapping[int, str]:
        """Put the cuts of documents that came for the first time into the draft.

        One that can't be put there keeps no other from it.

        Returns:
            By the number of a cut that was not taken, why not.
        """
        refused: dict[int, str] = {}
        for got in results:
            if got.outcome is Outcome.FIRST and got.cut and got.cut.state is CutState.OPEN:
                try:
                    self.take(got.cut, by)
                except AdvisorError as error:
                    refused[got.cut.id] = str(error)
        return refused

    def in_draft(self, cut: Cut, of: SourceId | None = None) -> bool:
        """Whether the draft has the document of *cut* as its source.

        What was taken back since is in it no more, though the cut is still marked as added.

        Args:
            cut: As it stands.
            of: The source that the draft has to have its words as those of; whichever if None.
        """
        last = self._last(cut.source.id)
        return (last is not None and last[1].document_sha256 == cut.document
                and of in {None, last[1].of})

    def holds(self, cut: Cut, of: SourceId | None = None) -> bool:
        """Whether the draft has *cut* as it stands, so that to take it in would change nothing."""
        last = self._last(cut.source.id)
        return last is not None and last[1] == self._edit(cut, of)

    def of_in_draft(self, cut: Cut) -> SourceId | None:
        """The source whose official words the draft takes the document of *cut* to have."""
        last = self._last(cut.source.id)
        return None if last is None or last[1].document_sha256 != cut.document else last[1].of

    def replaces(self, cut: Cut) -> int | None:
        """The edit by which the draft has another document as the source of *cut*.

        It is another edition of it, or two documents are called alike.
        """
        last = self._last(cut.source.id)
        return None if last is None or last[1].document_sha256 == cut.document else last[0]

    def doubles(self, cut: Cut) -> tuple[Made, ...]:
        """The edits by which the draft has words of *cut* under other ids as well.

        Its document was taken in under another id before.  Another part of it may be a source of
        its own, which is no double.
        """
        words = {one.text for one in self.provisions(cut)}
        edits = self.drafts.draft().edits
        last = {made.edit.source.id: made for made in edits if isinstance(made.edit, AddDocument)}
        return tuple(made for source, made in last.items()
                     if source != cut.source.id and isinstance(made.edit, AddDocument)
                     and made.edit.document_sha256 == cut.document
                     and not words.isdisjoint(one.text for one in made.edit.provisions))

    def leave_former_ids(self, cut: Cut, by: str) -> tuple[Made, ...]:
        """Take back what `doubles` tells of *cut*, which the draft has under its own id now.

        What has words that *cut* lacks stays, and so does what something rests on: ticks, other
        edits, or entries of the folder that name its provisions.

        Returns:
            The last edit of each source that was taken back.
        """
        words = {one.text for one in self.provisions(cut)}
        left: list[Made] = []
        for made in self.doubles(cut):
            draft = self.drafts.draft()
            # Of that document all go, else an earlier cut of it would stand there again.
            ids = {one.id for one in draft.edits if isinstance(one.edit, AddDocument)
                   and one.edit.subject == made.edit.subject
                   and one.edit.document_sha256 == cut.document}
            held = isinstance(made.edit, AddDocument) and words.issuperset(
                one.text for one in made.edit.provisions)
            if held and not _lost(draft, self.drafts.without(ids)):
                for id_ in sorted(ids):
                    self.drafts.withdraw(id_, by)
                left.append(made)
        return tuple(left)

    def _leads_there(self, cut: Cut) -> bool:
        """Whether the address of the source of *cut* leads to the document itself.

        Of one that was added by hand it may be that of a page where a person finds it.
        """
        url = cut.source.url
        return url != "" and (url.partition("?")[0].lower().endswith(".pdf")
                              or self.documents.came_from(cut.document, url))

    def _edit(self, cut: Cut, of: SourceId | None) -> AddDocument:
        """What puts *cut* into the draft; *of* as for `take`."""
        official = self.official_of(cut)
        return AddDocument(
            cut.source, self.provisions(cut), cut.document,
            of or (official.of if official is not None else None),
            official.provisions if official is not None else ())

    def _last(self, source: SourceId) -> tuple[int, AddDocument] | None:
        """The edit that counts for *source* in the draft, with its number."""
        return next(((made.id, made.edit) for made in reversed(self.drafts.draft().edits)
                     if isinstance(made.edit, AddDocument) and made.edit.source.id == source),
                    None)

    def official_of(self, cut: Cut) -> OfficialDocument | None:
        """The official document of the list that *cut* is of; None for another one."""
        by_source = self.listed.get(OfficialId(str(cut.source.id)))
        if by_source is not None:
            return by_source
        taken = self.documents.fetches(limit=LOOKED_AT)
        named = {OfficialId(one.official) for one in taken if one.document == cut.document}
        return next((self.listed[id_] for id_ in sorted(named) if id_ in self.listed), None)


def _lost(before: Draft, after: Draft) -> bool:
    """Whether *after* lacks something that *before* has, beside provisions."""
    return bool({one.made.id for one in after.conflicts} - {one.made.id for one in before.conflicts}
                or set(after.problems) - set(before.problems)
                or set(after.went_along) - set(before.went_along))
