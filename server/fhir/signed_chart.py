"""What a bundle is made of: a signed chart as it was read, and what stands around it.

A plain value: no database, no keys. Instants are microseconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from server.chart.state import nothing
from server.documents.exam import ExamDocument
from server.views import AnswerValue
from signaling.messages import TreatmentRef

View: TypeAlias = Literal["network", "spa"]
"""For whom: the spa gets neither the private note nor the answers (only their flags)."""


@dataclass(frozen=True, slots=True)
class SignatureFact:
    """A signature over the head of a chart, with the very bytes that were signed."""

    public_key: bytes
    signature: bytes
    message: bytes


@dataclass(frozen=True, slots=True)
class AddedLater:
    """An addendum; `actor` as the chart names it, `signature` where it has one."""

    seq: int
    at: int
    actor: str
    text: str
    head: str
    signature: SignatureFact | None = None


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """What became of an order since it was signed."""

    satisfied_at: int | None = None
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer.

    Attributes:
        question_id: its identifier, for ever.
        section: title of the part that it belongs to.
        question: in words; empty where the words that were shown are not known any more.
        answer: None where it was left out.
        labels: of its choices, in words.
    """

    question_id: str
    section: str
    question: str
    answer: AnswerValue | None
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HealthAnswers:
    """The health answers as they stood at the signature.

    Attributes:
        version: of the questions.
        authored_at: when the patient finished them.
        given: every question that was shown, in order.
    """

    version: str
    authored_at: int
    given: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class SignedChart:
    """A signed chart, with everything that a bundle says.

    Attributes:
        seq: the entry whose head was signed: the attestation's.
        began_at, ended_at: of the encounter, as measured or as reviewed; None: unknown.
        treatments: as they stood at the signature.
        rules: version and SHA-256 of the rules that it was signed under, if any.
        attestation_sha256: of the words attested.
        practitioner_id: who signed.
        pdf: the paper of this view.
        pdf_name: what it is called in the API of the view's readers.
        standing: of orders, by treatment class.
    """

    document: ExamDocument
    seq: int
    began_at: int | None
    ended_at: int | None
    network_id: str
    spa_id: str
    patient_id: str
    practitioner_id: str
    treatments: tuple[TreatmentRef, ...]
    attestation_sha256: str
    signature: SignatureFact
    pdf: bytes
    answers: HealthAnswers | None = None
    rules: tuple[str, str] | None = None
    addenda: tuple[AddedLater, ...] = ()
    standing: Mapping[str, OrderStanding] = field(default_factory=nothing)
