"""Safe orders for what a change does at once: numbered steps, with waits from real TTLs.

While a record may be kept and a message may be queued, both the old and the new state have to work:
resolvers keep a record set for its TTL (RFC 2181, 5.2) and its absence for the negative TTL (RFC 2308, 5),
senders try to deliver for four to five days (RFC 5321, 4.5.4.1) and hold an MTA-STS policy for its max_age
(RFC 8461, 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mfpolicy.facts.accounts import Account
from mfpolicy.facts.accounts.words import listed
from mfpolicy.facts.changes.mta_sts import MtaStsChangeFacts
from mfpolicy.model.changes import Plan, Step
from mfpolicy.model.dns import Unknown

_DAY = 86_400
_SHORT = 600
_QUEUED = 5 * _DAY  # RFC 5321, 4.5.4.1
# Mail of the last days is verified again when it is forwarded; SIDN and M3AAWG's "DKIM Key Rotation Best
# Common Practices" leave a former key in place for a week.
_KEY_KEPT = 7 * _DAY
_WATCHED = 14 * _DAY
_TTL = "for the TTL of the record as it was"
_NEGATIVE = "for the negative TTL of the zone"


def plans(accounts: Sequence[Account]) -> tuple[Plan, ...]:
    """The plans for all that a change does to its names."""
    return tuple(_plans(accounts))


def _plans(accounts: Sequence[Account]) -> Iterator[Plan]:
    for domain, keys in _keys(accounts).items():
        yield from _rotation(domain, keys)
    for each in accounts:
        if each.facts.mx.moved is True:
            yield _move(each)
        yield from _mta_sts(each)
    yield from _tightenings(accounts)


def _keys(accounts: Iterable[Account]) -> dict[str, list[Account]]:
    """The selectors whose keys begin or end, by domain."""
    found: dict[str, list[Account]] = {}
    for each in accounts:
        if each.key:
            found.setdefault(each.told.name.partition("._domainkey.")[2], []).append(each)
    return found


def _rotation(domain: str, keys: Sequence[Account]) -> Iterator[Plan]:
    """A new key beside the old one, and the old one gone only when no mail signed with it is under way
    (RFC 6376, 3.6.1 and 5.2)."""
    begun = [each for each in keys if each.key == "published"]
    ended = [each for each in keys if each.key in ("ended", "replaced")]
    in_place = [each for each in ended if each.key == "replaced"]
    if not ended or not (begun or in_place):
        return
    old, new = _selectors(ended), _selectors(begun) or "the new key at a new selector"
    how = "puts another key in the place of" if in_place else "ends"
    yield Plan(
        f"DKIM rotation of {domain}",
        f"this change {how} {_selectors(in_place or ended)} at once: mail that was signed with the former "
        "key and is still queued fails DKIM",
        (
            _step(f"Publish {new}; leave {old} as it is", _kept(begun), _NEGATIVE),
            Step("Let the signer use the new selector; send a test message and look for dkim=pass"),
            Step(f"Leave {old} in DNS while mail signed with it is queued or forwarded", _KEY_KEPT),
            _step(f"Revoke {old}: publish it with an empty p=", _kept(ended), _TTL),
            Step(f"Remove {old}"),
        ),
    )


def _move(account: Account) -> Plan:
    """Both providers take mail until nobody can hold the former MX any more."""
    facts, name = account.facts, account.told.name
    old, new = _names(listed(facts.mx.before_providers)), _names(listed(facts.mx.gained))
    kept = _kept([account], name, "MX")
    return Plan(
        f"MX move of {name}",
        f"resolvers and queues send mail to {old} for some time yet: what it refuses in that time is lost",
        (
            Step(f"Have {new} accept mail for {name}: deliver a test message to it directly"),
            Step("Let SPF and DKIM speak for the new provider beside the former one, if it sends too"),
            *_before_move(account),
            *_lowered(name, kept),
            Step(f"Change the MX to {new}; let {old} go on accepting mail", max(_QUEUED, kept or 0)),
            Step(f"Look at the logs at {old}: when no mail comes any more, close it; raise the TTL again"),
            Step("Only then take the former provider out of SPF, DKIM and the MTA-STS policy"),
        ),
    )


def _lowered(name: str, kept: int | None) -> tuple[Step, ...]:
    if kept is not None and kept <= _SHORT:
        return ()
    return (_step(f"Lower the TTL of the MX of {name} to 300 seconds, and change nothing else", kept, _TTL),)


def _before_move(account: Account) -> Iterator[Step]:
    """Senders under MTA-STS or DANE refuse hosts that the policy or the TLSA records they hold do not name
    (RFC 8461, 5; RFC 7672, 2.2)."""
    facts, new = account.facts, _names(listed(account.facts.mx.gained))
    if facts.mta_sts.before.mode == "enforce":
        yield _step(
            f"Add {new} to the mx of the MTA-STS policy, leave the former hosts in it, then give the record "
            "a new id; senders may hold the former policy for its max_age",
            _max_age(facts.mta_sts),
            "for its max_age",
        )
    if listed(facts.dane.before):
        yield Step(f"Publish TLSA records for {new} first, or see that its zone is not signed", _DAY)


def _selectors(accounts: Iterable[Account]) -> str:
    """The selectors by their labels; the title says of which domain."""
    return _names(each.told.name.partition("._domainkey.")[0] for each in accounts)


def _mta_sts(account: Account) -> Iterator[Plan]:
    facts, name = account.facts.mta_sts, account.told.name
    before, after = facts.before, facts.after
    if before == after or isinstance(before.id, Unknown) or isinstance(after.id, Unknown):
        return
    title = f"MTA-STS change of {name}"
    if before.id and (not after.id or facts.weakened is True):
        yield Plan(
            title, "senders hold the former policy in mode enforce until it expires", _removal(account)
        )
    elif not before.id:
        yield Plan(
            title, "in mode enforce a mistake stops mail until the policy expires", _introduction(account)
        )
    elif (before.id != after.id or facts.changed) and account.facts.mx.moved is not True:
        yield Plan(
            title, "senders look for a new policy only when the id of the record is new", _renewal(account)
        )


def _removal(account: Account) -> tuple[Step, ...]:
    """RFC 8461, 8.3."""
    name, record = account.told.name, _kept([account], f"_mta-sts.{account.told.name}", "TXT")
    wait = max(_max_age(account.facts.mta_sts) or 0, record or 0)
    return (
        Step(
            f"Serve a policy with mode none and max_age 86400 at https://mta-sts.{name}/.well-known/mta-sts.txt"
        ),
        _step(
            f"Give the record _mta-sts.{name} a new id, so that senders fetch it",
            wait or None,
            "the former max_age",
        ),
        Step(f"Remove the record _mta-sts.{name} and the policy file", 0),
    )


def _introduction(account: Account) -> tuple[Step, ...]:
    """RFC 8461, 3.1 and 8.1; reports are RFC 8460."""
    name, record = account.told.name, f"_mta-sts.{account.told.name}"
    return (
        Step(
            f"Serve the policy in mode testing with max_age 86400 at https://mta-sts.{name}/.well-known/mta-sts.txt"
        ),
        Step(f"Publish {record}, and _smtp._tls.{name} for reports"),
        Step("Read the TLS reports until they show no failure", _WATCHED),
        Step(f"Serve mode enforce, then give {record} a new id"),
        Step("Raise max_age to a week or more, with a new id again"),
    )


def _renewal(account: Account) -> tuple[Step, ...]:
    """The file before the id: a sender that sees the id first fetches the old file and keeps it (RFC 8461,
    8.1)."""
    name = account.told.name
    taken = [
        each
        for each in listed(account.facts.mta_sts.before.mx)
        if each not in listed(account.facts.mta_sts.after.mx)
    ]
    leave = f", with {_names(taken)} still in it" if taken else ""
    last = (
        Step(f"Take {_names(taken)} out of the policy only when no MX record that may be cached names it"),
    )
    return (
        Step(f"Serve the new policy at https://mta-sts.{name}/.well-known/mta-sts.txt{leave}"),
        _step(
            f"Then give the record _mta-sts.{name} a new id; senders may hold the former policy for its "
            "max_age all the same",
            _max_age(account.facts.mta_sts),
            "for that",
        ),
        *(last if taken else ()),
    )


def _tightenings(accounts: Sequence[Account]) -> Iterator[Plan]:
    """One plan for each record that asks for more, whatever the number of names below it."""
    said = set()
    for each in accounts:
        facts = each.facts.dmarc
        before, after = facts.rank_before, facts.rank_after
        if (
            isinstance(before, Unknown)
            or isinstance(after, Unknown)
            or before >= after
            or facts.record_after in said
        ):
            continue
        said.add(facts.record_after)
        yield _tightening(each, leap=after - before > 1)


def _tightening(account: Account, leap: bool) -> Plan:
    """Receivers refuse what neither SPF nor DKIM aligns: the reports tell whose mail that is (RFC 9989, 4.7
    for the test flag, and RFC 9990 for reports)."""
    facts, name = account.facts.dmarc, account.told.name
    kept = _kept([account], f"_dmarc.{name}", "TXT")
    middle = (Step(f"Publish p=quarantine for {name} first", _WATCHED),) if leap else ()
    return Plan(
        f"DMARC tightening of {name}",
        f"mail from {name} that passes neither SPF nor DKIM aligned is then treated as {facts.policy_after}",
        (
            Step(
                f"Have SPF and DKIM of every sender live, and reports coming in{_reports(account)}", _WATCHED
            ),
            Step("Read the reports: every source that is yours has to pass aligned"),
            *middle,
            _step(f"Publish p={facts.policy_after}", kept, _TTL),
            Step("Read the reports again; roll back by the record as it was"),
        ),
    )


def _reports(account: Account) -> str:
    found = listed(account.facts.dmarc.reports.after)
    return f" to {_names(found)}" if found else " (no rua= is published: nobody would see whose mail stops)"


def _max_age(facts: MtaStsChangeFacts) -> int | None:
    found = facts.before.max_age
    return found if isinstance(found, int) and found > 0 else None


def _kept(accounts: Iterable[Account], name: str = "", type: str = "") -> int | None:
    """For how long some record sets may be kept; None where nobody says."""
    found = [
        each.kept
        for account in accounts
        for each in account.told.records
        if not name or (each.name, each.type) == (name, type)
    ]
    known = [each for each in found if each is not None]
    return max(known) if known and len(known) == len(found) else None


def _step(do: str, wait: int | None, what: str) -> Step:
    """A step with its wait, or with what to wait for where nobody says how long that is."""
    return Step(f"{do}; then wait {what} (not known here)") if wait is None else Step(do, wait)


def _names(names: Iterable[str]) -> str:
    found = tuple(dict.fromkeys(names))
    return " and ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else "".join(found)
