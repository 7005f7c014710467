"""The ICE-lite agent of one leg: which address is the browser at, and may media go there?

RFC 8445 for a lite implementation (section 2.5): it has host candidates only, is always
controlled, and makes no checks to find paths. It does make requests of its own: one to every
address that a valid check came from, because a check proves a password and not an address
(`paths`), and from then on those of RFC 7675, which keep consent and measure round trips.

A restart (RFC 8445, section 9) adds a generation with new credentials. The old one works on
until a path of the new one has proven itself, and still receives for `Limits.linger_s`. One of
which no path has within `Limits.restart_s` is given up, and its number is not used again.

The remote password may be known later than the first checks (the answer travels through
signaling): they are answered, and asked back when it comes.

Pure: `now` is whole microseconds on a clock that never goes back, `entropy(n)` returns n
unpredictable bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from media.addresses import SocketAddress
from media.generation import (
    Credentials,
    Generation,
    due_at,
    has_overtaken,
    heard,
    rival_of_the_silent,
)
from media.ice_answers import refusal, response
from media.ice_effects import (
    Arrived,
    ConsentExpired,
    Drop,
    Effect,
    Kind,
    LegId,
    Selected,
    Transmit,
)
from media.ice_errors import CredentialsRejected, GenerationStale
from media.leg import Closed, LegState, step_leg
from media.limits import Limits, microseconds
from media.paths import Expired, Path, PathState, answer, ask, asked_again_us, consent_wait_us
from media.rates import TokenBucket
from media.routes import Request, Routes
from media.stun import TRANSACTION_ID_BYTES, Message, authentic, write
from media.stun import Kind as StunKind

Entropy: TypeAlias = Callable[[int], bytes]

# Of a peer-reflexive candidate, as section 7.1.1 has it for every request of an agent.
_PRIORITY: Final = (110 << 24) | (65535 << 8) | 255


class Agent:
    """ICE of one leg; see the module.

    Attributes:
        leg: its name.
        state: see the machine in `leg`.
        current: the generation in use.
        coming: the one of a restart that has not proven itself yet, or None.
        leaving: the one before the current, which only receives, or None.
        checks: how many authentic checks it may still make.
        forged: how many forged ones are still looked at for it.
    """

    def __init__(
        self,
        leg: LegId,
        local: Credentials,
        routes: Routes,
        limits: Limits,
        entropy: Entropy,
        *,
        now: int,
    ) -> None:
        self.leg = leg
        self.state = LegState.WAITING
        self.current = Generation(0, local)
        self.coming: Generation | None = None
        self.leaving: Generation | None = None
        self._newest = 0
        self.checks = TokenBucket(limits.checks_per_s, limits.checks_burst_max, now=now)
        self.forged = TokenBucket(limits.forged_per_s, limits.forged_burst_max, now=now)
        self._routes = routes
        self._limits = limits
        self._entropy = entropy
        self._tie_breaker = int.from_bytes(entropy(8), "big")
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    @property
    def target(self) -> SocketAddress | None:
        """Where media of this leg goes, or None when it may go nowhere."""
        return None if self.current.selected is None else self.current.selected.source

    @property
    def rtt_us(self) -> int | None:
        """Microseconds of the latest round trip on the selected path, or None."""
        return None if self.current.selected is None else self.current.selected.rtt_us

    def generations(self) -> Iterator[Generation]:
        """Yield those that are in use, newest first."""
        for one in (self.coming, self.current, self.leaving):
            if one is not None:
                yield one

    # --- what the control side says -----------------------------------------------------------

    def restart(self, local: Credentials) -> int:
        """Begin a generation and return its number; one that was still coming is given up."""
        if self.coming is not None:
            self._forget(self.coming)
        self._newest += 1
        self.coming = Generation(self._newest, local)
        return self._newest

    def learn(self, number: int, remote: Credentials, *, now: int) -> list[Effect]:
        """Take the browser's credentials of a generation, from its answer.

        Raises:
            GenerationStale: another generation is the newest.
            CredentialsRejected: this one has others already; new ones need a restart.
        """
        newest = self.coming or self.current
        if newest.number != number:
            raise GenerationStale(f"{number} is not {newest.number}")
        if newest.remote not in (None, remote):
            raise CredentialsRejected("changed without a restart")
        newest.remote = remote
        return [
            effect
            for path in newest.paths.values()
            if path.state is PathState.HEARD
            for effect in self._ask(newest, path, now)
        ]

    def close(self) -> None:
        """Give up everything; nothing may be asked of the agent afterwards."""
        self.state = step_leg(self.state, Closed())
        for generation in self.generations():
            self._forget(generation)
        self.current.selected = None
        self.coming = self.leaving = None

    # --- what the network says ----------------------------------------------------------------

    def check(
        self, generation: Generation, message: Message, source: SocketAddress, *, now: int
    ) -> list[Effect] | Drop:
        """Answer a Binding request whose signature holds (RFC 8445, 7.3)."""
        refused = refusal(generation, message)
        if refused is not None:
            return [Transmit(refused, source)]
        answered = Transmit(response(generation, message, source), source)
        if generation is self.leaving:
            return [answered]
        fresh = self._is_fresh(message.transaction_id)
        path = generation.paths.get(source) or self._heard(
            generation, source, evict=fresh, now=now
        )
        if path is None:
            return Drop.TOO_MANY_PATHS if fresh else Drop.REPLAYED
        if path.state is PathState.EXPIRED:
            # Consent is over for good with these credentials (RFC 7675, 5.1), and a browser
            # that is not answered finds out and restarts.
            return Drop.REVOKED
        # Asked before answered: the proof is then under way when the browser's next datagram,
        # its ClientHello, sets out.
        asked = self._ask(generation, path, now) if path.state is PathState.HEARD else []
        if not fresh:
            return [*asked, answered]
        return [*asked, answered, *self._nominate(generation, path, message, now)]

    def answered(
        self, request: Request, message: Message, source: SocketAddress, *, now: int
    ) -> list[Effect] | Drop:
        """Take a response to one of our requests: the only proof of an address."""
        generation = next(
            (one for one in self.generations() if one.number == request.generation), None
        )
        path = None if generation is None else generation.paths.get(request.source)
        if (
            generation is None
            or generation.remote is None
            or path is None
            or request.source != source
            or path.asked.get(message.transaction_id) is None
        ):
            return Drop.NOT_ASKED
        if not authentic(message, generation.remote.password.encode()):
            return Drop.FORGED
        if message.kind is not StunKind.RESPONSE or message.not_understood:
            return Drop.NOT_ASKED
        if not self._routes.claim(source, self.leg):
            self._drop(generation, path)
            return Drop.OWNED
        return self._proven(generation, path, message.transaction_id, now)

    def hold(self, source: SocketAddress, data: bytes) -> bool:
        """Keep a DTLS datagram of a path until it is proven; False when it is not kept."""
        for generation in self.generations():
            path = generation.paths.get(source)
            if path is None or path.state not in (PathState.HEARD, PathState.ASKED):
                continue
            if len(path.early) < self._limits.early_datagrams_max:
                path.early.append(data)
                return True
        return False

    # --- time ---------------------------------------------------------------------------------

    def tick(self, now: int) -> list[Effect]:
        """Ask what is due, give up what did not answer."""
        effects: list[Effect] = []
        if self.leaving is not None and now >= (self.leaving.over_at or 0):
            over, self.leaving = self.leaving, None
            self._forget(over)
        if self.coming is not None and self.coming.over_at is None:
            self.coming.over_at = now + microseconds(self._limits.restart_s)
        elif self.coming is not None and now >= (self.coming.over_at or 0):
            # Nobody came that way; the one in use goes on as before.
            over, self.coming = self.coming, None
            self._forget(over)
        for generation in (self.coming, self.current):
            if generation is None:
                continue
            for path in list(generation.paths.values()):
                effects += self._tick_path(generation, path, now)
            rival = rival_of_the_silent(generation, self._limits, now)
            if rival is not None and has_overtaken(rival, generation):
                effects += self._select(generation, rival, now)
            elif rival is not None and rival.silent_since is None:
                effects += self._ask(generation, rival, now)
        return effects

    def next_at(self, now: int) -> int | None:
        """Return when `tick` has something to do if nothing else happens; None for never."""
        times = [due_at(one, now) for one in (self.coming, self.current) if one is not None]
        times += [one.over_at for one in (self.coming, self.leaving) if one is not None]
        return min((at for at in times if at is not None), default=None)

    def _tick_path(self, generation: Generation, path: Path, now: int) -> list[Effect]:
        if path.state is PathState.EXPIRED:
            return []
        if now >= path.expires_at:
            return self._expire(generation, path, now)
        if now >= path.ask_at:
            return self._ask(generation, path, now)
        return []

    # --- parts --------------------------------------------------------------------------------

    def _is_fresh(self, transaction_id: bytes) -> bool:
        """Tell whether this very check has not come before.

        One that comes again may be a repetition, or somebody on the way who sends what they
        saw from elsewhere, perhaps before the original arrives. So it is answered, but it
        nominates nothing and takes no other path's place.
        """
        if transaction_id in self._seen:
            return False
        self._seen[transaction_id] = None
        if len(self._seen) > self._limits.seen_checks_max:
            self._seen.popitem(last=False)
        return True

    def _heard(
        self, generation: Generation, source: SocketAddress, *, evict: bool, now: int
    ) -> Path | None:
        if len(generation.paths) >= self._limits.paths_max:
            least = generation.least_wanted() if evict else None
            if least is None:
                return None
            self._drop(generation, least)
        self._routes.expect(source, self.leg)
        return heard(generation, source, self._limits, now)

    def _ask(self, generation: Generation, path: Path, now: int) -> list[Effect]:
        if generation.remote is None:
            return []
        transaction_id = self._entropy(TRANSACTION_ID_BYTES)
        forgotten = ask(path, transaction_id, self._limits, now=now)
        if forgotten is not None:
            self._routes.requests.pop(forgotten, None)
        if path.proven:
            path.ask_at = now + self._next_ask_us(generation, path)
        request = Request(self.leg, generation.number, path.source)
        self._routes.requests[transaction_id] = request
        message = Message(
            StunKind.REQUEST,
            transaction_id,
            username=f"{generation.remote.ufrag}:{generation.local.ufrag}".encode(),
            priority=_PRIORITY,
            controlled=self._tie_breaker,
        )
        data = write(message, generation.remote.password.encode())
        return [Transmit(data, path.source)]

    def _next_ask_us(self, generation: Generation, path: Path) -> int:
        if path is generation.selected and generation.rival() is not None:
            # There is somewhere else to go, so it pays to know soon.
            return asked_again_us(path, self._limits)
        return self._consent_wait_us()

    def _consent_wait_us(self) -> int:
        return consent_wait_us(self._limits, int.from_bytes(self._entropy(2), "big"))

    def _nominate(
        self, generation: Generation, path: Path, message: Message, now: int
    ) -> list[Effect]:
        """Follow USE-CANDIDATE (RFC 8445, 7.3.1.5).

        A browser repeats it on the pair it uses and takes it away from the one it left. One
        that nominates every pair (aggressively, RFC 5245) must not make us go to and fro: what
        counts is that a pair begins to be nominated, or is while the selected one is not.
        """
        begins = message.use_candidate and not path.nominated
        path.nominated = message.use_candidate
        selected = generation.selected
        if not (path.proven and path.nominated) or selected is None or selected is path:
            return []
        if begins or not selected.nominated:
            return self._select(generation, path, now)
        return []

    def _proven(
        self, generation: Generation, path: Path, transaction_id: bytes, now: int
    ) -> list[Effect]:
        first = not path.proven
        answer(path, transaction_id, self._limits, now=now)
        self._forget_requests(path)
        path.ask_at = now + self._consent_wait_us()
        if not first or generation is self.leaving:
            return []
        self._routes.expect_no_more(path.source, self.leg)
        selected = generation.selected
        effects: list[Effect] = []
        if selected is None or path.nominated:
            effects += self._select(generation, path, now)
        else:
            # The browser may have moved without saying so: ask whether it is still there.
            selected.ask_at = now
        early, path.early = path.early, []
        return [*effects, *(Arrived(self.leg, Kind.DTLS, data) for data in early)]

    def _select(self, generation: Generation, path: Path, now: int) -> list[Effect]:
        generation.selected = path
        if generation is self.coming:
            if self.leaving is not None:
                self._forget(self.leaving)
            self.leaving, self.current, self.coming = self.current, generation, None
            self.current.over_at = None
            self.leaving.over_at = now + microseconds(self._limits.linger_s)
        selected = Selected(self.leg, generation.number, path.source)
        self.state = step_leg(self.state, selected)
        return [selected]

    def _expire(self, generation: Generation, path: Path, now: int) -> list[Effect]:
        if path is not generation.selected:
            self._drop(generation, path)
            return []
        path.step(Expired())
        self._forget_requests(path)
        self._release(path.source)
        rival = generation.rival()
        if rival is not None:
            return self._select(generation, rival, now)
        generation.selected = None
        expired = ConsentExpired(self.leg)
        self.state = step_leg(self.state, expired)
        return [expired]

    def _drop(self, generation: Generation, path: Path) -> None:
        del generation.paths[path.source]
        self._forget_requests(path)
        self._release(path.source)

    def _forget(self, generation: Generation) -> None:
        for path in list(generation.paths.values()):
            self._drop(generation, path)

    def _forget_requests(self, path: Path) -> None:
        for transaction_id in path.asked:
            self._routes.requests.pop(transaction_id, None)
        path.asked.clear()

    def _release(self, source: SocketAddress) -> None:
        if not any(one.owns(source) for one in self.generations()):
            self._routes.release(source, self.leg)
