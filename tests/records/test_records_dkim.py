from __future__ import annotations

import base64
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from mfpolicy.records import dkim

PRIVATE = rsa.generate_private_key(65537, 1024)
PUBLIC = PRIVATE.public_key()
KEY = base64.b64encode(PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
PKCS1 = base64.b64encode(PUBLIC.public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()
ED = base64.b64encode(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
CURVE = ec.generate_private_key(ec.SECP256R1()).public_key()
EC = base64.b64encode(CURVE.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
PIECES = st.sampled_from(
    ["v=DKIM1", "k=", "rsa", "ed25519", ";", " ", "p=", "AAAA", "=", '"', "\\", "\x93", "t=y:s"]
)


@pytest.mark.parametrize(
    ("text", "wanted", "bits"),
    [
        (f"v=DKIM1; k=rsa; p={KEY}", [], 1024),
        (f"p={KEY}", [], 1024),
        (f"v=DKIM1; p={PKCS1}", [], 1024),
        (f"v=DKIM1; p={KEY[:60]} {KEY[60:]};", [], 1024),
        (f"v=DKIM1; k=ed25519; p={ED}", [], 256),
        ("v=DKIM1; p=", [], 0),
        ("v=DKIM1; h=sha256; k=rsa;", ["missing-key"], 0),
        (f"v=DKIM1; k=rsa; {KEY}", ["malformed-tag", "missing-key"], 0),
        (KEY, ["not-a-key-record"], 0),
        ("not in use", ["not-a-key-record"], 0),
        ("litesrv._domainkey.mlsend.com", ["not-a-key-record"], 0),
        ("", ["not-a-key-record"], 0),
        (f'v=DKIM1; p={KEY[:40]}""{KEY[40:]}', ["key-has-quotes"], 0),
        (f'v=DKIM1; p={KEY[:40]}\\"\\"{KEY[40:]}', ["key-has-quotes"], 0),
        (f'v=DKIM1; p={KEY[:40]}" "{KEY[40:]}', ["key-has-quotes", "key-has-quotes"], 0),
        (f"v=DKIM1; p={KEY}\x94", ["non-ascii"], 0),
        (f"v=DKIM1; p={KEY[:40]}\\{KEY[40:]}", ["key-not-base64"], 0),
        (f"v=DKIM1; p={KEY[:40]}=={KEY[40:]}", ["key-not-base64"], 0),
        (f"v=DKIM1; p={KEY[:100]}", ["key-truncated"], 0),
        (f"v=DKIM1; p={KEY[:101]}", ["key-truncated"], 0),
        (f"v=DKIM1; p={EC}", ["key-type-mismatch"], 0),
        (f"v=DKIM1; k=dsa; p={KEY}", ["unknown-key-type"], 0),
        (f"v=DKIM1; k=ed25519; p={KEY}", ["ed25519-wrong-length"], 0),
        (f"v=DKIM2; p={KEY}", ["invalid-version"], 1024),
        (f"p={KEY}; v=DKIM1", ["invalid-version"], 1024),
        (f"v=DKIM1; p={KEY}; p={KEY}", ["duplicate-tag"], 1024),
        (f"v=DKIM1; n=note; p={KEY}; zz=unknown tags are ignored", [], 1024),
    ],
    ids=map(str, count()),  # the keys are others at every run
)
def test_every_fault_of_a_key_has_a_code(text: str, wanted: list[str], bits: int) -> None:
    key = dkim.parse(text)
    assert ([fault.code for fault in key.faults], key.bits) == (wanted, bits)


@pytest.mark.parametrize(("text", "revoked"), [("v=DKIM1; p=", True), ("p= ;", True), ("v=DKIM1", False)])
def test_only_an_empty_key_is_revoked(text: str, revoked: bool) -> None:
    assert dkim.parse(text).revoked is revoked


def test_lists_are_read_with_their_defaults() -> None:
    plain, full = dkim.parse("p="), dkim.parse("v=DKIM1; k=rsa; h=sha1:SHA256; s=email; t=y : s; p=")
    assert (plain.key_type, plain.hashes, plain.services, plain.flags) == ("rsa", (), ("*",), ())
    assert (full.hashes, full.services, full.flags) == (("sha1", "sha256"), ("email",), ("y", "s"))
    assert (plain.testing, full.testing) == (False, True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("V=dkim1", True), ("k=rsa; p=", True), ("v=spf1 -all", False), ("not in use", False)],
)
def test_what_was_meant_to_be_a_key_is_recognised(text: str, wanted: bool) -> None:
    assert dkim.looks_like_dkim(text) is wanted


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=15).map("".join)))
def test_any_text_is_read_as_a_key_and_written_stably(text: str) -> None:
    once = dkim.format(dkim.parse(text))
    assert dkim.format(dkim.parse(once)) == once
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in dkim.parse(text).faults)
