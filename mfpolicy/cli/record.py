"""`mfpolicy record`."""

from __future__ import annotations

import os
import sys

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import asking_options
from mfpolicy.cli.options import call_of, name_of, zones_option
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import show
from mfpolicy.model.call import INTENT, Live
from mfpolicy.model.dns import Question
from mfpolicy.pipeline import keep, record
from mfpolicy.sources.answers import write_answers


@click.command("record")
@click.argument("path", default="", required=False, metavar="[PATH|NAME]")
@zones_option
@asking_options
@click.option("--ask", "also", multiple=True, metavar="NAME:TYPE", help="Ask this too. Repeatable.")
@click.option(
    "-o", "--output", default="answers.json", show_default=True, metavar="FILE", help="- for standard output."
)
@click.option("--merge", is_flag=True, help="Keep what FILE holds of names that are not asked about now.")
def command(
    path: str, zones: tuple[str, ...], live: Live | None, also: tuple[str, ...], output: str, merge: bool
) -> int:
    """Ask DNS all that judging needs, and write down what it said, for --dns FILE.

    \b
    mfpolicy record                                  this folder's mailflow.yaml
    mfpolicy record example.org -o example.org.json  one domain
    mfpolicy record --ask example.org:DS --merge     one question more
    """
    known = output if merge and os.path.exists(output) else ""
    # Questions of one's own need no estate.
    needs_estate = bool(path) or not also or os.path.exists(INTENT)
    call = call_of(path, zones, live, known, needs_estate=needs_estate)
    answers = record(call, [_question(each) for each in also])
    if output == "-":
        show(write_answers(answers))
        return Exit.CLEAN
    keep(output, answers)
    wipe()
    print(f"{output}: {len(answers.replies):,} answers", file=sys.stderr)
    return Exit.CLEAN


def _question(text: str) -> Question:
    name, colon, type = text.rpartition(":")
    if not colon or not _is_type(type):
        raise click.BadParameter(f"{text!r} is not a question such as example.org:DS", param_hint="--ask")
    return Question(name_of(name), type.upper())


def _is_type(text: str) -> bool:
    """Whether a word is a type that records can have (RFC 6895, 3.1), known by its name or as TYPE65280."""
    import dns.exception  # takes long to load
    import dns.rdatatype

    try:
        type = dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError):
        return False
    return type != dns.rdatatype.NONE and not dns.rdatatype.is_metatype(type)
