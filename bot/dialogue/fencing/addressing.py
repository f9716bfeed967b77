"""Words about the person, the bot, or somebody else's deal: the evidence speaks of none."""

from bot.dialogue.fencing.judged import Judged
from bot.dialogue.fencing.rules import FenceRules


def addressee(sentence: Judged, rules: FenceRules) -> str | None:
    """The first words of *sentence* that speak of the person, the bot or another deal."""
    for phrase in rules.addressee_phrases:
        if sentence.text.says(phrase) and not any(
            one.text.says(phrase) for one in sentence.evidence
        ):
            return " ".join(phrase)
    borne_out = {word.stem for one in sentence.evidence for word in one.text.words}
    for word in sentence.text.words:
        if word.stem in rules.addressee_stems and word.stem not in borne_out:
            return word.norm
    return None
