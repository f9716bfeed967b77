"""What our role may do in PostgreSQL, asked beforehand: a right may be lacking on one table alone.

So it is where a table was made, restored or given away by another role.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from bot.schema import metadata

Right = tuple[str, str]
"""A table, and what may be done there."""

_INDEX_OF_WORDS = "case_words_index"
"""It is of migrations alone, since each database has it in a form of its own."""
_CHANGED = frozenset({
    "active_release", "case_cites", "case_lines", "case_tags", _INDEX_OF_WORDS, "cases",
    "chat_usage", "checkpoints", "claims", "conversations", "corpus_edits", "day_counts",
    "deliveries", "document_cuts", "log", "log_heads", "outgoing", "people", "preparation",
    "saved_filters", "second_looks", "sessions", "turns"})
"""Tables of which rows are changed, or locked by whoever goes on to write elsewhere."""
_EMPTIED = frozenset({
    "case_cites", "case_lines", "case_tags", "case_words", _INDEX_OF_WORDS, "chat_choices",
    "day_counts", "deliveries", "holds", "people", "preparation", "retention", "review_locks",
    "review_sweep", "saved_filters", "second_looks", "sessions"})
"""Tables of which rows are taken away."""

NEEDED: frozenset[Right] = frozenset(
    (table, right)
    for right, tables in (
        ("SELECT", {*metadata.tables, _INDEX_OF_WORDS}),
        ("INSERT", {*metadata.tables, _INDEX_OF_WORDS} - {"schema_floor"}),
        ("UPDATE", _CHANGED), ("DELETE", _EMPTIED))
    for table in tables)
"""What all that the program does takes."""
TO_STORE: frozenset[Right] = frozenset(
    (table, right) for table in ("cases", "claims", "deliveries", "places")
    for right in ("SELECT", "INSERT"))
"""What it takes to store a message: without the others it waits, without these it is lost."""

_ASKED = sorted(NEEDED)
_FILLED = [name for name, may in _ASKED if may == "INSERT"]
# A table that isn't there is told of by whoever needs it.
_TABLES = text(
    "SELECT wanted.name, wanted.may FROM "
    "unnest(CAST(:names AS text[]), CAST(:rights AS text[])) AS wanted (name, may) "
    "WHERE to_regclass(quote_ident(wanted.name)) IS NOT NULL "
    "AND NOT has_table_privilege(to_regclass(quote_ident(wanted.name)), wanted.may)")
_SEQUENCES = text(
    "SELECT owner.relname FROM unnest(CAST(:names AS text[])) AS wanted (name) "
    "JOIN pg_class AS owner ON owner.oid = to_regclass(quote_ident(wanted.name)) "
    "JOIN pg_depend AS belongs ON belongs.refobjid = owner.oid AND belongs.deptype IN ('a', 'i') "
    "JOIN pg_class AS numbers ON numbers.oid = belongs.objid "
    # In a CASE, since what is no sequence may not even be asked about.
    "WHERE CASE numbers.relkind WHEN 'S' THEN "
    "NOT has_sequence_privilege(numbers.oid, 'USAGE') ELSE false END")


def lacking(connection: Connection) -> Sequence[Right]:
    """What our role may not do of `NEEDED`, in order; nothing on SQLite, which knows no roles."""
    if connection.dialect.name != "postgresql":
        return ()
    found = {(row.name, row.may) for row in connection.execute(_TABLES, {
        "names": [name for name, _ in _ASKED], "rights": [may for _, may in _ASKED]})}
    # Who may not take the number of a new row can't put one there.
    found |= {(name, "INSERT") for name in connection.scalars(_SEQUENCES, {"names": _FILLED})}
    return sorted(found)


def named(rights: Iterable[Right]) -> Sequence[str]:
    """*rights* as PostgreSQL names them, such as "INSERT on turns"."""
    return [f"{may} on {table}" for table, may in rights]
