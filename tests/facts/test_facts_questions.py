"""The question loop: what is open is asked together, once, and within bounds."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from mfpolicy.evaluate.spf_tree import SpfStudy
from mfpolicy.facts import questions
from mfpolicy.facts.questions import Look, open_questions, settle
from mfpolicy.model.dns import Answer, Answers, Question, Reason, Reply, Unknown, unknown
from mfpolicy.views.overlay import Overlay


class World:
    """Answers by a table, everything else by NXDOMAIN, and remembers what it was asked, round by round."""

    def __init__(self, replies: dict[str, tuple[str, ...]] | None = None) -> None:
        self.rounds: list[list[str]] = []
        self._replies = replies or {}

    def __call__(self, asked: Collection[Question]) -> Answers:
        self.rounds.append(sorted(f"{each.name} {each.type}" for each in asked))
        return Answers({each: self._reply(each) for each in asked})

    def _reply(self, question: Question) -> Reply:
        records = self._replies.get(f"{question.name} {question.type}")
        return Reply("NXDOMAIN") if records is None else Reply("NOERROR", 300, records)


def asking(name: str, type: str = "A") -> Look:
    """A look at one question."""
    return lambda view, spf: (view.ask(name, type),)


def following(name: str) -> Look:
    """A look that goes from name to name, as the text at each says."""

    def look(view: Overlay, spf: SpfStudy) -> object:
        at = name
        while True:
            found = view.ask(at, "TXT")
            if isinstance(found, Unknown) or not found.records:
                return found
            at = found.records[0].value

    return look


def endless(asked: Collection[Question]) -> Answers:
    """Every name leads to a longer one."""
    return Answers({each: Reply("NOERROR", 300, (f"a.{each.name}",)) for each in asked})


def settled(ask: World, *looks: Look) -> Overlay:
    view = Overlay((), Answers())
    settle(view, looks, ask)
    return view


def test_nothing_open_asks_nothing() -> None:
    world = World()
    settled(world, lambda view, spf: ("a", 1, Answer("example.org")))
    assert world.rounds == []


def test_what_is_open_is_asked_together_and_once() -> None:
    world = World({"a.test A": ("192.0.2.1",)})
    settled(world, asking("a.test"), asking("b.test"), asking("a.test"))
    assert world.rounds == [["a.test A", "b.test A"]]


def test_only_looks_that_were_open_are_taken_again() -> None:
    taken: list[str] = []

    def look(name: str) -> Look:
        inner = following(name)
        return lambda view, spf: (taken.append(name), inner(view, spf))[1]

    settled(World({"a.test TXT": ("b.test",)}), look("a.test"), look("z.test"))
    assert sorted(taken) == ["a.test", "a.test", "a.test", "z.test", "z.test"]


def test_each_round_asks_what_the_one_before_opened() -> None:
    world = World({"a.test TXT": ("b.test",), "b.test TXT": ("c.test",)})
    settled(world, following("a.test"))
    assert world.rounds == [["a.test TXT"], ["b.test TXT"], ["c.test TXT"]]


def test_an_asker_that_answers_nothing_is_asked_once() -> None:
    asked: list[Question] = []

    def deaf(questions: Collection[Question]) -> Answers:
        asked.extend(questions)
        return Answers()

    view = Overlay((), Answers())
    settle(view, [asking("a.test"), asking("a.test")], deaf)
    assert asked == [Question("a.test", "A")]
    assert view.ask("a.test", "A") == unknown("a.test", "A", Reason.NOT_ASKED)


def test_rounds_are_bounded_and_what_is_left_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "ROUNDS", 3)
    view = Overlay((), Answers())
    settle(view, [following("a.test")], endless)
    assert {each.name: reply.rcode for each, reply in view.answers.replies.items()} == {
        "a.test": "NOERROR",
        "a.a.test": "NOERROR",
        "a.a.a.test": "NOERROR",
        "a.a.a.a.test": "TIMEOUT",
    }


def test_as_many_rounds_as_the_bound_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "ROUNDS", 3)
    world = World({"a.test TXT": ("b.test",), "b.test TXT": ("c.test",)})
    view = settled(world, following("a.test"))
    assert (len(world.rounds), view.ask("c.test", "TXT")) == (3, Answer("c.test", exists=False))


def test_questions_are_bounded_and_what_is_left_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS", 3)
    world = World()
    view = settled(world, *(asking(f"n{number}.test") for number in range(4)))
    assert world.rounds == []
    assert [view.ask(f"n{number}.test", "A") for number in range(4)] == [
        unknown(f"n{number}.test", "A", Reason.TIMEOUT) for number in range(4)
    ]


def test_as_many_questions_as_the_bound_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS", 4)
    world = World()
    settled(world, *(asking(f"n{number}.test") for number in range(4)))
    assert len(world.rounds[0]) == 4


def test_thousands_of_looks_are_taken_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "AT_ONCE", 100)
    world = World()
    settled(world, *(asking(f"n{number}.test") for number in range(250)))
    assert [len(each) for each in world.rounds] == [100, 100, 50]


def test_a_question_of_an_earlier_turn_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "AT_ONCE", 1)
    world = World()
    settled(world, asking("a.test"), asking("a.test"), asking("b.test"))
    assert world.rounds == [["a.test A"], ["b.test A"]]


def test_a_failure_is_not_asked_again() -> None:
    def failing(questions: Collection[Question]) -> Answers:
        return Answers({each: Reply("SERVFAIL") for each in questions})

    view = Overlay((), Answers())
    settle(view, [asking("a.test")], failing)
    assert view.ask("a.test", "A") == unknown("a.test", "A", Reason.SERVFAIL)


def test_open_questions_are_those_that_nobody_asked() -> None:
    open_one, failed = unknown("a.test", "A", Reason.NOT_ASKED), unknown("b.test", "A", Reason.SERVFAIL)
    assert open_questions((1, "text", (open_one, failed), Answer("c.test"))) == {Question("a.test", "A")}
