"""Problems that only follow from another one: what names an entry that could not be read.

One slip in a file of red flags would else be followed by a line for each flag that is then missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.checks import DOES_NOT_EXIST, FACT_WORD, Problem, Subject
from retrieval.reading.documents import Reader
from retrieval.reading.register import Register

_WHOLE = {
    "red_flags.yaml": "red flag", "safeguards.yaml": "safeguard", "questions.yaml": FACT_WORD,
    "considerations.yaml": "consideration", "phrases.yaml": "cue list",
}
_FOLDERS = {"sources": "provision", "vocabulary": "vocabulary entry"}
_SAME = {"question": FACT_WORD}
"""What an entry is called where it is named, if not as in its file."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a folder could not be read."""

    kinds: frozenset[str]
    """Kinds of which a whole file is missing."""
    entries: frozenset[Subject]

    @classmethod
    def by(cls, reader: Reader) -> "Unread":
        """What *reader* could not read."""
        kinds = {_WHOLE.get(file) or _FOLDERS.get(file.partition("/")[0])
                 for file in reader.broken}
        return cls(frozenset(kind for kind in kinds if kind),
                   frozenset((_SAME.get(kind, kind), name) for kind, name in reader.lost))

    def and_beside(self, provisions: Iterable[str]) -> "Unread":
        """With *provisions* too, which stand elsewhere than in the folder."""
        return replace(self, entries=self.entries | {("provision", str(p)) for p in provisions})

    def holds(self, named: Subject) -> bool:
        """Whether *named* may be among it; with an empty name, whether anything of its kind is."""
        kind, name = named
        return kind in self.kinds or named in self.entries or (
            not name and any(kind == one for one, _ in self.entries))


def causes(
    problems: Sequence[Problem], unread: Unread, register: Register
) -> Iterator[Problem]:
    """*problems* without those that follow from what is *unread*.

    What names a retired entry says since when and why it is.
    """
    for problem in problems:
        if problem.missing is None:
            yield problem
        elif not unread.holds(problem.missing):
            yield _of_retired(problem, problem.missing, register)


def _of_retired(problem: Problem, missing: Subject, register: Register) -> Problem:
    retired = register.retired.get(missing)
    if retired is None:
        return problem
    named = f"{missing[0]} {missing[1]!r}"
    before = problem.text.partition(f"{named}{DOES_NOT_EXIST}")[0]
    return replace(problem, text=f"{before}{named} {retired.sentence}; name another, or take it "
                   "out")
