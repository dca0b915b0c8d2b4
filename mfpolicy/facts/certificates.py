"""Certificates of connectors: those in files beside the intent, and those that hosts show."""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.certificate_uses import UseFacts, smart_hosts, uses_of
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.study import Look, Study, given
from mfpolicy.facts.tenant.connector_values import names_host
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.values import all_unknown
from mfpolicy.model.dns import CERTIFICATE, HostCertificate, Reason, Unknown, View, unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent_tenant import CertificateIntent
from mfpolicy.model.names import normal
from mfpolicy.model.places import Place
from mfpolicy.records.certificate import Certificate, Chain, parse
from mfpolicy.records.certificate_file import NotACertificate

FILE = "file"  # what a question to a certificate's file is of
_FAILURES = {
    "TIMEOUT": Reason.TIMEOUT,
    "UNREACHABLE": Reason.UNREACHABLE,
    "NOT-PUBLIC": Reason.NOT_PUBLIC,
    "REFUSED": Reason.REFUSED,
}


class SuccessionFacts(msgspec.Struct, frozen=True):
    """A certificate beside the one whose file is `current`, of the same name; `known` is false where there is
    no such file, or where it is that one itself. `same`: it is the very same. `renamed`: the text of its
    issuer or of its subject differs. `ends_later` and `gap_days` tell whether it ends after the other, and
    for how many days there is neither. `client_auth` is whether the other is for clients too."""

    known: bool = False
    same: bool = False
    renamed: bool = False
    ends_later: bool = False
    gap_days: int = 0
    client_auth: bool = False


class CertificateFacts(msgspec.Struct, frozen=True):
    """A certificate. `role` is current or next, for files, or shown, by a `host` that was asked by STARTTLS;
    `certificate` is its name in the intent, empty for that of a smart host which the intent does not name.

    `present`: there is one; else `trouble` says why a host shows none. `subject` and `issuer` are as Exchange
    writes them, and `exchange_name` is what TlsCertificateName would say. `names` are its DNS names.
    `begins` and `ends` are days with their distance, for messages; `days_until` counts to the first day of
    it, 0 if that is over, and `days_left` to its last. A `third` and a `sixth` of its lifetime are in days.
    `key_type` is rsa, ec, ed25519, ed448 or other. `chain_complete`: its file holds the chain up to a root.
    `trusted`: a host's chain leads to a public root; else `distrust` says why not, and of files nobody knows.
    `serves`: hosts show it. `unnamed` are those of its hosts that it does not name. `uses` are the
    connectors that rely on it; `needs_public` is false only where none of them verifies it. `has_next`: the
    intent names what follows it. `renewal` tells who renews it, for messages. `expected`: a host shows what
    one of the files holds, or there is none to compare.
    """

    name: str
    certificate: str
    role: str
    host: str
    owner: str
    renewal: str
    has_next: bool
    serves: bool
    present: bool | Unknown
    trouble: str | Unknown = ""
    subject: str | Unknown = ""
    issuer: str | Unknown = ""
    exchange_name: str | Unknown = ""
    names: tuple[str, ...] | Unknown = ()
    not_before: str | Unknown = ""
    not_after: str | Unknown = ""
    begins: str | Unknown = ""
    ends: str | Unknown = ""
    days_until: int | Unknown = 0
    days_left: int | Unknown = 0
    lifetime_days: int | Unknown = 0
    third_of_lifetime_days: int | Unknown = 0
    sixth_of_lifetime_days: int | Unknown = 0
    key_type: str | Unknown = ""
    bits: int | Unknown = 0
    signature_hash: str | Unknown = ""
    server_auth: bool | Unknown = False
    client_auth: bool | Unknown = False
    authority: bool | Unknown = False
    self_signed: bool | Unknown = False
    chain_complete: bool | Unknown = False
    trusted: bool | Unknown = False
    distrust: str | Unknown = ""
    unnamed: tuple[str, ...] | Unknown = ()
    uses: tuple[UseFacts, ...] | Unknown = ()
    needs_public: bool | Unknown = True
    expected: bool | Unknown = True
    succession: SuccessionFacts = SuccessionFacts()
    place: Place | None = None


class _Known(msgspec.Struct, frozen=True):
    """What is known of a certificate before anybody looks at it."""

    name: str
    role: str
    said: CertificateIntent
    host: str = ""

    def fields(self) -> dict[str, object]:
        """The facts that follow."""
        said = self.said
        return {
            "name": self.name,
            "certificate": "" if said.place is None else said.name,
            "role": self.role,
            "host": self.host,
            "owner": said.owner,
            "renewal": f"; renewed by {said.owner}" if said.owner else "",
            "has_next": bool(said.next),
            "serves": self.role == "shown" or bool(said.hosts),
            "place": said.place,
        }


def certificate_studies(declared: Declared, held: Held | None) -> Iterator[Study]:
    """Every certificate that the intent names, by its files and by its hosts, and those of smart hosts."""
    for said in declared.intent.tenant.certificates:
        for role, path in (("current", said.current), ("next", said.next)):
            if path:
                known = _Known(f"{said.name} ({role})", role, said)
                yield Study(Subject("certificate", known.name), given(_of_file(declared, held, known, path)))
        for host in dict.fromkeys(map(normal, said.hosts)):
            yield _of_host(declared, held, _Known(f"{said.name} at {host}", "shown", said, host))
    named = {normal(host) for said in declared.intent.tenant.certificates for host in said.hosts}
    for host in smart_hosts(held):
        if host not in named:
            said = CertificateIntent(host, hosts=(host,))
            yield _of_host(declared, held, _Known(f"smart host {host}", "shown", said, host))


