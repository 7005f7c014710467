"""What a machine can hold against a snapshot, and that the core of the rules does no I/O."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from server.rules.law import Rule
from server.rules.snapshot import SignedSnapshot
from server.rules.snapshot_files import shipped
from server.rules.verifying import Findings, verify
from server.rules.words import Minimum, Profession
from tests.rule_cases import NOW, VERIFIED

RULES = Path(__file__).resolve().parents[4] / "server" / "rules"
EDGES = {"snapshot_files", "publishing"}  # they read and write files, and nothing else does
IMPURE = {"os", "pathlib", "random", "secrets", "time", "asyncio", "socket", "sqlalchemy"}


def with_first_rule(**changes: object) -> SignedSnapshot:
    """The shipped snapshot, with another first rule for Texas."""
    signed = shipped()
    texas = signed.snapshot.jurisdictions["TX"]
    rule: Rule = texas.rules[0].model_copy(update=changes)
    laws = {
        **signed.snapshot.jurisdictions,
        "TX": texas.model_copy(update={"rules": (rule, *texas.rules[1:])}),
    }
    return replace(signed, snapshot=signed.snapshot.model_copy(update={"jurisdictions": laws}))


def found(signed: SignedSnapshot, today: date = VERIFIED) -> Findings:
    return verify(signed, now=NOW, today=today)


def test_a_permission_without_a_citation_is_a_fault() -> None:
    rule = shipped().snapshot.jurisdictions["TX"].rules[0]
    assert rule.minimum.value is Minimum.STORE_AND_FORWARD
    uncited = with_first_rule(minimum=rule.minimum.model_copy(update={"citations": ()}))
    assert found(uncited).faults == ("TX-1 would permit store_and_forward without a citation",)
    assert "TX.TX-1.minimum" in found(uncited).uncited


def test_a_minimum_for_somebody_who_never_examines_is_a_fault() -> None:
    rule = shipped().snapshot.jurisdictions["TX"].rules[0]
    nurses = rule.professions.model_copy(update={"value": (Profession.RN,)})
    (fault,) = found(with_first_rule(professions=nurses)).faults
    assert "names an RN" in fault


def test_a_snapshot_that_fails_closed_is_a_fault() -> None:
    assert found(replace(shipped(), signed_by=None)).faults == ("the snapshot is unsigned",)


def test_a_review_is_overdue_from_the_day_after() -> None:
    rule = shipped().snapshot.jurisdictions["TX"].rules[0]
    due = rule.minimum.review_by
    assert "TX.TX-1.minimum" not in found(shipped(), due).overdue
    later = found(shipped(), date(due.year, due.month, due.day + 1))
    assert "TX.TX-1.minimum" in later.overdue
    assert "federal.controlled_window_until" in later.overdue


def test_what_is_unknown_decides_nothing_and_needs_no_citation() -> None:
    assert "WY.WY-1.minimum" not in found(shipped()).uncited
    assert "TX.TX-1.patient" in found(shipped()).uncited


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("module", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_rules_do_no_io_but_at_two_edges(module: Path) -> None:
    assert module.stem in EDGES or not IMPURE & set(imported(module))
