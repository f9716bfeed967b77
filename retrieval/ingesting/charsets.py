"""In which encoding a text is written: by what stands in it, or by what its server says of it."""

import codecs
import re

BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WESTERN = frozenset({"iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "iso8859-1"})
"""Browsers read all of these as Windows-1252, and so do writers of pages."""

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)")
_LOOKED_AT_BYTES = 4096
_OF_TEXTS = ("big5", "cp", "euc_", "gb", "iso8859", "johab", "koi8", "mac", "shift_jis", "tis_620")
"""How Python's names begin of the encodings that texts on the web have; others cost too much to
read, or are none of texts."""


def declared_in(data: bytes) -> str:
    """The encoding that the web page *data* declares, in small letters; empty for none."""
    start = data[:_LOOKED_AT_BYTES]
    declared = _XML_DECLARED.search(start) or _DECLARED.search(start)
    return declared[1].decode("ascii").lower() if declared else ""


def by_its_server(data: bytes, charset: str) -> bytes:
    """*data* in UTF-8 with its mark where only its server tells the encoding, else as it is.

    What reads as UTF-8 is that, whatever a server says of all of its pages.

    Args:
        data: A web page or a text.
        charset: What its server calls the encoding; empty where it doesn't.
    """
    if not charset or data.startswith(BYTE_ORDER_MARKS) or declared_in(data):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data
    name = "cp1252" if charset.lower() in WESTERN else charset
    try:
        if not codecs.lookup(name).name.startswith(_OF_TEXTS):
            return data
        return codecs.BOM_UTF8 + data.decode(name).encode("utf-8")
    except (LookupError, ValueError):
        return data
