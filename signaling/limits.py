"""Every bound of the signaling core, by name. Durations end in `_s`, counts in `_max`."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """What the core allows, and for how long.

    Attributes:
        ring_s: seconds a practitioner has to answer an offer.
        presence_grace_s: seconds an absent patient keeps their place in line.
        practitioner_grace_s: seconds an absent practitioner stays on duty, unoffered.
        repass_exclusion_s: seconds in which a practitioner who declined or missed a patient
            is not offered that patient again. Never relaxed: the patient waits.
        missed_offer_pause_s: seconds without offers after a missed one.
        missed_offers_max: consecutive misses after which a practitioner is away.
        waiting_max: patients in line.
        practitioners_max: practitioners on duty.
        priority_max: steps of priority that a patient may have.
        settled_offers_max: settled offers remembered, so that a late answer is told
            `offer_settled` rather than `offer_unknown`.
        sdp_bytes_max: UTF-8 bytes of a session description.
        sdp_media_max: media sections of a session description.
        candidate_chars_max: characters of an ICE candidate.
    """

    ring_s: float = 15.0
    presence_grace_s: float = 120.0
    practitioner_grace_s: float = 60.0
    repass_exclusion_s: float = 60.0
    missed_offer_pause_s: float = 120.0
    missed_offers_max: int = 2
    waiting_max: int = 5000
    practitioners_max: int = 2000
    priority_max: int = 5
    settled_offers_max: int = 10_000
    sdp_bytes_max: int = 32 * 1024
    sdp_media_max: int = 4
    candidate_chars_max: int = 512

    def __post_init__(self) -> None:
        """Refuse a limit that is not positive: with one, an offer could never be answered."""
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ValueError(f"{field.name} must be positive")
