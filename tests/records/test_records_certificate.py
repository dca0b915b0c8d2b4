"""Certificates from real bytes, in every form in which people keep them, and in those that are refused."""

from __future__ import annotations

import codecs
import datetime
import random
import subprocess
import sys

import pytest
from certificates import DAY, NOW, der, elliptic, made, named, pem, private, rivest, seeded
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import ExtensionOID, NameOID

from mfpolicy.records.certificate import parse
from mfpolicy.records.certificate_file import MAX_CERTIFICATES, PRIVATE, NotACertificate
from mfpolicy.records.distinguished_name import distinguished_name

ROOT = made(subject="CN=Root", issuer="CN=Root", key=seeded(3), authority=True)
BETWEEN = made(subject="CN=Example authority", issuer="CN=Root", signer=seeded(3), authority=True)
LEAF = made("mail.contoso.com", subject="CN=mail.contoso.com, O=Contoso", issuer="CN=Example authority")
KEY = elliptic()
TEXT = b"Bag Attributes\r\n    friendlyName: mail\r\nsubject=CN = mail.contoso.com\r\n"
UTF_16 = codecs.BOM_UTF16_LE + pem(LEAF).decode().encode("utf-16-le")
PKCS7 = pkcs7.serialize_certificates([ROOT, LEAF, BETWEEN], serialization.Encoding.DER)
PKCS7_PEM = pkcs7.serialize_certificates([ROOT, LEAF, BETWEEN], serialization.Encoding.PEM)

GOOD = {
    "DER": (der(LEAF), 0),
    "PEM": (pem(LEAF), 0),
    "PEM with text around it": (TEXT + pem(LEAF).replace(b"\n", b"\r\n") + b"and more", 0),
    "PEM as PowerShell writes it": (UTF_16, 0),
    "a chain, host first": (pem(LEAF, BETWEEN, ROOT), 2),
    "a chain, root first": (pem(ROOT, BETWEEN, LEAF), 2),
    "the same twice": (pem(LEAF, LEAF, BETWEEN), 1),
    "a chain with a stranger's root": (pem(LEAF, BETWEEN), 1),
    "PKCS #7": (PKCS7, 2),
    "PKCS #7 in PEM": (PKCS7_PEM, 2),
}


@pytest.mark.parametrize(("data", "above"), GOOD.values(), ids=GOOD)
def test_the_certificate_of_the_host_is_found(data: bytes, above: int) -> None:
    found = parse(data)
    assert (found.leaf.subject, len(found.above)) == ("CN=mail.contoso.com, O=Contoso", above)


DAMAGED = "holds a certificate that is cut short or damaged"
PFX = pkcs12.serialize_key_and_certificates(
    b"x", KEY, None, None, serialization.BestAvailableEncryption(b"secret")
)
CLEAR = serialization.NoEncryption()
LOCKED = serialization.BestAvailableEncryption(b"secret")
OLD = serialization.PrivateFormat.TraditionalOpenSSL
BAD = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \r\n\t", "is empty"),
    "text": (b"see the other folder", "holds no certificate, neither PEM nor DER"),
    "DER that is cut short": (der(LEAF)[:-40], DAMAGED),
    "PEM that is cut short": (pem(LEAF)[:-60], DAMAGED),
    "PEM that is no base64": (
        pem(LEAF).replace(b"MII", b"!!!").replace(b"MIH", b"!!!").replace(b"M", b"*"),
        DAMAGED,
    ),
    "two hosts": (
        pem(LEAF, made("smtp.contoso.com", subject="CN=smtp")),
        "holds the certificates of 2 hosts; give one each a file",
    ),
    "a key": (private(KEY), PRIVATE),
    "a key beside its certificate": (pem(LEAF) + private(KEY), PRIVATE),
    "a key before its certificate, in UTF-16": (
        (private(KEY) + pem(LEAF)).decode().encode("utf-16"),
        PRIVATE,
    ),
    "a key of the old form": (KEY.private_bytes(serialization.Encoding.PEM, OLD, CLEAR), PRIVATE),
    "a key with a password": (
        KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, LOCKED),
        PRIVATE,
    ),
    "a key in DER": (
        KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, CLEAR),
        PRIVATE,
    ),
    "a key of the old form in DER": (KEY.private_bytes(serialization.Encoding.DER, OLD, CLEAR), PRIVATE),
    "an RSA key in DER": (rivest(1024).private_bytes(serialization.Encoding.DER, OLD, CLEAR), PRIVATE),
    "a key with a password in DER": (
        KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, LOCKED),
        PRIVATE,
    ),
    "PKCS #12": (PFX, PRIVATE),
}


