"""What is named before a mark and a word of answer: the "reports" of "reports: none".

It binds the answer to a question, whether that was asked last or not, and tells nothing itself.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.answers.answer_pieces import Pieces
from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.small_words.answer_words import Item, Kind
from bot.dialogue.small_words.clauses import Clauses
from bot.dialogue.small_words.cues import Cues
from bot.dialogue.small_words.subjects import Subjects
from bot.dialogue.small_words.verdicts import value_said
from retrieval.guidance import Question
from retrieval.words.mentions import Reading

NAME_WORDS = 5
"""Most words of what is named before a mark: "arrests of journalists: no idea"."""
_BOUND = frozenset({Sort.PLACE, Sort.NUMBER})
"""What binds an answer to a question that was asked last."""


def pieces_of(
    questions: Sequence[Question],
    reading: Reading,
    clauses: Clauses,
    cues: Cues,
    subjects: Subjects,
) -> list[Piece]:
    """The pieces of a message, with what is named before a mark as one.

    Args:
        questions: What was asked last, in the order shown.
        reading: The message.
        clauses: Its scopes.
        cues: The cue lists of the release.
        subjects: What its questions are about.
    """
    pieces = Pieces(questions, reading, clauses, cues, subjects)
    return _Named(pieces, questions, reading, cues, subjects).all()


class _Named:
    """Joins the pieces of names before marks."""

    def __init__(
        self,
        pieces: Pieces,
        questions: Sequence[Question],
        reading: Reading,
        cues: Cues,
        subjects: Subjects,
    ) -> None:
        self._pieces = pieces
        self._questions = questions
        self._reading = reading
        self._tokens = reading.tokens
        self._cues = cues
        self._subjects = subjects

    def all(self) -> list[Piece]:
        """The pieces, with what stands before a mark and a word of answer as one name.

        "Reports: none" names what its question asks for, and tells of no report; "detentions:
        pending" says that nobody knows yet.
        """
        pieces = self._pieces.all()
        found: list[Piece] = []
        begin = n = 0
        while n < len(pieces):
            piece = pieces[n]
            head = found[begin:]
            said = self._answer_behind(pieces, n) if head and (
                piece.sort is Sort.MARK or piece.mark == "?") else None
            name = None if said is None else self._label(head, piece.mark, said)
            if name is not None and said is not None:
                at = n + 1 + sum(p.first < said.last for p in pieces[n + 1 :])
                found[begin:] = [*name, replace(piece, sort=Sort.MARK, mark=":"), said]
                n = at
                continue
            found.append(piece)
            n += 1
            if piece.sort is Sort.STOP or (piece.sort is Sort.MARK and piece.mark == ":"):
                begin = len(found)
        return self._in_pairs(self._with_choices(found))

    def _with_choices(self, pieces: Sequence[Piece]) -> list[Piece]:
        """*pieces* with a name and the number of one of its choices as that choice: "conflict 2".

        Choices are numbered through all that was asked, and yet people count those of one.  What
        the two say differently is left as it is.
        """
        found: list[Piece] = []
        for piece in pieces:
            head = found[-1] if found else None
            if head is not None and piece.sort is Sort.NUMBER and head.worded and (
                    head.sort is Sort.PLACE and len(head.places) == len(piece.places) == 1):
                value = self._choice(head.places[0], piece.places[0])
                if value is not None and self._ends(pieces, piece):
                    found[-1] = Piece(Sort.OPTION, head.first, piece.last, places=head.places,
                                      value=value)
                    continue
            found.append(piece)
        return found

    def _choice(self, n: int, number: int) -> str | None:
        """What *number*, from 0, picks of question *n*; None where that is nothing, or two."""
        before = sum(len(q.choices) for q in self._questions[:n])
        choices = self._questions[n].choices
        picks = {choices[i].value for i in (number, number - before) if 0 <= i < len(choices)}
        return picks.pop() if len(picks) == 1 else None

    @staticmethod
    def _ends(pieces: Sequence[Piece], piece: Piece) -> bool:
        """Whether an item of an answer ends with *piece*: not in "conflict 2 years ago"."""
        behind = next((p for p in pieces if p.first >= piece.last), None)
        return behind is None or behind.sort in (Sort.STOP, Sort.AND, Sort.PLACE, Sort.LOOKED)

    def _in_pairs(self, pieces: Sequence[Piece]) -> list[Piece]:
        """*pieces* that are nothing but names, each with its word of answer, all named by one.

        "Minorities yes laws no conflict yes" names one that "minorities" would not name by itself;
        and its "no" is of the laws before it.
        """
        pairs: list[tuple[list[Piece], Piece]] = []
        head: list[Piece] = []
        for piece in pieces:
            if piece.sort is Sort.VERDICT and head:
                pairs.append((head, piece))
                head = []
            elif piece.sort in (Sort.OTHER, Sort.BETWEEN, Sort.PLACE):
                head.append(piece)
            elif piece.sort is not Sort.STOP or head:
                return [*pieces]
        bound = {n for names, _ in pairs for p in names if p.sort is Sort.PLACE for n in p.places}
        loose = [names for names, _ in pairs if any(p.sort is Sort.OTHER for p in names)]
        if head or not bound or len(loose) != 1:
            return [*pieces]
        [names] = loose
        first, last = names[0].first, names[-1].last
        left = [n for n in self._pieces.shown(first, last) if n not in bound]
        named = len(left) == 1 and not any(p.sort is Sort.PLACE for p in names) and (
            sum(t.is_word for t in self._tokens[first:last]) <= NAME_WORDS)
        place = Piece(Sort.PLACE, first, last, places=tuple(left), worded=True)
        found: list[Piece] = []
        for head, said in pairs:
            if head is not names:
                found += [*head, said]
            elif named:
                found += [place, said]
            else:
                # What it names nobody can tell, but it takes no word from the next name.
                found += [*head, said, Piece(Sort.STOP, said.last, said.last, mark=",")]
        return found

    def _answer_behind(self, pieces: Sequence[Piece], n: int) -> Piece | None:
        """The word of answer that makes up all of the clause behind piece *n*."""
        behind = pieces[n + 1 :]
        end = next((i for i, p in enumerate(behind)
                    if p.sort in (Sort.STOP, Sort.MARK)), len(behind))
        clause = [p for p in behind[:end] if p.sort not in (Sort.ASIDE, Sort.LOOKED)]
        if not clause:
            return None
        if len(clause) == 1 and clause[0].sort is Sort.VERDICT:
            return clause[0]
        first, last = behind[0].first, behind[end - 1].last
        words = [t for t in self._tokens[first:last] if t.is_word]
        if self._cues.is_one("left_open", words):
            return Piece(Sort.VERDICT, first, last, Item(Kind.VERDICT, "dont_know", first, last))
        return None

    def _label(self, head: Sequence[Piece], mark: str, said: Piece) -> list[Piece] | None:
        """What *head*, before a mark, names; None where it names nothing that could be asked."""
        first, last = head[0].first, head[-1].last
        words = sum(t.is_word for t in self._tokens[first:last])
        if all(p.sort in (*_BOUND, Sort.BETWEEN) for p in head) and mark != "?":
            return list(head) if any(p.sort in _BOUND for p in head) else None
        if words > NAME_WORDS or any(p.sort not in (
                Sort.OTHER, Sort.BETWEEN, Sort.PLACE, Sort.AND) for p in head):
            return None
        unknown = said.item is not None and said.item.name == "dont_know"
        if mark not in (":", "?") and not unknown:
            return None
        called, exact = self._subjects.called(self._reading, (first, last))
        mine = [n for n, q in enumerate(self._questions) if q.fact in called]
        shown = self._pieces.shown(first, last)
        if len(shown) == 1 and (mine or not exact):
            mine = shown
        if len(mine) == 1:
            return [Piece(Sort.PLACE, first, last, places=tuple(mine), worded=True)]
        if mine or not called:
            return None
        if len(called) > 1:
            # "Record: none found" may be of one or another, and is of nothing that was asked.
            return [Piece(Sort.ELSEWHERE, first, last)]
        question = self._subjects.questions[next(iter(called))]
        if not unknown and said.item is not None and (
                value_said(question, said.item.name) is None):
            return None
        return [Piece(Sort.ELSEWHERE, first, last, facts=called)]
