"""Tokens of a spa's software, made by the command and used on the running server."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import RunningServer, Serving


@pytest.fixture
def clinic(tmp_path: Path, serving: Serving) -> Iterator[RunningServer]:
    with serving(tmp_path, demo="false") as running:
        yield running


def status(server: RunningServer, secret: str, site_id: str) -> int:
    body = {
        "request_id": "query-0001",
        "patient": {"patient_id": "nobody-known"},
        "treatment_class": "filler",
        "site_id": site_id,
    }
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.url}/api/v1/authorizations/query",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {secret}"},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_token_is_told_once_and_ends_when_revoked(clinic: RunningServer) -> None:
    network = clinic.command("network", "create", "Saguaro Clinicians").strip()
    spa = clinic.command("spa", "create", network, "Mesa Aesthetics").strip()
    where = ("--street", "1 Main St", "--city", "Mesa", "--postal-code", "85201")
    site = clinic.command("site", "create", spa, "Mesa", *where, "--jurisdiction", "AZ").strip()
    secret = clinic.command("spa", "token", "create", spa, "EMR").strip()
    assert status(clinic, secret, site) == 200
    (listed,) = json.loads(clinic.command("spa", "token", "list", spa, "--json"))
    assert secret not in str(listed)
    clinic.command("spa", "token", "revoke", listed["id"])
    assert status(clinic, secret, site) == 401
