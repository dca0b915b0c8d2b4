"""The door to the certificates of mail hosts: asked for by STARTTLS as a sender of mail would (RFC 3207), and
bounded. No mail is sent."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import httpx
import msgspec

from mfpolicy.collect.addresses import Address, asked_all, in_order, is_public, permitted_of
from mfpolicy.model.call import Progress
from mfpolicy.model.dns import HostCertificate
from mfpolicy.records.hosts import is_host

MAX_AT_ONCE = 50
_LONGEST_LINE = 2048  # RFC 5321, 4.5.3.1.5, allows 512; extensions may lengthen it
_MAX_LINES = 100
_TRY_NEXT = ("TIMEOUT", "UNREACHABLE")
_LINE = re.compile(rb"([2-5][0-9]{2})([ -]?)([^\r\n]*)\r?\n\Z")


class _Probe(msgspec.Struct, frozen=True, kw_only=True):
    """How to ask: what every host shares. `trusting` verifies nothing, and takes what is long outdated: it is
    looked at, and nothing is said in confidence."""

    timeout: float
    permitted: Callable[[Address], bool]
    port: int
    verifying: ssl.SSLContext
    trusting: ssl.SSLContext


class _Ended(Exception):
    """A conversation that came to no certificate."""

    def __init__(self, found: HostCertificate) -> None:
        super().__init__(found.outcome)
        self.found = found


def probe_hosts(
    targets: Mapping[str, Sequence[str]],
    *,
    timeout: float = 20.0,
    permitted: Callable[[Address], bool] = is_public,
    port: int = 25,
    verify: ssl.SSLContext | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> dict[str, HostCertificate]:
    """What every host shows, in the order given; never raises for what a server does.

    `targets`: host (normal name) -> its addresses, as text. Only permitted ones are connected to, two at
    most, and `timeout` seconds bound each host as a whole. A chain is held against `verify`, by default
    the public roots that come with the program: what the machine itself trusts, Microsoft may not. Whether
    the certificate names the host is left to rules.
    """
    if not targets:
        return {}
    how = _Probe(
        timeout=timeout,
        permitted=permitted,
        port=port,
        verifying=_lenient(verify or httpx.create_ssl_context(trust_env=False)),
        trusting=_trusting(),
    )
    counter = _Counter(len(targets), progress)

    async def ask(host: str, addresses: Sequence[str]) -> HostCertificate:
        found = await _probed(host, addresses, how)
        counter.done(host)
        return found

    return asyncio.run(asked_all(targets, MAX_AT_ONCE, ask))


def _lenient(context: ssl.SSLContext) -> ssl.SSLContext:
    """Only the chain counts here: weak keys and old protocols have rules of their own. Without a certificate
    (aNULL) there is nothing to look at."""
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:!aNULL:@SECLEVEL=0")
    return context


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _lenient(context)


class _Counter:
    """Tells how far the hosts are."""

    def __init__(self, hosts: int, progress: Callable[[Progress], None] | None) -> None:
        self._hosts, self._progress, self._done, self._began = hosts, progress, 0, time.monotonic()

    def done(self, host: str) -> None:
        self._done += 1
        if self._progress:
            rate = self._done / max(time.monotonic() - self._began, 0.001)
            self._progress(Progress(self._hosts, self._done, rate, f"{host} by STARTTLS"))


async def _probed(host: str, addresses: Sequence[str], how: _Probe) -> HostCertificate:
    """One host, by the first address that answers."""
    if not is_host(host):
        return HostCertificate("BAD-REPLY", detail=f"{host} is not the name of a host")
    usable = permitted_of(addresses, how.permitted)
    if not usable:
        why = f"{addresses[0]} is not a public address" if addresses else f"{host} has no address"
        return HostCertificate("NOT-PUBLIC" if addresses else "NO-ADDRESS", detail=why)
    tried = in_order(usable)
    found = HostCertificate("UNREACHABLE")
    for address in tried:
        found = await _attempt(host, address, how, how.timeout / len(tried))
        if found.outcome not in _TRY_NEXT:
            break
    return found


async def _attempt(host: str, address: Address, how: _Probe, seconds: float) -> HostCertificate:
    """One address, whatever becomes of it."""
    try:
        async with asyncio.timeout(seconds):
            return await _shown(host, address, how)
    except _Ended as end:
        return end.found
    except TimeoutError:
        return HostCertificate("TIMEOUT", detail=f"no certificate within {seconds:g} s")
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, asyncio.IncompleteReadError):
        return HostCertificate("UNREACHABLE", detail="the host broke the connection off")
    except ssl.SSLError as error:
        words = (error.reason or "refused").lower().replace("_", " ")
        return HostCertificate("BAD-REPLY", detail=f"no TLS connection: {_cut(words)}")
    except OSError:
        return HostCertificate("UNREACHABLE", detail="the host could not be reached")


async def _shown(host: str, address: Address, how: _Probe) -> HostCertificate:
    """The certificate, with its chain verified; where that fails it is asked for once more, to look at it."""
    try:
        return await _conversation(host, address, how.port, how.verifying, "")
    except ssl.SSLCertVerificationError as error:
        distrust = _cut(error.verify_message.rstrip(".")) or "the chain is not trusted"
    return await _conversation(host, address, how.port, how.trusting, distrust)


async def _conversation(
    host: str, address: Address, port: int, context: ssl.SSLContext, distrust: str
) -> HostCertificate:
    reader, writer = await asyncio.open_connection(str(address), port, limit=_LONGEST_LINE)
    try:
        await _until_tls(reader, writer)
        await writer.start_tls(context, server_hostname=host)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.write(b"QUIT\r\n")
        return HostCertificate("SHOWN", base64.b64encode(shown).decode(), distrust)
    finally:
        writer.transport.abort()


async def _until_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As far as the answer after which TLS begins."""
    await _said(reader, "REFUSED", "greets with", 220)
    # Who has no name gives its address (RFC 5321, 4.1.3).
    offered = await _asked(reader, writer, f"EHLO {_own_literal(writer)}", "REFUSED", 250)
    if "STARTTLS" not in (each.upper().strip() for each in offered[1:]):
        raise _Ended(HostCertificate("NO-STARTTLS", detail="offers no STARTTLS"))
    await _asked(reader, writer, "STARTTLS", "NO-STARTTLS", 220)


