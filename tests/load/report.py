"""What a run found, as one JSON object and as a table, and what of it did not hold."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from typing import Final

from tests.load.figures import spread
from tests.load.killing import BACK_S, holds
from tests.load.machine import Machine
from tests.load.memory import Held, kb_each
from tests.load.plan import Plan
from tests.load.run import Found
from tests.load.site import NODE_SETTINGS

PATIENT_KB_MAX: Final = 50.0
MEASURABLE: Final = 200  # of fewer, what a process holds anyway is more than what they add
SHOWN_MAX: Final = 10
NAME_CHARS: Final = 34

Report = Mapping[str, object]


def report(plan: Plan, machine: Machine, found: Found) -> Report:
    """Return everything, with what had to hold."""
    tally = found.tally
    return {
        "asked": asked(plan),
        "machine": {
            "cores": machine.cores,
            "memory_available_mb": machine.memory_mb,
            "files": machine.files,
            "python": platform.python_version(),
        },
        "node_settings": {**NODE_SETTINGS, "postgresql_syncs": plan.durable},
        "seeding_s": found.seeding_s,
        "phases": found.phases,
        "connect": spread(tally.connect_s),
        "command": spread(tally.command_s),
        "queue_wait": spread(tally.wait_s),
        "memory": memory(found),
        "exams": {
            "seen": found.seen,
            "left": found.left,
            "signed": found.signed,
            "parked": found.parked,
            "with_media": found.mediated,
            "never_told_the_end": found.undone,
        },
        "errors": dict(tally.errors),
        "sent_again": dict(tally.retried),
        "refused_connections": dict(tally.refusals),
        "lost_connections": tally.lost,
        "overtaken": [
            f"{one.overtaken} by {one.by} at {one.at}" for one in found.overtaken[:SHOWN_MAX]
        ],
        "overtaken_count": len(found.overtaken),
        "matched_twice": found.doubled[:SHOWN_MAX],
        "matched_twice_count": len(found.doubled),
        "kills": found.kills,
        "held": held_or_not(plan, found),
    }


def asked(plan: Plan) -> dict[str, object]:
    """Return the plan in words of the command line."""
    size = plan.size
    return {
        "nodes": size.nodes,
        "waiting": size.waiting,
        "practitioners": size.practitioners,
        "peers": size.peers,
        "legs": size.legs,
        "ramp_s": plan.ramp_s,
        "steady_s": plan.steady_s,
        "drain_s": plan.drain_s,
        "exam_s": plan.shift.exam_s,
        "think_s": plan.shift.think_s,
        "signed": plan.shift.signed_share,
        "seed": plan.seed,
    }


def memory(found: Found) -> dict[str, object]:
    """Return what one who waits costs, beside a connection that does nothing."""
    waiting = max(1, found.waiting)
    return {
        "waiting": found.waiting,
        "waiting_patient": kb_each(sum(found.by_node, Held()), waiting),
        "bare_connection": found.bare_kb,
        "after_steady": kb_each(sum(found.by_node_after, Held()), waiting),
        "leg": found.leg_kb,
    }


def held_or_not(plan: Plan, found: Found) -> dict[str, bool]:
    """Return what had to hold, and whether it did."""
    tally = found.tally
    patient = kb_each(sum(found.by_node, Held()), max(1, found.waiting))
    must = {
        "all_waited": found.waiting == plan.size.waiting,
        "no_errors": not tally.errors and (plan.kill_node or not tally.refusals),
        "no_double_match": not found.doubled,
        "order_kept": not found.overtaken,
        "all_told_the_end": not found.undone,
    }
    if found.waiting >= MEASURABLE:
        must[f"patient_under_{PATIENT_KB_MAX:.0f}_kb"] = patient["pss_kb"] < PATIENT_KB_MAX
    if plan.size.peers:
        must["media_flowed"] = found.mediated >= min(plan.size.peers, found.seen)
    if plan.kill_node:
        must[f"back_in_place_within_{BACK_S:.0f}_s"] = all(map(holds, found.kills))
    return must


def table(told: Report) -> str:
    """Return a report for people: a line each, what did not hold last."""
    lines = [f"{name:<{NAME_CHARS}} {value}" for name, value in flat(told) if value != ""]
    return "\n".join(lines)


def flat(told: Mapping[str, object], head: str = "") -> Iterator[tuple[str, str]]:
    """Yield every figure with the whole of its name; spreads on one line."""
    for name, value in told.items():
        where = f"{head}{name}"
        if isinstance(value, Mapping) and "p50_s" in value:
            yield where, "  ".join(f"{key} {one}" for key, one in value.items())
        elif isinstance(value, Mapping) and value:
            yield from flat(value, f"{where}.")
        elif isinstance(value, list):
            yield from flat({str(number): one for number, one in enumerate(value)}, f"{where}.")
        elif head == "held.":
            yield where, "held" if value else "NOT HELD"
        else:
            yield where, str(value) if value != {} else "none"
