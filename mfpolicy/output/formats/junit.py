"""JUnit XML: a test case for each finding, and one that passes for each subject without any.

The form is what Jenkins' xUnit plugin accepts (jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/
plugins/xunit/types/model/xsd/junit-10.xsd), which knows no file and line: they stand in the text. GitLab
(gitlabhq/gitlabhq, doc/ci/testing/unit_test_reports.md) takes at most 30 MB, shows the text of an element and
not its message, and of several cases with one name only the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mfpolicy.model.findings import Finding, Report, Subject
from mfpolicy.output.escape import clipped
from mfpolicy.output.formats import Run
from mfpolicy.output.place import where
from mfpolicy.output.text import waived
from mfpolicy.output.words import counted, word

if TYPE_CHECKING:
    from junit_xml import TestCase

LOG = False
_CASES = 10_000
_LONGEST = 500  # characters of one text


def render(run: Run) -> Iterator[str]:
    """One suite without times and hosts, so that the same run has the same bytes."""
    import xml.etree.ElementTree as ET

    from junit_xml import TestSuite

    cases = _bounded([*_special(run), *_judged(run), *_passed(run.report)])
    _number(cases)
    suite = TestSuite("mfpolicy", cases).build_xml_doc()
    # The library writes it, and the plugin does not take it.
    del suite.attrib["disabled"]
    ET.indent(suite)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    # Whatever is not ASCII becomes a reference, so that no reader can take the encoding for another.
    yield ET.tostring(suite, encoding="us-ascii", xml_declaration=False).decode("ascii") + "\n"


def _number(cases: Iterable[TestCase]) -> None:
    """Give a case that is called like one before it a name of its own."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in cases:
        key = (case.classname, case.name)
        seen[key] += 1
        if seen[key] > 1:
            case.name = f"{case.name} ({seen[key]})"


def _special(run: Run) -> Iterator[TestCase]:
    """What no finding says: that the run is no proof."""
    if said := _said(run.report.incomplete):
        case = _case("mfpolicy", "every question has an answer")
        if run.gate.allow_silence:
            case.add_skipped_info(said, said)
        else:
            case.add_error_info(said, said, "incomplete")
        yield case
    elif not run.report.ledger and not run.report.findings:
        case = _case("mfpolicy", "there is something to judge")
        case.add_error_info("there is nothing to judge", error_type="nothing")
        yield case


def _judged(run: Run) -> list[TestCase]:
    """What fails the run, then what leaves it open, then what passes and what is skipped."""
    cases = [_finding(run, each) for each in run.worst_first(run.report.findings)]
    return sorted(cases, key=lambda case: (not case.failures, not case.errors, bool(case.skipped)))


def _passed(report: Report) -> Iterator[TestCase]:
    found = {each.subject for each in report.findings}
    for subject in sorted({each.subject for each in report.ledger} - found):
        yield _case(_class(subject), "all rules")


def _finding(run: Run, finding: Finding) -> TestCase:
    rule = finding.rule
    # What tells two faults of a file apart is no text for people: it has every number as 0.
    key = f": {', '.join(finding.key)}" if finding.key and rule.about != "file" else ""
    case = _case(_class(finding.subject), f"{rule.id} {rule.slug}{key}")
    text = "\n".join(_text(run, finding))
    if run.gate.fails(finding):
        case.add_failure_info(_said(finding.said), text, finding.severity)
    elif run.gate.leaves_open(finding):
        case.add_error_info(_said(finding.said), text, "unknown")
    elif reason := _reason(run, finding):
        # GitLab shows the text, Jenkins the message.
        case.add_skipped_info(reason, f"{reason}\n{text}")
    else:
        case.stdout = f"{word(finding)}: {text}"
    return case


def _reason(run: Run, finding: Finding) -> str:
    """Why a finding counts neither for nor against the run; empty where it passes, with a word or two."""
    kind = word(finding)
    if kind == "waived" and finding.waiver:
        return f"waived: {_said(waived(finding.waiver))}"
    if kind == "waiting":
        return "not judged: DNS was not asked"
    if kind == "unknown":
        return "not judged: DNS did not answer"
    return "from before this change" if finding.status == "existing" and not run.gate.whole else ""


def _text(run: Run, finding: Finding) -> Iterator[str]:
    yield _said(finding.said)
    yield f"at {_said(where(run.located(finding)))}"
    yield f"why: {_said(finding.rule.rationale)}"
    yield f"fix: {_said(finding.rule.remedy)}"


def _class(subject: Subject) -> str:
    return f"{subject.kind} {subject.name}"


def _case(classname: str, name: str) -> TestCase:
    from junit_xml import TestCase

    return TestCase(_said(name), _said(classname))


def _said(text: str) -> str:
    """XML 1.0 forbids most control characters, in references too (2.2); here none is left."""
    return clipped(text, _LONGEST)


def _bounded(cases: list[TestCase]) -> list[TestCase]:
    rest = cases[_CASES:]
    if not rest:
        return cases
    case = _case("mfpolicy", "the rest")
    said = f"{counted(len(rest), 'case')} more: only the worst {_CASES:,} are here"
    case.stdout = said
    if any(each.failures or each.errors for each in rest):
        case.add_failure_info(said, said, "more")
    return [*cases[:_CASES], case]
