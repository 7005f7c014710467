"""What a patient's page knows of an exam without a live visit, and what it asks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from signaling.messages import Id, Message, RequestedModality

ViewCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
UploadKindName = Literal["image", "record"]


class ModalityForm(Message):
    """How the patient wants to be examined; live video after a submission is for good."""

    modality: RequestedModality
    reason: Annotated[str, Field(max_length=500)] = ""


class UploadForm(Message):
    """What a file is, told beside its bytes (headers; nothing of it stands in an address).

    `file_id` is made by the page, once per file: sent again it is the same file.
    """

    file_id: FileName
    kind: UploadKindName
    view: ViewCode | None = None


class UploadView(Message):
    """One picture that is there; its bytes are asked for by `upload_id`."""

    upload_id: Id
    file_id: FileName
    kind: UploadKindName
    view: ViewCode | None
    page: int
    size: int
    width_px: int
    height_px: int


class UploadsView(Message):
    """What was sent so far."""

    uploads: list[UploadView]


class ReviewerView(Message):
    """Who looks at what was sent: name, profession, and the licenses that count for it.

    `sufficient`: whether they found it enough to decide; None while they have not said.
    """

    display_name: str
    profession: str
    licenses: list[str]
    sufficient: bool | None


class ForwardView(Message):
    """The exam without a live visit, as far as the patient has come with it.

    `offered`: the rules could permit it. `chosen`: the patient was asked and said which way.
    `active`: it is the way. `upgraded`: it went on by live video, for good. `wanted` are views
    of photos, `missing` those without one. `due_at_ms`: when an answer may be expected.
    """

    offered: bool
    chosen: bool
    active: bool
    upgraded: bool
    wanted: list[str]
    missing: list[str]
    uploads: list[UploadView]
    images_max: int
    record_pages_max: int
    file_bytes_max: int
    submitted_at_ms: int | None
    due_at_ms: int | None
    reviewer: ReviewerView | None
