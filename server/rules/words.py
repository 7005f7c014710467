"""The closed lists of words that rules, cases and decisions are written in.

They are the vocabulary of the domain, one enum for each list, in its order. A word that is
not here is an error wherever it comes from; one is added by a decision record
(docs/decisions/).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from server.jurisdictions import JURISDICTIONS


class TreatmentClass(StrEnum):
    """What a patient wants to have done."""

    NEUROTOXIN = "neurotoxin"
    FILLER = "filler"
    BIOSTIMULATOR = "biostimulator"
    FAT_DISSOLVING = "fat_dissolving"
    LASER_IPL = "laser_ipl"
    ENERGY_DEVICE = "energy_device"
    MICRONEEDLING = "microneedling"
    CHEMICAL_PEEL = "chemical_peel"
    IV_THERAPY = "iv_therapy"
    IM_VITAMIN = "im_vitamin"
    GLP1 = "glp1"
    WEIGHT_LOSS_DRUG = "weight_loss_drug"
    HORMONE = "hormone"
    PRP = "prp"
    THREADS = "threads"
    SCLEROTHERAPY = "sclerotherapy"
    OTHER = "other"


class Profession(StrEnum):
    """Who a rule may speak of. An RN never examines."""

    MD = "MD"
    DO = "DO"
    NP = "NP"
    PA = "PA"
    RN = "RN"


class AuthorityKind(StrEnum):
    """What may let somebody practise in a jurisdiction."""

    LICENSE = "license"
    REGISTRATION = "registration"
    PERMIT = "permit"


class Modality(StrEnum):
    """The form of an exam that is asked for. A hybrid is judged as live video."""

    LIVE_VIDEO = "live_video"
    AUDIO_ONLY = "audio_only"
    STORE_AND_FORWARD = "store_and_forward"
    HYBRID = "hybrid"


class Outcome(StrEnum):
    """What a decision may be, from the least strict to the strictest."""

    STORE_AND_FORWARD_PERMITTED = "store_and_forward_permitted"
    AUDIO_ONLY_PERMITTED = "audio_only_permitted"
    LIVE_VIDEO_REQUIRED = "live_video_required"
    NOT_PERMITTED = "not_permitted"
    ESCALATE_EMERGENCY = "escalate_emergency"


class NotPermittedReason(StrEnum):
    """Why an exam is not permitted."""

    LOCATION = "location"
    NOT_SERVED = "not_served"
    IN_PERSON = "in_person"
    MINOR = "minor"
    NO_ELIGIBLE_PRACTITIONER = "no_eligible_practitioner"
    CONTROLLED = "controlled"


class Minimum(StrEnum):
    """The least form of exam that a rule accepts, from the least strict to the strictest."""

    STORE_AND_FORWARD = "store_and_forward"
    LIVE_AUDIO = "live_audio"
    LIVE_VIDEO = "live_video"
    IN_PERSON = "in_person"


class Basis(StrEnum):
    """What a rule's minimum rests on.

    EXPLICIT: a text says so. DEFINITION_ONLY: store-and-forward stands in a definition, and
    nothing says that it may begin the relationship. UNKNOWN: no text was read.
    """

    EXPLICIT = "explicit"
    DEFINITION_ONLY = "definition_only"
    UNKNOWN = "unknown"


class PatientKind(StrEnum):
    """Whom a rule speaks of: a patient seen before, or one who was not."""

    NEW = "new"
    ESTABLISHED = "established"
    ANY = "any"


class EmergencyFlag(StrEnum):
    """What sends a patient to 911 at once."""

    ANAPHYLAXIS = "anaphylaxis"
    VISION_LOSS = "vision_loss"
    STROKE_SIGNS = "stroke_signs"
    CHEST_PAIN = "chest_pain"
    DYSPNOEA = "dyspnoea"
    SUICIDALITY = "suicidality"


class Severity(StrEnum):
    """How much a contraindication weighs: ABSOLUTE makes `approved` unavailable."""

    ABSOLUTE = "absolute"
    REVIEW = "review"


class Schedule(StrEnum):
    """Schedules of 21 USC 812; narcotics have words of their own."""

    II = "II"
    II_NARCOTIC = "II_narcotic"
    III = "III"
    III_NARCOTIC = "III_narcotic"
    IV = "IV"
    V = "V"


class DrugBar(StrEnum):
    """What a jurisdiction bars without an in-person exam: schedules, or kinds of drugs."""

    II = "II"
    II_NARCOTIC = "II_narcotic"
    III = "III"
    III_NARCOTIC = "III_narcotic"
    IV = "IV"
    V = "V"
    OPIOID = "opioid"
    BENZODIAZEPINE = "benzodiazepine"
    CARISOPRODOL = "carisoprodol"


class Consent(StrEnum):
    """What a patient, or a guardian, agrees to; each apart."""

    TELEHEALTH = "telehealth"
    STORE_AND_FORWARD = "store_and_forward"
    AUDIO_ONLY = "audio_only"
    GUARDIAN = "guardian"


class Duty(StrEnum):
    """What is done before care, each with a time."""

    COMPLAINT_NOTICE = "complaint_notice"
    CONFIRM_LOCATION = "confirm_location"
    DISCLOSE_PRACTITIONER = "disclose_practitioner"
    NOTICE_OF_PRIVACY = "notice_of_privacy"
    VERIFY_IDENTITY = "verify_identity"


class RuleId(StrEnum):
    """The rules of the decision table, in their order."""

    R10 = "R10"
    R20 = "R20"
    R30 = "R30"
    R40 = "R40"
    R45 = "R45"
    R50 = "R50"
    R60 = "R60"
    R70 = "R70"
    R75 = "R75"
    R80 = "R80"
    R90 = "R90"
    R100 = "R100"
    R110 = "R110"
    R120 = "R120"
    R999 = "R999"


EXAMINING: Final = (Profession.MD, Profession.DO, Profession.NP, Profession.PA)
PHYSICIANS: Final = frozenset({Profession.MD, Profession.DO})
EVERY_CLASS: Final = "*"

OUTSIDE: Final = frozenset({"AS", "GU", "MP", "PR", "VI", "outside_us"})
"""Places that are known and not among the 51: the territories, and all that is abroad."""

PLACES: Final = frozenset(JURISDICTIONS) | OUTSIDE

STRICTNESS: Final = {outcome: rank for rank, outcome in enumerate(Outcome)}
DEMANDS: Final = {minimum: rank for rank, minimum in enumerate(Minimum)}
RULE_ORDER: Final = {rule: place for place, rule in enumerate(RuleId)}
