"""What evidences each condition code in a review of what a patient sent. Pure.

A code is one of three:

    shown by the chart      entries say it: `Shown`, one word for each thing they can say
    attested                the reviewer signs one exact sentence, some beside what is shown
    neither                 nothing in a review can evidence it (`LIVE_ONLY`): the exam is live

A code that is not placed here counts as the third; a test sees to it that each one is. What
cannot be said without having spoken with the patient, touched them or been there is never an
attestation, and neither is a paper that nobody keeps here (an agreement, a notice on a wall).

Sources: the rules' own texts say what a code means; see `docs/store-and-forward.md`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.rules.condition_codes import CONDITION_CODES


class Shown(StrEnum):
    """What entries of a chart can show by themselves."""

    IDENTITY_GIVEN = "identity_given"  # opened with the birth date; name and birth date given
    LOCATION_GIVEN = "location_given"  # where the patient attests to be
    ANSWERS_COMPLETE = "answers_complete"  # no health question is left open
    IMAGES_OR_RECORDS = "images_or_records"  # at least one, and each was opened
    EVERYTHING_OPENED = "everything_opened"  # by this reviewer, before they found it enough
    REVIEWER_NAMED = "reviewer_named"  # on the patient's page since the review began
    REVIEWER_LICENSED = "reviewer_licensed"  # where the patient and the site are
    COLLABORATOR_NAMED = "collaborator_named"  # wherever this reviewer needs one
    PHYSICIAN_OFFERED = "physician_offered"  # the notice of the right to ask for one
    LOW_RISK = "low_risk"  # every treatment is on the operator's list
    FOUND_SUFFICIENT = "found_sufficient"  # the reviewer's own entry, told to the patient
    NOTE_WRITTEN = "note_written"
    REASONS_GIVEN = "reasons_given"  # a rationale for each treatment
    ORDERS_CONFIRMED = "orders_confirmed"  # an order of this patient's for each approval


@dataclass(frozen=True, slots=True)
class Evidence:
    """What it takes: all that must be shown, and the sentence to attest, if any."""

    shown: tuple[Shown, ...] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition code as it stands in one chart.

    Attributes:
        code: which.
        evidence: what it takes; None: nothing in a review can evidence it.
        lacking: what has not been shown yet.
        attested: its sentence was attested by this reviewer; True where it has none.
    """

    code: str
    evidence: Evidence | None
    lacking: tuple[Shown, ...]
    attested: bool

    @property
    def evidenced(self) -> bool:
        """Tell whether it is evidenced."""
        return self.evidence is not None and not self.lacking and self.attested


OPENED: Final = (Shown.IMAGES_OR_RECORDS, Shown.EVERYTHING_OPENED)
ORDERED: Final = (Shown.ORDERS_CONFIRMED,)

EVIDENCE: Final[Mapping[str, Evidence]] = {
    "adequate_history_obtained": Evidence(
        (Shown.ANSWERS_COMPLETE,),
        "The history in this chart is adequate for each decision that I make.",
    ),
    "clinical_images_or_records_used": Evidence(OPENED),
    "collaborator_on_file": Evidence((Shown.COLLABORATOR_NAMED,)),
    "contraindications_identified": Evidence(
        (Shown.ANSWERS_COMPLETE, Shown.EVERYTHING_OPENED),
        "I looked for contraindications to each treatment in all that was sent, and each that "
        "I found stands in my note.",
    ),
    "determination_told_to_patient": Evidence((Shown.FOUND_SUFFICIENT, Shown.REVIEWER_NAMED)),
    "diagnosis_and_contraindications_established": Evidence(
        (Shown.ANSWERS_COMPLETE, Shown.EVERYTHING_OPENED, Shown.NOTE_WRITTEN),
        "From what was sent I could establish the diagnosis and the contraindications to each "
        "treatment, and both stand in my note.",
    ),
    "diagnostic_testing_as_in_person": Evidence(
        (),
        "I would ask for no test in person that is not among what was sent.",
    ),
    "encounter_documented": Evidence((Shown.NOTE_WRITTEN, Shown.REASONS_GIVEN)),
    "follow_up_available": Evidence(
        (),
        "The patient can reach me or my practice about this review, and follow-up care is "
        "available to them.",
    ),
    "follow_up_guidance": Evidence(
        (Shown.REASONS_GIVEN,),
        "I gave guidance on follow-up care for this patient in my decisions and orders, which "
        "the patient's copy shows.",
    ),
    "follow_up_provided": Evidence(
        (Shown.REASONS_GIVEN,),
        "I gave guidance on follow-up care for this patient in my decisions and orders, which "
        "the patient's copy shows, and the patient can reach me or my practice about it.",
    ),
    "full_record_reviewed": Evidence((Shown.EVERYTHING_OPENED,)),
    "history_and_symptoms_documented": Evidence((Shown.ANSWERS_COMPLETE,)),
    "in_person_not_required_by_standard": Evidence(
        (),
        "The standard of care for each treatment that I approve does not ask for an "
        "examination in person.",
    ),
    "individualized_order": Evidence(ORDERED),
    "location_confirmed": Evidence((Shown.LOCATION_GIVEN,)),
    "lower_risk_class": Evidence((Shown.LOW_RISK,)),
    "medical_indication_recorded": Evidence(
        (Shown.REASONS_GIVEN,),
        "For each treatment that I approve my reason states the medical indication.",
    ),
    "no_standing_orders": Evidence(ORDERED),
    "not_text_or_email_only": Evidence(OPENED),
    "patient_identity_verified": Evidence(
        (Shown.IDENTITY_GIVEN,),
        "I compared the name and the date of birth that the patient gave with those of the "
        "request and with what was sent, and they are of one person.",
    ),
    "patient_specific_order": Evidence(ORDERED),
    "physician_request_offered": Evidence((Shown.PHYSICIAN_OFFERED,)),
    "practitioner_disclosed": Evidence((Shown.REVIEWER_NAMED,)),
    "prescriber_order": Evidence(ORDERED),
    "records_first": Evidence(OPENED),
    "reviewer_licensed_here": Evidence((Shown.REVIEWER_LICENSED,)),
    "standard_of_care_allows_remote": Evidence(
        (),
        "The standard of care lets each treatment that I approve be decided without seeing "
        "the patient live.",
    ),
    "standard_of_care_equivalent": Evidence(
        (Shown.EVERYTHING_OPENED,),
        "What was sent lets me meet the same standard of care as an examination in person.",
    ),
    "sufficiency_determined": Evidence((Shown.FOUND_SUFFICIENT,)),
    "telehealth_training_completed": Evidence(
        (),
        "I have completed the telehealth training that the jurisdiction of this review asks "
        "of me.",
    ),
    "treatment_plan_documented": Evidence(
        (Shown.ORDERS_CONFIRMED, Shown.NOTE_WRITTEN),
        "My note and my orders are the treatment plan for this patient.",
    ),
    "written_order_before_treatment": Evidence(ORDERED),
    "written_treatment_plan": Evidence(
        (Shown.ORDERS_CONFIRMED, Shown.NOTE_WRITTEN),
        "My note and my orders are the treatment plan for this patient.",
    ),
}

