"""What stands beneath the first provision of a pinpoint: the items of a consideration."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from retrieval.guidance import Provision, ProvisionId


def headed(provisions: Iterable[Provision]) -> Mapping[ProvisionId, frozenset[ProvisionId]]:
    """For the first of several *provisions* of one source under one pinpoint, the others.

    Those under a part of that pinpoint ("…, red flags") count too.
    """
    places: dict[tuple[str, str], list[ProvisionId]] = defaultdict(list)
    for one in provisions:
        places[one.source, one.pinpoint].append(one.id)
    found = {ids[0]: frozenset(ids[1:]) for ids in places.values()}
    for (source, pinpoint), ids in places.items():
        whole = places.get((source, pinpoint.rpartition(", ")[0]))
        if whole is not None:
            found[whole[0]] |= frozenset(ids)
    return {first: others for first, others in found.items() if others}
