from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.findings import Age, Evidence, Finding, Judged, Subject, Verdict
from mfpolicy.model.places import Line, Place, Span
from mfpolicy.model.rules import Profile, Rule
from mfpolicy.rules.compile import Judge, RuleError, RulesError, compile_rules
from mfpolicy.rules.expression import ExpressionError
from mfpolicy.rules.guard import guard
from mfpolicy.rules.vocabulary import Vocabulary

LATE = unknown("books.example.org", "TXT", Reason.TIMEOUT)


class Book(msgspec.Struct, frozen=True):
    title: str
    pages: int | Unknown = 100
    lent: bool | Unknown = False
    place: Place | None = None


class Room(msgspec.Struct, frozen=True):
    lit: bool | Unknown = True
    place: Place | None = None


class Shelf(msgspec.Struct, frozen=True):
    name: str = "north"
    count: int | Unknown = 2
    full: bool | Unknown = False
    tags: tuple[str, ...] = ()
    books: tuple[Book, ...] | Unknown = ()
    room: Room = Room()
    place: Place | None = Line("shelf.txt", 1)


VOCABULARY = Vocabulary({"shelf": Shelf, "book": Book})
NORTH = Subject("shelf", "north")
BASELINE = Profile(name="baseline")


def rule(**said: Any) -> Rule:
    text = {"assert": "true", "id": "LIB001", "slug": "too-many", "title": "Too many books", "about": "shelf"}
    rest = {"severity": "error", "message": "{shelf.name}: wrong", "rationale": "-", "remedy": "-"}
    made = msgspec.convert({**text, **rest, **said}, Rule)
    # As a user wrote it, in a file.
    return msgspec.structs.replace(made, place=Span("rule.yaml", 0, 0))


class Judgement(msgspec.Struct, frozen=True):
    verdict: Verdict
    findings: tuple[Finding, ...]


def judge(shelf: Shelf, profile: Profile = BASELINE, **said: Any) -> Judgement:
    """One rule on one shelf."""
    row, findings = compile_rules([rule(**said)], VOCABULARY, profile, check=True).judge(NORTH, shelf)
    assert row.subject == NORTH and len(row.rules) == len(row.verdicts) == 1
    return Judgement(row.verdicts[0], findings)


def faults(*rules: Rule, check: bool = True) -> str:
    with pytest.raises(RulesError) as error:
        compile_rules(rules, VOCABULARY, BASELINE, check=check)
    return str(error.value)


@pytest.mark.parametrize(
    ("when", "condition", "shelf", "verdict"),
    [
        ("true", "shelf.count <= 2", Shelf(), "pass"),
        ("true", "shelf.count <= 1", Shelf(), "fail"),
        ("shelf.full", "false", Shelf(), "not_applicable"),
        ("true", "true // )", Shelf(), "pass"),
        ("true", "shelf.count <= 1", Shelf(count=LATE), "unknown"),
        ("shelf.full", "false", Shelf(full=LATE), "unknown"),
        ("shelf.full", "shelf.count > 1", Shelf(count=LATE), "not_applicable"),
        ("true", "shelf.full || shelf.name == 'north'", Shelf(full=LATE), "pass"),
        ("true", "shelf.full && shelf.name == 'south'", Shelf(full=LATE), "fail"),
        ("true", "shelf.full || shelf.name == 'south'", Shelf(full=LATE), "unknown"),
        ("true", "shelf.books.all(b, !b.lent)", Shelf(books=(Book("x"), Book("y", lent=LATE))), "unknown"),
        (
            "true",
            "shelf.books.all(b, !b.lent)",
            Shelf(books=(Book("x", lent=LATE), Book("y", lent=True))),
            "fail",
        ),
        (
            "true",
            "shelf.books.exists(b, b.lent)",
            Shelf(books=(Book("x", lent=LATE), Book("y", lent=True))),
            "pass",
        ),
        ("true", "shelf.books.exists(b, b.lent)", Shelf(books=(Book("x", lent=LATE), Book("y"))), "unknown"),
        ("true", "size(shelf.books) == 0", Shelf(books=LATE), "unknown"),
        ("true", "shelf.room.lit", Shelf(room=Room(lit=LATE)), "unknown"),
    ],
)
def test_an_unknown_fact_is_unknown_unless_the_answer_does_not_depend_on_it(
    when: str, condition: str, shelf: Shelf, verdict: str
) -> None:
    assert judge(shelf, when=when, **{"assert": condition}).verdict == verdict


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "shelf.nmae == 'x'",
            "there is no fact 'nmae'; did you mean name?\n | shelf.nmae == 'x'\n | .....^",
        ),
        ("shelf.books.all(b, b.titel == 'x')", "there is no fact 'titel'; did you mean title?"),
        ("shlf.full", "there is no 'shlf' here; did you mean shelf?"),
        ("book.lent", "there is no 'book' here"),
        ("shelf.count == 'x'", "no matching overload"),
        ("shelf.name", "a condition is true or false, not STRING"),
        ("has(shelf.full)", "has() is refused"),
        ("dyn(shelf.full) == 1", "dyn() is refused"),
        ("shelf.count + 1 == 2", "arithmetic is refused"),
        ("shelf.books.exists(b, b.pages * 2 > 9)", "arithmetic is refused"),
        ("-shelf.count < 0", "arithmetic is refused"),
        ("shelf.room == null", "null is refused"),
        ("{'a': true}.a", "a map is refused"),
        ("int(shelf.name) == 1", "int() is refused"),
        ("shelf.count <= params.limti", "there is no parameter 'limti'; did you mean limit?"),
        ("shelf.count <", "Syntax error"),
        ("true) || (true", "Syntax error"),
        ("(" * 500 + "true" + ")" * 500, "recursion"),
        ("true" + " " * 5000, "longer than"),
        ("shelf.name == '\ud800'", "half a character"),
    ],
)
def test_what_is_misspelt_ill_typed_or_not_of_the_language_is_refused_at_load(
    condition: str, said: str
) -> None:
    assert said in faults(rule(params={"limit": 1}, **{"assert": condition}))


