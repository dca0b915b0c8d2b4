"""What a selector's facts say of its keys."""

from __future__ import annotations

from mfpolicy.facts.dkim import SelectorFacts, selector_facts
from mfpolicy.model.dns import Answers, Record, Zone
from mfpolicy.views.overlay import Overlay

NAME = "s1._domainkey.example.org"


def facts(*texts: str) -> SelectorFacts:
    zone = Zone("example.org", tuple(Record(NAME, "TXT", text) for text in texts))
    return selector_facts(Overlay([zone], Answers()), NAME)


def codes(*texts: str) -> list[str]:
    found = facts(*texts).faults
    assert isinstance(found, tuple)
    return [each.code for each in found]


def test_a_key_with_several_quotes_is_one_fault() -> None:
    assert codes('v=DKIM1; p=MIGf""MA0G""CSqG').count("key-has-quotes") == 1


def test_each_of_two_damaged_keys_is_a_fault() -> None:
    assert codes('v=DKIM1; p=MIGf""MA0G', 'v=DKIM1; p=MIGf""CSqG').count("key-has-quotes") == 2


def test_a_revoked_key_has_no_fault() -> None:
    assert codes("v=DKIM1; p=") == []
