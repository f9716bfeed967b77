"""What is supposed by its name in the questions: "what if hosting: run by us".

Whoever was told to name what would be different is heard by that alone, whatever else the words
may be heard as.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Answer
from bot.dialogue.messages.understood import Understood
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, covered
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.words.mentions import Mention, Strength
from retrieval.words.tokens import Token, forms_of_label

NAMED, PARTED = frozenset({":", "="}), frozenset({";", "?"})
"""What stands behind the name of a fact, and what ends its values."""


class CalledByName:
    """Hears it with the questions of one release.

    Args:
        guidance: The release.
        intents: Its phrases by which people steer.
        cues: Its cue lists.
    """

    def __init__(self, guidance: Guidance, intents: Cues, cues: Cues) -> None:
        self._intents, self._cues = intents, cues
        self._questions = [q for q in guidance.questions.values()
                           if q.kind is not QuestionKind.TEXT]

    def of(self, understood: Understood, message: Message) -> Mapping[Fact, Answer]:
        """The facts that it names with values, all of them; {} where it says anything else."""
        found: dict[Fact, Answer] = {}
        for name, words in self._pairs(understood.reading.tokens):
            question = next((q for q in self._questions if self._is_called(q, name)), None)
            values = frozenset[str]() if question is None else self._values(
                question, words, understood)
            if question is None or not values or (len(values) > 1 and not (
                    question.several and question.alone.isdisjoint(values))):
                return {}
            begin, end = words[0].start, words[-1].end
            found[question.fact] = Answer(
                values, understood.reading.text[begin:end], message.key, start=begin, end=end)
        return found

    def _pairs(
        self, tokens: Sequence[Token]
    ) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
        """Words before a mark and those behind it, of each part of what is supposed."""
        opening = self._intents.starts("what_if", tokens)
        parts: list[list[Token]] = [[]]
        for token in tokens[opening:]:
            if token.norm in PARTED:
                parts.append([])
            else:
                parts[-1].append(token)
        for part in parts:
            at = next((i for i, t in enumerate(part) if t.norm in NAMED), len(part))
            if part:
                yield part[:at], [t for t in part[at + 1 :] if t.is_word]

    def _is_called(self, question: Question, name: Sequence[Token]) -> bool:
        small = self._cues.covered(name, FUNCTION_WORDS)
        words = {t.stem for i, t in enumerate(name) if t.is_word and i not in small}
        return bool(words) and any(
            words == _stems(text, self._cues) for text in (question.label, *question.names))

    def _values(
        self, question: Question, words: Sequence[Token], understood: Understood
    ) -> frozenset[str]:
        """The choices that *words* are the labels of, none left over; none where any is."""
        if not words:
            return frozenset()
        stems = [t.stem for t in words]
        spans: dict[str, tuple[int, int]] = {}
        for choice in question.choices if question.kind is QuestionKind.CHOICE else ():
            for label in (choice.label, choice.label.partition(",")[0]):
                called = [stem for _, stem in forms_of_label(label)]
                at = next((i for i in range(len(stems) - len(called) + 1)
                           if stems[i : i + len(called)] == called), None)
                if at is not None and called:
                    spans[choice.value] = (at, at + len(called))
                    break
        for mention in self._mentioned(question, words, understood):
            span = (words.index(understood.reading.tokens[mention.first]),
                    words.index(understood.reading.tokens[mention.last - 1]) + 1)
            spans.setdefault(mention.value, span)
        # The "police" within a longer label is not meant.
        widest = {value: span for value, span in spans.items() if not any(
            other[0] <= span[0] and span[1] <= other[1] and other != span
            for other in spans.values())}
        small = covered(widest.values()) | self._cues.covered(words, FUNCTION_WORDS, "and_words")
        return frozenset(widest) if all(i in small for i in range(len(words))) else frozenset()

    @staticmethod
    def _mentioned(
        question: Question, words: Sequence[Token], understood: Understood
    ) -> Iterator[Mention]:
        begin, end = words[0].start, words[-1].end
        tokens = understood.reading.tokens
        return (m for m in understood.reading.mentions
                if m.fact == question.fact and m.strength is Strength.TERM
                and begin <= tokens[m.first].start and tokens[m.last - 1].end <= end)


def _stems(text: str, cues: Cues) -> set[str]:
    small = cues.words(FUNCTION_WORDS)
    return {stem for norm, stem in forms_of_label(text) if norm not in small}
