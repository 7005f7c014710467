"""Commands as their schemas allow them, and as they do not, made by schemathesis.

It knows requests over HTTP alone: so each command is a request of a document that nobody
serves, and what would be its body goes over a socket.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, TypeAlias

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from server.completeness import command_type
from signaling.messages import PATIENT_COMMANDS, PRACTITIONER_COMMANDS, CommandBase

ALLOWED: Final = GenerationMode.POSITIVE
FORBIDDEN: Final = GenerationMode.NEGATIVE
CHARS_MAX: Final = 60_000  # of 64 KiB, with what goes around it
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]


def document(commands: Iterable[type[CommandBase]]) -> dict[str, object]:
    """Return the commands as a document of a service over HTTP."""
    shared: dict[str, object] = {}
    paths: dict[str, object] = {}
    for model in commands:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        shared |= schema.pop("$defs", {})
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        answers = {"200": {"description": "acknowledged"}}
        paths[f"/{command_type(model)}"] = {"post": {"requestBody": body, "responses": answers}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "commands", "version": "1"},
        "paths": paths,
        "components": {"schemas": shared},
    }


@cache
def operations() -> dict[str, Operation]:
    """Return what makes the cases of every command, by its type."""
    every: list[type[CommandBase]] = [*PATIENT_COMMANDS, *PRACTITIONER_COMMANDS]
    schema = schemathesis.openapi.from_dict(document(every))
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {one.path.removeprefix("/"): one for one in found}


def cases(kind: str, mode: GenerationMode, times: int) -> Iterator[object]:
    """Give some bodies of a command; the same ones each time."""
    found: list[object] = []

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations()[kind].as_strategy(generation_mode=mode))
    def keep(case: Case[Any]) -> None:
        found.append(case.body)

    keep()
    return filter(_may_be_sent, found)


def _may_be_sent(body: object) -> bool:
    """Tell whether it is JSON, as not all bodies here are, and no longer than it may be.

    A longer message ends the connection: tests/integration/live/test_bad_packets.py.
    """
    try:
        return len(json.dumps(body)) < CHARS_MAX
    except TypeError:
        return False
