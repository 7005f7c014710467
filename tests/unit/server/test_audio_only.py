"""Audio-only exists as a rule and ships off: nothing that was only heard can be approved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.attestation import EXAMINED, attestation_text
from server.chart.media import recorded
from server.chart.requirements import APPROVALS, examined_live, missing_for_signature
from server.intake.catalogue import catalogue
from server.rules.deciding import decide
from server.rules.policy import OperatorPolicy
from server.rules.words import Outcome
from signaling.messages import Disposition, TreatmentRef
from tests.rule_cases import everything_open, follow_up_by_audio, shipped_book
from tests.unit.server.chart_of_ana import ORDER
from tests.unit.server.measured import entries, witnessed
from tests.unit.server.test_requirements import chart, decided, deferred

HEARD = recorded([*entries(witnessed("a" * 60, "a" * 60))])


@pytest.mark.parametrize("name", sorted(catalogue().classes))
@pytest.mark.parametrize("disposition", sorted(APPROVALS))
def test_no_treatment_is_approved_on_sound_alone(name: str, disposition: Disposition) -> None:
    treatment = TreatmentRef(treatment_class=name)
    state = replace(chart(decided(treatment, disposition)), media=HEARD)
    found = missing_for_signature(
        state, connected=True, visit="wrap_up", protocols={name: ORDER.protocol_sha256}
    )
    assert f"finding_unseen seen-{name}" in [f"{one.code} {one.target}" for one in found]


def test_what_was_only_heard_is_not_attested_to_as_seen() -> None:
    heard = replace(chart(), media=HEARD, dispositions=deferred(()))
    text = attestation_text(connected=True, examined=examined_live(heard))
    assert text is not EXAMINED
    assert "saw the patient" not in text.text


def test_it_ships_off() -> None:
    policy = OperatorPolicy()
    assert not policy.audio_only_enabled
    assert policy.audio_only_sign_offs == {}


@pytest.mark.parametrize("place", sorted(shipped_book().jurisdictions))
def test_no_jurisdiction_is_opened_to_it_by_any_sign_off_but_its_own(place: str) -> None:
    """Everything else is granted: enabling, store-and-forward's sign-off, an opinion."""
    policy = everything_open(audio_only_sign_offs={})
    case = follow_up_by_audio(jurisdiction=place, site_jurisdictions=(place,), policy=policy)
    assert decide(case, shipped_book()).outcome is not Outcome.AUDIO_ONLY_PERMITTED
