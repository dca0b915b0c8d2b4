"""`mfpolicy check`: the main job."""

from __future__ import annotations

import gc
import os
import sys

import click

from mfpolicy.cli.exits import Exit, exit_code
from mfpolicy.cli.options import call_of, estate_options
from mfpolicy.cli.show import show
from mfpolicy.model.rules import Severity
from mfpolicy.output import json, text
from mfpolicy.pipeline import Check, check, controls_of, waived_of


@click.command("check")
@click.argument("path", default="", required=False)
@estate_options
@click.option("--profile", default="", help="baseline, recommended, hardened, or a file of your own.")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--all", "show_all", is_flag=True, help="Judge and show everything, old findings included.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--allow-unknown", is_flag=True, help="Exit 0, not 3, where DNS was asked and did not answer.")
@click.option("--today", default="", metavar="DATE", help="Judge as on this day (default: today, UTC).")
def command(
    path: str,
    zones: tuple[str, ...],
    dns: str,
    profile: str,
    format: str,
    show_all: bool,
    fail_on: Severity,
    allow_unknown: bool,
    today: str,
) -> int:
    """Judge an estate: the intent at PATH (mailflow.yaml in this folder), or zones alone.

    \b
    mfpolicy check                                   this folder's mailflow.yaml
    mfpolicy check --zones octodns:zones             zones alone, no intent
    mfpolicy check --dns answers.json --format json  with recorded answers, for a machine
    """
    call = call_of(path, zones, dns, profile, today)
    return run(call, format, show_all, fail_on, allow_unknown)


def run(call: Check, format: str, show_all: bool, fail_on: Severity, allow_unknown: bool) -> int:
    """Judge, print, and say how it went."""
    # Nothing that a short run makes is garbage; collecting it costs a tenth of the time.
    gc.disable()
    report, files = check(call)
    code = exit_code(report, fail_on, allow_unknown)
    if code is Exit.NOTHING:
        print("mfpolicy: there is nothing to judge: no zone, no domain", file=sys.stderr)
    if format == "json":
        show(json.render(report, controls_of(report), files.texts, waived_of(report)))
    else:
        show(text.render(report, files.texts, show_all=show_all, colour=_colour()))
    return code


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
