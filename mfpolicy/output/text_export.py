"""Judgements that an export of the tenant leaves open, for people: by what it lacks, not by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mfpolicy.model.dns import NoAnswer, Reason
from mfpolicy.model.findings import Finding
from mfpolicy.model.tenant import EXPORT
from mfpolicy.output.escape import visible
from mfpolicy.output.words import counted, wrapped

_LACKS = 10  # more than this are counted
_RULES = 5
_HEADS = {
    Reason.NOT_EXPORTED: "the export of the tenant lacks what {} need",
    Reason.EXPORT_FAILED: "what {} need failed when the tenant was exported",
    Reason.CUT_SHORT: "what {} need was cut short when the tenant was exported",
}


def waits_for_export(finding: Finding) -> bool:
    """Whether a finding is unknown for nothing but what an export lacks."""
    because = finding.unknown.because if finding.unknown else ()
    return bool(because) and all(each.question.type == EXPORT for each in because)


def export_blocks(found: Iterable[Finding], head: str, *, show_all: bool = False) -> Iterator[str]:
    """A block for each reason: what is lacking, and the rules that wait for it; what most wait for comes
    first. At most ten things that lack are named, and five rules. `show_all` shows each."""
    reasons: dict[Reason, list[Finding]] = {}
    for each in found:
        reasons.setdefault(_first(each).reason, []).append(each)
    for reason, alike in reasons.items():
        yield from _block(reason, alike, head, show_all)


def _first(finding: Finding) -> NoAnswer:
    """What it is told by: mending that shows what else it needs."""
    assert finding.unknown is not None
    return finding.unknown.because[0]


def _block(reason: Reason, found: Sequence[Finding], head: str, show_all: bool) -> Iterator[str]:
    lacking: dict[str, list[Finding]] = {}
    for each in found:
        lacking.setdefault(_first(each).question.name, []).append(each)
    yield f"{head}: {_said(reason, next(iter(lacking)), len(found))}{_new(found)}"
    shown = sorted(lacking.items(), key=lambda each: (-len(each[1]), each[0]))
    bound = len(shown) if show_all else _LACKS
    for name, waiting in shown[:bound]:
        yield from wrapped(f"  {visible(name)}:", _rules(waiting, show_all), indent=6)
    if len(shown) > bound:
        yield f"  and {len(shown) - bound:,} more"
    if reason in _HEADS:
        yield "  mfpolicy tenant check tells what to export, and how"
    yield ""


def _said(reason: Reason, lacks: str, count: int) -> str:
    judgements = counted(count, "judgement")
    if reason in _HEADS:
        return _HEADS[reason].format(judgements).replace("judgement need", "judgement needs")
    return f"{visible(lacks)} {reason}, so {judgements} {'stays' if count == 1 else 'stay'} open"


def _new(found: Sequence[Finding]) -> str:
    new = sum(each.status in ("new", "worsened") for each in found)
    return f", {new:,} of them new with this change" if new else ""


def _rules(found: Iterable[Finding], show_all: bool) -> list[str]:
    """Each rule once, with commas between them."""
    rules: Mapping[str, int] = Counter(f"{visible(each.rule.id)} {visible(each.rule.slug)}" for each in found)
    names = sorted(rules)
    listed = names if show_all else names[:_RULES]
    more = [f"and {len(names) - len(listed):,} more"] if len(names) > len(listed) else []
    return [f"{each}," for each in listed[:-1]] + ([f"{listed[-1]}{',' * bool(more)}"] + more)
