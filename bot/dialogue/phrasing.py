"""The bot's own sentences: named templates that come from data and are filled in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


class UnknownSentence(KeyError):
    """There is no sentence of the name that it holds."""

    @property
    def name(self) -> str:
        """The name."""
        return str(self.args[0])


@dataclass(frozen=True)
class Wording:
    """Sentences by name, with `{variables}`; and who to turn to.

    Raises `UnknownSentence` for a name that doesn't exist; `bot.wording` checks at load that each
    sentence the code uses is there and has the variables it is given.
    """

    sentences: Mapping[str, str]
    contact: str = "your compliance lead"

    def say(self, name: str, **variables: object) -> str:
        """The sentence *name* with its variables filled in."""
        sentence = self.sentences.get(name)
        if sentence is None:
            raise UnknownSentence(name)
        return sentence.format(contact=self.contact, **variables)

    def has(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self.sentences


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where a sentence names a variable: "{facts}"."""

    name: str
    """Empty for "{}"."""
    bare: bool
    """Whether there is nothing but the name, as in "{n}" and not in "{n:>3}"."""


def places_in(sentence: str) -> list[VariablePlace]:
    """Where *sentence* names variables, in order.

    Raises:
        ValueError: A brace in it opens or closes nothing.
    """
    return [
        VariablePlace(name, bare=not spec and conversion is None)
        for _, name, spec, conversion in Formatter().parse(sentence) if name is not None
    ]
