"""A go-between by its own name, where something is supposed of it: "what if we drop Sahel Systems".

A name says nothing to the vocabulary.  Who it is of stands in the words that told of the go-between
("through Sahel Systems"), so it is read as the kind that was understood: "drop the reseller".
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.conversation import Message
from bot.dialogue.deal import Answer, Deal
from bot.dialogue.messages.understood import TakeApart
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span
from retrieval.guidance import Guidance, Question, QuestionKind, Role
from retrieval.words.mentions import Strength
from retrieval.words.tokens import Token, forms_of_label, words_of

FEWEST_LETTERS = 4
"""Fewest letters of the first word of a name of several that is called by that alone: "Sahel"."""


class OwnNames:
    """Puts kinds in the place of names.

    Args:
        guidance: The release.
        cues: Its cue lists.
        of: Takes a text apart.
    """

    def __init__(self, guidance: Guidance, cues: Cues, of: TakeApart) -> None:
        self._cues, self._of = cues, of
        self._no_article = cues.words("before_a_noun") | cues.words("bare_no")
        # A user and a place are no name of somebody else.
        self._of_parties = frozenset(
            f for f, q in guidance.questions.items()
            if q.role is not None or q.kind is QuestionKind.COUNTRY)
        self._questions = [q for q in guidance.questions.values() if q.role is Role.GO_BETWEEN]

    def replaced(self, text: str, deal: Deal) -> str:
        """*text* with "the reseller" for each name by which one of *deal* was told."""
        # What is read anew, message after message, costs more than the words of it.
        norms = {token.norm for token in words_of(text)} if deal.answers else frozenset[str]()
        for question in self._questions:
            answer = deal.answers.get(question.fact)
            if answer is None or not answer.values or answer.picked or (
                    norms.isdisjoint(norm for norm, _ in forms_of_label(answer.said))):
                continue
            kind = self._kind(question, answer)
            for name in self._names(answer.said):
                tokens = self._of(text).reading.tokens
                spans = list(_occurs(name, tokens))
                for first, last in reversed(spans):
                    begin, end = tokens[first].start, tokens[last - 1].end
                    before = tokens[first - 1].norm if first else ""
                    article = "" if before in self._no_article else "the "
                    text = f"{text[:begin]}{article}{kind}{text[end:]}"
                if spans:
                    break
        return text

    @staticmethod
    def _kind(question: Question, answer: Answer) -> str:
        label = next(c.label for c in question.choices if c.value in (answer.values or ()))
        return label.partition(" or ")[0].lower()

    def _names(self, said: str) -> Sequence[Sequence[str]]:
        """The names in *said*, the longest form first: (sahel, systems), (sahel)."""
        reading = self._of(said).reading
        tokens = reading.tokens
        small = self._cues.covered(tokens, FUNCTION_WORDS)
        spans = [m for m in reading.mentions if m.strength is not Strength.ASKED]
        known = small | {i for m in spans for i in range(m.first, m.last)}
        # "Savanna" is open country, and in "Savanna Tech" a name.
        own = known - {i for m in spans if m.fact not in self._of_parties
                       for i in range(m.first, m.last)} | small
        capital = [i for i, t in enumerate(tokens)
                   if t.is_word and i not in own and said[t.start].isupper()]
        # Whoever types no capitals types none in names, which stand behind a "via".
        behind = [i for i, t in enumerate(tokens) if t.is_word and i not in known and (
            i and tokens[i - 1].norm in self._cues.words("by_way_of"))]
        runs: list[list[int]] = []
        for i in capital or behind:
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
        names = [tuple(tokens[i].norm for i in run) for run in runs if not known.issuperset(run)]
        return [name[:n] for name in names for n in range(len(name), 0, -1)
                if n > 1 or len(name[0]) >= FEWEST_LETTERS or len(name) == 1]


def quoting(text: str, meant: Message) -> Message:
    """*meant*, which was read of other words than were written, with *text* as its words."""
    supposed = {fact: replace(answer, said=text, start=0, end=len(text))
                for fact, answer in meant.supposed.items()}
    return replace(meant, text=text, matter="", supposed=supposed)


def _occurs(name: Sequence[str], tokens: Sequence[Token]) -> Iterator[Span]:
    for i in range(len(tokens) - len(name) + 1):
        if [t.norm for t in tokens[i : i + len(name)]] == list(name):
            yield i, i + len(name)
