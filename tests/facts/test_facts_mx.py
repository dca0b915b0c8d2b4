"""What a domain's MX facts say of its hosts, and how they compare with what is declared."""

from __future__ import annotations

import pytest

from mfpolicy.facts.exchangers import MAX_ASKED
from mfpolicy.facts.mx import MxFacts, mx_facts
from mfpolicy.facts.paths import MxWanted
from mfpolicy.facts.questions import open_questions
from mfpolicy.model.dns import Answers, Question, Record, Reply, Unknown, Zone
from mfpolicy.model.intent import Sender
from mfpolicy.model.places import Line
from mfpolicy.views.overlay import Overlay

GATEWAY = MxWanted(declared=True, patterns=("*.gateway.test",), words="Gateway")
NOBODY = MxWanted()
SERVICES = {
    "gateway": Sender("gateway", "Gateway", mx=("*.gateway.test",)),
    "post": Sender("post", "Post", mx=("mx.post.test",)),
}


def live(world: dict[str, tuple[str, ...] | str | None], closed: bool = True) -> Overlay:
    """A world of "NAME TYPE" -> records, a failure, or None for a name that does not exist."""
    replies = {
        Question(*each.split()): Reply("NXDOMAIN")
        if said is None
        else Reply("TIMEOUT")
        if isinstance(said, str)
        else Reply("NOERROR", 300, said)
        for each, said in world.items()
    }
    return Overlay((), Answers(replies, closed))


def of_hosts(*hosts: str, wanted: MxWanted = NOBODY, **more: object) -> MxFacts:
    view = live({"example.org MX": tuple(f"10 {host}." for host in hosts)})
    return mx_facts(view, "example.org", wanted, services=SERVICES, **more)  # type: ignore[arg-type]


def trouble(world: dict[str, tuple[str, ...] | str | None], mx: str = "10 mx.example.net.") -> object:
    facts = mx_facts(live({"example.org MX": (mx,), **world}), "example.org", MxWanted())
    assert isinstance(facts.exchangers, tuple)
    return facts.exchangers[0].trouble


@pytest.mark.parametrize(
    ("world", "said"),
    [
        ({"mx.example.net A": ("192.0.2.1",)}, ""),
        ({"mx.example.net AAAA": ("2001:db8::1",)}, ""),
        ({"mx.example.net A": ("10.0.0.1",), "mx.example.net AAAA": ("2001:db8::1",)}, ""),
        ({"mx.example.net A": ("no address",)}, ""),
        ({"mx.example.net A": ("192.0.2.1",), "mx.example.net AAAA": "TIMEOUT"}, ""),
        ({}, "mx.example.net does not exist"),
        ({"mx.example.net TXT": ("here",)}, "mx.example.net has no address"),
        ({"mx.example.net A": ("127.0.0.1",)}, "mx.example.net has only private addresses"),
        ({"mx.example.net AAAA": ("fe80::1",)}, "mx.example.net has only private addresses"),
        ({"mx.example.net CNAME": ("a.example.net.",), "a.example.net A": ("192.0.2.1",)}, ""),
        (
            {"mx.example.net CNAME": ("a.example.net.",)},
            "mx.example.net leads to a.example.net, which does not exist",
        ),
    ],
)
def test_a_host_that_no_sender_reaches_is_named_with_the_reason(
    world: dict[str, tuple[str, ...] | str | None], said: str
) -> None:
    assert trouble(world) == said


@pytest.mark.parametrize(
    "world",
    [
        {"mx.example.net A": "TIMEOUT", "mx.example.net AAAA": ()},
        {"mx.example.net A": ("10.0.0.1",), "mx.example.net AAAA": "TIMEOUT"},
        {"mx.example.net CNAME": ("a.example.net.",), "a.example.net A": "TIMEOUT"},
    ],
)
def test_a_host_of_which_one_address_type_did_not_answer_is_unknown(
    world: dict[str, tuple[str, ...] | str | None],
) -> None:
    assert isinstance(trouble(world), Unknown)


def test_a_text_of_live_dns_that_is_no_host_is_in_trouble_and_one_of_a_zone_is_its_owners_finding() -> None:
    assert trouble({}, "10 192.0.2.25.") == "'10 192.0.2.25.' 192.0.2.25 is an address, not a name"
    record = Record("example.org", "MX", "10 192.0.2.25", place=Line("zone", 1))
    view = Overlay((Zone("example.org", (record,)),), Answers())
    assert mx_facts(view, "example.org", MxWanted()).exchangers == ()


@pytest.mark.parametrize(
    ("records", "alias"),
    [
        ((Record("mx.example.org", "CNAME", "a.example.net."),), "a.example.net."),
        ((Record("mx.example.org", "ALIAS", "a.example.net."),), ""),
        ((Record("mx.example.org", "A", "192.0.2.1"),), ""),
    ],
)
def test_a_cname_of_the_zone_shows_although_its_target_is_unknown(
    records: tuple[Record, ...], alias: str
) -> None:
    zone = Zone("example.org", (Record("example.org", "MX", "10 mx.example.org."), *records))
    facts = mx_facts(Overlay((zone,), Answers()), "example.org", MxWanted())
    assert isinstance(facts.exchangers, tuple)
    assert facts.exchangers[0].alias == alias


