from __future__ import annotations

from collections.abc import Collection

import pytest

from server.authorizations.making import ended_by
from server.storage.authorizations import AuthorizationRow


def older(treatment_class: str, site_id: str = "here") -> AuthorizationRow:
    return AuthorizationRow(
        id="one",
        network_id="network",
        spa_id="spa",
        site_id=site_id,
        patient_id="patient",
        encounter_id="encounter",
        practitioner_id="practitioner",
        treatment_class=treatment_class,
        disposition="approved",
        protocol_id=None,
        protocol_version=None,
        chart_seq=1,
        chart_head="a" * 64,
        sealed_terms=b"",
        signed_at=1,
        valid_until="2027-01-01",
    )


@pytest.mark.parametrize(
    ("row", "decided", "approved", "reason"),
    [
        (older("neurotoxin"), {"neurotoxin"}, {"neurotoxin"}, "superseded"),
        (older("neurotoxin", "there"), {"neurotoxin"}, {"neurotoxin"}, None),
        (older("neurotoxin"), {"neurotoxin"}, set(), "not_approved_later"),
        (older("neurotoxin", "there"), {"neurotoxin"}, set(), "not_approved_later"),
        (older("neurotoxin"), {"filler"}, {"filler"}, None),
        (older("neurotoxin"), {"prp"}, {"prp"}, "new_class"),
        (older("neurotoxin"), {"prp"}, set(), None),
        (older("neurotoxin"), {"neurotoxin", "prp"}, {"neurotoxin", "prp"}, "superseded"),
    ],
)
def test_a_later_exam_ends_what_it_replaces_refuses_or_did_not_weigh(
    row: AuthorizationRow, decided: Collection[str], approved: Collection[str], reason: str
) -> None:
    known = {"neurotoxin", "filler"}
    assert ended_by(row, "here", known, decided, approved) == reason
