"""The live run beside the clock, the terminal and the shell: waiting, progress, and calls cut short."""

from __future__ import annotations

import io
import itertools
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from called import Call, caller
from hostile import Behaviour, Hostile, Said, by_type, late, says, silent
from nameserver import needs_nsd, nsd, with_apex

from mfpolicy.cli.progress import ProgressLine
from mfpolicy.collect import clock
from mfpolicy.collect.dns import Progress

pytestmark = pytest.mark.slow

QUICK = ("--timeout", "0.1", "--tries", "1")
INTENT = "version: 1\ndns: {zones: [{format: octodns, path: zones}]}\n"
ZONE = '"":\n  - {type: TXT, value: v=spf1 -all}\n  - {type: MX, value: {exchange: ., preference: 0}}\n'
ESTATE = {"mailflow.yaml": INTENT, "zones/example.org.yaml": ZONE}
DEPLOYED = ('@ TXT "v=spf1 -all"', "@ MX 0 .")
NXDOMAIN = says(rcode="NXDOMAIN")
LIVE = {"example.org": by_type(TXT=says('example.org TXT "v=spf1 -all"'), MX=says("example.org MX 0 ."))}
UNLIKE = "live DNS has not become what the repository says"


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    # A minute between two looks is for people, not for tests.
    monkeypatch.setattr(clock, "_FIRST", 0.2)
    return caller(tmp_path, monkeypatch, capsys)


def at(server: Hostile) -> tuple[str, ...]:
    return ("--nameserver", f"127.0.0.1:{server.port}", *QUICK)


def after(seconds: float, then: Behaviour, before: Behaviour = silent) -> Behaviour:
    """Another behaviour from some time on."""
    began = time.monotonic()
    return lambda asked: (then if time.monotonic() - began > seconds else before)(asked)


