"""Every way in which name servers fail, met by the real command: unknown, in words, in time, never a pass."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from called import Call, Called, caller
from hostile import (
    Asked,
    Behaviour,
    Hostile,
    Said,
    by_type,
    dropping,
    endless,
    late,
    mangled,
    over_tcp,
    says,
    short,
    silent,
    truncated,
)
from nameserver import free_port

pytestmark = pytest.mark.slow
QUICK = ("--timeout", "0.2", "--tries", "1")
INTENT = """version: 1
dns: {zones: [{format: octodns, path: zones}]}
senders: {a: {include: [_spf.example.net]}, b: {include: [beside.example.net]}}
domains:
  example.org: {senders: [a]}
  example.com: {senders: [b]}
"""
ZONE = """"":
  - type: MX
    value: {exchange: mail.contoso.com., preference: 10}
  - type: TXT
    value: v=spf1 include:_spf.example.net -all
_dmarc: {type: TXT, value: "v=DMARC1; p=reject; rua=mailto:d@example.org"}
"""
BESIDE = ZONE.replace("_spf", "beside").replace("example.org", "example.com")
ESTATE = {
    "mailflow.yaml": INTENT,
    "zones/example.org.yaml": ZONE,
    "zones/example.com.yaml": BESIDE,
}
FORGEABLE = {**ESTATE, "zones/example.com.yaml": BESIDE.replace("p=reject", "p=none")}
NAME = "_spf.example.net"
GOOD = f'{NAME} TXT "v=spf1 ip4:192.0.2.0/28 -all"'
EVIL = '"v=spf1 +all"'
LONG = says(*(f'{NAME} TXT "v=spf1 {index} {"x" * 200}"' for index in range(20)))
# Where some aliases lead to.
BEHIND = {
    "loop.example.net": says(f"loop.example.net CNAME {NAME}."),
    "fails.example.net": says(rcode="SERVFAIL"),
    **{f"n{number}.example.net": endless for number in range(40)},
}
# The host that takes the mail of both domains.
MAIL = {"mail.contoso.com": by_type(A=says("mail.contoso.com A 192.0.2.25"))}
# The rules that read what the include says; each has to stay open, and no other.
LIMITS = {"lookup-limit-exceeded", "void-lookup-limit-exceeded"}
OPEN = LIMITS | {
    "everyone-authorised",
    "include-loop",
    "include-of-missing-name",
    "include-without-spf",
    "spf-syntax-error",
    "too-many-exchangers",
}


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    return caller(tmp_path, monkeypatch, capsys)


def serving(behave: Behaviour, *, tcp: bool = True) -> Hostile:
    """A server that knows what one domain includes, and fails at what the other does."""
    beside = says('beside.example.net TXT "v=spf1 ip4:192.0.2.16/28 -all"')
    names = {NAME: behave, "beside.example.net": beside, **BEHIND, **MAIL}
    return Hostile(names, says(rcode="NXDOMAIN"), tcp=tcp)


def at(server: Hostile) -> tuple[str, ...]:
    return ("--nameserver", f"127.0.0.1:{server.port}", *QUICK)


def verdicts(called: Called, domain: str, verdict: str) -> set[str]:
    """The rules that came to a verdict on a domain."""
    subject = {"kind": "domain", "name": domain}
    ledger = called.document["ledger"]
    return {each["slug"] for each in ledger if (each["subject"], each["verdict"]) == (subject, verdict)}


def messages(called: Called) -> set[str]:
    """What the unknown findings say is missing."""
    found = (each for each in called.document["findings"] if each["verdict"] == "unknown")
    return {each["message"].rpartition(": ")[2] for each in found}


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "silent": (silent, "TXT timed out"),
    "too slow": (late(1, says(GOOD)), "TXT timed out"),
    "SERVFAIL": (says(rcode="SERVFAIL"), "TXT answered SERVFAIL"),
    "REFUSED": (says(rcode="REFUSED"), "TXT answered REFUSED"),
    "FORMERR": (says(rcode="FORMERR"), "TXT answered FORMERR"),
    "NOTIMP": (says(rcode="NOTIMP"), "TXT answered NOTIMP"),
    "a connection that stays open": (over_tcp(silent), "TXT timed out"),
    "a message shorter than announced": (over_tcp(short(9, says(GOOD))), "TXT timed out"),
    "another question": (says(GOOD, asks="example.edu"), "TXT timed out"),
    "another owner": (says(f"www.contoso.com TXT {EVIL}"), "TXT gave a reply that is no answer"),
    "another type": (says(f"{NAME} A 192.0.2.1"), "TXT gave a reply that is no answer"),
    "half a message": (mangled(lambda wire: wire[:-9], says(GOOD)), "TXT gave a reply that is no answer"),
    "more records announced than sent": (
        mangled(lambda wire: wire[:6] + b"\xff\xff" + wire[8:], says(GOOD)),
        "TXT gave a reply that is no answer",
    ),
    "noise": (mangled(lambda wire: b"\xff" * 7, says(GOOD)), "TXT gave a reply that is no answer"),
    "nothing": (mangled(lambda wire: b"", says(GOOD)), "TXT timed out"),
    "a loop in one reply": (
        says(f"{NAME} CNAME loop.example.net.", f"loop.example.net CNAME {NAME}."),
        "TXT is a loop of CNAME records",
    ),
    "a loop in steps": (says(f"{NAME} CNAME loop.example.net."), "TXT is a loop of CNAME records"),
    "an alias of itself": (says(f"{NAME} CNAME {NAME}."), "TXT is a loop of CNAME records"),
    "a target that fails": (
        says(f"{NAME} CNAME fails.example.net."),
        "fails.example.net TXT answered SERVFAIL",
    ),
    "aliases without end": (
        says(f"{NAME} CNAME n1.example.net."),
        "n17.example.net TXT is too large to follow",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_unknown_in_words_and_no_rule_passes(call: Call, fault: str) -> None:
    behave, words = FAULTS[fault]
    with serving(behave) as server:
        began = time.monotonic()
        called = call(ESTATE, "check", "--format", "json", *at(server))
    assert time.monotonic() - began < 3
    assert (called.code, called.err) == (3, "")
    assert {each.removeprefix(f"{NAME} ") for each in messages(called)} == {words}
    assert verdicts(called, "example.org", "unknown") == OPEN
    # Of errors, loops and the like a sound record has none to be judged; the limits are judged everywhere.
    assert verdicts(called, "example.com", "pass") >= LIMITS
    assert not verdicts(called, "example.com", "unknown")


def test_an_answer_cut_short_where_there_is_no_tcp_is_unknown(call: Call) -> None:
    with serving(LONG, tcp=False) as server:
        called = call(ESTATE, "check", "--format", "json", *at(server))
    assert called.code == 3
    assert messages(called) == {f"{NAME} TXT could not be reached"}
    assert verdicts(called, "example.org", "unknown") == OPEN


def test_an_answer_cut_short_over_tcp_too_is_unknown(call: Call) -> None:
    with serving(truncated) as server:
        assert call(ESTATE, "check", *at(server)).code == 3


@pytest.mark.parametrize(
    "behave",
    [
        says(GOOD),
        late(0.05, says(GOOD)),
        over_tcp(says(GOOD)),
        says(f"{NAME.upper()} TXT {GOOD.partition(' TXT ')[2]}"),
        says(f"{NAME} CNAME good.example.net.", 'good.example.net TXT "v=spf1 -all"'),
        says(GOOD, f"www.contoso.com TXT {EVIL}"),
    ],
    ids=["at once", "late but in time", "over TCP", "in capitals", "behind an alias", "beside another owner"],
)
def test_a_sound_answer_is_left_alone(call: Call, behave: Behaviour) -> None:
    with serving(behave) as server:
        called = call(ESTATE, "check", "--format", "json", *at(server))
    assert (called.code, called.err, called.document["findings"]) == (0, "", [])
    assert verdicts(called, "example.org", "pass") >= LIMITS


def test_one_packet_in_five_lost_makes_no_difference(call: Call) -> None:
    with serving(dropping(says(GOOD), seed=3)) as server:
        at_ease = ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "0.4", "--tries", "3")
        called = call(ESTATE, "check", *at_ease)
    assert called.code == 0


def test_the_exit_code_of_what_stays_open(call: Call) -> None:
    with serving(says(rcode="SERVFAIL")) as server:
        codes = [
            call(files, "check", *at(server), *more).code
            for files, more in ((ESTATE, ()), (ESTATE, ("--allow-unknown",)), (FORGEABLE, ()))
        ]
        said = call(ESTATE, "check", *at(server))
    assert codes == [3, 0, 1]
    assert f"unknown: {NAME} TXT answered SERVFAIL, so 8 judgements stay open" in said.out


def test_an_open_record_is_open_in_spf_and_dmarc_too(call: Call) -> None:
    with serving(says(rcode="SERVFAIL")) as server:
        spf = call({}, "spf", NAME, *at(server))
        dmarc = call({}, "dmarc", "example.org", *at(server))
    assert (spf.code, spf.err, dmarc.code, dmarc.err) == (3, "", 0, "")
    assert "answered SERVFAIL" in spf.out


CALLS = {
    "check": ("check",),
    "check a name": ("check", "example.edu"),
    "spf": ("spf", "example.edu"),
    "dmarc": ("dmarc", "example.edu"),
    "record": ("record",),
    "record a name": ("record", "example.edu", "-o", "-"),
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("there", [True, False], ids=["a silent server", "a closed port"])
def test_no_network_is_one_sentence(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], there: bool
) -> None:
    began = time.monotonic()
    if there:
        with Hostile() as server:
            called = call(FORGEABLE, *arguments, *at(server))
    else:
        called = call(FORGEABLE, *arguments, "--nameserver", f"127.0.0.1:{free_port()}", *QUICK)
    assert time.monotonic() - began < 3
    # What the repository alone shows is still a finding.
    assert called.code == (1 if arguments == ("check",) else 3)
    said = [
        line
        for line in (called.out + called.err).splitlines()
        if "reached" in line or "did not answer" in line
    ]
    assert len(said) == 1
    assert ("DMA005" in called.out) == (arguments == ("check",))
    assert not (tmp_path / "answers.json").exists()


def test_findings_that_need_no_network_are_shown_without_it(call: Call) -> None:
    closed = ("--nameserver", f"127.0.0.1:{free_port()}", *QUICK)
    sound = call(ESTATE, "check", *closed, "--allow-unknown")
    assert (sound.code, sound.err) == (3, "")
    assert sound.out.count("incomplete: ") == 1


@pytest.mark.parametrize(
    ("files", "code"), [(ESTATE, 0), (FORGEABLE, 1)], ids=["nothing to find", "a finding"]
)
def test_a_silence_that_is_allowed_is_said_and_hides_no_finding(
    call: Call, files: dict[str, str], code: int
) -> None:
    closed = ("--nameserver", f"127.0.0.1:{free_port()}", *QUICK)
    called = call(files, "check", *closed, "--allow-silence")
    assert (called.code, called.err, called.out.count("cannot be reached")) == (code, "", 1)


def test_who_allows_silence_allows_an_open_question(call: Call) -> None:
    with serving(silent) as server:
        assert call(ESTATE, "check", *at(server), "--allow-silence").code == 0


def test_who_waits_cannot_allow_silence(call: Call) -> None:
    called = call(ESTATE, "check", "--wait", "1s", "--allow-silence", "--nameserver", "127.0.0.1:1")
    assert (called.code, called.out) == (2, "")


def test_one_name_without_an_answer_is_no_dead_network(call: Call) -> None:
    alone = {"zones/example.org.yaml": ZONE}
    with serving(silent) as server:
        called = call(alone, "check", "--zones", "octodns:zones", *at(server))
    assert f"unknown: {NAME} TXT timed out" in called.out


def test_records_of_another_zone_are_believed_by_nobody(call: Call, tmp_path: Path) -> None:
    names = {
        "example.edu": by_type(
            TXT=says(f"example.com TXT {EVIL}"), MX=says("example.com MX 1 mx.example.net.")
        ),
        "_dmarc.example.edu": says('_dmarc.example.com TXT "v=DMARC1; p=reject; rua=mailto:d@example.edu"'),
    }
    with Hostile(names, says(rcode="NXDOMAIN")) as server:
        called = call({}, "check", "example.edu", *at(server), "--record-answers", "kept.json")
    assert called.code == 3
    assert called.out.count("gave a reply that is no answer") >= 3
    assert "example.com" not in (tmp_path / "kept.json").read_text()


def test_names_in_mixed_case_are_the_same_names(call: Call) -> None:
    names = {
        "example.edu": by_type(
            TXT=says(f'EXAMPLE.edu TXT "v=spf1 include:{NAME.upper()} -all"'),
            MX=says("Example.EDU MX 10 Mail.Example.NET."),
        ),
        "_dmarc.example.edu": says('_DMARC.Example.Edu TXT "v=DMARC1; p=reject; rua=mailto:d@example.edu"'),
        "mail.example.net": by_type(A=says("MAIL.example.net A 192.0.2.25")),
        NAME: says(f"{NAME.title()} CNAME Real.Example.Net.", 'REAL.example.net TXT "v=spf1 -all"'),
    }
    with Hostile(names, says(rcode="NXDOMAIN")) as server:
        called = call({}, "check", "Example.Edu", *at(server), "--format", "json")
    assert (called.code, called.document["findings"]) == (0, [])


@pytest.mark.parametrize("first", [silent, says(rcode="SERVFAIL")], ids=["silent", "failing"])
def test_a_second_server_answers_for_the_first(call: Call, first: Behaviour) -> None:
    with Hostile({}, first) as broken, serving(says(GOOD)) as sound:
        called = call(ESTATE, "check", *at(broken), *at(sound), "--tries", "2")
    assert (called.code, called.err) == (0, "")


def test_includes_without_end_are_followed_so_far_and_no_further(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mfpolicy.evaluate.spf_tree._MAX_TERMS", 50)
    numbers = itertools.count()

    def fan(asked: Asked) -> Said:
        if asked.type != "TXT":
            return says(rcode="REFUSED")(asked)
        deeper = "".join(f" include:n{next(numbers)}.test" for _ in range(8))
        return says(f'{asked.name} TXT "v=spf1{deeper} -all"')(asked)

    with Hostile({}, fan) as server:
        called = call({}, "spf", "a.test", "--nameserver", f"127.0.0.1:{server.port}")
    assert "needs 50 DNS lookups" in called.out
    assert len(server.seen) < 1000
