"""What a change does to the key of a selector."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mfpolicy.facts.change import ChangeFacts, new_selector_facts
from mfpolicy.facts.changes.dkim import KeyChangeFacts, key_change, new_key
from mfpolicy.facts.changes.names import NameChangeFacts
from mfpolicy.facts.changes.side import Side
from mfpolicy.facts.declared import Declared
from mfpolicy.facts.questions import open_questions
from mfpolicy.model.dns import Answers, Question, Record, Reply, Unknown, Zone
from mfpolicy.model.findings import Subject
from mfpolicy.model.intent import DomainIntent, Intent, Sender
from mfpolicy.model.places import Line
from mfpolicy.views.overlay import Overlay

NAME = "s1._domainkey.example.org"
ONE = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
TWO = "v=DKIM1; k=ed25519; p=fGzTC32dXRisv2ID25lMo/8Y/iqjtCK4/LceMkQWafU="
QUOTED = ONE.replace("/", '""/')
RSA = (
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDK4X6nM6uBhhoaBreQM1mtpWX3qxP4vPFHTvfakwOrB7pHyiBKPGczUckBQNdy18zX"
    "AVt4TeKo9bX9jYMesh1uvsmZnegpTF3TdLz5RIfipD4unaihrM9uFOwmJyQA0TCMsZi5LpxRxvCkLARfJfRAJWGwBbz1r63WTT9E+/ojzwI"
    "DAQAB"
)
REVOKED = "v=DKIM1; p="
MX = ("example.org", "MX", "10 mx1.example.net.")
ALIAS = (NAME, "CNAME", "s1.example.net.")
BEHIND = Question("s1.example.net", "TXT")
TODAY = datetime.date(2026, 11, 23)
NOTHING_ASKED = Answers()

Triple = tuple[str, str, str]


def side(*records: Triple, answers: Answers = NOTHING_ASKED, senders: Sequence[Sender] | None = None) -> Side:
    """A zone of records, each at a line of its own, and senders if they are declared."""
    placed = [Record(*each, place=Line("z", number)) for number, each in enumerate(records, start=1)]
    view = Overlay([Zone("example.org", tuple(placed), file="z", place=Line("z", 0))], answers)
    said = (DomainIntent("example.org", senders=tuple(each.name for each in senders)),) if senders else ()
    services = {each.name: each for each in senders or ()}
    return Side(view, Declared(Intent(domains=said), services, TODAY))


def at(*texts: str, more: Sequence[Triple] = (MX,), answers: Answers = NOTHING_ASKED) -> Side:
    """A domain of mail with TXT records at the selector."""
    return side(*((NAME, "TXT", each) for each in texts), *more, answers=answers)


def change(base: Side, head: Side) -> KeyChangeFacts:
    return key_change(base, head, NAME)


def done(base: Side, head: Side) -> set[str]:
    """What a change is said to do, and certainly does."""
    found = change(base, head)
    return {each for each in ("removed", "revoked", "alone", "replaced") if getattr(found, each) is True}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((ONE,), (), {"removed"}),
        ((ONE,), (REVOKED,), {"revoked", "alone"}),
        ((ONE,), (TWO,), {"replaced"}),
        ((ONE, TWO), (TWO,), set()),
        ((ONE,), (ONE, TWO), set()),
        ((ONE,), (ONE.replace("; k", "; t=y; k"),), set()),
        ((ONE,), ("k=ed25519;p = 11qYAYKxCrfVS/7TyWQHOg7h cvPapiMlrwIaaPcHURo=;",), set()),
        ((ONE,), ("p=broken",), set()),
        ((REVOKED,), (), set()),
        ((REVOKED,), (TWO,), set()),
        (("not in use",), (), set()),
        ((QUOTED,), (ONE,), set()),
        ((QUOTED,), (), set()),
        (("h=sha1; " + ONE[10:],), (TWO,), set()),
        (("s=tlsrpt; " + ONE[10:],), (), set()),
        ((), (ONE,), set()),
    ],
)
def test_a_key_is_lost_only_if_it_was_in_force(
    before: tuple[str, ...], after: tuple[str, ...], said: set[str]
) -> None:
    assert done(at(*before), at(*after)) == said


def world(**texts: str) -> Answers:
    return Answers(
        {
            Question(f"{name}.example.net", "TXT"): Reply("NOERROR", 300, (text,))
            for name, text in texts.items()
        }
    )


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ((), {"removed"}),
        (((NAME, "CNAME", "s2.example.net."),), {"replaced"}),
        (((NAME, "CNAME", "s3.example.net."),), set()),
        (((NAME, "TXT", ONE),), set()),
        (((NAME, "TXT", TWO),), {"replaced"}),
        (((NAME, "TXT", REVOKED),), {"revoked", "alone"}),
    ],
)
def test_the_keys_behind_a_cname_count(records: tuple[Triple, ...], said: set[str]) -> None:
    answers = world(s1=ONE, s2=TWO, s3=ONE)
    assert done(side(ALIAS, MX, answers=answers), side(*records, MX, answers=answers)) == said


def test_a_cname_that_stays_is_no_change_whatever_it_leads_to() -> None:
    found = change(side(ALIAS, MX), side(("www.example.org", "A", "192.0.2.80"), ALIAS, MX))
    expected = KeyChangeFacts(
        "example.org", "CNAME to s1.example.net", "CNAME to s1.example.net", place=Line("z", 2)
    )
    assert found == expected


def test_whether_a_key_behind_a_cname_was_in_force_has_to_be_asked() -> None:
    found = change(side(ALIAS, MX), side(MX))
    assert isinstance(found.removed, Unknown)
    assert open_questions(found) == {BEHIND}


def test_where_no_key_is_left_alone_nothing_is_asked() -> None:
    assert open_questions(change(at(REVOKED), side(ALIAS, MX))) == {BEHIND}
    assert change(at(REVOKED), side(ALIAS, MX)).removed is False


@pytest.mark.parametrize(
    ("base", "head", "said"),
    [
        ((MX,), (MX,), {"removed"}),
        ((MX,), (), set()),
        ((("example.org", "TXT", "v=spf1 mx -all"),), (("example.org", "TXT", "v=spf1 -all"),), set()),
        ((), (("example.org", "TXT", "v=spf1 redirect=example.net"),), {"removed"}),
        ((MX,), (("example.org", "MX", "0 ."),), set()),
        ((), (), set()),
        ((), (("s2._domainkey.example.org", "TXT", TWO),), {"removed"}),
        ((MX,), (("s2._domainkey.example.org", "TXT", TWO),), set()),
    ],
)
def test_a_domain_that_leaves_mail_needs_no_key(
    base: tuple[Triple, ...], head: tuple[Triple, ...], said: set[str]
) -> None:
    assert done(at(ONE, more=base), at(more=head)) == said


SHOP = Sender("shop", "Shop", selectors=("s1",))
PRINTERS = Sender("printers", addresses=("192.0.2.0/28",))
ANYTHING = Sender("anything")


@pytest.mark.parametrize(
    ("senders", "said"),
    [
        (None, {"removed"}),
        ((ANYTHING,), {"removed"}),
        ((PRINTERS,), set()),
        ((SHOP,), set()),
        ((Sender("shop", selectors=("s1",), until=datetime.date(2026, 11, 22)),), set()),
    ],
)
def test_what_the_intent_means_or_misses_by_itself_is_not_said(
    senders: tuple[Sender, ...] | None, said: set[str]
) -> None:
    assert done(at(ONE), side(MX, senders=senders)) == said


def test_a_declared_selector_whose_cname_leads_nowhere_is_said_to_lose_its_key() -> None:
    answers = Answers(world(s1=ONE).replies, closed=True)
    head = side((NAME, "CNAME", "gone.example.net."), MX, answers=answers, senders=(SHOP,))
    found = change(side(ALIAS, MX, answers=answers), head)
    assert (found.removed, found.after) == (True, "CNAME to gone.example.net, where no key is")


@pytest.mark.parametrize(
    ("other", "alone"),
    [
        (("s2._domainkey.example.org", "TXT", TWO), False),
        (("s2._domainkey.example.org", "TXT", REVOKED), True),
        (("s2._domainkey.example.org", "TXT", QUOTED), True),
        (("s2._domainkey.shop.example.org", "TXT", TWO), True),
        (("*._domainkey.example.org", "TXT", TWO), True),
    ],
)
def test_the_last_key_of_its_domain_is_alone(other: Triple, alone: bool) -> None:
    assert change(at(ONE), at(REVOKED, more=(MX, other))).alone is alone


def test_whether_a_key_is_the_last_one_may_have_to_be_asked() -> None:
    other = ("s2._domainkey.example.org", "CNAME", "s2.example.net.")
    found = change(at(ONE), at(REVOKED, more=(MX, other)))
    assert (found.revoked, open_questions(found)) == (True, {Question("s2.example.net", "TXT")})


def test_a_wildcard_that_revokes_takes_the_place_of_a_removed_key() -> None:
    wildcard = ("*._domainkey.example.org", "TXT", REVOKED)
    found = change(at(ONE, more=(MX, wildcard)), side(MX, wildcard))
    assert (found.removed, found.revoked, found.after) == (False, True, "revoked by a wildcard")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((), "nothing"),
        ((ONE,), "ed25519"),
        ((RSA,), "rsa 1024 bits"),
        ((REVOKED,), "revoked"),
        ((RSA, TWO), "rsa 1024 bits and ed25519"),
        ((QUOTED,), "a key that cannot be read"),
        (("not in use",), "a text that is no key"),
    ],
)
def test_what_stands_there_is_said_in_words(texts: tuple[str, ...], words: str) -> None:
    found = change(at(*texts), at(*texts))
    assert (found.before, found.after) == (words, words)


def test_bits_are_those_of_rsa_keys() -> None:
    found = change(at(RSA), at(ONE))
    assert (found.bits_before, found.bits_after) == (1024, 0)


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ((), (QUOTED,), ["key-has-quotes"]),
        ((QUOTED,), (QUOTED,), []),
        ((QUOTED,), (QUOTED.replace("k=", "t=s; k="),), ["key-has-quotes"]),
        ((QUOTED,), (ONE,), []),
    ],
)
def test_faults_are_those_of_new_texts(
    before: tuple[str, ...], after: tuple[str, ...], codes: list[str]
) -> None:
    found = change(at(*before), at(*after)).faults
    assert isinstance(found, tuple)
    assert [each.code for each in found] == codes


def test_a_fault_behind_a_cname_is_not_ours() -> None:
    assert new_key(side(MX), side(ALIAS, MX, answers=world(s1=QUOTED)), NAME).faults == ()


def test_what_was_elsewhere_before_has_to_be_asked_before_a_fault_is_new() -> None:
    elsewhere = Side(Overlay((), Answers()), side().declared)
    assert open_questions(new_key(elsewhere, at(QUOTED), NAME)) == {Question(NAME, "TXT")}
    assert new_key(elsewhere, at(ONE), NAME).faults == ()


def test_a_new_selector_is_neutral_but_for_its_key() -> None:
    key = KeyChangeFacts("example.org", after="ed25519", place=Line("z", 1))
    expected = ChangeFacts(NAME, "selector", NameChangeFacts(), key=key)
    assert new_selector_facts(at(), at(ONE), Subject("selector", NAME)) == expected
    assert new_selector_facts(at(), at(ONE), Subject("domain", "example.org")) is None


def test_what_is_gone_is_shown_at_its_zone_and_never_at_a_place_of_base() -> None:
    assert change(at(ONE), at()).place == Line("z", 0)
    assert change(at(ONE), Side(Overlay((), Answers()), side().declared)).place is None


RECORDS = st.sampled_from(
    [
        (),
        (ALIAS,),
        ((NAME, "CNAME", "s2.example.net."),),
        ((NAME, "CNAME", "unasked.example.net."),),
        *(((NAME, "TXT", text),) for text in (ONE, TWO, RSA, REVOKED, QUOTED, "not in use", "v=DKIM1; p=x")),
        ((NAME, "TXT", ONE), (NAME, "TXT", TWO)),
    ]
)
AROUND = st.sampled_from(
    [(), (MX,), (MX, ("s2._domainkey.example.org", "TXT", TWO)), (("*.example.org", "TXT", "v=spf1 -all"),)]
)
ANSWERS = world(s1=ONE, s2=RSA)


@given(RECORDS, AROUND)
def test_what_stays_is_no_change(records: tuple[Triple, ...], around: tuple[Triple, ...]) -> None:
    base, head = (side(*records, *around, answers=ANSWERS) for _ in range(2))
    found = change(base, head)
    assert (found.removed, found.revoked, found.replaced, found.faults) == (False, False, False, ())
    assert found.before == found.after


@given(RECORDS, RECORDS, AROUND)
def test_undoing_the_loss_of_a_key_loses_nothing(
    before: tuple[Triple, ...], after: tuple[Triple, ...], around: tuple[Triple, ...]
) -> None:
    base, head = (side(*each, *around, answers=ANSWERS) for each in (before, after))
    lost = done(base, head)
    assert not lost & {"removed", "revoked"} or not done(head, base)
    assert len(lost - {"alone"}) <= 1
