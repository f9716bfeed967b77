"""What a text names by its id: "sg-c4-1" finds that provision, whatever it is about.

Pure.  The id of a red flag or a safeguard stands for what it rests on, that of a provision that is
set aside for what stands in its place.
"""

import re

from retrieval.guidance import FlagId, Guidance, ProvisionId, SafeguardId

_ID = re.compile(r"(?<![\w.-])[a-z0-9]+(?:[-_.][a-z0-9]+)+(?![\w-])")


def named_by_id(text: str, guidance: Guidance) -> tuple[ProvisionId, ...]:
    """The provisions that *text* names by an id of *guidance*, in the order of the text."""
    found: dict[ProvisionId, None] = {}
    for name in _ID.findall(text.lower()):
        found.update(dict.fromkeys(_of(name, guidance)))
    return tuple(found)


def _of(name: str, guidance: Guidance) -> tuple[ProvisionId, ...]:
    id_ = ProvisionId(name)
    if id_ in guidance.provisions or id_ in guidance.set_aside:
        instead = guidance.in_place_of(id_)
        return () if instead is None else (instead,)
    flag = guidance.flag_by_id.get(FlagId(name))
    if flag is not None:
        return flag.authorities
    safeguard = guidance.safeguards.get(SafeguardId(name))
    return () if safeguard is None else safeguard.authorities
