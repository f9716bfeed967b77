"""A checkpoint leaves the house: it stands in the compliance channel, once, and proves the log."""

import pytest

from bot.checkpoints import Checkpoints
from bot.dialogue.phrasing import Wording
from bot.record.signed_notes import Signer
from bot.slack.proving import Proving
from tests.slack.joined import COMPLIANCE_CHANNEL, OFFICE
from tests.slack.playing import DEAL, Bot
from tests.workspace.running import KIM

pytestmark = pytest.mark.parametrize("transport", ["http"], indirect=True, scope="session")

SEED = bytes(32)


def checkpoints_in(bot: Bot) -> list[str]:
    """The notes that stand in the compliance channel, oldest first."""
    texts = [m["text"] for m in bot.messages(COMPLIANCE_CHANNEL, user=KIM)]
    return [text.partition("\n")[2] for text in texts if "advisor-log/" in text]


def test_a_checkpoint_is_posted_once_and_proves_the_log(bot: Bot, say: Wording):
    team = bot.case(OFFICE, bot.mention(DEAL)).team
    points = Checkpoints(bot.joined.store, Signer(SEED))
    proving = Proving(bot.joined.store, points, bot.joined.deliveries.outbox, say,
                      COMPLIANCE_CHANNEL)

    taken = proving.look()
    proving.look()
    bot.joined.desk.wake()
    bot.settle()

    assert taken >= 1
    (note,) = checkpoints_in(bot)
    (post,) = [m for m in bot.messages(COMPLIANCE_CHANNEL, user=KIM) if note in m["text"]]
    # Its command is drawn as code, which a plain_text would show backticks and all.
    assert post["blocks"][0]["text"] == {
        "type": "mrkdwn", "text": post["text"].partition("\n")[0]}
    kept = Signer(SEED).verifier.read(note)
    assert (kept.workspace, kept.size) == (team, bot.joined.store.head(team).count)
    assert [v.broken for v in points.verify([note])] == [None] * len(points.verify([note]))


def test_without_a_channel_checkpoints_are_taken_and_stay(bot: Bot, say: Wording):
    before = checkpoints_in(bot)
    bot.mention(DEAL)
    points = Checkpoints(bot.joined.store, Signer(bytes([1] * 32)))

    Proving(bot.joined.store, points, bot.joined.deliveries.outbox, say, "").look()
    bot.settle()

    assert checkpoints_in(bot) == before
