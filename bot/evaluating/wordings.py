"""Every sentence that a model worded, shown or refused, held against what it claims to restate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.calls import Call, Use
from bot.dialogue.citation import Citation
from bot.dialogue.pointing import points_of
from bot.dialogue.reply import Reply, WordedLine
from bot.evaluating.grounding import Printed, fault_of
from bot.evaluating.second_looks import Glance
from bot.evaluating.unsupported import faults

Texts = Mapping[str, Printed]


@dataclass(frozen=True, slots=True)
class Tried:
    """One sentence that a model proposed."""

    text: str
    faults: tuple[str, ...]
    """What it says that its sources don't, by `bot.evaluating.unsupported`."""
    shown: bool
    refused: str | None
    """Why the draft that it stood in was refused; None where it was shown."""


def tried(glance: Glance, texts: Texts, aside: str = "") -> Iterator[Tried]:
    """The sentences of the draft in *glance*; none where no draft came.

    Args:
        glance: What came of a look.
        texts: The provisions as their files have them.
        aside: What the bot itself adds to a sentence on something that was only supposed.
    """
    looked = glance.looked
    if looked is None:
        return
    if looked.outcome is not None and looked.outcome.reply.worded:
        for line in looked.outcome.reply.worded:
            yield Tried(line.text, shown_faults(line, glance.reply, texts, aside), True, None)
        return
    points = {one.id: one for one in points_of(glance.reply, glance.better.guidance)}
    for sentence in _sentences(looked.calls):
        known = [points[name] for name in sentence["points"] if name in points]
        found = faults(sentence["text"], [text for one in known for text in one.evidence])
        if len(known) < len(sentence["points"]) or not known:
            found = ("cites what was not given", *found)
        yield Tried(sentence["text"], found, False, looked.refused)


def shown_faults(
    line: WordedLine, reply: Reply, texts: Texts, aside: str
) -> tuple[str, ...]:
    """What is wrong with *line* of *reply*, and with what it cites."""
    decided = _decided(reply)
    restated = [decided[name] for name in line.restates if name in decided]
    allowed = {_pin(one) for _, _, cited in restated for one in cited}
    evidence = [text for title, body, _ in restated for text in (title, body)]
    evidence += [texts[c.provision].text[c.start : c.end]
                 for c in line.citations if c.provision in texts]
    found = list(faults(line.text.removesuffix(aside).rstrip(), evidence))
    if len(restated) < len(line.restates) or not restated:
        found.append("restates what was not decided")
    if not line.citations:
        found.append("cites nothing")
    found += [f"cites {c.provision}, which it does not restate"
              for c in line.citations if _pin(c) not in allowed]
    found += [fault for c in line.citations if (fault := fault_of(c, texts)) is not None]
    return tuple(found)


def _decided(reply: Reply) -> Mapping[str, tuple[str, str, Sequence[Citation]]]:
    """Title, text and citations of all that *reply* decided, by id."""
    found: dict[str, tuple[str, str, Sequence[Citation]]] = {}
    for flag in reply.flags:
        found[flag.id] = (flag.title, flag.explains, flag.citations)
    for note in (*reply.considerations, *reply.related):
        found[note.id] = (note.title, note.text, note.citations)
    for safeguard in reply.safeguards:
        title = f"{safeguard.title} ({safeguard.stage})"
        found[safeguard.id] = (title, safeguard.text, safeguard.citations)
    return found


def _pin(citation: Citation) -> tuple[str, int, int]:
    return citation.provision, citation.start, citation.end


def _sentences(calls: Sequence[Call]) -> list[dict[str, Any]]:
    return [sentence for call in calls if call.use is Use.WORDING and call.parsed
            for sentence in call.parsed["sentences"]]
