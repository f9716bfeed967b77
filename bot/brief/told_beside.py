"""What the turns of a conversation told that no advice comes of, and that a reviewer has to hear.

That is what the guidance is silent on (`guidance_corpus/other_matters.yaml`), and wishes to get
round the rules.  Neither is a fact of a deal, so both are told where no deal was told too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.brief.document import Ground, Point
from bot.casebook.unanswered import evasive, gaps
from bot.dialogue import citing
from bot.dialogue.citation import Citation
from bot.dialogue.intents import Intent
from bot.dialogue.reply import Status
from bot.turns.turn import Turn
from retrieval.content.other_matters import OtherMatter
from retrieval.guidance import Gap, Guidance, ProvisionId, ReleaseId

Say = Callable[..., str]
Marks = Callable[[Iterable[Citation]], tuple[int, ...]]
Then = Callable[[ReleaseId], Guidance | None]
"""Gives the guidance of a release; None where it can't be read."""


def told_beside(
    turns: Sequence[Turn], guidance: Guidance, say: Say, marks: Marks, then: Then | None = None
) -> Iterator[Point]:
    """A point for each such matter, with the turns that spoke of it; the gravest first.

    A wish to get round the rules goes with the words that told it; see `bot.casebook.memory`.

    Args:
        turns: Those that count, in order.
        guidance: The release that names the matters; those that it doesn't know cite nothing of it.
        say: Words what frames them.
        marks: Numbers what is cited.
        then: Gives the release that a turn was drawn from; see `spoken_of`.
    """
    def point(
        title: str, text: str, whom: str, rests_on: tuple[ProvisionId, ...],
        of: Sequence[int],
    ) -> Point:
        told = " ".join(text.split())
        return Point(title.strip(), text=say("point.take_it_to", text=told, whom=whom),
                     grounds=tuple(Ground("", "", say("point.turn", n=n)) for n in of),
                     marks=marks(citing.cite_all(guidance, tuple(
                         name for name in rests_on if name in guidance.provisions))))

    for one, of in spoken_of(turns, guidance, then):
        if isinstance(one, Gap):
            yield point(say("point.evasion"), say("point.evasion_told"), one.whom, one.nearest, of)
        elif one.says:
            yield point(one.title, one.says, one.whom, one.authorities, of)
        else:  # of which only the id is known any more
            yield Point(one.title, grounds=tuple(
                Ground("", "", say("point.turn", n=n)) for n in of))


def spoken_of(
    turns: Sequence[Turn], guidance: Guidance | None, then: Then | None = None
) -> Iterator[tuple[Gap | OtherMatter, tuple[int, ...]]]:
    """The matters that `told_beside` tells of, with the numbers of the turns of each.

    Getting round the rules comes first, as the gap of that name, whoever wants to.

    Args:
        turns: Those that count, in order.
        guidance: The release that names the matters; None where that can't be read.
        then: Gives the release that a turn was drawn from, which names what *guidance* doesn't
            know; what that can't name either goes by its id.  None leaves all of these out.
    """
    evading = tuple(turn.version for turn in turns if speaks_of_evasion(turn))
    gap = None if guidance is None else guidance.gap_by_id.get(Intent.EVASION.value)
    if gap is not None and evading:
        yield gap, evading
    told = {name: tuple(turn for turn in turns if name in turn.message.other_matters)
            for name in dict.fromkeys(
                name for turn in turns for name in sorted(turn.message.other_matters))}
    if gap is not None and evading:
        told.pop(Intent.EVASION.value, None)
    for matter in () if guidance is None else guidance.other_matters:
        if of := told.pop(matter.id, ()):
            yield matter, tuple(turn.version for turn in of)
    if then is None:
        return
    for name, of in told.items():
        yield _named_then(name, of, then), tuple(turn.version for turn in of)


def _named_then(name: str, turns: Sequence[Turn], then: Then) -> OtherMatter:
    """The matter *name* as the last of *turns* was told of it, or that only its id is known."""
    for turn in reversed(turns):
        guidance = then(turn.release)
        found = () if guidance is None else guidance.other_matters
        for matter in found:
            if matter.id == name:
                return matter
    return OtherMatter(name, name, "", "")


def told_before(turns: Sequence[Turn], guidance: Guidance, say: Say) -> Iterator[str]:
    """Sentences on what *turns* raised and told beside the guidance, of a deal that was left."""
    if raised := raised_by(turns, guidance):
        yield say("brief.raised_before", flags="; ".join(raised))
    if beside := [point.head for point in told_beside(turns, guidance, say, lambda _: ())]:
        yield say("brief.beside_before", matters="; ".join(beside))


def raised_by(turns: Iterable[Turn], guidance: Guidance) -> tuple[str, ...]:
    """The titles of the red flags that any of *turns* raised, each once, in that order."""
    titles = {flag.id: flag.title.strip() for flag in guidance.red_flags}
    raised = dict.fromkeys(note.flag for turn in turns for note in turn.findings
                           if note.status is Status.RAISED)
    return tuple(titles.get(one, str(one)) for one in raised)


def speaks_of_evasion(turn: Turn) -> bool:
    """Whether *turn*, whose words are still kept, spoke of getting round the rules."""
    return not turn.erased and (evasive(turn) or Intent.EVASION.value in gaps(turn))
