"""Who signed, upon what, and how a receiver checks it: Provenance.

The signature is the practitioner's Ed25519 over the head of the chart, which is what they
signed; a bundle is made afterwards, by the network. `signature.data` is the base64 of a JSON
object (RFC 8785) with all that checking takes:

    {"algorithm": "Ed25519", "message": base64, "public_key": base64, "signature": base64}

    verify(public_key, signature, message); then read the message: a context, 00, and the facts
    as JSON, among them the encounter and the head of the chart (docs/record-format.md)

`policy` names, by SHA-256 (RFC 6920), the words attested and the rules that were in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from fhir.resources.R4B.provenance import Provenance

from server.chart.canonical import canonical
from server.charting import SYSTEM
from server.fhir.composition import PRACTITIONER
from server.fhir.elements import (
    Element,
    base64_of,
    coding,
    concept,
    filled,
    instant,
    named_by_hash,
)
from server.fhir.names import Name, Names
from server.fhir.signed_chart import AddedLater, SignatureFact
from server.fhir.systems import (
    COMPLETION,
    PROVENANCE_AGENT,
    SIGNATURE_TYPE,
    US_PROVENANCE_AGENT,
)

AUTHOR: Final = ("1.2.840.10065.1.12.1.1", "Author's Signature")
ADDENDUM: Final = ("1.2.840.10065.1.12.1.15", "Addendum Signature")
FORMAT: Final = "application/json"
HEAD: Final = "chart-head"


def signature(names: Names) -> Provenance:
    """Return who signed the exam, over which head of the chart."""
    chart, document = names.chart, names.chart.document
    targets = [names.composition, names.paper, names.encounter]
    targets += [names.order(one.treatment_class) for one in document.outcomes]
    return Provenance.model_validate(
        filled(
            **_tagged(names.provenance),
            target=[one.reference() for one in targets],
            occurredDateTime=instant(document.signed_at),
            recorded=instant(document.signed_at),
            policy=list(_policies(names)),
            activity=concept(coding(COMPLETION, "LA", "legally authenticated")),
            agent=[_examiner(names), _transmitter(names)],
            entity=[_head(names, document.chart_head, chart.seq)],
            signature=[_signed(names, chart.signature, AUTHOR, document.signed_at)],
        )
    )


def amendment(names: Names) -> Provenance:
    """Return who made the last addendum, with the signatures of all of them."""
    addenda = names.chart.addenda
    number, last = len(addenda), addenda[-1]
    return Provenance.model_validate(
        filled(
            **_tagged(names.amendment(number)),
            target=[names.amended(number).reference()],
            occurredDateTime=instant(last.at),
            recorded=instant(last.at),
            activity=concept(coding(COMPLETION, "AU", "authenticated")),
            agent=[_adder(names, last), _transmitter(names)],
            entity=[_head(names, last.head, last.seq)],
            signature=[
                _signed(names, one.signature, ADDENDUM, one.at, one)
                for one in addenda
                if one.signature is not None
            ],
        )
    )


def _tagged(name: Name) -> dict[str, Element]:
    return {"meta": {"tag": [coding(name.system, name.value)]}}


def _policies(names: Names) -> Iterator[str]:
    yield named_by_hash(names.chart.attestation_sha256)
    if names.chart.rules is not None:
        yield named_by_hash(names.chart.rules[1])


def _examiner(names: Names) -> Element:
    return {
        "type": concept(coding(PROVENANCE_AGENT, "author", "Author")),
        "who": names.practitioner.reference(names.chart.document.practitioner.display_name),
        "onBehalfOf": names.network.reference(names.chart.document.network_name),
    }


def _adder(names: Names, added: AddedLater) -> Element:
    role = added.actor.partition(":")[0]
    if role == PRACTITIONER:
        return _examiner(names)
    return {
        "type": concept(coding(PROVENANCE_AGENT, "author", "Author")),
        "who": (names.network if role == SYSTEM else names.spa).reference(),
    }


def _transmitter(names: Names) -> Element:
    return {
        "type": concept(coding(US_PROVENANCE_AGENT, "transmitter", "Transmitter")),
        "who": names.network.reference(names.chart.document.network_name),
    }


def _head(names: Names, head: str, seq: int) -> Element:
    """Return the chart that was signed: by the hash that stands for all of its entries."""
    chart = {"system": names.systems.identifiers(HEAD), "value": head}
    return {
        "role": "source",
        "what": {"identifier": chart, "display": f"Chart up to entry {seq}"},
    }


def _signed(
    names: Names,
    fact: SignatureFact,
    kind: tuple[str, str],
    at: int,
    added: AddedLater | None = None,
) -> Element:
    who = names.practitioner.reference()
    if added is not None and not added.actor.startswith(f"{PRACTITIONER}:"):
        who = names.network.reference()  # which signs for those who have no key
    return {
        "type": [coding(SIGNATURE_TYPE, *kind)],
        "when": instant(at),
        "who": who,
        "targetFormat": FORMAT,
        "sigFormat": FORMAT,
        "data": base64_of(checkable(fact)),
    }


def checkable(fact: SignatureFact) -> bytes:
    """Return a signature with all that checking it takes."""
    return canonical(
        {
            "algorithm": "Ed25519",
            "message": base64_of(fact.message),
            "public_key": base64_of(fact.public_key),
            "signature": base64_of(fact.signature),
        }
    )