@pytest.mark.parametrize(
    "condition",
    [
        "shelf.books.exists_one(b, b.lent)",
        "shelf.books.filter(b, b.lent).size() == 0",
        "shelf.books.map(b, b.title).all(t, t.matches('^[a-z]+$'))",
        "shelf.name in params.names && shelf.count > -1",
        "shelf.name != 'params.missing + has(x)'",
    ],
)
def test_macros_strings_and_negative_numbers_are_left_alone(condition: str) -> None:
    said = {"assert": condition, "params": {"names": ["north", 'a "quoted" é']}}
    assert isinstance(compile_rules([rule(**said)], VOCABULARY, BASELINE, check=True), Judge)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"about": "shelv"}, "about: there is no subject 'shelv'; did you mean shelf?"),
        ({"message": "{shelf.nam}"}, "message: there is no fact 'shelf.nam'; did you mean shelf.name?"),
        ({"message": "{shelf.name!r}"}, "braces enclose a fact"),
        ({"message": "{shelf.__class__}"}, "message: there is no fact"),
        ({"message": "{shelf.room}"}, "message: 'shelf.room' is no single value"),
        ({"message": "{params.x}"}, "message: there is no parameter 'x'"),
        ({"key": ["shelf.nmae"]}, "key: there is no fact 'shelf.nmae'"),
        ({"at": "shelf.rom"}, "at: there is no fact 'shelf.rom'; did you mean shelf.room?"),
        ({"each": "b of shelf.books"}, "each: 'b of shelf.books' is not of the form"),
        ({"each": "b in shelf.name"}, "each: 'shelf.name' is not one list"),
        ({"each": "shelf in shelf.books"}, "does not bind a name of its own"),
    ],
)
def test_a_path_beyond_the_vocabulary_is_refused_even_without_the_type_check(said: Any, text: str) -> None:
    assert text in faults(rule(**said), check=False)


def test_every_faulty_rule_is_named_at_its_place_and_sound_ones_are_not() -> None:
    place = Line("rules/a.yaml", 1)
    bad = msgspec.structs.replace(rule(id="LIB002", slug="b", at="shelf.x"), place=place)
    worse = rule(id="LIB003", slug="c", message="}")
    with pytest.raises(RulesError) as error:
        compile_rules([rule(), bad, worse], VOCABULARY, BASELINE)
    assert [(each.text[:12], each.place) for each in error.value.faults] == [
        ("rule LIB002:", place),
        ("rule LIB003:", worse.place),
    ]


