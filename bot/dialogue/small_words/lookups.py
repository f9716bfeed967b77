"""What a message names of the corpus: provisions, sources and terms, by what they are called.

"UNGP 19", "consideration 4", "the Pall Mall process" and "severity" say nothing of a deal.  A
message that holds nothing beside such a name and words that ask for it ("what does … say") is
*bare*: it is a question, and wants the very thing that it names.

Pure, and knows no source by name: how one is cited and called is data (`Source.cited_as` and the
cue lists `named_…` and `lookup_…`), and so are the numbers that are held.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogue.small_words.counted import Counted, nearest, order
from bot.dialogue.small_words.cues import cues_of
from bot.dialogue.small_words.lookup import Lookup, Missing, Wants
from retrieval.guidance import EMPTY_TABLE, Guidance, ProvisionId, SourceId, Table
from retrieval.matches import Query
from retrieval.words.named_by_id import named_by_id
from retrieval.words.phrases import ARTICLES, Phrases
from retrieval.words.pinpoints import Mention, mentions, recogniser
from retrieval.words.tokens import Token, tokenise

LATEST = 4
"""Texts of which it is kept what they name, until the next are asked of."""
FEW = 6
"""Most provisions of a source that are shown where it is asked what that says, and no more."""

_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"^[^:]{1,20}: ")


def lookups_of(guidance: Guidance) -> "Lookups":
    """The names of *guidance*, compiled once."""
    known = guidance.worked_out.of(lookups_of)
    made = known.get("")
    if made is None:
        made = known[""] = Lookups(guidance)
    return made


def asked_outright(
    guidance: Guidance, text: str, limit: int, topics: Table = EMPTY_TABLE
) -> Query:
    """What to search for by *text*, which is asked outside of any conversation.

    What it names by id, number or pinpoint comes first, and of a term what its entry in the
    glossary rests on: a word or two, "KYC", are too little to tell what is near.  A number alone,
    "principle 29", has its figures in common with much: what is near to what it names follows
    instead.
    """
    lookups = lookups_of(guidance)
    found = lookups.of(text)
    defined = [one for entry in guidance.vocabulary.glossary if entry.id == found.term
               for one in entry.authorities]
    pins = tuple(dict.fromkeys([*named_by_id(text, guidance), *lookups.pins(found), *defined]))
    bare = found.bare and found.held and found.source is None
    words = ". ".join(guidance.provisions[id_].heading for id_ in found.held) if bare else text
    return Query(words, topics=topics, limit=limit, pinned=pins)


class Lookups:
    """The compiled names of one release."""

    def __init__(self, guidance: Guidance) -> None:
        self._guidance = guidance
        self._latest: tuple[tuple[tuple[str, str], Lookup], ...] = ()
        cues = guidance.vocabulary.cues
        self._cues = cues_of(guidance)
        self._named = {s: self._cues.by_name[f"named_{s}"] for s in guidance.sources
                       if f"named_{s}" in self._cues.by_name}
        self._any_named = Phrases(phrase for s in self._named for phrase in cues[f"named_{s}"])
        self._mentions = mentions(guidance.sources.values())
        self._recognise = recogniser(guidance.sources.values(), guidance.provisions.values())
        self._numbers: dict[SourceId, dict[str, ProvisionId]] = {}
        self._held: dict[SourceId, list[ProvisionId]] = defaultdict(list)
        for p in guidance.provisions.values():
            self._held[p.source].append(p.id)
            if p.number is not None:
                self._numbers.setdefault(p.source, {})[p.number.lower()] = p.id
        self._counted = Counted(guidance)
        # "What is the UNGP" is of the entry, whatever else bears the name.
        self._terms = {_words(name): entry.id for entry in reversed(guidance.vocabulary.glossary)
                       for name in entry.names}
        self._headings: dict[tuple[str, ...], ProvisionId] = {}
        for p in guidance.provisions.values():
            for title in filter(_words, _titles(p.heading)):
                self._headings.setdefault(_words(title), p.id)

    def of(
        self, text: str, topic: str = "", tokens: Sequence[Token] | None = None
    ) -> Lookup:
        """What *text* names; of a number alone that of *topic*, the question before.

        Its *tokens* may be given, where they are known.  Without, the latest are kept: who reads a
        message asks, and who answers it asks again.
        """
        if tokens is not None:
            return self._found(text, topic, tokens)
        latest = self._latest
        known = next((found for asked, found in latest if asked == (text, topic)), None)
        if known is None:
            known = self._found(text, topic, tokenise(text))
            self._latest = (((text, topic), known), *latest[: LATEST - 1])
        return known

    def _found(self, text: str, topic: str, tokens: Sequence[Token]) -> Lookup:
        cited = self._cited(text)
        numbered = list(self._counted.named(tokens))
        # Hardly a message names a source.
        named = [] if not self._any_named.find(tokens) else [
            (source, tokens[first].start, tokens[last - 1].end)
            for source, phrases in self._named.items() for first, last in phrases.find(tokens)]
        places = [*((one.start, one.end) for one in cited), *(one.span for one in numbered)]
        spans = [*places, *((start, end) for _, start, end in named)]
        left = [t for t in tokens
                if t.is_word and not any(a <= t.start and t.end <= b for a, b in spans)]
        proper = [(start, end) for _, start, end in named
                  if len(_words(text[start:end])) > 1 or self._is_proper(text[start:end])]
        found = Lookup(
            text,
            held=tuple(dict.fromkeys([
                *self._recognise(text),
                *(self._numbers[m.source][m.number] for m in cited
                  if m.number in self._numbers[m.source]),
                *self._counted.held(numbered)])),
            missing=(*self._missing(text, cited), *self._counted.missing(numbered)),
            source=_longest(named), spans=tuple(dict.fromkeys([*places, *proper])),
            beneath=tuple(dict.fromkeys(self._counted.beneath(numbered))),
            asks=bool(self._cues.find("lookup_asks", tokens)))
        if not found.names:
            going_on = self._going_on(left, topic) if topic else None
            if going_on is not None:
                return going_on
        return self._of_rest(found, [t for t in tokens if t.is_word], left, topic)

    def _of_rest(
        self, found: Lookup, rest: Sequence[Token], left: Sequence[Token], topic: str
    ) -> Lookup:
        """*found* with what its words, and those *left* beside what it names, make of it."""
        if not found.names and self._cues.find("lookup_list", left) and self._is_made_of(
                left, "lookup_list", "lookup_all"):
            return replace(found, bare=True, wants=Wants.LIST)
        if found.names and self._cues.find("lookup_flags", left) and self._is_made_of(
                left, "lookup_flags", "lookup_flags_beside", "lookup_all", "lookup_wants"):
            return replace(found, bare=True, wants=Wants.FLAGS)
        if self._cues.find("lookup_wording", left):
            found = replace(found, wants=Wants.WORDING)
            if found.names:
                return replace(found, bare=self._is_made_of(
                    left, "lookup_wording", "lookup_wants"))
        about = "lookup_about_source" if found.source else "lookup_about"
        of_us = found.source is None and self._cues.find("lookup_of_us", left)
        if not (found.names or of_us) and (
                self._cues.find(about, left) or self._cues.find("lookup_about", left)):
            source = found.source or self._source_of(topic)
            if source is not None and self._is_made_of(
                    left, "lookup_about", "lookup_about_source", "lookup_about_beside"):
                return replace(found, source=source, bare=True, wants=Wants.ABOUT)
        if found.names:
            if self._is_made_of(left, "lookup_wants", "lookup_compared"):
                return replace(found, bare=True)
            # "In principle 50 cameras" asks for no principle.
            doubtful = {one.span for one in found.missing
                        if not self._is_proper(found.text[slice(*one.span)])}
            return replace(found, missing=tuple(m for m in found.missing
                                                if m.span not in doubtful),
                           spans=tuple(s for s in found.spans if s not in doubtful))
        every = self._held.get(found.source, ()) if found.source is not None else ()
        if found.source is not None and len(every) <= FEW and self._cues.find(
                "lookup_speaks", left) and self._is_made_of(left, "lookup_speaks"):
            # "What does Wassenaar say" wants all that is held of so small a source.
            return replace(found, bare=True, held=tuple(every))
        # "There is training" defines nothing, but "what is training" does.
        core = () if not found.asks else _core(
            rest, self._cues.covered(rest, "lookup_asks", "lookup_words"))
        # "Grievance mechanism thanks" is no less bare for its courtesy.
        plain = _core(rest, self._cues.covered(rest, "sentence_openers", "lookup_courtesies"))
        wholes = (_unarticled(rest), plain, core)
        for whole in wholes:
            if whole in self._terms:
                return replace(found, bare=True, term=self._terms[whole])
        for whole in wholes:
            if whole in self._headings:
                return replace(found, bare=True, held=(self._headings[whole],))
        if found.source is not None and self._is_made_of(left):
            return replace(found, bare=True, wants=Wants.ABOUT)
        return found

    @property
    def main(self) -> str:
        """A name of the text that the considerations are from: "it", before anything is told."""
        first = next(iter(self._guidance.considerations), None)
        source = first and self._guidance.provisions[first.authorities[0]].source
        return next(iter(self._guidance.vocabulary.cues.get(f"named_{source}", ())), "")

    def first_of(self, source: SourceId | None) -> ProvisionId | None:
        """The first that is held of *source*, where that is so little that it speaks for it."""
        held = () if source is None else self._held.get(source, ())
        return held[0] if 0 < len(held) <= FEW else None

    def asked_of(self, lookup: Lookup) -> tuple[ProvisionId, ...]:
        """What *lookup* asks a source to say that so little is held of that it speaks for it."""
        first = self.first_of(lookup.source) if lookup.asks and lookup.source else None
        speaks = first is not None and self._cues.find("lookup_speaks", tokenise(lookup.text))
        return (first,) if first is not None and speaks else ()

    def pins(self, lookup: Lookup) -> tuple[ProvisionId, ...]:
        """What comes first of all that answers *lookup*: what it names, whatever is near.

        The commentary follows the only one that is named: "commentary on principle 29".
        """
        return self.beside(lookup.held) if len(lookup.held) == 1 else lookup.held

    def beside(self, held: Sequence[ProvisionId]) -> tuple[ProvisionId, ...]:
        """*held*, and their commentaries: next to the one that is named, behind several."""
        provisions = self._guidance.provisions
        also = [p.id for one in held for p in provisions.values()
                if p.number is None and p.source == provisions[one].source
                and p.pinpoint.startswith(f"{provisions[one].pinpoint}, ")]
        return tuple(dict.fromkeys([*held, *also]))

    def _cited(self, text: str) -> list[Mention]:
        """Numbers that *text* cites, of those that look like numbers of their source."""
        if not _DIGITS.search(text):
            return []
        # "EAR99" is no section of the EAR.
        return [one for one in self._mentions(text)
                if _shape(one.number) in map(_shape, self._numbers.get(one.source, ()))]

    def _missing(self, text: str, cited: Sequence[Mention]) -> Iterator[Missing]:
        alike: dict[tuple[int, int, str], list[Mention]] = {}
        for one in cited:
            alike.setdefault((one.start, one.end, one.number), []).append(one)
        for (start, end, number), ones in alike.items():
            if any(number in self._numbers[one.source] or number.rstrip("abcdefgh")
                   in self._numbers[one.source] for one in ones):
                continue
            held = {n: p for one in ones for n, p in self._numbers[one.source].items()}
            source = ones[0].source if len(ones) == 1 else None
            name = text[start:end] if source is None else self._cite(source, number)
            numbers = sorted(held, key=order)
            if source is None:
                numbers = [self._cite(self._guidance.source_of(held[n]).id, n) for n in numbers]
            yield Missing(name, source, tuple(numbers), nearest(number, held), (start, end))

    def _is_proper(self, name: str) -> bool:
        """Whether *name* can mean nothing else: "principle 50" and "the guidance" may be any."""
        english = self._guidance.vocabulary.english
        return any(t.is_word and t.norm not in english and not _DIGITS.search(t.norm)
                   for t in tokenise(name))

    def _going_on(self, left: Sequence[Token], topic: str) -> Lookup | None:
        """What "and 22?" names after *topic*; None if it is more or less than numbers."""
        numbers = [t.norm for t in left if _shape(t.norm) != t.norm]
        others = [t for t in left if _shape(t.norm) == t.norm]
        if not numbers or not self._is_made_of(others):
            return None
        cited, numbered = self._cited(topic), list(self._counted.named(tokenise(topic)))
        if cited:
            names = [self._cite(cited[-1].source, n) for n in numbers]
        elif numbered:
            names = [f"{numbered[-1].word} {n}" for n in numbers]
        else:
            return None
        found = self.of(", ".join(names))
        return replace(found, bare=True, asks=True) if found.names else None

    def _source_of(self, topic: str) -> SourceId | None:
        """The source that *topic* is about: one it names, or that of what it names."""
        if not topic:
            return None
        before = self.of(topic)
        if before.source is not None:
            return before.source
        return self._guidance.provisions[before.held[-1]].source if before.held else None

    def _cite(self, source: SourceId, number: str) -> str:
        pattern = next(c for c in self._guidance.sources[source].cited_as if "{n}" in c)
        return pattern.replace("{n}", number)

    def _is_made_of(self, tokens: Sequence[Token], *names: str) -> bool:
        """Whether every one of *tokens* is of words that ask, or of the cues *names*."""
        return self._cues.only(tokens, "lookup_asks", "lookup_words", *names)


def _titles(heading: str) -> Iterator[str]:
    """*heading*, and without the label before it: "Red flag: …"."""
    yield heading
    if _LABEL.match(heading):
        yield _LABEL.sub("", heading)


def _words(text: str) -> tuple[str, ...]:
    return _unarticled([t for t in tokenise(text) if t.is_word])


def _core(words: Sequence[Token], asking: frozenset[int]) -> tuple[str, ...]:
    """The words among *words* between those that ask at either end."""
    first, last = 0, len(words)
    while first < last and first in asking:
        first += 1
    while last > first and last - 1 in asking:
        last -= 1
    return _unarticled(words[first:last])


def _unarticled(words: Sequence[Token]) -> tuple[str, ...]:
    if len(words) > 1 and words[0].norm in ARTICLES:
        words = words[1:]
    # Not by their stems: "legal" is not legality, nor "several" severity.
    return tuple(t.norm if len(t.norm) < 4 else t.norm.removesuffix("s") for t in words)


def _longest(named: Sequence[tuple[SourceId, int, int]]) -> SourceId | None:
    best = max(named, key=lambda one: one[2] - one[1], default=None)
    return best[0] if best else None


def _shape(number: str) -> str:
    """*number* with its figures alike: "742.7" is like "744.11" and unlike "99"."""
    return _DIGITS.sub("0", number.rstrip("abcdefgh") if number[:1].isdigit() else number)


