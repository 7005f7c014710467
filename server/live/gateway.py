"""Where sockets meet the application: who may connect, and through which door a command goes.

A handler decodes, looks at rate and session, hands over to the home of the socket's network,
and acknowledges. It decides nothing else. Every command gets exactly one `Ack`, whatever
happens to it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from pydantic import TypeAdapter, ValidationError
from socketio.exceptions import ConnectionRefusedError as Refused

from server import access
from server.access import Principal
from server.completeness import command_type
from server.errors import NotSignedIn, RateLimited
from server.http.calls import NUL, address_of
from server.http.cookies import read_cookie
from server.live.arrivals import Arrivals
from server.live.doors import Door, Resume, Visitor
from server.live.edge import Edge, Socket
from server.live.rate import TokenBucket
from server.live.refusing import command_refused, door_refused
from server.live.transport import StrictServer
from server.logging import get_logger
from server.problems import is_unexpected, problem
from server.proofs.refusals import EnrolmentRequired
from server.services import Services
from server.sessions import hash_of, keep_alive, resolve_handle, resolve_session
from server.storage import sessions
from server.storage.errors import StorageError
from server.storage.together import Together
from server.unreachable import DatabaseAway, refusal_of
from signaling.messages import PATIENT, PRACTITIONER, SPECTATOR, Ack, CommandBase

SESSION_CHECK_S: Final = 30
USED_S: Final = 0.5
TRUSTED_S: Final = 900  # without a database to ask
ID_CHARS_MAX: Final = 64
STREAM: Final = re.compile(r"[A-Za-z0-9-]{1,64}")  # as `streams` names them
SEQ_MAX: Final = 2**53
NO_PAST: Final[Resume] = (None, None)
BY_ITSELF: Final = frozenset({"sync", "call", "leg"})  # a call is no idling as it is
AUTH_FIELDS: Final = frozenset({"v", "stream", "last_seq"})

ADAPTERS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "/patient": PATIENT,
    "/practitioner": PRACTITIONER,
    "/spa": SPECTATOR,
    "/ops": SPECTATOR,
}

log = get_logger("gateway")


@dataclass(frozen=True, slots=True)
class Application:
    """What the gateway calls.

    Attributes:
        address: gives (recipient, network) of a principal; raises when there is none.
        door: leads to the home of a network.
        again: has the home of a network know of the sockets here, once it can be asked.
        now: microseconds UTC, by one clock for all nodes.
    """

    address: Callable[[Principal], Awaitable[tuple[str, str]]]
    door: Callable[[str], Door]
    again: Callable[[str], None]
    now: Callable[[], int]


class Gateway:
    """The Socket.IO side of the server."""

    def __init__(
        self, services: Services, server: StrictServer, edge: Edge, application: Application
    ) -> None:
        """Register the four namespaces on `server`."""
        self._services = services
        self._server = server
        self._edge = edge
        self._application = application
        self._opening: dict[str, Socket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrivals = Arrivals()
        self._sessions = Together(services.database, sessions.with_cookies)
        self._used: set[str] = set()
        server.on_open = self._opened
        for namespace in access.NAMESPACES:
            self._register(namespace)

    def _register(self, namespace: str) -> None:
        async def connect(sid: str, environ: dict[str, Any], auth: object) -> None:
            await self._connect(namespace, sid, environ, auth)

        async def disconnect(sid: str, _reason: str) -> None:
            self._disconnect(sid)

        async def command(sid: str, *arguments: object) -> dict[str, Any]:
            return await self._command(sid, arguments)

        self._server.on("connect", connect, namespace=namespace)
        self._server.on("disconnect", disconnect, namespace=namespace)
        self._server.on("command", command, namespace=namespace)

    async def _connect(
        self, namespace: str, sid: str, environ: dict[str, Any], auth: object
    ) -> None:
        request: web.Request = environ["aiohttp.request"]
        settings = self._services.settings
        if request.headers.get("Origin") not in settings.origins:
            raise Refused("origin_refused")
        rule = access.NAMESPACES[namespace]
        assert rule.audience is not None
        value = read_cookie(settings, request, rule.audience)
        if value and not self._arrivals.admit(hash_of(value), self._services.clock.now()):
            raise Refused(RateLimited.code)
        try:
            principal = await resolve_session(
                self._services, rule.audience, value, touch=False, known=self._sessions
            )
        except StorageError as error:
            raise Refused(refusal_of(error).code) from error
        address = address_of(request, self._services)
        if principal is None or not access.may(rule, principal):
            await door_refused(self._services, namespace, principal, value, address)
            raise Refused("not_signed_in")
        if not access.is_proven(rule, principal):
            await door_refused(self._services, namespace, principal, value, address)
            raise Refused(EnrolmentRequired.code)
        try:
            recipient, network_id = await self._application.address(principal)
        except Exception as error:
            raise Refused(problem(error).code) from error
        resume = _resume(auth)
        if principal.audience == "patient" or resume == NO_PAST:
            self._use(principal.session)  # who lost the connection may be away for long
        visitor = Visitor(
            sid=sid,
            node=self._edge.node_id,
            namespace=namespace,
            principal=principal,
            recipient=recipient,
            network_id=network_id,
            resume=resume,
            address=address,
            since=self._application.now(),
        )
        self._opening[sid] = self._socket(visitor)

    def _use(self, session: str) -> None:
        """Somebody is there: their session is in use."""
        self._used.add(session)
        if len(self._used) == 1:
            self._spawn(self._note_use())

    async def _note_use(self) -> None:
        """Note that sessions are in use, of all that came within a moment at once."""
        await asyncio.sleep(USED_S)
        used, self._used = self._used, set()
        await keep_alive(self._services, used)

    def _socket(self, visitor: Visitor) -> Socket:
        settings, now = self._services.settings, self._services.clock.now()
        return Socket(
            eio_sid=self._server.manager.eio_sid_from_sid(visitor.sid, visitor.namespace),
            visitor=visitor,
            principal=visitor.principal,
            bucket=TokenBucket.full(
                per_s=settings.events_per_second_max,
                burst=settings.events_burst_max,
                now=now,
            ),
            checked_at=now,
            has=visitor.resume,
        )

    async def _opened(self, sid: str) -> None:
        """Called when the client has its acknowledgement and may be sent events."""
        socket = self._opening.pop(sid, None)
        if socket is not None:
            self._edge.add(socket)
            self._spawn(self._open(socket))

    async def _open(self, socket: Socket) -> None:
        """Say that a socket is there, before anything that it asks for."""
        async with socket.turn:
            try:
                await self._door(socket).opened([socket.visitor])
            except Exception as error:
                if problem(error).retry:
                    self._application.again(socket.visitor.network_id)
                    return
                log.warning("page_not_shown", exc_info=error)
                await self._server.hang_up(socket.eio_sid)

    def _disconnect(self, sid: str) -> None:
        self._opening.pop(sid, None)
        socket = self._edge.remove(sid)
        if socket is not None:
            self._spawn(self._close(socket))

    async def _close(self, socket: Socket) -> None:
        """Say that a socket is gone, after what it still asked for."""
        async with socket.turn:
            self._door(socket).closed(socket.visitor)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _door(self, socket: Socket) -> Door:
        return self._application.door(socket.visitor.network_id)

    async def _command(self, sid: str, arguments: tuple[object, ...]) -> dict[str, Any]:
        socket = self._edge.get(sid)
        raw = arguments[0] if len(arguments) == 1 else None
        try:
            ack = await self._perform(socket, raw)
        except Exception as error:  # every command is acknowledged, whatever happened to it
            visitor = socket.now if socket else None
            await command_refused(self._services, visitor, raw, error)
            if is_unexpected(error):
                log.exception("command_failed", command=_type_of(raw))
            ack = Ack(ok=False, id=_id_of(raw), error=problem(error))
        return ack.model_dump(mode="json")

    async def _perform(self, socket: Socket | None, raw: object) -> Ack:
        if socket is None:
            raise NotSignedIn
        # At arrival: a home that takes its time is no reason to let somebody talk too fast.
        full = socket.waiting >= self._services.settings.events_burst_max
        if full or not socket.bucket.take(self._services.clock.now()):
            raise RateLimited
        socket.waiting += 1
        try:
            async with socket.turn:
                if socket.is_over:
                    raise NotSignedIn
                await self._check_session(socket)
                command = _decode(socket.visitor.namespace, raw)
                if _is_by_hand(command):
                    self._note_hand(socket)
                return await self._door(socket).perform(socket.now, command)
        finally:
            socket.waiting -= 1

    def _note_hand(self, socket: Socket) -> None:
        now = self._services.clock.now()
        if now - socket.used_at >= SESSION_CHECK_S * 1_000_000:
            socket.used_at = now
            self._use(socket.principal.session)

    async def _check_session(self, socket: Socket) -> None:
        """Look at the session again from time to time: it may have ended elsewhere."""
        now = self._services.clock.now()
        if now - socket.checked_at < SESSION_CHECK_S * 1_000_000:
            return
        rule = access.NAMESPACES[socket.visitor.namespace]
        assert rule.audience is not None
        spool = self._services.spool
        if spool is not None and spool.away:
            # Nobody can have ended it meanwhile: what goes on, goes on, for a time.
            if now - socket.checked_at > TRUSTED_S * 1_000_000:
                raise DatabaseAway
            return
        known_as = socket.principal.session
        principal = await resolve_handle(self._services, rule.audience, known_as)
        if principal is None:
            self._edge.end((socket,), "expired")
            raise NotSignedIn
        socket.principal = principal
        socket.checked_at = now


def _is_by_hand(command: CommandBase) -> bool:
    """Tell whether somebody did something, or the page by itself."""
    return command_type(type(command)).partition(".")[0] not in BY_ITSELF


def _decode(namespace: str, raw: object) -> CommandBase:
    try:
        command: CommandBase = ADAPTERS[namespace].validate_python(raw)
    except RecursionError:
        raise ValidationError.from_exception_data("command", []) from None
    if _has_nul(raw):
        raise ValidationError.from_exception_data("command", [])
    return command


def _has_nul(part: object) -> bool:
    """Tell whether the character 0 is in what was decoded, which PostgreSQL takes nowhere."""
    if isinstance(part, str):
        return NUL in part
    if isinstance(part, Mapping):
        return any(_has_nul(one) for one in part.values())
    return isinstance(part, list | tuple) and any(_has_nul(one) for one in part)


def _resume(auth: object) -> Resume:
    """Return what the client says it has seen; nonsense counts as nothing."""
    if not isinstance(auth, dict) or not set(auth) <= AUTH_FIELDS:
        return (None, None)
    stream, last_seq = auth.get("stream"), auth.get("last_seq")
    if not isinstance(stream, str) or STREAM.fullmatch(stream) is None:
        return (None, None)
    if type(last_seq) is not int or not 0 <= last_seq <= SEQ_MAX:
        return (None, None)
    return (stream, last_seq)


def _id_of(raw: object) -> str | None:
    value = raw.get("id") if isinstance(raw, dict) else None
    return value if isinstance(value, str) and len(value) <= ID_CHARS_MAX else None


def _type_of(raw: object) -> str | None:
    value = raw.get("type") if isinstance(raw, dict) else None
    return value if isinstance(value, str) and value in access.COMMANDS else None