@pytest.mark.parametrize(
    ("condition", "shelf"),
    [
        ("shelf.nmae == 'x'", Shelf()),
        ("shelf.nmae == 'x'", Shelf(count=LATE)),
        ("shelf.name", Shelf()),
        ("shelf.name && true", Shelf(full=LATE)),
        ("shelf.tags[5] == 'x'", Shelf()),
    ],
)
def test_any_other_error_is_a_fault_of_the_rule_and_never_a_pass(condition: str, shelf: Shelf) -> None:
    held = compile_rules([rule(**{"assert": condition})], VOCABULARY, BASELINE)
    with pytest.raises(RuleError, match="rule LIB001 on shelf north"):
        held.judge(NORTH, shelf)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("north", "pass"), ('"\\\n\x7fé', "fail"), (["a", "north"], "pass"), (10**18, "pass")],
)
def test_a_parameter_is_read_as_it_was_written(value: Any, verdict: str) -> None:
    tests = {str: "shelf.name == params.x", list: "shelf.name in params.x", int: "shelf.count < params.x"}
    found = judge(Shelf(), params={"x": value}, **{"assert": tests[type(value)]})
    assert found.verdict.value == verdict


@pytest.mark.parametrize(("value", "said"), [("\ud800", "half a character"), (10**30, "invalid int literal")])
def test_a_parameter_that_the_engine_cannot_hold_is_refused(value: Any, said: str) -> None:
    bad = msgspec.structs.replace(rule(**{"assert": "shelf.name == params.x"}), params={"x": value})
    assert said in faults(bad)


@pytest.mark.parametrize("condition", ["shelf.count <", "shelf.count <= 1 ?"])
def test_a_condition_that_does_not_parse_is_refused_when_checked_and_else_when_judged(condition: str) -> None:
    assert "assert: Syntax error" in faults(rule(**{"assert": condition}))
    held = compile_rules([rule(**{"assert": condition})], VOCABULARY, BASELINE)
    with pytest.raises(ExpressionError, match="Syntax error"):
        held.judge(NORTH, Shelf())


def test_a_rule_that_nothing_is_judged_by_is_never_compiled() -> None:
    broken = rule(**{"id": "LIB002", "slug": "x", "about": "book", "assert": "(", "message": "-"})
    held = compile_rules([rule(), broken], VOCABULARY, BASELINE)
    assert held.judge(NORTH, Shelf())[0].verdicts == (Verdict.PASS,)


EACH = {
    "each": "b in shelf.books",
    "key": ["b.title"],
    "message": "{shelf.name}: {b.title}",
    "assert": "!b.lent",
}


@pytest.mark.parametrize(
    ("when", "books", "verdict", "found"),
    [
        ("true", (Book("x"),), "pass", []),
        ("true", (), "pass", []),
        ("shelf.full", (Book("x", lent=True),), "not_applicable", []),
        ("b.pages > 200", (Book("x", lent=True),), "not_applicable", []),
        ("b.pages > 200", (), "not_applicable", []),
        ("true", (Book("x"), Book("y", lent=True)), "fail", [("fail", ("y",))]),
        ("true", (Book("x"), Book("y", lent=LATE)), "unknown", [("unknown", ("y",))]),
        (
            "true",
            (Book("x", lent=LATE), Book("y", lent=True), Book("z")),
            "fail",
            [("unknown", ("x",)), ("fail", ("y",))],
        ),
        ("b.title == 'y'", (Book("x", lent=LATE), Book("y")), "pass", []),
        ("true", LATE, "unknown", [("unknown", ())]),
        ("shelf.full", LATE, "not_applicable", []),
    ],
)
def test_each_judges_every_element_by_itself(when: str, books: Any, verdict: str, found: list[Any]) -> None:
    judged = judge(Shelf(books=books), when=when, **EACH)
    assert (judged.verdict, [(each.verdict, each.key) for each in judged.findings]) == (verdict, found)


