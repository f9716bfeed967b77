"""The parts of a brief as paragraphs: which words, how large, in which colour, linked where."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.brief.document import Brief, Excerpt, Ground, Origin, Part, Point, Row, Weight
from retrieval.guidance import Checked

Colour = tuple[int, int, int]

# On white, and on the tints below, each reaches a contrast of 4.5 to 1 at least.
INK: Colour = (28, 32, 38)
QUIET: Colour = (84, 91, 102)
RED: Colour = (168, 27, 33)
AMBER: Colour = (133, 77, 0)
LINK: Colour = (20, 80, 150)
RULE: Colour = (205, 210, 217)
RED_TINT: Colour = (252, 238, 238)
CALM_TINT: Colour = (238, 242, 247)
COLOURS = {Weight.ALARM: RED, Weight.CARE: AMBER, Weight.PLAIN: QUIET}

INDENT_MM = 5.0
BAR_MM = 1.2


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `link` is a web address or the number of a source."""

    text: str
    bold: bool = False
    colour: Colour = INK
    link: str | int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs set one after the other, `size` in points, `indent` and `before` in millimetres."""

    runs: tuple[Run, ...]
    size: float = 9.8
    indent: float = 0.0
    before: float = 0.0


def of_point(point: Point, part: Part) -> list[Paragraph]:
    """One point of a section: its head with tags and marks, its text, and what it rests on."""
    alarming = part is Part.RAISED
    head = [Run(point.head, bold=True, colour=RED if alarming else INK)]
    head += [Run(f"  {tag.text.upper()}", bold=True, colour=COLOURS[tag.weight])
             for tag in point.tags]
    head += marks(point.marks)
    grounds = [_ground(ground) for ground in point.grounds]
    if part is Part.UNDERSTOOD:
        return [Paragraph((*head, Run("   "), *(run for runs in grounds for run in runs)))]
    indent = 3 * BAR_MM if alarming else 0
    paragraphs = [Paragraph(tuple(head), size=10.2, indent=indent)]
    if point.text:
        paragraphs.append(Paragraph((Run(point.text),), indent=indent, before=0.4))
    paragraphs += [Paragraph(runs, size=9, indent=indent + INDENT_MM, before=0.3)
                   for runs in grounds]
    return paragraphs


def marks(numbers: tuple[int, ...]) -> Iterator[Run]:
    """Each of *numbers* in brackets, linked to its source."""
    for number in numbers:
        yield Run(f" [{number}]", colour=LINK, link=number)


def _ground(ground: Ground) -> tuple[Run, ...]:
    runs = [Run(f"{ground.fact}  ", colour=QUIET)] if ground.fact else []
    if ground.said:
        runs.append(Run(f"“{ground.said}” "))
    if ground.place:
        runs.append(Run(f"({ground.place})", colour=QUIET))
    return tuple(runs)


def of_origin(origin: Origin) -> list[Paragraph]:
    """The head of a source: number and title, how far it is checked, its address."""
    colour = AMBER if origin.checked is Checked.UNCHECKED else QUIET
    address = [Paragraph((_address(origin.url),), size=8.2, indent=INDENT_MM, before=0.2)]
    return [
        Paragraph((Run(f"[{origin.number}]  {origin.title}", bold=True),), size=9.6),
        Paragraph((Run(_capital(origin.state), bold=True, colour=colour),), size=8.2,
                  indent=INDENT_MM, before=0.2),
        # What somebody added by hand may have none.
        *(address if origin.url else []),
    ]


def of_row(row: Row, indent: float) -> list[Paragraph]:
    """The label of a row and, to be set beside it, its value."""
    value = Run(row.value)
    beside: tuple[Run, ...] = (value,)
    if row.url and _leads_to_web(row.url):
        beside = (Run(row.value, colour=LINK, link=row.url),)
    elif row.url:
        beside = (value, Run(f" ({row.url})"))
    return [Paragraph((Run(row.label, colour=QUIET),), size=8.8, before=0.6),
            Paragraph(beside, size=8.8, indent=indent, before=0.6)]


def of_excerpt(excerpt: Excerpt) -> list[Paragraph]:
    """A cited passage under its heading; only the official document's own words are quoted."""
    official = excerpt.checked is Checked.OFFICIAL
    text = f"“{excerpt.text}”" if official else excerpt.text
    paragraphs = [
        Paragraph((Run(excerpt.heading, bold=True), Run(f"  {excerpt.provision}", colour=QUIET)),
                  size=8.4, indent=INDENT_MM, before=0.8),
        Paragraph((Run(text),), size=8.4, indent=INDENT_MM, before=0.2),
    ]
    if excerpt.caution:
        caution = Run(excerpt.caution, colour=AMBER)
        paragraphs.append(Paragraph((caution,), size=8.4, indent=INDENT_MM, before=0.2))
    return paragraphs


def _address(url: str) -> Run:
    return Run(url, colour=LINK, link=url) if _leads_to_web(url) else Run(url)


def _leads_to_web(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def texts(brief: Brief) -> Iterator[str]:
    """Every string of *brief* that is set."""
    yield from (brief.kind.upper(), brief.kind, brief.subject, brief.upshot, brief.tally)
    yield from (*brief.statements, brief.sources, brief.sources_note, brief.footing)
    for row in brief.rows:
        yield from (row.label, row.value, row.url or "")
    for section in brief.sections:
        yield from (section.title, section.note)
        for point in section.points:
            yield from (point.head, *(tag.text.upper() for tag in point.tags), point.text)
            for ground in point.grounds:
                yield from (ground.fact, ground.said, ground.place)
    for origin in brief.origins:
        yield from (origin.title, origin.state, origin.url)
        for excerpt in origin.excerpts:
            yield from (excerpt.heading, excerpt.provision, excerpt.text, excerpt.caution)
