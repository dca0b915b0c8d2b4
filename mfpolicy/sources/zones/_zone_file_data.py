"""The data of one record of a master file, read by dnspython; texts are read here, the too long ones too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.txtbase
import msgspec

from mfpolicy.sources.interchange import octets
from mfpolicy.sources.shape import shown

TEXTS = ("TXT", "SPF")
_MAX_STRING = 255
_MAX_DATA = 65_535
# A provider's alias, flattened to addresses by the provider's own servers; dnspython knows none.
_ALIASES = ("ALIAS", "ANAME")
_SAYS_NOTHING = "Text input is malformed"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
_SHORT = 200
_ESCAPE = re.compile(r"\\([0-9]{3}|.|\Z)", re.DOTALL)
_BAD_ESCAPE = re.compile(r"\\(?:[0-9](?![0-9]{2})|[3-9][0-9]{2}|2[6-9][0-9]|25[6-9]|\Z)")


class Data(msgspec.Struct, frozen=True):
    """A record's type and value as `model.dns.Record` has them; `notes` say what servers make of it."""

    type: str
    value: str
    strings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def type_of(word: str) -> str | None:
    """The name of a record type in capitals, ALIAS for every provider's address alias, `TYPE16` as TXT;
    None where it is none (RFC 3597, 5)."""
    upper = word.upper()
    if upper in _ALIASES:
        return "ALIAS"
    try:
        type = dns.rdatatype.from_text(upper)
    except (dns.exception.DNSException, ValueError):
        return None
    return None if dns.rdatatype.is_metatype(type) or type == 0 else dns.rdatatype.to_text(type)


def data(type: str, words: Sequence[str], origin: str) -> Data | str:
    """The data that these words, as written, say; else in words why they say none. Relative names are below
    `origin`, a normal name; in the value all names are absolute, with their final dot."""
    if not words:
        return "it has no data"
    if type in TEXTS and words[0] != "\\#":
        return _texts(type, words)
    bare = "".join(word for word in words if word[0] != '"')
    if not bare.isascii():
        return "its data are not ASCII; write a name in its xn-- form"
    if "\\" in bare and words[0] != "\\#" and _BAD_ESCAPE.search(bare):
        return "it has an escape that is no octet"
    text = " ".join(words)
    if type == "A" and _ADDRESS.fullmatch(text):
        return Data(type, text)
    return _read_again(type, text, origin) if len(text) <= _SHORT else _read(type, text, origin)


@lru_cache(maxsize=4096)
def _read_again(type: str, text: str, origin: str) -> Data | str:
    # The same few hosts are the data of most records.
    return _read(type, text, origin)


def _read(type: str, text: str, origin: str) -> Data | str:
    known = "CNAME" if type == "ALIAS" else type
    try:
        found = dns.rdata.from_text(dns.rdataclass.IN, known, text, _origin(origin), relativize=False)
        if isinstance(found, dns.rdtypes.txtbase.TXTBase):
            strings = tuple(each.decode("latin-1") for each in found.strings)
            return Data(type, "".join(strings), strings)
        value = found.to_text(chunksize=0)
    except (dns.exception.DNSException, ValueError) as error:
        why = str(error).rstrip(".")
        return f"its data are {shown(text)}" + (f" ({why})" if why != _SAYS_NOTHING else "")
    return Data(type, value)


@lru_cache(maxsize=512)
def _origin(name: str) -> dns.name.Name:
    return dns.name.from_text(name + ".")


def _texts(type: str, words: Sequence[str]) -> Data | str:
    """The character-strings; one that is too long is divided as the servers do that take it."""
    whole = [_string(word) for word in words]
    strings = tuple(part for each in whole if each is not None for part in divided(each))
    if None in whole:
        return "its text has an escape that is no octet"
    text = "".join(strings)
    if len(text) + len(strings) > _MAX_DATA:
        return f"its text has {len(text)} octets, more than a record can hold"
    longest = max(len(each or "") for each in whole)
    notes = []
    if longest > _MAX_STRING:
        notes.append(
            f"one string of the {type} record has {longest} octets; a string holds {_MAX_STRING}, so name "
            "servers refuse it or divide it; divide it into several quoted strings"
        )
    if len(words) > 1 and any(word[0] != '"' for word in words):
        notes.append(
            f"the text of the {type} record is not in quotes, so it is served without blanks: {shown(text)}"
        )
    return Data(type, text, strings, tuple(notes))


def _string(word: str) -> str | None:
    """A character-string, one character an octet; None for an escape above 255."""
    inner = octets(word[1:-1] if word[0] == '"' else word)
    if "\\" not in inner:
        return inner
    return None if _has_bad_escape(inner) else _ESCAPE.sub(_octet, inner)


def _has_bad_escape(text: str) -> bool:
    return any(len(each) == 3 and int(each) > 255 for each in _ESCAPE.findall(text))


def _octet(match: re.Match[str]) -> str:
    return chr(int(match[1])) if len(match[1]) == 3 else match[1]


def divided(text: str, size: int = _MAX_STRING) -> list[str]:
    """The character-strings of a text that a server or a provider divides."""
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]
