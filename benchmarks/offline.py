"""Without a network: the hook, hundreds of zones, the judge alone, a large estate, one tenant and two of it.

python -m benchmarks.offline [--corpus FOLDER] [--rounds 5] [--quick] [--write]
"""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from benchmarks.gate import gate
from benchmarks.judging import Judged
from benchmarks.measure import ROOT, Run, median, run
from benchmarks.offline_estates import write_small
from benchmarks.page import publish
from benchmarks.table import machine, markdown
from benchmarks.tenant import EARLIER

TODAY = "2026-11-23"
_RESULTS = ROOT / "benchmarks" / "results" / "offline.md"
_PACKAGES = ("mfpolicy", "yamllint", "cel-expr-python", "click", "msgspec", "protobuf", "PyYAML")
_PATIENCE = 600.0
_OURS, _PEER = "mfpolicy check", "yamllint"
# What no program that uses these can do without; the environment is the engine's, and loads protobuf.
_LIBRARIES = """import gc; gc.disable()
import click, msgspec, yaml
from cel_expr_python import cel
cel.NewEnv(variables={"x": cel.Type.DYN})
gc.freeze()"""


class Plan(msgspec.Struct, frozen=True):
    """How much is measured: hooks, rounds of the rest, zones where there is no corpus, rules and domains of
    the judge, the sizes of the large estate and of the tenant; and the corpus, a folder of octoDNS zones."""

    hooks: int
    rounds: int
    zones: int
    rules: int
    domains: int
    steps: tuple[int, ...]
    accounts: tuple[int, ...]
    corpus: str = ""


def main(arguments: Sequence[str]) -> int:
    """Measure, print Markdown."""
    options = _options(arguments)
    kept = _RESULTS if options.write else None
    with tempfile.TemporaryDirectory() as folder:
        page = report(plan(options), Path(folder), _command(arguments, options.corpus))
        return publish(page, kept)


def plan(options: argparse.Namespace) -> Plan:
    """A quick look is for trying the benchmark out; its figures mean little."""
    if options.quick:
        return Plan(3, 1, 20, 100, 20, (50,), (500,), options.corpus)
    return Plan(31, options.rounds, 405, 100, 1000, (1000, 5000, 10_000), (500, 5000), options.corpus)


def report(plan: Plan, folder: Path, command: str) -> Iterator[str]:
    """The whole page, paragraph by paragraph."""
    yield "# Offline\n"
    yield machine(command, _PACKAGES)
    yield (
        "Medians; whole processes, start and report included, bytecode compiled before, files in the page"
        " cache. Programs run in turns, so that a slow minute of the machine hits them all.\n"
    )
    yield "## The hook: an intent and two zones\n"
    yield hook(plan.hooks, folder / "small")
    yield from _zones(plan, folder)
    yield from _gate(plan, folder)
    yield f"## The judge: {plan.rules} rules x {plan.domains:,} domains\n"
    yield judging(plan, folder)
    yield "## A large estate, declared by patterns and by a file\n"
    yield estates(plan, folder)
    yield "## A tenant: for 5,000 accounts 50 policies and 200 transport rules\n"
    yield exported(plan, folder)
    yield "## Two exports of a tenant, three days apart\n"
    yield compared(plan, folder)


def hook(rounds: int, folder: Path) -> str:
    """A run on three files beside yamllint on the same, and beside what nobody can do without."""
    write_small(folder)
    python = sys.executable
    commands: dict[str, list[str]] = {_OURS: checking(folder)}
    if importlib.util.find_spec("yamllint"):
        commands[_PEER] = [python, "-m", "yamllint", str(folder)]
    commands["its libraries, loaded only"] = [python, "-c", _LIBRARIES]
    commands["Python, nothing loaded"] = [python, "-c", "pass"]
    found = in_turns({name: partial(_run, each, folder) for name, each in commands.items()}, rounds)
    peer = found[_PEER].wall if _PEER in found else 0.0
    lines = [
        (name, f"{1000 * each.wall:.0f}", f"{1000 * each.cpu:.0f}", _times(each.wall, peer))
        for name, each in found.items()
    ]
    table = markdown(("program", "wall ms", "CPU ms", "x yamllint"), lines)
    if peer:
        return table
    return f"{table}\nyamllint is left out: it is not installed (pip install -e '.[dev]').\n"


def _zones(plan: Plan, folder: Path) -> Iterator[str]:
    """Many zones and no intent, from a corpus or made up."""
    zones = Path(plan.corpus).resolve() if plan.corpus else folder / "many" / "zones"
    if not plan.corpus:
        made(folder / "many", plan.zones)
    command = _check("--zones", f"octodns:{zones}", "--dns", "offline")
    found = in_turns({_OURS: partial(_run, command, folder)}, plan.rounds)[_OURS]
    counted = (folder / "out").read_text().rstrip().rpartition("\n")[2]
    origin = f"the corpus `{zones.parent.name}`" if plan.corpus else "made up"
    yield f"## Many zones and no intent: {origin}\n"
    yield markdown(("wall s", "CPU s", "MB"), [_figures(found)])
    yield f"It says: {counted}\n"


def _gate(plan: Plan, folder: Path) -> Iterator[str]:
    """The same zones in a git repository, judged as a change."""
    zones = Path(plan.corpus).resolve() if plan.corpus else folder / "many" / "zones"

    def measured(command: list[str]) -> tuple[str, ...]:
        return _figures(in_turns({_OURS: partial(_run, command, folder)}, plan.rounds)[_OURS])

    yield "## The gate: the same zones in a git repository\n"
    yield markdown(
        ("the run", "wall s", "CPU s", "MB", "goal s"), gate(zones, folder / "gate", _check(), measured)
    )


