"""From the JSON of a file to a record; a member too many or too few is refused.

Every value has one spelling: what is read here is written again in the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, get_args

from server.chart.canonical import JsonValue
from server.chart.leaf import GENESIS, Leaf
from server.records.record import (
    FORMAT,
    EarlierTree,
    EntryRecord,
    Holder,
    Record,
    SignatureRecord,
    SignedRecord,
    TreeRecord,
)
from server.records.refusals import FileRefused
from server.signing import CONTEXTS, Context

HEX: Final = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)
EXAM: Final = frozenset(
    {
        "attestation_sha256",
        "authority_sha256",
        "chart_head",
        "encounter_id",
        "practitioner_id",
        "seq",
        "signed_at",
    }
)
FACTS: Final[Mapping[Context, frozenset[str]]] = {
    "exam_v1": EXAM,
    "exam_v2": EXAM | {"consents_sha256", "evidence_sha256", "rules_version"},
    "addendum_v1": frozenset(
        {"addendum_sha256", "author", "chart_head", "encounter_id", "seq", "signed_at"}
    ),
}
NUMBERS: Final = frozenset({"seq", "signed_at"})
NULLABLE: Final = frozenset({"rules_version"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _At:
    """A value, and where in the file it stands."""

    path: str
    value: JsonValue

    def members(self, *names: str) -> Mapping[str, _At]:
        if not isinstance(self.value, Mapping) or set(self.value) != set(names):
            raise FileRefused(f"{self.path} does not have the members of its kind")
        return {name: _At(f"{self.path}.{name}", self.value[name]) for name in names}

    def each(self, read: Callable[[_At], T]) -> tuple[T, ...]:
        if isinstance(self.value, str) or not isinstance(self.value, Sequence):
            raise FileRefused(f"{self.path} is no list")
        return tuple(
            read(_At(f"{self.path}[{place}]", one)) for place, one in enumerate(self.value)
        )

    def or_none(self, read: Callable[[_At], T]) -> T | None:
        return None if self.value is None else read(self)

    def text(self) -> str:
        """Read what may be said again: a terminal obeys what cannot be printed."""
        text = self.lines()
        if not text.isprintable():
            raise FileRefused(f"{self.path} has characters that cannot be printed")
        return text

    def lines(self) -> str:
        """Read text that is never said again; a note has newlines."""
        if not isinstance(self.value, str):
            raise FileRefused(f"{self.path} is no text")
        return self.value

    def number(self) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise FileRefused(f"{self.path} is no whole number")
        return self.value

    def hexadecimal(self) -> bytes:
        text = self.text()
        if HEX.fullmatch(text) is None:
            raise FileRefused(f"{self.path} is not lower-case hexadecimal")
        return bytes.fromhex(text)

    def base64(self) -> bytes:
        text = self.text()
        try:
            decoded = base64.b64decode(text.encode("ascii"), validate=True)
        except (UnicodeEncodeError, binascii.Error):
            raise FileRefused(f"{self.path} is not base64") from None
        if base64.b64encode(decoded).decode("ascii") != text:
            raise FileRefused(f"{self.path} is not base64 as it is written")
        return decoded


def parse(value: JsonValue) -> SignedRecord:
    """Return the record of a file that was read.

    Raises:
        FileRefused: it is none; which member is not as it must be is said.
    """
    top = _At("the file", value).members("record", "signature")
    signature = _At("signature", top["signature"].value).members("public_key", "value")
    return SignedRecord(
        record=_record(_At("record", top["record"].value)),
        public_key=signature["public_key"].hexadecimal(),
        signature=signature["value"].base64(),
    )


def _record(at: _At) -> Record:
    if isinstance(at.value, Mapping) and at.value.get("format") != FORMAT:
        raise FileRefused("it is no record of a version that this program knows")
    got = at.members(
        "encounter",
        "entries",
        "format",
        "holder",
        "key",
        "made_at",
        "signatures",
        "tree",
    )
    about = got["encounter"].members("id", "network", "spa", "visit")
    encounter_id = about["id"].text()
    return Record(
        encounter_id=encounter_id,
        network_id=about["network"].text(),
        spa_id=about["spa"].text(),
        visit=about["visit"].text(),
        holder=_holder(got["holder"]),
        made_at=got["made_at"].number(),
        key=got["key"].or_none(_At.base64),
        entries=_entries(got["entries"], encounter_id),
        signatures=got["signatures"].each(_signature),
        tree=got["tree"].or_none(_tree),
    )


def _holder(at: _At) -> Holder:
    for known in get_args(Holder):
        if at.value == known:
            holder: Holder = known
            return holder
    raise FileRefused(f"{at.path} is none that this program knows")


def _entries(at: _At, encounter_id: str) -> tuple[EntryRecord, ...]:
    entries: list[EntryRecord] = []
    for one in at.each(lambda each: each):
        previous = entries[-1].leaf_hash if entries else GENESIS
        entries.append(_entry(one, encounter_id, previous))
    return tuple(entries)


def _entry(at: _At, encounter_id: str, previous: str) -> EntryRecord:
    got = at.members(
        "actor",
        "at",
        "ciphertext_hash",
        "commitment",
        "kind",
        "leaf_hash",
        "log_index",
        "payload",
        "proof",
        "sealed",
        "seq",
    )
    return EntryRecord(
        leaf=Leaf(
            encounter=encounter_id,
            seq=got["seq"].number(),
            kind=got["kind"].text(),
            at=got["at"].number(),
            actor=got["actor"].text(),
            previous_hash=previous,
            ciphertext_hash=got["ciphertext_hash"].hexadecimal().hex(),
            commitment=got["commitment"].hexadecimal().hex(),
        ),
        leaf_hash=got["leaf_hash"].hexadecimal().hex(),
        sealed=got["sealed"].or_none(_At.base64),
        payload=got["payload"].or_none(_At.base64),
        log_index=got["log_index"].or_none(_At.number),
        proof=got["proof"].each(_At.hexadecimal),
    )


def _signature(at: _At) -> SignatureRecord:
    got = at.members("context", "facts", "public_key", "signature", "signer")
    context = _context(got["context"])
    facts = got["facts"].members(*FACTS[context])
    return SignatureRecord(
        context=context,
        facts={name: _fact(name, one) for name, one in facts.items()},
        signer=got["signer"].text(),
        public_key=got["public_key"].hexadecimal(),
        signature=got["signature"].base64(),
    )


def _context(at: _At) -> Context:
    for known in CONTEXTS:
        if at.value == known:
            return known
    raise FileRefused(f"{at.path} is none that this program knows")


def _fact(name: str, at: _At) -> str | int | None:
    if name in NUMBERS:
        return at.number()
    return at.or_none(_At.text) if name in NULLABLE else at.text()


def _tree(at: _At) -> TreeRecord:
    got = at.members("checkpoint", "earlier", "log_key", "witness_keys")
    return TreeRecord(
        checkpoint=got["checkpoint"].lines(),
        log_key=got["log_key"].text(),
        witness_keys=got["witness_keys"].each(_At.text),
        earlier=got["earlier"].or_none(_earlier),
    )


def _earlier(at: _At) -> EarlierTree:
    got = at.members("checkpoint", "proof")
    return EarlierTree(got["checkpoint"].lines(), got["proof"].each(_At.hexadecimal))
