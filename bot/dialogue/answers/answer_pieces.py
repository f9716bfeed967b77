"""A message to several questions taken apart: yeses and noes, numbers, names of questions, asides.

"hi, 1 and 4 (see Amnesty), conflict: no idea" is a courtesy, two numbers with a source in brackets,
and a question by name with a don't-know.  What is none of these tells of something else.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.small_words.answer_words import CLOSERS, LAST, Item, Kind, item_at, passing_over
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Question
from retrieval.words.mentions import Reading, Strength
from retrieval.words.tokens import Token, forms_of_label

LABEL_WORDS = 3
"""Fewest words of a label that is typed and not just an answer: "Yes" is one of any question."""
NUMBERS = 10
"""So many numbers have words that are looked for: "one, four and six"."""
_DIVIDE = frozenset("/|+•*·")
"""Signs between words that divide answers, and are no tokens."""
_NAMES = frozenset("-=–—>")
"""Signs between what names a question and the answer to it: "1 - yes", "laws=no"."""


class Pieces:
    """Takes messages apart that were said when several questions were asked."""

    def __init__(
        self,
        questions: Sequence[Question],
        reading: Reading,
        clauses: Clauses,
        cues: Cues,
        subjects: Subjects,
    ) -> None:
        """The *questions* in the order shown, and the message with its scopes."""
        self._questions = questions
        self._reading = reading
        self._tokens = reading.tokens
        self._clauses = clauses
        self._cues = cues
        self._names, self._wordings = subjects.names_of(questions)
        self._labels = self._labels_by_first(questions)
        self._mentioned = self._mentioned_by_position(questions, reading)
        self._answers = self._mentioned_by_position(questions, reading, asked=True)
        self._numbers = {word: n for n in range(NUMBERS, 0, -1)
                         for word in cues.words(f"number_{n}")}
        # The message is looked at from each of its words on.
        self._at_words = [i for i, t in enumerate(self._tokens) if t.is_word]
        self._words = [self._tokens[i] for i in self._at_words]
        self._norms = tuple([t.norm for t in self._words])

    @staticmethod
    def _labels_by_first(
        questions: Sequence[Question]
    ) -> Mapping[str, Sequence[tuple[tuple[str, ...], int, str]]]:
        """By their first word the labels of choices, each with its question and its value."""
        labels: dict[str, list[tuple[tuple[str, ...], int, str]]] = defaultdict(list)
        for n, question in enumerate(questions):
            for choice in question.choices:
                norms = tuple([norm for norm, _ in forms_of_label(choice.label)])
                if len(norms) >= LABEL_WORDS:
                    labels[norms[0]].append((norms, n, choice.value))
        return labels

    @staticmethod
    def _mentioned_by_position(
        questions: Sequence[Question], reading: Reading, *, asked: bool = False
    ) -> Mapping[int, set[tuple[int, str]]]:
        """By token the questions of which it names a value, each with that value.

        Words that do so only where the question was *asked* are left out otherwise.
        """
        mentioned: dict[int, set[tuple[int, str]]] = defaultdict(set)
        for n, question in enumerate(questions):
            for m in reading.mentions:
                if m.fact == question.fact and (asked or m.strength is not Strength.ASKED):
                    for first, last in m.parts:
                        for position in range(first, last):
                            mentioned[position].add((n, m.value))
        return mentioned

    def _words_from(self, position: int) -> int:
        """Which of the words is the first that stands at *position* or behind."""
        return bisect_left(self._at_words, position)

    def all(self) -> list[Piece]:
        """The pieces, in order, each by itself."""
        found: list[Piece] = []
        position = 0
        while position < len(self._tokens):
            sign = self._sign_before(position) if position else None
            if sign is not None:
                found.append(Piece(sign, position, position,
                                   mark="," if sign is Sort.STOP else "-"))
            for piece in self._at(position):
                found.append(self._with_told(piece))
                position = max(position, piece.last)
        return found

    def _with_told(self, piece: Piece) -> Piece:
        """*piece* with what its words tell, beside being what they are for an answer."""
        at = range(piece.first, piece.last)
        return replace(
            piece, tells=frozenset(n for i in at for n, _ in self._mentioned.get(i, ())),
            may_tell=frozenset(n for i in at for n, _ in self._answers.get(i, ())))

    def shown(self, first: int, last: int) -> list[int]:
        """The questions asked last that all words between *first* and *last* can name."""
        found = [self._places_at(i) or self._wordings.get(t.stem, frozenset())
                 for i, t in enumerate(self._tokens[first:last], first) if t.is_word]
        named = [places for places in found if places]
        return sorted(frozenset.intersection(*named)) if named else []

    def _sign_before(self, position: int) -> Sort | None:
        """What the signs between the token before and that at *position* stand for."""
        between = self._reading.text[
            self._tokens[position - 1].end : self._tokens[position].start]
        signs = set(between.strip())
        if signs & _DIVIDE:
            return Sort.STOP
        return Sort.MARK if signs & _NAMES else None

    def _at(self, position: int) -> Iterator[Piece]:
        tokens, cues = self._tokens, self._cues
        token = tokens[position]
        if not token.is_word:
            yield self._of_mark(position)
            return
        option = self._option(position)
        if option is not None:
            yield option
            return
        words = self._words[self._words_from(position):]
        courtesy = self._end(position, cues.starts("beside_answers", words))
        counted = self._counted(position)
        if counted is not None:
            yield counted
            return
        item = item_at(tokens, position, cues)
        looked = self._end(position, cues.starts("says_looked", words))
        if courtesy > max(item.last if item.kind.value >= 0 else position, position):
            yield Piece(Sort.ASIDE, position, courtesy)
            return
        if looked > position and (looked > item.last or item.kind in (Kind.OTHER, Kind.BETWEEN)):
            yield self._of_looking(position, looked)
            return
        yield from self._of_item(item)

    def _of_mark(self, position: int) -> Piece:
        token = self._tokens[position]
        if token.norm == "(":
            close, tells = self._behind[position]
            if close is not None and tells is not None and tells < close:
                return Piece(Sort.ASIDE, position, close + 1,
                             looked=self._says_looked(position, close))
            return Piece(Sort.BETWEEN, position, position + 1)
        if token.norm in (":", "–", "—"):
            return Piece(Sort.MARK, position, position + 1, mark=":" if token.norm == ":" else "-")
        if token.norm in CLOSERS and self._heads_a_line(position):
            return Piece(Sort.MARK, position, position + 1, mark=".")
        if token.norm == ")":
            return Piece(Sort.BETWEEN, position, position + 1)
        return Piece(Sort.STOP, position, position + 1, mark=token.norm)

    @cached_property
    def _behind(self) -> Sequence[tuple[int | None, int | None]]:
        """By token, the next closing bracket behind it, and the next word that is no answer.

        Of all at once: brackets may stand in brackets, and what is in them would be read again
        for each of them.
        """
        found: list[tuple[int | None, int | None]] = []
        close = tells = None
        for position in range(len(self._tokens) - 1, -1, -1):
            found.append((close, tells))
            token = self._tokens[position]
            if token.norm == ")":
                close = position
            elif token.is_word and any(p.sort in (Sort.OTHER, Sort.LOOKED)
                                       for p in self._at(position)):
                tells = position
        return found[::-1]

    def _heads_a_line(self, position: int) -> bool:
        """Whether the mark at *position* stands behind the number of a question: "1. no 2. yes".

        Behind a list of numbers, "1 and 3. For conflict: no", it ends a sentence.
        """
        tokens = self._tokens
        behind = tokens[position + 1] if position + 1 < len(tokens) else None
        number = tokens[position - 1].place if position else None
        if behind is None or not behind.is_word or (
                number is None or number > len(self._questions)):
            return False
        before = tokens[position - 2] if position > 1 else None
        # The comma of "hi, 1. no" ends a greeting, and that of "1, 3." a number.
        counts = position > 2 and tokens[position - 3].norm[0].isdigit()
        listed = before is not None and before.norm != "no" and (
            (before.norm == "," and counts) or before.norm[0].isdigit()
            or before.norm in self._cues.words("beside_a_number"))
        return tokens[position].norm == ")" or not listed

    def _option(self, position: int) -> Piece | None:
        """The label of a choice that is typed from *position* on, the longest."""
        begin = self._words_from(position)
        found = [(label, n, value) for label, n, value in self._labels.get(
            self._norms[begin], ()) if self._norms[begin : begin + len(label)] == label]
        if not found:
            return None
        longest = max(len(label) for label, _, _ in found)
        mine = [(n, value) for label, n, value in found if len(label) == longest]
        last = self._at_words[begin + longest - 1] + 1
        looked = any(choice.looked for n, value in mine for choice in self._questions[n].choices
                     if choice.value == value)
        if len(mine) == 1:
            return Piece(Sort.OPTION, position, last, places=(mine[0][0],), value=mine[0][1],
                         looked=looked)
        values = {value for _, value in mine}
        name = values.pop() if len(values) == 1 else ""
        if name not in ("yes", "no"):
            return None
        return Piece(Sort.VERDICT, position, last,
                     Item(Kind.VERDICT, name, position, last), looked=looked)

    def _counted(self, position: int) -> Piece | None:
        """Numbers in digits or words, and "the first two"."""
        tokens, cues = self._tokens, self._cues
        start = position
        if tokens[position].norm == "the" and position + 2 < len(tokens):
            position += 1
        token = tokens[position]
        behind = tokens[position + 1] if position + 1 < len(tokens) else None
        count = 0 if behind is None else self._number_in_words(behind) or (
            int(behind.norm) if behind.norm.isdecimal() and len(behind.norm) == 1 else 0)
        if count > 1:
            if token.norm in cues.words("ordinal_1") and count <= len(self._questions):
                return Piece(Sort.PLACE, start, position + 2, places=tuple(range(count)))
            if token.norm in cues.words("bare_last") and count <= len(self._questions):
                return Piece(Sort.PLACE, start, position + 2, places=tuple(
                    range(len(self._questions) - count, len(self._questions))))
        if start != position:
            return None
        if token.norm[0].isdigit():
            parts = [p for p in token.norm.replace(".", ",").split(",") if p]
            if all(p.isdecimal() and len(p) <= 2 and int(p) > 0 for p in parts) and not (
                    item_at(tokens, position, cues).last > position + 1):
                return Piece(Sort.NUMBER, position, position + 1,
                             places=tuple(int(p) - 1 for p in parts))
        number = self._number_in_words(token)
        if number and self._stands_apart(position):
            return Piece(Sort.NUMBER, position, position + 1, places=(number - 1,))
        return None

    def _stands_apart(self, position: int) -> bool:
        """Whether the word at *position*, "one", is among numbers only, and so one itself."""
        clause = self._clauses.positions((position, position + 1))
        joiners = self._cues.words("beside_a_number")
        words = [self._tokens[i] for i in clause if self._tokens[i].is_word]
        return all(self._number_in_words(t) or t.norm.isdecimal() or t.norm in joiners
                   for t in words)

    def _number_in_words(self, token: Token) -> int:
        return self._numbers.get(token.norm, 0)

    def _of_looking(self, first: int, last: int) -> Piece:
        """Words that say that somebody looked; a no where they say that nothing was found."""
        mine = self._tokens[first:last]
        none = self._cues.find("negation", mine) or self._cues.find("found_none", mine)
        if none:
            return Piece(Sort.VERDICT, first, last, Item(Kind.VERDICT, "no", first, last),
                         places=self._named_in(first, last), looked=True)
        return Piece(Sort.LOOKED, first, last, looked=True)

    def _of_item(self, item: Item) -> Iterator[Piece]:
        first, last = item.first, item.last
        looked = self._says_looked(first, last)
        if item.kind is Kind.VERDICT:
            yield Piece(Sort.VERDICT, first, last, item, self._named_in(first, last),
                        looked=looked)
        elif item.kind is Kind.PLACE:
            if item.digit or self._is_numbered(first, last):
                yield Piece(Sort.NUMBER, first, last, places=(item.place,))
            else:
                yield Piece(Sort.PLACE, first, last, places=(
                    len(self._questions) - 1 if item.place == LAST else item.place,))
        elif item.kind is Kind.HEDGE:
            yield Piece(Sort.HEDGE, first, last, item)
        elif item.kind is Kind.HALF:
            yield Piece(Sort.HALF, first, last, item)
        elif item.kind is Kind.EXCEPT:
            yield Piece(Sort.ALL, first, first + 1)
            yield Piece(Sort.BUT, first + 1, last)
        elif item.kind in (Kind.REST, Kind.ALL):
            yield Piece(Sort.REST if item.kind is Kind.REST else Sort.ALL, first, last)
        else:
            yield self._of_word(item)

    def _of_word(self, item: Item) -> Piece:
        first = item.first
        words = self._words[self._words_from(first):]
        for cue, sort in (("skip", Sort.VERDICT), ("all_but", Sort.BUT),
                          ("only_these", Sort.ONLY)):
            length = passing_over(words, self._cues) if cue == "skip" else (
                self._cues.starts(cue, words))
            if length:
                last = self._end(first, length)
                made = Item(Kind.VERDICT, "dont_know", first, last)
                return Piece(sort, first, last, made if sort is Sort.VERDICT else None)
        length = self._cues.starts("likewise", words)
        if length:
            return Piece(Sort.SAME, first, self._end(first, length))
        named = self._named(first)
        if named is not None:
            return Piece(Sort.PLACE, first, named[1], places=(named[0],), worded=True)
        if self._tokens[first].norm in self._cues.words("and_words"):
            return Piece(Sort.AND, first, item.last)
        return Piece(Sort.BETWEEN if item.kind is Kind.BETWEEN else Sort.OTHER, first, item.last,
                     worded=self._tokens[first].norm in self._cues.words("of_a_question"))

    def _is_numbered(self, first: int, last: int) -> bool:
        """Whether the place is that of an option, as it is named: "option 2", "answer 4"."""
        norms = [t.norm for t in self._tokens[first:last]]
        return norms[-1].isdecimal() and norms[0] in self._cues.words("beside_a_number")

    def _named(self, position: int) -> tuple[int, int] | None:
        """The one question that the words at *position* name, and the token behind them."""
        found = self._places_at(position)
        if len(found) != 1:
            return None
        end = position + 1
        while end < len(self._tokens) and self._tokens[end].is_word and (
                self._places_at(end) == found):
            end += 1
        return next(iter(found)), end

    def _places_at(self, position: int) -> frozenset[int]:
        """The questions that the word at *position* names.

        The war names the one on conflict, and peace, which answers it, does not.
        """
        mentioned = self._mentioned.get(position)
        if mentioned:
            return frozenset(n for n, value in mentioned
                             if value == value_said(self._questions[n], "yes"))
        return self._names.get(self._tokens[position].stem, frozenset())

    def _named_in(self, first: int, last: int) -> tuple[int, ...]:
        """The one question that words of a verdict name: the "reports" of "no reports"."""
        found = [self._wordings.get(t.stem, frozenset()) for t in self._tokens[first:last]
                 if t.is_word]
        named = set().union(*(places for places in found if len(places) == 1))
        return tuple(named) if len(named) == 1 else ()

    def _says_looked(self, first: int, last: int) -> bool:
        return any(first <= a and b <= last for a, b in self._clauses.looked)

    def _end(self, position: int, length: int) -> int:
        """The token behind the *length* words from *position* on; that itself for none."""
        if not length:
            return position
        return self._at_words[self._words_from(position) + length - 1] + 1
