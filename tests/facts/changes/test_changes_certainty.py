"""What is concluded from parts of which some are unknown."""

from __future__ import annotations

import pytest

from mfpolicy.facts.changes.certainty import Certainty, every, some
from mfpolicy.model.dns import Reason, joined, unknown

ONE = unknown("a.example.org", "TXT", Reason.TIMEOUT)
TWO = unknown("b.example.org", "TXT", Reason.NOT_ASKED)


@pytest.mark.parametrize(
    ("first", "second", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (True, ONE, ONE, True),
        (False, ONE, False, ONE),
        (ONE, TWO, joined((ONE, TWO)), joined((ONE, TWO))),
    ],
)
def test_the_known_parts_decide_where_they_can(
    first: Certainty, second: Certainty, both: Certainty, either: Certainty
) -> None:
    assert every(lambda: first, lambda: second) == every(lambda: second, lambda: first) == both
    assert some(lambda: first, lambda: second) == some(lambda: second, lambda: first) == either


def test_what_is_decided_looks_no_further() -> None:
    assert every(lambda: False, lambda: 1 / 0 > 0) is False
    assert some(lambda: True, lambda: 1 / 0 > 0) is True
