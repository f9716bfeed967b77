"""Answers to a question on a source or its numbers: what is held, what is not, who issued it.

All of it is said from what the release holds of its sources, and cited.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.dialogue.citing import cite_all
from bot.dialogue.phrasing import Wording
from bot.dialogue.replies.composing import asked, closed
from bot.dialogue.reply import Kind, Line, Reply
from bot.dialogue.small_words.lookup import Lookup, Missing, Wants
from retrieval.guidance import Checked, Consideration, Guidance, Question, SourceId

CITED_OF_A_GROUP = 4
"""Most sources named for what is listed in one line, such as the red flags of a consideration."""


def by_name(
    lookup: Lookup, guidance: Guidance, wording: Wording, ask: Sequence[Question]
) -> Reply | None:
    """The answer to *lookup* where no passage gives it; None where passages do."""
    if lookup.wants is Wants.LIST and guidance.considerations:
        lines = tuple(_considerations(guidance, wording))
        return _reply(Kind.ADVICE, lines, guidance, wording, ask)
    if lookup.wants is Wants.FLAGS:
        asked_for = [c for c in guidance.considerations if c.authorities[0] in lookup.held]
        lines = tuple(flags_of_texts(guidance, wording, asked_for))
        return _reply(Kind.ADVICE, lines, guidance, wording, ask) if len(lines) > 1 else None
    if lookup.wants is Wants.ABOUT and lookup.source is not None:
        about = _about(lookup.source, guidance, wording)
        return _reply(Kind.ADVICE, (about,), guidance, wording, ask) if about else None
    if lookup.missing and not lookup.held:
        lines = tuple(line for one in lookup.missing for line in _missing(one, guidance, wording))
        return _reply(Kind.DECLINE, lines, guidance, wording, ask)
    return None


def before_passages(
    lookup: Lookup, guidance: Guidance, wording: Wording
) -> tuple[Line, ...]:
    """What is said before the passages that *lookup* names: what is not held among them."""
    lines = [_lacking(one, guidance, wording) for one in lookup.missing]
    digests = [p for p in map(guidance.provisions.__getitem__, lookup.held)
               if p.checked is not Checked.OFFICIAL]
    if lookup.wants is Wants.WORDING and digests:
        urls = dict.fromkeys(p.url or guidance.sources[p.source].url for p in digests)
        lines.append(Line(wording.say("lookup.digest", url=", ".join(urls)),
                          cite_all(guidance, tuple(p.id for p in digests[:1]))))
    if lookup.bare and lookup.beneath:
        items = [guidance.provisions[p] for p in lookup.beneath]
        lines.append(Line(
            wording.say("lead.flags_of", title=items[0].pinpoint,
                        flags="; ".join(p.heading.partition(": ")[2] or p.heading
                                        for p in items)),
            cite_all(guidance, lookup.beneath[:CITED_OF_A_GROUP])))
    return tuple(lines)


def flags_of_texts(
    guidance: Guidance, wording: Wording, considerations: Iterable[Consideration]
) -> Iterator[Line]:
    """The red flags that the texts name under *considerations*, a line for each."""
    yield Line(wording.say("lead.flags_named"))
    for consideration in considerations:
        flags = [f for f in guidance.red_flags
                 if f.consideration == consideration.id and not f.ours]
        if flags:
            said = wording.say("lead.flags_of", title=consideration.title.strip(),
                               flags="; ".join(f.title.strip() for f in flags))
            rests = tuple(dict.fromkeys(f.authorities[0] for f in flags))[:CITED_OF_A_GROUP]
            yield Line(said, cite_all(guidance, rests))


def _reply(
    kind: Kind,
    lines: tuple[Line, ...],
    guidance: Guidance,
    wording: Wording,
    ask: Sequence[Question],
) -> Reply:
    if kind is Kind.ADVICE and ask:
        kind = Kind.ASK
    return closed(Reply(kind, guidance.release, lines, question=asked(guidance, ask),
                        shape="brief"), wording)


def _considerations(guidance: Guidance, wording: Wording) -> Iterator[Line]:
    yield Line(wording.say("lookup.considerations", n=len(guidance.considerations)))
    for one in sorted(guidance.considerations, key=lambda c: c.number):
        yield Line(wording.say("lookup.consideration", n=one.number, title=one.title.strip()),
                   cite_all(guidance, one.authorities[:1]))
    if any(c.number_checked is Checked.UNCHECKED for c in guidance.considerations):
        yield Line(wording.say("lookup.numbers_unchecked"))


def _about(source: SourceId, guidance: Guidance, wording: Wording) -> Line | None:
    """Who issued *source*, which edition it is and where it can be read."""
    held = guidance.sources[source]
    first = next((p.id for p in guidance.provisions.values() if p.source == source), None)
    if first is None:
        return None
    text = wording.say("lookup.about", title=held.title, issuer=held.issuer.rstrip("."),
                       edition=held.edition.rstrip("."), url=held.url)
    return Line(text, cite_all(guidance, (first,)))


def _missing(one: Missing, guidance: Guidance, wording: Wording) -> Iterator[Line]:
    yield _lacking(one, guidance, wording)
    nearest = guidance.provisions[one.nearest]
    yield Line(wording.say("decline.nearest", heading=nearest.heading),
               cite_all(guidance, (nearest.id,)))


def _lacking(one: Missing, guidance: Guidance, wording: Wording) -> Line:
    held = _runs(one.held, wording)
    if one.source is None:
        return Line(wording.say("lookup.missing_kind", cited=one.cited, held=held))
    return Line(wording.say("lookup.missing", cited=one.cited, held=held,
                            source=guidance.sources[one.source].short_title))


def _runs(held: Sequence[str], wording: Wording) -> str:
    """*held* as it is said: "2, 4, 6, 7 and 17 to 22"."""
    runs: list[list[str]] = []
    for one in held:
        if runs and _follows(runs[-1][-1], one):
            runs[-1].append(one)
        else:
            runs.append([one])
    said: list[str] = []
    for run in runs:
        said += run if len(run) < 3 else [
            wording.say("lookup.run", first=run[0], last=run[-1])]
    if len(said) == 1:
        return said[0]
    return wording.say("lookup.and", first=", ".join(said[:-1]), last=said[-1])


def _follows(one: str, other: str) -> bool:
    (*word, n), (*same, m) = one.split(), other.split()
    return word == same and n.isdecimal() and m.isdecimal() and int(m) == int(n) + 1
