"""X.509 certificates (RFC 5280) in PEM, DER or PKCS #7, as values."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from mfpolicy.model.names import normal
from mfpolicy.records.distinguished_name import common_name, distinguished_name

if TYPE_CHECKING:
    from cryptography import x509

LARGEST = 1024 * 1024  # bytes; a chain has about 8,000
MAX_CERTIFICATES = 20
PRIVATE = (
    "holds a private key; export the certificate alone, without its key, and replace a key that was shared"
)
_BLOCK = re.compile(
    rb"-----BEGIN (X509 |TRUSTED )?(CERTIFICATE|PKCS7|CMS)-----([^-]*)-----END (?:X509 |TRUSTED )?\2-----"
)
_BEGIN = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?(?:CERTIFICATE|PKCS7|CMS)-----")
# PEM of every kind of private key, and the first integer of PKCS #12, PKCS #8, PKCS #1 and SEC 1.
_PRIVATE_PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_PRIVATE_DER = re.compile(
    rb"\x30(?:[\x00-\x7f]|\x80|\x81.|\x82..|\x83...|\x84....)\x02\x01[\x00\x01\x03]", re.DOTALL
)
# An encrypted PKCS #8 key begins with the identifier of a method of PKCS #5 or PKCS #12.
_ENCRYPTED_DER = re.compile(
    rb"\x30.{1,5}\x30.{1,5}\x06[\x09\x0a]\x2a\x86\x48\x86\xf7\x0d\x01(?:\x05|\x0c)", re.DOTALL
)
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class NotACertificate(Exception):
    """There is no certificate to be had from some bytes; the text says why, and nothing of them."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate. `subject` and `issuer` are written as Exchange writes them, `names` are its
    dNSName entries in normal form: the common name only where it has no such entry (RFC 6125, 6.4.4).
    `key_type` is rsa, ec, ed25519, ed448 or other; `bits` is 0 where the key cannot be read. `hash` is that
    of its signature, such as sha256, empty where the algorithm has none of its own. A certificate without
    extended key usage is for everything (RFC 5280, 4.2.1.12)."""

    subject: str
    issuer: str
    fingerprint: str
    names: tuple[str, ...]
    not_before: datetime.datetime
    not_after: datetime.datetime
    key_type: str
    bits: int
    hash: str
    server_auth: bool
    client_auth: bool
    authority: bool
    self_signed: bool

    @property
    def exchange_name(self) -> str:
        """What TlsCertificateName of a connector names it by (Set-SendConnector)."""
        return f"<I>{self.issuer}<S>{self.subject}"


class Chain(msgspec.Struct, frozen=True):
    """A host's certificate, and those above it in the order of issue, as far as they are known. `complete`:
    the last one is self-signed."""

    leaf: Certificate
    above: tuple[Certificate, ...] = ()

    @property
    def complete(self) -> bool:
        """See the class."""
        return (self.leaf, *self.above)[-1].self_signed


def parse(data: bytes) -> Chain:
    """The chain in a file; its certificates may stand in any order. Raises NotACertificate."""
    text = _decoded(data)
    if not text.strip():
        raise NotACertificate("is empty")
    if _PRIVATE_PEM.search(text) or _PRIVATE_DER.match(text) or _ENCRYPTED_DER.match(text):
        raise NotACertificate(PRIVATE)
    return _chain(_certificates(text))


def _certificates(text: bytes) -> list[Certificate]:
    from cryptography import x509  # takes long to load

    try:
        with warnings.catch_warnings():
            # What it would refuse one day it tells on standard error.
            warnings.simplefilter("ignore")
            return [_read(each) for each in dict.fromkeys(_loaded(text))]
    except (ValueError, TypeError, x509.DuplicateExtension, x509.InvalidVersion):
        # What the library says may quote the file.
        raise NotACertificate("holds a certificate that is cut short or damaged") from None


def _decoded(data: bytes) -> bytes:
    """PowerShell writes text as UTF-16."""
    encoding = _MARKS.get(data[:2])
    return data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data


def _loaded(text: bytes) -> list[x509.Certificate]:
    from cryptography import x509

    if not _BEGIN.search(text):
        return _from_der(text)
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) < len(_BEGIN.findall(text)):
        raise NotACertificate("holds a certificate that is cut short or damaged")
    found: list[x509.Certificate] = []
    for each in blocks[:MAX_CERTIFICATES]:
        kind = b"CERTIFICATE" if each[2] == b"CERTIFICATE" else b"PKCS7"
        block = b"-----BEGIN %b-----%b-----END %b-----\n" % (kind, each[3], kind)
        found += [x509.load_pem_x509_certificate(block)] if kind == b"CERTIFICATE" else _from_pkcs7(block)
    return found


def _from_der(data: bytes) -> list[x509.Certificate]:
    from cryptography import x509

    if not data.startswith(b"\x30"):
        raise NotACertificate("holds no certificate, neither PEM nor DER")
    try:
        return [x509.load_der_x509_certificate(data)]
    except ValueError:
        return _from_pkcs7(data)


def _from_pkcs7(data: bytes) -> list[x509.Certificate]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs7

    load = pkcs7.load_pem_pkcs7_certificates if data.startswith(b"-") else pkcs7.load_der_pkcs7_certificates
    try:
        return load(data)[:MAX_CERTIFICATES]
    except UnsupportedAlgorithm as error:
        raise NotACertificate("holds no certificate") from error


def _chain(found: Sequence[Certificate]) -> Chain:
    """The one that issued none of the others is the host's."""
    if not found:
        raise NotACertificate("holds no certificate")
    issuers = {each.issuer for each in found if not each.self_signed}
    last = [each for each in found if each.subject not in issuers]
    hosts = [each for each in last if not each.authority] or last
    if len(hosts) != 1:
        raise NotACertificate(
            f"holds the certificates of {len(hosts) or 'several'} hosts; give one each a file"
        )
    above = [hosts[0]]
    while not above[-1].self_signed and len(above) <= MAX_CERTIFICATES:
        issuer = next((each for each in found if each.subject == above[-1].issuer), None)
        if issuer is None:
            break
        above.append(issuer)
    return Chain(hosts[0], tuple(above[1:]))


