from __future__ import annotations

from typing import Any

import pytest

from mfpolicy.evaluate.dmarc import DmarcResult, ReportAuthorisation
from mfpolicy.model.dns import Reason, Record, unknown
from mfpolicy.output.explain_dmarc import document, text
from mfpolicy.records.report_uris import ReportUri

SILENT = unknown("_dmarc.example.org", "TXT", Reason.TIMEOUT)
TEXT = "v=DMARC1; p=reject; t=y"
FIELDS: dict[str, Any] = {
    "name": "shop.example.org",
    "organizational_domain": "example.org",
    "policy_domain": "example.org",
    "record_name": "_dmarc.example.org",
    "record": Record("_dmarc.example.org", "TXT", TEXT),
    "policy": "quarantine",
    "declared": "reject",
    "testing": True,
    "source_tag": "sp",
    "exists": False,
}
INHERITED = DmarcResult(**FIELDS)
OWN = DmarcResult(**FIELDS | {"name": "example.org", "source_tag": "p", "policy": "reject", "exists": True})
FALLBACK = DmarcResult(
    **FIELDS | {"source_tag": "fallback", "declared": "none", "policy": "none", "testing": False}
)
ABSENT = DmarcResult(name="example.org", organizational_domain="example.org")
OPEN = DmarcResult(
    name="example.org", organizational_domain=SILENT, policy="unknown", declared="unknown", unknown=SILENT
)
DOUBLE = DmarcResult(
    name="example.org", organizational_domain="example.org", own_records=(Record("x", "TXT", "y"),) * 2
)


def _report(authorised: Any, external: bool = True) -> ReportAuthorisation:
    uri = ReportUri("mailto:d@b.example", "mailto", "d@b.example", "b.example", 0, 18)
    name = "example.org._report._dmarc.b.example"
    return ReportAuthorisation(
        uri=uri, tag="rua", host="b.example", external=external, authorised=authorised, record_name=name
    )


SHOWN = """\
shop.example.org: DMARC

organizational domain  example.org
record                 _dmarc.example.org: v=DMARC1; p=reject; t=y
effective policy       quarantine, from sp= of another name, lowered from reject by t=y
the name               does not exist in DNS
reports (rua)          mailto:d@b.example (external, did not agree at example.org._report._dmarc.b.example)

The effective policy is what receivers do with mail of this name that fails DMARC (RFC 9989, 4.10).
"""


def test_a_name_is_explained_from_record_to_reports() -> None:
    assert text(INHERITED, [_report(False)]) == SHOWN


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (OWN, "effective policy       reject, from p= of its own record, in test mode"),
        (FALLBACK, "effective policy       none, the fallback for a record without a valid p="),
        (ABSENT, "record                 none"),
        (ABSENT, "effective policy       absent"),
        (DOUBLE, "record                 none: 2 records at one name are all discarded"),
        (OPEN, "organizational domain  unknown"),
        (OPEN, "unknown                _dmarc.example.org TXT timed out"),
    ],
)
def test_each_outcome_is_said_in_a_line(result: DmarcResult, line: str) -> None:
    assert line in text(result).splitlines()


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (_report(True), "mailto:d@b.example (external, agreed)"),
        (_report(SILENT), "mailto:d@b.example (external; whether it agreed is unknown)"),
        (_report(True, external=False), "mailto:d@b.example"),
    ],
)
def test_an_external_receiver_is_marked_and_an_own_one_is_left_alone(
    report: ReportAuthorisation, said: str
) -> None:
    assert f"reports (rua)          {said}" in text(OWN, [report]).splitlines()


def test_the_document_is_the_contract() -> None:
    assert document(INHERITED, [_report(SILENT)]) == {
        "name": "shop.example.org",
        "organizational_domain": "example.org",
        "record": {"name": "_dmarc.example.org", "text": TEXT},
        "effective": {
            "policy": "quarantine",
            "declared": "reject",
            "testing": True,
            "tag": "sp",
            "unknown": [],
        },
        "exists": False,
        "reports": [{"uri": "mailto:d@b.example", "external": True, "authorised": None}],
    }


def test_what_is_absent_or_unknown_is_null_in_the_document() -> None:
    shown = document(OPEN)
    assert (shown["organizational_domain"], shown["record"], shown["effective"]["tag"]) == (None, None, None)


def test_a_hostile_record_reaches_neither_terminal_nor_workflow() -> None:
    record = Record("x", "TXT", "v=DMARC1\x1b[2J\n::error::x\u202e")
    lines = text(DmarcResult(**FIELDS | {"name": "::error::", "record": record})).split("\n")
    assert all(line.isprintable() and not line.startswith("::") for line in lines)
