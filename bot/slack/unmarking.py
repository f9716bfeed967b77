"""What a person says, from the markup in which Slack gives their words.

Marks say how a word looks, and only strokes whether it is said at all.  Left in, the "no" of
"*no* reseller" was none to the reader, and a reseller was noted.
"""

import html
import re

# Slack writes "<" as "&lt;" in what somebody typed, so none is looked through twice.
MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|([^<>]*))?>")
OF_OTHERS = re.compile(r"<(?:@|!subteam\^)[A-Z0-9]+(?:\|[^<>]*)?>")
"""A mention of a person or of a user group."""
TO_A_MESSAGE = re.compile(r"<https?://[^\s<>|/]+/archives/[A-Z0-9]+/p[0-9]{7,}[^\s<>|]*(?:\|[^<>]*)?>")
"""A link to a message, as Slack's **Copy link** gives it."""
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^<>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[^|<>]*)?(?:\|([^<>]*))?>")
_LINK = re.compile(r"<([a-z]+:[^|<>]*)(?:\|([^<>]*))?>")
_KEPT = r"(?P<kept>```.*?```|`[^`\n]*`|<[^<>\n]*>)"
"""Code and links hold marks of their own."""
_BEFORE, _BEHIND = r"(?<![^\W_])", r"(?![^\W_])"
"""No letter or digit there; the mark of another style may be."""
_STRUCK = re.compile(
    rf"{_KEPT}|{_BEFORE}(?<!~)~(?![\s~])(?:<[^<>\n]*>|[^~<\n])*(?<!\s)~{_BEHIND}(?!~)", re.DOTALL)
_BOLD = re.compile(
    rf"{_KEPT}|{_BEFORE}(?<!\*)(?P<marks>\*{{1,3}})(?![\s*])"
    rf"(?P<inner>(?:<[^<>\n]*>|[^*<\n])*)(?<!\s)(?P=marks){_BEHIND}(?!\*)", re.DOTALL)
"""On one line, at the edges of words; doubled where somebody brings it along from elsewhere."""
_ITALIC = re.compile(
    _KEPT + r"|(?<!\w)(?P<marks>_{1,3})(?![\s_])(?P<inner>(?:<[^<>\n]*>|[^_<\n])*)"
            r"(?<!\s)(?P=marks)(?!\w)", re.DOTALL)
_CODE = re.compile(r"(`{3}|`)([^`]+)\1")


def words(text: str, us: str = "") -> str:
    """What a person says: mentions of *us* gone, links as their words, nothing of how it looks.

    What they struck through they don't say any more.
    """
    text = _STRUCK.sub(lambda m: m["kept"] or "", text)
    for styled in (_BOLD, _ITALIC):
        text = styled.sub(lambda m: m["kept"] or m["inner"], text)
    text = _CODE.sub(r"\2", text)
    text = MENTION.sub(lambda m: "" if m[1] == us else f"@{m[2] or m[1]}", text)
    text = _CHANNEL.sub(lambda m: f"#{m[2] or m[1]}", text)
    text = _SPECIAL.sub(lambda m: m[2] or f"@{m[1]}", text)
    text = _LINK.sub(lambda m: m[2] or m[1].removeprefix("mailto:"), text)
    return html.unescape(text).strip()
