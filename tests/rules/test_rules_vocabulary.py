from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from mfpolicy.model.dns import Reason, Unknown, unknown
from mfpolicy.model.places import Line, Place
from mfpolicy.rules.vocabulary import Vocabulary, VocabularyError

MISSING = unknown("books.example.org", "TXT", Reason.TIMEOUT)
ROW = Line("shelf.txt", 3)


class Book(msgspec.Struct, frozen=True):
    title: str
    pages: int | Unknown
    kind: Literal["novel", "atlas"] = "novel"
    tags: tuple[str | Unknown, ...] = ()
    place: Place | None = None


class Shelf(msgspec.Struct, frozen=True):
    name: str
    open: bool
    books: tuple[Book | Unknown, ...] | Unknown = ()
    best: Book | Unknown = Book("none", 0)


VOCABULARY = Vocabulary({"shelf": Shelf})


def test_every_path_has_its_type_and_no_place_is_among_them() -> None:
    book = {"title": "str", "pages": "int", "kind": "str", "tags": "list of str"}
    expected = {
        "shelf.name": "str",
        "shelf.open": "bool",
        "shelf.books": "list of Book",
        "shelf.best": "Book",
    }
    for holder in ("books", "best"):
        expected |= {f"shelf.{holder}.{word}": type for word, type in book.items()}
    assert VOCABULARY.paths() == expected


@pytest.mark.parametrize(
    ("path", "meant"), [("shelf.nmae", "shelf.name"), ("shelf.books.titel", "shelf.books.title"), ("zzz", "")]
)
def test_a_misspelt_path_gets_the_nearest_one_or_none(path: str, meant: str) -> None:
    assert VOCABULARY.suggest(path) == meant


def plain(title: str, **rest: object) -> dict[str, object]:
    return {"title": title, "pages": 1, "kind": "novel", "tags": [], **rest}


BEST = {"title": "none", "pages": 0, "kind": "novel", "tags": []}


@pytest.mark.parametrize(
    ("shelf", "changed", "unknowns"),
    [
        (Shelf("a", True, (Book("x", 1),)), {"books": [plain("x")]}, {}),
        (
            Shelf("a", True, (Book("x", MISSING),)),
            {"books": [{"title": "x", "kind": "novel", "tags": []}]},
            {"shelf.books[0].pages": MISSING},
        ),
        (Shelf("a", True, (MISSING, Book("x", 1))), {"books": [{}, plain("x")]}, {"shelf.books[0]": MISSING}),
        (
            Shelf("a", True, (Book("x", 1, tags=("t", MISSING)),)),
            {"books": [{"title": "x", "pages": 1, "kind": "novel"}]},
            {"shelf.books[0].tags[1]": MISSING},
        ),
        (Shelf("a", True, MISSING), {"books": None}, {"shelf.books": MISSING}),
        (Shelf("a", True, (), MISSING), {"best": None}, {"shelf.best": MISSING}),
        (Shelf("\ud800", True), {"name": "?"}, {}),
        (Shelf("é", True, (), Book("x", 2**70)), {"name": "é", "best": plain("x", pages=2**63 - 1)}, {}),
    ],
)
def test_unknown_leaves_are_left_out_and_everything_else_stays(
    shelf: Shelf, changed: dict[str, object], unknowns: dict[str, Unknown]
) -> None:
    whole = {"name": "a", "open": True, "books": [], "best": BEST, **changed}
    found = VOCABULARY.activation("shelf", shelf)
    assert found.data == {"shelf": {word: value for word, value in whole.items() if value is not None}}
    assert found.unknowns == unknowns


def test_a_value_in_a_list_has_the_place_of_its_nearest_object() -> None:
    shelf = Shelf("a", True, (Book("x", 1), Book("y", 2, place=ROW)))
    found = [(each.path, each.value, each.place) for each in VOCABULARY.look("shelf.books.title", shelf)]
    assert found == [("shelf.books[0].title", "x", None), ("shelf.books[1].title", "y", ROW)]


class Loose(msgspec.Struct, frozen=True):
    name: str | None


class Mapped(msgspec.Struct, frozen=True):
    names: dict[str, str]


@pytest.mark.parametrize("type", [Loose, Mapped])
def test_a_type_that_is_not_total_or_holds_a_map_is_refused(type: type) -> None:
    with pytest.raises(VocabularyError, match="no rule can read"):
        Vocabulary({"thing": type}).paths()


class Branch(msgspec.Struct, frozen=True):
    name: str
    branches: tuple[Branch, ...] = ()


def test_a_type_may_hold_itself() -> None:
    tree = Branch("a", (Branch("b"),))
    data = {"name": "a", "branches": [{"name": "b", "branches": []}]}
    assert Vocabulary({"tree": Branch}).activation("tree", tree).data == {"tree": data}
