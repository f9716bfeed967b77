"""A message that puts a question and answers it at once: "who hosts? we do", "resellers? none".

The question is nobody's to answer.  It says what the answer is about, as our own question would,
so that "do they pass it on? no idea" says nothing of what was asked meanwhile.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.dialogue.claim import SURE
from bot.dialogue.conversation import Conversation, Message
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import blanked
from bot.dialogue.messages.understood import Read, TakeApart, Understood
from bot.dialogue.small_words.answer_words import Kind, only_answer
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import says_only, whole
from retrieval.guidance import Fact, Guidance, QuestionKind
from retrieval.words.mentions import Reading, Strength

HEADING_WORDS = 6
"""Longest question that is answered in the same breath."""
ASKED_WORDS = 12
"""The same, where nothing but words of an answer stands behind it: "no idea", "not yet"."""


class AskingItself:
    """Reads messages that answer what they ask, with the small words of one release.

    Args:
        guidance: The release.
        subjects: What its questions are about.
        cues: Its cue lists, compiled.
        of: Takes a text apart.
        read: Reads what stands behind the question.
    """

    def __init__(
        self, guidance: Guidance, subjects: Subjects, cues: Cues, of: TakeApart, read: Read
    ) -> None:
        self._guidance, self._subjects, self._cues = guidance, subjects, cues
        self._of, self._read = of, read

    def answered(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* as the answer to the question that it begins with; None where it is none."""
        guidance, cues = self._guidance, self._cues
        heading = _heading(understood, HEADING_WORDS) if conversation.deal.answers else None
        fact = None if heading is None else _asked(
            heading, understood, guidance, self._subjects, cues)
        if heading is None or fact is None or (
                guidance.questions[fact].kind is QuestionKind.COUNTRY
                and says_only(understood.reading.tokens[heading[1]:], cues)):
            return None  # the "no" of "Kenya? no" is no Norway
        said = self._behind(heading, fact, understood, message, conversation)
        answer = said.heard.get(fact)
        if said.intent is not Intent.DESCRIBE or answer is None or (
                answer.values is None and conversation.deal.known(fact)):
            return None  # "the police? no idea" unsays no police
        return replace(said, answers_pending=not said.heard.keys().isdisjoint(
            conversation.awaiting()))

    def barely_answered(
        self, understood: Understood, message: Message, conversation: Conversation
    ) -> Message | None:
        """*message* where all that it says behind its question is a yes, a no or a "no idea".

        None where it is no such message, and where its question is on no matter of a deal: "what's
        that? no idea" answers us.
        """
        reading, awaiting = understood.reading, conversation.awaiting()
        heading = _heading(understood, ASKED_WORDS) if awaiting else None
        if heading is None or not says_only(reading.tokens[heading[1]:], self._cues) or (
                len(awaiting) > 1 and _of_the_list(heading, reading, len(awaiting), self._cues)):
            return None
        questions = self._guidance.questions
        about = [fact for fact in _matters(heading, reading, self._subjects, self._cues)
                 if questions[fact].kind is not QuestionKind.COUNTRY]
        facts = [fact for fact in awaiting if fact in about] or about
        if not facts:
            return None
        nothing = replace(message, intent=Intent.UNCLEAR, topics=reading.by_fact())
        if len(facts) > 1:
            # Of which of them it is nobody knows, and surely of nothing else that was asked.
            return None if not set(facts).isdisjoint(awaiting) else nothing
        [fact] = facts
        said = self._behind(heading, fact, understood, message, conversation)
        answer = said.heard.get(fact)
        if answer is None or (answer.values is None and conversation.deal.known(fact)):
            return None if fact in awaiting else nothing
        return replace(said, intent=Intent.DESCRIBE, heard={fact: answer},
                       answers_pending=fact in awaiting)

    def _behind(
        self,
        heading: Span,
        fact: Fact,
        understood: Understood,
        message: Message,
        conversation: Conversation,
    ) -> Message:
        """What stands behind *heading*, read as the answer to a question for *fact*."""
        reading = understood.reading
        end = reading.tokens[heading[1] - 1].end
        behind = self._of(blanked(reading.text, (reading.tokens[heading[0]].start, end)))
        return self._read(behind, message, replace(
            conversation, deal=conversation.deal.without({fact}), pending=fact, beside=()))


def _of_the_list(heading: Span, reading: Reading, count: int, cues: Cues) -> bool:
    """Whether what stands behind *heading* answers *count* questions: "no to both", "no and no"."""
    rest = reading.tokens[heading[1]:]
    return len(whole(rest, cues, count)) == count or any(
        one.kind is Kind.ALL for one in only_answer(rest, cues))


def _matters(
    heading: Span, reading: Reading, subjects: Subjects, cues: Cues
) -> Collection[Fact]:
    """The facts that the question at *heading* is on.

    Those that the vocabulary names there come before those that only share a word with ours: in "is
    there a reseller" that is who is between.
    """
    named = {m.fact for m in reading.mentions
             if m.strength is not Strength.ASKED and heading[0] <= m.first < heading[1]}
    if named:
        return named
    begin = next(_on_something(reading, heading, cues), heading[1])
    called, _ = subjects.called(reading, (begin, heading[1]))
    if called:
        return called
    counted = Counter(fact for facts in subjects.matters(reading, heading).values()
                      for fact in facts)
    most = max(counted.values(), default=0)
    return [fact for fact, n in counted.items() if n == most]


def _heading(understood: Understood, longest: int) -> Span | None:
    """The first sentence, where it asks in a few words, and only the next ones say anything."""
    reading = understood.reading
    spans = understood.clauses.sentences()
    if len(spans) < 2:
        return None
    first, *others = spans
    if reading.tokens[first[1] - 1].norm != "?" or any(
            reading.tokens[last - 1].norm == "?" for _, last in others):
        return None
    words = sum(t.is_word for t in reading.tokens[first[0] : first[1]])
    return first if 0 < words <= longest else None


def _asked(
    heading: Span, understood: Understood, guidance: Guidance, subjects: Subjects, cues: Cues
) -> Fact | None:
    """The fact that the question names by its words, or that a model hears answered behind it."""
    reading = understood.reading
    begin = next(_on_something(reading, heading, cues), heading[1])
    called, _ = subjects.called(reading, (begin, heading[1]))
    if len(called) == 1:
        return next(iter(called))
    behind = reading.tokens[heading[1] - 1].end
    heard = [one for one in understood.told() or () if one.chance >= SURE
             and one.fact in guidance.questions and one.end > behind]
    facts = {one.fact for one in heard}
    return facts.pop() if len(facts) == 1 else None


def _on_something(reading: Reading, span: Span, cues: Cues) -> Iterator[int]:
    """The words of *span* that are none of "who", "any" and the like."""
    small = cues.covered(reading.tokens, FUNCTION_WORDS)
    asking = cues.words("asking_words")
    return (i for i in range(*span) if reading.tokens[i].is_word
            and i not in small and reading.tokens[i].norm not in asking)
