"""A language model by script: what it is asked is remembered, what it says is what it was given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.chat.calls import Call, Ended, Use
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.drafting import Draft, Point, Sentence
from bot.dialogue.second_reading import Proposed
from bot.language_model.uses import Uses
from retrieval.guidance import Guidance
from retrieval.matches import Query

MODEL = "test:scripted"


def call(use: Use, sent: str, ended: Ended = Ended.ANSWERED, tokens: int = 10) -> Call:
    left = ended not in {Ended.RESTING, Ended.BUSY, Ended.SPENT}
    return Call(
        use, MODEL, "0123456789ab", ({"role": "user", "content": sent},) if left else (),
        f"answer to {sent}" if ended is Ended.ANSWERED else "", ended,
        "" if ended is Ended.ANSWERED else "as the script has it",
        tokens_in=tokens if left else 0, tokens_out=2 if left else 0, took_ms=3, tries=1)


@dataclass
class Script:
    """What the model says, use by use; None where it says nothing that is taken."""

    reads: Sequence[Proposed] = ()
    queries: Sequence[Query] = ()
    says: Callable[[Sequence[Point]], Draft | None] = lambda _: None
    ended: Ended = Ended.ANSWERED
    meanwhile: Callable[[Use], None] = lambda _: None
    """What happens while it thinks."""
    asked: list[Use] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    questions: list[str | None] = field(default_factory=list)

    @property
    def uses(self) -> Uses:
        return Uses(self._read, self._rewrite, self._word)

    def _read(self, message: Message, _: Conversation, __: Guidance, *, spent: int
              ) -> tuple[Call, Sequence[Proposed]]:
        made = self._called(Use.READING, message.text, spent)
        return made, self.reads if made.ended is Ended.ANSWERED else ()

    def _rewrite(self, message: Message, _: Conversation, __: Guidance, *, spent: int
                 ) -> tuple[Call, Sequence[Query]]:
        made = self._called(Use.SEARCH, message.text, spent)
        return made, self.queries if made.ended is Ended.ANSWERED else ()

    def _word(self, points: Sequence[Point], question: Message | None, _: Guidance, *, spent: int
              ) -> tuple[Call, Draft | None]:
        self.questions.append(None if question is None else question.text)
        made = self._called(Use.WORDING, " ".join(point.id for point in points), spent)
        return made, self.says(points) if made.ended is Ended.ANSWERED else None

    def _called(self, use: Use, sent: str, spent: int) -> Call:
        self.asked.append(use)
        self.spent.append(spent)
        self.meanwhile(use)
        return call(use, sent, self.ended)


def faithful(points: Sequence[Point]) -> Draft:
    """The points in their own words: what no fence has anything against."""
    return Draft(tuple(Sentence(point.text.split(". ")[0].rstrip(".") + ".", (point.id,))
                       for point in points if point.needed) or (
        Sentence(points[0].text.split(". ")[0].rstrip(".") + ".", (points[0].id,)),))


def reckless(points: Sequence[Point]) -> Draft:
    """What no fence lets pass."""
    return Draft((Sentence("This deal is lawful and may go ahead.", (points[0].id,)),))