def test_both_address_types_of_every_host_are_asked_together_and_nothing_more() -> None:
    facts = mx_facts(
        live({"example.org MX": ("10 a.example.net.", "20 b.example.net.")}, closed=False),
        "example.org",
        MxWanted(),
    )
    assert open_questions(facts) == {
        Question(f"{host}.example.net", type) for host in "ab" for type in ("A", "AAAA")
    }


@pytest.mark.parametrize("mx", [("0 .",), ()])
def test_a_domain_without_a_host_asks_for_no_address_while_nothing_is_declared(mx: tuple[str, ...]) -> None:
    facts = mx_facts(live({"example.org MX": mx}, closed=False), "example.org", MxWanted())
    assert open_questions(facts) == set()


def test_of_a_crowd_of_hosts_the_first_twenty_are_asked_and_the_others_unknown() -> None:
    crowd = tuple(f"10 mx{number}.example.net." for number in range(MAX_ASKED + 5))
    facts = mx_facts(live({"example.org MX": crowd}), "example.org", MxWanted())
    assert isinstance(facts.exchangers, tuple)
    assert [isinstance(each.trouble, Unknown) for each in facts.exchangers] == [False] * 20 + [True] * 5


@pytest.mark.parametrize(
    ("hosts", "covered", "wanted"),
    [
        (("a.gateway.test",), True, (True,)),
        (("a.b.gateway.test", "mx.post.test"), True, (True, False)),
        (("mx.post.test",), False, (False,)),
        (("gateway.test",), False, (False,)),
        (("a.notgateway.test",), False, (False,)),
    ],
)
def test_hosts_are_compared_with_the_patterns_that_are_wanted(
    hosts: tuple[str, ...], covered: bool, wanted: tuple[bool, ...]
) -> None:
    facts = of_hosts(*hosts, wanted=GATEWAY)
    assert isinstance(facts.exchangers, tuple)
    assert facts.covered is covered
    assert tuple(each.wanted for each in facts.exchangers) == wanted


@pytest.mark.parametrize(
    "wanted", [MxWanted(), MxWanted(declared=True, patterns=("*.gateway.test",), unknown=("own",))]
)
def test_no_host_is_unwanted_where_nobody_knows_all_that_are_wanted(wanted: MxWanted) -> None:
    facts = of_hosts("mx.example.net", wanted=wanted)
    assert isinstance(facts.exchangers, tuple)
    assert [each.wanted for each in facts.exchangers] == [True]
    assert not facts.wanted.comparable


@pytest.mark.parametrize(
    ("mx", "absence"),
    [
        ((), "has no MX record"),
        (("0 .",), "has a null MX"),
        (("0 .", "10 mx.example.net."), ""),
        (("mail",), ""),
    ],
)
def test_what_stands_instead_of_an_mx_is_said_unless_it_cannot_be_read(
    mx: tuple[str, ...], absence: str
) -> None:
    assert mx_facts(live({"example.org MX": mx}), "example.org", MxWanted()).absence == absence


@pytest.mark.parametrize(
    ("world", "mail", "fallback"),
    [
        ({"example.org A": ("192.0.2.1",)}, "receive", True),
        ({"example.org AAAA": ("2001:db8::1",), "example.org A": "TIMEOUT"}, "none", True),
        ({}, "receive", False),
        ({"example.org A": ("192.0.2.1",)}, "", False),
        ({"example.org A": ("192.0.2.1",), "example.org MX": ("0 .",)}, "none", False),
    ],
)
def test_an_address_takes_the_mail_only_where_no_mx_stands_and_somebody_declares_the_use(
    world: dict[str, tuple[str, ...] | str | None], mail: str, fallback: bool
) -> None:
    view = live({"example.org MX": (), **world})
    assert mx_facts(view, "example.org", MxWanted(), mail).fallback is fallback


def test_a_domain_that_dns_does_not_know_does_not_exist_and_one_without_an_mx_does() -> None:
    view = live({"example.org MX": (), "gone.example.org MX": None})
    names = ("example.org", "gone.example.org")
    assert [mx_facts(view, name, MxWanted()).exists for name in names] == [True, False]


def test_a_host_that_stands_twice_is_repeated_and_judged_once() -> None:
    facts = of_hosts("a.gateway.test", "b.gateway.test", "A.gateway.test")
    assert facts.repeated == ("a.gateway.test",)
    assert isinstance(facts.exchangers, tuple)
    assert [each.host for each in facts.exchangers] == ["a.gateway.test", "b.gateway.test"]


def test_services_are_named_once_and_hosts_that_nobody_knows_are_left_out() -> None:
    found = of_hosts("mx.post.test", "a.gateway.test", "b.gateway.test", "mx.example.net").services
    assert found == ("Gateway", "Post")


@pytest.mark.parametrize(
    ("sender", "bounces"),
    [
        (Sender("post", mx=("mx.post.test",)), True),
        (Sender("other", mx=("mx.other.test",)), False),
        (Sender("silent", envelope="customer"), True),
        (Sender("own", envelope="own"), False),
    ],
)
def test_a_sender_takes_bounces_at_its_own_hosts_or_where_nobody_knows_them(
    sender: Sender, bounces: bool
) -> None:
    facts = of_hosts("mx.post.test", senders=(sender,))
    assert isinstance(facts.exchangers, tuple)
    assert facts.exchangers[0].bounces is bounces
