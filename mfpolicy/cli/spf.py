"""`mfpolicy spf NAME`."""

from __future__ import annotations

import click

from mfpolicy.cli.exits import Exit
from mfpolicy.cli.live import dns_options
from mfpolicy.cli.options import address_of, call_of, sender_domain_of, zones_option
from mfpolicy.cli.show import show
from mfpolicy.model.call import Live
from mfpolicy.model.gate import is_unanswered
from mfpolicy.output import explain_spf as output
from mfpolicy.output.json import dumped
from mfpolicy.pipeline import explain_spf


@click.command("spf")
@click.argument("name")
@zones_option
@dns_options
@click.option("--ip", default="", help="The client's address: ask what a receiver would say.")
@click.option("--sender", default=None, help="The envelope sender (default: postmaster at NAME).")
@click.option("--helo", default="", help="The HELO name (default: NAME).")
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    name: str,
    zones: tuple[str, ...],
    live: Live | None,
    answers: str,
    recording: str,
    ip: str,
    sender: str | None,
    helo: str,
    format: str,
) -> int:
    """Explain the SPF record of NAME: each term's cost, the worst case, and with --ip one receiver."""
    call = call_of("", zones, live, answers, recording, needs_estate=False)
    name, ip = sender_domain_of(name), address_of(ip)
    client = (ip, f"postmaster@{name}" if sender is None else sender, helo or name) if ip else None
    tree, sets, receiver = explain_spf(call, name, client)
    authorised = {family: sets.count(version, "pass") for family, version in (("ipv4", 4), ("ipv6", 6))}
    if format == "json":
        show(dumped(output.document(tree, receiver) | {"authorised": authorised}))
    else:
        show(output.text(tree, _sums(authorised), receiver))
    missing = receiver.unknown if receiver else tree.unknown
    return Exit.INCOMPLETE if is_unanswered(missing) else Exit.CLEAN


def _sums(authorised: dict[str, int]) -> list[str]:
    return [f"authorises {authorised['ipv4']:,} IPv4 and {authorised['ipv6']:,} IPv6 addresses by name"]
