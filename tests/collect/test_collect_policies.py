"""Policies fetched from a real HTTPS server on the loopback, which does everything a bad one may do."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import ipaddress
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from listening import Listener

from mfpolicy.collect.policies import fetch_policies, is_public
from mfpolicy.model.dns import Failure, PolicyFile
from mfpolicy.records.mta_sts import LONGEST_POLICY

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
TEXT = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.net\r\nmax_age: 1209600\r\n"
Reply = Callable[[], Iterator[bytes]]


def reply(
    body: bytes = TEXT.encode(), status: str = "200 OK", type: str = "text/plain", more: str = ""
) -> Reply:
    kind = f"Content-Type: {type}\r\n" if type else ""
    head = f"HTTP/1.1 {status}\r\n{kind}{more}Content-Length: {len(body)}\r\n\r\n"
    return lambda: iter([head.encode() + body])


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    yield from itertools.repeat(b"x" * 16384, 10_000)


def dripping(text: bytes) -> Reply:
    def drops() -> Iterator[bytes]:
        for byte in itertools.chain(text, itertools.repeat(ord("x"), 1000)):
            yield bytes([byte])
            time.sleep(0.02)

    return drops


class Authority:
    """A certificate authority, and certificates of it in PEM files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example authority")])
        self.certificate = self._signed(self.name, self.name, self.key, [], NOW + DAY, authority=True)

    def file(
        self, *hosts: str, until: datetime.datetime = NOW + DAY, common: str = "host", trusted: bool = True
    ) -> str:
        """The path of a PEM file with a key and a certificate for these hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
        names: list[x509.GeneralName] = [
            x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
            for host in hosts
        ]
        certificate = self._signed(subject, self.name if trusted else subject, key, names, until)
        path = self.folder / f"{len(list(self.folder.iterdir()))}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)

    def trust(self) -> ssl.SSLContext:
        """What a client needs to trust this authority, and no other."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        context = ssl.create_default_context(cadata=pem)
        context.hostname_checks_common_name = False
        return context

    def _signed(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: list[x509.GeneralName],
        until: datetime.datetime,
        authority: bool = False,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(NOW - 9 * DAY).not_valid_after(until)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key if issuer == self.name else key, hashes.SHA256())


class Server(Listener):
    """Keeps the heads of the requests."""

    def __init__(self, pem: str, replies: Reply | None) -> None:
        self.replies, self.heads, self.names = replies, list[str](), list[str]()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.context.sni_callback = lambda _, name, __: self.names.append(name)
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        if self.replies is None:
            return
        with self.context.wrap_socket(connection, server_side=True) as stream:
            self.heads.append(stream.recv(65536).decode("latin-1"))
            for part in self.replies():
                stream.sendall(part)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def serve(authority: Authority) -> Iterator[Callable[..., Server]]:
    """Starts servers, by default for mta-sts.example.org; they end with the test."""
    servers: list[Server] = []

    def start(replies: Reply | None, pem: str = "") -> Server:
        servers.append(Server(pem or authority.file("mta-sts.example.org"), replies))
        return servers[-1]

    yield start
    for each in servers:
        each.close()


def everywhere(address: object) -> bool:
    return True


def fetched(server: Server, authority: Authority, *addresses: str, timeout: float = 5.0) -> PolicyFile:
    """What comes of example.org at a server."""
    targets = {"example.org": addresses or ("127.0.0.1",)}
    return fetch_policies(
        targets, timeout=timeout, permitted=everywhere, port=server.port, verify=authority.trust()
    )["example.org"]


def test_a_sound_policy_is_fetched_with_every_octet(
    serve: Callable[..., Server], authority: Authority
) -> None:
    server = serve(reply(type="Text/Plain; charset=utf-8"))
    assert fetched(server, authority) == PolicyFile("FETCHED", TEXT)
    head = server.heads[0].lower()
    assert head.startswith("get /.well-known/mta-sts.txt http/1.1\r\n")
    assert "\r\nhost: mta-sts.example.org\r\n" in head and "\r\naccept-encoding: identity\r\n" in head
    assert server.names == ["mta-sts.example.org"]


