"""Where the mail of a domain goes after a change, and whether it still goes anywhere."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from two_sides import KEY, of, side, zone

from mfpolicy.facts.changes.mx import MxChangeFacts, mx_change
from mfpolicy.facts.changes.side import Side
from mfpolicy.model.dns import Answers, Question, Reply, Unknown
from mfpolicy.model.intent import DomainIntent
from mfpolicy.model.places import Line

OLD = "@ MX 10 mx.post.test."
NEW = "@ MX 10 mx.example.net."


def change(base: Side, head: Side) -> MxChangeFacts:
    return mx_change(base, head, "example.org")


def hosts(*names: str) -> Side:
    return of(*(f"@ MX 10 {name}" for name in names))


def test_before_and_after_are_told_with_their_providers() -> None:
    found = change(of(OLD), of(NEW, "@ MX 20 mx.example.org."))
    assert msgspec.structs.replace(found, place=None) == MxChangeFacts(
        before=("mx.post.test",),
        after=("mx.example.net", "mx.example.org"),
        before_providers=("Post",),
        after_providers=("example.net", "example.org"),
        dropped=("mx.post.test",),
        gained=("mx.example.net", "mx.example.org"),
        moved=True,
    )


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("mx.post.test.", "mx.example.net.", True),
        ("mx1.post.test.", "mx2.post.test.", False),
        ("mx1.example.net.", "mx2.example.net.", False),
        ("mx1.example.net.", "mx.eu.example.net.", False),
        ("mx.example.net.", "MX.EXAMPLE.NET.", False),
        ("mail.example.org.", "mx1.eu.example.org.", False),
        ("contoso.com.", "fabrikam.com.", True),
        ("mail.contoso.com.", "contoso.com.", False),
    ],
)
def test_mail_moves_where_none_of_the_old_providers_stays(before: str, after: str, moved: bool) -> None:
    assert change(hosts(before), hosts(after)).moved is moved


def test_mail_that_went_to_a_missing_host_does_not_move() -> None:
    assert change(hosts("mail.example.org."), hosts("mx.example.net.")).moved is False


def test_a_declared_move_says_so() -> None:
    head = side(zone("example.org", f"@ 300 {OLD[2:]}"), domains=(DomainIntent("example.org", mx=("post",)),))
    assert (change(of(NEW), head).moved, change(of(NEW), head).as_declared) == (True, True)


@pytest.mark.parametrize(
    ("base", "head", "stopped"),
    [
        ((OLD,), (NEW,), False),
        ((OLD,), ("@ TXT v=spf1 -all",), True),
        ((OLD,), ("@ MX 0 .",), True),
        ((OLD,), (), True),
        ((OLD,), ("@ MX 10 mx..test",), False),
        (("@ MX 0 .",), (), False),
        (("@ MX 10 192.0.2.25.",), (), False),
        (("@ MX 10 gone.example.org.",), (), False),
        ((), (OLD,), False),
        (("@ MX 10 a.example.org.", "a A 192.0.2.1"), ("@ A 192.0.2.1",), False),
        (("@ MX 10 a.example.org.", "a A 192.0.2.1"), ("@ A 192.0.2.2",), True),
        (("@ MX 10 a.example.org.", "a A 192.0.2.1"), ("@ MX 0 .", "@ A 192.0.2.1"), True),
    ],
)
def test_mail_stops_where_it_was_taken_and_nothing_is_left_to_take_it(
    base: tuple[str, ...], head: tuple[str, ...], stopped: bool
) -> None:
    assert change(of(*base), of(*head)).stopped is stopped


@pytest.mark.parametrize(
    ("head", "sends_by"),
    [
        (("@ TXT v=spf1 -all",), ""),
        (("@ TXT v=spf1 ip4:192.0.2.1 -all",), "SPF"),
        (("@ TXT v=spf1 include:spf.example.net -all",), "SPF"),
        (("@ TXT v=spf1 -ip4:192.0.2.1 ~all",), ""),
        (("@ TXT v=spf1 +all",), "SPF"),
        (("@ TXT v=spf1 ip4:192.0.2.999 -all",), ""),
        (("@ TXT v=spf1 redirect=_spf.example.org", "_spf TXT v=spf1 -all"), ""),
        (("@ TXT v=spf1 redirect=_spf.example.org", "_spf TXT v=spf1 a:example.net -all"), "SPF"),
        ((f"s1._domainkey TXT {KEY}",), "DKIM"),
        (("s1._domainkey TXT v=DKIM1; p=",), ""),
        ((f"s1._domainkey.shop TXT {KEY}",), ""),
        (("@ TXT v=spf1 mx -all", f"s1._domainkey TXT {KEY}"), "SPF and DKIM"),
        (("@ TXT v=spf1 mx -all", "s1._domainkey CNAME s1.example.net."), "SPF"),
    ],
)
def test_who_still_speaks_for_senders_is_named(head: tuple[str, ...], sends_by: str) -> None:
    assert change(of(OLD), of(*head)).sends_by == sends_by


@pytest.mark.parametrize(
    "line", ["@ TXT v=spf1 redirect=spf.example.net", "s1._domainkey CNAME s1.example.net."]
)
def test_what_nobody_asked_may_speak_for_senders(line: str) -> None:
    assert isinstance(change(of(OLD), of(line)).sends_by, Unknown)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (DomainIntent("example.org", mail="none"), True),
        (DomainIntent("example.org", mail="send"), True),
        (DomainIntent("example.org", mx=()), True),
        (DomainIntent("example.org", mail="receive"), False),
        (DomainIntent("example.org", mx=("post",)), False),
        (DomainIntent("example.org"), False),
    ],
)
def test_an_intent_may_say_that_no_mail_is_taken(said: DomainIntent, meant: bool) -> None:
    assert change(of(OLD), side(zone("example.org"), domains=(said,))).meant is meant


def test_the_place_is_the_mx_of_head_else_what_stands_beside_it_else_the_zone() -> None:
    heads = (of("@ A 192.0.2.1", NEW), of("@ A 192.0.2.1", "@ TXT v=spf1 -all"), of("a A 192.0.2.1"))
    assert [change(of(OLD), head).place for head in heads] == [
        Line("example.org", 2),
        Line("example.org", 2),
        Line("example.org", 0),
    ]


def test_a_deleted_zone_is_told_by_the_name_alone() -> None:
    answers = Answers({Question("example.org", "MX"): Reply("NOERROR", 300, ("10 mx.example.net.",))})
    assert change(of(OLD), side(answers=answers)) == MxChangeFacts()


def test_a_side_that_nobody_asked_is_unknown_only_where_it_counts() -> None:
    found = change(of(), of("@ CNAME www.example.net."))
    assert (found.moved, found.stopped, isinstance(found.after, Unknown)) == (False, False, True)


_HOSTS = st.lists(
    st.sampled_from(
        ["0 .", "10 mx1.post.test.", "20 mx2.post.test.", "10 mx.example.net.", "10 mx.contoso.com."]
    ),
    unique=True,
    max_size=4,
)


@given(_HOSTS)
def test_what_stays_as_it_is_is_no_change(values: list[str]) -> None:
    same = [of(*(f"@ MX {each}" for each in listed)) for listed in (values, values[::-1])]
    found = change(*same)
    assert (found.moved, found.stopped, found.dropped, found.gained) == (False, False, (), ())


@given(_HOSTS, _HOSTS)
def test_undoing_a_change_moves_back_and_brings_back_what_had_stopped(
    one: list[str], other: list[str]
) -> None:
    sides = [of(*(f"@ MX {each}" for each in listed)) for listed in (one, other)]
    there, back = change(*sides), change(*sides[::-1])
    assert (back.moved, back.dropped, back.gained) == (there.moved, there.gained, there.dropped)
    assert not (there.stopped and back.stopped)
