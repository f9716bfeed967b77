"""Names that came into the vocabulary after the model was taught, as whoever keeps it adds them.

What the packaged model hears in the words is written out; it was taught with none of the names.
"""

from dataclasses import replace

import pytest

from bot.dialogue.conversation import Conversation, ConversationId
from bot.dialogue.deal import MessageKey
from bot.dialogue.reading import PlainReader
from retrieval.finding.spelling import Mending
from retrieval.guidance import Fact, Guidance, Term
from retrieval.words.tells import ANY
from tests.dialogue.talking import WHEN, Says

pytestmark = pytest.mark.xdist_group("new names")

NEW = {("product", "spyware"): "Graylantern", ("end_user", "police"): "volkswacht",
       ("end_user", "intelligence"): "ORNIS", ("end_use", "crowd-monitoring"): "plazawatch"}
ARMY = ("end_user", "military", 1.0, "army")
DRONES = ("product", "drone", 1.0, "drones")
CHAD = ("country", ANY, 1.0, "Chad")


class Unread(Says):
    """A model that was taught with no word of the new names."""

    def knows(self, *_: str) -> bool:
        return True

    def has_read(self, word: str) -> bool:
        return word not in {name.lower() for name in NEW.values()}


@pytest.fixture(scope="module")
def kept(guidance: Guidance) -> Guidance:
    """The release with the new names."""
    added = [Term(Fact(fact), value, (name,)) for (fact, value), name in NEW.items()]
    return replace(guidance, vocabulary=replace(
        guidance.vocabulary, terms=(*guidance.vocabulary.terms, *added)))


def noted(
    kept: Guidance, text: str, fact: str, *told: tuple[str, str, float, str]
) -> tuple[set[str], bool] | None:
    """The values of *fact* that *text* tells, and whether they are less than certain."""
    # As the product has it: what mends slips stands before the model.
    reader = PlainReader(kept, Mending(Unread(*told), lambda _: ()))
    answer = reader.read(
        text, Conversation(ConversationId("c")), key=MessageKey("m"), author="a", sent_at=WHEN
    ).heard.get(Fact(fact))
    return None if answer is None else (set(answer.values or ()), not answer.sure)


@pytest.mark.parametrize(("text", "fact", "told", "values"), [
    ("drones for the volkswacht of Chad", "end_user", (DRONES, CHAD), {"police"}),
    ("we got a request from ORNIS for drones, Chad", "end_user", (DRONES, CHAD), {"intelligence"}),
    # By its letters it is guessed to be a town.
    ("the volkswacht asked for drones, Chad", "end_user", (
        DRONES, CHAD, ("end_user", "local-government", 0.66, "the volkswacht asked")), {"police"}),
    ("drones for the army in Chad and for ORNIS", "end_user", (DRONES, ARMY, CHAD),
     {"military", "intelligence"}),
    ("the army of Chad wants Graylantern and some drones", "product", (DRONES, ARMY, CHAD),
     {"spyware", "drone"}),
    ("drones for the army in Chad, they use it for plazawatch", "end_use", (DRONES, ARMY, CHAD),
     {"crowd-monitoring"}),
])
def test_a_name_that_is_new_to_the_model_is_heard_and_not_for_certain(
        kept, text, fact, told, values):
    """An admin added it, and it was not heard, or taken for something else."""
    assert noted(kept, text, fact, *told) == (values, True)


@pytest.mark.parametrize(("text", "fact", "told", "values"), [
    ("no Graylantern, just drones for the army of Chad", "product", (DRONES, ARMY, CHAD),
     {"drone"}),
    ("drones for the army of Chad, certified by ORNIS", "end_user", (DRONES, ARMY, CHAD),
     {"military"}),
    ("not ORNIS, the army of Chad buys drones", "end_user", (DRONES, ARMY, CHAD), {"military"}),
    ("drones for the army of Chad. ORNIS jails journalists", "end_user", (
        DRONES, ARMY, CHAD, ("detentions", "yes", 1.0, "ORNIS jails journalists")), {"military"}),
])
def test_a_new_name_that_is_denied_or_stands_by_the_way_is_not(kept, text, fact, told, values):
    assert noted(kept, text, fact, *told) == (values, False)


def test_what_is_heard_for_sure_beside_a_new_name_stays(kept):
    assert noted(kept, "the volkswacht, a city force, wants drones, Chad", "end_user", DRONES, CHAD,
                 ("end_user", "local-government", 0.95, "the volkswacht, a city force")) == (
        {"local-government"}, False)
