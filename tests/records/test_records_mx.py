"""MX records: what their text says, and what is wrong with it."""

from __future__ import annotations

import pytest

from mfpolicy.records.mx import parse


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("10 mail.example.org.", []),
        ("0 .", []),
        ("10 xn--bcher-kva.example.", []),
        ("10 mail", ["single-label-exchange"]),
        ("10 localhost.", ["single-label-exchange"]),
        ("10 mail_1.example.org.", ["invalid-exchange"]),
        ("10 192.0.2.25", ["address-as-exchange"]),
        ("10 2001:db8::25", ["address-as-exchange"]),
        ("5 .", ["null-mx-preference"]),
        ("mail.example.org.", ["malformed-mx"]),
    ],
)
def test_what_is_wrong_with_an_exchange_is_told_by_a_code(text: str, codes: list[str]) -> None:
    assert [fault.code for fault in parse(text).faults] == codes
