"""What follows from the paths of an intent: where mail goes in, and who is seen to send it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mfpolicy.model.intent import DomainIntent, Intent, Sender

Service = Callable[[str], Sender]


class MxWanted(msgspec.Struct, frozen=True):
    """Where a domain's mail should go. `declared` is false where nobody says; `patterns` are the hosts that
    are wanted, none for a null MX; `words` names the services, `unknown` those whose hosts nobody knows."""

    declared: bool = False
    patterns: tuple[str, ...] = ()
    words: str = ""
    unknown: tuple[str, ...] = ()


def mx_wanted(wanted: tuple[str, ...], service: Service) -> MxWanted:
    """The hosts of services, which are named without a dot, and hosts that are named themselves."""
    services = [service(each) for each in wanted if "." not in each]
    hosts = tuple(each for each in wanted if "." in each)
    return MxWanted(
        declared=True,
        patterns=(*hosts, *(pattern for each in services for pattern in each.mx)),
        words=" or ".join((*(each.title or each.name for each in services), *hosts)) or "null MX",
        unknown=tuple(each.name for each in services if not each.mx),
    )


def through_path(
    intent: Intent, said: DomainIntent, senders: tuple[Sender, ...], service: Service
) -> Iterator[Sender]:
    """The senders of a domain, where the mail of those on the outbound path leaves at its last hop: receivers
    see that one, and no other. A domain is on the paths if it names one of their hops, or if its mailboxes
    are where the inbound path ends."""
    *earlier, last = intent.paths.outbound or ("",)
    on_path = [each.name for each in senders if each.name in (*earlier, last)]
    mailboxes = said.mail == "send-and-receive" and said.mx is None
    if not last or not (on_path or mailboxes):
        yield from senders
        return
    for each in senders:
        if each.name not in on_path:
            yield each
        elif each.name != last:
            yield msgspec.structs.replace(each, via="connector")
    yield _hop(intent, last, service)


def _hop(intent: Intent, name: str, service: Service) -> Sender:
    """What has to stand in SPF for the hop that hands mail to the world."""
    place = intent.paths.place
    ranges = next((each.ranges for each in intent.addresses if each.name == name), None)
    if ranges is not None:
        # What an earlier hop has signed stays signed.
        return Sender(name, name, addresses=ranges, aligns=("spf", "dkim"), place=place)
    # Whether the hop signs for every domain is not said by the path.
    return msgspec.structs.replace(service(name), envelope="customer", selectors=(), place=place)
