"""How long the judge alone takes: the shipped rules about domains, cycled, on the facts of an estate.

    python -m benchmarks.judging FOLDER RULES

A process of its own, as a run of mfpolicy is: nothing is compiled or parsed when it starts.
"""

from __future__ import annotations

import datetime
import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import msgspec

from mfpolicy.collect.files import Files
from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.domains import shown_domains
from mfpolicy.facts.subjects import studies
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.loading import shipped
from mfpolicy.model.findings import Subject
from mfpolicy.model.rules import Rule
from mfpolicy.rules.compile import compile_rules
from mfpolicy.rules.profiles import resolve
from mfpolicy.rules.vocabulary import Vocabulary
from mfpolicy.sources.estate import Estate, read_estate, read_said
from mfpolicy.views.overlay import Overlay
from mfpolicy.views.zones import books

_TODAY = datetime.date(2026, 11, 23)


class Judged(msgspec.Struct, frozen=True):
    """Processor seconds by step. `rules` are those that were judged, `distinct` how many files they come
    from; `verdicts` counts rule by domain."""

    domains: int
    rules: int
    distinct: int
    facts: float
    compile: float
    judge: float
    verdicts: dict[str, int]


def measured(folder: Path, count: int) -> Judged:
    """Facts of every domain, then rules on all of them; an expression is compiled when it is first judged,
    so a first domain is judged apart and counted as compilation."""
    files, ours = Files(folder), shipped()
    estate = read_estate(files, read_said(files, "mailflow.yaml", ours), (), "answers.json", "hardened", ours)
    rules = list(repeated([each for each in estate.rules if each.about == "domain"], count))
    profile, _ = resolve("hardened", shipped().profiles, estate.rules)
    start = time.process_time()
    facts = list(domains(estate))
    known = time.process_time()
    judge = compile_rules(rules, Vocabulary(SUBJECTS), profile)
    judge.judge(*facts[0])
    compiled = time.process_time()
    ledger = [judge.judge(subject, found) for subject, found in facts]
    end = time.process_time()
    return Judged(
        domains=len(facts),
        rules=len(rules),
        distinct=len({each.slug for each in estate.rules if each.about == "domain"}),
        facts=known - start,
        compile=compiled - known,
        judge=end - compiled,
        verdicts=dict(Counter(verdict.value for row, _ in ledger for verdict in row.verdicts)),
    )


def repeated(rules: list[Rule], count: int) -> Iterator[Rule]:
    """So many rules: those there are, then the same under other names, each with an expression of its own."""
    for number, rule in enumerate(islice(cycle(rules), count)):
        copy = number // len(rules)
        named = {"id": f"{rule.id}-{copy}", "slug": f"{rule.slug}-{copy}"} if copy else {}
        yield msgspec.structs.replace(rule, **named)


def domains(estate: Estate) -> Iterator[tuple[Subject, msgspec.Struct]]:
    """Every domain of an estate with its facts."""
    view = Overlay(estate.zones, estate.answers, estate.policies)
    indexed = list(books(estate.zones).values())
    declared = Declared(estate.intent, estate.senders, _TODAY, shown_domains(indexed))
    spf = SpfStudy(view)
    for study in studies(indexed, declared):
        if study.subject.kind == "domain":
            yield study.subject, study.facts(view, spf)


if __name__ == "__main__":
    gc.disable()  # as the program itself does
    sys.stdout.buffer.write(msgspec.json.encode(measured(Path(sys.argv[1]), int(sys.argv[2]))))
