from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mfpolicy.evaluate.spf_nodes import SpfTree
from mfpolicy.evaluate.spf_receiver import Receiver
from mfpolicy.evaluate.spf_tree import study
from mfpolicy.model.dns import Answer, Reason, Record, Unknown, unknown
from mfpolicy.output.explain_spf import document, text


class _View(msgspec.Struct, frozen=True):
    """TXT records by name, or why there is no answer."""

    texts: dict[str, str | Reason]

    def ask(self, name: str, type: str) -> Answer | Unknown:
        found = self.texts.get(name) if type == "TXT" else None
        if isinstance(found, Reason):
            return unknown(name, type, found)
        return Answer(name, (Record(name, "TXT", found),)) if found else Answer(name, exists=False)

    def exists(self, name: str) -> bool | Unknown:
        return name in self.texts


def _tree(**texts: str | Reason) -> SpfTree:
    return study(_View({f"{name}.example": value for name, value in texts.items()}), "top.example")


SILENT = unknown("a.example", "A", Reason.TIMEOUT)
TEACH = (
    "The worst case is a sender that no term matches: a receiver then asks for every term. "
    "Behind 10 lookups or 2 void ones it stops with permerror (RFC 7208, 4.6.4).\n"
)
SOUND = _tree(
    top="v=spf1 include:a.example exists:%{i}.x.example -all", a="v=spf1 ip4:192.0.2.0/24 mx:b.example ~all"
)
SHOWN = f"""\
top.example: SPF, worst case

v=spf1                    3
├─ include:a.example      2
│  ├─ ip4:192.0.2.0/24    0
│  ├─ mx:b.example        1  void
│  └─ ~all                0
├─ exists:%{{i}}.x.example  1  depends on the message
└─ -all                   0

lookups       3 of 10
void lookups  1 of 2
result        valid
authorises 256 addresses

{TEACH}"""


def test_a_tree_shows_each_term_with_its_cost_and_the_sums() -> None:
    assert text(SOUND, ["authorises 256 addresses"]) == SHOWN


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        pytest.param(
            _tree(top="v=spf1 include:a.example ~all", a=Reason.TIMEOUT),
            ["lookups       1+ of 10", "result        unknown", "unknown       a.example TXT timed out"],
            id="an include does not answer",
        ),
        pytest.param(
            _tree(top="v=spf1 include:top.example -all"),
            ["result        permerror", "├─ include:top.example  1  leads back to itself"],
            id="a loop",
        ),
        pytest.param(
            _tree(top="v=spf1 " + "a:%{d}.example " * 11 + "-all"),
            [
                "error[lookup-limit-exceeded]: needs 11 DNS lookups; receivers stop at 10",
                "result        permerror",
            ],
            id="eleven lookups",
        ),
        pytest.param(
            _tree(top="v=spf1 include:a.example -all", a="v=spf1 frob -all"),
            ["error[unknown-mechanism]: 'frob' is no mechanism (in include:a.example)"],
            id="an error below",
        ),
        pytest.param(_tree(other="x"), ["top.example: no SPF record"], id="no record"),
    ],
)
def test_what_is_unknown_or_wrong_is_said(tree: SpfTree, lines: list[str]) -> None:
    assert set(lines) <= set(text(tree).splitlines())


def test_ten_lookups_are_left_alone() -> None:
    tree = _tree(top="v=spf1 " + "a:%{d}.example " * 10 + "-all")
    assert document(tree)["worst_case"]["result"] == "valid" and "error[" not in text(tree)


@pytest.mark.parametrize(
    ("receiver", "line"),
    [
        (
            Receiver("pass", "example.org", "include:a.example > ip4:192.0.2.0/24", lookups=2),
            "receiver: pass by include:a.example > ip4:192.0.2.0/24 of example.org (2 lookups, 0 void)",
        ),
        (Receiver("neutral", "example.org"), "receiver: neutral (0 lookups, 0 void)"),
        (Receiver("fail", "example.org", "-all", "no\x1b[2J"), "explanation: no\\x1b[2J"),
        (Receiver("temperror", unknown=SILENT), "unknown: a.example A timed out"),
    ],
)
def test_a_receiver_is_quoted(receiver: Receiver, line: str) -> None:
    assert line in text(SOUND, receiver=receiver).splitlines()


def test_without_a_question_no_receiver_is_quoted() -> None:
    assert "receiver:" not in text(SOUND)


def _term(text: str, lookups: int, void_lookups: int, target: str | None, **more: Any) -> dict[str, Any]:
    plain = {"opaque": False, "unknown": None, "terms": []} | more
    return {"text": text, "lookups": lookups, "void_lookups": void_lookups, "target": target} | plain


def test_the_document_nests_terms_as_the_contract_says() -> None:
    below = [
        _term("ip4:192.0.2.0/24", 0, 0, None),
        _term("mx:b.example", 1, 1, "b.example"),
        _term("~all", 0, 0, None),
    ]
    receiver = Receiver("fail", "top.example", "-all", lookups=3, void_lookups=1)
    assert document(SOUND, receiver) == {
        "name": "top.example",
        "receiver": {
            "result": "fail",
            "mechanism": "-all",
            "explanation": None,
            "lookups": 3,
            "void_lookups": 1,
        },
        "worst_case": {
            "lookups": 3,
            "void_lookups": 1,
            "result": "valid",
            "errors": [],
            "terms": [
                _term("include:a.example", 2, 1, "a.example", terms=below),
                _term("exists:%{i}.x.example", 1, 0, "%{i}.x.example", opaque=True),
                _term("-all", 0, 0, None),
            ],
        },
    }


def test_an_unknown_count_is_given_as_what_is_known() -> None:
    shown = document(_tree(top="v=spf1 include:a.example ~all", a=Reason.NOT_ASKED))
    assert shown["receiver"] is None
    assert shown["worst_case"]["lookups"] == 1
    assert shown["worst_case"]["terms"][0]["unknown"] == "a.example TXT not asked"


def test_a_tree_that_unfolds_without_end_is_cut() -> None:
    tree = SOUND
    for _ in range(30):
        tree = msgspec.structs.replace(
            tree, terms=tuple(msgspec.structs.replace(node, child=tree) for node in tree.terms)
        )
    # A failed assertion would print the whole tree, were it part of one.
    shown, nested = text(tree), str(document(tree)).count("'opaque'")
    assert len(shown.splitlines()) < 2100 and "... and more terms" in shown and nested == 2000


def test_a_hostile_record_reaches_neither_terminal_nor_workflow() -> None:
    tree = _tree(top="v=spf1 \x1b[2J a:::error:: include:\u202e.example -all\n::error::x")
    lines = text(tree, ["::warning::x"]).split("\n")
    assert all(line.isprintable() and not line.lstrip().startswith("::") for line in lines)
