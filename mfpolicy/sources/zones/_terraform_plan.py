"""The JSON of a Terraform or OpenTofu plan: is it one, and which resources and zones does it tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from mfpolicy.model.documents import Fault
from mfpolicy.model.places import Span
from mfpolicy.sources.interchange import decoded
from mfpolicy.sources.shape import shown
from mfpolicy.sources.zones import SourceFiles

# A plan tells every resource four times: 20,000 record sets take about 60 MB.
MAX_BYTES = 256 * 2**20
_NOTHING = msgspec.Raw(b"{}")
_MAKE = "make the file with `terraform plan -out plan.out && terraform show -json plan.out > plan.json`"


class Change(msgspec.Struct, frozen=True):
    """What happens to one object; `after_unknown` has `true` for what is known only after apply, and so have
    the sensitive ones for what Terraform would not show (developer.hashicorp.com, "JSON Output Format")."""

    actions: tuple[str, ...] = ()
    before: Any = None
    after: Any = None
    after_unknown: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None


class Resource(msgspec.Struct, frozen=True):
    """One object of a plan; what happens to it is read only where it matters."""

    address: str = ""
    module_address: str = ""
    index: Any = None
    mode: str = "managed"
    type: str = ""
    change: msgspec.Raw = _NOTHING


class Deferred(msgspec.Struct, frozen=True):
    """A change that is left to a later plan."""

    resource_change: Resource = Resource()


class Held(msgspec.Struct, frozen=True):
    """An object as a state has it, or as it is planned."""

    type: str = ""
    values: msgspec.Raw = _NOTHING


class Module(msgspec.Struct, frozen=True):
    """The objects of a module, and of those that it calls."""

    resources: list[Held] | None = None
    child_modules: list[Module] | None = None


class Values(msgspec.Struct, frozen=True):
    """The module that everything begins with."""

    root_module: Module = Module()


class State(msgspec.Struct, frozen=True):
    """What was there before the plan."""

    values: Values | None = None


class Plan(msgspec.Struct, frozen=True):
    """The file; keys that are not here do not matter, and later minor versions may add some."""

    format_version: str = ""
    resource_changes: list[Resource] | None = None
    deferred_changes: list[Deferred] | None = None
    planned_values: Values | None = None
    prior_state: State | None = None
    configuration: msgspec.Raw = _NOTHING
    values: msgspec.Raw = _NOTHING
    lineage: msgspec.Raw = _NOTHING
    errored: bool = False

    def held(self) -> Iterator[Held]:
        """Every object that was there, or will be."""
        prior = self.prior_state.values if self.prior_state else None
        left = [each.root_module for each in (prior, self.planned_values) if each]
        while left:
            module = left.pop()
            yield from module.resources or ()
            left += module.child_modules or ()


def read_plan(path: str, files: SourceFiles) -> Plan | Fault:
    """The plan at a path, or the Fault unreadable-file, too-large or wrong-type with what makes a right one.
    No such fault quotes the file: what stands at its beginning are the values of variables."""
    text = files.text(path, MAX_BYTES)
    place = Span(path, 0, 0)
    if isinstance(text, Fault):
        return _hinted(text)
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith('{"@level"'):
        words = f"these are the log lines of `terraform plan -json`, which do not hold the plan; {_MAKE}"
        return Fault("unreadable-file", words, place)
    plan = decoded(text, path, Plan)
    if isinstance(plan, Fault):
        return Fault(plan.code, _explained(plan.text, text), place)
    problem = _problem(plan)
    return Fault("unreadable-file", problem, place) if problem else plan


def change_of(resource: Resource) -> Change:
    """What happens to an object. Raises msgspec.ValidationError where it has another shape."""
    return msgspec.json.decode(resource.change, type=Change)


def values_of(held: Held) -> dict[str, Any]:
    """The attributes of an object; none where they have another shape."""
    found = msgspec.json.decode(held.values)
    return found if isinstance(found, dict) else {}


def _problem(plan: Plan) -> str:
    """Why a JSON document is no plan that can be read; empty where it is one."""
    of_plans = (plan.resource_changes, plan.planned_values, plan.configuration)
    if all(each is None or each is _NOTHING for each in of_plans):
        is_state = not (plan.values is plan.lineage is _NOTHING) or plan.format_version
        return f"this is {'a state, ' if is_state else ''}not a plan; {_MAKE}"
    # Minor versions only add; whoever meets another major one has to refuse it ("JSON Output Format").
    if not re.fullmatch(r"1\.[0-9]{1,4}", plan.format_version):
        known = "1.0 and the later minor versions of 1 are understood"
        if not plan.format_version:
            return f"the plan's format_version is missing; {known}"
        said = shown(plan.format_version)
        return f"the plan's format_version is {said}; {known}, and a newer mfpolicy may know it"
    return ""


def _hinted(fault: Fault) -> Fault:
    """Binary plans are no UTF-8, nor is what `>` writes in Windows PowerShell."""
    if "not UTF-8" not in fault.text:
        return fault
    words = f"{fault.text}; {_MAKE} (in Windows PowerShell with `| Out-File -Encoding utf8 plan.json`)"
    return msgspec.structs.replace(fault, text=words)


def _explained(problem: str, text: str) -> str:
    """What the reader of JSON says; a plan in words, or in Terraform's own format, has a cause."""
    return problem if text.startswith("{") else f"this is not JSON; {_MAKE}"
