"""The same deal in other words and other shapes, by chance that is seeded.

A perturbation changes how something is said and not what.  Where it finds nothing to change it
gives the messages back as they were, and such a case doesn't count for it.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from random import Random

Says = tuple[str, ...]
Perturbation = Callable[[Says, Random], Says]

WORDS_PER_TYPO = 8
LEAST_LETTERS = 4
"""Shorter words are spared: with one slip "no" says "on", and nobody could tell."""

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: "".join(row[max(0, i - 1) : i] + row[i + 1 : i + 2])
    for row in _ROWS
    for i, key in enumerate(row)
}
_WORD = re.compile(r"[A-Za-z]+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSE = re.compile(r"(?<=,)\s+")
_TAKES_BACK = re.compile(
    r"\b(?:scrap|correct(?:ion|ing)?|actually|wait|sorry|instead|wrong|meant|mean|update|forget"
    r"|this time|now|it|its|it's|they|they're|he|she|that|this|those|these|same|also|too|there"
    r"|but|however|still|tho|though|except|which|who|so|then)\b",
    re.IGNORECASE,
)
"""A sentence with one of these leans on what stands before it, and can't be moved."""

_GREETINGS = ("Hi team,", "Hello,", "Good morning all,", "hey,", "Hi there 👋")
_SIGNATURES = (
    "Best regards,\nAlex Morgan\nRegional Sales Manager",
    "Thanks!! 🙏\nSam",
    "Cheers, Jo\n--\nSent from my phone",
    "Kind regards\nM. Keller | Account Executive | ext. 4417",
)
_QUOTED = (
    "On Tue, Nov 3, 2026 at 9:14 AM Sam Reed <sam.reed@example.com> wrote:\n"
    "> Can you send me what you have so far?\n> Thanks",
    "-----Original Message-----\nFrom: Sam Reed\nSent: Tuesday\nSubject: RE: quick one\n\n"
    "Please see below.",
)

SPELLINGS = (
    ("licence", "license"),
    ("defence", "defense"),
    ("centre", "center"),
    ("programme", "program"),
    ("organisation", "organization"),
    ("behaviour", "behavior"),
    ("authorised", "authorized"),
    ("authorise", "authorize"),
    ("labour", "labor"),
    ("recognise", "recognize"),
    ("recognising", "recognizing"),
    ("analyse", "analyze"),
    ("cancelled", "canceled"),
    ("judgement", "judgment"),
    ("neighbour", "neighbor"),
    ("colour", "color"),
    ("grey", "gray"),
    ("fibre", "fiber"),
)
"""British and American spelling."""

SYNONYMS = (
    ("ministry of health", "health ministry"),
    ("ministry of defence", "defence ministry"),
    ("ministry of the interior", "interior ministry"),
    ("ministry of interior", "interior ministry"),
    ("facial recognition", "face recognition"),
    ("licence plate readers", "number plate readers"),
    ("license plate readers", "number plate readers"),
    ("journalists", "reporters"),
    ("cell phone", "mobile phone"),
    ("cops", "police"),
    ("purchase", "buy"),
    ("wants", "would like"),
    ("quote", "quotation"),
    ("contract", "agreement"),
    ("customer", "client"),
    ("security cameras", "surveillance cameras"),
    ("intelligence service", "intelligence agency"),
    ("demonstrations", "protests"),
    ("distributor", "distribution partner"),
)
"""What means the same in a message about a deal."""


def typos(says: Says, chance: Random) -> Says:
    """One slip of the fingers for every eight words: a neighbouring key, a swap or a drop."""
    places = [
        (number, match.start(), match.end())
        for number, text in enumerate(says)
        for match in _WORD.finditer(text)
    ]
    long_enough = [place for place in places if place[2] - place[1] >= LEAST_LETTERS]
    wanted = max(1, round(len(places) / WORDS_PER_TYPO))
    slips = chance.sample(long_enough, min(wanted, len(long_enough)))
    texts = list(says)
    # From behind, so that the places before stay right.
    for number, start, end in sorted(slips, reverse=True):
        text = texts[number]
        texts[number] = text[:start] + _slip(text[start:end], chance) + text[end:]
    return tuple(texts)


