"""`mfpolicy check`: the main job."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
import msgspec

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import call_of, zones_option
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import show
from mfpolicy.comparing import compared_with, unchanged
from mfpolicy.model.call import Check, Live
from mfpolicy.model.rules import Severity
from mfpolicy.output.escape import clipped, page

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base


@click.command("check")
@click.argument("path", default="", required=False, metavar="[PATH|NAME]")
@zones_option
@dns_options
@click.option(
    "--wait",
    default="",
    metavar="TIME",
    help="After a deployment: ask again for so long (90s, 15m) until live DNS is what the repository says.",
)
@click.option(
    "--base",
    default="",
    metavar="REF|FOLDER|live|none",
    help="What the change starts from: only what is new since then fails. By default the commit that a pull "
    "request, a push or pre-commit names, else HEAD where files differ from it.",
)
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
    live: Live | None,
    answers: str,
    recording: str,
    base: str,
    profile: str,
    format: str,
    show_all: bool,
    fail_on: Severity,
    allow_unknown: bool,
    today: str,
) -> int:
    """Judge an estate: the intent at PATH (mailflow.yaml here), zones alone, or one domain by its NAME.

    \b
    mfpolicy check                                      this folder's mailflow.yaml, over live DNS
    mfpolicy check example.org                          one domain as it is, nothing declared
    mfpolicy check --zones octodns:zones --dns offline  zones alone, nothing asked
    mfpolicy check --dns answers.json --format json     with recorded answers, for a machine
    mfpolicy check --base origin/main                   only what this branch breaks fails
    mfpolicy check --wait 15m                           after a deployment
    """
    call = call_of(path, zones, live, answers, recording, profile, today)
    compared = msgspec.structs.replace(call, base=base, whole=show_all, brief=format == "text")
    return run(compared, format, fail_on, allow_unknown)


def run(call: Check, format: str, fail_on: Severity, allow_unknown: bool) -> int:
    """Judge, print, and say how it went."""
    with compared_with(call) as base:
        if said := unchanged(call, base):
            show(page([clipped(said)]))
            return Exit.CLEAN
        return _judge(call, base, format, fail_on, allow_unknown)


def _judge(call: Check, base: Base | None, format: str, fail_on: Severity, allow_unknown: bool) -> int:
    # A commit that does not touch mail need not wait until all this is loaded.
    from mfpolicy import pipeline
    from mfpolicy.cli.exits import exit_code

    report, files = pipeline.check(call, base)
    wipe()
    code = exit_code(report, fail_on, allow_unknown, whole=call.whole)
    if code is Exit.NOTHING:
        print("mfpolicy: there is nothing to judge: no zone, no domain", file=sys.stderr)
    if format == "json":
        from mfpolicy.output import json

        report, controls = pipeline.with_inputs(report, files), pipeline.controls_of(report)
        show(json.lines(report, controls, files.texts, pipeline.waived_of(report)))
    else:
        from mfpolicy.output import text

        show(text.render(report, files.texts, show_all=call.whole, colour=_colour()))
    return code


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
