"""Rule pages: one for each rule, and an index by topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from docs_frameworks import Frameworks
from docs_markdown import as_yaml, fenced, listed, page, properties, reference, table, text, titled

from mfpolicy.model.places import Span
from mfpolicy.model.rules import PROFILES, Example, Rule
from mfpolicy.rules.expression import Engine, folded
from mfpolicy.rules.vocabulary import Vocabulary

_TOPICS = {
    "change": "Change",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "file": "Files",
    "intent": "Intent",
    "mx": "MX",
    "spf": "SPF",
    "tls": "TLS: MTA-STS, TLS-RPT, DANE",
    "waiver": "Waivers",
    "zone": "Zones",
}
_KINDS = {"good": "Left alone", "bad": "Found", "unknown": "Unknown"}


def rule_pages(
    rules: Sequence[Rule], frameworks: Frameworks, vocabulary: Vocabulary
) -> Iterator[tuple[str, bytes]]:
    """Path below docs/ and content of every page about rules."""
    yield "rules/index.md", _index(rules)
    engine = Engine(vocabulary)
    for rule in rules:
        yield f"rules/{rule.slug}.md", _rule(rule, frameworks, engine)


def topic(rule: Rule) -> str:
    """The folder that holds the rule's file."""
    return _file(rule).partition("/")[0]


def _file(rule: Rule) -> str:
    return rule.place.file if isinstance(rule.place, Span) else ""


def _index(rules: Sequence[Rule]) -> bytes:
    topics = sorted({topic(each) for each in rules})
    blocks = [
        "Find the rule that a finding names, or see what is judged. Each page says why a rule is there,"
        " how to mend a breach, and shows the examples that prove it.",
        f"{len(rules)} rules in {len(topics)} topics. [Frameworks](../frameworks/index.md) lists them by the"
        " outside requirements that they serve. `mfpolicy rules list` prints the same list.",
    ]
    for each in topics:
        rows = [_row(rule) for rule in rules if topic(rule) == each]
        blocks += [
            f"## {_TOPICS.get(each, each.replace('-', ' ').capitalize())}",
            table(["id", "rule", "severity", "profile", "says"], rows),
        ]
    return page("Rules", "policies/", blocks)


def _row(rule: Rule) -> list[str]:
    return [rule.id, f"[{rule.slug}]({rule.slug}.md)", rule.severity, rule.profile, text(rule.title)]


def _rule(rule: Rule, frameworks: Frameworks, engine: Engine) -> bytes:
    blocks = [
        f"{text(rule.title)}.",
        properties(_properties(rule, frameworks)),
        "## What it says",
        fenced(rule.message),
        "## Why",
        text(rule.rationale),
        "## How to fix",
        text(rule.remedy),
        "## What it decides",
        fenced(as_yaml(_decision(rule)), "yaml"),
        f"It reads {_reads(rule, engine)}. [Facts](../reference/facts.md) says what they mean.",
        *titled(
            "## References",
            ["\n".join(f"- {reference(each)}" for each in rule.references)] * bool(rule.references),
        ),
        *titled("## Examples", _examples(rule)),
    ]
    return page(f"{rule.id} {rule.slug}", f"policies/{_file(rule)}", blocks)


def _properties(rule: Rule, frameworks: Frameworks) -> Iterator[list[str]]:
    yield ["severity", rule.severity]
    yield ["profile", ", ".join(PROFILES[PROFILES.index(rule.profile) :])]
    yield ["about", f"a {rule.about}"]
    for framework, controls in rule.controls.items():
        name = text(frameworks[framework].name)
        yield [f"[{name}](../frameworks/{framework}.md)", text(", ".join(controls))]
    yield ["can be waived", "yes" if rule.waivable else "no"]
    yield ["since", rule.since]


def _decision(rule: Rule) -> dict[str, Any]:
    """The keys of the rule's file that decide, as far as they say something."""
    said = {
        "each": rule.each,
        "when": "" if rule.when == "true" else rule.when,
        "assert": rule.assert_,
        "params": rule.params,
        "measure": rule.measure,
        "key": rule.key,
    }
    return {key: value for key, value in said.items() if value}


def _reads(rule: Rule, engine: Engine) -> str:
    """The facts of its conditions; those of an element under the list that holds it."""
    when, judged = folded(rule.when, rule.params), folded(rule.assert_, rule.params)
    both = f"(({when}\n) && ({judged}\n)) ? 1 : 0"
    if rule.each:
        variable, _, path = rule.each.strip().partition(" in ")
        both = f"{path.strip()}.map({variable.strip()}, {both})"
    return listed(sorted(engine.compile(both, eager=True).reads))


def _examples(rule: Rule) -> Iterator[str]:
    kinds: Mapping[str, Sequence[Example]] = msgspec.structs.asdict(rule.examples)
    for kind, heading in _KINDS.items():
        for example in kinds[kind]:
            yield f"### {heading}: {text(example.name)}"
            yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    inputs = msgspec.to_builtins(example)
    shown = {key: inputs[key] for key in ("intent", "files", "zones", "dns", "policies") if inputs[key]}
    if example.today != Example("").today:
        shown["today"] = example.today
    yield fenced(as_yaml(shown), "yaml") if shown else "Nothing is given."
    if example.message:
        yield fenced(example.message)
