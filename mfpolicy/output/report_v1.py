"""The shape of `report.v1`: a contract, published as a schema and held by the suite."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mfpolicy.model.rules import Severity

Verdict = Literal["pass", "fail", "unknown", "not_applicable"]
Status = Literal["new", "existing", "fixed", "worsened"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Location(_Strict, frozen=True):
    """Where it stands; line and column count from 1, 0 where only the file is known."""

    file: str
    line: int
    column: int


class Subject(_Strict, frozen=True):
    """What a rule is about."""

    kind: str
    name: str


class Evidence(_Strict, frozen=True):
    """A fact that the rule read, with its value."""

    fact: str
    value: Any
    location: Location | None


class Waiver(_Strict, frozen=True):
    """The accepted deviation that covers a finding; `expires` is its last day, empty where it names none."""

    rule: str
    subject: str
    reason: str
    owner: str
    approved_by: str
    expires: str
    ticket: str
    compensating: str
    location: Location | None


class Finding(_Strict, frozen=True):
    """A fail or an unknown. `fingerprint` stays while rule, subject and key do; `as_of` is when it was seen,
    where that was not now."""

    rule: str
    slug: str
    severity: Severity
    verdict: Verdict
    status: Status | None
    subject: Subject
    message: str
    as_of: str
    location: Location | None
    evidence: list[Evidence]
    waiver: Waiver | None
    controls: dict[str, list[str]]
    fingerprint: str


class Drift(_Strict, frozen=True):
    """One record set that live DNS holds otherwise than the repository, beside the findings; an empty list:
    no such record. The values are sorted, each after its own type. `kept`: seconds for which resolvers may
    go on saying what live DNS says now, where that is known."""

    name: str
    type: str
    repository: list[str]
    live: list[str]
    kept: int | None
    location: Location | None


class Uncompared(_Strict, frozen=True):
    """A record set of the repository that live DNS was asked for and did not answer."""

    name: str
    type: str


class Judged(_Strict, frozen=True):
    """One rule on one subject."""

    rule: str
    slug: str
    subject: Subject
    verdict: Verdict


class Summary(_Strict, frozen=True):
    """Counts. `verdict` counts judgements, `severity` fails that no waiver covers."""

    verdict: dict[Verdict, int]
    severity: dict[Severity, int]
    status: dict[Status, int]
    waived: int


class Input(_Strict, frozen=True):
    """A file that was read, with the SHA-256 of its bytes."""

    file: str
    sha256: str


class Tool(_Strict, frozen=True):
    """Who judged, with the SHA-256 of every rule."""

    name: str
    version: str
    rules: dict[str, str]


class ReportV1(_Strict, frozen=True):
    """The whole document. `base` names what the change was compared with (empty: nothing), `waivers_added`
    are those that base does not have. `incomplete` says in one sentence why the world could not be asked at
    all; empty: it could, or was not to be."""

    version: Literal[1]
    summary: Summary
    profile: str
    today: str
    base: str
    incomplete: str
    findings: list[Finding]
    waivers_added: list[Waiver]
    drift: list[Drift]
    uncompared: list[Uncompared]
    ledger: list[Judged]
    controls: dict[str, dict[str, Verdict]]
    waived_controls: dict[str, dict[str, list[str]]]
    inputs: list[Input]
    tool: Tool
