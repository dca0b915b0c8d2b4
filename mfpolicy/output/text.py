"""A report for people, in the manner of rustc: what, where, why and the fix; then one line of sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.findings import Finding, Report, Status, Verdict
from mfpolicy.model.intent import Waiver
from mfpolicy.output import drift, portrait
from mfpolicy.output.escape import clipped, page, visible
from mfpolicy.output.place import Location, resolve, where
from mfpolicy.output.text_unknown import Open, blocks, waiting
from mfpolicy.output.words import counted, is_waiting, word

_ENOUGH = 5  # more findings of one rule than this are a list after the first three
_FULL = 3
_REFUSALS = 20
_FAILED = ("error", "warning", "note")  # the order of the page
_JUDGED = (*_FAILED, "unknown")
_COLOURS = {"error": 31, "warning": 33, "note": 36, "unknown": 35, "fixed": 32, "waived": 34}
_COMPARED: dict[Status, str] = {
    "new": "new",
    "worsened": "worse",
    "existing": "from before",
    "fixed": "fixed",
}
_STATUS = {"new": "new with this change", "worsened": "worse than before this change"}


class _Shown(msgspec.Struct, frozen=True):
    """A finding, the word it starts with, where it is, and where the intent speaks of its domain."""

    finding: Finding
    word: str
    location: Location | None
    intent: str = ""


def render(
    report: Report, texts: Mapping[str, str] | None = None, *, show_all: bool = False, colour: bool = False
) -> str:
    """The report as text, each line ended. `texts`: file -> what was read, for lines and excerpts.

    More than five findings of one rule are shown in full three times, the rest one a line; those that
    were there before the change take one line each. `show_all` shows each in full. Open ones stand by the
    answers that they miss. Waived and fixed ones take a line each; judgements that wait for somebody to ask
    are only counted. Portraits come first, drift and what made the run incomplete last. No character that
    could steer a terminal or a workflow comes out, but for the colours asked for.
    """
    texts = texts or {}
    shown = sorted((_shown(each, report, texts) for each in report.findings), key=_order)
    counts = Counter(each.word for each in shown)
    lines = [*portrait.lines(report.portraits), *_bodies(shown, show_all, colour)]
    open_ones = [Open(each.finding, each.location) for each in shown if each.word == "unknown"]
    lines += blocks(open_ones, _coloured("unknown", "unknown", colour), show_all=show_all)
    for kind in ("waived", "fixed"):
        lines += _section([_brief(each, colour) for each in shown if each.word == kind])
    # Where nobody could be asked, that is all there is to say.
    if not report.incomplete:
        lines += _section(waiting(each.finding for each in shown if each.word == "waiting"))
    lines += _section([f"this change waives {waived(each)}" for each in report.added])
    lines += _section([clipped(note) for note in report.notes])
    lines += _section([*drift.lines(report.drift, texts, show_all=show_all)])
    lines += _section([*drift.unseen(report.uncompared)])
    lines += _section([f"incomplete: {clipped(report.incomplete)}"] if report.incomplete else [])
    return page([*lines, _summary(report, counts), *_compared(report)])


def _shown(finding: Finding, report: Report, texts: Mapping[str, str]) -> _Shown:
    # Those that wait are only counted, and may be most of a large estate.
    place = None if is_waiting(finding) else finding.place
    location = None if place is None else resolve(place, texts)
    return _Shown(finding, word(finding), location, _intent(finding, report, texts, location))


def _intent(finding: Finding, report: Report, texts: Mapping[str, str], location: Location | None) -> str:
    """Where the intent speaks of the subject's domain, unless the finding stands there itself."""
    said = report.declared.get(finding.subject.name.rpartition("._domainkey.")[2])
    if said is None or finding.verdict is not Verdict.FAIL:
        return ""
    at = resolve(said.place, texts)
    alike = location is not None and (location.file, location.line) == (at.file, at.line)
    return "" if alike else f"{where(at)}:{at.column} {said.words}"


