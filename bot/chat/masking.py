"""Names, counterparties and numbers taken out of what is sent, and put back into what returns.

Every name is a placeholder such as `{PERSON_1}`, the same one wherever it stands in one call.  What
looks like a placeholder in the person's own words is masked itself, so the two can't be confused.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot import forms
from bot.chat.amounts import Amounts
from bot.chat.masking_rules import MaskingRules, folded
from bot.chat.names import Names
from bot.dialogue.messages.beside import blanked
from bot.unseen import Seen
from retrieval.guidance import Guidance
from retrieval.words.lexicon import Lexicon

_PLACEHOLDER = re.compile(r"\{[a-z]+_\d+\}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.])@[A-Za-z][\w.-]+")
_FILE = re.compile(r"\b[\w-]+\.(?:pdf|docx?|xlsx?|pptx?|csv|txt|zip|msg|eml|odt|png|jpe?g)\b",
                   re.IGNORECASE)
_CODE = re.compile(r"\b(?=[\w./-]*\d[\w./-]*\d[\w./-]*\d)[A-Z][A-Z0-9]*(?:[-/_.][A-Z0-9]+)+\b"
                   r"|#\d{3,}\b")

Found = tuple[int, int, str]
"""Characters of a text, and what they are."""


@dataclass(frozen=True)
class Masked:
    """Texts as they are sent, and what stands behind their placeholders."""

    texts: tuple[str, ...]
    behind: Mapping[str, str] = field(repr=False)
    """By placeholder the person's own words."""

    def restored(self, text: str) -> str:
        """*text* with the person's own words in the place of placeholders."""
        return _PLACEHOLDER.sub(lambda found: self.behind.get(found[0].upper(), found[0]), text)


class Masking:
    """Masks texts by the words of one release; safe to share between threads.

    Args:
        guidance: Whose words stay, or nothing could be read.
        lexicon: Its vocabulary, compiled.
        rules: The lists of `prompts/masking.yaml`.
    """

    def __init__(self, guidance: Guidance, lexicon: Lexicon, rules: MaskingRules) -> None:
        self._names = Names(guidance, lexicon, rules)
        self._kept = re.compile("|".join(rules.kept_references) or r"(?!)")
        self.amounts = Amounts(rules.currencies)
        self._reference = _references(rules)
        ends = "|".join(sorted(rules.top_level_domains))
        self._site = re.compile(
            rf"\bwww\.[^\s<>|]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:{ends})\b(?!\.[a-z])(?:/[^\s<>|]*)?")

    def mask(self, *texts: str) -> Masked:
        """*texts* of one call, masked alike."""
        behind: dict[str, str] = {}
        given: dict[str, str] = {}
        counts: dict[str, int] = {}
        masked = []
        # Signs that nobody sees part a name for what looks for it, and are left out of what is
        # sent: it would go out whole.
        seen = [Seen(text) for text in texts]
        bare = [one.text for one in seen]
        found = _everywhere(texts, [
            [(*one.span(start, stop), kind) for start, stop, kind in spans]
            for one, spans in zip(seen, _everywhere(bare, list(map(self._found, bare))),
                                  strict=True)])
        for text, spans in zip(texts, found, strict=True):
            parts, end = [], 0
            for start, stop, kind in spans:
                said = text[start:stop]
                placeholder = given.get(said)
                if placeholder is None:
                    counts[kind] = counts.get(kind, 0) + 1
                    placeholder = given[said] = f"{{{kind.upper()}_{counts[kind]}}}"
                    behind[placeholder] = said
                parts += [text[end:start], placeholder]
                end = stop
            masked.append("".join([*parts, text[end:]]))
        return Masked(tuple(masked), behind)

    def known(self, text: str) -> list[tuple[int, int]]:
        """Characters of *text* that the vocabulary has words for."""
        return self._names.told(text)

    def found(self, text: str) -> list[Found]:
        """What is masked in *text*, in order; of two that overlap the first that is found."""
        seen = Seen(text)
        return [(*seen.span(start, end), kind) for start, end, kind in self._found(seen.text)]

    def _found(self, text: str) -> list[Found]:
        """As `found`, of a text that holds no sign that nobody sees."""
        taken: list[Found] = []
        for start, end, kind in self._all(text):
            if start < end and all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, kind))
        return sorted(taken)

    def _all(self, text: str) -> Iterator[Found]:
        finders = (
            ("text", forms.matches(_PLACEHOLDER)),
            ("link", forms.matches(forms.URL)),
            ("link", forms.matches(forms.SLACK_TOKEN)),
            ("slack", forms.matches(forms.MENTION)),
            ("email", forms.matches(forms.EMAIL)),
            ("address", forms.addresses),
            ("link", forms.matches(self._site)),
            ("slack", forms.matches(forms.SLACK_ID)),
            ("file", forms.matches(_FILE)),
            ("name", forms.matches(_HANDLE)),
            ("amount", self.amounts.find),
        )
        for kind, find in finders:
            yield from ((start, end, kind) for start, end in find(text))
        for match in self._reference.finditer(text):
            if not self._kept.fullmatch(match["code"]):
                yield match.start("code"), match.end("code"), "reference"
        kept = [found.span() for found in self._kept.finditer(text)]
        names = [(start, end, kind.value) for start, end, kind in self._names.find(text)]
        more = [(start, end, kind)
                for kind, find in (("phone", forms.phones), ("reference", forms.matches(_CODE)))
                for start, end in find(text)]
        yield from ((start, end, kind) for start, end, kind in (*more, *names)
                    if not any(a < end and start < b for a, b in kept))


