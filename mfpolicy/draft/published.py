"""What one domain publishes, as an intent would declare it: nothing that is not known, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.draft.senders import Known, SpfSenders, is_readable, spf_senders
from mfpolicy.evaluate.dkim import selector_keys
from mfpolicy.evaluate.dmarc import discover
from mfpolicy.evaluate.mta_sts import mta_sts
from mfpolicy.evaluate.spf_tree import SpfStudy, SpfTree
from mfpolicy.model.dns import Answer, Unknown, View
from mfpolicy.model.names import LONGEST, labels
from mfpolicy.records import mx, tls_rpt
from mfpolicy.records.report_uris import ReportUri

Value = str | tuple[str, ...]
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)


class Note(msgspec.Struct, frozen=True):
    """Something that could not be known, or that somebody should look at: of what kind, and about whom."""

    kind: str
    about: str


class Published(msgspec.Struct, frozen=True):
    """One domain. `said` is what it publishes, by the key of the intent (`dmarc.policy`); `implied` holds of
    it as well, but is published by a name above. `spf` tells who sends, None where that is not known."""

    name: str
    said: Mapping[str, Value] = {}
    implied: Mapping[str, Value] = {}
    spf: SpfSenders | None = None
    notes: tuple[Note, ...] = ()


def published(
    view: View, study: SpfStudy, name: str, selectors: Collection[str], known: Known, in_zone: bool = True
) -> Published | None:
    """What a normal name publishes; `selectors` are the labels at which keys may stand, those of its zone or
    guessed ones. None for a name that no intent can spell."""
    if not is_spellable(name):
        return None
    tree = study.study(name)
    hosts = _hosts(view, name)
    keys = tuple(
        each for each in sorted(selectors) if is_spellable(each) and _stands(view, each, name, in_zone)
    )
    # A key that no intent can name would be a stranger's among declared senders.
    spf = spf_senders(view, tree, keys, known) if all(map(is_spellable, selectors)) else None
    role = _role(hosts, tree, bool(keys))
    found: dict[str, Value] = {"mail": role} if role else {}
    if role != "none":
        found |= _receiving(view, name, hosts, known) if role != "send" else {}
        found |= _sending(tree, keys, spf) if role != "receive" else {}
    own, above, notes = _dmarc(view, name)
    return Published(
        name,
        {**found, **own},
        above,
        spf if role not in ("none", "receive") else None,
        (*notes, *_notes(name, hosts, tree, role, keys), *_sender_notes(name, tree, spf)),
    )


def is_spellable(name: str) -> bool:
    """Whether an intent can hold a normal name: labels of letters, digits, hyphens and underscores."""
    return len(name) <= LONGEST and bool(name) and all(map(_LABEL.fullmatch, labels(name)))


def _stands(view: View, label: str, name: str, in_zone: bool) -> bool:
    """Whether a selector is there: a key, or an alias of the zone, which is there whatever it leads to."""
    if selector_keys(view, f"{label}._domainkey.{name}").present is True:
        return True
    alias = view.ask(f"{label}._domainkey.{name}", "CNAME") if in_zone else None
    return isinstance(alias, Answer) and bool(alias.records)


def _hosts(view: View, name: str) -> tuple[str, ...] | Unknown | None:
    """The MX hosts, () for none or the null MX, None where a record is malformed."""
    answer = view.ask(name, "MX")
    if isinstance(answer, Unknown):
        return answer
    found = [mx.parse(record.value) for record in answer.records]
    if any(each.faults for each in found if not each.null) or (
        len(found) > 1 and any(each.null for each in found)
    ):
        return None
    hosts = tuple(dict.fromkeys(each.exchange for each in found if not each.null))
    return hosts if all(is_spellable(each) and "." in each for each in hosts) else None


def _role(hosts: tuple[str, ...] | Unknown | None, tree: SpfTree, has_keys: bool) -> str:
    """What the domain is for; empty where its records do not tell."""
    sends = _sends(tree) if is_readable(tree) else None
    if isinstance(hosts, Unknown) or hosts is None or sends is None or (not sends and has_keys):
        return ""
    words = {(True, True): "send-and-receive", (True, False): "send", (False, True): "receive"}
    return words.get((sends, bool(hosts)), "none")


def _sends(tree: SpfTree) -> bool | None:
    """Whether the record lets anybody pass; None where it neither does nor shuts everybody out."""
    terms = [node.term for node in tree.terms]
    if any(each.name != "all" and getattr(each, "qualifier", "+") == "+" for each in terms):
        # A redirect may lead to a record that authorises nobody.
        return None if [each.name for each in terms] == ["redirect"] else True
    return False if [each.text.lower() for each in terms] == ["-all"] else None


def _receiving(
    view: View, name: str, hosts: tuple[str, ...] | Unknown | None, known: Known
) -> dict[str, Value]:
    """Where mail goes, and what senders are asked for on the way (RFC 8461, RFC 8460)."""
    if not isinstance(hosts, tuple) or not hosts:
        return {}
    found: dict[str, Value] = {"mx": known.services_at(hosts)}
    policy = mta_sts(view, name)
    if isinstance(policy.mode, str) and policy.mode and policy.policy is not None:
        found["mta_sts.mode"] = policy.mode
        if policy.policy.max_age is not None and policy.policy.max_age > 0:
            found["mta_sts.max_age"] = _duration(policy.policy.max_age)
    answer = view.ask(f"_smtp._tls.{name}", "TXT")
    texts = () if isinstance(answer, Unknown) else tuple(each.value for each in answer.records)
    records = [tls_rpt.parse(each) for each in texts if tls_rpt.is_tls_rpt(each)]
    if len(records) == 1 and not records[0].faults and (to := _uris(records[0].rua)):
        found["tls_rpt.rua"] = to
    return found


def _sending(tree: SpfTree, keys: Sequence[str], spf: SpfSenders | None) -> dict[str, Value]:
    # Whoever declares ~all says that it is meant so, and is not told of it any more.
    found: dict[str, Value] = {"spf.all": "fail"} if _ends(tree) == "-" else {}
    own = tuple(each for each in keys if spf is None or each not in spf.signed)
    return {**found, "dkim": own} if own else found


def _ends(tree: SpfTree) -> str:
    last = tree.spf.all if tree.spf and is_readable(tree) else None
    return last.qualifier if last else ""


def _dmarc(view: View, name: str) -> tuple[dict[str, Value], dict[str, Value], list[Note]]:
    """What the record at the domain itself says, what one above says of it, and what to look at."""
    found = discover(view, name)
    if found.policy in ("absent", "unknown") or found.dmarc is None:
        return {}, {}, [Note("dmarc-unknown", name)] if found.policy == "unknown" else []
    if found.testing or found.source_tag == "fallback":
        return {}, {}, [Note("dmarc-testing" if found.testing else "dmarc-faulty", name)]
    policy: dict[str, Value] = {"dmarc.policy": found.policy}
    rua: dict[str, Value] = {"dmarc.rua": uris} if (uris := _uris(found.dmarc.rua)) else {}
    if found.inherited:
        return {}, policy | rua, []
    below = {
        "dmarc.subdomains": found.dmarc.subdomain_policy,
        "dmarc.nonexistent": found.dmarc.nonexistent_policy,
    }
    if found.organizational_domain != name:
        # Names below look for the record of the organizational domain, wherever that is (RFC 9989, 4.10.1).
        below = {}
    said = {**policy, **{key: value for key, value in below.items() if value}, **rua}
    return said, {}, []


def _uris(uris: Sequence[ReportUri]) -> tuple[str, ...]:
    """The addresses as an intent takes them; none if it would not take one of them."""
    texts = tuple(dict.fromkeys(each.text for each in uris))
    return texts if all(each.startswith(("mailto:", "https:")) and "," not in each for each in texts) else ()


def _duration(seconds: int) -> str:
    return f"{seconds // 86400}d" if seconds % 86400 == 0 else f"{seconds}s"


def _sender_notes(name: str, tree: SpfTree, spf: SpfSenders | None) -> Iterator[Note]:
    if spf is None and is_readable(tree):
        yield Note("senders-unknown", name)
    if _ends(tree) in ("~", "?"):
        yield Note("spf-soft", name)


def _notes(
    name: str, hosts: tuple[str, ...] | Unknown | None, tree: SpfTree, role: str, keys: Sequence[str]
) -> Iterator[Note]:
    if isinstance(hosts, Unknown):
        yield Note("mx-unknown", name)
    if isinstance(tree.present, Unknown):
        yield Note("spf-unknown", name)
    elif len(tree.records) > 1 or tree.result == "permerror":
        yield Note("spf-broken", name)
    if not role and keys and tree.present is True and _sends(tree) is False:
        yield Note("keys-without-spf", name)
