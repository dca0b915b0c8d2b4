"""X.509 certificates (RFC 5280) as values."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mfpolicy.model.names import normal
from mfpolicy.records.certificate_file import MAX_CERTIFICATES, NotACertificate, x509_certificates
from mfpolicy.records.distinguished_name import common_name, distinguished_name

if TYPE_CHECKING:
    from cryptography import x509

_Extension = TypeVar("_Extension", bound="x509.ExtensionType")
# Purposes of keys (RFC 5280, 4.2.1.12).
_SERVER_USE, _CLIENT_USE, _ANY_USE = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"


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
    return _chain(_certificates(data))


def _certificates(data: bytes) -> list[Certificate]:
    from cryptography import x509  # takes long to load

    try:
        with warnings.catch_warnings():
            # What it would refuse one day it tells on standard error.
            warnings.simplefilter("ignore")
            return [_read(each) for each in dict.fromkeys(x509_certificates(data))]
    except (ValueError, TypeError, x509.DuplicateExtension, x509.InvalidVersion):
        # What the library says may quote the file.
        raise NotACertificate("holds a certificate that is cut short or damaged") from None
    except x509.UnsupportedGeneralNameType:
        raise NotACertificate(
            "holds a certificate with a name of X.400 or EDI, which cannot be read"
        ) from None


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
        server_auth=not uses.isdisjoint((_SERVER_USE, _ANY_USE)),
        client_auth=not uses.isdisjoint((_CLIENT_USE, _ANY_USE)),
        authority=_is_authority(found),
        self_signed=found.subject == found.issuer,
    )


def _fingerprint(found: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    return found.fingerprint(SHA256()).hex()


def _extension(found: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    from cryptography import x509

    try:
        return found.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _names(found: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    entries = _extension(found, x509.SubjectAlternativeName)
    if entries is None:
        name = common_name(found.subject)
        return (normal(name),) if name else ()
    return tuple(dict.fromkeys(normal(each) for each in entries.get_values_for_type(x509.DNSName)))


def _uses(found: x509.Certificate) -> set[str]:
    from cryptography import x509

    usage = _extension(found, x509.ExtendedKeyUsage)
    return {_ANY_USE} if usage is None else {each.dotted_string for each in usage}


def _is_authority(found: x509.Certificate) -> bool:
    from cryptography import x509

    constraints = _extension(found, x509.BasicConstraints)
    return constraints is not None and constraints.ca


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
