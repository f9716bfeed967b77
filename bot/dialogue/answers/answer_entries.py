"""The items of an answer to several questions: which words belong to one, and which tell.

"1 yes, 2 and 3 no" holds two items; in "2 bad, so yes. They host it" the first sentence is one, and
the second tells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from bot.dialogue.answers.across_clauses import taken_together
from bot.dialogue.answers.answer_parts import Elsewhere, Entry, Part
from bot.dialogue.answers.by_place import ways
from bot.dialogue.answers.piece import Piece, Sort
from bot.dialogue.small_words.answer_words import unhedged

_SKIPPED = frozenset({Sort.BETWEEN, Sort.ASIDE, Sort.MARK, Sort.AND, Sort.SAME})
_BINDS = frozenset({Sort.PLACE, Sort.NUMBER})
_PASSED = (Sort.BETWEEN, Sort.ASIDE)
"""What neither divides nor joins what stands on either side."""
_NAMES = frozenset({*_BINDS, Sort.ELSEWHERE})
_WORDS = frozenset({Sort.VERDICT, Sort.HEDGE, Sort.HALF})


def parts_of(pieces: Sequence[Piece], asked: int) -> list[Part]:
    """The clauses of a message, each with what it answers of the questions that were *asked*."""
    found: list[Part] = []
    stop = "\n"
    for is_stop, group in groupby(_divided(pieces), lambda p: p.sort is Sort.STOP):
        clause = list(group)
        if is_stop:
            stop = "".join(p.mark for p in clause)
            continue
        parts = list(_parts_in(clause))
        span = (clause[0].first, clause[-1].last) if len(parts) == 1 else (0, 0)
        for part in parts:
            remark = part.rest and not (part.entries or part.told) and "-" in stop
            found.append(replace(
                part, stop=stop, remark=remark, span=span,
                same=any(p.sort is Sort.SAME for p in clause) and not any(
                    p.tells for p in clause),
                begins=any(mark in ".!?;\n:" for mark in stop)))
            stop = ""
    return taken_together(found, pieces, asked)


def _divided(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """*pieces*, with a stop where a colon, an "and" or a "but" divides answers as one would."""
    pieces = [replace(p, sort=Sort.STOP, mark=",") if p.sort is Sort.BUT and _goes_on_behind(
        pieces, n) else p for n, p in enumerate(pieces)]
    behind: Sort | None = None
    following: list[Sort | None] = []
    for piece in reversed(pieces):
        following.append(behind)
        behind = behind if piece.sort in _PASSED else piece.sort
    before: Sort | None = None
    clause: list[Sort] = []
    for piece, behind in zip(pieces, reversed(following), strict=True):
        divides = (piece.sort is Sort.MARK and (
            before not in _NAMES or (_is_said(clause) and behind not in _WORDS))) or (
            piece.sort is Sort.AND and (behind is Sort.OTHER or behind in _WORDS
                                        or before is Sort.VERDICT))
        yield replace(piece, sort=Sort.STOP, mark=piece.mark or ",") if divides else piece
        before = before if piece.sort in _PASSED else piece.sort
        if divides or piece.sort is Sort.STOP:
            clause = []
        elif piece.sort not in _PASSED:
            clause.append(piece.sort)


def _goes_on_behind(pieces: Sequence[Piece], n: int) -> bool:
    """Whether an answer with its name stands on either side of piece *n*: "laws no but war yes".

    In "all no but the war" it leaves the war out.
    """
    before = next((i + 1 for i in range(n - 1, -1, -1) if pieces[i].sort is Sort.STOP), 0)
    behind = next((i for i in range(n + 1, len(pieces)) if pieces[i].sort is Sort.STOP),
                  len(pieces))
    return all({p.sort for p in pieces[slice(*side)]} & _BINDS
               and Sort.VERDICT in {p.sort for p in pieces[slice(*side)]}
               for side in ((before, n), (n + 1, behind))) and not any(
        p.sort in (Sort.ALL, Sort.REST) for p in pieces[before:n])


def _is_said(clause: Sequence[Sort]) -> bool:
    """Whether *clause* is an answer with its name already: "no detentions - there's conflict"."""
    return clause[:1] == [Sort.VERDICT] and {*clause[1:]} == {Sort.PLACE}


def _parts_in(clause: Sequence[Piece]) -> Iterator[Part]:
    """What one clause answers; several where it names several questions, each with its answer."""
    words = [p for p in clause if p.sort not in _SKIPPED]
    spans = tuple((p.first, p.last) for p in clause if p.last > p.first)
    if not words:
        yield Part(taken=spans, looked=any(p.looked for p in clause))
        return
    if words[0].sort is Sort.ELSEWHERE:
        said = next(p for p in words if p.sort is Sort.VERDICT)
        answered = _entries([p for p in clause if p.sort is not Sort.ELSEWHERE]) or []
        yield Part(taken=spans, elsewhere=tuple(
            Elsewhere(words[0].facts, replace(e, looked=e.looked or said.looked))
            for e in answered[:1]))
        return
    if all(p.sort is not Sort.OTHER for p in words):
        sorts = {p.sort for p in words}
        if sorts <= {Sort.HEDGE} or sorts <= {Sort.LOOKED}:
            yield Part(taken=spans, hedge=Sort.HEDGE in sorts, looked=Sort.LOOKED in sorts)
            return
        if [p.sort for p in words[:2]] == [Sort.HALF, Sort.VERDICT] and len(words) > 2 and (
                words[2].sort in _BINDS):
            # "So yes 3 no" concludes, and goes on.
            cut = clause.index(words[2])
            yield from (*_parts_in(clause[:cut]), *_parts_in(clause[cut:]))
            return
        entries = _entries(clause)
        if entries is None:
            yield Part(rest=True)
            return
        yield Part(tuple(entries), taken=spans, so=words[0].sort is Sort.HALF)
        return
    if words[0].sort not in _BINDS:
        yield Part(rest=True, left_out=_leaves_out(words))
        return
    yield from (_headed(part) for part in _by_head(clause))


def _leaves_out(words: Sequence[Piece]) -> bool:
    """Whether *words* say yes or no to all but what was not asked: "all no but the war"."""
    but = next((n for n, p in enumerate(words) if p.sort is Sort.BUT), None)
    if but is None or but + 1 == len(words):
        return False
    before = {p.sort for p in words[:but]}
    return before == {Sort.ALL, Sort.VERDICT} and all(
        p.sort is Sort.OTHER for p in words[but + 1 :])


def _by_head(clause: Sequence[Piece]) -> Iterator[list[Piece]]:
    """*clause* in parts that each begin with the name or number of a question.

    In "2) sedition law 3) no" the law is of the 2, whose question has its name; the 3 has the no.
    """
    part: list[Piece] = []
    answered = False
    for piece in clause:
        if piece.sort in _BINDS and answered and not (
                piece.sort is Sort.PLACE and part and part[0].sort in _BINDS
                and part[0].places == piece.places):
            yield part
            part, answered = [], False
        answered = answered or piece.sort in (*_WORDS, Sort.OTHER, Sort.LOOKED)
        part.append(piece)
    yield part


def _headed(clause: Sequence[Piece]) -> Part:
    """What a clause says that begins with the name of a question and has words of its own."""
    other = next((n for n, p in enumerate(clause) if p.sort is Sort.OTHER), len(clause))
    lead = clause[:other]
    entries = _entries(lead) or []
    spans = tuple((p.first, p.last) for p in lead if p.last > p.first)
    if other == len(clause):
        return Part(tuple(entries), taken=spans) if entries else Part(rest=True)
    if len(entries) == 1 and entries[0].name:
        return Part(tuple(entries), rest=True, taken=spans)
    heads = [p for p in lead if p.sort in _BINDS]
    behind = [p for p in clause[other:] if p.sort not in _SKIPPED]
    end = behind[-2:]
    if len(heads) == 1 and [p.sort for p in end] == [Sort.HALF, Sort.VERDICT]:
        # "2 is bad so yes"
        joined = _entries([*heads, end[1]])
        if joined:
            return Part(tuple(joined), taken=tuple(
                (p.first, p.last) for p in (*lead, *clause[other:]) if p.last > p.first))
    places = tuple(n for p in heads for n in p.places if p.sort is Sort.PLACE)
    numbers = tuple(n for p in heads for n in p.places if p.sort is Sort.NUMBER)
    head = Entry(heads[0].first, heads[-1].last, places=places, numbers=numbers)
    return Part((head,) if numbers and not places else (), rest=True, told=places)


def _entries(clause: Sequence[Piece]) -> list[Entry] | None:
    """The items of a clause whose words are all of an answer; None where they make up none."""
    words = [p for p in clause if p.sort not in _SKIPPED]
    hedged = any(p.sort is Sort.HEDGE or (p.item is not None and p.item.hedges) for p in words)
    looked = any(p.looked for p in clause)
    kept = unhedged([p.item for p in words if p.item is not None and (
        hedged or p.sort is not Sort.HALF)], hedged=hedged)
    halves = [p for p in words if p.sort is Sort.HALF]
    verdicts = {one.first: one.name for one in kept}
    denies = bool(halves) and halves[0].item is not None and halves[0].item.name == "no" and (
        not hedged)
    binds = [p for p in words if p.sort in _BINDS]
    if denies and any(p.sort is Sort.VERDICT for p in words):
        return None
    if denies:
        if not binds or any(p.sort is not Sort.NUMBER for p in binds):
            return None
        return [Entry(binds[0].first, binds[-1].last, "no", denies=True,
                      numbers=tuple(n for p in binds for n in p.places))]
    said = [p for p in words if p.first in verdicts and p.sort in _WORDS]
    scope = next((p for p in words if p.sort in (Sort.ALL, Sort.REST)), None)
    options = [p for p in words if p.sort is Sort.OPTION]
    first = min(p.first for p in words)
    last = max(p.last for p in words)
    if options:
        return [Entry(p.first, p.last, places=p.places, option=p.value, looked=True,
                      hedged=hedged) for p in options] if len(options) == len(words) else None
    if scope is not None:
        bound = any(p.sort is Sort.BETWEEN and p.worded for p in clause)
        return _of_scope(words, scope, [verdicts[p.first] for p in said], looked=looked,
                         bound=bound)
    if any(p.sort is Sort.ONLY for p in words) and binds and not said:
        if any(p.sort is Sort.LOOKED for p in words):
            return None  # "we checked the first two only" says yes to neither
        if any(p.sort is Sort.NUMBER for p in binds):
            return _numbers(words, hedged=hedged)
        return [Entry(first, last, "yes", only=True,
                      places=tuple(n for p in binds for n in p.places))]
    if any(p.sort is Sort.BUT for p in words):
        return None
    if not said:
        return _numbers(words, hedged=hedged) if binds else None
    if not binds:
        if any(one.last == other.first and one.last - one.first > 1
               and verdicts[one.first] != verdicts[other.first]
               for one, other in pairwise(said)):
            return None  # "it's not true" is one word in two
        checked = any(p.sort is Sort.LOOKED for p in words)
        return [Entry(p.first, p.last, verdicts[p.first], named=p.places, checked=checked,
                      looked=p.looked or checked, hedged=hedged) for p in said]
    return _bound(clause, said, binds, verdicts, looked=looked)


def _numbers(words: Sequence[Piece], *, hedged: bool) -> list[Entry] | None:
    """Numbers without a word; a name of a question without one answers nothing by itself."""
    binds = [p for p in words if p.sort in _BINDS]
    if all(p.sort is Sort.NUMBER for p in binds):
        return [Entry(p.first, p.last, numbers=p.places, hedged=hedged) for p in binds]
    if all(p.sort is Sort.PLACE for p in binds):
        return [Entry(binds[0].first, binds[-1].last,
                      places=tuple(n for p in binds for n in p.places))]
    return None


def _of_scope(
    words: Sequence[Piece], scope: Piece, names: Sequence[str], *, looked: bool, bound: bool
) -> list[Entry] | None:
    """What is said of all that was asked, or of the rest: "all yes but the last"."""
    first, last = min(p.first for p in words), max(p.last for p in words)
    but = next((n for n, p in enumerate(words) if p.sort is Sort.BUT), None)
    left = () if but is None else tuple(
        n for p in words[but:] if p.sort in _BINDS for n in p.places)
    binds = [p for p in words[:but] if p.sort in _BINDS]
    if len(set(names)) > 1 or binds or (but is not None and not left):
        return None
    if not names and but is None:
        return None
    before = [p.sort for p in words[: words.index(scope)]]
    if scope.sort is Sort.ALL and but is None and before[-1:] == [Sort.VERDICT] and (
            names[0].startswith("no")) and not bound:
        # "No, all three" says no to something else.
        return None
    return [Entry(first, last, names[0] if names else "yes", scope=scope.sort, but=left,
                  looked=looked)]


def _bound(
    clause: Sequence[Piece],
    said: Sequence[Piece],
    binds: Sequence[Piece],
    verdicts: dict[int, str],
    *,
    looked: bool,
) -> list[Entry] | None:
    """Words of answer, each with the names or numbers that it is of."""
    runs: list[list[Piece]] = [[]]
    for piece in clause:
        if piece in said:
            runs.append([])
        elif piece in binds:
            runs[-1].append(piece)
    names = list(said)
    if len(names) == 1:
        pairs = [(names[0], [*runs[0], *runs[1]])]
    elif not runs[0] and all(runs[1:]):
        pairs = list(zip(names, runs[1:], strict=True))
    elif not runs[-1] and all(runs[:-1]):
        pairs = list(zip(names, runs[:-1], strict=True))
    else:
        every = list(ways(names, runs))
        if len(every) != 1:
            return None
        pairs = [*every[0]]
    return [_pair(clause, name, heads, verdicts[name.first], looked=looked and (
        len(pairs) == 1 or name.looked)) for name, heads in pairs]


def _pair(
    clause: Sequence[Piece], said: Piece, heads: Sequence[Piece], name: str, *, looked: bool
) -> Entry:
    first = min(said.first, *(p.first for p in heads))
    last = max(said.last, *(p.last for p in heads))
    opens = said.first < heads[0].first
    inside = [p for p in clause if first <= p.first and p.last <= last]
    binds = opens and any(p.sort is Sort.BETWEEN and p.worded for p in inside)
    marked = binds or any(p.sort is Sort.MARK for p in inside)
    close = opens and not marked
    return Entry(
        first, last, name, verdict_first=opens, marked=marked, looked=looked,
        places=tuple(dict.fromkeys(
            n for p in heads if p.sort is Sort.PLACE for n in p.places)),
        numbers=tuple(n for p in heads if p.sort is Sort.NUMBER for n in p.places),
        denies_name=close and all(p.worded for p in heads))
