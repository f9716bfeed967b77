"""Questions that a reviewer approved: each holds or doesn't, whatever the averages say."""

from dataclasses import dataclass

from retrieval.evaluate import LOOKED_AT, Judged


@dataclass(frozen=True, slots=True)
class Held:
    """One approved case, and what is wrong with the answer to it now."""

    case: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the answer is as the reviewer wanted it."""
        return not self.faults


def held_query(judged: Judged) -> Held:
    """A question: what answers it is found, what doesn't isn't shown, and nothing where nothing is.

    What answers it may come anywhere among those found, so that a better provision that somebody
    adds breaks nothing; what is wrong must not come among those that a person is shown.
    """
    query = judged.query
    lacking = [id_ for id_ in query.relevant if id_ not in judged.found]
    faults = [f"still shown: {id_}" for id_ in judged.shown_wrongly]
    faults += [f"not found: {id_}" for id_ in lacking]
    if not query.relevant and not query.open:
        faults += [f"found though nothing answers it: {id_}" for id_ in judged.found[:LOOKED_AT]]
    return Held(query.id, tuple(faults))
