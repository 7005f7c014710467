"""Who may ask for pages, for what is public, and what a patient's page asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import PATIENT, PUBLIC, TABLET, Rule

ROUTES: Final[Mapping[str, Rule]] = {
    # Pages are the same for everybody: what they show, they ask for.
    "GET /": PUBLIC,
    "GET /signpost.css": PUBLIC,
    "GET /join": PUBLIC,
    "GET /join/": PUBLIC,
    "GET /console": PUBLIC,
    "GET /console/": PUBLIC,
    "GET /portal": PUBLIC,
    "GET /portal/": PUBLIC,
    "GET /ops": PUBLIC,
    "GET /ops/": PUBLIC,
    "GET /assets/{name}": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /api/v1/info": PUBLIC,
    "GET /api/v1/openapi.json": PUBLIC,
    "POST /api/v1/join/session": PUBLIC,
    "GET /api/v1/join/kiosk": TABLET,
    "POST /api/v1/join/kiosk": TABLET,
    "GET /api/v1/join/state": PATIENT,
    "GET /api/v1/join/ice-servers": PATIENT,
    "PUT /api/v1/join/holder": PATIENT,
    "PUT /api/v1/join/identity": PATIENT,
    "PUT /api/v1/join/guardian": PATIENT,
    "PUT /api/v1/join/location": PATIENT,
    "PUT /api/v1/join/treatments": PATIENT,
    "PUT /api/v1/join/answers": PATIENT,
    "PUT /api/v1/join/consents": PATIENT,
    "PUT /api/v1/join/device-test": PATIENT,
    "PUT /api/v1/join/privacy": PATIENT,
    "PUT /api/v1/join/room": PATIENT,
    "GET /api/v1/join/questionnaire": PATIENT,
    "GET /api/v1/join/chat": PATIENT,
    "POST /api/v1/join/uploads": PATIENT,
    "GET /api/v1/join/uploads": PATIENT,
    "DELETE /api/v1/join/uploads/{upload}": PATIENT,
    "GET /api/v1/join/uploads/{upload}/image": PATIENT,
    "GET /api/v1/join/uploads/{upload}/thumbnail": PATIENT,
    "PUT /api/v1/join/modality": PATIENT,
    "POST /api/v1/join/submit": PATIENT,
    "POST /api/v1/join/end": PATIENT,
    "GET /api/v1/join/copy.pdf": PATIENT,
    "GET /api/v1/join/record.json": PATIENT,
    "GET /.well-known/jwks.json": PUBLIC,  # public keys
    "GET /fhir/clients/{id}/jwks.json": PUBLIC,  # the same
    "GET /practitioners/{id}/jwks.json": PUBLIC,
    "GET /metrics": PUBLIC,  # no session: its handler asks for a token
    "GET /log/key": PUBLIC,
    "GET /log/checkpoint": PUBLIC,
    "GET /log/tile/{path}": PUBLIC,
}
