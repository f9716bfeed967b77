"""What no phrase tells and no clause states, heard by its likeness to what others have said.

"Haven't the foggiest" answers what was asked ("I don't know"), and "what should I be nervous about"
asks for what weighs most.  Nothing that a message tells is set aside for either.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Going, Message
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.intents import Intent
from bot.dialogue.messages.heard_requests import heard_request
from bot.dialogue.small_words.answer_words import HEDGES
from bot.dialogue.small_words.cues import cues_of
from retrieval.guidance import UNKNOWN, Fact, Guidance
from retrieval.words.requests import Hears
from retrieval.words.tells import Told
from retrieval.words.tokens import tokenise
from retrieval.words.unknowns import SoundsUnknown

LIKELY = 0.66
"""From this chance on an answer says "I don't know": of 53 by two sellers 37 are heard so, and of
387 others five (docs/decisions/0111)."""
LIKELY_IN_PART = 0.85
"""From this chance on a part of one does, beside what the rest tells: of 880 answers by four
sellers 13 were heard so wrongly from the lower one on, seven are, and none fewer rightly."""
OF_ANOTHER = 0.6
"""From this chance on what isn't known is another fact than was asked for."""

Span = tuple[int, int]
_MAY_LEAVE_OPEN = {
    Intent.ASK, Intent.UNCLEAR, Intent.REMARK, Intent.DESCRIBE, Intent.FINDING, Intent.VERDICT}
"""What a message may be taken for that says "I don't know" in words that no phrase tells."""
_PAUSES = frozenset({",", "–"})
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")


class ByLikeness:
    """Hears answers and requests by their likeness, with what one release has learned."""

    def __init__(
        self, guidance: Guidance, hears: Hears | None, sounds_unknown: SoundsUnknown
    ) -> None:
        self._guidance, self._hears, self._sounds = guidance, hears, sounds_unknown
        self._cues = cues_of(guidance)

    def read(
        self, message: Message, told: Sequence[Told], conversation: Conversation
    ) -> Message:
        """*message*, said in *conversation*, with what it says by its likeness.

        Args:
            message: As its words are read.
            told: What a model hears in it.
            conversation: As the message before left it.
        """
        # "To see who comes and goes" says what it is for, of whatever that reminds.
        if message.other_matters or self._cues.starts(
                "tells_an_aim", tokenise(message.matter or message.text)):
            return message
        message = self._left_open(message, told, conversation)
        if self._hears is None:
            return message
        return heard_request(message, conversation, self._guidance, self._hears)

    def _left_open(
        self, message: Message, told: Sequence[Told], conversation: Conversation
    ) -> Message:
        """*message* with "I don't know" for what it was asked, where it says so and no value."""
        changed = message.heard.keys() | message.retracted | message.withdrawn.keys()
        awaiting = conversation.awaiting()
        # What follows at once on what was told, and tells nothing new, is taken for more of it.
        may_be = message.intent in _MAY_LEAVE_OPEN or (
            message.intent is Intent.FILLER and message.going is Going.ON)
        if not awaiting or not changed.isdisjoint(awaiting) or message.supposed or (
                message.unheard or message.answers_reviewer or message.beside is not None
                or not may_be
                or any(answer.values is None for answer in message.heard.values())):
            return message
        said = self._says_unknown(message, awaiting)
        if said is None:
            return message
        open_ = dict.fromkeys(_unknown(awaiting, told, conversation.deal), said)
        if not open_ or open_.keys() & changed:
            return message
        return replace(message, intent=Intent.DESCRIBE, subject=None,
                       heard={**message.heard, **open_},
                       answers_pending=not open_.keys().isdisjoint(awaiting))

    def _says_unknown(self, message: Message, awaiting: Collection[Fact]) -> Answer | None:
        """The part of *message* that says so, as an answer; None if none does.

        What tells something, or asks, is no such part: of a sentence that does, its other clauses.
        A sentence behind what is surely told, and was not asked for, is of that: "it was signed on
        Tuesday. Nobody told me".
        """
        text = message.matter or message.text
        at = message.text.find(text)
        if at < 0:
            return None
        parts = [(m.start(), m.end()) for m in _SENTENCE.finditer(text)]
        if not message.heard and len(parts) > 1:
            parts.insert(0, (0, len(text)))

        def tells(first: int, last: int) -> bool:
            return any(answer.start < at + last and at + first < answer.end
                       for answer in message.heard.values())

        other = min((answer.end for fact, answer in message.heard.items()
                     if fact not in awaiting and not answer.guessed), default=len(message.text))
        pieces = [(piece, tells(*part)) for part in parts
                  for piece in (self._clauses(text, part) if tells(*part) else [part])]
        for (first, last), is_clause in pieces:
            part = text[first:last].strip()
            behind = not is_clause and at + first >= other
            # "As far as I know" says how sure the rest is.
            hedges = is_clause and (self._cues.only(tokenise(part), *HEDGES)
                                    or self._doubts_what_follows(part, text[last:]))
            if part and not (behind or hedges or tells(first, last) or part.endswith("?")
                             or self._says_something(part)) and (
                    self._sounds(part) >= (
                        LIKELY if part == text.strip() else LIKELY_IN_PART)
                    # A word that a list knows stands alone where no comma parts it: "dunno but …".
                    or (is_clause and self._cues.only(tokenise(part), "dont_know"))):
                start = message.text.find(part, at + first)
                return Answer(None, part, message.key, True, start, start + len(part))
        return None

    def _doubts_what_follows(self, part: str, rest: str) -> bool:
        """Whether *part* is of a "maybe" that *rest* begins with: "not sure, maybe the army"."""
        tokens = tokenise(rest)
        return len(tokens) > 1 and tokens[0].norm == "," and self._cues.only(
            tokenise(part), "doubts_what_follows") and any(
            self._cues.starts(name, tokens[1:]) for name in HEDGES)

    def _says_something(self, part: str) -> bool:
        """Whether *part* ends in a plain yes or no, or counts: "third is still no", "51 49"."""
        words = [token for token in tokenise(part) if token.is_word]
        return len(words) > 1 and bool(
            self._cues.is_one("bare_no", words[-1:]) or self._cues.is_one("plain_yes", words[-1:])
            or sum(token.norm.isdecimal() for token in words) > 1)

    def _clauses(self, text: str, sentence: Span) -> Iterator[Span]:
        """The clauses of a *sentence* of *text*: "dunno" of "dunno but there's a war"."""
        start, last = sentence
        first, contrasts = start, self._cues.words("sets_apart")
        for token in tokenise(text[start:last]):
            if token.norm in _PAUSES or token.norm in contrasts:
                yield first, start + token.start
                first = start + token.end
        yield first, last


def _unknown(awaiting: Sequence[Fact], told: Sequence[Told], deal: Deal) -> Sequence[Fact]:
    """The facts that aren't known: what was asked, or what else a model clearly hears of it.

    Of what is known already in *deal* a doubt by its sound alone takes nothing back.
    """
    heard = {one.fact: one.chance for one in sorted(told, key=lambda one: one.chance)
             if one.value == UNKNOWN}
    likeliest = max(heard, key=lambda fact: heard[fact], default=None)
    other = likeliest is not None and likeliest not in awaiting and (
        heard[likeliest] >= OF_ANOTHER)
    if not other or likeliest is None:
        return awaiting
    return [] if deal.answered(likeliest) else [likeliest]
