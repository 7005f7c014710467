"""What anybody may ask: is it up, and what is this."""

from __future__ import annotations

from typing import Final, Literal, Protocol, runtime_checkable

from server.demo import demo_sign_ins
from server.draining import DRAIN
from server.errors import Starting
from server.http.calls import Answer, Call, answer
from server.http.operation import operation
from server.http.release import PRODUCT, product_version
from server.http.routes import Route
from server.proofs.relying_party import passkey_host
from server.services import Services
from server.storage import directory
from server.storage.errors import StorageError
from server.views import HealthView, ReadinessView, SiteInfoView


@runtime_checkable
class Readiness(Protocol):
    """A desk that can say whether its waiting rooms are there."""

    async def ready(self, timeout_s: float) -> None:
        """Return, or raise `Starting` after `timeout_s`."""


@operation()
async def get_health(call: Call) -> Answer[HealthView]:
    """GET /healthz: 200 for as long as the process answers, with what it lacks.

    Whoever restarts what is not well must not restart for a database that is away: calls go
    on, and nothing would be better afterwards.
    """
    database = await _database_answers(call.services)
    rooms = await _rooms_are_ready(call.services)
    view = HealthView(
        status="ok" if database and rooms else "starting" if database else "degraded",
        version=product_version(),
        database="ok" if database else "down",
        switchboard="ok" if rooms else "starting",
    )
    return answer(view)


@operation(also=(503,))
async def get_readiness(call: Call) -> Answer[ReadinessView]:
    """GET /readyz: 200 when new connections are welcome, 503 otherwise."""
    view = ReadinessView(status=await _readiness(call))
    response = answer(view)
    response.set_status(200 if view.status == "ok" else 503)
    return response


async def _readiness(call: Call) -> Literal["ok", "starting", "draining", "degraded"]:
    if call.request.app[DRAIN].begun:
        return "draining"
    if not await _database_answers(call.services):
        return "degraded"
    return "ok" if await _rooms_are_ready(call.services) else "starting"


async def _database_answers(services: Services) -> bool:
    try:
        async with services.database.read() as tx:
            await services.database.now_us(tx)
    except StorageError:
        return False
    return True


async def _rooms_are_ready(services: Services) -> bool:
    if not isinstance(services.desk, Readiness):
        return True
    try:
        await services.desk.ready(0.0)
    except Starting:
        return False
    return True


@operation()
async def get_info(call: Call) -> Answer[SiteInfoView]:
    """GET info: what any page may know before sign-in.

    A demo server also tells the sign-ins of its made-up people, passwords included.
    """
    services = call.services
    demo = False
    if services.settings.wants_demo:
        async with services.database.read() as tx:
            demo = any(one.demo for one in await directory.all_organizations(tx))
    view = SiteInfoView(
        product=PRODUCT,
        version=product_version(),
        demo=demo,
        demo_sign_ins=demo_sign_ins(services.settings) if demo else {},
        passkey_host=passkey_host(services.settings),
    )
    return answer(view)


PROBES: Final = (
    Route("GET", "/healthz", get_health),
    Route("GET", "/readyz", get_readiness),
)
ROUTES: Final = (
    *PROBES,
    Route("GET", "/api/v1/info", get_info),
)
