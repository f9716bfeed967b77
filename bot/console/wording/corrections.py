"""What of a provision was corrected, as people call it."""

from collections.abc import Mapping

from retrieval.editing.edits import Correct

FIELDS: Mapping[str, str] = {
    "heading": "heading", "pinpoint": "pinpoint", "text": "words", "note": "caution",
    "number": "number"}
"""What of a provision can be corrected, as people call it."""


def corrected(edit: Correct) -> str:
    """What of a provision *edit* put into other words: "Corrected the words and caution"."""
    *fields, last = [FIELDS.get(name, name) for name in edit.fields]
    return f"Corrected the {', '.join(fields)}{' and ' if fields else ''}{last}"
