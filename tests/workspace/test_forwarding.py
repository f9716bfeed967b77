"""A message that somebody passes on, as Slack tells an app of it."""

from tests.workspace.running import DEALS, KIM, OLU, PARTNER, SAM, SAMS_DM


def test_a_message_is_passed_on_in_an_attachment_of_one_without_words(told, app):
    posted = told.do("message", KIM, channel=DEALS, text="Drones",
                     files=[{"name": "a.txt", "text": "x"}])
    told.order("settle")
    app.got.clear()

    sent = told.do("forward", SAM, channel=DEALS, ts=posted["ts"])
    told.order("settle")

    (event,) = app.events
    (share,) = event["attachments"]
    assert (sent["channel"], event["channel"], event["text"]) == (SAMS_DM, SAMS_DM, "")
    assert (event["user"], share["author_id"], share["text"]) == (SAM, KIM, "Drones")
    assert share["is_share"] is True
    assert [file["name"] for file in share["files"]] == ["a.txt"]


def test_what_cannot_be_seen_or_written_to_is_not_passed_on(told):
    posted = told.do("message", KIM, channel=DEALS, text="Drones")

    assert told.do("forward", SAM, channel=DEALS, ts=posted["ts"], to=DEALS, text="look")["ok"]
    assert not told.do("forward", SAM, channel=DEALS, ts="1.000000")["ok"]
    assert not told.do("forward", OLU, channel=DEALS, ts=posted["ts"])["ok"]
    theirs = told.do("message", KIM, channel=PARTNER, text="Drones")
    assert not told.do("forward", OLU, channel=PARTNER, ts=theirs["ts"])["ok"]
    assert not told.do("forward", SAM, channel=DEALS, ts=posted["ts"], to="C0NONE0001")["ok"]