LIVE_ONLY: Final = frozenset(
    {
        # Papers, people and places that this product keeps no entry of.
        "actively_practicing_in_state",
        "administrator_role_permitted",
        "annual_in_person_effort",
        "board_approved_protocol",
        "delegation_agreement_on_file",
        "delegation_notice_posted",
        "delegation_rule_met",
        "emergency_resources_known",
        "health_record_access",
        "injector_class_allowed",
        "laser_practitioner_licensed",
        "licensed_operator_required",
        "medical_director_named",
        "no_further_delegation",
        "onsite_supervision_of_delegate",
        "participating_physician_compliant",
        "physician_immediately_available_or_protocol",
        "practice_agreement_on_file",
        "rn_administration_barred",
        "site_medical_facility_or_practitioner_office",
        "society_guideline_met",
        "standardized_procedure_or_103_104_certificate",
        "supervising_physician_reachable",
        "supervisor_derm_or_plastics",
        "supervisor_within_60_miles_or_minutes",
        "trained_in_cosmetic_procedures",
        # Consents and papers that the patient is not asked for or given before the decision.
        "benefit_risk_info_given",
        "consent_to_non_physician",
        "delegation_consent_signed",
        "records_to_pcp_consent",
        "treatment_consent",
        "visit_summary_to_patient",
        # Somebody has to be seen, spoken with, touched or measured.
        "alternate_contact_exchanged",
        "appropriate_physical_exam",
        "clinically_appropriate_reason_recorded",
        "exam_equal_or_superior",
        "examined_by_prescriber",
        "focused_physical_exam_before_first_treatment",
        "in_person_after_four_visits",
        "in_person_visit_within_12_months",
        "initial_assessment_by_prescriber",
        "initial_physical_assessment",
        "instrumentation_exam",
        "interactive_evaluation",
        "mutual_consent_and_communication",
        "patient_elected_audio",
        "physician_exam_before_first_laser",
        "physician_personal_initial_assessment",
        "prescriber_examined_patient",
        "prior_live_exam",
        "relationship_initiated_by_patient_or_referral",
        "technology_sufficient_for_device",
        "therapeutic_plan_discussed",
        "two_way_real_time_audio_video",
        "valid_relationship_33_24_56_4",
        # Not read to their end.
        "physician_operator_only_unresolved",
        "prescriber_physical_presence_unresolved",
        "statutory_conditions_complete",
    }
)


def reviewable_codes() -> frozenset[str]:
    """Return the codes that a review could evidence; every other one needs a live exam."""
    return frozenset(EVIDENCE)


def standing(
    codes: Iterable[str], shown: Collection[Shown], attested: Collection[str]
) -> tuple[Condition, ...]:
    """Return how each condition stands, by its code.

    Args:
        codes: what the jurisdictions of a case ask for.
        shown: what the chart shows.
        attested: codes whose sentence this reviewer attested.
    """
    return tuple(_standing(code, shown, attested) for code in sorted(set(codes)))


def evidenced(shown: Collection[Shown], attested: Collection[str]) -> frozenset[str]:
    """Return every code that a chart evidences."""
    found = standing(EVIDENCE, shown, attested)
    return frozenset(one.code for one in found if one.evidenced)


def _standing(code: str, shown: Collection[Shown], attested: Collection[str]) -> Condition:
    evidence = EVIDENCE.get(code) if code in CONDITION_CODES else None
    if evidence is None:
        return Condition(code, None, (), attested=False)
    lacking = tuple(one for one in evidence.shown if one not in shown)
    return Condition(
        code, evidence, lacking, attested=not evidence.statement or code in attested
    )
