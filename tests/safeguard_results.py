"""What a run of the tests came to for each safeguard, from the reports that pytest wrote.

    found = results(folder)
    print(table(found))
    judged(found)       # what is not shown, in sentences

A test that passed only when it was run once more has passed. One that two parts run, on one
node and on many, has to pass in both.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.safeguards import DUE, ROWS

AGAIN: Final = ".again"
"""What stands behind the name of a part in the report of what was run once more."""


@dataclass
class Shown:
    """What the tests of one row came to, by name."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    @property
    def word(self) -> str:
        """Say it in one word."""
        if self.failed:
            return "FAILED"
        return "shown" if self.passed else "no test"


def report_name(part: str, *, again: bool = False) -> str:
    """Return the name of a part's report in its folder."""
    return f"{part}{AGAIN if again else ''}.xml"


def results(folder: Path) -> Mapping[str, Shown]:
    """Return what each row came to, from all reports of a folder."""
    last: dict[tuple[str, str], tuple[bool, tuple[str, ...]]] = {}
    # A part's second report counts for what it has; `a.again.xml` comes after `a.xml` here.
    for path in sorted(folder.glob("*.xml"), key=lambda one: one.name.count(AGAIN)):
        part = path.name.removesuffix(".xml").removesuffix(AGAIN)
        for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - our own
            rows = tuple(
                str(one.get("value"))
                for one in case.iter("property")
                if one.get("name") == "safeguard"
            )
            failed = case.find("failure") is not None or case.find("error") is not None
            name = f"{case.get('classname')}::{case.get('name')}"
            last[(part, name)] = (not failed, rows)
    found = {row.name: Shown() for row in ROWS}
    for (_, name), (passed, rows) in last.items():
        for row in rows:
            (found[row].passed if passed else found[row].failed).add(name)
    return found


def judged(found: Mapping[str, Shown], due: frozenset[str] = DUE) -> list[str]:
    """Say what a run of all parts has not shown; nothing about rows that are due."""
    return [
        *(
            f"{row}: {name} failed"
            for row, shown in found.items()
            for name in sorted(shown.failed)
        ),
        *(
            f"{row}: no test of it passed"
            for row, shown in found.items()
            if not shown.passed and row not in due
        ),
    ]


def table(
    found: Mapping[str, Shown], due: frozenset[str] = DUE, *, with_tests: bool = False
) -> str:
    """Return the rows with what each came to, and if wanted which tests it was shown by."""
    lines = [f"{'safeguard':<18} {'':<8} {'passed':>6} {'failed':>6}  feature"]
    for row in ROWS:
        shown = found[row.name]
        word = "due" if row.name in due and shown.word == "no test" else shown.word
        counts = f"{len(shown.passed):>6} {len(shown.failed):>6}"
        lines.append(f"{row.name:<18} {word:<8} {counts}  {row.feature}")
        if with_tests:
            lines += [f"    {name}" for name in sorted(shown.passed - shown.failed)]
            lines += [f"    FAILED {name}" for name in sorted(shown.failed)]
    return "\n".join(lines)
