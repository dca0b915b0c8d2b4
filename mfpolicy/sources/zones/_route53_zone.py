"""Which zone record sets belong to, and what they make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mfpolicy.model.dns import Question, Record
from mfpolicy.model.documents import Fault
from mfpolicy.model.names import is_within
from mfpolicy.sources.zones._route53_sets import ADDRESSES, RecordSet
from mfpolicy.sources.zones._variants import differing
from mfpolicy.sources.zones._zone_file_names import from_path

# Where variants differ, a receiver's verdict does too; other types nobody looks at for mail's sake.
_OF_MAIL = ("TXT", "SPF", "MX", "TLSA")


class Content:
    """The records of one zone, and the record sets that are there and cannot be told."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.unread: set[Question] = set()
        self.unreadable: set[str] = set()
        self.faults: list[Fault] = []

    def add(self, sets: Sequence[RecordSet]) -> None:
        """Take in the record sets of one owner and type, which are variants if there are several.

        A receiver sees one variant, so that together they would be what nobody sees, as two SPF records are.
        Variants that are equal are one record set, addresses are all possible ones, and several answers may
        be given together; where others differ, the record set is unread.
        """
        key = sets[0].key
        if not all(each.known for each in sets):
            self.lose(key)
            return
        if len(sets) > 1 and not _together(sets) and differing([each.records for each in sets]):
            self.lose(key)
            if key.type in _OF_MAIL:
                names = ", ".join(each.variant or "without a name" for each in sets[:5])
                words = (
                    f"{key.name}: the {key.type} record sets {names} differ, and a receiver sees one of "
                    "them; which, and so what they say, is not judged"
                )
                self.faults.append(Fault("wrong-type", words, sets[1].place))
            return
        every = [each for one in sets for each in one.records]
        self.records += {(each.type, each.value, each.strings): each for each in every}.values()

    def lose(self, key: Question) -> None:
        """A record set that cannot be told; an alias would hide all others of its owner."""
        self.unread.add(key)
        if key.type == "CNAME":
            self.unreadable.add(key.name)


def grouped(sets: Iterable[RecordSet]) -> dict[Question, list[RecordSet]]:
    """The record sets by owner and type."""
    found: dict[Question, list[RecordSet]] = {}
    for each in sets:
        found.setdefault(each.key, []).append(each)
    return found


def told_by_path(path: str, names: Iterable[str]) -> str | None:
    """The zone that a file such as `example.org.json` is named after, if any of the names is in it."""
    found = from_path(path.removesuffix(".json"))
    return found if found and any(is_within(each, found) for each in names) else None


def _together(sets: Sequence[RecordSet]) -> bool:
    return sets[0].key.type in ADDRESSES or all(each.together for each in sets)
