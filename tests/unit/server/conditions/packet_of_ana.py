"""Ana's packet in review: sent, opened, found enough, decided. Each entry by a name."""

from __future__ import annotations

from typing import Final

from server.chart import entries as e
from server.chart.health import written
from server.chart.reading import read
from server.chart.state import ChartState
from server.intake.questionnaire import benign_answers
from server.views import AnswersForm, NewPatientForm
from tests.unit.server.chart_of_ana import (
    APPROVED,
    CONSENTS,
    IDENTITY,
    LOCATION,
    NEUROTOXIN,
    PRACTITIONER,
    SITE,
    SNAPSHOT,
)
from tests.unit.server.forward_of_ana import BEGUN, PHOTO, SENT, SHA

PACKET: Final[dict[str, e.AnyEntry]] = {
    "asked": e.ExamRequested(
        request_id="request-1",
        network_id="network-1",
        spa_id="spa-glow-1",
        site=SITE,
        patient=NewPatientForm(legal_name="Ana Núñez", birth_date=IDENTITY.birth_date),
        treatments=[NEUROTOXIN],
    ),
    "identity": e.IntakeIdentity(identity=IDENTITY),
    "location": e.IntakeLocation(location=LOCATION),
    "answers": e.IntakeAnswers(
        questionnaire_version="draft",
        answers=AnswersForm(answers=benign_answers([NEUROTOXIN]), done=True),
    ),
    "modality": e.ModalityRequested(modality="store_and_forward"),
    "consents": e.IntakeConsents(
        consents=CONSENTS.model_copy(
            update={
                "consents": [
                    *CONSENTS.consents,
                    CONSENTS.consents[0].model_copy(update={"kind": "store_and_forward"}),
                ]
            }
        )
    ),
    "photo": PHOTO,
    "sent": SENT,
    "begun": BEGUN,
    "authority": e.AuthorityChecked(
        moment="review",
        practitioner=PRACTITIONER,
        authorities=[e.AuthorityFact.of(SNAPSHOT)],
    ),
    "open answers": e.ReviewItemOpened(
        item="answers", upload_id=None, sha256=SENT.answers_sha256
    ),
    "open photo": e.ReviewItemOpened(item="upload", upload_id="upload-1", sha256=SHA),
    "enough": e.ReviewSufficiency(sufficient=True, reason="Sharp."),
    "note": e.NoteSnapshot(revision=1, text="Brow symmetric."),
    "decision": APPROVED,
}


def packet(*, without: str = "", **changed: e.AnyEntry) -> ChartState:
    """Return the chart, lacking one entry, or with others in the place of some.

    What the patient wrote is read, too: `without="read"` leaves that out.
    """
    entries = {**PACKET, **{name.replace("_", " "): one for name, one in changed.items()}}
    there = [one for name, one in entries.items() if name != without]
    said = written(read(there))
    if said and without != "read":
        there.append(e.AnswersRead(answers=said))
    return read(there)
