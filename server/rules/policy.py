"""What an operator allows, on top of the law: it may only be stricter.

Every jurisdiction ships closed. Compliance opens it for professions and treatment classes (who,
when, by which reference), and signs off store-and-forward and audio-only apart; a network of
practitioners may then take away from that, never add to it. A policy that says nothing permits
nothing but live video, and that nowhere.

    Opening, SignOff, Opinion   records of compliance, each with a person, a time, a reference
    OperatorPolicy              what they and the switches of a network come to
    restrict(a, b)              what both allow
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from server.rules.words import Profession, TreatmentClass
from signaling.identifiers import Instant

LIVE_ONLY_SHIPPED: Final = frozenset(
    {
        TreatmentClass.FILLER,
        TreatmentClass.GLP1,
        TreatmentClass.IV_THERAPY,
        TreatmentClass.PRP,
        TreatmentClass.THREADS,
        TreatmentClass.LASER_IPL,
        TreatmentClass.ENERGY_DEVICE,
        TreatmentClass.SCLEROTHERAPY,
        TreatmentClass.OTHER,
    }
)
ALWAYS_LIVE: Final = frozenset({TreatmentClass.OTHER})
"""What no operator can take off the list: nobody has said what it is."""


class SignedOff(StrEnum):
    """What a counsel signs off, each apart."""

    STORE_AND_FORWARD = "store_and_forward"
    AUDIO_ONLY = "audio_only"


@dataclass(frozen=True, slots=True)
class Opening:
    """Compliance opened a jurisdiction, for some professions and treatment classes."""

    jurisdiction: str
    professions: frozenset[Profession]
    treatment_classes: frozenset[TreatmentClass]
    opened_by: str
    opened_at: Instant
    reference: str
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A counsel signed off one form of exam in one jurisdiction."""

    jurisdiction: str
    what: SignedOff
    signed_by: str
    signed_at: Instant
    reference: str
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """A counsel holds that a definition alone lets store-and-forward begin care."""

    jurisdiction: str
    given_by: str
    given_at: Instant
    reference: str
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True, order=True)
class Opened:
    """One thing that is open."""

    jurisdiction: str
    profession: Profession
    treatment_class: TreatmentClass


@dataclass(frozen=True, slots=True)
class OperatorPolicy:
    """What an operator allows; the default is what ships.

    Attributes:
        opened: what is open; everything else is not served.
        store_and_forward_enabled: anywhere at all.
        audio_only_enabled: anywhere at all.
        controlled_enabled: controlled drugs may be asked for.
        minors_enabled: classes that somebody under 18 may have, with a guardian.
        live_only_classes: live video whatever the law accepts.
        low_risk_classes: what may be store-and-forward.
        no_visual_classes: what may be audio-only, because nothing has to be seen.
        sign_offs: reference of the sign-off for store-and-forward, by jurisdiction.
        audio_only_sign_offs: the same for audio-only.
        counsel_opinions: reference of an opinion on the definition, by jurisdiction.
        hard_stop_on_stale_rules: no exam at all without valid rules, instead of live video.
    """

    opened: frozenset[Opened] = frozenset()
    store_and_forward_enabled: bool = False
    audio_only_enabled: bool = False
    controlled_enabled: bool = False
    minors_enabled: frozenset[TreatmentClass] = frozenset()
    live_only_classes: frozenset[TreatmentClass] = LIVE_ONLY_SHIPPED
    low_risk_classes: frozenset[TreatmentClass] = frozenset()
    no_visual_classes: frozenset[TreatmentClass] = frozenset()
    sign_offs: Mapping[str, str] = field(default_factory=dict)
    audio_only_sign_offs: Mapping[str, str] = field(default_factory=dict)
    counsel_opinions: Mapping[str, str] = field(default_factory=dict)
    hard_stop_on_stale_rules: bool = False

    def is_open(
        self, jurisdiction: str, profession: Profession, treatment_class: TreatmentClass
    ) -> bool:
        """Tell whether compliance opened this."""
        return Opened(jurisdiction, profession, treatment_class) in self.opened

    def is_live_only(self, treatment_class: TreatmentClass) -> bool:
        """Tell whether this class is live video whatever the law accepts."""
        return treatment_class in self.live_only_classes or treatment_class in ALWAYS_LIVE


