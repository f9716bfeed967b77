"""What numbers a heading or a paragraph: "12.", "(iv)", "Article 12", "§ 4.2", "المادة 12".

Pure, and the words that documents use are data.  It looks at one stretch alone, so it refuses
what is no numbering by its own looks ("1998 was…", "5 million", "Article 12 of the Covenant
provides…").  Whether the numbers of a document follow one another is for `cutting` to see.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from retrieval.ingesting.numerals import HAN, HEBREW, in_our_digits, roman_value

UNIT_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "article": ("article", "art.", "artículo", "articulo", "artigo", "articolo",
                "artikel", "artikkel", "artykuł", "articol", "articolul", "статья", "стаття",
                "член", "άρθρο", "madde", "pasal", "điều", "المادة", "مادة",
                "ماده", "دفعہ", "अनुच्छेद", "ধারা", "ข้อ", "หมวด", "סעיף", "հոդված", "მუხლი",
                "kifungu cha", "članak", "član", "článek", "článok", "člen", "нени", "neni"),
    "principle": ("principle", "guiding principle", "principe", "principio", "princípio",
                  "prinzip", "grundsatz", "принцип", "المبدأ"),
    "guideline": ("guideline", "leitlinie", "directriz", "ligne directrice"),
    "recommendation": ("recommendation", "recommandation", "recomendación", "empfehlung"),
    "rule": ("rule", "règle", "regla", "regel", "правило"),
    "standard": ("standard",),
    "consideration": ("consideration",),
    "commitment": ("commitment",),
    "recital": ("recital", "considérant", "considerando", "erwägungsgrund"),
    "paragraph": ("paragraph", "para.", "para", "¶", "paragraphe", "párrafo", "absatz", "пункт",
                  "الفقرة"),
    "section": ("section", "sec.", "§", "sección", "abschnitt", "раздел"),
    "clause": ("clause", "cláusula", "klausel"),
    "regulation": ("regulation",),
    "question": ("question",),
})
"""How documents name what is cited, by the kind of provision that it makes."""

WIDER_WORDS = ("part", "chapter", "title", "book", "annex", "appendix", "schedule", "pillar",
               "division", "module", "partie", "chapitre", "titre", "annexe", "parte", "capítulo",
               "título", "anexo", "teil", "kapitel", "titel", "anhang", "часть", "глава",
               "приложение", "الباب", "الفصل", "الجزء")
"""How documents name what holds such units; cited by itself only where nothing finer is there."""

_AROUND = (
    ("article", "第", "条"), ("article", "第", "條"), ("article", "제", "조"),
    ("chapter", "第", "章"), ("chapter", "제", "장"), ("section", "第", "節"),
    ("section", "第", "节"),
)
_AFTER = {"article": ("straipsnis", "cikk", "artikla", "pants", "modda", "maddə")}
_ORDINALS = MappingProxyType({"premier": "1", "première": "1", "primero": "1", "primeiro": "1",
                              "первая": "1", "first": "1"})
_MONTHS = ("january|february|march|april|may|june|july|august|september|october|november|december"
           "|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin"
           "|juillet|août|septembre|octobre|novembre|décembre")

MOST_OF_A_BARE_NUMBER = 999
"""A stretch that begins with a higher one begins with a year or a sum."""

_KINDS = {word: kind for kind, words in UNIT_WORDS.items() for word in words}
_KINDS |= dict.fromkeys(WIDER_WORDS, "")
_WORD = "|".join(re.escape(word) for word in sorted(_KINDS, key=len, reverse=True))
_DOTTED = r"\d{1,4}(?:\.\d{1,3}){0,5}"
_SUFFIX = r"(?:\s?(?:bis|ter|quater|quinquies)\b|[a-z](?!\w))?"
_NUMERAL = (rf"(?:{_DOTTED}{_SUFFIX}|[ivxlc]{{1,8}}(?!\w)|[{HAN}]{{1,6}}|[{HEBREW}]{{1,4}}[׳']?"
            r"|[a-z](?!\w)(?:\.\d{1,3}){0,4})")
_WORDED = re.compile(
    rf"(?P<word>{_WORD})[\s፡]*(?:no\.\s*|n°\s*)?(?P<open>\()?"
    rf"(?P<number>{_NUMERAL}|(?:{'|'.join(_ORDINALS)})(?!\w))(?(open)\))(?=[ºª]|(?!\w))"
    r"(?P<close>\s?\.\s?[º°ª]|[º°ª]|\s?[.:)\]۔፤]|\s?[-–—]+(?=\s|$))*", re.IGNORECASE)
_BOTH_SIDES = tuple(
    (kind, before, after, re.compile(rf"{before}\s*(?P<number>\d+|[{HAN}]+)\s*{after}"))
    for kind, before, after in _AROUND)
_NUMBER_FIRST = re.compile(
    r"(?P<number>\d{1,4})[\s.\-]+(?P<word>" + "|".join(w for ws in _AFTER.values() for w in ws)
    + r")(?!\w)[.:]?", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[](?P<number>\d{1,3}[a-z]?|[ivxlc]{1,8}|[a-z]{1,2})[)\]]"
                        r"(?=\s|\w|$)", re.IGNORECASE)
_CLOSED = re.compile(
    rf"(?P<number>{_DOTTED}[a-z]?|[ivxlc]{{1,8}}|[a-z](?:\.\d{{1,3}}){{0,4}})(?P<close>[.)](?!\d)"
    r"|(?<=\d)\.?(?=\s))(?=\s|$)", re.IGNORECASE)
_LETTER_ALONE = re.compile(r"[A-Z]")
_OPENS = re.compile(r"[\s\"'“‘«([*\[]*")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What stands at the head of a stretch and numbers it."""

    number: str
    """In our digits, without brackets or stops: "12", "iv", "1.2.3", "5a"."""
    written: str
    """As the document has it, without a closing stop: "Article 12", "(b)", "12", "第十二条"."""
    end: int
    """Where the numbering ends in the stretch, its closing stop included."""
    kind: str = ""
    """What the document calls it, as the kind of provision it makes; empty for a bare number."""
    word: str = ""
    """The very word, in lower case ("art.", "chapter"); empty for a bare number."""

    @property
    def is_wider(self) -> bool:
        """Whether it names what holds units ("Part II") instead of one."""
        return bool(self.word) and not self.kind

    @property
    def depth(self) -> int:
        """1 for "12", 2 for "1.2"; 0 for a letter, a Roman numeral or what has a bracket first."""
        if self.written[:1] in "([" or not self.number[:1].isdecimal():
            return 0
        return self.number.count(".") + 1

    @property
    def steps(self) -> tuple[int, ...]:
        """Its decimal parts, to see whether it follows another: (1, 2, 3)."""
        return tuple(int(part) for part in re.findall(r"\d+", self.number))