def _order(shown: _Shown) -> tuple[int, str, int, int, str, str]:
    at = shown.location or Location("", 0, 0)
    rank = _JUDGED.index(shown.word) if shown.word in _JUDGED else len(_JUDGED)
    return rank, at.file, at.line, at.column, shown.finding.rule.id, shown.finding.message


def _bodies(shown: Sequence[_Shown], show_all: bool, colour: bool) -> Iterator[str]:
    """A rule with many findings stands together, where its first one is; the others by file and line."""
    groups: dict[tuple[str, str], list[_Shown]] = {}
    for each in shown:
        if each.word in _FAILED:
            groups.setdefault((each.word, each.finding.rule.id), []).append(each)
    parts = [
        part
        for group in groups.values()
        for part in ([group] if len(group) > _ENOUGH else [[each] for each in group])
    ]
    for part in sorted(parts, key=lambda part: _order(part[0])):
        yield from _group(part, show_all, colour)


def _group(group: Sequence[_Shown], show_all: bool, colour: bool) -> Iterator[str]:
    fresh = [each for each in group if show_all or each.finding.status != "existing"]
    old = [each for each in group if not show_all and each.finding.status == "existing"]
    shown = len(fresh) if show_all or len(fresh) <= _ENOUGH else _FULL
    for each in fresh[:shown]:
        yield from _full(each, colour)
    yield from _list(fresh[shown:], "more", colour)
    yield from _list(old, "from before this change", colour)


def _list(shown: Sequence[_Shown], what: str, colour: bool) -> Iterator[str]:
    if not shown:
        return
    head = _head(shown[0], colour)
    alike = len({_apart(each.finding) for each in shown}) == 1
    if len(shown) == 1:
        yield f"{head}: {what}: {_entry(shown[0], full=True).strip()}"
    else:
        about = clipped(_apart(shown[0].finding)) if alike else visible(shown[0].finding.rule.title)
        yield f"{head}: {len(shown):,} {what}: {about}"
        yield from (_entry(each, full=not alike) for each in shown)
    yield ""


def _entry(shown: _Shown, *, full: bool) -> str:
    finding = shown.finding
    said = clipped(finding.said) if full else visible(finding.subject.name)
    return f"  {where(shown.location)} {said}" if shown.location else f"  {said}"


def _apart(finding: Finding) -> str:
    """The message without its subject, to tell whether two findings say the same."""
    name = finding.subject.name
    rest = finding.message.removeprefix(f"{name}: ") if name else finding.message
    return rest.replace(name, "*") if name else rest


def _full(shown: _Shown, colour: bool) -> Iterator[str]:
    finding, rule = shown.finding, shown.finding.rule
    yield f"{_head(shown, colour)}: {clipped(finding.said)}"
    gutter = " " * len(str(shown.location.line)) if shown.location else " "
    if shown.location:
        yield from _excerpt(shown.location, gutter, _label(finding))
    if _label(finding) and not (shown.location and _tells(shown.location)):
        yield f"{gutter} = {_label(finding)}"
    if shown.intent:
        yield f"{gutter} = intent: {shown.intent}"
    yield f"{gutter} = why: {clipped(rule.rationale)}"
    yield f"{gutter} = fix: {clipped(rule.remedy)}"
    # Rules of one's own stand in one's own files.
    more = rule.place.file if rule.place else f"mfpolicy rules show {rule.id}"
    yield f"{gutter} = more: {visible(more)}"
    yield ""


def _label(finding: Finding) -> str:
    """What the change has to do with the place. A rule about the change itself points at what is left of it,
    or stands nearby."""
    return "" if finding.rule.about == "change" else _STATUS.get(finding.status or "", "")


def _tells(location: Location) -> bool:
    """Whether the line says anything: the bracket that opens an object does not."""
    return location.excerpt.strip() not in ("", "{", "[", "[{")


