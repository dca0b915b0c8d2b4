"""Proposed zones over recorded answers: who answers for a name, and what stays open."""

from __future__ import annotations

import time

import pytest
from zone_text import answers, said, zone

from mfpolicy.model.dns import Answer, Answers, Question, Record, Zone
from mfpolicy.views.overlay import LONGEST_CHAIN, Overlay

ZONES = [
    zone(
        "contoso.com",
        "@ MX 0 mx.contoso.com",
        "@ ALIAS edge.example.org",
        "out CNAME back.example.org",
        "here TXT proposed",
        "loop1 CNAME loop2.contoso.com",
        "loop2 CNAME loop1.contoso.com",
        "dangling CNAME gone.example.org",
        "inside CNAME deleted.contoso.com",
        "open CNAME unasked.example.org",
        "long CNAME a..b.example.org",
        "alias1 ALIAS alias2.contoso.com",
        "alias2 ALIAS alias1.contoso.com",
        "unasked ALIAS unasked.example.org",
        "alone ALIAS gone.example.org",
        "toalias CNAME contoso.com",
        "*.wild CNAME here.contoso.com",
        "sub NS ns.example.org",
        "x.sub TXT dead",
        "child NS ns.example.org",
        "child DS 1 8 2 aa",
        "mail.child TXT dead",
    ),
    zone("child.contoso.com", "mail TXT alive"),
    zone("fabrikam.com", "www A 192.0.2.7", "www TXT ours", "*.new TXT new", authority="partial"),
]
LIVE = answers(
    **{
        "back.example.org CNAME": ["HERE.contoso.com."],
        "gone.example.org TXT": "NXDOMAIN",
        "edge.example.org A": ["192.0.2.80"],
        "edge.example.org AAAA": [],
        "deleted.contoso.com TXT": ["still live"],
        "x.sub.contoso.com TXT": ["from the child"],
        "fabrikam.com MX": ["0 mx.fabrikam.com"],
        "www.fabrikam.com CNAME": ["old.example.org"],
        "a.new.fabrikam.com TXT": "NXDOMAIN",
        "failing.example.org TXT": "SERVFAIL",
    }
)
VIEW = Overlay(ZONES, LIVE)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("out.contoso.com", "TXT", ["proposed"]),  # out of the repository and back
        ("out.contoso.com", "CNAME", ["back.example.org"]),
        ("deleted.contoso.com", "TXT", "NXDOMAIN"),  # a deletion looks like one, whatever is live
        ("inside.contoso.com", "TXT", "NXDOMAIN"),
        ("dangling.contoso.com", "TXT", "NXDOMAIN"),
        ("long.contoso.com", "TXT", "NXDOMAIN"),
        ("open.contoso.com", "TXT", "unasked.example.org TXT not asked"),  # the chain's next name
        ("loop1.contoso.com", "TXT", "loop1.contoso.com TXT is a loop of CNAME records"),
        ("loop1.contoso.com", "CNAME", ["loop2.contoso.com"]),
        ("a.wild.contoso.com", "TXT", ["proposed"]),
        ("contoso.com", "A", ["192.0.2.80"]),
        ("contoso.com", "AAAA", "NODATA"),
        ("contoso.com", "TXT", "NODATA"),  # an ALIAS is not a CNAME
        ("contoso.com", "CNAME", "NODATA"),
        ("contoso.com", "MX", ["0 mx.contoso.com"]),
        ("toalias.contoso.com", "A", ["192.0.2.80"]),
        ("alone.contoso.com", "A", "NODATA"),  # its owner exists, though the target does not
        ("alias1.contoso.com", "A", "alias1.contoso.com A is a loop of CNAME records"),
        ("alias1.contoso.com", "TXT", "NODATA"),
        ("unasked.contoso.com", "AAAA", "unasked.example.org AAAA not asked"),
        ("x.sub.contoso.com", "TXT", ["from the child"]),  # cut off: the child zone answers
        ("y.sub.contoso.com", "TXT", "y.sub.contoso.com TXT not asked"),
        ("mail.child.contoso.com", "TXT", ["alive"]),  # the child zone of the repository answers
        ("child.contoso.com", "DS", ["1 8 2 aa"]),  # on the parent's side
        ("fabrikam.com", "MX", ["0 mx.fabrikam.com"]),  # partial: other names exist elsewhere
        ("fabrikam.com", "TXT", "fabrikam.com TXT not asked"),
        ("www.fabrikam.com", "A", ["192.0.2.7"]),
        ("www.fabrikam.com", "MX", "NODATA"),  # the live CNAME is displaced
        ("www.fabrikam.com", "CNAME", "NODATA"),  # no CNAME stands beside the proposal's records
        ("a.new.fabrikam.com", "TXT", ["new"]),  # not live yet, so the new wildcard answers
        ("b.new.fabrikam.com", "TXT", "b.new.fabrikam.com TXT not asked"),
        ("failing.example.org", "TXT", "failing.example.org TXT answered SERVFAIL"),
        ("nobody.example.org", "MX", "nobody.example.org MX not asked"),
        ("notcontoso.com", "MX", "notcontoso.com MX not asked"),
    ],
)
def test_the_zone_that_answers_for_a_name_is_asked_then_dns(name: str, type: str, expected: object) -> None:
    assert said(VIEW.ask(name, type)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("contoso.com", True),
        ("sub.contoso.com", True),  # the delegation itself
        ("x.sub.contoso.com", True),
        ("z.sub.contoso.com", "z.sub.contoso.com A not asked"),
        ("deleted.contoso.com", False),
        ("a.new.fabrikam.com", True),
        ("c.fabrikam.com", "c.fabrikam.com A not asked"),
        ("gone.example.org", False),
        ("a..b.example.org", False),
        ("x" * 64 + ".example.org", False),
    ],
)
def test_existence_is_told_by_the_zone_that_answers(name: str, expected: object) -> None:
    found = VIEW.exists(name)
    assert (found if isinstance(found, bool) else said(found)) == expected


