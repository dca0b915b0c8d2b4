"""What judging needs, at hand: our rules and the user's, the estate of a call, its profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

import msgspec

from mfpolicy.collect.files import Files, resource
from mfpolicy.facts.vocabulary import SUBJECTS
from mfpolicy.model.call import Check
from mfpolicy.model.documents import Fault
from mfpolicy.model.rules import Rule
from mfpolicy.model.spelling import meant
from mfpolicy.model.unusable import Unusable
from mfpolicy.rules.compile import Judge, RuleError, RulesError, compile_rules
from mfpolicy.rules.profiles import resolve
from mfpolicy.rules.vocabulary import Vocabulary
from mfpolicy.sources.estate import Estate, Said, Shipped, read_estate, read_said
from mfpolicy.sources.profiles import placed
from mfpolicy.sources.shipped import decode, read_shipped

_ALWAYS = ("unreadable-file", "too-large")


@cache
def shipped() -> Shipped:
    """Our rules without examples, profiles and senders, quick to load."""
    return decode((resource("policies") / "catalogue.json").read_bytes())


@cache
def with_examples() -> Shipped:
    """The same from the rule files, examples and all."""
    folder = resource("policies")
    paths = sorted(folder.rglob("*.yaml"))
    return read_shipped({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})


@cache
def vocabulary() -> Vocabulary:
    """All facts that a rule may name."""
    return Vocabulary(SUBJECTS)


def judge_of(estate: Estate, checked: bool = False) -> Judge:
    """The rules of an estate as its profile holds them; with `checked` also type-checked."""
    return compile_rules(estate.rules, vocabulary(), estate.profile, check=checked)


def estate_of(call: Check, files: Files, ours: Shipped, said: Said | None = None) -> Estate:
    """All that a call names, read; its profile is not yet over those that it includes. Raises Unusable."""
    said = said or read_said(files, call.intent, ours)
    return read_estate(files, said, call.zones, call.answers, call.profile, ours, call.tenants)


def profiled(estate: Estate, ours: Shipped, texts: Mapping[str, str]) -> Estate:
    """The estate with its profile over all that the profile includes."""
    file = estate.profile_file
    known = ours.profiles | ({file: estate.profile} if file else {})
    profile, faults = resolve(file or estate.profile.name, known, estate.rules)
    if faults:
        raise Unusable([placed(fault, file, texts.get(file, "")) for fault in faults])
    return msgspec.structs.replace(estate, profile=msgspec.structs.replace(profile, name=estate.profile.name))


def chosen(estate: Estate, only: Sequence[str]) -> Estate:
    """The estate with the rules of some topics, or by their ids and slugs; all without any. That a file was
    not read is told with all of them. Raises Unusable."""
    if not only:
        return estate
    known = {name: rule for rule in estate.rules for name in (rule.topic, rule.id, rule.slug)}
    for name in only:
        if name not in known:
            raise Unusable(f"--only {name}: there is no topic and no rule {name!r}{meant(name, known)}")
    wanted = {*only, *_ALWAYS}
    rules = tuple(each for each in estate.rules if {each.topic, each.id, each.slug} & wanted)
    return msgspec.structs.replace(estate, rules=rules)


def has_own_words(estate: Estate) -> bool:
    """Whether users wrote rules or parameters: those are checked against the types, ours by our tests."""
    return bool(estate.profile_file) or any(rule.place for rule in estate.rules)


@contextmanager
def refusing(files: Files) -> Iterator[None]:
    """What a user's file or rule does wrong, as one error with the texts that its places lie in."""
    try:
        yield
    except (Unusable, RulesError) as error:
        raise Unusable(error.faults or str(error), files.texts) from error


@contextmanager
def blaming(rules: Sequence[Rule]) -> Iterator[None]:
    """A user's rule that cannot be evaluated is the user's to mend; one of ours is a bug."""
    try:
        yield
    except RuleError as error:
        blamed = [rule for rule in rules if rule.place and str(error).startswith(f"rule {rule.id} on ")]
        if not blamed:
            raise
        raise Unusable([Fault("rule-malformed", str(error), blamed[0].place)]) from error
