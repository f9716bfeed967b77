"""What is another, in words for people: what it is, how it was, and how it is now."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.citation import Citation
from bot.dialogue.citing import cite_all
from bot.impact.alterations import Altered, How
from bot.impact.differing import Change, Kind, Part
from bot.plain import MARKS
from bot.reviews.advised import OPEN, RAISED, TENTATIVE
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

HEADLINES: Mapping[str, str] = {
    "stop": "stop, on several red flags", "stop_one": "stop, on one red flag",
    "pause": "pause, on one red flag", "tentative": "pause, on something only supposed",
    "open": "no red flag so far, and points still open", "quiet": "no red flag came up",
    "narrow": "few considerations apply, and no red flag came up",
    "narrow_raised": "few considerations apply, and a red flag is raised",
}
FLAGS: Mapping[str, str] = {
    "": "does not apply", RAISED: "raised", OPEN: "still open",
    TENTATIVE: "raised on something only supposed"}
CONSIDERATIONS: Mapping[str, str] = {
    "": "does not apply", "raised": "a red flag under it is raised", "open": "still open",
    "not_raised": "no red flag under it is raised"}
ALTERED: Mapping[How, str] = {
    How.RETIRED: "retired: nobody is advised by it any more",
    How.QUOTED: "quoted in full by a provision that was confirmed",
    How.REMOVED: "no longer in the guidance", How.RESTORED: "relied on again",
    How.NEW: "new", How.REWORDED: "reads otherwise", How.RECHECKED: "checked otherwise",
    How.MOVED: "its place in the document was corrected",
}
KINDS: Mapping[Kind, str] = {
    Kind.ADVICE: "Advice would be different",
    Kind.TEXTS: "Only texts relied on changed",
    Kind.ANSWER: "An answer cited what changed",
}
KIND_SHAPES: Mapping[Kind, str] = {Kind.ADVICE: "≠", Kind.TEXTS: "¶", Kind.ANSWER: "?"}
NOTHING = "not suggested"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is another."""

    what: str
    before: str
    now: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"{self.what}: {self.before} → {self.now}"


class Words:
    """Says what is another between two releases; titles are those of the later one."""

    def __init__(
        self, before: Guidance, after: Guidance, altered: Mapping[ProvisionId, Altered]
    ) -> None:
        self._before, self._after = before, after
        self._altered = altered

    def said(self, change: Change) -> Said:
        """What *change* says."""
        part, name = change.part, change.id
        if part is Part.HEADLINE:
            return Said("What stands on top", HEADLINES.get(change.before, change.before),
                        HEADLINES.get(change.now, change.now))
        if part is Part.WORST:
            return Said("What weighs most", self._flag(change.before), self._flag(change.now))
        if part in {Part.FLAG_RAISED, Part.FLAG_CHANGED, Part.FLAG_GONE}:
            return Said(f"Red flag “{self._flag(name)}”", FLAGS.get(change.before, change.before),
                        FLAGS.get(change.now, change.now))
        if part in {Part.CONSIDERATION_ADDED, Part.CONSIDERATION_CHANGED,
                    Part.CONSIDERATION_GONE}:
            return Said(f"Consideration “{self._consideration(name)}”",
                        CONSIDERATIONS.get(change.before, change.before),
                        CONSIDERATIONS.get(change.now, change.now))
        if part in _SAFEGUARDS:
            return Said(f"Safeguard “{self._safeguard(name)}”", *_SAFEGUARDS[part])
        if part in _WORDED:
            kind, was, now = self._words(part, name)
            return Said(kind, was, now)
        return self._relied(part, ProvisionId(name))

    def altered(self, name: ProvisionId) -> Said:
        """What became of the provision *name*."""
        one = self._altered[name]
        what = f"{self.place(name)}"
        was, now = one.before, one.after
        if one.how is How.REWORDED and was is not None and now is not None:
            return Said(what, _quoted(was), _quoted(now))
        if one.how is How.RECHECKED and was is not None and now is not None:
            return Said(what, MARKS[was.checked], MARKS[now.checked])
        if one.how is How.MOVED and was is not None and now is not None:
            return Said(what, was.pinpoint, now.pinpoint)
        if one.how in {How.NEW, How.RESTORED}:
            return Said(what, "not relied on", ALTERED[one.how])
        return Said(what, "relied on", ALTERED[one.how])

    def place(self, name: ProvisionId) -> str:
        """Where a provision stands: its source, its place there, and what it is about."""
        for guidance in (self._after, self._before):
            for held in (guidance.provisions, guidance.set_aside):
                provision = held.get(name)
                source = None if provision is None else guidance.sources.get(provision.source)
                if provision is not None and source is not None:
                    heading = f" ({provision.heading})" if provision.heading else ""
                    return f"{source.short_title}, {provision.pinpoint}{heading}"
        return name

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

    def _relied(self, part: Part, name: ProvisionId) -> Said:
        if name in self._altered:
            return self.altered(name)
        gone = part is Part.PROVISION_GONE
        return Said(self.place(name), "relied on" if gone else "not relied on for this deal",
                    "no longer relied on for this deal" if gone else "relied on")

    def _words(self, part: Part, name: str) -> tuple[str, str, str]:
        if part is Part.FLAG_WORDED:
            flags = [one.flag_by_id[FlagId(name)] for one in (self._before, self._after)]
            return (f"Red flag “{flags[1].title}”", *_first_differing(
                *((one.title, one.explains) for one in flags)))
        if part is Part.SAFEGUARD_WORDED:
            safeguards = [one.safeguards[SafeguardId(name)]
                          for one in (self._before, self._after)]
            return (f"Safeguard “{safeguards[1].title}”", *_first_differing(
                *((one.title, one.text) for one in safeguards)))
        many = [one.consideration_by_id[name] for one in (self._before, self._after)]
        return (f"Consideration “{many[1].title}”", *_first_differing(
            *((one.title, one.weigh) for one in many)))

    def _flag(self, name: str) -> str:
        found = (one.flag_by_id.get(FlagId(name)) for one in (self._after, self._before))
        return next((flag.title for flag in found if flag is not None), name)

    def _safeguard(self, name: str) -> str:
        found = (one.safeguards.get(SafeguardId(name)) for one in (self._after, self._before))
        return next((one.title for one in found if one is not None), name)

    def _consideration(self, name: str) -> str:
        found = (one.consideration_by_id.get(name) for one in (self._after, self._before))
        return next((one.title for one in found if one is not None), name)


_SAFEGUARDS: Mapping[Part, tuple[str, str]] = {
    Part.SAFEGUARD_ADDED: (NOTHING, "suggested"),
    Part.SAFEGUARD_GONE: ("suggested", NOTHING),
    Part.SAFEGUARD_FIRST: ("suggested on asking", "among the first suggested"),
    Part.SAFEGUARD_BACK: ("among the first suggested", "suggested on asking"),
}
_WORDED = frozenset({Part.FLAG_WORDED, Part.SAFEGUARD_WORDED, Part.CONSIDERATION_WORDED})


def _first_differing(was: tuple[str, str], now: tuple[str, str]) -> tuple[str, str]:
    return next((f"“{_short(a)}”", f"“{_short(b)}”")
                for a, b in zip(was, now, strict=True) if a != b)


def _quoted(provision: Provision) -> str:
    """Its text, in quotation marks only where the words are the document's own."""
    text = _short(provision.text)
    return f"“{text}” ({MARKS[provision.checked]})" if provision.checked == "official" else (
        f"{text} ({MARKS[provision.checked]})")


LONGEST = 240
"""Characters of a text that are shown of each side."""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]}…"
