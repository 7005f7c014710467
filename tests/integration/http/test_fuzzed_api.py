"""Every route is asked for all sorts of things, as everybody, by the document alone.

Schemathesis makes what the document allows and what it does not; the real server with the
demo network answers. Nothing may be a fault of ours, and every answer must be documented: its
status, its content type, its body. What the document forbids must be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from server import access
from tests.integration.http.visitors import BIRTH_DATE, PATIENT, SCHEMES, VISITORS, Visitors
from tests.servers import running_server

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Signing in costs argon2 at its cheapest; attempts are many on purpose.
CHEAP: Final = {
    "argon2_time_cost": "2",
    "argon2_memory_kib": "19456",
    "argon2_parallelism": "1",
    "attempts_per_address_max": "10000",
    "attempts_per_account_max": "1000",
    "attempts_per_link_max": "100",
    "fresh_s": "3600",
    "attempts_pause_max_s": "0",
    "redemptions_per_link_max": "10000",
    "requests_per_address_s": "100000",
    "requests_per_session_s": "100000",
    "sign_ins_per_address_s": "100000",
}
CONFIG: Final = {
    "generation": {"with-security-parameters": False},
    # A body that is too large is refused for that before anything else.
    "checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}},
}
FEW: Final = 2
MANY: Final = 60
KNOWN_MAX: Final = 4  # ids of a kind that are tried
TIMEOUT_S: Final = 30
LEAVING: Final = ("/session", "/sessions/{id}", "/end", "/device", "/local-sign-in")
# Of a patient who is known, on the day that needs no date.
FITTING: Final[dict[str, dict[str, Any]]] = {
    "POST /api/v1/authorizations/query": {
        "date": None,
        "patient": {"legal_name": PATIENT, "birth_date": BIRTH_DATE},
    }
}
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
KINDS: Final = ("encounter", "authorization", "shift", "protocol", "site")


@dataclass
class Clinic:
    """The running server, its document, and who asks."""

    visitors: Visitors
    operations: list[Operation]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return self.visitors.server.url

    def of(self, name: str) -> list[Operation]:
        """Return the operations that a visitor's session or token is meant for."""
        scheme = SCHEMES.get(name, name)
        return [one for one in self.operations if scheme in (_schemes(one) or {"anonymous"})]


def _schemes(operation: Operation) -> set[str]:
    return {name for one in operation.definition.raw["security"] for name in one}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running_server(tmp_path_factory.mktemp("fuzzed"), **CHEAP) as server:
        visitors = Visitors(server)
        visitors.begin()
        document = requests.get(f"{server.url}/api/v1/openapi.json", timeout=TIMEOUT_S).json()
        config = SchemathesisConfig.from_dict(CONFIG)
        schema = schemathesis.openapi.from_dict(document, config=config)
        found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
        assert len(found) == len(access.ROUTES)
        yield Clinic(visitors, found)
        assert "Traceback" not in server.log


def ask_all(clinic: Clinic, name: str, times: int) -> None:
    """Ask every operation of a visitor, `times` with good and as often with bad data."""
    visitor = clinic.visitors.signed_in(name)
    for operation in clinic.of(name):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            ask(clinic, name, visitor, operation, mode, times)
        if operation.path.endswith(LEAVING):
            visitor = clinic.visitors.signed_in(name)


def ask(
    clinic: Clinic,
    name: str,
    visitor: requests.Session,
    operation: Operation,
    mode: GenerationMode,
    times: int,
) -> None:
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask_once(data: st.DataObject) -> None:
        case = data.draw(cases)
        if mode is GenerationMode.POSITIVE:
            meet(case, data, clinic.visitors.ids)
        answer = case.call(base_url=clinic.url, session=visitor, timeout=TIMEOUT_S)
        clinic.answers[name, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    try:
        ask_once()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # it takes nothing at all


def meet(case: Case[Any], data: st.DataObject, ids: dict[str, list[str]]) -> None:
    """Put ids in that exist: of what nobody knows, nothing deeper than 404 is learned."""
    if case.path_parameters and "id" in case.path_parameters:
        kind = next((one for one in KINDS if f"/{one}" in case.operation.path), None)
        if kind is not None:
            case.path_parameters["id"] = data.draw(_known(ids, f"{kind}_id"))
    if isinstance(case.body, dict):
        case.body |= FITTING.get(case.operation.label, {})
        for field_name in [one for one in case.body if one in ids]:
            case.body[field_name] = data.draw(_known(ids, field_name))


def _known(ids: dict[str, list[str]], name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(ids[name][:KNOWN_MAX])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", VISITORS)
def test_whatever_is_asked_is_answered_as_documented(clinic: Clinic, name: str) -> None:
    ask_all(clinic, name, FEW)
    assert any(
        status < HTTPStatus.BAD_REQUEST
        for (who, status), times in clinic.answers.items()
        if who == name and times
    )


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("name", VISITORS)
def test_however_often_it_is_asked_it_is_answered_as_documented(
    clinic: Clinic, name: str
) -> None:
    ask_all(clinic, name, MANY)
