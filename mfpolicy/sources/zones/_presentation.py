"""Record data in presentation format (RFC 1035, 5.1) in one text, as the JSON of services has them."""

from __future__ import annotations

import re

from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones._zone_file_data import Data, data

_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# A quote inside a word is part of it, as in alpn="h2,h3" (RFC 9460, 2.1).
_WORD = re.compile(rf'[ \t]*+({_QUOTED}|(?:[^" \t\\]|\\.)++(?:{_QUOTED}|[^" \t\\]|\\.)*+)', re.DOTALL)
_OCTAL = re.compile(r"\\([0-7]{3})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def presentation(type: str, text: str, origin: str = "") -> Data | str:
    """The data that a text says; in words why it says none. Relative names are below `origin`."""
    words = _words(text)
    if words is None:
        return f"its data are {shown(text)}"
    return data(type, words, origin)


def quoted(text: str) -> Data | None:
    """The data of a text that is nothing but quoted strings; None where it is anything else."""
    words = _words(text) or []
    found = data("TXT", words, "") if all(word[0] == '"' for word in words) else None
    return found if isinstance(found, Data) else None


def decimal(text: str) -> str:
    """A text of Route 53, whose escapes are octal, with decimal ones, as DNS writes them (RFC 1035, 5.1;
    docs.aws.amazon.com, Route 53 Developer Guide, "DNS domain name format")."""
    return _OCTAL.sub(lambda match: f"\\{int(match[1], 8):03d}", text) if "\\" in text else text


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