@contextmanager
def soon(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Do something while the block runs."""
    timer = threading.Timer(seconds, act)
    timer.start()
    try:
        yield
    finally:
        timer.join()


@needs_nsd
def test_waiting_ends_when_the_server_loads_what_the_repository_says(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "nsd"
    folder.mkdir()
    before = {"example.org": with_apex("example.org", '@ TXT "v=spf1 ~all"'), ".": with_apex("")}
    with nsd(folder, before) as port:

        def deploy() -> None:
            (folder / "0.zone").write_text(with_apex("example.org", *DEPLOYED).replace(" 1 2 3", " 2 2 3"))
            os.kill(int((folder / "nsd.pid").read_text()), signal.SIGHUP)

        began = time.monotonic()
        with soon(0.4, deploy):
            called = call(ESTATE, "check", "--wait", "30s", "--nameserver", f"127.0.0.1:{port}", *QUICK)
    assert (called.code, called.err) == (0, "")
    assert "drift" not in called.out
    assert time.monotonic() - began < 10


def test_waiting_ends_when_the_server_is_there_again(call: Call) -> None:
    names = {name: after(0.5, behave) for name, behave in LIVE.items()}
    with Hostile(names, after(0.5, NXDOMAIN)) as server:
        called = call(ESTATE, "check", "--wait", "30s", *at(server))
    assert (called.code, "incomplete" in called.out) == (0, False)


def test_waiting_is_not_needed_where_live_dns_is_what_the_repository_says(call: Call) -> None:
    with Hostile(LIVE, NXDOMAIN) as server:
        began = time.monotonic()
        called = call(ESTATE, "check", "--wait", "30s", *at(server))
    assert (called.code, called.err, time.monotonic() - began < 2) == (0, "", True)
    assert max(server.seen.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "live", [{}, {**LIVE, "example.org": by_type(TXT=silent, MX=says("example.org MX 0 ."))}]
)
def test_waiting_in_vain_says_so(call: Call, live: dict[str, Behaviour]) -> None:
    with Hostile(live, NXDOMAIN) as server:
        began = time.monotonic()
        called = call(ESTATE, "check", "--wait", "1s", *at(server), "--allow-unknown")
    assert 1 <= time.monotonic() - began < 4
    assert (called.code, called.err) == (3, "")
    assert f"incomplete: {UNLIKE}" in called.out
    assert max(server.seen.values()) > 1


@pytest.mark.slow
def test_waiting_in_silence_says_so(call: Call) -> None:
    with Hostile() as server:
        called = call(ESTATE, "check", "--wait", "1s", *at(server))
    assert (called.code, called.out.count("incomplete: ")) == (3, 1)
    assert "cannot be reached" in called.out or "did not answer" in called.out


def test_a_run_that_does_not_wait_is_content_with_drift(call: Call) -> None:
    with Hostile({}, NXDOMAIN) as server:
        called = call(ESTATE, "check", *at(server))
    assert (called.code, "drift: " in called.out, UNLIKE in called.out) == (0, True, False)


POLICY = "version: STSv1\nmode: enforce\nmx: mail.contoso.com\nmax_age: 604800\n"
MTA_STS = {
    "mailflow.yaml": INTENT + "domains: {example.org: {mta_sts: {policy: sts.txt}}}\n",
    "zones/example.org.yaml": '"":\n  - {type: TXT, value: v=spf1 -all}\n'
    "  - {type: MX, value: {exchange: mail.contoso.com., preference: 1}}\n"
    "_dmarc: {type: TXT, value: v=DMARC1; p=reject}\n"
    "_mta-sts: {type: TXT, value: v=STSv1; id=1}\n"
    "mta-sts: {type: A, value: 192.0.2.80}\n",
    "sts.txt": POLICY,
}
FETCHED = {**MTA_STS, "mailflow.yaml": INTENT}
MAIL = {"mail.contoso.com": by_type(A=says("mail.contoso.com A 192.0.2.25"))}
NOT_FETCHED = "fetch them with --fetch-policies"


@pytest.mark.parametrize("address", ["127.0.0.1", "192.168.0.1", "169.254.169.254", "192.0.2.1"])
def test_a_policy_at_an_address_that_is_not_public_is_unknown(
    call: Call, tmp_path: Path, address: str
) -> None:
    with Hostile(
        {"mta-sts.example.org": by_type(A=says(f"mta-sts.example.org A {address}")), **MAIL}, NXDOMAIN
    ) as server:
        called = call(FETCHED, "check", "--fetch-policies", *at(server), "--record-answers", "kept.json")
    assert (called.code, called.err) == (3, "")
    assert "example.org MTA-STS policy stands at an address that is not public" in called.out
    assert "so 3 judgements stay open" in called.out
    assert f"{address} is not a public address" in (tmp_path / "kept.json").read_text()
    replayed = call({}, "check", "--dns", "kept.json")
    assert (replayed.code, replayed.out) == (called.code, called.out)


def test_what_needs_no_answer_is_not_asked_for(call: Call) -> None:
    unmanaged = '{"version": 1, "authority": "partial", "records": []}'
    with Hostile() as server:
        called = call({"r.json": unmanaged}, "check", "--zones", "records:r.json", *at(server))
    assert ("incomplete" in called.out, server.seen) == (False, {})


def test_a_policy_host_without_an_address_serves_none(call: Call, tmp_path: Path) -> None:
    zone = MTA_STS["zones/example.org.yaml"].partition("mta-sts: {type: A")[0]
    files = {**FETCHED, "zones/example.org.yaml": zone}
    with Hostile(MAIL, NXDOMAIN) as server:
        called = call(files, "check", "--fetch-policies", *at(server), "--record-answers", "kept.json")
    assert (called.code, "mta-sts-policy-missing" in called.out) == (0, False)
    assert "NOT-FOUND" in (tmp_path / "kept.json").read_text()
    assert "mta-sts-host-missing" in called.out


def test_a_policy_host_that_does_not_answer_is_unknown(call: Call) -> None:
    with Hostile({"mta-sts.example.org": silent, **MAIL}, NXDOMAIN) as server:
        called = call(FETCHED, "check", "--fetch-policies", *at(server))
    assert (called.code, "MTA-STS policy could not be reached" in called.out) == (3, True)


def test_a_policy_file_of_the_repository_is_read_instead(call: Call) -> None:
    with Hostile(MAIL, NXDOMAIN) as server:
        called = call(MTA_STS, "check", "--fetch-policies", *at(server))
        uncovered = call(
            {"sts.txt": POLICY.replace("contoso", "example")}, "check", "--fetch-policies", *at(server)
        )
    assert (called.code, "[TLS" in called.out, NOT_FETCHED in called.out) == (0, False, False)
    assert "mx-not-in-enforced-policy" in uncovered.out


def test_policies_are_not_fetched_unless_that_is_asked_for(call: Call, tmp_path: Path) -> None:
    with Hostile(MAIL, NXDOMAIN) as server:
        called = call(FETCHED, "check", *at(server), "--record-answers", "kept.json")
    assert (called.code, NOT_FETCHED in called.out) == (0, True)
    assert "policies" not in (tmp_path / "kept.json").read_text()


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_hostile_name_does_not_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr("mfpolicy.cli.progress._PATIENCE", 0.0)
    line = ProgressLine()
    line.asking(Progress(asked=2, answered=1, rate=3.0, awaiting="\x1b]0;owned\x07\r\n.test" + 200 * "x"))
    line.waiting(2.0, "\x1b[2J")
    line.wipe()
    said = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert said.startswith("\r\x1b[KDNS: 1 of 2 answers, 3/s, waiting for \\x1b]0;owned\\x07\\r\\n.test")
    pieces = said.split("\r\x1b[K")[1:]
    assert [any(ord(each) < 32 for each in piece) for piece in pieces] == [False, False, False]
    assert max(map(len, pieces)) <= 100
    assert pieces[-1] == ""


def shell(folder: Path, *arguments: str) -> list[str]:
    """The command as another process, in a folder with an estate."""
    for path, text in ESTATE.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return [sys.executable, "-m", "mfpolicy", *arguments]


def on_terminal(folder: Path, command: Sequence[str]) -> str:
    """All that a person sees."""
    master, slave = pty.openpty()
    with subprocess.Popen(command, cwd=folder, stdout=slave, stderr=slave):
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            seen += piece
    os.close(master)
    return seen.decode()


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_and_wiped_before_the_report(tmp_path: Path) -> None:
    slow = by_type(TXT=late(1.9, says('example.org TXT "v=spf1 -all"')), MX=says("example.org MX 0 ."))
    with Hostile({"example.org": slow}, NXDOMAIN) as server:
        asking = ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "3")
        command = shell(tmp_path, "check", "example.org", *asking)
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=tmp_path, text=True, stdout=pipe, stderr=pipe) as piped:
            seen = on_terminal(tmp_path, command)
            out, err = piped.communicate(timeout=10)
    assert "\r\x1b[KDNS: " in seen
    assert "waiting for example.org TXT" in seen
    report = seen.rpartition("\r\x1b[K")[2]
    assert report.startswith("example.org\r\n")
    assert (err, out.splitlines()[0]) == ("", "example.org")


@pytest.mark.slow
def test_a_quick_run_shows_no_progress(tmp_path: Path) -> None:
    with Hostile(LIVE, NXDOMAIN) as server:
        assert "DNS: " not in on_terminal(tmp_path, shell(tmp_path, "check", *at(server)))


@pytest.mark.slow
def test_a_run_that_is_stopped_ends_at_once_without_a_trace(tmp_path: Path) -> None:
    with Hostile() as server:
        asking = ("--nameserver", f"127.0.0.1:{server.port}", "--timeout", "30")
        command = shell(tmp_path, "check", *asking, "--record-answers", "kept.json")
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            while not server.seen:
                time.sleep(0.02)
            began = time.monotonic()
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=10)
    assert time.monotonic() - began < 2
    assert (run.returncode, out, err.strip()) == (2, b"", b"mfpolicy: stopped")
    assert not (tmp_path / "kept.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ("<&-", 0),
        (">&-", 0),
        ("2>&-", 0),
        ("<&- >&- 2>&-", 0),
        ("| head -c 1 >&2; (exit ${PIPESTATUS[0]})", 0),
        (">/dev/full", 2),
    ],
)
def test_streams_may_be_closed(tmp_path: Path, streams: str, code: int) -> None:
    with Hostile(LIVE, NXDOMAIN) as server:
        command = " ".join(shell(tmp_path, "check", *at(server), "--format", "json"))
        shells = ["bash", "-c", f"{command} {streams}"]
        run = subprocess.run(shells, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == code
    assert "Traceback" not in run.stderr
    assert ("cannot be written: No space left" in run.stderr) == (code == 2)


def test_a_server_that_dies_in_the_middle_leaves_unknowns_and_no_hang(call: Call) -> None:
    zone = ZONE.replace("-all", "include:a.example.net -all")
    zones = {f"zones/n{index}.test.yaml": zone for index in range(20)}
    left = itertools.count(100, -1)
    with Hostile({}, lambda asked: NXDOMAIN(asked) if next(left) > 0 else Said()) as server:
        began = time.monotonic()
        called = call({"mailflow.yaml": INTENT, **zones}, "check", *at(server))
    assert time.monotonic() - began < 10
    assert (called.code, called.err) == (1, "")
    assert "drift: live DNS did not answer for" in called.out


BAD_CALLS = [
    (("--tries", "0"), "0 is not in the range"),
    (("--timeout", "nan"), "'nan' is not a number of seconds"),
    (("--timeout", "inf"), "inf is not in the range"),
    (("--nameserver", "localhost"), "'localhost' is not an address such as"),
    (("--nameserver", ""), "'' is not an address such as"),
    (("--nameserver", "127.0.0.1:0"), "a port is a number from 1 to 65535"),
    (("--nameserver", "\x1b[2J"), "'\\x1b[2J' is not an address"),
    (("--dns", ""), "say live, offline, or the name of a file"),
    (("--wait", "5"), "'5' is not a time such as 90s, 15m or 2h"),
    (("--wait", "25h"), "'25h' is not a time such as 90s, 15m or 2h"),
    (("--dns", "offline", "--wait", "5s"), "--wait: only a live run asks the world"),
    (("--dns", "offline", "--nameserver", "127.0.0.1"), "--nameserver: only a live run asks the world"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD_CALLS, ids=[" ".join(each[0]) for each in BAD_CALLS])
def test_a_call_that_makes_no_sense_is_told_in_words(
    call: Call, arguments: Sequence[str], words: str
) -> None:
    local = () if {"--dns", "--nameserver"} & set(arguments) else ("--nameserver", "127.0.0.1:9")
    called = call(ESTATE, "check", *local, *arguments)
    assert (called.code, called.out) == (2, "")
    assert words in called.err


def test_a_server_with_a_scope_is_told_in_words(call: Call) -> None:
    called = call(ESTATE, "check", "--nameserver", "::1%lo", *QUICK)
    assert (called.code, "only a link-local address has a scope" in called.err) == (2, True)
