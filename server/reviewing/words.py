"""What a reviewer reads of conditions and of what shows them, in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.conditions.evidencing import Condition, Shown

SHOWN: Final[Mapping[Shown, str]] = {
    Shown.IDENTITY_GIVEN: "the patient's name and birth date fit the request",
    Shown.LOCATION_GIVEN: "the patient said where they are",
    Shown.ANSWERS_COMPLETE: "every health question is answered",
    Shown.IMAGES_OR_RECORDS: "photos or records were sent, and opened by you",
    Shown.EVERYTHING_OPENED: "you opened everything that was sent",
    Shown.REVIEWER_NAMED: "your name, profession and license stand on the patient's page",
    Shown.REVIEWER_LICENSED: "your license where the patient and the site are was checked",
    Shown.COLLABORATOR_NAMED: "your collaborating physician is on file",
    Shown.PHYSICIAN_OFFERED: "the patient was told that a physician may be asked for",
    Shown.LOW_RISK: "every treatment is on the network's low-risk list",
    Shown.FOUND_SUFFICIENT: "you found it enough, and the patient's page says so",
    Shown.NOTE_WRITTEN: "your note is written",
    Shown.REASONS_GIVEN: "you gave a reason for each treatment",
    Shown.ORDERS_CONFIRMED: "you confirmed an order for each approval",
}
CODES: Final[Mapping[str, str]] = {
    "adequate_history_obtained": "Adequate history",
    "clinical_images_or_records_used": "Clinical images or records used",
    "collaborator_on_file": "Collaborating physician on file",
    "contraindications_identified": "Contraindications looked for",
    "determination_told_to_patient": "The patient was told that it can be decided like this",
    "diagnosis_and_contraindications_established": "Diagnosis and contraindications",
    "diagnostic_testing_as_in_person": "Tests as in person",
    "encounter_documented": "The encounter is documented",
    "follow_up_available": "Follow-up is available",
    "follow_up_guidance": "Follow-up guidance",
    "follow_up_provided": "Follow-up is provided",
    "full_record_reviewed": "The whole record was reviewed",
    "history_and_symptoms_documented": "History and symptoms are documented",
    "in_person_not_required_by_standard": "The standard of care asks for no exam in person",
    "individualized_order": "An order for this patient",
    "location_confirmed": "The patient's location",
    "lower_risk_class": "Lower-risk treatments only",
    "medical_indication_recorded": "Medical indication recorded",
    "no_standing_orders": "No standing orders",
    "not_text_or_email_only": "Not by text or e-mail alone",
    "patient_identity_verified": "The patient's identity",
    "patient_specific_order": "An order for this patient",
    "physician_request_offered": "A physician may be asked for",
    "practitioner_disclosed": "Who reviews was disclosed",
    "prescriber_order": "A prescriber's order",
    "records_first": "Records were read first",
    "reviewer_licensed_here": "Reviewer licensed there",
    "standard_of_care_allows_remote": "The standard of care allows it",
    "standard_of_care_equivalent": "The same standard of care as in person",
    "sufficiency_determined": "Found sufficient",
    "telehealth_training_completed": "Telehealth training",
    "treatment_plan_documented": "Treatment plan documented",
    "written_order_before_treatment": "Written order before treatment",
    "written_treatment_plan": "Written treatment plan",
}


def name_of(condition: Condition) -> str:
    """Return what a condition is called; one that has no name here, by its code."""
    return CODES.get(condition.code, condition.code.replace("_", " ").capitalize())
