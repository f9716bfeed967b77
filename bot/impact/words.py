"""What is another, in words for people: what it is, how it was, and how it is now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.dialogue.citation import Citation
from bot.dialogue.citing import cite_all
from bot.dialogue.phrasing import Wording
from bot.impact.alterations import Altered, How
from bot.impact.differing import Change, Kind, Part
from bot.plain import MARKS
from retrieval.guidance import (
    Consideration,
    FlagId,
    Guidance,
    Provision,
    ProvisionId,
    RedFlag,
    Safeguard,
    SafeguardId,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is another."""

    what: str
    before: str
    now: str


class Words:
    """Says what is another between two releases; titles are those of the later one.

    Args:
        before: The earlier release.
        after: The later one.
        altered: What became of the provisions that changed.
        say: The sentences of `prompts/impact.yaml`.
    """

    def __init__(
        self, before: Guidance, after: Guidance, altered: Mapping[ProvisionId, Altered],
        say: Wording,
    ) -> None:
        self._before, self._after = before, after
        self._altered, self._say = altered, say

    def kind(self, kind: Kind, *, short: bool = False) -> str:
        """How much is another for a conversation; in few words where it is to be *short*."""
        return kind_in(self._say, kind, short=short)

    def became(self, how: How) -> str:
        """What became of a provision."""
        return self._say.say(f"provision.{how}")

    def line(self, said: Said) -> str:
        """All of *said* in one line."""
        return self._say.say("line.changed", what=said.what, before=said.before, now=said.now)

    def said(self, change: Change) -> Said:
        """What *change* says."""
        part, name = change.part, change.id
        if part is Part.HEADLINE:
            return self._stands("what.headline", "headline", change)
        if part is Part.WORST:
            return Said(self._say.say("what.worst"),
                        self._flag(change.before), self._flag(change.now))
        if part in {Part.FLAG_RAISED, Part.FLAG_CHANGED, Part.FLAG_GONE}:
            return self._stands("what.flag", "flag", change, title=self._flag(name))
        if part in {Part.CONSIDERATION_ADDED, Part.CONSIDERATION_CHANGED,
                    Part.CONSIDERATION_GONE}:
            return self._stands("what.consideration", "consideration", change,
                                title=self._consideration(name))
        if part in _SAFEGUARDS:
            return Said(self._say.say("what.safeguard", title=self._safeguard(name)),
                        *(self._say.say(f"safeguard.{place}") for place in _SAFEGUARDS[part]))
        if part in _WORDED:
            return self._words(part, name)
        return self._relied(part, ProvisionId(name))

    def altered(self, name: ProvisionId) -> Said:
        """What became of the provision *name*."""
        one = self._altered[name]
        what = place_of(name, self._after, self._before)
        was, now = one.before, one.after
        if one.how is How.REWORDED and was is not None and now is not None:
            texts = _short(was.text, now.text)
            return Said(what, *(_quoted(one, text) for one, text in
                                zip((was, now), texts, strict=True)))
        if one.how is How.RECHECKED and was is not None and now is not None:
            return Said(what, MARKS[was.checked], MARKS[now.checked])
        if one.how is How.MOVED and was is not None and now is not None:
            return Said(what, was.pinpoint, now.pinpoint)
        if one.how in {How.NEW, How.RESTORED}:
            return Said(what, self._say.say("relied.off"), self.became(one.how))
        return Said(what, self._say.say("relied.on"), self.became(one.how))

    def place(self, name: ProvisionId) -> str:
        """Where the provision *name* stands, in the later release if it is there."""
        return place_of(name, self._after, self._before)

    def citations(self, change: Change) -> tuple[Citation, ...]:
        """What *change* rests on in the later release; none where that has nothing of it left."""
        part, name = change.part, change.id
        held: RedFlag | Safeguard | Consideration | None
        if part is Part.HEADLINE:
            return ()
        if part in {Part.PROVISION_CHANGED, Part.PROVISION_ADDED, Part.PROVISION_GONE}:
            return self.citations_of(ProvisionId(name))
        if part in _SAFEGUARDS or part is Part.SAFEGUARD_WORDED:
            held = self._after.safeguards.get(SafeguardId(name))
        elif part.value.startswith("consideration"):
            held = self._after.consideration_by_id.get(name)
        else:
            held = self._after.flag_by_id.get(FlagId(name))
        return () if held is None else cite_all(self._after, held.authorities)

    def citations_of(self, name: ProvisionId) -> tuple[Citation, ...]:
        """The provision *name* as it reads in the later release; none where nobody may cite it."""
        return cite_all(self._after, (name,)) if name in self._after.provisions else ()

    def _stands(self, what: str, group: str, change: Change, **variables: str) -> Said:
        """*change* of something whose states are the sentences of *group*.

        What an older version kept of a state that has no sentence stands as it is.
        """
        def state(kept: str) -> str:
            sentence = f"{group}.{kept or 'none'}"
            return self._say.say(sentence) if self._say.has(sentence) else kept

        return Said(self._say.say(what, **variables), state(change.before), state(change.now))

    def _relied(self, part: Part, name: ProvisionId) -> Said:
        if name in self._altered:
            return self.altered(name)
        gone = part is Part.PROVISION_GONE
        was, now = ("on", "no_longer_here") if gone else ("off_here", "on")
        return Said(self.place(name), self._say.say(f"relied.{was}"),
                    self._say.say(f"relied.{now}"))

    def _words(self, part: Part, name: str) -> Said:
        """Of what reads otherwise, the title, or else the text, as it was and as it is."""
        what, texts = _WORDED[part]
        was, now = texts(self._before, name), texts(self._after, name)
        return Said(self._say.say(what, title=now[0]), *_first_differing(was, now))

    def _flag(self, name: str) -> str:
        found = (one.flag_by_id.get(FlagId(name)) for one in (self._after, self._before))
        return next((flag.title for flag in found if flag is not None), name)

    def _safeguard(self, name: str) -> str:
        found = (one.safeguards.get(SafeguardId(name)) for one in (self._after, self._before))
        return next((one.title for one in found if one is not None), name)

    def _consideration(self, name: str) -> str:
        found = (one.consideration_by_id.get(name) for one in (self._after, self._before))
        return next((one.title for one in found if one is not None), name)


