"""Rules into a judge: what is wrong with a rule is said here, for all rules at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import cast

from mfpolicy.model.documents import Fault
from mfpolicy.model.rules import Parameter, Profile, Rule, Severity
from mfpolicy.rules import message, profiles
from mfpolicy.rules.expression import ELEMENT, Checker, Engine, ExpressionError, folded, mentions
from mfpolicy.rules.guard import guard
from mfpolicy.rules.judge import Each, Held, Judge, RuleError
from mfpolicy.rules.vocabulary import Field, Vocabulary

__all__ = ["Judge", "RuleError", "RulesError", "compile_rules"]

_EACH = re.compile(r"([A-Za-z]\w*)\s+in\s+([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)")


class RulesError(Exception):
    """Rules that cannot be used; `faults` holds one for each, with the rule's id and place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = tuple(faults)


class _Faulty(Exception):
    """What is wrong with one rule."""


def compile_rules(
    rules: Sequence[Rule], vocabulary: Vocabulary, profile: Profile, check: bool = False
) -> Judge:
    """The rules that a profile holds; with `check` those that have a place, or parameters not their own, also
    against the types: the ones that users wrote or changed. Raises RulesError.

    A user's rule that the profile does not hold is looked at all the same: it is faulty under any profile.
    """
    engine = _engine(vocabulary)
    checker = _checker(vocabulary) if check else None
    held, faults = [], list(_doubled(rules))
    for rule in rules:
        held_at_all = profiles.holds(rule, profile)
        if not (held_at_all or rule.place):
            continue
        own = checker if rule.place or profiles.params(rule, profile) != rule.params else None
        compiled = cache(partial(_compiled, rule, vocabulary, profile, engine, own))
        try:
            # Ours are known to compile, and most runs have no subject for many of them.
            if rule.place or own:
                compiled()
        except (_Faulty, ExpressionError, message.MessageError) as error:
            faults.append(Fault("rule-malformed", f"rule {rule.id}: {error}", rule.place))
            continue
        if held_at_all:
            held.append((rule, compiled))
    if faults:
        raise RulesError(faults)
    return Judge(vocabulary, engine, held)


@lru_cache(maxsize=4)
def _engine(vocabulary: Vocabulary) -> Engine:
    """It keeps what it compiled, for whoever judges several estates."""
    return Engine(vocabulary)


@lru_cache(maxsize=4)
def _checker(vocabulary: Vocabulary) -> Checker:
    """Its types are described to the engine once, however many rules are tried one by one."""
    return Checker(vocabulary)


def _doubled(rules: Sequence[Rule]) -> Iterator[Fault]:
    seen: set[str] = set()
    for rule in rules:
        for name in dict.fromkeys((rule.id, rule.slug)):
            if name in seen:
                yield Fault(
                    "rule-malformed", f"rule {rule.id}: another rule is called '{name}' too", rule.place
                )
            seen.add(name)


def _compiled(
    rule: Rule, vocabulary: Vocabulary, profile: Profile, engine: Engine, checker: Checker | None
) -> Held:
    if rule.about not in vocabulary.subjects:
        raise _Faulty(f"about: there is no subject '{rule.about}'{_meant(rule.about, vocabulary)}")
    variable, path, element = _each(rule, vocabulary)
    variables = {rule.about: vocabulary.subjects[rule.about], **element}
    params = profiles.params(rule, profile)
    _check_paths(rule, vocabulary, variables, params)
    when, judged = _folded("when", rule.when, params), _folded("assert", rule.assert_, params)
    if checker is not None:
        _check(checker, variables, {"when": when, "assert": judged})
    severity = cast(Severity, profiles.severity(rule, profile))
    first, eager = guard(when, rule.about), checker is not None
    if not variable:
        program = engine.compile(f"({when}\n) ? {_decided(judged)} : 2", eager)
        return Held(rule, severity, params, program, guard=first)
    inner = mentions(when, variable)
    one = f"({when}\n) ? {_decided(judged)} : 2" if inner else _decided(judged)
    mapped = f"{path}.map({variable}, {one})"
    each = Each(
        variable,
        path,
        tuple(path.split(".")),
        None if inner else engine.compile(f"({when}\n) ? 1 : 2", eager),
        engine.compile(f"[{ELEMENT}].map({variable}, {one})[0]", eager),
        whole=path in "".join((when + judged).split()),
    )
    program = engine.compile(mapped if inner else f"({when}\n) ? {mapped} : [2]", eager)
    return Held(rule, severity, params, program, each, first)


def _decided(judged: str) -> str:
    # A line break ends a comment that would swallow the bracket.
    return f"(({judged}\n) ? 1 : 0)"


def _each(rule: Rule, vocabulary: Vocabulary) -> tuple[str, str, dict[str, type]]:
    """The variable, the list's path and the element's type; nothing where the rule binds none."""
    if not rule.each:
        return "", "", {}
    found = _EACH.fullmatch(rule.each.strip())
    if found is None:
        raise _Faulty(f"each: '{rule.each}' is not of the form 'element in {rule.about}.list'")
    variable, path = found.groups()
    if variable in (rule.about, "params") or not path.startswith(f"{rule.about}."):
        raise _Faulty(f"each: '{rule.each}' does not bind a name of its own to a list of '{rule.about}'")
    field = _field(path, vocabulary, {rule.about: vocabulary.subjects[rule.about]}, "each")
    above = path.split(".")[1:-1]
    if not field.many or any(
        _field(part, vocabulary, {}, "each").many for part in _parents(rule.about, above)
    ):
        raise _Faulty(f"each: '{path}' is not one list")
    return variable, path, {variable: field.type}


def _parents(root: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        root = f"{root}.{word}"
        yield root


def _check_paths(
    rule: Rule, vocabulary: Vocabulary, variables: Mapping[str, type], params: Mapping[str, Parameter]
) -> None:
    for path in message.paths(rule.message):
        root, _, rest = path.partition(".")
        if root == "params" and rest not in params:
            raise _Faulty(f"message: there is no parameter '{rest}'")
        if root != "params" and not _field(path, vocabulary, variables, "message").is_leaf:
            raise _Faulty(f"message: '{path}' is no single value")
    for path in rule.key:
        if not _field(path, vocabulary, variables, "key").is_leaf:
            raise _Faulty(f"key: '{path}' is no single value")
    for what, path in (("at", rule.at), ("measure", rule.measure)):
        if path:
            _field(path, vocabulary, variables, what)


def _field(path: str, vocabulary: Vocabulary, variables: Mapping[str, type], what: str) -> Field:
    known = path.partition(".")[0] in variables or not variables
    found = vocabulary.field(path, variables) if known else None
    if found is None:
        raise _Faulty(f"{what}: there is no fact '{path}'{_meant(path, vocabulary)}")
    return found


def _meant(path: str, vocabulary: Vocabulary) -> str:
    close = vocabulary.suggest(path)
    return f"; did you mean {close}?" if close else ""


def _folded(what: str, text: str, params: Mapping[str, Parameter]) -> str:
    try:
        return folded(text, params)
    except ExpressionError as error:
        raise ExpressionError(f"{what}: {error}") from None


def _check(checker: Checker, variables: Mapping[str, type], texts: Mapping[str, str]) -> None:
    for what, text in texts.items():
        try:
            checker.check(text, variables)
        except ExpressionError as error:
            raise ExpressionError(f"{what}: {error}") from None
