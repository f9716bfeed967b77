"""Labelled questions that a change of the corpus has left behind."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from retrieval.guidance import Guidance, ProvisionId
from retrieval.labelled.cases import LabelledQuery
from retrieval.linting.remarks import Remark, Severity


def remarks(guidance: Guidance, queries: Iterable[LabelledQuery]) -> Iterator[Remark]:
    """The provisions that *queries* ask for and that *guidance* has set aside or lacks."""
    asked: dict[ProvisionId, list[str]] = defaultdict(list)
    for query in queries:
        for id_ in query.relevant:
            if id_ not in guidance.provisions:
                asked[id_].append(query.query)
    for id_, texts in asked.items():
        questions = "question" if len(texts) == 1 else "questions"
        many = f"{len(texts)} labelled {questions}, such as {texts[0]!r}"
        aside = guidance.set_aside.get(id_)
        if aside is None:
            says = f"{many}, should find it, and there is no such provision. Correct the label."
        elif (instead := guidance.in_place_of(id_)) is None:
            says = (f"{many}, should find it, but it is retired and nothing stands in its place. "
                    "Take the label out, or the measure counts it as missed.")
        elif aside.same_as is not None:
            says = (f"{many}, should find it, but {aside.same_as} quotes it in full and is found "
                    f"in its place. Label {instead}.")
        else:
            says = (f"{many}, should find it, but it is retired. Label {instead} "
                    "instead, or the measure counts it as missed.")
        yield Remark(Severity.WARNING, "label", ("provision", str(id_)), says)
