"""Whether an exam without a live visit could be permitted, and whether this packet is. Pure.

    could_be   before anything was sent: a complete packet and consent are assumed
    as_sent    what the chart says, with what a review can still evidence

Both are plans: the exam rests on what is decided when the review is signed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.forward.reviewable import reviewable_codes
from server.rulebooks.standing import Standing
from server.rules.deciding import decide
from server.rules.words import Consent, Modality, Outcome
from server.rulings.cases import case_of
from server.rulings.facts import Facts
from signaling.identifiers import Instant

HOPED: Final = frozenset({Consent.TELEHEALTH, Consent.STORE_AND_FORWARD})


def could_be(facts: Facts, standing: Standing, now: int) -> bool:
    """Tell whether the rules could permit it to this patient, here, for these treatments.

    Args:
        facts: of the chart.
        standing: by what the network decides.
        now: microseconds UTC.
    """
    policy = standing.policy
    if not policy.store_and_forward_enabled or not policy.sign_offs:
        return False  # nobody signed anything off: nothing need be computed
    case = case_of(facts, policy, None, now=Instant(now))
    hoped = replace(
        case,
        requested_modality=Modality.STORE_AND_FORWARD,
        packet=replace(case.packet, images=max(1, case.packet.images)),
        consents=case.consents | HOPED,
        evidenced=case.evidenced | reviewable_codes(),
    )
    return decide(hoped, standing.book).outcome is Outcome.STORE_AND_FORWARD_PERMITTED


def as_sent(facts: Facts) -> Facts:
    """Return the facts with what a review can still evidence."""
    return replace(facts, evidenced=facts.evidenced | reviewable_codes())
