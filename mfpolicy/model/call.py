"""What a command was asked, and how far it has come."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import msgspec

from mfpolicy.model.intent import ZoneSource

INTENT = "mailflow.yaml"  # the intent's name, where a call names none


class Progress(msgspec.Struct, frozen=True):
    """How far the asking is: questions so far, answers, answers in a second, and one that is awaited."""

    asked: int
    answered: int
    rate: float
    awaiting: str


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """How DNS is asked. `nameservers` as people write them, the system's if none; `timeout` in seconds for
    the first of `tries` tries; `probe`: hosts are asked for their
    certificates; `wait` seconds for live DNS to become what the repository says. `waiting` is
    told how many of them are left, and why."""

    nameservers: tuple[str, ...] = ()
    timeout: float
    tries: int
    fetch_policies: bool = False
    probe: bool = False
    wait: float = 0.0
    progress: Callable[[Progress], None] | None = None
    waiting: Callable[[float, str], None] | None = None


class TenantPaths(msgspec.Struct, frozen=True):
    """Where the export of a tenant lies, what a change would make of it, and where that of one's own servers
    lies; empty: not given."""

    live: str = ""
    proposed: str = ""
    premises: str = ""


NOWHERE = TenantPaths()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A call. Paths are relative to `folder`, nothing outside `roots` is read, and empty strings mean: not
    given. `names` are domains to judge as they are, `live` asks DNS for what is missing, and `recording` is
    the file that keeps what it said. `tenant` is an export, `proposed` what a change would make of it.

    `base` is what a change is compared with: a commit, a folder, `live`, or `none`; by itself the commit that
    started the run. `only` are topics, ids or slugs of the rules that are judged, all if none. `whole` judges
    everything, `brief` needs no report where nothing changed, `telling` wants to know what the change means,
    and so needs a base."""

    folder: str
    roots: tuple[str, ...]
    intent: str = ""
    names: tuple[str, ...] = ()
    zones: tuple[ZoneSource, ...] = ()
    tenant: str = ""
    proposed: str = ""
    answers: str = ""
    live: Live | None = None
    recording: str = ""
    profile: str = ""
    base: str = "none"
    only: tuple[str, ...] = ()
    whole: bool = False
    brief: bool = False
    telling: bool = False
    today: datetime.date

    @property
    def tenants(self) -> TenantPaths:
        """Where the tenant lies."""
        return TenantPaths(self.tenant, self.proposed)
