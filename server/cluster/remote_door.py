"""The door of a home that is in another node: what is said at it becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from server.cluster import codec
from server.cluster.courier import Courier
from server.errors import GoodfaithError, Retry
from server.live.doors import Notice, Visitor
from signaling.errors import SignalingError
from signaling.events import Event
from signaling.messages import Ack, CommandBase


class RemoteDoor:
    """A `Door`, wherever the network is at home just now.

    Args:
        network_id: whose home.
        courier: brings requests there.
        epoch: tells of which epoch the home is, as far as this node knows.
    """

    def __init__(self, network_id: str, courier: Courier, epoch: Callable[[], int]) -> None:
        self.network_id = network_id
        self._courier = courier
        self._epoch = epoch

    async def opened(self, visitors: Sequence[Visitor]) -> None:
        """These sockets are there.

        Raises:
            Retry: no home answered in time; the same may be said again.
        """
        for part in codec.visitors_apart(visitors):
            body = codec.encoded_visitors(part)
            answer = await self._courier.ask(self.network_id, "opened", body)
            codec.raise_refusal(_outcome(answer))

    def registering(self, node: str) -> Callable[[], None]:  # noqa: ARG002 - the row says it
        """This node begins to say whom it has; call what is returned when that is all.

        It is said to the home that was asked first: the next one has not heard of anybody.
        """
        epoch = str(self._epoch()).encode()
        return lambda: self._courier.tell(self.network_id, "all_here", epoch)

    def closed(self, visitor: Visitor) -> None:
        """This socket is gone."""
        self._courier.tell(self.network_id, "closed", codec.encoded_visitor(visitor))

    async def perform(self, visitor: Visitor, command: CommandBase) -> Ack:
        """Do a command: always an answer, never an exception."""
        try:
            answer = await self._courier.ask(
                self.network_id,
                "command",
                codec.encoded_command(visitor, command),
                request_id=codec.command_row_id(visitor, command),
            )
        except Retry as error:
            return codec.refused_ack(command, error)
        try:
            return Ack.model_validate_json(answer)
        except ValidationError:
            return codec.refused_ack(command, _refusal(answer))

    async def submit(self, events: Sequence[Event]) -> None:
        """Apply and commit events of the waiting room.

        Raises:
            SignalingError: an event was refused; nothing changed.
            RemoteRefusal: the same, for a reason of the server's.
            Retry: nothing is known to be committed; the same may be sent again.
        """
        body = codec.encoded_events(events)
        codec.raise_refusal(_outcome(await self._courier.ask(self.network_id, "submit", body)))

    def notice(self, notice: Notice) -> None:
        """Have the pages told that show something which was committed elsewhere."""
        self._courier.tell(self.network_id, "notice", codec.NOTICE.dump_json(notice))


def _refusal(answer: bytes) -> Exception:
    """Return why a home could not read a command: it may be of another version."""
    try:
        codec.raise_refusal(_outcome(answer))
    except (GoodfaithError, SignalingError) as error:
        return error
    return Retry()


def _outcome(answer: bytes) -> codec.Outcome:
    try:
        return codec.Outcome.model_validate_json(answer)
    except ValidationError:
        raise Retry from None
