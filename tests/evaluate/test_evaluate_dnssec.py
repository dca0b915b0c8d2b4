"""Which zone a name lies in, and whether its delegation is signed."""

from __future__ import annotations

import pytest

from mfpolicy.evaluate.dnssec import is_signed, zone_of
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Unknown, Zone, unknown
from mfpolicy.views.overlay import Overlay

DS = Reply("NOERROR", 300, ("12345 13 2 " + "cd" * 32,))
SOA = Reply("NOERROR", 300, ("ns1.example.net. host.example.net. 1 2 3 4 300",))
NONE = Reply("NOERROR")
CUT = Record("sub.example.org", "NS", "ns1.example.net.")
SIGNED_CUT = Record("sub.example.org", "DS", "12345 13 2 " + "cd" * 32)


def view(*zones: Zone, **replies: Reply) -> Overlay:
    known = {key.rpartition(" ")[::2]: reply for key, reply in replies.items()}
    return Overlay(zones, Answers({Question(*key): reply for key, reply in known.items()}))


def test_a_name_of_the_repository_lies_in_its_zone_and_nothing_is_asked() -> None:
    assert zone_of(view(Zone("example.org")), "mail.example.org") == "example.org"


def test_what_is_delegated_away_is_no_name_of_the_zone() -> None:
    found = view(Zone("example.org", (CUT,)), **{"sub.example.org SOA": SOA})
    assert found.apex("a.sub.example.org") == ""
    assert zone_of(found, "sub.example.org") == "sub.example.org"


def test_elsewhere_the_closest_name_with_a_soa_is_the_zone() -> None:
    found = view(**{"mx.a.example.net SOA": NONE, "a.example.net SOA": NONE, "example.net SOA": SOA})
    assert zone_of(found, "mx.a.example.net") == "example.net"


def test_a_soa_behind_an_alias_is_not_the_name_s_own() -> None:
    alias = Reply("NOERROR", 300, ("example.com.",))
    found = view(**{"mx.example.net CNAME": alias, "example.com SOA": SOA, "example.net SOA": SOA})
    assert zone_of(found, "mx.example.net") == "example.net"


def test_a_name_of_a_hundred_labels_is_not_searched_to_its_end() -> None:
    name = ".".join("a" * 100) + ".test"
    replies = {Question(name[2 * each :], "SOA"): NONE for each in range(100)}
    assert zone_of(Overlay((), Answers(replies)), name) == unknown(name, "SOA", Reason.TOO_LARGE)


@pytest.mark.parametrize(
    ("ds", "signed"),
    [
        (DS, True),
        (NONE, False),
        (Reply("NXDOMAIN"), False),
        (Reply("SERVFAIL"), unknown("example.org", "DS", Reason.SERVFAIL)),
        (None, unknown("example.org", "DS", Reason.NOT_ASKED)),
    ],
)
def test_the_parent_s_ds_record_decides(ds: Reply | None, signed: bool | Unknown) -> None:
    replies = {"example.org DS": ds} if ds else {}
    assert is_signed(view(Zone("example.org"), **replies), "mail.example.org") == signed


@pytest.mark.parametrize(
    ("cut", "above", "signed"),
    [((CUT, SIGNED_CUT), DS, True), ((CUT,), DS, False), ((CUT, SIGNED_CUT), NONE, False)],
)
def test_in_a_repository_every_delegation_above_counts(
    cut: tuple[Record, ...], above: Reply, signed: bool
) -> None:
    zones = Zone("example.org", cut), Zone("sub.example.org")
    assert is_signed(view(*zones, **{"example.org DS": above}), "mx.sub.example.org") is signed
