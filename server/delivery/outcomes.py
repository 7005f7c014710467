"""The words for what came of an attempt: a closed list, the same in every place that shows one.

They are in the database, in metrics, on the portal's page (`words.ts`) and in
docs/delivery.md. What a receiver wrote is never among them.
"""

from __future__ import annotations

from typing import Final, Literal, NewType, TypeAlias, get_args

Word: TypeAlias = Literal[
    # What was answered, or why nothing was.
    "answered",
    "redirected",
    "gone",
    "timed_out",
    "name_unknown",
    "not_connected",
    "disconnected",
    "tls_failed",
    "answer_unreadable",
    "address_refused",
    # Of record systems.
    "not_registered",
    "no_key",
    "algorithm_unknown",
    "discovery_failed",
    "discovery_unreadable",
    "token_refused",
    "token_unreadable",
    "not_authorized",
    "refused",
    # Why there was nothing to send.
    "no_encounter",
    "not_found",
    "too_large",
    "record_shredded",
    "signature_doubtful",
    "audit_unavailable",
    "expired",
    "not_opened",
    "internal",
]
"""What a channel may say of an attempt that did not deliver."""

FhirWord = NewType("FhirWord", str)
"""`fhir_` and the code of an issue that FHIR R4 knows (`server.delivery.emr_outcomes`)."""

Reason: TypeAlias = Word | FhirWord
FHIR: Final = "fhir_"
OUTCOMES: Final[tuple[str, ...]] = ("delivered", "disabled", "restored", *get_args(Word))
"""All that a delivery may have come to, those of FHIR apart."""