def restrict(base: OperatorPolicy, by: OperatorPolicy) -> OperatorPolicy:
    """Return what both allow; so a network's policy never adds to what compliance opened.

    The references are those of `base`: the network adds no sign-off of its own.
    """
    return OperatorPolicy(
        opened=base.opened & by.opened,
        store_and_forward_enabled=(
            base.store_and_forward_enabled and by.store_and_forward_enabled
        ),
        audio_only_enabled=base.audio_only_enabled and by.audio_only_enabled,
        controlled_enabled=base.controlled_enabled and by.controlled_enabled,
        minors_enabled=base.minors_enabled & by.minors_enabled,
        live_only_classes=base.live_only_classes | by.live_only_classes,
        low_risk_classes=base.low_risk_classes & by.low_risk_classes,
        no_visual_classes=base.no_visual_classes & by.no_visual_classes,
        sign_offs=_in_both(base.sign_offs, by.sign_offs),
        audio_only_sign_offs=_in_both(base.audio_only_sign_offs, by.audio_only_sign_offs),
        counsel_opinions=_in_both(base.counsel_opinions, by.counsel_opinions),
        hard_stop_on_stale_rules=(base.hard_stop_on_stale_rules or by.hard_stop_on_stale_rules),
    )


def is_no_looser(policy: OperatorPolicy, than: OperatorPolicy) -> bool:
    """Tell whether `policy` allows nothing that `than` does not."""
    return restrict(policy, than) == policy


def recorded(
    openings: Iterable[Opening],
    sign_offs: Iterable[SignOff],
    opinions: Iterable[Opinion],
    *,
    switches: OperatorPolicy,
    now: Instant,
) -> OperatorPolicy:
    """Return the policy that compliance's records and an operator's switches come to.

    Args:
        openings: all that were ever made; those closed, or not yet made, count for nothing.
        sign_offs: the same.
        opinions: the same.
        switches: the rest of the policy; what it says of the first three is not read.
        now: the instant that counts.
    """
    standing = [
        one
        for one in openings
        if _stands(one.opened_at, one.closed_at, now) and _vouched(one.opened_by, one.reference)
    ]
    signed = [
        one
        for one in sign_offs
        if _stands(one.signed_at, one.withdrawn_at, now)
        and _vouched(one.signed_by, one.reference)
    ]
    return replace(
        switches,
        opened=frozenset(
            Opened(one.jurisdiction, profession, treatment_class)
            for one in standing
            for profession in one.professions
            for treatment_class in one.treatment_classes
        ),
        sign_offs=_references(signed, SignedOff.STORE_AND_FORWARD),
        audio_only_sign_offs=_references(signed, SignedOff.AUDIO_ONLY),
        counsel_opinions={
            one.jurisdiction: one.reference
            for one in opinions
            if _stands(one.given_at, one.withdrawn_at, now)
            and _vouched(one.given_by, one.reference)
        },
    )


def _references(sign_offs: Iterable[SignOff], what: SignedOff) -> dict[str, str]:
    return {one.jurisdiction: one.reference for one in sign_offs if one.what is what}


def _stands(since: Instant, until: Instant | None, now: Instant) -> bool:
    return since <= now and (until is None or now < until)


def _vouched(person: str, reference: str) -> bool:
    """Tell whether a record says who, and by what; one that does not counts for nothing."""
    return bool(person.strip()) and bool(reference.strip())


def _in_both(base: Mapping[str, str], by: Mapping[str, str]) -> dict[str, str]:
    return {jurisdiction: base[jurisdiction] for jurisdiction in base if jurisdiction in by}
