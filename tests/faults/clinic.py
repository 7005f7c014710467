"""A small load: patients wait in Arizona, practitioners serve them, until all are signed.

async with clinic(cluster, waiting=5) as people:
    casey = await people.worker("casey")
    with killed(cluster.home):
        await people.served(casey)
    people.require_sound()

Everybody comes through nginx, as pages that stay. One of the patients may have a camera: then
both sides have real peers and the call goes through a relay.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

import aiohttp

from server.clock import SystemClock
from server.rehearsal.failures import Refused, RehearsalFailed, step
from server.rehearsal.page import REQUEST_S
from server.rehearsal.patient import Patient
from server.rehearsal.peer import loopback_as_last_resort
from server.rehearsal.people import SignIn
from server.rehearsal.practitioner import Practitioner
from server.rehearsal.seat import Seat
from server.rehearsal.spa import BIRTH_DATE, Spa
from server.views import AccountView, LinkView, SignInForm
from signaling import messages as wire
from tests.cluster.running import Cluster
from tests.faults.staying import StayingPage, StayingSocket

SITE: Final = "Glow Scottsdale"
OFFER_S: Final = 60.0
MEDIA_S: Final = 30.0
INTAKES_AT_ONCE: Final = 3
SIGN_ATTEMPTS_MAX: Final = 4
TIDY_S: Final = 5.0
AT_WORK: Final = frozenset({"available", "offered", "in_exam", "wrap_up"})


class Waiting:
    """A patient with a page that stays."""

    def __init__(self, patient: Patient, socket: StayingSocket, link: LinkView) -> None:
        """Take a patient who has done the intake."""
        self.patient = patient
        self.socket = socket
        self.encounter_id = link.encounter_id

    async def join(self) -> None:
        """Come into line."""
        await self.socket.ask("queue.join")

    @property
    def visit(self) -> str | None:
        """Return what the server last said that their visit is."""
        said = self.socket.of(wire.PatientSync)
        return said[-1].visit if said else None


class Worker:
    """A practitioner with a page that stays.

    Attributes:
        served: whom they have signed for.
        examines: whose exam they have accepted and not signed.
        seats: both sides' cameras, by encounter.
    """

    def __init__(self, page: StayingPage, socket: StayingSocket, who: SignIn) -> None:
        """Take somebody who is signed in, as `who`."""
        self.socket = socket
        self.console = Practitioner(page, socket, who)
        self.served: list[str] = []
        self.examines: str | None = None
        self.seats: dict[str, tuple[Seat, Seat]] = {}
        self._refused: set[str] = set()

    @property
    def ringing(self) -> wire.OfferCard | None:
        """Return the offer that rings, as far as the server has said."""
        offer: wire.OfferCard | None = None
        for event in self.socket.received:
            match event:
                case wire.OfferRinging(offer=card):
                    offer = card
                case wire.PractitionerSync(offer=current):
                    offer = current
                case wire.OfferClosed(offer_id=over) if offer and offer.offer_id == over:
                    offer = None
                case _:
                    pass
        return None if offer is None or offer.offer_id in self._refused else offer

    async def come_on_duty(self) -> None:
        """Ask for offers."""
        if self.console.status not in AT_WORK:
            with suppress(Refused):
                await self.socket.ask("duty.available")

    async def offer(self, within_s: float = OFFER_S) -> wire.OfferCard:
        """Wait until one rings.

        Raises:
            TooSlow: none does.
        """
        async with step("offer", within_s):
            while (card := self.ringing) is None:
                await self.come_on_duty()
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self.socket.news()
        return card

    async def accept(self, offer: wire.OfferCard) -> bool:
        """Take a patient; tell whether they are theirs now."""
        ack = await self.socket.command("offer.accept", offer_id=offer.offer_id)
        if not ack.ok:
            self._refused.add(offer.offer_id)
        return ack.ok

    async def next_patient(self) -> str:
        """Accept whatever rings, until an acceptance holds; return whose exam it is."""
        while True:
            offer = await self.offer()
            if await self.accept(offer):
                self.examines = offer.encounter_id
                return offer.encounter_id

    async def finish(self, encounter_id: str) -> None:
        """Write the exam up, and sign it."""
        for _ in range(SIGN_ATTEMPTS_MAX):
            try:
                await self.console.examine(encounter_id, looking=False)
                break
            except Refused as refused:
                if refused.code not in {"note_conflict", "conflict", "chart_head_moved"}:
                    raise
        with suppress(Refused):  # the call may have ended by itself
            await self.console.hang_up(encounter_id)
        await self.console.sign(encounter_id)
        self.served.append(encounter_id)
        self.examines = None

    async def serve_one(self) -> None:
        """Accept, see each other where both have cameras, examine, and sign."""
        encounter_id = await self.next_patient()
        await self.see(encounter_id)
        await self.finish(encounter_id)

    async def see(self, encounter_id: str) -> None:
        """Wait until both sides see each other, where they have cameras.

        Raises:
            RehearsalFailed: they do not.
        """
        for seat in self.seats.get(encounter_id, ()):
            await seat.media(MEDIA_S)


class Clinic:
    """Everybody who is there.

    Attributes:
        patients: in the order in which they came into line.
        workers: by login.
    """

    def __init__(self, cluster: Cluster, url: str, stack: AsyncExitStack) -> None:
        """Begin with nobody."""
        self.cluster = cluster
        self.url = url
        self.patients: list[Waiting] = []
        self.workers: dict[str, Worker] = {}
        self._stack = stack
        self._spa: Spa | None = None
        self._dismissed: list[str] = []

    async def page(self) -> StayingPage:
        """Return a page without cookies."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(
            cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=REQUEST_S)
        )
        await self._stack.enter_async_context(session)
        return StayingPage(session, self.url)

    async def signed_in(self, area: str, who: SignIn) -> StayingPage:
        """Return a page signed in to `console`, `portal` or `ops`."""
        page = await self.page()
        form = SignInForm(login=who.login, password=who.password)
        await page.send("POST", f"/api/v1/{area}/session", form, AccountView)
        return page

    async def socket(self, page: StayingPage, namespace: str) -> StayingSocket:
        """Return an open socket."""
        socket = StayingSocket(page, namespace)
        self._stack.push_async_callback(socket.close)
        await socket.connect()
        return socket

    async def ready(self, count: int) -> None:
        """Bring patients who have done the intake; none of them is in line."""
        turns = asyncio.Semaphore(INTAKES_AT_ONCE)
        if self._spa is None:
            people = self.cluster.people
            self._spa = Spa(await self.signed_in("portal", people["glow"]))

        async def come(number: int) -> Waiting:
            async with turns:
                return await self._come(f"Fault Patient {number}")

        self.patients += await asyncio.gather(*map(come, range(count)))

    async def _come(self, name: str) -> Waiting:
        assert self._spa is not None
        link = await self._spa.request(name, SITE)
        page = await self.page()
        patient = Patient(page, name, BIRTH_DATE)
        await patient.redeem(link.url)
        await patient.complete_intake()
        return Waiting(patient, await self.socket(page, "/patient"), link)

    async def wait(self) -> None:
        """Have all come into line, one after the other."""
        for patient in self.patients:
            await patient.join()

    async def worker(self, login: str) -> Worker:
        """Return a practitioner at the console, not on duty."""
        who = self.cluster.people[login]
        page = await self.signed_in("console", who)
        worker = Worker(page, await self.socket(page, "/practitioner"), who)
        await worker.socket.expect(wire.PractitionerSync)
        self.workers[login] = worker
        return worker

    async def seat(self, socket: StayingSocket, encounter_id: str) -> Seat:
        """Give somebody a camera for one encounter."""
        taken = Seat.taken(socket, encounter_id, SystemClock())
        return await self._stack.enter_async_context(taken)

    async def cameras(self, patient: Waiting, worker: Worker) -> None:
        """Give two people cameras, for if they meet."""
        worker.seats[patient.encounter_id] = (
            await self.seat(patient.socket, patient.encounter_id),
            await self.seat(worker.socket, patient.encounter_id),
        )

    async def serve_all(self, *workers: Worker) -> None:
        """Have everybody signed who is not yet, by these practitioners.

        Raises:
            RehearsalFailed: it does not come to that.
        """

        async def serve(worker: Worker) -> None:
            while self.unserved():
                serving = asyncio.create_task(worker.serve_one())
                watching = asyncio.create_task(self._until(lambda: not self.unserved()))
                done, left = await asyncio.wait(
                    {serving, watching}, return_when=asyncio.FIRST_COMPLETED
                )
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)
                for task in done:
                    task.result()

        await asyncio.gather(*map(serve, workers))

    def dismiss(self, patient: Waiting) -> None:
        """Count somebody no more: whether they are served does not matter."""
        self.patients.remove(patient)
        self._dismissed.append(patient.encounter_id)

    def unserved(self) -> set[str]:
        """Return whose exams nobody has signed."""
        signed = {one for worker in self.workers.values() for one in worker.served}
        return {one.encounter_id for one in self.patients} - signed

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():  # noqa: ASYNC110 - several tasks change it
            await asyncio.sleep(0.05)

    async def tidy(self) -> None:
        """End what is still open."""
        for worker in self.workers.values():
            with suppress(RehearsalFailed, TimeoutError):
                async with asyncio.timeout(TIDY_S):
                    if worker.examines is not None:
                        await worker.console.give_up(worker.examines)
                    await worker.socket.command("duty.away")
        for encounter_id in [*self.unserved(), *self._dismissed]:
            if self._spa is not None:
                await self._spa.cancel(encounter_id)


@asynccontextmanager
async def clinic(
    cluster: Cluster, *, waiting: int = 0, url: str | None = None
) -> AsyncIterator[Clinic]:
    """Give a clinic with patients who have done their intake, and clear it away at the end."""
    async with AsyncExitStack() as stack:
        stack.enter_context(loopback_as_last_resort())
        people = Clinic(cluster, url or cluster.url, stack)
        try:
            await people.ready(waiting)
            yield people
        finally:
            await people.tidy()
