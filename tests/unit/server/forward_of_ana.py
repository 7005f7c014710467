"""Ana's photos: one made-up entry of every kind about an exam without a live visit."""

from __future__ import annotations

from typing import Final

from server.chart import forward_entries as f
from server.chart.entry import PractitionerFact

SHA: Final = "cd" * 32
PHOTO: Final = f.UploadAdded(
    upload_id="upload-1",
    file_id="file-0001",
    upload_kind="image",
    page=1,
    view="face_front_relaxed",
    media_type="image/jpeg",
    sha256=SHA,
    size=120_000,
    width_px=1_536,
    height_px=2_048,
    received_type="image/png",
    received_size=4_000_000,
    received_sha256="ef" * 32,
)
REVIEWER: Final = PractitionerFact(
    practitioner_id="practitioner-1",
    display_name="Dr. Ruth Okafor",
    profession="MD",
    npi="1234567893",
)
SENT: Final = f.PacketSubmitted(
    items=[f.PacketItem(upload_id="upload-1", sha256=SHA)],
    questionnaire_version="2026-11-22",
    answers_sha256="12" * 32,
    ruling_seq=14,
    due_at=1_790_086_400_000_000,
)
BEGUN: Final = f.ReviewBegun(practitioner=REVIEWER)
UPGRADED: Final = f.ModalityUpgraded(by="patient", reason="I have questions about my brow.")
ONE_OF_EACH: Final = (
    f.ModalityRequested(modality="store_and_forward"),
    PHOTO,
    SENT,
    BEGUN,
    f.ReviewItemOpened(item="upload", upload_id="upload-1", sha256=SHA),
    f.ReviewConditionAttested(
        code="full_record_reviewed", statement="All photos, and the answers.", attested=True
    ),
    f.ReviewSufficiency(sufficient=True, reason="Sharp, well lit, the whole face."),
    f.ReviewReturned(reason="released", said="Not my field."),
    f.UploadRemoved(upload_id="upload-1", sha256=SHA),
    UPGRADED,
)