class Maskings:
    """Masks by the words of whichever release answers; safe to share between threads."""

    def __init__(self, rules: MaskingRules) -> None:
        """Mask by *rules*."""
        self._rules = rules
        self._lock = threading.Lock()
        self._last: tuple[Guidance, Masking] | None = None

    def of(self, guidance: Guidance) -> Masking:
        """What masks by *guidance*; made once for each release that answers after another."""
        with self._lock:
            # By identity: the content of a draft changes while its id does not.
            if self._last is None or self._last[0] is not guidance:
                made = Masking(guidance, Lexicon(guidance.vocabulary), self._rules)
                self._last = (guidance, made)
            return self._last[1]


def _everywhere(texts: Sequence[str], found: Sequence[list[Found]]) -> list[list[Found]]:
    """*found*, with what was found in one place masked wherever else it stands, in any case."""
    kinds = {_key(text[start:end]): (text[start:end], kind)
             for text, spans in zip(texts, found, strict=True)
             for start, end, kind in spans if _key(text[start:end])}
    if not kinds:
        return list(found)
    longest = sorted((said for said, _ in kinds.values()), key=len, reverse=True)
    again = re.compile("|".join(rf"(?<!\w){re.escape(said)}(?!\w)" for said in longest),
                       re.IGNORECASE)
    whole = []
    for text, spans in zip(texts, found, strict=True):
        # What is masked is no word any more: a name may stand right behind a price.
        bare = text
        for start, end, _ in spans:
            bare = blanked(bare, (start, end))
        more = [(one.start(), one.end(), kinds[_key(one[0])][1])
                for one in again.finditer(bare)
                if _key(one[0]) in kinds
                and all(one.end() <= a or one.start() >= b for a, b, _ in spans)]
        whole.append(sorted([*spans, *more]))
    return whole


def _key(said: str) -> str:
    return folded(said)


def _references(rules: MaskingRules) -> re.Pattern[str]:
    """A word such as "tender", perhaps "no." or "#", and a code with a digit."""
    words = "|".join(re.escape(word) for word in sorted(rules.reference_words, key=len,
                                                        reverse=True))
    return re.compile(
        rf"\b(?:{words})s?\b[\s:.#-]*(?:(?:no|nr|num|number|id|code)\b[\s:.#-]*)?"
        r"(?P<code>(?=[\w./-]{4})(?=[\w./-]*\d)(?:[A-Za-z0-9]+[-/_.])*[A-Za-z]*\d[\w-]*(?:[/.][\w-]+)*)",
        re.IGNORECASE)
