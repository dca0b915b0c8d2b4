"""What is still to be asked: every unknown leaf carries its questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import msgspec

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.model.dns import Answers, Question, Reason, Reply, Unknown
from mfpolicy.views.overlay import Overlay

# An honest estate takes about ten rounds: the longest chain of includes and aliases.
ROUNDS = 64
QUESTIONS = 1_000_000
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
    """The questions that nobody asked yet and that some leaf of a value waits for."""
    return {
        item.question
        for unknown in _unknowns(value)
        for item in unknown.because
        if item.reason is Reason.NOT_ASKED
    }


def _unknowns(value: Any) -> Iterator[Unknown]:
    """Through structs and tuples: facts hold nothing else (`rules.vocabulary`)."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _unknowns(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _unknowns(getattr(value, name))
