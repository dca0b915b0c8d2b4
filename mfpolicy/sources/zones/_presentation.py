"""Record data in presentation format (RFC 1035, 5.1) in one text, as the JSON of services has them."""

from __future__ import annotations

import re

from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._zone_file_data import Data, data

_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# A quote inside a word is part of it, as in alpn="h2,h3" (RFC 9460, 2.1).
_WORD = re.compile(rf'[ \t]*+({_QUOTED}|(?:[^" \t\\]|\\.)++(?:{_QUOTED}|[^" \t\\]|\\.)*+)', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def presentation(type: str, text: str, origin: str = "") -> Data | str:
    """The data that a text says; in words why it says none. Relative names are below `origin`."""
    words = _words(text)
    if words is None:
        return f"its data are {shown(text)}"
    return data(type, words, origin)


def string(text: str) -> str:
    """A text as one quoted character-string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(text: str) -> list[str] | None:
    """The words of a line, quotes and all; None where a quote has no partner or a control character stands.
    Servers take quoted strings that touch for two."""
    if _CONTROL.search(text):
        return None
    found = _WORD.findall(text)
    return found if _WORD.sub("", text).strip(" \t") == "" else None
