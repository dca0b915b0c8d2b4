"""Live DNS: mfpolicy, checkdmarc and dnsperf against one name server, near and 20 ms away.

python -m benchmarks.live_dns [--domains 1000] [--rounds 3] [--quick] [--write]
"""

from __future__ import annotations

import argparse
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from benchmarks import contenders, namespace
from benchmarks.delay import delaying
from benchmarks.floor import Shape, floor
from benchmarks.measure import ROOT, Run, median, run
from benchmarks.nsd import INSTALL, NSD, Address, Server, serving
from benchmarks.page import publish
from benchmarks.table import Row, comparison, growth, machine, name_servers

DELAY = 20
WINDOW = 200
_RESULTS = ROOT / "benchmarks" / "results" / "live-dns.md"
_PACKAGES = ("mfpolicy", "checkdmarc", "dnspython", "pycares")
_PATIENCE = 600.0
_NEAR, _FAR = "loopback", f"+{DELAY} ms"


class Plan(msgspec.Struct, frozen=True):
    """How much is measured: domains, rounds, how many the peer gets far away, the growth steps."""

    domains: int
    rounds: int
    far: int
    steps: tuple[int, ...]


def main(arguments: Sequence[str]) -> int:
    """Measure, print Markdown; 2 where a program is missing that nothing can do without."""
    options = _options(arguments)
    # Whoever ends the benchmark ends the servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if NSD is None:
        sys.stderr.write(f"there is no nsd here: {INSTALL}\n")
        return 2
    if not namespace.is_inside() and namespace.available():
        return namespace.again("benchmarks.live_dns", arguments)
    kept = _RESULTS if options.write else None
    return publish(report(plan(options), _command(arguments)), kept)


def plan(options: argparse.Namespace) -> Plan:
    """A quick look is for trying the benchmark out; its figures mean little."""
    if options.quick:
        return Plan(min(options.domains, 100), 1, 10, ())
    return Plan(options.domains, options.rounds, min(options.domains, 50), (1000, 3000, 10_000))


def report(plan: Plan, command: str) -> Iterator[str]:
    """The whole page, paragraph by paragraph."""
    yield f"# Live DNS, {plan.domains:,} domains\n"
    yield machine(command, _PACKAGES, name_servers())
    with world(plan.domains) as (server, near, far):
        yield from near_and_far(plan, server, near, far)
    if plan.steps:
        yield f"## mfpolicy over more and more domains, {_NEAR}\n"
        yield growth([step(count) for count in plan.steps])


def near_and_far(plan: Plan, server: Server, near: Address, far: Address) -> Iterator[str]:
    """Both conditions, what they mean, and how far the floor is."""
    rows = [*rows_of(_NEAR, plan, server, near, plan.domains), *rows_of(_FAR, plan, server, far, plan.far)]
    yield comparison(rows)
    yield _words(plan)
    ours = next(row.run for row in rows if (row.condition, row.program) == (_FAR, "mfpolicy"))
    yield _floor_line(shape_of(server, far), ours)


def rows_of(condition: str, plan: Plan, server: Server, at: Address, peers: int) -> Iterator[Row]:
    """Every contender under one condition, in turns, so that a slow minute of the machine hits them all."""
    runners: dict[str, Callable[[], Run]] = {"mfpolicy": partial(contenders.mfpolicy, server, at, _PATIENCE)}
    if contenders.DNSPERF:
        runners["dnsperf, the questions alone"] = partial(contenders.dnsperf, server, at, _PATIENCE)
    if _has_peer():
        for part, title in contenders.PEERS.items():
            runners[title] = partial(contenders.checkdmarc, server, at, part, peers, _PATIENCE)
    rounds = [{title: runner() for title, runner in runners.items()} for _ in range(plan.rounds)]
    for title in runners:
        found = median([each[title] for each in rounds])
        count = peers if title in contenders.PEERS.values() else plan.domains
        scaled = found.wall * plan.domains / count if count < plan.domains else 0.0
        yield Row(condition, title, count, found, scaled)


def step(count: int) -> Row:
    """mfpolicy over a world of its own size, once."""
    with world(count) as (server, near, _):
        return Row(_NEAR, "mfpolicy", count, contenders.mfpolicy(server, near, _PATIENCE))


def shape_of(server: Server, at: Address) -> Shape:
    """What mfpolicy needed to ask, from its own recording."""
    recording, out = server.folder / "answers.json", server.folder / "shape.json"
    contenders.mfpolicy(server, at, _PATIENCE, recording)
    run([sys.executable, "-m", "benchmarks.floor", str(recording)], out, _PATIENCE)
    return msgspec.json.decode(out.read_bytes(), type=Shape)


@contextmanager
def world(count: int) -> Iterator[tuple[Server, Address, Address]]:
    """A served world, its address, and the same 20 ms away. Port 53 where the network is our own."""
    port = 53 if namespace.is_inside() else 5300
    near, far = ("127.0.0.1", port), ("127.0.0.1", port + 1)
    if namespace.is_inside():
        namespace.raise_loopback()
        far = ("127.0.0.2", port)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "world"
        command = [sys.executable, "-m", "benchmarks.world_files", str(folder), str(count)]
        subprocess.run(command, cwd=ROOT, timeout=_PATIENCE, check=True)
        server = stack.enter_context(serving(folder, *near))
        stack.enter_context(delaying(far, near, DELAY))
        yield server, near, far


def _floor_line(shape: Shape, ours: Run) -> str:
    least = floor(shape.chain, ours.questions, DELAY / 1000, WINDOW)
    return (
        f"Floor at {DELAY} ms: {shape.chain} round trips one after another + {ours.questions:,.0f} questions"
        f" x {DELAY} ms / {WINDOW} in flight = {least:.2f} s; mfpolicy needed {ours.wall:.2f} s,"
        f" {ours.wall / least:.2f} x that. Its recording holds"
        f" {shape.questions:,} replies; {shape.lost} questions stayed without an answer.\n"
    )


def _words(plan: Plan) -> str:
    lines = [
        f"Medians of {plan.rounds} rounds, in turns; whole processes, start and report included, against one"
        " NSD. x is wall clock over mfpolicy's under the same condition.",
        "mfpolicy also judges DKIM keys, which checkdmarc does not look at; checkdmarc also looks up PTR, and"
        " in `check_domains` DNSSEC, SOA and NS, which mfpolicy does not. Neither opens SMTP; checkdmarc's"
        " BIMI and the download of MTA-STS policies are left out, to its favour.",
        "dnsperf sends twelve questions per domain and reads nothing out of the replies: the ceiling of"
        " server and proxy.",
    ]
    if plan.far < plan.domains:
        lines.append(
            f"Far away checkdmarc gets {plan.far} domains, and its time is scaled per domain;"
            " its start and its first sight of shared records make that a little too much."
        )
    if not contenders.has_checkdmarc():
        lines.append("checkdmarc is left out: it is not installed (pip install -e '.[bench]').")
    elif not namespace.is_inside():
        lines.append(
            "checkdmarc is left out: it knows port 53 only, and no network namespace can be made here."
        )
    if not contenders.DNSPERF:
        lines.append("dnsperf is left out: it is not installed (apt-get install -y dnsperf).")
    return "\n".join(lines) + "\n"


def _has_peer() -> bool:
    return contenders.has_checkdmarc() and namespace.is_inside()


def _command(arguments: Sequence[str]) -> str:
    return shlex.join(["python", "-m", "benchmarks.live_dns", *arguments])


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_dns", description=__doc__)
    parser.add_argument("--domains", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="100 domains, once: to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"also into {_RESULTS.relative_to(ROOT)}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
