"""Points as a draft is given them, made straight from the corpus."""

from collections.abc import Iterator

from bot.dialogue.citing import cite_all
from bot.dialogue.drafting import Draft, Point, PointKind, Sentence
from retrieval.guidance import Checked, Guidance


def point(guidance: Guidance, key: str, name: str = "P1", *, needed: bool = False) -> Point:
    """The point on the flag, safeguard, consideration or provision *key*."""
    kind, title, text, authorities = _content(guidance, key)
    provisions = [guidance.provisions[one] for one in authorities]
    return Point(
        id=name, kind=kind, title=title, text=text,
        evidence=(title, text, *(p.text for p in provisions)),
        quotable=tuple(p.text for p in provisions if p.checked is Checked.OFFICIAL),
        citations=cite_all(guidance, authorities), needed=needed,
    )


def _content(guidance: Guidance, key: str):
    kind, _, name = key.partition(":")
    if kind == "flag":
        flag = next(one for one in guidance.red_flags if one.id == name)
        return PointKind.FLAG, flag.title, flag.explains, flag.authorities
    if kind == "safeguard":
        one = guidance.safeguards[name]
        return PointKind.SAFEGUARD, one.title, one.text, one.authorities
    if kind == "consideration":
        c = next(one for one in guidance.considerations if one.id == name)
        return PointKind.CONSIDERATION, c.title, c.weigh, c.authorities
    provision = guidance.provisions[name]
    return PointKind.PASSAGE, provision.heading, provision.text, (provision.id,)


def keys(guidance: Guidance) -> Iterator[str]:
    """Every key that `point` knows."""
    yield from (f"flag:{one.id}" for one in guidance.red_flags)
    yield from (f"safeguard:{one}" for one in guidance.safeguards)
    yield from (f"consideration:{one.id}" for one in guidance.considerations)
    yield from (f"provision:{one}" for one in guidance.provisions)


def draft(*sentences: tuple[str, tuple[str, ...]] | str) -> Draft:
    """A draft of *sentences*; a bare text names the point P1."""
    return Draft(tuple(
        Sentence(one, ("P1",)) if isinstance(one, str) else Sentence(*one) for one in sentences))
