"""Who reaches pages, what is public, and what a patient's page asks for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import EVERYBODY, PATIENT, TABLET, Grants

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /": (None, EVERYBODY),
    "GET /signpost.css": (None, EVERYBODY),
    "GET /join": (None, EVERYBODY),
    "GET /join/": (None, EVERYBODY),
    "GET /console": (None, EVERYBODY),
    "GET /console/": (None, EVERYBODY),
    "GET /portal": (None, EVERYBODY),
    "GET /portal/": (None, EVERYBODY),
    "GET /ops": (None, EVERYBODY),
    "GET /ops/": (None, EVERYBODY),
    "GET /assets/{name}": (None, EVERYBODY),
    "GET /healthz": (None, EVERYBODY),
    "GET /readyz": (None, EVERYBODY),
    "GET /api/v1/info": (None, EVERYBODY),
    "GET /api/v1/openapi.json": (None, EVERYBODY),
    "POST /api/v1/join/session": (None, EVERYBODY),
    "GET /api/v1/join/kiosk": ("site", TABLET),
    "POST /api/v1/join/kiosk": ("site", TABLET),
    "GET /api/v1/join/state": ("patient", PATIENT),
    "PUT /api/v1/join/holder": ("patient", PATIENT),
    "PUT /api/v1/join/identity": ("patient", PATIENT),
    "PUT /api/v1/join/guardian": ("patient", PATIENT),
    "PUT /api/v1/join/location": ("patient", PATIENT),
    "PUT /api/v1/join/treatments": ("patient", PATIENT),
    "PUT /api/v1/join/answers": ("patient", PATIENT),
    "PUT /api/v1/join/consents": ("patient", PATIENT),
    "PUT /api/v1/join/device-test": ("patient", PATIENT),
    "PUT /api/v1/join/privacy": ("patient", PATIENT),
    "PUT /api/v1/join/room": ("patient", PATIENT),
    "GET /api/v1/join/ice-servers": ("patient", PATIENT),
    "GET /api/v1/join/questionnaire": ("patient", PATIENT),
    "GET /api/v1/join/chat": ("patient", PATIENT),
    "POST /api/v1/join/uploads": ("patient", PATIENT),
    "GET /api/v1/join/uploads": ("patient", PATIENT),
    "DELETE /api/v1/join/uploads/{upload}": ("patient", PATIENT),
    "GET /api/v1/join/uploads/{upload}/image": ("patient", PATIENT),
    "GET /api/v1/join/uploads/{upload}/thumbnail": ("patient", PATIENT),
    "PUT /api/v1/join/modality": ("patient", PATIENT),
    "POST /api/v1/join/submit": ("patient", PATIENT),
    "POST /api/v1/join/end": ("patient", PATIENT),
    "GET /api/v1/join/copy.pdf": ("patient", PATIENT),
    "GET /api/v1/join/record.json": ("patient", PATIENT),
    "GET /.well-known/jwks.json": (None, EVERYBODY),
    "GET /fhir/clients/{id}/jwks.json": (None, EVERYBODY),
    "GET /practitioners/{id}/jwks.json": (None, EVERYBODY),
    "GET /metrics": (None, EVERYBODY),  # by token or from this machine: see test_ops
    "GET /log/key": (None, EVERYBODY),
    "GET /log/checkpoint": (None, EVERYBODY),
    "GET /log/tile/{path}": (None, EVERYBODY),
}
