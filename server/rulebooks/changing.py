"""What compliance does: open, close, sign off, set a policy, publish rules. Each is logged.

Who, when and by which reference belongs to each of them; nothing is deleted. What is done
already changes nothing and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from server.chart.canonical import canonical
from server.errors import Conflict, InvalidBody
from server.jurisdictions import is_jurisdiction
from server.rulebooks.standing import layer_of
from server.rulebooks.switches import Switches, is_stricter
from server.rules.snapshot import Signature, SignedSnapshot, instant_of, read_snapshot
from server.rules.snapshot_files import Document, trusted_keys
from server.rules.words import EXAMINING, Profession, TreatmentClass
from server.storage import compliance
from server.storage.compliance import (
    Cell,
    Layer,
    Opening,
    PolicyRow,
    Publication,
    SignOff,
    SnapshotRow,
    What,
)
from server.storage.database import Tx
from signaling.identifiers import Instant

REFERENCE_MAX: Final = 200
PERSON_MAX: Final = 120


class PolicyLooser(Conflict):
    """The operator's layer would allow what compliance does not."""

    code = "policy_looser"
    message = "A network's own policy may only be stricter than what compliance allows."


class SnapshotRefused(Conflict):
    """Rules that no trusted publisher signed, or whose dates are over."""

    code = "snapshot_refused"
    message = "These rules are not signed by a trusted publisher, or are out of date."


@dataclass(frozen=True, slots=True)
class Act:
    """One act of compliance.

    Attributes:
        network_id: whose.
        actor: who does it.
        at: when, microseconds UTC.
        reference: the paper that it rests on.
        new_id: makes ids that nothing ever had.
    """

    network_id: str
    actor: str
    at: int
    reference: str
    new_id: Callable[[], str]

    def check(self) -> None:
        """Refuse an act that does not say who, or by what.

        Raises:
            InvalidBody: it does not.
        """
        if not 0 < len(self.reference.strip()) <= REFERENCE_MAX:
            raise InvalidBody(fields=("reference",))
        if not 0 < len(self.actor.strip()) <= PERSON_MAX:
            raise InvalidBody(fields=("actor",))


def cells_of(
    jurisdictions: Iterable[str],
    professions: Iterable[Profession],
    classes: Iterable[TreatmentClass],
) -> frozenset[Cell]:
    """Return every combination.

    Raises:
        InvalidBody: not one of the 51, or a profession that never examines.
    """
    places, who, what = tuple(jurisdictions), tuple(professions), tuple(classes)
    if not places or not all(is_jurisdiction(one) for one in places):
        raise InvalidBody(fields=("jurisdiction",))
    if not who or not set(who) <= set(EXAMINING):
        raise InvalidBody(fields=("professions",))
    if not what:
        raise InvalidBody(fields=("treatment_classes",))
    return frozenset(
        (place, profession.value, one.value)
        for place in places
        for profession in who
        for one in what
    )


async def open_cells(tx: Tx, act: Act, cells: frozenset[Cell]) -> int:
    """Open what is not open; return how many were not."""
    act.check()
    standing = {one.cell for one in await compliance.standing_openings(tx, act.network_id)}
    new = sorted(cells - standing)
    if not new:
        return 0
    await _log(tx, act, "opened", _told(new))
    await compliance.open_all(
        tx,
        [
            Opening(
                id=act.new_id(),
                network_id=act.network_id,
                jurisdiction=place,
                profession=profession,
                treatment_class=treatment_class,
                opened_by=act.actor,
                opened_at=act.at,
                reference=act.reference,
            )
            for place, profession, treatment_class in new
        ],
    )
    return len(new)


async def close_cells(tx: Tx, act: Act, cells: frozenset[Cell]) -> int:
    """Close what is open; return how many were."""
    act.check()
    standing = {one.cell for one in await compliance.standing_openings(tx, act.network_id)}
    ended = sorted(cells & standing)
    if not ended:
        return 0
    await _log(tx, act, "closed", _told(ended))
    return await compliance.close_all(
        tx, act.network_id, ended, by=act.actor, at=act.at, reference=act.reference
    )


