"""What MTA-STS asks of senders before a change, and what they have cached (RFC 8461)."""

from __future__ import annotations

import msgspec

from mfpolicy.evaluate.exchangers import Exchanger, exchangers
from mfpolicy.evaluate.mta_sts import MtaStsResult, mta_sts
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.mta_sts import LineFacts, is_wanted, line_of
from mfpolicy.model.dns import Unknown, all_of, joined
from mfpolicy.model.durations import duration
from mfpolicy.model.intent import MtaStsIntent
from mfpolicy.model.places import Place
from mfpolicy.records.mta_sts import MtaStsPolicy, matches


class PolicyFacts(msgspec.Struct, frozen=True):
    """A policy as senders apply it: the id of the record that announces it, the mode, the max_age in seconds
    and the mx patterns. Empty, empty, -1 and none where there is no valid record, or no valid policy."""

    id: str | Unknown = ""
    mode: str | Unknown = ""
    max_age: int | Unknown = -1
    mx: tuple[str, ...] | Unknown = ()


class RefusedFacts(msgspec.Struct, frozen=True):
    """A new MX host that no pattern of the policy before covers."""

    host: str
    place: Place | None = None


class MtaStsChangeFacts(msgspec.Struct, frozen=True):
    """What MTA-STS asks of senders before and after. Those that have fetched the policy before hold it for
    `kept_for`, in words, empty where there was none to hold; all facts but `before` and `after` are neutral
    then.

    `changed` are the keys of the policy (mode, max_age, mx) that say something else; none where there is no
    valid policy after. `renewed` is whether one is announced under another id, so that senders look for it;
    `outdated` whether something changed and they do not. `weakened`: mode enforce before, testing or none
    after. `removed`: mode enforce before, and no record after.
    `refused` are the hosts that are new among the MX records and not covered by the policy before, in mode
    enforce; a host that the policy after does not cover either is none of them. `reachable` is whether any MX
    host after is covered by the policy before; true where none is refused. `wanted` and `wanted_mode` are
    what the intent says, as in the facts of the domain. `mode_line` is where the policy after says its mode.
    """

    before: PolicyFacts = PolicyFacts()
    after: PolicyFacts = PolicyFacts()
    kept_for: str | Unknown = ""
    changed: tuple[str, ...] | Unknown = ()
    renewed: bool | Unknown = False
    outdated: bool | Unknown = False
    weakened: bool | Unknown = False
    removed: bool | Unknown = False
    refused: tuple[RefusedFacts, ...] | Unknown = ()
    reachable: bool | Unknown = True
    wanted: bool = False
    wanted_mode: str = ""
    mode_line: LineFacts = LineFacts()
    place: Place | None = None


class _Case(msgspec.Struct, frozen=True):
    """What senders concluded and will conclude, and the policy `kept` that they may hold. `alike`: the same
    file stands behind both. `old` and `new` are the MX hosts."""

    was: MtaStsResult
    now: MtaStsResult
    kept: MtaStsPolicy | Unknown
    alike: bool
    old: tuple[Exchanger, ...] | Unknown
    new: tuple[Exchanger, ...] | Unknown


def mta_sts_change(base: Side, head: Side, domain: str) -> MtaStsChangeFacts:
    """The change of one domain."""
    was, now = mta_sts(base.view, domain), mta_sts(head.view, domain)
    said = head.declared.of(domain)
    intent = said.mta_sts if said else MtaStsIntent()
    shown = MtaStsChangeFacts(
        before=_policy(was),
        after=_policy(now),
        wanted=is_wanted(intent),
        wanted_mode=intent.mode or "",
        mode_line=line_of(now, "mode"),
        place=_place(head, domain, now),
    )
    kept = _kept(was)
    if kept is None:
        return shown
    alike = base.view.policy(domain) == head.view.policy(domain)
    hosts = (exchangers(side.view, domain) for side in (base, head))
    return _against(shown, _Case(was, now, kept, alike, *hosts))


def _against(shown: MtaStsChangeFacts, case: _Case) -> MtaStsChangeFacts:
    """The facts, with what the change does to those who hold a policy."""
    kept, changed, renewed, refused = case.kept, _changed(case), _renewed(case), _refused(case)
    enforced = kept if isinstance(kept, Unknown) else kept.mode == "enforce"
    return msgspec.structs.replace(
        shown,
        kept_for=kept if isinstance(kept, Unknown) else duration(kept.max_age),
        changed=changed,
        renewed=renewed,
        outdated=all_of(
            (
                changed if isinstance(changed, Unknown) else bool(changed),
                renewed if isinstance(renewed, Unknown) else not renewed,
            )
        ),
        weakened=all_of((enforced, _lowered(case))),
        removed=all_of((enforced, _gone(case))),
        refused=refused,
        reachable=_reachable(case, refused),
    )


