"""Which words the program's own code holds: it knows the lists of `phrases.yaml` by their names.

Some ninety modules name them, each where it needs one.  A register of all the names would be a
second truth beside that, so the code itself is asked.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.abc import InspectLoader
from importlib.util import find_spec
from pkgutil import iter_modules
from types import CodeType

READERS = ("bot.dialogue", "retrieval")
"""The packages that read the lists."""


@cache
def words_in_code() -> frozenset[str]:
    """Every text that stands in the code of `READERS`; of one that is filled in, each part.

    Takes half a second of processor time once, and runs no module.
    """
    return frozenset(text for package in READERS for module in _modules(package)
                     for text in _texts([_code_of(module)]))


def _modules(package: str) -> Iterator[str]:
    """The names of all modules of *package*, those of packages within it as well."""
    spec = find_spec(package)
    for found in iter_modules(None if spec is None else spec.submodule_search_locations):
        name = f"{package}.{found.name}"
        if found.ispkg:
            yield from _modules(name)
        else:
            yield name


def _code_of(module: str) -> CodeType | None:
    spec = find_spec(module)
    loader = None if spec is None else spec.loader
    return loader.get_code(module) if isinstance(loader, InspectLoader) else None


def _texts(constants: Iterable[object]) -> Iterator[str]:
    for one in constants:
        if isinstance(one, str):
            yield one
        elif isinstance(one, CodeType):
            yield from _texts(one.co_consts)
        elif isinstance(one, tuple | frozenset):
            yield from _texts(one)
