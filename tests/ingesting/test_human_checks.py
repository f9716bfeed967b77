"""Pages that ask whether a person is looking, as several makers of such pages serve them."""

import pytest

from retrieval.errors import NotIngested
from retrieval.ingesting.html import extract
from retrieval.ingesting.human_checks import ASKS
from retrieval.ingesting.limits import LIMITS

FORM = '<form action="/subscribe"><div class="g-recaptcha" data-sitekey="x"></div></form>'
PROSE = "Whoever sells looks at who will use it, and writes down what was found. "


@pytest.mark.parametrize("page", [
    "<head><title>Just a moment...</title></head><body><h1>www.example.org</h1><p>Verifying you "
    "are human. This may take a few seconds.</p><p>www.example.org needs to review the security "
    "of your connection before proceeding.</p></body>",
    "<head><title>Un momento…</title><script>window._cf_chl_opt={cvId:'3'}</script></head><body>"
    "<h1>www.example.org</h1><p>Verificando que usted es humano.</p></body>",
    "<body><h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser "
    "made us think you were a bot. " + "There are a few reasons this might happen. " * 12,
    '<body><p>Bitte warten.</p><script src="https://geo.captcha-delivery.com/c.js"></script>',
    "<html><body hidden><h2>Access check</h2><p>Please confirm that you’re not a robot.</p></body>",
    "<body>Request unsuccessful. Incapsula incident ID: 443000-1</body>",
    f"<body><p>One more step.</p>{FORM}</body>",
])
def test_a_page_that_asks_for_a_person_is_no_document(page: str) -> None:
    """It went into the draft as official text."""
    with pytest.raises(NotIngested) as refused:
        extract(page.encode(), LIMITS)
    assert str(refused.value) == ASKS


@pytest.mark.parametrize(("page", "text"), [
    (f"<main><p>{PROSE * 6}</p></main>{FORM}", (PROSE * 6).strip()),
    (f"<main><p>{PROSE * 30}A captcha asks: are you a human?</p></main>",
     f"{PROSE * 30}A captcha asks: are you a human?"),
    *((f"<p>{said}</p>", said) for said in (
        "Vendors verify who operates it.", "Since you are a human being, nobody may watch you.",
        "Confirm that you are human rights compliant.", "A bot has to say: I am a bot.",
        "Tell us of unusual activity from your customers.",
        "Complete the security check of the buyer before you ship.")),
])
def test_a_document_with_such_a_form_beside_it_is_read(page: str, text: str) -> None:
    assert extract(page.encode(), LIMITS).text == text