def _read(found: x509.Certificate) -> Certificate:
    key_type, bits = _key(found)
    uses = _uses(found)
    subject, issuer = distinguished_name(found.subject), distinguished_name(found.issuer)
    return Certificate(
        subject=subject,
        issuer=issuer,
        fingerprint=_fingerprint(found),
        names=_names(found),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        key_type=key_type,
        bits=bits,
        hash=_hash(found),
        server_auth=uses is None or "serverAuth" in uses or "anyExtendedKeyUsage" in uses,
        client_auth=uses is None or "clientAuth" in uses or "anyExtendedKeyUsage" in uses,
        authority=_is_authority(found),
        self_signed=found.subject == found.issuer,
    )


def _fingerprint(found: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    return found.fingerprint(SHA256()).hex()


def _names(found: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        entries = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        name = common_name(found.subject)
        return (normal(name),) if name else ()
    return tuple(dict.fromkeys(normal(each) for each in entries.get_values_for_type(x509.DNSName)))


def _uses(found: x509.Certificate) -> set[str] | None:
    from cryptography import x509

    try:
        usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    known = {
        "1.3.6.1.5.5.7.3.1": "serverAuth",
        "1.3.6.1.5.5.7.3.2": "clientAuth",
        "2.5.29.37.0": "anyExtendedKeyUsage",
    }
    return {known.get(each.dotted_string, each.dotted_string) for each in usage}


def _is_authority(found: x509.Certificate) -> bool:
    from cryptography import x509

    try:
        return found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _key(found: x509.Certificate) -> tuple[str, int]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    try:
        key = found.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "other", 0
    if isinstance(key, rsa.RSAPublicKey):
        return "rsa", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ec", key.curve.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519", 256
    return ("ed448", 456) if isinstance(key, ed448.Ed448PublicKey) else ("other", 0)


def _hash(found: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        algorithm = found.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "other"
    return algorithm.name if algorithm else ""
