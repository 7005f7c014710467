"""The demo network's one exam without a live visit: chemical peels in Arizona.

Made up, as everything of that network: no counsel gave this opinion and none signed this off.
It is there so that the way can be tried; a network of practitioners ships with it closed.
"""

from __future__ import annotations

from typing import Final

from server.rulebooks import changing
from server.rulebooks.changing import Act
from server.rulebooks.switches import Switches
from server.rules.words import TreatmentClass
from server.storage.database import Tx

JURISDICTION: Final = "AZ"
LOW_RISK: Final = (TreatmentClass.CHEMICAL_PEEL,)
COUNSEL: Final = "Demo counsel (made up)"


async def open_for(tx: Tx, act: Act) -> None:
    """Sign it off for a demo network, each row naming that it is made up."""
    await changing.sign_off(tx, act, JURISDICTION, "store_and_forward", COUNSEL)
    await changing.sign_off(tx, act, JURISDICTION, "definition_opinion", COUNSEL)
    switches = Switches(store_and_forward_enabled=True, low_risk_classes=list(LOW_RISK))
    await changing.set_switches(tx, act, "compliance", switches)
