"""What changed between two snapshots."""

from typing import Any

from server.rules.difference import changes
from server.rules.law import JurisdictionLaw
from server.rules.snapshot import Snapshot
from server.rules.snapshot_files import shipped


def with_texas(**changed: Any) -> Snapshot:  # noqa: ANN401 - any field of a jurisdiction
    snapshot = shipped().snapshot
    texas = snapshot.jurisdictions["TX"].model_copy(update=changed)
    return snapshot.model_copy(
        update={"jurisdictions": {**snapshot.jurisdictions, "TX": texas}}
    )


def texas() -> JurisdictionLaw:
    return shipped().snapshot.jurisdictions["TX"]


def test_a_snapshot_does_not_differ_from_itself() -> None:
    assert changes(shipped().snapshot, shipped().snapshot) == ()


def test_a_changed_value_is_named_by_its_rule() -> None:
    first, *rest = texas().rules
    stricter = first.model_copy(
        update={"minimum": first.minimum.model_copy(update={"value": None})}
    )
    (found,) = changes(shipped().snapshot, with_texas(rules=(stricter, *rest)))
    assert found.where == "TX.rules.TX-1.minimum.value"
    assert (found.before, found.after) == ('"store_and_forward"', "null")
    assert found.decides


def test_a_rule_taken_out_or_put_first_is_told_as_such() -> None:
    first, *rest = texas().rules
    gone = changes(shipped().snapshot, with_texas(rules=tuple(rest)))
    assert gone
    assert all(one.where.startswith("TX.rules.TX-1.") and one.after is None for one in gone)
    assert changes(shipped().snapshot, with_texas(rules=(*rest, first))) == ()


def test_prose_decides_nothing() -> None:
    (found,) = changes(shipped().snapshot, with_texas(conflict="Another sentence."))
    assert not found.decides


def test_dates_of_the_snapshot_decide() -> None:
    snapshot = shipped().snapshot
    shorter = snapshot.model_copy(update={"version": "2026-11-22.2"})
    assert [one.where for one in changes(snapshot, shorter)] == ["version"]