async def _asked(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    command: str,
    otherwise: Literal["REFUSED", "NO-STARTTLS"],
    wanted: int,
) -> list[str]:
    writer.write(f"{command}\r\n".encode("ascii"))
    await writer.drain()
    return await _said(reader, otherwise, f"answers {command.split()[0]} with", wanted)


async def _said(
    reader: asyncio.StreamReader,
    otherwise: Literal["REFUSED", "NO-STARTTLS"],
    what: str,
    wanted: int,
) -> list[str]:
    """The lines of a reply, if it has the wanted code (RFC 5321, 4.2)."""
    lines: list[str] = []
    while len(lines) < _MAX_LINES:
        found = _LINE.match(await _line(reader))
        if found is None:
            break
        lines.append(found[3].decode("ascii", "replace"))
        if found[2] != b"-":
            if int(found[1]) == wanted:
                return lines
            raise _Ended(HostCertificate(otherwise, detail=f"{what} {found[1].decode()}"))
    raise _Ended(HostCertificate("BAD-REPLY", detail="does not speak SMTP"))


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        line = await reader.readline()
    except ValueError:  # longer than any line of SMTP
        return b""
    if not line.endswith(b"\n"):
        raise asyncio.IncompleteReadError(line, None)
    return line


def _own_literal(writer: asyncio.StreamWriter) -> str:
    own = ipaddress.ip_address(writer.get_extra_info("sockname")[0].partition("%")[0])
    return f"[IPv6:{own}]" if own.version == 6 else f"[{own}]"


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."
