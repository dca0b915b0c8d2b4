"""What a receiver concludes from SPF for one message: check_host() (RFC 7208, section 4)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Literal

import msgspec

from mfpolicy.evaluate.spf_dns import (
    MAX_EXCHANGERS,
    MAX_LOOKUPS,
    MAX_REVERSE_NAMES,
    MAX_VOID_LOOKUPS,
    Address,
    Family,
    addresses,
    exchangers,
    is_domain,
    is_queryable,
    receiver_result,
    spf_answer,
)
from mfpolicy.evaluate.spf_macros import MacroValues
from mfpolicy.model.dns import Unknown, View
from mfpolicy.model.names import is_within, normal
from mfpolicy.records.spf import Mechanism, Modifier, Spf, parse
from mfpolicy.records.spf_macro import EXPLANATION_LETTERS, expand, letters, macro_fault, shortened

Result = Literal["none", "neutral", "pass", "fail", "softfail", "permerror", "temperror", "unknown"]
RESULTS: dict[str, Result] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_LONGEST_SENDER = 1000


class Receiver(msgspec.Struct, frozen=True):
    """A receiver's conclusion. `domain` is the one checked; `mechanism` leads to the term that decided, each
    as written, joined by " > ". `unknown` says which missing answers make the result unknown or temperror."""

    result: Result
    domain: str = ""
    mechanism: str = ""
    explanation: str = ""
    lookups: int = 0
    void_lookups: int = 0
    unknown: Unknown | None = None


def check_host(view: View, ip: str, sender: str, helo: str) -> Receiver:
    """What a receiver says of a client address, a MAIL FROM ("" for bounces) and a HELO name (RFC 7208, 4).

    Never raises; an address that is none, like a malformed domain, gives `none` (RFC 7208, 4.3).
    """
    sender = sender or f"postmaster@{helo}"
    local, _, domain = sender.rpartition("@")
    domain = normal(domain)
    client = _client(ip)
    if client is None or len(sender) > _LONGEST_SENDER or not is_domain(domain):
        return Receiver("none", domain)
    return _Check(view, client, local or "postmaster", domain, helo[:_LONGEST_SENDER]).receiver()


def _client(ip: str) -> Address | None:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address
    return address


class _Ended(Exception):
    """The check is over, wherever it stands: an error, or an answer that is missing."""

    def __init__(self, result: Result, unknown: Unknown | None = None) -> None:
        super().__init__(result)
        self.result = result
        self.unknown = unknown


class _Check:
    """One check, counting its lookups (RFC 7208, 4.6.4)."""

    def __init__(self, view: View, client: Address, local: str, domain: str, helo: str) -> None:
        self._view = view
        self._client = client
        self._family: Family = "A" if client.version == 4 else "AAAA"
        self._domain = domain
        self._values = MacroValues(client, local, domain, helo)
        self._path: tuple[str, ...] = ()
        self._lookups = 0
        self._voids = 0
        self._explained: tuple[Modifier, str] | None = None

    def receiver(self) -> Receiver:
        unknown = None
        try:
            result = self._check(self._domain, ())
        except _Ended as ended:
            result, unknown = ended.result, ended.unknown
        explanation = self._explanation() if result == "fail" else ""
        path = " > ".join(self._path)
        return Receiver(result, self._domain, path, explanation, self._lookups, self._voids, unknown)

    def _check(self, domain: str, path: tuple[str, ...]) -> Result:
        self._path = path
        if not is_domain(domain):
            return "none"
        found = spf_answer(self._view, domain)
        if isinstance(found, Unknown):
            raise _missing(found)
        answer, records = found
        if path and not answer.records:
            self._count_void()
        if not records:
            return "none"
        if len(records) > 1:
            raise _Ended("permerror")
        return self._evaluate(parse(records[0].value), domain, path)

    def _evaluate(self, spf: Spf, domain: str, path: tuple[str, ...]) -> Result:
        # Syntax errors anywhere count before any term is evaluated (RFC 7208, 4.6).
        if spf.faults:
            raise _Ended("permerror")
        for term in spf.mechanisms:
            self._path = (*path, term.text)
            if self._matches(term, domain):
                self._path = (*path, term.text)
                self._explained = (spf.exp, domain) if spf.exp else None
                return RESULTS[term.qualifier]
        if spf.redirect:
            return self._redirected(spf.redirect, domain, path)
        self._path = path
        return "neutral"

    def _redirected(self, term: Modifier, domain: str, path: tuple[str, ...]) -> Result:
        self._path = (*path, term.text)
        self._count_lookup()
        result = self._check(self._target(term.value, domain), self._path)
        if result == "none":
            raise _Ended("permerror")
        return result

    def _matches(self, term: Mechanism, domain: str) -> bool:
        if term.name == "all":
            return True
        if (network := term.network) is not None:
            return network.version == self._client.version and self._client in network
        self._count_lookup()
        target = self._target(term.value, domain)
        tests: dict[str, Callable[[], bool]] = {
            "include": lambda: self._includes(target),
            "exists": lambda: bool(self._addresses(target, "A")),
            "a": lambda: self._is_near(self._addresses(target, self._family), term),
            "mx": lambda: self._is_near(self._exchangers(target), term),
            "ptr": lambda: any(is_within(name, target) for name in self._validated_names(counted=True)),
        }
        return tests[term.name]()

    def _includes(self, target: str) -> bool:
        path = self._path
        result = self._check(target, path)
        self._path = path
        if result == "none":
            raise _Ended("permerror")
        return result == "pass"

    def _is_near(self, found: tuple[Address, ...], term: Mechanism) -> bool:
        prefix = term.cidr4 if self._client.version == 4 else term.cidr6
        return any(self._client in ipaddress.ip_network((item, prefix), strict=False) for item in found)

    def _addresses(self, name: str, family: Family) -> tuple[Address, ...]:
        found = addresses(self._view, name, family)
        if isinstance(found, Unknown):
            raise _missing(found)
        if found.void:
            self._count_void()
        return found.found

    def _exchangers(self, target: str) -> tuple[Address, ...]:
        found = exchangers(self._view, target)
        if isinstance(found, Unknown):
            raise _missing(found)
        if found.void:
            self._count_void()
        if found.count > MAX_EXCHANGERS:
            raise _Ended("permerror")
        return tuple(item for name in found.names for item in self._addresses(name, self._family))

    def _validated_names(self, counted: bool) -> tuple[str, ...]:
        """The client's names whose addresses lead back to it (RFC 7208, 5.5); DNS errors only skip."""
        answer = self._view.ask(normal(self._client.reverse_pointer), "PTR")
        if isinstance(answer, Unknown):
            return _skipped(answer)
        if counted and not answer.records:
            self._count_void()
        names = [normal(record.value) for record in answer.records[:MAX_REVERSE_NAMES]]
        return tuple(name for name in names if self._leads_back(name, counted))

    def _leads_back(self, name: str, counted: bool) -> bool:
        found = addresses(self._view, name, self._family)
        if isinstance(found, Unknown):
            return bool(_skipped(found))
        if counted and found.void:
            self._count_void()
        return self._client in found.found

    def _target(self, spec: str, domain: str) -> str:
        return shortened(normal(self._expanded(spec, domain))) if spec else domain

    def _expanded(self, text: str, domain: str) -> str:
        names = self._validated_names(counted=False) if "p" in letters(text) else ()
        return expand(text, lambda letter: self._values.value(letter, domain, names))

    def _explanation(self) -> str:
        """The text of `exp`, or "" where it cannot be had; it never changes the result (RFC 7208, 6.2)."""
        if self._explained is None:
            return ""
        term, domain = self._explained
        try:
            name = self._target(term.value, domain)
            answer = self._view.ask(name, "TXT") if is_queryable(name) else None
            if answer is None or isinstance(answer, Unknown) or len(answer.records) != 1:
                return ""
            text = answer.records[0].value
            if not text.isascii() or macro_fault(text, EXPLANATION_LETTERS):
                return ""
            return self._expanded(text, domain)
        except _Ended:
            return ""

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            raise _Ended("permerror")

    def _count_void(self) -> None:
        self._voids += 1
        if self._voids > MAX_VOID_LOOKUPS:
            raise _Ended("permerror")


def _missing(unknown: Unknown) -> _Ended:
    return _Ended(receiver_result(unknown), unknown)


def _skipped(unknown: Unknown) -> tuple[str, ...]:
    """Nothing, where a receiver would skip the error; the end, where asking could still tell."""
    if receiver_result(unknown) == "unknown":
        raise _missing(unknown)
    return ()
