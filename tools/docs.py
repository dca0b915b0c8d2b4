"""The generated pages of the documentation: rules, reference, and nothing that is written by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from docs_commands import commands, exit_codes
from docs_facts import facts
from docs_frameworks import framework_pages, read_frameworks, unlisted
from docs_intent import intent
from docs_rules import rule_pages
from docs_senders import senders

from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.model.rules import Rule
from mfpolicy.rules.vocabulary import Vocabulary

# Folders in which every page is generated: one that no source makes any more is removed.
FOLDERS = ("rules", "frameworks", "reference")


def pages(rules: Sequence[Rule], texts: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Path below docs/ and content of every generated page; `texts`: path below policies/ -> text."""
    vocabulary, frameworks = Vocabulary(SUBJECTS), read_frameworks(texts)
    if wrong := unlisted(frameworks, rules):
        sys.exit("\n".join(wrong))
    yield from rule_pages(rules, frameworks, vocabulary)
    yield from framework_pages(frameworks, rules)
    yield "reference/commands.md", commands()
    yield "reference/exit-codes.md", exit_codes()
    yield "reference/facts.md", facts(vocabulary)
    yield "reference/intent.md", intent()
    yield "reference/senders.md", senders(texts["senders.yaml"])
