"""Certificates asked for from real SMTP servers on the loopback, good ones and all sorts of bad ones."""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from certificates import DAY, NOW, coded, elliptic, made, named, pem, private, rivest
from cryptography import x509
from listening import Listener

from mfpolicy.collect.addresses import is_public
from mfpolicy.collect.starttls import probe_hosts
from mfpolicy.model.call import Check, Progress
from mfpolicy.model.dns import Answers, HostCertificate
from mfpolicy.pipeline import check
from mfpolicy.sources.answers import write_answers

HOST = "mail.contoso.com"
AUTHORITY = "CN=Example authority"
ROOT = elliptic()
ROOT_CERTIFICATE = made(subject=AUTHORITY, issuer=AUTHORITY, key=ROOT, authority=True)
Talk = Callable[["Server", socket.socket], None]


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pem(ROOT_CERTIFICATE).decode())


def certificate(
    *names: str, days: float = 200, begun: float = 100, **more: object
) -> tuple[x509.Certificate, object]:
    """A certificate of the authority that the tests trust, and its key."""
    key = more.pop("key", None) or elliptic()
    found = made(
        *(names or (HOST,)),
        subject=str(more.pop("subject", "CN=host")),
        issuer=str(more.pop("issuer", AUTHORITY)),
        key=key,
        signer=more.pop("signer", ROOT),
        begins=NOW - begun * DAY,
        ends=NOW + days * DAY,
    )
    return found, key


