from __future__ import annotations

import pytest

from mfpolicy.evaluate.dkim import is_in_force, selector_keys
from mfpolicy.model.dns import Answer, Reason, Record, Unknown, unknown
from mfpolicy.records.dkim import parse

NAME = "s1._domainkey.example.org"


class Dns:
    """One answer for every question."""

    def __init__(self, answer: Answer | Unknown) -> None:
        self.answer = answer

    def ask(self, name: str, type: str) -> Answer | Unknown:
        return self.answer

    def exists(self, name: str) -> bool | Unknown:
        return True


def answered(*values: str, wildcard: bool = False) -> Dns:
    return Dns(Answer(NAME, tuple(Record(NAME, "TXT", each) for each in values), wildcard=wildcard))


@pytest.mark.parametrize(
    ("view", "present", "count"),
    [
        (answered("v=DKIM1; p="), True, 1),
        (answered("v=DKIM1; p=", wildcard=True), False, 0),
        (answered("v=DKIM1; p=AAAA", wildcard=True), True, 1),
        (answered("not in use"), True, 1),
        (answered("v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB"), True, 2),
        (Dns(Answer(NAME, exists=False)), False, 0),
    ],
)
def test_the_keys_of_a_selector_are_found(view: Dns, present: bool, count: int) -> None:
    result = selector_keys(view, NAME)
    assert (result.present, len(result.keys), len(result.records)) == (present, count, count)


def test_a_selector_without_an_answer_is_unknown() -> None:
    why = unknown(NAME, "TXT", Reason.TIMEOUT)
    assert selector_keys(Dns(why), NAME).present == why


def test_the_chain_of_aliases_is_kept() -> None:
    alias = Record(NAME, "CNAME", "s1.contoso.com.")
    assert selector_keys(Dns(Answer("s1.contoso.com", chain=(alias,))), NAME).chain == (alias,)


@pytest.mark.parametrize("label", ["_adsp", "*"])
def test_what_is_below_domainkey_but_no_selector_has_no_keys(label: str) -> None:
    assert selector_keys(answered("dkim=all"), f"{label}._domainkey.example.org").keys == ()


SOUND = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
SHORT = (
    "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALX4nKXBXzaBPHcW1cWvEgtA0VyBWqIc7HXYq8TXqsGQ0CtCKXdgKHQrHNCSmsZEu6uJ4gNk"
    "dO9tYs5QQQ3MwdECAwEAAQ=="
)


@pytest.mark.parametrize(
    ("text", "in_force"),
    [
        (SOUND, True),
        (f"t=y:s; n=test; {SOUND}", True),
        (f"s=email:tlsrpt; h=sha1:sha256; {SOUND}", True),
        (f"s=tlsrpt; {SOUND}", False),
        (f"h=sha1; {SOUND}", False),
        (f"v=DKIM2; {SOUND}", False),
        (SHORT, False),
        ("p=", False),
        ("not in use", False),
    ],
)
def test_a_key_is_in_force_if_verifiers_of_mail_accept_it(text: str, in_force: bool) -> None:
    assert is_in_force(parse(text)) is in_force
