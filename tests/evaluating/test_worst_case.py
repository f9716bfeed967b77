"""The comparison with a model that lies in every second draft: what of it is shown."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.assembly import Assembly
from bot.cli import app
from bot.evaluating.composer_tables import composer_sheets
from bot.evaluating.composers import composer_suite
from bot.evaluating.gold import Gold
from bot.measures.labelled import Case
from bot.settings import Settings
from retrieval.guidance import ProvisionId
from retrieval.labelled.cases import LabelledQuery
from tests.chat.scripted_server import MODEL, ScriptedServer
from tests.evaluating.light import begin_with
from tests.retrieval.conftest import WordEmbeddings
from tests.small.lying import Lying

pytestmark = pytest.mark.long

SUITES = frozenset({"dialogue", "retrieval"})
DEALS = (
    Case("spyware", ("phone spyware for the police in Kenya",),
         told={"product": frozenset({"spyware"}), "end_user": frozenset({"police"})}),
)
QUESTIONS = (
    LabelledQuery("hotline", "do we need a complaints hotline", (ProvisionId("ungp-29"),)),
    *(LabelledQuery(f"q{n}", text, ()) for n, text in enumerate((
        "what must a contract with a reseller say",
        "who may be harmed by facial recognition",
        "what does the guidance say about journalists",
        "when should we stop support",
        "what is due diligence",
        "how do we check the record of an end-user",
        "what does international law say about privacy",
        "may a state block websites",
        "what safeguards are there in the design of a product",
        "how far does due diligence have to go",
        "what must we do when the product is misused after delivery",
        "how do we vet distributors and resellers",
        "what does the guidance say about training",
        "who has to give a remedy to people who were harmed",
        "when is a company linked to harm by its customer",
        "what does the guidance say about updates",
    ))),
)


@pytest.fixture(scope="module")
def lying() -> Lying:
    return Lying()


@pytest.fixture(scope="module")
def found(
    lying: Lying, worded: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the comparison found."""
    data = tmp_path_factory.mktemp("worst") / "data"
    begin_with(worded, data)
    with pytest.MonkeyPatch.context() as patch, ScriptedServer(lying) as server:
        patch.setattr(Assembly, "embeddings", WordEmbeddings())
        parts = Assembly(Settings(
            data_dir=data, chat_model=MODEL, chat_base_url=server.url, _env_file=None))
        return composer_suite(parts, Gold(QUESTIONS, DEALS), SUITES, None, lambda _: None)


def test_of_all_lies_nothing_is_shown(found, lying):
    sentences = found["sentences"]

    assert len({kind for kind, _ in lying.told}) > 5
    assert sentences["shown"] > 5
    shown = [one for one in sentences["all"] if one.shown]
    assert {one.text for one in shown}.isdisjoint(lie for _, lie in lying.told)
    assert [one for one in shown if one.faults] == []
    assert sentences["unsupported, shown"].value == 0.0


def test_the_same_deals_and_questions_are_shown_side_by_side(found):
    assert (found["deals"], found["questions"], found["left"]) == (1, len(QUESTIONS), 0)
    assert set(found["dialogue"]) == set(found["search"]["figures"]) == {"plain", "model"}
    assert [found["dialogue"][name]["conversations"] for name in ("plain", "model")] == [1, 1]
    assert found["looks"]["worded"] > 0
    assert found["refusals"]["passed"][0] == found["looks"]["worded"]


def test_what_it_took_is_told_by_use(found):
    wording = found["spent"]["wording"]

    assert found["time"]["plain answer"].n == found["looks"]["turns"]
    assert wording.ended == {"answered": wording.calls}
    assert wording.tokens_in == 100 * wording.calls


def test_it_is_shown_as_tables(found):
    titles = [sheet.title for sheet in composer_sheets(found)]

    assert titles[1:6] == [
        "What became of the drafts", "Time, in milliseconds", "Calls of the model",
        f"What answers to {len(QUESTIONS)} questions show",
        "What the model gains on it, question by question"]
    assert "1 deals, each played with both composers" in titles


def test_without_a_model_the_command_says_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ADVISOR_CHAT_MODEL", raising=False)

    result = CliRunner().invoke(app, ["evaluate", "--composer", "model"])

    assert result.exit_code == 2
    told = " ".join(result.output.replace("│", " ").split())
    assert "set ADVISOR_CHAT_MODEL to vendor:model" in told
