"""What a request leaves in the audit log, by the mark of its route (`server.disclosure`).

    a change that answers with PHI    entry -> change -> answer
    a read                            read -> entry -> answer
    a denial                          entry -> answer, whether or not the entry was committed

Where an entry cannot be committed, the read is not answered: 503 `audit_unavailable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server import auditing, disclosure
from server.access import (
    ANONYMOUS,
    NOTHING,
    Principal,
    ReadsAs,
    Resource,
    RouteKey,
    Rule,
    federation,
    reads_as,
    step_up,
)
from server.auditing.event import ID, MARK_CHARS, Action, AuditEvent, Outcome
from server.concerning import About
from server.disclosure import Reads
from server.emergency_access.refusals import TooManyOpen
from server.errors import (
    BirthDateWrong,
    Forbidden,
    GoodfaithError,
    NotFound,
    NotSignedIn,
    OriginRefused,
    SessionExpired,
    SignInFailed,
    TooManyAttempts,
)
from server.federation.refusals import FlowOver, ProviderRefused
from server.http.calls import Told, address_of
from server.http.cookies import read_cookie
from server.people.refusals import (
    BeyondOneself,
    InvitationUnknown,
    NotApproved,
    OwnAccount,
    PhraseWrong,
)
from server.proofs.refusals import (
    ChallengeOver,
    CodeRefused,
    CodeUsed,
    EnrolmentRequired,
    LocalSignInClosed,
    PasskeyRefused,
    StepUpRequired,
)
from server.service_accounts.refusals import ClientRefused, ScopeRefused
from server.services import Services
from server.sessions import name_of

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
DENIALS: Final = (
    *(ProviderRefused, FlowOver, LocalSignInClosed, TooManyOpen),
    *(OriginRefused, SessionExpired, SignInFailed, BirthDateWrong, TooManyAttempts),
    *(CodeRefused, CodeUsed, EnrolmentRequired, StepUpRequired),
    *(PasskeyRefused, ChallengeOver),
    *(BeyondOneself, OwnAccount, InvitationUnknown, PhraseWrong, NotApproved),
    *(ClientRefused, ScopeRefused),
)
ACTIONS: Final = {
    Reads.PAPER: Action.DOWNLOADED,
    Reads.RECORD: Action.EXPORTED,
    Reads.ENTRY: Action.SIGNED_IN,
    Reads.SEARCH: Action.SEARCHED,
    Reads.EXPORT: Action.EXPORTED,
}
PROVING_AGAIN: Final = frozenset(
    {*step_up.ROUTES, *(one for one in federation.ROUTES if "/session/step-up/" in one)}
)
OF_THE_LOG: Final = (Reads.SEARCH, Reads.EXPORT)  # of one's own network, whatever it names
NOBODY: Final = About()


@dataclass(slots=True)
class Trail:
    """One request, as far as the audit log is concerned.

    Attributes:
        key: of its route.
        named: the route names something by an id.
        principal: who is asking, once that is known.
        resource: what about, once that is known.
    """

    services: Services
    request: web.Request
    rule: Rule
    key: RouteKey
    named: bool
    principal: Principal = ANONYMOUS
    resource: Resource = NOTHING

    @property
    def reads(self) -> Reads:
        """Return the mark of the route."""
        return disclosure.ROUTES[self.key]

    @property
    def is_told_first(self) -> bool:
        """Tell whether the entry comes before the handler: it is a change, of one encounter."""
        one = self.reads in {Reads.STATE, Reads.ONE}
        return one and self.request.method not in SAFE_METHODS

    async def permitted(self) -> None:
        """The policy let it through: enter what a change will answer with.

        Raises:
            AuditUnavailable: the entry could not be committed.
        """
        if self.is_told_first:
            await self._enter(Told())

    async def answered(self, told: Told) -> None:
        """The answer is ready to be given: enter what it shows.

        Raises:
            AuditUnavailable: the entry could not be committed.
        """
        if self.reads is not Reads.NOTHING and not self.is_told_first:
            await self._enter(told)

    async def _enter(self, told: Told) -> None:
        who = told.principal or self.principal
        encounter_id = told.encounter_id or self.resource.encounter_id or who.encounter_id
        now, repeats = self.services.clock.now(), self.services.audit.repeats
        is_state = self.reads is Reads.STATE
        if is_state and repeats.is_repeat(who.session, encounter_id or "", now):
            return
        event = AuditEvent(
            action=ACTIONS.get(self.reads, Action.READ),
            actor=auditing.actor_of(who),
            role=who.role.value,
            organization_id=who.organization_id,
            encounter_id=encounter_id,
            patient_id=told.patient_id,
            route=self.key,
            reason=self._why_open(),
            network_id=who.organization_id if self.reads in OF_THE_LOG else None,
            at=now,
            session=who.session[:MARK_CHARS] or None,
            shown=told.listed,
            number=told.number,
        )
        address = address_of(self.request, self.services)
        await auditing.record(self.services, event, address)
        if is_state:
            repeats.entered(who.session, encounter_id or "", now)

    def _why_open(self) -> str | None:
        """Return what opened an encounter to somebody who has no part in it."""
        by = reads_as(self.principal, self.resource)
        return None if by in {None, ReadsAs.PART} else by

    async def refused(self, error: Exception) -> None:
        """Something was refused: enter it, if it was refused to somebody."""
        if not isinstance(error, GoodfaithError) or not self._is_denial(error):
            return
        proving_again = self.key in PROVING_AGAIN  # who it is, their session says
        about = NOBODY if proving_again else error.about or NOBODY
        session = self.principal.session or await self._claimed()
        event = AuditEvent(
            action=Action.STEP_UP if proving_again else Action.DENIED,
            outcome=Outcome.REFUSED,
            actor=about.actor or auditing.actor_of(self.principal),
            role=about.role or self.principal.role.value,
            organization_id=about.organization_id or self.principal.organization_id,
            encounter_id=about.encounter_id or self._named_encounter(),
            route=self.key,
            reason=error.code,
            at=self.services.clock.now(),
            session=session[:MARK_CHARS] or None,
        )
        address = address_of(self.request, self.services)
        await auditing.deny(
            self.services, event, address=address, session=self.principal.session
        )

    def _is_denial(self, error: GoodfaithError) -> bool:
        """Tell a denial from what is not there, not possible, or only not signed in yet."""
        if isinstance(error, DENIALS):
            return True
        if isinstance(error, NotFound):
            return self.named or self.reads is not Reads.NOTHING
        if type(error) is NotSignedIn:
            return self.reads is not Reads.NOTHING
        return type(error) is Forbidden

    def _named_encounter(self) -> str | None:
        """Return the id in the path where it can be one; that it exists is asked later."""
        found = self.request.match_info.get("id", "")
        is_id = ID.fullmatch(found) is not None
        return found if is_id else self.principal.encounter_id

    async def _claimed(self) -> str:
        """Return the name of the session that a cookie claims, live or over."""
        if self.rule.audience is None:
            return ""
        value = read_cookie(self.services.settings, self.request, self.rule.audience)
        return await name_of(self.services, value)