async def sign_off(tx: Tx, act: Act, jurisdiction: str, what: What, signed_by: str) -> None:
    """Enter a counsel's word; a new one takes the place of the one that stands."""
    act.check()
    if not is_jurisdiction(jurisdiction):
        raise InvalidBody(fields=("jurisdiction",))
    if not 0 < len(signed_by.strip()) <= PERSON_MAX:
        raise InvalidBody(fields=("signed_by",))
    await _log(tx, act, "signed_off", {"jurisdiction": jurisdiction, "what": what})
    ended = (act.actor, act.at, act.reference)
    await compliance.withdraw_sign_off(tx, act.network_id, jurisdiction, what, ended)
    await compliance.add_sign_off(
        tx,
        SignOff(
            id=act.new_id(),
            network_id=act.network_id,
            jurisdiction=jurisdiction,
            what=what,
            signed_by=signed_by.strip(),
            entered_by=act.actor,
            signed_at=act.at,
            reference=act.reference,
        ),
    )


async def withdraw(tx: Tx, act: Act, jurisdiction: str, what: What) -> bool:
    """End a counsel's word; return whether there was one."""
    act.check()
    ended = (act.actor, act.at, act.reference)
    if not await compliance.withdraw_sign_off(tx, act.network_id, jurisdiction, what, ended):
        return False
    subject = {"jurisdiction": jurisdiction, "what": what}
    await _log(tx, act, "sign_off_withdrawn", subject)
    return True


async def set_switches(tx: Tx, act: Act, layer: Layer, switches: Switches) -> None:
    """Set one layer of the policy.

    Raises:
        PolicyLooser: the operator's would allow what compliance does not.
        InvalidBody: a class is both live-only and low-risk.
    """
    act.check()
    if set(switches.low_risk_classes) & set(switches.policy().live_only_classes):
        raise InvalidBody(fields=("low_risk_classes",))
    layers = await compliance.policies(tx, act.network_id)
    if layer == "operator" and not is_stricter(switches, layer_of(layers, "compliance")):
        raise PolicyLooser
    await _log(tx, act, "policy_set", {"layer": layer})
    await compliance.set_policy(
        tx,
        PolicyRow(
            id=act.new_id(),
            network_id=act.network_id,
            layer=layer,
            switches=switches.model_dump_json(),
            set_by=act.actor,
            set_at=act.at,
            reference=act.reference,
        ),
    )


async def publish(tx: Tx, act: Act, document: Document, signature: Signature) -> SignedSnapshot:
    """Let a network decide by a snapshot from now on, and keep it.

    Raises:
        SnapshotRefused: nobody who is trusted signed it, or it does not hold now.
    """
    act.check()
    signed = read_snapshot(document, signature, trusted_keys())
    if signed.fault(Instant(act.at)) is not None:
        raise SnapshotRefused
    before = await compliance.publications(tx, act.network_id)
    if before and before[0].sha256 == signed.sha256:
        return signed
    told = {"version": signed.snapshot.version, "sha256": signed.sha256}
    await _log(tx, act, "published", told)
    await compliance.keep_snapshot(
        tx,
        SnapshotRow(
            sha256=signed.sha256,
            version=signed.snapshot.version,
            effective_from=instant_of(signed.snapshot.effective_from),
            effective_until=instant_of(signed.snapshot.effective_until),
            public_key=signature.public_key,
            signature=signature.signature,
            document=canonical(document).decode("utf-8"),
            stored_at=act.at,
        ),
    )
    await compliance.publish(
        tx,
        Publication(
            id=act.new_id(),
            network_id=act.network_id,
            sha256=signed.sha256,
            published_by=act.actor,
            published_at=act.at,
            reference=act.reference,
            number=before[0].number + 1 if before else 1,
        ),
    )
    return signed


async def _log(tx: Tx, act: Act, what: str, subject: Mapping[str, object]) -> None:
    told = json.dumps(subject, sort_keys=True)
    entry = (act.actor, what, told, act.reference)
    await compliance.log(tx, act.new_id(), act.network_id, at=act.at, entry=entry)


def _told(cells: Iterable[Cell]) -> Mapping[str, object]:
    """Return cells for the log, shorter than one by one."""
    found: dict[str, dict[str, list[str]]] = {}
    for place, profession, treatment_class in cells:
        found.setdefault(place, {}).setdefault(profession, []).append(treatment_class)
    return found
