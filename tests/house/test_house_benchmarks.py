"""The benchmarks measure what they say they measure."""

from __future__ import annotations

import datetime
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.delay import delaying
from benchmarks.floor import Entry, Recording, Shape, floor, shape
from benchmarks.judging import measured, repeated
from benchmarks.measure import Failed, Run, TooSlow, median, run
from benchmarks.nsd import INSTALL, NSD, Server, serving
from benchmarks.offline_estates import write_large, write_small
from benchmarks.world import MOST_LOOKUPS, Item, questions, shared, tenants
from benchmarks.world_files import write, zone_text
from mfpolicy.collect.files import Files
from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.loading import shipped
from mfpolicy.model.dns import Answers, Record, Zone
from mfpolicy.sources.estate import Estate, read_estate, read_said
from mfpolicy.views.overlay import Overlay

WORLD = tenants(2 * MOST_LOOKUPS)
needs_nsd = pytest.mark.skipif(NSD is None, reason=f"no nsd here: {INSTALL}")


def proposed() -> Overlay:
    """The whole world as one view, a zone for each top-level domain."""
    items = [*shared(), *(item for each in WORLD for item in (*each.zone, *each.hosted))]
    records = [Record(item.owner, item.type, item.value) for item in items]
    zones = [
        Zone(top, tuple(record for record in records if record.name.endswith(f".{top}")))
        for top in ("example", "test")
    ]
    return Overlay(zones, Answers())


def test_the_world_is_the_same_at_every_run() -> None:
    assert tenants(30)[:20] == tenants(20)


def test_a_domain_raises_twelve_distinct_questions() -> None:
    assert {len(set(questions(each))) for each in WORLD} == {12}


def test_no_two_domains_share_a_question() -> None:
    assert len({question for each in WORLD for question in questions(each)}) == 12 * len(WORLD)


def test_spf_records_need_one_to_twelve_lookups_as_said() -> None:
    study = SpfStudy(proposed())
    found = [study.study(each.name).lookups for each in WORLD]
    assert (found, set(found)) == ([each.lookups for each in WORLD], set(range(1, MOST_LOOKUPS + 1)))


def test_some_domains_have_no_dmarc_record_and_most_do() -> None:
    have = [any(item.owner.startswith("_dmarc.") for item in each.zone) for each in WORLD]
    assert (have.count(False), have.count(True)) == (3, 21)


def test_a_long_text_is_written_as_strings_of_255_octets() -> None:
    text = zone_text("example", [Item("example", "TXT", "a" * 256), Item("example", "TXT", "b c")])
    assert text.splitlines()[3:] == [f'example. TXT "{"a" * 255}" "a"', 'example. TXT "b c"']


@pytest.mark.parametrize(
    ("entries", "chain"),
    [
        pytest.param([Entry("a.example", "TXT", records=("MS=ms1",))], 1, id="other text raises nothing"),
        pytest.param(
            [Entry("a.example", "TXT", records=("v=spf1 a:mail.example -all",))], 1, id="not recorded"
        ),
        pytest.param(
            [
                Entry("a.example", "TXT", records=("v=spf1 include:b.example -all",)),
                Entry("b.example", "TXT", records=(("v=spf1 m", "x -all"),)),
                Entry("b.example", "MX", records=("10 mx.example.",)),
                Entry("mx.example", "A", records=("192.0.2.1",)),
            ],
            2,
            id="an include, and an mx host whose MX is asked in any case",
        ),
        pytest.param([Entry("_dmarc.a.example", "TXT"), Entry("_dmarc.example", "TXT")], 2, id="up the tree"),
    ],
)
def test_the_longest_chain_is_what_waits_for_one_another(entries: list[Entry], chain: int) -> None:
    assert shape(Recording(tuple(entries))) == Shape(len(entries), chain)


def test_what_others_raise_too_is_asked_early() -> None:
    entries = [
        Entry("a.example", "TXT", records=("v=spf1 include:b.example include:c.example -all",)),
        Entry("b.example", "TXT", records=("v=spf1 include:c.example -all",)),
        Entry("c.example", "TXT", records=("v=spf1 -all",)),
    ]
    assert shape(Recording(tuple(entries))) == Shape(3, 2)


def test_a_question_without_an_answer_is_lost_and_a_missing_name_is_not() -> None:
    entries = (Entry("a.example", "MX", "TIMEOUT"), Entry("b.example", "MX", "NXDOMAIN"))
    assert shape(Recording(entries)) == Shape(2, 1, 1)


def test_the_floor_is_the_chain_and_a_full_window() -> None:
    assert floor(5, 1000, 0.02, 200) == pytest.approx(0.1 + 0.1)


def test_the_median_is_each_figures_own() -> None:
    assert median([Run(1, 9, 5), Run(2, 8, 6), Run(3, 7, 4)]) == Run(2, 8, 5)


