"""Opening a treatment class for patients under 18, and closing it: a switch of the policy.

Both layers are written, so that the operator's stays no looser than compliance's; a layer that
nobody set stays unset, and is then as compliance's. What it is not: R50, which reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.rulebooks.changing import Act, set_switches
from server.rulebooks.standing import layer_of
from server.rulebooks.switches import Switches
from server.rules.words import TreatmentClass
from server.storage import compliance
from server.storage.compliance import Layer, PolicyRow
from server.storage.database import Tx

OPENING: Final[Sequence[Layer]] = ("compliance", "operator")  # the looser one first
CLOSING: Final[Sequence[Layer]] = ("operator", "compliance")


async def enable(tx: Tx, act: Act, treatment_class: TreatmentClass) -> bool:
    """Open a class for patients under 18; return whether it was not open."""
    layers = await compliance.policies(tx, act.network_id)
    done = False
    for layer in OPENING:
        if layer in layers or layer == "compliance":
            there = layer_of(layers, layer)
            classes = {*there.minors_enabled, treatment_class}
            done |= await _set(tx, act, layer, there, classes)
    return done


async def disable(tx: Tx, act: Act, treatment_class: TreatmentClass) -> bool:
    """Close a class for patients under 18; return whether it was open."""
    layers = await compliance.policies(tx, act.network_id)
    done = False
    for layer in CLOSING:
        if layer in layers:
            there = layer_of(layers, layer)
            classes = {*there.minors_enabled} - {treatment_class}
            done |= await _set(tx, act, layer, there, classes)
    return done


async def opened(tx: Tx, network_id: str) -> list[tuple[TreatmentClass, PolicyRow]]:
    """Return which classes are open, each with the row of compliance's layer that says so."""
    layers = await compliance.policies(tx, network_id)
    if "compliance" not in layers:
        return []
    classes = set(layer_of(layers, "compliance").minors_enabled)
    if "operator" in layers:
        classes &= set(layer_of(layers, "operator").minors_enabled)
    return [(one, layers["compliance"]) for one in sorted(classes)]


async def _set(
    tx: Tx, act: Act, layer: Layer, there: Switches, classes: set[TreatmentClass]
) -> bool:
    if classes == set(there.minors_enabled):
        return False
    switches = there.model_copy(update={"minors_enabled": sorted(classes)})
    await set_switches(tx, act, layer, switches)
    return True
