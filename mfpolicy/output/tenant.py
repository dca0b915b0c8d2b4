"""What an export of a tenant holds and lacks, for people and programs: `mfpolicy tenant check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mfpolicy.model.rules import Rule
from mfpolicy.model.survey import Content, Gap, Survey
from mfpolicy.output.escape import clipped, page, visible, width
from mfpolicy.output.json import dumped, location
from mfpolicy.output.place import resolve, where
from mfpolicy.output.words import counted, wrapped


def text(survey: Survey, texts: Mapping[str, str]) -> str:
    """The whole survey; what is to be done about it comes last."""
    faults = [f"  {_at(each.place, texts)}{clipped(each.text)}" for each in survey.faults]
    return page(
        [
            _headline(survey),
            "",
            *_columns(survey.contents),
            *(["", "what is wrong with it:", *faults] if faults else []),
            *_unjudged(survey),
            *_recipe(survey),
        ]
    )


def json(survey: Survey, texts: Mapping[str, str]) -> str:
    """The same as one JSON object, whose keys stay."""
    return dumped(
        {
            "version": 1,
            "path": survey.path,
            "profile": survey.profile,
            "taken": survey.taken or None,
            "age_days": survey.age_days if survey.taken else None,
            "tools": list(survey.tools),
            "tenants": list(survey.tenants),
            "cmdlets": [_content(each) for each in survey.contents],
            "unknown": [_gap(each) for each in survey.gaps],
            "faults": [
                {"code": each.code, "text": each.text, "location": location(each.place, texts)}
                for each in survey.faults
            ],
        }
    )


def _headline(survey: Survey) -> str:
    tenants = ", ".join(map(clipped, survey.tenants)) or "a tenant that it does not name"
    tools = f" by {', '.join(map(clipped, survey.tools))}" if survey.tools else ""
    return f"{clipped(survey.path)}: {tenants}, exported {_day(survey)}{tools}"


def _day(survey: Survey) -> str:
    if not survey.taken:
        return "on a day that not all of it tells"
    age = f" ({counted(survey.age_days, 'day')} ago)" if survey.age_days else " (today)"
    return f"on {survey.taken}{age}"


def _columns(contents: tuple[Content, ...]) -> Iterator[str]:
    rows = [(clipped(each.cmdlet), _held(each), clipped(each.file)) for each in contents]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _held(content: Content) -> str:
    if content.lacking:
        return content.lacking
    some = "" if content.whole else ", perhaps not all"
    cut = f", {', '.join(map(clipped, content.cut))} cut short" if content.cut else ""
    return f"{counted(content.objects, 'object')}{some}{cut}"


def _unjudged(survey: Survey) -> Iterator[str]:
    yield ""
    count = len(survey.unjudged)
    if not survey.gaps:
        yield f"nothing that the rules of {visible(survey.profile)} need is missing"
        return
    yield f"{counted(count, 'rule')} of {visible(survey.profile)} cannot be judged by it:"
    for gap in survey.gaps:
        rules = [f"{visible(each.id)} {visible(each.slug)}" for each in gap.rules]
        words = " ".join(_with_commas(rules)).split(" ")
        yield from wrapped(f"  {_what(gap)}: {counted(len(rules), 'rule')}:", words, 4)


def _with_commas(rules: list[str]) -> Iterator[str]:
    yield from (f"{each}," for each in rules[:-1])
    yield rules[-1]


def _what(gap: Gap) -> str:
    names = ", ".join(map(visible, gap.properties[:10])) + (", ..." if len(gap.properties) > 10 else "")
    return f"{clipped(gap.whose)}{' ' if names else ''}{names} {gap.reason}"


def _recipe(survey: Survey) -> Iterator[str]:
    lines = tuple(dict.fromkeys(each.line for each in survey.gaps if each.line))
    if lines:
        yield from ("", "in PowerShell, this exports what they need:")
        yield from (f"  {visible(each)}" for each in (*survey.before, *lines))


def _at(place: Any, texts: Mapping[str, str]) -> str:
    return f"{where(resolve(place, texts))}: " if place else ""


def _content(content: Content) -> dict[str, Any]:
    return {
        "cmdlet": content.cmdlet,
        "objects": None if content.lacking else content.objects,
        "file": content.file,
        "lacking": content.lacking,
        "whole": content.whole and not content.lacking,
        "cut_short": list(content.cut),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "cmdlet": gap.whose,
        "reason": gap.reason,
        "properties": list(gap.properties),
        "rules": [_rule(each) for each in gap.rules],
        "export": gap.line or None,
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {"rule": rule.id, "slug": rule.slug, "severity": rule.severity}
