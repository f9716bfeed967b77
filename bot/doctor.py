"""What is wrong with an installation, and what to do about it; each check stands alone."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.assembly import Assembly
from bot.errors import AdvisorError
from retrieval.errors import RetrievalError
from retrieval.matches import Query

PROBE = "what does the guidance say about resellers"


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing looked at: its name, whether it is fine, and what was found or is to be done."""

    name: str
    ok: bool
    text: str


def examine(parts: Assembly) -> list[Examined]:
    """Look at every part of the installation; one that fails never hides another."""
    return [_guarded(name, look, parts) for name, look in _LOOKS.items()]


def _guarded(name: str, look: Callable[[Assembly], str], parts: Assembly) -> Examined:
    try:
        return Examined(name, True, look(parts))
    except (AdvisorError, RetrievalError, OSError) as error:
        return Examined(name, False, str(error))


def _settings(parts: Assembly) -> str:
    s = parts.settings
    return f"data in {s.data_dir.resolve()}, contact is {s.contact!r}"


def _data(parts: Assembly) -> str:
    probe = parts.data_dir / ".write-probe"
    probe.write_text("ok", encoding="utf-8")
    probe.unlink()
    return "the data folder can be written"


def _model(parts: Assembly) -> str:
    return f"embedding model {parts.embeddings.recipe}"


def _corpus(parts: Assembly) -> str:
    g = parts.guidance
    return (f"{len(g.provisions)} provisions, {len(g.red_flags)} red flags, "
            f"{len(g.safeguards)} safeguards; release {g.release}")


def _index(parts: Assembly) -> str:
    found = parts.search([Query(PROBE)])[0]
    first = found.matches[0].provision if found.matches else "nothing"
    return f"answers; {PROBE!r} finds {first} first"


def _wording(parts: Assembly) -> str:
    return f"{len(parts.wording.sentences)} sentences"


def _database(parts: Assembly) -> str:
    broken = parts.store.verify_log()
    if broken is not None:
        raise AdvisorError("log_broken", f"the log is not whole: {broken}")
    return "reachable, at the newest schema, log whole"



_LOOKS: dict[str, Callable[[Assembly], str]] = {
    "settings": _settings,
    "data folder": _data,
    "sentences": _wording,
    "model": _model,
    "corpus": _corpus,
    "index": _index,
    "database": _database,
}


