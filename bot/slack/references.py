"""The numbers of the sources that a message cites, and how the sources are listed."""

from collections.abc import Collection, Iterable
from functools import lru_cache

from bot.dialogue.citation import Citation
from bot.dialogue.phrasing import Wording
from bot.plain import MARKS, placed
from bot.slack.escaping import cut, tidy
from bot.slack.splitting import BREAK, SPACE, Item, Span, context, drawn_size
from retrieval.guidance import Checked

MOST_TITLE = 80
MOST_PINPOINT = 120
_PART = ": "
"""What parts a pinpoint's part of the source from the place within it."""
_FIRST, _NEXT = Span(": "), Span(" · ")


class Numbers:
    """Numbers sources as a reader meets them, and keeps every citation under its number.

    One number stands for one place in a source and one checked state: what was seen and what was
    not never share a number.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, Checked], int] = {}
        self.cited: dict[int, list[Citation]] = {}
        """Citations by number, from 1, in the order in which they were met."""
        self._marks: dict[int, Span] = {}

    def marks(self, citations: Iterable[Citation]) -> list[Span]:
        """The marks of *citations*, "[1][3]", each a link to its source."""
        numbers = dict.fromkeys([self._number(c) for c in citations])
        return [SPACE, *[self._marks[n] for n in numbers]] if numbers else []

    def _number(self, citation: Citation) -> int:
        key = (citation.source, citation.pinpoint, citation.checked)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 1
            self.cited[number] = []
            self._marks[number] = Span(f"[{number}]", url=citation.url, cites=number)
        if citation not in self.cited[number]:
            self.cited[number].append(citation)
        return number

    def sources(self, numbers: Collection[int], say: Wording) -> list[Item]:
        """The list of the sources with *numbers*, under what is said of their state.

        A source has its link once, on its name; the places in it follow with their numbers.  The
        part of a source that several of them in a row are in is named once too: "[1]
        Considerations (pp. 8–13): parties and intermediaries · [2] tailoring the product".
        """
        listed: dict[Checked, dict[tuple[str, str], list[int]]] = {one: {} for one in Checked}
        for number in sorted(numbers):
            first = self.cited[number][0]
            mine = listed[first.checked].setdefault((first.source_title, first.url), [])
            mine.append(number)
        items: list[Item] = []
        for checked, by_source in listed.items():
            if by_source:
                spans = [Span(say.say("sources.state", state=MARKS[checked]), "_")]
                for (title, url), mine in by_source.items():
                    spans += [BREAK, Span(_named(title, MOST_TITLE), url=url)]
                    before = ""
                    for n, number in enumerate(mine):
                        place = self._place(number)
                        part, mark, rest = place.partition(_PART)
                        shown = rest if n and mark and part == before else place
                        before = part if mark else ""
                        spans += [_NEXT if n else _FIRST, self._listed(number, shown)]
                items += context(spans)
        return items

    def _place(self, number: int) -> str:
        """Where in its source the passage with *number* stands."""
        citation = self.cited[number][0]
        return placed(citation).removeprefix(f"{citation.source_title}, ")

    @staticmethod
    def _listed(number: int, place: str) -> Span:
        return Span(f"[{number}] {_named(place, MOST_PINPOINT)}", whole=True)


def short(text: str, most: int) -> str:
    """*text* cut so that even escaped for Slack it takes at most *most* characters."""
    return cut(tidy(text), most, drawn_size)


_named = lru_cache(maxsize=2_048)(short)
"""For names of a release alone: what a person has written is not kept."""
