"""The tables.  Text, integers and JSON as text: the same on SQLite and on PostgreSQL.

Times are text in UTC, of one width, so that they sort; see `bot.ledger.timestamp`.
"""

from bot.schema.backups import last_backup
from bot.schema.deliveries import claims, deliveries, outgoing
from bot.schema.documents import document_cuts, documents, fetches
from bot.schema.models import chat_choices, chat_usage, second_looks
from bot.schema.releases import (
    active_release,
    corpus_edits,
    preparation,
    publications,
    releases,
    schema_floor,
)
from bot.schema.review import (
    case_cites,
    case_lines,
    case_tags,
    case_words,
    cases,
    day_counts,
    people,
    places,
    review_locks,
    review_sweep,
    saved_filters,
    sessions,
)
from bot.schema.tables import NEW, WAITING, metadata
from bot.schema.turns import (
    checkpoints,
    conversations,
    holds,
    log,
    log_heads,
    retention,
    turns,
    wordings,
)

__all__ = [
    "NEW",
    "WAITING",
    "active_release",
    "case_cites",
    "case_lines",
    "case_tags",
    "case_words",
    "cases",
    "chat_choices",
    "chat_usage",
    "checkpoints",
    "claims",
    "conversations",
    "corpus_edits",
    "day_counts",
    "deliveries",
    "document_cuts",
    "documents",
    "fetches",
    "holds",
    "last_backup",
    "log",
    "log_heads",
    "metadata",
    "outgoing",
    "people",
    "places",
    "preparation",
    "publications",
    "releases",
    "retention",
    "review_locks",
    "review_sweep",
    "saved_filters",
    "schema_floor",
    "second_looks",
    "sessions",
    "turns",
    "wordings",
]
