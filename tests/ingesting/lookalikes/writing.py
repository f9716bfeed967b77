"""Writes a look-alike as HTML and its gold cut side by side, so that both say the same."""

import html
import re
from dataclasses import dataclass, field, replace

from tests.ingesting.lookalikes.gold import Gold

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NOTE = re.compile(r"\{(?P<note>[^{}]+)\}")


@dataclass(slots=True)
class Writing:
    """A document as it grows."""

    short: str
    paged: bool = True
    """Whether what has no number is cited by its page."""
    parts: list[str] = field(default_factory=list)
    gold: list[Gold] = field(default_factory=list)
    notes: int = 0
    listed: list[tuple[int, str]] = field(default_factory=list)
    """Notes that stand at the end of a page or of the document."""

    def add(self, written: str) -> None:
        """Add HTML that makes no provision."""
        self.parts.append(written)

    def begin(self, cited: str, heading: str = "") -> None:
        """Begin a piece; "{page}" in *cited* is filled in when the pages are known."""
        self.gold.append(Gold(cited.replace("{short}", self.short), heading, "", ""))

    def say(self, text: str, tag: str = "p", quoted: str = "", before: str = "") -> None:
        """Add a paragraph of the piece that is open.

        Args:
            text: Its words; "{…}" is a footnote.
            tag: The element, with its attributes.
            quoted: What is extracted for it, where that isn't the text itself.
            before: What stands before it in the text and is made by the style sheet.
        """
        said, shown = [], []
        at = 0
        for match in _NOTE.finditer(text):
            self.notes += 1
            self.listed.append((self.notes, match["note"]))
            said += [text[at:match.start()], str(self.notes).translate(_RAISED)]
            shown += [html.escape(text[at:match.start()], quote=False),
                      f'<span class="note" data-n="{self.notes}">'
                      f'{html.escape(match["note"], quote=False)}</span>']
            at = match.end()
        said.append(text[at:])
        shown.append(html.escape(text[at:], quote=False))
        self.parts.append(f"<{tag}>{''.join(shown)}</{tag.split(maxsplit=1)[0]}>")
        self.quote(quoted or before + "".join(said))

    def quote(self, text: str) -> None:
        """Add *text* to the gold words of the piece that is open."""
        last = self.gold[-1]
        self.gold[-1] = replace(last, text=f"{last.text}\n{text}".strip())

    def html(self, style: str, language: str = "en") -> str:
        """The whole document."""
        return (f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{style}'
                f"</style><body>{''.join(self.parts)}</body></html>")
