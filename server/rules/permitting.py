"""Rules R110, R120 and R999: what may be less than live video, and live video otherwise.

A permission is asked for only when no rule before it refused or restricted. All that it lacks
is listed, so that a person sees why it is live video after all.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.rules.condition_codes import UNRESOLVED
from server.rules.decision import STALE_RULES, Reason
from server.rules.unit import Unit
from server.rules.words import Consent, Minimum, Modality, Outcome, RuleId


def store_and_forward(unit: Unit) -> Reason | None:
    """R110: everything that store-and-forward needs is there."""
    if unit.case.requested_modality is not Modality.STORE_AND_FORWARD:
        return None
    if any(_store_and_forward_lacks(unit)):
        return None
    policy = unit.case.policy
    signed = policy.sign_offs[unit.place]
    opinion = policy.counsel_opinions.get(unit.place)
    return Reason(
        RuleId.R110,
        Outcome.STORE_AND_FORWARD_PERMITTED,
        f"{unit.place_name} accepts store-and-forward of {unit.profession} for "
        f"{unit.treatment_class}; every condition is evidenced; signed off: {signed}"
        f"{f'; counsel opinion: {opinion}' if opinion else ''}.",
        (*unit.floor.minimum_cited, *unit.floor.codes_cited),
    )


def audio_only(unit: Unit) -> Reason | None:
    """R120: everything that audio-only needs is there; it ships off."""
    if unit.case.requested_modality is not Modality.AUDIO_ONLY or any(_audio_only_lacks(unit)):
        return None
    signed = unit.case.policy.audio_only_sign_offs[unit.place]
    return Reason(
        RuleId.R120,
        Outcome.AUDIO_ONLY_PERMITTED,
        f"{unit.place_name} accepts live audio of {unit.profession} for an established "
        f"patient; video was tried and failed; signed off: {signed}.",
        (*unit.floor.minimum_cited, *unit.floor.codes_cited),
    )


def otherwise(unit: Unit) -> Reason:
    """R999: live video; it says what the form that was asked for lacks."""
    asked = unit.case.requested_modality
    lacks: Iterator[str] = iter(())
    if asked is Modality.STORE_AND_FORWARD:
        lacks = _store_and_forward_lacks(unit)
    elif asked is Modality.AUDIO_ONLY:
        lacks = _audio_only_lacks(unit)
    missing = ", ".join(lacks)
    rest = f" For {asked} there lacks: {missing}." if missing else ""
    return Reason(
        RuleId.R999,
        Outcome.LIVE_VIDEO_REQUIRED,
        f"Live video for {unit.treatment_class} in {unit.place_name}: no other rule decided."
        f"{rest}",
        unit.floor.minimum_cited,
    )


def _store_and_forward_lacks(unit: Unit) -> Iterator[str]:
    policy, packet = unit.case.policy, unit.case.packet
    if not policy.store_and_forward_enabled:
        yield "the operator's enabling"
    if not policy.sign_offs.get(unit.place):
        yield f"a counsel's sign-off for {unit.place_name}"
    if unit.treatment_class not in policy.low_risk_classes:
        yield f"{unit.treatment_class} on the operator's low-risk list"
    if packet.images + packet.records < 1:
        yield "images or records"
    if not packet.questionnaire:
        yield "an answered questionnaire"
    yield from _law_lacks(unit, Minimum.STORE_AND_FORWARD)
    yield from _consent_lacks(unit, Consent.STORE_AND_FORWARD)


def _audio_only_lacks(unit: Unit) -> Iterator[str]:
    case, policy = unit.case, unit.case.policy
    if not policy.audio_only_enabled:
        yield "the operator's enabling"
    if not policy.audio_only_sign_offs.get(unit.place):
        yield f"a counsel's sign-off for {unit.place_name}"
    if unit.treatment_class not in policy.no_visual_classes:
        yield f"{unit.treatment_class} on the list of what need not be seen"
    if not case.established:
        yield "an earlier live exam that still counts"
    if not case.connectivity.video_tried or case.connectivity.video:
        yield "video tried without success"
    if not case.connectivity.audio:
        yield "working audio"
    yield from _law_lacks(unit, Minimum.LIVE_AUDIO)
    yield from _consent_lacks(unit, Consent.AUDIO_ONLY)


def _law_lacks(unit: Unit, minimum: Minimum) -> Iterator[str]:
    """Yield what the law of the place lacks; just this minimum must be permitted.

    Live audio is not taken as more than store-and-forward: Texas accepts images and refuses
    audio alone.
    """
    if unit.fault is not None:
        yield f"valid rules ({STALE_RULES})"
    if unit.floor.minimum is not minimum or not unit.floor.permitted:
        overdue = (
            f", review overdue: {', '.join(unit.floor.overdue)}" if unit.floor.overdue else ""
        )
        yield f"a text of {unit.place_name} that accepts it{overdue}"
    codes = unit.floor.codes
    unevidenced = (codes - unit.case.evidenced) | (codes & UNRESOLVED)
    if unevidenced:
        yield f"evidence of {', '.join(sorted(unevidenced))}"


def _consent_lacks(unit: Unit, consent: Consent) -> Iterator[str]:
    """Yield consents that are missing; a rule's consent to another form does not matter."""
    forms = {Consent.STORE_AND_FORWARD, Consent.AUDIO_ONLY} - {consent}
    asked = {Consent.TELEHEALTH, consent, *unit.floor.consents} - forms
    missing = asked - unit.case.consents
    if missing:
        yield f"consent to {', '.join(sorted(missing))}"
