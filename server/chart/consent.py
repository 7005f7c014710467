"""What a chart says of consent: what the exam needs, and whether it was given and stands.

Pure. The documents are `server.consenting`; when a consent is void is decided here.
"""

from __future__ import annotations

from server.chart.state import ChartState
from server.consenting.accepting import covers
from server.consenting.circumstances import Circumstances


def circumstances(state: ChartState) -> Circumstances:
    """Return what decides which documents this exam needs: how, where, for whom."""
    places = set()
    if state.requested is not None:
        places.add(state.requested.site.jurisdiction)
    if state.place is not None:
        places.add(state.place)
    return Circumstances(
        places=frozenset(places), minor=state.minor, modality=state.forward.modality
    )


def consented(state: ChartState) -> bool:
    """Tell whether consent was given, covers the exam as it is now, and was not taken back."""
    return (
        state.consents is not None
        and state.withdrawn_at is None
        and covers(state.consents, circumstances(state))
    )
