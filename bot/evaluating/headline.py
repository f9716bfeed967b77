"""The few figures that say how good the answers are, each with what it should be."""

from dataclasses import dataclass
from typing import Any

from bot.evaluating.pairs import weaker
from bot.evaluating.suites import OURS
from retrieval.estimates import Estimate

PLAIN = "plain LangChain RAG"


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure beside its target."""

    name: str
    value: Estimate
    target: float
    at_least: bool = True
    """False where less is better."""
    baseline: Estimate | None = None
    """The same measured of the plain chain, where it was."""

    @property
    def met(self) -> bool | None:
        """Whether the value reaches the target; None where nothing was measured."""
        if self.value.value is None:
            return None
        if self.at_least:
            return self.value.value >= self.target
        return self.value.value <= self.target


def headlines(report: dict[str, Any]) -> list[Headline]:
    """What *report* measured of the headline figures."""
    found: list[Headline] = []
    if report.get("retrieval"):
        found += _retrieval(report["retrieval"]["systems"])
    if report.get("dialogue"):
        found += _dialogue(report["dialogue"])
    if report.get("stability"):
        whole = report["stability"]["figures"]["all"]
        stable = whole["both"]
        found.append(Headline("stability: same flags", whole["same flags"], 0.97))
        found.append(Headline("stability", stable, 0.97))
        if report.get("pairs"):
            sensitive = report["pairs"]["figures"]["sensitivity"]
            found.append(Headline("min(stability, sensitivity)", weaker(stable, sensitive), 0.97))
    if report.get("pairs"):
        figures = report["pairs"]["figures"]
        found.append(Headline("sensitivity", figures["sensitivity"], 0.98))
        found.append(Headline("nothing else moved", figures["nothing else moved"], 0.99))
    return [one for one in found if one.value.value is not None]


def _retrieval(systems: dict[str, Any]) -> list[Headline]:
    mine, plain = systems[OURS], systems.get(PLAIN, {})
    targets = {"recall@5": 0.97, "nDCG@10": 0.90, "MRR@10": 0.90, "success@1": 0.85}
    found = [Headline(k, mine[k], least, baseline=plain.get(k)) for k, least in targets.items()]
    most = {"document mismatch": 0.05, "false answers": 0.02, "false declines": 0.02}
    return found + [
        Headline(f"search: {name}", mine[name], target, False, plain.get(name))
        for name, target in most.items()
    ]


def _dialogue(found: dict[str, Any]) -> list[Headline]:
    figures, scope, asked = found["figures"], found["scope"]["all"], found["questions"]
    grounding = found["grounding"]["figures"]
    return [
        Headline("facts told: F1", found["reading"]["F1"], 0.98),
        Headline("facts told: joint accuracy", found["reading"]["joint accuracy"], 0.90),
        Headline("facts at the end: joint", figures["cases with all facts right"], 0.90),
        Headline("red flag recall", figures["red flag recall"], 0.98),
        Headline("grave flag recall", figures["grave flag recall"], 1.0),
        Headline("red flag precision", figures["red flag precision"], 0.95),
        Headline("premature flags", figures["premature flags"], 0.0, False),
        Headline("safeguard recall@5", figures["safeguard recall@5"], 0.97),
        Headline("citations exist", grounding["citations that exist, word for word"], 1.0),
        Headline("citation precision", grounding["citation precision"], 0.97),
        Headline("citation recall", grounding["citation recall"], 0.99),
        Headline("messages that ask, of a form", asked.messages.of_form, 0.45, False),
        Headline("facts asked, of a form", asked.facts.of_form, 0.45, False),
        Headline("first messages: false answers", scope["false answers"], 0.02, False),
        Headline("first messages: false declines", scope["false declines"], 0.02, False),
    ]