def test_a_chain_is_told_in_order_with_the_name_it_ended_at() -> None:
    found = VIEW.ask("out.contoso.com", "TXT")
    assert isinstance(found, Answer)
    assert (found.name, [each.name for each in found.chain]) == (
        "here.contoso.com",
        ["out.contoso.com", "back.example.org"],
    )


def test_addresses_behind_an_alias_are_its_owners_own() -> None:
    found = VIEW.ask("toalias.contoso.com", "A")
    assert isinstance(found, Answer)
    assert (found.name, found.records) == ("contoso.com", (Record("contoso.com", "A", "192.0.2.80", 300),))
    assert [each.name for each in found.chain] == ["toalias.contoso.com"]


def test_a_delegation_hides_what_the_file_holds_below_it_and_nothing_else() -> None:
    hidden = [VIEW.occluded_by(f"{owner}.contoso.com", "contoso.com") for owner in ("x.sub", "here")]
    assert [*hidden, VIEW.occluded_by("a.test", "a.test")] == ["sub.contoso.com", None, None]


@pytest.mark.parametrize(
    ("hops", "settled"), [(LONGEST_CHAIN, True), (LONGEST_CHAIN + 1, False), (5000, False)]
)
@pytest.mark.parametrize("type", ["CNAME", "ALIAS"])
def test_a_chain_is_followed_so_far_whatever_was_asked_before(hops: int, settled: bool, type: str) -> None:
    lines = [f"n{each} {type} n{each + 1}.contoso.com" for each in range(hops)]
    zones = [zone("contoso.com", *lines, f"n{hops} A 192.0.2.1")]
    view = Overlay(zones, Answers())
    assert ("too large" not in str(said(view.ask("n0.contoso.com", "A")))) is settled
    assert view.ask("n1.contoso.com", "A") == Overlay(zones, Answers()).ask("n1.contoso.com", "A")


def test_a_name_that_grows_with_every_step_ends() -> None:
    view = Overlay([zone("contoso.com", "d DNAME d.d.contoso.com")], Answers())
    assert str(said(view.ask("x.d.contoso.com", "A"))).endswith("A is too large to follow")


def test_an_unreadable_zone_and_its_owners_are_unknown_even_if_dns_answers() -> None:
    live = answers(**{"contoso.com MX": ["0 mx.contoso.com"]})
    view = Overlay([Zone("contoso.com", readable=False)], live)
    assert said(view.ask("contoso.com", "MX")) == "contoso.com MX could not be read in its zone file"


def test_unmanaged_names_are_what_dns_says() -> None:
    live = answers(True, **{"theirs.contoso.com A": ["192.0.2.5"], "gone.contoso.com A": ["192.0.2.6"]})
    view = Overlay([zone("contoso.com", unmanaged=frozenset({"theirs.contoso.com"}))], live)
    asked = [said(view.ask(f"{owner}.contoso.com", "A")) for owner in ("theirs", "x.theirs", "gone")]
    assert asked == [["192.0.2.5"], "NXDOMAIN", "NXDOMAIN"]