def _of_file(declared: Declared, held: Held | None, known: _Known, path: str) -> CertificateFacts:
    chain = declared.certificates.get(path)
    if chain is None:
        return all_unknown(CertificateFacts, unknown(path, FILE, Reason.NOT_READ), known.fields())
    return _facts(declared, held, known, chain)


def _of_host(declared: Declared, held: Held | None, known: _Known) -> Study:
    def look(view: View, spf: SpfStudy) -> CertificateFacts:
        return _shown(declared, held, known, view.certificate(known.host))

    asked: Look = look
    return Study(Subject("certificate", known.name), asked, (asked,))


def _shown(
    declared: Declared, held: Held | None, known: _Known, found: HostCertificate | Unknown
) -> CertificateFacts:
    if isinstance(found, HostCertificate) and found.outcome in _FAILURES:
        found = unknown(known.host, CERTIFICATE, _FAILURES[found.outcome])
    if isinstance(found, Unknown):
        return all_unknown(CertificateFacts, found, known.fields())
    chain = _chain_of(found.certificate) if found.outcome == "SHOWN" else None
    if chain is None:
        trouble = found.detail or _WORDS[found.outcome]
        return CertificateFacts(**known.fields(), present=False, trouble=trouble)  # type: ignore[arg-type]
    facts = _facts(declared, held, known, chain)
    return msgspec.structs.replace(facts, trusted=not found.distrust, distrust=found.distrust)


def _facts(declared: Declared, held: Held | None, known: _Known, chain: Chain) -> CertificateFacts:
    leaf, today = chain.leaf, declared.today
    begins, ends = leaf.not_before.date(), leaf.not_after.date()
    lifetime = (leaf.not_after - leaf.not_before + datetime.timedelta(seconds=1)).days
    hosts = (known.host,) if known.host else tuple(map(normal, known.said.hosts))
    current = declared.certificates.get(known.said.current) if known.role == "next" else None
    uses = uses_of(held, known.said, leaf, hosts, current.leaf if current else None)
    return CertificateFacts(
        **known.fields(),  # type: ignore[arg-type]
        present=True,
        subject=leaf.subject,
        issuer=leaf.issuer,
        exchange_name=leaf.exchange_name,
        names=leaf.names,
        not_before=begins.isoformat(),
        not_after=ends.isoformat(),
        begins=_day(begins, today),
        ends=_day(ends, today),
        days_until=max(0, (begins - today).days),
        days_left=(ends - today).days,
        lifetime_days=lifetime,
        third_of_lifetime_days=lifetime // 3,
        sixth_of_lifetime_days=lifetime // 6,
        key_type=leaf.key_type,
        bits=leaf.bits,
        signature_hash=leaf.hash,
        server_auth=leaf.server_auth,
        client_auth=leaf.client_auth,
        authority=leaf.authority,
        self_signed=leaf.self_signed,
        chain_complete=chain.complete,
        unnamed=tuple(each for each in hosts if not names_host(leaf.names, each)),
        uses=uses,
        needs_public=isinstance(uses, Unknown)
        or not uses
        or any(each.verified is not False for each in uses),
        expected=_is_expected(declared, known, leaf),
        succession=_succession(declared, known, leaf),
    )


def _succession(declared: Declared, known: _Known, leaf: Certificate) -> SuccessionFacts:
    current = declared.certificates.get(known.said.current)
    if known.role != "next" or current is None:
        return SuccessionFacts()
    before = current.leaf
    return SuccessionFacts(
        known=True,
        same=leaf.fingerprint == before.fingerprint,
        renamed=leaf.exchange_name != before.exchange_name,
        ends_later=leaf.not_after > before.not_after,
        gap_days=max(0, (leaf.not_before.date() - before.not_after.date()).days),
        client_auth=before.client_auth,
    )


def _is_expected(declared: Declared, known: _Known, leaf: Certificate) -> bool | Unknown:
    """While a certificate is replaced, hosts show either."""
    paths = [each for each in (known.said.current, known.said.next) if each]
    if known.role != "shown" or not paths:
        return True
    files = [declared.certificates.get(each) for each in paths]
    if any(each is not None and each.leaf.fingerprint == leaf.fingerprint for each in files):
        return True
    return unknown(paths[files.index(None)], FILE, Reason.NOT_READ) if None in files else False


def _day(day: datetime.date, today: datetime.date) -> str:
    """`2026-12-14 (21 days)`."""
    days = (day - today).days
    words = f"{abs(days)} day{'s' * (abs(days) != 1)}"
    return f"{day.isoformat()} ({'today' if not days else words if days > 0 else f'{words} ago'})"


@lru_cache(maxsize=4096)
def _chain_of(text: str) -> Chain | None:
    """A certificate as a recording holds it; None where it is none."""
    try:
        return parse(base64.b64decode(text, validate=True))
    except (binascii.Error, NotACertificate):
        return None


_WORDS = {
    "SHOWN": "what it shows is no certificate",
    "NO-STARTTLS": "it offers no STARTTLS",
    "NO-ADDRESS": "it has no address",
    "BAD-REPLY": "it does not speak SMTP",
}
