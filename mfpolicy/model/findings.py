"""What was judged."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

import msgspec

from mfpolicy.model.changes import NameChange, Plan
from mfpolicy.model.dns import Question, Unknown
from mfpolicy.model.intent import Waiver
from mfpolicy.model.places import Place
from mfpolicy.model.rules import Rule, Severity

Status = Literal["new", "existing", "fixed", "worsened"]


class Verdict(StrEnum):
    """How a rule judged a subject."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Subject(msgspec.Struct, frozen=True, order=True):
    """What a rule is about: a kind of DESIGN's word list, and its name."""

    kind: str
    name: str


class Age(msgspec.Struct, frozen=True):
    """When what is known of a subject was seen (`as_of`, for people; empty: now), and why that may no longer
    hold. `of` is the path of the facts that this is said of; empty for all."""

    as_of: str = ""
    doubt: Unknown | None = None
    of: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """A fact that the rule read: its path, its value as JSON, and where it was seen."""

    fact: str
    value: Any
    place: Place | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A fail or an unknown. Its identity is rule, subject and key; never text, line, file or message.

    `measure` tells how bad it is, higher for worse, where the rule measures that, and `measured` how bad the
    subject was before, whether the rule found fault with it then or not. `touched`: the change
    alters what is known of the subject. `as_of` is when that was seen, where it was not now."""

    rule: Rule
    severity: Severity
    verdict: Verdict
    subject: Subject
    key: tuple[str, ...] = ()
    message: str
    place: Place | None = None
    evidence: tuple[Evidence, ...] = ()
    unknown: Unknown | None = None
    status: Status | None = None
    waiver: Waiver | None = None
    measure: int | None = None
    measured: int | None = None
    touched: bool = False
    as_of: str = ""

    @property
    def said(self) -> str:
        """The message, with the day on which that was seen."""
        return f"{self.message}, as of {self.as_of}" if self.as_of else self.message


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A line of the ledger: what all rules about one subject said, a verdict for each. `rules` is one and the
    same for all subjects of a kind, and equal `verdicts` are held once: a provider has millions."""

    subject: Subject
    rules: tuple[Rule, ...]
    verdicts: tuple[Verdict, ...]


class Input(msgspec.Struct, frozen=True):
    """A file that was judged, with the SHA-256 of its bytes."""

    file: str
    sha256: str


class Drift(msgspec.Struct, frozen=True):
    """One record set that live DNS holds otherwise than the repository; an empty side has no such record.

    The values are sorted and in one spelling, each after its own type: `CNAME a.example.org`. `kept` is for
    how many seconds resolvers may go on saying what live DNS says now, None where that is not known.
    """

    name: str
    type: str
    proposed: tuple[str, ...]
    live: tuple[str, ...]
    place: Place | None = None
    kept: int | None = None


class Portrait(msgspec.Struct, frozen=True):
    """What was seen of one domain, in words: (topic, what stands there)."""

    name: str
    lines: tuple[tuple[str, str], ...]


class Declaration(msgspec.Struct, frozen=True):
    """What an intent says of a domain, in words, and where."""

    words: str
    place: Place


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run. `idle` counts the rules about a tenant where none is declared. `base` names what it was
    compared with (empty: nothing), `added` are the waivers that base does not have. `uncompared` are the
    record sets of the repository that live DNS did not answer for. `declared` tells where the intent speaks
    of a domain that has findings. `incomplete` says in one sentence why the world could not be asked at all,
    or is not yet what was waited for (empty: neither). `changes` are the names of mail that the change
    touches, `plans` safe orders for what it does, and `why` the subjects of its commits, for whoever asked
    what it means."""

    ledger: tuple[Judged, ...] = ()
    findings: tuple[Finding, ...] = ()
    rules: tuple[Rule, ...] = ()
    idle: int = 0
    profile: str = "baseline"
    base: str = ""
    added: tuple[Waiver, ...] = ()
    zones: int = 0
    records: int = 0
    inputs: tuple[Input, ...] = ()
    drift: tuple[Drift, ...] = ()
    uncompared: tuple[Question, ...] = ()
    portraits: tuple[Portrait, ...] = ()
    declared: Mapping[str, Declaration] = {}
    changes: tuple[NameChange, ...] = ()
    plans: tuple[Plan, ...] = ()
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    incomplete: str = ""
    today: str = ""
