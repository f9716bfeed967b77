"""The timeline of a memo: each row of the log as a sentence that somebody understands who signs.

What a row holds to the letter stands in the exports of rows; here no key and no code is shown.
Where a row doesn't tell what its sentence needs, as one of another version may not, the timeline
says where to look instead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from bot.brief.document import Ground, Point, Tag, Weight
from bot.dialogue.deal import MessageKey
from bot.dialogue.phrasing import Wording, places_in
from bot.exporting.referring import spoken_of
from bot.exporting.rows import Exported, State, said_first
from bot.exporting.wordings import wordings
from bot.people import mentioned, shown
from bot.plain import MARKS, placed
from bot.record import deletions
from bot.record.deletions import Deletion, What
from bot.record.log import TURN
from bot.record.model_calls import MODEL_CALL
from bot.turns.delivery import edited
from bot.turns.echoes import readable, whom
from bot.turns.untyped import untyped
from retrieval.guidance import Fact, Guidance, ProvisionId, QuestionKind, SafeguardId

VIEWED = "viewed"
_SHORTEST_RUN = 3
Body = Mapping[str, Any]

_VARIANTS: Mapping[str, Callable[[Body], str]] = {
    "feedback": lambda body: "up" if body.get("good") else "down",
    "watch": lambda body: "set" if body.get("on") else "unset",
    "listening": lambda body: "on" if body.get("on") else "off",
    "assigned": lambda body: "" if body.get("to") else "back",
    "question_dropped": lambda body: "answered" if body.get("turn") else "",
    "review_comment": lambda body: (
        "objects" if body.get("objects") else "withdraws" if body.get("withdraws") else ""),
    "lapsed": lambda body: next((
        variant for variant, kind in (("deal", "fact_"), ("texts", "provision_"))
        if all(str(change.get("kind")).startswith(kind) for change in body["changes"])), ""),
    "undelivered": lambda body: "" if body.get("turn") else "note",
    "delivered_late": lambda body: "" if body.get("turn") else "note",
    deletions.DELETED: lambda body: "part" if body.get("parts", 1) != 1 else str(
        body.get("what")),
}
"""Which of a kind's sentences fits; empty for the one that goes by the kind itself."""
_CODES = {"outcome": "review_outcome", "opinion": "review_opinion", "verdict": "review_verdict",
          "use": "call_use", "form": "export_form"}
"""By the name of what a body holds, the group of sentences that says its codes in words."""


