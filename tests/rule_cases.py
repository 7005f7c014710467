"""Cases and rulebooks for the tests of the decision: in order, and as hypothesis has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from server.rules.case import (
    Case,
    Connectivity,
    Flag,
    Guardian,
    HeldAuthority,
    Packet,
    Practitioner,
    Treatment,
)
from server.rules.case_file import read_case
from server.rules.condition_codes import CONDITION_CODES
from server.rules.law import Cited, JurisdictionLaw, Rule
from server.rules.policy import Opened, OperatorPolicy
from server.rules.rulebook import Rulebook
from server.rules.snapshot_files import shipped
from server.rules.words import (
    EXAMINING,
    AuthorityKind,
    Basis,
    Consent,
    DrugBar,
    EmergencyFlag,
    Minimum,
    Modality,
    PatientKind,
    Profession,
    Schedule,
    Severity,
    TreatmentClass,
)
from signaling.identifiers import Instant

CASES: Final = Path(__file__).parent / "cases"
DAY: Final = 86_400_000_000
NOW: Final = Instant(1_795_359_900_000_000)  # 2026-11-22T15:05:00Z
VERIFIED: Final = date(2026, 11, 22)
PLACES: Final = ("TX", "AZ", "MD", "VT", "NV", "NY")
CLASSES: Final = (
    TreatmentClass.CHEMICAL_PEEL,
    TreatmentClass.NEUROTOXIN,
    TreatmentClass.FILLER,
    TreatmentClass.IM_VITAMIN,
)


@cache
def shipped_book() -> Rulebook:
    """The shipped rules, compiled once."""
    return Rulebook(shipped())


def case_named(name: str) -> Case:
    """The case of a file of tests/cases."""
    return read_case((CASES / f"{name}.json").read_bytes()).case()


def everything_open(**changes: object) -> OperatorPolicy:
    """The policy that allows all that a policy can."""
    references = dict.fromkeys(PLACES, "counsel-1")
    policy = OperatorPolicy(
        opened=frozenset(
            Opened(place, profession, treatment_class)
            for place in PLACES
            for profession in Profession
            for treatment_class in CLASSES
        ),
        store_and_forward_enabled=True,
        audio_only_enabled=True,
        controlled_enabled=True,
        minors_enabled=frozenset(TreatmentClass),
        live_only_classes=frozenset(),
        low_risk_classes=frozenset(TreatmentClass),
        no_visual_classes=frozenset(TreatmentClass),
        sign_offs=references,
        audio_only_sign_offs=references,
        counsel_opinions=references,
    )
    return replace(policy, **changes)  # type: ignore[arg-type]


def licensed(*places: str, profession: Profession = Profession.MD) -> Practitioner:
    """A practitioner with all that is asked for, in these places."""
    return Practitioner(
        profession=profession,
        authorities=tuple(
            HeldAuthority(
                place,
                AuthorityKind.LICENSE,
                verified=True,
                valid_from=Instant(NOW - 900 * DAY),
                valid_until=Instant(NOW + 900 * DAY),
            )
            for place in places
        ),
        independent_practice_verified=frozenset(),
        collaborators=frozenset(places),
        dea_registered=True,
    )


def peel_in_texas(**changes: object) -> Case:
    """A case for which store-and-forward is permitted; what is changed may change that."""
    case = Case(
        now=NOW,
        jurisdiction="TX",
        site_jurisdictions=("TX",),
        location_confirmed_at=Instant(NOW - 300_000_000),
        age_years=34,
        guardian=None,
        treatments=(Treatment(TreatmentClass.CHEMICAL_PEEL),),
        new_patient=True,
        last_live_exam_at=None,
        last_in_person_exam_at=None,
        emergency_flags=frozenset(),
        flags=(),
        packet=Packet(images=3, records=0, questionnaire=True, complete=True),
        connectivity=Connectivity(video=False, audio=True, video_tried=True),
        requested_modality=Modality.STORE_AND_FORWARD,
        consents=frozenset(Consent),
        evidenced=CONDITION_CODES,
        practitioner=licensed(*PLACES),
        policy=everything_open(),
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def follow_up_by_audio(**changes: object) -> Case:
    """A case for which audio-only is permitted: Vermont, established, audio asked for."""
    return replace(
        peel_in_texas(),
        **{  # type: ignore[arg-type]
            "jurisdiction": "VT",
            "site_jurisdictions": ("VT",),
            "new_patient": False,
            "last_live_exam_at": Instant(NOW - 30 * DAY),
            "requested_modality": Modality.AUDIO_ONLY,
            **changes,
        },
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One made-up rule, in few words."""

    minimum: Minimum | None = None
    basis: Basis = Basis.UNKNOWN
    codes: tuple[str, ...] = ()
    patient: PatientKind = PatientKind.ANY
    since: date | None = None
    until: date | None = None
    cited: bool = True
    review_by: date = VERIFIED + timedelta(days=90)


