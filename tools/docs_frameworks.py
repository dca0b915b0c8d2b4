"""The pages of the frameworks: which rules serve each control, and which controls none serves, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from docs_markdown import code, page, table, text, titled

from mfpolicy.model.rules import Rule


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A requirement by its own id and, to find it by, in words of ours; `unserved`: key of the reason."""

    id: str
    says: str
    unserved: str = ""


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of policies/frameworks/: the controls of an outside framework in its own order.

    `extent`: how much of the framework is listed. `unserved`: key -> why no rule serves such a control.
    """

    name: str
    version: str
    source: str
    extent: str
    controls: tuple[Control, ...]
    unserved: dict[str, str] = {}


Frameworks = Mapping[str, Framework]


def read_frameworks(texts: Mapping[str, str]) -> dict[str, Framework]:
    """Key -> framework, of those texts (path below policies/ -> text) that are one."""
    return {
        path.removeprefix("frameworks/").removesuffix(".yaml"): msgspec.yaml.decode(each, type=Framework)
        for path, each in sorted(texts.items())
        if path.startswith("frameworks/")
    }


def serving(rules: Sequence[Rule], framework: str) -> dict[str, list[Rule]]:
    """Control -> the rules that name it."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for control in rule.controls.get(framework, ()):
            found.setdefault(control, []).append(rule)
    return found


def unlisted(frameworks: Frameworks, rules: Sequence[Rule]) -> list[str]:
    """What is wrong with rules that name a framework without a file, and what to do."""
    return [
        f"{rule.id} {rule.slug}: controls names '{name}', and there is no policies/frameworks/{name}.yaml;"
        f" there are {', '.join(frameworks)}"
        for rule in rules
        for name in rule.controls
        if name not in frameworks
    ]


def framework_pages(frameworks: Frameworks, rules: Sequence[Rule]) -> Iterator[tuple[str, bytes]]:
    """Path below docs/ and content of every page about frameworks."""
    yield "frameworks/index.md", _index(frameworks, rules)
    for key, framework in frameworks.items():
        yield f"frameworks/{key}.md", _framework(key, framework, serving(rules, key))


def overview(frameworks: Frameworks, rules: Sequence[Rule], folder: str = "") -> str:
    """A row for each framework: how many of the controls listed are served; links lead into `folder`."""
    rows = [
        [
            f"[{text(framework.name)}]({folder}{key}.md)",
            text(framework.version),
            code(key),
            str(len(serving(rules, key))),
            str(sum(bool(each.unserved) for each in framework.controls)),
        ]
        for key, framework in frameworks.items()
    ]
    return table(["framework", "version", "in rule files", "served", "not served"], rows)


def _index(frameworks: Frameworks, rules: Sequence[Rule]) -> bytes:
    blocks = [
        "Find which rules speak for a control that an auditor names, and which controls none speaks for.",
        "A control fails where a rule that serves it fails, a waived finding included. `--format json` has"
        " the verdict of each control under `controls`, and the waived findings beside it.",
        "A rule serves a control where a breach of the rule means that the control is not met. That all its"
        " rules pass does not prove a control: each says more than can be read from records and settings.",
        overview(frameworks, rules),
    ]
    return page("Frameworks", "policies/frameworks/", blocks)


def _framework(key: str, framework: Framework, served: Mapping[str, Sequence[Rule]]) -> bytes:
    blocks = [
        f"Version {text(framework.version)}: <{framework.source}>. {text(framework.extent)}",
        f"The ids are the framework's; the words are ours, to find a control by: read the framework for"
        f" what it asks. In rule files and reports: {code(key)}.",
        *titled("## Served", _served(framework, served)),
        *titled("## Not served", _not_served(framework)),
    ]
    return page(text(framework.name), f"policies/frameworks/{key}.yaml", blocks)


def _served(framework: Framework, served: Mapping[str, Sequence[Rule]]) -> Iterator[str]:
    rows = [
        [each.id, text(each.says), ", ".join(_rule(rule) for rule in served[each.id])]
        for each in framework.controls
        if each.id in served
    ]
    if rows:
        yield table(["control", "about", "rules"], rows)


def _rule(rule: Rule) -> str:
    return f"{rule.id} [{rule.slug}](../rules/{rule.slug}.md)"


def _not_served(framework: Framework) -> Iterator[str]:
    for key, reason in framework.unserved.items():
        rows = [[each.id, text(each.says)] for each in framework.controls if each.unserved == key]
        yield text(reason)
        yield table(["control", "about"], rows)
