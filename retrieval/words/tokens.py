"""A message as words: folded, stemmed, and each pointing back at the characters it came from."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import Stemmer

_LOCAL = threading.local()
FILLED_IN = "="
"""Fills in a heading as a colon does: "partner = none"."""
PLUS = "+"
"""Joins what it stands between, as "and" does: "radar + cameras"."""
_TICKS = {**dict.fromkeys((*"✓✔☑✅", ":white_check_mark:", ":heavy_check_mark:",
                          ":ballot_box_with_check:"), "yes"),
          **dict.fromkeys((*"✗✘✕✖❌❎☒", ":x:", ":heavy_multiplication_x:",
                          ":negative_squared_cross_mark:"), "no")}
"""Ticks and crosses, as signs and as Slack writes them, as the words they stand for."""
_TOKEN = re.compile(
    rf"(?<!\w)(?:{'|'.join(code for code in _TICKS if code[1:])})(?!\w)"
    rf"|[{''.join(sign for sign in _TICKS if not sign[1:])}]|"
    r"(?:[^\W\d_]\.){2,}|\b(?:n/a|w/o|s/w|h/w)\b|\bw/(?!\w)|\d+(?:[.,]\d+)*|[^\W\d_]+\d+|[^\W_]+(?:'[^\W_]+)*|[.,;:!?()\n–—&%]"
    # A dash as it is typed: "no war - they jail reporters", "no war--they do". One that opens a
    # line lists, and one without blanks joins the words of a name.
    r"|(?<=\S )-{1,3}(?=\s)|(?<=\w)--(?=\w)"
    rf"|(?<![<>=!]){FILLED_IN}(?![<>=])"
    # A plus that joins two words, and is no part of a name, a grade or a number.
    r"|(?<=[^\W\d_] )\+(?= [^\W\d_])|(?<=[^\W\d_])\+(?=[^\W\d_])"
    # What parts one point from the next: "agent: no / stage: signed".
    r"|(?<=\s)[/|](?=\s)"
)
_EMOJI = re.compile(r":(?:[+-]1|[a-z][a-z_-]*\d[\w-]*):")
"""An emoji as Slack writes it, with a number that picks nothing: ":+1::skin-tone-2:"."""
_ENDS_SENTENCE = frozenset(".!?;\n")
_ENDS_CLAUSE = _ENDS_SENTENCE | frozenset(",:()–—")
LATEST = 4
"""Texts of which the words are kept, until others are divided: who reads a message, tells its
language and looks for what it names, each divides it."""
PERCENT = "percent"
"""As "%" is read, so that "6% state-owned" is found by the words for it."""
SHORTENED = {"w": "with", "u": "you", "ur": "your", "r": "are", "em": "them", "abt": "about",
             "b4": "before", "coz": "because", "cuz": "because", "sth": "something",
             "smth": "something",
             **dict.fromkeys(("wat", "wot", "wut", "wats", "wots"), "what"),
             **dict.fromkeys(("shud", "shld", "shd"), "should"),
             **dict.fromkeys(("cud", "cld"), "could"),
             **dict.fromkeys(("wud", "wld", "wd"), "would")}
"""Words as a thumb in a hurry leaves them, and as they are meant: "wat shud i ask em"."""
_WRITTEN_OUT = {**_TICKS, FILLED_IN: ":", "/": ",", "|": ",", "&": "and", PLUS: "and",
                "%": PERCENT,
                "w/o": "without", "w/": "with", "s/w": "software", "h/w": "hardware",
                **dict.fromkeys(("-", "--", "---"), "–"), **SHORTENED,
                # "We havent checked": each list of phrases would need it twice.
                **{f"{verb}nt": f"{verb}n't" for verb in (
                    "is", "are", "was", "were", "have", "has", "had", "do", "does", "did", "ca",
                    "could", "wo", "would", "should", "must", "need", "ai")}}
"""Words and signs as they are meant."""
_LONGEST_PLACE = 4
"""Most digits of a number that may be a place in a list; `int` refuses those of thousands."""
_BARE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss",
                       "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that no accent can be taken from, as people write them who lack the key: "Lodz"."""
_VOWELS = frozenset("aeiouy")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'"})
_MARKS = str.maketrans({
    **dict.fromkeys("ʼ´′‛", "'"), "。": ".", "、": ",", "،": ",", "؛": ";", "؟": "?",
    **dict.fromkeys("\x85\u2028\u2029", "\n"),
    **{chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}})
"""Marks and letters as other keyboards have them: "don´t", "Kenya。No war", "ＣＣＴＶ"."""
_LINE_ENDS = re.compile(r"\r(?!\n)|[\v\f]")


Form = tuple[str, str]
"""A word as `Token.norm` and `Token.stem` have it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or punctuation mark; `start` and `end` are characters of the original text."""

    text: str
    norm: str
    stem: str
    start: int
    end: int
    is_word: bool = field(compare=False, repr=False)
    """True for words and numbers, False for punctuation: told by `norm`, and asked thousands of
    times a message."""

    @property
    def place(self) -> int | None:
        """The place in a list that it may name, from 1: no word, no zero, and no endless number."""
        short = len(self.norm) <= _LONGEST_PLACE and self.norm.isdecimal()
        return (int(self.norm) or None) if short else None

    @property
    def ends_sentence(self) -> bool:
        """True for a mark that ends a sentence."""
        return self.norm in _ENDS_SENTENCE

    @property
    def ends_clause(self) -> bool:
        """True for a mark that ends a clause or a sentence."""
        return self.norm in _ENDS_CLAUSE