def _excerpt(location: Location, gutter: str, label: str) -> Iterator[str]:
    yield f"{gutter}--> {where(location)}:{location.column}"
    if not _tells(location):
        return
    yield f"{gutter} |"
    yield f"{location.line} | {location.excerpt}"
    yield f"{gutter} | {' ' * location.start}{'-' * location.length} {label}".rstrip()


def _head(shown: _Shown, colour: bool) -> str:
    rule = shown.finding.rule
    return _coloured(f"{shown.word}[{visible(rule.id)} {visible(rule.slug)}]", shown.word, colour)


def _coloured(head: str, word: str, colour: bool) -> str:
    return f"\x1b[1;{_COLOURS[word]}m{head}\x1b[0m" if colour else head


def _brief(shown: _Shown, colour: bool) -> str:
    waiver = shown.finding.waiver
    line = f"{_head(shown, colour)}: {clipped(shown.finding.said)}"
    if waiver is None or shown.word != "waived":
        return line
    until = waiver.expires.isoformat() if waiver.expires else "no date"
    return f"{line} (by {visible(waiver.owner) or 'nobody'} until {until})"


def _section(lines: Sequence[str]) -> list[str]:
    return [*lines, ""] if lines else []


def _summary(report: Report, counts: Mapping[str, int]) -> str:
    idle = f" ({report.idle:,} need a tenant)" if report.idle else ""
    read = (*_read(report), counted(len(report.rules), "rule") + idle)
    found = [counted(counts.get(kind, 0), kind) for kind in ("error", "warning", "note")]
    found += [f"{counts[kind]:,} {kind}" for kind in ("unknown", "waived", "fixed") if counts.get(kind)]
    found += [f"{len(report.drift):,} drifted"] if report.drift else []
    return f"{_comma(read)}: {_comma(found)} (profile {visible(report.profile)})"


def _read(report: Report) -> tuple[str, ...]:
    """What the repository holds; where there are no zones, how many domains were looked at."""
    if report.zones:
        return counted(report.zones, "zone"), counted(report.records, "record")
    domains = {each.subject.name for each in report.ledger if each.subject.kind == "domain"}
    return (counted(len(domains), "domain"),)


def _compared(report: Report) -> list[str]:
    """What the change did, counted over all fails and unknowns that were not merely not asked."""
    if not report.base:
        return []
    judged = [each for each in report.findings if word(each) not in ("waived", "waiting")]
    counts = Counter(each.status for each in judged)
    found = (f"{counts[status]:,} {words}" for status, words in _COMPARED.items())
    return [f"compared with {visible(report.base)}: {_comma(found)}"]


def waived(waiver: Waiver) -> str:
    """A waiver that a change brings, for whoever approves it."""
    until = waiver.expires.isoformat() if waiver.expires else "no date"
    said = f"{waiver.rule} on {waiver.subject} until {until}, for {waiver.owner}: {waiver.reason}"
    return clipped(f"{said} (approved by {waiver.approved_by or 'nobody'})")


def _comma(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def refusal(faults: Sequence[Fault], text: str, texts: Mapping[str, str] | None = None) -> str:
    """A call that cannot be carried out: what is wrong, and where, a line each, and the first of many."""
    if not faults:
        return f"mfpolicy: {visible(text)}"
    said = [f"mfpolicy: {_file_line(each, texts or {})}{_lines(each.text)}" for each in faults[:_REFUSALS]]
    more = len(faults) - len(said)
    return "\n".join([*said, *([f"mfpolicy: and {more:,} more"] if more else [])])


def _lines(text: str) -> str:
    """A fault may show an expression with a caret below it, so its lines stay lines."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _file_line(fault: Fault, texts: Mapping[str, str]) -> str:
    if fault.place is None:
        return ""
    found = resolve(fault.place, texts)
    return f"{visible(found.file)}:{found.line}: " if found.line else f"{visible(found.file)}: "
