"""Messages that end one deal and tell another at once: "start over. the army of Chad wants drones".

Read as one, the new deal would be added to the old one.
"""

from collections.abc import Iterator

from retrieval.words.mentions import Reading

MOST_OPENINGS = 2
"""Clauses at the beginning among which the one is looked for that leaves a deal: "ok. start
over."."""


def behind_openings(reading: Reading) -> Iterator[tuple[int, int, int]]:
    """Each of the first clauses that is followed by more: where it is, and where that begins.

    In characters of the text, the end of a clause exclusive.
    "ok. start over: 40 drones for Chad" gives "ok", and "start over" that goes on at the "40".
    """
    tokens = reading.tokens
    begin = found = 0
    for i, token in enumerate(tokens):
        if not token.ends_clause:
            continue
        follows = next((t.start for t in tokens[i:] if t.is_word), None)
        if follows is None or found == MOST_OPENINGS:
            return
        if any(t.is_word for t in tokens[begin:i]):
            yield tokens[begin].start, token.start, follows
            found += 1
        begin = i + 1
