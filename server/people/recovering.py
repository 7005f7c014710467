"""Lost: somebody asks to be let in again, a second person approves, a new password.

    login -> a secret for this browser, four words for the telephone
          -> the words are read out to somebody who knows the voice, and typed in by them
          -> a new password; what was lost, and every session, ends

What was lost is everything that the account proves itself by: links to people of a provider
end as well, for whoever had the device could have made one. They are made anew on the account's
page. Where people sign in at their provider alone, nobody is let in here but accounts for
emergencies: a new password would open nothing.

Strangers ask apart from browsers that the account is known in (`server.proofs.known_browsers`):
what strangers ask for somebody else keeps the owner's own browser from nothing, and what was
asked there is pushed out by nothing that they ask.

What is answered to a login of nobody is the same, and as late; nothing is kept of it. Whoever
approves does not choose between askers: the words say which browser it is. All of it ends after
`recovery_ttl_h`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from server import attempts, auditing
from server.access import Principal
from server.accounts import new_id
from server.attempts import Limited
from server.auditing import Action, AuditEvent
from server.auditing.actors import of_account
from server.federation import linking, local_ways
from server.people import secrets
from server.people.changing import decided_about
from server.people.refusals import LetInElsewhere, NotApproved, PhraseWrong
from server.proofs import known_browsers, last_factor, own_password
from server.proofs.passwords import normalized_login
from server.proofs.proving import Guesser, refused_to
from server.proofs.refusals import LocalSignInClosed
from server.proofs.ways import StaffAudience
from server.services import Core, Services
from server.storage import directory, recoveries
from server.storage import sessions as stored_sessions
from server.storage.directory import Account
from server.storage.recoveries import Recovery
from server.storage.statements import Tx

HOUR_US: Final = 3_600 * 1_000_000
ANSWER_S: Final = 0.25  # what an answer takes, whether or not anything was written for it
ASKED_MAX: Final = 10  # strangers that ask for one account at the same time; known ones, too


@dataclass(frozen=True, slots=True)
class Asked:
    """What is answered to whoever asks; both are shown once and kept nowhere."""

    secret: str = field(repr=False)
    phrase: str = field(repr=False)
    expires_at: int


async def ask(
    core: Core,
    audience: StaffAudience,
    login: str,
    *,
    address: str,
    known: str | None,
    route: str,
) -> Asked:
    """Note that somebody says an account is theirs and they cannot sign in.

    Args:
        core: the running server.
        audience: of which pages.
        login: as typed; whether it is anybody's, the answer does not say.
        address: where it comes from, for the limits of strangers.
        known: what the browser was given at earlier sign-ins.
        route: by which it was asked, for the audit log.

    Raises:
        TooManyAttempts: strangers from this address, or for this login; or this browser.
    """
    name, settings, began_s = normalized_login(login), core.settings, core.clock.elapsed_s()
    async with core.database.read() as tx:
        account = await directory.account_by_login(tx, audience, name)
    guesser = Guesser(await known_browsers.browser_of(core, account, known))
    if guesser.apart is None:
        await attempts.begin(core, _source(core, address))
    most = settings.attempts_per_account_max
    await attempts.begin(core, guesser.limited("recovery_login", f"{audience}:{name}", most))
    now = core.clock.now()
    asked = Asked(
        secrets.new_secret(core),
        secrets.new_phrase(core),
        now + settings.recovery_ttl_h * HOUR_US,
    )
    async with core.database.write() as tx:
        account = await directory.account_by_login(tx, audience, name)
        if account is not None and account.active:
            await _note(tx, core, account, asked, route, is_known=guesser.apart is not None)
    await asyncio.sleep(max(0.0, ANSWER_S - (core.clock.elapsed_s() - began_s)))
    return asked


async def _note(
    tx: Tx, core: Core, account: Account, asked: Asked, route: str, *, is_known: bool
) -> None:
    now = core.clock.now()
    going_on = await recoveries.going_on(tx, [account.account_id], now)
    # Whoever keeps asking for somebody else's account does not fill it up for good.
    before = [one for one in going_on if one.is_known == is_known]
    surplus = max(0, len(before) + 1 - ASKED_MAX)
    oldest = [one.id for one in before if one.approved_at is None][:surplus]
    await recoveries.refuse(tx, oldest, now)
    await recoveries.add(
        tx,
        Recovery(
            id=new_id(core),
            account_id=account.account_id,
            secret_hash=secrets.hash_of(asked.secret),
            phrase_hash=await secrets.hash_of_phrase(tx, core, account, asked.phrase),
            asked_at=now,
            expires_at=asked.expires_at,
            is_known=is_known,
        ),
    )
    await auditing.note(tx, _event(core, Action.RECOVERY_ASKED, account, route))


async def approve(
    services: Services, who: Principal, account_id: str, phrase: str, *, event: AuditEvent
) -> None:
    """Let the browser that shows these words in; every other one that asks is refused.

    Args:
        services: the running server.
        who: the second person.
        account_id: about whom; that it is of their people, the policy has said.
        phrase: what they heard.
        event: for the audit log.

    Raises:
        TooManyAttempts: it was tried too often.
        OwnAccount: nobody approves themselves.
        BeyondOneself: they could not give the role that it has.
        LetInElsewhere: it signs in at its provider alone.
        PhraseWrong: no browser that asks shows these words.
    """
    most = services.settings.attempts_per_code_max
    guessed = Limited("recovery_phrase", account_id, most)
    await attempts.begin(services, guessed)
    now = services.clock.now()
    async with services.database.write() as tx:
        account = await decided_about(tx, who, account_id)
        if not await local_ways.is_open_to(tx, account):
            raise LetInElsewhere
        shown = await secrets.hash_of_phrase(tx, services, account, phrase)
        asked = await recoveries.going_on(tx, [account_id], now)
        named = next((one for one in asked if one.phrase_hash == shown), None)
        if named is None:
            raise PhraseWrong
        if named.approved_at is None:
            await recoveries.approve(tx, named.id, who.account_id or "", now)
        await recoveries.refuse(tx, [one.id for one in asked if one.id != named.id], now)
        await auditing.note(tx, event)
    await attempts.succeeded(services, guessed)


async def refuse(
    services: Services, who: Principal, account_id: str, *, event: AuditEvent
) -> None:
    """End whatever is asked for an account, approved or not.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give the role that it has.
    """
    now = services.clock.now()
    async with services.database.write() as tx:
        await decided_about(tx, who, account_id)
        asked = await recoveries.going_on(tx, [account_id], now)
        if await recoveries.refuse(tx, [one.id for one in asked], now):
            await auditing.note(tx, event)


async def finish(
    services: Services, secret: str, password: str, *, address: str, route: str
) -> Account:
    """Give whoever was approved a new password, and return their account.

    The old password, passkeys, generators, recovery codes, links to people of a provider and
    sessions end.

    Raises:
        TooManyAttempts: too many from this address were not approved.
        NotApproved: nobody approved it, or it is over.
        InvalidBody: the password is too short, or it is the login.
        LocalSignInClosed: it signs in at its provider alone by now; nothing of it ended.
    """
    source, secret_hash = _source(services, address), secrets.hash_of(secret)
    now = services.clock.now()
    async with services.database.read() as tx:
        account_id = await recoveries.approved(tx, secret_hash, now)
        account = await directory.account(tx, account_id) if account_id else None
    if account is None or not account.active:
        await attempts.check(services, source)
        await attempts.failed(services, source)
        raise NotApproved
    password_hash = await own_password.checked_hash(services, account, password)
    async with services.database.write() as tx:
        forgotten = await last_factor.forget_all(tx, account)  # and it is ours until the commit
        account = await directory.account(tx, account.account_id)
        if not account.active or not await recoveries.use(tx, secret_hash, now):
            raise NotApproved
        if not await local_ways.is_open_to(tx, account):
            raise refused_to(account, LocalSignInClosed())
        links = await linking.unlink(tx, account.account_id)
        await directory.set_password_hash(tx, account.account_id, password_hash)
        account = await directory.account(tx, account.account_id)
        ended = await stored_sessions.end_for_account(tx, account.account_id, "revoked", now)
        event = _event(
            services, Action.RECOVERED, account, route, number=links + sum(forgotten)
        )
        await auditing.note(tx, event)
    for id_hash in ended:
        await services.hub.end_session(id_hash, "revoked")
    return account


def _source(core: Core, address: str) -> Limited:
    """Return the limit of asking, and of what was not approved, from an address."""
    return Limited("recovery_address", address, core.settings.attempts_per_address_max)


def _event(
    core: Core, action: Action, account: Account, route: str, *, number: int | None = None
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=of_account(account.role, account.account_id),
        role=account.role,
        organization_id=account.organization_id,
        route=route,
        at=core.clock.now(),
        number=number,
    )