def law_of(
    place: str, asked: Sequence[Asked], barred: Sequence[DrugBar] = ()
) -> JurisdictionLaw:
    """The law of one place, with made-up rules for everybody and everything."""
    law = shipped().snapshot.jurisdictions[place]
    source = next(iter(law.sources))
    return law.model_copy(
        update={
            "rules": tuple(
                _rule(f"{place}-{number}", one, source) for number, one in enumerate(asked, 1)
            ),
            "controlled_barred": Cited(
                value=tuple(barred), verified_on=VERIFIED, review_by=VERIFIED
            ),
        }
    )


def book_of(**laws: JurisdictionLaw) -> Rulebook:
    """A signed rulebook in which some places have another law."""
    signed = shipped()
    merged = {**signed.snapshot.jurisdictions, **laws}
    kept = {place: merged[place] for place in PLACES}
    snapshot = signed.snapshot.model_copy(update={"jurisdictions": kept})
    return Rulebook(replace(signed, snapshot=snapshot))


def texas_asks(*asked: Asked, barred: Sequence[DrugBar] = ()) -> Rulebook:
    """A rulebook in which Texas asks just this."""
    return book_of(TX=law_of("TX", asked, barred))


def _rule(name: str, asked: Asked, source: str) -> Rule:
    def cited(value: object) -> dict[str, object]:
        return {
            "value": value,
            "citations": [source] if asked.cited else [],
            "verified_on": VERIFIED.isoformat(),
            "review_by": asked.review_by.isoformat(),
        }

    return Rule.model_validate_json(
        json.dumps(
            {
                "name": name,
                "professions": cited(list(Profession)),
                "treatment_classes": cited(["*"]),
                "patient": cited(asked.patient),
                "effective_from": asked.since.isoformat() if asked.since else None,
                "effective_until": asked.until.isoformat() if asked.until else None,
                "minimum": cited(asked.minimum),
                "basis": cited(asked.basis),
                "condition_codes": cited(asked.codes),
                "consent_codes": cited([]),
                "questionnaire_only_refused": cited(None),
                "note": "",
            }
        )
    )


# ------------------------------------------------------------------ hypothesis

PATIENT: Final = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
many: Final = settings(PATIENT, max_examples=40)
few: Final = settings(PATIENT, max_examples=15)

some_classes = st.frozensets(st.sampled_from(CLASSES))
some_codes = st.sampled_from(
    ("encounter_documented", "sufficiency_determined", "follow_up_provided")
)
instants = st.none() | st.integers(NOW - 500 * DAY, NOW + 2 * DAY).map(Instant)

asked_rules = st.builds(
    Asked,
    minimum=st.none() | st.sampled_from(Minimum),
    basis=st.sampled_from(Basis),
    codes=st.lists(some_codes, max_size=2, unique=True).map(tuple),
    patient=st.sampled_from(PatientKind),
    since=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 20)),
    until=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 20)),
    review_by=st.dates(date(2026, 11, 1), date(2026, 12, 20)),
    cited=st.booleans(),
)
treatments = st.builds(
    Treatment,
    treatment_class=st.sampled_from(CLASSES),
    controlled_schedule=st.none() | st.none() | st.sampled_from(Schedule),
)
flags = st.builds(Flag, severity=st.sampled_from(Severity), applies_to=some_classes)


WHOLE: Final = everything_open()
OPENED: Final = sorted(WHOLE.opened)


