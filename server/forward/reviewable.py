"""Which conditions somebody who reviews a packet can still evidence, once it was submitted.

Conservative: a code that is not named here counts as one that no review evidences, and what it
guards stays live.
"""

from __future__ import annotations

from typing import Final

REVIEWABLE: Final = frozenset(
    {
        "clinical_images_or_records_used",
        "encounter_documented",
        "full_record_reviewed",
        "lower_risk_class",
        "reviewer_licensed_here",
        "sufficiency_determined",
    }
)


def reviewable_codes() -> frozenset[str]:
    """Return the codes that a review can evidence."""
    return REVIEWABLE
