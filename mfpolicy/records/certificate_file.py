"""The certificates in a file: PEM, DER or PKCS #7. A private key is refused, in every form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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


def x509_certificates(data: bytes) -> list[x509.Certificate]:
    """The certificates in a file as the library has them, at most MAX_CERTIFICATES of PEM or of a bundle.
    Raises NotACertificate, and whatever the library raises for damaged ones."""
    text = _decoded(data)
    if not text.strip():
        raise NotACertificate("is empty")
    if _PRIVATE_PEM.search(text) or _PRIVATE_DER.match(text) or _ENCRYPTED_DER.match(text):
        raise NotACertificate(PRIVATE)
    return _from_pem(text) if _BEGIN.search(text) else _from_der(text)


def _decoded(data: bytes) -> bytes:
    """PowerShell writes text as UTF-16."""
    encoding = _MARKS.get(data[:2])
    return data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data


def _from_pem(text: bytes) -> list[x509.Certificate]:
    from cryptography import x509

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