@st.composite
def policies(draw: st.DrawFn) -> OperatorPolicy:
    """A policy that forbids this and that of all that can be allowed."""
    whole = WHOLE
    references = st.frozensets(st.sampled_from(PLACES)).map(
        lambda kept: dict.fromkeys(kept, "c")
    )
    closed = draw(st.lists(st.sampled_from(OPENED), max_size=3))
    mostly = st.sampled_from((True, True, False))
    return replace(
        whole,
        opened=whole.opened - set(closed) if draw(mostly) else frozenset(),
        store_and_forward_enabled=draw(mostly),
        audio_only_enabled=draw(mostly),
        controlled_enabled=draw(mostly),
        minors_enabled=draw(some_classes),
        live_only_classes=draw(some_classes),
        low_risk_classes=draw(some_classes),
        no_visual_classes=draw(some_classes),
        sign_offs=whole.sign_offs if draw(mostly) else draw(references),
        audio_only_sign_offs=whole.sign_offs if draw(mostly) else draw(references),
        counsel_opinions=draw(references),
        hard_stop_on_stale_rules=draw(st.booleans()),
    )


practitioners = st.builds(
    Practitioner,
    profession=st.sampled_from((*EXAMINING, Profession.RN)),
    authorities=st.just(licensed(*PLACES).authorities)
    | st.lists(
        st.builds(
            HeldAuthority,
            jurisdiction=st.sampled_from(PLACES),
            kind=st.sampled_from(AuthorityKind),
            verified=st.booleans(),
            valid_from=st.integers(NOW - 9 * DAY, NOW + 9 * DAY).map(Instant),
            valid_until=st.integers(NOW - 9 * DAY, NOW + 9 * DAY).map(Instant),
        )
    ).map(tuple),
    independent_practice_verified=st.frozensets(st.sampled_from(PLACES)),
    collaborators=st.frozensets(st.sampled_from(PLACES)) | st.just(frozenset(PLACES)),
    dea_registered=st.booleans(),
)

cases = st.builds(
    Case,
    now=st.just(NOW),
    jurisdiction=st.sampled_from((*PLACES, *PLACES, None, "PR")),
    site_jurisdictions=st.lists(st.sampled_from(PLACES), max_size=2).map(tuple),
    location_confirmed_at=instants | st.just(Instant(NOW - 1)),
    age_years=st.sampled_from((34, 34, 17, None)),
    guardian=st.none() | st.builds(Guardian, identified=st.booleans(), present=st.booleans()),
    treatments=st.lists(treatments, min_size=1, max_size=2).map(tuple),
    new_patient=st.booleans(),
    last_live_exam_at=instants,
    last_in_person_exam_at=instants,
    emergency_flags=st.sampled_from((frozenset(), frozenset(), frozenset(EmergencyFlag))),
    flags=st.lists(flags, max_size=1).map(tuple),
    packet=st.builds(
        Packet,
        images=st.integers(0, 2),
        records=st.integers(0, 2),
        questionnaire=st.booleans(),
        complete=st.sampled_from((True, True, False)),
    ),
    connectivity=st.builds(Connectivity),
    requested_modality=st.sampled_from(Modality),
    consents=st.frozensets(st.sampled_from(Consent)) | st.just(frozenset(Consent)),
    evidenced=st.just(CONDITION_CODES) | st.frozensets(some_codes),
    practitioner=st.none() | practitioners | st.just(licensed(*PLACES)),
    policy=policies(),
)
"""Any case; about one in a few comes to each of the answers."""

good_cases = st.builds(
    lambda case, classes, kind: replace(
        case, treatments=tuple(map(Treatment, classes)), practitioner=kind
    ),
    st.sampled_from((peel_in_texas(), follow_up_by_audio())),
    st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
    st.sampled_from((None, *(licensed(*PLACES, profession=one) for one in EXAMINING))),
)
"""Cases in which hardly anything is missing, so that one restriction shows."""

books = st.builds(
    lambda texas, arizona, barred: book_of(
        TX=law_of("TX", texas, barred), AZ=law_of("AZ", arizona, barred)
    ),
    st.lists(asked_rules, max_size=4),
    st.lists(asked_rules, max_size=4),
    st.lists(st.sampled_from(DrugBar), max_size=1),
)
