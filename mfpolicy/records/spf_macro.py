"""SPF macro strings: what may stand in a domain-spec or explanation, and what it expands to (RFC 7208, 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

LETTERS = frozenset("slodiphv")
EXPLANATION_LETTERS = LETTERS | frozenset("crt")

_MACRO = re.compile(r"%(?:\{([A-Za-z])([0-9]*)([rR]?)([.\-+,/_=]*)\}|([%_-])|)")
_LITERALS = {"%": "%", "_": " ", "-": "%20"}
_TOP_LABEL = re.compile(r"\.([A-Za-z0-9-]+)\.?\Z")
_LONGEST_NAME = 253


def has_macro(text: str) -> bool:
    """Whether the text means something else than itself."""
    return "%" in text


def letters(text: str) -> frozenset[str]:
    """The macro letters that the text uses, in lower case."""
    return frozenset(match[1].lower() for match in _MACRO.finditer(text) if match[1])


def macro_fault(text: str, allowed: frozenset[str] = LETTERS) -> str:
    """What is wrong with the macros of a macro-string, in words; "" if nothing (RFC 7208, 7.1)."""
    for match in _MACRO.finditer(text):
        if match[0] == "%":
            return "'%' starts no macro; a percent sign is written '%%'"
        if match[1] and match[1].lower() not in allowed:
            return f"macro '{match[0]}' has a letter that may not stand here"
        if match[2] and not match[2].strip("0"):
            return f"macro '{match[0]}' keeps no label"
    return ""


def domain_fault(text: str) -> str:
    """What is wrong with the end of a domain-spec, in words; "" if nothing (RFC 7208, 7.1 domain-end)."""
    macros = [match.end() for match in _MACRO.finditer(text) if match[0] != "%"]
    if macros and macros[-1] == len(text):
        return ""
    found = _TOP_LABEL.search(text)
    if found is None or found.start() < (macros[-1] if macros else 0):
        return f"'{text}' does not end in a dot and a top-level domain"
    label = found[1]
    if label.startswith("-") or label.endswith("-") or label.isdigit():
        return f"'{label}' is no top-level domain"
    return ""


def expand(text: str, value: Callable[[str], str]) -> str:
    """A macro-string with its macros replaced; `value` gives each letter's value (RFC 7208, 7.3).

    The text must have no `macro_fault`.
    """
    return _MACRO.sub(lambda match: _expanded(match, value), text)


def _expanded(match: re.Match[str], value: Callable[[str], str]) -> str:
    if match[5]:
        return _LITERALS[match[5]]
    if not match[1]:
        return match[0]
    result = _transformed(value(match[1].lower()), match[2], bool(match[3]), match[4] or ".")
    return quote(result, safe="-._~") if match[1].isupper() else result


def _transformed(text: str, digits: str, backwards: bool, delimiters: str) -> str:
    if not digits and not backwards and delimiters == ".":
        return text
    parts = re.split(f"[{re.escape(delimiters)}]", text)
    if backwards:
        parts.reverse()
    # More digits than any name has labels keep all of them.
    keep = int(digits) if digits and len(digits) < 4 else len(parts)
    return ".".join(parts[-keep:])


def shortened(name: str) -> str:
    """An expanded name cut from the left by labels to the 253 characters DNS allows (RFC 7208, 7.3)."""
    name = name.removesuffix(".")
    if len(name) <= _LONGEST_NAME:
        return name
    dot = name.find(".", len(name) - _LONGEST_NAME - 1)
    return name[dot + 1 :] if dot >= 0 else ""
