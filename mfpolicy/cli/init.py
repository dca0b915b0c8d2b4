"""`mfpolicy init`: a first intent, drafted from what is published."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

import click
import msgspec

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import call_of, name_of, root_of, zones_option
from mfpolicy.cli.progress import wipe
from mfpolicy.cli.show import show
from mfpolicy.collect.files import Files
from mfpolicy.drafting import draft
from mfpolicy.model.call import Live
from mfpolicy.model.intent import ZoneSource
from mfpolicy.model.unusable import Unusable
from mfpolicy.pipeline import save


@click.command("init")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@zones_option
@dns_options
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="A new file, such as mailflow.yaml (default: stdout)."
)
@click.option("--force", is_flag=True, help="Write over FILE where it exists.")
def command(
    names: tuple[str, ...],
    zones: tuple[str, ...],
    live: Live | None,
    answers: str,
    recording: str,
    output: str,
    force: bool,
) -> int:
    """Draft an intent from zones, from DNS, or from both.

    What it declares is what is published, so check finds nothing by it that the records alone would not
    show. Services are named from the catalogue; comments say what could not be known. Read it, correct it,
    keep it.

    \b
    mfpolicy init --zones octodns:zones -o mailflow.yaml   zones over live DNS
    mfpolicy init --zones octodns:zones --dns offline      zones alone, nothing asked
    mfpolicy init example.org example.net                  domains as DNS has them
    mfpolicy init example.org --dns answers.json           the same from a recording
    """
    if not (names or zones):
        raise click.UsageError("say what to draft from: --zones FORMAT:PATH, or the NAME of a domain")
    if output != "-" and os.path.exists(output) and not force:
        raise Unusable(f"{output}: exists already; name a new file, or say --force")
    # Nothing that a short run makes is garbage; collecting it costs a tenth of the time.
    gc.disable()
    call = call_of("", zones, live, answers, recording, "hardened", needs_estate=False)
    call = msgspec.structs.replace(call, names=tuple(dict.fromkeys(map(name_of, names))))
    text = draft(call, [_seen_from(each, output) for each in call.zones])
    wipe()
    if not text:
        print("mfpolicy: there is nothing to draft from: no zone, no domain", file=sys.stderr)
        return Exit.NOTHING
    if output == "-":
        show(text)
    else:
        save(output, text)
        print(f"{output}: {len(text.splitlines()):,} lines; {_next(output, call.zones)}", file=sys.stderr)
    return Exit.CLEAN


def _next(output: str, sources: Sequence[ZoneSource]) -> str:
    """What to do with a draft. No file may lead a run out of its repository, nor may this one."""
    folder = root_of(output)
    outside = [each.path for each in sources if not Files(folder).inside(os.path.abspath(each.path))]
    if not outside:
        return "read it, then say mfpolicy check"
    where = "write it beside that, or keep both in one git repository"
    return f"check does not read {outside[0]} from there: {where}"


def _seen_from(source: ZoneSource, output: str) -> ZoneSource:
    """A zone source as the written file names it: by a path that starts where the file stands."""
    folder = os.path.dirname(output) if output != "-" else ""
    path = os.path.relpath(source.path, folder or ".").replace(os.sep, "/")
    return msgspec.structs.replace(source, path=path)
