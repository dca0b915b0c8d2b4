"""Reports about TLS: whether anybody is looked at, what is wrong, and who should get them."""

from __future__ import annotations

import pytest

from mfpolicy.facts.questions import open_questions
from mfpolicy.facts.record_faults import IgnoredFacts
from mfpolicy.facts.tls_rpt import ReportUriFacts, TlsRptFacts, tls_rpt_facts
from mfpolicy.model.dns import Answers, Question, Reason, Record, Reply, Unknown, Zone, unknown
from mfpolicy.model.intent import TlsRptIntent
from mfpolicy.model.places import Span
from mfpolicy.views.overlay import Overlay

AT = Span("zones/example.org.yaml", 10, 60, "")
SAID = Span("mailflow.yaml", 1, 5)
OURS = "mailto:tls@example.org"
QUESTION = Question("_smtp._tls.example.org", "TXT")


def facts(*texts: str, rua: tuple[str, ...] = (), mx: str = "10 mail.example.net.") -> TlsRptFacts:
    records = (
        *(Record("_smtp._tls.example.org", "TXT", each, place=AT) for each in texts),
        Record("example.org", "MX", mx),
    )
    intent = TlsRptIntent(rua or None, SAID if rua else None)
    return tls_rpt_facts(Overlay([Zone("example.org", records)], Answers()), "example.org", intent)


def codes(found: TlsRptFacts) -> tuple[list[str], list[str]]:
    assert not isinstance(found.faults, Unknown) and not isinstance(found.oddities, Unknown)
    return [each.code for each in found.faults], [each.code for each in found.oddities]


def test_a_domain_that_takes_mail_and_asks_for_no_reports_has_none() -> None:
    assert facts() == TlsRptFacts(wanted=False)


def test_one_sound_record_is_present() -> None:
    found = facts(f"v=TLSRPTv1; rua={OURS}")
    assert found == TlsRptFacts(wanted=False, present=True, records=1, place=AT)


def test_a_domain_without_mail_is_not_looked_at_unless_reports_are_declared() -> None:
    view = Overlay((), Answers({Question("example.org", "MX"): Reply("NOERROR", 300, ("0 .",))}))
    assert open_questions(tls_rpt_facts(view, "example.org", TlsRptIntent())) == set()
    assert open_questions(tls_rpt_facts(view, "example.org", TlsRptIntent((OURS,)))) == {QUESTION}


def test_whether_mail_is_taken_is_asked_first() -> None:
    found = tls_rpt_facts(Overlay((), Answers()), "example.org", TlsRptIntent())
    assert found.present == unknown("example.org", "MX", Reason.NOT_ASKED)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"v=TLSRPTv1; rua={OURS}", ([], [])),
        ("v=TLSRPTv1;", (["missing-rua"], [])),
        ("v=TLSRPTv1; rua=tls@example.org", (["invalid-report-address"], [])),
        (f"v=TLSRPTv1; rua={OURS}; ruf={OURS}", ([], ["unknown-tag"])),
        (f"v=TLSRPTv1; rua={OURS}; rua=mailto:a@example.org", ([], ["duplicate-tag"])),
        (f"v=TLSRPTv1; rua={OURS}!10m", ([], ["obsolete-size-limit"])),
    ],
)
def test_what_keeps_reports_away_is_told_from_what_is_read_past(
    text: str, wanted: tuple[list[str], list[str]]
) -> None:
    assert codes(facts(text)) == wanted


def test_several_records_are_counted_and_none_is_read() -> None:
    found = facts("v=TLSRPTv1; rua=mailto:a@example.org", "v=TLSRPTv1;", rua=(OURS,))
    assert (found.records, codes(found), found.missing) == (2, ([], []), ())


def test_a_misspelt_record_is_none() -> None:
    found = facts(f"v=tlsrptv1; rua={OURS}")
    assert (found.present, found.ignored) == (False, (IgnoredFacts(f"v=tlsrptv1; rua={OURS}", AT),))


@pytest.mark.parametrize(
    ("published", "missing", "undeclared"),
    [
        (OURS, (), ()),
        ("MAILTO:tls@EXAMPLE.org", (), ()),
        ("mailto:TLS@example.org", (), ()),
        ("https://tls.example.net/V1", (OURS,), ("https://tls.example.net/V1",)),
        (f"{OURS},https://tls.example.net/v1", (), ("https://tls.example.net/v1",)),
        ("mailto:old@example.net", (OURS,), ("mailto:old@example.net",)),
    ],
)
def test_declared_and_published_addresses_are_compared_both_ways(
    published: str, missing: tuple[str, ...], undeclared: tuple[str, ...]
) -> None:
    found = facts(f"v=TLSRPTv1; rua={published}", rua=(OURS,))
    assert found.missing == tuple(ReportUriFacts(each, SAID) for each in missing)
    assert not isinstance(found.undeclared, Unknown)
    assert tuple(each.uri for each in found.undeclared) == undeclared


def test_an_undeclared_address_points_at_itself() -> None:
    found = facts("v=TLSRPTv1; rua=mailto:old@example.net", rua=(OURS,))
    at = Span(AT.file, AT.start, AT.end, "mailto:old@example.net")
    assert found.undeclared == (ReportUriFacts("mailto:old@example.net", at),)


def test_published_addresses_without_a_declaration_are_left_alone() -> None:
    found = facts("v=TLSRPTv1; rua=mailto:old@example.net")
    assert (found.missing, found.undeclared) == ((), ())


def test_a_record_that_does_not_answer_makes_all_unknown() -> None:
    answers = Answers({QUESTION: Reply("SERVFAIL")})
    found = tls_rpt_facts(Overlay((), answers), "example.org", TlsRptIntent((OURS,), SAID))
    why = unknown(QUESTION.name, "TXT", Reason.SERVFAIL)
    assert found == TlsRptFacts(True, why, why, why, why, why, why, why, SAID)


def test_the_addresses_of_one_record_are_bounded() -> None:
    uris = ",".join(f"mailto:a{number}@example.net" for number in range(500))
    found = facts(f"v=TLSRPTv1; rua={uris}", rua=(OURS,))
    assert not isinstance(found.undeclared, Unknown)
    assert len(found.undeclared) == 100


def test_an_address_is_shown_as_far_as_one_would_read_it() -> None:
    found = facts(f"v=TLSRPTv1; rua=https://example.net/{'x' * 9000}", rua=(OURS,))
    assert not isinstance(found.undeclared, Unknown)
    assert [len(each.uri) for each in found.undeclared] == [300]


def test_misspelt_records_are_bounded() -> None:
    found = facts(*(f"v=tlsrptv1; rua={number}" for number in range(500)))
    assert not isinstance(found.ignored, Unknown)
    assert [each.text for each in found.ignored] == [f"v=tlsrptv1; rua={each}" for each in range(20)]