@pytest.mark.slow
def test_a_run_counts_its_processor_time_and_memory(tmp_path: Path) -> None:
    found = run([sys.executable, "-c", "x = 'x' * 10**8; print(len(x))"], tmp_path / "out", 30)
    assert ((tmp_path / "out").read_text(), found.rss > 100, found.cpu > 0) == ("100000000\n", True, True)


@pytest.mark.slow
def test_a_run_past_its_limit_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TooSlow, match="ended after 1 s"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "out", 1)


@pytest.mark.slow
def test_a_run_that_fails_has_no_time(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="exit code 2"):
        run([sys.executable, "-c", "raise SystemExit(2)"], tmp_path / "out", 30)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A name server of a small world."""
    folder = tmp_path_factory.mktemp("bench") / "world"
    write(folder, 12)
    with serving(folder, "127.0.0.1", free_port()) as found:
        yield found


@pytest.mark.slow
@needs_nsd
def test_the_server_answers_every_question_and_counts_them(server: Server) -> None:
    server.questions()
    asked = [each for tenant in WORLD[:12] for each in questions(tenant)]
    codes = [asked_at(server.port, name, type)[0] for name, type in asked]
    assert (server.questions(), set(codes)) == (144, {"NOERROR", "NXDOMAIN"})


@pytest.mark.slow
@needs_nsd
@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_the_proxy_delays_each_answer_and_the_server_does_not(server: Server, tcp: bool) -> None:
    port = free_port()
    name = WORLD[0].name
    with delaying(("127.0.0.1", port), ("127.0.0.1", server.port), 50):
        far, near = asked_at(port, name, "MX", tcp), asked_at(server.port, name, "MX", tcp)
    assert (far[0], near[0], far[1] >= 0.05, near[1] < 0.05) == ("NOERROR", "NOERROR", True, True)


def asked_at(port: int, name: str, type: str, tcp: bool = False) -> tuple[str, float]:
    """The response code and the seconds it took, by dnspython."""
    import dns.message
    import dns.query
    import dns.rcode

    ask = dns.query.tcp if tcp else dns.query.udp
    start = time.monotonic()
    reply = ask(dns.message.make_query(name, type, use_edns=0), "127.0.0.1", port=port, timeout=5)
    return dns.rcode.to_text(reply.rcode()), time.monotonic() - start


def free_port() -> int:
    """A port that nothing listens on, for datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.slow
def test_the_benchmark_says_how_it_is_called() -> None:
    command = [sys.executable, "-m", "benchmarks.live_dns", "--help"]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=30)
    assert (said.returncode, "--quick" in said.stdout) == (0, True)


def estate_in(folder: Path, answers: str) -> Estate:
    files, ours = Files(folder), shipped()
    return read_estate(files, read_said(files, "mailflow.yaml", ours), (), answers, "baseline", ours)


def test_a_made_up_estate_is_read_without_faults_and_declares_every_domain(tmp_path: Path) -> None:
    write_large(tmp_path, 12)
    estate = estate_in(tmp_path, "answers.json")
    names = {each.name for each in WORLD[:12]}
    declared = Declared(estate.intent, estate.senders, datetime.date(2026, 11, 23), names)
    assert (estate.faults, {each.name for each in estate.zones}, set(declared.names)) == ((), names, names)


def test_its_zones_hold_what_the_world_holds(tmp_path: Path) -> None:
    write_large(tmp_path, 12)
    estate = estate_in(tmp_path, "")
    found = {(each.name, each.type, each.value) for zone in estate.zones for each in zone.records}
    held = {(each.owner, each.type, each.value) for tenant in WORLD[:12] for each in tenant.zone}
    assert found == held


def test_the_small_estate_is_three_files_without_faults(tmp_path: Path) -> None:
    write_small(tmp_path)
    estate = estate_in(tmp_path, "")
    assert (estate.faults, len(estate.zones), len([each for each in tmp_path.rglob("*.yaml")])) == ((), 2, 3)


def test_rules_are_repeated_under_other_names() -> None:
    rules = [each for each in shipped().rules if each.about == "domain"]
    found = list(repeated(rules, 3 * len(rules)))
    assert (found[: len(rules)], len({name for each in found for name in (each.id, each.slug)})) == (
        rules,
        6 * len(rules),
    )


def test_the_judge_gives_every_rule_a_verdict_on_every_domain(tmp_path: Path) -> None:
    write_large(tmp_path, 6)
    found = measured(tmp_path, 40)
    assert (found.domains, found.rules, sum(found.verdicts.values())) == (6, 40, 240)


@pytest.mark.slow
def test_a_quick_look_at_what_runs_offline_measures_all_seven() -> None:
    command = [sys.executable, "-m", "benchmarks.offline", "--quick"]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    heads = [line.split(":")[0] for line in said.stdout.splitlines() if line.startswith("## ")]
    assert (said.returncode, heads) == (
        0,
        [
            "## The hook",
            "## Many zones and no intent",
            "## The gate",
            "## The judge",
            "## A large estate, declared by patterns and by a file",
            "## A tenant",
            "## Two exports of a tenant, three days apart",
        ],
    )
