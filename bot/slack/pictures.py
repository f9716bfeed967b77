"""Names of pictures (":x:") in words that Slack sends without saying which of them are pictures.

What is picked from the picker in a form's field, or typed behind a slash command, arrives by its
name.  Heard as words, ":video_camera:" would be goods and ":x:" a letter; read as the picture that
a person sees there, a cross is the no that it is in a message.

Which pictures there are, Slack publishes nowhere; most of its names are GitHub's, and of the others
many are Unicode's.  A name that neither knows stays as it was typed, such as a workspace's own.
"""

import re
import unicodedata

from rich.emoji import Emoji, NoEmoji

FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
"""Whoever sends a flag names a country, which its name tells and its characters don't."""
_NAME = re.compile(r"(?<!\w):(?P<name>[a-z0-9_+'-]{1,80}):(?::skin-tone-[2-6]:)?(?!\w)")
"""At the edges of words: "10:30:15" and "user:cop:army" hold none."""


def with_pictures(text: str) -> str:
    """*text* with each name of a picture as the picture."""
    return _NAME.sub(lambda m: _picture(m["name"]) or m[0], text)


def _picture(name: str) -> str:
    """The picture called *name*; "" of none that is known, and of a flag."""
    try:
        picture = str(Emoji(name))
    except NoEmoji:
        picture = _by_unicode(name)
    return "" if FLAG.fullmatch(picture) else picture


def _by_unicode(name: str) -> str:
    """The picture that Unicode calls so ("large_green_circle"); "" of letters and of none."""
    try:
        sign = unicodedata.lookup(re.sub("[_-]", " ", name))
    except KeyError:
        return ""
    return sign if unicodedata.category(sign) == "So" else ""
