"""The shape of `diff.v1`: a contract, published as a schema and held by the suite."""

from __future__ import annotations

from typing import Literal

from mfpolicy.model.changes import Source, Status
from mfpolicy.output.report_v1 import Finding, Input, Location, Tool, Waiver, _Strict


class Topic(_Strict, frozen=True):
    """One topic of a name in words: what was, what will be, what is lost and gained. `open` says what is not
    known (empty: all is)."""

    name: str
    before: str
    after: str
    lost: list[str]
    gained: list[str]
    remarks: list[str]
    open: str


class RecordSet(_Strict, frozen=True):
    """A record set that differs, each value after its type; an empty list: no such record. `ttl` is what it
    was, `kept` for how many seconds resolvers may go on saying what was before, by `source`."""

    name: str
    type: str
    before: list[str]
    after: list[str]
    ttl: int | None
    kept: int | None
    source: Source


class NameChange(_Strict, frozen=True):
    """What the change does to a domain or a selector."""

    name: str
    kind: str
    status: Status
    topics: list[Topic]
    records: list[RecordSet]
    location: Location | None


class Step(_Strict, frozen=True):
    """One step, and how many seconds to wait after it."""

    do: str
    wait: int


class Plan(_Strict, frozen=True):
    """A safe order for what the change does at once."""

    title: str
    why: str
    steps: list[Step]


class DiffV1(_Strict, frozen=True):
    """The whole document. `base` names what the change starts from, `findings` are those that are the
    change's doing, the worst first, `waivers_added` the waivers that it brings. `why` are the subjects of its
    commits. `incomplete` says in one sentence why the world could not be asked; empty: it could, or was not
    to be."""

    version: Literal[1]
    base: str
    today: str
    profile: str
    incomplete: str
    findings: list[Finding]
    waivers_added: list[Waiver]
    changes: list[NameChange]
    plans: list[Plan]
    why: list[str]
    notes: list[str]
    inputs: list[Input]
    tool: Tool
