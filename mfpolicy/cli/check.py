"""`mfpolicy check`: the main job."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click
import msgspec

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.formats import Document, format_option, give, is_brief, summarise
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import call_of, proposed_option, root_of_call, tenant_option, zones_option
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import has_colour, show
from mfpolicy.comparing import compared_with, unchanged
from mfpolicy.model.call import Check, Live
from mfpolicy.model.gate import Gate
from mfpolicy.model.rules import Severity
from mfpolicy.output.escape import clipped, page
from mfpolicy.output.markdown import sentence

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base


@click.command("check")
@click.argument("path", default="", required=False, metavar="[PATH|NAME]")
@zones_option
@tenant_option
@proposed_option
@dns_options
@click.option(
    "--wait",
    default="",
    metavar="TIME",
    help="After a deployment: ask again for so long (90s, 15m) until live DNS is what the repository says.",
)
@click.option(
    "--base",
    default=None,
    metavar="REF|FOLDER|live|none",
    help="What the change starts from: only what is new since then fails. By default the commit that a pull "
    "request, a push or pre-commit names, else HEAD where files differ from it.",
)
@click.option("--profile", default="", help="baseline, recommended, hardened, or a file of your own.")
@format_option
@click.option(
    "--with-waived",
    is_flag=True,
    help="Waived findings in SARIF too, marked as suppressed, which code scanning shows as open.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="TOPIC|RULE",
    help="Judge only the rules of a topic (connectors, dmarc, ...), or one by its id or slug. Repeatable.",
)
@click.option("--all", "show_all", is_flag=True, help="Judge and show everything, old findings included.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--allow-unknown", is_flag=True, help="Exit 0, not 3, where DNS was asked and did not answer.")
@click.option(
    "--allow-silence",
    is_flag=True,
    help="The same, also where no name server answers at all, as on a train: judge as --dns offline does.",
)
@click.option("--today", default="", metavar="DATE", help="Judge as on this day (default: today, UTC).")
def command(
    path: str,
    zones: tuple[str, ...],
    tenant: str,
    proposed: str,
    live: Live | None,
    answers: str,
    recording: str,
    base: str | None,
    profile: str,
    documents: tuple[Document, ...],
    with_waived: bool,
    only: tuple[str, ...],
    show_all: bool,
    fail_on: Severity,
    allow_unknown: bool,
    allow_silence: bool,
    today: str,
) -> int:
    """Judge an estate: the intent at PATH (mailflow.yaml here), zones alone, or one domain by its NAME.

    \b
    mfpolicy check                                      this folder's mailflow.yaml, over live DNS
    mfpolicy check example.org                          one domain as it is, nothing declared
    mfpolicy check --zones octodns:zones --dns offline  zones alone, nothing asked
    mfpolicy check --dns answers.json --format json     with recorded answers, for a machine
    mfpolicy check --format sarif=mail.sarif            text here, and a file for code scanning
    mfpolicy check --base origin/main                   only what this branch breaks fails
    mfpolicy check --tenant tenant --dns offline        an exported Microsoft 365 tenant
    mfpolicy check --tenant tenant --proposed dsc       what a change would make of it
    mfpolicy check --only connectors                    certificates and connectors alone
    mfpolicy check --wait 15m                           after a deployment
    """
    if base == "":
        raise click.BadParameter("say a branch, a tag, a commit or a folder, or none", param_hint="--base")
    if allow_silence and live and live.wait:
        raise click.BadParameter("who waits for DNS wants its answer", param_hint="--allow-silence")
    call = call_of(path, zones, live, answers, recording, profile, today, tenant=tenant, proposed=proposed)
    compared = msgspec.structs.replace(
        call, base=base or "", only=only, whole=show_all, brief=is_brief(documents)
    )
    gate = Gate(fail_on, allow_unknown or allow_silence, allow_silence, whole=show_all)
    return run(compared, gate, documents, with_waived)


def run(call: Check, gate: Gate, documents: Sequence[Document], with_waived: bool) -> int:
    """Judge, give out, and say how it went."""
    with compared_with(call) as base:
        if said := unchanged(call, base):
            show(page([clipped(said)]))
            summarise(page([sentence(said)]))
            return Exit.CLEAN
        return _judge(call, base, gate, documents, with_waived)


def _nothing(only: Sequence[str]) -> str:
    return f"nothing that --only {', '.join(only)} is about" if only else "no zone, no domain"


def _judge(
    call: Check, base: Base | None, gate: Gate, documents: Sequence[Document], with_waived: bool
) -> int:
    # A commit that does not touch mail need not wait until all this is loaded.
    from mfpolicy import pipeline
    from mfpolicy.cli.exits import exit_code
    from mfpolicy.output.formats import Run

    report, files = pipeline.check(call, base)
    wipe()
    code = exit_code(report, gate)
    if code is Exit.NOTHING:
        print(f"mfpolicy: there is nothing to judge: {_nothing(call.only)}", file=sys.stderr)
    run = Run(
        report=report if is_brief(documents) else pipeline.with_inputs(report, files),
        texts=files.texts,
        gate=gate,
        folder=call.folder.replace(os.sep, "/"),
        root=root_of_call(call),
        intent=call.intent,
        controls=partial(pipeline.controls_of, report),
        waived_controls=partial(pipeline.waived_of, report),
        colour=has_colour(),
        with_waived=with_waived,
    )
    give(run, documents)
    return code
