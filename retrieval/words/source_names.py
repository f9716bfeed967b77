"""Sources that a text names as a whole: "does the CSDDD apply to us".

Pure, and knows no source by name: what one is called is data (the cue lists `named_…`).  Of a
source that holds more than one provision the name alone doesn't tell which is meant.
"""

from collections import Counter

from retrieval.guidance import Guidance, ProvisionId
from retrieval.words.phrases import Phrases
from retrieval.words.pinpoints import Recogniser
from retrieval.words.tokens import tokenise

CUE = "named_"
"""How the cue lists begin that tell what a source is called, before its id."""


def source_recogniser(guidance: Guidance) -> Recogniser:
    """Prepare the recognition of sources of *guidance* for which one provision speaks."""
    held = Counter(provision.source for provision in guidance.provisions.values())
    cues = guidance.vocabulary.cues
    names = {p.id: phrases for p in guidance.provisions.values()
             if held[p.source] == 1 and (phrases := cues.get(f"{CUE}{p.source}"))}
    any_name = Phrases(phrase for phrases in names.values() for phrase in phrases)
    by_provision = {id_: Phrases(phrases) for id_, phrases in names.items()}

    def recognise(text: str) -> tuple[ProvisionId, ...]:
        tokens = tokenise(text)
        # Hardly a question names a source.
        if not any_name.find(tokens):
            return ()
        found = [(first, id_) for id_, phrases in by_provision.items()
                 for first, _ in phrases.find(tokens)]
        return tuple(dict.fromkeys(id_ for _, id_ in sorted(found)))

    return recognise
