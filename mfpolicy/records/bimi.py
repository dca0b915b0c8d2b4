"""BIMI assertion records (draft-brand-indicators-for-message-identification, 4.2)."""

from __future__ import annotations

import re

import msgspec

from mfpolicy.records import tags
from mfpolicy.records.faults import Fault
from mfpolicy.records.tags import Tag, TagList
from mfpolicy.records.unknown_tags import unknown_faults

KNOWN = ("v", "l", "a", "avp", "lps")
_MEANT = re.compile(r"[\s\"']*v\s*=\s*bimi1(?![a-z0-9])", re.IGNORECASE)
_BEGINS = re.compile(r"v[ \t]*=[ \t]*BIMI1[ \t]*(?:;|\Z)")
# Images that mailboxes do not show: only SVG is allowed (Supported Image Formats for l= tag).
_OTHER_IMAGE = re.compile(r"[^?#]*\.(?:png|jpe?g|gif|webp|bmp|ico|tiff?|pdf)(?:[?#]|\Z)", re.IGNORECASE)
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[!-~]*\Z", re.IGNORECASE)


class Bimi(msgspec.Struct, frozen=True, kw_only=True):
    """One record. `location` and `authority` are empty where absent, empty or invalid.

    `declined` tells that the domain says it takes no part: `l=` is there and empty, and so is `a=` if given.
    """

    text: str
    location: str = ""
    authority: str = ""
    declined: bool = False
    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()


def is_bimi(text: str) -> bool:
    """Whether a TXT record is one of BIMI: it begins with v=BIMI1."""
    return _BEGINS.match(text) is not None


def is_misspelt(text: str) -> bool:
    """Whether a TXT record was meant to be one of BIMI, and readers take it for another text: the version
    in other letters, or not at the very beginning."""
    return _MEANT.match(text) is not None and not is_bimi(text)


def parse(text: str) -> Bimi:
    """The record of a text. Codes: invalid-version, missing-location, invalid-location, wrong-image-format,
    invalid-authority, unknown-tag, and those of tags.read."""
    found = tags.read(text)
    place = found.get("l")
    missing = () if place else (Fault("missing-location", "there is no l=", 0, len(text)),)
    return Bimi(
        text=text,
        location=_https(found, "l"),
        authority=_https(found, "a"),
        declined=place is not None and not place.value and not found.value("a"),
        tags=found.tags,
        faults=found.faults
        + tags.version_fault(found, text, "BIMI1")
        + missing
        + _url_faults(place, "invalid-location")
        + _image_faults(place)
        + _url_faults(found.get("a"), "invalid-authority")
        + unknown_faults(found, KNOWN),
    )


def format(record: Bimi) -> str:
    """The record's text with one spelling of blanks and separators."""
    return tags.format(record.tags)


def _https(found: TagList, name: str) -> str:
    return found.value(name) if _HTTPS.match(found.value(name)) else ""


def _url_faults(tag: Tag | None, code: str) -> tuple[Fault, ...]:
    if tag is None or not tag.value or _HTTPS.match(tag.value):
        return ()
    return (tags.invalid(tag, code, "an https URL"),)


def _image_faults(tag: Tag | None) -> tuple[Fault, ...]:
    if tag is None or not _HTTPS.match(tag.value) or not _OTHER_IMAGE.match(tag.value):
        return ()
    return (tags.invalid(tag, "wrong-image-format", "an SVG image"),)
