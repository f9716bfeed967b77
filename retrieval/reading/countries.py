"""Countries by their ISO codes: their names, and the words people call them by.

The list of ISO 3166-1 leaves out Kosovo.  Deals are made there all the same, so it stands here
under XK, the code that others use for it (the European Commission, the World Bank, Unicode); ISO
leaves XA to XZ to its users.  That says nothing of its status.
"""

from collections.abc import Iterator, Sequence

import pycountry

from retrieval.guidance import Fact, Term

_BESIDE_THE_LIST = {"XK": "Kosovo"}
_TOLD_APART = {"CG": "Republic of the Congo"}
"""Names for those whose short name is another's as well."""


def country_names(terms: Sequence[Term]) -> Iterator[Term]:
    """The names of the ISO list, less what the vocabulary says of a country already."""
    listed = {
        name.casefold()
        for t in terms
        if t.fact == "country"
        for name in (*t.terms, *t.weak, *t.asked)
    }
    for country in pycountry.countries:
        names = {
            getattr(country, key)
            for key in ("name", "common_name", "official_name")
            if getattr(country, key, None)
        }
        plain = {n.replace("(", "").replace(")", "") for n in names if "," not in n}
        fresh = sorted(n for n in plain if n.casefold() not in listed)
        if fresh:
            yield Term(Fact("country"), country.alpha_2, terms=tuple(fresh))
    for code, name in _BESIDE_THE_LIST.items():
        if name.casefold() not in listed:
            yield Term(Fact("country"), code, terms=(name,))


def country_codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes, and XK."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | _BESIDE_THE_LIST.keys()


def country_name(code: str) -> str:
    """The short English name of the country of *code*; the code itself if unknown."""
    known = _BESIDE_THE_LIST.get(code) or _TOLD_APART.get(code)
    if known is not None:
        return known
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    name = str(getattr(country, "common_name", None) or country.name)
    head, _, tail = name.partition(", ")
    return f"{tail} {head}" if tail else name
