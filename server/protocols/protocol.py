"""A protocol and its director, as values. Pure.

A protocol belongs to a site and a treatment class. Its text is canonical JSON (RFC 8785); what
is signed, hashed and compared is that text. A version is never changed: the next one
supersedes it. Instants are microseconds UTC; a last day counts to its end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from server.chart.canonical import canonical
from server.views import ProtocolForm

MICROSECONDS: Final = 1_000_000
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Director:
    """A physician who answers for what a site does.

    Attributes:
        jurisdiction: where the licence is.
        public_key: 32 bytes, Ed25519.
        ended_at: since when they are the director no more.
    """

    director_id: str
    site_id: str
    account_id: str | None
    display_name: str
    profession: str
    jurisdiction: str
    licence_number: str
    licence_from: int
    licence_until: int
    public_key: bytes
    ended_at: int | None = None

    def answers_in(self, jurisdiction: str, at: int) -> bool:
        """Tell whether they may answer for a site there at that instant."""
        return (
            self.jurisdiction == jurisdiction
            and self.licence_from <= at < self.licence_until
            and (self.ended_at is None or at < self.ended_at)
        )


@dataclass(frozen=True, slots=True)
class Protocol:
    """One version of a protocol.

    Attributes:
        protocol_id: the same for all versions.
        jurisdiction: of the site.
        sha256: of `body_of(form)`, hex.
        director: who signed it; None for a draft.
    """

    protocol_id: str
    version: int
    site_id: str
    jurisdiction: str
    form: ProtocolForm
    sha256: str
    valid_from: int
    valid_until: int
    created_at: int
    director: Director | None = None
    signed_at: int | None = None
    signature: bytes | None = None
    withdrawn_at: int | None = None

    @property
    def treatment_class(self) -> str:
        """What it is for."""
        return self.form.treatment_class


def body_of(form: ProtocolForm) -> bytes:
    """Return the text of a protocol."""
    return canonical(form.model_dump(mode="json"))


def sha256_of(body: bytes) -> str:
    """Return the hash by which a text is named, hex."""
    return hashlib.sha256(body).hexdigest()


def beginning(day: str) -> int:
    """Return the first instant of a day (ISO, UTC).

    Raises:
        ValueError: there is no such day.
    """
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return int(midnight.timestamp()) * MICROSECONDS


def end(day: str) -> int:
    """Return the first instant after a day (ISO, UTC).

    Raises:
        ValueError: there is no such day.
    """
    return beginning((date.fromisoformat(day) + DAY).isoformat())


def day_of(instant: int) -> str:
    """Return the day (ISO, UTC) of an instant."""
    return datetime.fromtimestamp(instant // MICROSECONDS, UTC).date().isoformat()


def last_day(until: int) -> str:
    """Return the last whole day (ISO, UTC) before an instant at which something ends."""
    return day_of(until - 1)
