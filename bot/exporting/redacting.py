"""Takes out of words what tells who somebody is, and marks where it stood.

Found by its form alone: addresses, numbers, ids.  Names of people have no form, and no library
that finds them works without a model to download, so names stay; whoever redacts is told so.
What looks like a phone number is taken for one: a number too many is lost sooner than one too few.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from typing import Any

from bot import forms
from bot.turns.turn import Quote
from bot.unseen import Seen


class Redaction(StrEnum):
    """What is taken out."""

    EMAIL = "email"
    PHONE = "phone"
    IP = "ip"
    SLACK = "slack"
    URL = "url"


_SAID = {
    Redaction.EMAIL: "e-mail address", Redaction.PHONE: "phone number", Redaction.IP: "IP address",
    Redaction.SLACK: "Slack id", Redaction.URL: "link or key with a token",
}
NAMES_STAY = "Names of people are not found by their form and stay."
PLACES_STAY = ("The rows of the log keep the names of workspace, channel and thread, and the times "
               "that stand in them, since their digests cover these.")

Span = tuple[int, int, Redaction]

_IS_ID = re.compile(r"[UW][A-Z0-9]+")
_WORD = re.compile(r"\w+")

_PLACES = frozenset({
    "workspace", "seq", "kind", "key", "conversation", "at", "personal_sha256", "recorded_at",
    "sent_at", "citations", "sha256", "manifest_sha256", "release", "wording_digest", "message",
    "compared", "channel", "from", "summary", "shown", "start", "end", "conversations",
    "provision", "id", "flag", "salt", "source", "url", "pinpoint", "thread", "delivery", "post",
    "event_id", "content_sha256", "settings_sha256", "program", "prompts", "search",
    "parts", "composer", "restates", "pinned", "nearest", "provisions", "relevant",
    "cites_at_least", "cites_never", "case"})
"""Names in a body of what holds a place, a time, a digest or an id, or comes from the guidance.

Some digits of these look like a number to call, such as those of the provision eu-2021-821.
"""
_WHOM = frozenset({"to"})
"""Names in a body of what holds a release, whose digits may look like a number, or a person."""


class Redactor:
    """Takes *kinds* out of words.

    Args:
        kinds: What is taken out.
        people: Ids that are known to be people's, whatever their form.
    """

    def __init__(self, kinds: Collection[Redaction], people: Iterable[str] = ()) -> None:
        self.kinds = frozenset(kinds)
        self.count = 0
        """How many were taken out so far."""
        # A name that a person goes by in the terminal may be a word, and words stay.
        ids = (name.rpartition(":")[2] for name in people)
        self._people = frozenset(name for name in ids if _IS_ID.fullmatch(name))
        self._quotes: dict[str, str] = {}

    def clean(self, text: str) -> str:
        """*text* with marks in the place of what is taken out."""
        parts, end = [], 0
        for start, stop, kind in self._spans(text):
            parts += [text[end:start], f"[redacted: {_SAID[kind]}]"]
            end = stop
            self.count += 1
        return "".join([*parts, text[end:]])

    def actor(self, actor: str | None) -> str | None:
        """Who it was, unless people's ids are taken out."""
        if not actor or Redaction.SLACK not in self.kinds:
            return actor
        self.count += 1
        return f"[redacted: {_SAID[Redaction.SLACK]}]"

    def quote(self, said: str) -> str:
        """Words that were quoted from a text that `words` has seen."""
        return self._quotes.get(said) or self.clean(said)

    def words(self, text: str, quotes: Iterable[Quote]) -> tuple[str, list[Quote]]:
        """A message and what was quoted from it; a quote out of what is taken out goes too."""
        spans = list(self._spans(text))
        kept = []
        for path, said in quotes:
            within = [kind for start, stop, kind in spans
                      for place in _all(text, said) if place < stop and place + len(said) > start]
            shown = self.clean(said)
            if within and shown == said and len(within) >= len(list(_all(text, said))):
                shown = f"[redacted: {_SAID[within[0]]}]"
            self._quotes[said] = shown
            kept.append((path, shown))
        return self.clean(text), kept

    def any_in(self, body: Any) -> bool:
        """Whether *body* holds what is to be taken out, beside the places that the chain needs."""
        if isinstance(body, dict):
            return any(self._names_somebody(value) if name in _WHOM else self.any_in(value)
                       for name, value in body.items() if name not in _PLACES)
        if isinstance(body, list):
            return any(map(self.any_in, body))
        return isinstance(body, str) and next(self._spans(body, body=True), None) is not None

    def _names_somebody(self, value: Any) -> bool:
        """Whether *value* is the id of a person, and those are taken out."""
        return Redaction.SLACK in self.kinds and isinstance(value, str) and any(
            next(iter(find(value)), None) is not None
            for find in (self._known, forms.matches(forms.PERSON_ID)))

    def _spans(self, text: str, *, body: bool = False) -> Iterator[Span]:
        """What is taken out of *text*, in order; of two that overlap the first that is found.

        A sign that nobody sees, as comes along with a number that is copied, hides nothing.
        """
        seen, taken = Seen(text), list[Span]()
        for kind, find in self._finders(body):
            if kind in self.kinds:
                for start, stop in find(seen.text):
                    if all(stop <= a or start >= b for a, b, _ in taken):
                        taken.append((start, stop, kind))
        for start, stop, kind in sorted(taken):
            yield (*seen.span(start, stop), kind)

    def _finders(
        self, body: bool
    ) -> Iterator[tuple[Redaction, Callable[[str], Iterable[tuple[int, int]]]]]:
        yield Redaction.URL, forms.telling_links
        yield Redaction.URL, forms.matches(forms.SLACK_TOKEN)
        yield Redaction.SLACK, forms.matches(forms.MENTION)
        yield Redaction.EMAIL, forms.matches(forms.EMAIL)
        yield Redaction.IP, forms.addresses
        yield Redaction.SLACK, self._known
        yield Redaction.SLACK, forms.matches(forms.PERSON_ID if body else forms.SLACK_ID)
        yield Redaction.PHONE, forms.phones

    def _known(self, text: str) -> Iterator[tuple[int, int]]:
        """Ids of people that are known, however short."""
        return (found.span() for found in _WORD.finditer(text) if found[0] in self._people)


def _all(text: str, said: str) -> Iterator[int]:
    place = text.find(said)
    while place >= 0:
        yield place
        place = text.find(said, place + 1)
