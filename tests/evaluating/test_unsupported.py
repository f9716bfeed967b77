"""What a careful reader would strike at sight, told without the fence."""

import pytest

from bot.evaluating.unsupported import faults

EVIDENCE = (
    "Records of targeting journalists",
    "The end-user may have a record of targeting journalists. You should ask the Ministry of "
    "Interior for two references. Do not deliver before the audit of 2019 is read.",
)


@pytest.mark.parametrize("text", [
    "The end-user may have a record of targeting journalists.",
    "Ask the Ministry of Interior for two references.",
    "Do not deliver before the audit of 2019 is read.",
    "You should ask for 2 references.",
    "The end-user's record may show that journalists were targeted.",
])
def test_what_the_evidence_says_has_no_fault(text):
    assert faults(text, EVIDENCE) == ()


@pytest.mark.parametrize(("text", "kind"), [
    ("The deal is approved, and the end-user has a record.", "assures"),
    ("Ask the end-user, see https://evil.example for the record.", "live"),
    ("Ask <@U123> for the record of the end-user.", "live"),
    ("You should ask the Ministry for three references.", "figure"),
    ("Read the audit of 2021 before you deliver.", "figure"),
    ("The end-user in Ruritania may have a record of targeting journalists.", "name"),
    ("The record of targeting journalists is held by the ICC.", "name"),
    ("Deliver before the audit of 2019 is read.", "affirms"),
    ("You must ask the Ministry of Interior for two references.", "stronger"),
    ("You may ask the Ministry of Interior for two references.", "weaker"),
    ("Bananas are yellow fruits of the record.", "other words"),
])
def test_each_fault_is_told(text, kind):
    assert kind in [one.partition(":")[0] for one in faults(text, EVIDENCE)]


def test_a_denial_needs_one_in_the_evidence():
    assert faults("The end-user has no record of targeting journalists.", EVIDENCE[:1]) == (
        "denies: The end-user has no record of targeting journalists.",)
