"""The parts of what is supposed in one sentence: "what if they sign and we host it"."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.understood import TakeApart, Understood
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered
from retrieval.guidance import Guidance, Role


class Halves:
    """Parts suppositions.

    Args:
        guidance: The release.
        cues: Its cue lists.
        of: Takes a text apart.
    """

    def __init__(self, guidance: Guidance, cues: Cues, of: TakeApart) -> None:
        self._guidance, self._cues, self._of = guidance, cues, of

    def of(self, understood: Understood) -> Sequence[Understood]:
        """The parts of it that each have a subject behind an "and"; () where it is all one."""
        text, tokens = understood.reading.text, understood.reading.tokens
        joints = self._cues.words("and_words") | self._cues.words("turns")
        subjects = self._cues.words("clause_subjects") | self._cues.words("definite_article")
        at = [token for token, behind in pairwise(tokens)
              if token.norm in joints and behind.norm in subjects]
        begins, ends = [0, *(t.end for t in at)], [*(t.start for t in at), len(text)]
        return [self._of(blanked(blanked(text, (0, begin)), (end, len(text))))
                for begin, end in zip(begins, ends, strict=True)] if at else []

    def is_cut_short(self, half: Understood) -> bool:
        """Whether it says of a go-between that they don't, and no more: "but the reseller doesn't".

        What they don't do stands in the other half, and is no fact of theirs.
        """
        reading, roles = half.reading, self._guidance.questions
        between = [m for m in reading.mentions if m.strength.is_firm
                   and roles[m.fact].role is Role.GO_BETWEEN]
        small = self._cues.covered(
            reading.tokens, FUNCTION_WORDS, "plain_denials", "inverted") | covered(
            part for m in between for part in m.parts)
        return bool(between) and bool(self._cues.find("plain_denials", reading.tokens)) and all(
            i in small for i, token in enumerate(reading.tokens) if token.is_word)

    def without_subject(self, understood: Understood) -> Iterator[Understood]:
        """What stands behind an "and", with whoever does what stands before it as its subject.

        "What if we only rent it and host it" supposes that we host it.
        """
        text, tokens = understood.reading.text, understood.reading.tokens
        subjects = self._cues.words("clause_subjects")
        who = next((i for i, t in enumerate(tokens) if t.norm in subjects), len(tokens))
        for i in range(who + 2, len(tokens) - 1):
            if tokens[i].norm in self._cues.words("and_words"):
                # What supposes and who does it stay, and all between them and the "and" goes.
                yield self._of(blanked(text, (tokens[who].end, tokens[i].end)))
