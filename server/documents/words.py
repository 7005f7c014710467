"""The words of the papers, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.chart.amendments import Author
from server.chart.modality_entries import Modality
from server.views import Language
from signaling.messages import Disposition, Gate, Severity

Words = Mapping[Language, str]

DISPOSITIONS: Final[Mapping[Disposition, Words]] = {
    "approved": {"en": "Approved", "es": "Aprobado"},
    "approved_with_precaution": {
        "en": "Approved with precaution",
        "es": "Aprobado con precaución",
    },
    "conditional": {"en": "Approved on conditions", "es": "Aprobado con condiciones"},
    "deferred": {"en": "Deferred", "es": "Pospuesto"},
    "declined": {"en": "Declined", "es": "Rechazado"},
}
GATES: Final[Mapping[Gate, str]] = {
    "identity": "Name and date of birth confirmed",
    "location": "Present location confirmed",
    "disclosure": "Practitioner's name, profession and license told",
    "room": "People present asked and noted",
    "guardian": "Guardian identified, present and agreeing",
    "complaint_notice": "Told where to complain",
    "physician_request": "A physician offered",
    "consent": "Agreement to the exam asked and given",
    "private_answers": "Private answers confirmed with the patient alone",
    "seen_on_video": "Patient seen on video",
}
SEVERITIES: Final[Mapping[Severity, str]] = {
    "emergency": "Emergency",
    "absolute": "Contraindication",
    "review": "To review",
}
CONSENTS: Final[Mapping[str, str]] = {
    "privacy_notice": "Notice of privacy practices",
    "telehealth": "Consent to an exam by live video",
    "store_and_forward": "Consent to an exam without a live visit",
    "audio_only": "Consent to a visit by sound alone",
    "guardian": "Consent of a parent or guardian",
    "complaint_notice": "Notice: how to complain",
    "physician_request": "Notice: a physician may be asked for",
}
HELD: Final[Mapping[Modality | None, Words]] = {
    "live_video": {"en": "By live video", "es": "Por video en vivo"},
    "hybrid": {
        "en": "By health questions, then live video",
        "es": "Por preguntas de salud y luego video en vivo",
    },
    "audio_only": {
        "en": "By sound alone, without video",
        "es": "Solo por sonido, sin video",
    },
    "store_and_forward": {
        "en": "From your photos or records and answers, not live",
        "es": "Con sus fotos o expedientes y respuestas, no en vivo",
    },
    None: {"en": "No video exam took place", "es": "No hubo examen por video"},
}
MODALITIES: Final[Mapping[Modality | None, str]] = {
    "live_video": "live_video (live, two-way video and sound)",
    "hybrid": "hybrid (health answers first, then live, two-way video and sound)",
    "audio_only": "audio_only (sound alone: no two-way video was measured)",
    "store_and_forward": "store_and_forward (reviewed later, without a call)",
    None: "none: no live video came about",
}
DEMO: Final[Words] = {
    "en": "Demo: not a medical record",
    "es": "Demostración: no es un expediente médico",
}
ADDENDA: Final[Words] = {
    "en": "Added after the signature",
    "es": "Agregado después de la firma",
}
ADDED_BY: Final[Mapping[Author, Words]] = {
    "practitioner": {"en": "another practitioner", "es": "otro profesional"},
    "staff": {"en": "the staff of the spa", "es": "el personal del spa"},
    "software": {"en": "the software of the spa", "es": "el programa del spa"},
    "system": {"en": "the system", "es": "el sistema"},
}
COPY: Final[Mapping[str, Words]] = {
    "title": {"en": "Your exam", "es": "Su examen"},
    "about": {"en": "About this exam", "es": "Sobre este examen"},
    "name": {"en": "Name", "es": "Nombre"},
    "birth_date": {"en": "Date of birth", "es": "Fecha de nacimiento"},
    "date": {"en": "Date and time", "es": "Fecha y hora"},
    "by": {"en": "Examined by", "es": "Examinado por"},
    "how": {"en": "How", "es": "Cómo"},
    "site": {"en": "Place of treatment", "es": "Lugar del tratamiento"},
    "decisions": {"en": "What was decided", "es": "Qué se decidió"},
    "treatment": {"en": "Treatment", "es": "Tratamiento"},
    "decision": {"en": "Decision", "es": "Decisión"},
    "order": {"en": "Order", "es": "Orden"},
    "conditions": {"en": "Conditions", "es": "Condiciones"},
    "reason": {"en": "Reason", "es": "Motivo"},
    "valid_until": {"en": "Valid until", "es": "Válido hasta"},
    "next": {"en": "What to know", "es": "Lo que debe saber"},
    "changes": {
        "en": "Tell the staff before each treatment if your health or your medicines have "
        "changed, or if you are or may be pregnant. An approval may then no longer count.",
        "es": "Antes de cada tratamiento, avise al personal si cambió su salud o sus "
        "medicinas, o si está o podría estar embarazada. Entonces la aprobación puede dejar "
        "de valer.",
    },
    "emergency": {
        "en": "For trouble breathing, chest pain, sudden loss of sight or signs of a stroke, "
        "call 911.",
        "es": "Si le cuesta respirar, tiene dolor en el pecho, pierde la vista de repente o "
        "tiene señales de un derrame cerebral, llame al 911.",
    },
    "code": {"en": "Verification code", "es": "Código de verificación"},
    "signed": {"en": "Signed by the practitioner", "es": "Firmado por el profesional"},
    "page": {"en": "Page", "es": "Página"},
}
