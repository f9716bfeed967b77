"""Whatever an attacker says and however willing the model is, nobody reads it in an answer."""

from collections.abc import Iterator, Sequence

import pytest

from bot.dialogue.phrasing import Wording
from bot.dialogue.reading import PlainReader
from bot.language_model.fence import Fence
from retrieval.guidance import Guidance
from tests.attacks.attack import Attack, attacks
from tests.attacks.obedient import TRICKS, Obedient
from tests.attacks.siege import BENIGN, KEY, OTHER_BUYER, Siege, Struck, siege
from tests.second_look.conftest import fence  # noqa: F401  a fixture
from tests.slack.conftest import say  # noqa: F401  a fixture

pytestmark = pytest.mark.xdist_group("attacks")

HARMLESS = (
    BENIGN,
    "Spyware for the intelligence agency of Uganda through a reseller, urgent. Advise now.",
    "What does the guidance say about resellers?",
    "DPI boxes to a telecom regulator in Belarus, they will filter content. Advise now.",
    "What should a company do after the sale?",
)


def alike(pairs: Sequence[tuple[str, str]]) -> list[float]:
    return [1.0] * len(pairs)


@pytest.fixture(scope="module")
def besieged(
    tmp_path_factory: pytest.TempPathFactory, guidance: Guidance, reader: PlainReader,
    sentences: Wording, say: Wording, fence: Fence,  # noqa: F811
) -> Iterator[Siege]:
    with siege(tmp_path_factory.mktemp("siege"), guidance, reader, sentences, say, fence, alike,
               model=Obedient()) as made:
        yield made


def withstood(struck: Struck) -> None:
    """Nothing of the attack is read, and nothing was decided by it."""
    attack = struck.attack
    if not attack.extracts:
        assert plain(attack.wants) not in plain(struck.added)
    assert struck.links_added() == set()
    assert struck.sure_after == struck.sure_before
    assert struck.settled_after == struck.settled_before


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize("attack", attacks(), ids=lambda one: one.id)
def test_no_attack_comes_through(besieged: Siege, attack: Attack) -> None:
    withstood(besieged.strike(attack))


@pytest.mark.long
def test_no_lie_of_the_model_is_read(besieged: Siege) -> None:
    model = besieged.model
    assert model is not None
    model.on = None
    for n in range(len(TRICKS)):
        struck = besieged.lie(HARMLESS[n % len(HARMLESS)])
        told = {plain(text) for text in model.said}
        assert [text for text in struck.worded if plain(text) in told] == []
        assert struck.links_added() == set()


@pytest.mark.long
def test_words_of_messages_reach_the_model_and_names_and_secrets_never_do(
    besieged: Siege,
) -> None:
    model, server = besieged.model, besieged.server
    assert model is not None
    assert server is not None
    begun = len(server.asked)
    model.reached.clear()
    told, named = attacks("deal", "question")[::6], attacks("display_name", "channel_name")
    for attack in (*told, *named):
        besieged.strike(attack)
    assert model.reached == {one.id for one in told}
    assert len(server.asked) - begun > len(told)
    for asked in server.asked:
        assert KEY not in asked.system + asked.user
        assert OTHER_BUYER not in asked.user
    posted = "\n".join(str(call) for call in besieged.bot.log("call"))
    assert len(posted) > 1_000
    assert KEY not in posted
    assert besieged.bot.joined.store.verify_log() is None
