"""DNS as it is asked, answered and proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal, Protocol

import msgspec

from mfpolicy.model.places import Place


class Question(msgspec.Struct, frozen=True, order=True):
    """What may be asked: a normal name and a type in capitals."""

    name: str
    type: str


class Reason(StrEnum):
    """Why an answer is missing. The first is ours to mend by asking; the others are the world's."""

    NOT_ASKED = "not asked"
    TIMEOUT = "timed out"
    SERVFAIL = "answered SERVFAIL"
    REFUSED = "answered REFUSED"
    FORMERR = "answered FORMERR"
    NOTIMP = "answered NOTIMP"
    BADREPLY = "gave a reply that is no answer"
    UNREACHABLE = "could not be reached"
    NOT_PUBLIC = "stands at an address that is not public, and is not fetched from there"
    NOT_SERVED = "is not answered by its new name servers yet"
    UNREADABLE = "could not be read in its zone file"
    NOT_APPLIED = "is known only once the change is applied"
    LOOP = "is a loop of CNAME records"
    TOO_LARGE = "is too large to follow"
    NOT_EXPORTED = "is not in the export"
    EXPORT_FAILED = "failed when the tenant was exported"
    CUT_SHORT = "was cut short when it was exported"
    TOO_OLD = "is older than the intent allows"
    UNDATED = "has no date, so nobody knows whether it still holds"
    OTHER_TENANT = "is of another tenant than the declared one, or of several"
    NOT_READ = "could not be read"


class NoAnswer(msgspec.Struct, frozen=True, order=True):
    """One question without an answer."""

    question: Question
    reason: Reason


class Unknown(msgspec.Struct, frozen=True):
    """A value that could not be computed, because these questions have no answer."""

    because: tuple[NoAnswer, ...]

    @property
    def not_asked(self) -> bool:
        """Whether asking might still settle it: nothing but unasked questions stands in the way."""
        return all(item.reason is Reason.NOT_ASKED for item in self.because)


def unknown(name: str, type: str, reason: Reason) -> Unknown:
    """The unknown that one unanswered question makes."""
    return Unknown((NoAnswer(Question(name, type), reason),))


def joined(unknowns: Iterable[Unknown]) -> Unknown:
    """One unknown that gives every reason once, in a stable order."""
    return Unknown(tuple(sorted({item for each in unknowns for item in each.because})))


def all_of(values: Iterable[bool | Unknown]) -> bool | Unknown:
    """Whether all are true; one that is not decides."""
    found = tuple(values)
    if False in found:
        return False
    unknowns = [each for each in found if isinstance(each, Unknown)]
    return joined(unknowns) if unknowns else True


def any_of(values: Iterable[bool | Unknown]) -> bool | Unknown:
    """Whether any is true; those after the first that is are never looked at."""
    unknowns = []
    for each in values:
        if each is True:
            return True
        if isinstance(each, Unknown):
            unknowns.append(each)
    return joined(unknowns) if unknowns else False


def negated(value: bool | Unknown) -> bool | Unknown:
    """The contrary; what is unknown stays so."""
    return value if isinstance(value, Unknown) else not value


class Record(msgspec.Struct, frozen=True):
    """One resource record.

    `name` is normal, `type` in capitals (ALIAS for every provider's address alias). `value` is a TXT
    record's text with its character-strings joined, one character an octet (U+0000 to U+00FF); for other
    types the presentation format as written, where a name without final dot is absolute. `strings` holds
    a TXT record's character-strings where the source tells them apart.
    """

    name: str
    type: str
    value: str
    ttl: int | None = None
    strings: tuple[str, ...] = ()
    place: Place | None = None


class Answer(msgspec.Struct, frozen=True):
    """What DNS says to a question: records, or none (NODATA), or that the name does not exist (NXDOMAIN).

    `name` is where the records stand, after the CNAME records of `chain` were followed; `exists` speaks
    of that name. `wildcard` tells that the owner was made up by a wildcard.
    """

    name: str
    records: tuple[Record, ...] = ()
    exists: bool = True
    chain: tuple[Record, ...] = ()
    wildcard: bool = False


class View(Protocol):
    """One complete picture of DNS."""

    def ask(self, name: str, type: str) -> Answer | Unknown:
        """The records of a type at a normal name, CNAME records followed (not for the type CNAME itself)."""
        ...

    def exists(self, name: str) -> bool | Unknown:
        """Whether a name is there with any type, or has something below it (RFC 8020)."""
        ...

    def apex(self, name: str) -> str:
        """The zone of the repository that answers for a normal name; empty where none does."""
        ...

    def policy(self, domain: str) -> PolicyFile | Unknown:
        """The MTA-STS policy file of a normal name, in the repository or as fetched."""
        ...

    def certificate(self, host: str) -> HostCertificate | Unknown:
        """What a host, a normal name, shows to who asks for STARTTLS."""
        ...


