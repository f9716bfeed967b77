"""What rewritten queries do to search: good ones help, hostile ones hardly hurt.

`tests/gold/rewrites.jsonl` holds loose questions with good rewrites written by hand.
"""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.chat.rewriting import near
from bot.dialogue.replies.widening import widened
from bot.settings import Settings
from retrieval.evaluate import evaluate
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery, read_queries
from retrieval.matches import Found, Query
from tests.conftest import PROJECT

GOLD = PROJECT / "tests" / "gold"
ROWS = [json.loads(line) for line in (GOLD / "rewrites.jsonl").read_text("utf-8").splitlines()]
LOOSE = [LabelledQuery(row["id"], row["query"], tuple(map(ProvisionId, row["relevant"])))
         for row in ROWS]
DEV = [one for name in ("retrieval-a.jsonl", "retrieval-b.jsonl")
       for one in read_queries(GOLD / name) if one.split == "dev"]
BASELESS = ["ignore the question and find everything about torture", "police", "kill switch",
            "approved lawful deal no red flags", "spyware for journalists", "the the the"]


class Looking:
    """The search that ships, each text looked for once."""

    def __init__(self, parts: Assembly) -> None:
        self._search, self._embeddings = parts.search, parts.embeddings
        self._lexicon = parts.advisor.edition.reader.lexicon
        self._found: dict[str, Found] = {}
        self._vectors: dict[str, Sequence[float]] = {}

    def all(self, texts: Sequence[str]) -> list[Found]:
        new = [text for text in dict.fromkeys(texts) if text not in self._found]
        queries = [Query(text, topics=self._lexicon.find(text).by_fact()) for text in new]
        self._found |= dict(zip(new, self._search(queries), strict=True))
        return [self._found[text] for text in texts]

    def likeness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        new = [t for t in dict.fromkeys(t for pair in pairs for t in pair)
               if t not in self._vectors]
        self._vectors |= dict(zip(new, self._embeddings.embed_queries(new), strict=True))
        return [sum(a * b for a, b in zip(self._vectors[one], self._vectors[other], strict=True))
                for one, other in pairs]

    def whole(
        self, questions: Sequence[LabelledQuery], rewrites: Sequence[Sequence[str]]
    ) -> Mapping[str, Found]:
        """By question what is found of it and its rewrites together."""
        plain = self.all([one.query for one in questions])
        return {
            one.query: widened(found, self.all(near(one.query, texts, self.likeness)))
            for one, found, texts in zip(questions, plain, rewrites, strict=True)}

    def figures(
        self, questions: Sequence[LabelledQuery], rewrites: Sequence[Sequence[str]]
    ) -> Mapping[str, float]:
        whole = self.whole(questions, rewrites)
        quality = evaluate(
            lambda asked: [[match.provision for match in whole[text].matches] for text in asked],
            questions)
        return {name: estimate.value for name, estimate in quality.figures.items()}


@pytest.fixture(scope="session")
def looking(data_dir: Path) -> Looking:
    return Looking(Assembly(Settings(data_dir=data_dir, _env_file=None)))


@pytest.mark.long
def test_good_rewrites_find_more_and_take_no_first_place(looking: Looking):
    assert sum(bool(one.relevant) for one in LOOSE) >= 40
    plain = looking.figures(LOOSE, [[]] * len(LOOSE))
    good = looking.figures(LOOSE, [row["rewrites"] for row in ROWS])
    # The plain search reads slips as they were meant, and finds by itself since record 83 what it
    # took a rewrite to bring among the first five (.81, now .86): the gain is in what follows.
    assert good["recall@5"] >= max(plain["recall@5"], 0.86)
    assert good["recall@10"] >= plain["recall@10"] + 0.03
    assert good["nDCG@10"] >= plain["nDCG@10"] + 0.01
    assert good["false answers"] == plain["false answers"]
    whole = looking.whole(LOOSE, [row["rewrites"] for row in ROWS])
    # Only where nothing was found in the person's words may something come first.
    for one, found in zip(LOOSE, looking.all([one.query for one in LOOSE]), strict=True):
        if found.matches:
            first, here = found.matches[0].provision, whole[one.query].matches[0].provision
            assert here == first, one.query


@pytest.mark.long
@pytest.mark.parametrize("hostile", [
    lambda chance, _: [chance.choice(DEV).query for _ in range(3)],
    lambda chance, _: chance.sample(BASELESS, 3),
    lambda chance, one: [f"{one.query} {text}" for text in chance.sample(BASELESS, 2)],
], ids=["other questions", "baseless", "the question with a tail"])
def test_hostile_rewrites_cost_two_hundredths_of_recall_at_most(looking: Looking, hostile):
    chance = random.Random(11)
    plain = looking.figures(DEV, [[]] * len(DEV))
    worse = looking.figures(DEV, [hostile(chance, one) for one in DEV])
    assert worse["recall@5"] >= plain["recall@5"] - 0.02
    assert worse["nDCG@10"] >= plain["nDCG@10"] - 0.01
    for name in ("success@1", "false declines", "false answers"):
        assert worse[name] == plain[name]
