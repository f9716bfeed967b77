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
