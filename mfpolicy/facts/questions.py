"""What is still to be asked: every unknown leaf carries its questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.model.dns import Answers, Question, Reason, Reply, Unknown
from mfpolicy.model.places import Place
from mfpolicy.views.overlay import Overlay

# An honest estate takes about ten rounds: the longest chain of includes and aliases.
ROUNDS = 64
QUESTIONS = 1_000_000
_KNOWN = (str, int, bool, Place | None, tuple[str, ...])
Ask = Callable[[Collection[Question]], Answers]


def settle(view: Overlay, looks: Iterable[Callable[[Overlay, SpfStudy], Any]], ask: Ask) -> None:
    """Ask until no look at the view leaves a question open, all that are open together in each round.

    A question is asked once; those beyond the bounds on rounds and questions count as timed out.
    """
    pending, asked = list(looks), set[Question]()
    for _ in range(ROUNDS):
        spf = SpfStudy(view)
        opened = [(look, open_questions(look(view, spf)) - asked) for look in pending]
        pending = [look for look, questions in opened if questions]
        questions = {question for _, questions in opened for question in questions}
        if not questions:
            return
        if len(asked) + len(questions) > QUESTIONS:
            break
        asked |= questions
        view.learn(ask(questions))
    view.learn(Answers({question: Reply("TIMEOUT") for question in questions}))


def open_questions(value: Any) -> set[Question]:
    """The questions that nobody asked yet and that some leaf of a value waits for.

    Facts are structs, tuples and leaves (`rules.vocabulary`); this is the innermost loop of a live run.
    """
    found: set[Question] = set()
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, Unknown):
            found.update(item.question for item in each.because if item.reason is Reason.NOT_ASKED)
        elif isinstance(each, tuple):
            left.extend(each)
        elif isinstance(each, msgspec.Struct):
            left.extend([getattr(each, name) for name in _fields(type(each))])
    return found


@cache
def _fields(type: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a type that may hold something unknown."""
    return tuple(each.name for each in msgspec.structs.fields(type) if each.type not in _KNOWN)