@pytest.mark.parametrize(("data", "why"), BAD.values(), ids=BAD)
def test_what_is_no_certificate_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotACertificate) as error:
        parse(data)
    assert str(error.value) == why


def test_a_name_of_a_kind_that_the_library_does_not_know_is_told() -> None:
    x400 = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, bytes.fromhex("3002a300"))
    builder = x509.CertificateBuilder(named("CN=x"), named("CN=x"), KEY.public_key(), 7, NOW, NOW + DAY)
    found = builder.add_extension(x400, critical=False).sign(KEY, hashes.SHA256())
    with pytest.raises(NotACertificate, match="a name of X.400 or EDI"):
        parse(der(found))


def test_nothing_of_a_file_is_in_what_is_said_of_it() -> None:
    with pytest.raises(NotACertificate) as error:
        parse(pem(LEAF).replace(b"M", b"*"))
    assert (error.value.__cause__, error.value.__suppress_context__) == (None, True)


def test_no_damage_makes_it_crash() -> None:
    chance, said = random.Random(7), set()
    for data in (der(LEAF), PKCS7, PFX, pem(LEAF, BETWEEN)):
        for _ in range(400):
            spoilt = bytearray(data)
            for _ in range(chance.randint(1, 6)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            try:
                said.add(type(parse(bytes(spoilt))).__name__)
            except NotACertificate:
                said.add("refused")
    assert said <= {"Chain", "refused"}


def test_of_thousands_a_few_are_read() -> None:
    assert len(parse(pem(LEAF, *[BETWEEN] * 5000)).above) <= MAX_CERTIFICATES


def test_a_certificate_says_what_it_is() -> None:
    key = rivest(2048)
    found = parse(
        der(
            made(
                "Mail.Contoso.com",
                "*.contoso.com",
                key=key,
                signer=rivest(1024),
                uses=["server"],
                begins=NOW,
                ends=NOW + DAY,
            )
        )
    ).leaf
    assert (found.names, found.key_type, found.bits, found.hash, found.server_auth, found.client_auth) == (
        ("mail.contoso.com", "*.contoso.com"),
        "rsa",
        2048,
        "sha256",
        True,
        False,
    )
    assert (found.not_after - found.not_before, found.authority, found.self_signed) == (
        datetime.timedelta(1),
        False,
        False,
    )


@pytest.mark.parametrize(
    ("hosts", "names"),
    [
        pytest.param((), ("mail.contoso.com",), id="the common name, where there is no other"),
        pytest.param(("mx.contoso.com",), ("mx.contoso.com",), id="no common name beside others"),
    ],
)
def test_the_common_name_counts_alone(hosts: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert parse(der(made(*hosts, subject="CN=mail.contoso.com"))).leaf.names == names


def test_a_chain_is_complete_with_its_root() -> None:
    chains = [(LEAF,), (LEAF, BETWEEN), (LEAF, BETWEEN, ROOT), (ROOT,)]
    assert [parse(pem(*each)).complete for each in chains] == [False, False, True, True]


NAMES = [
    (
        [
            [(NameOID.COUNTRY_NAME, "US")],
            [(NameOID.STATE_OR_PROVINCE_NAME, "WA")],
            [(NameOID.COMMON_NAME, "a")],
        ],
        "CN=a, S=WA, C=US",
    ),
    ([[(NameOID.ORGANIZATION_NAME, "Contoso, Ltd.")]], 'O="Contoso, Ltd."'),
    ([[(NameOID.ORGANIZATION_NAME, 'The "best"')]], 'O="The ""best"""'),
    ([[(NameOID.EMAIL_ADDRESS, "a@example.org")]], "E=a@example.org"),
    ([[(NameOID.COMMON_NAME, "a"), (NameOID.ORGANIZATION_NAME, "b")]], "CN=a + O=b"),
    ([[(NameOID.BUSINESS_CATEGORY, "x")]], "OID.2.5.4.15=x"),
    ([], ""),
]


@pytest.mark.parametrize(("parts", "text"), NAMES, ids=[text for _, text in NAMES])
def test_a_name_is_written_as_exchange_does(
    parts: list[list[tuple[x509.ObjectIdentifier, str]]], text: str
) -> None:
    rdns = [x509.RelativeDistinguishedName([x509.NameAttribute(*each) for each in part]) for part in parts]
    found = distinguished_name(x509.Name(rdns))
    assert found == text or set(found.split(" + ")) == set(text.split(" + "))


@pytest.mark.slow
def test_the_library_is_not_loaded_before_there_is_a_certificate() -> None:
    code = "import sys, mfpolicy.facts.certificates; print('cryptography' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "False"
