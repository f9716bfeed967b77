"""What the words beside a "no" or a "don't know" are about.

"No idea" leaves open all that was asked, "no idea about the laws" the laws, and "no idea who
decides" nothing of it.  "No abuse" answers whether there is abuse; "no contract yet" does not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import FUNCTION_WORDS, Cues, Span, cues_of
from retrieval.guidance import Fact, Guidance, Question, QuestionKind
from retrieval.words.mentions import Mention, Reading, Strength
from retrieval.words.phrases import Phrases
from retrieval.words.tokens import Token, forms_of, words_of


@dataclass(frozen=True, slots=True)
class _Own:
    """The words of one question."""

    stems: frozenset[str]
    begins: frozenset[str]
    """Which of the words it begins with that name a matter: "who decides" names who."""


def subjects_of(guidance: Guidance) -> "Subjects":
    """The words that the questions of *guidance* are about, told apart once."""
    known = guidance.worked_out.of(subjects_of)
    if None not in known:
        known[None] = Subjects(guidance.questions, cues_of(guidance))
    return known[None]


class Subjects:
    """The words that the questions of a release are about."""

    def __init__(self, questions: Mapping[Fact, Question], cues: Cues) -> None:
        """Leave out words that *cues* say are about nothing."""
        self._cues = cues
        self._asking = cues.words("asks_a_matter")
        self._subjects = cues.words("clause_subjects")
        self._as_typed = cues.words("subjects_as_typed")
        self._reported = cues.words("what_is_reported")
        self._known_stems: dict[tuple[tuple[str, ...], bool], frozenset[str]] = {}
        """By texts of a question, which are the release's and so few; nothing that people say."""
        self._own = {fact: self._of(question) for fact, question in questions.items()}
        self.questions = questions
        self._named = {fact: frozenset(stem for text in (q.label, *q.names)
                                       for stem in self._bare(words_of(text)))
                       for fact, q in questions.items()}
        self._exact = {bare: fact for fact, q in questions.items()
                       for text in (q.label, *q.names) if (bare := self._bare(words_of(text)))}
        self.names = {fact: Phrases(q.names) for fact, q in questions.items()}
        """What people call each fact when they don't know it."""

    def _of(self, question: Question) -> _Own:
        texts = (question.wording, question.label, *question.names)
        stems = frozenset(t.stem for text in texts for t in self._content(words_of(text))
                          if t.norm not in self._asking)
        place = {"where"} if question.kind is QuestionKind.COUNTRY else set()
        first = {forms_of(question.wording)[0][0]}
        return _Own(stems, frozenset(first | place) & self._asking)

    def _content(self, tokens: Sequence[Token]) -> list[Token]:
        """Those of *tokens* that are about something."""
        empty = self._cues.covered(tokens, FUNCTION_WORDS, "no_matter")
        return [t for i, t in enumerate(tokens)
                if t.is_word and (t.norm in self._asking or i not in empty)]

    def names_of(
        self, questions: Sequence[Question]
    ) -> tuple[Mapping[str, frozenset[int]], Mapping[str, frozenset[int]]]:
        """By stem, which of *questions* a word names that were asked together.

        First by the words that they go by and, where those name none, that they are put in; then
        by any of the words that they are put in, which name one only within a "no reports".
        """
        def by_stem(texts: Sequence[tuple[str, ...]], *, plain: bool) -> dict[str, frozenset[int]]:
            mine = [self._stems(one, plain=plain) for one in texts]
            return {stem: frozenset(n for n, of in enumerate(mine) if stem in of)
                    for stem in frozenset().union(*mine)}

        called = [(q.label, *q.names) for q in questions]
        put = [(q.wording,) for q in questions]
        names = {**by_stem(called, plain=False), **by_stem(put, plain=True),
                 **by_stem(called, plain=True)}
        every = [(*one, *other) for one, other in zip(called, put, strict=True)]
        return names, by_stem(every, plain=False)

    def _stems(self, texts: tuple[str, ...], *, plain: bool) -> frozenset[str]:
        """What words the *texts* of a question are of; *plain* is less what is about nothing."""
        stems = self._known_stems.get((texts, plain))
        if stems is None:
            tokens = [t for text in texts for t in words_of(text)]
            stems = frozenset(t.stem for t in self._content(tokens)
                              if t.norm not in self._asking) if plain else frozenset(
                                  self._bare(tokens))
            self._known_stems[texts, plain] = stems
        return stems

    def _bare(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """The words of *tokens* less the small ones, to be held against a name."""
        empty = self._cues.covered(tokens, FUNCTION_WORDS)
        return tuple(t.stem for i, t in enumerate(tokens) if t.is_word and i not in empty)

    def called(self, reading: Reading, span: Span) -> tuple[frozenset[Fact], bool]:
        """The facts whose question *span* may name, and whether it is such a name word for word.

        Any question of the release counts; of "war" it is the one on conflict, and "my answer"
        names none.  Several where its words fit several.
        """
        tokens = reading.tokens[span[0] : span[1]]
        bare = self._bare(tokens)
        if bare in self._exact:
            return frozenset({self._exact[bare]}), True
        said = [self._called_by(span[0] + i, reading) for i, t in enumerate(tokens)
                if t.is_word and t in self._content(tokens)]
        if not said or not all(said):
            return frozenset(), False
        every = frozenset.intersection(*said)
        return every or frozenset().union(*said), False

    def _called_by(self, position: int, reading: Reading) -> frozenset[Fact]:
        """The facts that the word at *position* tells of or, if of none, whose names have it."""
        told = frozenset(m.fact for m in _naming(reading) if m.fact in self._own
                         and m.first <= position < m.last)
        stem = reading.tokens[position].stem
        return told or frozenset(fact for fact, stems in self._named.items() if stem in stems)

    def matters(self, reading: Reading, span: Span) -> Mapping[int, frozenset[Fact]]:
        """Of each word of *span* that is about something, the facts whose question has it.

        Those that go by such a word come before those that are only put in it: "laws" is of the
        laws, and not of the approval that "the law requires".
        """
        tokens = reading.tokens
        about = self._content(tokens[slice(*span)])
        found: dict[int, frozenset[Fact]] = {}
        for i in range(*span):
            if tokens[i] in about and tokens[i].norm not in self._asking:
                stem = tokens[i].stem
                found[i] = self._called_by(i, reading) or frozenset(
                    fact for fact, own in self._own.items() if stem in own.stems)
        return found

    def begun_by(self, reading: Reading, span: Span) -> frozenset[Fact]:
        """The facts whose question begins as *span* does: of "who it's for" the one on who."""
        first = next((t.norm for t in reading.tokens[slice(*span)] if t.is_word), "")
        return frozenset(fact for fact, own in self._own.items() if first in own.begins)

    def meant(
        self, questions: Sequence[Question], reading: Reading, clauses: Clauses
    ) -> Sequence[Question]:
        """Those of *questions* that a yes or no without a name is of: all, as a rule.

        "No reports" is of what has been reported, where one of them asks for that, else of what
        reports can answer: whoever saw none has not seen who owns a company.  The reports of "no,
        we checked the reports" are where somebody looked.
        """
        said = {t.stem for i, t in enumerate(reading.tokens)
                if t.norm in self._reported and not _is_looked_at(i, clauses)}
        if not said:
            return questions
        return [q for q in questions if any(
            not said.isdisjoint(self._bare(words_of(text)))
            for text in (q.wording, q.label, *q.names))] or [
            q for q in questions if any(choice.looked for choice in q.choices)] or questions

    def of(self, reading: Reading, span: Span, fact: Fact) -> int:
        """How many words of *span* are about *fact*: of "no abuse yet" one is about misuse."""
        tokens = reading.tokens[span[0] : span[1]]
        return sum(self._is_of(fact, t, reading) for t in self._content(tokens))

    def speaks_of(self, reading: Reading, fact: Fact) -> bool:
        """Whether the message has words of the question for *fact* itself."""
        return any(t.stem in self._own[fact].stems for t in self._content(reading.tokens))

    def asks_of(
        self, question: Question, charge: str | None, reading: Reading, position: int
    ) -> bool:
        """Whether the token at *position* is what *question* asks for: the war, and no peace.

        *charge* is the value that a yes to it says.
        """
        token = reading.tokens[position]
        named = {m.value for m in reading.mentions if m.fact == question.fact
                 and any(first <= position < last for first, last in m.parts)}
        if named or charge is None:
            return charge in named
        return token.stem in self._own[question.fact].stems

    def empty(self, reading: Reading, span: Span) -> bool:
        """Whether the words of *span* are about nothing."""
        return not self._content(reading.tokens[span[0] : span[1]])

    def unknown(
        self, questions: Sequence[Question], reading: Reading, clauses: Clauses
    ) -> frozenset[Fact]:
        """Facts of *questions* that the message says nobody knows.

        "We don't know what it's for" is of what it is for, whatever was asked; and "not sure that
        these reports are credible" leaves open what reports can answer, and nothing else.
        """
        asked = frozenset(q.fact for q in questions)
        if any(not content and (not named or not named.isdisjoint(asked))
               for content, named in self._beside(reading, clauses)):
            if not any(t.norm in self._reported for t in reading.tokens):
                return asked
            return frozenset(q.fact for q in questions if any(c.looked for c in q.choices))
        return self.named_unknown(questions, reading, clauses)

    def named_unknown(
        self, questions: Sequence[Question], reading: Reading, clauses: Clauses
    ) -> frozenset[Fact]:
        """Facts of *questions* that a "don't know" names: the laws in "no idea about the laws"."""
        found: set[Fact] = set()
        for content, _ in self._beside(reading, clauses):
            owned = {q.fact: {t.start for t in content if self._is_of(q.fact, t, reading)
                              or _answers(q.fact, t, reading)}
                     for q in questions}
            if 2 * len(set().union(*owned.values())) > len(content):
                found.update(fact for fact, mine in owned.items() if mine)
        return frozenset(found)

    def named_alone(
        self, reading: Reading, clauses: Clauses
    ) -> Mapping[Fact, Sequence[Span]]:
        """Where a "don't know" stands with the bare name of a fact and nothing else, by fact."""
        found: dict[Fact, list[Span]] = {}
        for span in clauses.unknowns:
            of = clauses.asked_of(span)
            parts = [part for part in ((of.start, span[0]), (span[1], of.stop))
                     if not self.empty(reading, part)]
            facts, exactly = self.called(reading, parts[0]) if len(parts) == 1 else ((), False)
            for fact in facts if exactly else ():
                found.setdefault(fact, []).append((of.start, of.stop))
        return found

    def _beside(
        self, reading: Reading, clauses: Clauses
    ) -> Iterator[tuple[list[Token], frozenset[Fact]]]:
        """What stands with each "don't know" and is about something, and the facts it names."""
        unknown = {i for first, last in clauses.unknowns for i in range(first, last)}
        for span in clauses.unknowns:
            beside = [reading.tokens[i] for i in clauses.asked_of(span) if i not in unknown]
            yield self._content(beside), frozenset(
                fact for fact, names in self.names.items() if names.find(beside))

    def says_no(
        self, question: Question, reading: Reading, clauses: Clauses, words: int
    ) -> bool:
        """Whether the *words* that the message opens with are a yes or no to *question*.

        They are where they stand by themselves, or a sentence follows ("no they never did"), or
        what follows is about the question.  "No it's only the port" is of whatever "it" is.
        """
        last = [i for i, token in enumerate(reading.tokens) if token.is_word][words - 1]
        begin = last + 1
        if clauses.takes_back(last):
            return False
        rest = reading.tokens[begin:]
        if not rest or not rest[0].is_word:
            return True
        # "People" begins a sentence of its own, but not in "no people in frame".
        subject = not (len(rest) > 1 and rest[1].norm in self._cues.words("prepositions"))
        plain = words == 1 and subject and (
            rest[0].norm.split("'")[0] in self._subjects or rest[0].norm in self._as_typed)
        clause = (begin, clauses.end_of(begin))
        return ((plain and not self.of_one_thing(question, reading, clauses, begin))
                or self.empty(reading, clause)
                or self.of(reading, clause, question.fact) > 0)

    def of_one_thing(
        self, question: Question, reading: Reading, clauses: Clauses, begin: int
    ) -> bool:
        """Whether what begins at *begin* is of some "it", and in no word of *question*."""
        first = next((i for i in range(begin, len(reading.tokens))
                      if reading.tokens[i].is_word), None)
        if first is None or reading.tokens[first].norm not in self._cues.words("of_one_thing"):
            return False
        clause = (first, clauses.end_of(first))
        return not (self.empty(reading, clause) or self.of(reading, clause, question.fact) > 0
                    or any(m.fact == question.fact and first <= m.first < clause[1]
                           for m in reading.mentions))

    def _is_of(self, fact: Fact, token: Token, reading: Reading) -> bool:
        own = self._own[fact]
        if token.norm in self._asking:
            return token.norm in own.begins
        return token.stem in own.stems or any(
            m.fact == fact and token in reading.tokens[m.first : m.last]
            for m in _naming(reading))


def _answers(fact: Fact, token: Token, reading: Reading) -> bool:
    """Whether *token* is of words that would answer: "not sure if there's abuse"."""
    return any(m.fact == fact and m.strength is Strength.ASKED
               and token in reading.tokens[m.first : m.last] for m in reading.mentions)


def _naming(reading: Reading) -> Iterator[Mention]:
    return (m for m in reading.mentions if m.strength is not Strength.ASKED)


def _is_looked_at(position: int, clauses: Clauses) -> bool:
    """Whether the word at *position* names what somebody looked at, and not what was found."""
    return any(last <= position and clauses.same_clause((first, last), (position, position + 1))
               and not any(first < end and begin <= position for begin, end in clauses.denials)
               for first, last in clauses.looked)
