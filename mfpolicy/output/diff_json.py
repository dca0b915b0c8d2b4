"""A change for programs: diff.v1, the same bytes for the same run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import msgspec

from mfpolicy.model.changes import NameChange
from mfpolicy.model.findings import Report
from mfpolicy.output.diff import doings
from mfpolicy.output.json import Located, dumped, finding_form, inputs, location, tool, waiver_form


def render(report: Report, texts: Mapping[str, str] | None = None) -> str:
    """The change as a diff.v1 document in ASCII. `texts`: file -> what was read, to make places lines."""
    located = cache(partial(location, texts=texts or {}))
    return dumped(
        {
            "version": 1,
            "base": report.base,
            "today": report.today,
            "profile": report.profile,
            "incomplete": report.incomplete,
            "findings": [finding_form(each, located) for each in doings(report)],
            "waivers_added": [waiver_form(each, located) for each in report.added],
            "changes": [_change(each, located) for each in report.changes],
            "plans": [msgspec.to_builtins(each) for each in report.plans],
            "why": list(report.why),
            "notes": list(report.notes),
            "inputs": inputs(report),
            "tool": tool(report),
        }
    )


def _change(change: NameChange, located: Located) -> dict[str, Any]:
    fields = msgspec.to_builtins(msgspec.structs.replace(change, place=None))
    return {
        **{key: value for key, value in fields.items() if key != "place"},
        "location": located(change.place),
    }
