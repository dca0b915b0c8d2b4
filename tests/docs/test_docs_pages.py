"""Generated pages: what stands in a source is shown as it is, whatever its characters."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from mfpolicy.loading import with_examples

ROOT = Path(__file__).resolve().parents[2]
RULES = with_examples().rules


@pytest.fixture(scope="module")
def markdown() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        yield importlib.import_module("docs_markdown")


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("a *.b_c <i>|[x]", r"a \*.b\_c \<i\>\|\[x\]"),
        ("code `a*b` stays", "code `a*b` stays"),
        ("a bar in code `a|b`", r"a bar in code `a\|b`"),
        ("two\n  lines", "two lines"),
        ("-all, p=none, 10.0.0.0/8", "-all, p=none, 10.0.0.0/8"),
    ],
)
def test_words_are_no_marks(markdown: Any, plain: str, shown: str) -> None:
    assert markdown.text(plain) == shown


def test_a_block_cannot_be_ended_by_what_it_holds(markdown: Any) -> None:
    assert markdown.fenced("a\n```\nb") == "````text\na\n```\nb\n````"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "RFC 7208, section 4.6.4",
            "[RFC 7208, section 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)",
        ),
        ("RFC 8259", "[RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)"),
        ("YAML 1.2.2, section 7.1", "YAML 1.2.2, section 7.1"),
    ],
)
def test_an_rfc_is_linked_and_nothing_else(markdown: Any, source: str, shown: str) -> None:
    assert markdown.reference(source) == shown


def test_examples_read_back_as_they_were(markdown: Any) -> None:
    for rule in RULES:
        for examples in msgspec.to_builtins(rule.examples).values():
            for each in examples:
                assert yaml.load(markdown.as_yaml(each), yaml.CSafeLoader) == each


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    pages = {path.stem for path in (ROOT / "docs/rules").glob("*.md")} - {"index"}
    assert pages == {rule.slug for rule in RULES}
