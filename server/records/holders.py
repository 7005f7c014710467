"""Who may read what of an exam: the law of access, as a table.

- The *network* that keeps the chart has all of it.
- The *patient* has what is recorded about them (45 CFR 164.524): answers, decisions, consents,
  evidence, and the practitioner's note, which is no psychotherapy note. Not theirs is what is
  about others: which practitioners were rung and did not take the exam.
- The *spa* has what its copy of the paper says, and what its own people wrote: no note, no
  health answers, no home address. Neither what has a hash of the
  answers in it: a few hundred yes and no are soon guessed from one.

A patient under 18 who asked to answer alone (`privacy.requested`) may have told what a guardian
with the same page must not read. Left out of a patient's record are then answers and note, what
answers bring about with their names in it (an emergency, a ruling), what has a hash of them,
and what a reviewer wrote that no copy of the paper says. The network gives these on request, as
its jurisdiction has it. What was decided, its reason and its order stay: the copy has them too.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from server.chart.confidence import confided
from server.records.record import Holder

OF_OTHERS: Final = frozenset(
    {"offer.rung", "offer.declined", "offer.missed", "offer.withdrawn"}
)
CONFIDENTIAL: Final = frozenset(
    {
        "intake.answers",
        "answers.carried",
        "answers.read",
        "flags.reasoned",
        "emergency.raised",  # its flags are answers
        "emergency.cleared",
        "rules.decided",  # its first rule names the flags of an emergency
        "packet.submitted",  # a hash of all answers, unsalted
        "review.item_opened",  # the same hash
        "review.returned",
        "review.condition_attested",
        "review.sufficiency",
        "modality.upgraded",
        "note.snapshot",
        "note.delta",
        "note.merged",
        "chat.said",
        "addendum",
    }
)
OF_A_SPA: Final = frozenset(
    {
        "addendum",
        "attestation",
        "authority.checked",
        "call.connected",
        "call.ended",
        "call.failed",
        "call.interrupted",
        "call.recovered",
        "call.started",
        "consent.withdrawn",
        "disposition.set",
        "emergency.cleared",
        "exam.requested",
        "finding.seen",
        "gate.confirmed",
        "guardian.identified",
        "intake.consents",
        "intake.identity",
        "intake.treatments",
        "kiosk.holder",
        "location.heard",
        "media.evidence",
        "media.evidence_incomplete",
        "minor.admitted",
        "modality.computed",
        "modality.upgraded",
        "review.begun",
        "review.condition_attested",
        "review.sufficiency",
        "room.declared",
        "visit.changed",
        "vitals.recorded",
    }
)


def may_read(holder: Holder, kind: str, kinds: Collection[str]) -> bool:
    """Tell whether a holder may read an entry.

    Args:
        holder: whose record it is.
        kind: of the entry.
        kinds: of all entries of the chart.
    """
    match holder:
        case "network":
            return True
        case "spa":
            return kind in OF_A_SPA
        case "patient":
            return kind not in OF_OTHERS and not (confided(kinds) and kind in CONFIDENTIAL)
