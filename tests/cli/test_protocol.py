"""The machine protocol: what outside checks rely on."""

import json
import uuid

import pytest

KEYS = {
    "conversation", "turn", "release", "kind", "text", "deal", "considerations", "red_flags",
    "safeguards", "question", "open_facts", "coverage", "citations", "composer", "refused",
}


def fresh() -> str:
    return f"t-{uuid.uuid4().hex}"


def test_a_first_message_advises_and_asks(talk):
    name = fresh()
    [out] = talk({"conversation": name, "text": "drones for the police in Kenya"})
    assert out.keys() >= KEYS
    assert (out["conversation"], out["turn"], out["kind"]) == (name, 1, "ask")
    assert out["deal"] == {"country": ["KE"], "end_user": ["police"], "product": ["drone"]}
    assert out["composer"] == "plain"
    assert out["refused"] is None
    assert [c["consideration"] for c in out["coverage"]] == list(range(1, 9))
    # No question asks for public reporting, so it waits for none.
    assert [(c["consideration"], c["state"]) for c in out["coverage"] if not c["because"]] == [
        (8, "open")]
    # The best five, and one that is made for drones.
    assert 1 <= len(out["safeguards"]) <= 6
    assert out["question"]["fact"] not in out["deal"]
    assert {c["number_checked"] for c in out["considerations"] if c["number"]} == {"unchecked"}


def test_how_the_deal_stands_goes_with_every_reply(talk):
    name = fresh()
    hello, told, verdict = talk(
        {"conversation": name, "text": "hello"},
        {"conversation": name, "text": "drones for the police in Kenya, the contract is signed"},
        {"conversation": name, "text": "is it legal?"})
    assert (hello["kind"], verdict["kind"]) == ("advice", "decline")
    assert [line["consideration"] for line in hello["coverage"]] == list(range(1, 9))
    assert {line["state"] for line in hello["coverage"]} == {"open"}
    assert verdict["coverage"] == told["coverage"]


def test_every_claim_carries_a_citation_with_its_checked_state(talk):
    [out] = talk({"conversation": fresh(), "text": "spyware for the army in Chad, they torture"})
    claims = [*out["considerations"], *out["red_flags"], *out["safeguards"]]
    assert len(claims) > 20
    for claim in claims:
        assert claim["citations"]
        for citation in claim["citations"]:
            assert citation["checked"] in {"seen", "unchecked"}
            assert citation["quote"] is None
            assert len(citation["sha256"]) == 64


@pytest.mark.parametrize(("flag", "fact", "value"), [
    ("sg-c1-rf1", "misuse_reports", "yes"),
    ("sg-c1-rf2", "system_of_concern", "yes"),
    ("sg-c2-rf1", "restrictive_laws", "yes"),
    ("sg-c2-rf2", "conflict", "yes"),
    ("sg-c2-rf3", "detentions", "yes"),
    ("sg-c2-rf4", "judicial_oversight", "none"),
    ("sg-c2-rf5", "onward_supply", "yes"),
    ("sg-c2-rf6", "agency_misuse", "yes"),
    ("sg-c3-rf1", "access_safeguards", "inadequate"),
    ("sg-c3-rf2", "rights_limits", "yes"),
    ("sg-c3-rf3", "law_in_practice", "selective"),
    ("sg-c4-rf1", "government_ties", "yes"),
    ("sg-c4-rf2", "party_reported", "yes"),
    ("sg-c4-rf4", "hidden_ownership", "yes"),
    ("bis-kyc", "transparency", "evasive"),
])
def test_each_flag_of_the_guidance_is_raised_by_its_fact(talk, flag, fact, value):
    [out] = talk({"conversation": fresh(), "answers": {fact: [value]}})
    raised = {f["id"]: f for f in out["red_flags"] if f["status"] == "raised"}
    assert set(raised) == {flag}
    assert raised[flag]["because"] == [fact]


def test_i_dont_know_stays_open_and_is_listed(talk):
    [out] = talk({"conversation": fresh(), "answers": {"product": ["cctv"], "detentions": None}})
    assert out["deal"]["detentions"] is None
    assert "detentions" in out["open_facts"]
    [flag] = [f for f in out["red_flags"] if f["id"] == "sg-c2-rf3"]
    assert flag["status"] == "open"


