"""Certificates made for tests: real ones, of authorities that nobody trusts."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
USES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
Key = Any


def seeded(seed: int) -> ed25519.Ed25519PrivateKey:
    """A key that is the same in every run, as its signatures are."""
    return ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def rivest(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def named(text: str) -> x509.Name:
    """`CN=mail.contoso.com, O=Contoso`, the most specific first."""
    known = {"CN": NameOID.COMMON_NAME, "O": NameOID.ORGANIZATION_NAME, "C": NameOID.COUNTRY_NAME}
    parts = [each.split("=", 1) for each in text.split(", ")] if text else []
    return x509.Name([x509.NameAttribute(known[key], value) for key, value in reversed(parts)])


def made(
    *hosts: str,
    subject: str = "CN=host",
    issuer: str = "CN=Example authority",
    key: Key = None,
    signer: Key = None,
    begins: datetime.datetime = NOW - 9 * DAY,
    ends: datetime.datetime = NOW + 90 * DAY,
    uses: Iterable[str] = (),
    authority: bool = False,
    hash: hashes.HashAlgorithm | None = None,
) -> x509.Certificate:
    """A certificate; `signer` is the issuer's key, its own if it is self-signed."""
    key = key or seeded(1)
    signer = signer or (key if subject == issuer else seeded(2))
    builder = x509.CertificateBuilder(named(issuer), named(subject), key.public_key(), 7)
    builder = builder.not_valid_before(begins).not_valid_after(ends)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(map(x509.DNSName, hosts)), critical=False)
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage([USES[each] for each in uses]), critical=False)
    plain = isinstance(signer, ed25519.Ed25519PrivateKey)
    return builder.sign(signer, None if plain else hash or hashes.SHA256())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def coded(certificate: x509.Certificate) -> str:
    """As recorded answers hold it."""
    return base64.b64encode(der(certificate)).decode()


def private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
