"""The door to MTA-STS policies: fetched over HTTPS as a sender of mail would (RFC 8461, 3.3), and bounded."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence

import httpx
import msgspec

from mfpolicy.collect.addresses import Address, asked_all, in_order, is_public, permitted_of
from mfpolicy.model.dns import Outcome, PolicyFile
from mfpolicy.records.hosts import is_host
from mfpolicy.records.mta_sts import LONGEST_POLICY

PATH = "/.well-known/mta-sts.txt"
MAX_AT_ONCE = 20
_HEADERS = {"Accept": "text/plain", "Accept-Encoding": "identity", "Connection": "close"}
_TRY_NEXT = ("TIMEOUT", "UNREACHABLE")


class _Fetch(msgspec.Struct, frozen=True, kw_only=True):
    """How to fetch: what every target shares."""

    timeout: float
    permitted: Callable[[Address], bool]
    port: int
    verify: ssl.SSLContext


def fetch_policies(
    targets: Mapping[str, Sequence[str]],
    *,
    timeout: float = 10.0,
    permitted: Callable[[Address], bool] = is_public,
    port: int = 443,
    verify: ssl.SSLContext | None = None,
) -> dict[str, PolicyFile]:
    """The policy file of every domain, in the order given; never raises for what a server does.

    `targets`: policy domain (normal name) -> the addresses of its `mta-sts.` host, as text. Only permitted
    ones are connected to, two at most, and `timeout` seconds bound each domain as a whole. Certificates are
    verified by host name against `verify`, by default the roots that come with the program. Proxies and
    other settings of the environment are ignored.
    """
    if not targets:
        return {}
    how = _Fetch(timeout=timeout, permitted=permitted, port=port, verify=verify or _roots())

    async def ask(domain: str, addresses: Sequence[str]) -> PolicyFile:
        return await _fetched(f"mta-sts.{domain}", addresses, how)

    return asyncio.run(asked_all(targets, MAX_AT_ONCE, ask))


def _roots() -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    # The certificate has to name the host as a DNS-ID; its common name does not count (RFC 8461, 3.3).
    context.hostname_checks_common_name = False
    return context


async def _fetched(host: str, addresses: Sequence[str], how: _Fetch) -> PolicyFile:
    """One host's policy, from the first address that answers."""
    if not is_host(host):
        return PolicyFile("BAD-REPLY", detail=f"{host} is not the name of a host")
    usable = permitted_of(addresses, how.permitted)
    if not usable:
        return _without_address(host, addresses)
    tried = in_order(usable)
    late = found = PolicyFile("TIMEOUT", detail=f"no complete answer within {how.timeout:g} s")
    try:
        async with asyncio.timeout(how.timeout):
            for address in tried:
                found = await _attempt(host, address, how, how.timeout / len(tried))
                if found.outcome not in _TRY_NEXT:
                    break
    except TimeoutError:
        return late
    return found


def _without_address(host: str, addresses: Sequence[str]) -> PolicyFile:
    if not addresses:
        return PolicyFile("UNREACHABLE", detail=f"{host} has no address")
    return PolicyFile("NOT-PUBLIC", detail=f"{addresses[0]} is not a public address")


async def _attempt(host: str, address: Address, how: _Fetch, patience: float) -> PolicyFile:
    """One address. Each has a client of its own: a connection kept for an address would serve another host
    whose certificate nobody looked at."""
    shown = f"[{address}]" if address.version == 6 else str(address)
    limits = httpx.Timeout(how.timeout, connect=patience)
    try:
        async with (
            httpx.AsyncClient(verify=how.verify, trust_env=False, timeout=limits) as client,
            client.stream(
                "GET",
                f"https://{shown}:{how.port}{PATH}",
                headers={**_HEADERS, "Host": host},
                extensions={"sni_hostname": host},
                follow_redirects=False,
            ) as response,
        ):
            return _refused(response) or await _body(response)
    except (httpx.HTTPError, OSError) as error:
        return _failed(error)


def _refused(response: httpx.Response) -> PolicyFile | None:
    """What the head of a reply already tells, if it is no policy."""
    status, headers = response.status_code, response.headers
    if status != 200:
        return PolicyFile(_outcome_of(status), detail=f"HTTP status {status}")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    # A server may let others store pages and pictures at any path (RFC 8461, 3.2).
    if kind != "text/plain":
        return PolicyFile("BAD-REPLY", detail=f"Content-Type is {_cut(kind) or 'not given'}, not text/plain")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        return PolicyFile(
            "BAD-REPLY", detail=f"Content-Encoding is {_cut(encoding)}, which was not asked for"
        )
    return None


def _outcome_of(status: int) -> Outcome:
    if 300 <= status < 400:
        return "REDIRECT"
    return "NOT-FOUND" if status in (404, 410) else "BAD-REPLY"


async def _body(response: httpx.Response) -> PolicyFile:
    """The text of a reply, read no further than the longest policy."""
    data = bytearray()
    async for chunk in response.aiter_raw():
        data += chunk
        if len(data) > LONGEST_POLICY:
            return PolicyFile("TOO-LARGE", detail=f"larger than {LONGEST_POLICY} bytes")
    try:
        return PolicyFile("FETCHED", data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return PolicyFile("BAD-REPLY", detail=f"byte {error.start} (0x{data[error.start]:02X}) is not UTF-8")


def _failed(error: BaseException) -> PolicyFile:
    """An exchange that came to no end, in words."""
    causes = list(_causes(error))
    wrong = next((each for each in causes if isinstance(each, ssl.SSLCertVerificationError)), None)
    if wrong is not None:
        return PolicyFile("CERTIFICATE", detail=_cut(wrong.verify_message.rstrip(".")))
    if isinstance(error, httpx.TimeoutException):
        return PolicyFile("TIMEOUT", detail="no answer in time")
    if isinstance(error, httpx.RemoteProtocolError):
        return PolicyFile("BAD-REPLY", detail="the reply is not complete HTTP")
    refusal = next((each for each in causes if isinstance(each, ssl.SSLError)), None)
    # A connection that breaks off says nothing about the host.
    if refusal is not None and not isinstance(refusal, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        words = (refusal.reason or "refused").lower().replace("_", " ")
        return PolicyFile("BAD-REPLY", detail=f"no TLS connection: {_cut(words)}")
    return PolicyFile("UNREACHABLE", detail="the host could not be reached")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those behind it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."