class Server(Listener):
    """Keeps what was said to it."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        self.talk, self.context = talk, context
        self.said, self.names = list[str](), list[str]()
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        self.talk(self, connection)


def smtp(
    server: Server, connection: socket.socket, *, offers: str = "STARTTLS", ready: bytes = b"220 go"
) -> None:
    """A mail server as far as STARTTLS, which reads on in TLS."""
    connection.sendall(b"220-mail.contoso.com\r\n220 ESMTP\r\n")
    server.said.append(connection.recv(1000).decode())
    connection.sendall(f"250-mail.contoso.com\r\n250-SIZE 1000\r\n250 {offers}\r\n".encode())
    command = connection.recv(1000)
    server.said.append(command.decode())
    if not command:
        return
    connection.sendall(ready + b"\r\n")
    assert server.context
    with server.context.wrap_socket(connection, server_side=True) as stream:
        server.said.append(stream.recv(1000).decode())


def saying(*parts: bytes, pause: float = 0.0) -> Talk:
    """A server that only says something, and closes."""

    def talk(server: Server, connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1000)
        connection.close()

    return talk


def hanging(server: Server, connection: socket.socket) -> None:
    connection.recv(1)


def without_starttls(server: Server, connection: socket.socket) -> None:
    smtp(server, connection, offers="8BITMIME")


def refusing_starttls(server: Server, connection: socket.socket) -> None:
    smtp(server, connection, ready=b"454 TLS not available")


def closing_in_handshake(server: Server, connection: socket.socket) -> None:
    connection.sendall(b"220 ESMTP\r\n")
    connection.recv(1000)
    connection.sendall(b"250-x\r\n250 STARTTLS\r\n")
    connection.recv(1000)
    connection.sendall(b"220 go\r\n")
    connection.recv(10)
    connection.close()


def flooding(server: Server, connection: socket.socket) -> None:
    for _ in range(100_000):
        connection.sendall(b"220-and more\r\n" * 100)


def endless_line(server: Server, connection: socket.socket) -> None:
    for _ in range(100_000):
        connection.sendall(b"x" * 10_000)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(talk: Talk = smtp, shown: tuple[x509.Certificate, object] | None = None) -> Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        found, key = shown or certificate()
        path = tmp_path / f"{len(servers)}.pem"
        path.write_bytes(private(key) + pem(found))
        context.load_cert_chain(path)
        server = Server(talk, context)
        context.sni_callback = lambda _, name, __: server.names.append(name)
        servers.append(server)
        return server

    yield start
    for each in servers:
        each.close()


def probed(
    server: Server, *, timeout: float = 5.0, hosts: tuple[str, ...] = (HOST,)
) -> dict[str, HostCertificate]:
    targets = {host: ["127.0.0.1"] for host in hosts}
    return probe_hosts(
        targets, timeout=timeout, permitted=lambda address: True, port=server.port, verify=trusting()
    )


def findings(server: Server, folder: Path) -> list[str]:
    """What the rules say of what a server shows, by the real probe and from its recording."""
    (folder / "answers.json").write_text(write_answers(Answers(certificates=probed(server))))
    (folder / "mailflow.yaml").write_text(
        json.dumps({"version": 1, "certificates": {"hybrid": {"hosts": [HOST], "owner": "Messaging"}}})
    )
    call = Check(
        folder=str(folder),
        roots=(str(folder),),
        intent="mailflow.yaml",
        answers="answers.json",
        only=("connectors",),
        today=datetime.datetime.now(datetime.UTC).date(),
    )
    return sorted(each.rule.slug for each in check(call)[0].findings)


SHOWN = {
    "a good one": ({}, []),
    "near its end": ({"days": 20, "begun": 375}, ["certificate-expires-soon"]),
    "days from its end": ({"days": 3, "begun": 375}, ["certificate-expires-within-days"]),
    "expired": ({"days": -2, "begun": 375}, ["certificate-expired"]),
    "not valid yet": ({"days": 300, "begun": -3}, ["certificate-not-valid-yet"]),
    "wrongly named": ({"names": ("mail.fabrikam.com",)}, ["certificate-does-not-name-host"]),
    "of a private authority": ({"issuer": "CN=Other", "signer": elliptic()}, ["certificate-not-trusted"]),
    "self-signed": ({"issuer": "CN=host", "signer": None}, ["certificate-self-signed"]),
    "RSA with 1024 bits": ({"key": rivest(1024)}, ["certificate-key-too-short"]),
}


@pytest.mark.parametrize(("made_of", "slugs"), SHOWN.values(), ids=SHOWN)
def test_a_certificate_is_found_by_name(
    serving: Callable[..., Server], tmp_path: Path, made_of: dict[str, object], slugs: list[str]
) -> None:
    more = dict(made_of)
    names = more.pop("names", ())
    found, key = certificate(*names, **more)  # type: ignore[misc, arg-type]
    assert findings(serving(shown=(found, key)), tmp_path) == slugs


def test_what_is_shown_is_kept_as_it_is(serving: Callable[..., Server]) -> None:
    found, key = certificate()
    assert probed(serving(shown=(found, key))) == {HOST: HostCertificate("SHOWN", coded(found))}


def test_a_chain_that_is_not_trusted_is_kept_with_the_reason(serving: Callable[..., Server]) -> None:
    found, key = certificate(issuer="CN=host", signer=None)
    assert probed(serving(shown=(found, key)))[HOST] == HostCertificate(
        "SHOWN", coded(found), "self-signed certificate"
    )


def test_the_conversation_ends_before_any_mail(serving: Callable[..., Server]) -> None:
    server = serving()
    probed(server)
    deadline = time.monotonic() + 5
    while len(server.said) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (server.said, server.names) == (["EHLO [127.0.0.1]\r\n", "STARTTLS\r\n", "QUIT\r\n"], [HOST])


BAD = {
    "no STARTTLS": (without_starttls, "NO-STARTTLS", "offers no STARTTLS"),
    "STARTTLS refused": (refusing_starttls, "NO-STARTTLS", "answers STARTTLS with 454"),
    "turned away": (saying(b"554 no service for you\r\n"), "REFUSED", "greets with 554"),
    "busy": (saying(b"421-try\r\n421 later\r\n"), "REFUSED", "greets with 421"),
    "garbage": (saying(b"\x00\xff\x13 hello\r\n"), "BAD-REPLY", "does not speak SMTP"),
    "HTTP": (saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "BAD-REPLY", "does not speak SMTP"),
    "no line at all": (endless_line, "BAD-REPLY", "does not speak SMTP"),
    "lines without end": (flooding, "BAD-REPLY", "does not speak SMTP"),
    "closes": (saying(), "UNREACHABLE", "the host broke the connection off"),
    "closes in the middle of a line": (
        saying(b"220 mai"),
        "UNREACHABLE",
        "the host broke the connection off",
    ),
    "closes in the handshake": (closing_in_handshake, "UNREACHABLE", None),
    "hangs": (hanging, "TIMEOUT", "no certificate within 1 s"),
    "drips": (saying(*[b"2"] * 30, pause=0.1), "TIMEOUT", "no certificate within 1 s"),
}


@pytest.mark.parametrize(("talk", "outcome", "detail"), BAD.values(), ids=BAD)
def test_a_bad_server_shows_nothing(
    serving: Callable[..., Server], talk: Talk, outcome: str, detail: str | None
) -> None:
    found = probed(serving(talk), timeout=1.0)[HOST]
    assert (found.outcome, found.certificate, found.detail if detail else None) == (outcome, "", detail)


def test_garbage_in_place_of_tls_is_no_certificate(serving: Callable[..., Server]) -> None:
    def talk(server: Server, connection: socket.socket) -> None:
        smtp_plain = itertools.chain([b"220 ESMTP\r\n", b"250-x\r\n250 starttls\r\n", b"220 go\r\n"])
        for line in smtp_plain:
            connection.sendall(line)
            connection.recv(1000)
        connection.sendall(b"this is no TLS at all\r\n")
        connection.recv(1000)

    assert probed(serving(talk))[HOST].outcome == "BAD-REPLY"


def test_a_server_that_needs_no_certificate_shows_none(serving: Callable[..., Server]) -> None:
    server = serving()
    assert server.context
    server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    server.context.set_ciphers("aNULL:@SECLEVEL=0")
    assert probed(server)[HOST].outcome == "BAD-REPLY"


def test_many_hosts_are_asked_at_once(serving: Callable[..., Server]) -> None:
    hosts = tuple(f"mx{number}.contoso.com" for number in range(40))
    began = time.monotonic()
    found = probed(serving(hanging), timeout=1.0, hosts=hosts)
    assert {each.outcome for each in found.values()} == {"TIMEOUT"}
    assert (list(found), time.monotonic() - began < 10) == (list(hosts), True)


def test_progress_is_told(serving: Callable[..., Server]) -> None:
    seen: list[Progress] = []
    probe_hosts(
        {HOST: ["127.0.0.1"]},
        permitted=lambda address: True,
        port=serving().port,
        verify=trusting(),
        progress=seen.append,
    )
    assert [(each.asked, each.answered) for each in seen] == [(1, 1)]


def test_an_address_inside_is_not_connected_to(serving: Callable[..., Server]) -> None:
    server = serving()
    found = probe_hosts({HOST: ["127.0.0.1"]}, permitted=is_public, port=server.port, verify=trusting())
    assert (found[HOST].outcome, server.connections) == ("NOT-PUBLIC", 0)


def test_a_host_without_address_and_a_name_that_is_no_host_are_told_apart() -> None:
    found = probe_hosts({HOST: [], "a b.contoso.com": ["127.0.0.1"]}, verify=trusting())
    assert [each.outcome for each in found.values()] == ["NO-ADDRESS", "BAD-REPLY"]


def test_a_port_that_is_closed_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    found = probe_hosts({HOST: ["127.0.0.1"]}, permitted=lambda _: True, port=port, verify=trusting())
    assert found[HOST].outcome == "UNREACHABLE"


def test_nothing_to_ask_asks_nothing() -> None:
    assert probe_hosts({}) == {}


def test_a_recording_repeats_what_was_shown(serving: Callable[..., Server]) -> None:
    found, key = certificate()
    text = write_answers(Answers(certificates=probed(serving(shown=(found, key)))))
    entry = json.loads(text)["certificates"][0]
    assert x509.load_der_x509_certificate(base64.b64decode(entry["certificate"])) == found
    assert named("CN=host") == found.subject
