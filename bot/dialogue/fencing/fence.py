"""The fence: a draft passes only as a whole, and only if nothing is wrong with it.

What it may say is what its points say.  The checks go in the order of `Reason`, each over all
sentences, and the first thing found is the answer.
"""

from collections.abc import Callable, Sequence

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.addressing import addressee
from bot.dialogue.fencing.figures import figure
from bot.dialogue.fencing.grounds import Grounds, grounds
from bot.dialogue.fencing.judged import Judged, judged
from bot.dialogue.fencing.markup import markup
from bot.dialogue.fencing.names import name
from bot.dialogue.fencing.quotation import misquotes
from bot.dialogue.fencing.refusal import Reason, Refusal, Similarity
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.shape import misshapen
from bot.dialogue.fencing.telling import left_out, unspoken
from bot.dialogue.fencing.verdicts import verdict

_ALONE: tuple[tuple[Reason, Callable[[Judged, FenceRules], str | None]], ...] = (
    (Reason.MARKUP, markup),
    (Reason.VERDICT, verdict),
    (Reason.QUOTATION, misquotes),
    (Reason.FIGURE, figure),
    (Reason.NAME, name),
)


def inspect(
    draft: Draft, points: Sequence[Point], rules: FenceRules, similarity: Similarity
) -> Refusal | None:
    """Why *draft* may not be shown; None if it may.

    Args:
        draft: What a model proposes to say in place of *points*.
        points: All that it was given.
        rules: Words and limits.
        similarity: Cosine of texts by the embedding model in force; asked once, and only about
            sentences that no word gives away.
    """
    refusal = misshapen(draft, points, rules)
    if refusal is not None:
        return refusal
    sentences = judged(draft, points, rules)
    for reason, check in _ALONE:
        for n, sentence in enumerate(sentences):
            found = check(sentence, rules)
            if found is not None:
                return Refusal(reason, found, n)
    rests_on = [grounds(sentence, rules) for sentence in sentences]
    return (
        _first(rests_on, {Reason.NEGATION, Reason.STRENGTH})
        or _addressed(sentences, rules)
        or _first(rests_on, {Reason.UNSUPPORTED})
        or _unlike(sentences, rests_on, rules, similarity)
        or left_out(draft, points, sentences, rules)
    )


def _first(rests_on: Sequence[Grounds], reasons: set[Reason]) -> Refusal | None:
    order = list(Reason)
    faults = [(order.index(one.fault[0]), n, one.fault) for n, one in enumerate(rests_on)
              if one.fault is not None and one.fault[0] in reasons]
    if not faults:
        return None
    _, n, (reason, detail) = min(faults)
    return Refusal(reason, detail, n)


def _addressed(sentences: Sequence[Judged], rules: FenceRules) -> Refusal | None:
    for n, sentence in enumerate(sentences):
        found = addressee(sentence, rules)
        if found is not None:
            return Refusal(Reason.ADDRESSEE, found, n)
    return None


def _unlike(
    sentences: Sequence[Judged], rests_on: Sequence[Grounds], rules: FenceRules,
    similarity: Similarity,
) -> Refusal | None:
    """The first sentence that names a point in vain, or is unlike all that it may rest on."""
    pairs: list[tuple[str, str]] = []
    owners: list[int] = []
    for n, (sentence, one) in enumerate(zip(sentences, rests_on, strict=True)):
        spoken = [some for some in one.found if unspoken(sentence, some, rules) is None]
        if not spoken:
            idle = unspoken(sentence, one.found[0], rules)
            return Refusal(Reason.UNSUPPORTED, f"it says nothing of {idle}", n)
        pairs += [(sentence.text.text, " ".join(e.text.text for e in some)) for some in spoken]
        owners += [n] * len(spoken)
    best = [-1.0] * len(sentences)
    for n, cosine in zip(owners, similarity(pairs), strict=True):
        best[n] = max(best[n], cosine)
    for n, cosine in enumerate(best):
        # Written so that a cosine that is no number refuses too.
        if not cosine >= rules.similarity:
            return Refusal(Reason.UNSUPPORTED, f"similarity {cosine:.2f}", n)
    return None
