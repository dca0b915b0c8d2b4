"""The world as it answers now: DNS, the policy files of mail domains, and the certificates of mail hosts."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mfpolicy.collect.dns import Resolver
from mfpolicy.model.call import Live
from mfpolicy.model.dns import (
    CERTIFICATE,
    POLICY,
    Answer,
    Answers,
    HostCertificate,
    PolicyFile,
    Question,
    Reason,
    Unknown,
)
from mfpolicy.views.overlay import LONGEST_CHAIN, Overlay

_ADDRESSES = ("A", "AAAA")
_NOT_OF_DNS = (POLICY, CERTIFICATE)


class World:
    """Answers questions of every kind; those that are not of DNS only if the call wants that."""

    def __init__(self, resolver: Resolver, live: Live) -> None:
        self._resolver = resolver
        self._live = live

    def answers(self, questions: Iterable[Question]) -> Answers:
        """What is said to some questions. Raises `Silence`."""
        asked = sorted(questions)
        replies = self._resolver.ask(each for each in asked if each.type not in _NOT_OF_DNS)
        domains = [each.name for each in asked if each.type == POLICY]
        hosts = [each.name for each in asked if each.type == CERTIFICATE]
        return Answers(
            replies,
            policies=self._policies(domains) if self._live.fetch_policies else {},
            certificates=self._certificates(hosts) if self._live.probe else {},
        )

    def _policies(self, domains: Collection[str]) -> dict[str, PolicyFile]:
        """From the addresses that DNS itself gives for each policy host (RFC 8461, 3.3)."""
        from mfpolicy.collect.policies import fetch_policies  # httpx takes long to load

        targets, absent = self._targets({domain: f"mta-sts.{domain}" for domain in domains})
        found = {each: PolicyFile("NOT-FOUND", detail=f"mta-sts.{each} has no address") for each in absent}
        return found | fetch_policies(targets)

    def _certificates(self, hosts: Collection[str]) -> dict[str, HostCertificate]:
        """From the addresses that DNS itself gives for each host."""
        from mfpolicy.collect.starttls import probe_hosts  # so does this

        targets, absent = self._targets({host: host for host in hosts})
        found = {each: HostCertificate("NO-ADDRESS", detail=f"{each} has no address") for each in absent}
        shown = probe_hosts(targets, progress=self._live.progress)
        # A host whose address nobody could ask for may have one.
        unsure = {each: HostCertificate("UNREACHABLE") for each in targets if not targets[each]}
        return found | shown | unsure

    def _targets(self, hosts: dict[str, str]) -> tuple[dict[str, list[str]], list[str]]:
        """The addresses of some hosts, by what is asked of each; and those that are known to have none."""
        view = self._resolved(list(hosts.values()))
        absent: list[str] = []
        targets: dict[str, list[str]] = {}
        for key, host in hosts.items():
            answers = [view.ask(host, type) for type in _ADDRESSES]
            known = [each for each in answers if isinstance(each, Answer)]
            targets[key] = [record.value for each in known for record in each.records]
            if len(known) == len(answers) and not targets[key]:
                absent.append(key)
                del targets[key]
        return targets, absent

    def _resolved(self, hosts: Collection[str]) -> Overlay:
        """A view that knows the addresses of some hosts, aliases followed."""
        view = Overlay((), Answers(self._resolver.replies))
        for _ in range(LONGEST_CHAIN):
            answers = [view.ask(host, type) for host in hosts for type in _ADDRESSES]
            missing = [item for each in answers if isinstance(each, Unknown) for item in each.because]
            questions = {item.question for item in missing if item.reason is Reason.NOT_ASKED}
            replies = self._resolver.ask(questions)
            if not replies:
                break
            view.learn(Answers(replies))
        return view
