"""`mfpolicy diff`: what a change means, for whoever approves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
import msgspec

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import call_of, proposed_option, tenant_option, zones_option
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import show
from mfpolicy.comparing import compared_with, unchanged
from mfpolicy.model.call import Check, Live
from mfpolicy.model.findings import Report

if TYPE_CHECKING:
    from mfpolicy.collect.base import Base


@click.command("diff")
@click.argument("base", default="", required=False, metavar="[BASE]")
@click.option("--intent", default="", metavar="PATH", help="The intent, unless it is mailflow.yaml here.")
@zones_option
@tenant_option
@proposed_option
@dns_options
@click.option("--profile", default="", help="baseline, recommended, hardened, or a file of your own.")
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "markdown", "json", "changelog"]),
    default="text",
    show_default=True,
    help="For a terminal, for a comment on a pull request, for a machine, or for a change log.",
)
@click.option("--today", default="", metavar="DATE", help="Judge as on this day (default: today, UTC).")
def command(
    base: str,
    intent: str,
    zones: tuple[str, ...],
    tenant: str,
    proposed: str,
    live: Live | None,
    answers: str,
    recording: str,
    profile: str,
    format: str,
    today: str,
) -> int:
    """Tell what a change means for mail: whose mail stops, what each name loses and gains, from when on, and
    a safe order of steps. BASE is the commit, branch or folder that the change starts from; by default the
    commit that a pull request, a push or pre-commit names, else HEAD where files differ from it.

    It is no gate: it ends in 0 whatever the change does. `mfpolicy check --base BASE` judges.

    \b
    mfpolicy diff                                       what is written and not committed yet
    mfpolicy diff origin/main                           what this branch changes
    mfpolicy diff HEAD~1 --zones octodns:zones          zones alone
    mfpolicy diff --zones terraform:plan.json           a plan, which tells itself what was there
    mfpolicy diff --tenant tenant --proposed dsc        a change of the tenant, before it is made
    mfpolicy diff --tenant monday --proposed today      two exports
    mfpolicy diff origin/main --format markdown         for a comment on the pull request
    mfpolicy diff origin/main --format changelog        what, why, risk, rollback, verification
    """
    call = call_of(intent, zones, live, answers, recording, profile, today, tenant=tenant, proposed=proposed)
    call = msgspec.structs.replace(call, base=base, brief=True, telling=True)
    with compared_with(call) as start:
        report, texts = _judged(call, start)
    wipe()
    show(_rendered(report, texts, format))
    return Exit.INCOMPLETE if report.incomplete else Exit.CLEAN


def _judged(call: Check, base: Base | None) -> tuple[Report, Mapping[str, str]]:
    if base and (said := unchanged(call, base)):
        return Report(notes=(said,), base=base.label, today=call.today.isoformat()), {}
    # A commit that does not touch mail need not wait until all this is loaded.
    from mfpolicy import pipeline

    report, files = pipeline.check(call, base)
    return pipeline.with_inputs(report, files), files.texts


def _rendered(report: Report, texts: Mapping[str, str], format: str) -> str:
    if format == "text":
        from mfpolicy.output import diff

        return diff.render(report)
    if format == "json":
        from mfpolicy.output import diff_json

        return diff_json.render(report, texts)
    from mfpolicy.output import diff_markdown

    return diff_markdown.entry(report) if format == "changelog" else diff_markdown.comment(report)
