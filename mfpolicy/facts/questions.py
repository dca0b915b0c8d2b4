"""What is still to be asked: every unknown leaf carries its questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from itertools import islice
from typing import Any

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.model.dns import Answers, Question, Reason, Reply, Unknown
from mfpolicy.model.places import Place
from mfpolicy.views.overlay import Overlay

# An honest estate takes about ten rounds: the longest chain of includes and aliases.
ROUNDS = 64
QUESTIONS = 1_000_000
AT_ONCE = 10_000
_KNOWN = (str, int, bool, Place | None, tuple[str, ...])
Look = Callable[[Overlay, SpfStudy], Any]
Ask = Callable[[Collection[Question]], Answers]


def settle(view: Overlay, looks: Iterable[Look], ask: Ask) -> None:
    """Ask until no look at the view leaves a question open, all that are open together in each round.

    A question is asked once; those beyond the bounds on rounds and questions count as timed out. Thousands
    of looks are taken by turns, so that memory holds the answers and little else.
    """
    looks, asked = iter(looks), set[Question]()
    while pending := list(islice(looks, AT_ONCE)):
        for round in range(ROUNDS + 1):
            pending, questions = _look(view, pending, asked)
            if not questions or round == ROUNDS or len(asked) + len(questions) > QUESTIONS:
                break
            asked |= questions
            view.learn(ask(questions))
        view.learn(Answers({question: Reply("TIMEOUT") for question in questions}))
        view.forget()


def _look(view: Overlay, looks: Iterable[Look], asked: set[Question]) -> tuple[list[Look], set[Question]]:
    """The looks that still wait for something, and what they wait for."""
    spf = SpfStudy(view)
    opened = [(look, open_questions(look(view, spf)) - asked) for look in looks]
    questions = {question for _, found in opened for question in found}
    return [look for look, found in opened if found], questions


def open_questions(value: Any) -> set[Question]:
    """The questions that nobody asked yet and that some leaf of a value waits for.

    Facts are structs, tuples and leaves (`rules.vocabulary`); this is the innermost loop of a live run.
    """
    missing: dict[int, Unknown] = {}
    left = [value]
    while left:
        each = left.pop()
        kind = each.__class__
        if kind is tuple:
            left.extend(each)
        elif kind is Unknown:
            # Many leaves wait for the same; it is looked through once.
            missing[id(each)] = each
        elif isinstance(each, msgspec.Struct):
            left.extend([getattr(each, name) for name in _fields(kind)])
    because = (item for unknown in missing.values() for item in unknown.because)
    return {item.question for item in because if item.reason is Reason.NOT_ASKED}


@cache
def _fields(type: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a type that may hold something unknown."""
    return tuple(each.name for each in msgspec.structs.fields(type) if each.type not in _KNOWN)
