"""The world as it answers now: DNS, and the policy files of mail domains."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mfpolicy.collect.dns import Resolver
from mfpolicy.model.dns import POLICY, Answer, Answers, PolicyFile, Question, Reason, Unknown
from mfpolicy.views.overlay import LONGEST_CHAIN, Overlay

_ADDRESSES = ("A", "AAAA")


class World:
    """Answers questions of both kinds; policy files only with `fetch`."""

    def __init__(self, resolver: Resolver, fetch: bool) -> None:
        self._resolver = resolver
        self._fetch = fetch

    def answers(self, questions: Iterable[Question]) -> Answers:
        """What is said to some questions, those about policy files among them. Raises `Silence`."""
        asked = sorted(questions)
        replies = self._resolver.ask(each for each in asked if each.type != POLICY)
        domains = [each.name for each in asked if each.type == POLICY]
        return Answers(replies, policies=self._policies(domains) if self._fetch else {})

    def _policies(self, domains: Collection[str]) -> dict[str, PolicyFile]:
        """From the addresses that DNS itself gives for each policy host (RFC 8461, 3.3)."""
        from mfpolicy.collect.policies import fetch_policies  # httpx takes long to load

        view = self._resolved([f"mta-sts.{domain}" for domain in domains])
        found: dict[str, PolicyFile] = {}
        targets: dict[str, list[str]] = {}
        for domain in domains:
            answers = [view.ask(f"mta-sts.{domain}", type) for type in _ADDRESSES]
            known = [each for each in answers if isinstance(each, Answer)]
            targets[domain] = [record.value for each in known for record in each.records]
            if len(known) == len(answers) and not targets[domain]:
                found[domain] = PolicyFile("NOT-FOUND", detail=f"mta-sts.{domain} has no address")
        return found | fetch_policies({each: targets[each] for each in domains if each not in found})

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
