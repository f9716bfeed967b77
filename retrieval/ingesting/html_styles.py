"""What of a web page its styles may hide: told to whoever takes it in, and never left out.

Which rule of a style sheet stands in the end only a browser works out; where we tried, ordinary
pages lost text (decision 66).  So a rule is looked at by itself, and only one whose selector is
plain: what it names is taken in, and somebody is sent to look.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lxml import etree

from retrieval.ingesting.html_parts import PAGE

MAY_BE_HIDDEN = "Text that the styles of the page may hide was taken in: {n} times."
MOST_RULES = 2_000
"""That hide, of a page; what more there are, a program has written."""
MOST_NESTED = 5
"""Blocks for a medium within one another."""

_HIDES = re.compile(
    r"(?i)(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|content-visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?(?![.\d])"
    r"|font-size\s*:\s*[01](?:\.0+)?(?:px|pt)?(?![.\w%])|color\s*:\s*transparent"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top|right|bottom)\s*:\s*-(?:\d{4,}px|\d{3,}r?em)"
    r"|clip\s*:\s*rect\(\s*[01][\s,p)]|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0))")
_WHITE = (r"(?:white|#f{3}|#(?:f[a-f]){3}|rgba?\(\s*25[0-5]\s*[,\s]\s*25[0-5]\s*[,\s]\s*25[0-5]"
          r"[^)]*\))(?![\w-])")
"""What can't be told from paper."""
_IN_WHITE = re.compile(rf"(?i)(?:^|[;{{\s])color\s*:\s*{_WHITE}")
_GROUND = re.compile(rf"(?i)(?:^|[;{{\s])background(?:-color|-image)?\s*:\s*"
                     rf"(?!{_WHITE}\s*(?:;|!|$)|transparent\b|none\b|inherit\b|initial\b|unset\b)\S")
_PALE = re.compile(_WHITE, re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_EVERYWHERE = re.compile(r"(?i)@media\s+(?:only\s+)?(?:all|screen)\s*")
_COMPOUND = re.compile(r"(?:[a-z][\w-]*|\*)?(?:[.#][a-z_-][\w-]*)*", re.IGNORECASE)
_MEDIA = frozenset({"all", "screen"})
_BRACE = re.compile(r"[{}]")
_PART = re.compile(r"[.#]?[\w*-]+")


def may_be_hidden(root: Any) -> frozenset[Any]:
    """The elements that a style of their own, or a plain rule of the page's sheets, may hide."""
    found = {e for e in root.iter(etree.Element)
             if _HIDES.search(e.get("style") or "") or _is_white_on_white(e)}
    sheets = "\n".join("".join(style.itertext()) for style in root.iter("style")
                       if (style.get("media") or "all").strip().lower() in _MEDIA)
    selectors = set(islice(_hiding(_COMMENT.sub("", sheets)), MOST_RULES))
    if selectors:
        named = _by_name(root)
        for *above, last in selectors:
            found |= {e for e in named.get(_named(_PART.findall(last)[-1]), ())
                      if _is(e, last) and _stands_in(e, above)}
    return frozenset(e for e in found if e.tag not in PAGE)


def _is_white_on_white(element: Any) -> bool:
    """Whether *element* sets its words in white, and nothing around it says of another ground.

    A rule of a sheet may have one all the same, so that it is no more than a doubt.
    """
    by_tag = element.tag == "font" and _PALE.fullmatch((element.get("color") or "").strip())
    if not by_tag and not _IN_WHITE.search(element.get("style") or ""):
        return False
    return not any(_has_ground(one) for one in (element, *element.iterancestors()))


def _has_ground(holder: Any) -> bool:
    stated = (holder.get("bgcolor") or "").strip()
    return bool(_GROUND.search(holder.get("style") or "") or holder.get("background")
                or (stated and not _PALE.fullmatch(stated)))


def _hiding(sheet: str, depth: int = 0) -> Iterator[tuple[str, ...]]:
    """The plain selectors of the rules that hide, each as the compounds from the outermost in."""
    at = 0
    while (opened := sheet.find("{", at)) >= 0:
        prelude = sheet[at:opened].rpartition(";")[2].strip()
        closed = _closed(sheet, opened)
        body = sheet[opened + 1:closed]
        at = closed + 1
        if prelude.startswith("@"):
            if _EVERYWHERE.fullmatch(prelude) and depth < MOST_NESTED:
                yield from _hiding(body, depth + 1)
        elif _HIDES.search(body):
            for one in prelude.split(","):
                compounds = tuple(one.replace(">", " ").split())
                if compounds and all(_COMPOUND.fullmatch(c) for c in compounds):
                    yield compounds


def _closed(sheet: str, opened: int) -> int:
    """Where the block ends that is *opened* there; the end of the sheet where it never does."""
    depth = 0
    for brace in _BRACE.finditer(sheet, opened):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(sheet)


def _by_name(root: Any) -> dict[str, list[Any]]:
    """The elements of each tag, class and id, as a selector names them."""
    named: dict[str, list[Any]] = defaultdict(list)
    for element in root.iter(etree.Element):
        for name in _names(element):
            named[name].append(element)
    return named


def _names(element: Any) -> set[str]:
    """What a part of a selector may call *element*."""
    classes = (f".{one}" for one in (element.get("class") or "").split())
    return {"*", element.tag, f"#{element.get('id')}", *classes}


def _named(part: str) -> str:
    """The *part* of a selector as elements have it: their tags are in small letters."""
    return part if part[0] in ".#" else part.lower()


def _is(element: Any, compound: str) -> bool:
    names = _names(element)
    return all(_named(part) in names for part in _PART.findall(compound))


def _stands_in(element: Any, above: Sequence[str]) -> bool:
    """Whether around *element* stand what the compounds *above* name, from the outermost in."""
    left = list(above)
    for holder in element.iterancestors():
        if not left:
            break
        if _is(holder, left[-1]):
            left.pop()
    return not left