@pytest.mark.parametrize("count", [99, 100, 101, 200, 257])
@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, lambda at, count: at % 7 == 0),
        ({"when": "b.pages > 150"}, lambda at, count: at % 7 == 0 and at > 150),
        ({"when": "shelf.full"}, lambda at, count: False),
        ({"when": "shelf.books.exists(each, each.pages == 0)"}, lambda at, count: at % 7 == 0),
        ({"when": "shelf\n.books.size() > 150"}, lambda at, count: at % 7 == 0 and count > 150),
        ({"assert": "b.pages > 0 || shelf.books.size() < 150"}, lambda at, count: at == 0 and count >= 150),
    ],
)
def test_a_long_list_is_judged_as_a_short_one(said: Any, wrong: Any, count: int) -> None:
    books = tuple(Book(str(at), pages=at, lent=at % 7 == 0) for at in range(count))
    judged = judge(Shelf(books=books), **EACH | said)
    assert [each.key for each in judged.findings] == [(str(at),) for at in range(count) if wrong(at, count)]


def test_each_is_unknown_as_a_whole_where_its_narrowing_is() -> None:
    judged = judge(Shelf(books=(Book("x"),), full=LATE), when="shelf.full", **EACH)
    assert [(each.key, each.unknown) for each in judged.findings] == [((), LATE)]


def test_an_element_is_shown_with_its_own_place_values_and_unknowns() -> None:
    other = unknown("other.example.org", "MX", Reason.SERVFAIL)
    row = Line("shelf.txt", 7)
    shelf = Shelf(books=(Book("x", lent=other), Book("y", lent=True, place=row), Book("z", lent=LATE)))
    first, second, third = judge(shelf, **EACH).findings
    assert (second.message, second.place) == ("north: y", row)
    assert second.evidence == (Evidence("shelf.books[1].lent", True, row),)
    assert (first.unknown, third.unknown) == (other, LATE)
    assert (
        first.message == "north: cannot tell whether too many books: other.example.org MX answered SERVFAIL"
    )
    assert first.place == shelf.place


@pytest.mark.parametrize(
    ("said", "shelf", "text"),
    [
        ({"message": "{shelf.count} of {params.limit} {{x}}"}, Shelf(), "2 of 1 {x}"),
        ({"message": "{shelf.count}"}, Shelf(count=LATE), "?"),
        ({"message": "{shelf.tags}"}, Shelf(tags=("a", "{b}")), "a, {b}"),
        ({"message": "{shelf.tags}"}, Shelf(tags=("t",) * 22), ", ".join(["t"] * 20) + ", and 2 more"),
        ({"message": "{shelf.books.title}"}, Shelf(books=(Book("x"), Book("y"))), "x, y"),
        ({"message": "{shelf.books.title}!"}, Shelf(), "!"),
        ({"message": "{shelf.full}"}, Shelf(), "false"),
    ],
)
def test_a_message_shows_facts_and_parameters(said: Any, shelf: Shelf, text: str) -> None:
    judged = judge(shelf, params={"limit": 1}, **{"assert": "false"}, **said)
    assert [each.message for each in judged.findings] == [text]


@pytest.mark.parametrize(
    ("at", "shelf", "line"),
    [
        ("", Shelf(), 1),
        ("shelf.room", Shelf(room=Room(place=Line("shelf.txt", 9))), 9),
        ("shelf.room.lit", Shelf(room=Room(place=Line("shelf.txt", 9))), 9),
        ("shelf.room", Shelf(), 1),
    ],
)
def test_a_finding_points_at_the_nearest_place(at: str, shelf: Shelf, line: int) -> None:
    judged = judge(shelf, at=at, **{"assert": "false"})
    assert [each.place for each in judged.findings] == [Line("shelf.txt", line)]


def test_evidence_is_what_was_read_with_at_most_twenty_elements() -> None:
    shelf = Shelf(books=tuple(Book(f"t{number}") for number in range(30)), full=LATE)
    found = judge(shelf, **{"assert": "shelf.count < 2 && shelf.books.all(b, b.title != '') && shelf.full"})
    place = shelf.place
    assert found.findings[0].evidence == (
        Evidence("shelf.books.title", [f"t{number}" for number in range(20)], place),
        Evidence("shelf.count", 2, place),
        Evidence("shelf.full", None, place),
    )