class Timeline:
    """Tells rows in sentences.

    Args:
        wording: The sentences of briefs; see `bot.brief.sentences`.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._say = wording.say

    def knows(self, kind: str) -> bool:
        """Whether rows of *kind* have a sentence of their own."""
        return any(name == f"timeline.{kind}" or name.startswith(f"timeline.{kind}_")
                   for name in self._wording.sentences)

    def points(
        self, rows: Sequence[Exported], names: Mapping[str, str], guidance: Guidance | None
    ) -> tuple[Point, ...]:
        """What *rows* tell, in their order, and last who has read the conversation.

        Args:
            rows: As they are exported.
            names: What people are called, by id.
            guidance: Names what the rows speak of; None where it can't be read.
        """
        gone = _deletions(rows)
        earlier = spoken_of(rows)
        numbers = {body["key"]: body["version"]
                   for body in (row.told() for row in rows if _is_turn(row))}
        told = [self._turn(row, names, gone.get((row.workspace, row.seq), ()), guidance,
                           numbers.get(edited(MessageKey(row.told()["key"]))),
                           earlier.get((row.workspace, row.seq), ()))
                if _is_turn(row) else self._event(
                    row, names, guidance, earlier.get((row.workspace, row.seq), ()))
                for row in rows if row.kind != VIEWED]
        return (*told, *self._looks([row for row in rows if row.kind == VIEWED], names))

    # --- turns ------------------------------------------------------------------------------

    def _turn(
        self, row: Exported, names: Mapping[str, str], gone: Sequence[Exported],
        guidance: Guidance | None, rewords: int | None, answers: Sequence[int],
    ) -> Point:
        """A turn, and of *gone* that its message or its reply was deleted since.

        Where it *rewords* the message of another turn, or takes one again, it says so: nobody has
        said the same a second time.  *answers* are the rows of the questions that it was taken
        for the answer to.
        """
        body = row.told()
        head = self._say("memo.row_turn", seq=row.seq, at=_at(row), n=body["version"])
        lead = " ".join(line["text"] for line in said_first(body["reply"]))
        again = body.get("retakes")
        words = (self._say("memo.retaken", n=again) if again is not None
                 else row.said().get("text") or self._untyped(row, guidance))
        said_so: list[Ground] = []
        if again is None:
            said_so += self._who(row, names)
            said_so += [] if rewords is None else [Ground(self._say("memo.reworded", n=rewords))]
        whom = "; ".join(shown(one, names) for one in mentioned(words) if one in names)
        said_so += [Ground(self._say("memo.mentioned", who=whom))] if whom else []
        said_so += [Ground(self._rows("memo.answers", answers))] if answers else []
        return Point(head, self._tags(row), words,
                     (*said_so, Ground(self._say("memo.replied", lead=lead)),
                      *(Ground(self._told(one, names, None)) for one in gone),
                      *self._sentences(row)))

    def _untyped(self, row: Exported, guidance: Guidance | None) -> str:
        """What was done where nothing was typed; empty where what was typed is gone."""
        if row.state is State.ERASED:
            return ""
        body = row.told()
        heard, supposed = body.get("heard") or {}, body.get("supposed") or {}
        where = (body.get("circumstances") or {}).get("where") or {}
        done = untyped(where.get("act"), str(body.get("intent")), tells=bool(heard))
        said = self._say(f"untyped.{done}")
        for sentence, answers in (("untyped.told", heard), ("untyped.supposed", supposed)):
            chosen = list(filter(None, (
                self._chosen(fact, answer, guidance) for fact, answer in answers.items())))
            said += f" {self._say(sentence, facts='; '.join(chosen))}" if chosen else ""
        return said

    def _chosen(self, fact: str, answer: Body, guidance: Guidance | None) -> str:
        """What was chosen for *fact*, as *guidance* calls it: "end use: Traffic or transport".

        Empty where it can't be told, and for what people write themselves.
        """
        question = guidance and guidance.questions.get(Fact(fact))
        if not question or question.kind is QuestionKind.TEXT:
            return ""
        values = answer.get("values")
        known = self._say("point.unknown") if values is None else ", ".join(
            question.label_of(str(value)) for value in values)
        return f"{question.label}: {known}"

    def _sentences(self, row: Exported) -> Iterator[Ground]:
        """Each sentence that a model worded, with what it restates and where that stands."""
        lines, body = wordings(row), row.told()
        for n, line in enumerate(lines, start=1):
            yield Ground(
                self._say("memo.sentence", n=n, model=body["composer"],
                          rules=(body.get("drafted") or {}).get("rules", "")),
                line.text,
                self._say("memo.rests_on", restates=", ".join(line.restates),
                          places="; ".join(dict.fromkeys(
                              f"{placed(one)} ({MARKS[one.checked]})" for one in line.citations))))

    # --- beside the turns -------------------------------------------------------------------

    def _event(
        self, row: Exported, names: Mapping[str, str], guidance: Guidance | None,
        earlier: Sequence[int],
    ) -> Point:
        head, said = self._say("memo.row", seq=row.seq, at=_at(row)), readable(row.said())
        words = tuple(
            Ground(self._say(f"timeline.in_{name}"), said[name]) for name in ("text", "reason")
            if row.kind != MODEL_CALL and isinstance(said.get(name), str) and said[name].strip())
        text = "" if row.state is State.WITHHELD else self._told(row, names, guidance)
        if text and earlier:
            text = f"{text} {self._rows('timeline.see', earlier)}"
        who = () if shown(row.actor, names) in text else self._who(row, names)
        return Point(head, self._tags(row), text, (*who, *words))

    def _told(
        self, row: Exported, names: Mapping[str, str], guidance: Guidance | None
    ) -> str:
        body = row.told()
        variant = _VARIANTS[row.kind](body) if row.kind in _VARIANTS else ""
        name = f"timeline.{row.kind}{'_' if variant else ''}{variant}"
        variables = self._variables(row, names, guidance)
        about = self._sentence(f"{name}_about", variables) if variables["about"] else None
        sentence = about or self._sentence(name, variables)
        if sentence is None:
            return self._say("timeline.other")
        more = []
        if body.get("over"):
            more.append(self._say("timeline.over"))
        if body.get("needs_second"):
            more.append(self._say("timeline.needs_second"))
        if row.kind == MODEL_CALL:
            took = self._sentence("timeline.call_took", variables)
            more += [*([took] if took else []), self._say("memo.exact")]
        return " ".join([sentence, *more])

    def _sentence(self, name: str, variables: Mapping[str, object]) -> str | None:
        """The sentence *name*; None where there is none, or the row lacks what it speaks of."""
        if not self._wording.has(name):
            return None
        needed = {place.name for place in places_in(self._wording.sentences[name])}
        if any(variables.get(one) is None for one in needed - {"contact"}):
            return None
        nobody = self._say("timeline.nobody")
        said = self._say(name, **variables)
        return said[0].upper() + said[1:] if said.startswith(nobody) else said

    def _variables(
        self, row: Exported, names: Mapping[str, str], guidance: Guidance | None
    ) -> dict[str, object]:
        body = row.told()
        found: dict[str, object] = {
            name: body[name] for name in (
                "turn", "number", "model", "tokens_in", "tokens_out", "tries", "part", "parts")
            if isinstance(body.get(name), (int, str))}
        if row.kind == "signed_off":
            body = {"outcome": "agreed", **body}  # sign-offs of before there were others agreed
        for name, group in _CODES.items():
            code = f"{group}.{body.get(name)}"
            found[name] = self._say(code) if self._wording.has(code) else None
        ended = f"call_ended.{body.get('outcome')}"
        found["ended"] = self._say(ended) if self._wording.has(ended) else None
        if isinstance(took := body.get("took_ms"), int):
            found["seconds"] = f"{took / 1000:.1f}"
        to = addressed(row)
        found |= {
            "who": self._person(row, names), "to": shown(to, names) or self._say("timeline.asker"),
            "on": _day(body.get("on")), "moment": _written(body.get("deleted_at")),
            "consideration": self._consideration(body.get("consideration"), guidance),
            "about": self._about(body.get("about"), guidance)}
        return found

    def _person(self, row: Exported, names: Mapping[str, str]) -> str:
        # Who signed off stays on record when their name is taken out of the row.
        signed = row.told().get("by")
        actor = row.actor or (signed if isinstance(signed, str) else None)
        return shown(actor, names) or self._say("timeline.nobody")

    def _consideration(self, name: object, guidance: Guidance | None) -> str | None:
        if not isinstance(name, str):
            return None
        one = guidance and guidance.consideration_by_id.get(name)
        return (self._say("timeline.one_consideration", number=one.number, title=one.title)
                if one else self._say("timeline.some_consideration"))

    def _about(self, about: object, guidance: Guidance | None) -> str:
        """What a verdict speaks of, by the names that *guidance* has for it."""
        found = []
        for name in about.values() if isinstance(about, dict) else ():
            provision = guidance and guidance.provisions.get(ProvisionId(str(name)))
            safeguard = guidance and guidance.safeguards.get(SafeguardId(str(name)))
            if guidance and provision:
                source = guidance.sources[provision.source]
                found.append(f"{source.short_title}, {provision.pinpoint}")
            elif safeguard:
                found.append(safeguard.title)
            elif guidance and str(name) in guidance.consideration_by_id:
                found.append(self._consideration(name, guidance) or "")
        return "; ".join(found)

    # --- who has read it --------------------------------------------------------------------

    def _looks(self, rows: Sequence[Exported], names: Mapping[str, str]) -> Iterator[Point]:
        """One point for each person: how often, first and last, and which rows say so."""
        by_person: dict[str, list[Exported]] = {}
        for row in rows:
            by_person.setdefault(self._person(row, names), []).append(row)
        for who, theirs in by_person.items():
            ordered = sorted(theirs, key=_moment)
            many = len(ordered) > 1
            told = (self._say("timeline.viewed_many", who=who, n=len(ordered),
                              first=_at(ordered[0]), last=_at(ordered[-1])) if many
                    else self._say("timeline.viewed_one", who=who, at=_at(ordered[0])))
            where = self._say("timeline.rows_many" if many else "timeline.rows_one",
                              rows=self._runs(sorted(row.seq for row in ordered)))
            yield Point(self._say("timeline.looks"), text=f"{told} {where}")

    def _rows(self, name: str, numbers: Sequence[int]) -> str:
        """The sentence *name* of one row or of several, with their ascending *numbers*."""
        return self._say(f"{name}_{'one' if len(numbers) == 1 else 'many'}",
                         rows=self._runs(numbers))

    def _runs(self, numbers: Iterable[int]) -> str:
        """Ascending *numbers* in words: "2 to 5, 7 and 9"."""
        said: list[str] = []
        for _, run in groupby(enumerate(numbers), key=lambda one: one[1] - one[0]):
            held = [number for _, number in run]
            said += ([self._say("timeline.run", first=held[0], last=held[-1])]
                     if len(held) >= _SHORTEST_RUN else map(str, held))
        return said[0] if len(said) == 1 else self._say(
            "timeline.and", first=", ".join(said[:-1]), last=said[-1])

    # --- of every row -----------------------------------------------------------------------

    def _tags(self, row: Exported) -> tuple[Tag, ...]:
        kind = (Tag(row.kind.replace("_", " ")),)
        if row.state in (State.ERASED, State.WITHHELD):
            word = "words_erased" if row.state is State.ERASED else "kept_back"
            return (*kind, Tag(self._say(f"memo.{word}"), Weight.CARE))
        return kind

    def _who(self, row: Exported, names: Mapping[str, str]) -> tuple[Ground, ...]:
        return (Ground(shown(row.actor, names)),) if row.actor else ()


def addressed(row: Exported) -> str:
    """The id of whom *row* is to: who is asked, or is to review; empty for nobody."""
    body = row.told()
    to = whom(body, row.said())
    return to if body.get("to") is not None or "to" not in body else ""


def _deletions(rows: Sequence[Exported]) -> dict[tuple[str, int], list[Exported]]:
    """The deletions among *rows*, by the row of each turn that was of what is gone.

    The new wording of a message that was edited is gone with it.
    """
    turns = [((row.workspace, row.seq), row.told()) for row in rows if _is_turn(row)]
    found: dict[tuple[str, int], list[Exported]] = {}
    for row in rows:
        gone = deletions.read(row.told()) if row.kind == deletions.DELETED else None
        if gone is not None:
            for place, body in turns:
                if _is_of(gone, body, row.told().get("message")):
                    found.setdefault(place, []).append(row)
    return found


def _is_of(gone: Deletion, turn: Body, message: object) -> bool:
    again = gone.what is What.MESSAGE and edited(MessageKey(str(turn.get("key")))) == message
    return turn["version"] == gone.turn or again


def _is_turn(row: Exported) -> bool:
    return row.kind == TURN and "version" in row.told()


def _moment(row: Exported) -> datetime:
    return datetime.fromisoformat(row.at).astimezone(UTC)


def _at(row: Exported) -> str:
    return _said(_moment(row))


def _said(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"


def _written(moment: object) -> str | None:
    try:
        return _said(datetime.fromisoformat(str(moment)).astimezone(UTC))
    except ValueError:
        return None


def _day(written: object) -> str | None:
    try:
        found = date.fromisoformat(str(written))
    except ValueError:
        return None
    return f"{found.day} {found:%B %Y}"
