"""What an edit did, in words."""

from dataclasses import dataclass

from bot.console.wording.corrections import FIELDS, corrected
from retrieval.editing.edits import AddDocument, Confirm, Correct, Edit, Renumber, Retire


@dataclass(frozen=True, slots=True)
class Told:
    """An edit in words."""

    did: str
    mark: str
    """A shape for what was done."""
    about: str
    """Id of what it is about."""
    is_provision: bool = False
    reason: str = ""
    details: tuple[tuple[str, str], ...] = ()
    """What, and its new words."""


def told(edit: Edit) -> Told:
    """*edit* in words."""
    match edit:
        case AddDocument():
            many = len(edit.provisions)
            said = [("Title", edit.source.title),
                    ("Provisions", str(many)),
                    ("Official words of", str(edit.of or "")),
                    ("Document", edit.document_sha256)]
            return Told(f"Took {many} provision{'' if many == 1 else 's'} of a document in", "+",
                        str(edit.source.id), details=tuple(pair for pair in said if pair[1]))
        case Confirm():
            return Told("Confirmed", "✓", str(edit.provision), True,
                        details=(("Against", str(edit.passage)),
                                 ("Characters", f"{edit.start:,} to {edit.end:,}")))
        case Correct():
            return Told(corrected(edit), "≠", str(edit.provision), True, edit.reason,
                        tuple((FIELDS.get(name, name).capitalize(), value or "(empty)")
                              for name, value in edit.fields.items()))
        case Retire():
            return Told("Retired", "∅", str(edit.provision), True, edit.reason,
                        () if edit.instead is None else (("Instead", str(edit.instead)),))
        case Renumber():
            return Told(f"Numbered it {edit.number}", "#", edit.consideration)
