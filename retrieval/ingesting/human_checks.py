"""Pages that ask whether a person is looking, served in the place of a document and called well.

What protects a site answers a program with such a page, and often with 200.  It says a sentence or
two, and holds what tells a person from a program; a document that has such a form beside its text
says far more.
"""

import re
from typing import Any

from lxml import etree

from retrieval.ingesting.html_parts import seen_text_of

MOST_SAID = 1_500
"""Characters of such a page that are seen; most have some 200."""
MOST_BESIDE_A_CHECK = 400
"""Of one that only holds a check, and doesn't say what it is for."""
ASKS = ("This web page asks whether a person is looking, and isn't the document; open its address "
        "in a browser, save what comes there, and add that.")

_SAYS = re.compile(
    r"(?i)\b(?:verify(?:ing)?|confirm|prove|make sure)(?: that)? you(?: a|\W?)re "
    r"(?:a |not a )?(?:human(?! (?:being|right))|robot|bot)\b"
    r"|\bare you (?:a |not a )?(?:human(?! (?:being|right))|robot|bot)\b"
    r"|\b(?:you(?: a|\W?)re|i(?: a|\W?)m) not a (?:robot|bot)\b"
    r"|\bchecking (?:your browser|if the site connection)"
    r"|\breview the security of your connection|\bpardon our interruption"
    r"|\bunusual (?:traffic|activity) from your (?:computer|network|device|browser|ip)\b"
    r"|\bcomplete the (?:security check|captcha) (?:below|to (?:access|continue|proceed))"
    r"|\benable javascript and cookies to continue|\bddos protection by\b|incapsula incident id")
_CHECKS = re.compile(
    r"(?i)_cf_chl_opt|cf-chl-|challenges\.cloudflare\.com|captcha-delivery\.com|px-captcha"
    r"|_incapsula_resource|awswaf|hcaptcha|recaptcha|friendly-?captcha|arkoselabs")
_HELD = ("id", "class", "name", "src", "href", "action")


def asks_for_a_person(root: Any) -> bool:
    """Whether the page *root* only asks whether a person is looking."""
    body = root.find("body")
    said = seen_text_of(root if body is None else body)
    if len(said) > MOST_SAID:
        return False
    return _SAYS.search(said) is not None or (
        len(said) <= MOST_BESIDE_A_CHECK and _holds_a_check(root))


def _holds_a_check(root: Any) -> bool:
    return any(
        _CHECKS.search(said or "") is not None for element in root.iter(etree.Element)
        for said in (*(element.get(name) for name in _HELD),
                     element.text if element.tag == "script" else ""))
