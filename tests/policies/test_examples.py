"""Every example of every rule comes out as its author says."""

from __future__ import annotations

import pytest

from mfpolicy import pipeline
from mfpolicy.model.rules import Example, Rule
from mfpolicy.rules.trial import trial

RULES = pipeline.with_examples().rules
EXAMPLES = [
    pytest.param(rule, kind, example, id=f"{rule.slug}: {kind}: {example.name}")
    for rule in RULES
    for kind in ("good", "bad", "unknown")
    for example in getattr(rule.examples, kind)
]


@pytest.mark.parametrize(("rule", "kind", "example"), EXAMPLES)
def test_an_example_comes_out_as_its_author_says(rule: Rule, kind: str, example: Example) -> None:
    assert trial(rule, kind, example, pipeline.rehearse(rule, example).findings).why == ""
