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
from retrieval.guidance import Gap, Guidance, ProvisionId

Say = Callable[..., str]
Marks = Callable[[Iterable[Citation]], tuple[int, ...]]


def told_beside(
    turns: Sequence[Turn], guidance: Guidance, say: Say, marks: Marks
) -> Iterator[Point]:
    """A point for each such matter, with the turns that spoke of it; the gravest first.

    A wish to get round the rules goes with the words that told it; see `bot.casebook.memory`.

    Args:
        turns: Those that count, in order.
        guidance: The release that names the matters; of those that it doesn't know nothing is said.
        say: Words what frames them.
        marks: Numbers what is cited.
    """
    def point(
        title: str, text: str, whom: str, rests_on: tuple[ProvisionId, ...],
        of: Sequence[int],
    ) -> Point:
        told = " ".join(text.split())
        return Point(title.strip(), text=say("point.take_it_to", text=told, whom=whom),
                     grounds=tuple(Ground("", "", say("point.turn", n=n)) for n in of),
                     marks=marks(citing.cite_all(guidance, rests_on)))

    for one, of in spoken_of(turns, guidance):
        if isinstance(one, Gap):
            yield point(say("point.evasion"), say("point.evasion_told"), one.whom, one.nearest, of)
        else:
            yield point(one.title, one.says, one.whom, one.authorities, of)


def spoken_of(
    turns: Sequence[Turn], guidance: Guidance
) -> Iterator[tuple[Gap | OtherMatter, tuple[int, ...]]]:
    """The matters that `told_beside` tells of, with the numbers of the turns of each.

    Getting round the rules comes first, as the gap of that name, whoever wants to.
    """
    evading = tuple(turn.version for turn in turns if speaks_of_evasion(turn))
    gap = guidance.gap_by_id.get(Intent.EVASION.value) if evading else None
    if gap is not None:
        yield gap, evading
    for matter in guidance.other_matters:
        of = tuple(turn.version for turn in turns if matter.id in turn.message.other_matters)
        if of and not (gap is not None and matter.id == Intent.EVASION.value):
            yield matter, of


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
