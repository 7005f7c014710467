from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import ValidationError

import server
from media.call import CallError
from server.authority import NotAuthorized, WhyNot
from server.errors import GoodfaithError, InvalidBody
from server.problems import is_unexpected, problem, status_of
from server.sealing import SealBroken
from server.staffing.refusals import NobodyOnShift
from server.storage.errors import ChartBroken, CommitFailed, LeaseLost, RowMissing
from server.views import IdentityForm
from signaling.errors import (
    NotEligible,
    NotWaiting,
    QueueFull,
    SdpFault,
    SdpRejected,
    SignalingError,
)
from signaling.messages import PRACTITIONER

Raised = TypeVar("Raised", bound=Exception)
PROTOCOL = Path(__file__).resolve().parents[3] / "docs" / "protocol.md"


def subclasses(base: type[Raised]) -> Iterator[type[Raised]]:
    for one in base.__subclasses__():
        yield one
        yield from subclasses(one)


def family() -> Iterator[type[GoodfaithError]]:
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            importlib.import_module(module.name)
    return subclasses(GoodfaithError)


def documented() -> dict[str, int]:
    """Return the status of every code of the protocol's table."""
    found: dict[str, int] = {}
    for line in PROTOCOL.read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| (\d{3}) \| (.*) \|", line)
        if row:
            for code, status in re.findall(r"`([a-z_]+)`(?: \((\d{3})\))?", row[2]):
                found[code] = int(status or row[1])
    return found


def test_every_documented_code_has_its_status_here_or_in_the_core() -> None:
    known = {one.code: status_of(one()) for one in subclasses(CallError)}
    known |= {one.code: status_of(one.__new__(one)) for one in subclasses(SignalingError)}
    known |= {one.code: one.status for one in family()}
    known |= {fault.value: status_of(SdpRejected(fault, "why")) for fault in SdpFault}
    for code, status in documented().items():
        assert known[code] == status, code


@pytest.mark.parametrize(
    ("error", "code", "status", "retry"),
    [
        (NotWaiting(), "not_waiting", 409, False),
        (NotEligible(), "not_authorized_here", 403, False),
        (NotAuthorized("AZ", WhyNot.EXPIRED), "not_authorized_here", 403, False),
        (QueueFull(), "queue_full", 503, True),
        (NobodyOnShift(None), "nobody_on_shift", 409, False),
        (CommitFailed("a constraint"), "retry", 503, True),
        (LeaseLost("switchboard"), "retry", 503, True),
        (RowMissing("encounters", "id"), "not_found", 404, False),
        (ChartBroken("id", 1, "altered"), "internal", 500, False),
        (SealBroken(), "internal", 500, False),
        (ZeroDivisionError("Maria Vega"), "internal", 500, False),
    ],
)
def test_what_the_wire_shows(error: Exception, code: str, status: int, *, retry: bool) -> None:
    shown = problem(error)
    assert (shown.code, shown.retry, status_of(error)) == (code, retry, status)
    assert is_unexpected(error) == (status == 500)
    assert "Maria" not in shown.message


def test_a_refusal_says_when_it_would_be_possible() -> None:
    assert problem(NobodyOnShift(1_750_000_000_123_456)).opens_at_ms == 1_750_000_000_123
    assert problem(QueueFull()).opens_at_ms is None


def test_a_sentence_says_nothing_of_what_was_sent() -> None:
    error = InvalidBody(fields=("birth_date",))
    assert str(error) == InvalidBody.message
    assert problem(error).fields == ["birth_date"]


def test_only_names_of_ours_are_named() -> None:
    body = {"legal_name": "", "birth_date": "12 April", "Maria Vega": "x", "phone": 5}
    with pytest.raises(ValidationError) as caught:
        IdentityForm.model_validate(body)
    assert set(problem(caught.value).fields) < set(IdentityForm.model_fields)
    assert "Maria" not in problem(caught.value).model_dump_json()


def test_the_fields_of_a_command_are_named_too() -> None:
    command = {"v": 1, "id": "command-1", "type": "note.save", "text": "x" * 20_001}
    with pytest.raises(ValidationError) as caught:
        PRACTITIONER.validate_python(command)
    assert "text" in problem(caught.value).fields
