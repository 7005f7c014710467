"""Entries of an exam without a live visit: what the patient sent, what the reviewer did.

    modality.requested                    photos instead of a video visit, or back
    upload.added, upload.removed          one photo, or one page of a record
    packet.submitted                      all of it, from then on closed
    review.begun, review.returned         a practitioner took it, or gave it back
    review.item_opened                    the reviewer looked at one thing
    review.condition_attested             that a condition of the jurisdiction is met, and how
    review.sufficiency                    whether what was sent is enough to decide upon
    modality.upgraded                     it goes on by live video, and stays so

A picture's SHA-256 is that of the bytes that are kept, which were encoded here: the file that
was sent is not kept.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import Code, Entry, Microseconds, PractitionerFact, Sha256
from signaling.messages import Id, Message, RequestedModality

ITEMS_MAX: Final = 200
Reason = Annotated[str, Field(max_length=2_000)]
FileId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Pixels = Annotated[int, Field(ge=1, le=100_000)]
Size = Annotated[int, Field(ge=1, le=2**31 - 1)]
ItemKind = Literal["upload", "answers", "packet"]


class ModalityRequested(Entry):
    """How the patient wants to be examined, as long as nothing was submitted."""

    kind: Literal["modality.requested"] = "modality.requested"
    modality: RequestedModality

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Patient chose: {self.modality.replace('_', ' ')}"


class UploadAdded(Entry):
    """A photo, or a page of a record; `view` is what a photo is to show.

    `received_type` is what the bytes that were sent were found to be, `received_sha256` is over
    all of them: pages of one file have the same.
    """

    kind: Literal["upload.added"] = "upload.added"
    upload_id: Id
    file_id: FileId
    upload_kind: Literal["image", "record"]
    page: Annotated[int, Field(ge=1, le=200)]
    view: Code | None
    media_type: Annotated[str, Field(max_length=40)]
    sha256: Sha256
    size: Size
    width_px: Pixels
    height_px: Pixels
    received_type: Annotated[str, Field(max_length=40)]
    received_size: Size
    received_sha256: Sha256

    def summary(self) -> str:
        """Return one English line for the log."""
        what = "Photo" if self.upload_kind == "image" else f"Page {self.page} of a record"
        return f"{what} sent: {self.upload_id}, {self.size} bytes"


class UploadRemoved(Entry):
    """The patient took a picture back before submitting; it is not kept."""

    kind: Literal["upload.removed"] = "upload.removed"
    upload_id: Id
    sha256: Sha256

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Taken back by the patient: {self.upload_id}"


class PacketItem(Message):
    """One picture of a packet, by name and by content."""

    upload_id: Id
    sha256: Sha256


class PacketSubmitted(Entry):
    """The patient sent it off: these pictures, these answers, under this decision.

    `answers_sha256` is over the canonical JSON of the answers as they stood; `ruling_seq` is
    the number of the entry with the decision, in this chart; `due_at` is what the patient was
    told.
    """

    kind: Literal["packet.submitted"] = "packet.submitted"
    items: Annotated[list[PacketItem], Field(min_length=1, max_length=ITEMS_MAX)]
    questionnaire_version: Annotated[str, Field(max_length=40)]
    answers_sha256: Sha256
    ruling_seq: Annotated[int, Field(ge=1)]
    due_at: Microseconds

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Submitted for review: {len(self.items)} pictures"


class ReviewBegun(Entry):
    """A practitioner took it to review."""

    kind: Literal["review.begun"] = "review.begun"
    practitioner: PractitionerFact

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Review begun by {self.practitioner.practitioner_id}"


class ReviewItemOpened(Entry):
    """The reviewer had one thing before them; what it was then is named by its SHA-256."""

    kind: Literal["review.item_opened"] = "review.item_opened"
    item: ItemKind
    upload_id: Id | None
    sha256: Sha256

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Opened by the reviewer: {self.upload_id or self.item}"


class ReviewReturned(Entry):
    """The reviewer gave it back unreviewed, or was taken off it; another may take it."""

    kind: Literal["review.returned"] = "review.returned"
    reason: Code
    said: Reason

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Review given back: {self.reason.replace('_', ' ')}"


class ReviewConditionAttested(Entry):
    """The reviewer says that a condition of the rules is met, and by what; or takes it back."""

    kind: Literal["review.condition_attested"] = "review.condition_attested"
    code: Annotated[str, Field(max_length=80, pattern=r"^[a-z][a-z0-9_]*$")]
    statement: Reason
    attested: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"{'Attested' if self.attested else 'No longer attested'}: {self.code}"


class ReviewSufficiency(Entry):
    """Whether what was sent is enough to decide upon, as the reviewer judges."""

    kind: Literal["review.sufficiency"] = "review.sufficiency"
    sufficient: bool
    reason: Reason

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Found {'sufficient' if self.sufficient else 'not sufficient'} by the reviewer"


class ModalityUpgraded(Entry):
    """From here on the exam goes on by live video; never back."""

    kind: Literal["modality.upgraded"] = "modality.upgraded"
    by: Literal["patient", "practitioner"]
    reason: Reason

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"On to live video, by the {self.by}"


FORWARD_ENTRIES: Final = (
    ModalityRequested,
    UploadAdded,
    UploadRemoved,
    PacketSubmitted,
    ReviewBegun,
    ReviewItemOpened,
    ReviewReturned,
    ReviewConditionAttested,
    ReviewSufficiency,
    ModalityUpgraded,
)
