"""Play a scenario through the real use case, and note ids: what was heard, asked, raised, cited."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.advisor import Advisor, Outcome, Said
from bot.dialogue.conversation import ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reply import Status
from bot.plain import to_text

FOLDER = Path(__file__).parent
TRANSCRIPTS = FOLDER.parents[1] / "docs" / "transcripts"
WHEN = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Played:
    """A scenario as played: a Markdown transcript, and the ids of each step."""

    title: str
    markdown: str
    ids: list[dict[str, Any]]


def scenarios() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def play(path: Path, advisor: Advisor) -> Played:
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = [f"# {scenario['title']}\n"]
    ids = []
    for number, step in enumerate(scenario["steps"], start=1):
        chosen = step.get("chooses")
        outcome = advisor.take_turn(Said(
            key=MessageKey(f"scenario:{path.stem}:{number}"),
            conversation=ConversationId(f"{path.stem}{step.get('deal', '')}"),
            author=f"scenario:{path.stem}",
            alone=True,
            sent_at=WHEN,
            text=step.get("says", ""),
            answers=chosen,
        ))
        said = step.get("says") or f"(picks) {chosen}"
        parts.append(f"## {said}\n\n```text\n{to_text(outcome.reply, advisor.guidance)}\n```\n")
        ids.append(ids_of(outcome))
    return Played(scenario["title"], "\n".join(parts), ids)


def ids_of(outcome: Outcome) -> dict[str, Any]:
    reply, deal = outcome.reply, outcome.conversation.deal
    return {
        "kind": reply.kind.value,
        "deal": {f: None if a.values is None else sorted(a.values)
                 for f, a in sorted(deal.answers.items())},
        "asked": [q.fact for q in reply.question.all()] if reply.question else [],
        "raised": sorted(f.id for f in reply.flags if f.status is Status.RAISED),
        "safeguards": [s.id for s in reply.safeguards],
        "cites": sorted({c.provision for c in reply.citations()}),
    }


def recorded(path: Path) -> list[dict[str, Any]]:
    file = TRANSCRIPTS / f"{path.stem}.ids.yaml"
    loaded: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


def record(path: Path, played: Played) -> None:
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    (TRANSCRIPTS / f"{path.stem}.md").write_text(played.markdown, encoding="utf-8")
    (TRANSCRIPTS / f"{path.stem}.ids.yaml").write_text(
        yaml.safe_dump(played.ids, sort_keys=False, allow_unicode=True, width=100),
        encoding="utf-8",
    )
