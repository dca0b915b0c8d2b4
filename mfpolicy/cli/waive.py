"""`mfpolicy waive`: an accepted deviation, written into the intent."""

from __future__ import annotations

import datetime
import sys

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.options import call_of
from mfpolicy.cli.show import show
from mfpolicy.drafting import waive
from mfpolicy.model.intent import Waiver
from mfpolicy.model.unusable import Unusable
from mfpolicy.sources.domain import duration
from mfpolicy.sources.shape import date

_LONGEST = 2000
_NEEDED = {
    "reason": "Why is it accepted?",
    "owner": "Who mends it?",
    "approved_by": "Who accepts it?",
    "expires": "Until when (2027-01-31, 30d, quarter)?",
}


@click.command("waive")
@click.argument("rule")
@click.argument("subject")
@click.argument("path", default="", required=False)
@click.option("--reason", default="", help="Why the deviation is accepted.")
@click.option("--owner", default="", help="Who mends it.")
@click.option("--approved-by", default="", help="Who accepted it.")
@click.option("--expires", default="", metavar="DATE|TIME", help="Its last day: 2027-01-31, 30d, quarter.")
@click.option("--ticket", default="", help="Where it is followed up.")
@click.option("--compensating", default="", help="What limits the risk meanwhile.")
@click.option("--today", default="", metavar="DATE", help="Count from this day (default: today, UTC).")
def command(rule: str, subject: str, path: str, expires: str, today: str, **texts: str) -> int:
    """Write a waiver of RULE on SUBJECT into the intent at PATH (mailflow.yaml here).

    Comments and layout of the file stay as they are. What is needed and not given is asked for on a terminal.

    \b
    mfpolicy waive dmarc-policy-none legacy.contoso.com --expires quarter
        --reason "the shop moves in January" --owner "Web team" --approved-by Security
    mfpolicy waive SPF002 contoso.com ours/mailflow.yaml --expires 2027-01-31 ...
    """
    call = call_of(path, (), None, today=today)
    if not call.intent:
        raise Unusable(f"{path}: there is no such file or folder")
    given = _asked({**texts, "expires": expires})
    waiver = Waiver(
        rule=_text("RULE", rule),
        subject=_text("SUBJECT", subject),
        reason=given["reason"],
        owner=given["owner"],
        approved_by=given["approved_by"],
        expires=_day(given["expires"], call.today),
        ticket=given["ticket"],
        compensating=given["compensating"],
    )
    lines = waive(call, waiver)
    show(f"{lines}\n")
    print(f"{call.intent}: waived {waiver.rule} on {waiver.subject} until {waiver.expires}", file=sys.stderr)
    return Exit.CLEAN


def _asked(given: dict[str, str]) -> dict[str, str]:
    """The texts of the call, those that are needed and missing from whoever sits at the terminal."""
    given = {key: _text(_option(key), text) if text.strip() else "" for key, text in given.items()}
    missing = [key for key in _NEEDED if not given[key]]
    if missing and not sys.stdin.isatty():
        raise click.UsageError(f"a waiver needs {', '.join(map(_option, missing))}")
    return {**given, **{key: _text(_option(key), click.prompt(_NEEDED[key], err=True)) for key in missing}}


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"


def _text(what: str, text: str) -> str:
    """A text of a length that somebody reads, of characters that a file can hold."""
    text = text.strip()
    if not text or len(text) > _LONGEST or any(0xD800 <= ord(each) < 0xE000 for each in text):
        raise click.BadParameter(f"say a text of 1 to {_LONGEST:,} characters", param_hint=what)
    return text


def _day(text: str, today: datetime.date) -> datetime.date:
    """A day as it is written, or the end of a time that begins today."""
    seconds = duration(text)
    try:
        day = today + datetime.timedelta(seconds=seconds) if seconds is not None else date(text)
    except OverflowError:
        day = None
    if day is None or (seconds is not None and seconds < 86400):
        raise click.BadParameter(
            f"{text!r} is neither a day such as 2027-01-31 nor a time such as 30d or quarter",
            param_hint="--expires",
        )
    return day
