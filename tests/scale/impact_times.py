"""How long it takes to find whose advice a release would change.

    python -m tests.scale.impact_times --conversations 1000 10000 100000

Each conversation is a real one of the labelled deals with the facts of a deal of its own, drawn
from the choices of the questions, and with all citations of its last answer.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.casebook.cites import cited_in, usage
from bot.impact.differing import Kind
from bot.impact.survey import surveyed
from bot.ledger import canonical
from bot.store import Store
from retrieval.guidance import Checked, Guidance, QuestionKind, ReleaseId
from retrieval.releases import content_of
from tests.impact.brute import brute_force
from tests.impact.edits import retired
from tests.scale.big_log import BigLog, in_haste
from tests.scale.dialogues import Dialogue, played, release

COUNTRIES = ["KE", "TD", "CA", "BR", "DE", "US", "EG", "TH", "MX", "ZV"]


class Varied(BigLog):
    """A log whose conversations each have a deal of their own."""

    def __init__(self, store: Store, dialogues: list[Dialogue], guidance: Guidance) -> None:
        super().__init__(store, dialogues)
        self._guidance = guidance

    def _state(self, talk: Any) -> str:
        state = json.loads(talk.dialogue.state)
        if not state["deal"]["answers"]:
            return canonical(state)
        answers = {}
        for question in self._guidance.questions.values():
            if self._chance.random() < 0.3:
                continue
            values = [one.value for one in question.choices]
            if question.kind is QuestionKind.COUNTRY:
                values = COUNTRIES
            picked = self._chance.sample(values, min(len(values), 1 + (
                question.several and self._chance.random() < 0.4))) if values else ["words"]
            dice = self._chance.random()
            answers[question.fact] = {
                "values": None if dice < 0.1 else sorted(picked), "said": "as told",
                "message": "m", "sure": dice < 0.9, "start": 0, "end": 7, "confidence": 1.0}
        state["deal"]["answers"] = answers
        return canonical(state)


def dialogues_of(guidance: Guidance, number: int) -> list[Dialogue]:
    """The last turns of real dialogues: small bodies, and all that they cite."""
    whole, lean = (played(guidance, number, lean=lean) for lean in (False, True))
    made = []
    for one, other in zip(whole, lean, strict=True):
        last = one.spoken[-1].turn
        cites = cited_in(last.body() | {"version": 1}, "", {
            str(cited.provision) for cited in last.reply.citations()})
        made.append(replace(other, spoken=(replace(other.spoken[-1], cites=cites),)))
    return made


def releases(guidance: Guidance) -> dict[str, Guidance]:
    """What an admin may do, the heaviest last."""
    def made(**more: Any) -> Guidance:
        return replace(guidance, release=ReleaseId("after"), **more)

    uncited = next(p for p in guidance.provisions if not any(
        p in f.authorities for f in guidance.red_flags))
    flag = guidance.red_flags[3]
    one = flag.authorities[0]
    reworded = replace(guidance.provisions[one], text="It reads otherwise.")
    return {
        "one text that no flag relies on": made(provisions={
            **guidance.provisions, uncited: replace(guidance.provisions[uncited], text="Else.")}),
        "one text that a flag relies on": made(
            provisions={**guidance.provisions, one: reworded}),
        "one provision retired": replace(retired(guidance, one), release=ReleaseId("after")),
        "one flag no longer raised": made(
            red_flags=tuple(f for f in guidance.red_flags if f is not flag)),
        "every provision confirmed": made(provisions={
            name: replace(p, checked=Checked.OFFICIAL)
            for name, p in guidance.provisions.items()}),
        "a row more in every flag": made(red_flags=tuple(
            replace(f, when={**f.when, "end_user": frozenset({"police"})})
            for f in guidance.red_flags)),
    }


def timed(work: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """Seconds of one core, and what came of it: on a shared machine the clock tells nothing."""
    start = time.process_time()
    made = work(*given)
    return time.process_time() - start, made


def measure(guidance: Guidance, store: Store, number: int, check: int, only: str) -> None:
    """Print a row for each release."""
    for name, after in releases(guidance).items():
        if not name.startswith(only):
            continue
        took, made = timed(surveyed, guidance, after, store)
        naive = ""
        if number <= check:
            # The bodies hold no citations here, so that they fit on a disk: deals alone.
            slow, expected = timed(brute_force, guidance, after, store, False)
            naive = f"{slow:.1f}"
            assert {one.conversation: (one.kind, frozenset(one.changes), one.cites)
                    for one in made.affected if one.kind is not Kind.ANSWER} == expected
        counts = " | ".join(f"{n:,}" for n in made.counts.values())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"| {name} | {made.looked_at:,} | {len(made.affected):,} | {counts} "
              f"| {made.judged:,} | {took:.2f} | {naive} | {memory:,} |", flush=True)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--conversations", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options.add_argument("--only", default="", help="releases whose name begins so")
    options.add_argument("--check", type=int, default=10_000,
                         help="held against brute force up to so many")
    given = options.parse_args()
    guidance = release()
    held = dialogues_of(guidance, 30)
    print("| release | conversations | affected | advice | texts | answer | deals worked out "
          "| core s | brute force, core s | MB |")
    print("|---|" + "---:|" * 9)
    for number in given.conversations:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "a.sqlite3"
            store = Store(f"sqlite:///{file}")
            in_haste(store)
            store.upgrade()
            store.keep_release(guidance.release, content_of(guidance))
            store.activate(guidance.release)
            Varied(store, held, guidance).write(number)
            measure(guidance, store, number, given.check, given.only)
            with store.reading() as connection:
                took, _ = timed(usage, connection, "T1", list(guidance.provisions)[:50])
            print(f"\n{number:,}: how often 50 provisions are cited: {1000 * took:.0f} ms; "
                  f"database {file.stat().st_size / 1e6:.0f} MB\n", flush=True)
            store.close()


if __name__ == "__main__":
    main()
