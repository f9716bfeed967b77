"""What stands on a page of the console, as whoever reads it sees it."""

import re
from html import unescape
from typing import Any


def words(page: Any) -> str:
    """The text of *page*, a response or its HTML, with a blank for each tag and each space."""
    html = page if isinstance(page, str) else page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def links(page: Any) -> list[str]:
    """Where the links of *page*, a response, lead."""
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page.text)]


def refusal_at(page: Any, field: str) -> str:
    """What whoever hears *page* is told at a refused *field*: nothing where it isn't marked so.

    Every id that it names has to stand on the page, and once.
    """
    said = []
    for tag in re.findall(rf'<(?:input|textarea|select)\b[^>]*\bname="{re.escape(field)}"[^>]*>',
                          page.text):
        if 'aria-invalid="true"' not in tag:
            continue
        for id_ in re.findall(r'aria-describedby="([^"]+)"', tag)[0].split():
            found = re.findall(rf'<(\w+)\b[^>]*\bid="{re.escape(id_)}"[^>]*>(.*?)</\1>', page.text,
                               re.S)
            assert len(found) == 1, f"{id_} stands {len(found)} times on the page"
            said.append(words(found[0][1]))
    return " ".join(said)
