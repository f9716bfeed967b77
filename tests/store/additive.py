"""Which statements of a migration a program that knows nothing of it survives.

It survives what only adds: a table, a column that may be left out, an index.  It does not survive
a column that is gone or has another name or type, one that has to be filled, or a new rule about
rows that it writes.  Held against PostgreSQL's statements, since SQLite makes whole tables anew.
"""

import re
from collections.abc import Iterable

_NEW_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?\"?(\w+)", re.IGNORECASE)
_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX (?:IF NOT EXISTS )?\S+ ON \"?(\w+)", re.IGNORECASE)
_COLUMN = re.compile(r"ALTER TABLE \"?(\w+)\"? ADD COLUMN (?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.IGNORECASE)
_READS = re.compile(r"(SELECT|SHOW|SET LOCAL|BEGIN|COMMIT)\b", re.IGNORECASE)
OWN = frozenset({"alembic_version", "schema_floor"})


def objections(statements: Iterable[str]) -> list[str]:
    """What in the *statements* of a migration an older program would not survive."""
    made: set[str] = set()
    found = []
    for statement in (" ".join(one.split()) for one in statements):
        new = _NEW_TABLE.match(statement)
        if new is not None:
            made.add(new[1])
        elif not _survived(statement, made):
            found.append(statement)
    return found


def _survived(statement: str, made: set[str]) -> bool:
    if _READS.match(statement):
        return True
    index, column, writes = (kind.match(statement) for kind in (_INDEX, _COLUMN, _WRITES))
    if index is not None:
        return index[2] in made or not index[1]
    if column is not None:
        rest = column["rest"].upper()
        return "NOT NULL" not in rest or "DEFAULT" in rest
    if writes is not None:
        # A row that an older program wrote is its own to change.
        return writes[1] in made | OWN
    return any(re.match(rf"ALTER TABLE \"?{table}\b", statement, re.IGNORECASE) for table in made)