def judging(plan: Plan, folder: Path) -> str:
    """The judge without reading and reporting, step by step."""
    estate, out = folder / "judged", folder / "judged.json"
    made(estate, plan.domains)
    command = [sys.executable, "-m", "benchmarks.judging", str(estate), str(plan.rules)]
    rounds = [(run(command, out, _PATIENCE), _decoded(out))[1] for _ in range(plan.rounds)]
    middle = sorted(rounds, key=lambda each: each.judge)[len(rounds) // 2]
    lines = [
        ("facts of the domains", f"{middle.facts:.2f}"),
        ("rules compiled, and judged once", f"{middle.compile:.2f}"),
        ("rules judged", f"{middle.judge:.2f}"),
    ]
    count = middle.rules * middle.domains
    verdicts = ", ".join(f"{number:,} {name}" for name, number in sorted(middle.verdicts.items()))
    return (
        f"{markdown(('step', 'CPU s'), lines)}\n"
        f"{count:,} judgements, {1e6 * middle.judge / count:.1f} us each: {verdicts}. The rules are the"
        f" {middle.distinct} shipped ones about a domain, with the parameters of `hardened`, repeated under"
        " other names until they are enough; each copy is compiled and evaluated by itself. The time holds"
        " turning facts into what the engine reads, and findings with message, place and evidence.\n"
    )


def estates(plan: Plan, folder: Path) -> str:
    """Whole runs over more and more domains, DNS of the others from a recording."""
    lines = []
    for count in plan.steps:
        estate = folder / f"estate{count}"
        made(estate, count)
        found = _run([*checking(estate, "answers.json"), "--format", "json"], folder)
        per = (f"{1000 * found.wall / count:.2f}", f"{1e3 * found.rss / count:.0f}")
        lines.append((f"{count:,}", *_figures(found), *per))
    return markdown(("domains", "wall s", "CPU s", "max MB", "ms per domain", "kB per domain"), lines)


def exported(plan: Plan, folder: Path) -> str:
    """Whole runs over an exported tenant, nothing asked."""
    lines = []
    for count in plan.accounts:
        tenant = folder / f"tenant{count}"
        made(tenant, count, "benchmarks.tenant")
        size = (tenant / "tenant.json").stat().st_size / 1e6
        command = [*checking(tenant), "--format", "json", "--allow-unknown"]
        found = in_turns({_OURS: partial(_run, command, folder)}, plan.rounds)[_OURS]
        lines.append((f"{count:,}", f"{size:.1f}", *_figures(found)))
    return markdown(("accounts", "export MB", "wall s", "CPU s", "max MB"), lines)


def compared(plan: Plan, folder: Path) -> str:
    """Whole runs over the same tenants beside what they were, judged and told."""
    lines = []
    for count in plan.accounts:
        tenant = folder / f"tenant{count}"
        exports = ["--tenant", str(tenant / EARLIER), "--proposed", str(tenant / "tenant.json")]
        commands = {
            "check": [*checking(tenant), *exports, "--format", "json", "--allow-unknown"],
            "diff": [
                *_called("diff"),
                "--intent",
                str(tenant / "mailflow.yaml"),
                *exports,
                "--dns",
                "offline",
            ],
        }
        found = in_turns({name: partial(_run, each, folder) for name, each in commands.items()}, plan.rounds)
        lines += [(f"{count:,}", name, *_figures(each)) for name, each in found.items()]
    return markdown(("accounts", "command", "wall s", "CPU s", "max MB"), lines)


def in_turns(runners: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, Run]:
    """The median of each, after a run that does not count: it compiles bytecode and warms the page cache."""
    for runner in runners.values():
        runner()
    found = [{name: runner() for name, runner in runners.items()} for _ in range(rounds)]
    return {name: median([each[name] for each in found]) for name in runners}


def checking(folder: Path, answers: str = "") -> list[str]:
    """A run over the intent of a folder."""
    return _check(str(folder), "--dns", str(folder / answers) if answers else "offline")


def made(folder: Path, count: int, maker: str = "benchmarks.offline_estates") -> None:
    """A made-up estate, written by another process."""
    command = [sys.executable, "-m", maker, str(folder), str(count)]
    subprocess.run(command, cwd=ROOT, timeout=_PATIENCE, check=True)


def _check(*arguments: str) -> list[str]:
    return [*_called("check"), *arguments]


def _called(command: str) -> list[str]:
    return [sys.executable, "-m", "mfpolicy", command, "--today", TODAY]


def _run(command: Sequence[str], folder: Path) -> Run:
    # 1 is what mfpolicy ends in where it finds something.
    return run(command, folder / "out", _PATIENCE, good=(0, 1))


def _decoded(path: Path) -> Judged:
    return msgspec.json.decode(path.read_bytes(), type=Judged)


def _figures(found: Run) -> tuple[str, str, str]:
    return f"{found.wall:.2f}", f"{found.cpu:.2f}", f"{found.rss:.0f}"


def _times(wall: float, peer: float) -> str:
    return f"{wall / peer:.2f}" if peer else ""


def _command(arguments: Sequence[str], corpus: str) -> str:
    """What was called; where a corpus lies is nobody's business."""
    named = "/".join(Path(corpus).parts[-2:])
    shown = [each.replace(corpus, named) if corpus else each for each in arguments]
    return shlex.join(["python", "-m", "benchmarks.offline", *shown])


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.offline", description=__doc__)
    parser.add_argument("--corpus", default="", metavar="FOLDER", help="octoDNS zones; made up unless given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="tiny estates, once: to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"also into {_RESULTS.relative_to(ROOT)}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