class Tokens(tuple[Token, ...]):
    """The tokens of one text, with what was found in them: each thing is looked for once.

    What is found lives as long as they do, and so no longer than a turn.  A part of them,
    `tokens[2:]`, is a plain tuple.

    Attributes:
        norms: The words and marks that occur.
        found: What was found in all of them, by what looked for it.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:  # noqa: ARG002  `tuple` has taken them
        self.norms = frozenset([token.norm for token in self])
        self.found: dict[object, Any] = {}

    @cached_property
    def words(self) -> "Tokens":
        """Them without the marks."""
        return Tokens([token for token in self if token.is_word])


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case *word*; words of three letters and fewer stay whole.

    Snowball leaves an "s" behind what has no vowel, and "NVRs" are several NVR.
    """
    if len(word) <= 3:
        return word
    if word[-1] == "s" and word.isalpha() and word[-2] != "s" and _VOWELS.isdisjoint(word):
        return word[:-1]
    # A PyStemmer object keeps state between calls and must not be shared between threads.
    stemmer = getattr(_LOCAL, "stemmer", None)
    if stemmer is None:
        stemmer = _LOCAL.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))


def plain(text: str) -> str:
    """*text* with the marks, letters and line ends of a common keyboard, one character for each."""
    return _LINE_ENDS.sub("\n", text if text.isascii() else text.translate(_MARKS))


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Lower case without accents or invisible characters, with the origin of each character."""
    text = plain(text)
    if text.isascii():
        return text.replace("`", "'").lower(), range(len(text))
    folded: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text.translate(_QUOTES)):
        if unicodedata.category(character) == "Cf":
            continue
        for part in unicodedata.normalize("NFKD", character):
            if not unicodedata.combining(part):
                for small in part.lower().translate(_BARE):
                    folded.append(small)
                    origin.append(index)
    return "".join(folded), origin


@dataclass(frozen=True, slots=True)
class Mend:
    """A slip of the keyboard: `start` and `end` are characters of the text, `word` what was meant.

    `word` is folded.  A mark that was left out is one too: the blank where it is meant.
    """

    start: int
    end: int
    word: str


def tokenise(text: str, mends: Iterable[Mend] = ()) -> list[Token]:
    """Words and punctuation of *text* in order; hyphens and slashes divide words.

    What is misspelt, by *mends*, is taken for what was meant; the places are those of the text.
    """
    meant = {(mend.start, mend.end): mend.word for mend in mends}
    return [*_as_written(text)] if not meant else _tokens(text, meant)


@lru_cache(maxsize=LATEST)
def _as_written(text: str) -> tuple[Token, ...]:
    return tuple(_tokens(text, {}))


def _tokens(text: str, meant: Mapping[tuple[int, int], str]) -> list[Token]:
    folded, origin = fold(text)
    if folded.count(":") > 1:
        folded = _EMOJI.sub(lambda code: " " * len(code.group()), folded)
    left_out = sorted(((start, end, mark.strip()) for (start, end), mark in meant.items()
                       if text[start:end].isspace()), reverse=True)
    tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        start, end = origin[found.start()], origin[found.end() - 1] + 1
        while left_out and left_out[-1][0] < start:
            first, last, mark = left_out.pop()
            tokens.append(Token(text[first:last], mark, mark, first, last, is_word=False))
        norm, stem_ = _formed(meant.get((start, end), found.group()) if meant else found.group())
        tokens.append(Token(text[start:end], norm, stem_, start, end, norm[:1].isalnum()))
    return tokens if not any(one.text in _TICKS for one in tokens) else _less_alone(tokens)


def _less_alone(tokens: Sequence[Token]) -> list[Token]:
    """*tokens* without a tick that is all they say: it may as well tell that it was read."""
    words = [token for token in tokens if token.is_word]
    return [token for token in tokens if len(words) > 1 or token not in words]


@lru_cache(maxsize=50_000)
def _formed(found: str) -> Form:
    norm = _normed(found)
    return norm, stem(norm)


@lru_cache(maxsize=50_000)
def _normed(found: str) -> str:
    norm = _WRITTEN_OUT.get(found, found).removesuffix("'s")
    return norm.rstrip(".") if "." in norm and norm[0].isalpha() else norm


def words_of(phrase: str) -> tuple[Token, ...]:
    """The words of a vocabulary *phrase*, punctuation left out."""
    return tuple(t for t in tokenise(phrase) if t.is_word)


def forms_of(phrase: str) -> tuple[Form, ...]:
    """What `words_of` makes of *phrase*, without the places, and in less than half the time.

    A start compiles tens of thousands of phrases, and most are plain words with blanks between.
    """
    return tuple(map(_formed, _cut(phrase)))


def norms_of(phrase: str) -> tuple[str, ...]:
    """`forms_of` *phrase*, where nobody asks for the stems."""
    return tuple(map(_normed, _cut(phrase)))


def _cut(phrase: str) -> list[str]:
    """The words of *phrase* as they are written, folded."""
    if phrase.isascii():
        plain = phrase.replace("-", " ").lower()
        if plain.replace(" ", "").isalpha():
            return plain.split()
    return [one for one in _TOKEN.findall(fold(phrase)[0]) if _normed(one)[:1].isalnum()]


def norms_in(texts: Iterable[str]) -> frozenset[str]:
    """`Token.norm` of every word that stands in any of *texts*.

    Those of a whole release are told in a tenth of the time that its tokens take.
    """
    together = "\n".join([fold(text)[0] for text in texts])
    norms = map(_normed, set(_TOKEN.findall(together)))
    return frozenset([norm for norm in norms if norm[:1].isalnum()])


forms_of_label = lru_cache(maxsize=2_000)(forms_of)
"""`forms_of` what a choice of the release is called: few texts, and nothing that people say."""
