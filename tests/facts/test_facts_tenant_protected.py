"""What an intent may declare of protection."""

from __future__ import annotations

import pytest

from mfpolicy.facts.tenant.protected import DECLARABLE
from mfpolicy.sources.intent_basics import keys
from mfpolicy.sources.intent_tenant_file import ProtectionPart

SECTIONS = sorted({*keys(ProtectionPart)} - {"preset", "strict_for"})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_settings_has_names_that_a_misspelt_one_can_be_told_by(section: str) -> None:
    assert DECLARABLE.get(section)
