"""What a change means for mail, in words that an approver reads."""

from __future__ import annotations

from typing import Literal

import msgspec

from mfpolicy.model.places import Place

Source = Literal["live DNS", "the zone as it was", ""]
Status = Literal["new", "changed", "gone"]


class Topic(msgspec.Struct, frozen=True):
    """One topic of a name (MX, SPF, DMARC, ...): what was, what will be, what is lost and gained; `remarks`
    are sentences beside that, and `open` says what is not known (empty: all is)."""

    name: str
    before: str = ""
    after: str = ""
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    open: str = ""


class RecordSet(msgspec.Struct, frozen=True):
    """A record set that differs, each value after its type, with its TTL in seconds as it was (None: not
    said).

    Resolvers may go on saying what was before for `kept` seconds, None where nobody knows; `source` is who
    says so."""

    name: str
    type: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    ttl: int | None = None
    kept: int | None = None
    source: Source = ""


class NameChange(msgspec.Struct, frozen=True):
    """What a change does to a name of mail: a domain, or a DKIM selector. `status` is new for a name that was
    none before, gone for one that is none any more."""

    name: str
    kind: str
    status: Status
    topics: tuple[Topic, ...]
    records: tuple[RecordSet, ...] = ()
    place: Place | None = None


class Step(msgspec.Struct, frozen=True):
    """One step of a plan, and how many seconds to wait after it (0: none)."""

    do: str
    wait: int = 0


class Plan(msgspec.Struct, frozen=True):
    """A safe order for what a change does at once, and why in one sentence."""

    title: str
    why: str
    steps: tuple[Step, ...]
