"""Sentences that assure somebody of a deal: that it is approved, lawful, safe, or may go ahead.

The bot may never say one.  The patterns know nothing of the bot's own sentences, so a sentence
that only denies or wonders ("I can't say whether a deal is lawful") has to pass by its grammar.
"""

import re
from collections.abc import Iterable

_DEAL = r"(?:deal|sale|transaction|order|export|shipment|quote|it|this|that|everything|you)"
_IS = (
    r"(?:is|are|was|looks?|seems?|appears|sounds|would be|will be|'s|'re|has been|have been)"
    r"(?: \w+ly)?(?: now| all| quite)?"
)
_GOOD = (
    r"(?:approved|lawful|legal|fine|safe|cleared|permitted|allowed|compliant|authori[sz]ed|ok|okay"
    r"|in order|good to go|acceptable|unproblematic|risk-free|clean)"
)
_GO = r"(?:go ahead|proceed|sell|ship|sign|quote|deliver)"
_ASSURES = (
    re.compile(rf"\b{_DEAL}\b[\w ,'’-]{{0,40}}?\b{_IS} {_GOOD}\b"),
    re.compile(rf"\b{_DEAL}{_IS} {_GOOD}\b"),
    re.compile(rf"\byou (?:may|can|could|are free to|are clear to)(?: now| safely)? {_GO}\b"),
    re.compile(rf"\b{_GOOD} to {_GO}\b"),
    re.compile(r"\b(?:we|i) (?:approve|clear|authori[sz]e|certify|confirm)\b"),
    re.compile(r"\b(?:all[ -]clear|green light|thumbs up)\b"),
)
_DENIES_CONCERN = re.compile(
    r"\b(?:nothing to worry about|no (?:concerns?|objections?|problem with (?:this|the) \w+))\b"
)
_HOLDS_BACK = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|cannot|whether|if|unless|until|once|ask|check|only"
    r"|before|who|which|what|how)\b|n['’]t\b"
)
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
"""Words that the bot only mentions."""
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")


def assurances(texts: Iterable[str]) -> tuple[str, ...]:
    """The sentences of *texts* that assure."""
    sentences = (one.strip() for text in texts for one in _SENTENCE.split(text))
    return tuple(one for one in sentences if _assures(_QUOTED.sub("", one.lower())))


def _assures(sentence: str) -> bool:
    for pattern in _ASSURES:
        hit = pattern.search(sentence)
        if hit is not None and not _HOLDS_BACK.search(sentence[: hit.end()]):
            return True
    hit = _DENIES_CONCERN.search(sentence)
    return hit is not None and not _HOLDS_BACK.search(sentence[: hit.start()])
