"""A reply as one JSON document: the machine protocol of `advisor chat --jsonl`."""

from typing import Any

from bot.dialogue.changes import Changes, Named, Part
from bot.dialogue.citation import Citation
from bot.dialogue.conversation import Conversation
from bot.dialogue.judging import coverage
from bot.dialogue.reply import Asked, ConsiderationNote, FlagNote, Reply, SafeguardNote, WordedLine
from bot.plain import to_text
from retrieval.guidance import Guidance, QuestionKind

Json = dict[str, Any]


def to_json(
    reply: Reply, conversation: Conversation, turn: int, guidance: Guidance,
    refused: str | None = None,
) -> Json:
    """*reply* with the state of its conversation after it; keys as in docs/machine-protocol.md.

    Args:
        reply: What goes back.
        conversation: As it stands after it.
        turn: Its number.
        guidance: The release of *reply*.
        refused: Why a language model's draft of it is not shown; None if there was none.
    """
    return {
        "conversation": conversation.id,
        "turn": turn,
        "release": reply.release,
        "kind": reply.kind.value,
        "text": to_text(reply, guidance),
        "deal": {
            fact: None if answer.values is None else sorted(answer.values)
            for fact, answer in sorted(conversation.deal.answers.items())
        },
        "unsure": sorted(f for f, a in conversation.deal.answers.items() if not a.certain),
        "considerations": [
            _consideration(c) for c in (*reply.considerations, *reply.related)
        ],
        "red_flags": [_flag(f) for f in reply.flags],
        "safeguards": [_safeguard(s) for s in reply.safeguards],
        "more_safeguards": [_safeguard(s) for s in reply.more_safeguards],
        "changes": _changes(reply.changes) if reply.changes is not None else None,
        "updated": [{"id": one.provision, "became": one.became.value, "instead": one.instead}
                    for one in reply.renewed],
        "question": _question(reply.question) if reply.question is not None else None,
        "open_facts": list(reply.open_facts),
        "coverage": [
            {"consideration": line.number, "id": line.consideration, "state": line.state.value,
             "because": list(line.because)}
            # A reply that is not about the deal shows none, and the deal stands as it did.
            for line in reply.coverage or coverage(guidance, conversation.deal)
        ],
        "citations": [citation_json(c) for c in reply.citations()],
        "worded": [_worded(line) for line in reply.worded],
        "composer": reply.composer,
        "refused": refused,
    }


def citation_json(citation: Citation) -> Json:
    """A citation with everything that is needed to check it from outside."""
    return {
        "id": citation.provision,
        "pinpoint": citation.pinpoint,
        "source": citation.source_title,
        "checked": citation.checked.value,
        "quote": citation.quote,
        "url": citation.url,
        "release": citation.release,
        "start": citation.start,
        "end": citation.end,
        "sha256": citation.sha256,
    }


def _worded(line: WordedLine) -> Json:
    return {"text": line.text, "restates": list(line.restates),
            "citations": [citation_json(x) for x in line.citations]}


def _consideration(c: ConsiderationNote) -> Json:
    checked = c.number_checked.value if c.number_checked else None
    return {"id": c.id, "number": c.number, "number_checked": checked,
            "title": c.title, "text": c.text,
            "status": c.status.value, "citations": [citation_json(x) for x in c.citations]}


def _flag(f: FlagNote) -> Json:
    return {"id": f.id, "title": f.title, "status": f.status.value, "because": list(f.because),
            "said": list(f.said), "missing": list(f.missing), "supposed": f.tentative,
            "gravity": f.gravity, "ours": f.ours,
            "citations": [citation_json(x) for x in f.citations]}


def _safeguard(s: SafeguardNote) -> Json:
    return {"id": s.id, "title": s.title, "text": s.text, "stage": s.stage.value, "ours": s.ours,
            "citations": [citation_json(x) for x in s.citations]}


def _changes(changes: Changes) -> Json:
    named = {part.value: [_named(n) for n in changes.named(part)] for part in Part}
    return {"of": changes.of.value, **named, "kept": len(changes.kept)}


def _named(named: Named) -> Json:
    return {"id": named.id, "title": named.title,
            "citations": [citation_json(x) for x in named.citations]}


def _question(q: Asked) -> Json:
    return {**_asked(q), "opener": q.opener, "beside": [_asked(other) for other in q.beside]}


def _asked(q: Asked) -> Json:
    offered = [] if q.kind is QuestionKind.COUNTRY else q.choices
    return {"fact": q.fact, "kind": q.kind.value, "text": q.text, "why": q.why,
            "several": q.several,
            "choices": [{"value": c.value, "label": c.label} for c in offered]}
