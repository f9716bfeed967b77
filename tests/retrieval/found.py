"""What a search finds for one question."""

from retrieval.guidance import ProvisionId
from retrieval.matches import Found, Query, Search


def found(search: Search, text: str, *pinned: ProvisionId, **more: object) -> Found:
    return search([Query(text, pinned=pinned, **more)])[0]  # type: ignore[arg-type]


def ids(one: Found) -> list[ProvisionId]:
    return [match.provision for match in one.matches]