@pytest.mark.parametrize(
    ("profile", "said", "found"),
    [
        (BASELINE, {}, ["error"]),
        (Profile(name="baseline", severities={"too-many": "note"}), {}, ["note"]),
        (Profile(name="baseline", severities={"LIB001": "warning", "too-many": "note"}), {}, ["warning"]),
        (Profile(name="baseline", severities={"LIB001": "off"}), {}, None),
        (BASELINE, {"profile": "hardened"}, None),
        (Profile(name="ours", includes="hardened"), {"profile": "hardened"}, ["error"]),
        (Profile(name="baseline", params={"too-many": {"limit": 9}}), {}, []),
    ],
)
def test_a_profile_chooses_rules_severities_and_parameters(
    profile: Profile, said: Any, found: list[str] | None
) -> None:
    one = rule(params={"limit": 1}, **{"assert": "shelf.count <= params.limit"}, **said)
    row, findings = compile_rules([one], VOCABULARY, profile).judge(NORTH, Shelf())
    assert (len(row.rules), [each.severity for each in findings]) == (found is not None, found or [])


def test_a_subject_without_rules_has_no_judgements() -> None:
    assert compile_rules([rule()], VOCABULARY, BASELINE).judge(Subject("book", "x"), Book("x")) == (
        Judged(Subject("book", "x"), (), ()),
        (),
    )


def test_a_hundred_rules_judge_a_thousand_subjects() -> None:
    condition = {
        "assert": "shelf.count <= params.limit && shelf.books.all(b, !b.lent)",
        "params": {"limit": 10},
    }
    many = [rule(**{**condition, "id": f"LIB{number}", "slug": f"s{number}"}) for number in range(100)]
    held = compile_rules(many, VOCABULARY, BASELINE)
    shelf = Shelf(books=(Book("x"), Book("y")))
    start = time.perf_counter()
    verdicts = {each for _ in range(1000) for each in held.judge(NORTH, shelf)[0].verdicts}
    print(f"100 rules x 1,000 subjects: {time.perf_counter() - start:.2f} s")  # noqa: T201
    assert verdicts == {Verdict.PASS}


@pytest.mark.parametrize(
    ("when", "name", "shuts"),
    [
        ("shelf.open && shelf.count > 1", ("shelf", "open"), [False]),
        ('shelf.name == "north"', ("shelf", "name"), ["south", ""]),
        ('shelf.name != "north" && (shelf.open || shelf.count > 1)', ("shelf", "name"), ["north"]),
    ],
)
def test_what_stands_first_in_a_condition_guards_it(
    when: str, name: tuple[str, ...], shuts: list[object]
) -> None:
    found = guard(when, "shelf")
    assert found is not None and found.path == name
    assert [found.shuts({"shelf": {name[1]: value}}) for value in (True, "north", "other", *shuts)][3:] == [
        True for _ in shuts
    ]
    assert found.shuts({"shelf": {}}) is False  # unknown: only the engine can tell


@pytest.mark.parametrize(
    "when",
    [
        "true",
        "shelf.open || shelf.count > 1",
        "shelf.open && shelf.count > 1 || shelf.lost",
        "shelf.open ? true : false",
        "!shelf.open && shelf.count > 1",
        "book.open && shelf.open",
        "shelf.count > 1 && shelf.open",
        "shelf.books.exists(book, book.open)",
        '"a" == "b" && shelf.open',
    ],
)
def test_a_condition_that_may_hold_without_what_stands_first_has_no_guard(when: str) -> None:
    assert guard(when, "shelf") is None


@pytest.mark.parametrize(
    ("of", "verdict"),
    [("", "unknown"), ("shelf", "unknown"), ("shelf.count", "unknown"), ("shelf.name", "pass")],
)
def test_a_pass_is_in_doubt_where_the_rule_reads_what_the_doubt_is_of(of: str, verdict: str) -> None:
    held = compile_rules([rule(**{"assert": "shelf.count <= 3"})], VOCABULARY, BASELINE)
    doubt = unknown("the export", "of the tenant", Reason.TOO_OLD)
    assert held.judge(NORTH, Shelf(), Age("2026-11-01", doubt, of))[0].verdicts == (verdict,)


@pytest.mark.parametrize(
    ("of", "day"), [("", "2026-11-01"), ("shelf.count", "2026-11-01"), ("shelf.name", "")]
)
def test_a_finding_has_the_day_of_what_its_rule_reads(of: str, day: str) -> None:
    held = compile_rules([rule(**{"assert": "shelf.count > 3"})], VOCABULARY, BASELINE)
    found = held.judge(NORTH, Shelf(), Age("2026-11-01", None, of))[1]
    assert [each.as_of for each in found] == [day]
