"""What has a form: addresses, numbers, ids, found by how they are written.

What looks like a phone number is taken for one: a number too many is lost sooner than one too few.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s<>|\"'“”]+", re.IGNORECASE)
_TOKEN_NAME = re.compile(
    r"token|secret|passw|pwd|auth|session|signature|code|api_?key|^(key|sig|sid|jwt|hash)$",
    re.IGNORECASE)
_TOKEN_PART = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}")
# A token in three parts is looked for once in each run of its signs, from where the run begins, and
# what was read is never given back: else "eyJ-eyJ-…" would be read to its end from each "eyJ".
SLACK_TOKEN = re.compile(
    r"\bx(?:ox[a-z]|app)-[\w-]{8,}"
    r"|(?<![\w-])(?>[\w-]*?\beyJ)[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?")
_LOCAL = r"[\w.!#$%&'*+/=?^`{}~-]"
# Only from where it begins and never given back, since nobody bounds what may stand before an "@":
# else a long text without one would be looked through anew from each of its characters.
EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++@[\w-]+(?:\.[\w-]+)+")
_IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*)"
                 r"(?![\w:]|\.\d)", re.IGNORECASE)
# Figures are set apart by narrow spaces in French, and by hyphens that keep a line together.
_PHONE = re.compile(
    r"(?<![\w.,])(?:\+|00)?\(?\d(?:[ \u00a0\u2009\u202f.()/\u2010\u2011–-]{0,3}\d){6,14}"
    r"(?![\w]|[.,]\d)")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-/. ])[01]?\d\1[0-3]?\d(?!\d)|[0-3]?\d([-/.])[0-3]?\d\2(?:19|20)\d\d(?!\d))"
    # With what stands behind the seconds of a moment as rows of the log have it.
    r"(?:(?:T|,? )[0-2]?\d(?::\d\d)*(?:(?<=:\d\d)\.\d{1,6})?(?:(?<=\d\d)[+-]\d\d:\d\d)?)?"
    r"|(?:19|20)\d\d/\d{1,4}(?![\d/])"  # laws and resolutions: 2021/821
)
# Slack writes no "<" into the name after the bar, so none is looked through twice.
MENTION = re.compile(r"<(?:@|#|!subteam\^)[A-Z0-9]++(?:\|[^<>]*+)?>")
SLACK_ID = re.compile(r"\b(?=[A-Z]*\d)[UWCGDTBSE][A-Z0-9]{7,}\b")
PERSON_ID = re.compile(r"\b(?=[A-Z]*\d)[UW][A-Z0-9]{7,}\b")


def matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    """What finds the characters of a text that *pattern* matches."""
    return lambda text: (found.span() for found in pattern.finditer(text))


def telling_links(text: str) -> Iterator[tuple[int, int]]:
    """The links in *text* that hold a key or a token."""
    for found in URL.finditer(text):
        try:
            parts = urlsplit(found[0])
        except ValueError:
            yield found.span()  # no address that anybody can read, so nobody can say what it holds
            continue
        named = [name for given in (parts.query, parts.fragment) for name, _ in parse_qsl(given)]
        if (parts.username or any(map(_TOKEN_NAME.search, named))
                or _TOKEN_PART.search(f"{parts.path} {parts.query} {parts.fragment}")):
            yield found.span()


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """The IP addresses in *text*."""
    for found in _IP.finditer(text):
        try:
            ipaddress.ip_address(found[0].rstrip("."))
        except ValueError:
            continue
        yield found.start(), found.start() + len(found[0].rstrip("."))


def phones(text: str) -> Iterator[tuple[int, int]]:
    """What looks like a number to call in *text* and is no date."""
    dates = (found.span() for found in _DATE.finditer(text))
    date = next(dates, None)
    for found in _PHONE.finditer(text):
        # Both come in the order of the text, and no two dates overlap.
        while date is not None and date[1] < found.end():
            date = next(dates, None)
        if date is None or found.start() < date[0]:
            yield found.span()
