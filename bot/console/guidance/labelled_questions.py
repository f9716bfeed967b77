"""The labelled questions of the corpus, by the provisions that they name."""

import threading
from dataclasses import dataclass
from pathlib import Path

from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import BadGold, LabelledQuery, read_queries


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled question, as it stands to a provision."""

    id: str
    query: str
    wrong: bool
    """The provision was shown for it once and must not be again."""


class LabelledQuestions:
    """Reads a file of labelled questions, anew whenever it has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._labels: dict[ProvisionId, list[Label]] = {}
        self._problem = ""

    def of(self, provision: ProvisionId) -> tuple[Label, ...]:
        """The questions that *provision* answers, or must not be shown for."""
        with self._lock:
            self._look()
            return tuple(self._labels.get(provision, ()))

    @property
    def problem(self) -> str:
        """Why the questions can't be read; empty where they can, or where there is no file."""
        return self._problem

    def _look(self) -> None:
        try:
            found = self._file.stat()
        except OSError:
            self._seen, self._labels, self._problem = None, {}, ""
            return
        if (found.st_mtime_ns, found.st_size) == self._seen:
            return
        self._seen, self._labels, self._problem = (found.st_mtime_ns, found.st_size), {}, ""
        try:
            queries = read_queries(self._file)
        except BadGold as error:
            self._problem = str(error)
            return
        for query in queries:
            self._enter(query)

    def _enter(self, query: LabelledQuery) -> None:
        for provisions, wrong in ((query.relevant, False), (query.wrong, True)):
            for provision in provisions:
                self._labels.setdefault(provision, []).append(
                    Label(query.id, query.query, wrong))
