"""May this controlled drug be ordered in this exam: rules R70 and R75, asked for one product.

The order asks beside the ruling on the whole visit, since a protocol may have products that
nobody asked for. Off as shipped; nothing is allowed that the rules would not let be signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from server.rulings.ruling import Asked, pinned_book, rule, with_facts
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling.messages import TreatmentRef

Allowed = Callable[[str, str], bool]


async def allowed_in(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    treatment_class: str,
    now: int,
    *,
    lock: bool = False,
) -> Allowed:
    """Return what tells whether a product of a class, with its schedule, may be ordered.

    Args:
        tx: relies on the answer.
        core: what everything stands on.
        encounter: who examines is in its row; without anybody nothing is allowed.
        treatment_class: of the order.
        now: microseconds UTC.
        lock: the practitioner's file stays as it is until the commit.
    """
    if encounter.practitioner_id is None:
        return lambda _product, _schedule: False
    asked = await with_facts(tx, core, encounter, encounter.practitioner_id, "sign", lock=lock)
    standing = await core.rulebooks.standing(tx, encounter.network_id, lock=lock)
    book = await pinned_book(tx, core.rulebooks, asked, now)

    def allowed(product: str, _schedule: str) -> bool:
        wanted = (TreatmentRef(treatment_class=treatment_class, product=product),)
        of_product = replace(asked.facts, treatments=wanted)
        about = Asked(encounter, of_product, asked.file, asked.moment)
        return rule(about, standing, now, book=book).permitted

    return allowed