def kind_in(say: Wording, kind: Kind, *, short: bool = False) -> str:
    """How much a release changes for a conversation, by the sentences *say*."""
    return say.say(f"kind.{kind}_short" if short else f"kind.{kind}")


def place_of(name: ProvisionId, *releases: Guidance) -> str:
    """Where a provision stands: its source, its place there, and what it is about.

    Told by the first of *releases* that holds it, be it set aside; its id where none does.
    """
    for guidance in releases:
        for held in (guidance.provisions, guidance.set_aside):
            provision = held.get(name)
            source = None if provision is None else guidance.sources.get(provision.source)
            if provision is not None and source is not None:
                heading = f" ({provision.heading})" if provision.heading else ""
                return f"{source.short_title}, {provision.pinpoint}{heading}"
    return name


_SAFEGUARDS: Mapping[Part, tuple[str, str]] = {
    Part.SAFEGUARD_ADDED: ("not_suggested", "suggested"),
    Part.SAFEGUARD_GONE: ("suggested", "not_suggested"),
    Part.SAFEGUARD_FIRST: ("on_asking", "among_the_first"),
    Part.SAFEGUARD_BACK: ("among_the_first", "on_asking"),
}
"""By part, how the safeguard was suggested before and is now."""


def _of_flag(guidance: Guidance, name: str) -> tuple[str, str]:
    flag = guidance.flag_by_id[FlagId(name)]
    return flag.title, flag.explains


def _of_safeguard(guidance: Guidance, name: str) -> tuple[str, str]:
    safeguard = guidance.safeguards[SafeguardId(name)]
    return safeguard.title, safeguard.text


def _of_consideration(guidance: Guidance, name: str) -> tuple[str, str]:
    consideration = guidance.consideration_by_id[name]
    return consideration.title, consideration.weigh


_WORDED: Mapping[Part, tuple[str, Callable[[Guidance, str], tuple[str, str]]]] = {
    Part.FLAG_WORDED: ("what.flag", _of_flag),
    Part.SAFEGUARD_WORDED: ("what.safeguard", _of_safeguard),
    Part.CONSIDERATION_WORDED: ("what.consideration", _of_consideration),
}
"""By part, the sentence that names it, and its title and text in a release."""


def _first_differing(was: tuple[str, str], now: tuple[str, str]) -> tuple[str, str]:
    before, after = _short(*next((a, b) for a, b in zip(was, now, strict=True) if a != b))
    return f"“{before}”", f"“{after}”"


def _quoted(provision: Provision, text: str) -> str:
    """*text* of it, in quotation marks only where the words are the document's own."""
    return f"“{text}” ({MARKS[provision.checked]})" if provision.checked == "official" else (
        f"{text} ({MARKS[provision.checked]})")


LONGEST = 240
"""Characters of a text that are shown of each side."""
LEAD = 60
"""Of these, how many stand before the first that differs where the beginning is left out."""


def _short(was: str, now: str) -> tuple[str, str]:
    """Both in one line, and of long ones the stretch in which they first differ."""
    was, now = " ".join(was.split()), " ".join(now.split())
    start, same = 0, next((n for n, (a, b) in enumerate(zip(was, now, strict=False)) if a != b),
                          min(len(was), len(now)))
    if max(len(was), len(now)) > LONGEST and same > LONGEST // 2:
        start = was.rfind(" ", 0, same - LEAD) + 1
    return _stretch(was, start), _stretch(now, start)


def _stretch(text: str, start: int) -> str:
    rest = text[start:]
    if len(rest) > LONGEST:
        rest = f"{rest[:LONGEST].rsplit(' ', 1)[0]}…"
    return f"…{rest}" if start else rest
