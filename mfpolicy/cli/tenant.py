"""`mfpolicy tenant`: what an export of a Microsoft 365 tenant holds, and the same in one form."""

from __future__ import annotations

import datetime
import sys

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.options import call_of
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import show
from mfpolicy.model.call import Check
from mfpolicy.model.dns import Reason
from mfpolicy.model.survey import Content, Survey
from mfpolicy.output import tenant as output
from mfpolicy.output.escape import visible
from mfpolicy.output.words import counted
from mfpolicy.pipeline import normalised, save, survey
from mfpolicy.sources.shape import date

_path = click.argument("path", type=click.Path(exists=True))
_today = click.option(
    "--today", default="", metavar="DATE", help="Judge as on this day (default: today, UTC)."
)


@click.group("tenant")
def command() -> None:
    """The export of a Microsoft 365 tenant: what it lacks, and all of it in one file."""


@command.command("check", short_help="Tell what an export lacks, and how to export it.")
@_path
@click.option("--profile", default="", help="baseline, recommended, hardened, or a file of your own.")
@_today
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check_tenant(path: str, profile: str, today: str, format: str) -> int:
    """Tell what the export at PATH holds, which rules it leaves unknown, and the PowerShell that exports
    what they need.

    PATH is a file or a folder, in any format that check reads. Nothing is declared here: what an intent
    asks beyond the rules is left to check.

    \b
    mfpolicy tenant check tenant                      a folder of files
    mfpolicy tenant check tenant --profile hardened   what every rule needs
    mfpolicy tenant check tenant --format json        for a machine

    Exit code 0 if all that the profile's rules need is there, 3 if something is unknown, 2 if nothing in it
    can be read.
    """
    found, files = survey(_call(path, today, profile))
    show((output.json if format == "json" else output.text)(found, files.texts))
    return Exit.CLEAN if found.is_complete else Exit.INCOMPLETE


@command.command("normalise", short_help="Write an export as one file of our own form.")
@_path
@click.option("-o", "--output", "file", default="-", metavar="FILE", help="- for standard output.")
@click.option(
    "--taken",
    default="",
    metavar="DATE",
    help="When those files were exported that do not say it themselves.",
)
def normalise_tenant(path: str, file: str, taken: str) -> int:
    """Write the export at PATH as one file of our own form, tenant.v1, the same bytes for the same export.

    It holds every property of every object that the export holds, so whatever is secret there is secret
    here too: names and addresses of people, hosts, the texts of rules. Secure strings of PowerShell and
    what Microsoft365DSC signs in with are left out. Lists that may lack objects are left out as well, and
    told on standard error; then the exit code is 3.

    \b
    mfpolicy tenant normalise tenant -o tenant.json
    mfpolicy tenant normalise M365TenantConfig.ps1 --taken 2026-11-20 -o tenant.json
    """
    text, found = normalised(_call(path), _day(taken))
    if file == "-":
        show(text)
    else:
        save(file, text)
    wipe()
    lost = _lost(found)
    for each in lost:
        print(f"mfpolicy: {visible(each)}", file=sys.stderr)
    if file != "-":
        kept = counted(sum(each.whole and not each.lacking for each in found.contents), "cmdlet")
        print(f"{visible(file)}: {kept}", file=sys.stderr)
    return Exit.INCOMPLETE if lost else Exit.CLEAN


def _why(content: Content) -> str:
    """Why what a cmdlet gave cannot be written; empty where it can."""
    if content.lacking not in (None, Reason.EXPORT_FAILED):
        return content.lacking
    return "" if content.whole else "may lack objects"


def _call(path: str, today: str = "", profile: str = "") -> Check:
    return call_of("", (), None, profile=profile, today=today, needs_estate=False, tenant=path)


def _day(text: str) -> datetime.date | None:
    if text and date(text) is None:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-11-20", param_hint="--taken")
    return date(text)


def _lost(found: Survey) -> list[str]:
    """What stands in the export, and not in what was written."""
    return [
        *(
            f"{each.file}: {each.cmdlet} {why}, so it is left out"
            for each in found.contents
            if (why := _why(each))
        ),
        *(f"{each.place.file}: {each.text}" if each.place else each.text for each in found.faults),
    ]