def _policy(found: MtaStsResult) -> PolicyFacts:
    if isinstance(found.announced, Unknown):
        why = found.announced
        return PolicyFacts(why, why, why, why)
    id = found.mta_sts.id if found.announced and found.mta_sts else ""
    if isinstance(found.mode, Unknown):
        return PolicyFacts(id, found.mode, found.mode, found.mode)
    policy = found.policy if found.mode else None
    return PolicyFacts(id, found.mode, policy.max_age, policy.mx) if policy else PolicyFacts(id)


def _kept(was: MtaStsResult) -> MtaStsPolicy | Unknown | None:
    """The policy that senders may hold (RFC 8461, 3.3); None where there is none."""
    if isinstance(was.mode, Unknown):
        return was.mode
    return was.policy if was.mode and was.policy and was.policy.max_age > 0 else None


def _changed(case: _Case) -> tuple[str, ...] | Unknown:
    """The keys that say something else."""
    kept, now = case.kept, case.now
    # What nobody knows on either side is not what the change alters.
    if case.alike or now.mode == "":
        return ()
    unknowns = [each for each in (kept, now.mode) if isinstance(each, Unknown)]
    if isinstance(kept, Unknown) or now.policy is None:
        return joined(unknowns)
    old, new = _said(kept), _said(now.policy)
    return tuple(key for key in old if old[key] != new[key])


def _said(policy: MtaStsPolicy) -> dict[str, object]:
    """What senders read, whatever its order; under mode none they look at no host (RFC 8461, 5)."""
    mx = frozenset(policy.mx if policy.mode != "none" else ())
    return {"mode": policy.mode, "max_age": policy.max_age, "mx": mx}


def _renewed(case: _Case) -> bool | Unknown:
    """Senders know a new policy by its id (RFC 8461, 3.1)."""
    was, now = case.was, case.now
    other = not (was.mta_sts and now.mta_sts and was.mta_sts.id == now.mta_sts.id)
    usable = now.mode if isinstance(now.mode, Unknown) else now.mode != ""
    return all_of((other, was.announced, now.announced, usable))


def _lowered(case: _Case) -> bool | Unknown:
    """Whether the policy after is known to ask for less than mode enforce."""
    if case.alike or case.now.mode in ("", "enforce"):
        return False
    return case.now.mode if isinstance(case.now.mode, Unknown) else True


def _gone(case: _Case) -> bool | Unknown:
    """Whether no record is left; one that is misspelt, or leads nowhere, is a fault of another kind."""
    now = case.now
    if case.was.records == now.records:
        return False
    return (
        now.records if isinstance(now.records, Unknown) else not (now.records or now.ignored or now.dangling)
    )


def _refused(case: _Case) -> tuple[RefusedFacts, ...] | Unknown:
    """Senders apply the policy that they hold, also where none is announced any more (RFC 8461, 3.3)."""
    kept, old, new = case.kept, case.old, case.new
    if old == new or (isinstance(kept, MtaStsPolicy) and kept.mode != "enforce"):
        return ()
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return joined(each for each in (old, new) if isinstance(each, Unknown))
    known = {host for host, _ in old}
    added = {host: record for host, record in reversed(new) if host not in known}
    if isinstance(kept, Unknown):
        return kept if added else ()
    # Where senders delivered to no host before, no mail is lost.
    if not any(_covers(kept, host) for host in known):
        return ()
    said = _refused_after(case.now)
    refused = [host for host in reversed(added) if host not in said and not _covers(kept, host)]
    return tuple(RefusedFacts(host, added[host].place) for host in refused)


def _refused_after(now: MtaStsResult) -> set[str]:
    """The hosts that the policy after does not let senders deliver to, either."""
    found = () if isinstance(now.uncovered, Unknown) else now.uncovered
    return {host for host, _ in found} if now.mode == "enforce" else set()


def _reachable(case: _Case, refused: tuple[RefusedFacts, ...] | Unknown) -> bool | Unknown:
    if isinstance(refused, Unknown):
        return refused
    kept, hosts = case.kept, case.new
    if not refused or isinstance(kept, Unknown) or isinstance(hosts, Unknown):
        return True
    return any(_covers(kept, host) for host, _ in hosts)


def _covers(policy: MtaStsPolicy, host: str) -> bool:
    return any(matches(pattern, host) for pattern in policy.mx)


def _place(head: Side, domain: str, now: MtaStsResult) -> Place | None:
    """The record, else where it is taken away, else its zone."""
    if not isinstance(now.records, Unknown) and now.records:
        return now.records[0].place
    book = head.view.book_for(domain)
    return (book.removal(f"_mta-sts.{domain}", "TXT", "CNAME") or book.zone.place) if book else None
