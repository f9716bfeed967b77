"""Matters that a message tells of beside the guidance: "they pay in cash", "leave the logs out".

They raise no flag and change no advice; the reply names each, with whom to take it to.
"""

from collections.abc import Sequence

from bot.dialogue.citing import cite_all
from bot.dialogue.clauses import Clauses
from bot.dialogue.conversation import Line
from bot.dialogue.phrasing import Wording
from retrieval.guidance import Fact, Guidance, Term, Vocabulary
from retrieval.lexicon import Lexicon

_MATTER = Fact("other_matter")


class OtherMatters:
    """Hears the other matters of one release."""

    def __init__(self, guidance: Guidance) -> None:
        self._order = [matter.id for matter in guidance.other_matters]
        self._lexicon = Lexicon(Vocabulary(
            terms=tuple(Term(_MATTER, matter.id, near=matter.told)
                        for matter in guidance.other_matters),
            cues={}, intents={}, glossary=(), english=guidance.vocabulary.english))

    def told_in(self, text: str, clauses: Clauses) -> tuple[str, ...]:
        """Ids of the matters that *text* tells of, in the order of the release.

        Args:
            text: A message's matter.
            clauses: Its clauses; what they deny ("no cash, no middlemen") is not told.
        """
        if not self._order:
            return ()
        told = {m.value for m in self._lexicon.find(text).mentions if not clauses.denied(m)}
        return tuple(id_ for id_ in self._order if id_ in told)


def passed_on(ids: Sequence[str], guidance: Guidance, wording: Wording) -> tuple[Line, ...]:
    """A line for each matter of *ids*: what it is, that the texts are silent, and whom to ask.

    Ids that the release does not know are left out: another release may have named them.
    """
    known = {matter.id: matter for matter in guidance.other_matters}
    return tuple(
        Line(wording.say("other_matter.told", title=matter.title.strip(),
                         says=" ".join(matter.says.split()), whom=matter.whom),
             cite_all(guidance, matter.authorities))
        for id_ in ids if (matter := known.get(id_)) is not None)
