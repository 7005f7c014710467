from __future__ import annotations

from dataclasses import fields
from typing import Any, cast

from server.services import Core, Services


def test_the_ports_of_a_process_have_all_that_it_stands_on() -> None:
    made: dict[str, Any] = {one.name: object() for one in fields(Core)}
    others: dict[str, Any] = {name: object() for name in ("desk", "hub", "oversight")}
    services = Services.over(Core(**made), **others)
    found = {one.name: cast("object", getattr(services, one.name)) for one in fields(Services)}
    assert found == {**made, **others}
