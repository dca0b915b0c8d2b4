"""Every example of every rule comes out as its author says."""

from __future__ import annotations

import pytest

from mfpolicy import loading, pipeline
from mfpolicy.model.rules import Rule


@pytest.mark.parametrize("rule", loading.with_examples().rules, ids=lambda rule: rule.slug)
def test_the_examples_of_a_rule_come_out_as_its_author_says(rule: Rule) -> None:
    tried = list(pipeline.try_examples([rule]))
    assert [f"{each.kind}: {each.example}: {each.why}" for each in tried if each.why] == []
    assert {each.kind for each in tried} >= {"good", "bad"}
