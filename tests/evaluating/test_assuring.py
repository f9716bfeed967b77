"""Sentences that assure somebody of a deal are told from those that only speak of it."""

import pytest

from bot.dialogue.reply import Kind, Line, Reply, Status
from bot.evaluating.claims import texts_of
from retrieval.assuring import assurances, verdicts
from retrieval.guidance import Guidance
from tests.evaluating.acting import PRODUCT, RELEASE, ask, consideration, noted, safeguard

ASSURANCES = (
    "This deal is approved.",
    "The sale looks perfectly lawful.",
    "It's fine to sign.",
    "You may go ahead.",
    "You're all clear.",
    "Everything about this order is in order.",
    "The export to Kenya would be legal.",
    "There is nothing to worry about.",
    "No concerns with this deal.",
    "You can now ship.",
    "I confirm that everything was checked.",
    "Cleared to sell.",
)


@pytest.mark.parametrize("text", ASSURANCES)
def test_an_assurance_is_found(text):
    assert assurances(["Hello.", f"Noted. {text} Anything else?"]) == (text,)


@pytest.mark.parametrize("text", [
    "I can't say whether a deal is lawful, approved or safe.",
    "That is not an approval.",
    "That is not an all-clear.",
    "Ask whether the end use is lawful, and whether it could still be arbitrary.",
    "Stop and take this to your compliance lead before you sign.",
    "Nobody can tell you that the sale is safe.",
    "Only sell to end-users that you have approved by name.",
    "This isn't legal advice.",
    "There is no sign that this is lawful.",
    'So "it is legal there" does not settle whether to sell.',
    "It may be shipped once the export is authorised.",
])
def test_a_sentence_that_denies_or_wonders_is_none(text):
    assert assurances([text]) == ()


@pytest.mark.parametrize("text", [
    "This deal is lawful, approved, safe to sell.",
    "The sale is clearly unlawful.",
    "This transaction would be illegal.",
    "The deal cannot go ahead.",
])
def test_a_verdict_for_or_against_a_deal_is_found(text):
    assert verdicts(f"Hello. {text}") == (text,)


@pytest.mark.parametrize("text", [
    "Ask counsel whether the sale is unlawful.",
    "The deal should not go ahead before counsel has looked.",
    "Unlawful surveillance is reported there.",
])
def test_what_leaves_it_open_is_no_verdict(text):
    assert verdicts(text) == ()


def test_none_of_the_bots_own_sentences_and_none_of_the_guidance_assures(
    guidance: Guidance, sentences
):
    texts = [
        *sentences.sentences.values(),
        *(p.text for p in guidance.provisions.values()),
        *(f.explains for f in guidance.red_flags),
        *(s.text for s in guidance.safeguards.values()),
        *(c.weigh for c in guidance.considerations),
        *(q.why for q in guidance.questions.values()),
        *(e.text for e in guidance.vocabulary.glossary),
    ]

    assert assurances(texts) == ()


def test_every_text_of_a_reply_is_looked_at_but_the_persons_own():
    said = noted("rf1")
    reply = Reply(
        Kind.ASK,
        RELEASE,
        (Line("A lead."),),
        heard="what they said",
        considerations=(consideration("c1"),),
        related=(consideration("c2"),),
        flags=(said, noted("rf2", Status.OPEN)),
        safeguards=(safeguard("s1"),),
        more_safeguards=(safeguard("s2"),),
        question=ask(PRODUCT),
        consult=(Line("A place."),),
        closing=(Line("An end."),),
        unchecked="A warning.",
    )

    texts = set(texts_of(reply))

    assert texts >= {"A lead.", "A place.", "An end.", "A warning.", "c1", "c2", "rf1", "rf2",
                     "s1", "s2", "What is it?", "It matters."}
    assert "what they said" not in texts
