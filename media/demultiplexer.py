"""One UDP port for all legs: whose is this datagram, and may it be theirs?

By its first byte a datagram is STUN, DTLS, SRTP or none of our business (RFC 7983, section 7).
STUN requests name their leg by the username fragment and prove it by the password; responses
by the transaction id of our request. All else belongs to the leg that owns the address it
comes from, and an address is owned only once it has proven itself (`paths`).

Whoever proves nothing costs little: no entry in any table but that of their rate, no answer
longer than what they sent, and few answers. None of it keeps a leg from being heard, since
what names a leg and carries its signature is not counted among strangers.

Whoever owns the socket calls `receive` for each datagram, `tick` some 20 times a second, and
performs the effects in order. For SRTP from an owned address it may ask `classify` and `owners`
itself and skip `receive`.

Pure: datagrams, addresses and the time go in, effects come out, nothing is ever raised by
what comes from the network. `now` is whole microseconds on a clock that never goes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from media.addresses import SocketAddress
from media.agenda import Agenda
from media.generation import Credentials, Generation
from media.ice import Agent, Entropy
from media.ice_effects import Arrived, Drop, Effect, Kind, LegId, Transmit
from media.ice_errors import LegKnown, LegsFull, LegUnknown, UfragTaken
from media.limits import Limits
from media.rates import StrangerRates
from media.routes import Routes
from media.stun import (
    ErrorCode,
    Malformed,
    Message,
    addressee,
    authentic,
    read,
    resembles_stun,
    write,
)
from media.stun import Kind as StunKind

SHORTEST_BYTES: Final = 12  # an RTP header; SRTCP and a DTLS record are longer


def classify(data: bytes) -> Kind:
    """Return what a datagram is by its first byte (RFC 7983, section 7)."""
    first = data[0] if data else 0xFF
    if first <= 3:  # noqa: PLR2004 - the ranges of the RFC, as it writes them
        return Kind.STUN
    if 20 <= first <= 63:  # noqa: PLR2004
        return Kind.DTLS
    if 128 <= first <= 191:  # noqa: PLR2004
        return Kind.SRTP
    return Kind.FOREIGN


class Demultiplexer:
    """All legs of one UDP port; see the module.

    Attributes:
        drops: datagrams that had no effect, by reason.
    """

    def __init__(self, limits: Limits, entropy: Entropy, *, now: int) -> None:
        self.drops: Counter[Drop] = Counter()
        self._limits = limits
        self._entropy = entropy
        self._routes = Routes()
        self._agents: dict[LegId, Agent] = {}
        self._ufrags: dict[bytes, tuple[Agent, Generation]] = {}
        self._stirred: dict[Agent, None] = {}  # a set that keeps its order
        self._agenda: Agenda[Agent] = Agenda()
        self._strangers = StrangerRates(limits, now=now)

    # --- what the control side says -----------------------------------------------------------

    def open(self, leg: LegId, local: Credentials, *, now: int) -> None:
        """Listen for a leg that will use `local`.

        Raises:
            LegKnown: it is listened for already.
            LegsFull: there are `Limits.legs_max`.
            UfragTaken: the fragment is another leg's.
        """
        if leg in self._agents:
            raise LegKnown(leg)
        if len(self._agents) >= self._limits.legs_max:
            raise LegsFull
        self._refuse_taken(local)
        agent = Agent(leg, local, self._routes, self._limits, self._entropy, now=now)
        self._agents[leg] = agent
        self._listen(agent)

    def learn(
        self, leg: LegId, generation: int, remote: Credentials, *, now: int
    ) -> list[Effect]:
        """Take the browser's credentials from its answer.

        Raises:
            LegUnknown: it is not listened for.
            GenerationStale: that is not the newest generation.
            CredentialsRejected: it has others already.
        """
        agent = self.agent(leg)
        self._stirred[agent] = None
        return agent.learn(generation, remote, now=now)

    def restart(self, leg: LegId, local: Credentials) -> int:
        """Begin an ICE restart and return the generation that is to come.

        Raises:
            LegUnknown: it is not listened for.
            UfragTaken: the fragment is in use.
        """
        agent = self.agent(leg)
        self._refuse_taken(local)
        self._stirred[agent] = None
        number = agent.restart(local)
        self._listen(agent)
        return number

    def close(self, leg: LegId) -> None:
        """Forget a leg and everything about it.

        Raises:
            LegUnknown: it is not listened for.
        """
        agent = self.agent(leg)
        agent.close()
        self._stirred.pop(agent, None)
        self._agenda.drop(agent)
        del self._agents[leg]
        self._ufrags = {key: one for key, one in self._ufrags.items() if one[0] is not agent}

    def agent(self, leg: LegId) -> Agent:
        """Return the agent of a leg, to look at.

        Raises:
            LegUnknown: it is not listened for.
        """
        agent = self._agents.get(leg)
        if agent is None:
            raise LegUnknown(leg)
        return agent

    # --- what the network says ----------------------------------------------------------------

    @property
    def owners(self) -> Mapping[SocketAddress, LegId]:
        """Return whose each proven address is; all that an SRTP datagram needs."""
        return self._routes.owners

    def receive(self, data: bytes, source: SocketAddress, *, now: int) -> list[Effect]:
        """Return what a datagram amounts to; never raises, whatever it holds."""
        outcome = self._outcome(data, source, now)
        if isinstance(outcome, Drop):
            self.drops[outcome] += 1
            return []
        return outcome

    def tick(self, now: int) -> list[Effect]:
        """Return what time alone brings about; to be called some 20 times a second."""
        effects: list[Effect] = []
        looked_at = dict.fromkeys([*self._agenda.due(now), *self._stirred])
        self._stirred.clear()
        for agent in looked_at:
            effects += agent.tick(now)
            at = agent.next_at(now)
            if at is not None:
                self._agenda.put(agent, at)
        self._listen_no_more()
        return effects

    # --- bounds, for metrics and tests --------------------------------------------------------

    def table_sizes(self) -> dict[str, int]:
        """Return how many entries each table has."""
        return {
            "legs": len(self._agents),
            "ufrags": len(self._ufrags),
            "owners": len(self._routes.owners),
            "expected": len(self._routes.expected),
            "requests": len(self._routes.requests),
            "strangers": len(self._strangers),
        }

    # --- parts --------------------------------------------------------------------------------

    def _outcome(self, data: bytes, source: SocketAddress, now: int) -> list[Effect] | Drop:
        if not SHORTEST_BYTES <= len(data) <= self._limits.datagram_bytes_max or not source[1]:
            return Drop.SIZE
        kind = classify(data)
        if kind is Kind.STUN:
            return self._stun(data, source, now)
        if kind is Kind.FOREIGN:
            return Drop.FOREIGN
        leg = self._routes.owners.get(source)
        if leg is not None:
            return [Arrived(leg, kind, data)]
        expecting = self._agents.get(self._routes.expected.get(source, LegId("")))
        if kind is Kind.DTLS and expecting is not None and expecting.hold(source, data):
            return []
        return Drop.UNPROVEN

    def _stun(self, data: bytes, source: SocketAddress, now: int) -> list[Effect] | Drop:
        if not resembles_stun(data, self._limits):
            return Drop.MALFORMED
        if data[0] == 0 and not data[1] & 0x10:
            return self._request(data, source, now)
        message = read(data, self._limits)
        if isinstance(message, Malformed):
            return Drop.MALFORMED
        if message.kind is StunKind.INDICATION:
            # A keepalive (RFC 8445, 11): its having come is all there is to it.
            return Drop.INDICATION
        request = self._routes.requests.get(message.transaction_id)
        agent = None if request is None else self._agents.get(request.leg)
        if request is None or agent is None:
            return Drop.NOT_ASKED
        self._stirred[agent] = None
        return agent.answered(request, message, source, now=now)

    def _request(self, data: bytes, source: SocketAddress, now: int) -> list[Effect] | Drop:
        found = self._ufrags.get(addressee(data, self._limits))
        if found is None or found[1] not in found[0].generations():
            return self._refuse(data, source, Drop.STRANGER, now)
        agent, generation = found
        if self._routes.foreign(source, agent.leg):
            return Drop.OWNED
        own = self._routes.owners.get(source) == agent.leg
        if not agent.checks.has(now) or not (own or agent.forged.has(now)):
            return Drop.TOO_MANY_CHECKS
        message = read(data, self._limits)
        if isinstance(message, Malformed):
            agent.forged.take(now)
            return Drop.MALFORMED
        if not (
            generation.accepts(message.username or b"")
            and authentic(message, generation.local.password.encode())
        ):
            agent.forged.take(now)
            return self._refuse(data, source, Drop.FORGED, now)
        agent.checks.take(now)
        self._stirred[agent] = None
        return agent.check(generation, message, source, now=now)

    def _refuse(
        self, data: bytes, source: SocketAddress, reason: Drop, now: int
    ) -> list[Effect] | Drop:
        """Tell a stranger what is missing (RFC 8489, 9.1.3), if that may be afforded."""
        if not self._strangers.admit(source, now):
            return reason
        message = read(data, self._limits)
        if isinstance(message, Malformed):
            return Drop.MALFORMED
        code = (
            ErrorCode.UNAUTHENTICATED
            if message.username is not None and message.signed
            else ErrorCode.BAD_REQUEST
        )
        error = Message(StunKind.ERROR, message.transaction_id, error=code)
        answer = write(error, None)
        if len(answer) > len(data):
            # The source may be forged: nobody is to receive more than somebody sent.
            return reason
        self.drops[reason] += 1
        return [Transmit(answer, source)]

    def _refuse_taken(self, local: Credentials) -> None:
        if local.ufrag.encode() in self._ufrags:
            raise UfragTaken

    def _listen(self, agent: Agent) -> None:
        for generation in agent.generations():
            self._ufrags[generation.local.ufrag.encode()] = (agent, generation)
        self._listen_no_more()

    def _listen_no_more(self) -> None:
        """Forget fragments of generations that their agents have given up."""
        if len(self._ufrags) == len(self._agents):
            return
        for key, (agent, generation) in list(self._ufrags.items()):
            if not any(one is generation for one in agent.generations()):
                del self._ufrags[key]
