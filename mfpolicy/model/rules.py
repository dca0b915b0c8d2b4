"""A rule, a profile and the examples that prove a rule."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mfpolicy.model.places import Place

Severity = Literal["error", "warning", "note"]
Parameter = bool | int | str | list[str]
# Weakest first: each holds the rules of those before it.
PROFILES = ("baseline", "recommended", "hardened")


class ExampleBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stood there before: as in `Example`, where `files`, `tenant`, `on_premises` and `intent` are the
    example's own unless given."""

    zones: dict[str, Any] = {}
    files: dict[str, str] | None = None
    tenant: dict[str, Any] | None = None
    on_premises: dict[str, Any] | None = None
    intent: dict[str, Any] | str | None = None


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Real inputs. `zones`: zone name -> octoDNS YAML (a mapping, or the file's text). `dns`: "NAME TYPE" to
    records or a response code, with "otherwise": "NXDOMAIN" for the rest. `policies`: domain -> the text of
    its MTA-STS policy, or an outcome such as NOT-FOUND. `certificates`: host -> the certificate that it
    shows, DER in base64 and after a blank why it is not trusted, or an outcome such as NO-STARTTLS.
    `files`: path -> text, what the intent refers to. `tenant`: cmdlet -> the objects that it gave, or FAILED;
    beside them the keys of tenant.v1, where `taken` is the example's day unless given; `on_premises`: the
    same of one's own Exchange servers. `base`: what it is compared with, if a change is judged. `message`:
    what a finding says."""

    name: str
    zones: dict[str, Any] = {}
    dns: dict[str, Any] = {}
    policies: dict[str, str] = {}
    certificates: dict[str, str] = {}
    files: dict[str, str] = {}
    tenant: dict[str, Any] = {}
    on_premises: dict[str, Any] = {}
    intent: dict[str, Any] | str = {}
    base: ExampleBase | None = None
    today: str = "2026-11-23"
    message: str = ""


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Neighbours to leave alone, faults to find, and inputs that cannot be judged."""

    good: list[Example] = []
    bad: list[Example] = []
    unknown: list[Example] = []


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One judgement, as its file says it. Conditions are CEL over the facts of the subject `about`; `topic`
    is the folder that it stands in."""

    id: str
    slug: str
    title: str
    severity: Severity
    profile: Literal["baseline", "recommended", "hardened"] = "baseline"
    controls: dict[str, list[str]] = {}
    about: str
    each: str = ""
    key: list[str] = []
    measure: str = ""
    when: str = "true"
    assert_: str = msgspec.field(name="assert")
    params: dict[str, Parameter] = {}
    message: str
    at: str = ""
    rationale: str
    remedy: str
    references: list[str] = []
    since: str = "0.1"
    topic: str = ""
    waivable: bool = True
    examples: Examples = Examples()
    place: Place | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules hold, how severe each is and with which parameters; keys are rule ids or slugs."""

    name: str
    title: str = ""
    includes: str = "baseline"
    severities: dict[str, Literal["error", "warning", "note", "off"]] = {}
    params: dict[str, dict[str, Parameter]] = {}