def _slip(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("neighbour", "swap", "drop"))
    if kind == "swap" and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "neighbour":
        key = chance.choice(_NEIGHBOURS[word[at].lower()])
        return word[:at] + key + word[at + 1 :]
    return word[:at] + word[at + 1 :]


def lower_case(says: Says, _: Random) -> Says:
    """No capitals at all."""
    return tuple(text.lower() for text in says)


def no_punctuation(says: Says, _: Random) -> Says:
    """Words and line breaks alone; what a hyphen or slash joins becomes two words."""
    table = str.maketrans(
        {mark: " " if mark in "-/" else "" for mark in (*string.punctuation, *"’‘“”–—")}
    )
    return tuple(
        "\n".join(" ".join(line.split()) for line in text.translate(table).split("\n"))
        for text in says
    )


def reordered(says: Says, chance: Random) -> Says:
    """The sentences of a message in another order, or its clauses where it is a single one.

    A message with a word that leans on what went before stays as it is.
    """
    return tuple(_shuffled(text, chance) for text in says)


def _shuffled(text: str, chance: Random) -> str:
    if _TAKES_BACK.search(text):
        return text
    parts = _SENTENCE.split(text.strip())
    joined, close = " ", ""
    if len(parts) == 1:
        parts = [part.rstrip(",") for part in _CLAUSE.split(text.strip())]
        joined = ", "
        if len(parts) > 1 and parts[-1][-1:] in ".!?":
            parts[-1], close = parts[-1][:-1], parts[-1][-1]
    if len(parts) < 2:
        return text
    order = list(range(len(parts)))
    while order == sorted(order):
        chance.shuffle(order)
    pieces = [parts[i] for i in order]
    if joined == " ":
        pieces = [p if p[-1:] in ".!?;" else f"{p}." for p in pieces[:-1]] + pieces[-1:]
    return joined.join(pieces) + close


def padded(says: Says, chance: Random) -> Says:
    """A greeting before the first message, a signature and a quoted mail behind the last."""
    first = f"{chance.choice(_GREETINGS)}\n\n{says[0]}"
    texts = [first, *says[1:]]
    texts[-1] += f"\n\n{chance.choice(_SIGNATURES)}\n\n{chance.choice(_QUOTED)}"
    return tuple(texts)


def respelt(says: Says, _: Random) -> Says:
    """British spelling for American and the other way round, and words that mean the same."""
    table: dict[str, str] = {}
    for one, other in (*SPELLINGS, *SYNONYMS):
        table.setdefault(one, other)
        table.setdefault(other, one)
    names = sorted(table, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
    return tuple(pattern.sub(lambda m: _as_cased(m.group(), table), text) for text in says)


def _as_cased(found: str, table: Mapping[str, str]) -> str:
    other = table[found.lower()]
    return other[0].upper() + other[1:] if found[0].isupper() else other


def split_up(says: Says, chance: Random) -> Says:
    """The first message in two or three: sent before it was finished, as people do in chats."""
    text = says[0].strip()
    parts = _SENTENCE.split(text)
    if len(parts) == 1:
        parts = _CLAUSE.split(text)
    if len(parts) < 2:
        return says
    number = min(chance.choice((1, 2)), len(parts) - 1)
    cuts = sorted(chance.sample(range(1, len(parts)), number))
    edges = [0, *cuts, len(parts)]
    pieces = [" ".join(parts[a:b]) for a, b in pairwise(edges)]
    return (*pieces, *says[1:])


PERTURBATIONS: Mapping[str, Perturbation] = {
    "typos": typos,
    "lower case": lower_case,
    "no punctuation": no_punctuation,
    "reordered": reordered,
    "padding": padded,
    "spelling and synonyms": respelt,
    "split over turns": split_up,
}


def variants(id_: str, says: Sequence[str], seed: int) -> dict[str, Says]:
    """The messages *says* of case *id_* under each perturbation that changes them.

    One that leaves nothing of a message, as of "?" without its mark, is left out.
    """
    before = tuple(says)
    after = {
        name: perturb(before, Random(f"{seed}:{id_}:{name}"))  # noqa: S311  the same each time, no secret
        for name, perturb in PERTURBATIONS.items()
    }
    return {name: texts for name, texts in after.items()
            if texts != before and all(text.strip() for text in texts)}
