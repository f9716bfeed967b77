"""Which parts of a web page are its text, and which are its site's, its notes, or not shown."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

HIDDEN_LEFT_OUT = "Text that the page hides was left out: {n} times."
FURNITURE_LEFT_OUT = "Menus, banners and asides around the text were left out: {n}."
STRUCK_LEFT_OUT = "Deleted text was left out: {n} times."

UNSAID = frozenset({
    "script", "style", "template", "noscript", "svg", "iframe", "object", "embed", "canvas",
    "audio", "video", "select", "button", "textarea", "input", "datalist", "head", "rt", "rp",
    "map", "dialog", "title", "noframes", "noembed"})
PAGE = frozenset({"html", "body"})
"""Hidden as a whole until a script uncovers it, so that says nothing of what is seen."""
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRUCK = frozenset({"del", "s", "strike"})
_STRIKES = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_UNSEEN_CLASSES = frozenset({
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "element-invisible",
    "skip-link", "noprint"})
_ANCHOR = re.compile("[¶#§🔗\ue000-\uf8ff]\ufe0f?")
_FURNITURE = frozenset({"nav", "header", "footer", "aside"})
_FURNITURE_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
    "toolbar", "alertdialog", "dialog"})
_LINKS = re.compile(
    r"(?i)(?:^|[\s_-])(?:share|sharing|social|breadcrumbs?|pager|addtoany|addthis|toc"
    r"|table-of-contents)(?=$|[\s_-])")
_NAVIGATION = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav|navbar|navheader|navfooter|navigation)(?=$|[\s_-])")
"""In the classes of what a site puts around any of its texts."""
_NOTE = re.compile(r"(?:_?ftn|_?edn|fn|footnote|endnote|note|cite_note)[-_:.]?\d+(?:-\d+)?",
                   re.IGNORECASE)
_NOTE_CLASSES = frozenset({
    "footnote", "footnotes", "endnote", "endnotes", "msofootnotetext", "oj-note", "footnote-text"})
_NOTE_ROLES = frozenset({"doc-footnote", "doc-endnote", "doc-endnotes"})
PROSE_CHARACTERS = 200
"""A header with a paragraph of so many belongs to the text: banners hold names and links."""


def text_of(element: Any) -> str:
    """Everything that stands in *element*, in one line."""
    return " ".join("".join(element.itertext()).split())


def is_hidden(element: Any) -> bool:
    """Whether *element* itself states that it isn't shown; style sheets aren't consulted."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _HIDES.search(element.get("style") or ""):
        return True
    return bool(_UNSEEN_CLASSES.intersection((element.get("class") or "").lower().split()))


def is_struck(element: Any) -> bool:
    """Whether *element* holds words that are struck out, and so no part of what is said."""
    return element.tag in _STRUCK or bool(_STRIKES.search(element.get("style") or ""))


def _is_passed_over(element: Any) -> bool:
    return not isinstance(element.tag, str) or element.tag in UNSAID or is_hidden(element)


def shown(holder: Any) -> Iterator[Any]:
    """The elements in *holder* that stand in nothing that is hidden, or that isn't read."""
    walk = etree.iterwalk(holder, events=("start",))
    for _, element in walk:
        if element is holder or element.tag in PAGE:
            continue
        if _is_passed_over(element):
            walk.skip_subtree()
        else:
            yield element


def seen_text_of(holder: Any) -> str:
    """What is seen of *holder*, in one line."""
    said, walk = [], etree.iterwalk(holder, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            said.append(None if element is holder else element.tail)
        elif element is not holder and _is_passed_over(element):
            walk.skip_subtree()
        else:
            said.append(element.text)
    return " ".join("".join(filter(None, said)).split())


def is_anchor(element: Any) -> bool:
    """Whether *element* is the sign at a heading that links to that heading."""
    return element.tag == "a" and (element.get("href") or "").startswith("#") and bool(
        _ANCHOR.fullmatch(text_of(element)))


def is_note(element: Any) -> bool:
    """Whether *element* is a footnote, or holds footnotes."""
    if element.get("role") in _NOTE_ROLES or element.get("epub:type") in {"footnote", "endnotes"}:
        return True
    if _NOTE_CLASSES.intersection((element.get("class") or "").lower().split()):
        return element.tag not in {"a", "sup", "span"}
    name = element.get("id") or (element.get("name") if element.tag == "a" else None) or ""
    if not _NOTE.fullmatch(name):
        return False
    # `id="note1"` may stand on the reference itself; that leads to the note, which leads back.
    return element.tag not in {"sup", "span"} and (
        element.tag != "a" or "ref" in (element.get("href") or ""))


def is_furniture(element: Any) -> bool:
    """Whether *element* is around the text instead of part of it."""
    tag, role = element.tag, element.get("role")
    if role in _FURNITURE_ROLES:
        return True
    if _is_around(element):
        return True
    if tag not in _FURNITURE:
        return False
    if tag in {"nav", "aside"}:
        return True
    if any(is_note(inner) for inner in element.iter() if isinstance(inner.tag, str)):
        return False
    if tag == "header" and any(a.tag == "article" for a in element.iterancestors()):
        return False
    return not any(_prose(p) >= PROSE_CHARACTERS for p in element.iter("p"))


def _is_around(element: Any) -> bool:
    """Whether its class says so, and so does what stands in it: mostly links."""
    classes = element.get("class") or ""
    if element.tag in {"body", "main", "article"} or not classes:
        return False
    length = len(text_of(element))
    if _LINKS.search(classes):
        return 10 * _prose(element) < 4 * length
    return bool(_NAVIGATION.search(classes)) and length < PROSE_CHARACTERS


def _prose(paragraph: Any) -> int:
    linked = sum(len(text_of(link)) for link in paragraph.iter("a"))
    return len(text_of(paragraph)) - linked


def main_part(root: Any) -> Any:
    """What holds the text: `main`, else the one `article` with most of it, else the body."""
    mains = [e for e in shown(root) if e.tag == "main" or e.get("role") == "main"]
    if mains:
        return max(mains, key=lambda e: len(text_of(e)))
    body = _body(root)
    articles = [a for a in shown(body) if a.tag == "article"
                and not any(b.tag == "article" for b in a.iterancestors())]
    if len(articles) == 1 and 2 * len(text_of(articles[0])) > len(text_of(body)):
        return articles[0]
    return body


def _body(root: Any) -> Any:
    """The body; the whole page where there is none, or where words stand behind its end.

    Browsers show those as well: a page that is put together of parts has a body of each.
    """
    bodies = list(root.iter("body"))
    if len(bodies) != 1 or bodies[0] is root:
        return root
    beside = (one for one in root if one is not bodies[0] and not _is_passed_over(one))
    return root if (bodies[0].tail or "").strip() or any(map(seen_text_of, beside)) else bodies[0]


def is_layout(table: Any) -> bool:
    """Whether *table* puts parts of the page beside one another instead of holding values."""
    if table.get("role") in {"presentation", "none"}:
        return True
    if next(table.iterdescendants("table", "h1", "h2", "h3", "h4"), None) is not None:
        return True
    rows = list(table.iter("tr"))
    return all(sum(1 for cell in row if cell.tag in {"td", "th"}) <= 1 for row in rows)
