"""Where a second factor is required.

    setting `required`          everywhere, whatever organizations say
    a spa's word, its network's     the stricter of the two
    no word at all              the setting; without one, optional in a demo and where people
                                reach this server on this machine only, required elsewhere

An account that has a second factor is asked for it in any case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from server.proofs.ways import SecondFactor, Way
from server.services import Core
from server.settings import Settings
from server.storage import directory, proofs
from server.storage.directory import Organization
from server.storage.statements import Tx

REQUIRED: Final = "required"
OPTIONAL: Final = "optional"


def decided(settings: Settings, said: Sequence[SecondFactor], *, demo: bool) -> SecondFactor:
    """Return what holds for an organization.

    Args:
        settings: of this server.
        said: by the organization, and by its network, as far as they said something.
        demo: everybody in it is made up.
    """
    if settings.second_factor == REQUIRED:
        return REQUIRED
    if said:
        return REQUIRED if REQUIRED in said else OPTIONAL
    if settings.second_factor is not None:
        return settings.second_factor
    return OPTIONAL if demo or settings.is_local else REQUIRED


async def second_factor(
    tx: Tx, core: Core, organization_id: str, *, lock: bool = False
) -> SecondFactor:
    """Return whether an organization's people need a second factor.

    Args:
        tx: reads it.
        core: the running server.
        organization_id: whose people.
        lock: keep it so until the commit.
    """
    organization = await directory.organization(tx, organization_id)
    if lock:
        await proofs.share_organizations(tx, chain_of(organization))
    return (await holding(tx, core.settings, [organization]))[organization_id]


async def holding(
    tx: Tx, settings: Settings, organizations: Sequence[Organization]
) -> Mapping[str, SecondFactor]:
    """Return what holds in each of these organizations, by its id."""
    chains = {one.organization_id: chain_of(one) for one in organizations}
    said = await proofs.policies_of(tx, {each for ids in chains.values() for each in ids})
    return {
        one.organization_id: decided(
            settings,
            [said[each] for each in chains[one.organization_id] if each in said],
            demo=one.demo,
        )
        for one in organizations
    }


def chain_of(organization: Organization) -> list[str]:
    """Return who has a say in it: the organization, and its network."""
    own, above = organization.organization_id, organization.network_id
    return [own] if above is None else [own, above]


async def within(tx: Tx, network_id: str) -> list[Organization]:
    """Give a network and its spas."""
    everyone = await directory.all_organizations(tx)
    return [one for one in everyone if network_id in {one.organization_id, one.network_id}]


async def set_second_factor(
    tx: Tx, core: Core, organization: Organization, word: SecondFactor, *, by: str
) -> list[str]:
    """Say what holds for an organization, and for a network's spas with it.

    Where a second factor is required now, sessions that rest on a password alone end.

    Args:
        tx: writes it.
        core: the running server.
        organization: whose people.
        word: what it says.
        by: who says so, as the audit log names people.

    Returns:
        The sessions that ended, to be told by the caller.
    """
    own, now = organization.organization_id, core.clock.now()
    below = await within(tx, own) if organization.kind == "network" else [organization]
    await proofs.hold_organizations(tx, [one.organization_id for one in below])
    await proofs.set_policy(tx, own, word, now=now, by=by)
    holds = await holding(tx, core.settings, below)
    strict = [one for one, held in holds.items() if held == REQUIRED]
    return await proofs.end_sessions_by(tx, strict, Way.PASSWORD, now)
