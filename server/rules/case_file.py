"""A case as JSON: the shape, the words, the bounds. A key or value that is unknown is refused.

`docs/rules/case.schema.json` is the JSON Schema of these models, `docs/rules.md` explains it.
Every key must be there, except the few that say what they are when left out; nothing is taken
for granted that a decision rests on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from server.chart.canonical import JsonValue
from server.jurisdictions import JURISDICTIONS
from server.local_days import begins, ends
from server.rules import case as cases
from server.rules.condition_codes import CONDITION_CODES
from server.rules.policy import Opened, OperatorPolicy
from server.rules.refusals import CaseUnreadable
from server.rules.snapshot import first_fault, instant_of
from server.rules.words import (
    PLACES,
    AuthorityKind,
    Consent,
    EmergencyFlag,
    Modality,
    Profession,
    Schedule,
    Severity,
    TreatmentClass,
)
from signaling.identifiers import Instant

CASE_BYTES_MAX: Final = 200_000
LIST_MAX: Final = 200
TREATMENTS_MAX: Final = 40
COUNT_MAX: Final = 1_000
OLDEST_YEARS: Final = 125


def _word_of(words: frozenset[str]) -> tuple[AfterValidator, WithJsonSchema]:
    def known(word: str) -> str:
        if word not in words:
            raise ValueError("no word of the vocabulary")
        return word

    return AfterValidator(known), WithJsonSchema({"enum": sorted(words), "type": "string"})


_in_jurisdictions, _jurisdictions_schema = _word_of(frozenset(JURISDICTIONS))
_in_places, _places_schema = _word_of(PLACES)
_in_codes, _codes_schema = _word_of(CONDITION_CODES)

Jurisdiction = Annotated[str, _in_jurisdictions, _jurisdictions_schema]
Place = Annotated[str, _in_places, _places_schema]
Code = Annotated[str, _in_codes, _codes_schema]
Reference = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
References = Annotated[dict[Jurisdiction, Reference], Field(max_length=LIST_MAX)]
Listed = Field(max_length=LIST_MAX)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TreatmentIn(_Strict):
    """One treatment."""

    treatment_class: TreatmentClass = Field(alias="class")
    controlled_schedule: Schedule | None


class GuardianIn(_Strict):
    """Who stands beside a minor; their consent is `guardian` among the consents."""

    identified: bool
    present: bool
    consented: bool | None = None


class FlagIn(_Strict):
    """A contraindication; without classes it concerns all treatments."""

    severity: Severity
    code: Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_]*$")] = ""
    applies_to: Annotated[tuple[TreatmentClass, ...], Listed] = ()


class PacketIn(_Strict):
    """What the patient submitted."""

    images: int = Field(ge=0, le=COUNT_MAX)
    records: int = Field(ge=0, le=COUNT_MAX)
    questionnaire: bool
    complete: bool


class ConnectivityIn(_Strict):
    """What works between the two."""

    video: bool
    audio: bool
    video_tried: bool


class AuthorityIn(_Strict):
    """A licence; it holds from the midnight of one day to the midnight of another, local."""

    jurisdiction: Jurisdiction
    kind: AuthorityKind
    verified: bool
    valid_from: date
    valid_until: date


class PractitionerIn(_Strict):
    """Who would examine."""

    profession: Profession
    authorities: Annotated[tuple[AuthorityIn, ...], Listed]
    independent_practice_verified: Annotated[tuple[Jurisdiction, ...], Listed]
    collaborators: Annotated[tuple[Jurisdiction, ...], Listed]
    dea_registered: bool


class OpeningIn(_Strict):
    """What compliance opened; who, when and by which reference may be told, and is not read."""

    jurisdiction: Jurisdiction
    professions: Annotated[tuple[Profession, ...], Listed]
    treatment_classes: Annotated[tuple[TreatmentClass, ...], Listed]
    opened_by: Reference | None = None
    opened_at: AwareDatetime | None = None
    reference: Reference | None = None


class PolicyIn(_Strict):
    """The operator's policy."""

    opened: Annotated[tuple[OpeningIn, ...], Listed]
    store_and_forward_enabled: bool
    audio_only_enabled: bool
    controlled_enabled: bool
    minors_enabled: Annotated[tuple[TreatmentClass, ...], Listed]
    live_only_classes: Annotated[tuple[TreatmentClass, ...], Listed]
    low_risk_classes: Annotated[tuple[TreatmentClass, ...], Listed]
    sign_offs: References
    counsel_opinions: References
    no_visual_classes: Annotated[tuple[TreatmentClass, ...], Listed] = ()
    audio_only_sign_offs: References = Field(default_factory=dict)
    hard_stop_on_stale_rules: bool = False

    def policy(self) -> OperatorPolicy:
        """Return what it says."""
        return OperatorPolicy(
            opened=frozenset(
                Opened(one.jurisdiction, profession, treatment_class)
                for one in self.opened
                for profession in one.professions
                for treatment_class in one.treatment_classes
            ),
            store_and_forward_enabled=self.store_and_forward_enabled,
            audio_only_enabled=self.audio_only_enabled,
            controlled_enabled=self.controlled_enabled,
            minors_enabled=frozenset(self.minors_enabled),
            live_only_classes=frozenset(self.live_only_classes),
            low_risk_classes=frozenset(self.low_risk_classes),
            no_visual_classes=frozenset(self.no_visual_classes),
            sign_offs=self.sign_offs,
            audio_only_sign_offs=self.audio_only_sign_offs,
            counsel_opinions=self.counsel_opinions,
            hard_stop_on_stale_rules=self.hard_stop_on_stale_rules,
        )


