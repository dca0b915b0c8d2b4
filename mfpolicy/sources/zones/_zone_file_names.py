"""The names in and of master files: relative ones made absolute, and which zone a file is."""

from __future__ import annotations

import posixpath
import re
from itertools import islice

from mfpolicy.model.names import join
from mfpolicy.sources.shape import domain_name
from mfpolicy.sources.zones._names import owner_name
from mfpolicy.sources.zones._zone_file_entries import entries

# Four characters spell one of 255 octets at most.
_LONGEST = 1024
_BAD_ESCAPE = re.compile(r"\\(?:[01][0-9]{2}|2[0-4][0-9]|25[0-5]|[^0-9])|(\\)")
# Cloudflare's export tells its zone in a comment only.
_HEADER = re.compile(r"^\ufeff?;+[ \t]*Domain:[ \t]*(\S{1,255})", re.MULTILINE)
_HEADER_SIZE = 4000
# Servers want it first.
_MAX_LOOKED_AT = 1000
_SOA = re.compile(r"\bSOA\b", re.IGNORECASE)
_SUFFIXES = (".zone", ".db", ".dns")
_PREFIX = "db."
# Files that lie beside zones and whose names may well be domain names.
_OTHER = re.compile(
    r"^\.|~$|\.(?:bak|cfg|conf|cmd|csv|html|ini|j2|jnl|js|json|key|lock|log|md|old|orig|pem|pl|private|ps1|py"
    r"|rb|rej|rst|sh|signed|tf|toml|xml|yaml|yml|zip)$"
)
_RECORD = r"[^\s;]*[ \t]+(?:[0-9]\w*[ \t]+)?"
_TYPES = r"(?:SOA|NS|MX|A|AAAA|CNAME|TXT|SRV|CAA|PTR)[ \t]+\S"
_SURE = re.compile(
    rf"^\ufeff?\$(?:ORIGIN|TTL)[ \t]|^{_RECORD}IN[ \t]+(?:[0-9]\w*[ \t]+)?{_TYPES}|\bIN[ \t]+SOA\b",
    re.MULTILINE,
)
_LIKELY = re.compile(rf"^{_RECORD}{_TYPES}", re.MULTILINE)


def absolute(word: str, origin: str | None) -> str | None:
    """The normal name that a word stands for below an origin; None where it makes none. Servers take other
    characters than ASCII for octets, and do not encode them."""
    if word == "@":
        return origin
    if len(word) > _LONGEST or word[0] == '"' or not word.isascii() or any(_BAD_ESCAPE.findall(word)):
        return None
    if is_absolute(word):
        return owner_name(word) if word != "." else ""
    return None if origin is None else owner_name(join(word, origin))


def is_absolute(word: str) -> bool:
    """Whether a word ends in a dot that no backslash escapes."""
    bare = word[:-1].rstrip("\\")
    return word.endswith(".") and (len(word) - 1 - len(bare)) % 2 == 0


def zone_name(path: str, text: str) -> str | None:
    """Which zone a file is: the owner of its SOA record where that is absolute, else the $ORIGIN it opens
    with, else what a provider's header says, else the file's own name; None where none of them tells."""
    opening, apex = _opening(text)
    if apex:
        return apex
    header = _HEADER.search(text[:_HEADER_SIZE])
    named = (domain_name(header[1]) if header else None) or from_path(path)
    # An $ORIGIN such as `com.` is where the zone's own name is written, not the zone.
    if opening and ("." in opening or not named):
        return opening
    return named


def is_flattened(text: str) -> bool:
    """Whether a file is the export of a provider that serves a CNAME record at the apex as addresses."""
    return bool(_HEADER.search(text[:_HEADER_SIZE])) or "cf_tags=" in text


def from_path(path: str) -> str | None:
    """The zone that `example.org.zone`, `db.example.org` or `example.org.txt` is named after."""
    name = posixpath.basename(path).lower().removeprefix(_PREFIX)
    suffix = next((each for each in (*_SUFFIXES, ".txt") if name.endswith(each)), "")
    found = domain_name(name.removesuffix(suffix))
    # `db.192.0.2` is a habit for reverse zones, and tells no name.
    return found if found and "." in found and not found.replace(".", "").isdigit() else None


def is_named_as_zone(path: str) -> bool:
    """Whether a name alone says that a file is a zone."""
    name = posixpath.basename(path).lower()
    return (name.endswith(_SUFFIXES) or name.startswith(_PREFIX)) and not _OTHER.search(name)


def may_be_zone(path: str) -> bool:
    """Whether a file's contents are worth a look: `*.txt`, or a name that is a domain's."""
    name = posixpath.basename(path).lower()
    return name.endswith(".txt") or (not _OTHER.search(name) and domain_name(name) is not None)


def looks_like_zone(path: str, text: str) -> bool:
    """Whether a text is a master file: it has a directive or a record with its class; where the file is
    named after a domain, any record will do."""
    return bool(_SURE.search(text) or (from_path(path) and _LIKELY.search(text)))


def _opening(text: str) -> tuple[str | None, str | None]:
    """The origin at the first record, and the owner of the first SOA record where it is absolute."""
    origin: str | None = None
    opening: str | None = None
    has_soa, seen = bool(_SOA.search(text)), False
    for entry in islice(entries(text), _MAX_LOOKED_AT):
        words = [word.text for word in entry.words]
        if not words:
            continue
        if words[0].upper() == "$ORIGIN" and len(words) > 1:
            origin = absolute(words[1], origin)
        elif not words[0].startswith("$"):
            opening = opening if seen else origin
            seen = True
            if not has_soa or (not entry.indented and _type_word(words) == "SOA"):
                return opening, absolute(words[0], origin) if has_soa else None
    return opening or (None if seen else origin), None


def _type_word(words: list[str]) -> str:
    """The word where a record's type stands: behind the owner, a time to live and a class."""
    rest = (word.upper() for word in words[1:4])
    return next((word for word in rest if word != "IN" and not word[0].isdecimal()), "")