def numbering_of(words: str, heading: bool = False) -> Numbering | None:
    """What numbers the stretch *words*; None if nothing does.

    Args:
        words: The stretch, from its first character.
        heading: Whether it is a heading: those carry numbers without a stop ("2 Scope") and
            single capitals ("B. Risks"), where a sentence begins with a sum or somebody's name.
    """
    return (_by_word(words, heading) or _by_signs(words) or _in_brackets(words)
            or _bare(words, heading))


def _by_word(words: str, heading: bool) -> Numbering | None:
    match = _WORDED.match(words)
    if match is None:
        return None
    word, written = match["word"].lower(), match["number"]
    if match.start("number") == match.end("word") and word[-1].isalpha():
        return None
    closed = bool(words[match.end("number") + bool(match["open"]):match.end()].strip())
    if not heading and not closed and _goes_on(words[match.end():]):
        return None
    if not written[0].isdecimal() and not match["open"]:
        lettered = len(written) == 1 and written.islower() and written not in HAN + HEBREW
        if lettered and not closed and words[match.end():].strip():
            return None
    number = _ORDINALS.get(written.lower(), in_our_digits(re.sub(r"\s", "", written)))
    end = match.end("number") + bool(match["open"])
    return Numbering(number, words[:end], match.end(), _KINDS[word], word)


def _by_signs(words: str) -> Numbering | None:
    for kind, before, after, pattern in _BOTH_SIDES:
        match = pattern.match(words)
        if match is not None:
            wider = kind == "chapter"
            return Numbering(in_our_digits(match["number"]), match[0], match.end(),
                             "" if wider else kind, f"{before}{after}")
    match = _NUMBER_FIRST.match(words)
    if match is None:
        return None
    word = match["word"].lower()
    kind = next(kind for kind, after in _AFTER.items() if word in after)
    return Numbering(in_our_digits(match["number"]), match[0].rstrip(".:"), match.end(), kind, word)


def _in_brackets(words: str) -> Numbering | None:
    match = _BRACKETED.match(words)
    if match is None:
        return None
    number = match["number"]
    if len(number) > 1 and number.isalpha() and not _counts(number):
        return None
    return Numbering(in_our_digits(number), match[0], match.end())


def _bare(words: str, heading: bool) -> Numbering | None:
    match = _CLOSED.match(words)
    if match is None:
        return None
    number, close, rest = match["number"], match["close"], words[match.end():]
    numbering = Numbering(in_our_digits(number), number, match.end())
    if number[0].isdecimal():
        if numbering.steps[0] > MOST_OF_A_BARE_NUMBER or _is_date(close, rest):
            return None
        if close or heading or numbering.depth > 1:
            refused = not close and (_goes_on(rest) or (not rest.strip() and not heading))
            return None if refused else numbering
        return None
    if not close or not (len(number) == 1 or "." in number or _counts(number)):
        return None
    if close == "." and not heading and _LETTER_ALONE.fullmatch(number):
        return None
    return numbering


def _counts(letters: str) -> bool:
    return roman_value(letters) is not None or letters[0] == letters[-1]


def _is_date(close: str, rest: str) -> bool:
    return close != ")" and bool(re.match(rf"\s*(?:{_MONTHS})\b", rest, re.IGNORECASE))


def _goes_on(rest: str) -> bool:
    """Whether *rest* continues a sentence that the number is a part of."""
    opened = _OPENS.match(rest)
    following = rest[opened.end() if opened else 0:][:1]
    return following.islower() or following.isdecimal() or following in set("%,;/-–+=<>€$£")