def questions(*each: str) -> frozenset[Question]:
    return frozenset(Question(*one.split(" ")) for one in each)


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("contoso.com", "MX", "NODATA"),  # taken away, whatever DNS says today
        ("contoso.com", "TXT", ["v=spf1 -all"]),  # put back under the same name
        ("contoso.com", "A", ["192.0.2.1"]),  # nobody's business here
        ("alias.contoso.com", "TXT", "NODATA"),  # the alias that answered it is taken away
        ("turned.contoso.com", "TXT", ["v=DKIM1; p=a"]),  # a record where the alias stood
        ("turned.contoso.com", "CNAME", "NODATA"),
        ("other.contoso.com", "MX", ["0 other.contoso.com"]),
    ],
)
def test_what_a_partial_zone_takes_away_is_gone_and_all_else_is_what_dns_says(
    name: str, type: str, expected: object
) -> None:
    live = answers(
        **{
            "contoso.com MX": ["0 mx.contoso.com"],
            "contoso.com TXT": ["v=spf1 ~all"],
            "contoso.com A": ["192.0.2.1"],
            "alias.contoso.com CNAME": ["here.example.org"],
            "here.example.org TXT": ["still there"],
            "turned.contoso.com CNAME": ["here.example.org"],
            "other.contoso.com MX": ["0 other.contoso.com"],
        }
    )
    ours = zone(
        "contoso.com",
        "@ TXT v=spf1 -all",
        "turned TXT v=DKIM1; p=a",
        authority="partial",
        absent=questions("contoso.com MX", "alias.contoso.com CNAME", "turned.contoso.com CNAME"),
    )
    assert said(Overlay([ours], live).ask(name, type)) == expected


@pytest.mark.parametrize(
    ("name", "type", "expected"),
    [
        ("contoso.com", "MX", "contoso.com MX is known only once the change is applied"),
        ("contoso.com", "TXT", ["v=spf1 -all"]),
        ("key.contoso.com", "TXT", "key.contoso.com TXT is known only once the change is applied"),
        ("x.wild.contoso.com", "TXT", "x.wild.contoso.com TXT is known only once the change is applied"),
    ],
)
@pytest.mark.parametrize("authority", ["full", "partial"])
def test_what_gets_its_value_later_is_not_known_whatever_dns_says_today(
    authority: str, name: str, type: str, expected: object
) -> None:
    live = answers(True, **{"contoso.com MX": ["0 mx.contoso.com"], "key.contoso.com TXT": ["v=DKIM1; p="]})
    awaited = questions("contoso.com MX", "key.contoso.com CNAME", "*.wild.contoso.com TXT")
    ours = zone("contoso.com", "@ TXT v=spf1 -all", authority=authority, awaited=awaited)
    assert said(Overlay([ours], live).ask(name, type)) == expected


def test_6500_owners_are_asked_quickly() -> None:
    names = [f"a{each}.z{each % 405}.example" for each in range(6500)]
    zones = [
        Zone(f"z{each}.example", tuple(Record(name, "TXT", "x") for name in names[each::405]))
        for each in range(405)
    ]
    start = time.perf_counter()
    view = Overlay(zones, Answers())
    assert all(view.exists(name) is True and said(view.ask(name, "TXT")) == ["x"] for name in names)
    assert time.perf_counter() - start < 1


MADE, TAKEN = "made", "taken"
BESIDE = frozenset({Question("example.org", "TXT"), Question("example.org", "MX")})


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ({"example.org TXT": ["theirs", TAKEN]}, [MADE, "theirs"]),  # before the change is deployed
        ({"example.org TXT": ["theirs", MADE]}, [MADE, "theirs"]),  # and after
        ({"example.org TXT": "NXDOMAIN"}, [MADE]),
        ({"example.org TXT": "SERVFAIL"}, "example.org TXT answered SERVFAIL"),
        ({}, [MADE]),  # not asked: what the zone tells
    ],
)
def test_a_record_set_held_in_part_has_what_dns_says_too(
    live: dict[str, str | list[str]], expected: object
) -> None:
    replaced = tuple(Record("example.org", "TXT", value) for value in (MADE, TAKEN))
    ours = zone("example.org", f"@ TXT {MADE}", authority="partial", partly=BESIDE, replaced=replaced)
    assert said(Overlay([ours], answers(**live)).ask("example.org", "TXT")) == expected


def test_the_last_record_of_a_set_held_in_part_leaves_those_of_others() -> None:
    gone = {
        "absent": BESIDE,
        "partly": BESIDE,
        "replaced": (Record("example.org", "MX", "10 Mail.example.net"),),
    }
    live = answers(**{"example.org MX": ["10 mail.example.net.", "20 backup.example.net."]})
    view = Overlay([zone("example.org", authority="partial", **gone)], live)
    assert said(view.ask("example.org", "MX")) == ["20 backup.example.net."]
    assert view.partly == BESIDE


def test_a_zone_that_another_source_tells_as_a_whole_has_no_more_than_that() -> None:
    whole = zone("example.org", "@ TXT known")
    part = zone("example.org", f"@ TXT {MADE}", authority="partial", partly=BESIDE)
    live = answers(**{"example.org TXT": ["known", "forgotten"]})
    assert said(Overlay([whole, part], live).ask("example.org", "TXT")) == ["known", MADE]
