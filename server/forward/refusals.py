"""Why a file, or a packet of files, is refused.

BadRequest 400
|-- UploadRefused
|   |-- UploadUnknownType    upload_unknown_type
|   |-- UploadIsHeic         upload_heic
|   |-- UploadUnreadable     upload_unreadable
|   |-- UploadAnimated       upload_animated
|   |-- UploadTooManyPixels  upload_too_many_pixels
|   |-- UploadTooSmall       upload_too_small
|   `-- UploadTooManyPages   upload_too_many_pages
`-- UploadTooLarge           upload_too_large          (413)
Forbidden 403
`-- StoreAndForwardNotPermitted  store_and_forward_not_permitted
Conflict 409
|-- UploadBusy               upload_busy
|-- UploadsFull              uploads_full
|-- PacketIncomplete         packet_incomplete
`-- ModalityIsLive           modality_is_live
Unavailable 503
`-- DecoderFailed            upload_not_processed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.errors import BadRequest, BodyTooLarge, Conflict, Forbidden, Unavailable


class UploadRefused(BadRequest):
    """A file that is not taken."""

    code = "upload_refused"
    message = "This file cannot be taken."


class UploadUnknownType(UploadRefused):
    """Neither a photo nor, where records are asked for, a PDF."""

    code = "upload_unknown_type"
    message = "This is no JPEG, PNG or WebP photo (records may also be PDF)."


class UploadIsHeic(UploadRefused):
    """The format of a telephone that nothing here decodes."""

    code = "upload_heic"
    message = (
        "This is a HEIC photo, which cannot be read here. On the phone choose Settings, "
        "Camera, Formats, Most Compatible, and take it again; or send it as JPEG."
    )


class UploadUnreadable(UploadRefused):
    """Broken, cut off, locked, or made to be no picture."""

    code = "upload_unreadable"
    message = "This file cannot be read: it may be damaged or locked. Take the photo again."


class UploadAnimated(UploadRefused):
    """More than one picture."""

    code = "upload_animated"
    message = "This is a moving picture. Send one still photo."


class UploadTooManyPixels(UploadRefused):
    """More than any camera takes: it could fill the memory."""

    code = "upload_too_many_pixels"
    message = "This picture has too many pixels. Take it with the phone's camera."


class UploadTooSmall(UploadRefused):
    """Too few pixels to judge anything by."""

    code = "upload_too_small"
    message = "This photo is too small to see the skin. Take it with the phone's camera."


class UploadTooManyPages(UploadRefused):
    """A record longer than a visit may have."""

    code = "upload_too_many_pages"
    message = "This record has too many pages. Send only the pages that matter."


class UploadTooLarge(BodyTooLarge):
    """More bytes than a file may have."""

    code = "upload_too_large"
    message = "This file is too large."


class StoreAndForwardNotPermitted(Forbidden):
    """The rules ask live video for this, or nobody has signed this form of exam off."""

    code = "store_and_forward_not_permitted"
    message = "This exam cannot be done from photos alone. It takes a video visit."


class UploadBusy(Conflict):
    """Another file of the same visit is on its way, or too many of the same organization."""

    code = "upload_busy"
    message = "Another file is being sent. Wait until it is there."


class UploadsFull(Conflict):
    """As many pictures as a visit may have."""

    code = "uploads_full"
    message = "No more files can be added. Remove one first."


class PacketIncomplete(Conflict):
    """Photos that are wanted, or answers, are missing."""

    code = "packet_incomplete"
    message = "Something is missing before this can be sent."


class ModalityIsLive(Conflict):
    """It was raised to a video visit, and stays one."""

    code = "modality_is_live"
    message = "This exam goes on by video. It cannot go back to photos."


class DecoderFailed(Unavailable):
    """The process that reads pictures did not answer; the file may be good."""

    code = "upload_not_processed"
    message = "The file could not be looked at just now. Try again."


CODES: Final[Mapping[str, type[UploadRefused]]] = {
    one.code: one
    for one in (
        UploadUnreadable,
        UploadAnimated,
        UploadTooManyPixels,
        UploadTooSmall,
        UploadTooManyPages,
    )
}
"""What the process that reads pictures may say."""
