"""What a chart says of an exam without a live visit: what was sent, and how its review stands.

    noted(record, entry, at) -> record        one entry more; the last word counts

Pure. A review that was given back leaves nothing behind for the next reviewer: what one saw and
said is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from server.chart.forward_entries import (
    ModalityRequested,
    ModalityUpgraded,
    PacketSubmitted,
    ReviewBegun,
    ReviewConditionAttested,
    ReviewItemOpened,
    ReviewReturned,
    ReviewSufficiency,
    UploadAdded,
    UploadRemoved,
)
from signaling.messages import RequestedModality


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """One review, as it stands; instants in microseconds UTC.

    Attributes:
        begun: who has it.
        begun_at: since when.
        opened: everything that the reviewer had before them: a picture by its id (two may be
            the same to the byte), the rest by its SHA-256.
        attested: conditions said to be met, each with the statement.
        sufficiency: of what was sent.
    """

    begun: ReviewBegun
    begun_at: int
    opened: frozenset[str] = frozenset()
    attested: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sufficiency: ReviewSufficiency | None = None


@dataclass(frozen=True, slots=True)
class ForwardRecord:
    """What a chart says of it; instants in microseconds UTC.

    Attributes:
        modality: how the patient wants to be examined.
        chosen: they were asked, and said.
        uploads: what is there, by id, in order.
        submitted: what was sent off last.
        submitted_at: when.
        review: the review that goes on or led to a signature.
        upgraded: it went on by live video.
    """

    modality: RequestedModality = "live_video"
    chosen: bool = False
    uploads: Mapping[str, UploadAdded] = field(default_factory=lambda: MappingProxyType({}))
    submitted: PacketSubmitted | None = None
    submitted_at: int | None = None
    review: ReviewRecord | None = None
    upgraded: ModalityUpgraded | None = None

    @property
    def forward(self) -> bool:
        """Tell whether it is to be examined without a live visit."""
        return self.modality == "store_and_forward"

    def of_kind(self, kind: str) -> tuple[UploadAdded, ...]:
        """Return what is there of photos (`image`) or of records (`record`)."""
        return tuple(one for one in self.uploads.values() if one.upload_kind == kind)


def noted(record: ForwardRecord, entry: object, at: int) -> ForwardRecord:
    """Return the record as `entry` leaves it; other entries change nothing.

    Args:
        record: before it.
        entry: any entry of a chart.
        at: microseconds UTC.
    """
    review = _reviewed(record.review, entry, at)
    if review is not record.review:
        record = replace(record, review=review)
    return _sent(record, entry, at)


def _sent(record: ForwardRecord, entry: object, at: int) -> ForwardRecord:
    match entry:
        case ModalityRequested(modality=modality) if record.upgraded is None:
            record = replace(record, modality=modality, chosen=True)
        case UploadAdded(upload_id=upload_id):
            record = replace(record, uploads={**record.uploads, upload_id: entry})
        case UploadRemoved(upload_id=upload_id):
            left = {name: one for name, one in record.uploads.items() if name != upload_id}
            record = replace(record, uploads=left)
        case PacketSubmitted():
            record = replace(record, submitted=entry, submitted_at=at)
        case ModalityUpgraded():
            record = replace(record, modality="live_video", upgraded=entry)
        case _:
            pass
    return record


def _reviewed(review: ReviewRecord | None, entry: object, at: int) -> ReviewRecord | None:
    match entry:
        case ReviewBegun():
            return ReviewRecord(entry, at)
        case ReviewReturned() | ModalityUpgraded():
            return None
        case _:
            return None if review is None else _seen(review, entry)


def _seen(review: ReviewRecord, entry: object) -> ReviewRecord:
    match entry:
        case ReviewItemOpened(upload_id=upload_id, sha256=sha256):
            return replace(review, opened=review.opened | {upload_id or sha256})
        case ReviewConditionAttested(code=code, statement=statement, attested=attested):
            rest = {name: said for name, said in review.attested.items() if name != code}
            return replace(review, attested={**rest, code: statement} if attested else rest)
        case ReviewSufficiency():
            return replace(review, sufficiency=entry)
        case _:
            return review
