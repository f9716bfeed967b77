"""Print the fence's figures as Markdown: python -m tests.dialogue.fencing.figures DATA_DIR [SPLIT].

DATA_DIR holds the exported embedding model, or gets it.  SPLIT is dev or test; test is for the end.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.dialogue.drafting import Draft, Point
from bot.dialogue.fencing.fence import inspect
from bot.dialogue.fencing.refusal import Refusal, Similarity
from bot.dialogue.fencing.rules import FenceRules
from bot.dialogue.fencing.words import sentences_of
from bot.language_model import fence_rules
from retrieval import corpus
from retrieval.embedding import PackagedEmbeddings
from retrieval.guidance import Guidance
from tests.dialogue.fencing.mutating import hostile
from tests.dialogue.fencing.points import draft, keys, point

ROOT = Path(__file__).parents[3]
LABELLED = ROOT / "tests" / "gold" / "support.jsonl"


def measure(embeddings: PackagedEmbeddings) -> Similarity:
    """Cosine of texts by *embeddings*, as the bot measures it."""

    def similarity(pairs):
        if not pairs:
            return []
        one, other = (np.array(embeddings.embed_documents(list(side)))
                      for side in zip(*pairs, strict=True))
        return (one * other).sum(axis=1).tolist()

    return similarity


def labelled(split: str) -> Iterator[dict]:
    """The labelled pairs of *split*."""
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["split"] == split:
            yield row


def faithful(guidance: Guidance, rules: FenceRules) -> Iterator[tuple[str, Draft, Point]]:
    """Drafts that keep to the evidence: copies, and sentences joined by rule."""
    for key in keys(guidance):
        one = point(guidance, key)
        own = [s for s in sentences_of(one.text, rules) if '"' not in s]
        for text in own:
            yield "copied", draft(text), one
        for first, second in pairwise(own):
            joined = f"{first.rstrip('.')}; {second[0].lower()}{second[1:]}"
            if len(joined) <= rules.limits.sentence_characters and second[1:2].islower():
                yield "joined", draft(joined), one
        if len(own) > 1:
            yield "all sentences of a point", draft(*own), one


def main() -> None:
    """Print all tables."""
    embeddings = PackagedEmbeddings.open(Path(sys.argv[1]))
    split = sys.argv[2] if len(sys.argv) > 2 else "dev"
    guidance = corpus.read(ROOT / "guidance_corpus")
    rules = fence_rules.load(ROOT / "prompts")
    similarity = measure(embeddings)

    print(f"## Labelled sentences, split {split}\n")
    told: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    for row in labelled(split):
        refusal = inspect(
            draft(row["sentence"]), [point(guidance, row["evidence"])], rules, similarity)
        kind = row["fault"] or "good"
        totals[kind] += 1
        told[kind, _outcome(refusal)] += 1
    _table(totals, told)

    print("\n## Drafts that keep to the evidence\n")
    told, totals = Counter(), Counter()
    for kind, proposed, one in faithful(guidance, rules):
        totals[kind] += 1
        told[kind, _outcome(inspect(proposed, [one], rules, similarity))] += 1
    _table(totals, told)

    print("\n## Hostile drafts\n")
    told, totals = Counter(), Counter()
    escaped = []
    for one in hostile(guidance, rules):
        refusal = inspect(one.draft, one.points, rules, similarity)
        totals[one.kind] += 1
        told[one.kind, _outcome(refusal)] += 1
        if refusal is None:
            escaped.append(f"- {one.kind}, {one.key}: "
                           + " / ".join(sentence.text for sentence in one.draft.sentences))
    _table(totals, told)
    print("\n" + "\n".join(escaped))


def _outcome(refusal: Refusal | None) -> str:
    return "passes" if refusal is None else refusal.reason.value


def _table(totals: Counter[str], told: Counter[tuple[str, str]]) -> None:
    print("| kind | drafts | pass | refused for |\n|---|---|---|---|")
    for kind, total in (*sorted(totals.items()), ("all", sum(totals.values()))):
        reasons: Counter[str] = Counter()
        for (found, outcome), n in told.items():
            if kind in (found, "all"):
                reasons[outcome] += n
        passed = reasons.pop("passes", 0)
        listed = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())
        print(f"| {kind} | {total} | {passed} | {listed} |")


if __name__ == "__main__":
    main()
