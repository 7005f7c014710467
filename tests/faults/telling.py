"""How an outcome is shown: as a line of a table, or as JSON."""

from __future__ import annotations

from typing import Final

from tests.faults.table import Figures, Outcome

NAME_CHARS: Final = 28


def line(outcome: Outcome) -> str:
    """Return one outcome as lines of a table: name, held or not, seconds, figures, and why."""
    held = "held" if outcome.held else "NOT HELD"
    first = f"{outcome.row.name:{NAME_CHARS}} {held:8} {outcome.took_s:6.1f} s"
    first = f"{first}  {shown(outcome.figures)}".rstrip()
    rest = [outcome.row.fault, f"must hold: {outcome.row.holds}"]
    if outcome.why is not None:
        rest.append(f"why not: {outcome.why}")
    return "\n    ".join([first, *rest])


def shown(figures: Figures) -> str:
    """Return figures in a line; names say their units."""
    return ", ".join(f"{name} {value:.3g}" for name, value in figures.items())


def as_json(outcome: Outcome) -> dict[str, object]:
    """Return one outcome as JSON."""
    return {
        "name": outcome.row.name,
        "fault": outcome.row.fault,
        "must_hold": outcome.row.holds,
        "held": outcome.held,
        "why_not": outcome.why,
        "took_s": round(outcome.took_s, 3),
        "figures": {name: round(float(value), 4) for name, value in outcome.figures.items()},
    }
