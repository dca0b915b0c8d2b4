"""`mfpolicy dmarc NAME`."""

from __future__ import annotations

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import call_of, name_of, zones_option
from mfpolicy.cli.show import show
from mfpolicy.model.call import Live
from mfpolicy.model.gate import is_unanswered
from mfpolicy.output import explain_dmarc as output
from mfpolicy.output.json import dumped
from mfpolicy.pipeline import explain_dmarc


@click.command("dmarc")
@click.argument("name")
@zones_option
@dns_options
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    name: str, zones: tuple[str, ...], live: Live | None, answers: str, recording: str, format: str
) -> int:
    """Explain the DMARC policy that applies to NAME as author domain, existing or not (RFC 9989)."""
    call = call_of("", zones, live, answers, recording, needs_estate=False)
    found, reports = explain_dmarc(call, name_of(name))
    if format == "json":
        show(dumped(output.document(found, reports)))
    else:
        show(output.text(found, reports))
    return Exit.INCOMPLETE if is_unanswered(found.unknown) else Exit.CLEAN