@pytest.mark.parametrize(
    ("replies", "outcome", "detail"),
    [
        (reply(status="301 Moved", more="Location: https://127.0.0.1/\r\n"), "REDIRECT", "HTTP status 301"),
        (reply(status="304 Not Modified"), "REDIRECT", "HTTP status 304"),
        (reply(status="404 Not Found"), "NOT-FOUND", "HTTP status 404"),
        (reply(status="410 Gone"), "NOT-FOUND", "HTTP status 410"),
        (reply(status="500 Oh No"), "BAD-REPLY", "HTTP status 500"),
        (reply(status="204 No Content", body=b""), "BAD-REPLY", "HTTP status 204"),
        (reply(type="text/html"), "BAD-REPLY", "Content-Type is text/html, not text/plain"),
        (reply(type=""), "BAD-REPLY", "Content-Type is not given, not text/plain"),
        (
            reply(gzip.compress(b"x" * 10_000_000), more="Content-Encoding: gzip\r\n"),
            "BAD-REPLY",
            "Content-Encoding is gzip, which was not asked for",
        ),
        (reply(b"mode: \xff"), "BAD-REPLY", "byte 6 (0xFF) is not UTF-8"),
        (lambda: iter([b"220 mail.example.net ESMTP\r\n"]), "BAD-REPLY", "the reply is not complete HTTP"),
        (
            lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx"]),
            "BAD-REPLY",
            "the reply is not complete HTTP",
        ),
        (
            lambda: iter([b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000]),
            "BAD-REPLY",
            "the reply is not complete HTTP",
        ),
        (reply(b"x" * (LONGEST_POLICY + 1)), "TOO-LARGE", "larger than 65536 bytes"),
        (endless, "TOO-LARGE", "larger than 65536 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_said_in_words(
    serve: Callable[..., Server], authority: Authority, replies: Reply, outcome: str, detail: str
) -> None:
    found = fetched(serve(replies), authority)
    assert (found.outcome, found.detail, found.text) == (outcome, detail, "")


@pytest.mark.parametrize(
    "replies",
    [
        reply(b"x" * LONGEST_POLICY),
        reply(b""),
        lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", TEXT.encode()]),
    ],
    ids=["as long as it may be", "empty", "ended by the connection"],
)
def test_an_odd_reply_is_taken_all_the_same(
    serve: Callable[..., Server], authority: Authority, replies: Reply
) -> None:
    assert fetched(serve(replies), authority).outcome == "FETCHED"


def test_a_certificate_counts_by_the_host_name_alone(
    serve: Callable[..., Server], authority: Authority
) -> None:
    wanted = "certificate is not valid for 'mta-sts.example.org'"
    for pem in (
        authority.file("mta-sts.example.net"),
        authority.file("127.0.0.1"),
        authority.file("example.org"),
        authority.file("*.mta-sts.example.org", common="mta-sts.example.org"),
    ):
        server = serve(reply(), pem)
        found = fetched(server, authority)
        assert (found.outcome, wanted in found.detail, server.heads) == ("CERTIFICATE", True, [])
    assert fetched(serve(reply(), authority.file("*.example.org")), authority).outcome == "FETCHED"


def test_a_certificate_that_ran_out_or_is_nobodys_is_refused(
    serve: Callable[..., Server], authority: Authority
) -> None:
    host = "mta-sts.example.org"
    old = fetched(serve(reply(), authority.file(host, until=NOW - DAY)), authority)
    own = fetched(serve(reply(), authority.file(host, trusted=False)), authority)
    assert [old, own] == [
        PolicyFile("CERTIFICATE", detail="certificate has expired"),
        PolicyFile("CERTIFICATE", detail="self-signed certificate"),
    ]


def test_the_roots_that_come_along_do_not_trust_just_anybody(
    serve: Callable[..., Server], authority: Authority
) -> None:
    server = serve(reply())
    found = fetch_policies({"example.org": ["127.0.0.1"]}, permitted=everywhere, port=server.port)
    assert found["example.org"].outcome == "CERTIFICATE"


def test_a_server_without_tls_is_a_bad_reply(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with contextlib.suppress(OSError), connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(65536)

        threading.Thread(target=answer, daemon=True).start()
        port = listener.getsockname()[1]
        found = fetch_policies(
            {"example.org": ["127.0.0.1"]}, permitted=everywhere, port=port, verify=authority.trust()
        )
    assert (found["example.org"].outcome, found["example.org"].detail[:19]) == (
        "BAD-REPLY",
        "no TLS connection: ",
    )


def test_a_connection_that_breaks_off_says_nothing(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
        port = listener.getsockname()[1]
        found = fetch_policies(
            {"example.org": ["127.0.0.1"]}, permitted=everywhere, port=port, verify=authority.trust()
        )
    assert found["example.org"].outcome == "UNREACHABLE"


def test_two_domains_at_one_address_are_verified_each_for_itself(
    serve: Callable[..., Server], authority: Authority
) -> None:
    server = serve(reply(more="Connection: keep-alive\r\n"))
    targets = {name: ["127.0.0.1"] for name in ("example.org", "example.net", "example.com")}
    found = fetch_policies(targets, permitted=everywhere, port=server.port, verify=authority.trust())
    assert [(name, file.outcome) for name, file in found.items()] == [
        ("example.org", "FETCHED"),
        ("example.net", "CERTIFICATE"),
        ("example.com", "CERTIFICATE"),
    ]


@pytest.mark.parametrize(
    "replies",
    [
        None,
        dripping(b"HTTP/1.1 200 OK\r\nX: "),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"),
    ],
    ids=["silent", "a head that never ends", "a body that never ends"],
)
def test_the_whole_transfer_is_bounded_in_time(
    serve: Callable[..., Server], authority: Authority, replies: Reply | None
) -> None:
    start = time.monotonic()
    found = fetched(serve(replies), authority, timeout=0.3)
    assert (found.outcome, time.monotonic() - start < 1.5) == ("TIMEOUT", True)


def test_a_slow_server_within_the_time_is_waited_for(
    serve: Callable[..., Server], authority: Authority
) -> None:
    def slow() -> Iterator[bytes]:
        time.sleep(0.2)
        yield from reply()()

    assert fetched(serve(slow), authority).outcome == "FETCHED"


@pytest.mark.parametrize(
    ("addresses", "detail"),
    [
        (["127.0.0.1"], "127.0.0.1 is not a public address"),
        (["::ffff:127.0.0.1", "10.0.0.1"], "::ffff:127.0.0.1 is not a public address"),
        (["localhost"], "localhost is not a public address"),
        ([], "mta-sts.example.org has no address"),
    ],
)
def test_an_address_that_is_not_public_is_never_connected_to(
    serve: Callable[..., Server], authority: Authority, addresses: list[str], detail: str
) -> None:
    server = serve(reply())
    found = fetch_policies({"example.org": addresses}, port=server.port, verify=authority.trust())
    outcome: Failure = "NOT-PUBLIC" if addresses else "UNREACHABLE"
    assert (found, server.connections) == ({"example.org": PolicyFile(outcome, detail=detail)}, 0)


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.1", "198.51.100.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1",
        "0.0.0.0", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
        "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "fd00::1", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_or_inside_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "2a00::1"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_the_second_address_is_tried_where_the_first_does_not_answer(
    serve: Callable[..., Server], authority: Authority
) -> None:
    server = serve(reply())
    # Only 127.0.0.1 listens; the rest of the loopback refuses, and so does ::1.
    assert fetched(server, authority, "127.0.0.2", "127.0.0.1").outcome == "FETCHED"
    assert fetched(server, authority, "127.0.0.2", "127.0.0.3", "127.0.0.1").outcome == "UNREACHABLE"
    assert fetched(server, authority, "::1", "::1", "127.0.0.1").outcome == "FETCHED"


def test_the_second_address_is_left_alone_once_the_first_has_answered(
    serve: Callable[..., Server], authority: Authority
) -> None:
    server = serve(reply(status="404 Not Found"))
    assert fetched(server, authority, "127.0.0.1", "127.0.0.1").outcome == "NOT-FOUND"
    assert server.connections == 1


def test_a_proxy_of_the_environment_is_ignored(
    serve: Callable[..., Server], authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(reply())
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetched(server, authority).outcome == "FETCHED"


@pytest.mark.parametrize(
    "domain", ["", "a b", "a\r\nx: y", "_x.example.org", "x" * 64 + ".org", "é.example.org"]
)
def test_a_domain_that_can_have_no_policy_host_is_asked_nothing(domain: str) -> None:
    found = fetch_policies({domain: ["127.0.0.1"]}, permitted=everywhere, port=9)
    assert found[domain].outcome == "BAD-REPLY"


def test_no_target_is_no_work() -> None:
    assert fetch_policies({}) == {}


def test_many_targets_do_not_wait_for_one_another(serve: Callable[..., Server], authority: Authority) -> None:
    silent = serve(None)
    targets = {f"{number}.example.org": ["127.0.0.1"] for number in range(40)}
    start = time.monotonic()
    found = fetch_policies(targets, timeout=0.2, permitted=everywhere, port=silent.port)
    assert {file.outcome for file in found.values()} == {"TIMEOUT"}
    assert time.monotonic() - start < 2.0