def test_what_is_supposed_says_what_would_differ_and_leaves_the_deal(talk):
    name = fresh()
    told, supposed, adopted = talk(
        {"conversation": name, "text": "cctv for the police in Kenya, via a reseller"},
        {"conversation": name, "suppose": {"intermediary": "none", "conflict": ["yes"]}},
        {"conversation": name, "text": "let's go with that"})
    assert supposed["deal"] == told["deal"]
    assert supposed["text"].startswith(
        "Supposing conflict or turmoil: Yes · intermediary: No one, we sell direct. This is only")
    assert supposed["changes"]["of"] == "supposition"
    assert adopted["deal"] == {**told["deal"], "intermediary": ["none"], "conflict": ["yes"]}


@pytest.mark.long
def test_a_conversation_goes_on_in_another_process(cold):
    name = fresh()
    done = [cold("chat", "--jsonl", stdin=json.dumps({"conversation": name, "text": text}) + "\n")
            for text in ("CCTV for the city of Accra", "actually it's for the police")]
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 2
    first, second = (json.loads(one.stdout) for one in done)
    assert second["turn"] == first["turn"] + 1
    assert second["deal"]["end_user"] == ["police"]
    assert second["deal"]["product"] == ["cctv"]


@pytest.mark.parametrize(("line", "code"), [
    ("not json", "bad_json"),
    ("[1]", "bad_json"),
    ('{"conversation": "c", "text": ' + "9" * 5_000 + "}", "bad_json"),
    ('{"conversation": "c", "text": ' + "[" * 100_000, "bad_json"),
    ('{"text": "drones"}', "bad_conversation"),
    ('{"conversation": "", "text": "drones"}', "bad_conversation"),
    ('{"conversation": "c", "text": 7}', "bad_text"),
    ('{"conversation": "c", "text": "  "}', "empty"),
    ('{"conversation": "c", "answers": []}', "bad_answers"),
    ('{"conversation": "c", "answers": {}}', "empty"),
    ('{"conversation": "c", "answers": {"end_user": []}}', "empty"),
    ('{"conversation": "c", "answers": {"end_user": ["polize"]}}', "unknown_value"),
    ('{"conversation": "c", "answers": {"ennd_user": ["police"]}}', "unknown_fact"),
    ('{"conversation": "c", "answers": {"conflict": ["yes", "no"]}}', "one_value"),
    ('{"conversation": "c", "answers": {"intermediary": ["none", "broker"]}}', "stands_alone"),
    ('{"conversation": "c", "answers": {"country": ["Kenya"]}}', "unknown_value"),
    ('{"conversation": "c", "suppose": []}', "bad_suppose"),
    ('{"conversation": "c", "suppose": {}}', "bad_suppose"),
    ('{"conversation": "c", "suppose": {"end_user": null}}', "bad_suppose"),
    ('{"conversation": "c", "suppose": {"end_user": []}}', "empty"),
    ('{"conversation": "c", "suppose": {"end_user": "police"}, "text": "drones"}', "bad_suppose"),
    ('{"conversation": "c", "suppose": {"end_user": "police"}, "answers": {"end_use": null}}',
     "bad_suppose"),
    ('{"conversation": "c", "suppose": {"ennd_user": "police"}}', "unknown_fact"),
    (r'{"conversation": "c", "suppose": {"end_user": "\ud800"}}', "bad_characters"),
    ('{"conversation": "nothing told", "suppose": {"end_user": "police"}}', "no_deal"),
    (r'{"conversation": "c", "text": "\ud800"}', "bad_characters"),
    (r'{"conversation": "\ud800", "text": "drones"}', "bad_characters"),
    (b'{"conversation": "c", "text": "caf\xe9"}', "bad_encoding"),
])
def test_bad_input_is_told_and_the_stream_goes_on(talk, line, code):
    bad, good = talk(line, {"conversation": fresh(), "text": "hello"})
    assert bad["error"]["code"] == code
    assert bad["error"]["message"].endswith(".")
    assert good["kind"] == "advice"


def test_an_oversized_message_names_the_limit(talk):
    [out] = talk({"conversation": fresh(), "text": "drones " * 2000})
    assert out["error"]["code"] == "too_long"
    assert "8,000" in out["error"]["message"]


@pytest.mark.parametrize(("text", "kind"), [
    ("write me a poem", "decline"),
    ("is it legal?", "decline"),
    ("will we win the tender?", "decline"),
    ("what does the guidance say about resellers?", "advice"),
])
def test_questions_outside_a_deal(talk, text, kind):
    [out] = talk({"conversation": fresh(), "text": text})
    assert out["kind"] == kind
    assert out["question"] is None
