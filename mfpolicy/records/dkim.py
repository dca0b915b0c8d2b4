"""DKIM public keys (RFC 6376, 3.6.1; Ed25519: RFC 8463)."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

import msgspec

from mfpolicy.records import tags
from mfpolicy.records.faults import Fault
from mfpolicy.records.tags import Tag, TagList

_KNOWN = frozenset("vghknpst")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_SOUND = re.compile(r"[A-Za-z0-9+/= \t\r\n]*\Z")
_NOT_BASE64 = re.compile(r"(?:(?![A-Za-z0-9+/= \t\r\n])[\x00-\x7f])+")
_QUOTES = re.compile(r'(?:\\?")+')
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_BEGINS = re.compile(r"\s*v\s*=\s*dkim", re.IGNORECASE)
_ED25519_OCTETS = 32


class DkimKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key record. `key` is its base64 text without blanks; `bits` is 0 where the key cannot be read.

    `hashes` is empty where every hash is accepted; `services` is ("*",) where nothing is said.
    """

    text: str
    version: str = ""
    key_type: str = "rsa"
    key: str = ""
    revoked: bool = False
    hashes: tuple[str, ...] = ()
    services: tuple[str, ...] = ("*",)
    flags: tuple[str, ...] = ()
    testing: bool = False
    bits: int = 0
    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()

    def has(self, code: str) -> bool:
        """Whether a fault of this code was found."""
        return any(fault.code == code for fault in self.faults)


def looks_like_dkim(text: str) -> bool:
    """Whether a TXT record was meant to be a key: it begins with v=DKIM in any case, or has a p= tag."""
    return _BEGINS.match(text) is not None or tags.read(text).get("p") is not None


@lru_cache(maxsize=8192)
def parse(text: str) -> DkimKey:
    """The key of a text, with every fault (RFC 6376, 3.6.1).

    Codes: not-a-key-record, missing-key, invalid-version, unknown-key-type, non-ascii, key-has-quotes,
    key-not-base64, key-truncated, key-type-mismatch, ed25519-wrong-length, duplicate-tag, malformed-tag,
    record-too-long.
    """
    found = tags.read(text)
    if not any(tag.name in _KNOWN for tag in found.tags):
        return DkimKey(text=text, tags=found.tags, faults=_stranger(found, text))
    key_type = found.value("k").lower() or "rsa"
    key = "".join(found.value("p").split())
    faults = found.faults + _non_ascii(text) + _head_faults(found, text) + _text_faults(found.get("p"))
    bits, key_faults = (0, ()) if _is_damaged(faults) or not key else _read_key(found, key_type, key)
    flags = _listed(found, "t")
    return DkimKey(
        text=text,
        version=found.value("v"),
        key_type=key_type,
        key=key,
        revoked=found.get("p") is not None and not key,
        hashes=_listed(found, "h"),
        services=_listed(found, "s") or ("*",),
        flags=flags,
        testing="y" in flags,
        bits=bits,
        tags=found.tags,
        faults=faults + key_faults,
    )


def format(key: DkimKey) -> str:
    """The key's text with one spelling of blanks and separators; parts that are no tags are dropped."""
    return tags.format(key.tags)


def _is_damaged(faults: tuple[Fault, ...]) -> bool:
    """Whether the text of the key is damaged so that its octets cannot be told."""
    return any(fault.code in ("key-has-quotes", "key-not-base64", "non-ascii") for fault in faults)


def _stranger(found: TagList, text: str) -> tuple[Fault, ...]:
    too_long = tuple(fault for fault in found.faults if fault.code == "record-too-long")
    stranger = Fault("not-a-key-record", "has no tag of a DKIM key", 0, len(text))
    return too_long or (stranger, *_non_ascii(text))


def _non_ascii(text: str) -> tuple[Fault, ...]:
    if text.isascii():
        return ()
    return tuple(
        Fault("non-ascii", "characters outside ASCII", found.start(), found.end())
        for found in _NON_ASCII.finditer(text)
    )


def _head_faults(found: TagList, text: str) -> tuple[Fault, ...]:
    faults = () if found.get("v") is None else tags.version_fault(found, text, "DKIM1")
    if found.get("p") is None:
        faults += (Fault("missing-key", "there is no p=", 0, len(text)),)
    kind = found.get("k")
    if kind and kind.value.lower() not in ("rsa", "ed25519"):
        faults += (tags.invalid(kind, "unknown-key-type", "rsa or ed25519"),)
    return faults


def _text_faults(tag: Tag | None) -> tuple[Fault, ...]:
    """What does not belong into base64; a quotation mark is told apart, for it tells how it came there."""
    if tag is None:
        return ()
    if _SOUND.match(tag.value):
        return ()
    quotes = _QUOTES.finditer(tag.value)
    others = _NOT_BASE64.finditer(_QUOTES.sub(lambda each: " " * len(each[0]), tag.value))
    return tuple(_in_key(tag, "key-has-quotes", each, "inside p=") for each in quotes) + tuple(
        _in_key(tag, "key-not-base64", each, "is not base64") for each in others
    )


def _in_key(tag: Tag, code: str, found: re.Match[str], what: str) -> Fault:
    return Fault(code, f"{found[0][:20]} {what}", tag.start + found.start(), tag.start + found.end())


def _read_key(found: TagList, key_type: str, key: str) -> tuple[int, tuple[Fault, ...]]:
    tag = found.get("p")
    assert tag is not None
    bits, code, text = _size(key_type, key)
    return bits, (Fault(code, text, tag.start, tag.end),) if code else ()


def _size(key_type: str, key: str) -> tuple[int, str, str]:
    """The bits of a key, or the code and words of what is wrong with it."""
    if not _BASE64.match(key):
        return 0, "key-not-base64", "= stands inside the base64 text"
    bare = key.rstrip("=")
    octets = binascii.a2b_base64(bare[: len(bare) - (len(bare) % 4 == 1)] + "===")
    if key_type == "ed25519":
        return _ed25519_size(octets)
    if key_type != "rsa":
        return 0, "", ""
    bits, code, text = _rsa_size(octets)
    if bits and len(key) % 4:
        return bits, "key-not-base64", "the padding (=) of the base64 text is wrong"
    return bits, code, text


def _ed25519_size(octets: bytes) -> tuple[int, str, str]:
    if len(octets) == _ED25519_OCTETS:
        return 256, "", ""
    return 0, "ed25519-wrong-length", f"an Ed25519 key has {_ED25519_OCTETS} octets, this one {len(octets)}"


def _rsa_size(octets: bytes) -> tuple[int, str, str]:
    # Imported here: a run that parses no key must not pay for it.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        return 0, "key-truncated", "the key cannot be read: it is cut short or damaged"
    if not isinstance(key, RSAPublicKey):
        return 0, "key-type-mismatch", "k= says rsa, the key is of another type"
    return key.key_size, "", ""


def _listed(found: TagList, name: str) -> tuple[str, ...]:
    items = (each.strip(tags.BLANK).lower() for each in found.value(name).split(":"))
    return tuple(each for each in items if each)
