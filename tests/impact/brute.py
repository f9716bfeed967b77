"""Whose advice differs, the long way: every conversation read whole, every deal worked out twice.

Every citation is read from the turns themselves.
"""

from bot.dialogue.conversation import ConversationId
from bot.impact.alterations import IN_FORCE, altered, reworded
from bot.impact.differing import Difference, Kind, _changes
from bot.impact.judged import judged
from bot.record import spoken
from bot.store import Store
from retrieval.guidance import sha256_of


def brute_force(before, after, store: Store, cites=True):
    """By conversation: kind, changes, and what was cited that has changed."""
    found = {}
    changed = altered(before, after)
    words = reworded(before, after)
    line = None
    while True:
        lines = spoken.lines(store, 1000, line)
        if not lines:
            return found
        for line in lines:
            deal = store.load(line.id).deal
            # By both releases, whatever they have in common; nothing is remembered.
            changes = tuple(_changes(judged(before, deal), judged(after, deal),
                                     frozenset(changed), words)) if deal.answers else ()
            if changes:
                found[line.id] = (Difference(changes).kind, frozenset(changes), ())
            elif cites and (gone := _cited(store, line.id, changed)):
                found[line.id] = (Kind.ANSWER, frozenset(), gone)


def _cited(store, name: ConversationId, changed):
    last = {}
    for turn in store.turns(name):
        here = {}
        for one in turn.body()["citations"]:
            known = here.get(one["provision"])
            if known is None or one["end"] - one["start"] > known["end"] - known["start"]:
                here[one["provision"]] = one
        last |= here
    return tuple(sorted(p for p, one in last.items() if p in changed and _other(one, changed[p])))


def _other(cited, change):
    p = change.after
    if change.how not in IN_FORCE:
        return True
    return not (
        sha256_of(p.text[cited["start"]:cited["end"]]) == cited["sha256"]
        and p.checked == cited["checked"]
        and (change.before is None or change.before.pinpoint == p.pinpoint))
