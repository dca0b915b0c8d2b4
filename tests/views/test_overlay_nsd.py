"""Random zones are answered as NSD, an authoritative name server, answers them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest
from nameserver import NEEDS_NSD, nsd, with_apex
from zone_text import said, zone

from mfpolicy.model.dns import Answers, Unknown
from mfpolicy.views.overlay import Overlay

pytestmark = NEEDS_NSD
_LABELS = ("a", "b", "*", "_dmarc")
_ALONE = ("NS ns.example.org.", "CNAME a.{name}.", "CNAME b.a.{name}.", "CNAME x.b.{name}.")
_TOGETHER = ("A 192.0.2.1", "TXT text", "MX 0 a.{name}.")
_ASKED = [".".join(each) for size in (1, 2, 3) for each in itertools.product((*_LABELS, "x"), repeat=size)]


def _lines(dice: random.Random, name: str) -> list[str]:
    """Records that a server loads: CNAME and NS stand alone, and no wildcard delegates (RFC 4592, 4.2)."""
    lines = []
    for owner in sorted({".".join(dice.choices(_LABELS, k=dice.randint(1, 3))) for _ in range(6)}):
        alone = dice.choice(_ALONE if "*" not in owner else _ALONE[1:])
        data = [alone] if dice.random() < 0.4 else dice.sample(_TOGETHER, dice.randint(1, 3))
        lines += [f"{owner} {each.format(name=name)}" for each in data]
    return lines


ZONES = {name: _lines(random.Random(name), name) for name in (f"z{number}.test" for number in range(20))}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of all the zones on a free port."""
    zones = {name: with_apex(name, *lines) for name, lines in ZONES.items()}
    with nsd(tmp_path_factory.mktemp("nsd"), zones) as number:
        yield number


def _asked(port: int, name: str, type: str) -> dns.message.Message:
    return dns.query.udp(dns.message.make_query(name, type), "127.0.0.1", port=port, timeout=2)


def _by_server(reply: dns.message.Message) -> object:
    """What `said` says of the same answer; a referral and a loop have none."""
    assert reply.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    wanted = reply.question[0].rdtype
    values = [str(item).strip('".') for each in reply.answer if each.rdtype == wanted for item in each]
    if values and wanted != dns.rdatatype.CNAME:
        return values
    if any(each.rdtype == dns.rdatatype.NS for each in reply.authority) and not values:
        return "elsewhere"
    return values or ("NXDOMAIN" if reply.rcode() == dns.rcode.NXDOMAIN else "NODATA")


def _by_view(view: Overlay, name: str, type: str) -> object:
    found = view.ask(name, type)
    if isinstance(found, Unknown):
        return "elsewhere" if found.not_asked else "loop"
    values = said(found)
    return sorted(each.rstrip(".") for each in values) if isinstance(values, list) else values


@pytest.mark.parametrize("name", ZONES)
def test_a_random_zone_is_answered_as_nsd_answers_it(name: str, port: int) -> None:
    view = Overlay([zone(name, *ZONES[name])], Answers())
    wrong = {}
    for owner, type in itertools.product(_ASKED, ("A", "TXT", "MX", "CNAME")):
        ours = _by_view(view, f"{owner}.{name}", type)
        theirs = _by_server(_asked(port, f"{owner}.{name}", type))
        if ours not in (theirs, "loop"):
            wrong[f"{owner} {type}"] = (ours, theirs)
    assert wrong == {}
