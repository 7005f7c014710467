"""A ledger: parts of evidence, numbered, and kept until the chart has them.

The sender (a relay) appends texts, sends them, and keeps each until it is acknowledged, that is
committed by the receiver. After a reconnect it sends what is unacknowledged again; the receiver
takes each number once. Both hash what they have over number and text, so that at the end a part
that is missing, changed or out of order shows.

    digest(0) = 32 zeros      digest(n) = SHA-256(digest(n-1) | n in 8 bytes | text in UTF-8)

It is bounded: when `characters_max` are waiting for an acknowledgement, further parts are
*refused*. What is held already is never dropped for newer. The seconds that were refused are
then missing in the record, hence "not measured", and the seal says how many parts were refused.
The seal itself is always taken: its place is not counted.

Nothing is sent here, and no time is known.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from media.sample import EvidenceError

DIGEST_NONE: Final = bytes(32)
CHARACTERS_MAX: Final = 4_194_304  # of one encounter: hours without the chart


class UnknownPart(EvidenceError):
    """An acknowledgement of a part that was never sent, or of fewer than before."""

    code = "unknown_part"
    message = "This part of the evidence was never sent, or its acknowledgement was withdrawn."


class PartMissing(EvidenceError):
    """A part came before the one that precedes it; nothing was taken."""

    code = "part_missing"
    message = "A part of the evidence before this one has not come."


class LedgerSealed(EvidenceError):
    """Something was to be added behind the seal."""

    code = "ledger_sealed"
    message = "The evidence is sealed; nothing can be added."


@dataclass(frozen=True, slots=True)
class Part:
    """One text on its way to the chart; the first has number 1."""

    number: int
    text: str


def chained(digest: bytes, part: Part) -> bytes:
    """Return the digest over everything up to `part`."""
    return sha256(
        digest + part.number.to_bytes(8, "big") + part.text.encode("utf-8", "surrogatepass")
    ).digest()


class Ledger:
    """The sender's end."""

    __slots__ = (
        "_characters_max",
        "_waiting",
        "characters",
        "digest",
        "refused",
        "sealed",
        "sent",
    )

    def __init__(self, *, characters_max: int = CHARACTERS_MAX) -> None:
        self._characters_max = characters_max
        self._waiting: deque[Part] = deque()
        self.characters = 0
        self.digest = DIGEST_NONE
        self.refused = 0
        self.sealed = False
        self.sent = 0

    def append(self, text: str) -> Part | None:
        """Number a text and keep it; None when there is no room, which is counted.

        Raises:
            LedgerSealed: the seal was set before.
        """
        if self.sealed:
            raise LedgerSealed
        if self.characters + len(text) > self._characters_max:
            self.refused += 1
            return None
        return self._keep(text)

    def seal(self, text: str) -> Part:
        """Keep the last text, whatever room there is.

        Raises:
            LedgerSealed: the seal was set before.
        """
        if self.sealed:
            raise LedgerSealed
        self.sealed = True
        return self._keep(text)

    def _keep(self, text: str) -> Part:
        part = Part(self.sent + 1, text)
        self.sent = part.number
        self.digest = chained(self.digest, part)
        self.characters += len(text)
        self._waiting.append(part)
        return part

    def acknowledge(self, number: int) -> None:
        """Let go of every part up to `number`: they are committed.

        Raises:
            UnknownPart: `number` was never sent.
        """
        if not 0 <= number <= self.sent:
            raise UnknownPart
        while self._waiting and self._waiting[0].number <= number:
            self.characters -= len(self._waiting.popleft().text)

    def resume(self, number: int) -> tuple[Part, ...]:
        """Return what is to be sent again to a receiver that has every part up to `number`.

        Raises:
            UnknownPart: the receiver has more than was sent, or less than it acknowledged.
        """
        if number < self.sent - len(self._waiting):
            raise UnknownPart
        self.acknowledge(number)
        return self.waiting

    @property
    def waiting(self) -> tuple[Part, ...]:
        """Return the parts that are not acknowledged, in order."""
        return tuple(self._waiting)

    @property
    def done(self) -> bool:
        """Tell whether everything, the seal included, is acknowledged."""
        return self.sealed and not self._waiting


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's end: how many parts it has, and the digest over them."""

    number: int = 0
    digest: bytes = DIGEST_NONE


def received(receipt: Receipt, part: Part) -> Receipt:
    """Return the receipt with `part`; the same one if it came before.

    Raises:
        PartMissing: the part before it has not come.
    """
    if part.number <= receipt.number:
        return receipt
    if part.number != receipt.number + 1:
        raise PartMissing
    return Receipt(part.number, chained(receipt.digest, part))
