"""DNS asked of a real name server and of one that misbehaves: an answer, or the reason why there is none."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import dns.message
import pytest
from hostile import (
    Asked,
    Behaviour,
    Hostile,
    Said,
    again,
    by_type,
    doubled,
    dropping,
    endless,
    late,
    mangled,
    over_tcp,
    quoted,
    says,
    short,
    shuffled,
    silent,
)
from nameserver import free_port, has_ipv6, needs_nsd, nsd, with_apex

from mfpolicy.collect.dns import Progress, Resolver, Server, Silence, patience, servers_of
from mfpolicy.collect.dns.window import LARGEST, SMALLEST, START, Window
from mfpolicy.model.dns import Question, Rcode, Reply

# What goes wrong in a callback from C ends in a warning, and on a user's terminal.
pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
QUICK = 0.15
OCTETS = bytes(range(256))
KEY = "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
DIGEST = "8d2c50ac1a3f5b1cde0b51be0f5c2a7a3f4b9f3f4c36d9b5d9f6c9c5cb3a1e42"


def at(server: Hostile) -> Server:
    return Server(server.host, server.port)


def asking(*servers: Server, tries: int = 2, timeout: float = QUICK, **how: object) -> Resolver:
    return Resolver(servers, timeout=timeout, tries=tries, **how)  # type: ignore[arg-type]


def question(text: str) -> Question:
    """A question such as "www.example.org A"."""
    name, _, type = text.rpartition(" ")
    return Question(name, type)


def heard(resolver: Resolver, *texts: str) -> dict[str, str | list[str]]:
    """What is said to questions such as "www.example.org A": the values, NODATA, or an rcode."""
    with resolver:
        replies = resolver.ask(question(text) for text in texts)
    return {f"{each.name} {each.type}": in_short(reply) for each, reply in replies.items()}


def in_short(reply: Reply) -> str | list[str]:
    if reply.rcode != "NOERROR":
        return reply.rcode
    return [str(each) for each in reply.records] or "NODATA"


def echo(asked: Asked) -> Said:
    """An address for every name."""
    return says(f"{asked.name} A 192.0.2.1")(asked)


def numbered(count: int, type: str = "A") -> list[Question]:
    return [Question(f"a{number}.test", type) for number in range(count)]


def forged(wire: bytes) -> bytes:
    return bytes([wire[0] ^ 1]) + wire[1:]


# A real server.

TEXTS = "".join(quoted(OCTETS[start : start + 64]) + " " for start in range(0, 256, 64))
ZONE = with_apex(
    "example.test",
    "@ MX 10 mx.example.net.",
    "@ MX 5 MX.example.test.",
    f"@ DNSKEY 257 3 13 {KEY}",
    "null MX 0 .",
    "host A 192.0.2.2",
    "host A 192.0.2.1",
    "host AAAA 2001:db8::1",
    'text TXT "v=spf1 " "-all"',
    f"octets TXT {TEXTS}",
    "alias CNAME alias2",
    "alias2 CNAME Host",
    "dangling CNAME gone",
    "outside CNAME www.example.net.",
    'caa CAA 128 issue "ca.example.net; account=1"',
    f"_25._tcp.mx TLSA 3 1 1 {DIGEST}",
    "1.2.0.192 PTR host",
    "_sip._tcp SRV 1 2 5061 host",
    "child NS ns.example.net.",
    f"child DS 12345 13 2 {DIGEST}",
    "below.ent A 192.0.2.9",
    '*.wild TXT "for any"',
)
SAID: dict[str, dict[str, str | list[str]]] = {
    "host.example.test A": {"host.example.test A": ["192.0.2.1", "192.0.2.2"]},
    "host.example.test AAAA": {"host.example.test AAAA": ["2001:db8::1"]},
    "example.test MX": {"example.test MX": ["10 mx.example.net.", "5 mx.example.test."]},
    "null.example.test MX": {"null.example.test MX": ["0 ."]},
    "text.example.test TXT": {"text.example.test TXT": ["v=spf1 -all"]},
    "octets.example.test TXT": {"octets.example.test TXT": [OCTETS.decode("latin-1")]},
    "example.test NS": {"example.test NS": ["ns.example.org."]},
    "example.test SOA": {"example.test SOA": ["ns.example.org. h.example.org. 1 2 3 4 5"]},
    "caa.example.test CAA": {"caa.example.test CAA": ['128 issue "ca.example.net; account=1"']},
    "_25._tcp.mx.example.test TLSA": {"_25._tcp.mx.example.test TLSA": [f"3 1 1 {DIGEST}"]},
    "1.2.0.192.example.test PTR": {"1.2.0.192.example.test PTR": ["host.example.test."]},
    "_sip._tcp.example.test SRV": {"_sip._tcp.example.test SRV": ["1 2 5061 host.example.test."]},
    "child.example.test DS": {"child.example.test DS": [f"12345 13 2 {DIGEST}"]},
    "example.test DNSKEY": {"example.test DNSKEY": [f"257 3 13 {KEY[:32]} {KEY[32:64]} {KEY[64:]}"]},
    "host.example.test DS": {"host.example.test DS": "NODATA"},
    "x.wild.example.test TXT": {"x.wild.example.test TXT": ["for any"]},
    "host.example.test TXT": {"host.example.test TXT": "NODATA"},
    "ent.example.test A": {"ent.example.test A": "NODATA"},
    "gone.example.test A": {"gone.example.test A": "NXDOMAIN", "gone.example.test CNAME": "NXDOMAIN"},
    "gone.example.test DS": {"gone.example.test DS": "NXDOMAIN"},
    "alias.example.test A": {
        "alias.example.test CNAME": ["alias2.example.test."],
        "alias2.example.test CNAME": ["host.example.test."],
        "host.example.test A": ["192.0.2.1", "192.0.2.2"],
    },
    "alias.example.test CNAME": {"alias.example.test CNAME": ["alias2.example.test."]},
    "alias.example.test MX": {
        "alias.example.test CNAME": ["alias2.example.test."],
        "alias2.example.test CNAME": ["host.example.test."],
    },
    "dangling.example.test TXT": {"dangling.example.test CNAME": ["gone.example.test."]},
    "outside.example.test TXT": {"outside.example.test CNAME": ["www.example.net."]},
    # Below a delegation this server knows nothing; it refers to another.
    "child.example.test TXT": {"child.example.test TXT": "BADREPLY"},
    "spf.child.example.test TXT": {"spf.child.example.test TXT": "BADREPLY"},
    "elsewhere.example.org A": {"elsewhere.example.org A": "REFUSED"},
    "elsewhere.example.org DS": {"elsewhere.example.org DS": "REFUSED"},
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    hosts = ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]
    with nsd(tmp_path_factory.mktemp("nsd"), {"example.test": ZONE}, hosts) as number:
        yield number


@needs_nsd
@pytest.mark.parametrize("text", SAID)
def test_nsd_is_heard(text: str, port: int) -> None:
    assert heard(asking(Server("127.0.0.1", port)), text) == SAID[text]


@needs_nsd
def test_all_questions_are_asked_together(port: int) -> None:
    together = {text: said for each in SAID.values() for text, said in each.items()}
    assert heard(asking(Server("127.0.0.1", port)), *SAID) == together


@needs_nsd
def test_a_referral_of_one_type_says_nothing_about_the_ds_records_of_the_parent(port: int) -> None:
    texts = ("child.example.test TXT", "child.example.test MX", "child.example.test DS")
    assert heard(asking(Server("127.0.0.1", port)), *texts) == {
        "child.example.test TXT": "BADREPLY",
        "child.example.test MX": "BADREPLY",
        "child.example.test DS": [f"12345 13 2 {DIGEST}"],
    }


def resolving(asked: Asked) -> Said:
    """An empty answer of a resolver."""
    message = dns.message.make_response(asked.message, recursion_available=True)
    return Said((message.to_wire(),))


def test_a_resolver_is_believed_that_there_is_nothing() -> None:
    with Hostile({}, resolving) as server, asking(at(server)) as asked:
        assert {reply.rcode for reply in asked.ask(numbered(50)).values()} == {"NOERROR"}
        # One of them was asked once more, to see that it is a resolver.
        assert sum(server.seen.values()) == 51
        asked.ask(Question(f"b{number}.test", "A") for number in range(50))
        assert sum(server.seen.values()) == 101


def test_a_name_with_records_of_another_type_is_not_looked_at_twice() -> None:
    with Hostile({}, by_type(A=echo)) as server:
        found = heard(asking(at(server)), "www.test A", "www.test TXT")
    assert (found["www.test TXT"], server.seen["www.test", "TXT"]) == ("NODATA", 1)


@needs_nsd
def test_a_reply_has_its_ttl(port: int) -> None:
    with asking(Server("127.0.0.1", port)) as resolver:
        found = resolver.ask([question("text.example.test TXT")])
    assert found == {question("text.example.test TXT"): Reply("NOERROR", 300, ("v=spf1 -all",))}


@needs_nsd
@pytest.mark.skipif(not has_ipv6(), reason="no ::1 here")
@pytest.mark.parametrize("type", ["AAAA", "DS"])
def test_a_server_may_have_an_ipv6_address(type: str, port: int) -> None:
    text = f"host.example.test {type}"
    assert heard(asking(Server("::1", port)), text) == SAID[text]


# A hostile one, asked about everything at once.

ADDRESS = ["192.0.2.1"]
FAULTS: dict[str, tuple[Behaviour, object]] = {
    "silent.test A": (silent, "TIMEOUT"),
    "servfail.test A": (says(rcode="SERVFAIL"), "SERVFAIL"),
    "refused.test A": (says(rcode="REFUSED"), "REFUSED"),
    "formerr.test A": (says(rcode="FORMERR"), "FORMERR"),
    "notimp.test A": (says(rcode="NOTIMP"), "NOTIMP"),
    "yxdomain.test A": (says(rcode="YXDOMAIN"), "BADREPLY"),
    "nxdomain.test A": (says(rcode="NXDOMAIN"), "NXDOMAIN"),
    "nodata.test A": (says(), "NODATA"),
    "otherid.test A": (mangled(forged, echo), "TIMEOUT"),
    "otherquestion.test A": (says("otherquestion.test A 192.0.2.66", asks="x.test"), "TIMEOUT"),
    "otherowner.test A": (says("x.test A 192.0.2.66"), "BADREPLY"),
    "othertype.test A": (says('othertype.test TXT "192.0.2.66"'), "BADREPLY"),
    "empty.test A": (mangled(lambda wire: b"", echo), "TIMEOUT"),
    "plain.test A": (echo, ADDRESS),
    "late.test A": (late(QUICK / 3, echo), ADDRESS),
    "again.test A": (again(echo), ADDRESS),
    "beforehand.test A": (doubled(mangled(forged, says("beforehand.test A 192.0.2.66")), echo), ADDRESS),
    "mangled.test A": (says("MaNgLeD.TeSt A 192.0.2.1"), ADDRESS),
    "smuggled.test A": (says("smuggled.test A 192.0.2.1", "bank.test A 192.0.2.66"), ADDRESS),
    "truncated.test A": (over_tcp(echo), ADDRESS),
    r"a\.b.test A": (says(r"a\.b.test A 192.0.2.1"), ADDRESS),
    r"a\\b.test A": (says(r"a\\b.test A 192.0.2.1"), ADDRESS),
    r"a\032b\255.test A": (says(r"a\032b\255.test A 192.0.2.1"), ADDRESS),
    r"a\000b.test A": (says(r"a\000b.test A 192.0.2.1"), ADDRESS),
    "octets.test TXT": (says(f"octets.test TXT {quoted(OCTETS[:255])}"), [OCTETS[:255].decode("latin-1")]),
    "strings.test TXT": (says(f"strings.test TXT {'0123456789 ' * 4000}"), ["0123456789" * 4000]),
    "many.test TXT": (
        says(*(f"many.test TXT {number:04}" for number in range(3000))),
        [f"{number:04}" for number in range(3000)],
    ),
    "servfail.test DS": (says(rcode="SERVFAIL"), "SERVFAIL"),
    "notimp.test DS": (says(rcode="NOTIMP"), "NOTIMP"),
    "silent.test DS": (silent, "TIMEOUT"),
    "nodata.test DS": (says(), "NODATA"),
    "otherid.test DS": (mangled(forged, echo), "BADREPLY"),
    "tcp.test DNSKEY": (
        over_tcp(says(f"tcp.test DNSKEY 257 3 13 {KEY}")),
        [f"257 3 13 {KEY[:32]} {KEY[32:64]} {KEY[64:]}"],
    ),
}


@pytest.fixture(scope="module")
def faults() -> Iterator[dict[str, str | list[str]]]:
    """What was said to every question of FAULTS, all asked together within five seconds."""
    with Hostile({question(text).name: behave for text, (behave, _) in reversed(FAULTS.items())}) as server:
        began = time.monotonic()
        found = heard(asking(at(server)), *FAULTS)
        assert time.monotonic() - began < 5
        yield found


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_and_its_neighbour_left_alone(text: str, faults: dict[str, object]) -> None:
    assert faults[text] == FAULTS[text][1]


def test_nothing_is_kept_that_a_reply_smuggles_in(faults: dict[str, object]) -> None:
    assert "bank.test A" not in faults


# Octets that are no message at all.

MALFORMED: dict[str, Callable[[bytes], bytes]] = {
    "a record longer than the packet": lambda wire: wire[:-2],
    "a name beyond the packet": lambda wire: wire[:-16] + b"\xff\xff" + wire[-14:],
    "counts too high": lambda wire: wire[:6] + b"\xff\xff" + wire[8:],
    "an id and nothing more": lambda wire: wire[:2],
    "a name that points at itself": lambda wire: wire[:12] + b"\xc0\x0c" + wire[14:],
    "random octets": lambda wire: wire[:2] + random.Random(1).randbytes(60),
    "random octets, many": lambda wire: wire[:2] + random.Random(2).randbytes(4000),
}


@pytest.mark.parametrize("type", ["A", "DS"])
@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_reply_is_a_bad_reply(change: Callable[[bytes], bytes], type: str) -> None:
    with Hostile({}, mangled(change, says("bad.test A 192.0.2.1"))) as server:
        assert heard(asking(at(server)), f"bad.test {type}") == {f"bad.test {type}": "BADREPLY"}


def test_a_malformed_reply_does_no_harm_to_its_neighbours() -> None:
    names = {f"bad{number}.test": mangled(change, echo) for number, change in enumerate(MALFORMED.values())}
    with Hostile(names, late(0.02, echo)) as server:
        found = heard(asking(at(server)), *(f"{name} A" for name in names), "plain.test A", "other.test A")
    assert found == {f"{name} A": "BADREPLY" for name in names} | {
        "plain.test A": ADDRESS,
        "other.test A": ADDRESS,
    }


# Chains of CNAME records.


@pytest.mark.parametrize(
    ("text", "behave", "said"),
    [
        (
            "a.test A",
            says("a.test CNAME b.test.", "b.test CNAME a.test."),
            {"a.test CNAME": ["b.test."], "b.test CNAME": ["a.test."]},
        ),
        ("a.test A", says("a.test CNAME a.test."), {"a.test CNAME": ["a.test."]}),
        ("n1.test A", endless, {"n1.test CNAME": ["n2.test."]}),
        ("a.test CNAME", says("a.test CNAME b.test."), {"a.test CNAME": ["b.test."]}),
        (
            "a.test A",
            says("b.test A 192.0.2.1", "a.test CNAME B.Test."),
            {"a.test CNAME": ["b.test."], "b.test A": ADDRESS},
        ),
        (
            "a.test A",
            says("a.test CNAME b.test.", "c.test CNAME d.test.", "d.test A 192.0.2.66"),
            {"a.test CNAME": ["b.test."]},
        ),
    ],
    ids=["loop", "self", "endless", "asked for", "out of order", "broken off"],
)
def test_a_chain_is_one_reply_for_each_owner(text: str, behave: Behaviour, said: object) -> None:
    with Hostile({}, behave) as server:
        assert heard(asking(at(server)), text) == said
        assert server.seen.total() == 1


def test_a_chain_in_one_reply_is_followed_so_far() -> None:
    chain = says(*(f"n{number}.test CNAME n{number + 1}.test." for number in range(1000)))
    with Hostile({}, chain) as server:
        assert len(heard(asking(at(server)), "n0.test A")) == 32


@pytest.mark.parametrize("type", ["A", "TXT", "DS"])
@pytest.mark.parametrize("rcode", ["NXDOMAIN", "SERVFAIL"])
def test_an_error_hides_no_cname(rcode: str, type: str) -> None:
    hiding, alias = says("www.test CNAME gone.test.", rcode=rcode), says("www.test CNAME gone.test.")
    names = {"www.test": by_type(A=hiding, TXT=hiding, DS=hiding, CNAME=alias)}
    with Hostile(names) as server:
        assert heard(asking(at(server)), f"www.test {type}") == {"www.test CNAME": ["gone.test."]}


def test_an_error_without_a_cname_is_left_alone() -> None:
    with Hostile({"www.test": says(rcode="NXDOMAIN")}) as server:
        said = {"www.test A": "NXDOMAIN", "www.test CNAME": "NXDOMAIN"}
        assert heard(asking(at(server)), "www.test A") == said


# TCP.


@pytest.mark.parametrize("type", ["A", "DS"])
@pytest.mark.parametrize(
    ("behave", "tcp"),
    [(silent, True), (short(9000, echo), True), (echo, False), (mangled(lambda wire: b"", echo), True)],
    ids=["hangs", "is announced too long", "is refused", "is empty"],
)
def test_an_answer_cut_over_udp_is_unknown_where_tcp_fails(behave: Behaviour, tcp: bool, type: str) -> None:
    with Hostile({"cut.test": over_tcp(behave)}, echo, tcp=tcp) as server:
        began = time.monotonic()
        found = heard(asking(at(server), tries=1), f"cut.test {type}", "plain.test A")
        assert time.monotonic() - began < 3
    assert found["plain.test A"] == ADDRESS
    assert found[f"cut.test {type}"] in ("TIMEOUT", "UNREACHABLE", "BADREPLY")


# Nobody there.


@pytest.mark.parametrize("behave", [silent, mangled(forged, echo)], ids=["silent", "forged"])
def test_silence_is_told_once_and_soon(behave: Behaviour) -> None:
    began = time.monotonic()
    with (
        Hostile({}, behave) as server,
        asking(at(server), timeout=0.08, tries=9) as resolver,
        pytest.raises(Silence, match=f"the name server {server.host}:{server.port} did not answer"),
    ):
        resolver.ask(numbered(1000))
    assert time.monotonic() - began < 2


@pytest.mark.slow
def test_a_server_that_dies_is_not_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_STOP", 0.3)
    began = time.monotonic()

    def dying(asked: Asked) -> Said:
        return echo(asked) if time.monotonic() - began < 0.2 else silent(asked)

    with Hostile({}, dying) as server, asking(at(server), timeout=0.1, tries=1) as asked:
        assert {reply.rcode for reply in asked.ask(numbered(50)).values()} == {"NOERROR"}
        time.sleep(0.2)
        lost = asked.ask(Question(f"b{number}.test", "A") for number in range(2000))
        later = asked.ask(Question(f"c{number}.test", "A") for number in range(2000))
    assert Counter(reply.rcode for reply in (*lost.values(), *later.values())) == {"TIMEOUT": 4000}
    assert time.monotonic() - began < 2


@pytest.mark.slow
def test_names_without_an_answer_are_no_dead_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_STOP", 0.2)
    dead = {f"d{number:03}.test": silent for number in range(60)}
    with Hostile(dead, echo) as server, asking(at(server), timeout=0.1, tries=2) as asked:
        found = asked.ask([*(Question(name, "A") for name in dead), *numbered(20)])
    assert Counter(reply.rcode for reply in found.values()) == {"TIMEOUT": 60, "NOERROR": 20}


def test_a_closed_port_is_silence_at_once() -> None:
    server = Server("127.0.0.1", free_port())
    began = time.monotonic()
    with asking(server, timeout=30) as resolver, pytest.raises(Silence, match="cannot be reached"):
        resolver.ask(numbered(100))
    assert time.monotonic() - began < 10


def test_one_answer_is_no_silence() -> None:
    with Hostile({"plain.test": echo}) as server:
        found = heard(asking(at(server), tries=1), "a.test A", "plain.test A", "b.test A")
    assert found == {"a.test A": "TIMEOUT", "plain.test A": ADDRESS, "b.test A": "TIMEOUT"}


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP"])
def test_a_server_that_refuses_everything_is_not_silent(rcode: Rcode) -> None:
    with Hostile({}, says(rcode=rcode)) as server, asking(at(server)) as resolver:
        found = resolver.ask(numbered(20))
    assert {found[each] for each in numbered(20)} == {Reply(rcode)}


@pytest.mark.slow
def test_time_between_two_askings_is_no_silence() -> None:
    with Hostile({}, late(0.12, echo)) as server, asking(at(server), timeout=0.15) as resolver:
        assert resolver.ask([]) == {}
        time.sleep(0.5)
        assert len(resolver.ask(numbered(1))) == 1


# Several servers.


@pytest.mark.parametrize("type", ["A", "DS"])
@pytest.mark.parametrize(
    "first", [silent, says(rcode="REFUSED"), says(rcode="SERVFAIL")], ids=["silent", "refuses", "fails"]
)
def test_the_second_server_answers_for_the_first(first: Behaviour, type: str) -> None:
    with Hostile({}, first) as bad, Hostile({}, by_type(A=echo)) as good:
        found = heard(asking(at(bad), at(good)), f"www.test {type}")
    assert found == {f"www.test {type}": ADDRESS if type == "A" else "NODATA"}


def test_the_second_server_answers_for_one_that_is_not_there() -> None:
    with Hostile({}, echo) as good:
        found = heard(asking(Server("127.0.0.1", free_port()), at(good)), "a.test A", "b.test A")
    assert found == {"a.test A": ADDRESS, "b.test A": ADDRESS}


def test_the_second_server_is_left_alone_while_the_first_answers() -> None:
    with Hostile({}, echo) as first, Hostile({}, echo) as second:
        assert len(heard(asking(at(first), at(second)), "a.test A", "b.test A")) == 2
        assert second.seen.total() == 0


# How much is asked, and how fast.


def test_a_question_is_asked_once() -> None:
    with Hostile({}, by_type(A=echo)) as server, asking(at(server)) as resolver:
        texts = ("a.test A", "a.test DS", "b.test A")
        first = resolver.ask(question(text) for text in (*texts, *texts))
        assert resolver.ask(question(text) for text in (*texts, "c.test A")).keys() == {question("c.test A")}
        assert resolver.replies.keys() == {*first, question("c.test A")}
        assert server.seen == Counter(
            [("a.test", "A"), ("a.test", "DS"), ("b.test", "A"), ("c.test", "A")],
        )


@pytest.mark.parametrize(
    "name",
    ["x" * 64 + ".test", "a..test", ".".join(["x" * 49] * 6), "x." * 127 + "test", "x" * 100_000],
    ids=["long label", "empty label", "long name", "many labels", "huge"],
)
@pytest.mark.parametrize("type", ["TXT", "DS"])
def test_a_name_that_dns_cannot_carry_does_not_exist(name: str, type: str) -> None:
    with Hostile({}, echo) as server, asking(at(server)) as resolver:
        found = resolver.ask([Question(name, type), question("plain.test A")])
        assert found[Question(name, type)] == Reply("NXDOMAIN")
        assert server.seen == {("plain.test", "A"): 1}


@pytest.mark.parametrize(
    "name", ["b\u00fccher.test", "_b\u00fc cher.test", "\u2603.test", "\ud800.test", "\u0661.test"]
)
@pytest.mark.parametrize("type", ["TXT", "DS"])
def test_a_name_that_is_not_ascii_is_no_crash(name: str, type: str) -> None:
    with Hostile({}, echo) as server, asking(at(server)) as resolver:
        found = resolver.ask([Question(name, type), question("plain.test A")])
    assert found[question("plain.test A")].records == tuple(ADDRESS)
    assert found[Question(name, type)].records == ()


@pytest.mark.slow
def test_the_window_opens_while_answers_come_and_never_too_far() -> None:
    with Hostile({}, late(0.2, echo)) as server, asking(at(server), timeout=2.0) as resolver:
        assert len(resolver.ask(numbered(700))) == 700
        assert START < LARGEST - 20 < server.most <= LARGEST


@pytest.mark.slow
def test_the_window_halves_where_an_answer_is_lost() -> None:
    with (
        Hostile({"lost.test": silent}, late(0.1, echo)) as server,
        asking(at(server), timeout=1.0, tries=1) as resolver,
    ):
        resolver.ask(numbered(500))
        before, server.most = server.most, 0
        resolver.ask([question("lost.test A")])
        resolver.ask(Question(f"b{number}.test", "A") for number in range(300))
        assert server.most < 0.6 * before


def test_a_window_halves_once_for_what_was_lost_together_and_keeps_its_bounds() -> None:
    window = Window()
    for _ in range(1000):
        window.answered()
    sizes = [window.size]
    for sent, now in [(1, 2), (1.5, 2.1), (3, 4)]:
        window.missed(sent, now)
        sizes.append(window.size)
    for now in range(5, 50):
        window.missed(now, now)
    assert [*sizes, window.size] == [LARGEST, LARGEST // 2, LARGEST // 2, LARGEST // 4, SMALLEST]


@pytest.mark.slow
@pytest.mark.parametrize("type", ["A", "DS"])
def test_an_answer_may_take_as_long_as_the_timeout_says_after_quick_ones(type: str) -> None:
    cold = by_type(A=echo)
    with (
        Hostile({"cold.test": late(0.5, cold)}, echo) as server,
        asking(at(server), timeout=2.0, tries=1) as resolver,
    ):
        resolver.ask(numbered(20))
        found = resolver.ask([question(f"cold.test {type}")])
    assert {reply.rcode for reply in found.values()} == {"NOERROR"}


@pytest.mark.slow
def test_one_packet_in_five_lost_makes_no_difference() -> None:
    asked = numbered(60)
    with Hostile({}, dropping(echo)) as bad, Hostile({}, echo) as good:
        with asking(at(bad), tries=4) as through, asking(at(good)) as straight:
            began = time.monotonic()
            assert through.ask(asked) == straight.ask(asked)
            assert time.monotonic() - began < 5
        assert bad.seen.total() > good.seen.total() == 60


def test_a_recording_is_the_same_whatever_the_order_of_records() -> None:
    lines = [f"www.test A 192.0.2.{number}" for number in range(1, 20)]
    with Hostile({}, shuffled(*lines)) as server:
        first, second = ({**asking(at(server)).ask([question("www.test A")])} for _ in range(2))
    assert first == second
    assert len(first[question("www.test A")].records) == 19


@pytest.mark.parametrize("type", ["A", "DS"])
def test_asking_ends_in_time_and_tells_what_was_not_answered(type: str) -> None:
    with Hostile({"plain.test": echo}) as server:
        began = time.monotonic()
        with asking(at(server), timeout=0.1, tries=9, longest=0.2) as resolver:
            found = resolver.ask([question("plain.test A"), *numbered(300, type)])
        assert time.monotonic() - began < 1
    assert Counter(reply.rcode for reply in found.values()) == {"NOERROR": 1, "TIMEOUT": 300}


def test_progress_tells_how_far_it_is_and_what_is_awaited() -> None:
    told: list[Progress] = []
    with (
        Hostile({"awaited.test": late(0.25, echo)}, echo) as server,
        asking(at(server), timeout=2.0, progress=told.append) as resolver,
    ):
        resolver.ask([*numbered(9), question("awaited.test A")])
    awaiting = [each for each in told if each.answered == 9]
    assert {(each.asked, each.awaiting) for each in awaiting} == {(10, "awaited.test A")}
    assert all(each.rate > 0 for each in awaiting)


# Name servers as people write them.


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", Server("192.0.2.1")),
        ("192.0.2.1:5353", Server("192.0.2.1", 5353)),
        (" ::1 ", Server("::1")),
        ("[2001:DB8::1]", Server("2001:db8::1")),
        ("[::1]:5353", Server("::1", 5353)),
    ],
)
def test_a_server_is_an_address_and_a_port(text: str, server: Server) -> None:
    assert servers_of([text, text]) == (server,)


@pytest.mark.parametrize(
    "text",
    ["", "ns.example.org", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.300", "[::1", "::1]:53"],
)
def test_what_is_no_server_is_told_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address|a port is a number"):
        servers_of([text])