class CaseIn(_Strict):
    """One case; `snapshot` says which rules: the shipped ones, or in which way they are not."""

    now: AwareDatetime
    jurisdiction: Place | None
    site_jurisdictions: Annotated[tuple[Place, ...], Listed]
    location_confirmed_at: AwareDatetime | None
    age_years: Annotated[int, Field(ge=0, le=OLDEST_YEARS)] | None
    guardian: GuardianIn | None
    treatments: Annotated[
        tuple[TreatmentIn, ...], Field(min_length=1, max_length=TREATMENTS_MAX)
    ]
    new_patient: bool
    last_live_exam_at: AwareDatetime | None
    last_in_person_exam_at: AwareDatetime | None
    emergency_flags: Annotated[tuple[EmergencyFlag, ...], Listed]
    contraindication_flags: Annotated[tuple[Severity | FlagIn, ...], Listed]
    packet: PacketIn
    connectivity: ConnectivityIn
    requested_modality: Modality
    consents: Annotated[tuple[Consent, ...], Listed]
    evidenced: Annotated[tuple[Code, ...], Listed]
    practitioner: PractitionerIn | None
    operator_policy: PolicyIn
    snapshot: Literal["shipped", "absent", "unsigned", "expired"]

    def case(self) -> cases.Case:
        """Return the case in plain values."""
        return cases.Case(
            now=instant_of(self.now),
            jurisdiction=self.jurisdiction,
            site_jurisdictions=self.site_jurisdictions,
            location_confirmed_at=_instant(self.location_confirmed_at),
            age_years=self.age_years,
            guardian=cases.Guardian(**self.guardian.model_dump()) if self.guardian else None,
            treatments=tuple(
                cases.Treatment(one.treatment_class, one.controlled_schedule)
                for one in self.treatments
            ),
            new_patient=self.new_patient,
            last_live_exam_at=_instant(self.last_live_exam_at),
            last_in_person_exam_at=_instant(self.last_in_person_exam_at),
            emergency_flags=frozenset(self.emergency_flags),
            flags=_flags(self.contraindication_flags),
            packet=cases.Packet(**self.packet.model_dump()),
            connectivity=cases.Connectivity(**self.connectivity.model_dump()),
            requested_modality=self.requested_modality,
            consents=frozenset(self.consents),
            evidenced=frozenset(self.evidenced),
            practitioner=_practitioner(self.practitioner) if self.practitioner else None,
            policy=self.operator_policy.policy(),
        )


def read_case(text: str | bytes) -> CaseIn:
    """Read a case.

    Raises:
        CaseUnreadable: it is too large, no JSON, or has a key or value that is unknown or
            missing; the sentence names the place and quotes no value.
    """
    if len(text) > CASE_BYTES_MAX:
        raise CaseUnreadable("the case is too large")
    try:
        json.loads(text, object_pairs_hook=_once)
        return CaseIn.model_validate_json(text)
    except ValidationError as error:
        raise CaseUnreadable(first_fault(error)) from None
    except (ValueError, RecursionError) as error:
        given_twice = isinstance(error, _GivenTwice)
        raise CaseUnreadable(str(error) if given_twice else "the case is no JSON") from None


def case_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema (2020-12) of a case."""
    schema: dict[str, JsonValue] = CaseIn.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A case for `goodfaith rules decide`",
    }


class _GivenTwice(ValueError):
    pass


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _GivenTwice("a key is given twice")
    return found


def _flags(given: Sequence[Severity | FlagIn]) -> tuple[cases.Flag, ...]:
    return tuple(
        cases.Flag(one)
        if isinstance(one, Severity)
        else cases.Flag(one.severity, frozenset(one.applies_to), one.code)
        for one in given
    )


def _practitioner(given: PractitionerIn) -> cases.Practitioner:
    return cases.Practitioner(
        profession=given.profession,
        authorities=tuple(
            cases.HeldAuthority(
                one.jurisdiction,
                one.kind,
                one.verified,
                Instant(begins(one.jurisdiction, one.valid_from)),
                Instant(ends(one.jurisdiction, one.valid_until)),
            )
            for one in given.authorities
        ),
        independent_practice_verified=frozenset(given.independent_practice_verified),
        collaborators=frozenset(given.collaborators),
        dea_registered=given.dea_registered,
    )


def _instant(moment: AwareDatetime | None) -> Instant | None:
    return None if moment is None else instant_of(moment)
