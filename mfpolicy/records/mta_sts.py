"""MTA-STS: the record that announces a policy (RFC 8461, 3.1) and the policy's text (3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from mfpolicy.model.names import normal
from mfpolicy.records import tags
from mfpolicy.records.faults import Fault
from mfpolicy.records.hosts import is_host
from mfpolicy.records.tags import Tag, TagList

_MEANT = re.compile(r"[\s\"']*v\s*=\s*stsv1(?![a-z0-9])", re.IGNORECASE)
_BEGINS = re.compile(r"v[ \t]*=[ \t]*STSv1[ \t]*;")
_ID = re.compile(r"[A-Za-z0-9]{1,32}\Z")
_AGE = re.compile(r"[0-9]{1,10}\Z")
# The largest max_age, and the size at which a policy may be refused (RFC 8461, 3.2 and 3.3).
LARGEST_AGE = 31557600
LONGEST_POLICY = 65536
MODES = ("enforce", "testing", "none")
_SINGLE = ("version", "mode", "max_age")


class MtaSts(msgspec.Struct, frozen=True, kw_only=True):
    """One record at `_mta-sts`. `id` is empty where it is absent or invalid."""

    text: str
    id: str = ""
    tags: tuple[Tag, ...] = ()
    faults: tuple[Fault, ...] = ()


class MtaStsPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy. `mode` is empty and `max_age` -1 where absent or invalid; `mx` are the valid patterns."""

    text: str
    version: str = ""
    mode: str = ""
    max_age: int = -1
    mx: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    key: str
    value: str
    start: int
    end: int


def is_mta_sts(text: str) -> bool:
    """Whether a TXT record is one of MTA-STS: it begins with v=STSv1; (RFC 8461, 3.1)."""
    return _BEGINS.match(text) is not None


def is_misspelt(text: str) -> bool:
    """Whether a TXT record was meant to be one of MTA-STS, and readers take it for another text: the version
    in other letters, or not at the very beginning."""
    return _MEANT.match(text) is not None and not is_mta_sts(text)


def parse(text: str) -> MtaSts:
    """The record of a text. Codes: invalid-version, missing-id, invalid-id, and those of tags.read."""
    found = tags.read(text)
    valid = found.value("id") if _ID.match(found.value("id")) else ""
    faults = found.faults + tags.version_fault(found, text, "STSv1") + _id_faults(found, text)
    return MtaSts(text=text, id=valid, tags=found.tags, faults=faults)


def format(record: MtaSts) -> str:
    """The record's text with one spelling of blanks and separators."""
    return tags.format(record.tags)


def parse_policy(text: str) -> MtaStsPolicy:
    """The policy of a text (RFC 8461, 3.2).

    Codes: policy-too-long, malformed-line, duplicate-key, missing-key, invalid-version, invalid-mode,
    invalid-max-age, invalid-mx, missing-mx. Unknown keys are extensions and left alone.
    """
    if len(text) > LONGEST_POLICY:
        long = Fault("policy-too-long", f"longer than {LONGEST_POLICY} characters", 0, len(text))
        return MtaStsPolicy(text=text, faults=(long,))
    lines, malformed = _lines(text)
    first = {line.key: line for line in reversed(lines)}
    mode = first["mode"].value if "mode" in first else ""
    age = first["max_age"].value if "max_age" in first else ""
    patterns = tuple(normal(line.value) for line in lines if line.key == "mx" and _is_pattern(line.value))
    return MtaStsPolicy(
        text=text,
        version=first["version"].value if "version" in first else "",
        mode=mode if mode in MODES else "",
        max_age=int(age) if _is_age(age) else -1,
        mx=patterns,
        faults=malformed + tuple(_policy_faults(lines, first, text)),
    )


def format_policy(policy: MtaStsPolicy) -> str:
    """The policy's text with what could be read, one key a line."""
    lines = [("version", policy.version), ("mode", policy.mode)]
    lines += [("mx", pattern) for pattern in policy.mx]
    lines += [("max_age", str(policy.max_age))] if policy.max_age >= 0 else []
    return "".join(f"{key}: {value}\n" for key, value in lines if value)


def matches(pattern: str, host: str) -> bool:
    """Whether an mx pattern covers a normal name; `*.` stands for one whole label (RFC 8461, 4.1)."""
    if not pattern.startswith("*."):
        return pattern == host
    label, _, rest = host.partition(".")
    return bool(label) and rest == pattern[2:]


def _id_faults(found: TagList, text: str) -> tuple[Fault, ...]:
    tag = found.get("id")
    if tag is None:
        return (Fault("missing-id", "there is no id=", 0, len(text)),)
    return () if _ID.match(tag.value) else (tags.invalid(tag, "invalid-id", "1 to 32 letters and digits"),)


def _lines(text: str) -> tuple[list[_Line], tuple[Fault, ...]]:
    lines: list[_Line] = []
    faults: list[Fault] = []
    at = 0
    for raw in text.split("\n"):
        body = raw.removesuffix("\r")
        key, colon, value = body.partition(":")
        value = value.strip(" \t")
        if colon and key.strip(" \t") == key and key:
            end = at + len(body.rstrip(" \t"))
            lines.append(_Line(key, value, end - len(value), end))
        elif body.strip(" \t"):
            faults.append(Fault("malformed-line", f"'{body[:40]}' is not key: value", at, at + len(body)))
        at += len(raw) + 1
    return lines, tuple(faults)


def _policy_faults(lines: list[_Line], first: dict[str, _Line], text: str) -> Iterator[Fault]:
    for key in _SINGLE:
        if key not in first:
            yield Fault("missing-key", f"there is no {key}", 0, len(text))
    for line in lines:
        if line.key in _SINGLE and line is not first[line.key]:
            yield Fault("duplicate-key", f"{line.key} is there more than once", line.start, line.end)
        elif (code := _line_fault(line)) is not None:
            yield Fault(code, f"{line.key}: {line.value[:80]} is not valid", line.start, line.end)
    # Only a policy that asks for nothing may name no host.
    if "mx" not in first and not ("mode" in first and first["mode"].value == "none"):
        yield Fault("missing-mx", "there is no mx", 0, len(text))


def _line_fault(line: _Line) -> str | None:
    if line.key == "version" and line.value != "STSv1":
        return "invalid-version"
    if line.key == "mode" and line.value not in MODES:
        return "invalid-mode"
    if line.key == "max_age" and not _is_age(line.value):
        return "invalid-max-age"
    return "invalid-mx" if line.key == "mx" and not _is_pattern(line.value) else None


def _is_age(value: str) -> bool:
    return _AGE.match(value) is not None and int(value) <= LARGEST_AGE


def _is_pattern(value: str) -> bool:
    return is_host(normal(value).removeprefix("*."))