Authority = Literal["full", "partial"]


class Shared(msgspec.Struct, frozen=True):
    """Record sets of a zone that somebody else may keep too: owners and, unless it is empty, their targets by
    patterns as `model.patterns.matches` reads them; every type where `types` is empty."""

    owners: str
    types: frozenset[str] = frozenset()
    targets: str = ""


class Zone(msgspec.Struct, frozen=True):
    """One zone as a source proposes it.

    Under `full` authority an absent name is gone; under `partial` it may exist elsewhere. The records of
    an owner in `unreadable` are unknown, not absent, and so are the record sets in `unread`; so is the whole
    zone when its apex is among them and `readable` is false. Owners in `unmanaged` are left to whatever DNS
    says, and so is what the zone lacks of those in `shared`. Record sets in `absent` are not there, also
    under `partial` authority; those in `awaited` get their values only when the change is applied. Those in
    `partly` may have more records than the zone tells: what DNS says of them is there too, without what is in
    `replaced`. `removed` are the records that the source itself says it takes away, each where it says so.
    """

    name: str
    records: tuple[Record, ...] = ()
    authority: Authority = "full"
    readable: bool = True
    unreadable: frozenset[str] = frozenset()
    unread: frozenset[Question] = frozenset()
    unmanaged: frozenset[str] = frozenset()
    shared: tuple[Shared, ...] = ()
    absent: frozenset[Question] = frozenset()
    awaited: frozenset[Question] = frozenset()
    partly: frozenset[Question] = frozenset()
    replaced: tuple[Record, ...] = ()
    removed: tuple[Record, ...] = ()
    file: str = ""
    place: Place | None = None


Rcode = Literal[
    "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP", "BADREPLY", "UNREACHABLE", "TIMEOUT"
]


class Reply(msgspec.Struct, frozen=True):
    """What stood in one reply; values as in `Record`, a TXT record also as its character-strings."""

    rcode: Rcode
    ttl: int | None = None
    records: tuple[str | tuple[str, ...], ...] = ()


Outcome = Literal["FETCHED", "NOT-FOUND", "REDIRECT", "CERTIFICATE", "TOO-LARGE", "BAD-REPLY"]
Failure = Literal["TIMEOUT", "UNREACHABLE", "NOT-PUBLIC"]
# What a question about a policy file is of: no type of DNS, so that it is never asked there.
POLICY = "MTA-STS policy"


class PolicyFile(msgspec.Struct, frozen=True):
    """What stands at a domain's MTA-STS policy URL (RFC 8461, 3.3): a text, or in words why there is none.

    Under TIMEOUT, UNREACHABLE and NOT-PUBLIC nobody knows; every other outcome is what senders meet too.
    """

    outcome: Outcome | Failure
    text: str = ""
    detail: str = ""
    place: Place | None = None


CertificateOutcome = Literal["SHOWN", "NO-STARTTLS", "NO-ADDRESS", "BAD-REPLY"]
CertificateFailure = Literal["TIMEOUT", "UNREACHABLE", "NOT-PUBLIC", "REFUSED"]
# The same for a question about the certificate of a host.
CERTIFICATE = "STARTTLS certificate"


class HostCertificate(msgspec.Struct, frozen=True):
    """What a host shows to who asks for STARTTLS on port 25 (RFC 3207): its certificate in DER and base64, or
    in words why none. `distrust` says why its chain leads to no public root (empty: it does).

    Under TIMEOUT, UNREACHABLE, NOT-PUBLIC and REFUSED nobody knows: it may answer others. Every other outcome
    is what senders meet too.
    """

    outcome: CertificateOutcome | CertificateFailure
    certificate: str = ""
    distrust: str = ""
    detail: str = ""


class Silence(Exception):
    """No name server has answered anything at all; the text says which, in one sentence."""


class Answers(msgspec.Struct, frozen=True):
    """Recorded replies, by domain the policy files that were fetched, and by host the certificates that were
    shown. A question that is not here was not asked; with `closed`, its name does not exist."""

    replies: Mapping[Question, Reply] = {}
    closed: bool = False
    policies: Mapping[str, PolicyFile] = {}
    certificates: Mapping[str, HostCertificate] = {}
