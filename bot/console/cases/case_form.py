"""A labelled case as the fields of a form, and back."""

import re
from collections.abc import Iterable, Mapping

from bot.reviews.labelling import Facts, Labelled, Shape

SAYS = "says:"
"""What the names of the fields of messages begin with; the number follows."""
_MESSAGE = re.compile(rf"{SAYS}([0-9]{{1,8}})")
_ID = re.compile(r"[\s,;]+")
UNKNOWN = "doesn't know"


def fields(case: Labelled) -> dict[str, str]:
    """*case* as it stands in the form, by the names of its fields."""
    return {
        **{f"{SAYS}{n}": text for n, text in enumerate(case.says)},
        "answers": _told(case.answers), "facts": _told(case.facts),
        **{name: " ".join(getattr(case, name)) for name in _LISTS},
        "exact": "yes" if case.exact else "",
        "unanswerable": "yes" if case.unanswerable else "",
        "note": case.note,
    }


def filled(shape: Shape, given: Mapping[str, str]) -> Labelled:
    """The case that somebody has filled in; a message that was emptied is taken away."""
    numbered = ((int(found[1]), text) for name, text in given.items()
                if (found := _MESSAGE.fullmatch(name)))
    says = tuple(filter(None, (_text(text) for _, text in sorted(numbered))))
    deal = shape is Shape.DEAL
    return Labelled(
        shape, says if deal else says[:1],
        answers=_facts(given.get("answers", "")) if deal else {},
        facts=_facts(given.get("facts", "")) if deal else {},
        raised=_ids(given, "raised") if deal else (),
        exact=deal and given.get("exact") == "yes",
        considers=_ids(given, "considers") if deal else (),
        cites=_ids(given, "cites"),
        cites_never=_ids(given, "cites_never"),
        safeguards=_ids(given, "safeguards") if deal else (),
        wrong_safeguards=_ids(given, "wrong_safeguards") if deal else (),
        unanswerable=not deal and given.get("unanswerable") == "yes",
        note=_text(given.get("note", "")),
    )


_LISTS = ("raised", "considers", "cites", "cites_never", "safeguards", "wrong_safeguards")


def _text(given: str) -> str:
    return given.replace("\r\n", "\n").replace("\r", "\n").strip()


def _ids(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _ID.split(given.get(name, "")))))


def _told(facts: Facts) -> str:
    return "\n".join(f"{fact}: {UNKNOWN if values is None else ', '.join(values)}"
                     for fact, values in facts.items())


def _facts(text: str) -> dict[str, tuple[str, ...] | None]:
    """A fact a line, its values after a colon; a line without one is a fact without values."""
    found: dict[str, tuple[str, ...] | None] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        fact, _, values = line.partition(":")
        said = values.strip().replace("’", "'")
        found[fact.strip()] = None if said in {UNKNOWN, ""} else _split(said.split(","))
    return found


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, values)))
