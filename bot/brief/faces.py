"""The typefaces of a PDF, and which of them a text needs.

Names come in any script.  The text face holds Latin, Greek and Cyrillic; the others step in for
characters that it lacks and are read only when a brief holds one, since reading a large face takes
a second or two.  A character that no face has is spelt out as its code point, so that nothing a
person wrote vanishes from a document that is filed.
"""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

_KEPT_FORMATS = "\u200c\u200d"
"""Joiners that scripts need; every other invisible character is spelt out."""


@dataclass(frozen=True, slots=True)
class Face:
    """One typeface file of a package; `axes` fixes a variable face at its regular weight."""

    name: str
    package: str
    file: str
    axes: dict[str, float] | None = field(default=None, hash=False)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(str(files(self.package).joinpath(self.file)))


REGULAR = Face("text", "fontpkg_fira_sans", "files/FiraSans-Regular.ttf")
BOLD = Face("text", "fontpkg_fira_sans", "files/FiraSans-SemiBold.ttf")
FALLBACKS = (
    Face("arabic", "fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf",
         {"wght": 400, "wdth": 100}),
    Face("hebrew", "fontpkg_heebo", "files/Heebo[wght].ttf", {"wght": 400}),
    Face("thai", "fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf",
         {"wght": 400, "wdth": 100}),
    Face("cjk", "noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
    Face("more", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf",
         {"wght": 400, "wdth": 100}),
)
"""In the order in which they are tried."""


def fallbacks_for(text: str) -> tuple[Face, ...]:
    """The faces needed beside the text face to show *text*."""
    missing = {ord(c) for c in text} - _both()
    needed = []
    for face in FALLBACKS:
        if not missing:
            break
        mine = missing & _holds(face)
        if mine:
            needed.append(face)
            missing -= mine
    return tuple(needed)


def needs_shaping(text: str) -> bool:
    """Whether *text* leaves the text face: its scripts may join letters or run leftwards."""
    return not _both().issuperset(map(ord, text))


def showable(text: str) -> str:
    """*text* with white space made plain and what no face can show spelt out: "[U+1F600]"."""
    return "".join(_shown(c) for c in " ".join(text.split()))


@lru_cache(maxsize=10_000)
def _shown(character: str) -> str:
    visible = character.isprintable() or character in _KEPT_FORMATS
    if visible and any(ord(character) in holds for holds in _coverage()):
        return character
    return f"[U+{ord(character):04X}]"


@cache
def _coverage() -> tuple[frozenset[int], ...]:
    return (_both(), *map(_holds, FALLBACKS))


@cache
def _both() -> frozenset[int]:
    """What the text face holds in both of its weights."""
    return _holds(REGULAR) & _holds(BOLD)


@cache
def _holds(face: Face) -> frozenset[int]:
    with TTFont(face.path, lazy=True) as font:
        return frozenset(font.getBestCmap())
