"""Messages that end one deal and tell another at once: "start over. the army of Chad wants drones".

Read as one, the new deal would be added to the old one.
"""

from retrieval.mentions import Reading


def behind_the_opening(reading: Reading) -> int | None:
    """Where in the text the words begin that follow its first clause; None if there are none.

    "start over: 40 drones for Chad" goes on at the "40".
    """
    marks = (i for i, token in enumerate(reading.tokens) if i and token.ends_clause)
    first = next(marks, None)
    if first is None:
        return None
    return next((t.start for t in reading.tokens[first:] if t.is_word), None)
