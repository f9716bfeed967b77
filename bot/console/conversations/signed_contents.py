"""What a sign-off is of, by the names of the guidance."""

from dataclasses import dataclass

from bot.console.wording.review_wording import Titles
from bot.reviews.advised import OPEN, Advised


@dataclass(frozen=True, slots=True)
class Contents:
    """An advice by names: what a sign-off is of."""

    release: str
    digest: str
    facts: tuple[tuple[str, str, bool], ...]
    """Name and values of each, and whether it was told with doubt."""
    flags: tuple[tuple[int, str, str], ...]
    """Gravity, title and how it stands, of each that is raised; the gravest first."""
    open: int
    """How many more could still be raised."""
    safeguards: tuple[str, ...]
    provisions: int


def contents_of(one: Advised, titles: Titles) -> Contents:
    """*one* by the names that *titles* gives."""
    raised = [(titles.gravity(flag), titles.flag(flag), how)
              for flag, how in one.flags.items() if how != OPEN]
    return Contents(
        one.release, one.digest,
        tuple((titles.fact(fact), titles.values(fact, values), fact in one.unsure)
              for fact, values in one.facts.items()),
        tuple(sorted(raised, key=lambda flag: (-flag[0], flag[1]))),
        len(one.flags) - len(raised),
        tuple(sorted(map(titles.safeguard, one.safeguards))),
        len(one.provisions))
