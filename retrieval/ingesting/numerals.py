"""Numbers as documents write them: digits of any script, Roman, Chinese and Hebrew numerals.

Pure.  A lawyer who asks for article 12 means the article that the Hebrew text calls "יב" and the
Chinese text "第十二条", so those come back as "12".  Roman numerals stay as they are written:
"Principle IV" is cited so.
"""

import itertools
import re
import unicodedata

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)
_HAN_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HEBREW = dict(zip("אבגדהוזחטיכלמנסעפצקרשת",
                   (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90,
                    100, 200, 300, 400), strict=True))
_MOST_DIGITS = 15
_HEBREW_MARKS = re.compile("[׳״'\"]")

HAN = "〇零一二三四五六七八九十百千"
HEBREW = "".join(_HEBREW)


def whole_value(written: str) -> int | None:
    """What a whole number counts, whatever its digits are drawn as ("²" is 2); None for none.

    One of more digits than anything is numbered by counts nothing.
    """
    digits = unicodedata.normalize("NFKC", written[: _MOST_DIGITS + 1])
    return int(digits) if digits.isdecimal() and len(digits) <= _MOST_DIGITS else None


def roman(number: int) -> str:
    """*number* (from 1) in lower-case Roman numerals."""
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def roman_value(written: str) -> int | None:
    """What the Roman numeral *written* stands for; None if it is none ("iiii", "vx")."""
    value, rest = 0, written.lower()
    for worth, sign in _ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest[len(sign):]
    return value if value and not rest and roman(value) == written.lower() else None


def letter(number: int) -> str:
    """The mark of the *number*-th entry of a list by letters: a, b, …, z, aa, bb, as Word does."""
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def han_value(written: str) -> int | None:
    """What the Chinese numeral *written* stands for ("三十" is 30); None if it is none."""
    if not written or any(sign not in HAN for sign in written):
        return None
    if not any(sign in _HAN_UNITS for sign in written):
        return int("".join(str(_HAN_DIGITS[sign]) for sign in written)) or None
    value, digit = 0, 0
    for sign in written:
        if sign in _HAN_UNITS:
            value, digit = value + (digit or 1) * _HAN_UNITS[sign], 0
        else:
            digit = _HAN_DIGITS[sign]
    return value + digit


def hebrew_value(written: str) -> int | None:
    """What the Hebrew numeral *written* stands for ("יב" is 12); None if it is none."""
    values = [_HEBREW.get(sign, 0) for sign in _HEBREW_MARKS.sub("", written)]
    if not values or not all(values):
        return None
    pairs = itertools.pairwise(values)
    falling = all(a >= b for a, b in pairs)
    return sum(values) if falling else None


def in_our_digits(written: str) -> str:
    """*written* with every digit, of whatever script, as one of 0 to 9; else unchanged."""
    whole = han_value(written) or hebrew_value(written)
    if whole is not None:
        return str(whole)
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in written)
